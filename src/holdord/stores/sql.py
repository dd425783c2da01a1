"""A store in a SQL database: SQLite and PostgreSQL, through SQLAlchemy Core.

SQLite runs with WAL, secure_delete (freed pages are overwritten), foreign keys enforced and full synchronisation
(batches of a sweep wait for the disk together: decision 0007); a transaction that will write begins with BEGIN
IMMEDIATE, so that what it reads is what it acts on. PostgreSQL reads a plan in one REPEATABLE READ snapshot and writes
batches under READ COMMITTED, rows locked first (``holdord.stores.walk``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from holdord.datamap import DataMap, Reference, Route
from holdord.errors import ConfigError, StoreError
from holdord.plan.clocks import ALWAYS_SQL
from holdord.plan.compile import Compiler, Sql
from holdord.plan.predicate import Clock, Predicate
from holdord.policy.model import Controller
from holdord.schema import Schema
from holdord.stores.reflect import reflect

_PRAGMAS = (
    "journal_mode=WAL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "synchronous=FULL",
    "busy_timeout=30000",
    "cache_size=-65536",
    "temp_store=MEMORY",
)


def connect(url: str) -> Engine:
    """Return an engine for ``url``: ``sqlite:///FILE`` or ``postgresql://…``.

    Raises:
        ConfigError: When the URL cannot be understood, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ConfigError(f"The store {parsed.get_backend_name()!r} is not known; use sqlite:/// or postgresql://.")
        engine = create_engine(parsed, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError):
        # The cause is not shown: what is wrong may be part of a password.
        raise ConfigError("The store's URL cannot be understood; such as sqlite:///register.db.") from None
    except ModuleNotFoundError as error:
        raise ConfigError(f"The driver {error.name} is missing: install holdord[postgres].") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    raw: Any = connection.connection.dbapi_connection
    raw.execute(f"PRAGMA synchronous = {'FULL' if options.get('holdord_lasting', True) else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("holdord_writes", False) else "BEGIN")


@contextmanager
def wrapped(name: str) -> Iterator[None]:
    """Turn a database's errors into StoreError; values never enter the message."""
    try:
        yield
    except DBAPIError as error:
        kind = type(error.orig).__name__
        detail = str(getattr(getattr(error.orig, "diag", None), "message_primary", None) or error.orig)
        raise StoreError(f"The store {name} answered {kind}: {detail.splitlines()[0][:200]}") from error


class SqlStore:
    """One database with a data map.

    Attributes:
        name: The store's name in the data map.
        engine: The SQLAlchemy engine.
        datamap: Where personal data lie in it.
        controller: Whose dates count.
    """

    def __init__(self, *, engine: Engine, datamap: DataMap, controller: Controller) -> None:
        self.name = datamap.store
        self.engine = engine
        self.datamap = datamap
        self.controller = controller

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @property
    def schema(self) -> Schema:
        """The tables as the database declares them, holdord's own left out."""
        return self.compiler.schema

    @cached_property
    def compiler(self) -> Compiler:
        """Says predicates in this store's SQL."""
        with wrapped(self.name), self.engine.connect() as connection:
            tables, schema = reflect(connection)
        return Compiler(tables=tables, schema=schema, controller=self.controller, dialect=self.engine.dialect)

    @contextmanager
    def reading(self) -> Iterator["Snapshot"]:
        """One snapshot for a whole plan."""
        with wrapped(self.name), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            transaction = connection.begin()
            self._settle_session(connection)
            try:
                yield Snapshot(connection, self.compiler)
            finally:
                transaction.rollback()

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that writes.

        Args:
            lasting: Whether its commit waits until the disk has it. Where it does not, a power cut may undo it, as a
                whole and only together with all that was committed after it; the next lasting commit settles both.
        """
        with wrapped(self.name), self.engine.connect() as connection:
            connection = connection.execution_options(holdord_writes=True, holdord_lasting=lasting)
            with connection.begin():
                self._settle_session(connection)
                if not lasting and self.dialect == "postgresql":
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield connection

    def _settle_session(self, connection: Connection) -> None:
        """PostgreSQL compiles long expressions to machine code, which takes longer than a plan's questions do."""
        if self.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL jit = off")

    def make_lasting(self) -> None:
        """Wait until the disk has all that was committed, by ``writing(lasting=False)`` too."""
        with wrapped(self.name), self.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if self.dialect == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            else:  # a transaction with a number of its own, whose commit waits for the log up to itself
                connection.exec_driver_sql("SELECT pg_current_xact_id()")

    def settle_pages(self) -> str:
        """Let go of what erased rows left behind, as far as a program may; return what is still owed.

        SQLite: the write-ahead log is copied back and truncated; free pages were overwritten at once (secure_delete).
        PostgreSQL: dead rows stay on their pages until VACUUM.
        """
        with wrapped(self.name), self.engine.connect() as connection:
            if self.dialect == "sqlite":
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
                return "The write-ahead log is still read by someone; it empties at the next sweep." if busy else ""
            dead = connection.execute(
                text("SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = ANY(:tables)"),
                {"tables": list(self.datamap.tables)},
            ).scalar_one()
            return f"PostgreSQL still owes VACUUM: about {dead} dead rows lie on its pages until then." if dead else ""


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
        said = sql.where(where, "r", table)
        return self._counts(sql, table, said, [sql.where(tally, "r", table) for tally in tallies])

    def mark(self, table: str, where: Predicate, group: str) -> int:
        """Mark the rows of ``table`` that satisfy ``where``, in a temporary table of the snapshot; return how many."""
        sql = Sql(self.compiler)
        query = f"SELECT {self._keys(sql, 'r', table)} FROM {sql.name(table)} AS r WHERE {sql.where(where, 'r', table)}"
        return self._keep(sql, table, group, query)

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
        if mine == self.compiler.schema[table].key:  # what refers to the key has it
            keys = ", ".join(f"{sql.column('r', name)} AS k{number}" for number, name in enumerate(theirs))
            there = " AND ".join(f"{sql.column('r', name)} IS NOT NULL" for name in theirs)
            return f"SELECT {keys}, {values} FROM {sql.name(other)} AS r WHERE {there}"
        tied = " AND ".join(f"{sql.column('t', a)} = {sql.column('r', b)}" for a, b in zip(mine, theirs, strict=True))
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
        if self.compiler.is_sqlite:
            number = len(key) == 1 and self.compiler.schema[table].columns[key[0]].family == "number"
            columns = ", ".join([f"{names}{' INTEGER' if number else ''}", *map(self.compiler.quote, flags)])
            self.connection.exec_driver_sql(f"CREATE TEMP TABLE {marks} ({columns}, PRIMARY KEY ({names}))")
        else:
            kinds = ", ".join([self._keys(sql, "r", table), *(f"0 AS {self.compiler.quote(flag)}" for flag in flags)])
            shape = f"SELECT {kinds} FROM {sql.name(table)} AS r LIMIT 0"
            self.connection.exec_driver_sql(f"CREATE TEMP TABLE {marks} ON COMMIT DROP AS {shape}")
        self.connection.execute(sql.text(f"INSERT INTO {marks} {query}"))
        if not self.compiler.is_sqlite:
            self.connection.exec_driver_sql(f"CREATE UNIQUE INDEX ON {marks} ({names})")
            self.connection.exec_driver_sql(f"ANALYZE {marks}")
        return int(self.connection.exec_driver_sql(f"SELECT count(*) FROM {marks}").scalar_one())

    def misfits(self, clocks: Sequence[Clock], horizon: date) -> tuple[tuple[int, int], ...]:
        """Return for each of one table's clocks how many values do not fit its encoding, and how many lie far ahead."""
        sql = Sql(self.compiler)
        said = [sql.clock(clock, "r") for clock in clocks]
        tallies = [one.misfit() for one in said] + [one.after(horizon) for one in said]
        _, *found = self._counts(sql, clocks[0].table, ALWAYS_SQL, tallies)
        return tuple(zip(found[: len(said)], found[len(said) :], strict=True))

    def misfit_truths(self, table: str, columns: Sequence[str]) -> tuple[int, ...]:
        """Return for each of these columns, declared true or false, how many values are neither; SQLite takes any."""
        if not self.compiler.is_sqlite:
            return (0,) * len(columns)
        sql = Sql(self.compiler)
        wrong = [f"{sql.column('r', name)} IS NOT NULL AND {sql.column('r', name)} NOT IN (0, 1)" for name in columns]
        return self._counts(sql, table, ALWAYS_SQL, wrong)[1:]

    def _counts(self, sql: Sql, table: str, where: str, tallies: list[str]) -> tuple[int, ...]:
        sums = "".join(f", coalesce(sum(CASE WHEN {tally} THEN 1 ELSE 0 END), 0)" for tally in tallies)
        found = self.connection.execute(
            sql.text(f"SELECT count(*){sums} FROM {sql.name(table)} AS r WHERE {where}")
        ).one()
        return tuple(int(value) for value in found)

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""
        sql = Sql(self.compiler)
        query = f"SELECT 1 FROM {sql.name(table)} AS r WHERE {sql.where(where, 'r', table)} LIMIT 1"
        return self.connection.execute(sql.text(query)).first() is not None

    def earliest(self, clock: Clock, route: Route, where: Predicate, table: str) -> date | None:
        """Return a clock's earliest start, on the rows of ``table`` that satisfy ``where`` or up their ``route``."""
        sql = Sql(self.compiler)
        froms, joined, here = sql.up(route, "r", 0)
        said = sql.clock(clock, here)
        rows = ", ".join([f"{sql.name(table)} AS r", *froms])
        conditions = [joined or ALWAYS_SQL, f"({sql.where(where, 'r', table, len(route))})", said.started()]
        query = f"SELECT min({said.column}) FROM {rows} WHERE {' AND '.join(conditions)}"
        found = self.connection.execute(sql.text(query)).scalar()
        return None if found is None else said.read(found)
