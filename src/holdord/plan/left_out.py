"""Records that no purpose works on because every purpose on their class has conditions, told without any data.

Such a record is held by nothing of its own: it goes, and ``keep`` asks first (decision 0002, 11). Whether there can be
one is found by trying values. A column has those that the data map says; true and false where it is declared so; else
any that tell the conditions apart, and something else. It is empty where the store lets it be. Of an ancestor the
references count as well: without the ancestor the value is empty, and with it a reference is not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from holdord.datamap.model import Route
from holdord.plan.bind import Bound
from holdord.plan.work import Test
from holdord.policy.points import ELSE, NOTHING, Name, Point, Record, is_in, name_of, point, points, records
from holdord.policy.purpose import Condition, Works

_MOST = 3
"""So many kinds of records are told of each class."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Axis:
    """What conditions of one name compare.

    Attributes:
        routes: To the ancestors that have it; empty for the row itself.
        values: What it may be, each telling something apart.
        required: Whether the column is never empty, on the ancestor for one.
    """

    column: str
    routes: frozenset[Route]
    values: tuple[Point, ...]
    required: bool


def left_out(bound: Bound) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a record class, and which of its records no purpose works on, in words: "kind is prospect".

    Classes that no purpose works on at all are none of these.
    """
    for table in reversed(bound.order):
        works = bound.works_on(table)
        alternatives = [Works(record_class="", conditions=tuple(map(_condition, work.tests))) for work in works]
        if not all(one.conditions for one in alternatives):
            continue
        axes = _axes(bound, table, [test for work in works for test in work.tests])
        tried = records({name: axis.values for name, axis in axes.items()})
        there = [record for record in tried or () if _can_be(bound, record, axes)]
        missed = [record for record in there if alternatives and not is_in(record, alternatives)]
        told: list[Record] = []
        for record in missed:
            if len(told) < _MOST and not any(_agrees(record, one) for one in told):
                told.append(_shortest(record, missed, there))
        if told:
            yield bound.datamap.tables[table].record_class, tuple(_said(record, axes) for record in told)


def _condition(test: Test) -> Condition:
    """Return a test's condition, the record class empty where it is the row's own."""
    return test.condition if test.routes else replace(test.condition, record_class="")


def _axes(bound: Bound, table: str, tests: Iterable[Test]) -> dict[Name, _Axis]:
    by: dict[Name, list[Test]] = {}
    for test in tests:
        by.setdefault(name_of(_condition(test)), []).append(test)
    return {name: _axis(bound, table, each) for name, each in by.items()}


def _axis(bound: Bound, table: str, tests: list[Test]) -> _Axis:
    name, column = tests[0].condition.name, tests[0].column
    routes = frozenset(route for test in tests for route in test.routes)
    places = {route[-1].parent for route in routes} or {table}
    shapes = [bound.shape(place).columns[column] for place in places]
    known = [bound.datamap.tables[place].values.get(name, ()) for place in places]
    if all(shape.family == "truth" for shape in shapes):
        found = [point(True), point(False)]
    elif all(known):
        found = [point(value) for values in known for value in values]
    else:
        found = _telling([test.condition for test in tests])
    required = not any(shape.nullable for shape in shapes)
    if not required or any(_may_end(bound, route) for route in routes):
        found.append(NOTHING)
    return _Axis(column=column, routes=routes, values=tuple(dict.fromkeys(found)), required=required)


def _telling(conditions: list[Condition]) -> list[Point]:
    """Return values that tell the conditions apart, but for none at all.

    Where they compare by order, these lie below, above and between; between neighbouring days or numbers lies nothing.
    """
    if any(one.operator in ("below", "above") for one in conditions):
        tried = [one for one in points(conditions) if one not in (NOTHING, ELSE)]
        return [one for one in tried if not isinstance(one[1], Fraction) or one[1].denominator == 1]
    constants = [point(value) for one in conditions for value in one.values]
    return [*(one for one in constants if one != NOTHING), ELSE]


def _may_end(bound: Bound, route: Route) -> bool:
    """Tell whether a reference on the way may be empty."""
    return any(bound.shape(edge.child).columns[key].nullable for edge in route for key in edge.columns)


def _can_be(bound: Bound, record: Record, axes: Mapping[Name, _Axis]) -> bool:
    """Tell whether references and what they lead to agree: one that is empty leads to nothing, another one does."""
    for name, axis in axes.items():
        for own, reference in axes.items():
            begin = {route for route in axis.routes if not reference.routes and reference.column in route[0].columns}
            leads = [route for route in begin if len(route[0].columns) == 1 and not _may_end(bound, route[1:])]
            if record[own] == NOTHING and begin and begin == axis.routes and record[name] != NOTHING:
                return False
            if record[own] != NOTHING and leads and axis.required and record[name] == NOTHING:
                return False
    return True


def _agrees(record: Record, with_: Record) -> bool:
    return all(record[name] == value for name, value in with_.items())


def _shortest(record: Record, missed: list[Record], there: list[Record]) -> Record:
    """Return as much of a record as is enough for no purpose to work on it."""
    kept = dict(record)
    for name in record:
        fewer = {other: value for other, value in kept.items() if other != name}
        if sum(_agrees(one, fewer) for one in there) == sum(_agrees(one, fewer) for one in missed):
            kept = fewer
    return kept


def _said(record: Record, axes: Mapping[Name, _Axis]) -> str:
    return " and ".join(
        f"{'.'.join(filter(None, name))} is {_worth(value, axes[name])}" for name, value in record.items()
    )


def _worth(value: Point, axis: _Axis) -> str:
    if value in (NOTHING, ELSE):
        return "empty" if value == NOTHING else "something else" if {*axis.values} - {NOTHING, ELSE} else "not empty"
    kind, worth = value
    if kind == "date" and isinstance(worth, Fraction):
        return date.fromordinal(int(worth)).isoformat()
    return str(worth).lower() if kind == "truth" else str(worth)
