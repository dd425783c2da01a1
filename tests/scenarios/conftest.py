"""The four companies, each with an empty register, on both databases; a register is installed once and copied."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from holdord.stores.register.migrate import upgrade
from tests.scenarios.story import Story

Open = Callable[..., Story]


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
    _do(url, f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = create_engine(url.set(database=name))
    upgrade(engine)
    engine.dispose()
    return url.set(database=name)


def _do(url: URL, *statements: str) -> None:
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
    _do(
        empty_database,
        f'CREATE DATABASE "{name}" TEMPLATE "{empty_database.database}"',
        f'ALTER DATABASE "{name}" SET synchronous_commit = off',
    )
    yield empty_database.set(database=name).render_as_string(hide_password=False)
    _do(empty_database, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def register(request: pytest.FixtureRequest) -> str:
    """The URL of an installed register without rows, once on each kind of database."""
    return str(request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_register"))


@pytest.fixture
def story(register: str, tmp_path: Path) -> Iterator[Open]:
    """Opens an example: ``story("clienti")``, with changes of its policy if need be."""
    opened: list[Story] = []

    def begin(name: str, *policy: tuple[str, str]) -> Story:
        opened.append(Story(name, register, tmp_path / name, policy=policy))
        return opened[-1]

    yield begin
    for one in opened:
        one.company.close()


@pytest.fixture
def clemco(story: Open) -> Story:
    return story("clemco-norge")


@pytest.fixture
def west(story: Open) -> Story:
    return story("west-elektro")


@pytest.fixture
def se(story: Open) -> Story:
    return story("se-gruppen")


@pytest.fixture
def clienti(story: Open) -> Story:
    return story("clienti")
