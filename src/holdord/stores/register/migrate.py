"""Brings a database to the register's present shape: one history for the register and the evidence.

Alembic keeps the history in ``migrations/`` and is loaded only when there is something to do, since most starts of the
program find the database as they left it. An upgrade is one transaction: after a kill the database is as before. Of
two processes that start at once the second waits and then finds nothing to do.

Where the database cannot be opened or upgraded, the error says what happened and what to do, for who signed the notice
rather than who wrote the driver. SQLite tells its errors apart by number (sqlite.org/rescode.html), PostgreSQL by
SQLSTATE, except while connecting: there only the words of libpq and the server are left. Neither the message nor
anything quoted in it has a password, a role or a value.
"""

import os
import re
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table, text
from sqlalchemy.exc import SQLAlchemyError

from holdord.errors import StoreError

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012")
"""All revisions, oldest first; a test compares them with ``migrations/versions``."""
HEAD = REVISIONS[-1]
VERSION_TABLE = "holdord_version"

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x686F6C64  # "hold": the name of the advisory lock that upgrades queue for on PostgreSQL

_REGISTER = {"what": "the register", "url": "store.url in holdord.toml, or HOLDORD_STORE,"}
_EVIDENCE = {"what": "the evidence", "url": "state.url in holdord.toml, or HOLDORD_STATE,"}
"""What is said for ``{what}`` and ``{url}`` below; ``{file}`` and ``{folder}`` are the database's."""
_TAKEN = "It has a table of that name already, made by something else. Give {what} a database of its own."
_WAIT = (
    "Another program is at work in it and did not let go in time. Close that program or wait for it, and start again."
)
_LOGIN = (
    "The database server does not let holdord in: its role is not known there, may not log in, or the password is "
    "wrong. Mend {url} or ask who runs the server."
)
_AWAY = (
    "The database server does not answer. See that it runs and can be reached from this machine, and that "
    "{url} names it rightly."
)
_BUSY = "The database server takes no more connections for now. Start again later, or ask who runs the server."

_ON_SQLITE = {
    sqlite3.SQLITE_BUSY: _WAIT,
    sqlite3.SQLITE_LOCKED: _WAIT,
    sqlite3.SQLITE_FULL: "The disk is full. Make room on it and start again.",
    sqlite3.SQLITE_IOERR: "The disk could not be read or written. See whether it is full, broken or away.",
    sqlite3.SQLITE_CORRUPT: "The file {file} is damaged. Put the last backup of it back.",
    sqlite3.SQLITE_NOTADB: "The file {file} is no database that can be read. See that {url} names the right one.",
    sqlite3.SQLITE_READONLY: (
        "The account that runs holdord may not write the file {file}, or not in its folder. Let it, and start again."
    ),
}
"""Primary result code → what happened and what to do."""

_ON_POSTGRESQL = {
    "53100": "The database server's disk is full. Ask who runs the server to make room.",
    "53300": _BUSY,
    "25006": "The database may only be read: it is a copy, or was set so. See that {url} names the one to write in.",
    "42501": "The database role may not read or make the tables of {what}. Ask who runs the server to let it.",
    "42P07": _TAKEN,
    "55P03": _WAIT,
    "57014": _WAIT,
    "40P01": _WAIT,
    "08": "The connection to the database server was lost. Start again.",
    "57P": "The database server is stopping or starting. Start again in a minute.",
    "28": _LOGIN,
}
"""SQLSTATE or how it begins → what happened and what to do."""

_WHILE_CONNECTING = (
    (r"refused|resolve|translate host|timeout|timed out|unreachable|no route|no such file", _AWAY),
    (r"too many|reserved for|slots", _BUSY),
    (r"closed|terminat|connection .*lost", _ON_POSTGRESQL["08"]),
    (r"starting up|shutting down|recovery", _ON_POSTGRESQL["57P"]),
    (r'database ".*" does not exist', "The server has no database of that name. Have it made, or mend {url} first."),
    (r"password|authentication|role \".*\"|pg_hba", _LOGIN),
)
"""What libpq or the server says → what happened and what to do; the first that fits."""


def revision(connection: Connection, *, register: bool = True) -> str | None:
    """Return the revision that the database is at, or None where neither register nor evidence were installed.

    Args:
        connection: To the database.
        register: Whether it is the register's, for messages; the evidence's alone where it is not.

    Raises:
        StoreError: When the database cannot be read.
    """
    try:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        return connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
    except SQLAlchemyError as error:
        raise _failed(error, connection.engine, register) from error


def installed(engine: Engine, *, register: bool = True) -> str | None:
    """Return what ``revision`` does, on a connection of its own.

    Raises:
        StoreError: When the database cannot be opened or read.
    """
    try:
        with engine.connect() as connection:
            return revision(connection, register=register)
    except SQLAlchemyError as error:
        raise _failed(error, engine, register) from error


def upgrade(engine: Engine, *, register: bool = True) -> None:
    """Install the register or bring it up to date; where it is up to date nothing is written.

    Args:
        engine: The database.
        register: Whether it is to hold the register's tables too. Without, it holds the state alone: the evidence of
            what is done in a database of the company's own.

    Raises:
        StoreError: When the database was made by a newer holdord, cannot be opened, or a migration fails; it is as
            before.
    """
    if _known(installed(engine, register=register), register) == HEAD:
        return
    try:
        with engine.begin() as connection:
            _queue(connection)
            if _known(revision(connection, register=register), register) != HEAD:
                _run(connection, register)
    except SQLAlchemyError as error:
        raise _failed(error, engine, register) from error


def _known(found: str | None, register: bool) -> str | None:
    if found is not None and found not in REVISIONS:
        what = (_REGISTER if register else _EVIDENCE)["what"].capitalize()
        raise StoreError(
            f"{what} was made by a newer holdord: its revision is {str(found)[:32]!r}, and this one knows up to "
            f"{HEAD}. Use that holdord. Nothing was changed."
        )
    return found


def _failed(error: SQLAlchemyError, engine: Engine, register: bool) -> StoreError:
    """Return what a person is told; the driver's word for it stands last, for who helps that person."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None)
    code = getattr(cause, "sqlite_errorname", None) or (f"SQLSTATE {state}" if state else type(cause).__name__)
    file = engine.url.database or "in memory"
    said = _on_sqlite(cause, file) if engine.dialect.name == "sqlite" else _on_postgresql(cause)
    names = _REGISTER if register else _EVIDENCE
    said = said.format(file=file, folder=os.path.dirname(os.path.abspath(file)), **names)
    return StoreError(f"{names['what'].capitalize()} cannot be used. {said} Nothing was changed. ({code})")


def _on_sqlite(cause: BaseException, file: str) -> str:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN:
        return _unopened(file)
    if code == sqlite3.SQLITE_ERROR and "already exists" in str(cause):
        return _TAKEN
    return _ON_SQLITE.get(code, "The database gave an answer that holdord does not know.")


def _unopened(file: str) -> str:
    """Return why a file was not opened, which SQLite does not tell."""
    if os.path.isdir(file):
        return "{file} is a folder, no file. See that {url} names the file of {what}."
    try:
        os.stat(os.path.dirname(os.path.abspath(file)))
    except (FileNotFoundError, NotADirectoryError):
        return "The folder {folder} is not there. Make it, or mend {url} first."
    except OSError:
        pass
    return "The account that runs holdord may not read and write {file}, or not in its folder. Let it, and start again."


def _on_postgresql(cause: BaseException) -> str:
    state = str(getattr(cause, "sqlstate", None) or "")
    for known in (state, state[:3], state[:2]):
        if known in _ON_POSTGRESQL:
            return _ON_POSTGRESQL[known]
    for words, said in _WHILE_CONNECTING if not state else ():
        if re.search(words, str(cause), re.IGNORECASE):
            return said
    if getattr(getattr(cause, "pgconn", None), "used_password", False):
        return _LOGIN  # said in a language that is not known here
    return "The database gave an answer that holdord does not know. Ask who runs the server."


def _queue(connection: Connection) -> None:
    """Begin to write now, or wait for whoever is upgrading."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    elif connection.dialect.name == "sqlite" and not _begun(connection):
        # The driver begins no transaction for CREATE TABLE by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begun(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def _run(connection: Connection, register: bool) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    config.attributes["register"] = register
    command.upgrade(config, HEAD)
