"""What a store in memory holds at one moment: rows by table and key, and what its tables promise about them.

A state that others see never changes: whoever writes takes a copy, which shares every table that it does not touch.
Keys, columns that refuse NULL, unique columns and references are checked where a row is written and where one goes;
what is wrong is told by table and column, never by value.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from itertools import chain
from types import MappingProxyType
from typing import Any

from holdord.errors import StoreError
from holdord.schema import Check, ForeignKey, Schema, Unique
from holdord.stores.base import Key

Row = Mapping[str, Any]
Rule = Callable[[Row], bool]
"""Tells of a row whether it keeps a check."""


class Untold(StoreError):
    """What the store would refuse cannot be told: it is said in SQL alone."""


def values(row: Row, columns: tuple[str, ...]) -> Key | None:
    """Return the row's values of ``columns``; None where one of them is NULL, which refers to nothing."""
    found = tuple([row[column] for column in columns])
    return None if None in found else found


def _compared(unique: Unique, row: Row) -> tuple[Any, ...]:
    folded = [row[name] and str(row[name]).lower() for name in sorted(unique.folded | unique.lowered)]
    return (*(row[name] for name in sorted(unique.columns)), *folded)


class State:
    """Rows of all tables at one moment.

    Attributes:
        schema: The tables.
        tables: Name → key → row.
        broken: Whether something was refused while this state was written to.
    """

    def __init__(
        self,
        schema: Schema,
        tables: Mapping[str, dict[Key, Row]] | None = None,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self.schema = schema
        self.rules = dict(rules or {})
        self.broken = False
        self.tables: dict[str, dict[Key, Row]] = dict(tables or {name: {} for name in schema})
        self._own: set[str] = set()
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[Key, list[Row]]] = {}

    def copy(self) -> "State":
        """Return a state to write to."""
        made = State(self.schema, self.tables, self.rules)
        made._indexes = dict(self._indexes)
        return made

    def rows(self, table: str) -> Collection[Row]:
        """Return the rows of a table."""
        return self.tables[table].values()

    def key(self, table: str, row: Row) -> Key:
        """Return the primary key of a row."""
        return tuple([row[column] for column in self.schema[table].key])

    def having(self, table: str, columns: tuple[str, ...], wanted: Key | None) -> list[Row]:
        """Return the rows whose ``columns`` have these values; none where one of them is NULL."""
        if wanted is None:
            return []
        place = (table, columns)
        if place not in self._indexes:
            index: dict[Key, list[Row]] = {}
            for row in self.rows(table):
                if (found := values(row, columns)) is not None:
                    index.setdefault(found, []).append(row)
            self._indexes[place] = index
        return self._indexes[place].get(wanted, [])

    def _refused(self, words: str) -> StoreError:
        self.broken = True
        return StoreError(words)

    def rule(self, table: str, check: Check) -> Rule:
        """Return what tells of a row whether it keeps a check.

        Raises:
            Untold: When nobody said.
        """
        if check.name not in self.rules:
            raise Untold(f"{table}: nobody said what the check {check.name} means.")
        return self.rules[check.name]

    def alike(self, table: str, unique: Unique, row: Row) -> list[Row]:
        """Return the rows that a unique index would not let stand beside ``row``.

        Raises:
            Untold: Where an expression decides.
        """
        if unique.unclear or unique.overlapping or unique.condition:
            raise Untold(f"{table}: what the index {unique.name} compares is an expression.")
        mine = _compared(unique, row)
        if None in mine and not unique.nulls_alike:
            return []
        return [other for other in self.rows(table) if _compared(unique, other) == mine]

    # Writing

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows; columns that are not said are NULL.

        Raises:
            StoreError: When the table refuses one of them.
        """
        self.check_written(table, self._add(table, rows))

    def _add(self, table: str, rows: Iterable[Row]) -> list[Row]:
        if table not in self.schema:
            raise self._refused(f"There is no table {table}.")
        shape, mine = self.schema[table], self._writable(table)
        added = []
        for said in rows:
            if unknown := set(said) - set(shape.columns):
                raise self._refused(f"{table} has no column {', '.join(sorted(unknown))}.")
            row = dict.fromkeys(shape.columns) | dict(said)
            key = self.key(table, row)
            if None in key or key in mine:
                raise self._refused(f"{table}: a row's key is {'NULL' if None in key else 'there already'}.")
            mine[key] = MappingProxyType(row)
            added.append(mine[key])
        return added

    def load(self, rows: Mapping[str, Iterable[Row]]) -> None:
        """Add rows of several tables, which may refer to each other in any order."""
        added = {table: self._add(table, some) for table, some in rows.items()}
        for table, some in added.items():
            self.check_written(table, some)

    def update(self, table: str, keys: Iterable[Key], change: Callable[[Row], Row]) -> int:
        """Replace the columns that ``change`` says for each row; return how many rows these were."""
        mine = self._writable(table)
        before = [mine[key] for key in keys]
        after = [MappingProxyType(dict(row) | dict(change(row))) for row in before]
        for row, changed in zip(before, after, strict=True):
            if self.key(table, row) != self.key(table, changed):
                raise self._refused(f"{table}: a primary key would change.")
            mine[self.key(table, row)] = changed
        self.check_written(table, after)
        self.check_gone(table, before)
        return len(after)

    def erase(self, table: str, keys: Iterable[Key], *, check: bool = True) -> list[Row]:
        """Take rows away and return them.

        Raises:
            StoreError: When a row that stays refers to one of them, unless ``check_gone`` will be asked later.
        """
        mine = self._writable(table)
        gone = [mine.pop(key) for key in keys]
        if check:
            self.check_gone(table, gone)
        return gone

    def check_written(self, table: str, rows: Iterable[Row]) -> None:
        """Check what the table promises about rows that were added or changed."""
        shape = self.schema[table]
        for row in rows:
            for column in shape.columns.values():
                if row[column.name] is None:
                    if not column.nullable:
                        raise self._refused(f"{table}.{column.name} refuses NULL.")
                elif column.unique and len(self.having(table, (column.name,), (row[column.name],))) > 1:
                    raise self._refused(f"{table}.{column.name} is unique, and a value stands there twice.")
            for unique in shape.uniques:
                with suppress(Untold):  # a table may have such an index, and no row to show it
                    if len(self.alike(table, unique, row)) > 1:
                        raise self._refused(f"{table}: {unique.name} lets a value stand once only.")
            for check in shape.checks:
                if check.name in self.rules and not self.rules[check.name](row):
                    raise self._refused(f"{table}: the check {check.name} refuses a row.")
            for reference in shape.foreign_keys:
                wanted = values(row, reference.columns)
                if wanted is not None and not self.having(reference.table, reference.target, wanted):
                    raise self._refused(f"{table}({', '.join(reference.columns)}): {reference.table} has no such row.")

    def check_gone(self, table: str, rows: Iterable[Row]) -> None:
        """Check that nothing refers to what these rows, gone or changed, stood for."""
        gone = list(rows)
        for child, reference in self._references_to(table):
            for row in gone:
                target = values(row, reference.target)
                if self.having(child, reference.columns, target) and not self.having(table, reference.target, target):
                    raise self._refused(
                        f"A row of {table} would go that {child}({', '.join(reference.columns)}) refers to."
                    )

    def _references_to(self, table: str) -> Iterable[tuple[str, ForeignKey]]:
        return chain.from_iterable(
            ((name, reference) for reference in shape.foreign_keys if reference.table == table)
            for name, shape in self.schema.items()
        )

    def _writable(self, table: str) -> dict[Key, Row]:
        """Return a table's rows to write to: a copy of this state's own."""
        if table not in self._own:
            self._own.add(table)
            self.tables[table] = dict(self.tables[table])
        for place in [place for place in self._indexes if place[0] == table]:
            del self._indexes[place]
        return self.tables[table]
