"""What the database would refuse of a statement, found out before anything is touched: checks, and values taken.

A check may allow a row without its e-mail address and refuse another one. So the rows are asked: those that would be
refused are left as they are and told, all others are stripped. Each batch asks again, so that no sweep is refused in
its middle. A column whose type would not take its placeholder is an obstacle for all of its rows.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from holdord.plan.bind import Bound
from holdord.plan.obstacles import is_keyed
from holdord.plan.predicate import ALWAYS, DataColumn, Marked, Predicate, Refused, every, negated, some
from holdord.plan.statements import Action
from holdord.policy.purpose import Purpose
from holdord.schema import Check

Columns = tuple[DataColumn, ...]

Before = tuple[tuple[Predicate, Columns], ...]
"""What is stripped before, and of which rows, as they are now."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may have to be done to a table, before it is known to how many rows.

    Attributes:
        spare: Rows that are refused as things are, and may come to be taken while it is done.
    """

    action: Action
    columns: Columns
    purposes: tuple[Purpose, ...]
    where: Predicate
    settled: Predicate
    spare: int = 0


Narrow = Callable[[Candidate, Columns], Candidate]
"""Makes of a candidate one for some of its columns."""

Leave = Callable[[str, str, Candidate], None]
"""Tells by code and words why a candidate is left."""


class RefusalReader(Protocol):
    """A store that can tell what it would refuse."""

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""

    def mark(self, table: str, where: Predicate, group: str) -> int:
        """Mark the rows of ``table`` that satisfy ``where``, as ``group``, in this snapshot only; return how many."""

    def refusals(self, table: str, where: Predicate, said: Sequence[Refused]) -> tuple[int, ...] | None:
        """Return how many rows that satisfy ``where`` are refused in each of these ways.

        None where that cannot be told: a check that fails on what stripping makes, or a function that is not there.
        """

    def takes(self, table: str, column: DataColumn, where: Predicate = ALWAYS) -> bool:
        """Tell whether the column's type takes what stripping makes of it, in every row that satisfies ``where``."""


class Refusals:
    """Asks what a store would refuse of statements."""

    def __init__(self, bound: Bound, reader: RefusalReader) -> None:
        self.bound = bound
        self.reader = reader
        self._takes: dict[tuple[str, str], bool] = {}

    def takes(self, table: str, column: DataColumn) -> bool:
        """Tell whether the column's type takes what stripping makes of it; asked once, and only where it may not."""
        here = self.bound.shape(table).columns[column.column]
        placed = column.erased_as is not None and here.family in ("number", "other")
        if not here.declared or not (here.domain or placed):
            return True
        if (table, column.name) not in self._takes:
            self._takes[table, column.name] = self.reader.takes(table, column)
        return self._takes[table, column.name]

    def ways(self, table: str, columns: Columns, before: Before = ()) -> list[Refused]:
        """Return in which ways stripping ``columns`` may be refused, each by itself, after what went before."""
        shape = self.bound.shape(table)
        touched = {column.column for column in columns}
        touched |= {one.name for one in shape.columns.values() if one.made_of & touched}
        checks = [check for check in shape.checks if check.columns & touched or check.unproven] if columns else []
        keyed = {column.column for column in columns if is_keyed(column)}
        for name in sorted(keyed):
            length = shape.columns[name].length
            if length is not None:
                quoted = '"' + name.replace('"', '""') + '"'
                sql = f"length({quoted}) <= {length}"
                checks.append(Check(name=f"{length} characters", sql=sql, columns=frozenset({name})))
        taken = [
            unique
            for unique in shape.uniques
            if keyed & (unique.columns | unique.folded | unique.lowered) and not set(shape.key) <= unique.columns
        ]
        return [
            *(Refused(columns, checks=(check,), before=before) for check in checks),
            *(Refused(columns, taken=(unique,), before=before) for unique in taken),
        ]

    def in_order(
        self, table: str, wanted: list[Candidate], narrowed: Narrow, leave: Leave, marks: str
    ) -> Iterator[Candidate]:
        """Yield the candidates, in the order in which they can be done, without the rows in which they are refused.

        Columns that are refused somewhere stand apart from those that are not. A check may allow the one only after the
        other, so what is refused is asked again when something else went meanwhile; what still is, is left and told.

        Args:
            table: The table.
            wanted: What is to be done to it.
            narrowed: Makes candidates for fewer columns.
            leave: Tells what is left.
            marks: What the groups of marks begin with, by which rows are kept in mind that are not refused.
        """
        before: Before = ()
        waiting, groups = deque(wanted), count()
        refused: list[tuple[Candidate, list[Refused], tuple[int, ...], int]] = []
        while waiting or any(asked < len(before) for *_, asked in refused):
            if not waiting:
                waiting.extend(rest for rest, _, _, asked in refused if asked < len(before))
                refused = [entry for entry in refused if entry[3] == len(before)]
            one = waiting.popleft()
            ways = self.ways(table, one.columns, before)
            if not ways or not self.reader.any(table, one.where):
                yield one
                continue
            found = self.reader.refusals(table, one.where, ways)
            apart = self._apart(table, one.columns) if found is None or any(found) else [one.columns]
            if len(apart) > 1:
                waiting.extendleft(reversed([narrowed(one, columns) for columns in apart]))
                continue
            if found is None:
                leave("check", self._words(table, one.columns, ways, None), one)
                continue
            kept = replace(one, settled=every(one.settled, negated(some(*self.ways(table, one.columns)))))
            if not any(found):
                yield kept
                before = (*before, (kept.where, kept.columns))
                continue
            fits = Marked(table, f"{marks}_fits{next(groups)}")
            if self.reader.mark(table, every(one.where, negated(some(*ways))), fits.plan):
                spare = sum(rows for rows, way in zip(found, ways, strict=True) if way.taken)
                yield replace(kept, where=fits, spare=spare)
                before = (*before, (fits, kept.columns))
            refused.append((replace(one, where=every(one.where, negated(fits))), ways, found, len(before)))
        for rest, ways, found, _ in refused:
            taken = not any(rows for rows, way in zip(found, ways, strict=True) if way.checks)
            leave("unique" if taken else "check", self._words(table, rest.columns, ways, found), rest)

    def _apart(self, table: str, columns: Columns) -> list[Columns]:
        """Return the columns by what may refuse them: together are those that a check or an index reads together."""
        groups: list[tuple[set[str], set[str]]] = []
        for column in columns:
            ways = self.ways(table, (column,))
            kinds = {f"check {check.name}" for way in ways for check in way.checks}
            kinds |= {f"index {unique.name}" for way in ways for unique in way.taken}
            names = {column.name}
            for group in [one for one in groups if one[1] & kinds or one[1] == kinds]:
                groups.remove(group)
                names, kinds = names | group[0], kinds | group[1]
            groups.append((names, kinds))
        return [tuple(column for column in columns if column.name in names) for names, _ in groups]

    def _words(self, table: str, columns: Columns, ways: list[Refused], found: tuple[int, ...] | None) -> str:
        """Return what is said of columns that the database refuses to have stripped, in some rows or at all."""
        names = ", ".join(column.name for column in columns)
        if found is None:
            checks = ", ".join(check.name for way in ways for check in way.checks)
            return (
                f"{table}: {names} cannot be stripped: whether the check {checks} would allow it cannot be told. "
                "Give it a placeholder that fits (erased_as) in the data map, or change the check."
            )
        said = []
        for way, rows in zip(ways, found, strict=True):
            for check in way.checks if rows else ():
                said.append(f"the check {check.name} refuses it in {rows} rows")
            for unique in way.taken if rows else ():
                said.append(f"another row has what {unique.name} lets stand once only, in {rows} rows")
        return (
            f"{table}: {names} cannot be stripped everywhere: {'; '.join(said)}. These are left as they are. Give the "
            "column another placeholder (erased_as) in the data map, or change what the database demands."
        )
