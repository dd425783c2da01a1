"""What a request binds, and whom it owes a word, after everything that can happen to it: the table of decision 0024."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from holdord.run.requests import booked, limits, notified
from holdord.run.requests.handle import finish, handle, refuse, reopen
from holdord.run.requests.incoming import accept_mandate, receive
from holdord.run.requests.limited import of
from holdord.run.requests.page.html import page
from holdord.run.requests.wish import ASKS_FOR, AsksFor
from tests.foreign.story import Story, day
from tests.foreign.test_handle import WISHES, asked, letters
from tests.foreign.test_shop_requests import TODAY, who

__all__ = ["asked"]

BINDS: Mapping[AsksFor, str] = {
    "restriction": "restricted", "objection": "over", "withdrawal": "over", "erasure": "over"
}  # fmt: skip
"""What holds from the day on which a request comes; the other rights bind nothing."""
ENDS: Mapping[AsksFor, str] = {"restriction": "ending"}
"""What is left of that once it is refused: what holds data ends after the person knew for seven days (art. 18(3))."""
OWED: tuple[AsksFor, ...] = ("rectification", "erasure", "restriction", "withdrawal")
"""Answers of which recipients are told (art. 19); what this person objects to lets nothing go."""
TABLE: Mapping[tuple[str, ...], tuple[str, bool]] = {
    # what happened: whether it binds, ends or is as if it had never been; whether recipients are owed a word
    ("received",): ("binds", False),
    ("by_mandate",): ("binds", False),
    ("by_mandate", "refused"): ("free", False),
    ("by_mandate", "refused", "reopened"): ("binds", False),
    ("by_mandate", "seen"): ("binds", False),
    ("by_mandate", "seen", "answered"): ("binds", True),
    ("by_mandate", "seen", "refused"): ("ends", False),
    ("received", "answered"): ("binds", True),
    ("received", "answered", "reopened"): ("binds", True),
    ("received", "answered", "reopened", "answered"): ("binds", True),
    ("received", "answered", "reopened", "refused"): ("binds", True),  # what was granted is not taken back
    ("received", "refused"): ("ends", False),
    ("received", "refused", "reopened"): ("binds", False),  # what they ask for stands again from that moment
    ("received", "refused", "reopened", "answered"): ("binds", True),
    ("received", "refused", "reopened", "refused"): ("ends", False),
}
LETTERS = {"received": "received", "by_mandate": "received", "answered": "answered", "refused": "refused"}


def does(shop: Story, event: str, wanted: AsksFor, number: int) -> int:
    """Let something happen to a request; return its number."""
    company, now = shop.company, shop.noon(TODAY)
    match event:
        case "received" | "by_mandate":
            mandate = "a power of attorney" if event == "by_mandate" else ""
            number = receive(
                company, now, asks_for=wanted, person=who(1), channel="portal", received=day(TODAY),
                wish=WISHES.get(wanted, {}), language="nn", email="ida1@home.example", mandate=mandate,
            ).number  # fmt: skip
        case "seen":
            accept_mandate(company, now, number, "of 2026-05-01, for this")
        case "answered":
            finish(company, now, number, handle(company, lambda: now, number, accepted=True, confirmed=True))
        case "refused":
            refuse(company, now, number, "We cannot tell that it is you.")
        case _:
            reopen(company, now, number, "It is me, and here is why.")
    shop.reopens()  # restrictions are its legal holds
    return number


def stands(shop: Story) -> str:
    """Return what binds the company for the person now."""
    with shop.company.state.snapshot() as connection:
        found = of(connection, who(1))
    if any(one.ends_purpose for one in found):
        return "over"
    if any(one.holds and not one.how for one in found):
        return "restricted"
    return "ending" if any(one.holds for one in found) else "free"


@pytest.mark.parametrize("wanted", ASKS_FOR)
@pytest.mark.parametrize("events", TABLE, ids=" ".join)
def test_what_binds_and_who_is_owed_a_word(asked: Story, wanted: AsksFor, events: tuple[str, ...]) -> None:
    number = 0
    for event in events:
        number = does(asked, event, wanted, number)
    binds, owed = TABLE[events]
    expected = {"binds": BINDS, "ends": ENDS, "free": {}}[binds].get(wanted, "free")
    assert stands(asked) == expected
    with asked.company.state.snapshot() as connection:
        waits = notified.waiting(connection)
        one = booked.find(connection, asked.company.policy, number)
    assert bool(waits) == (owed and wanted in OWED)
    told = [kind for kind, _ in letters(asked, number)]
    expected_letters = [LETTERS[event] for event in events if event in LETTERS]
    if events[-1] == "refused" and "answered" in events and wanted in ("erasure", "withdrawal"):
        expected_letters[-1] = "refused_rest"  # something went with the answer before
    assert told == expected_letters
    assert one.state == {"answered": "answered", "refused": "refused"}.get(events[-1], "open")


def test_a_restriction_that_was_lifted_is_not_placed_again_by_the_answer(asked: Story) -> None:
    """Whoever found out that the data are right may lift it before the request is answered."""
    number = does(asked, "received", "restriction", 0)
    limits.announce(asked.company, asked.noon(TODAY), 1, "The data are right.")
    later = asked.noon("2026-06-20")
    limits.lift(asked.company, later, 1)
    asked.reopens()
    answer = handle(asked.company, lambda: later, number)
    finish(asked.company, later, number, answer)
    assert stands(asked) == "free"
    with asked.company.state.snapshot() as connection:
        assert notified.waiting(connection) == [], "nobody is told of what does not stand"
    told = page(answer.document, "en")
    assert "The restriction ended on 20 June 2026." in told
    assert "We have restricted" not in told


@pytest.mark.parametrize("wanted", ["objection", "withdrawal"])
def test_who_answers_back_is_not_turned_away_by_a_policy_that_changed(asked: Story, wanted: AsksFor) -> None:
    number = does(asked, "received", wanted, 0)
    does(asked, "refused", wanted, number)
    policy = asked.company.policy
    (purpose,) = WISHES[wanted]["purposes"]
    less = replace(policy, purposes={name: one for name, one in policy.purposes.items() if name != purpose})
    again = reopen(replace(asked.company, policy=less), asked.noon(TODAY), number, "It is me.")
    assert again.state == "open"
    assert stands(asked) == "free"
