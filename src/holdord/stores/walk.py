"""Walking a table along its primary key, and doing a statement to one range of it.

Ranges of the key with the predicate inside let other writers wait for one range at the most; ``./run bench sweep-pg
sweep-sqlite`` says what that costs beside one DELETE. Keys that are one integer are cut by
arithmetic, all others by asking for the key that lies ``width`` rows further on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Integer

from holdord.plan.compile import Sql
from holdord.plan.compiler import Compiler, Said
from holdord.plan.reach import followed, looks_elsewhere, referring
from holdord.plan.statements import Statement
from holdord.plan.stripped import Stripping
from holdord.stores.base import Range

_UNCHANGED = (
    "(SELECT TRUE FROM {table} AS holdord_same "
    "WHERE {here}holdord_same.ctid = {table}.ctid AND holdord_same.tableoid = {table}.tableoid)"
)
"""The row is still what the statement's snapshot shows: a newer version of it is nowhere in there.

``here`` names the key of a row in a partitioned table, which tells its partition: none but that one is looked into."""
_LOCKED = "{table}.xmax = CAST(pg_current_xact_id() AS xid)"
"""This very transaction has locked the row."""


class _Acts(NamedTuple):
    """What does one statement to one range.

    Attributes:
        lock: What comes first, or None.
        records: What locks, after that, the rows that these refer to and are judged by.
        unlocked: What is tried before that, and may be refused.
    """

    act: Said
    lock: Said | None = None
    records: tuple[Said, ...] = ()
    unlocked: Said | None = None


class Walk:
    """A walk over one table, doing the same statements to each range."""

    def __init__(self, compiler: Compiler, table: str, statements: Sequence[Statement] = ()) -> None:
        self.compiler = compiler
        self.statements = statements
        self.table = compiler.quote(table)
        self.key = [compiler.quote(name) for name in compiler.schema[table].key]
        kinds = [compiler.tables[table].c[name].type for name in compiler.schema[table].key]
        self.counts = len(self.key) == 1 and isinstance(kinds[0], Integer)
        self.binds = {
            end: [
                bindparam(f"{end}{number}", type_=None if compiler.is_sqlite else kind)  # SQLite's own values, as read
                for number, kind in enumerate(kinds)
            ]
            for end in ("after", "upto")
        }
        here = self.key if compiler.schema[table].divided_by else ()
        same = "".join(f"holdord_same.{name} = {self.table}.{name} AND " for name in here)
        self._unchanged = _UNCHANGED.format(table=self.table, here=same)
        self._locked = _LOCKED.format(table=self.table)
        self.named = [key for one in statements for key in one.keys] if all(one.keys for one in statements) else []
        self._written: dict[tuple[int, bool], _Acts] = {}

    @cached_property
    def reading(self) -> str:
        """How PostgreSQL is to read a range: a setting of its planner, or nothing."""
        return "" if self.compiler.is_sqlite else _reading(self.compiler, self.statements)

    def begin(self, connection: Connection) -> Range | None:
        """Return the whole table as one range, or None where it is empty; what is added later is not walked.

        Where all statements name their rows, it is the range of these.
        """
        if self.counts and self.named:
            numbers = [int(key[0]) for key in self.named]
            return Range((min(numbers) - 1,), (max(numbers),))
        names = ", ".join(self.key)
        lowest = connection.execute(text(f"SELECT {names} FROM {self.table} ORDER BY {names} LIMIT 1")).first()
        if lowest is None:
            return None
        falling = ", ".join(f"{name} DESC" for name in self.key)
        highest = connection.execute(text(f"SELECT {names} FROM {self.table} ORDER BY {falling} LIMIT 1")).one()
        return Range((lowest[0] - 1,) if self.counts else None, tuple(highest))

    def cut(self, connection: Connection, rest: Range, width: int) -> Range:
        """Return the first part of ``rest``, about ``width`` rows wide at the most."""
        if self.reading:
            connection.exec_driver_sql(self.reading)
        if self.counts and rest.after is not None:
            return Range(rest.after, (min(rest.after[0] + width, rest.upto[0]),))
        names = ", ".join(self.key)
        bounds, binds = self._inside(rest)
        query = f"SELECT {names} FROM {self.table} WHERE {bounds} ORDER BY {names} LIMIT 1 OFFSET {width - 1:d}"
        found = connection.execute(text(query).bindparams(*binds), self._values(rest)).first()
        return Range(rest.after, rest.upto if found is None else tuple(found))

    def apply(self, connection: Connection, statement: Statement, part: Range) -> int:
        """Do ``statement`` to the rows in ``part`` that it still means, and return how many these were.

        On PostgreSQL a predicate that depends on who refers to the row is asked twice: first with FOR UPDATE, so that
        nobody can refer to these rows any more, then, in a second statement that sees what was committed meanwhile, to
        act on those of them that it still means. Where it depends on who refers to what the row refers to, such as the
        record that it is a part of, that is locked in between. Erasing rows to which others refer by enforced keys
        alone needs no lock at first: the database itself refuses it where somebody began to meanwhile, and only then
        the range is locked. What is not locked is passed by where another writer changed it after the statement began,
        since the predicate would be asked again of the new row beside the old rows of other tables (decisions 0004 and
        0018). SQLite has one writer.

        In a circle of tables the rows that go may refer to each other: leaves go first, then what they leave bare.
        """
        rows = found = self._once(connection, statement, part)
        while statement.knot and found:
            found = self._once(connection, statement, part)
            rows += found
        return rows

    def _once(self, connection: Connection, statement: Statement, part: Range) -> int:
        said, values = self._statements(statement, part), self._values(part)
        if said.lock is None:
            return said.act.run(connection, values).rowcount
        if said.unlocked is not None:
            with suppress(IntegrityError), _undone_if_refused(connection):
                return said.unlocked.run(connection, values).rowcount
        if not said.lock.run(connection, values).scalar_one():
            return 0
        for lock in said.records:
            lock.run(connection, values)
        return said.act.run(connection, values).rowcount

    def _is_guarded(self, statement: Statement) -> bool:
        """Tell whether the database refuses to erase a row as soon as anybody refers to it whom the predicate asks."""
        keys = {
            (child, frozenset(key.columns))
            for child, shape in self.compiler.schema.items()
            for key in shape.foreign_keys
            if key.table == statement.table and key.enforced and not key.on_delete and not key.deferred
        }
        asked = referring(statement.settled)
        return all(not up and (child, frozenset(columns)) in keys for up, child, columns in asked)

    def count(self, connection: Connection, statement: Statement, part: Range) -> int:
        """Return how many rows in ``part`` the statement still means."""
        sql = Sql(self.compiler)
        means, binds = self._means(sql, statement, part)
        query = sql.text(f"SELECT count(*) FROM {self.table} WHERE {means}", *binds)
        return int(query.run(connection, self._values(part)).scalar_one())

    def _statements(self, statement: Statement, part: Range) -> "_Acts":
        written = (statement.number, part.after is None)
        if written not in self._written:
            if self.compiler.is_sqlite or not looks_elsewhere(statement.settled):
                said = _Acts(self._act(statement, part))
            elif not any(True for _ in referring(statement.settled)):
                said = _Acts(self._act(statement, part, self._unchanged))
            else:
                guarded = statement.action == "erase" and self._is_guarded(statement)
                unlocked = self._act(statement, part, self._unchanged) if guarded else None
                records = tuple(self._records(statement, part))
                said = _Acts(self._act(statement, part, self._locked), self._lock(statement, part), records, unlocked)
            self._written[written] = said
        return self._written[written]

    def _lock(self, statement: Statement, part: Range) -> Said:
        sql = Sql(self.compiler)
        means, binds = self._means(sql, statement, part)
        rows = f"SELECT 1 FROM {self.table} WHERE {means} FOR UPDATE OF {self.table}"
        return sql.text(f"SELECT count(*) FROM ({rows}) AS locked", *binds)

    def _records(self, statement: Statement, part: Range) -> Iterator[Said]:
        """Yield what locks the rows that locked ones refer to and are judged by: nearest first, each step by itself."""
        ups = {up[: place + 1] for up, _, _ in referring(statement.settled) for place in range(len(up))}
        for up in sorted(ups, key=len):
            sql = Sql(self.compiler)
            (*between, record), joined, name = sql.up(up, self.table, 0)
            bounds, binds = self._inside(part)
            parts = f"SELECT 1 FROM {', '.join([self.table, *between])} WHERE {bounds} AND {self._locked} AND {joined}"
            rows = f"SELECT 1 FROM {record} WHERE EXISTS ({parts}) FOR UPDATE OF {name}"
            yield sql.text(f"SELECT count(*) FROM ({rows}) AS locked", *binds)

    def _act(self, statement: Statement, part: Range, only: str = "") -> Said:
        sql = Sql(self.compiler)
        means, binds = self._means(sql, statement, part)
        if only:
            means = f"{means} AND {only}"
        if statement.action == "erase":
            return sql.text(f"DELETE FROM {self.table} WHERE {means}", *binds)
        made = Stripping(sql, self.table, statement.table).assignments(statement.columns)
        sets = ", ".join(f"{self.compiler.quote(name)} = {value}" for name, value in made.items())
        return sql.text(f"UPDATE {self.table} SET {sets} WHERE {means}", *binds)

    def _means(self, sql: Sql, statement: Statement, part: Range) -> tuple[str, list[Any]]:
        bounds, binds = self._inside(part)
        return f"{bounds} AND ({sql.where(statement.settled, self.table, statement.table)})", binds

    def _inside(self, part: Range) -> tuple[str, list[Any]]:
        """Return SQL for "the row's key lies in the range", and what it binds."""
        key = ", ".join(f"{self.table}.{name}" for name in self.key)
        after, upto = (", ".join(f":{end}{number}" for number in range(len(self.key))) for end in ("after", "upto"))
        last = f"({key}) <= ({upto})"
        if part.after is None:
            return last, self.binds["upto"]
        return f"({key}) > ({after}) AND {last}", [*self.binds["after"], *self.binds["upto"]]

    @staticmethod
    def _values(part: Range) -> dict[str, Any]:
        after = {f"after{number}": value for number, value in enumerate(part.after or ())}
        return after | {f"upto{number}": value for number, value in enumerate(part.upto)}


@contextmanager
def _undone_if_refused(connection: Connection) -> Iterator[None]:
    """Undo the block alone where the database refuses it.

    The savepoint is released in any case: what came after it would else be done by a transaction of its own.
    """
    connection.exec_driver_sql("SAVEPOINT holdord_unlocked")
    try:
        yield
    except IntegrityError:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT holdord_unlocked")
        connection.exec_driver_sql("RELEASE SAVEPOINT holdord_unlocked")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT holdord_unlocked")


def _reading(compiler: Compiler, statements: Sequence[Statement]) -> str:
    """Return how PostgreSQL is to read the ranges of ``statements``.

    Where they are about each row alone, as a bitmap of pages rather than row by row. Where they look at other rows,
    along the indexes of the references: a join over a whole table costs the same for a narrow range as for a wide one,
    and the narrower the ranges, the more often it is paid.
    """
    if not any(looks_elsewhere(statement.settled) for statement in statements):
        return "SET LOCAL enable_indexscan = off" if statements else ""
    steps = {step for statement in statements for step in followed(statement.settled)}
    if all(compiler.schema[child].is_indexed(columns) for child, columns in steps):
        return "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
    return ""
