"""People say that something about them is wrong: it is put right everywhere, and nowhere else (GDPR art. 16, 19)."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON

from holdord.errors import Refused
from holdord.ledger import log
from holdord.run.requests import book, booked
from holdord.run.requests.rectification import (
    Change,
    Rectification,
    changes_of,
    document,
    preview,
    rectify,
)
from tests.foreign.conftest import FORUM, SHOP, Empty, Open
from tests.foreign.shopping import address, customer, edit, employee, order, subscription, ticket
from tests.foreign.story import Story, day
from tests.foreign.test_asked import of
from tests.foreign.test_forum import member
from tests.foreign.test_shop_requests import household, who

TODAY = "2026-06-01"
PHONE, NEW_PHONE = "+47 00 00 00 01", "+47 00 00 00 99"
EMAIL, NEW_EMAIL = "ida1@home.example", "ida@new.example"


def wish(category: str, old: str | None, new: str, **more: Any) -> tuple[Change, ...]:
    return changes_of({"changes": [{"category": category, "old": old, "new": new, **more}]})


def asked(shop: Story, number: int = 1) -> int:
    """Write a request down; the foundations for its kind are somebody else's."""
    return book.register(
        shop.company, shop.noon(TODAY), asks_for="access", person=who(number), channel="email", received=day(TODAY)
    ).number


def shown(shop: Story, changes: Sequence[Change], number: int = 1) -> Rectification:
    return preview(shop.company, who(number), changes, day(TODAY))


def done(shop: Story, changes: Sequence[Change], number: int = 1) -> Rectification:
    return rectify(shop.company, lambda: shop.noon(TODAY), who(number), changes, request=asked(shop, number))


def goes(found: Rectification) -> set[str]:
    return {f"{one.table}.{one.name}" for one in found.goes}


def left(found: Rectification) -> dict[str, str]:
    return {f"{one.table}.{one.name}": one.reason for one in found.left}


def value(shop: Story, table: str, column: str, *key: Any) -> Any:
    row = shop.row(table, *key)
    assert row is not None
    return row[column]


# What is wished


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"changes": []},
        {"changes": "contact.phone"},
        {"changes": [{"category": "contact.phone", "old": "1", "new": "2"}], "more": 1},
        {"changes": [{"category": "contact.phone", "new": "2"}]},
        {"changes": [{"category": "contact.phone", "old": "1", "new": None}]},
        {"changes": [{"category": "contact.phone", "old": "1", "new": " "}]},
        {"changes": [{"category": "contact.phone", "old": 1, "new": "2"}]},
        {"changes": [{"category": "contact.phone", "old": "1", "new": "1"}]},
        {"changes": [{"category": "phone", "old": "1", "new": "2"}]},
        {"changes": [{"category": "identity.secret", "old": "1", "new": "2"}]},
        {"changes": [{"category": "contact.phone", "old": "1", "new": "2", "also_others": "yes"}]},
        {"changes": [{"category": "contact.phone", "old": "1", "new": "2"}] * 2},
        {
            "changes": [
                {"category": "contact.name", "old": "A", "new": "B"},
                {"category": "contact.name", "old": "B", "new": "C"},
            ]
        },
        {"changes": [{"category": "contact.name", "old": "A", "new": "B" * 10_001}]},
        {"changes": [{"category": "contact.name", "old": "A", "new": "B\0"}]},
    ],
)
def test_nonsense_is_no_wish(said: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        changes_of(said)


def test_a_category_that_the_policy_does_not_know_is_refused(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    with pytest.raises(Refused, match=r"no category contact\.pigeon"):
        shown(shop, wish("contact.pigeon", "1", "2"))


# Every place


def test_a_value_is_put_right_wherever_it_is_theirs(shop: Story) -> None:
    household(shop)
    shop.change("tickets", {"id": 1}, email=" IDA1@Home.example ")
    before = of(shop, 3)
    expected = shown(shop, wish("contact.email", EMAIL, NEW_EMAIL))
    assert goes(expected) == {"customers.email", "tickets.email"}
    assert left(expected) == {"newsletter.email": "key"}
    assert not expected.is_done
    found = done(shop, wish("contact.email", EMAIL, NEW_EMAIL))
    assert (goes(found), found.rows) == (goes(expected), 2)
    assert value(shop, "customers", "email", 1) == value(shop, "tickets", "email", 1) == NEW_EMAIL
    assert of(shop, 3) == before
    assert left(found) == {"newsletter.email": "key"}
    assert not found.is_done  # the key still says the old one


def test_a_preview_shows_before_and_after_and_changes_nothing(shop: Story) -> None:
    household(shop)
    whole = shop.whole()
    said = document(shown(shop, wish("contact.phone", "0047 00000001", NEW_PHONE)))
    assert shop.whole() == whole
    assert said["preview"]
    (place,) = said["places"]
    assert (place["table"], place["column"], place["before"], place["after"]) == (
        "customers", "phone", PHONE, NEW_PHONE,
    )  # fmt: skip
    assert {"orders", "accounts"} <= set(place["purposes"])
    assert {one["id"] for one in said["notified"]} == {"carrier", "hosting"}  # to be told (art. 19)
    assert json.loads(json.dumps(said)) == said


def test_history_that_shows_the_old_value_is_told_and_can_be_asked_for(shop: Story) -> None:
    household(shop)
    found = done(shop, wish("contact.phone", PHONE, NEW_PHONE))
    assert value(shop, "customers", "phone", 1) == NEW_PHONE
    assert left(found) == {"customer_history.old_value": "elsewhere"}
    assert not found.is_done
    again = done(shop, (*wish("contact.phone", PHONE, NEW_PHONE), *wish("record.remark", PHONE, NEW_PHONE)))
    assert (goes(again), again.is_done) == ({"customer_history.old_value"}, True)
    assert value(shop, "customer_history", "old_value", 3) == PHONE  # another one's


def test_what_is_done_already_is_done_and_writes_nothing(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    assert done(shop, wish("contact.phone", PHONE, NEW_PHONE)).is_done
    size = len(shop.entries("rectification"))
    again = done(shop, wish("contact.phone", PHONE, NEW_PHONE))
    assert (again.is_done, again.rows, again.goes) == (True, 0, ())
    assert len(shop.entries("rectification")) == size


def test_what_stands_nowhere_is_never_done(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    found = done(shop, wish("contact.phone", "+47 11 11 11 11", NEW_PHONE))
    assert (found.is_done, len(found.unfound)) == (False, 1)
    assert document(found)["changes"][0]["found"] is False


def test_another_way_of_writing_the_same_is_put_right_as_well(shop: Story) -> None:
    customer(shop, 1, "2026-01-01", email="IDA1@home.example")
    assert done(shop, wish("contact.email", "IDA1@home.example", "ida1@home.example")).is_done
    assert value(shop, "customers", "email", 1) == "ida1@home.example"


def test_a_birthday_is_put_right_until_it_was_made_coarser(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    customer(shop, 3, "2026-01-01", birthday=day("1990-01-01"))
    change = wish("demographic.birth_date", "1990-05-17", "1991-05-17")
    assert done(shop, change).is_done
    assert value(shop, "customers", "birthday", 1) == day("1991-05-17")
    assert left(shown(shop, change, 3)) == {"customers.birthday": "coarse"}


# Inside of JSON


PROFILE = {"phone": PHONE, "more": [{"phone": " 0047 00000001", "n": 1.10}], "address": {"city": "Oslo", "gate": None}}


@pytest.fixture(params=["TEXT", "JSON", "JSONB"])
def profiles(request: pytest.FixtureRequest, story: Open) -> Story:
    """The shop, whose customers have a profile."""
    if request.param == "JSONB" and "sqlite" in request.node.name:
        pytest.skip("SQLite has no such type")
    inside = "{phone: contact.phone, more: contact.phone, address.city: contact.address, address.gate: contact.address}"
    return story(
        SHOP,
        schema=[
            ("    password_hash TEXT NOT NULL,\n", f"    password_hash TEXT NOT NULL,\n    profile {request.param},\n")
        ],
        datamap=[
            (
                '      password_hash: {category: identity.secret, erased_as: "-"}\n',
                '      password_hash: {category: identity.secret, erased_as: "-"}\n'
                f"      profile: {{category: record.remark, inside: {inside}}}\n",
            )
        ],
    )


def profile(shop: Story, number: int) -> Any:
    said = value(shop, "customers", "profile", number)
    return json.loads(said) if isinstance(said, str) else said


def profiled(shop: Story, number: int, told: Any) -> None:
    customer(shop, number, "2026-01-01")
    is_text = not isinstance(shop.tables.tables["customers"].c.profile.type, JSON)
    put = json.dumps(told) if is_text and not isinstance(told, str) else told
    shop.change("customers", {"id": number}, profile=put)


def test_values_inside_of_json_are_put_right_and_the_rest_stays_as_it_is(profiles: Story) -> None:
    for number in (1, 3):
        profiled(profiles, number, PROFILE)
    found = done(profiles, (*wish("contact.phone", PHONE, NEW_PHONE), *wish("contact.address", None, "Gate 1")))
    assert found.is_done
    assert profile(profiles, 1) == {
        "phone": NEW_PHONE,
        "more": [{"phone": NEW_PHONE, "n": 1.10}],
        "address": {"city": "Oslo", "gate": "Gate 1"},
    }
    assert profile(profiles, 3) == PROFILE
    assert value(profiles, "customers", "phone", 1) == NEW_PHONE


def test_a_text_that_is_no_json_and_has_the_value_is_told(profiles: Story) -> None:
    if isinstance(profiles.tables.tables["customers"].c.profile.type, JSON):
        pytest.skip("the type takes JSON alone")
    for said in (f"phone: {PHONE}", f'{{"phone": "{PHONE}", "phone": "{PHONE}"}}'):
        number = 1 if not profiles.keys("customers") else 3
        profiled(profiles, number, said)
        found = shown(profiles, wish("contact.phone", PHONE, NEW_PHONE), number)
        assert left(found) == {"customers.profile": "unclear"}


# What is missing


def test_what_is_missing_is_filled_in_in_their_own_record_only(shop: Story) -> None:
    household(shop)
    shop.change("customers", {"id": 1}, phone=None)
    shop.change("tickets", {"id": 1}, email=None)
    assert done(shop, wish("contact.phone", None, NEW_PHONE)).is_done
    assert value(shop, "customers", "phone", 1) == NEW_PHONE
    whole = shop.whole()
    assert not done(shop, wish("contact.email", None, NEW_EMAIL)).is_done
    assert shop.whole() == whole


def test_what_no_purpose_holds_is_not_filled_in(shop: Story) -> None:
    customer(shop, 1, "2020-01-01", phone=None)
    assert left(shown(shop, wish("contact.phone", None, NEW_PHONE))) == {"customers.phone": "unneeded"}


# What is left as it is


def test_a_legal_hold_stops_all_of_it(shop: Story) -> None:
    customer(shop, 2, "2026-01-01")
    change = wish("contact.phone", "+47 00 00 00 02", NEW_PHONE)
    assert left(shown(shop, change, 2)) == {"customers.phone": "legal_hold"}
    whole = shop.whole()
    with pytest.raises(Refused, match="legal hold"):
        done(shop, change, 2)
    assert shop.whole() == whole


def test_an_address_of_several_is_changed_only_where_somebody_said_so(shop: Story) -> None:
    home = address(shop, 1)
    for number in (1, 3):
        customer(shop, number, "2026-01-01", at=home)
    change = wish("contact.address", "Prøveveien 1", "Prøveveien 10")
    found = done(shop, change)
    assert left(found) == {"addresses.street": "also_others"}
    assert document(found)["left"][0]["offer"] == "decide_for_others"
    assert value(shop, "addresses", "street", 1) == "Prøveveien 1"
    assert done(shop, wish("contact.address", "Prøveveien 1", "Prøveveien 10", also_others=True)).is_done
    assert value(shop, "addresses", "street", 1) == "Prøveveien 10"


def test_an_address_of_ones_own_is_put_right(shop: Story) -> None:
    customer(shop, 1, "2026-01-01", at=address(shop, 1))
    assert done(shop, wish("contact.address", "Prøveveien 1", "Prøveveien 10")).is_done


def test_what_the_books_were_written_with_is_not_rewritten(shop: Story) -> None:
    home = address(shop, 1)
    customer(shop, 1, "2026-01-01", at=home)
    order(shop, 1, 1, "2026-05-20", to=home)
    found = done(
        shop,
        (
            *wish("contact.address", "Prøveveien 1", "Prøveveien 10"),
            *wish("financial.invoice", "249", "200"),
            *wish("communication.message", "Gratulerer!", "Til lykke!"),
            *wish("contact.name", "Ida Prøve 1", "Ida Eksempel"),
        ),
    )
    assert left(found) == {"addresses.street": "duty", "orders.total": "duty", "order_lines.price": "duty"}
    assert goes(found) == {"customers.name", "orders.greeting"}
    assert {one["offer"] for one in document(found)["left"]} == {"supplementary_statement"}


def test_a_record_about_two_is_left_to_somebody_who_looks(shop: Story) -> None:
    employee(shop, 1)
    customer(shop, 1, "2026-01-01")
    ticket(shop, 1, "2026-05-28", customer_id=1, staff_id=1, email="bo1@shop.example")
    change = wish("contact.email", "bo1@shop.example", NEW_EMAIL)
    assert left(shown(shop, change)) == {"tickets.email": "shared"}
    assert value(shop, "tickets", "email", 1) == "bo1@shop.example"


def test_a_table_with_triggers_is_left(story: Open) -> None:
    shop = story(SHOP, opened=False)
    customer(shop, 1, "2026-01-01")
    if shop.engine.dialect.name == "sqlite":
        shop.run("CREATE TRIGGER t AFTER UPDATE ON customers BEGIN DELETE FROM newsletter; END")
    else:
        shop.run(
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER t AFTER UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION f()",
        )
    assert left(shown(shop, wish("contact.phone", PHONE, NEW_PHONE))) == {"customers.phone": "trigger"}


# What the database would refuse


@pytest.mark.parametrize(
    ("category", "old", "new", "why"),
    [
        ("contact.email", EMAIL, "ida3@home.example", "only once"),
        ("contact.email", EMAIL, "no address", "a check"),
        ("demographic.birth_date", "1990-05-17", "in May", "a date"),
        ("communication.feedback", "good", "splendid things", "10 characters"),
        ("communication.feedback", "good", "splendid", "a check"),
    ],
)
def test_what_the_database_refuses_is_said_before_anything_is_done(
    shop: Story, category: str, old: str, new: str, why: str
) -> None:
    household(shop)
    whole = shop.whole()
    assert "refused" in left(shown(shop, wish(category, old, new))).values()
    with pytest.raises(Refused, match=why) as caught:
        done(shop, wish(category, old, new))
    assert new not in str(caught.value)
    assert shop.whole() == whole
    assert shop.entries("rectification") == []


# Evidence


def test_the_log_says_what_was_done_and_names_nobody(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    done(shop, wish("contact.phone", PHONE, NEW_PHONE))
    changed, looked = shop.entries("rectification")
    assert (changed["table"], changed["columns"], changed["rows"]) == ("customers", ["phone"], 1)
    assert (looked["rows"], looked["left"]) == (1, 0)
    said = json.dumps(shop.entries())
    for word in (PHONE, NEW_PHONE, "Ida", "[1]"):
        assert word not in said


def test_the_commitments_go_with_the_request(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    done(shop, wish("contact.phone", PHONE, NEW_PHONE))
    book.close(shop.company, shop.noon(TODAY), 1, "answered")

    def salts() -> set[bool]:
        with shop.evidence() as state:
            entries = [one for one in log.read(state) if one.value["kind"] == "rectification"]
            return {log.salt(state, one.index, name) is None for one in entries for name in one.value["sealed"]}

    assert salts() == {False}
    shop.keeps("2029-06-02")
    assert salts() == {True}


@pytest.mark.parametrize(("amid_what", "receipts"), [("write_receipt", True), ("settled", True), ("settled", False)])
def test_a_kill_leaves_it_settled_or_to_be_done_again(
    story: Open, monkeypatch: pytest.MonkeyPatch, amid_what: str, receipts: bool
) -> None:
    shop = story(SHOP, receipts=receipts)
    customer(shop, 1, "2026-01-01")
    number = asked(shop)
    change = wish("contact.phone", PHONE, NEW_PHONE)

    def again() -> Rectification:
        return rectify(shop.company, lambda: shop.noon(TODAY), who(1), change, request=number)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as amid:
        amid.setattr(f"holdord.run.requests.evidence.{amid_what}", killed)
        with pytest.raises(KeyboardInterrupt):
            again()
    shop.reopens()
    assert again().is_done
    assert value(shop, "customers", "phone", 1) == NEW_PHONE
    told = [one for one in shop.entries() if one["kind"] in ("rectification", "unsettled") and one["does"] == "changed"]
    assert [one["rows"] for one in told] == [1]
    with shop.evidence() as state:
        about = booked.entries(state, number)
        assert {one.index for one in log.read(state) if one.value.get("does") == "changed"} <= set(about)


def test_beside_the_evidence_change_and_entry_are_one(story: Open) -> None:
    shop = story(SHOP, together=True)
    customer(shop, 1, "2026-01-01")
    assert done(shop, wish("contact.phone", PHONE, NEW_PHONE)).is_done
    assert [one["does"] for one in shop.entries("rectification")] == ["changed", "looked"]


def test_what_somebody_else_changes_meanwhile_is_not_written_over(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    customer(shop, 1, "2026-01-01")
    watched = []

    def meanwhile(*_: object) -> object:
        def check() -> None:
            shop.change("customers", {"id": 1}, phone="+47 22 22 22 22")
            watched.append(1)

        return check

    monkeypatch.setattr("holdord.run.requests.rectification.watching", meanwhile)
    found = done(shop, wish("contact.phone", PHONE, NEW_PHONE))
    assert watched
    assert (found.rows, found.is_done) == (0, False)
    assert value(shop, "customers", "phone", 1) == "+47 22 22 22 22"


# Nobody else


_CATEGORIES = ["contact.name", "contact.phone", "contact.email", "contact.address", "record.remark"]
_OLD = ["Ida", "ida@home.example", PHONE, "Prøveveien 1", "Eksempelstad", None]


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    home=st.booleans(),
    wishes=st.lists(
        st.tuples(st.sampled_from(_CATEGORIES), st.sampled_from(_OLD), st.booleans()), min_size=4, max_size=6
    ),
)
def test_nobody_elses_row_ever_changes(
    empty: Empty, tmp_path_factory: pytest.TempPathFactory, home: bool, wishes: list[tuple[str, str | None, bool]]
) -> None:
    shop = Story(SHOP, empty(SHOP), tmp_path_factory.mktemp("story") / "at")
    try:
        two = [address(shop, 1), address(shop, 2)]
        employee(shop, 1)
        for number in (1, 3):
            customer(shop, number, "2026-01-01", at=two[0 if home else number // 2], name="Ida", phone=PHONE)
            order(shop, number, number, "2026-05-20", to=two[number // 2])
            edit(shop, number, number, "2026-05-01")
            ticket(shop, number, customer_id=number, order_id=number, staff_id=1)
            subscription(shop, f"ida{number}@home.example", by=number)
        before = shop.whole()
        for category, old, others in wishes:
            done(shop, wish(category, old, "new@home.example", also_others=others))
        after, mine = shop.whole(), of(shop, 1)
        for table, rows in before.items():
            may = {row for row in rows if 1 in row[:3]} if table != "staff" else set()
            gone = set(rows) - set(after[table])
            assert gone <= may, table
            assert len(rows) == len(after[table])
            assert not gone or table in mine or any(others for _, _, others in wishes)
        assert of(shop, 3) == {table: [row for row in rows if _of_three(row)] for table, rows in before.items()}
    finally:
        shop.close()


def _of_three(row: tuple[Any, ...]) -> bool:
    return 3 in row or "ida3@home.example" in row


def test_equal_numbers_of_another_tenant_are_another_person(story: Open) -> None:
    forum = story(FORUM)
    for tenant in (1, 2):
        member(forum, 1, of=tenant)
    before = [row for rows in forum.whole().values() for row in rows if row[0] == 2]
    row = forum.row("members", 1, 1)
    assert row is not None
    person = book.Record(record_class="member", key=(1, 1))
    number = book.register(
        forum.company, forum.noon(TODAY), asks_for="access", person=person, channel="email", received=day(TODAY)
    ).number
    change = wish("contact.name", row["name"], "Bo Eksempel")
    found = rectify(forum.company, lambda: forum.noon(TODAY), person, change, request=number)
    assert (found.is_done, found.rows) == (True, 1)
    assert [row for rows in forum.whole().values() for row in rows if row[0] == 2] == before
