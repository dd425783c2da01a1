"""What a purpose covers: the data that its needs reach, and the records that its conditions let in.

Needs are compared by what they cover, not by how they are written: ``invoice.*`` reaches more than ``invoice.contact``,
and that more than ``invoice.contact.name``; ``person.contact`` and a list of all contact categories are the same. The
vocabulary is that of both policies together.

Conditions are compared by trying values. Each condition compares one value with constants, so it is enough to try the
constants themselves, something between, below and above those that have an order, something else, and nothing (NULL);
and for several conditions all combinations. Of several ancestors one suffices (decision 0002, 2), which changes
nothing here: a set of ancestors meets a condition when one of its values does.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise, product
from typing import Literal

from holdord.policy.model import Condition, Constant, Purpose, Works

Width = Literal["widened", "narrowed", "same", "changed"]
Point = tuple[str, str | Fraction | bool | None]

_MOST_POINTS = 20_000
_NOTHING: Point = ("null", None)
_ELSE: Point = ("else", None)


def reached(purpose: Purpose, vocabulary: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return record class → the categories of it that the purpose needs."""
    known = tuple(vocabulary)
    classes = dict.fromkeys(need.record_class for need in purpose.needs)
    return {name: frozenset(one for one in known if purpose.needs_category(name, one)) for name in classes}


def let_in(purpose: Purpose) -> dict[str, tuple[Works, ...]]:
    """Return record class → the alternatives by which a record of it is worked on."""
    classes = dict.fromkeys(works.record_class for works in purpose.works_on)
    return {name: tuple(works for works in purpose.works_on if works.record_class == name) for name in classes}


def width(before: tuple[Works, ...], after: tuple[Works, ...]) -> Width:
    """Return whether the alternatives for one record class let in more records than before, fewer, or others.

    ``changed`` also where there are too many combinations to try.
    """
    if set(map(_box, before)) == set(map(_box, after)):
        return "same"
    every = [condition for works in (*before, *after) for condition in works.conditions]
    names = list(dict.fromkeys((condition.record_class, condition.name) for condition in every))
    axes = [_points([one for one in every if (one.record_class, one.name) == name]) for name in names]
    count = 1
    for axis in axes:
        count *= len(axis)
    if count > _MOST_POINTS:
        return "changed"
    more = fewer = False
    for values in product(*axes):
        record = dict(zip(names, values, strict=True))
        was, is_in = _is_in(record, before), _is_in(record, after)
        more, fewer = more or (is_in and not was), fewer or (was and not is_in)
    return "changed" if more and fewer else "widened" if more else "narrowed" if fewer else "same"


def _box(works: Works) -> frozenset[tuple[str, str, str, frozenset[Point]]]:
    return frozenset(
        (one.record_class, one.name, "in" if one.operator == "is" else one.operator, frozenset(map(_point, one.values)))
        for one in works.conditions
    )


def _is_in(record: dict[tuple[str, str], Point], alternatives: tuple[Works, ...]) -> bool:
    return any(
        all(_meets(record[one.record_class, one.name], one) for one in works.conditions) for works in alternatives
    )


def _meets(value: Point, condition: Condition) -> bool:
    if value == _NOTHING:
        return condition.is_met_by_null
    constants = [_point(constant) for constant in condition.values]
    if condition.operator in ("is", "in"):
        return value in constants
    (bound,) = constants
    if condition.operator == "is_not":
        return value != bound
    (kind, one), (other_kind, other) = value, bound
    if kind != other_kind or not isinstance(one, Fraction) or not isinstance(other, Fraction):
        return False
    return one < other if condition.operator == "below" else one > other


def _point(constant: Constant) -> Point:
    """Return a constant with its type, so that true and 1 are two; numbers and dates exactly, as numbers."""
    if constant is None:
        return _NOTHING
    if isinstance(constant, bool):
        return ("truth", constant)
    if isinstance(constant, date):
        return ("date", Fraction(constant.toordinal()))
    return ("text", constant) if isinstance(constant, str) else ("number", Fraction(constant))


def _points(conditions: Iterable[Condition]) -> list[Point]:
    """Return the values that tell these conditions on one name apart."""
    constants = {_point(constant) for condition in conditions for constant in condition.values}
    return list(dict.fromkeys([_NOTHING, _ELSE, *constants, *_between(constants)]))


def _between(constants: Iterable[Point]) -> Iterator[Point]:
    for kind in ("number", "date"):
        numbers = sorted(value for family, value in constants if family == kind and isinstance(value, Fraction))
        if numbers:
            middles = [(one + other) / 2 for one, other in pairwise(numbers)]
            yield from ((kind, value) for value in (numbers[0] - 1, *middles, numbers[-1] + 1))
