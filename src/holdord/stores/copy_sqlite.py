"""A SQLite database copied into a private folder among the system's temporary files (``TMPDIR`` names another place).

SQLite's backup API copies it page by page out of one read transaction, so the copy is of one moment while others
write. Only the account that runs holdord can open the folder (0700) and the file (0600). Both are erased in the end.
Who makes a copy holds a lock in its folder, which the system lets go when its process ends, however it ends: a folder
whose lock is free was left behind, and the next copy erases it.
"""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from holdord.errors import StoreError
from holdord.stores.database import Database, connect, wrapped

PREFIX = "holdord-rehearsal-"

_LOCK, _COPY = "lock", "copy.db"
_PAGES = 4096
"""How many pages are copied at a time: between two such pieces Ctrl-C is heard."""
_DAY = 86_400


@contextmanager
def copied(store: Database, told: Callable[[str], None]) -> Iterator[Engine]:
    """Give an engine of a copy; the copy is erased in the end.

    Raises:
        StoreError: When the copy cannot be made or erased.
    """
    _erase_left(told)
    with _said("made"):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with _said("made"):
            lock = _held(folder / _LOCK)
        with closing(lock):
            _fill(store, folder / _COPY)
            engine = connect(f"sqlite:///{folder / _COPY}")
            try:
                yield engine
            finally:
                engine.dispose()
    finally:
        with _said("erased"):
            shutil.rmtree(folder)


def _fill(store: Database, file: Path) -> None:
    with _said("made"):
        file.touch(mode=0o600)
        copy = sqlite3.connect(file)
    with closing(copy), store.snapshot() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()  # from here on it is one moment
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 (the dialect says so)
        with _said("made"):
            source.backup(copy, pages=_PAGES, progress=_listen)


def _listen(*_: int) -> None:
    """Do nothing: while Python runs, it hears Ctrl-C."""


def _held(file: Path) -> sqlite3.Connection:
    """Take the lock of a folder: SQLite's own, which every system has."""
    file.touch(mode=0o600)
    lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise
    return lock


def _erase_left(told: Callable[[str], None]) -> None:
    """Erase the copies that this account left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _is_mine(folder) and _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                told(f"A rehearsal before this one was ended early. The copy that it left behind is erased: {folder}.")


def _is_mine(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _is_left(folder: Path) -> bool:
    """Tell whether nobody holds the lock of a folder; one without a lock may be a minute old, and is left for a day."""
    try:
        if not (folder / _LOCK).exists():
            return time.time() - folder.stat().st_mtime > _DAY
        _held(folder / _LOCK).close()
    except (OSError, sqlite3.Error):
        return False
    return True


@contextmanager
def _said(what: str) -> Iterator[None]:
    """Turn what the system or SQLite says into a StoreError."""
    try:
        with wrapped("of the copy"):
            yield
    except (OSError, sqlite3.Error) as error:
        detail = error.strerror if isinstance(error, OSError) else error
        raise StoreError(
            f"The copy could not be {what} in {tempfile.gettempdir()}: {detail}. It needs as much room as the database "
            "itself; TMPDIR names another place."
        ) from error
