"""What is reported done lasts: after a sweep's batches the store waits for the disk, whoever reads meanwhile."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from tests.stores.test_gathered import POLICY

from holdord.datamap.load import load as load_map
from holdord.datamap.model import DataMap
from holdord.policy.load import load as load_policy
from holdord.stores.database import connect
from holdord.stores.sql import SqlStore

MAP = """\
holdord_datamap: 1
store: notes
tables:
  note: {class: note, default: record.remark, columns: {body: record.remark}}
"""


def _store(url: str) -> SqlStore:
    datamap: DataMap = load_map(MAP)
    store = SqlStore(engine=connect(url), datamap=datamap, controller=load_policy(POLICY).controller)
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
    return store


def test_sqlite_commits_for_the_disk_although_somebody_reads(sqlite_url: str) -> None:
    store = _store(sqlite_url)
    watcher = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    with store.engine.connect() as reader, closing(watcher):
        reader.exec_driver_sql("SELECT count(*) FROM note").scalar_one()
        with store.writing(lasting=False) as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 1  # NORMAL
            connection.exec_driver_sql("INSERT INTO note VALUES (1, 'x')")
        before = watcher.execute("PRAGMA data_version").fetchone()
        store.make_lasting()
        assert watcher.execute("PRAGMA data_version").fetchone() != before
        assert watcher.execute("PRAGMA user_version").fetchone() == (0,)
    with store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
    store.engine.dispose()


@pytest.mark.postgres
def test_postgresql_has_flushed_its_log_when_it_lasts(postgres_url: str) -> None:
    store = _store(postgres_url)
    for setting in ("on", "off"):
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            name = connection.engine.url.database
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = {setting}')
        store.engine.dispose()
        for _ in range(20):
            with store.writing(lasting=False) as connection:
                connection.exec_driver_sql("INSERT INTO note SELECT coalesce(max(id), 0) + 1, 'x' FROM note")
            with store.engine.connect() as connection:
                position = connection.execute(text("SELECT pg_current_wal_insert_lsn()")).scalar_one()
            store.make_lasting()
            with store.engine.connect() as connection:
                asked = text("SELECT pg_current_wal_flush_lsn() >= CAST(:position AS pg_lsn)")
                assert connection.execute(asked, {"position": position}).scalar_one()
    store.engine.dispose()
