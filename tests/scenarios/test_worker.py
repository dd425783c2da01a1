"""The worker: what is due is done once, what fails stops nothing else, and nothing is erased that needs a yes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import text

from holdord.config import Mail
from holdord.errors import Refused
from holdord.ledger import log
from holdord.policy.model import Record
from holdord.run import links, outbox, worker
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.run.letters.letter import Letter
from holdord.run.outbox_lines import listed
from holdord.run.requests import book, booked, handed, handle, incoming
from holdord.run.sweep import look
from holdord.run.worker import Did
from tests.conftest import Run
from tests.mailserver import MailServer, mail_server
from tests.scenarios.story import Story

IDA = "ida@home.example"
STAFF = "staff@clienti.example"


@pytest.fixture(autouse=True)
def nobody_looks_at_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what ``test_doors`` is about."""
    monkeypatch.setattr("holdord.run.doors.look", lambda company, now: "")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def set_to(story: Story, mail: Mail | None = None, **said: Any) -> Company:
    """Return the company with settings of its own."""
    told = {"staff": STAFF, "portal": "https://privacy.example", **said}
    return replace(story.company, settings=replace(story.company.settings, mail=mail, **told))


def did(company: Company, at: datetime) -> list[Did]:
    return list(worker.once(company, lambda: at))


def pieces(found: list[Did]) -> list[str | None]:
    return [one.piece for one in found if one.piece]


def asked(company: Company, on: datetime) -> booked.Request:
    who = Record(record_class="person", key=(1,))
    return book.register(company, on, asks_for="access", person=who, channel="email", received=on.date())


def by_themselves(company: Company, at: datetime, **wish: Any) -> booked.Request:
    """Return what Ida asked for on the portal."""
    who, what = Record(record_class="person", key=(1,)), "objection" if wish else "access"
    return incoming.receive(
        company, at, asks_for=what, person=who, channel="portal", received=at.date(), wish=wish, email=IDA
    )


def plain_of(server: MailServer, to: str) -> list[str]:
    """Return the texts of the letters to somebody, in their order."""
    found = [one.get_body(("plain",)) for one, who in zip(server.taken, server.to, strict=True) if who == to]
    return [body.get_content().replace("\r\n", "\n") for body in found if body is not None]


def kinds(company: Company) -> list[str]:
    with company.state.snapshot() as connection:
        return [one.kind for one in listed(connection, everything=True)]


def test_nothing_due_is_nothing_done(clienti: Story) -> None:
    assert did(set_to(clienti), clienti.noon("2026-06-01")) == []


def test_letters_are_sent(clienti: Story, server: MailServer) -> None:
    company = set_to(clienti, server.settings())
    at = clienti.noon("2026-06-01")
    links.ask(company, at, IDA, "nn")
    (one,) = did(company, at)
    assert (one.piece, one.text, one.findings) == ("send", "message 1 (link): sent", ())
    assert "https://privacy.example/nn/link/" in server.taken[0].as_string().replace("=\r\n", "").replace("=\n", "")
    assert did(company, at) == []


def test_a_link_from_a_letter_opens(clienti: Story, server: MailServer) -> None:
    company = set_to(clienti, server.settings())
    at = clienti.noon("2026-06-01")
    links.ask(company, at, IDA, "da")
    did(company, at)
    plain = server.taken[0].get_body(("plain",))
    assert plain is not None
    token = plain.get_content().partition("/da/link/")[2].split()[0]
    assert links.open(company, at, token).email == IDA


def test_what_is_over_is_erased(clienti: Story) -> None:
    company = set_to(clienti)
    at = clienti.noon("2026-06-01")
    with company.state.writing() as connection:
        until = handed.hand(connection, at, 1, {"told": "Ida Prøve"})
        handed.hand(connection, at, 2, {"told": "Bo"})
        handed.forget(connection, 2)
    links.open(company, at, links.make(company, at, IDA, "portal"))
    assert until == at + timedelta(days=7)
    with company.state.snapshot() as connection:
        assert handed.read(connection, until - timedelta(seconds=1), 1) == {"told": "Ida Prøve"}
        assert handed.read(connection, until, 1) is None
        assert handed.read(connection, at, 2) is None
    assert pieces(did(company, until - timedelta(seconds=1))) == ["expire"]  # the link
    assert pieces(did(company, until)) == ["expire"]
    assert did(company, until) == []
    with company.state.snapshot() as connection:
        assert connection.execute(text("SELECT count(*) FROM holdord_answer")).scalar_one() == 0


def test_an_answer_handed_out_by_a_clock_that_ran_ahead_does_not_stay_longer(clienti: Story) -> None:
    at = clienti.noon("2026-06-01")
    with clienti.company.state.writing() as connection:
        handed.hand(connection, at + timedelta(days=400), 1, {"told": "Ida"})
        assert handed.read(connection, at, 1) is None
        assert handed.expire(connection, at) == 1


def test_staff_are_reminded_once_a_day_of_what_comes_due_and_told_nobodys_name(
    clienti: Story, server: MailServer
) -> None:
    company = set_to(clienti, server.settings())
    due = asked(company, clienti.noon("2026-06-01")).due
    assert did(company, clienti.noon(due - timedelta(days=8))) == []
    for before, said in (
        (7, "inden syv dage: 1"),
        (2, "inden to dage: 1"),
        (0, "inden to dage: 1"),
        (-1, "Over fristen: 1"),
    ):
        at = clienti.noon(due - timedelta(days=before))
        assert pieces(did(company, at)) == ["remind", "send"]
        assert did(company, at + timedelta(hours=2)) == []
        plain = server.taken[-1].get_body(("plain",))
        assert plain is not None
        assert said in plain.get_content()
        assert "person" not in plain.get_content().replace("persondata", "")
    assert set(server.to) == {STAFF}


def test_staff_hear_within_minutes_of_what_people_ask_by_themselves(clienti: Story, server: MailServer) -> None:
    company = set_to(clienti, server.settings())
    at = clienti.noon("2026-06-01")
    first = by_themselves(company, at)
    assert "news" in pieces(did(company, at + timedelta(minutes=1)))
    (said,) = plain_of(server, STAFF)
    assert f"Nye på siderne: {first.number}\n" in said
    assert "Har svaret igen: ingen" in said
    assert "https://privacy.example/da/office/" in said
    assert IDA not in said
    assert did(company, at + timedelta(minutes=2)) == []


def test_several_are_told_together_once_an_hour(clienti: Story, server: MailServer) -> None:
    company = set_to(clienti, server.settings())
    at = clienti.noon("2026-06-01")
    numbers = [by_themselves(company, at).number]
    did(company, at)
    numbers += [by_themselves(company, at + timedelta(minutes=one)).number for one in (1, 2)]
    did(company, at + timedelta(minutes=59))
    assert len(plain_of(server, STAFF)) == 1
    did(company, at + timedelta(minutes=60))
    assert f"Nye på siderne: {numbers[1]}, {numbers[2]}\n" in plain_of(server, STAFF)[1]
    assert did(company, at + timedelta(hours=9)) == []


def test_who_answers_back_by_themselves_is_told_to_staff(clienti: Story, server: MailServer) -> None:
    company = set_to(clienti, server.settings())
    at = clienti.noon("2026-06-01")
    number = asked(company, at).number
    for hours, by_person in ((1, False), (3, True)):
        handle.refuse(company, at, number, "No.")
        handle.reopen(company, at, number, "But", by_person=by_person)
        did(company, at + timedelta(hours=hours))
        assert len(plain_of(server, STAFF)) == by_person
    (said,) = plain_of(server, STAFF)
    assert f"Har svaret igen: {number}\n" in said
    assert "But" not in said


def test_what_is_closed_already_or_came_by_staff_is_no_news(clienti: Story) -> None:
    company = set_to(clienti)
    at = clienti.noon("2026-06-01")
    asked(company, at)
    handle.refuse(company, at, by_themselves(company, at).number, "No.")
    assert "news" not in pieces(did(company, at))
    assert "staff_new" not in kinds(company)


def test_where_nobody_is_named_the_news_waits(clienti: Story) -> None:
    at = clienti.noon("2026-06-01")
    number = by_themselves(set_to(clienti), at).number
    found = did(set_to(clienti, staff=""), at)
    assert [one.piece for step in found for one in step.findings if "requests.staff" in one.text] == ["news"]
    assert "news" in pieces(did(set_to(clienti), at + timedelta(days=3)))
    with clienti.company.state.snapshot() as connection:
        assert booked.news(connection) == {}
        assert booked.find(connection, clienti.company.policy, number).state == "open"


def test_news_are_told_again_where_the_letter_was_not_posted(clienti: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    company, at = set_to(clienti), clienti.noon("2026-06-01")
    number = by_themselves(company, at).number

    def fails(*said: object) -> None:
        raise Refused("killed")

    with monkeypatch.context() as context:
        context.setattr("holdord.run.requests.book.told", fails)
        did(company, at)
    assert "staff_new" not in kinds(company)
    with company.state.snapshot() as connection:
        assert booked.news(connection) == {number: "asked"}


def test_a_clock_that_ran_ahead_silences_no_reminder(clienti: Story) -> None:
    company = set_to(clienti)
    due = asked(company, clienti.noon("2026-06-01")).due
    for days, told in ((400, 1), (0, 2), (0, 2)):
        did(company, clienti.noon(due + timedelta(days=days)))
        assert kinds(company).count("staff_due") == told


def test_a_restriction_to_be_reviewed_is_told_once_a_week(clienti: Story) -> None:
    company, person = set_to(clienti), clienti.person("2026-05-01", name="Ida")
    with company.state.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO holdord_restriction (number, record_class, record_key, ground, since, review, entries) "
                f"VALUES (4, 'person', '[{person.id}]', 'accuracy', '2026-01-01', '2026-06-01', '[]')"
            )
        )
    found = [kinds(company) for on in range(1, 10) if did(company, clienti.noon(f"2026-06-0{on}")) is not None]
    assert [each.count("review_due") for each in found] == [1, 1, 1, 1, 1, 1, 1, 2, 2]


def test_staff_hear_of_a_request_whose_letter_never_came(clienti: Story) -> None:
    company = set_to(clienti)
    number = by_themselves(company, clienti.noon("2026-06-01")).number
    with company.state.writing() as connection:
        connection.execute(
            text("UPDATE holdord_message SET state = 'given_up', tries = 1, done = queued WHERE request = :number"),
            {"number": number},
        )
    did(company, clienti.noon("2026-06-02"))
    with company.state.snapshot() as connection:
        query = text("SELECT plain FROM holdord_message WHERE kind = 'review_due'")
        (plain,) = connection.execute(query).scalars()
    assert f"brev ikke er nået frem til den, der spurgte: {number}" in plain


def test_what_cannot_be_done_stops_nothing_else_and_is_told_without_data(
    clienti: Story, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise RuntimeError(IDA)

    company = set_to(clienti, server.settings(), staff="")
    monkeypatch.setattr(handed, "expire", fails)
    at = clienti.noon(asked(company, clienti.noon("2026-06-01")).due)
    links.ask(company, at, IDA)
    found = did(company, at)
    assert pieces(found) == ["send"]
    assert [(one.piece, one.text) for step in found for one in step.findings] == [
        ("expire", "RuntimeError; this should not happen."),
        ("remind", "Somebody must be told, and nobody is named: say requests.staff in holdord.toml."),
    ]


def test_letters_wait_where_no_server_is_named(clienti: Story) -> None:
    company = set_to(clienti)
    links.ask(company, clienti.noon("2026-06-01"), IDA)
    (found,) = did(company, clienti.noon("2026-06-01"))
    assert [one.piece for one in found.findings] == ["send"]
    assert kinds(company) == ["link"]


def test_it_goes_on_until_it_is_stopped_and_what_failed_rests(clienti: Story, server: MailServer) -> None:
    company = set_to(clienti, server.settings(), staff="")
    at = clienti.noon(asked(company, clienti.noon("2026-06-01")).due)
    stop, seen = Event(), list[Did]()

    def told(one: Did) -> None:
        seen.append(one)
        if one.piece == "send":
            stop.set()

    def opened() -> Any:
        if len(seen) == 1:  # something comes up after the first look
            links.ask(company, at, IDA)
        return nullcontext(company)

    thread = Thread(target=worker.run, args=(opened, lambda: at, stop, timedelta(milliseconds=5), told))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert [[finding.piece for finding in one.findings] for one in seen] == [["remind"], []]


def test_whatever_keeps_the_folder_shut_does_not_end_the_worker(clienti: Story) -> None:
    stop, seen, tries = Event(), [], iter([OSError("/home/ida: no such file"), Refused("The policy is wrong.")])

    def opened() -> Any:
        for error in tries:
            raise error
        stop.set()
        return nullcontext(clienti.company)

    worker.run(opened, lambda: clienti.noon("2026-06-01"), stop, timedelta(milliseconds=1), seen.append)
    texts = [finding.text for one in seen for finding in one.findings]
    assert texts == ["OSError; this should not happen.", "The policy is wrong."]


# The sweep


def gone(story: Story) -> Any:
    """Put somebody whose phone number is due from 2025-03-11 on, and sweep a day before."""
    ida = story.person("2019-05-02", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
    ida.has("relations", kind="customer", started_on="2019-05-02", ended_on="2023-03-10")
    story.keeps("2025-03-10")
    return ida


def test_it_sweeps_only_where_the_settings_say_so(clienti: Story) -> None:
    ida = gone(clienti)
    assert did(set_to(clienti), clienti.noon("2025-03-11")) == []
    assert "phone" in ida.holds
    company = set_to(clienti, worker_sweeps=True)
    assert did(company, clienti.noon("2025-03-10")) == []
    assert pieces(did(company, clienti.noon("2025-03-11"))) == ["sweep"]
    assert did(company, clienti.noon("2025-03-11")) == []
    assert ida.is_gone


def test_a_first_sweep_waits_for_a_person_who_is_told_once_a_day(clienti: Story) -> None:
    company = set_to(clienti, worker_sweeps=True)
    for on, told in (("2025-03-11", 1), ("2025-03-11", 1), ("2025-03-12", 2)):
        did(company, clienti.noon(on))
        assert kinds(company) == ["sweep_waits"] * told
    with company.state.snapshot() as connection:
        assert last_sweep(connection) is None


@pytest.mark.parametrize("on", ["2031-01-01", "2025-03-01"])
def test_a_clock_that_looks_wrong_erases_nothing_and_cannot_vouch_for_itself(
    clienti: Story, server: MailServer, on: str
) -> None:
    ida = gone(clienti)
    settings = replace(clienti.company.settings, pause_days=31)
    company = replace(clienti.company, settings=settings)
    company = replace(company, settings=replace(settings, mail=server.settings(), staff=STAFF, worker_sweeps=True))
    for day in range(3):
        at = clienti.noon(on) + timedelta(days=day)
        assert pieces(did(company, at)).count("sweep") == 1
        assert kinds(company).count("sweep_waits") == day + 1
    assert "phone" in ida.holds
    asks = {one.guard for one in look(company, at.date(), at).open}
    assert "clock" in asks
    with company.state.snapshot() as connection:
        swept = last_sweep(connection)
        assert swept is not None
        assert swept.value["at"] == "2025-03-10"
        assert sum(entry.value["kind"] == "message" for entry in log.read(connection)) >= 3


# The commands


@contextmanager
def folder_of(story: Story, mail: Mail) -> Iterator[None]:
    """Say the settings in the folder's own file, as people do."""
    file = story.folder / "holdord.toml"
    before = file.read_text("utf-8")
    told = {"host": mail.host, "port": mail.port, "tls": "none", "from": mail.sender}
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in told.items())
    file.write_text(f'{before}[requests]\nstaff = "{STAFF}"\n[mail]\n{lines}\n', "utf-8")
    yield
    file.write_text(before, "utf-8")


def test_letters_are_sent_listed_and_tried_again_from_the_command_line(
    clienti: Story, server: MailServer, holdord: Run
) -> None:
    now = datetime.now(UTC)
    server.ways = ["refuse"]
    with clienti.company.state.writing() as connection:
        told: dict[str, Any] = {
            "kind": "received",
            "language": "da",
            "made": Letter(subject="s", plain="p", html="<p>p</p>"),
        }
        outbox.post(connection, now, request=None, recipient=IDA, **told)
    clienti.company.key()
    with folder_of(clienti, server.settings()):
        status, out, _ = holdord("outbox", clienti.folder)
        assert (status, "waits" in out, IDA in out) == (0, True, False)
        status, _, said = holdord("work", clienti.folder, "--once")
        assert (status, "given up; The mail server refused the recipient (550)" in said) == (0, True)
        status, out, _ = holdord("outbox", clienti.folder, "--json")
        (one,) = json.loads(out)["messages"]
        assert (status, one["state"], one["to"], one["tries"]) == (1, "given_up", "i…@h….example", 1)
        assert holdord("outbox", clienti.folder, "--retry", 1)[0] == 0
        assert holdord("work", clienti.folder, "--once")[0] == 0
        assert server.to == [IDA]
        status, out, said = holdord("outbox", clienti.folder)
        assert (status, "No letter waits" in said) == (0, True)
        assert "sent on" in holdord("outbox", clienti.folder, "--all")[1]
        assert holdord("outbox", clienti.folder, "--retry", 1)[0] == 2


def test_work_that_cannot_be_done_has_status_one(clienti: Story, holdord: Run) -> None:
    with clienti.company.state.writing() as connection:
        told: dict[str, Any] = {
            "kind": "received",
            "language": "da",
            "made": Letter(subject="s", plain="p", html="<p>p</p>"),
        }
        outbox.post(connection, datetime.now(UTC), request=None, recipient=IDA, **told)
    status, _, said = holdord("work", clienti.folder, "--once")
    assert (status, "no mail server is named" in said) == (1, True)
