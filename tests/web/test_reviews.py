"""Contacts that must be looked at again: staff see who waits, masked; people say themselves that it is right."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, override_settings

from holdord.now import now, today
from holdord.policy.terms import LANGUAGES
from holdord.run import links, reviews
from holdord.run.folder import open_company
from holdord.web.api import tokens
from tests.web.conftest import Member, copied

TODAY = today(ZoneInfo("Europe/Copenhagen"), now())
"""The company's own day."""
MET = (TODAY - timedelta(days=420)).isoformat()
HERE = "/en/office/reviews/contacts/"


@pytest.fixture
def folder(site: Path, tmp_path: Path) -> Iterator[Path]:
    """Clienti's folder behind the pages: two prospects who were in touch long ago, one lately."""
    from holdord.web.folder import Folder

    folder = copied("clienti", tmp_path / "clienti")
    open_company(folder, install=True).close()
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        people = [(1, "Ida Nord", "ida@home.example", "0617"), (2, "Bo Vest", None, "5003")]
        people.append((3, "Eva Ny", "eva@home.example", "7010"))
        connection.executemany(
            f"INSERT INTO persons (id, name, email, postcode, collected_on) VALUES (?, ?, ?, ?, '{MET}')", people
        )
        connection.executemany(
            "INSERT INTO relations (person_id, kind, started_on) VALUES (?, 'prospect', ?)",
            [(1, MET), (2, MET), (3, TODAY.isoformat())],
        )
        connection.commit()
    opened = Folder(folder, "http://localhost")
    with override_settings(HOLDORD_FOLDER=opened):
        yield folder
    opened.close()


@pytest.fixture
def staff(member: Member, folder: Path) -> Client:
    return member("case_handler")


def reviewed(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        return connection.execute("SELECT id, reviewed_on, not_relevant_on FROM persons ORDER BY id").fetchall()


def acts(page: str, what: str) -> list[str]:
    return re.findall(rf'action="(/en/office/reviews/contacts/[^"]+/{what}/)"', page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_see_who_waits_masked_in_every_language(staff: Client, folder: Path, language: str) -> None:
    page = staff.get(f"/{language}/office/reviews/contacts/").content.decode()
    assert page.count('class="case"') == 2
    for name in ("Ida Nord", "ida@home.example", "Bo Vest", "Eva", "person:1"):
        assert name not in page
    assert f"/{language}/office/reviews/contacts/" in staff.get(f"/{language}/office/tasks/").content.decode()


def test_that_staff_looked_through_them_is_written_down_once_a_day(staff: Client, folder: Path) -> None:
    for _ in range(2):
        staff.get(HERE)
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        found = connection.execute("SELECT record_key, does, who FROM holdord_view ORDER BY record_key").fetchall()
    assert found == [("[1]", "masked", "kari"), ("[2]", "masked", "kari")]


def test_staff_write_down_what_they_found(staff: Client, folder: Path) -> None:
    first, second = acts(staff.get(HERE).content.decode(), "seen")
    assert staff.get(first).status_code == 405
    assert staff.post(first)["Location"] == HERE
    assert staff.post(second.replace("/seen/", "/over/"))["Location"] == HERE
    day = TODAY.isoformat()
    assert reviewed(folder) == [(1, day, None), (2, None, day), (3, None, None)]
    assert "Nobody waits" in staff.get(HERE).content.decode()


def test_letters_of_another_member_and_other_words_open_nothing(staff: Client, member: Member, folder: Path) -> None:
    (first, _) = acts(staff.get(HERE).content.decode(), "seen")
    assert member("general_manager", name="ola").post(first).status_code == 404
    assert staff.post(first.replace("/seen/", "/erased/")).status_code == 404
    assert staff.post("/en/office/reviews/contacts/AAAA/seen/").status_code == 404
    assert staff.get("/en/office/reviews/newsletter/").status_code == 404
    assert member("sales", name="sara").get(HERE).status_code == 403
    assert reviewed(folder) == [(1, None, None), (2, None, None), (3, None, None)]


def test_who_was_asked_says_with_one_press_that_it_is_right(visitor: Client, folder: Path) -> None:
    with closing(open_company(folder)) as company:
        reviews.ask(company, now(), "da")
        link = f"/en/link/{links.make(company, now(), 'ida@home.example', 'look')}"
    visitor.post(link)
    visitor.post("/en/sure/", {"fact": "postcode", "said": "0617"})
    assert "Is it all still right?" in visitor.get("/en/mine/held/").content.decode()
    answer = visitor.post("/en/mine/held/", {"still": "1"}, follow=True).content.decode()
    assert "We have noted that it is right." in answer
    assert "Is it all still right?" not in answer
    assert reviewed(folder)[:2] == [(1, TODAY.isoformat(), None), (2, None, None)]


def test_who_was_not_asked_cannot_say_so(visitor: Client, folder: Path) -> None:
    with closing(open_company(folder)) as company:
        reviews.ask(company, now(), "da")
        link = f"/en/link/{links.make(company, now(), 'eva@home.example', 'look')}"
    visitor.post(link)
    visitor.post("/en/sure/", {"fact": "postcode", "said": "7010"})
    assert "Is it all still right?" not in visitor.get("/en/mine/held/").content.decode()
    visitor.post("/en/mine/held/", {"still": "1"})
    assert reviewed(folder)[2] == (3, None, None)


def test_programs_list_and_write_down(folder: Path) -> None:
    client = Client(HTTP_HOST="localhost")
    token = tokens.new(folder, now(), "crm", ("data:read", "tasks:write", "requests:write"), 30)[1]
    lesser = tokens.new(folder, now(), "tasks", ("tasks:write",), 30)[1]
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    found = client.get("/api/v1/reviews?purpose=contacts", **head).json()["reviews"]
    assert [one["person"] for one in found] == ["person:1", "person:2"]
    assert client.get("/api/v1/reviews?purpose=newsletter", **head).status_code == 404
    body = {"purpose": "contacts", "person": "person:2", "found": "over", "by": "Ida Holm"}
    sent = {"data": json.dumps(body), "content_type": "application/json"}
    less = {"HTTP_AUTHORIZATION": f"Bearer {lesser}"}
    assert client.post("/api/v1/reviews", **sent, **less).status_code == 403
    assert reviewed(folder)[1] == (2, None, None)
    seen = {**sent, "data": json.dumps({**body, "found": "seen", "person": "person:1"})}
    assert client.post("/api/v1/reviews", **seen, **less).status_code == 201
    assert client.post("/api/v1/reviews", **sent, **head).status_code == 201
    assert reviewed(folder)[1] == (2, None, TODAY.isoformat())
    body["person"] = "person:99"
    sent["data"] = json.dumps(body)
    assert client.post("/api/v1/reviews", **sent, **head).status_code == 409
