"""One moment of a store in memory: what a plan asks of it, with marks and flags that end with it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from holdord.datamap.model import Reference, Route
from holdord.plan.figures import Cell, Counted
from holdord.plan.predicate import ALWAYS, Clock, DataColumn, Marked, Predicate, Refused, every
from holdord.stores.base import Key
from holdord.testing import figures
from holdord.testing.answers import Answers
from holdord.testing.pieces import is_misfit
from holdord.testing.state import Untold, values

_NO_FLAGS: frozenset[str] = frozenset()


class MemorySnapshot:
    """One moment of the store, with marks and flags of its own."""

    def __init__(self, answers: Answers) -> None:
        self._marks: dict[tuple[str, str], dict[Key, frozenset[str]]] = {}
        self.state = answers.state
        self.answers = Answers(answers.state, answers.zone, self._marks)

    def count(self, table: str, where: Predicate, tallies: Sequence[Predicate] = ()) -> tuple[int, ...]:
        """Return how many rows satisfy ``where``, and how many of these satisfy each of ``tallies``."""
        answer, each = self.answers.answer(where, table), [self.answers.answer(one, table) for one in tallies]
        found = [row for row in self.state.rows(table) if answer(row)]
        return len(found), *(sum(tally(row) for row in found) for tally in each)

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""
        return any(map(self.answers.answer(where, table), self.state.rows(table)))

    def keys(self, table: str, where: Predicate) -> tuple[Key, ...]:
        """Return the primary keys of the rows of ``table`` that satisfy ``where``."""
        return tuple(self.answers.keys(table, where))

    def told(self, table: str, where: Predicate, asked: Sequence[Predicate]) -> list[tuple[Key, tuple[bool, ...]]]:
        """Return the primary keys of the rows that satisfy ``where``, and whether they satisfy each of ``asked``."""
        each = [set(self.answers.keys(table, one)) for one in asked]
        return [(key, tuple(key in one for one in each)) for key in self.answers.keys(table, where)]

    def rows(self, table: str, columns: tuple[str, ...], wanted: Sequence[Key]) -> list[Mapping[str, Any]]:
        """Return the rows whose ``columns`` have one of these values, each once."""
        return [row for key in dict.fromkeys(wanted) for row in self.state.having(table, columns, key)]

    def mark(self, table: str, where: Predicate, group: str) -> int:
        """Mark the rows of ``table`` that satisfy ``where``, as ``group``; return how many."""
        self._marks[table, group] = dict.fromkeys(self.answers.keys(table, where), _NO_FLAGS)
        return len(self._marks[table, group])

    def unmark(self, table: str, where: Predicate, group: str) -> int:
        """Take the mark from those marked rows of ``table`` that satisfy ``where``; return how many these were."""
        freed = self.answers.keys(table, every(Marked(table, group), where))
        for key in freed:
            del self._marks[table, group][key]
        return len(freed)

    def marked(self, table: str, group: str) -> Collection[Key]:
        """Return the keys of the marked rows."""
        return self._marks[table, group]

    def gather(
        self,
        table: str,
        group: str,
        flags: Sequence[str],
        ways: Sequence[tuple[Reference, Mapping[str, Predicate]]],
    ) -> None:
        """Flag rows of ``table`` by what is so of rows that they refer to, or that refer to them."""
        found: dict[Key, frozenset[str]] = {}
        for reference, says in ways:
            target = self.answers.target(reference)
            other, mine, theirs = (
                (reference.child, target, reference.columns)
                if table == reference.parent
                else (reference.parent, reference.columns, target)
            )
            answers = {flag: self.answers.answer(said, other) for flag, said in says.items()}
            for row in self.state.rows(other):
                if (said := frozenset(flag for flag in flags if flag in answers and answers[flag](row))) and (
                    reached := self.state.having(table, mine, values(row, theirs))
                ):
                    for one in reached:
                        key = self.state.key(table, one)
                        found[key] = found.get(key, _NO_FLAGS) | said
        self._marks[table, group] = found

    def misfits(self, clocks: Sequence[Clock], horizon: date, where: Predicate = ALWAYS) -> tuple[tuple[int, int], ...]:
        """Return for each of one table's clocks how many values do not fit its encoding, and how many lie far ahead."""
        found = []
        for clock in clocks:
            read, column = self.answers.moments(clock), [row[clock.column] for row in self._rows(clock.table, where)]
            found.append((sum(map(read.misfit, column)), sum(map(read.after(horizon), column))))
        return tuple(found)

    def _rows(self, table: str, where: Predicate) -> list[Mapping[str, Any]]:
        answer = self.answers.answer(where, table)
        return [row for row in self.state.rows(table) if answer(row)]

    def misfit_truths(self, table: str, columns: Sequence[str], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return for each of these columns, declared true or false, how many values are neither."""
        rows = self._rows(table, where)
        return tuple(sum(row[name] not in (None, False, True) for row in rows) for name in columns)

    def misfit_insides(self, table: str, columns: Sequence[DataColumn], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return for each of these columns with pieces how many values are no JSON in which the paths can be told."""
        rows = self._rows(table, where)
        return tuple(sum(is_misfit(row[one.column], one.inside) for row in rows) for one in columns)

    def refusals(self, table: str, where: Predicate, said: Sequence[Refused]) -> tuple[int, ...] | None:
        """Return how many rows that satisfy ``where`` are refused in each of these ways; None where none can tell."""
        try:
            return self.count(table, where, said)[1:]
        except Untold:
            return None

    def takes(self, table: str, column: DataColumn, where: Predicate = ALWAYS) -> bool:
        """Any column takes any value."""
        return True

    def earliest(self, clock: Clock, route: Route, where: Predicate, table: str) -> date | None:
        """Return a clock's earliest start, on the rows of ``table`` that satisfy ``where`` or up their ``route``."""
        answer, read = self.answers.answer(where, table), self.answers.moments(clock)
        found = [row for row in self.state.rows(table) if answer(row)]
        for reference in route:
            found = [
                parent
                for row in found
                for parent in self.state.having(
                    reference.parent, self.answers.target(reference), values(row, reference.columns)
                )
            ]
        starts = [read.on(row[clock.column]) for row in found if read.started(row[clock.column])]
        return min((start for start in starts if start is not None), default=None)

    def figures(self, asked: Counted) -> tuple[Cell, ...]:
        """Return the groups that have enough people, in order; nothing of any other."""
        return figures.figures(self.answers, asked)
