"""What several requests of one person bind: each its own, whatever becomes of the other."""

from collections.abc import Callable
from typing import Any

import pytest

from holdord.errors import Refused
from holdord.policy.model import Record
from holdord.run.requests import booked, limited, limits, notified
from holdord.run.requests.draft import look
from holdord.run.requests.handle import finish, handle, refuse, reopen
from holdord.run.requests.incoming import MOST_OPEN, TooMany, accept_mandate, receive, receive_from_portal
from holdord.run.requests.limited import Limit
from tests.foreign.shopping import customer, subscription
from tests.foreign.story import Story

IDA = Record(record_class="customer", key=(1,))
ADDRESS = "ida1@home.example"
DAY = "2026-06-01"
Ask = Callable[..., int]


@pytest.fixture
def ask(shop: Story) -> Ask:
    """Ida, who has an account; what she asks for is written down."""
    customer(shop, 1, "2026-01-01")

    def asks(wanted: Any, on: str = DAY, mandate: str = "", **wish: Any) -> int:
        at = shop.noon(on)
        return receive(
            shop.company, at, asks_for=wanted, person=IDA, channel="letter", received=at.date(), wish=wish,
            email=ADDRESS, mandate=mandate,
        ).number  # fmt: skip

    return asks


def answer(shop: Story, number: int, on: str = DAY) -> dict[str, Any]:
    at = shop.noon(on)
    found = handle(shop.company, lambda: at, number, confirmed=True)
    finish(shop.company, at, number, found)
    return found.document


def stands(shop: Story) -> list[Limit]:
    with shop.evidence() as state:
        return [one for one in limited.of(state, IDA) if one.holds or one.ends_purpose]


@pytest.mark.parametrize(
    ("wanted", "wish"),
    [
        ("withdrawal", {"purposes": ["newsletter"]}),
        ("objection", {"purposes": ["catalogue"]}),
        ("restriction", {"ground": "accuracy"}),
    ],
)
def test_a_refused_mandate_takes_nothing_from_what_the_person_asked_for(
    shop: Story, ask: Ask, wanted: str, wish: dict[str, Any]
) -> None:
    false = ask(wanted, mandate="a letter", **wish)
    own = ask(wanted, **wish)
    answer(shop, own)
    refuse(shop.company, shop.noon(DAY), false, "That is no mandate.")
    (left,) = stands(shop)
    assert (left.request, left.how) == (own, "")
    refuse(shop.company, shop.noon(DAY), ask(wanted, **wish), "Twice.")
    assert len(stands(shop)) == 1


def test_what_somebody_else_asked_for_is_not_what_the_person_asks_on_the_portal(shop: Story, ask: Ask) -> None:
    wish = {"purposes": ["newsletter"]}
    false = ask("withdrawal", mandate="a letter", **wish)

    def asks(email: str) -> int:
        at = shop.noon(DAY)
        return receive_from_portal(
            shop.company, at, asks_for="withdrawal", person=IDA, received=at.date(), wish=wish, language="nb",
            email=email,
        ).number  # fmt: skip

    own = asks(ADDRESS)
    assert own != false
    assert asks(ADDRESS.upper()) == own
    assert asks("other@home.example") not in (own, false)


def test_nobody_weighs_for_a_mandate_that_nobody_has_seen(shop: Story, ask: Ask) -> None:
    number = ask("objection", mandate="a letter", purposes=["support"])
    (placed,) = stands(shop)
    with pytest.raises(Refused, match="mandate"):
        limits.weigh(shop.company, shop.noon(DAY), placed.number, upheld=True, reason="They are right.")
    accept_mandate(shop.company, shop.noon(DAY), number, "of May")
    limits.weigh(shop.company, shop.noon(DAY), placed.number, upheld=True, reason="They are right.")
    assert stands(shop)[0].ends_purpose


def test_what_was_overruled_goes_on_when_it_is_lifted(shop: Story, ask: Ask) -> None:
    number = ask("objection", purposes=["catalogue", "support"])
    (weighed,) = (one for one in stands(shop) if one.waits)
    limits.weigh(shop.company, shop.noon(DAY), weighed.number, upheld=False, reason="A complaint is open.")
    answer(shop, number)
    limits.lift(shop.company, shop.noon("2026-06-20"), weighed.number)
    assert [(one.purpose, one.ground) for one in stands(shop)] == [("catalogue", "absolute")]


def test_who_consents_again_before_the_answer_is_not_erased(shop: Story, ask: Ask) -> None:
    subscription(shop, ADDRESS, by=1)
    number = ask("withdrawal", purposes=["newsletter"])
    (placed,) = stands(shop)
    assert look_goes(shop, number)
    limits.renew(shop.company, shop.noon(DAY), placed.number, "By telephone.")
    assert not look_goes(shop, number)
    assert answer(shop, number)["goes"] == []
    assert stands(shop) == []


def look_goes(shop: Story, number: int) -> list[Any]:
    with shop.evidence() as state:
        one = booked.find(state, shop.company.policy, number)
    found: list[Any] = look(shop.company, one, shop.noon(DAY).date()).document["goes"]
    return found


def test_who_answers_back_after_a_restriction_was_lifted_is_restricted_again(shop: Story, ask: Ask) -> None:
    number = ask("restriction", ground="accuracy")
    answer(shop, number)
    (placed,) = stands(shop)
    limits.announce(shop.company, shop.noon(DAY), placed.number, "It was looked into.")
    limits.lift(shop.company, shop.noon("2026-06-10"), placed.number)
    assert stands(shop) == []
    reopen(shop.company, shop.noon("2026-06-11"), number, "It is still wrong.")
    (again,) = stands(shop)
    assert again.number != placed.number
    told = answer(shop, number, "2026-06-12")
    assert told["since"] == "2026-06-11"
    assert len(stands(shop)) == 1


def test_an_answer_claims_no_restriction_that_was_lifted_before_it(shop: Story, ask: Ask) -> None:
    number = ask("restriction", ground="accuracy")
    (placed,) = stands(shop)
    limits.announce(shop.company, shop.noon(DAY), placed.number, "It was looked into.")
    limits.lift(shop.company, shop.noon("2026-06-10"), placed.number)
    assert "since" not in answer(shop, number, "2026-06-11")


def test_recipients_hear_that_data_are_restricted_while_an_objection_is_weighed(shop: Story, ask: Ask) -> None:
    def waiting(number: int) -> list[str]:
        with shop.evidence() as state:
            return [one.recipient for one in notified.of(state, number)]

    unseen = ask("objection", mandate="a letter", purposes=["support"])
    assert waiting(unseen) == []
    accept_mandate(shop.company, shop.noon(DAY), unseen, "of May")
    assert waiting(unseen) == ["carrier", "hosting"]
    refuse(shop.company, shop.noon(DAY), unseen, "That is no mandate.")
    own = ask("objection", purposes=["change_log"])
    assert waiting(own) == ["carrier", "hosting"]
    assert waiting(ask("objection", purposes=["catalogue"])) == [], "what is absolute restricts nothing"


def test_all_that_binds_is_listed(shop: Story, ask: Ask) -> None:
    ask("withdrawal", purposes=["newsletter"])
    ask("objection", purposes=["catalogue", "support"])
    ask("restriction", ground="accuracy")
    with shop.evidence() as state:
        assert [one.ground for one in limited.binding(state)] == ["withdrawn", "absolute", "objection", "accuracy"]
        assert [one.ground for one in limited.listed(state)] == ["objection", "accuracy"]


def test_who_must_be_told_of_a_request_that_is_forgotten_can_be(shop: Story, ask: Ask) -> None:
    number = ask("rectification", changes=[{"category": "contact.phone", "old": "+47 00 00 00 01", "new": "+47 1"}])
    answer(shop, number)
    with shop.evidence() as state:
        waiting = [one.recipient for one in notified.of(state, number)]
    assert waiting
    ask("access", on="2030-01-02")  # the newest number stays
    shop.keeps("2030-01-02")
    with shop.evidence() as state:
        assert booked.of_number(state, shop.company.policy, number) is None
    for recipient in waiting:
        notified.told(shop.company, shop.noon("2030-01-03"), number, recipient)
    with shop.evidence() as state:
        assert notified.waiting(state) == []


def test_so_many_wait_at_once_and_no_more(shop: Story, ask: Ask) -> None:
    at = shop.noon(DAY)

    def asks(new: str) -> None:
        receive_from_portal(
            shop.company, at, asks_for="rectification", person=IDA, received=at.date(), language="nb", email=ADDRESS,
            wish={"changes": [{"category": "contact.name", "old": "Ida", "new": new}]},
        )  # fmt: skip

    for number in range(MOST_OPEN):
        asks(f"Ida {number}")
    with pytest.raises(TooMany):
        asks("Eva")
    asks("Ida 1")


def test_what_gave_way_to_an_erasure_stands_again_when_that_is_refused(shop: Story, ask: Ask) -> None:
    first = ask("restriction", ground="unlawful")
    answer(shop, first)
    second = ask("erasure")
    assert {one.ground for one in stands(shop)} == {"erasure"}
    refuse(shop.company, shop.noon(DAY), second, "A law keeps it.")
    (again,) = stands(shop)
    assert (again.ground, again.request, again.holds) == ("unlawful", first, True)


def test_recipients_wait_though_the_answer_was_never_finished(shop: Story, ask: Ask) -> None:
    subscription(shop, ADDRESS, by=1)
    number = ask("withdrawal", purposes=["newsletter"])
    at = shop.noon(DAY)
    done = handle(shop.company, lambda: at, number, confirmed=True).document
    with shop.evidence() as state:
        waiting = [one.recipient for one in notified.of(state, number)]
    assert waiting == [one["id"] for one in done["notified"]] != []
    answer(shop, number)
    with shop.evidence() as state:
        assert [one.recipient for one in notified.of(state, number)] == waiting
