"""The portal: what is held, as it is now, what a person changes by themselves, and what staff look at first."""

import json
import re
import sqlite3
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from holdord.config import Mail
from holdord.now import now
from holdord.policy.terms import LANGUAGES
from holdord.run import doors
from holdord.run.folder import open_company
from tests.web.test_portal import asked, ida, link_to, people

__all__ = ["ida", "people"]

HERE = "/en/mine/held/interest_profile/"


@pytest.fixture
def profile(people: Path) -> Path:
    """Ida's profile and Ola's, with what lies behind them."""
    with sqlite3.connect(people / "register.db") as connection:
        connection.executescript(
            """
            UPDATE persons SET address = 'Kirkeveien 1, 0364 Oslo' WHERE id = 1;
            INSERT INTO interest_profiles (id, person_id, topics, created_on) VALUES
                (1, 1, 'kurs, maling, dyser', '2026-11-01'), (2, 2, 'hjelmer, hansker', '2026-11-01');
            INSERT INTO web_events (profile_id, page, action, occurred_at) VALUES
                (1, '/kurs', 'click', '2026-11-02 10:00:00'), (2, '/hjelmer', 'click', '2026-11-02 10:00:00');
            """
        )
    connection.close()
    return people


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "register.db") as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def topics(folder: Path) -> list[tuple[object, ...]]:
    return rows(folder, "SELECT id, topics FROM interest_profiles ORDER BY id")


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_profile_and_what_lies_behind_it_are_shown_with_how_it_is_made(ida: Client, profile: Path) -> None:
    page = read(ida, HERE)
    for said in ("kurs, maling, dyser", "/kurs", "rests on what you do on our website", "Take back my consent"):
        assert said in page
    for other in ("hjelmer", "/hjelmer", "Ola"):
        assert other not in page


def test_more_than_a_few_records_of_a_kind_are_folded_and_numbered(ida: Client, profile: Path) -> None:
    def page(number: int) -> str:
        with sqlite3.connect(profile / "register.db") as connection:
            query = "INSERT INTO web_events (profile_id, page, action, occurred_at) VALUES (1, ?, 'click', ?)"
            connection.executemany(query, [(f"/side-{at}", f"2026-11-03 1{at}:00:00") for at in range(number)])
        connection.close()
        return ida.get(HERE).content.decode()

    few, many = page(2), page(1)
    assert 'class="several"' not in few
    (folded,) = re.findall(r'<details class="several">.*', many, re.DOTALL)
    assert re.findall(r"<h4>(.*?)</h4>", folded) == [f"Click on the website {at}" for at in (1, 2, 3, 4)]
    assert few.count('<article class="record">') + 1 == many.count('<article class="record">')
    assert len(set(re.findall(r'id="(new-[^"]+)"', many))) == len(re.findall(r'id="new-', many))


def test_a_topic_that_is_dropped_is_gone_at_once(ida: Client, profile: Path) -> None:
    line = {"category": "behaviour.profile", "old": "kurs, maling, dyser"}
    answer = ida.post(HERE, {**line, "drop": "maling"}, follow=True)
    assert "It is done." in answer.content.decode()
    assert topics(profile) == [(1, "kurs, dyser"), (2, "hjelmer, hansker")]
    assert rows(profile, "SELECT asks_for, state FROM holdord_request") == [("rectification", "answered")]


def test_a_profile_is_corrected_at_once(ida: Client, profile: Path) -> None:
    ida.post(HERE, {"category": "behaviour.profile", "old": "kurs, maling, dyser", "new": " sveising "})
    assert topics(profile)[0] == (1, "sveising")


def test_taking_the_consent_back_erases_the_profile_at_once(ida: Client, profile: Path) -> None:
    page = ida.get(HERE).content.decode()
    assert '<input type="hidden" name="purposes" value="interest_profile">' in page
    number = asked(ida, "withdrawal", purposes="interest_profile")
    assert topics(profile) == [(2, "hjelmer, hansker")]
    assert rows(profile, "SELECT profile_id FROM web_events") == [(2,)]
    assert rows(profile, "SELECT state FROM holdord_request") == [("answered",)]
    assert ida.get(f"/en/mine/{number}/answer/").status_code == 200
    assert "We hold nothing here." in read(ida, HERE)


def test_what_others_than_the_consent_hold_is_looked_at_by_staff(ida: Client, profile: Path) -> None:
    page = read(ida, "/en/mine/held/")
    assert "Kirkeveien 1, 0364 Oslo" in page
    assert "Drop Kirkeveien 1" not in page, "an address is no list"
    line = {"category": "contact.address", "old": "Kirkeveien 1, 0364 Oslo"}
    dropped = ida.post("/en/mine/held/", {**line, "drop": "Kirkeveien 1"}, follow=True)
    assert "Nothing was changed." in dropped.content.decode()
    answer = ida.post("/en/mine/held/", {**line, "new": "Storgata 2"})
    assert answer["Location"] == "/en/mine/1/"
    assert rows(profile, "SELECT state FROM holdord_request") == [("open",)]
    assert rows(profile, "SELECT address FROM persons WHERE id = 1") == [("Kirkeveien 1, 0364 Oslo",)]


@pytest.mark.parametrize(
    "said",
    [
        {"category": "behaviour.profile", "old": "hjelmer, hansker", "drop": "hjelmer"},
        {"category": "contact.email", "old": "ola@home.example", "new": "ida@home.example"},
        {"category": "behaviour.profile", "old": "kurs, maling, dyser", "new": "  "},
        {"category": "behaviour.profile", "old": "kurs, maling, dyser", "new": "x" * 2001},
        {"category": "behaviour.profile", "old": "kurs, maling, dyser", "drop": "no such"},
        {"category": "no.such", "old": "kurs, maling, dyser", "new": "x"},
        {},
    ],
)
def test_what_is_not_on_ones_own_page_cannot_be_changed(ida: Client, profile: Path, said: dict[str, str]) -> None:
    before = topics(profile)
    assert "Nothing was changed." in ida.post(HERE, said, follow=True).content.decode()
    assert topics(profile) == before
    assert rows(profile, "SELECT count(*) FROM holdord_request") == [(0,)]


def test_what_is_under_a_legal_hold_is_not_changed_at_once(ida: Client, profile: Path) -> None:
    policy = profile / "policy.yaml"
    scope = "scope: {person: 1}, since: 2026-11-01, review: 2027-01-01"
    hold = f"\nholds:\n  dispute: {{reason: a dispute, owner: leder, {scope}}}\n"
    policy.write_text(policy.read_text("utf-8") + hold, "utf-8")
    ida.post(HERE, {"category": "behaviour.profile", "old": "kurs, maling, dyser", "drop": "kurs"})
    assert topics(profile)[0] == (1, "kurs, maling, dyser")
    assert rows(profile, "SELECT state FROM holdord_request") == [("open",)]


def test_only_purposes_that_a_promise_opens_have_a_page(ida: Client, profile: Path) -> None:
    assert ida.get("/en/mine/held/bookkeeping/").status_code == 404
    assert ida.get("/en/mine/held/nothing/").status_code == 404


def test_nothing_is_shown_without_a_second_fact(visitor: Client, profile: Path) -> None:
    assert visitor.get(HERE).status_code == 403
    visitor.post(link_to(profile, "ida@home.example", "interest_profile"))
    for page in (HERE, "/en/mine/held/"):
        assert visitor.get(page)["Location"] == "/en/sure/"
    answer = visitor.post("/en/sure/", {"fact": "postcode", "said": "0617"})
    assert answer["Location"] == HERE, "they come to what they asked to see"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_page(ida: Client, profile: Path, language: str) -> None:
    for page in ("held/", "held/interest_profile/", ""):
        answer = ida.get(f"/{language}/mine/{page}")
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.content.decode()


def test_the_door_that_the_worker_looks_at_is_on_the_page(
    visitor: Client, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(method: str, address: str, head: object) -> tuple[int, bytes]:
        answer = visitor.get(address.removeprefix("http://localhost"))
        return answer.status_code, answer.content

    monkeypatch.setattr("holdord.run.doors.fetch", fetch)
    company = open_company(site, install=True)
    mail = Mail(host="localhost", port=25, tls="none", sender="p@clemco.example", reply_to="")
    served = replace(company, settings=replace(company.settings, portal="http://localhost", mail=mail))
    assert doors.look(served, now()) == f"doors looked at: {len(doors.named(company.policy))} open"
    assert "interest_profile" in doors.shown(company.policy)
    company.close()


@pytest.mark.parametrize(("elsewhere", "state"), [(None, "answered"), (" messe Oslo", "open")])
def test_what_is_written_otherwise_elsewhere_is_not_changed_at_once_for_other_purposes(
    ida: Client, profile: Path, elsewhere: str | None, state: str
) -> None:
    with sqlite3.connect(profile / "register.db") as connection:
        connection.execute(
            "INSERT INTO subscriptions (person_id, channel, topic, source, subscribed_on) "
            "VALUES (1, 'email', 'news', 'messe Oslo', '2026-11-01')"
        )
        connection.execute("INSERT INTO relations (person_id, kind, started_on) VALUES (1, 'customer', '2026-11-01')")
        connection.execute("UPDATE persons SET source = ? WHERE id = 1", [elsewhere])
    connection.close()
    ida.post("/en/mine/held/", {"category": "record.source", "old": "messe Oslo", "new": "messe Bergen"})
    assert rows(profile, "SELECT state FROM holdord_request") == [(state,)]
    assert rows(profile, "SELECT source FROM persons WHERE id = 1") == [(elsewhere,)]
    assert rows(profile, "SELECT source FROM subscriptions") == [
        ("messe Bergen",) if state == "answered" else ("messe Oslo",)
    ]


def test_a_value_of_several_lines_is_corrected_as_browsers_send_it(ida: Client, profile: Path) -> None:
    with sqlite3.connect(profile / "register.db") as connection:
        connection.execute("UPDATE persons SET address = ? WHERE id = 1", ["Kirkeveien 1\n0364 Oslo"])
    connection.close()
    page = ida.get("/en/mine/held/").content.decode()
    assert re.search(r"<textarea name=\"new\"[^>]*>\s+Kirkeveien 1\n0364 Oslo</textarea>", page)
    sent = {"category": "contact.address", "old": "Kirkeveien 1\r\n0364 Oslo", "new": "Storgata 2\r\n0155 Oslo"}
    assert ida.post("/en/mine/held/", sent)["Location"] == "/en/mine/1/"
    ((wish,),) = rows(profile, "SELECT wish FROM holdord_request")
    assert json.loads(str(wish))["changes"] == [
        {"category": "contact.address", "old": "Kirkeveien 1\n0364 Oslo", "new": "Storgata 2\n0155 Oslo"}
    ]
