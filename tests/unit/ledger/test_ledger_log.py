import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.exc import DBAPIError
from tests.unit.ledger.ledgers import NOW, facts, open_sqlite

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import checkpoints, entry, export, log, merkle, note, tables

FINAL = ["holdord_entry", "holdord_node", "holdord_checkpoint"]


def bodies(engine: Engine) -> list[bytes]:
    with engine.connect() as connection:
        return [one.body for one in log.read(connection)]


def check_whole(engine: Engine) -> int:
    """The entries are 0 to n without a gap, and head and nodes are those of the tree over them."""
    with engine.connect() as connection:
        entries = list(log.read(connection))
        leaves = [merkle.leaf_hash(one.body) for one in entries]
        frontier, _ = merkle.Frontier().extend(leaves)
        assert log.head(connection) == frontier
        assert [one.index for one in entries] == list(range(log.size(connection)))
        for index in range(len(leaves)):
            proof = log.inclusion_proof(connection, index, len(leaves))
            merkle.check_inclusion(leaves[index], index, len(leaves), proof, frontier.root)
    return len(leaves)


def test_entries_come_back_in_order_with_kind_time_and_format(engine: Engine):
    with engine.begin() as connection:
        assert log.append(connection, [facts(0), facts(1)], now=NOW) == range(2)
        assert log.append(connection, [facts(2)], now=NOW) == range(2, 3)
        assert log.append(connection, [], now=NOW) == range(0)
        first, _, third = log.read(connection)
    assert first.value == {**facts(0), "format": 1, "time": "2026-11-22T09:30:00Z"}
    assert (first.index, third.index) == (0, 2)


def test_an_ill_formed_entry_leaves_the_log_as_it_was(engine: Engine, fill):
    fill(3)
    with engine.begin() as connection, pytest.raises(LedgerError):
        log.append(connection, [facts(3), {"kind": "erased", "share": 0.5}], now=NOW)
    assert check_whole(engine) == 3


def test_installing_again_changes_nothing(engine: Engine, fill):
    fill(10)
    before = bodies(engine)
    with engine.begin() as connection:
        tables.install(connection)
    assert bodies(engine) == before
    assert check_whole(engine) == 10


def test_a_ledger_that_is_not_installed_says_so(tmp_path: Path):
    engine = open_sqlite(tmp_path / "empty.db")
    with engine.begin() as connection:
        tables.METADATA.create_all(connection)
        with pytest.raises(LedgerError, match="install"):
            log.size(connection)
        with pytest.raises(LedgerError, match="install"):
            log.append(connection, [facts(0)], now=NOW)
    engine.dispose()


def test_every_table_carries_the_prefix(engine: Engine):
    assert all(name.startswith("holdord_") for name in inspect(engine).get_table_names())


@pytest.mark.parametrize("table", FINAL)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "UPDATE OR REPLACE {table} SET {column} = {column}",
    ],
)
def test_the_database_refuses_to_change_what_was_written(engine: Engine, key, fill, exported, table, statement):
    fill(20)
    before = exported()
    column = {"holdord_entry": "body", "holdord_node": "hashes", "holdord_checkpoint": "note"}[table]
    with engine.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.exec_driver_sql(statement.format(table=table, column=column))
    assert exported() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE holdord_head SET size = size - 1",
        "UPDATE holdord_head SET id = 2",
        "DELETE FROM holdord_head",
        "INSERT INTO holdord_head VALUES (2, 0, x'', 0)",
        "INSERT OR REPLACE INTO holdord_head VALUES (1, 0, x'', 0)",
    ],
)
def test_the_head_only_grows(engine: Engine, fill, statement):
    fill(5)
    with engine.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.exec_driver_sql(statement)
    assert check_whole(engine) == 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([1, 1, 2, 15, 16, 17, 255, 256, 257, 700]), min_size=1, max_size=8), st.data())
def test_proofs_hold_however_the_log_was_filled(tmp_path_factory, batches, data):
    engine = open_sqlite(tmp_path_factory.mktemp("log") / "ledger.db")
    leaves: list[bytes] = []
    try:
        with engine.begin() as connection:
            tables.install(connection)
            for batch in batches:
                start = len(leaves)
                log.append(connection, [facts(start + one) for one in range(batch)], now=NOW)
                leaves += [merkle.leaf_hash(one.body) for one in log.read(connection, start)]
            new = data.draw(st.integers(1, len(leaves)))
            old = data.draw(st.integers(0, new))
            index = data.draw(st.integers(0, new - 1))
            before, _ = merkle.Frontier().extend(leaves[:old])
            after, _ = merkle.Frontier().extend(leaves[:new])
            proof = log.inclusion_proof(connection, index, new)
            merkle.check_inclusion(leaves[index], index, new, proof, after.root)
            proof = log.consistency_proof(connection, old, new)
            merkle.check_consistency(old, before.root, new, after.root, proof)
    finally:
        engine.dispose()


def test_a_proof_beyond_the_log_is_refused(engine: Engine, fill):
    fill(20)
    with engine.connect() as connection:
        with pytest.raises(VerificationError):
            log.inclusion_proof(connection, 3, 21)
        with pytest.raises(LedgerError):
            log.inclusion_proof(connection, 20, 20)


@pytest.mark.parametrize("immediate", [True, False])
def test_appenders_at_once_lose_skip_and_double_nothing(engine: Engine, tmp_path: Path, immediate: bool):
    given: dict[int, int] = {}
    failed: list[Exception] = []
    path = tmp_path / "ledger.db"

    def work(worker: int) -> None:
        own = open_sqlite(path) if immediate else create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        try:
            for turn in range(25):
                with own.begin() as connection:
                    several = [{"kind": "erased", "worker": worker, "turn": turn, "row": row} for row in range(3)]
                    for index in log.append(connection, several, now=NOW):
                        given[index] = worker
        except Exception as error:
            failed.append(error)
        finally:
            own.dispose()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert check_whole(engine) == len(given) == 3 * 25 * 3
    values = [entry.parse(body) for body in bodies(engine)]
    assert {index: value["worker"] for index, value in enumerate(values)} == given
    assert len({(value["worker"], value["turn"], value["row"]) for value in values}) == len(values)


@pytest.mark.parametrize("size", [0, 4, 6, 7])
def test_a_head_that_moved_meanwhile_stops_the_append(engine: Engine, fill, monkeypatch, size):
    fill(5)
    stale, _ = merkle.Frontier().extend([bytes(32)] * size)
    monkeypatch.setattr(log, "lock", lambda _: stale)
    with pytest.raises((LedgerError, DBAPIError)), engine.begin() as connection:
        log.append(connection, [facts(5)], now=NOW)
    monkeypatch.undo()
    assert check_whole(engine) == 5


def test_a_gap_among_the_nodes_is_noticed(engine: Engine, fill):
    fill(32, batch=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER holdord_node_no_delete")
        connection.exec_driver_sql('DELETE FROM holdord_node WHERE level = 0 AND "first" = 2')
        with pytest.raises(VerificationError, match="missing"):
            log.inclusion_proof(connection, 15, 32)


CHILD = """
import os, signal, sys
from pathlib import Path
from holdord.ledger import log
from tests.unit.ledger.ledgers import NOW, facts, open_sqlite
engine = open_sqlite(Path(sys.argv[1]))
commit = sys.argv[2] == "after"
with engine.begin() as connection:
    log.append(connection, [facts(one) for one in range(1000, 1700)], now=NOW, secrets=[{"keys": [1, 2]}] * 700)
    if not commit:
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "size"), [("before", 30), ("after", 730)])
def test_a_kill_around_the_commit_leaves_all_or_nothing(engine: Engine, tmp_path: Path, fill, moment, size):
    fill(30)
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path / "ledger.db"), moment], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert check_whole(engine) == size
    fill(5)
    assert check_whole(engine) == size + 5


def test_a_log_that_was_closed_goes_on_where_it_was(engine: Engine, tmp_path: Path, fill):
    fill(40)
    engine.dispose()
    again = open_sqlite(tmp_path / "ledger.db")
    with again.begin() as connection:
        assert log.append(connection, [facts(40)], now=NOW) == range(40, 41)
    assert check_whole(again) == 41
    again.dispose()


def test_secrets_are_only_commitments_until_they_are_forgotten(engine: Engine):
    with engine.begin() as connection:
        log.append(
            connection,
            [{"kind": "erased"}, {"kind": "swept"}],
            now=NOW,
            secrets=[{"case": "K-17", "keys": [100, 199]}, {}],
        )
        first, second = (one.value for one in log.read(connection))
        assert "sealed" not in second
        assert "K-17" not in str(first)
        salt = log.salt(connection, 0, "case")
        assert salt is not None
        entry.check_opening(first["sealed"]["case"], salt, "K-17")
        assert log.salt(connection, 1, "case") is None
        log.forget(connection, [])
        assert log.salt(connection, 0, "case") == salt
        log.forget(connection, [0], "case")
        assert log.salt(connection, 0, "case") is None
        assert log.salt(connection, 0, "keys") is not None
        log.forget(connection, [0, 1])
        assert log.salt(connection, 0, "keys") is None
    assert check_whole(engine) == 2


def test_secrets_that_do_not_fit_the_entries_are_refused(engine: Engine):
    with engine.begin() as connection:
        for secrets in ([{}], [{"Case No": 1}, {}], [{"": 1}, {}]):
            with pytest.raises(LedgerError):
                log.append(connection, [facts(0), facts(1)], now=NOW, secrets=secrets)
        assert log.size(connection) == 0


def test_a_missing_entry_is_noticed_when_reading(engine: Engine, fill):
    fill(20)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER holdord_entry_no_delete")
        connection.exec_driver_sql('DELETE FROM holdord_entry WHERE "index" = 7')
        with pytest.raises(VerificationError, match="Entry 7"):
            list(log.read(connection))
        connection.exec_driver_sql('DELETE FROM holdord_entry WHERE "index" = 19')
        with pytest.raises(VerificationError, match="Entry 19"):
            list(log.read(connection, 10))


def test_a_checkpoint_says_what_the_log_is(engine: Engine, key: note.Key, fill):
    with engine.begin() as connection:
        assert checkpoints.last_checkpoint(connection) is None
        empty = note.open_checkpoint(checkpoints.checkpoint(connection, key, NOW), key.vkey)
    assert (empty.size, empty.root) == (0, merkle.EMPTY_ROOT)
    fill(300)
    with engine.begin() as connection:
        text = checkpoints.checkpoint(connection, key, NOW)
        assert checkpoints.last_checkpoint(connection) == text
        opened = note.open_checkpoint(text, key.vkey)
        assert (opened.size, opened.root) == (300, log.root(connection))
        checkpoints.checkpoint(connection, key, NOW)


def _signed(engine: Engine, key: note.Key) -> None:
    with engine.begin() as connection:
        checkpoints.checkpoint(connection, key, NOW)


@pytest.mark.parametrize(
    "damage",
    [
        ["UPDATE holdord_head SET frontier = zeroblob(length(frontier))"],
        ["UPDATE holdord_head SET size = size + 1, frontier = zeroblob(0)"],
        ["UPDATE holdord_head SET size = 22"],
        ["DROP TRIGGER holdord_node_no_update", "UPDATE holdord_node SET hashes = zeroblob(length(hashes))"],
        ["DROP TRIGGER holdord_node_no_delete", "DELETE FROM holdord_node WHERE level = 0"],
        ["DROP TRIGGER holdord_entry_no_delete", 'DELETE FROM holdord_entry WHERE "index" = 20'],
        ["INSERT INTO holdord_entry VALUES (21, '{}')"],
    ],
)
def test_a_log_that_does_not_hold_together_is_not_signed(engine: Engine, key: note.Key, fill, damage):
    fill(21)
    _signed(engine, key)
    with engine.begin() as connection:
        for statement in damage:
            connection.exec_driver_sql(statement)
    with pytest.raises(LedgerError):
        _signed(engine, key)


def test_a_log_that_was_cut_and_filled_anew_is_not_signed(engine: Engine, key: note.Key, fill, tmp_path: Path):
    fill(21)
    _signed(engine, key)
    with sqlite3.connect(tmp_path / "ledger.db") as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for table in ("holdord_entry", "holdord_node"):
            raw.execute(f"DELETE FROM {table}")
        raw.execute("UPDATE holdord_head SET size = 0, frontier = x''")
    raw.close()
    with pytest.raises(VerificationError, match="last signed"):
        _signed(engine, key)
    with engine.begin() as connection:
        log.append(connection, [{"kind": "forged"}] * 30, now=NOW)
    with pytest.raises(VerificationError, match="no continuation"):
        _signed(engine, key)


def test_a_log_keeps_its_origin(engine: Engine, key: note.Key):
    _signed(engine, key)
    with pytest.raises(VerificationError, match="cannot become"):
        _signed(engine, note.new_key("holdord.example/other"))


def test_a_changed_body_cannot_be_exported(engine: Engine, key: note.Key, fill, tmp_path: Path):
    fill(21)
    _signed(engine, key)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER holdord_entry_no_update")
        connection.exec_driver_sql("UPDATE holdord_entry SET body = replace(body, 'CI-3', 'CI-4')")
    with engine.connect() as connection, (tmp_path / "out").open("wb") as file:
        with pytest.raises(VerificationError, match="not those that were signed"):
            export.export(connection, file)
        with pytest.raises(VerificationError):
            export.receipt(connection, 3)


def test_other_databases_are_refused():
    class Elsewhere:
        class dialect:
            name = "mysql"

    with pytest.raises(LedgerError, match="SQLite or PostgreSQL"):
        tables.install(Elsewhere())  # type: ignore[arg-type]
