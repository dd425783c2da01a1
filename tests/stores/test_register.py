"""The built-in register: one shape in the code, in the migrations and in the data map, on both databases."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from holdord.errors import StoreError
from holdord.policy.terms import CATEGORIES
from holdord.stores.register import migrate
from holdord.stores.register.map import data_map
from holdord.stores.register.moment import Moment
from holdord.stores.register.schema import metadata


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://")
    yield engine
    engine.dispose()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgres_url)
    yield engine
    engine.dispose()


def differences(engine: sa.Engine) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(name: str | None, kind: str, _: object) -> bool:
        return not (kind == "table" and str(name).startswith("holdord_"))

    with engine.connect() as connection:
        opts = {"version_table": migrate.VERSION_TABLE, "compare_server_default": True, "include_name": ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=opts), metadata))


def names(engine: sa.Engine) -> dict[str, set[str]]:
    """Return the names of keys, references and indexes, which the comparison above leaves out in part."""
    found = sa.inspect(engine)
    return {
        table: {
            str(found.get_pk_constraint(table)["name"]),
            *(str(key["name"]) for key in found.get_foreign_keys(table)),
            *(str(index["name"]) for index in found.get_indexes(table)),
        }
        for table in metadata.tables
    }


def test_migrated_sqlite_is_what_the_code_says(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    assert differences(engine) == []
    plain = sa.create_engine("sqlite://")
    metadata.create_all(plain)
    assert names(engine) == names(plain)
    plain.dispose()


@pytest.mark.postgres
def test_migrated_postgresql_is_what_the_code_says(postgres: sa.Engine) -> None:
    migrate.upgrade(postgres)
    migrate.upgrade(postgres)
    assert differences(postgres) == []
    moment = {str(column["name"]): str(column["type"]) for column in sa.inspect(postgres).get_columns("web_log")}
    assert moment["id"] == "BIGINT"
    with postgres.connect() as connection:
        assert migrate.revision(connection) == migrate.HEAD
        kind = "SELECT data_type FROM information_schema.columns WHERE column_name = 'requested_at'"
        assert connection.execute(sa.text(kind)).scalar_one() == "timestamp with time zone"


def test_comparison_sees_a_missing_column_and_a_missing_index(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE persons DROP COLUMN remark")
        connection.exec_driver_sql("DROP INDEX ix_orders_relation_id")
    assert len(differences(engine)) == 2


def test_upgrade_installs_the_evidence_too(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    assert "holdord_entry" in sa.inspect(engine).get_table_names()


def test_upgrade_of_a_current_register_only_reads(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    said: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *event: said.append(event[2]))
    migrate.upgrade(engine)
    assert said
    assert all(statement.startswith(("SELECT", "PRAGMA")) for statement in said)


def test_a_current_register_starts_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    program = (
        "import sys, sqlalchemy\nfrom holdord.stores.register import migrate\n"
        f"migrate.upgrade(sqlalchemy.create_engine({url!r}))\nprint('alembic' in sys.modules)"
    )
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True) for _ in range(2)]
    assert [run.stdout.strip() for run in runs] == ["True", "False"]


def test_unknown_revision_is_refused_and_left_alone(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE holdord_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer holdord"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        assert migrate.revision(connection) == "9999"


def test_failed_upgrade_leaves_nothing_behind(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: sa.Connection) -> None:
        raise sa.exc.OperationalError("no", {}, Exception("disk is full"))

    monkeypatch.setattr("holdord.ledger.tables.install", fail)
    with pytest.raises(StoreError, match="Nothing was changed"):
        migrate.upgrade(engine)
    assert sa.inspect(engine).get_table_names() == []
    monkeypatch.undo()
    migrate.upgrade(engine)
    assert differences(engine) == []


def test_two_that_upgrade_at_once_both_succeed(tmp_path: Path) -> None:
    failed: list[Exception] = []

    def start() -> None:
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'register.db'}", connect_args={"timeout": 30})
        try:
            migrate.upgrade(engine)
        except Exception as error:
            failed.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_unreachable_database_is_a_store_error(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'register.db'}")
    with pytest.raises(StoreError):
        migrate.upgrade(engine)


def test_known_revisions_are_those_of_the_history() -> None:
    from alembic.script import ScriptDirectory

    history = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert tuple(script.revision for script in history.walk_revisions())[::-1] == migrate.REVISIONS
    assert history.get_heads() == [migrate.HEAD]


def test_every_table_is_mapped_or_said_to_hold_no_person() -> None:
    assert set(metadata.tables) == set(data_map().tables) | set(data_map().not_personal)


@pytest.mark.parametrize("name", sorted(data_map().tables))
def test_every_column_has_a_role_and_can_be_stripped(name: str) -> None:
    mapped, table = data_map().tables[name], metadata.tables[name]
    references = {column for reference in mapped.references for column in reference.columns}
    clocks = {clock.column for clock in mapped.clocks.values()}
    structural = {"id", *references, *clocks, *mapped.conditions.values()}
    assert structural | set(mapped.columns) == set(table.columns.keys())
    assert not structural & set(mapped.columns)
    assert all(table.columns[column].nullable for column in mapped.columns)
    assert {mapped.default, *(column.category for column in mapped.columns.values())} <= set(CATEGORIES)
    if mapped.is_record:
        assert any(not table.columns[clock.column].nullable for clock in mapped.clocks.values())


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_references_are_indexed_mapped_and_never_cascade(name: str) -> None:
    table = metadata.tables[name]
    indexed = {next(iter(index.columns)).name for index in table.indexes}
    mapped = data_map().tables.get(name)
    ways = {(reference.columns[0], reference.parent) for reference in mapped.references} if mapped else set()
    for key in table.foreign_keys:
        assert key.parent.name in indexed
        assert key.ondelete is None
        target = key.column.table.name
        assert (key.parent.name, target) in ways or target in data_map().not_personal


HOMELESS = {"sensitive.health"}
"""Special categories (GDPR art. 9(1)) have words in notices and no column: the register is not the place for them."""


def test_every_kind_of_data_has_a_home() -> None:
    homes = {column.category for table in data_map().tables.values() for column in table.columns.values()}
    homes |= {table.default for table in data_map().tables.values()}
    assert homes == set(CATEGORIES) - HOMELESS


def test_moment_is_kept_in_utc_to_the_second(engine: sa.Engine) -> None:
    table = sa.Table("moments", sa.MetaData(), sa.Column("at", Moment))
    table.create(engine)
    noon = datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    with engine.begin() as connection:
        connection.execute(table.insert(), [{"at": noon}, {"at": None}])
        assert connection.exec_driver_sql("SELECT at FROM moments").scalars().all() == ["2026-03-01 11:00:00", None]
        assert connection.execute(sa.select(table)).scalars().all() == [datetime(2026, 3, 1, 11, tzinfo=UTC), None]
        with pytest.raises(sa.exc.StatementError, match="zone"):
            connection.execute(table.insert(), {"at": noon.replace(tzinfo=None)})
