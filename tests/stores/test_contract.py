"""Every store that ships passes the contract: SQLite, PostgreSQL, and the one in memory."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from tests.torment.servers import Server

from holdord.datamap.model import DataMap
from holdord.policy.model import Controller
from holdord.schema import Schema, TableShape
from holdord.stores.database import connect
from holdord.stores.sql import SqlStore
from holdord.testing.contract import Make, StoreContract
from holdord.testing.memory import MemoryStore, MemoryTransaction

TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "number": sa.BigInteger(),
    "text": sa.Text(),
    "truth": sa.Boolean(),
    "date": sa.Date(),
    "timestamp": sa.DateTime(),
    "timestamp_tz": sa.DateTime(timezone=True),
    "other": sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
}


class InMemory:
    """The store in memory, on trial."""

    def __init__(self, schema: Schema, datamap: DataMap, controller: Controller) -> None:
        self.store = MemoryStore(schema=schema, datamap=datamap, controller=controller)
        self.rows, self.put, self.change = self.store.rows, self.store.put, self.store.change

    def note(self, transaction: MemoryTransaction, row: Mapping[str, Any]) -> None:
        transaction.state.insert("evidence", [row])


class InSql:
    """A database, on trial; somebody else's reading and writing goes past the store."""

    def __init__(self, url: str, schema: Schema, datamap: DataMap, controller: Controller) -> None:
        self.tables = tables(schema)
        self.other = connect(url)
        self.tables.create_all(self.other)
        self.store = SqlStore(engine=connect(url), datamap=datamap, controller=controller)

    def rows(self, table: str) -> list[dict[str, Any]]:
        found = self.tables.tables[table]
        with self.other.connect() as connection:
            query = sa.select(found).order_by(*found.primary_key.columns)
            return [dict(row) for row in connection.execute(query).mappings()]

    def put(self, table: str, *rows: Mapping[str, Any]) -> None:
        with self.other.begin() as connection:
            for row in rows:
                connection.execute(sa.insert(self.tables.tables[table]), dict(row))

    def change(self, table: str, key: tuple[Any, ...], **columns: Any) -> None:
        found = self.tables.tables[table]
        same = [column == value for column, value in zip(found.primary_key.columns, key, strict=True)]
        with self.other.begin() as connection:
            connection.execute(sa.update(found).where(*same).values(columns))

    def note(self, transaction: sa.Connection, row: Mapping[str, Any]) -> None:
        transaction.execute(sa.insert(self.tables.tables["evidence"]), dict(row))

    def close(self) -> None:
        self.other.dispose()
        self.store.engine.dispose()


def tables(schema: Schema) -> sa.MetaData:
    """Return the tables for a database; references come last, since they may lead in a circle."""
    metadata = sa.MetaData()
    for shape in schema.values():
        columns = [
            sa.Column(
                one.name,
                TYPES[one.family],
                primary_key=one.name in shape.key,
                autoincrement=False,
                nullable=one.nullable,
                unique=one.unique and one.name not in shape.key,
            )
            for one in shape.columns.values()
        ]
        sa.Table(shape.name, metadata, *columns, *references(shape))
    return metadata


def references(shape: TableShape) -> Iterator[sa.ForeignKeyConstraint | sa.Index]:
    for number, key in enumerate(shape.foreign_keys):
        name = f"{shape.name}_{number}"
        targets = [f"{key.table}.{column}" for column in key.target]
        yield sa.ForeignKeyConstraint(key.columns, targets, name=name, use_alter=True)
        yield sa.Index(f"by_{name}", *key.columns)


def making(url: Callable[[], str]) -> Iterator[Make]:
    made: list[InSql] = []

    def make(schema: Schema, datamap: DataMap, controller: Controller) -> InSql:
        made.append(InSql(url(), schema, datamap, controller))
        return made[-1]

    yield make
    for one in made:
        one.close()


class TestMemory(StoreContract):
    @pytest.fixture
    def make(self) -> Make:
        return InMemory


class TestSqlite(StoreContract):
    encodings = StoreContract.encodings - {"timestamp_tz"}

    @pytest.fixture
    def make(self, tmp_path: Path) -> Iterator[Make]:
        numbers = iter(range(9))
        yield from making(lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}")


@pytest.mark.postgres
class TestPostgresql(StoreContract):
    @pytest.fixture
    def make(self, server: str) -> Iterator[Make]:
        numbers = iter(range(9))
        yield from making(lambda: schema_in(server, f"trial{next(numbers)}"))


@pytest.fixture(scope="module")
def server(postgres_server: str) -> Iterator[str]:
    """One database for all trials, each in a schema of its own."""
    server = Server(postgres_server)
    yield server.make("contract")
    server.close()


def schema_in(url: str, name: str) -> str:
    """Make a schema anew, and return the URL that leads there."""
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    there = sa.make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
    return there.render_as_string(hide_password=False)
