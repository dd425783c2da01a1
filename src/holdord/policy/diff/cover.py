"""What a purpose covers: the data that its needs reach, and the records that its conditions let in.

Needs are compared by what they cover, not by how they are written: ``invoice.*`` reaches more than ``invoice.contact``,
and that more than ``invoice.contact.name``; ``person.contact`` and a list of all contact categories are the same. The
vocabulary is that of both policies together. Conditions are compared by trying values (``holdord.policy.points``).
"""

from collections.abc import Iterable
from typing import Literal

from holdord.policy.points import Point, is_in, name_of, point, points, records
from holdord.policy.purpose import Purpose, Works

Width = Literal["widened", "narrowed", "same", "changed"]


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
    axes = {name: points(one for one in every if name_of(one) == name) for name in map(name_of, every)}
    tried = records(axes)
    if tried is None:
        return "changed"
    more = fewer = False
    for record in tried:
        was, now = is_in(record, before), is_in(record, after)
        more, fewer = more or (now and not was), fewer or (was and not now)
    return "changed" if more and fewer else "widened" if more else "narrowed" if fewer else "same"


def _box(works: Works) -> frozenset[tuple[str, str, str, frozenset[Point]]]:
    return frozenset(
        (one.record_class, one.name, "in" if one.operator == "is" else one.operator, frozenset(map(point, one.values)))
        for one in works.conditions
    )
