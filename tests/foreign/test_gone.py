"""Whose own record is gone: a key that a database gives again opens nothing that was the person's before."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text

from holdord.plan.bind import Bound
from holdord.policy.model import Record
from holdord.run.requests import booked, gone, handle, incoming, limited, limits, seen
from holdord.run.requests.access import access
from holdord.run.requests.booked import Request
from tests.foreign.conftest import SHOP, Open
from tests.foreign.shopping import address, customer, order
from tests.foreign.story import Story, local

_MADE = "CREATE TABLE {table} (\n    id INTEGER PRIMARY KEY,\n    customer_id INTEGER"
UUIDS = [
    ("CREATE TABLE customers (\n    id INTEGER", "CREATE TABLE customers (\n    id UUID"),
    ("    name TEXT,\n    customer_id INTEGER REFERENCES", "    name TEXT,\n    customer_id UUID REFERENCES"),
    *(
        (_MADE.format(table=table), _MADE.format(table=table).replace("customer_id INTEGER", "customer_id UUID"))
        for table in ("customer_history", "orders", "tickets")
    ),
]


def who(number: int) -> Record:
    return Record(record_class="customer", key=(number,))


def asks(shop: Story, wanted: str, number: int = 1, on: str = "2026-11-20", **wish: object) -> Request:
    at = shop.noon(on)
    return incoming.receive(
        shop.company, at, asks_for=wanted, person=who(number), channel="letter", received=at.date(), wish=wish
    )  # type: ignore[arg-type]


def answered(shop: Story, one: Request, on: str = "2026-11-20") -> None:
    at = shop.noon(on)
    found = handle.handle(shop.company, lambda: at, one.number, confirmed=True)
    handle.finish(shop.company, at, one.number, found)


def of(shop: Story, number: int) -> list[int]:
    with shop.evidence() as state:
        return [one.number for one in booked.of_person(state, shop.company.policy, who(number))]


def erased(shop: Story, number: int) -> None:
    """Let somebody else's program erase a customer."""
    with shop.company.store.writing() as connection:
        connection.execute(text(f"DELETE FROM customers WHERE id = {number}"))


def test_what_was_asked_by_who_is_erased_is_nobodys(shop: Story) -> None:
    customer(shop, 1, "2010-01-01")
    customer(shop, 3, "2026-01-01")
    seen.glanced(shop.company, shop.noon("2026-11-19"), who(1), "Kari")
    first, other = asks(shop, "access"), asks(shop, "access", 3)
    answered(shop, first)
    answered(shop, asks(shop, "erasure"))
    customer(shop, 1, "2026-11-21")  # the next one, by the same key
    assert of(shop, 1) == []
    assert of(shop, 3) == [other.number]
    with shop.evidence() as state:
        assert seen.views(state, who(1)) == []
        kept = state.execute(text("SELECT who FROM holdord_view")).scalars().all()
        assert "Kari" in kept, "the controller finds out all the same"
        one = booked.find(state, shop.company.policy, first.number)
    assert one.gone == shop.noon("2026-11-20").date()
    assert one.person.key == (None,)
    late = asks(shop, "access", on="2026-11-22")
    assert of(shop, 1) == [late.number]


def test_who_was_erased_by_others_is_found_gone_within_a_day(shop: Story) -> None:
    for number in (1, 3):
        customer(shop, number, "2026-01-01")
        asks(shop, "access", number)
        limits.restrict(shop.company, shop.noon("2026-11-20"), who(number), "claims", "A dispute.")
    for on, left in (("2026-11-20", [1]), ("2026-11-20", [1]), ("2026-11-21", [])):
        gone.look_daily(shop.company, shop.noon(on).date())
        assert of(shop, 1) == left
        erased(shop, 1)
    assert of(shop, 3) == [2]
    with shop.evidence() as state:
        assert limited.of(state, who(1)) == []
        assert len(limited.of(state, who(3))) == 1


def test_a_sweep_looks_as_well(shop: Story) -> None:
    customer(shop, 1, "2010-01-01")
    asks(shop, "access", on="2026-11-20")
    shop.keeps("2026-11-21")
    with shop.company.store.snapshot() as connection:
        assert connection.execute(text("SELECT count(*) FROM customers")).scalar_one() == 0
    assert of(shop, 1) == []


def test_an_open_request_of_who_is_gone_tells_nothing_of_who_came_after(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    requests = [asks(shop, wanted) for wanted in ("access", "erasure", "portability")]
    requests += [asks(shop, "restriction", ground="accuracy"), asks(shop, "objection", purposes=["catalogue"])]
    placed = limits.restrict(shop.company, shop.noon("2026-11-20"), who(1), "claims", "A dispute.")
    erased(shop, 1)
    gone.look(shop.company, shop.noon("2026-11-20").date())
    customer(shop, 1, "2026-11-21", name="Somebody Else")
    shop.reopens()  # by the restrictions that stand
    at = shop.noon("2026-11-22")
    with shop.evidence() as state:
        assert limited.why_not(state, who(1), "newsletter") == ""
        assert limited.listed(state) == []
        beside = limited.beside(state, shop.company.policy)
        assert (beside.holds, beside.over) == (shop.company.policy.holds, ())
        assert limited.find(state, placed.number).person.key == (None,)
    for one in requests:
        found = handle.handle(shop.company, lambda: at, one.number, confirmed=True)
        assert "Somebody Else" not in str(found.document)
        assert found.complete
    with shop.company.store.snapshot() as connection:
        assert connection.execute(text("SELECT name FROM customers")).scalars().all() == ["Somebody Else"]


def test_what_one_of_the_gone_asked_is_not_anothers(shop: Story) -> None:
    for number in (1, 3):
        customer(shop, number, "2026-01-01")
    placed = limits.restrict(shop.company, shop.noon("2026-11-19"), who(1), "claims", "A dispute.")
    answered(shop, asks(shop, "erasure", 3))
    erased(shop, 1)
    erased(shop, 3)
    gone.look(shop.company, shop.noon("2026-11-20").date())
    customer(shop, 3, "2026-11-21")
    limits.announce(shop.company, shop.noon("2026-11-21"), placed.number, "Over.")
    limits.lift(shop.company, shop.noon("2026-12-01"), placed.number)
    assert of(shop, 3) == []
    with shop.evidence() as state:
        assert booked.listed(state, shop.company.policy) == []


def test_who_is_not_gone_keeps_what_they_asked(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    order(shop, 5, 1, "2026-01-02", to=address(shop, 9))
    answered(shop, asks(shop, "erasure"))
    assert of(shop, 1) == [1]


def test_nobody_is_gone_because_a_class_has_another_name(shop: Story) -> None:
    """What they asked for is there when the data map knows them again."""
    customer(shop, 1, "2026-01-01")
    limits.restrict(shop.company, shop.noon("2026-11-19"), who(1), "claims", "A dispute.")
    bound = shop.company.bound
    other = replace(bound.datamap, tables={name: one for name, one in bound.datamap.tables.items() if name == "staff"})
    with shop.company.reading() as (snapshot, state):
        less = Bound(replace(bound.policy, holds=(), purposes={}, figures={}), other, bound.schema)
        assert gone.find(state, snapshot, less) == set()


def test_people_may_have_uuids(story: Open, request: pytest.FixtureRequest) -> None:
    """PostgreSQL has a type for them; requests name people by the text."""
    if "sqlite" in request.node.name:
        pytest.skip("SQLite has no type for them: they are texts")
    number, other = str(uuid4()), str(uuid4())
    shop = story(SHOP, schema=UUIDS, policy=[("scope: {customer: 2}", f'scope: {{customer: "{other}"}}')])
    shop.put("customers", id=number, name="Ida", email="a@b.example", password_hash="x", created_at=local("2026-01-01"))
    person = Record(record_class="customer", key=(number,))
    told = access(shop.company, person, shop.noon("2026-11-19").date())
    assert "Ida" in str([value.value for item in told.items for value in item.values])
    limits.restrict(shop.company, shop.noon("2026-11-19"), person, "claims", "A dispute.")
    gone.look(shop.company, shop.noon("2026-11-20").date())
    with shop.evidence() as state:
        assert len(limited.of(state, person)) == 1
