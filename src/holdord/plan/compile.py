"""Predicates said in SQL, with values bound and identifiers quoted by SQLAlchemy."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Table,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    true,
    tuple_,
    type_coerce,
)
from sqlalchemy import literal as literal_
from sqlalchemy.types import Date, DateTime, String

from holdord.datamap import Reference
from holdord.plan import clocks
from holdord.plan.predicate import (
    After,
    All,
    Bare,
    By,
    DataColumn,
    Down,
    KeyIn,
    Meets,
    Not,
    Predicate,
    Referred,
    Some,
    Started,
    Up,
)
from holdord.policy.model import Condition, Controller
from holdord.schema import Schema


class Compiler:
    """Says predicates of one store in SQL.

    Attributes:
        tables: Name → SQLAlchemy table, as reflected.
        schema: The same as plain data.
        dialect: ``sqlite`` or ``postgresql``.
    """

    def __init__(self, *, tables: Mapping[str, Table], schema: Schema, controller: Controller, dialect: str) -> None:
        self.tables = tables
        self.schema = schema
        self.controller = controller
        self.dialect = dialect
        self._aliases: dict[tuple[str, int], FromClause] = {}

    def alias(self, table: str, depth: int) -> FromClause:
        """Return the name of ``table`` at a depth of nesting; kept, since making aliases costs more than using them."""
        if (table, depth) not in self._aliases:
            self._aliases[table, depth] = self.tables[table].alias(f"{table}_{depth}")
        return self._aliases[table, depth]

    def where(self, predicate: Predicate, row: FromClause, table: str, depth: int = 0) -> ColumnElement[bool]:
        """Return SQL for ``predicate`` about ``row``, which is ``table`` or an alias of it.

        ``depth`` says how many references lie between the statement and the row.
        """
        match predicate:
            case All(parts):
                return and_(true(), *(self.where(part, row, table, depth) for part in parts))
            case Some(parts):
                return or_(false(), *(self.where(part, row, table, depth) for part in parts))
            case Not(part):
                return not_(self.where(part, row, table, depth))
            case Started(clock):
                return clocks.started(clock, self._column(row, clock.column))
            case By(clock, cutoff):
                return clocks.by(clock, self._column(row, clock.column), cutoff, self.controller)
            case After(clock, cutoff):
                return clocks.after(clock, self._column(row, clock.column), cutoff, self.controller)
            case Meets(column, condition):
                return _meets(row.c[column], condition)
            case KeyIn(keys):
                return self._key_in(keys, row, table)
            case Bare(columns):
                return and_(*(self.bare(column, row, table) for column in columns))
            case Up(route, where):
                return self._up(route, where, row, depth)
            case Down(route, where):
                return self._down(route, where, row, depth)
            case Referred(child, key, where):
                alias = self.alias(child, depth + 1)
                joined = [alias.c[a] == row.c[b] for a, b in zip(key.columns, key.target, strict=True)]
                return exists().select_from(alias).where(*joined, self.where(where, alias, child, depth + 1))

    def _column(self, row: FromClause, name: str) -> Column[Any]:
        column: Column[Any] = row.c[name]  # type: ignore[assignment]
        if self.dialect == "sqlite" and isinstance(column.type, DateTime):
            column.info["sqlite"] = True
        return column

    def target(self, reference: Reference) -> tuple[str, ...]:
        """Return the parent's columns that ``reference`` points at."""
        for key in self.schema[reference.child].foreign_keys:
            if key.columns == reference.columns and key.table == reference.parent:
                return key.target
        return self.schema[reference.parent].key

    def _joined(self, reference: Reference, child: FromClause, parent: FromClause) -> list[ColumnElement[bool]]:
        return [child.c[a] == parent.c[b] for a, b in zip(reference.columns, self.target(reference), strict=True)]

    def joined_up(
        self, route: tuple[Reference, ...], row: FromClause, depth: int
    ) -> tuple[list[FromClause], list[ColumnElement[bool]], FromClause]:
        """Return the ancestors along ``route``, the conditions that tie them to ``row``, and the last of them."""
        froms: list[FromClause] = []
        conditions: list[ColumnElement[bool]] = []
        here = row
        for step, reference in enumerate(route, depth + 1):
            parent = self.alias(reference.parent, step)
            conditions += self._joined(reference, here, parent)
            froms.append(parent)
            here = parent
        return froms, conditions, here

    def _up(self, route: tuple[Reference, ...], where: Predicate, row: FromClause, depth: int) -> ColumnElement[bool]:
        froms, conditions, here = [], [], row
        for step, reference in enumerate(route, depth + 1):
            parent = self.alias(reference.parent, step)
            conditions += self._joined(reference, here, parent)
            froms.append(parent)
            here = parent
        return (
            exists()
            .select_from(*froms)
            .where(*conditions, self.where(where, here, route[-1].parent, depth + len(route)))
        )

    def _down(self, route: tuple[Reference, ...], where: Predicate, row: FromClause, depth: int) -> ColumnElement[bool]:
        froms: list[FromClause] = []
        conditions: list[ColumnElement[bool]] = []
        here = row
        for step, reference in enumerate(reversed(route), depth + 1):
            child = self.alias(reference.child, step)
            conditions += self._joined(reference, child, here)
            froms.append(child)
            here = child
        return (
            exists().select_from(*froms).where(*conditions, self.where(where, here, route[0].child, depth + len(route)))
        )

    def _key_in(self, keys: tuple[tuple[str | int, ...], ...], row: FromClause, table: str) -> ColumnElement[bool]:
        columns = [row.c[name] for name in self.schema[table].key]
        if len(columns) == 1:
            return columns[0].in_([key[0] for key in keys])
        return tuple_(*columns).in_(keys)

    def bare(self, column: DataColumn, row: FromClause, table: str) -> ColumnElement[bool]:
        """Return SQL for "this column is stripped already"."""
        value = row.c[column.name]
        if column.action == "generalise":
            return or_(value.is_(None), value == self._coarse(column, value))
        if column.erased_as is None:
            return value.is_(None)
        return and_(value.is_not(None), value == self.stripped(column, row, table))

    def stripped(self, column: DataColumn, row: FromClause, table: str) -> ColumnElement[Any]:
        """Return SQL for what stripping makes of the column."""
        value = row.c[column.name]
        if column.action == "generalise":
            return self._coarse(column, value)
        if isinstance(column.erased_as, str) and "{key}" in column.erased_as:
            before, _, rest = column.erased_as.partition("{key}")
            key: ColumnElement[Any] = literal_(before, String())
            for index, name in enumerate(self.schema[table].key):
                key = key.concat("-") if index else key
                key = key.concat(row.c[name].cast(String()))
            return key.concat(rest)
        return literal_(column.erased_as, value.type)

    def _coarse(self, column: DataColumn, value: Any) -> ColumnElement[Any]:
        if column.generalise.startswith("prefix:"):
            return func.substr(value, 1, int(column.generalise.partition(":")[2]), type_=value.type)
        if self.dialect == "sqlite":
            ends = "-01-01 00:00:00.000000" if isinstance(value.type, DateTime) else "-01-01"
            return type_coerce(func.substr(type_coerce(value, String()), 1, 4).concat(ends), value.type)
        if isinstance(value.type, Date | DateTime):
            return type_coerce(func.date_trunc("year", value).cast(value.type), value.type)
        return func.substr(value, 1, 4).concat("-01-01")


def _meets(column: ColumnElement[Any], condition: Condition) -> ColumnElement[bool]:
    first = condition.values[0]
    if condition.operator == "is":
        return column.is_(None) if first is None else and_(column.is_not(None), column == first)
    if condition.operator == "is_not":
        return column.is_not(None) if first is None else or_(column.is_(None), column != first)
    if condition.operator == "in":
        return and_(column.is_not(None), column.in_(condition.values))
    return and_(column.is_not(None), column < first if condition.operator == "below" else column > first)
