"""What a plan reads: one transaction that is asked and rolled back, with temporary tables of its own.

The questions are predicates (``holdord.plan.predicate``), the answers counts and dates: no value of a row leaves the
database but the start of a clock, and what tells groups apart that are large enough (``holdord.stores.grouped``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.types import NullType

from holdord.datamap.model import Reference, Route
from holdord.plan.clocks import ALWAYS_SQL
from holdord.plan.compile import Sql
from holdord.plan.compiler import Compiler
from holdord.plan.excerpt import Row
from holdord.plan.figures import Cell, Counted
from holdord.plan.predicate import ALWAYS, Clock, DataColumn, Key, Marked, Predicate, Refused
from holdord.plan.stripped import Stripping
from holdord.stores import grouped, reading
from holdord.stores.spelling import Spelling, query

_TOGETHER = 500
"""Values that are asked for at once."""

Way = tuple[Reference, Mapping[str, Predicate]]
"""A reference, and for a flag what a row at its other end must satisfy."""


class Snapshot:
    """One transaction that is rolled back in the end; what the planner reads. Its marks are temporary tables."""

    def __init__(self, connection: Connection, compiler: Compiler) -> None:
        self.connection = connection
        self.compiler = compiler

    def count(self, table: str, where: Predicate, tallies: Sequence[Predicate] = ()) -> tuple[int, ...]:
        """Return how many rows satisfy ``where``, and how many of these satisfy each of ``tallies``."""
        sql = Sql(self.compiler)
        said = [sql.where(tally, "r", table) for tally in tallies]
        if isinstance(where, Marked):  # from the few that are marked to the table, never the other way round
            key = enumerate(self.compiler.schema[table].key)
            same = " AND ".join(f"m.k{number} = {sql.column('r', name)}" for number, name in key)
            marks = f"{sql.marks(table, where.plan)} AS m"
            if not said:
                return self._counts(sql, table, ALWAYS_SQL, [], marks)
            return self._counts(sql, table, same, said, f"{marks} CROSS JOIN {sql.name(table)} AS r")
        return self._counts(sql, table, sql.where(where, "r", table), said)

    def keys(self, table: str, where: Predicate) -> tuple[Key, ...]:
        """Return the primary keys of the rows of ``table`` that satisfy ``where``."""
        sql = Sql(self.compiler)
        said = sql.where(where, "r", table)
        query = f"SELECT {self._keys(sql, 'r', table)} FROM {sql.name(table)} AS r WHERE {said}"
        return tuple(map(tuple, sql.text(query).run(self.connection).all()))

    def told(self, table: str, where: Predicate, asked: Sequence[Predicate]) -> list[tuple[Key, tuple[bool, ...]]]:
        """Return the primary keys of the rows that satisfy ``where``, and whether they satisfy each of ``asked``."""
        sql = Sql(self.compiler)
        said = [f"CASE WHEN {sql.where(one, 'r', table)} THEN 1 ELSE 0 END" for one in asked]
        columns = ", ".join([self._keys(sql, "r", table), *said])
        query = f"SELECT {columns} FROM {sql.name(table)} AS r WHERE {sql.where(where, 'r', table)}"
        width = len(self.compiler.schema[table].key)
        found = sql.text(query).run(self.connection).all()
        return [(tuple(row[:width]), tuple(map(bool, row[width:]))) for row in found]

    def rows(self, table: str, columns: tuple[str, ...], wanted: Sequence[Key]) -> list[Row]:
        """Return the rows whose ``columns`` have one of these values, each once."""
        alone = len(columns) == len(wanted) == 1
        query = reading.query(self.compiler, table, columns, alone=alone)
        found: list[Row] = []
        for start in range(0, len(wanted), _TOGETHER):
            some = wanted[start : start + _TOGETHER]
            values = [key[0] for key in some] if len(columns) == 1 else some
            result = self.connection.execute(query, {"wanted": wanted[0][0] if alone else values})
            names = tuple(result.keys())
            found += [dict(zip(names, row, strict=True)) for row in result.all()]
        return found

    def spelt(self, table: str, column: str, wanted: Sequence[str], spelling: Spelling) -> list[Row]:
        """Return the rows of which ``column``, as texts of this spelling are compared, is one of ``wanted``.

        It reads the whole column, where no index is of just that. Digits of ``wanted`` all have the same end.
        """
        said = {"wanted": list(wanted)} | ({"ends": f"%{wanted[0][-1:]}"} if spelling == "digits" else {})
        found = self.connection.execute(query(self.compiler, table, column, spelling), said)
        return [dict(row) for row in found.mappings()]

    def mark(self, table: str, where: Predicate, group: str) -> int:
        """Mark the rows of ``table`` that satisfy ``where``, in a temporary table of the snapshot; return how many."""
        sql = Sql(self.compiler)
        query = f"SELECT {self._keys(sql, 'r', table)} FROM {sql.name(table)} AS r WHERE {sql.where(where, 'r', table)}"
        return self._keep(sql, table, group, query)

    def unmark(self, table: str, where: Predicate, group: str) -> int:
        """Take the mark from those marked rows of ``table`` that satisfy ``where``; return how many these were."""
        sql = Sql(self.compiler)
        marks = sql.marks(table, group)
        key = enumerate(self.compiler.schema[table].key)
        same = " AND ".join(f"{marks}.k{number} = {sql.column('r', name)}" for number, name in key)
        there = f"SELECT 1 FROM {sql.name(table)} AS r WHERE {same} AND ({sql.where(where, 'r', table)})"
        return sql.text(f"DELETE FROM {marks} WHERE EXISTS ({there})").run(self.connection).rowcount

    def forget(self, table: str, group: str) -> None:
        """Drop the marks of ``table``."""
        self.connection.exec_driver_sql(f"DROP TABLE {Sql(self.compiler).marks(table, group)}")

    def gather(self, table: str, group: str, flags: Sequence[str], ways: Sequence[Way]) -> None:
        """Flag rows of ``table`` by what is so of rows that they refer to, or that refer to them.

        Args:
            table: Whose rows get the flags, in a temporary table of the snapshot.
            group: What the flags are about, part of that table's name.
            flags: All flags there are.
            ways: References from or to ``table``, and what rows at their other end say for a flag.
        """
        sql = Sql(self.compiler)
        said = " UNION ALL ".join(self._way(sql, table, flags, *way) for way in ways)
        keys = ", ".join(f"k{number}" for number in range(len(self.compiler.schema[table].key)))
        names = [sql.compiler.quote(flag) for flag in flags]
        most = ", ".join(f"max({name}) AS {name}" for name in names)
        some_flag = " OR ".join(f"max({name}) = 1" for name in names)
        query = f"SELECT {keys}, {most} FROM ({said}) AS found GROUP BY {keys} HAVING {some_flag}"
        self._keep(sql, table, group, query, flags)

    def _way(
        self, sql: Sql, table: str, flags: Sequence[str], reference: Reference, says: Mapping[str, Predicate]
    ) -> str:
        """Return a query for the keys of ``table`` and what rows at the reference's other end, named r, say."""
        target = self.compiler.target(reference)
        other, mine, theirs = (
            (reference.child, target, reference.columns)
            if table == reference.parent
            else (reference.parent, reference.columns, target)
        )
        values = ", ".join(
            f"CASE WHEN {sql.where(says[flag], 'r', other)} THEN 1 ELSE 0 END AS {sql.compiler.quote(flag)}"
            if flag in says
            else f"0 AS {sql.compiler.quote(flag)}"
            for flag in flags
        )
        pairs = [(sql.column("t", a), sql.column("r", b)) for a, b in zip(mine, theirs, strict=True)]
        tied = " AND ".join(f"{a} = {b}" if table == reference.parent else f"{b} = {a}" for a, b in pairs)
        froms = f"{sql.name(table)} AS t JOIN {sql.name(other)} AS r ON {tied}"
        return f"SELECT {self._keys(sql, 't', table)}, {values} FROM {froms}"

    def _keys(self, sql: Sql, row: str, table: str) -> str:
        key = self.compiler.schema[table].key
        return ", ".join(f"{sql.column(row, name)} AS k{number}" for number, name in enumerate(key))

    def _keep(self, sql: Sql, table: str, group: str, query: str, flags: Sequence[str] = ()) -> int:
        """Keep what ``query`` finds, keys and flags, in a temporary table; return how many rows these are."""
        key, marks = self.compiler.schema[table].key, sql.marks(table, group)
        names = ", ".join(f"k{number}" for number in range(len(key)))
        self.connection.exec_driver_sql(f"DROP TABLE IF EXISTS {marks}")
        if self.compiler.is_sqlite:  # keys as they are; a row without one is told elsewhere
            types = [self.compiler.tables[table].c[name].type for name in key]
            typed = [
                f"k{number}" if isinstance(one, NullType) else f"k{number} {one.compile(self.compiler.dialect)}"
                for number, one in enumerate(types)
            ]
            columns = ", ".join([*typed, *map(self.compiler.quote, flags)])
            self.connection.exec_driver_sql(
                f"CREATE TEMP TABLE {marks} ({columns}, PRIMARY KEY ({names})) WITHOUT ROWID"
            )
        else:
            kinds = ", ".join([self._keys(sql, "r", table), *(f"0 AS {self.compiler.quote(flag)}" for flag in flags)])
            shape = f"SELECT {kinds} FROM {sql.name(table)} AS r LIMIT 0"
            self.connection.exec_driver_sql(f"CREATE TEMP TABLE {marks} ON COMMIT DROP AS {shape}")
        insert = "INSERT OR IGNORE" if self.compiler.is_sqlite else "INSERT"
        sql.text(f"{insert} INTO {marks} {query}").run(self.connection)
        if not self.compiler.is_sqlite:
            self.connection.exec_driver_sql(f"CREATE UNIQUE INDEX ON {marks} ({names})")
            self.connection.exec_driver_sql(f"ANALYZE {marks}")
        return int(self.connection.exec_driver_sql(f"SELECT count(*) FROM {marks}").scalar_one())

    def misfits(self, clocks: Sequence[Clock], horizon: date, where: Predicate = ALWAYS) -> tuple[tuple[int, int], ...]:
        """Return for each of one table's clocks how many values do not fit its encoding, and how many lie far ahead."""
        sql = Sql(self.compiler)
        said = [sql.clock(clock, "r") for clock in clocks]
        tallies = [one.misfit() for one in said] + [one.after(horizon) for one in said]
        table = clocks[0].table
        _, *found = self._counts(sql, table, sql.where(where, "r", table), tallies)
        return tuple(zip(found[: len(said)], found[len(said) :], strict=True))

    def misfit_truths(self, table: str, columns: Sequence[str], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return for each of these columns, declared true or false, how many values are neither; SQLite takes any."""
        if not self.compiler.is_sqlite:
            return (0,) * len(columns)
        sql = Sql(self.compiler)
        wrong = [f"{sql.column('r', name)} IS NOT NULL AND {sql.column('r', name)} NOT IN (0, 1)" for name in columns]
        return self._counts(sql, table, sql.where(where, "r", table), wrong)[1:]

    def misfit_insides(self, table: str, columns: Sequence[DataColumn], where: Predicate = ALWAYS) -> tuple[int, ...]:
        """Return for each of these columns with pieces how many values are no JSON in which the paths can be told."""
        sql = Sql(self.compiler)
        stripping = Stripping(sql, "r", table)
        wrong = [stripping.inside(column.column).misfit(column.inside) for column in columns]
        return self._counts(sql, table, sql.where(where, "r", table), wrong)[1:]

    def refusals(self, table: str, where: Predicate, said: Sequence[Refused]) -> tuple[int, ...] | None:
        """Return how many rows that satisfy ``where`` are refused in each of these ways; None where none can tell."""
        with self._trying():
            return self.count(table, where, said)[1:]
        return None

    def takes(self, table: str, column: DataColumn, where: Predicate = ALWAYS) -> bool:
        """Tell whether the column's type takes what stripping makes of it, in every row that satisfies ``where``."""
        sql = Sql(self.compiler)
        made, differs = Stripping(sql, "r", table).typed(column)
        rows = f" FROM {sql.name(table)} AS r WHERE {sql.where(where, 'r', table)}" if differs else ""
        with self._trying():
            sql.text(f"SELECT count({made}){rows}").run(self.connection).scalar_one()
            return True
        return False

    @contextmanager
    def _trying(self) -> Iterator[None]:
        """Let a question fail on what the database would not take, and go on behind the block then."""
        point = self.connection.begin_nested()
        try:
            yield
        except DBAPIError as error:
            point.rollback()
            if isinstance(error, OperationalError) and not self.compiler.is_sqlite:
                raise  # the server went away, or will not answer in time
        else:
            point.rollback()

    def _counts(self, sql: Sql, table: str, where: str, tallies: list[str], froms: str = "") -> tuple[int, ...]:
        sums = "".join(f", count(*) FILTER (WHERE {tally})" for tally in tallies)
        froms = froms or f"{sql.name(table)} AS r"
        found = sql.text(f"SELECT count(*){sums} FROM {froms} WHERE {where}").run(self.connection).one()
        return tuple(int(value) for value in found)

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""
        sql = Sql(self.compiler)
        query = f"SELECT 1 FROM {sql.name(table)} AS r WHERE {sql.where(where, 'r', table)} LIMIT 1"
        return sql.text(query).run(self.connection).first() is not None

    def earliest(self, clock: Clock, route: Route, where: Predicate, table: str) -> date | None:
        """Return a clock's earliest start, on the rows of ``table`` that satisfy ``where`` or up their ``route``."""
        sql = Sql(self.compiler)
        froms, joined, here = sql.up(route, "r", 0)
        said = sql.clock(clock, here)
        rows = ", ".join([f"{sql.name(table)} AS r", *froms])
        conditions = [joined or ALWAYS_SQL, f"({sql.where(where, 'r', table, len(route))})", said.started()]
        query = f"SELECT min({said.column}) FROM {rows} WHERE {' AND '.join(conditions)}"
        found = sql.text(query).run(self.connection).scalar()
        return None if found is None else said.read(found)

    def figures(self, asked: Counted) -> tuple[Cell, ...]:
        """Return the groups that have enough people, in order; nothing of any other."""
        return grouped.figures(self.connection, self.compiler, asked)
