"""Predicates said in SQL: identifiers quoted by SQLAlchemy's dialect, every value bound.

The text is written directly, since a plan asks questions with hundreds of sub-queries: building and compiling these as
expressions took most of a plan's time (decision 0003).
"""

import json
from functools import lru_cache
from typing import Any

from sqlalchemy.types import ARRAY, BigInteger, TypeEngine

from holdord.datamap.model import Route
from holdord.plan.clocks import ALWAYS_SQL, NEVER_SQL, ClockSql
from holdord.plan.compiler import TEXT, Words
from holdord.plan.predicate import (
    ALWAYS,
    After,
    All,
    Bare,
    By,
    Clock,
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
from holdord.plan.stripped import Stripping
from holdord.policy.purpose import Condition

_EACH = 20
"""Keys that are bound each by itself."""
_NUMBERS = ARRAY(BigInteger())
_Step = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A table to go to, its columns, and the columns of the row before that they equal."""


class Sql(Words):
    """One SQL statement in the making."""

    def marks(self, table: str, group: str) -> str:
        """Return the name of the temporary table that holds marks or flags of rows of ``table``, quoted."""
        return self.name(f"holdord_{group}_{list(self.compiler.tables).index(table)}")

    def clock(self, clock: Clock, row: str) -> ClockSql:
        """Return the clock on ``row``."""
        return ClockSql(
            clock, self.column(row, clock.column), self.compiler.controller, self.bind, self.compiler.is_sqlite
        )

    def where(self, predicate: Predicate, row: str, table: str, depth: int = 0) -> str:
        """Return SQL for ``predicate`` about ``row``, a row of ``table``.

        Args:
            predicate: What is said.
            row: The name that the row goes by, quoted.
            table: The table that it is of.
            depth: How many references lie between the statement and the row; names of inner rows end in it.
        """
        match predicate:
            case All(parts):
                return " AND ".join(self._part(part, row, table, depth) for part in parts) or ALWAYS_SQL
            case Some(parts):
                return " OR ".join(self._part(part, row, table, depth) for part in parts) or NEVER_SQL
            case Not(part):
                return f"NOT {self._part(part, row, table, depth)}"
            case Up(route, where) | Down(route, where) if _starts_from_keys(where) and self._counts(route):
                return self._among(route, row, where, depth, down=isinstance(predicate, Down))
            case Up(route, where):
                steps = [(one.parent, self.compiler.target(one), one.columns) for one in route]
                return self._exists(steps, row, where, depth)
            case Down(route, where):
                steps = [(one.child, one.columns, self.compiler.target(one)) for one in reversed(route)]
                return self._exists(steps, row, where, depth, down=True)
            case Referred(child, key, where):
                return self._exists([(child, key.columns, key.target)], row, where, depth, down=True)
            case KeyIn():
                return self._key_in(predicate, row, table)
            case Started(clock):
                return self.clock(clock, row).started()
            case By(clock, cutoff):
                return self.clock(clock, row).by(cutoff)
            case After(clock, cutoff):
                return self.clock(clock, row).after(cutoff)
            case Meets(column, condition):
                return self._meets(self.column(row, column), self.kind(table, column), condition)
            case Marked(of, plan):
                return self._there(row, of, plan)
            case Flagged(of, group, flags):
                return self._there(
                    row, of, group, " OR ".join(f"holdord_g.{self.compiler.quote(flag)} = 1" for flag in flags)
                )
            case Bare(columns):
                stripping = Stripping(self, row, table)
                return " AND ".join(f"({stripping.bare(column)})" for column in columns) or ALWAYS_SQL
            case Refused():
                before = [self.where(one, row, table, depth) for one, _ in predicate.before]
                return Stripping(self, row, table).refused(predicate, before) or NEVER_SQL
        raise AssertionError(predicate)

    def _there(self, row: str, table: str, group: str, said: str = "") -> str:
        """The row's key stands in a temporary table, where ``said`` is so of it."""
        key = self.compiler.schema[table].key
        pairs = [f"holdord_g.k{number} = {self.column(row, name)}" for number, name in enumerate(key)]
        conditions = " AND ".join([*pairs, *([f"({said})"] if said else [])])
        return f"EXISTS (SELECT 1 FROM {self.marks(table, group)} AS holdord_g WHERE {conditions})"

    def _part(self, predicate: Predicate, row: str, table: str, depth: int) -> str:
        said = self.where(predicate, row, table, depth)
        alone = isinstance(predicate, Up | Down | Referred | Marked | Flagged)
        return said if alone else f"({said})"

    def _exists(self, steps: list[_Step], row: str, where: Predicate, depth: int, *, down: bool = False) -> str:
        """Some row at the end of ``steps`` satisfies ``where``.

        SQLite keeps the order of a CROSS JOIN, so it comes from ``row`` and never from the other end; nesting the steps
        instead would run into the depth of its parser. It compares by the collation of what stands on the left: what is
        referred to stands there, as when it enforces the key.
        """
        froms, joined, here = [], [], row
        for number, (table, columns, target) in enumerate(steps, depth + 1):
            inner = self._inner(number)
            froms.append(f"{self.name(table)} AS {inner}")
            joined.append(
                self._equal(here, target, inner, columns) if down else self._equal(inner, columns, here, target)
            )
            here = inner
        if where != ALWAYS:
            joined.append(self._part(where, here, steps[-1][0], depth + len(steps)))
        return f"EXISTS (SELECT 1 FROM {' CROSS JOIN '.join(froms)} WHERE {' AND '.join(joined)})"

    def _among(self, route: Route, row: str, where: Predicate, depth: int, *, down: bool) -> str:
        """The row at the end of ``route`` satisfies ``where``, which few rows do: they are looked up first.

        The row's columns are looked for among those found, so that the database comes from there, along indexes, and
        not from ``row``. SQLite keeps the order of a CROSS JOIN, which begins at the far end. A column may be NULL,
        which must be an answer.
        """
        steps = [(self.compiler.target(one), one.child, one.columns) for one in reversed(route)]
        if not down:
            steps = [(one.columns, one.parent, self.compiler.target(one)) for one in route]
        froms, joined, here = [], [], ""
        for number, (mine, table, theirs) in enumerate(steps, depth + 1):
            inner = self._inner(number)
            froms.append(f"{self.name(table)} AS {inner}")
            joined += [self._equal(here, mine, inner, theirs)] if here else []
            here = inner
        (wanted, _, found), last = steps[0], steps[-1][1]
        first = self._inner(depth + 1)
        joined += [self._part(where, here, last, depth + len(steps))]
        joined += [f"{self.column(first, name)} IS NOT NULL" for name in found]
        values = ", ".join(self.column(first, name) for name in found)
        there = f"SELECT {values} FROM {' CROSS JOIN '.join(reversed(froms))} WHERE {' AND '.join(joined)}"
        given = " AND ".join(f"{self.column(row, name)} IS NOT NULL" for name in wanted)
        return f"({given} AND ({', '.join(self.column(row, name) for name in wanted)}) IN ({there}))"

    def _counts(self, route: Route) -> bool:
        """Tell whether ``route`` compares numbers alone: for texts SQLite takes the collation that it meets first."""
        return not self.compiler.is_sqlite or all(
            self.compiler.schema[step.child].columns[name].family == "number" for step in route for name in step.columns
        )

    @staticmethod
    def _inner(depth: int) -> str:
        """Return a name that no table of the store has, and that PostgreSQL does not cut at 63 bytes."""
        return f"holdord_{depth}"

    def _equal(self, one: str, columns: tuple[str, ...], other: str, target: tuple[str, ...]) -> str:
        pairs = zip(columns, target, strict=True)
        return " AND ".join(f"{self.column(one, a)} = {self.column(other, b)}" for a, b in pairs)

    def up(self, route: Route, row: str, depth: int) -> tuple[list[str], str, str]:
        """Return the ancestors along ``route``, the condition that ties them to ``row``, and the last one's name."""
        froms, joined, here = [], [], row
        for step, reference in enumerate(route, depth + 1):
            parent = self._inner(step)
            froms.append(f"{self.name(reference.parent)} AS {parent}")
            joined.append(self._equal(here, reference.columns, parent, self.compiler.target(reference)))
            here = parent
        return froms, " AND ".join(joined), here

    def _key_in(self, said: KeyIn, row: str, table: str) -> str:
        names, keys = self.compiler.schema[table].key, said.keys
        if len(keys) > _EACH and (numbers := _numbers(said)):
            return self._number_in(self.column(row, names[0]), numbers)
        if len(names) == 1:
            values = ", ".join(self.bind(key[0], self.kind(table, names[0])) for key in keys)
            return f"{self.column(row, names[0])} IN ({values})"
        if self.compiler.is_sqlite and len(keys) > _EACH:  # as conditions of their own they nest too deeply
            kinds = [self.kind(table, name) for name in names]
            rows = (", ".join(map(self.bind, key, kinds)) for key in keys)
            columns = ", ".join(self.column(row, name) for name in names)
            return f"({columns}) IN (VALUES {', '.join(f'({one})' for one in rows)})"
        each = [
            " AND ".join(
                f"{self.column(row, name)} = {self.bind(value, self.kind(table, name))}"
                for name, value in zip(names, key, strict=True)
            )
            for key in keys
        ]
        return " OR ".join(f"({one})" for one in each)

    def _number_in(self, column: str, numbers: tuple[int, ...]) -> str:
        """A column has one of many numbers: these are one value, since each that is bound costs its time."""
        if self.compiler.is_sqlite:
            return f"{column} IN (SELECT value FROM json_each({self.bind(json.dumps(numbers), TEXT)}))"
        return f"{column} = ANY({self.bind(numbers, _NUMBERS)})"

    def _meets(self, column: str, kind: TypeEngine[Any], condition: Condition) -> str:
        first = condition.values[0]
        if condition.operator == "is":
            return (
                f"{column} IS NULL"
                if first is None
                else f"{column} IS NOT NULL AND {column} = {self.bind(first, kind)}"
            )
        if condition.operator == "is_not":
            if first is None:
                return f"{column} IS NOT NULL"
            return f"{column} IS NULL OR {column} <> {self.bind(first, kind)}"
        if condition.operator == "in":
            values = ", ".join(self.bind(value, kind) for value in condition.values)
            return f"{column} IS NOT NULL AND {column} IN ({values})"
        sign = "<" if condition.operator == "below" else ">"
        return f"{column} IS NOT NULL AND {column} {sign} {self.bind(first, kind)}"


@lru_cache(maxsize=64)
def _numbers(said: KeyIn) -> tuple[int, ...]:
    """Return keys of which each is one whole number; nothing where one is not. A plan asks often of the same ones."""
    if all(len(key) == 1 and type(key[0]) is int for key in said.keys):
        return tuple([int(key[0]) for key in said.keys])
    return ()


def _starts_from_keys(where: Predicate) -> bool:
    """Tell whether few rows satisfy ``where``, and these are found by their keys."""
    match where:
        case KeyIn():
            return True
        case Up(_, inner) | Down(_, inner):
            return _starts_from_keys(inner)
        case All(parts):
            return any(map(_starts_from_keys, parts))
        case Some(parts):
            return bool(parts) and all(map(_starts_from_keys, parts))
        case _:
            return False
