"""Databases that were not made by holdord, on both kinds; their tables are made once and copied."""

import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url

from tests.conftest import manage
from tests.foreign.story import Change, Story, build, changed

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "shop"
FORUM = Path(__file__).parent / "forum"

Open = Callable[..., Story]
Empty = Callable[..., str]
"""Makes a database with the tables of a folder's schema.sql, or those of a changed one; returns its URL."""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No URL but the folder's own."""
    monkeypatch.delenv("HOLDORD_STORE", raising=False)
    monkeypatch.delenv("HOLDORD_STATE", raising=False)


def _named() -> str:
    return f"holdord_{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def sqlite_models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Gives a SQLite file with the tables of a schema and no rows, to be copied."""
    made: dict[Path, Path] = {}

    def of(source: Path) -> Path:
        if source not in made:
            made[source] = tmp_path_factory.mktemp("model") / "store.db"
            build(f"sqlite:///{made[source]}", (source / "schema.sql").read_text("utf-8"))
        return made[source]

    return of


@pytest.fixture(scope="session")
def postgres_models(postgres_server: str) -> Callable[[Path], URL]:
    """Gives a PostgreSQL database with the tables of a schema and no rows, to be copied."""
    made: dict[Path, URL] = {}

    def of(source: Path) -> URL:
        if source not in made:
            url = make_url(postgres_server).set(drivername="postgresql+psycopg", database=_named())
            manage(url, f'CREATE DATABASE "{url.database}" TEMPLATE template0')
            build(url.render_as_string(hide_password=False), (source / "schema.sql").read_text("utf-8"))
            made[source] = url
        return made[source]

    return of


@pytest.fixture
def sqlite_empty(sqlite_models: Callable[[Path], Path], tmp_path: Path) -> Empty:
    """Gives a schema in a SQLite file."""

    def of(source: Path, *changes: Change) -> str:
        file = tmp_path / f"{_named()}.db"
        if changes:
            build(f"sqlite:///{file}", changed((source / "schema.sql").read_text("utf-8"), changes))
        else:
            shutil.copy(sqlite_models(source), file)
        return f"sqlite:///{file}"

    return of


@pytest.fixture
def postgres_empty(postgres_models: Callable[[Path], URL]) -> Iterator[Empty]:
    """Gives a schema in a PostgreSQL database."""
    made: list[URL] = []

    def of(source: Path, *changes: Change) -> str:
        model = postgres_models(source)
        made.append(model.set(database=_named()))
        manage(
            model,
            f'CREATE DATABASE "{made[-1].database}" TEMPLATE "{"template0" if changes else model.database}"',
            f'ALTER DATABASE "{made[-1].database}" SET synchronous_commit = off',
        )
        url = made[-1].render_as_string(hide_password=False)
        if changes:
            build(url, changed((source / "schema.sql").read_text("utf-8"), changes))
        return url

    yield of
    for url in made:
        manage(url, f'DROP DATABASE "{url.database}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest) -> Empty:
    """Gives a schema without rows, once on each kind of database."""
    made: Empty = request.getfixturevalue("sqlite_empty" if request.param == "sqlite" else "postgres_empty")
    return made


@pytest.fixture
def story(empty: Empty, tmp_path: Path) -> Iterator[Open]:
    """Opens a company with a database of its own: ``story(SHOP)``.

    ``schema`` are changes of its tables; ``together`` puts the evidence beside them.
    """
    opened: list[Story] = []

    def begin(source: Path, *, schema: Iterable[Change] = (), together: bool = False, **said: Any) -> Story:
        url = empty(source, *schema)
        opened.append(Story(source, url, tmp_path / f"at-{len(opened)}", state=url if together else "", **said))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


@pytest.fixture
def shop(story: Open) -> Story:
    return story(SHOP)


@pytest.fixture
def forum(story: Open) -> Story:
    return story(FORUM)
