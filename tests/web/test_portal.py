"""The portal: from an address to the answer, and everything that must not open."""

import base64
import html
import io
import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client

from holdord.notice.write.words import words_of
from holdord.now import now
from holdord.policy.model import Record
from holdord.policy.terms import CATEGORIES, LANGUAGES, Language
from holdord.run import links
from holdord.run.folder import open_company
from holdord.run.requests import booked, incoming, second
from holdord.run.requests.book import accept_mandate
from holdord.run.requests.handle import finish, handle, refuse
from holdord.run.requests.wish import ASKS_FOR

COLUMNS = "id, name, email, phone, postcode, collected_on"
PEOPLE = [
    (1, "Ida Nord", "ida@home.example", "+47 22 33 44 55", "0617", "2026-11-01"),
    (2, "Ola Sør", "ola@home.example", "99887766", "5003", "2026-11-01"),
    (3, "Per Vest", "post@firm.example", "11223344", "7010", "2026-11-01"),
]


@pytest.fixture
def people(site: Path) -> Path:
    """Three people in the register; the third is known by a mailbox that several read."""
    open_company(site, install=True).close()
    with sqlite3.connect(site / "register.db") as connection:
        connection.executemany(f"INSERT INTO persons ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", PEOPLE)
    connection.close()
    return site


def link_to(folder: Path, email: str, what: str = "access", ago: timedelta = timedelta(0)) -> str:
    company = open_company(folder)
    try:
        return f"/en/link/{links.make(company, now() - ago, email, what)}"
    finally:
        company.close()


@pytest.fixture
def ida(visitor: Client, people: Path) -> Client:
    """Ida, who opened her link and named her postal code."""
    visitor.post(link_to(people, "ida@home.example", "look"))
    assert visitor.post("/en/sure/", {"fact": "postcode", "said": "0617"})["Location"] == "/en/mine/"
    return visitor


def asked(client: Client, wanted: str, **wish: object) -> int:
    """Ask for something and return the request's number."""
    answer = client.post(f"/en/mine/new/{wanted}/", {"go": "1", **wish})
    assert answer.status_code == 302, answer.content.decode()
    return int(answer["Location"].rstrip("/").rpartition("/")[2])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "ask/", "ask/sent/"])
def test_every_open_page_is_there_in_every_language(visitor: Client, language: str, page: str) -> None:
    answer = visitor.get(f"/{language}/{page}")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_of_data_to_correct_are_called_what_notices_call_them(ida: Client, language: Language) -> None:
    page = ida.get(f"/{language}/mine/new/rectification/").content.decode()
    groups = re.findall(r"<optgroup label=\"([^\"]+)\">(.+?)</optgroup>", page, re.DOTALL)
    offered = [[html.unescape(one) for one in re.findall(r">([^<>]+)</option>", group)] for _, group in groups]
    assert [one for group in offered for one in group] != []
    assert all(group == sorted(group, key=str.lower) for group in offered)
    held, other = offered
    called = words_of(language).label
    assert called("data", "contact.phone") in held
    assert called("data", "behaviour.email") in other
    if language != "en":
        assert not {one.label for one in CATEGORIES.values()} & {one for one in held + other if " " in one}


@pytest.mark.parametrize(("language", "marked"), [("en", False), ("sv", True)])
def test_words_in_another_language_are_marked_and_not_shown_as_tags(
    ida: Client, people: Path, language: str, marked: bool
) -> None:
    policy = people / "policy.yaml"
    written = re.subn(
        r"(interest_profile:\n(?: +#.*\n)* +for:) *\n(?: {6}.*\n)+",
        r"\1 {en: knowing what you <like>}\n",
        policy.read_text(),
    )
    assert written[1] == 1
    policy.write_text(written[0])
    page = ida.get(f"/{language}/mine/").content.decode()
    assert "nowing what you &lt;like&gt;" in page
    assert ('<span lang="en">knowing what you &lt;like&gt;</span>' in page) == marked
    assert "&lt;span" not in page


def test_known_and_unknown_addresses_get_the_same_answer(visitor: Client, people: Path) -> None:
    answers = []
    for email in ("ida@home.example", "nobody@home.example", "post@firm.example"):
        answer = visitor.post("/en/ask/", {"wanted": "access", "email": email})
        answers.append((answer.status_code, answer["Location"], answer.content))
    assert answers == [(302, "/en/ask/sent/", b"")] * 3


def test_nonsense_in_the_form_is_answered_beside_the_field(visitor: Client, people: Path) -> None:
    page = visitor.post("/en/ask/", {"wanted": "everything", "email": "<script>"}).content.decode()
    assert page.count('class="errors"') == 2
    assert "<script>" not in page


def test_a_link_is_opened_by_a_press_and_only_once(visitor: Client, people: Path) -> None:
    link = link_to(people, "ida@home.example")
    assert visitor.get(link).status_code == 200
    assert visitor.get(link).status_code == 200, "looking at it uses nothing up"
    assert visitor.post(link)["Location"] == "/en/sure/"
    assert Client(HTTP_HOST="localhost").post(link).status_code == 403


@pytest.mark.parametrize("token", ["AAAA", "x" * 400, "a.b"])
def test_a_link_that_is_none_of_ours_opens_nothing(visitor: Client, people: Path, token: str) -> None:
    assert visitor.post(f"/en/link/{token}").status_code == 403


def test_a_link_is_old_after_a_quarter_of_an_hour(visitor: Client, people: Path) -> None:
    link = link_to(people, "ida@home.example", ago=timedelta(minutes=16))
    assert visitor.post(link).status_code == 403


def test_without_a_second_fact_nothing_of_the_person_is_shown(visitor: Client, people: Path) -> None:
    visitor.post(link_to(people, "ida@home.example"))
    for page in ("mine/", "mine/new/access/", "mine/preview/", "mine/1/"):
        assert visitor.get(f"/en/{page}")["Location"] == "/en/sure/"
    page = visitor.get("/en/sure/").content.decode()
    assert "0617" not in page
    assert "4455" not in page
    assert "Ida" not in page


def test_five_wrong_facts_end_the_visit(visitor: Client, people: Path) -> None:
    visitor.post(link_to(people, "ida@home.example"))
    codes = [visitor.post("/en/sure/", {"fact": "phone", "said": f"000{n}"}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 200, 403]
    assert visitor.post("/en/sure/", {"fact": "phone", "said": "4455"}).status_code == 403


def test_tries_are_of_the_person_and_not_of_the_link(visitor: Client, people: Path) -> None:
    wrong = {"fact": "phone", "said": "0000"}
    for tries in (3, 2):
        visitor.post(link_to(people, "ida@home.example", str(tries)))
        codes = [visitor.post("/en/sure/", wrong).status_code for _ in range(tries)]
    assert codes == [200, 403]
    visitor.post(link_to(people, "ida@home.example", "more"))
    assert visitor.post("/en/sure/", {"fact": "phone", "said": "4455"}).status_code == 403
    visitor.post(link_to(people, "ola@home.example"))
    assert visitor.post("/en/sure/", {"fact": "postcode", "said": "5003"}).status_code == 302


def test_of_many_tries_at_once_no_more_are_compared(visitor: Client, people: Path) -> None:
    company = open_company(people)
    try:
        ida = Record(record_class="person", key=(1,))
        with ThreadPoolExecutor(8) as pool:
            left = list(pool.map(lambda _: second.tries_left(company, now(), ida), range(24)))
        assert sorted(left, reverse=True) == [5, 4, 3, 2, 1, *[0] * 19]
        second.forget_tries(company, now(), ida)
        assert second.tries_left(company, now(), ida) == 5
    finally:
        company.close()


def test_somebody_elses_fact_does_not_open(visitor: Client, people: Path) -> None:
    visitor.post(link_to(people, "ida@home.example"))
    assert visitor.post("/en/sure/", {"fact": "phone", "said": "99887766"}).status_code == 200


def test_a_mailbox_that_several_read_opens_nobody(visitor: Client, people: Path) -> None:
    visitor.post(link_to(people, "post@firm.example"))
    page = visitor.get("/en/sure/")
    assert 'name="said"' not in page.content.decode()
    assert visitor.post("/en/sure/", {"fact": "phone", "said": "11223344"}).status_code == 200
    assert visitor.get("/en/mine/")["Location"] == "/en/sure/"


def test_a_visit_can_not_be_read_from_the_session(ida: Client) -> None:
    from django.contrib.sessions.models import Session

    kept = [str(one["portal"]) for session in Session.objects.all() if "portal" in (one := session.get_decoded())]
    assert kept
    for sealed in kept:
        plain = base64.urlsafe_b64decode(sealed + "==")
        for said in (b"ida@home", b"persons", b"record_class"):  # too long to come about by chance
            assert said not in plain
            assert said not in sealed.encode()


def test_a_request_is_of_the_day_on_which_the_link_was_asked_for(visitor: Client, people: Path) -> None:
    visitor.post(link_to(people, "ida@home.example", "access"))
    answer = visitor.post("/en/sure/", {"fact": "postcode", "said": "0617"})
    assert answer["Location"] == "/en/mine/new/access/"
    number = asked(visitor, "access")
    page = visitor.get(f"/en/mine/{number}/").content.decode()
    assert "See what you hold about me" in page
    assert "in progress" not in page
    assert re.search(r"Answer by \d+ ", page)


@pytest.mark.parametrize(
    ("wanted", "wish"),
    [
        ("access", {}),
        ("erasure", {}),
        ("restriction", {"ground": "claims"}),
        ("portability", {}),
        ("rectification", {"category": "contact.phone", "old": "+47 22 33 44 55", "new": "11111111"}),
    ],
)
def test_each_right_can_be_asked_for(ida: Client, wanted: str, wish: dict[str, str]) -> None:
    number = asked(ida, wanted, **wish)
    assert ida.get(f"/en/mine/{number}/").status_code == 200
    assert f"/en/mine/{number}/" in ida.get("/en/mine/").content.decode()


def test_the_same_twice_is_one_request_and_nobody_floods_the_desk(ida: Client, people: Path) -> None:
    first = asked(ida, "access")
    assert asked(ida, "access") == first
    wish = {"category": "contact.phone", "old": "+47 22 33 44 55"}
    numbers = {asked(ida, "rectification", **wish, new=f"1111111{n}") for n in range(9)}
    numbers |= {asked(ida, "rectification", **wish, new=f"2222222{n}") for n in range(9)}
    numbers |= {asked(ida, "erasure"), first}
    assert len(numbers) == 20
    page = ida.post("/nb/mine/new/portability/", {"go": "1"}).content.decode()
    assert "20 av sakene dine venter" in page
    old = {"category": "contact.phone", "old": "+47 22 33 44 55", "new": "3"}
    assert "20 av sakene dine venter" in ida.post("/nb/mine/held/", old, follow=True).content.decode()
    with sqlite3.connect(people / "register.db") as connection:
        assert connection.execute("SELECT count(*) FROM holdord_request").fetchone() == (20,)
    connection.close()


def test_what_is_asked_and_answered_back_here_is_news_for_staff(ida: Client, people: Path) -> None:
    number, company = asked(ida, "access"), open_company(people)
    try:
        with company.state.snapshot() as connection:
            assert booked.news(connection) == {number: "asked"}
        refuse(company, now(), number, "No.")
        with company.state.snapshot() as connection:
            assert booked.news(connection) == {}
        ida.post(f"/en/mine/{number}/back/", {"words": "Yes!"})
        with company.state.snapshot() as connection:
            assert booked.news(connection) == {number: "back"}
    finally:
        company.close()


@pytest.fixture
def eva(people: Path) -> int:
    """Who was in the register long ago, asked for all of it and is erased: the numbers are 1 and 2."""
    with sqlite3.connect(people / "register.db") as connection:
        eva = (4, "Eva Øst", "eva@home.example", "44444444", "9010", "2020-01-01")
        connection.execute(f"INSERT INTO persons ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", eva)
    connection.close()
    company = open_company(people)
    try:
        for wanted in ("access", "erasure"):
            made = incoming.receive(
                company,
                now(),
                asks_for=wanted,
                person=Record(record_class="person", key=(4,)),
                channel="portal",
                received=now().date(),
                email="eva@home.example",
            )
            found = handle(company, now, made.number, confirmed=True)
            finish(company, now(), made.number, found)
    finally:
        company.close()
    return 2


def test_who_is_erased_reads_by_their_address_alone_what_was_done_and_no_more(
    visitor: Client, people: Path, eva: int
) -> None:
    visitor.post(link_to(people, "Eva@home.example"))
    page = visitor.get("/en/sure/").content.decode()
    assert "We have erased what you asked us to." in page
    assert f"/en/mine/{eva}/" in page
    assert "/en/mine/1/" not in page, "the answer on access has what was held"
    assert visitor.get(f"/en/mine/{eva}/").status_code == 200
    told = visitor.get(f"/en/mine/{eva}/answer/").content.decode()
    assert "Eva" not in told
    assert "44444444" not in told
    for closed in ("/en/mine/1/", "/en/mine/1/answer/", "/en/mine/", "/en/mine/held/"):
        assert visitor.get(closed)["Location"] == "/en/sure/"
    ola = Client(HTTP_HOST="localhost")
    ola.post(link_to(people, "ola@home.example"))
    assert ola.get(f"/en/mine/{eva}/")["Location"] == "/en/sure/"
    ola.post("/en/sure/", {"fact": "postcode", "said": "5003"})
    assert ola.get(f"/en/mine/{eva}/").status_code == 404


def test_of_who_is_erased_no_value_lies_in_what_they_were_answered_before(visitor: Client, people: Path) -> None:
    company = open_company(people)
    change = {"category": "contact.phone", "old": "+47 22 33 44 55", "new": "+47 99 11 22 33"}
    wishes = {"portability": {}, "access": {}, "rectification": {"changes": [change]}, "erasure": {}}
    try:
        for wanted, wish in wishes.items():
            made = incoming.receive(
                company,
                now(),
                asks_for=wanted,  # type: ignore[arg-type]
                person=Record(record_class="person", key=(1,)),
                channel="email",
                received=now().date(),
                email="nobody@else.example",
                wish=wish,
            )
            finish(company, now(), made.number, handle(company, now, made.number, confirmed=True))
    finally:
        company.close()
    with sqlite3.connect(people / "register.db") as connection:
        assert connection.execute("SELECT id FROM persons WHERE id = 1").fetchone() is None
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        whole = str([connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables])
        answers = connection.execute("SELECT request FROM holdord_answer").fetchall()
    connection.close()
    assert not [one for one in ("Ida Nord", "22 33 44 55", "99 11 22 33", "ida@home.example") if one in whole]
    assert answers == [(4,)], "what tells of the erasure"


def test_whose_address_was_erased_reads_what_was_done_after_a_second_fact(
    ida: Client, visitor: Client, people: Path
) -> None:
    number = asked(ida, "access")
    with sqlite3.connect(people / "register.db") as connection:
        connection.execute("UPDATE persons SET email = NULL WHERE id = 1")
    connection.close()
    again = Client(HTTP_HOST="localhost")
    again.post(link_to(people, "IDA@home.example"))
    assert again.get(f"/en/mine/{number}/")["Location"] == "/en/sure/"
    assert again.post("/en/sure/", {"fact": "postcode", "said": "0618"}).status_code == 200
    again.post("/en/sure/", {"fact": "postcode", "said": "0617"})
    assert again.get(f"/en/mine/{number}/").status_code == 200
    with sqlite3.connect(people / "register.db") as connection:
        connection.execute("UPDATE persons SET email = 'ida@home.example' WHERE id = 2")
    connection.close()
    other = Client(HTTP_HOST="localhost")
    other.post(link_to(people, "ida@home.example", "look"))
    assert other.post("/en/sure/", {"fact": "postcode", "said": "0617"}).status_code == 200, "it is Ola's now"


@pytest.fixture
def agents(people: Path) -> int:
    """Somebody asks for what is held of Ida, and says that they are her lawyer."""
    company = open_company(people)
    try:
        made = incoming.receive(
            company,
            now(),
            asks_for="access",
            person=Record(record_class="person", key=(1,)),
            channel="email",
            received=now().date(),
            email="lawyer@else.example",
            mandate="a power of attorney",
        )
        return made.number
    finally:
        company.close()


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_mandate_that_nobody_has_seen_or_that_is_false_opens_nothing(
    visitor: Client, people: Path, agents: int, is_refused: bool
) -> None:
    if is_refused:
        company = open_company(people)
        refuse(company, now(), agents, "She knows of no such lawyer.")
        company.close()
    visitor.post(link_to(people, "lawyer@else.example", "look"))
    assert 'name="said"' not in visitor.get("/en/sure/").content.decode()
    visitor.post("/en/sure/", {"fact": "postcode", "said": "0617"})
    for page in ("held/", "", f"{agents}/", "new/erasure/"):
        assert visitor.get(f"/en/mine/{page}")["Location"] == "/en/sure/"


def test_who_asks_for_another_reads_that_answer_and_nothing_else(
    ida: Client, visitor: Client, people: Path, agents: int
) -> None:
    own = asked(ida, "portability")
    company = open_company(people)
    try:
        accept_mandate(company, now(), agents, "Signed by her on the second of November.")
        finish(company, now(), agents, handle(company, now, agents))
    finally:
        company.close()
    lawyer = Client(HTTP_HOST="localhost")
    lawyer.post(link_to(people, "lawyer@else.example", "access"))
    assert lawyer.get(f"/en/mine/{agents}/")["Location"] == "/en/sure/"
    assert lawyer.post("/en/sure/", {"fact": "postcode", "said": "0617"})["Location"] == "/en/mine/"
    page = lawyer.get("/en/mine/").content.decode()
    assert f"/en/mine/{agents}/" in page
    assert f"/en/mine/{own}/" not in page
    assert "/en/mine/held/" not in page
    assert "Ida Nord" in lawyer.get(f"/en/mine/{agents}/answer/").content.decode()
    for closed in (f"{own}/", f"{own}/answer/", "held/", "new/erasure/", "preview/"):
        assert lawyer.get(f"/en/mine/{closed}").status_code == 404


def test_an_address_that_was_put_right_opens_nothing_any_more(visitor: Client, people: Path) -> None:
    company = open_company(people)
    change = {"category": "contact.email", "old": "ida@home.example", "new": "ida@new.example"}
    try:
        made = incoming.receive(
            company,
            now(),
            asks_for="rectification",
            person=Record(record_class="person", key=(1,)),
            channel="portal",
            received=now().date(),
            email="ida@home.example",
            wish={"changes": [change]},
        )
        finish(company, now(), made.number, handle(company, now, made.number))
    finally:
        company.close()
    visitor.post(link_to(people, "ida@home.example", "look"))
    visitor.post("/en/sure/", {"fact": "postcode", "said": "0617"})
    assert visitor.get("/en/mine/held/")["Location"] == "/en/sure/"
    new = Client(HTTP_HOST="localhost")
    new.post(link_to(people, "ida@new.example", "look"))
    new.post("/en/sure/", {"fact": "postcode", "said": "0617"})
    assert new.get(f"/en/mine/{made.number}/").status_code == 200


def test_a_key_that_is_given_again_opens_nothing_of_who_had_it(visitor: Client, people: Path, eva: int) -> None:
    with sqlite3.connect(people / "register.db") as connection:
        liv = (4, "Liv Ny", "liv@home.example", "55555555", "9011", "2026-11-20")
        connection.execute(f"INSERT INTO persons ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", liv)
        free = connection.execute("INSERT INTO persons (name, collected_on) VALUES ('X', '2026-11-20') RETURNING id")
        assert free.fetchone() == (5,)
        connection.execute("DELETE FROM persons WHERE id = 5")
        again = connection.execute("INSERT INTO persons (name, collected_on) VALUES ('Y', '2026-11-20') RETURNING id")
        assert again.fetchone() == (6,), "the register gives no key twice"
    connection.close()
    visitor.post(link_to(people, "liv@home.example"))
    visitor.post("/en/sure/", {"fact": "postcode", "said": "9011"})
    assert "/en/mine/1/" not in visitor.get("/en/mine/").content.decode()
    for number in (1, 2):
        for page in ("", "answer/", "files/"):
            assert visitor.get(f"/en/mine/{number}/{page}").status_code == 404
        assert visitor.post(f"/en/mine/{number}/back/", {"words": "Mine!"}).status_code == 404


def test_another_persons_request_does_not_exist(ida: Client, people: Path) -> None:
    number = asked(ida, "access")
    ola = Client(HTTP_HOST="localhost")
    ola.post(link_to(people, "ola@home.example", "look"))
    ola.post("/en/sure/", {"fact": "postcode", "said": "5003"})
    for page in ("", "answer/", "files/"):
        assert ola.get(f"/en/mine/{number}/{page}").status_code == 404
    assert ola.post(f"/en/mine/{number}/back/", {"words": "Mine!"}).status_code == 404
    assert f"/en/mine/{number}/" not in ola.get("/en/mine/").content.decode()


def test_the_preview_of_an_erasure_is_a_page_with_its_own_style_and_no_more(ida: Client) -> None:
    answer = ida.get("/en/mine/preview/")
    assert answer.status_code == 200
    assert re.search(r"style-src 'sha256-", answer["Content-Security-Policy"])
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_what_is_taken_along_is_a_file_for_programs(ida: Client, people: Path) -> None:
    number = asked(ida, "portability")
    company = open_company(people)
    finish(company, now(), number, handle(company, now, number))
    company.close()
    page = ida.get(f"/en/mine/{number}/answer/").content.decode()
    assert "Taking your data along" in page
    with ZipFile(io.BytesIO(ida.get(f"/en/mine/{number}/files/").content)) as files:
        assert json.loads(files.read("portable.json"))["holdord_portable"] == 1
        assert "portability.html" in files.namelist()


@pytest.mark.parametrize("wanted", ["access", "erasure", "restriction", "rectification", "portability"])
def test_each_answer_has_its_page_and_its_files(ida: Client, people: Path, wanted: str) -> None:
    wish = {
        "restriction": {"ground": "claims"},
        "rectification": {"category": "contact.phone", "old": "+47 22 33 44 55", "new": "11111111"},
    }
    number = asked(ida, wanted, **wish.get(wanted, {}))
    company = open_company(people)
    finish(company, now(), number, handle(company, now, number, confirmed=True))
    company.close()
    page = ida.get(f"/nn/mine/{number}/answer/")
    assert page.status_code == 200
    assert '<html lang="nn"' in page.content.decode()
    assert ida.get(f"/nn/mine/{number}/files/").content.startswith(b"PK")


def test_a_form_without_its_token_is_refused(ida: Client, people: Path) -> None:
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.cookies = ida.cookies
    assert strict.post("/en/mine/new/access/", {"go": "1"}).status_code == 403


def test_leaving_ends_the_visit(ida: Client) -> None:
    ida.post("/en/leave/")
    assert ida.get("/en/mine/").status_code == 403


def test_what_can_be_asked_for_has_words(visitor: Client) -> None:
    page = visitor.get("/en/").content.decode()
    assert all(f"?for={one}" in page for one in ASKS_FOR)
