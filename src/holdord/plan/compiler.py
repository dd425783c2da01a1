"""A SQL statement in the making: names quoted by SQLAlchemy's dialect, every value bound."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, CursorResult, Dialect, Select, Table, TextClause, bindparam, text
from sqlalchemy.types import String, TypeEngine

from holdord.datamap.model import Reference
from holdord.policy.model import Controller
from holdord.schema import Schema

TEXT = String()
"""The type of values that are text whatever column they are compared with."""
_MOST = 1_000
"""Statements that are kept in mind."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Said(NamedTuple):
    """A statement and the values that it binds.

    Attributes:
        clause: Its text, without values: what was said of one person is said of the next one, and prepared once.
        values: By the names of their placeholders.
    """

    clause: TextClause
    values: Mapping[str, Any]

    def run(self, connection: Connection, more: Mapping[str, Any] = _NOTHING) -> CursorResult[Any]:
        """Execute it, with ``more`` values."""
        return connection.execute(self.clause, {**self.values, **more})


class Compiler:
    """What SQL needs to know of a store.

    Attributes:
        tables: Name → SQLAlchemy table, as reflected: for the columns' types.
        schema: The same as plain data.
        controller: Whose dates count.
        queries: Questions for rows that were put into words already: table, columns, and for one value or several.
    """

    def __init__(
        self, *, tables: Mapping[str, Table], schema: Schema, controller: Controller, dialect: Dialect
    ) -> None:
        self.tables = tables
        self.schema = schema
        self.controller = controller
        self.dialect = dialect
        self.quote = dialect.identifier_preparer.quote
        self.queries: dict[tuple[str, tuple[str, ...], bool], Select[Any]] = {}
        self._targets: dict[Reference, tuple[str, ...]] = {}
        self._clauses: dict[tuple[object, ...], TextClause] = {}

    @property
    def is_sqlite(self) -> bool:
        """Whether moments are kept as text and there is one writer at a time."""
        return self.dialect.name == "sqlite"

    def target(self, reference: Reference) -> tuple[str, ...]:
        """Return the parent's columns that ``reference`` points at."""
        if reference not in self._targets:
            key = self.schema[reference.child].foreign_key(reference.columns, reference.parent)
            self._targets[reference] = self.schema[reference.parent].key if key is None else key.target
        return self._targets[reference]

    def clause(self, sql: str, binds: Mapping[str, TypeEngine[Any] | None]) -> TextClause:
        """Return a text with placeholders of these types, and the same one for the same text."""
        key = (sql, *binds, *binds.values())
        found = self._clauses.get(key)
        if found is None:
            if len(self._clauses) >= _MOST:
                self._clauses.clear()
            found = text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in binds.items()))
            self._clauses[key] = found
        return found


class Words:
    """What a statement's text is made of; it collects the values that the text binds."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self._names: dict[tuple[int, type, Any], str] = {}
        self._kinds: dict[str, TypeEngine[Any] | None] = {}
        self._values: dict[str, Any] = {}

    def text(self, sql: str, *more: BindParameter[Any]) -> Said:
        """Return the finished statement; ``more`` values are given when it is run."""
        kinds = {**self._kinds, **{one.key: one.type for one in more}} if more else self._kinds
        return Said(self.compiler.clause(sql, kinds), self._values)

    def bind(self, value: Any, kind: TypeEngine[Any]) -> str:
        """Return the placeholder for a value; the same value of the same type has one placeholder."""
        key = (id(kind), type(value), value)
        if key not in self._names:
            self._names[key] = name = f"p{len(self._names)}"
            self._kinds[name], self._values[name] = kind, value
        return f":{self._names[key]}"

    def name(self, table: str) -> str:
        """Return a table's name, quoted; with its schema, where that is another one."""
        shape = self.compiler.schema.get(table)
        if shape is not None and shape.kind == "elsewhere":
            return ".".join(self.compiler.quote(part) for part in table.split(".", 1))
        return self.compiler.quote(table)

    def column(self, row: str, column: str) -> str:
        """Return a column of ``row``, quoted; ``row`` is quoted already."""
        return f"{row}.{self.compiler.quote(column)}"

    def kind(self, table: str, column: str) -> TypeEngine[Any]:
        """Return a column's type."""
        return self.compiler.tables[table].c[column].type
