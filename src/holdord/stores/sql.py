"""A store in a SQL database: SQLite and PostgreSQL, through SQLAlchemy Core.

SQLite runs with WAL, secure_delete (freed pages are overwritten), foreign keys enforced and full synchronisation
(batches of a sweep wait for the disk together: decision 0007); a transaction that will write begins with BEGIN
IMMEDIATE, so that what it reads is what it acts on. PostgreSQL reads a plan in one REPEATABLE READ snapshot and writes
batches under READ COMMITTED, rows locked first (``holdord.stores.walk``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
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

from holdord.datamap import DataMap
from holdord.errors import ConfigError, StoreError
from holdord.plan.compile import Compiler
from holdord.policy.model import Controller
from holdord.schema import Schema
from holdord.stores.reflect import reflect
from holdord.stores.snapshot import Snapshot

_PRAGMAS = (
    "journal_mode=WAL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "synchronous=FULL",
    "busy_timeout=30000",
    "cache_size=-65536",
    "temp_store=MEMORY",
)

_WAITS = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"


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
    def reading(self) -> Iterator[Snapshot]:
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
                if self.dialect == "postgresql":
                    connection.exec_driver_sql(_WAITS if lasting else "SET LOCAL synchronous_commit = off")
                yield connection

    def _settle_session(self, connection: Connection) -> None:
        """PostgreSQL compiles long expressions to machine code, which takes longer than a plan's questions do."""
        if self.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL jit = off")

    def make_lasting(self) -> None:
        """Wait until the disk has all that was committed, by ``writing(lasting=False)`` too.

        A lasting commit waits for the log up to itself, but only where it wrote something: an empty message to
        PostgreSQL's log, SQLite's own version number once more. A checkpoint would not wait where somebody reads.
        """
        with self.writing() as connection:
            if self.dialect == "sqlite":
                version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
                connection.exec_driver_sql(f"PRAGMA user_version = {version}")
            else:
                connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'holdord', '')")

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
