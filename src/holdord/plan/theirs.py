"""A snapshot of a store as a request sees it: the rows that the people who ask reach, and no others.

Whether clocks fit is asked of whole tables, since others' rows may hold a person's. That reads them all, so it is asked
once a day; of the rows around the people, which decide about theirs, it is asked each time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date
from functools import cached_property
from typing import Any, Protocol, TypeVar

from holdord.datamap.model import Reference
from holdord.plan.concerns import Reader
from holdord.plan.excerpt import Excerpt, RowReader, excerpt
from holdord.plan.predicate import ALWAYS, NEVER, All, Clock, DataColumn, Key, KeyIn, Predicate, Refused, every
from holdord.plan.remembered import remembered
from holdord.plan.whose import Whose

_Found = TypeVar("_Found")
_FEW = 1_000
"""Rows around the people for which rows are named by their keys instead of marked."""
_FEW_PAIRS = 100
"""The same where a key has several columns: each is a condition, and SQLite reads no thousand of them."""
_FEW_NUMBERS = 10_000
"""The same where a key is a number: these are one value."""
_FEW_AT_ONCE = 100
"""Rows around the people of which several things are asked at once."""
_TRUTHS = (None, 0, 1)


class KeyReader(Reader, RowReader, Protocol):
    """A store's snapshot that can say which rows it means, and shows them."""

    def keys(self, table: str, where: Predicate) -> tuple[Key, ...]:
        """Return the primary keys of the rows that satisfy ``where``."""

    def told(self, table: str, where: Predicate, asked: Sequence[Predicate]) -> list[tuple[Key, tuple[bool, ...]]]:
        """Return the primary keys of the rows that satisfy ``where``, and whether they satisfy each of ``asked``."""


class Theirs:
    """A snapshot of a store in which only the rows that people reach are seen."""

    def __init__(self, reader: KeyReader, whose: Whose, at: date) -> None:
        self.reader = reader
        self.whose = whose
        self.at = at
        self._known: dict[tuple[str, Predicate], tuple[Key, ...]] = {}
        self._there: set[tuple[str, KeyIn]] = set()

    @remembered
    def about(self, table: str) -> Predicate:
        """A row of ``table`` is one that the request is about.

        Rows that are nobody's are named by their keys: what leads to them goes before they do.
        """
        if self.whose.has_people(table):
            return self.whose.own(table)
        keys = self.reader.keys(table, self.whose.left_to_them(table))
        return KeyIn(keys) if keys else NEVER

    def _seen(self, table: str, where: Predicate) -> Predicate:
        return every(self.about(table), where)

    def foresee(self, table: str, asked: Iterable[Predicate]) -> None:
        """Ask several things of a table's rows at once, where these are few: what is asked next is known then.

        Of many rows PostgreSQL would read whole tables for it, since what is asked is no condition that it can join by.
        """
        wanted = [one for one in dict.fromkeys(asked) if not isinstance(one, KeyIn) and (table, one) not in self._known]
        if not wanted or not self._are_few(table) or len(self.around.rows[table]) > _FEW_AT_ONCE:
            return
        about = self.about(table)
        known = set(about.parts) if isinstance(about, All) else {about}
        found = self.reader.told(table, about, [_without(one, known) for one in wanted])
        for number, one in enumerate(wanted):
            self._known[table, one] = tuple(key for key, said in found if said[number])

    def keys(self, table: str, where: Predicate) -> tuple[Key, ...]:
        """Return the primary keys of the rows that satisfy ``where``."""
        known = self._known.get((table, where))
        return self.reader.keys(table, self._seen(table, where)) if known is None else known

    def few(self, table: str, where: Predicate) -> KeyIn | None:
        """Return the rows that satisfy ``where``, named by their keys; None where these may be many."""
        if isinstance(where, KeyIn) and ((table, where) in self._there or not self._are_few(table)):
            return where
        if not self._are_few(table):
            return None
        found = KeyIn(self.keys(table, where))
        self._there.add((table, found))
        return found

    @remembered
    def _are_few(self, table: str) -> bool:
        """Tell whether rows of a table are named by their keys."""
        shape = self.whose.bound.shape(table)
        most = _FEW if len(shape.key) == 1 else _FEW_PAIRS
        if len(shape.key) == 1 and shape.columns[shape.key[0]].family == "number":
            most = _FEW_NUMBERS
        return self.whose.has_people(table) and len(self.around.rows[table]) <= most

    def count(self, table: str, where: Predicate, tallies: Sequence[Predicate] = ()) -> tuple[int, ...]:
        """Return how many rows satisfy ``where``, and how many of these satisfy each of ``tallies``."""
        if isinstance(where, KeyIn) and (table, where) in self._there:
            keys, known = set(where.keys), [self._known.get((table, one)) for one in tallies]
            if None not in known:
                return len(keys), *(len(keys.intersection(one or ())) for one in known)
        return self.reader.count(table, self._seen(table, where), tallies)

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""
        known = self._known.get((table, where))
        return self.reader.any(table, self._seen(table, where)) if known is None else bool(known)

    def mark(self, table: str, where: Predicate, group: str) -> int:
        """Mark rows that satisfy ``where``."""
        self._known.clear()  # what it says of marks
        return self.reader.mark(table, self._seen(table, where), group)

    def unmark(self, table: str, where: Predicate, group: str) -> int:
        """Take the mark from those marked rows that satisfy ``where``."""
        self._known.clear()
        return self.reader.unmark(table, where, group)

    def gather(
        self, table: str, group: str, flags: list[str], ways: list[tuple[Reference, Mapping[str, Predicate]]]
    ) -> None:
        """Flag rows, whoever's they are: what others claim holds a person's rows as well."""
        self.reader.gather(table, group, flags, ways)

    def misfit_truths(self, table: str, columns: Sequence[str], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return how many values are neither true nor false, whoever's: others' rows may hold a person's."""
        return self._lately(
            f"truths {table}",
            lambda: self.reader.misfit_truths(table, columns, where),
            any,
            lambda: any(row[name] not in _TRUTHS for row in self.around.rows[table] for name in columns),
        )

    def misfit_insides(self, table: str, columns: Sequence[DataColumn], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return how many values are no JSON in which the paths can be told."""
        return self.reader.misfit_insides(table, columns, self._seen(table, where))

    def misfits(self, clocks: Sequence[Clock], horizon: date, where: Predicate = ALWAYS) -> Sequence[tuple[int, int]]:
        """Return how many values of clocks do not fit, whoever's, and how many start after ``horizon``."""
        table = clocks[0].table
        return self._lately(
            f"clocks {table}",
            lambda: self.reader.misfits(clocks, horizon, where),
            lambda found: any(misfits for misfits, _ in found),
            lambda: any(
                self.whose.bound.moments(clock).misfit(value)
                for clock in clocks
                for value in self._values(table, clock.column)
            ),
        )

    def _values(self, table: str, column: str) -> Iterable[Any]:
        """Return what stands in a column of the rows around the people, each value of a type about once."""
        found = [row[column] for row in self.around.rows[table]]
        try:
            return {(type(value), value): value for value in found}.values()
        except TypeError:  # of which there is no hash
            return found

    def _lately(
        self, what: str, ask: Callable[[], _Found], is_wrong: Callable[[_Found], bool], is_near: Callable[[], bool]
    ) -> _Found:
        """Return what is so of a whole table; what was found of it today, where that and what is near is as it should.

        Args:
            what: What is asked, in words of its own.
            ask: Asks it of the whole table.
            is_wrong: Tells whether something does not fit.
            is_near: Tells whether something does not fit in the rows around the people.
        """
        known: _Found | None = self.whose.bound.looked.get((what, self.at))
        if known is not None and not is_near():
            return known
        found = ask()
        if not is_wrong(found):
            self.whose.bound.looked[what, self.at] = found
        return found

    @cached_property
    def around(self) -> Excerpt:
        """The rows that decide about the people's."""
        return excerpt(self.whose.bound, self.reader, self.whose.asked.record_class, self.whose.asked.keys)

    def refusals(self, table: str, where: Predicate, said: Sequence[Refused]) -> tuple[int, ...] | None:
        """Return how many rows that satisfy ``where`` are refused in each of these ways."""
        return self.reader.refusals(table, self._seen(table, where), said)

    def takes(self, table: str, column: DataColumn, where: Predicate = ALWAYS) -> bool:
        """Tell whether the column's type takes what stripping makes of it."""
        return self.reader.takes(table, column, self._seen(table, where))


def _without(one: Predicate, known: Set[Predicate]) -> Predicate:
    """Return what is left to ask where all of ``known`` is so."""
    return every(*(part for part in one.parts if part not in known)) if isinstance(one, All) else one
