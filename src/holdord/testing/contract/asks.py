"""The part of the contract about asking: a snapshot is one moment, and every predicate means what it says.

Predicates are held against rows that were chosen for them; which rows satisfy one is told by the keys.
"""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from holdord.datamap.model import Reference, Route
from holdord.plan.predicate import (
    ALWAYS,
    NEVER,
    Bare,
    By,
    Clock,
    Down,
    Flagged,
    Key,
    KeyIn,
    Marked,
    Meets,
    Predicate,
    Referred,
    Up,
    every,
    negated,
    some,
)
from holdord.policy.purpose import Condition as Compared
from holdord.policy.purpose import Constant, Operator
from holdord.stores.base import StoreSnapshot
from holdord.testing.contract.trial import AT, NEW, OLDER, Case, Make, Tried, named

ODD = 'it\'s "odd" 100% _\\'
FEB = date(2026, 2, 1)
EVERYBODY = {(1, 1), (1, 2), (1, 3), (2, 1)}


def compare(column: str, operator: Operator, *values: Constant) -> Meets:
    return Meets(column, Compared(record_class="", name=column, operator=operator, values=values))


def by(case: Case, table: str, clock: str, day: date) -> By:
    return By(clock_of(case, table, clock), day)


def clock_of(case: Case, table: str, name: str) -> Clock:
    return case.bound.clock(case.store.datamap.tables[table].clocks[name])


def route(case: Case, *tables: str) -> Route:
    """Return the references that lead from the first table up to the last one."""
    mapped = case.store.datamap.tables
    return tuple(
        next(one for one in mapped[child].references if one.parent == parent) for child, parent in pairwise(tables)
    )


def agent(case: Case) -> Reference:
    """Return a reference that leads to another column than the primary key."""
    return next(one for one in case.store.datamap.tables["parcel"].references if one.columns == ("agent",))


def which(snapshot: StoreSnapshot, case: Case, table: str, where: Predicate) -> set[Any]:
    """Return the rows that satisfy ``where``, by their key or by what it is made of."""
    keys: list[Key] = [tuple(row[part] for part in case.store.schema[table].key) for row in case.rows(table)]
    total, *each = snapshot.count(table, where, [KeyIn((key,)) for key in keys])
    found = {key if len(key) > 1 else key[0] for key, count in zip(keys, each, strict=True) if count}
    assert total == len(found)
    return found


def filled(case: Case) -> Case:
    for number in (1, 2, 3):
        case.person(1, number, name=None if number == 2 else "somebody", code=100 + number)
    case.person(2, 1, joined=NEW, email="gone-2-1", born=date(1980, 1, 1), city="Os")
    case.parcel(1, (1, 1), state="open", weight=1, express=True, sent=date(2026, 1, 1))
    case.parcel(2, (1, 2), state="closed", weight=2, express=False, sent=FEB, label=None)
    case.parcel(3, sent=None, agent=103)
    case.parcel(4, (1, None), state=ODD, weight=3, sent=FEB)
    case.put("item", {"code": "a", "parcel_id": 1}, {"code": "b", "parcel_id": 4}, {"code": "c", "parcel_id": 2})
    case.put("photo", {"id": 1, "tenant": 1, "person": 3}, {"id": 2, "tenant": None, "person": 1})
    return case


PARCELS: list[tuple[str, Predicate, set[int]]] = [
    ("always", ALWAYS, {1, 2, 3, 4}),
    ("never", NEVER, set()),
    ("is", compare("state", "is", "open"), {1}),
    ("is-as-written", compare("state", "is", "Open"), set()),
    ("is-null", compare("state", "is", None), {3}),
    ("is-not", compare("state", "is_not", "open"), {2, 3, 4}),
    ("is-not-null", compare("state", "is_not", None), {1, 2, 4}),
    ("in", compare("state", "in", "open", ODD, "none"), {1, 4}),
    ("below", compare("weight", "below", 2), {1}),
    ("above", compare("weight", "above", 1), {2, 4}),
    ("not-above", negated(compare("weight", "above", 1)), {1, 3}),
    ("true", compare("express", "is", True), {1}),
    ("false", compare("express", "is", False), {2}),
    ("not-true", compare("express", "is_not", True), {2, 3, 4}),
    ("on-a-day", compare("sent", "is", FEB), {2, 4}),
    ("before-a-day", compare("sent", "below", FEB), {1}),
    ("not-after-a-day", negated(compare("sent", "above", FEB)), {1, 2, 3, 4}),
    ("keys", KeyIn(((1,), (4,), (9,))), {1, 4}),
    ("every", every(compare("weight", "above", 1), compare("sent", "is", FEB), KeyIn(((2,),))), {2}),
    ("some", some(compare("weight", "above", 2), compare("state", "is", None)), {3, 4}),
    ("neither", negated(some(compare("weight", "above", 2), compare("state", "is", None))), {1, 2}),
    ("not-all", negated(every(compare("weight", "above", 1), compare("express", "is", False))), {1, 3, 4}),
]
ALONG: list[tuple[str, str, Callable[[Case], Predicate], set[Any]]] = [
    ("up", "parcel", lambda case: Up(route(case, "parcel", "person"), ALWAYS), {1, 2}),
    ("up-to-one", "parcel", lambda case: Up(route(case, "parcel", "person"), KeyIn(((1, 2), (2, 1)))), {2}),
    ("up-to-another-column", "parcel", lambda case: Up((agent(case),), KeyIn(((1, 3), (1, 1)))), {3}),
    ("down-by-another-column", "person", lambda case: Down((agent(case),), ALWAYS), {(1, 3)}),
    ("nothing-up", "parcel", lambda case: negated(Up(route(case, "parcel", "person"), ALWAYS)), {3, 4}),
    ("up-twice", "item", lambda case: Up(route(case, "item", "parcel", "person"), KeyIn(((1, 1),))), {"a"}),
    ("down", "person", lambda case: Down(route(case, "parcel", "person"), ALWAYS), {(1, 1), (1, 2)}),
    ("down-twice", "person", lambda case: Down(route(case, "item", "parcel", "person"), KeyIn((("c",),))), {(1, 2)}),
    (
        "nothing-down",
        "person",
        lambda case: negated(Down(route(case, "parcel", "person"), compare("express", "is", True))),
        {(1, 2), (1, 3), (2, 1)},
    ),
    (
        "referred-to-from-a-table-that-is-not-mapped",
        "person",
        lambda case: Referred("photo", case.store.schema["photo"].foreign_keys[0], ALWAYS),
        {(1, 3)},
    ),
    ("empty-is-bare", "parcel", lambda case: Bare((named(case, "parcel", "label"),)), {2}),
    ("empty-is-bare-beside-a-placeholder", "person", lambda case: Bare((named(case, "person", "phone"),)), EVERYBODY),
    ("placeholder-is-bare", "person", lambda case: Bare((named(case, "person", "email"),)), {(2, 1)}),
    (
        "generalised-is-bare",
        "person",
        lambda case: every(Bare((named(case, "person", "born"), named(case, "person", "city"))), KeyIn(((2, 1),))),
        {(2, 1)},
    ),
]


class Asks(Tried):
    """What a snapshot answers."""

    def test_planning_changes_nothing(self, case: Case) -> None:
        filled(case)
        before = case.all()
        plan = case.plan()
        assert plan.statements
        assert case.all() == before
        assert case.plan().digest == plan.digest

    def test_a_snapshot_is_one_moment_while_others_write(self, case: Case) -> None:
        filled(case)
        with case.store.reading() as snapshot:
            assert snapshot.count("parcel", ALWAYS) == (4,)
            case.parcel(5)
            case.change("parcel", (1,), state="closed")
            assert snapshot.count("parcel", compare("state", "is", "open"), [ALWAYS]) == (1, 1)
            assert snapshot.count("parcel", ALWAYS) == (4,)
        with case.store.reading() as snapshot:
            assert snapshot.count("parcel", compare("state", "is", "closed")) == (2,)

    @pytest.mark.parametrize(("where", "found"), [one[1:] for one in PARCELS], ids=[one[0] for one in PARCELS])
    def test_a_predicate_about_the_row_means_these_rows(self, case: Case, where: Predicate, found: set[int]) -> None:
        filled(case)
        with case.store.reading() as snapshot:
            assert which(snapshot, case, "parcel", where) == found
            assert snapshot.any("parcel", where) is bool(found)

    @pytest.mark.parametrize(("table", "say", "found"), [one[1:] for one in ALONG], ids=[one[0] for one in ALONG])
    def test_a_predicate_along_references_means_these_rows(
        self, case: Case, table: str, say: Callable[[Case], Predicate], found: set[Any]
    ) -> None:
        filled(case)
        with case.store.reading() as snapshot:
            assert which(snapshot, case, table, say(case)) == found

    def test_tallies_count_within_what_is_asked(self, case: Case) -> None:
        filled(case)
        tallies: list[Predicate] = [compare("express", "is", True), compare("sent", "is", FEB), NEVER]
        with case.store.reading() as snapshot:
            assert snapshot.count("parcel", compare("weight", "above", 0), tallies) == (3, 1, 2, 0)
            assert snapshot.count("parcel", NEVER, tallies) == (0, 0, 0, 0)

    def test_marks_are_put_and_taken_in_their_snapshot_only(self, case: Case) -> None:
        filled(case)
        with case.store.reading() as one, case.store.reading() as other:
            assert one.mark("person", negated(KeyIn(((2, 1),))), "m") == 3
            assert other.mark("person", KeyIn(((2, 1),)), "m") == 1
            assert one.unmark("person", KeyIn(((1, 2), (2, 1))), "m") == 1
            assert which(one, case, "person", Marked("person", "m")) == {(1, 1), (1, 3)}
            assert which(other, case, "person", Marked("person", "m")) == {(2, 1)}
            marked_above = Up(route(case, "parcel", "person"), Marked("person", "m"))
            assert which(one, case, "parcel", marked_above) == {1}
            assert one.mark("person", NEVER, "m") == 0
            assert which(one, case, "person", Marked("person", "m")) == set()

    def test_flags_are_gathered_down_and_up_references(self, case: Case) -> None:
        filled(case)
        up, part = route(case, "parcel", "person")[0], route(case, "item", "parcel")[0]
        case.parcel(5, (1, 1), weight=9)
        with case.store.reading() as snapshot:
            heavy = compare("weight", "above", 8)
            says: dict[str, Predicate] = {"open": compare("state", "is", "open"), "any": ALWAYS, "heavy": heavy}
            snapshot.gather(
                "person", "g", ["open", "any", "heavy", "none"], [(up, says), (agent(case), {"heavy": ALWAYS})]
            )
            assert which(snapshot, case, "person", Flagged("person", "g", ("open",))) == {(1, 1)}
            assert which(snapshot, case, "person", Flagged("person", "g", ("heavy",))) == {(1, 1), (1, 3)}
            assert which(snapshot, case, "person", Flagged("person", "g", ("open", "any"))) == {(1, 1), (1, 2)}
            assert which(snapshot, case, "person", Flagged("person", "g", ("none",))) == set()
            assert which(snapshot, case, "person", negated(Flagged("person", "g", ("any",)))) == {(1, 3), (2, 1)}
            snapshot.gather("item", "g", ["f"], [(part, {"f": compare("weight", "above", 1)})])
            assert which(snapshot, case, "item", Flagged("item", "g", ("f",))) == {"b", "c"}

    def test_the_earliest_start_is_told_on_the_row_and_up_a_route(self, case: Case) -> None:
        filled(case)
        sent = clock_of(case, "parcel", "sent")
        with case.store.reading() as snapshot:
            assert snapshot.earliest(sent, (), ALWAYS, "parcel") == date(2026, 1, 1)
            assert snapshot.earliest(sent, (), compare("weight", "above", 1), "parcel") == FEB
            assert snapshot.earliest(sent, (), KeyIn(((3,),)), "parcel") is None
            assert snapshot.earliest(sent, route(case, "item", "parcel"), KeyIn((("b",),)), "item") == FEB

    def test_an_empty_store_has_nothing_due(self, make: Make) -> None:
        case = Case(make)
        with case.store.reading() as snapshot:
            assert snapshot.count("person", ALWAYS, [ALWAYS]) == (0, 0)
            assert not snapshot.any("person", ALWAYS)
            assert snapshot.mark("person", ALWAYS, "m") == 0
            assert snapshot.earliest(clock_of(case, "person", "joined"), (), ALWAYS, "person") is None
        assert case.sweep(AT) == case.sweep(OLDER) == {}
