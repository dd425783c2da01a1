import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.unit.ledger.ledgers import NOW, ORIGIN, facts, open_sqlite

from holdord.ledger import checkpoints, export, log, note, tables


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_sqlite(tmp_path / "ledger.db")
    with engine.begin() as connection:
        tables.install(connection)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def key() -> note.Key:
    return note.new_key(ORIGIN)


@pytest.fixture
def fill(engine: Engine) -> Callable[..., None]:
    """Append a number of entries, a few at a time."""

    def _fill(number: int, batch: int = 7) -> None:
        with engine.begin() as connection:
            start = log.size(connection)
            for low in range(start, start + number, batch):
                several = [facts(one) for one in range(low, min(low + batch, start + number))]
                log.append(connection, several, now=NOW)

    return _fill


@pytest.fixture
def exported(engine: Engine, key: note.Key) -> Callable[[], bytes]:
    """Sign the log and return its export."""

    def _export() -> bytes:
        with engine.begin() as connection:
            checkpoints.checkpoint(connection, key, NOW)
        file = io.BytesIO()
        with engine.connect() as connection:
            export.export(connection, file)
        return file.getvalue()

    return _export
