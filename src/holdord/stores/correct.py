"""Putting right single values of known rows: locked first, every value bound, what is refused told in words.

Whoever puts a value right locks its row first, looks once more whether it still is what is meant, and then writes. What
the database would refuse is found by trying it in a transaction that is undone: it alone knows its checks and types.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Numeric, Text, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DataError, IntegrityError

from holdord.plan.compiler import Compiler
from holdord.plan.predicate import Key

Path = tuple[str | int, ...]
"""Where a value lies in a column's JSON: keys and places in lists, from the outside in; empty for the column itself."""

_REFUSED = {
    "23505": "another record has this value already, and it may stand there only once",
    "23P01": "it overlaps with what another record has",
    "23514": "a check of the database does not allow it",
    "23502": "something must stand there",
    "23503": "other records refer to what stands there",
    "22001": "it is too long",
    "SQLITE_CONSTRAINT_UNIQUE": "another record has this value already, and it may stand there only once",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "another record has this value already, and it may stand there only once",
    "SQLITE_CONSTRAINT_CHECK": "a check of the database does not allow it",
    "SQLITE_CONSTRAINT_NOTNULL": "something must stand there",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "other records refer to what stands there",
}
"""A database's code for what it refused → words."""
_OTHERWISE = "the database does not take it there"


@dataclass(frozen=True, kw_only=True, slots=True)
class Put:
    """New values of one row.

    Attributes:
        values: Column, path and value, of the column's type; numbers and texts where there is a path.
    """

    table: str
    key: Key = field(repr=False)
    values: tuple[tuple[str, Path, Any], ...] = field(repr=False)


def lock(connection: Connection, compiler: Compiler, rows: Iterable[tuple[str, Key]]) -> None:
    """Lock rows until the transaction ends, always in the same order. SQLite has one writer."""
    if compiler.is_sqlite:
        return
    for table, key in sorted(set(rows), key=repr):
        found = select(literal(1)).select_from(compiler.tables[table]).where(*_is(compiler, table, key))
        connection.execute(found.with_for_update())


def put(connection: Connection, compiler: Compiler, one: Put) -> int:
    """Write the new values of a row; return how many rows that were: 0 where it is gone."""
    place = compiler.tables[one.table]
    made: dict[str, Any] = {}
    for column, path, value in one.values:
        made[column] = _inside(compiler, made.get(column, place.c[column]), place.c[column], path, value)
    changed = update(place).where(*_is(compiler, one.table, one.key)).values(made)
    return connection.execute(changed).rowcount


def refused(connection: Connection, compiler: Compiler, puts: Sequence[Put]) -> dict[int, str]:
    """Try to write and undo all of it; return the number of what the database refuses → why, without any value."""
    found: dict[int, str] = {}
    trial = connection.begin_nested()
    if not compiler.is_sqlite:
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for number, one in enumerate(puts):
        step = connection.begin_nested()
        try:
            put(connection, compiler, one)
            step.commit()
        except (IntegrityError, DataError) as error:
            step.rollback()
            found[number] = _words(error)
    trial.rollback()
    return found


def _is(compiler: Compiler, table: str, key: Key) -> list[ColumnElement[bool]]:
    names = compiler.schema[table].key
    return [compiler.tables[table].c[name] == value for name, value in zip(names, key, strict=True)]


def _inside(compiler: Compiler, now: Any, column: Any, path: Path, value: Any) -> Any:
    """Return the column with a value at a path, all else in it as it is."""
    if not path:
        return value
    if compiler.is_sqlite:
        steps = "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
        number = float(value) if isinstance(value, Decimal) else value
        return func.json_set(now, literal(f"${steps}", Text()), literal(number))
    kind = Text() if isinstance(value, str) else Integer() if isinstance(value, int) else Numeric()
    where = literal([str(step) for step in path], ARRAY(Text()))
    made = func.jsonb_set(cast(now, JSONB), cast(where, ARRAY(Text())), func.to_jsonb(cast(literal(value), kind)))
    return cast(made, column.type)


def _words(error: IntegrityError | DataError) -> str:
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", "")
    return _REFUSED.get(str(code), _OTHERWISE)
