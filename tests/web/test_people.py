"""A person's page: masked, in full for one purpose and one view, and never for a purpose that is over or restricted."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from holdord.ledger import entry, log
from holdord.now import now
from holdord.policy.model import Record
from holdord.policy.terms import LANGUAGES
from holdord.run.requests import draft, incoming, limited, limits, seen
from holdord.run.requests.booked import named
from holdord.web.say import said
from tests.web.conftest import Member
from tests.web.test_office import IDA, opened, people, today_of  # noqa: F401 (people is a fixture)

PLAIN = ("Ida Nord", "Ida", "Nord", "ida@home", "22 33 44 55", "223344", "0617", "Wants blue")
SALES, ACCOUNTS = "sales_and_contracts", "bookkeeping"


@pytest.fixture
def ida(people: Path) -> Path:  # noqa: F811
    """Ida, contact of a customer, with a remark of which sales alone has a need."""
    day = today_of(people)
    with closing(sqlite3.connect(people / "register.db")) as connection:
        connection.execute("UPDATE persons SET collected_on = ? WHERE id = 1", (day,))
        connection.execute(
            "INSERT INTO relations (id, person_id, kind, started_on, preferences) VALUES (1, 1, 'customer', ?, ?)",
            (day, "Wants blue ones"),
        )
        connection.commit()
    return people


def serving(folder: Path, sales: str = SALES, accounts: str = ACCOUNTS) -> None:
    """Say which purposes sales and accounts serve."""
    (folder / "holdord.toml").write_text(f'[staff]\nsales = ["{sales}"]\naccounts = ["{accounts}"]\n', "utf-8")


def found(client: Client, value: str = "ida@home.example", by: str = "contact.email", language: str = "en") -> Any:
    return client.post(f"/{language}/office/people/", {"by": by, "value": value})


def page_of_ida(client: Client, language: str = "en") -> str:
    """Return the address of Ida's page."""
    answer = found(client, language=language)
    assert answer.status_code == 302, answer.content.decode()
    at: str = answer["Location"]
    return at


def main_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text.partition("<main")[2].partition("</main>")[0]


def views(folder: Path, does: str = "person") -> list[dict[str, Any]]:
    """Return the log's entries of full views, or of others."""
    with opened(folder) as company, company.state.snapshot() as connection:
        found = [one.value for one in log.read(connection) if one.value["kind"] == "view"]
    return [one for one in found if one["does"] == does]


@pytest.mark.parametrize("role", ["general_manager", "case_handler", "sales"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_masked_and_its_address_names_nobody(member: Member, ida: Path, role: str, language: str) -> None:
    serving(ida)
    client = member(role)
    at = page_of_ida(client, language)
    answer = client.get(at)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    shown = main_of(answer)
    assert "I… N…" in shown
    assert "i…@h….example" in shown
    assert "…55" in shown
    for plain in PLAIN:
        assert plain not in shown
    assert "person:1" not in at
    assert views(ida) == []


def test_a_full_view_shows_what_its_purpose_needs_once_and_the_log_says_so(member: Member, ida: Path) -> None:
    client = member("case_handler", name="kari")
    at = page_of_ida(client)
    answer = client.post(f"{at}full/", {"purpose": SALES})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    for plain in ("Ida Nord", "ida@home.example", "+47 22 33 44 55"):
        assert plain in main_of(answer)
    (view,) = views(ida)
    assert (view["does"], view["purpose"]) == ("person", SALES)
    assert set(view["sealed"]) == {"person", "who"}
    assert "kari" not in str(view)
    for plain in PLAIN:
        assert plain not in main_of(client.get(at)), "and the next view is masked again"


def test_what_the_log_says_of_a_view_can_be_opened_until_it_is_forgotten(member: Member, ida: Path) -> None:
    client = member("case_handler", name="kari")
    client.post(f"{page_of_ida(client)}full/", {"purpose": SALES})
    with opened(ida) as company, company.state.writing() as connection:
        (one,) = [one for one in log.read(connection) if one.value.get("does") == "person"]
        for name, value in (("person", named(IDA)), ("who", "kari")):
            salt = log.salt(connection, one.index, name)
            assert salt is not None
            assert one.value["sealed"][name] == entry.commitment(salt, value)
        seen.forget(connection, now().date() + timedelta(days=9), 10)
        assert log.salt(connection, one.index, "who") is not None
        seen.forget(connection, now().date() + timedelta(days=12), 10)
        assert log.salt(connection, one.index, "who") is None
        assert log.salt(connection, one.index, "person") is None


def test_values_that_the_chosen_purpose_does_not_need_stay_masked(member: Member, ida: Path) -> None:
    client = member("general_manager")
    answer = client.post(f"{page_of_ida(client)}full/", {"purpose": "newly_registered"})
    shown = main_of(answer)
    assert "Ida Nord" in shown
    assert "Wants blue ones" not in shown, "being registered needs no word about what she wants"
    assert "Wants blue ones" in main_of(client.post(f"{page_of_ida(client)}full/", {"purpose": SALES}))


@pytest.mark.parametrize("purpose", ["", ACCOUNTS, "nothing", "bookkeeping' OR 1=1"])
def test_a_purpose_that_cannot_be_chosen_shows_and_notes_nothing(member: Member, ida: Path, purpose: str) -> None:
    serving(ida)
    client = member("sales")
    at = page_of_ida(client)
    answer = client.post(f"{at}full/", {"purpose": purpose}, follow=True)
    assert said("people.see_wrong", "en") in answer.content.decode()
    assert "Ida Nord" not in answer.content.decode()
    assert views(ida) == []


def test_sales_and_accounts_find_those_alone_whom_their_purposes_hold(member: Member, ida: Path) -> None:
    sales, accounts = member("sales", name="sales"), member("accounts", name="accounts")
    for client in (sales, accounts):
        answer = found(client)
        assert answer.status_code == 200
        assert said("people.serves_none", "en") in main_of(answer)
        assert said("people.found_none", "en") in main_of(answer)
    serving(ida)
    assert found(sales).status_code == 302
    unknown = re.sub(r'value="[^"]*"', "", main_of(found(accounts, "nobody@nowhere.example")))
    assert re.sub(r'value="[^"]*"', "", main_of(found(accounts))) == unknown, "as if nothing were held"


def test_an_address_opens_for_who_was_given_it_and_for_nobody_else(member: Member, ida: Path) -> None:
    serving(ida)
    sales, other = member("sales", name="ola"), member("case_handler", name="kari")
    at = page_of_ida(other)
    assert sales.get(at).status_code == 404
    assert sales.post(f"{at}full/", {"purpose": SALES}).status_code == 404
    assert other.get(at.replace(at.split("/")[-2], at.split("/")[-2][:-2] + "AA")).status_code == 404
    assert other.get("/en/office/people/person:1/").status_code == 404
    assert other.get("/en/office/people/æøå/").status_code == 404


def test_a_purpose_objected_to_is_said_first_and_cannot_be_chosen(member: Member, ida: Path) -> None:
    with opened(ida) as company:
        incoming.receive(
            company,
            now(),
            asks_for="objection",
            person=IDA,
            channel="letter",
            received=now().date(),
            wish={"purposes": [SALES]},
        )
        with company.state.snapshot() as connection:
            (one,) = limited.of(connection, IDA)
        limits.weigh(company, now(), one.number, upheld=True, reason="hers weigh more")
    client = member("case_handler")
    at = page_of_ida(client)
    shown = main_of(client.get(at))
    assert shown.index('class="maynot"') < shown.index('class="record"')
    assert said("people.may_not", "en") in shown
    assert f'value="{SALES}"' not in shown
    assert 'value="newly_registered"' in shown, "another one can be"
    client.post(f"{at}full/", {"purpose": SALES})
    assert views(ida) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_restricted_data_are_shown_in_full_to_nobody(member: Member, ida: Path, language: Any) -> None:
    with opened(ida) as company:
        limits.restrict(company, now(), IDA, "accuracy", "she says that it is wrong")
    client = member("general_manager")
    at = page_of_ida(client, language)
    shown = main_of(client.get(at))
    words = said("people.may_not_all", language, day="").rstrip(".").partition(" (")[0].partition("  ")[0]
    assert words[:40] in shown
    assert 'name="purpose"' not in shown
    client.post(f"{at}full/", {"purpose": SALES})
    assert views(ida) == []


def test_the_law_is_asked_in_the_transaction_that_notes_the_view(ida: Path) -> None:
    from holdord.errors import Refused

    with opened(ida) as company:
        limits.restrict(company, now(), IDA, "claims", "a claim")
        with pytest.raises(Refused, match="restricted"):
            seen.seen(company, now(), IDA, SALES, "kari")
        other = Record(record_class="person", key=(2,))
        seen.seen(company, now(), other, SALES, "kari")
    assert len(views(ida)) == 1


@pytest.mark.parametrize(
    ("by", "value", "people_found"),
    [
        ("contact.phone", "+4722334455", 1),
        ("contact.phone", "22334455", 1),
        ("contact.phone", "+4722334456", 0),
        ("contact.phone", " +47 22 33 44 55 ", 1),
        ("contact.phone", "998 87 766", 1),
        ("contact.name", "Ida Nord", 1),
        ("contact.email", "IDA@HOME.example", 1),
        ("key", "person:1", 1),
        ("contact.email", "both@home.example", 2),
        ("contact.email", "post@firm.example", 3),
        ("key", "person:x", 0),
        ("key", "person:--5", 0),
        ("key", "person:99999999999999999999", 0),
        ("key", f"person:{'9' * 240}", 0),
        ("contact.email", "%", 0),
        ("identity.secret", "x", 0),
    ],
)
def test_who_is_found_by_what(member: Member, ida: Path, by: str, value: str, people_found: int) -> None:
    answer = found(member("case_handler"), value, by)
    if people_found == 1:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 200
        shares = {0: 0, 2: 2, 3: 1}[people_found]  # the third is one person's mailbox that several read
        assert main_of(answer).count('<li class="case">') == shares
        for plain in ("Ola", "Per Vest", "Eva", "99887766"):
            assert plain not in main_of(answer).replace("998 87 766", "")


def test_a_full_view_needs_its_token_and_a_press(member: Member, ida: Path) -> None:
    client = member("case_handler")
    at = page_of_ida(client)
    assert client.get(f"{at}full/").status_code == 405
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(f"{at}full/", {"purpose": SALES}).status_code == 403
    assert strict.post("/en/office/people/", {"by": "contact.email", "value": "x"}).status_code == 403
    assert views(ida) == []


def test_a_misspelt_purpose_in_the_settings_is_told_to_who_can_mend_it(member: Member, ida: Path) -> None:
    serving(ida, sales="sails")
    assert "sails" in member("general_manager", name="leder").get("/en/office/people/").content.decode()
    assert "sails" not in member("case_handler").get("/en/office/people/").content.decode()


def test_requests_of_the_person_are_for_those_who_answer_them(member: Member, ida: Path) -> None:
    from holdord.run.requests import book

    serving(ida)
    with opened(ida) as company:
        book.register(company, now(), asks_for="access", person=IDA, channel="letter", received=now().date())
    handler, sales = member("case_handler", name="kari"), member("sales", name="ola")
    assert "/en/office/1/" in main_of(handler.get(page_of_ida(handler)))
    assert "/en/office/1/" not in main_of(sales.get(page_of_ida(sales)))


def test_a_name_of_many_shows_the_first_and_to_sales_not_how_many_there_are(member: Member, ida: Path) -> None:
    serving(ida)
    with closing(sqlite3.connect(ida / "register.db")) as connection:
        connection.executemany(
            "INSERT INTO persons (id, name, collected_on) VALUES (?, 'Ida Nord', '2026-11-01')",
            [(number,) for number in range(100, 115)],
        )
        connection.commit()
    handler, sales = member("case_handler", name="kari"), member("sales", name="ola")
    many = main_of(found(handler, "Ida Nord", "contact.name"))
    assert many.count('<li class="case">') == 10
    assert said("people.found_more", "en", count=10) in many
    assert found(sales, "Ida Nord", "contact.name").status_code == 302, "of one of them something is for sales"


def test_a_name_of_so_many_that_not_all_are_looked_at_is_said(member: Member, ida: Path) -> None:
    """Somebody further down may be who is looked for: neither "nobody" nor the one that was found."""
    serving(ida)
    with closing(sqlite3.connect(ida / "register.db")) as connection:
        connection.executemany(
            "INSERT INTO persons (id, name, collected_on) VALUES (?, 'Ida Nord', '2026-11-01')",
            [(number,) for number in range(100, 160)],
        )
        connection.commit()
    text = main_of(found(member("sales", name="ola"), "Ida Nord", "contact.name"))
    assert said("people.found_unseen", "en") in text
    assert text.count('<li class="case">') == 1


def test_a_masked_page_is_written_down_once_a_day_for_whoever_opens_it(member: Member, ida: Path) -> None:
    kari, ola = member("case_handler", name="kari"), member("sales", name="ola")
    serving(ida)
    at = page_of_ida(kari)
    for client, address in ((kari, at), (kari, at), (ola, page_of_ida(ola))):
        assert client.get(address).status_code == 200
    assert [sorted(one["sealed"]) for one in views(ida, "masked")] == [["person", "who"]] * 2
    assert views(ida) == []


def test_the_person_is_told_when_and_what_for_and_never_who_looked(member: Member, ida: Path) -> None:
    client = member("case_handler", name="kari")
    at = page_of_ida(client)
    client.get(at)
    client.post(f"{at}full/", {"purpose": SALES})
    client.post(f"{at}full/", {"purpose": SALES})
    with opened(ida) as company:
        day = today_of(ida)
        one = incoming.receive(company, now(), asks_for="access", person=IDA, channel="letter", received=now().date())
        told = draft.look(company, one, now().date()).document["views"]["days"]
        with company.state.snapshot() as connection:
            ola = seen.views(connection, Record(record_class="person", key=(2,)))
    assert [(view["day"], view["does"], view["purpose"]) for view in told] == [
        (day, "person", SALES),
        (day, "masked", None),
    ]
    assert "kari" not in str(told)
    assert ola == []
    client.post(f"/en/office/{one.number}/open/")
    page = client.post(f"/en/office/{one.number}/open/").content.decode()
    assert "When we looked at your data" in page
    assert "To answer what you asked for" in page
    assert "We do not say who it was" in page
    assert "kari" not in page


def test_the_general_manager_sees_who_looked_and_nobody_else_does(member: Member, ida: Path) -> None:
    kari, leder = member("case_handler", name="kari"), member("general_manager", name="leder")
    kari.post(f"{page_of_ida(kari)}full/", {"purpose": SALES})
    assert "kari" in main_of(leder.get(page_of_ida(leder)))
    assert "leder" not in main_of(kari.get(page_of_ida(kari)))


def test_views_go_with_the_age_of_requests_and_are_found_by_their_day(member: Member, ida: Path) -> None:
    kari = member("case_handler", name="kari")
    kari.get(page_of_ida(kari))
    with opened(ida) as company, company.state.writing() as connection:
        seen.forget(connection, now().date() + timedelta(days=9), 10)
        assert len(seen.views(connection, IDA)) == 1
        seen.forget(connection, now().date() + timedelta(days=12), 10)
        assert seen.views(connection, IDA) == []
        plan = str(connection.exec_driver_sql("EXPLAIN QUERY PLAN DELETE FROM holdord_view WHERE day < 'x'").fetchall())
        assert "ix_holdord_view_day" in plan


@pytest.mark.parametrize(
    ("by", "value"),
    [("contact.phone", "+47 22 33 44 55"), ("contact.name", "Ida Nord"), ("contact.email", "x@y.example")],
)
def test_whoever_may_not_see_a_value_learns_nothing_by_looking_for_it(
    member: Member, ida: Path, by: str, value: str
) -> None:
    policy = ida / "policy.yaml"
    text = policy.read_text("utf-8")
    begin = text.index("  sales_and_contracts:")
    end = text.index("    keep:", begin)
    lean = re.sub(r"    needs:.*", "    needs: [relation.*]\n", text[begin:end], flags=re.S)
    policy.write_text(text[:begin] + lean + text[end:], "utf-8")
    serving(ida)
    sales = member("sales", name="ola")
    known, unknown = found(sales, value, by), found(sales, "nobody at all", by)
    assert known.status_code == unknown.status_code == 200
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", main_of(known)) == strip.sub("", main_of(unknown))
    assert found(sales, "person:1", "key").status_code == 302, "what a purpose of theirs holds leads to her"
    if value != "x@y.example":
        assert found(member("case_handler"), value, by).status_code == 302


def test_a_list_of_those_who_were_found_is_written_down_as_well(member: Member, ida: Path) -> None:
    kari = member("case_handler", name="kari")
    assert found(kari, "both@home.example").status_code == 200
    found(kari, "both@home.example")
    found(kari, "nobody@home.example")
    assert len(views(ida, "masked")) == 2, "Ola and Per share the address"
