"""The ledger on a real PostgreSQL server: the same promises as on SQLite, and those that only a server can keep."""

import io
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from tests.unit.ledger.ledgers import NOW, ORIGIN, facts

from holdord.errors import VerificationError
from holdord.ledger import checkpoints, entry, export, log, merkle, note, tables
from holdord.ledger.verify import verify

pytestmark = pytest.mark.postgres

TABLES = {"holdord_entry": "body", "holdord_node": "hashes", "holdord_checkpoint": "note"}


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        tables.install(connection)
    yield engine
    engine.dispose()


def check_whole(engine: Engine) -> int:
    with engine.connect() as connection:
        bodies = [one.body for one in log.read(connection)]
        frontier, _ = merkle.Frontier().extend(merkle.leaf_hashes(bodies))
        assert log.head(connection) == frontier
        for index in range(0, len(bodies), 17):
            proof = log.inclusion_proof(connection, index, len(bodies))
            merkle.check_inclusion(merkle.leaf_hash(bodies[index]), index, len(bodies), proof, frontier.root)
    return len(bodies)


def test_installing_again_changes_nothing(engine: Engine):
    with engine.begin() as connection:
        log.append(connection, [facts(0)], now=NOW)
    with engine.begin() as connection:
        tables.install(connection)
    assert check_whole(engine) == 1


def test_every_text_comes_back_as_it_was_written(engine: Engine):
    odd = {"kind": "erased", "text": "\0 \\n \\ ' \" % :name %s \n\r\t æøå \U0001f600", "empty": ""}
    with engine.begin() as connection:
        log.append(connection, [odd, facts(1)], now=NOW, secrets=[{"case": "K-17"}, {"by": 1, "keys": [1, 2]}])
        first, second = (one.value for one in log.read(connection))
        assert {name: first[name] for name in odd} == odd
        for index, value, name, secret in ((0, first, "case", "K-17"), (1, second, "keys", [1, 2])):
            salt = log.salt(connection, index, name)
            assert salt is not None
            entry.check_opening(value["sealed"][name], salt, secret)
        log.forget(connection, [0])
        assert log.salt(connection, 0, "case") is None
    assert check_whole(engine) == 2


def test_proofs_and_exports_hold_over_many_batches(engine: Engine):
    key = note.new_key(ORIGIN)
    count = 0
    for batch in (1, 300, 15, 1, 16, 700, 255):
        with engine.begin() as connection:
            log.append(connection, [facts(count + one) for one in range(batch)], now=NOW)
            count += batch
            checkpoints.checkpoint(connection, key, NOW)
    assert check_whole(engine) == count
    file = io.BytesIO()
    with engine.connect() as connection:
        export.export(connection, file)
        receipt = export.receipt(connection, 400)
    assert verify(io.BytesIO(file.getvalue()), key.vkey).size == count
    assert verify(io.BytesIO(receipt.to_bytes()), key.vkey).index == 400


@pytest.mark.parametrize("table", list(TABLES))
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "TRUNCATE {table} CASCADE",
        "SET session_replication_role = replica; DELETE FROM {table}",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}",
    ],
)
def test_the_database_refuses_to_change_what_was_written(engine: Engine, table: str, statement: str):
    key = note.new_key(ORIGIN)
    with engine.begin() as connection:
        log.append(connection, [facts(one) for one in range(20)], now=NOW)
        checkpoints.checkpoint(connection, key, NOW)
    keys = {"holdord_entry": "index", "holdord_node": 'level, "first"', "holdord_checkpoint": "id"}
    text = statement.format(table=table, column=TABLES[table], key=keys[table])
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(text)
    assert check_whole(engine) == 20


@pytest.mark.parametrize(
    "statement",
    ["UPDATE holdord_head SET size = size - 1", "DELETE FROM holdord_head", "TRUNCATE holdord_head"],
)
def test_the_head_only_grows(engine: Engine, statement: str):
    with engine.begin() as connection:
        log.append(connection, [facts(0)], now=NOW)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_nobody_has_the_rights_to_change_what_was_written(engine: Engine):
    with engine.begin() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"GRANT ALL ON {table} TO PUBLIC")
        tables.install(connection)
        held = connection.exec_driver_sql(
            "SELECT DISTINCT privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'PUBLIC' AND table_name LIKE 'holdord_%%'"
        ).scalars()
        assert not {"UPDATE", "DELETE", "TRUNCATE"} & set(held)


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_appenders_at_once_lose_skip_and_double_nothing(engine: Engine, isolation: str):
    given: dict[int, tuple[int, int]] = {}
    failed: list[Exception] = []

    def work(worker: int) -> None:
        turn = 0
        while turn < 25:
            try:
                with engine.connect().execution_options(isolation_level=isolation) as connection:
                    several = [{"kind": "erased", "worker": worker, "turn": turn}] * 3
                    indexes = log.append(connection, several, now=NOW)
                    connection.commit()
            except DBAPIError as error:
                if "could not serialize" not in str(error):
                    failed.append(error)
                    return
                continue
            given.update(dict.fromkeys(indexes, (worker, turn)))
            turn += 1

    workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert check_whole(engine) == len(given) == 3 * 25 * 3
    with engine.connect() as connection:
        values = [one.value for one in log.read(connection)]
    assert {index: (value["worker"], value["turn"]) for index, value in enumerate(values)} == given


def test_a_lost_connection_leaves_nothing_half_done(engine: Engine):
    with engine.begin() as connection:
        log.append(connection, [facts(0)], now=NOW)
    connection = engine.connect()
    log.append(connection, [facts(one) for one in range(500)], now=NOW)
    process = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with engine.begin() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({process})")
    with pytest.raises(DBAPIError):
        connection.exec_driver_sql("SELECT 1")
    connection.close()
    assert check_whole(engine) == 1
    with engine.begin() as connection:
        assert log.append(connection, [facts(1)], now=NOW) == range(1, 2)
    assert check_whole(engine) == 2


def test_a_log_that_was_rewritten_is_not_signed(engine: Engine):
    key = note.new_key(ORIGIN)
    with engine.begin() as connection:
        log.append(connection, [facts(one) for one in range(20)], now=NOW)
        checkpoints.checkpoint(connection, key, NOW)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE holdord_node DISABLE TRIGGER holdord_node_final")
        connection.exec_driver_sql("UPDATE holdord_node SET hashes = decode(repeat('00', length(hashes)), 'hex')")
    with pytest.raises(VerificationError), engine.begin() as connection:
        checkpoints.checkpoint(connection, key, NOW)
