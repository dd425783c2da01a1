"""A snapshot of a store as a request sees it: the rows that the people who ask reach, and no others."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from holdord.datamap.model import Reference
from holdord.plan.concerns import Reader
from holdord.plan.predicate import ALWAYS, NEVER, Clock, DataColumn, Key, KeyIn, Predicate, Refused, every
from holdord.plan.remembered import remembered
from holdord.plan.whose import Whose


class KeyReader(Reader, Protocol):
    """A store's snapshot that can say which rows it means."""

    def keys(self, table: str, where: Predicate) -> tuple[Key, ...]:
        """Return the primary keys of the rows that satisfy ``where``."""


class Theirs:
    """A snapshot of a store in which only the rows that people reach are seen."""

    def __init__(self, reader: KeyReader, whose: Whose) -> None:
        self.reader = reader
        self.whose = whose

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

    def keys(self, table: str, where: Predicate) -> tuple[Key, ...]:
        """Return the primary keys of the rows that satisfy ``where``."""
        return self.reader.keys(table, self._seen(table, where))

    def count(self, table: str, where: Predicate, tallies: Sequence[Predicate] = ()) -> tuple[int, ...]:
        """Return how many rows satisfy ``where``, and how many of these satisfy each of ``tallies``."""
        return self.reader.count(table, self._seen(table, where), tallies)

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""
        return self.reader.any(table, self._seen(table, where))

    def mark(self, table: str, where: Predicate, group: str) -> int:
        """Mark rows that satisfy ``where``."""
        return self.reader.mark(table, self._seen(table, where), group)

    def unmark(self, table: str, where: Predicate, group: str) -> int:
        """Take the mark from those marked rows that satisfy ``where``."""
        return self.reader.unmark(table, where, group)

    def gather(
        self, table: str, group: str, flags: list[str], ways: list[tuple[Reference, Mapping[str, Predicate]]]
    ) -> None:
        """Flag rows, whoever's they are: what others claim holds a person's rows as well."""
        self.reader.gather(table, group, flags, ways)

    def misfit_truths(self, table: str, columns: Sequence[str], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return how many values are neither true nor false, whoever's: others' rows may hold a person's."""
        return self.reader.misfit_truths(table, columns, where)

    def misfit_insides(self, table: str, columns: Sequence[DataColumn], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return how many values are no JSON in which the paths can be told."""
        return self.reader.misfit_insides(table, columns, self._seen(table, where))

    def misfits(self, clocks: Sequence[Clock], horizon: date, where: Predicate = ALWAYS) -> Sequence[tuple[int, int]]:
        """Return how many values of clocks do not fit, whoever's, and how many start after ``horizon``."""
        return self.reader.misfits(clocks, horizon, where)

    def refusals(self, table: str, where: Predicate, said: Sequence[Refused]) -> tuple[int, ...] | None:
        """Return how many rows that satisfy ``where`` are refused in each of these ways."""
        return self.reader.refusals(table, self._seen(table, where), said)

    def takes(self, table: str, column: DataColumn, where: Predicate = ALWAYS) -> bool:
        """Tell whether the column's type takes what stripping makes of it."""
        return self.reader.takes(table, column, self._seen(table, where))
