"""Walking a table along its primary key, and doing a statement to one range of it.

Ranges of the key with the predicate inside let other writers wait for one range at the most; ``./run bench sweep-pg
sweep-sqlite`` says what that costs beside one DELETE. Keys that are one integer are cut by
arithmetic, all others by asking for the key that lies ``width`` rows further on.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text
from sqlalchemy.types import Integer

from holdord.plan.compile import Compiler, Sql
from holdord.plan.predicate import looks_elsewhere
from holdord.plan.statements import Statement

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Rows whose key lies after ``after`` (None: from the first) up to and including ``upto``."""

    after: Key | None
    upto: Key


class Walk:
    """A walk over one table, doing the same statements to each range."""

    def __init__(self, compiler: Compiler, table: str) -> None:
        self.compiler = compiler
        self.table = compiler.quote(table)
        self.key = [compiler.quote(name) for name in compiler.schema[table].key]
        kinds = [compiler.tables[table].c[name].type for name in compiler.schema[table].key]
        self.counts = len(self.key) == 1 and isinstance(kinds[0], Integer)
        self.binds = {
            end: [bindparam(f"{end}{number}", type_=kind) for number, kind in enumerate(kinds)]
            for end in ("after", "upto")
        }
        self._written: dict[tuple[int, bool], tuple[TextClause | None, TextClause]] = {}

    def begin(self, connection: Connection) -> Range | None:
        """Return the whole table as one range, or None where it is empty; what is added later is not walked."""
        names = ", ".join(self.key)
        lowest = connection.execute(text(f"SELECT {names} FROM {self.table} ORDER BY {names} LIMIT 1")).first()
        if lowest is None:
            return None
        falling = ", ".join(f"{name} DESC" for name in self.key)
        highest = connection.execute(text(f"SELECT {names} FROM {self.table} ORDER BY {falling} LIMIT 1")).one()
        return Range((lowest[0] - 1,) if self.counts else None, tuple(highest))

    def cut(self, connection: Connection, rest: Range, width: int) -> Range:
        """Return the first part of ``rest``, about ``width`` rows wide at the most."""
        if self.counts and rest.after is not None:
            return Range(rest.after, (min(rest.after[0] + width, rest.upto[0]),))
        names = ", ".join(self.key)
        bounds, binds = self._inside(rest)
        query = f"SELECT {names} FROM {self.table} WHERE {bounds} ORDER BY {names} LIMIT 1 OFFSET {width - 1:d}"
        found = connection.execute(text(query).bindparams(*binds), self._values(rest)).first()
        return Range(rest.after, rest.upto if found is None else tuple(found))

    def read_in_bulk(self, connection: Connection) -> None:
        """Have PostgreSQL read a range as a bitmap of pages rather than row by row, in this transaction.

        For statements about the rows alone: those that look elsewhere need its indexes there.
        """
        if not self.compiler.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_indexscan = off")

    def apply(self, connection: Connection, statement: Statement, part: Range) -> int:
        """Do ``statement`` to the rows in ``part`` that it still means, and return how many these were.

        On PostgreSQL a predicate that looks at other rows is asked twice: first with FOR UPDATE, so that nobody can
        refer to these rows any more, then, in a second statement that sees what was committed meanwhile, to act. A
        predicate about the row alone needs no lock: the database asks it again of a row that changed. SQLite has one
        writer.

        In a circle of tables the rows that go may refer to each other: leaves go first, then what they leave bare.
        """
        rows = found = self._once(connection, statement, part)
        while statement.knot and found:
            found = self._once(connection, statement, part)
            rows += found
        return rows

    def _once(self, connection: Connection, statement: Statement, part: Range) -> int:
        lock, act = self._statements(statement, part)
        values = self._values(part)
        if lock is not None and not connection.execute(lock, values).scalar_one():
            return 0
        return connection.execute(act, values).rowcount

    def count(self, connection: Connection, statement: Statement, part: Range) -> int:
        """Return how many rows in ``part`` the statement still means."""
        sql = Sql(self.compiler)
        means, binds = self._means(sql, statement, part)
        query = sql.text(f"SELECT count(*) FROM {self.table} WHERE {means}", *binds)
        return int(connection.execute(query, self._values(part)).scalar_one())

    def _statements(self, statement: Statement, part: Range) -> tuple[TextClause | None, TextClause]:
        written = (statement.number, part.after is None)
        if written not in self._written:
            self._written[written] = (self._lock(statement, part), self._act(statement, part))
        return self._written[written]

    def _lock(self, statement: Statement, part: Range) -> TextClause | None:
        if self.compiler.is_sqlite or not looks_elsewhere(statement.settled):
            return None
        sql = Sql(self.compiler)
        means, binds = self._means(sql, statement, part)
        rows = f"SELECT 1 FROM {self.table} WHERE {means} FOR UPDATE OF {self.table}"
        return sql.text(f"SELECT count(*) FROM ({rows}) AS locked", *binds)

    def _act(self, statement: Statement, part: Range) -> TextClause:
        sql = Sql(self.compiler)
        means, binds = self._means(sql, statement, part)
        if statement.action == "erase":
            return sql.text(f"DELETE FROM {self.table} WHERE {means}", *binds)
        sets = ", ".join(
            f"{self.compiler.quote(column.name)} = {sql.stripped(column, self.table, statement.table)}"
            for column in statement.columns
        )
        return sql.text(f"UPDATE {self.table} SET {sets} WHERE {means}", *binds)

    def _means(self, sql: Sql, statement: Statement, part: Range) -> tuple[str, list[Any]]:
        bounds, binds = self._inside(part)
        return f"{bounds} AND ({sql.where(statement.settled, self.table, statement.table)})", binds

    def _inside(self, part: Range) -> tuple[str, list[Any]]:
        """Return SQL for "the row's key lies in the range", and what it binds."""
        upto = f"NOT ({self._beyond('upto')})" if len(self.key) > 1 else f"{self.table}.{self.key[0]} <= :upto0"
        if part.after is None:
            return upto, self.binds["upto"]
        return f"({self._beyond('after')}) AND {upto}", [*self.binds["after"], *self.binds["upto"]]

    def _beyond(self, end: str, start: int = 0) -> str:
        """Return SQL for "the key is greater than the bound", column by column."""
        column, bound = f"{self.table}.{self.key[start]}", f":{end}{start}"
        if start == len(self.key) - 1:
            return f"{column} > {bound}"
        return f"{column} > {bound} OR ({column} = {bound} AND ({self._beyond(end, start + 1)}))"

    @staticmethod
    def _values(part: Range) -> dict[str, Any]:
        after = {f"after{number}": value for number, value in enumerate(part.after or ())}
        return after | {f"upto{number}": value for number, value in enumerate(part.upto)}
