"""Predicates answered in plain Python: what ``holdord.plan.compile`` says in SQL, said of rows in memory.

A predicate becomes a function of one row. It has two outcomes: NULL equals nothing, refers to nothing and is neither
below nor above anything. What is asked of rows at the other end of a reference is asked of each of them once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from holdord.datamap.model import Reference
from holdord.errors import StoreError
from holdord.plan.made import made
from holdord.plan.moments import Moments
from holdord.plan.predicate import (
    After,
    All,
    Bare,
    By,
    Clock,
    DataColumn,
    Down,
    Flagged,
    KeyIn,
    Marked,
    Meets,
    Not,
    Predicate,
    Referred,
    Refused,
    Some,
    Started,
    Up,
)
from holdord.policy.purpose import Condition
from holdord.schema import Unique
from holdord.stores.base import Key
from holdord.testing import pieces
from holdord.testing.state import Row, Rule, State, values

Answer = Callable[[Row], bool]
Marks = Mapping[tuple[str, str], Mapping[Key, frozenset[str]]]
"""(Table, group) → key of each marked row → its flags."""

_Step = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A table to go to, its columns, and the columns of the row before that they equal."""


class Answers:
    """What is so of the rows of a state, for a controller in ``zone``, with marks of a snapshot."""

    def __init__(self, state: State, zone: ZoneInfo, marks: Marks | None = None) -> None:
        self.state = state
        self.zone = zone
        self.marks: Marks = {} if marks is None else marks

    def keys(self, table: str, where: Predicate) -> list[Key]:
        """Return the keys of the rows of ``table`` that satisfy ``where``."""
        answer = self.answer(where, table)
        return [key for key, row in self.state.tables[table].items() if answer(row)]

    def answer(self, predicate: Predicate, table: str) -> Answer:
        """Return what tells of a row of ``table`` whether ``predicate`` is so."""
        match predicate:
            case All(parts):
                every = [self.answer(part, table) for part in parts]
                return lambda row: all(answer(row) for answer in every)
            case Some(parts):
                some = [self.answer(part, table) for part in parts]
                return lambda row: any(answer(row) for answer in some)
            case Not(part):
                said = self.answer(part, table)
                return lambda row: not said(row)
            case Started(clock):
                return self._of_clock(clock, self.moments(clock).started)
            case By(clock, cutoff):
                return self._of_clock(clock, self.moments(clock).by(cutoff))
            case After(clock, cutoff):
                return self._of_clock(clock, self.moments(clock).after(cutoff))
            case Meets(column, condition):
                return lambda row: meets(row[column], condition)
            case KeyIn(keys):
                wanted = frozenset(keys)
                return lambda row: self.state.key(table, row) in wanted
            case Marked(of, plan):
                marked = self.marks[of, plan]
                return lambda row: self.state.key(of, row) in marked
            case Flagged(of, group, flags):
                flagged = self.marks[of, group]
                return lambda row: not flagged.get(self.state.key(of, row), frozenset()).isdisjoint(flags)
            case Bare(columns):
                return lambda row: all(is_bare(column, row, self.state.key(table, row)) for column in columns)
            case Refused(columns, checks, taken, before):
                rules = [self.state.rule(table, check) for check in checks]
                steps_before = [(self.answer(when, table), first) for when, first in before]
                return lambda row: self._is_refused(
                    table, row, [*steps_before, (lambda _: True, columns)], rules, taken
                )
            case Up(route, where):
                steps = [(one.parent, self.target(one), one.columns) for one in route]
                return self._along(steps, where)
            case Down(route, where):
                steps = [(one.child, one.columns, self.target(one)) for one in reversed(route)]
                return self._along(steps, where)
            case Referred(child, key, where):
                return self._along([(child, key.columns, key.target)], where)
        raise AssertionError(predicate)

    def moments(self, clock: Clock) -> Moments:
        """Return what reads the clock's values."""
        return Moments(clock, self.zone)

    def target(self, reference: Reference) -> tuple[str, ...]:
        """Return the parent's columns that ``reference`` points at: its foreign key's, or the primary key."""
        for key in self.state.schema[reference.child].foreign_keys:
            if (key.columns, key.table) == (reference.columns, reference.parent):
                return key.target
        return self.state.schema[reference.parent].key

    def _is_refused(
        self,
        table: str,
        row: Row,
        steps: list[tuple[Answer, tuple[DataColumn, ...]]],
        rules: list[Rule],
        taken: tuple[Unique, ...],
    ) -> bool:
        """The store would not take what the last of these steps, done where the row as it is says so, makes of it."""
        would_be = dict(row)
        for when, columns in steps:
            if when(row):
                would_be |= stripped(columns, would_be, self.state.key(table, row))
        if not all(rule(would_be) for rule in rules):
            return True
        return any(other is not row for unique in taken for other in self.state.alike(table, unique, would_be))

    @staticmethod
    def _of_clock(clock: Clock, say: Callable[[Any], bool]) -> Answer:
        return lambda row: say(row[clock.column])

    def _along(self, steps: list[_Step], where: Predicate) -> Answer:
        """Some row at the end of ``steps`` satisfies ``where``."""
        answer = self.answer(where, steps[-1][0])
        for table, columns, target in reversed(steps):
            answer = self._across(table, columns, target, _remembered(answer))
        return answer

    def _across(self, table: str, columns: tuple[str, ...], target: tuple[str, ...], answer: Answer) -> Answer:
        return lambda row: any(answer(other) for other in self.state.having(table, columns, values(row, target)))


def _remembered(answer: Answer) -> Answer:
    """Ask of each row once; rows of a state are never replaced while it is asked."""
    known: dict[int, bool] = {}

    def ask(row: Row) -> bool:
        if id(row) not in known:
            known[id(row)] = answer(row)
        return known[id(row)]

    return ask


def meets(value: Any, condition: Condition) -> bool:
    """Tell whether a column's value meets a condition of the policy.

    Raises:
        StoreError: When the two cannot be compared.
    """
    try:
        return condition.is_met_by(value)
    except TypeError:
        raise StoreError(f"The condition {condition.name} compares values of another kind than its column's.") from None


def is_bare(column: DataColumn, row: Row, key: Key) -> bool:
    """Tell whether a column, or a piece of one, is stripped already."""
    value = row[column.column]
    if column.in_json:
        return pieces.is_bare(column, value)
    return value is None or bool(value == made(column, value, key))


def stripped(columns: Iterable[DataColumn], row: Row, key: Key) -> dict[str, Any]:
    """Return column → what stripping makes of it; the pieces of one column become one."""
    together: dict[str, list[DataColumn]] = {}
    for column in columns:
        together.setdefault(column.column, []).append(column)
    return {
        name: pieces.without(found, row[name]) if found[0].in_json else made(found[0], row[name], key)
        for name, found in together.items()
    }
