"""Brings a database to the register's present shape: one history for the register and the evidence.

Alembic keeps the history in ``migrations/`` and is loaded only when there is something to do, since most starts of the
program find the database as they left it. An upgrade is one transaction: after a kill the database is as before. Of
two processes that start at once the second waits and then finds nothing to do.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table, text
from sqlalchemy.exc import SQLAlchemyError

from holdord.errors import StoreError

REVISIONS = ("0001",)
"""All revisions, oldest first; a test compares them with ``migrations/versions``."""
HEAD = REVISIONS[-1]
VERSION_TABLE = "holdord_version"

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x686F6C64  # "hold": the name of the advisory lock that upgrades queue for on PostgreSQL


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, or None where the register was never installed.

    Raises:
        StoreError: When the database cannot be read.
    """
    try:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        return connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
    except SQLAlchemyError as error:
        raise StoreError(f"The register's revision cannot be read: {type(error).__name__}.") from error


def upgrade(engine: Engine) -> None:
    """Install the register or bring it up to date; where it is up to date nothing is written.

    Raises:
        StoreError: When the database was made by a newer holdord, is away, or a migration fails; it is as before.
    """
    try:
        with engine.connect() as connection:
            if _known(revision(connection)) == HEAD:
                return
        with engine.begin() as connection:
            _queue(connection)
            if _known(revision(connection)) != HEAD:
                _run(connection)
    except SQLAlchemyError as error:
        raise StoreError(
            f"The register could not be brought to revision {HEAD}: {type(error).__name__}. Nothing was changed."
        ) from error


def _known(found: str | None) -> str | None:
    if found is not None and found not in REVISIONS:
        raise StoreError(
            f"The register is at revision {found!r}, which this holdord does not know (it knows up to {HEAD}). "
            "A newer holdord made it: use that one."
        )
    return found


def _queue(connection: Connection) -> None:
    """Begin to write now, or wait for whoever is upgrading."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    elif connection.dialect.name == "sqlite" and not _begun(connection):
        # The driver begins no transaction for CREATE TABLE by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begun(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    command.upgrade(config, HEAD)
