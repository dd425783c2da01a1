"""CI-17: contacts are looked at again every twelve months, asked by letter, and never erased for their silence."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from holdord.config import Mail
from holdord.errors import PolicyError, Refused
from holdord.policy.load import load
from holdord.policy.model import Record
from holdord.policy.part import Review
from holdord.run import invited, links, reviews, worker
from holdord.run.company import Company
from holdord.run.outbox_lines import listed
from holdord.run.requests import limited, limits
from tests.clock import stand_at
from tests.conftest import Run
from tests.mailserver import MailServer, mail_server
from tests.scenarios.story import EXAMPLES, Row, Story

PER = Record(record_class="person", key=(1000,))
MET = "2025-03-10"
"""The day on which Per was in touch for the last time: the time is over on 2026-03-11."""


@pytest.fixture
def register(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test asks for both databases."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_register"))


both = pytest.mark.parametrize(
    "register", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(autouse=True)
def nobody_looks_at_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what ``test_doors`` is about."""
    monkeypatch.setattr("holdord.run.doors.look", lambda company, now: "")


@pytest.fixture
def company(clienti: Story) -> Company:
    """The company, which can send letters."""
    mail = Mail(host="localhost", port=25, tls="none", sender="p@clienti.example", reply_to="")
    settings = replace(clienti.company.settings, portal="https://privacy.example", mail=mail)
    return replace(clienti.company, settings=settings)


@pytest.fixture
def per(clienti: Story) -> Row:
    """Somebody who may become a customer."""
    person = clienti.person(MET, name="Per Prøve", email="per@firm.example")
    person.has("relations", kind="prospect", started_on=MET)
    return person


def touched(per: Row, table: str, **values: object) -> None:
    """Let somebody be in touch, by the relation that they have."""
    relation = Row(story=per.story, table="relations", id=1001, put={}, parents={"persons": per})
    relation.has(table, **values)


@pytest.fixture
def review(clienti: Story) -> Review:
    return reviews.of_purpose(clienti.company.policy, "contacts")


def due(clienti: Story, review: Review, on: str) -> list[tuple[Record, bool, date | None]]:
    found = reviews.due(clienti.company, review, clienti.noon(on).date())
    return [(one.person, one.late, one.asked) for one in found]


def looks(
    clienti: Story, review: Review, on: str, found: reviews.Found = "seen", company: Company | None = None
) -> None:
    reviews.done(company or clienti.company, lambda: clienti.noon(on), review, PER, found, "Ida Holm")


@pytest.mark.parametrize(
    ("on", "waits", "late", "state"),
    [
        ("2026-03-10", 0, False, "kept"),
        ("2026-03-11", 1, False, "waiting"),
        ("2026-04-09", 1, False, "waiting"),
        ("2026-04-10", 1, True, "broken"),
        ("2027-03-10", 1, True, "broken"),
        ("2027-03-11", 0, False, "kept"),
    ],
)
@both
def test_a_review_is_due_after_twelve_months_and_broken_a_month_later(
    clienti: Story, per: Row, review: Review, on: str, waits: int, late: bool, state: str
) -> None:
    assert due(clienti, review, on) == [(PER, late, None)] * waits
    assert clienti.part(on, "CI-17", "review").state == state
    # past 24 months the purpose itself has let go of them: that is the sweep's, and no review's


@both
def test_who_was_looked_at_is_fresh_for_twelve_months_more(clienti: Story, per: Row, review: Review) -> None:
    looks(clienti, review, "2026-03-20")
    assert (per.now() or {})["reviewed_on"] == date(2026, 3, 20)
    assert due(clienti, review, "2027-03-20") == []
    assert due(clienti, review, "2027-03-21") == [(PER, False, None)]
    (entry,) = clienti.entries("review")
    assert (entry["does"], entry["purpose"], entry["at"]) == ("seen", "contacts", "2026-03-20")
    assert "Per" not in json.dumps(entry)
    assert "Ida" not in json.dumps(entry)


@both
def test_who_is_not_relevant_any_more_goes_with_the_next_sweep(clienti: Story, per: Row, review: Review) -> None:
    looks(clienti, review, "2026-03-20", "over")
    assert not per.is_gone
    assert due(clienti, review, "2026-03-21") == []
    clienti.keeps("2026-03-21")
    assert per.is_gone


def test_being_in_touch_counts_and_customers_are_nobodys_review(clienti: Story, per: Row, review: Review) -> None:
    touched(per, "correspondence", channel="mail", body="Hej", sent_on="2026-01-10")
    customer = clienti.person(MET, name="Kai Kunde", email="kai@firm.example")
    customer.has("relations", kind="customer", started_on=MET)
    assert due(clienti, review, "2026-12-01") == []
    assert [one[0] for one in due(clienti, review, "2027-01-11")] == [PER]


@both
@pytest.mark.parametrize(("on", "may"), [("2027-03-10", True), ("2027-03-11", False)])
def test_nobody_is_kept_by_a_look_when_their_time_is_over(
    clienti: Story, per: Row, review: Review, on: str, may: bool
) -> None:
    company, at = clienti.company, clienti.noon(on)
    if may:
        reviews.done(company, lambda: at, review, PER, "seen", "Ida")
        assert due(clienti, review, on) == []
        return
    for found in ("seen", "over"):
        with pytest.raises(Refused, match="holds nothing of this person"):
            reviews.done(company, lambda: at, review, PER, found, "Ida")
    assert (per.now() or {})["reviewed_on"] is None


def test_silence_alone_erases_nobody(clienti: Story, per: Row) -> None:
    clienti.keeps("2026-06-01")
    assert not per.is_gone
    assert (per.now() or {})["email"] == "per@firm.example"


def test_they_are_asked_once_by_letter_and_staff_are_told_how_many(
    clienti: Story, per: Row, review: Review, server: MailServer
) -> None:
    nobody = clienti.person(MET, name="Uden Adresse")
    nobody.has("relations", kind="prospect", started_on=MET)
    told = {"portal": "https://privacy.example", "staff": "staff@clienti.example", "mail": server.settings()}
    company = replace(clienti.company, settings=replace(clienti.company.settings, **told))
    at = clienti.noon("2026-03-12")
    found = [one.text for one in worker.once(company, lambda: at)]
    assert found[0] == "1 people asked whether what is held still fits"
    letters = {letter["To"]: letter.get_body(("plain",)) for letter in server.taken}
    asked, staff = letters["per@firm.example"], letters["staff@clienti.example"]
    assert asked is not None
    assert staff is not None
    assert "https://privacy.example/da/ask/?for=look" in asked.get_content()
    assert "Per" not in asked.get_content()
    assert "skal ses på igen: 2" in staff.get_content()
    assert due(clienti, review, "2026-03-12") == [
        (PER, False, date(2026, 3, 12)),
        (Record(record_class="person", key=(1002,)), False, None),
    ]
    assert list(worker.once(company, lambda: at + timedelta(hours=5))) == []
    assert [one.piece for one in worker.once(company, lambda: at + timedelta(days=1))] == []
    kinds = {line.kind for line in lines(company)}
    assert kinds == set()
    looks(clienti, review, "2026-03-14")
    with company.state.snapshot() as connection:
        assert invited.waiting(connection) == 1


def lines(company: Company) -> list[object]:
    with company.state.snapshot() as connection:
        return list(listed(connection))


def test_whose_data_are_restricted_is_not_asked_and_looking_is_refused(
    clienti: Story, per: Row, review: Review
) -> None:
    at = clienti.noon("2026-03-12")
    limits.restrict(clienti.company, at, PER, "accuracy", "They say that the name is wrong.")
    mail = Mail(host="localhost", port=25, tls="none", sender="p@clienti.example", reply_to="")
    settings = replace(clienti.company.settings, portal="https://privacy.example", mail=mail)
    company = replace(clienti.company, settings=settings)
    assert reviews.ask(company, at, "da") == (0, 0)
    assert reviews.due(company, review, at.date()) == []
    broken = clienti.noon("2026-05-01")
    assert clienti.part("2026-05-01", "CI-17", "review").state == "kept", "nobody can lawfully look"
    (placed,) = limits_of(company)
    limits.announce(company, broken, placed, "It was looked into.")
    limits.lift(company, broken + timedelta(days=8), placed)
    assert reviews.ask(company, broken + timedelta(days=9), "da") == (1, 1)
    limits.restrict(clienti.company, broken + timedelta(days=9), PER, "claims", "A dispute.")
    with pytest.raises(Refused, match=r"art\. 18"):
        looks(clienti, review, "2026-05-10")
    assert (per.now() or {})["reviewed_on"] is None


def limits_of(company: Company) -> list[int]:
    with company.state.snapshot() as connection:
        return [one.number for one in limited.listed(connection)]


def test_a_draft_writes_to_nobody(clienti: Story, company: Company, per: Row) -> None:
    draft = replace(company, policy=replace(company.policy, draft=True))
    assert reviews.ask(draft, clienti.noon("2026-03-12"), "da") == (0, 0)
    with company.state.snapshot() as connection:
        assert invited.waiting(connection) == 0


def test_who_could_not_be_written_to_is_asked_when_that_is_mended(clienti: Story, company: Company, per: Row) -> None:
    at = clienti.noon("2026-03-12")
    for said in ({"portal": ""}, {"mail": None}):
        mute = replace(company, settings=replace(company.settings, **said))
        assert reviews.ask(mute, at, "da") == (0, 0)
    with company.state.snapshot() as connection:
        assert invited.waiting(connection) == 1, "staff are told of them all the same"
    assert reviews.ask(company, at, "da") == (1, 1)


def test_who_had_no_address_is_tried_again_a_week_later(clienti: Story, company: Company, per: Row) -> None:
    per.becomes(email=None)
    for day, found in (("2026-03-12", (1, 0)), ("2026-03-13", (0, 0)), ("2026-03-18", (0, 0))):
        assert reviews.ask(company, clienti.noon(day), "da") == found
    per.becomes(email="per@firm.example")
    assert reviews.ask(company, clienti.noon("2026-03-19"), "da") == (1, 1)
    assert reviews.ask(company, clienti.noon("2026-04-19"), "da") == (0, 0)


def test_many_are_asked_some_at_a_time_and_a_link_goes_before_them(
    clienti: Story, company: Company, server: MailServer
) -> None:
    for number in range(120):
        person = clienti.person(MET, name=f"Per {number}", email=f"per{number}@firm.example")
        person.has("relations", kind="prospect", started_on=MET)
    at = clienti.noon("2026-03-12")
    sends = replace(company, settings=replace(company.settings, mail=server.settings()))
    first = worker.step(sends, lambda: at)
    assert first.piece == "ask"
    assert "50 people" in first.text
    links.ask(sends, at, "ida@home.example")
    for _ in range(2):
        worker.step(sends, lambda: at)
    assert "ida@home.example" in server.to
    assert [one.piece for one in worker.once(sends, lambda: at)].count("ask") == 2
    assert len({one for one in server.to if one.startswith("per")}) == 120


@both
def test_who_was_in_touch_meanwhile_is_not_said_to_be_irrelevant(clienti: Story, per: Row, review: Review) -> None:
    looks(clienti, review, "2026-03-12")
    with pytest.raises(Refused, match="do not wait any more"):
        looks(clienti, review, "2026-03-12", "over")
    clienti.keeps("2026-03-13")
    assert not per.is_gone


@both
def test_a_mistake_is_taken_back_on_the_same_day(clienti: Story, per: Row, review: Review) -> None:
    looks(clienti, review, "2026-03-12", "over")
    looks(clienti, review, "2026-03-12", "seen")
    clienti.keeps("2026-03-13")
    assert not per.is_gone
    assert (per.now() or {})["not_relevant_on"] is None


def test_who_is_asked_for_a_review_that_is_no_more_is_forgotten(clienti: Story, per: Row) -> None:
    reviews.ask(clienti.company, clienti.noon("2026-03-12"), "da")
    with clienti.company.state.writing() as connection:
        assert invited.waiting(connection) == 1
        assert invited.expire(connection, {"contacts"}) == 0
        assert invited.expire(connection, set()) == 2  # the person, and the day of all
        assert connection.execute(text("SELECT count(*) FROM holdord_review")).scalar_one() == 0


def test_who_got_in_touch_meanwhile_waits_no_more(clienti: Story, per: Row) -> None:
    reviews.ask(clienti.company, clienti.noon("2026-03-12"), "da")
    touched(per, "notes", channel="phone", body="Ringede", taken_on="2026-03-13")
    reviews.ask(clienti.company, clienti.noon("2026-03-13"), "da")
    with clienti.company.state.snapshot() as connection:
        assert invited.waiting(connection) == 0


@pytest.mark.parametrize(
    ("person", "by", "match"),
    [
        (Record(record_class="person", key=(99,)), "Ida", "no day"),
        (Record(record_class="organisation", key=(1,)), "Ida", "class person"),
        (PER, "  ", "Say who looked"),
    ],
)
def test_nobody_and_nothing_is_refused(
    clienti: Story, per: Row, review: Review, person: Record, by: str, match: str
) -> None:
    with pytest.raises(Refused, match=match):
        reviews.done(clienti.company, lambda: clienti.noon("2026-03-12"), review, person, "seen", by)
    assert clienti.entries("review") == []


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("of: contacts", "of: nobody", "is no purpose"),
        ("seen: person.reviewed", "seen: person.collected", "No limit of contacts counts from"),
        ("every: 12 months", "every: often", "often"),
        ("over: person.not_relevant", "over: person.reviewed", "would renew them"),
        (
            "      review: {reviews:",
            "      again: {reviews: {of: contacts, every: 3 months, seen: person.reviewed, "
            "over: person.not_relevant}}\n"
            "      review: {reviews:",
            "another part already",
        ),
    ],
)
def test_a_review_that_starts_no_clock_of_its_purpose_is_no_review(old: str, new: str, match: str) -> None:
    written = (EXAMPLES / "clienti" / "policy.yaml").read_text("utf-8")
    assert old in written
    with pytest.raises(PolicyError, match=match):
        load(written.replace(old, new).encode(), file="policy.yaml", notices={})


def test_on_the_command_line(clienti: Story, per: Row, holdord: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, clienti.noon("2026-06-01"))
    code, said, _ = holdord("review", "list", clienti.folder, "contacts")
    assert (code, said) == (1, "person:1000: more than a month late, not asked\n")
    (waits,) = json.loads(holdord("review", "list", clienti.folder, "contacts", "--json")[1])["reviews"]
    assert waits == {"person": "person:1000", "late": True, "asked": None}
    assert holdord("review", "seen", clienti.folder, "contacts", "person:1000", "--by", "Ida Holm")[0] == 0
    assert holdord("review", "list", clienti.folder, "contacts")[0] == 0
    code, _, why = holdord("review", "over", clienti.folder, "newsletter", "person:1000", "--by", "Ida Holm")
    assert (code, "Purposes with reviews: contacts" in why) == (2, True)
