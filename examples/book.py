"""Rows on their way into the register: numbered as they come, written in bulk, parents before children.

A row is a plain tuple in the order of the table's columns, its values already in the form that the driver takes: a
million people are some seven million rows, and the calendar has only a few thousand days to convert. What a company's
policy has no need for is left out at the door: tables whose class no purpose works on or needs, and columns whose
category none needs.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Table, func, insert, select, text

from holdord.datamap.model import DataMap
from holdord.policy.model import Policy
from holdord.stores.register.schema import metadata

Bound = Any
"""A value as the driver takes it."""

_TABLES = {table.name: table for table in metadata.sorted_tables}


def needed(policy: Policy, datamap: DataMap) -> dict[str, set[str]]:
    """Return the tables that the policy opens, each with the columns that may hold something."""
    purposes = policy.purposes.values()
    classes = {work.record_class for purpose in purposes for work in purpose.works_on}
    classes |= {need.record_class for purpose in purposes for need in purpose.needs}
    wanted: dict[str, set[str]] = {}
    for name, table in _TABLES.items():
        mapped = datamap.tables.get(name)
        if mapped is None:
            wanted[name] = set(table.columns.keys())
        elif mapped.record_class in classes:
            wanted[name] = {
                column.name
                for column in table.columns
                if (said := mapped.columns.get(column.name)) is None
                or any(purpose.needs_category(mapped.record_class, said.category) for purpose in purposes)
            }
    for name, table in _TABLES.items():
        for column in table.columns if name in wanted else ():
            if any(key.column.table.name not in wanted for key in column.foreign_keys):
                wanted[name].discard(column.name)
                if not column.nullable:
                    del wanted[name]
                    break
    return wanted


class Book:
    """Rows by table, and what was written of them."""

    def __init__(self, dialect: Dialect, wanted: dict[str, set[str]] | None = None) -> None:
        """Open an empty book.

        Args:
            dialect: Of the database that it will be written to.
            wanted: Tables and columns that are kept; None keeps all.
        """
        self.wanted = wanted if wanted is not None else {name: set(table.c.keys()) for name, table in _TABLES.items()}
        self.last = dict.fromkeys(_TABLES, 0)
        self.rows: dict[str, list[tuple[Bound, ...]]] = {name: [] for name in _TABLES}
        self.written = dict.fromkeys(self.wanted, 0)
        self._dialect = dialect
        self._statements = {name: self._statement(_TABLES[name]) for name in self.wanted}
        self._processors = {
            name: {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns}
            for name, table in _TABLES.items()
        }
        self.day: Callable[[date], Bound] = self._bound("persons", "collected_on")
        self.moment: Callable[[datetime], Bound] = self._bound("web_log", "requested_at")

    def reserve(self, table: str) -> int:
        """Return the next number of ``table``; its row comes later, by :meth:`fill`."""
        self.last[table] += 1
        return self.last[table]

    def fill(self, table: str, *values: Bound) -> None:
        """Enter a row of all columns, its number first."""
        self.rows[table].append(values)

    def add(self, table: str, *values: Bound) -> int:
        """Enter a row of all columns but the number, in the table's order, and return its number."""
        number = self.last[table] + 1
        self.last[table] = number
        self.rows[table].append((number, *values))
        return number

    def put(self, table: str, /, **values: Any) -> int:
        """Enter a row by column names and plain values; what is left out is NULL, or false."""
        number = self.reserve(table)
        row = []
        for column in _TABLES[table].columns:
            value = values.pop(column.name, False if isinstance(column.type, Boolean) and not column.nullable else None)
            convert = self._processors[table][column.name]
            row.append(convert(value) if convert is not None and value is not None else value)
        if values:
            raise ValueError(f"The table {table} has no column {', '.join(sorted(values))}.")
        self.fill(table, number, *row[1:])
        return number

    def write(self, connection: Connection) -> None:
        """Insert what waits, parents before children, and forget it."""
        for name, rows in self.rows.items():
            if rows and name in self.wanted:
                statement, chosen = self._statements[name]
                found: Iterable[Any] = rows if chosen is None else map(chosen, rows)
                connection.exec_driver_sql(statement, list(found))
                self.written[name] += len(rows)
            rows.clear()

    def close(self, connection: Connection) -> dict[str, int]:
        """Let PostgreSQL go on counting after the last number; return the rows written, by table."""
        if connection.dialect.name == "postgresql":
            for name, rows in self.written.items():
                if rows:
                    highest = select(func.max(_TABLES[name].c.id)).scalar_subquery()
                    connection.execute(
                        select(func.setval(func.pg_get_serial_sequence(text(f"'{name}'"), "id"), highest))
                    )
        return {name: rows for name, rows in self.written.items() if rows}

    def _statement(self, table: Table) -> tuple[str, Callable[[Any], Any] | None]:
        """Return the INSERT of the columns that are kept, and what picks them from a row."""
        kept = [column.name for column in table.columns if column.name in self.wanted[table.name]]
        style = "qmark" if self._dialect.name == "sqlite" else "format"
        positional: Callable[..., Dialect] = type(self._dialect)
        compiled = insert(table).compile(dialect=positional(paramstyle=style), column_keys=kept)
        if len(kept) == len(table.columns):
            return str(compiled), None
        columns = list(table.columns.keys())
        return str(compiled), itemgetter(*[columns.index(name) for name in kept])

    def _bound(self, table: str, column: str) -> Callable[[Any], Bound]:
        convert = self._processors[table][column]
        return (lambda value: value) if convert is None else convert
