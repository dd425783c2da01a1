"""Copies of databases: what a copy must take with it, and what must never be reached through it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from holdord.errors import StoreError
from holdord.stores import copy_postgres, copy_sqlite
from holdord.stores.database import Database, connect

TABLES = ["people", 'odd "table" 100%', "notes"]

SCHEMA = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE products (id INTEGER PRIMARY KEY);
CREATE TABLE people (
    id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email TEXT UNIQUE CHECK (email LIKE '%@%'),
    upper_email TEXT GENERATED ALWAYS AS (upper(email)) STORED,
    mood mood NOT NULL DEFAULT 'good',
    boss INTEGER REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    rank INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED,
    gone INTEGER
);
ALTER TABLE people DROP COLUMN gone;
INSERT INTO people (email, boss, rank) VALUES ('a@x.example', 2, 1), ('b@x.example', 1, 2);
ALTER TABLE people ADD CONSTRAINT "no b: 100%" CHECK (email NOT LIKE 'b@%') NOT VALID;
CREATE TABLE "odd ""table"" 100%" (
    person INTEGER NOT NULL REFERENCES people (id),
    number INTEGER NOT NULL DEFAULT 0,
    product INTEGER REFERENCES products (id),
    PRIMARY KEY (person, number)
);
INSERT INTO "odd ""table"" 100%" VALUES (1, 1, NULL), (1, 2, NULL);
CREATE TABLE notes (id BIGSERIAL PRIMARY KEY, person INTEGER, number INTEGER, body TEXT);
INSERT INTO notes (person, number, body) VALUES (7, 7, 'of nobody');
ALTER TABLE notes ADD FOREIGN KEY (person, number) REFERENCES "odd ""table"" 100%" NOT VALID;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TRIGGER refuse BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def store(postgres_url: str) -> Iterator[Database]:
    made = Database(name="store", engine=connect(postgres_url))
    plain = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        for statement in SCHEMA.replace("%", "%%").split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    plain.dispose()
    yield made
    made.engine.dispose()


def rows(engine: Engine, table: str) -> Any:
    quoted = engine.dialect.identifier_preparer.quote(table)
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT * FROM {quoted} ORDER BY 1, 2").all()


@pytest.mark.postgres
def test_a_copy_has_rows_keys_checks_and_references(store: Database) -> None:
    with copy_postgres.copied(store, TABLES, lambda _: None) as engine:
        for table in TABLES:
            assert rows(engine, table) == rows(store.engine, table) != []
        with engine.connect() as connection:
            schema, logged = connection.exec_driver_sql(
                "SELECT min(n.nspname), bool_or(relpersistence = 'p') FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = current_schema()"
            ).one()
            assert (schema.startswith(copy_postgres.PREFIX), logged) == (True, False)
            said = connection.exec_driver_sql(
                "SELECT contype, convalidated, conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
                "WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f') ORDER BY 1, 2, 3, 4"
            ).all()
        odd = '"odd ""table"" 100%"'
        assert [tuple(one) for one in said] == [
            ("c", False, "people", "-"),
            ("c", True, "people", "-"),
            ("f", False, "notes", odd),
            ("f", True, odd, "people"),
            ("f", True, "people", "people"),
        ]


@pytest.mark.postgres
def test_what_is_done_to_a_copy_is_done_to_nothing_else(store: Database) -> None:
    before = [rows(store.engine, table) for table in TABLES]
    with copy_postgres.copied(store, TABLES, lambda _: None) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
            connection.exec_driver_sql("DELETE FROM notes")
            connection.exec_driver_sql('DELETE FROM "odd ""table"" 100%%" WHERE number = 2')
            connection.exec_driver_sql("UPDATE people SET mood = 'bad'::mood, boss = NULL WHERE id = 1")
        assert [len(rows(engine, table)) for table in TABLES] == [2, 1, 0]
    assert [rows(store.engine, table) for table in TABLES] == before


@pytest.mark.postgres
def test_a_transaction_outside_of_the_copy_does_not_begin(store: Database) -> None:
    before = rows(store.engine, "notes")
    with copy_postgres.copied(store, TABLES, lambda _: None) as engine:
        with engine.connect() as connection:
            schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        with engine.connect() as connection:
            at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
            with pytest.raises(Exception, match="transaction block"):
                at_once.exec_driver_sql("UPDATE notes SET body = ''")
        with store.writing() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
        with pytest.raises(Exception, match="does not exist"), engine.begin() as connection:
            connection.exec_driver_sql("UPDATE notes SET body = ''")
    assert rows(store.engine, "notes") == before


@pytest.mark.postgres
def test_a_copy_is_of_one_moment_while_others_write(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fill, other = copy_postgres._fill, create_engine(store.engine.url)

    def meanwhile(connection: Any, table: str, *more: Any) -> Any:
        made = fill(connection, table, *more)
        if table.endswith("people"):
            with other.begin() as writing:
                writing.exec_driver_sql("INSERT INTO people (email) VALUES ('c@x.example')")
                writing.exec_driver_sql("INSERT INTO notes (body) VALUES ('later')")
        return made

    monkeypatch.setattr(copy_postgres, "_fill", meanwhile)
    with copy_postgres.copied(store, TABLES, lambda _: None) as engine:
        assert (len(rows(engine, "people")), len(rows(engine, "notes"))) == (2, 1)
        assert (len(rows(store.engine, "people")), len(rows(store.engine, "notes"))) == (3, 2)
    other.dispose()


@pytest.mark.postgres
def test_a_lock_that_a_pool_kept_is_believed_for_a_day(store: Database) -> None:
    told: list[str] = []
    with store.engine.connect() as pooled:
        pooled.exec_driver_sql(f"SELECT pg_advisory_lock({copy_postgres.LOCKS}, 1), "
                               f"pg_advisory_lock({copy_postgres.LOCKS}, 2)")  # fmt: skip
        with store.writing() as connection:
            for number, age in ((1, 0), (2, 90_000)):
                name = f"{copy_postgres.PREFIX}{number:08x}"
                connection.exec_driver_sql(f"CREATE SCHEMA {name}")
                now = connection.exec_driver_sql("SELECT extract(epoch FROM now())::bigint").scalar_one()
                connection.exec_driver_sql(f"COMMENT ON SCHEMA {name} IS 'Made at {now - age}'")
            connection.exec_driver_sql(f"CREATE SCHEMA {copy_postgres.PREFIX}of_my_own")
        with copy_postgres.copied(store, TABLES, told.append):
            pass
    assert len(told) == 1
    assert f"{copy_postgres.PREFIX}00000002" in told[0]


def test_a_file_is_copied_as_it_is_at_one_moment(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store, other = (Database(name="store", engine=connect(sqlite_url)) for _ in range(2))
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)")
        connection.exec_driver_sql("INSERT INTO notes (body) VALUES (zeroblob(200000))")
    monkeypatch.setattr(copy_sqlite, "_PAGES", 1)

    def write(*_: int) -> None:
        with other.writing() as writing:
            writing.exec_driver_sql("INSERT INTO notes (body) VALUES ('later')")

    monkeypatch.setattr(copy_sqlite, "_listen", write)
    with copy_sqlite.copied(store, lambda _: None) as engine, engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM notes").scalar_one() == 1
        connection.exec_driver_sql("DELETE FROM notes")
    assert len(rows(store.engine, "notes")) > 40
    for one in (store, other):
        one.engine.dispose()


def test_no_room_for_a_copy_is_said_and_nothing_is_left(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    store = Database(name="store", engine=connect(sqlite_url))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(StoreError, match="TMPDIR"), copy_sqlite.copied(store, lambda _: None):
        pass
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copy_sqlite, "_held", full)
    with pytest.raises(StoreError, match="No space left on device"), copy_sqlite.copied(store, lambda _: None):
        pass
    assert not list(tmp_path.glob(f"{copy_sqlite.PREFIX}*"))
    store.engine.dispose()
