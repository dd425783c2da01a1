"""A database that holdord reads and writes: SQLite or PostgreSQL, through SQLAlchemy Core.

SQLite runs with WAL, secure_delete (freed pages are overwritten), foreign keys enforced and full synchronisation
(batches of a sweep wait for the disk together: decision 0007); a transaction that will write begins with BEGIN
IMMEDIATE, so that what it reads is what it acts on. PostgreSQL reads a plan in one REPEATABLE READ snapshot and writes
batches under READ COMMITTED, rows locked first (``holdord.stores.walk``). What a database undoes because of another
writer is told apart (``Collided``), since the same once more may do.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from holdord.errors import Collided, ConfigError, StoreError

_PRAGMAS = (
    "secure_delete=ON",
    "foreign_keys=ON",
    "synchronous=FULL",
    "busy_timeout=30000",
    "cache_size=-65536",
    "temp_store=MEMORY",
)

_COLLISIONS = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: another writer changed or moved the row, each waits for the other, a lock could not be had in time."""

_WAITS = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"


def connect(url: str, *, foreign: bool = False) -> Engine:
    """Return an engine for ``url``: ``sqlite:///FILE`` or ``postgresql://…``.

    Args:
        url: Where the database is.
        foreign: Whether it is the company's own. SQLite's journal mode, which outlasts a connection, is left as it is
            then.

    Raises:
        ConfigError: When the URL cannot be understood, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ConfigError(f"The store {parsed.get_backend_name()!r} is not known; use sqlite:/// or postgresql://.")
        if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
            raise ConfigError(
                f"The driver in {parsed.drivername}:// is not used; write {parsed.get_backend_name()}://."
            )
        engine = create_engine(parsed, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError):
        # The cause is not shown: what is wrong may be part of a password.
        raise ConfigError("The store's URL cannot be understood; such as sqlite:///register.db.") from None
    except ModuleNotFoundError as error:
        raise ConfigError(f"The driver {error.name} is missing: install holdord[postgres].") from error
    event.listen(engine, "handle_error", _note_engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        if not foreign:
            event.listen(engine, "connect", _prepare_own)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _settle)
    return engine


def _settle(connection: Any, _: Any) -> None:
    """PostgreSQL compiles long expressions to machine code, which takes longer than a plan's questions do.

    A UUID is read as a text, as requests name people by it, so that a key read is the key that was asked for.
    """
    from psycopg.types.string import TextLoader

    connection.adapters.register_loader("uuid", TextLoader)
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
    connection.commit()


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    if connection.execute("PRAGMA foreign_keys").fetchone() != (1,):
        raise StoreError("This SQLite does not enforce foreign keys, on which erasing relies. Use another build of it.")


def _prepare_own(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    raw: Any = connection.connection.dbapi_connection
    waits = options.get("holdord_lasting", True) or raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal"
    raw.execute(f"PRAGMA synchronous = {'FULL' if waits else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("holdord_writes", False) else "BEGIN")


def _note_engine(context: ExceptionContext) -> None:
    """Note on a database's error whose it is."""
    context.original_exception.__dict__["holdord_engine"] = context.engine


@contextmanager
def wrapped(name: str, engine: Engine | None = None) -> Iterator[None]:
    """Turn a database's errors into StoreError, or Collided; values never enter the message.

    Args:
        name: What the database is called in messages.
        engine: Whose errors are meant, where a block asks two databases; all errors where it is None.
    """
    try:
        yield
    except DBAPIError as error:
        whose = getattr(error.orig, "holdord_engine", None)
        if engine is not None and whose is not None and whose is not engine:
            raise  # the other database's, which says so itself
        kind = type(error.orig).__name__
        detail = str(getattr(getattr(error.orig, "diag", None), "message_primary", None) or error.orig)
        told = Collided if _is_collision(error.orig) else StoreError
        raise told(f"The store {name} answered {kind}: {detail.splitlines()[0][:200]}") from error


def _is_collision(error: BaseException | None) -> bool:
    """Tell whether the transaction was undone because of another writer."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(error, "sqlstate", None) in _COLLISIONS


class Database:
    """One database: transactions that read, and transactions that write.

    Attributes:
        name: What it is called in messages.
        engine: The SQLAlchemy engine.
    """

    def __init__(self, *, name: str, engine: Engine) -> None:
        self.name = name
        self.engine = engine

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One transaction that sees one moment and is rolled back in the end."""
        with wrapped(self.name, self.engine), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that writes.

        Args:
            lasting: Whether its commit waits until the disk has it. Where it does not, a power cut may undo it, as a
                whole and only together with all that was committed after it; the next lasting commit settles both.
        """
        with wrapped(self.name, self.engine), self.engine.connect() as connection:
            connection = connection.execution_options(holdord_writes=True, holdord_lasting=lasting)
            with connection.begin():
                if self.dialect == "postgresql":
                    connection.exec_driver_sql(_WAITS if lasting else "SET LOCAL synchronous_commit = off")
                yield connection

    def empty_log(self) -> bool:
        """Copy SQLite's write-ahead log back and truncate it, where nobody reads it; tell whether that was so."""
        if self.dialect != "sqlite":
            return True
        with wrapped(self.name, self.engine), self.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()

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
