"""The back office: who may do what with a request, and that nothing personal is shown before somebody opens it."""

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from holdord.ledger import log
from holdord.now import now, today
from holdord.policy.model import Record
from holdord.policy.terms import LANGUAGES
from holdord.run import outbox
from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.run.letters.letter import Letter
from holdord.run.requests import book, booked, incoming, limits
from tests.web.conftest import Member

IDA = Record(record_class="person", key=(1,))
NAMES = ("Ida", "ida@home.example", "22 33 44 55", "person:1")
COLUMNS = "id, name, email, phone, postcode, collected_on"
PEOPLE = [
    (1, "Ida Nord", "ida@home.example", "+47 22 33 44 55", "0617", "2026-11-01"),
    (2, "Ola Sør", "both@home.example", "99887766", "5003", "2026-11-01"),
    (3, "Per Vest", "both@home.example", "11223344", "7010", "2026-11-01"),
    (4, "Eva Øst", "post@firm.example", "55667788", "9008", "2026-11-01"),
]
PAGES = ("", "new/", "new/erasure/", "1/", "1/erase/", "limits/", "tasks/", "plan/", "outbox/")
POSTS = ("1/open/", "1/answer/", "1/erase/", "1/extend/", "1/refuse/", "1/reopen/", "limits/1/weigh/")


@contextmanager
def opened(folder: Path) -> Iterator[Company]:
    with closing(open_company(folder, install=True)) as company:
        yield company


@pytest.fixture
def people(site: Path) -> Path:
    """Four people in the register: two share an address, one has a mailbox that several read."""
    with opened(site):
        pass
    with closing(sqlite3.connect(site / "register.db")) as connection:
        connection.executemany(f"INSERT INTO persons ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", PEOPLE)
        connection.commit()
    return site


@pytest.fixture
def ask(people: Path) -> Callable[..., int]:
    """Registers a request of Ida's, some days ago; returns its number."""

    def register(wanted: Any, *, ago: int = 0, email: str = "ida@home.example", **wish: object) -> int:
        with opened(people) as company:
            day = today(company.policy.controller.zone, now()) - timedelta(days=ago)
            return book.register(
                company, now(), asks_for=wanted, person=IDA, channel="letter", received=day, wish=wish, email=email
            ).number

    return register


@pytest.fixture
def staff(member: Member) -> Client:
    return member("case_handler")


def fresh(client: Client) -> Client:
    """Somebody who has just shown again who they are."""
    client.post("/en/account/reauthenticate/", {"password": "en lang setning"})
    return client


def page(client: Client, at: str, language: str = "en") -> str:
    answer = client.get(f"/{language}/office/{at}")
    assert answer.status_code == 200, answer.status_code
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def state_of(folder: Path, number: int) -> str:
    with opened(folder) as company, company.state.snapshot() as connection:
        return booked.find(connection, company.policy, number).state


def kinds_of_entries(folder: Path) -> list[str]:
    with opened(folder) as company, company.state.snapshot() as connection:
        return [entry.value["kind"] for entry in log.read(connection)]


@pytest.mark.parametrize("role", ["sales", "accounts", "auditor"])
def test_other_roles_see_nothing_of_the_office(member: Member, ask: Callable[..., int], role: str) -> None:
    ask("erasure")
    client = fresh(member(role))
    assert {client.get(f"/nb/office/{one}").status_code for one in PAGES} == {403}
    assert {client.post(f"/nb/office/{one}", {"reason": "x"}).status_code for one in POSTS} == {403}


def test_a_stranger_is_sent_to_the_login(visitor: Client, ask: Callable[..., int]) -> None:
    ask("erasure")
    for one in (*PAGES, "1/open/", "1/answer/"):
        assert visitor.get(f"/nb/office/{one}").status_code in (302, 405)
        assert visitor.post(f"/nb/office/{one}").status_code in (302, 405)


def test_a_press_without_its_token_does_nothing(staff: Client, ask: Callable[..., int], people: Path) -> None:
    number = ask("access")
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.cookies = fresh(staff).cookies
    for one in POSTS:
        assert strict.post(f"/en/office/{one}", {"reason": "x", "sure": "on"}).status_code == 403
    assert state_of(people, number) == "open"


@pytest.mark.parametrize("one", ["open", "answer", "extend", "refuse", "reopen"])
def test_what_changes_something_is_never_done_by_a_link(staff: Client, ask: Callable[..., int], one: str) -> None:
    number = ask("access")
    assert staff.get(f"/en/office/{number}/{one}/").status_code == 405


def test_a_number_that_nobody_has_does_not_exist(staff: Client, people: Path) -> None:
    fresh(staff)
    for one in ("7/", "7/erase/", "new/everything/", "tasks/nothing/here/"):
        assert staff.get(f"/en/office/{one}").status_code == 404
    for one in ("7/open/", "7/answer/", "7/refuse/", "limits/7/announce/", "limits/7/lift/", "plan/nothing/"):
        assert staff.post(f"/en/office/{one}", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language(member: Member, ask: Callable[..., int], language: str) -> None:
    client = fresh(member("general_manager"))
    ask("erasure", ago=40)
    ask("rectification", changes=[{"category": "contact.phone", "old": "+47 22 33 44 55", "new": "111"}])
    for one in (*PAGES, "2/"):
        text = page(client, one, language)
        assert f'<html lang="{language}">' in text
        assert text.count("<h1>") == 1
        assert "style=" not in text
        assert "<script" not in text


def test_the_latest_comes_first_and_says_by_how_much(staff: Client, ask: Callable[..., int]) -> None:
    ask("access", ago=5)
    ask("portability", ago=60)
    ask("erasure", ago=20)
    text = page(staff, "")
    order = re.findall(r'<li class="case (\w+)">.*?>Request (\d)<', text, re.DOTALL)
    assert [number for _, number in order] == ["2", "3", "1"]
    assert order[0][0] == "late"
    assert re.search(r"\d+ days late", text)
    assert "One request is late" in text


def test_closed_requests_are_listed_where_all_are_asked_for(staff: Client, ask: Callable[..., int]) -> None:
    number = ask("access")
    staff.post(f"/en/office/{number}/refuse/", {"reason": "Third time this week."})
    assert f"Request {number}" not in page(staff, "")
    assert "Refused on" in page(staff, "?show=all")


@pytest.mark.parametrize("wanted", ["access", "erasure", "portability"])
def test_no_page_names_the_person(staff: Client, ask: Callable[..., int], wanted: str) -> None:
    number = ask(wanted)
    for one in ("", f"{number}/", "limits/", "outbox/?show=all"):
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page(staff, one))  # any letters may stand there
        assert not any(name in text for name in NAMES)
    assert "i…@h….example" in page(staff, f"{number}/")


def test_what_should_be_put_right_is_named_by_its_kind_alone(staff: Client, ask: Callable[..., int]) -> None:
    ask("rectification", changes=[{"category": "contact.phone", "old": "+47 22 33 44 55", "new": "11998822"}])
    text = page(staff, "1/")
    assert "11998822" not in text
    assert "22 33 44 55" not in text


def test_opening_an_answer_shows_it_and_stands_in_the_log(staff: Client, ask: Callable[..., int], people: Path) -> None:
    number = ask("access")
    before = kinds_of_entries(people).count("view")
    answer = staff.post(f"/en/office/{number}/open/")
    assert "Ida Nord" in answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert re.search(r"style-src 'sha256-", answer["Content-Security-Policy"])
    assert kinds_of_entries(people).count("view") == before + 1
    assert "Somebody opened the answer" in page(staff, f"{number}/")
    with opened(people) as company, company.state.snapshot() as connection:
        said = [entry.value for entry in log.read(connection) if entry.value["kind"] == "view"]
    assert set(said[0]["sealed"]) == {"number", "who"}
    assert "kari" not in str(said)


def test_an_answer_that_is_gone_is_said_in_words(staff: Client, ask: Callable[..., int]) -> None:
    number = ask("access")
    staff.post(f"/en/office/{number}/refuse/", {"reason": "No."})
    answer = staff.post(f"/en/office/{number}/open/", follow=True)
    assert "The answer is not kept here any more" in answer.content.decode()


def test_an_access_is_answered_and_closed_once(staff: Client, ask: Callable[..., int], people: Path) -> None:
    number = ask("access")
    first = staff.post(f"/en/office/{number}/answer/", follow=True).content.decode()
    assert "The request is answered and closed" in first
    assert state_of(people, number) == "answered"
    again = staff.post(f"/en/office/{number}/answer/", follow=True)
    assert again.status_code == 200
    assert "is closed" in again.content.decode()
    assert "Ida Nord" in staff.post(f"/en/office/{number}/open/").content.decode()


def test_whoever_has_no_address_must_be_told_by_hand(staff: Client, ask: Callable[..., int]) -> None:
    number = ask("access", email="")
    assert "Write to the person" in staff.post(f"/en/office/{number}/answer/", follow=True).content.decode()


@pytest.mark.parametrize("wanted", ["erasure", "withdrawal"])
def test_nothing_is_erased_by_who_has_not_shown_again_who_they_are(
    staff: Client, ask: Callable[..., int], people: Path, wanted: str
) -> None:
    number = ask(wanted, **({"purposes": [consent(people)]} if wanted == "withdrawal" else {}))
    answer = staff.post(f"/en/office/{number}/erase/", {"sure": "on", "plan": ""})
    assert answer["Location"].partition("?")[0] == "/en/account/reauthenticate/"
    assert staff.post(f"/en/office/{number}/answer/")["Location"] == f"/en/office/{number}/erase/"
    assert state_of(people, number) == "open"


def test_an_erasure_is_carried_out_by_a_tick_beside_its_numbers(
    staff: Client, ask: Callable[..., int], people: Path
) -> None:
    number = ask("erasure")
    text = page(fresh(staff), f"{number}/erase/")
    plan = re.search(r'name="plan" value="(\w+)"', text)
    assert plan is not None
    assert "erased or stripped" in text
    assert staff.post(f"/en/office/{number}/erase/", {"plan": plan[1]}).status_code == 200
    assert state_of(people, number) == "open", "without the tick nothing is done"
    answer = staff.post(f"/en/office/{number}/erase/", {"plan": plan[1], "sure": "on", "clock": "on"}, follow=True)
    assert "answered and closed" in answer.content.decode()
    with closing(sqlite3.connect(people / "register.db")) as connection:
        assert connection.execute("SELECT count(*) FROM persons WHERE name = 'Ida Nord'").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM persons").fetchone() == (3,)


def test_where_nothing_goes_nobody_is_asked_to_erase(staff: Client, ask: Callable[..., int], people: Path) -> None:
    with closing(sqlite3.connect(people / "register.db")) as connection, connection:
        connection.execute("INSERT INTO relations (person_id, kind, started_on) VALUES (1, 'customer', '2026-11-01')")
    number = ask("erasure")
    one = page(staff, f"{number}/")
    assert "Nothing can be erased now." in one
    assert "See the answer and send it" in one
    assert 'class="button danger"' not in one
    text = page(fresh(staff), f"{number}/erase/")
    assert "Yes, answer that nothing is erased now." in text
    assert "Erase and answer" not in text
    plan = re.search(r'name="plan" value="(\w+)"', text)
    assert plan is not None
    answer = staff.post(f"/en/office/{number}/erase/", {"plan": plan[1], "sure": "on"}, follow=True)
    assert "answered and closed" in answer.content.decode()
    with closing(sqlite3.connect(people / "register.db")) as connection:
        assert connection.execute("SELECT name FROM persons WHERE id = 1").fetchone() == ("Ida Nord",)


def test_other_numbers_than_those_that_were_seen_are_shown_again(
    staff: Client, ask: Callable[..., int], people: Path
) -> None:
    number = ask("erasure")
    fresh(staff)
    answer = staff.post(f"/en/office/{number}/erase/", {"plan": "0" * 64, "sure": "on"}, follow=True)
    assert "The numbers changed" in answer.content.decode()
    assert state_of(people, number) == "open"


def test_an_erasure_that_is_closed_has_nothing_to_erase(staff: Client, ask: Callable[..., int]) -> None:
    number = ask("erasure")
    staff.post(f"/en/office/{number}/refuse/", {"reason": "A dispute."})
    answer = fresh(staff).get(f"/en/office/{number}/erase/", follow=True)
    assert "nothing to erase here" in answer.content.decode()


@pytest.mark.parametrize("does", ["extend", "refuse"])
def test_without_a_reason_nothing_is_decided(staff: Client, ask: Callable[..., int], people: Path, does: str) -> None:
    number = ask("access")
    answer = staff.post(f"/en/office/{number}/{does}/", {"reason": "  "})
    assert (answer.status_code, state_of(people, number)) == (200, "open")
    assert 'class="errors"' in answer.content.decode()


def test_a_decision_that_cannot_be_is_refused_beside_the_form(
    staff: Client, ask: Callable[..., int], people: Path
) -> None:
    number = ask("access")
    staff.post(f"/en/office/{number}/refuse/", {"reason": "No."})
    again = staff.post(f"/nn/office/{number}/refuse/", {"reason": "No."})
    assert again.status_code == 200
    assert '<span lang="en">' in again.content.decode()
    opened_again = staff.post(f"/en/office/{number}/reopen/", {"reason": "They wrote back."}, follow=True)
    assert "open again" in opened_again.content.decode()
    assert state_of(people, number) == "open"


def test_an_objection_is_written_down_weighed_and_answered(
    staff: Client, ask: Callable[..., int], people: Path
) -> None:
    number = ask("objection", purposes=[weighed(people)])
    first = staff.post(f"/en/office/{number}/answer/", follow=True).content.decode()
    assert "the request is still open" in first
    assert "waits for somebody to weigh it" in first
    assert "To be weighed" in page(staff, "limits/") or "Uphold" in page(staff, "limits/")
    assert staff.post("/en/office/limits/1/weigh/", {"reason": "x", "decision": "maybe"}).status_code == 302
    assert staff.post("/en/office/limits/1/weigh/", {"reason": "", "decision": "upheld"}).status_code == 200
    assert "Uphold" in page(staff, "limits/"), "it still waits"
    staff.post("/en/office/limits/1/weigh/", {"reason": "Their interest weighs more.", "decision": "upheld"})
    assert "No objection waits" in page(staff, "limits/")
    assert staff.post(f"/en/office/{number}/answer/")["Location"] == f"/en/office/{number}/erase/"
    erased(fresh(staff), number)
    assert state_of(people, number) == "answered"


def test_an_objection_to_marketing_erases_and_so_asks_who_it_is(
    staff: Client, ask: Callable[..., int], people: Path
) -> None:
    number = ask("objection", purposes=[marketing(people)])
    assert staff.post(f"/en/office/{number}/answer/")["Location"] == f"/en/office/{number}/erase/"
    assert "reauthenticate" in staff.get(f"/en/office/{number}/erase/")["Location"]
    assert state_of(people, number) == "open"
    erased(fresh(staff), number)
    assert state_of(people, number) == "answered"


def test_a_restriction_is_lifted_after_the_person_was_told(
    staff: Client, ask: Callable[..., int], people: Path
) -> None:
    number = ask("restriction", ground="claims")
    staff.post(f"/en/office/{number}/answer/")
    early = staff.post("/en/office/limits/1/lift/", follow=True).content.decode()
    assert "Tell the person first" in early
    staff.post("/en/office/limits/1/announce/", {"reason": "The claim is settled."})
    assert "The person knows that it can be lifted from" in page(staff, "limits/")
    assert "limits/1/lift/" not in page(staff, "limits/"), "not before that day"
    assert "not before" in staff.post("/en/office/limits/1/lift/", follow=True).content.decode()
    with closing(sqlite3.connect(people / "register.db")) as connection:
        connection.execute("UPDATE holdord_restriction SET review = '2026-01-01'")
        connection.commit()
    staff.post("/en/office/limits/1/lift/")
    assert "No restriction stands" in page(staff, "limits/")


def test_what_somebody_ended_goes_on_once_they_want_it_again(staff: Client, people: Path) -> None:
    with opened(people) as company:
        day = today(company.policy.controller.zone, now())
        number = incoming.receive(company, now(), asks_for="erasure", person=IDA, channel="letter", received=day).number
    text = page(staff, f"{number}/")
    assert text.count("Ended when the person asked for erasure") == 4
    assert text.count("Purpose ended, since erasure was asked for") == 1, "what happened at once is said once"
    assert '× 4</span> <span class="muted">entries 1–4 of the log' in text
    assert f"#limit-{number}" not in text, "nothing on the page of restrictions"
    assert "A new consent must be shown to be there" in text
    empty = staff.post("/en/office/limits/1/renew/", follow=True).content.decode()
    assert "Say how and when the person consented again" in empty
    staff.post("/en/office/limits/1/renew/", {"reason": "By telephone, on Monday."})
    assert "limits/1/renew/" not in page(staff, f"{number}/")
    text = page(staff, f"{number}/")
    assert "limits/2/renew/" in text, "each purpose by itself"
    assert (text.count("the purpose goes on since"), text.count("Purpose goes on <")) == (1, 1)
    assert staff.post("/en/office/limits/99/renew/").status_code == 404


def test_a_restriction_that_was_just_placed_is_seen_by_the_next_erasure(
    staff: Client, ask: Callable[..., int], people: Path
) -> None:
    erasure = ask("erasure")
    restriction = ask("restriction", ground="claims")
    assert "erased or stripped" in page(staff, f"{erasure}/")
    staff.post(f"/en/office/{restriction}/answer/")
    text = page(staff, f"{erasure}/")
    assert "Nothing can be erased now" in text
    assert "Legal hold" in text


def test_a_review_that_is_overdue_is_said(staff: Client, people: Path) -> None:
    with opened(people) as company:
        limits.restrict(company, now() - timedelta(days=45), IDA, "claims", "A claim.")
    assert "It should have been looked at by" in page(staff, "limits/")


def test_a_request_by_letter_is_written_down(staff: Client, people: Path) -> None:
    given = {"channel": "letter", "received": "2026-11-02", "email": "ida@home.example", "sure": "on"}
    answer = staff.post("/en/office/new/erasure/", given, follow=True)
    assert "Request 1" in answer.content.decode()
    assert "tell the person" in answer.content.decode()
    with opened(people) as company, company.state.snapshot() as connection:
        one = booked.find(connection, company.policy, 1)
    assert (one.person, one.asks_for, one.channel, one.received.isoformat()) == (IDA, "erasure", "letter", "2026-11-02")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"email": "nobody@home.example"}, "Nobody is known"),
        ({"email": "both@home.example"}, "Several people are known"),
        ({"email": "post@firm.example"}, "Several people read such a mailbox"),
        ({"email": ""}, "one of the two"),
        ({"key": "person:1"}, "one of the two"),
        ({"email": "", "key": "invoice:1"}, "no class of people"),
        ({"received": "2999-01-01"}, "lies ahead"),
        ({"sure": ""}, "errors"),
        ({"channel": "portal"}, "errors"),
    ],
)
def test_a_request_of_nobody_in_particular_is_not_written_down(
    staff: Client, people: Path, changed: dict[str, str], why: str
) -> None:
    given = {"channel": "letter", "received": "2026-11-02", "email": "ida@home.example", "sure": "on"}
    answer = staff.post("/en/office/new/access/", given | changed)
    assert answer.status_code == 200
    assert why in answer.content.decode()
    with opened(people) as company, company.state.snapshot() as connection:
        assert not booked.listed(connection, company.policy, closed=True)


def test_a_key_names_a_person_whom_no_address_finds(staff: Client, people: Path) -> None:
    given = {"channel": "phone", "received": "2026-11-02", "key": "person:99", "sure": "on"}
    answer = staff.post("/en/office/new/access/", given, follow=True).content.decode()
    assert "Nothing is held under that key" in answer


def test_a_proof_is_noted_for_who_has_signed_in(staff: Client, people: Path) -> None:
    at = re.search(r'href="/en/office/(tasks/[^"]+/[^"]+/)"', page(staff, "tasks/"))
    assert at is not None
    assert staff.post(f"/en/office/{at[1]}", {"says": "", "given": "2026-11-02"}).status_code == 200
    ahead = staff.post(f"/en/office/{at[1]}", {"says": "Done.", "given": "2999-01-01"})
    assert "lies ahead" in ahead.content.decode()
    file = io.BytesIO(b"minutes")
    file.name = "minutes.txt"
    day = today_of(people)
    assert staff.post(f"/en/office/{at[1]}", {"says": "Done.", "given": day, "file": file}).status_code == 302
    with closing(sqlite3.connect(people / "register.db")) as connection:
        found = connection.execute("SELECT by_whom, says, length(file_digest) FROM holdord_proof").fetchall()
    assert found == [("kari", "Done.", 64)]


def test_the_plan_says_what_goes_and_which_command_does_it(staff: Client, people: Path) -> None:
    with closing(sqlite3.connect(people / "register.db")) as connection:
        connection.execute("UPDATE persons SET collected_on = '2001-01-01'")
        connection.commit()
    text = page(staff, "plan/")
    assert "holdord keep" in text
    assert not any(name in text for name in NAMES)
    assert staff.post("/en/office/plan/").status_code == 405, "nothing is carried out from here"


def test_a_letter_that_waits_is_listed_without_its_address(staff: Client, people: Path) -> None:
    with opened(people) as company, company.state.writing() as connection:
        outbox.post(
            connection, now(), request=None, kind="link", recipient="ida@home.example", language="nb",
            made=Letter(subject="s", plain="p", html="h"),
        )  # fmt: skip
    text = page(staff, "outbox/")
    assert "i…@h….example" in text
    assert "ida@home.example" not in text


def consent(folder: Path) -> str:
    with opened(folder) as company:
        return next(one.id for one in company.policy.purposes.values() if one.basis == "consent")


def weighed(folder: Path) -> str:
    with opened(folder) as company:
        purposes = company.policy.purposes.values()
        return next(one.id for one in purposes if one.basis == "legitimate_interest" and not one.ends_on_request)


def marketing(folder: Path) -> str:
    """Let a purpose end on request, as marketing must; return it."""
    policy = folder / "policy.yaml"
    before, found, after = policy.read_text("utf-8").partition("\n  offers:\n")
    policy.write_text(before + found + after.replace("    basis:", "    ends_on: request\n    basis:", 1), "utf-8")
    return "offers"


def erased(client: Client, number: int) -> None:
    """Tick the box beside the numbers that are shown."""
    plan = re.search(r'name="plan" value="(\w+)"', page(client, f"{number}/erase/"))
    assert plan is not None
    client.post(f"/en/office/{number}/erase/", {"plan": plan[1], "sure": "on", "clock": "on"})


def today_of(folder: Path) -> str:
    with opened(folder) as company:
        return today(company.policy.controller.zone, now()).isoformat()
