"""What stands in the way of a plan: why tables are stopped, and why columns cannot be stripped.

A table that must not be touched is *stopped*: data that no purpose covers, clocks that do not fit their encoding,
cascades and triggers that would reach further than the plan. A column that cannot be stripped is an *obstacle* to the
statement about it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from holdord.errors import DataMapError, Problem
from holdord.plan.bind import Bound
from holdord.plan.gathered import Gatherer
from holdord.plan.notes import notes
from holdord.plan.obstacles import Obstacle, obstacle
from holdord.plan.predicate import ALWAYS, Bare, Clock, DataColumn, Meets, Predicate, negated, some
from holdord.plan.refusals import RefusalReader, Refusals
from holdord.policy.model import Finding
from holdord.policy.purpose import Condition

_FAR_AHEAD = timedelta(days=30 * 366)


class Reader(Gatherer, RefusalReader, Protocol):
    """A store as the planner sees it: one snapshot that is asked and changes nothing outside itself."""

    def count(self, table: str, where: Predicate, tallies: Sequence[Predicate] = ()) -> tuple[int, ...]:
        """Return how many rows satisfy ``where``, and how many of these satisfy each of ``tallies``."""

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""

    def mark(self, table: str, where: Predicate, group: str) -> int:
        """Mark the rows of ``table`` that satisfy ``where``, as ``group``, in this snapshot only; return how many."""

    def unmark(self, table: str, where: Predicate, group: str) -> int:
        """Take the mark from those marked rows of ``table`` that satisfy ``where``; return how many these were."""

    def misfit_truths(self, table: str, columns: Sequence[str], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return for each of these columns, declared true or false, how many values are neither."""

    def misfit_insides(self, table: str, columns: Sequence[DataColumn], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return for each of these columns with pieces how many values are no JSON in which the paths can be told."""

    def misfits(self, clocks: Sequence[Clock], horizon: date, where: Predicate = ALWAYS) -> Sequence[tuple[int, int]]:
        """Return for each of one table's clocks how many values do not fit, and how many start after ``horizon``."""


class Concerns:
    """Asks the store what stands in the way of a plan, table by table.

    Attributes:
        findings: What was found so far, the policy's own first.
        stopped: Tables that nothing may be done to.
    """

    def __init__(self, bound: Bound, reader: Reader, at: date) -> None:
        self.bound = bound
        self.reader = reader
        self.at = at
        self.findings: list[Finding] = list(bound.policy.findings)
        self.stopped: set[str] = set()
        self.refusals = Refusals(bound, reader)

    def before(self) -> None:
        """Look at what can be known before any table is planned.

        Raises:
            DataMapError: When a column does not take the placeholder that the data map gives it.
        """
        self.check_placeholders()
        self.findings += notes(self.bound, self.reader, self.at)
        self.stop_keyless()
        self.stop_misfits()

    def check_placeholders(self) -> None:
        """Ask of the placeholders that only the store can tell whether they fit."""
        datamap, wrong = self.bound.datamap, []
        for table, columns in self.bound.columns.items():
            for column in columns:
                fixed = column.erased_as is not None and "{key}" not in str(column.erased_as)
                if fixed and not self.refusals.takes(table, column):
                    kind = self.bound.shape(table).columns[column.column]
                    what = f"The column ({kind.declared}) does not take the placeholder."
                    where = f"tables.{table}.columns.{column.column}.erased_as"
                    wrong.append(Problem(what=what, remedy="Give it one that fits.", file=datamap.file, where=where))
        if wrong:
            raise DataMapError(wrong)

    def stop(self, code: str, table: str, text: str) -> None:
        """Let nothing be done to ``table``, and say why."""
        promises = [
            promise for purpose in self.bound.deciding(table) for promise in self.bound.policy.promises_of(purpose.id)
        ]
        self.stopped.add(table)
        self.findings.append(
            Finding(code=code, severity="stop", table=table, text=text, promises=tuple(dict.fromkeys(promises)))
        )

    def warn(self, code: str, text: str, table: str = "", promises: tuple[str, ...] = ()) -> None:
        """Say what is odd and stops nothing."""
        self.findings.append(Finding(code=code, severity="warning", table=table, text=text, promises=promises))

    def stop_keyless(self) -> None:
        """Stop the tables with rows that have no key: SQLite takes NULL in most, and no walk meets such rows."""
        empty = Condition(record_class="", name="key", operator="is", values=(None,))
        for name in self.bound.datamap.tables:
            shape = self.bound.shape(name)
            if not shape.sure_key and self.reader.any(name, some(*(Meets(column, empty) for column in shape.key))):
                self.stop("keyless", name, f"{name}: there are rows whose primary key is NULL. Give them one.")

    def stop_misfits(self) -> None:
        """Stop the tables with values that fit no clock, and those that a purpose reading this clock decides about.

        Clocks that start in another generation hold without anybody seeing it: they are told.
        """
        horizon = self.at + _FAR_AHEAD
        wrong: set[tuple[str, str]] = set()
        for name, table in self.bound.datamap.tables.items():
            clocks = [self.bound.clock(clock) for clock in table.clocks.values()]
            found = self.reader.misfits(clocks, horizon) if clocks else ()
            for clock, (misfits, ahead) in zip(clocks, found, strict=True):
                if misfits:
                    wrong.add((name, clock.column))
                    text = (
                        f"{name}.{clock.column}: {misfits} values are no {clock.encoding}. Mend them, or change the "
                        "clock's encoding or not_started in the data map."
                    )
                    self.stop("misfit", name, text)
                elif ahead:
                    text = (
                        f"{name}.{clock.column}: {ahead} values lie after {horizon} and hold their data until then. "
                        "Where they mean that nothing has started, say so in the data map (not_started)."
                    )
                    deciding = [self.bound.policy.promises_of(one.id) for one in self.bound.deciding(name)]
                    named = dict.fromkeys(promise for promises in deciding for promise in promises)
                    self.warn("far_ahead", text, name, tuple(named))
        for name, columns in self.bound.truths.items():
            for column, count in zip(columns, self.reader.misfit_truths(name, columns), strict=True):
                if count:
                    wrong.add((name, column))
                    text = f"{name}.{column}: {count} values are neither true nor false, and conditions read them."
                    self.stop("misfit", name, text)
        self.stop_misfit_insides()
        readers = {work.purpose.id for work in self.bound.works if wrong.intersection(work.reads())}
        for name in self.bound.datamap.tables:
            blind = [purpose.id for purpose in self.bound.deciding(name) if purpose.id in readers]
            if blind and name not in self.stopped:
                text = f"{name}: what is due here depends on clocks that do not fit ({', '.join(blind)})."
                self.stop("misfit_elsewhere", name, text)

    def stop_misfit_insides(self) -> None:
        """Stop the tables with values inside of which a path cannot be told."""
        for name, columns in self.bound.columns.items():
            whole = [column for column in columns if column.inside]
            for column, count in zip(whole, self.reader.misfit_insides(name, whole) if whole else (), strict=True):
                if count:
                    text = (
                        f"{name}.{column.column}: {count} values are no JSON, have a list on the way to what the data "
                        "map names inside, or a key twice. Mend them, or map the column as a whole."
                    )
                    self.stop("misfit", name, text)

    def is_uncovered(self, table: str) -> bool:
        """Tell whether the table holds data that no purpose needs, which stops it."""
        if self.bound.is_shut(table):
            (rows,) = self.reader.count(table, ALWAYS)
            if rows:
                text = (
                    f"{table}: {rows} rows, and no purpose of the policy speaks of them. Give them one, or move them."
                )
                self.stop("shut", table, text)
            return True
        nobodys = [column for column in self.bound.columns[table] if not self.bound.needing(table, column.category)]
        if not nobodys:
            return False
        filled = [negated(Bare((column,))) for column in nobodys]
        rows, *each = self.reader.count(table, some(*filled), filled)
        if rows:
            names = ", ".join(
                f"{column.name} ({column.category}: {count} rows)"
                for column, count in zip(nobodys, each, strict=True)
                if count
            )
            text = f"{table}: no purpose needs {names}. Name them below a purpose's needs, or empty them."
            self.stop("uncovered", table, text)
        return bool(rows)

    def check_reach(self, table: str) -> None:
        """Stop the table where the database would do more than the statements say."""
        triggers = self.bound.shape(table).triggers
        if triggers:
            self.stop("trigger", table, f"{table} has triggers: {', '.join(triggers)}. What they do is not planned.")
        cascades = [(child, key) for child, key in self.bound.children[table] if key.on_delete]
        if cascades:
            words = ", ".join(f"{child} (ON DELETE {key.on_delete})" for child, key in cascades)
            text = f"{table}: erasing would reach {words}. Declare the reference without an action."
            self.stop("cascade", table, text)

    def obstacle(self, table: str, column: DataColumn) -> Obstacle:
        """Return the code and the words of what keeps a column from being stripped, or nothing."""
        found = obstacle(self.bound, table, column)
        if any(found) or self.refusals.takes(table, column):
            return found
        kind = self.bound.shape(table).columns[column.column]
        return "no_placeholder", (
            f"{table}.{column.name}: {kind.declared} does not take what stripping makes of it. Give it "
            "a placeholder that fits (erased_as) in the data map."
        )
