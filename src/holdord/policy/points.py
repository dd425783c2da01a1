"""Conditions compared by trying values, without a database.

Each condition compares one value with constants, so it is enough to try the constants themselves, something between,
below and above those that have an order, something else, and nothing (NULL); and for several conditions all
combinations. Of several ancestors one suffices (decision 0002, 2), which changes nothing here: a set of ancestors meets
a condition when one of its values does.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise, product

from holdord.policy.purpose import Condition, Constant, Works

Point = tuple[str, str | Fraction | bool | None]
"""A value with its type, so that true and 1 are two; numbers and dates exactly, as numbers."""

Name = tuple[str, str]
"""What a condition compares: its record class, empty for the row itself, and its name."""

Record = Mapping[Name, Point]

NOTHING: Point = ("null", None)
ELSE: Point = ("else", None)
_MOST = 20_000


def name_of(condition: Condition) -> Name:
    """Return what a condition compares."""
    return condition.record_class, condition.name


def records(axes: Mapping[Name, Iterable[Point]]) -> Iterator[Record] | None:
    """Return every combination of values, or None where there are too many to try."""
    values = [tuple(axis) for axis in axes.values()]
    count = 1
    for axis in values:
        count *= len(axis)
    return (dict(zip(axes, each, strict=True)) for each in product(*values)) if count <= _MOST else None


def is_in(record: Record, alternatives: Iterable[Works]) -> bool:
    """Tell whether a record meets all conditions of one of the alternatives."""
    return any(all(_meets(record[name_of(one)], one) for one in works.conditions) for works in alternatives)


def point(constant: Constant) -> Point:
    """Return a constant as a point."""
    if constant is None:
        return NOTHING
    if isinstance(constant, bool):
        return ("truth", constant)
    if isinstance(constant, date):
        return ("date", Fraction(constant.toordinal()))
    return ("text", constant) if isinstance(constant, str) else ("number", Fraction(constant))


def points(conditions: Iterable[Condition]) -> list[Point]:
    """Return the values that tell these conditions on one name apart."""
    constants = {point(constant): None for condition in conditions for constant in condition.values}
    return list(dict.fromkeys([NOTHING, ELSE, *constants, *_between(constants)]))


def _meets(value: Point, condition: Condition) -> bool:
    if value == NOTHING:
        return condition.is_met_by_null
    constants = [point(constant) for constant in condition.values]
    if condition.operator in ("is", "in"):
        return value in constants
    (bound,) = constants
    if condition.operator == "is_not":
        return value != bound
    (kind, one), (other_kind, other) = value, bound
    if kind != other_kind or not isinstance(one, Fraction) or not isinstance(other, Fraction):
        return False
    return one < other if condition.operator == "below" else one > other


def _between(constants: Iterable[Point]) -> Iterator[Point]:
    known = list(constants)
    for kind in ("number", "date"):
        numbers = sorted(value for family, value in known if family == kind and isinstance(value, Fraction))
        if numbers:
            middles = [(one + other) / 2 for one, other in pairwise(numbers)]
            yield from ((kind, value) for value in (numbers[0] - 1, *middles, numbers[-1] + 1))
