"""The outbox and the mail server: nothing is lost, nothing sent twice but by a kill, and nothing personal is left."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from tests.mailserver import MailServer, certificate, mail_server
from tests.scenarios.story import Story

from holdord.config import Mail
from holdord.errors import MailError, Refused
from holdord.ledger import log
from holdord.policy.model import Record
from holdord.run import mail, outbox
from holdord.run.company import Company
from holdord.run.letters.letter import Letter
from holdord.run.outbox_lines import Line, listed, masked
from holdord.run.requests import book

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
IDA = "ida.prove@home.example"


@pytest.fixture
def company(register: str, tmp_path: Path) -> Iterator[Company]:
    with closing(Story("clienti", register, tmp_path / "clienti").company) as company:
        yield company


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def posted(company: Company, at: datetime = NOON, **said: Any) -> int:
    told = {"request": None, "kind": "answered", "recipient": IDA, "language": "nb"}
    made = Letter(subject="Svaret er klart", plain="Hei Ida,\n\n.et punktum og æøå\n", html="<p>Hei Ida, æøå</p>")
    with company.state.writing() as connection:
        return outbox.post(connection, at, **{**told, "made": made, **said})


def sent(company: Company, settings: Mail, at: datetime = NOON) -> Line | None:
    return outbox.send(company, lambda: at, partial(mail.deliver, settings))


def lines(company: Company, *, everything: bool = True) -> list[Line]:
    with company.state.snapshot() as connection:
        return listed(connection, everything=everything)


def entries(company: Company) -> list[dict[str, Any]]:
    with company.state.snapshot() as connection:
        return [entry.value for entry in log.read(connection) if entry.value["kind"] == "message"]


def row(company: Company, number: int = 1) -> dict[str, Any]:
    with company.state.snapshot() as connection:
        query = text("SELECT * FROM holdord_message WHERE number = :number")
        return dict(connection.execute(query, {"number": number}).mappings().one())


# Mail


def test_a_letter_arrives_as_text_and_page_and_says_that_nobody_wrote_it(company: Company, server: MailServer) -> None:
    posted(company)
    assert sent(company, server.settings()) is not None
    (one,) = server.taken
    assert server.to == [IDA]
    assert (one["Subject"], one["From"], one["To"]) == ("Svaret er klart", "privacy@clienti.example", IDA)
    assert (one["Reply-To"], one["Auto-Submitted"]) == ("post@clienti.example", "auto-generated")
    assert (one["Content-Language"], one["Date"]) == ("nb", "Mon, 01 Jun 2026 10:00:00 +0000")
    assert one.get_content_type() == "multipart/alternative"
    plain, page = one.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n") == "Hei Ida,\n\n.et punktum og æøå\n"  # type: ignore[attr-defined]
    assert "æøå" in page.get_content()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "address",
    ["", "ida", "a@x.example, b@x.example", "a@x.example\r\nBcc: b@x.example", "Ida <a@x.example>", "a b@x.no"],
)
def test_an_address_that_is_not_one_address_is_refused(company: Company, server: MailServer, address: str) -> None:
    with pytest.raises(Refused):
        posted(company, recipient=address)
    assert not lines(company)
    with pytest.raises(MailError) as caught:
        mail.composed(server.settings(), letter(recipient=address))
    assert caught.value.final


def letter(**said: Any) -> mail.Posted:
    told = {"number": 1, "origin": "holdord/x", "recipient": IDA, "language": "nb", "queued": NOON}
    return mail.Posted(**{**told, "subject": "S", "plain": "p", "html": "<p>p</p>", **said})


def test_a_subject_of_two_lines_is_refused(server: MailServer) -> None:
    with pytest.raises(MailError):
        mail.deliver(server.settings(), letter(subject="S\r\nBcc: eve@example.org"))
    assert not server.taken


@pytest.mark.parametrize(
    ("way", "final", "said"),
    [
        ("greylist", False, "the recipient (450)"),
        ("refuse", True, "the recipient (550)"),
        ("content", True, "the letter (554)"),
        ("sender", False, "the sender (553)"),
        ("greet", False, "the connection (554)"),
        ("password", False, "user and password (535)"),
        ("hang", False, "does not answer"),
        ("drop", False, "went away"),
    ],
)
def test_what_a_server_says_is_told_without_its_words(server: MailServer, way: str, final: bool, said: str) -> None:
    server.ways = [way]
    settings = server.settings(timeout=0.2 if way == "hang" else 5, user="u" if way == "password" else "", password="p")
    with pytest.raises(MailError) as caught:
        mail.deliver(settings, letter())
    assert (caught.value.final, said in str(caught.value)) == (final, True)
    assert IDA not in str(caught.value)
    assert not server.taken


@pytest.mark.parametrize("way", ["slow", "rude"])
def test_a_letter_that_was_taken_is_taken(server: MailServer, way: str) -> None:
    server.ways = [way]
    mail.deliver(server.settings(), letter())
    assert len(server.taken) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_only_a_server_that_is_trusted_gets_a_letter(tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    file = certificate(tmp_path)
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.load_cert_chain(file)
    (tmp_path / "password").write_text("secret\n")
    with mail_server(trusted, implicit=tls == "implicit") as server:
        settings = server.settings(tls=tls, user="u", password_file=tmp_path / "password")
        with pytest.raises(MailError, match="TLS could not be trusted"):
            mail.deliver(settings, letter())
        assert not server.passwords
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        mail.deliver(settings, letter())
        assert len(server.taken) == len(server.passwords) == 1


def test_a_server_without_tls_gets_neither_letter_nor_password(server: MailServer) -> None:
    with pytest.raises(MailError, match="cannot do what is needed"):
        mail.deliver(server.settings(tls="starttls", user="u", password="p"), letter())
    assert not server.taken
    assert not server.passwords


# The outbox


def test_after_sending_only_that_it_was_sent_is_left(company: Company, server: MailServer) -> None:
    number = posted(company)
    done = sent(company, server.settings(), NOON + timedelta(minutes=1))
    assert (done and done.state, done and done.done) == ("sent", NOON + timedelta(minutes=1))
    left = row(company, number)
    assert [left[name] for name in ("recipient", "subject", "plain", "html", "next_try", "leased_until")] == [None] * 6
    assert (left["kind"], left["tries"]) == ("answered", 1)
    (entry,) = entries(company)
    assert {name: entry[name] for name in ("about", "does", "tries")} == {
        "about": "answered", "does": "sent", "tries": 1,
    }  # fmt: skip
    assert set(entry["sealed"]) == {"message"}
    assert sent(company, server.settings()) is None
    assert not lines(company, everything=False)


def test_what_fails_is_tried_later_and_later_and_given_up_visibly(company: Company, server: MailServer) -> None:
    server.ways = ["greylist"] * 20
    posted(company)
    at = NOON
    for wait in outbox.WAITS:
        done = sent(company, server.settings(), at)
        assert done is not None
        assert (done.state, done.next_try) == ("waiting", at + wait)
        assert sent(company, server.settings(), at + wait - timedelta(seconds=1)) is None
        at += wait
    assert not entries(company)
    done = sent(company, server.settings(), at)
    assert done is not None
    assert (done.state, done.tries, done.failure) == ("given_up", 9, "The mail server refused the recipient (450).")
    assert sent(company, server.settings(), at + timedelta(days=9)) is None
    assert [entry["does"] for entry in entries(company)] == ["given_up"]
    assert [one.recipient for one in lines(company, everything=False)] == ["i…@h….example"]


def test_what_is_refused_for_good_is_given_up_at_once_and_can_be_tried_again(
    company: Company, server: MailServer
) -> None:
    server.ways = ["refuse"]
    number = posted(company)
    done = sent(company, server.settings())
    assert (done and done.state) == "given_up"
    with company.state.writing() as connection:
        outbox.retry(connection, NOON, number)
    done = sent(company, server.settings())
    assert (done and done.state) == "sent"
    with company.state.writing() as connection, pytest.raises(Refused, match="was sent"):
        outbox.retry(connection, NOON, number)
    with company.state.writing() as connection, pytest.raises(Refused, match="no message 9"):
        outbox.retry(connection, NOON, 9)


def test_a_given_up_letter_loses_its_text_after_thirty_days(company: Company, server: MailServer) -> None:
    server.ways = ["refuse"]
    posted(company)
    sent(company, server.settings())
    for days, left in ((29, IDA), (31, None)):
        with company.state.writing() as connection:
            outbox.expire(connection, NOON + timedelta(days=days))
        assert row(company)["recipient"] == left
    with company.state.writing() as connection, pytest.raises(Refused, match="is gone"):
        outbox.retry(connection, NOON, 1)
    posted(company)
    with company.state.writing() as connection:
        outbox.expire(connection, NOON + timedelta(days=31))
    assert [one.number for one in lines(company)] == [2]


def test_a_link_that_is_over_is_not_sent(company: Company, server: MailServer) -> None:
    posted(company, kind="link")
    done = sent(company, server.settings(), NOON + timedelta(minutes=16))
    assert (done and done.state) == "given_up"
    assert row(company)["plain"] is None
    assert not server.taken


def test_a_letter_is_posted_with_what_it_tells_or_not_at_all(company: Company) -> None:
    told = {"request": None, "kind": "received", "recipient": IDA, "language": "nb"}
    with suppress(ZeroDivisionError), company.state.writing() as connection:
        outbox.post(connection, NOON, **told, made=Letter(subject="s", plain="p", html="h"))  # type: ignore[arg-type]
        raise ZeroDivisionError
    assert not lines(company)


def test_letters_are_forgotten_with_their_request_and_their_entries_with_it(
    company: Company, server: MailServer
) -> None:
    who = Record(record_class="person", key=(1,))
    asked = book.register(company, NOON, asks_for="access", person=who, channel="email", received=NOON.date())
    posted(company, request=asked.number)
    sent(company, server.settings())
    posted(company, request=asked.number)
    (entry,) = entries(company)
    assert set(entry["sealed"]) == {"message", "request"}
    with company.state.snapshot() as connection:
        index = log.size(connection) - 1
        assert log.salt(connection, index, "request")
        found = connection.execute(text("SELECT entries FROM holdord_request")).scalar_one()
    assert str(index) in found
    with company.state.writing() as connection:
        outbox.forget(connection, asked.number)
    assert sent(company, server.settings()) is None
    for number in (1, 2):
        left = row(company, number)
        assert [left[name] for name in ("request", "recipient", "subject", "plain", "html")] == [None] * 5


def test_a_letter_whose_request_is_gone_is_entered_without_it(company: Company, server: MailServer) -> None:
    posted(company, request=77)
    assert sent(company, server.settings()) is not None
    assert set(entries(company)[0]["sealed"]) == {"message"}


def test_a_clock_set_back_stops_no_letter(company: Company, server: MailServer) -> None:
    server.ways = ["greylist", "hang"]
    posted(company)
    sent(company, server.settings(), NOON)
    back = NOON - timedelta(days=400)
    with company.state.writing() as connection:
        connection.execute(text("UPDATE holdord_message SET leased_until = :at"), {"at": "2026-06-01T10:10:00Z"})
    server.ways = []
    done = sent(company, server.settings(), back)
    assert (done and done.state) == "sent"
    assert len(server.taken) == 1


def test_while_one_sends_another_does_not_and_what_was_sent_counts(company: Company) -> None:
    posted(company)
    during: list[Line | None] = []

    def deliver(_: mail.Posted) -> None:
        during.append(outbox.send(company, lambda: NOON, deliver))

    done = outbox.send(company, lambda: NOON, deliver)
    assert (during, done and done.state) == ([None], "sent")


def test_a_failure_of_who_lost_the_lease_changes_nothing(company: Company) -> None:
    posted(company)
    later = NOON + outbox.LEASE

    def fails_after_another_began(_: mail.Posted) -> None:
        def deliver(_: mail.Posted) -> None:
            raise MailError("The other's.")

        outbox.send(company, lambda: later, deliver)
        raise MailError("Mine, of long ago.")

    outbox.send(company, lambda: NOON, fails_after_another_began)
    (one,) = lines(company)
    assert (one.tries, one.failure) == (2, "The other's.")


def test_addresses_are_masked() -> None:
    assert [masked(one) for one in (IDA, "x@localhost", None)] == ["i…@h….example", "x…@…", ""]


CHILD = """
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from holdord.config import Mail
from holdord.run import mail, outbox
from tests.scenarios.story import _opened
company = _opened(Path(sys.argv[1]))
here = Mail(host="127.0.0.1", port=int(sys.argv[2]), tls="none", sender="privacy@clienti.example",
            reply_to="post@clienti.example")
def deliver(letter):
    mail.deliver(here, letter)
    print("taken", flush=True)
    sys.stdin.read()
outbox.send(company, lambda: datetime(2026, 6, 1, 10, tzinfo=UTC), deliver)
"""


def test_a_kill_between_sending_and_marking_costs_one_repeat_of_the_same_message(
    company: Company, server: MailServer
) -> None:
    posted(company)
    command = [sys.executable, "-c", CHILD, str(company.folder), str(server.server_address[1])]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == b"taken\n"
        child.send_signal(signal.SIGKILL)
    assert sent(company, server.settings(), NOON + outbox.LEASE - timedelta(seconds=1)) is None
    done = sent(company, server.settings(), NOON + outbox.LEASE)
    assert (done and done.state) == "sent"
    assert sent(company, server.settings(), NOON + timedelta(days=9)) is None
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    assert [entry["does"] for entry in entries(company)] == ["sent"]


def test_several_workers_send_each_letter_once(company: Company, server: MailServer) -> None:
    for _ in range(12):
        posted(company)
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        while sent(company, server.settings()) is not None:
            pass

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    ids = [one["Message-ID"] for one in server.taken]
    assert (len(ids), len(set(ids))) == (12, 12)
    assert {one.state for one in lines(company)} == {"sent"}
    assert len(entries(company)) == 12


def test_ids_differ_by_number_and_by_log() -> None:
    ids = {mail.message_id(origin, number, "a@x.example") for origin in ("holdord/a", "holdord/b") for number in (1, 2)}
    assert len(ids) == 4
    assert all(re.fullmatch(r"<[0-9a-f]{32}@x\.example>", one) for one in ids)
