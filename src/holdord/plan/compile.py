"""Predicates said in SQL: identifiers quoted by SQLAlchemy's dialect, every value bound.

The text is written directly, since a plan asks questions with hundreds of sub-queries: building and compiling these as
expressions took most of a plan's time (decision 0003).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Dialect, Table, TextClause, bindparam, text
from sqlalchemy.types import Date, DateTime, String, TypeEngine

from holdord.datamap.model import Reference, Route
from holdord.plan.clocks import ALWAYS_SQL, NEVER_SQL, ClockSql
from holdord.plan.predicate import (
    ALWAYS,
    After,
    All,
    Bare,
    By,
    Clock,
    DataColumn,
    Down,
    Flagged,
    Key,
    KeyIn,
    Marked,
    Meets,
    Not,
    Predicate,
    Referred,
    Some,
    Started,
    Up,
)
from holdord.policy.model import Controller
from holdord.policy.purpose import Condition
from holdord.schema import Schema

_Step = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A table to go to, its columns, and the columns of the row before that they equal."""


class Compiler:
    """What SQL needs to know of a store.

    Attributes:
        tables: Name → SQLAlchemy table, as reflected: for the columns' types.
        schema: The same as plain data.
        controller: Whose dates count.
    """

    def __init__(
        self, *, tables: Mapping[str, Table], schema: Schema, controller: Controller, dialect: Dialect
    ) -> None:
        self.tables = tables
        self.schema = schema
        self.controller = controller
        self.dialect = dialect
        self.quote = dialect.identifier_preparer.quote

    @property
    def is_sqlite(self) -> bool:
        """Whether moments are kept as text and there is one writer at a time."""
        return self.dialect.name == "sqlite"

    def target(self, reference: Reference) -> tuple[str, ...]:
        """Return the parent's columns that ``reference`` points at."""
        for key in self.schema[reference.child].foreign_keys:
            if key.columns == reference.columns and key.table == reference.parent:
                return key.target
        return self.schema[reference.parent].key


class Sql:
    """One SQL statement in the making: it collects the values that its text binds."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self._names: dict[tuple[Any, str], str] = {}
        self._binds: list[BindParameter[Any]] = []

    def text(self, sql: str, *more: BindParameter[Any]) -> TextClause:
        """Return the finished statement."""
        return text(sql).bindparams(*self._binds, *more)

    def bind(self, value: Any, kind: TypeEngine[Any]) -> str:
        """Return the placeholder for a value; the same value has one placeholder."""
        key = (value, f"{type(value).__name__} {kind!r}")
        if key not in self._names:
            self._names[key] = f"p{len(self._binds)}"
            self._binds.append(bindparam(self._names[key], value, kind))
        return f":{self._names[key]}"

    def name(self, table: str) -> str:
        """Return a table's name, quoted."""
        return self.compiler.quote(table)

    def marks(self, table: str, group: str) -> str:
        """Return the name of the temporary table that holds marks or flags of rows of ``table``, quoted."""
        return self.name(f"holdord_{group}_{list(self.compiler.tables).index(table)}")

    def column(self, row: str, column: str) -> str:
        """Return a column of ``row``, quoted; ``row`` is quoted already."""
        return f"{row}.{self.compiler.quote(column)}"

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
            case Started(clock):
                return self.clock(clock, row).started()
            case By(clock, cutoff):
                return self.clock(clock, row).by(cutoff)
            case After(clock, cutoff):
                return self.clock(clock, row).after(cutoff)
            case Meets(column, condition):
                return self._meets(self.column(row, column), self._type(table, column), condition)
            case KeyIn(keys):
                return self._key_in(keys, row, table)
            case Marked(of, plan):
                return self._there(row, of, plan)
            case Flagged(of, group, flags):
                return self._there(row, of, group, " OR ".join(f"g.{self.compiler.quote(flag)} = 1" for flag in flags))
            case Bare(columns):
                return " AND ".join(f"({self.bare(column, row, table)})" for column in columns) or ALWAYS_SQL
            case Up(route, where):
                steps = [(one.parent, self.compiler.target(one), one.columns) for one in route]
                return self._exists(steps, row, where, depth)
            case Down(route, where):
                steps = [(one.child, one.columns, self.compiler.target(one)) for one in reversed(route)]
                return self._exists(steps, row, where, depth)
            case Referred(child, key, where):
                return self._exists([(child, key.columns, key.target)], row, where, depth)
        raise AssertionError(predicate)

    def _there(self, row: str, table: str, group: str, said: str = "") -> str:
        """The row's key stands in a temporary table, where ``said`` is so of it."""
        key = self.compiler.schema[table].key
        pairs = [f"g.k{number} = {self.column(row, name)}" for number, name in enumerate(key)]
        conditions = " AND ".join([*pairs, *([f"({said})"] if said else [])])
        return f"EXISTS (SELECT 1 FROM {self.marks(table, group)} AS g WHERE {conditions})"

    def _part(self, predicate: Predicate, row: str, table: str, depth: int) -> str:
        said = self.where(predicate, row, table, depth)
        alone = isinstance(predicate, Up | Down | Referred | Marked | Flagged)
        return said if alone else f"({said})"

    def _exists(self, steps: list[_Step], row: str, where: Predicate, depth: int) -> str:
        """Some row at the end of ``steps`` satisfies ``where``.

        SQLite keeps the order of a CROSS JOIN, so it comes from ``row`` and never from the other end; nesting the steps
        instead would run into the depth of its parser.
        """
        froms, joined, here = [], [], row
        for number, (table, columns, target) in enumerate(steps, depth + 1):
            inner = self._inner(table, number)
            froms.append(f"{self.name(table)} AS {inner}")
            joined.append(self._equal(inner, columns, here, target))
            here = inner
        if where != ALWAYS:
            joined.append(self._part(where, here, steps[-1][0], depth + len(steps)))
        return f"EXISTS (SELECT 1 FROM {' CROSS JOIN '.join(froms)} WHERE {' AND '.join(joined)})"

    def _inner(self, table: str, depth: int) -> str:
        return self.name(f"{table}_{depth}")

    def _equal(self, one: str, columns: tuple[str, ...], other: str, target: tuple[str, ...]) -> str:
        pairs = zip(columns, target, strict=True)
        return " AND ".join(f"{self.column(one, a)} = {self.column(other, b)}" for a, b in pairs)

    def up(self, route: Route, row: str, depth: int) -> tuple[list[str], str, str]:
        """Return the ancestors along ``route``, the condition that ties them to ``row``, and the last one's name."""
        froms, joined, here = [], [], row
        for step, reference in enumerate(route, depth + 1):
            parent = self._inner(reference.parent, step)
            froms.append(f"{self.name(reference.parent)} AS {parent}")
            joined.append(self._equal(here, reference.columns, parent, self.compiler.target(reference)))
            here = parent
        return froms, " AND ".join(joined), here

    def _key_in(self, keys: tuple[Key, ...], row: str, table: str) -> str:
        names = self.compiler.schema[table].key
        each = [
            " AND ".join(
                f"{self.column(row, name)} = {self.bind(value, self._type(table, name))}"
                for name, value in zip(names, key, strict=True)
            )
            for key in keys
        ]
        return " OR ".join(f"({one})" for one in each)

    def _type(self, table: str, column: str) -> TypeEngine[Any]:
        return self.compiler.tables[table].c[column].type

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

    def bare(self, column: DataColumn, row: str, table: str) -> str:
        """Return SQL for "this column is stripped already"."""
        value = self.column(row, column.name)
        if column.action == "generalise":
            return f"{value} IS NULL OR {value} = {self.stripped(column, row, table)}"
        if column.erased_as is None:
            return f"{value} IS NULL"
        return f"{value} IS NULL OR {value} = {self._placeholder(column, row, table)}"

    def stripped(self, column: DataColumn, row: str, table: str) -> str:
        """Return SQL for what stripping makes of the column."""
        value = self.column(row, column.name)
        if column.action == "generalise":
            return self._coarse(column, value, self._type(table, column.name))
        if column.erased_as is None:
            return "NULL"
        return f"CASE WHEN {value} IS NOT NULL THEN {self._placeholder(column, row, table)} END"

    def _placeholder(self, column: DataColumn, row: str, table: str) -> str:
        said = column.erased_as
        if isinstance(said, str) and "{key}" in said:
            before, _, rest = said.partition("{key}")
            key = " || '-' || ".join(
                f"CAST({self.column(row, name)} AS TEXT)" for name in self.compiler.schema[table].key
            )
            return f"({self._words(before)} || {key} || {self._words(rest)})"
        return self.bind(said, self._type(table, column.name))

    def _words(self, words: str) -> str:
        return f"CAST({self.bind(words, String())} AS TEXT)"

    def _coarse(self, column: DataColumn, value: str, kind: TypeEngine[Any]) -> str:
        if column.generalise.startswith("prefix:"):
            return f"substr({value}, 1, {int(column.generalise.partition(':')[2])})"
        if not self.compiler.is_sqlite and isinstance(kind, Date | DateTime):
            return f"CAST(date_trunc('year', {value}) AS {kind.compile(self.compiler.dialect)})"
        ends = "-01-01 00:00:00.000000" if isinstance(kind, DateTime) else "-01-01"
        return f"(substr({value}, 1, 4) || {self._words(ends)})"
