"""Requests of each kind, from the day they came to the letter that says that they are answered, and what is left then.

Killed between what a request does and its closing, it is answered by asking again.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.policy.terms import COUNTRIES, LANGUAGES
from holdord.run import outbox
from holdord.run.outbox_lines import listed
from holdord.run.requests import book, booked, handed, limited, limits, notified, placed
from holdord.run.requests.book import forget
from holdord.run.requests.booked import Request
from holdord.run.requests.draft import look
from holdord.run.requests.handle import finish, handle, refuse, reopen
from holdord.run.requests.incoming import accept_mandate, receive
from holdord.run.requests.page.html import page
from holdord.run.requests.wish import ASKS_FOR, AsksFor
from tests.foreign.story import Story, day
from tests.foreign.test_shop_requests import TODAY, household, who

EMAIL = "ida1@home.example"
WISHES: Mapping[str, dict[str, Any]] = {
    "rectification": {"changes": [{"category": "contact.phone", "old": "+47 00 00 00 01", "new": "+47 11 22 33 44"}]},
    "restriction": {"ground": "accuracy"},
    "objection": {"purposes": ["catalogue"]},
    "withdrawal": {"purposes": ["newsletter"]},
}
GROUNDS = ("at", "language", "controller", "officer", "requests", "authority")
TOLD: Mapping[str, set[str]] = {
    "access": set(),
    "portability": set(),
    "rectification": {"carrier", "hosting"},
}
"""Who must be told (art. 19), where it is not everybody who was handed what goes or is restricted."""


@pytest.fixture
def asked(shop: Story) -> Story:
    """Three people in the shop, whose letters lead to a portal."""
    household(shop)
    settings = shop.folder / "holdord.toml"
    settings.write_text(f'{settings.read_text("utf-8")}\n[portal]\naddress = "https://privacy.example"\n', "utf-8")
    shop.reopens()
    return shop


def received(shop: Story, wanted: AsksFor, wish: dict[str, Any] | None = None) -> Request:
    made = receive(
        shop.company, shop.noon(TODAY), asks_for=wanted, person=who(1), channel="portal", received=day(TODAY),
        wish=WISHES.get(wanted, {}) if wish is None else wish, language="nn", email=EMAIL,
    )  # fmt: skip
    shop.reopens()  # restrictions are its legal holds
    return made


def letters(shop: Story, number: int) -> list[tuple[str, str]]:
    with shop.company.state.snapshot() as connection:
        rows = connection.execute(
            text("SELECT kind, language FROM holdord_message WHERE request = :number ORDER BY number"),
            {"number": number},
        )
        return [(row.kind, row.language) for row in rows]


@pytest.mark.parametrize("wanted", ASKS_FOR)
def test_a_request_goes_from_its_day_to_its_letter(asked: Story, wanted: AsksFor) -> None:
    one = received(asked, wanted)
    found = handle(asked.company, lambda: asked.noon(TODAY), one.number, accepted=True, confirmed=True)
    assert found.complete
    finish(asked.company, asked.noon(TODAY), one.number, found)
    assert letters(asked, one.number) == [("received", "nn"), ("answered", "nn")]
    with asked.company.state.snapshot() as connection:
        assert booked.find(connection, asked.company.policy, one.number).state == "answered"
        assert handed.read(connection, asked.noon(TODAY), one.number) == json.loads(json.dumps(found.document))
        waits = {each.recipient for each in notified.waiting(connection)}
    assert waits == TOLD.get(wanted, waits)
    assert bool(waits) == (wanted not in ("access", "portability", "objection"))


@pytest.mark.parametrize("wanted", ASKS_FOR)
def test_every_answer_says_who_gives_it_and_where_one_can_complain(asked: Story, wanted: AsksFor) -> None:
    """What a notice promises "in every answer" is kept by this (GDPR art. 12(4), 13(1)(a), 13(2)(d))."""
    one = received(asked, wanted)
    found = handle(asked.company, lambda: asked.noon(TODAY), one.number, accepted=True, confirmed=True)
    controller, contact = asked.company.policy.controller, asked.company.policy.told.contact
    country = COUNTRIES[controller.country]
    refused = {"holdord_refusal": 1, "reason": "No.", **{name: found.document[name] for name in GROUNDS}}
    for document in (found.document, refused):
        for language in LANGUAGES:
            shown = page(document, language)
            for said in (controller.name, country.authority, country.web, *contact.values()):
                assert escape(said) in shown, (language, said)
    assert "No." in page(refused, "en")


@pytest.mark.parametrize("wanted", ASKS_FOR)
def test_killed_before_it_is_closed_it_is_answered_by_asking_again(asked: Story, wanted: AsksFor) -> None:
    one = received(asked, wanted)
    handle(asked.company, lambda: asked.noon(TODAY), one.number, accepted=True, confirmed=True)
    asked.reopens()
    data = {table: rows for table, rows in asked.whole().items() if not table.startswith("holdord")}
    assert letters(asked, one.number) == [("received", "nn")]
    found = handle(asked.company, lambda: asked.noon(TODAY), one.number, accepted=True, confirmed=True)
    assert found.complete
    finish(asked.company, asked.noon(TODAY), one.number, found)
    assert letters(asked, one.number) == [("received", "nn"), ("answered", "nn")]
    assert {table: rows for table, rows in asked.whole().items() if not table.startswith("holdord")} == data
    with pytest.raises(Refused, match="is closed"):
        handle(asked.company, lambda: asked.noon(TODAY), one.number)


def test_a_refusal_has_its_letter_and_tells_no_recipient(asked: Story) -> None:
    one = received(asked, "erasure")
    refuse(asked.company, asked.noon(TODAY), one.number, "We cannot tell that it is you.")
    assert letters(asked, one.number) == [("received", "nn"), ("refused", "nn")]
    with asked.company.state.snapshot() as connection:
        assert notified.waiting(connection) == []


def test_the_answer_to_a_withdrawal_says_which_consent_is_over_and_claims_no_erasure_of_the_rest(asked: Story) -> None:
    one = received(asked, "withdrawal")
    answer = handle(asked.company, lambda: asked.noon(TODAY), one.number, confirmed=True)
    assert [this["id"] for this in answer.document["withdrawn"]] == ["newsletter"]
    told = page(answer.document, "en")
    for said in ("Your consent is withdrawn", "article 7(3)", "You have taken back your consent to: ", "is erased."):
        assert said in told
    for wrong in ("Whoever asks for erasure", "Erasure of your personal data", "article 17 of the GDPR, as of"):
        assert wrong not in told
    titles = {page(answer.document, language).partition("<h1")[2].partition("</h1>")[0] for language in LANGUAGES}
    assert len(titles) == len(LANGUAGES)


def test_a_request_that_is_forgotten_is_none_any_more(asked: Story) -> None:
    """Its number stays where it is the newest, and nothing of it."""
    one = received(asked, "access")
    at = asked.noon(TODAY)
    refuse(asked.company, at, one.number, "We cannot tell that it is you.")
    with asked.company.state.writing() as connection:
        assert forget(connection, at.date() + timedelta(days=9), 7) == 1
    with pytest.raises(Refused, match="There is no request"):
        reopen(asked.company, at, one.number, "It is me.")


def test_the_letter_of_who_said_no_language_leads_to_the_companys(asked: Story) -> None:
    shop, at = asked.company, asked.noon(TODAY)
    one = receive(shop, at, asks_for="access", person=who(1), channel="email", received=day(TODAY), email=EMAIL)
    finish(shop, at, one.number, handle(shop, lambda: at, one.number))
    with shop.state.snapshot() as connection:
        (plain,) = connection.execute(text("SELECT plain FROM holdord_message WHERE kind = 'answered'")).scalars()
    assert "https://privacy.example/nb/ask/?for=look" in plain


def test_an_answer_goes_after_its_week_with_the_sweep_where_no_worker_runs(asked: Story) -> None:
    one = received(asked, "access")
    shop, at = asked.company, asked.noon(TODAY)
    finish(shop, at, one.number, handle(shop, lambda: at, one.number))
    for days, there in ((6, 1), (8, 0)):
        asked.keeps((at + timedelta(days=days)).date().isoformat())
        with asked.company.state.snapshot() as connection:
            assert connection.execute(text("SELECT count(*) FROM holdord_answer")).scalar_one() == there


@pytest.mark.parametrize("wanted", ["erasure", "withdrawal"])
def test_what_was_carried_out_cannot_be_refused_any_more(asked: Story, wanted: AsksFor) -> None:
    one = received(asked, wanted)
    shop, at = asked.company, asked.noon(TODAY)
    done = handle(shop, lambda: at, one.number, confirmed=True)
    assert done.complete
    with pytest.raises(Refused, match="was carried out"):
        refuse(shop, at, one.number, "We still need your data.")
    assert finish(shop, at, one.number, done).state == "answered"


def test_of_what_was_carried_out_in_part_the_rest_can_be_refused_and_the_letter_says_so(
    asked: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = received(asked, "withdrawal")
    shop, at = asked.company, asked.noon(TODAY)
    handle(shop, lambda: at, one.number, confirmed=True)
    found = look(shop, one, at.date())
    monkeypatch.setattr("holdord.run.requests.handle.look", lambda *_: replace(found, open_for=("It is there.",)))
    refuse(shop, at, one.number, "It waits for somebody.")
    assert [kind for kind, _ in letters(asked, one.number)] == ["received", "refused_rest"]
    with shop.state.snapshot() as connection:
        known = [limit for limit in limited.of(connection, one.person) if limit.request == one.number]
    assert known, "what was taken back stays so"
    assert all(limit.ends_purpose for limit in known)


def test_each_recipient_is_told_once_or_it_is_said_why_not(asked: Story) -> None:
    one = received(asked, "restriction")
    found = handle(asked.company, lambda: asked.noon(TODAY), one.number, confirmed=True)
    finish(asked.company, asked.noon(TODAY), one.number, found)
    first, second, *_ = names = [each["id"] for each in found.document["notified"]]
    notified.told(asked.company, asked.noon("2026-06-03"), one.number, first)
    notified.told(asked.company, asked.noon("2026-06-03"), one.number, second, "They went bankrupt in May.")
    with pytest.raises(Refused, match=f"{first} does not wait to be told"):
        notified.told(asked.company, asked.noon(TODAY), one.number, first)
    with asked.company.state.snapshot() as connection:
        assert {each.recipient for each in notified.waiting(connection)} == set(names[2:])
        known = {each.recipient: (each.on, each.why_not) for each in notified.of(connection, one.number)}
        said = [each.value for each in log.read(connection) if each.value["kind"] == "recipient"]
    assert known[first] == (day("2026-06-03"), "")
    assert known[second] == (day("2026-06-03"), "They went bankrupt in May.")
    assert [(each["does"], each["recipient"]) for each in said] == [("told", first), ("not_told", second)]
    assert "bankrupt" not in str(said)
    book.reopen(asked.company, asked.noon("2026-06-04"), one.number, "Is that all?")
    again = handle(asked.company, lambda: asked.noon("2026-06-04"), one.number, confirmed=True)
    finish(asked.company, asked.noon("2026-06-04"), one.number, again)
    with asked.company.state.snapshot() as connection:
        assert {each.recipient for each in notified.waiting(connection)} == set(names[2:])


def test_of_who_was_erased_nothing_is_left_in_the_state_once_the_request_is_forgotten(asked: Story) -> None:
    one = received(asked, "erasure")
    found = handle(asked.company, lambda: asked.noon(TODAY), one.number, confirmed=True)
    finish(asked.company, asked.noon(TODAY), one.number, found)
    secret = "Kari Hemmelig"
    book.reopen(asked.company, asked.noon(TODAY), one.number, secret)
    refuse(asked.company, asked.noon(TODAY), one.number, secret)
    later = receive(
        asked.company, asked.noon(TODAY), asks_for="access", person=who(3), channel="letter", received=day(TODAY)
    )  # fmt: skip
    with asked.company.state.writing() as connection:
        outbox.expire(connection, asked.noon(TODAY) + timedelta(days=2000))
        handed.expire(connection, asked.noon(TODAY) + timedelta(days=2000))
        also = (outbox.forget, handed.forget, placed.forget, notified.forget)
        assert forget(connection, day(TODAY) + timedelta(days=2000), 1096, *also) == 1
        assert booked.find(connection, asked.company.policy, later.number).state == "open"
    asked.company.state.empty_log()
    values = (EMAIL, "Ida Prøve 1", "+47 00 00 00 01", secret)
    with asked.company.state.snapshot() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                said = " ".join(
                    bytes(one).decode("utf-8", "replace") if isinstance(one, bytes | memoryview) else str(one)
                    for one in row
                )
                assert not [value for value in values if value in said], table
        assert {(one.recipient, one.state) for one in listed(connection, everything=True)} == {("", "given_up")}
    file = asked.company.state.engine.url.database
    if asked.company.state.dialect == "sqlite" and file:
        raw = Path(file).read_bytes()
        assert not [value for value in values if value.encode() in raw]


def _plain(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


@pytest.mark.parametrize("wanted", ASKS_FOR)
def test_who_asks_for_another_is_answered_once_somebody_has_looked_at_the_mandate(
    asked: Story, wanted: AsksFor
) -> None:
    secret = "Power of attorney of Kari Hemmelig"
    before = {table: rows for table, rows in asked.whole().items() if not table.startswith("holdord")}
    one = receive(
        asked.company, asked.noon(TODAY), asks_for=wanted, person=who(1), channel="letter", received=day(TODAY),
        wish=WISHES.get(wanted, {}), mandate=secret,
    )  # fmt: skip
    asked.reopens()
    with pytest.raises(Refused, match="Look at the mandate first"):
        handle(asked.company, lambda: asked.noon(TODAY), one.number, accepted=True, confirmed=True)
    assert {table: rows for table, rows in asked.whole().items() if not table.startswith("holdord")} == before
    with pytest.raises(Refused, match="Say what was seen"):
        accept_mandate(asked.company, asked.noon(TODAY), one.number, " ")
    seen = accept_mandate(asked.company, asked.noon("2026-06-02"), one.number, secret)
    assert (seen.mandate_seen, seen.waits_for_mandate) == (day("2026-06-02"), False)
    with pytest.raises(Refused, match="waits for no mandate"):
        accept_mandate(asked.company, asked.noon(TODAY), one.number, secret)
    assert handle(asked.company, lambda: asked.noon(TODAY), one.number, accepted=True, confirmed=True).complete
    assert "Hemmelig" not in str(asked.entries())


def test_what_was_only_looked_at_closes_no_request_whose_mandate_nobody_has_seen(asked: Story) -> None:
    one = receive(
        asked.company, asked.noon(TODAY), asks_for="access", person=who(1), channel="letter", received=day(TODAY),
        mandate="A letter.",
    )  # fmt: skip
    with pytest.raises(Refused, match="Look at the mandate"):
        finish(asked.company, asked.noon(TODAY), one.number, look(asked.company, one, day(TODAY)))


def test_who_was_never_told_waits_on_when_the_request_is_forgotten(asked: Story) -> None:
    one = received(asked, "restriction")
    finish(asked.company, asked.noon(TODAY), one.number, handle(asked.company, lambda: asked.noon(TODAY), one.number))
    received(asked, "access")
    with asked.company.state.writing() as connection:
        first, *rest = notified.waiting(connection)
    notified.told(asked.company, asked.noon(TODAY), one.number, first.recipient)
    with asked.company.state.writing() as connection:
        assert forget(connection, day(TODAY) + timedelta(days=2000), 1096, notified.forget) == 1
        assert notified.waiting(connection) == rest
        assert notified.of(connection, one.number) == rest


def test_a_mandate_that_nobody_has_looked_at_lifts_no_restriction(asked: Story) -> None:
    limits.restrict(asked.company, asked.noon(TODAY), who(1), "unlawful", "Their wish.")
    one = receive(
        asked.company, asked.noon(TODAY), asks_for="erasure", person=who(1), channel="letter", received=day(TODAY),
        mandate="A letter.",
    )  # fmt: skip
    with asked.company.state.snapshot() as connection:
        assert limited.listed(connection)
    accept_mandate(asked.company, asked.noon(TODAY), one.number, "A power of attorney.")
    with asked.company.state.snapshot() as connection:
        assert not limited.listed(connection)
