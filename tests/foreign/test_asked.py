"""The rule asked of one person: only rows of that person's own, and what is due for them is what a sweep would do."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from holdord.plan.plan import make
from holdord.plan.predicate import ALWAYS, Predicate
from holdord.plan.statements import Plan
from holdord.plan.whose import Asked
from holdord.run.execute import carry_out
from holdord.stores.snapshot import Snapshot
from tests.foreign.shopping import address, customer, edit, employee, order, payment, subscription, ticket
from tests.foreign.story import Story, day
from tests.foreign.test_forum import body, like, member, post

TODAY = "2026-06-01"
WEB = frozenset({"accounts", "catalogue", "change_log", "newsletter", "support"})


def asks(story: Story, record_class: str, *keys: Any, ended: frozenset[str] = frozenset()) -> Plan:
    """Return the plan of people who ask."""
    told = tuple(key if isinstance(key, tuple) else (key,) for key in keys)
    with story.company.reading() as (snapshot, _):
        asked = Asked(record_class=record_class, keys=told, ended=ended)
        return make(story.company.bound, snapshot, day(TODAY), asked=asked)


def done(story: Story, record_class: str, *keys: Any, ended: frozenset[str] = frozenset()) -> set[str]:
    """Carry the plan of people who ask out, and see that nothing is left of it; return what was done."""
    plan = asks(story, record_class, *keys, ended=ended)
    rows = carry_out(story.company.store, plan)
    assert {one.number: one.rows for one in plan.statements} == rows
    assert asks(story, record_class, *keys, ended=ended).statements == ()
    return {f"{one.action} {one.table} {one.rows}" for one in plan.statements}


def two_customers(shop: Story) -> None:
    """Two who live together and have done the same, lately."""
    home = address(shop, 1)
    employee(shop, 1)
    for number in (1, 3):
        customer(shop, number, "2026-01-01", at=home)
        order(shop, number, number, "2026-05-20", to=home)
        payment(shop, number, number, "2026-05-20")
        edit(shop, number, number, "2026-05-01")
        ticket(shop, number, customer_id=number, order_id=number, staff_id=1)
        subscription(shop, f"ida{number}@home.example", by=number)


def of(shop: Story, number: int) -> dict[str, list[Any]]:
    """Return the rows of one customer."""
    whole = shop.whole()
    return {
        table: [row for row in rows if number in row or f"ida{number}@home.example" in row]
        for table, rows in whole.items()
    }


def test_nothing_due_and_nothing_ended_is_an_empty_plan(shop: Story) -> None:
    two_customers(shop)
    assert asks(shop, "customer", 1).statements == ()


def test_what_ends_for_one_ends_for_nobody_else(shop: Story) -> None:
    two_customers(shop)
    before = of(shop, 3)
    told = done(shop, "customer", 1, ended=WEB)
    assert of(shop, 3) == before
    assert {"erase newsletter 1", "erase customer_history 1", "erase tickets 1", "erase ticket_messages 2"} <= told
    assert shop.keys("newsletter") == {"ida3@home.example"}
    assert shop.keys("staff") == {1}
    ida = shop.row("customers", 1)
    assert ida is not None
    assert (ida["name"], ida["phone"], ida["password_hash"]) == ("Ida Prøve 1", "+47 00 00 00 01", "-")  # the order's
    assert shop.keys("orders") == {1, 3}


def test_a_laws_duty_ends_for_nobody(shop: Story) -> None:
    two_customers(shop)
    done(shop, "customer", 1, ended=frozenset(shop.company.policy.purposes))
    assert shop.keys("orders") == {1, 3}
    ida = shop.row("customers", 1)
    assert ida is not None
    assert (ida["name"], ida["phone"]) == ("Ida Prøve 1", None)
    assert shop.row("addresses", 1) is not None


def test_several_ask_together(shop: Story) -> None:
    two_customers(shop)
    told = done(shop, "customer", 1, 3, ended=WEB)
    assert {"erase newsletter 2", "erase customer_history 2", "erase tickets 2"} <= told


def test_an_address_goes_with_the_last_who_lives_there(shop: Story) -> None:
    home = address(shop, 1)
    for number in (1, 3):
        customer(shop, number, "2026-01-01", at=home)
    assert done(shop, "customer", 1, ended=WEB) == {"erase customers 1"}
    assert shop.keys("addresses") == {1}
    assert done(shop, "customer", 3, ended=WEB) == {"erase customers 1", "erase addresses 1"}


def test_a_legal_hold_stops_what_a_person_ends(shop: Story) -> None:
    customer(shop, 2, "2026-01-01")  # whom the shop is in a dispute with
    assert asks(shop, "customer", 2, ended=WEB).statements == ()


def test_what_one_person_is_owed_leaves_the_rest_of_a_sweep_as_it_was(shop: Story) -> None:
    home = address(shop, 1)
    for number in (1, 3):
        customer(shop, number, "2014-01-01", at=home)
        order(shop, number, number, "2014-01-01", to=home, delivered="2014-01-05")
        ticket(shop, number, "2014-01-01", customer_id=number, order_id=number)
    first, whole = asks(shop, "customer", 1), shop.plan(TODAY)
    assert {one.table for one in first.statements} == {one.table for one in whole.statements} - {"addresses"}
    assert all(
        one.rows * 2 == other.rows
        for one in first.statements
        for other in whole.statements
        if (one.table, one.action) == (other.table, other.action)
    )
    carry_out(shop.company.store, first)
    assert (shop.row("customers", 1), shop.keys("customers")) == (None, {3})
    assert shop.keeps(TODAY)
    assert shop.count() == {"products": 1}


def test_a_reply_by_another_stays_and_ones_own_goes(forum: Story) -> None:
    for number in (1, 3):
        member(forum, number)
    post(forum, 1, 1, "2026-01-01")
    post(forum, 2, 3, "2026-01-02", to=1)
    post(forum, 3, 1, "2026-01-03", to=2)
    like(forum, 2, 1)
    like(forum, 1, 3)
    told = done(forum, "member", (1, 1), ended=frozenset({"membership", "posts"}))
    assert {"erase posts 1", "strip posts 1"} <= told
    assert (body(forum, 1), body(forum, 2), body(forum, 3)) == ("-", "Hei fra 3", None)


def test_equal_numbers_of_another_tenant_are_another_person(forum: Story) -> None:
    for tenant in (1, 2):
        member(forum, 1, of=tenant)
        post(forum, 1, 1, "2026-01-01", of=tenant)
    before = [row for rows in forum.whole().values() for row in rows if row[0] == 2]
    done(forum, "member", (1, 1), ended=frozenset({"membership", "posts"}))
    assert [row for rows in forum.whole().values() for row in rows if row[0] == 2] == before
    assert forum.row("members", 1, 1) is None


def stopped(plan: Plan) -> set[str]:
    return {one.table for one in plan.findings if one.code == "misfit"}


def test_a_clock_of_ones_own_that_fits_no_more_stops_though_the_table_was_looked_at(shop: Story) -> None:
    two_customers(shop)
    assert not stopped(asks(shop, "customer", 3))
    shop.change("customer_history", {"id": 1}, changed_at="soon")
    assert stopped(asks(shop, "customer", 1)) == {"customer_history"}
    assert stopped(asks(shop, "customer", 3)) == set()  # was looked at today
    shop.reopens()
    assert stopped(asks(shop, "customer", 3)) == {"customer_history"}
    shop.change("customer_history", {"id": 1}, changed_at="2026-05-01T10:00:00Z")
    assert not stopped(asks(shop, "customer", 1))


def test_whole_tables_are_looked_at_once_a_day(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    two_customers(shop)
    asked: list[Predicate] = []
    misfits = Snapshot.misfits

    def noted(self: Snapshot, clocks: Any, horizon: date, where: Predicate = ALWAYS) -> Any:
        asked.append(where)
        return misfits(self, clocks, horizon, where)

    monkeypatch.setattr(Snapshot, "misfits", noted)
    asks(shop, "customer", 3)
    assert set(asked) == {ALWAYS}
    asked.clear()
    asks(shop, "customer", 1)
    assert asked == [], "what is near has been read, and is looked at in memory"


@pytest.mark.parametrize("number", [100, 101, 600, 1_100])
def test_however_many_rows_with_keys_of_several_columns_somebody_has_they_go(forum: Story, number: int) -> None:
    for one in (1, 3):
        member(forum, one)
    with forum.engine.begin() as connection:
        posts, likes = forum.tables.tables["posts"], forum.tables.tables["likes"]
        told = {"tenant": 1, "reply_to": None, "rules": False, "posted_on": day("2026-01-01"), "body": "Hei"}
        connection.execute(insert(posts), [{**told, "id": id_, "member_id": 3} for id_ in range(1, number + 1)])
        connection.execute(
            insert(likes), [{"tenant": 1, "post_id": id_, "member_id": 1} for id_ in range(1, number + 1)]
        )
    done(forum, "member", (1, 1), ended=frozenset({"membership", "posts"}))
    assert forum.count().get("likes", 0) == 0
    assert forum.count()["posts"] == number
    done(forum, "member", (1, 3), ended=frozenset({"membership", "posts"}))
    assert forum.count().get("posts", 0) == 0
    assert forum.keys("members") == set()


def test_many_who_ask_at_once_are_those_and_no_others(shop: Story) -> None:
    home, people = address(shop, 1), [100 + number for number in range(30)]
    for number in people:
        customer(shop, number, "2026-01-01", at=home)
        subscription(shop, f"ida{number}@home.example", by=number)
    assert done(shop, "customer", *people[:25], ended=WEB) == {
        "erase customers 25",
        "erase newsletter 25",
    }
    assert shop.keys("customers") == set(people[25:])
    assert shop.row("addresses", 1)
