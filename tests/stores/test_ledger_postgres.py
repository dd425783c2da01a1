"""The ledger on a real PostgreSQL server: the same promises as on SQLite, and those that only a server can keep."""

import io
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from tests.unit.ledger.ledgers import NOW, ORIGIN, facts

from holdord.errors import VerificationError
from holdord.ledger import checkpoints, entry, export, log, merkle, note, past, prune, tables
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
        connection.exec_driver_sql("GRANT ALL ON holdord_pruned TO PUBLIC")
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


@pytest.fixture
def pruned(engine: Engine) -> note.Key:
    """A log of 80 entries, signed at 20, 50 and 80, of which 50 were pruned, and signed again; its key."""
    key = note.new_key(ORIGIN)
    with engine.begin() as connection:
        for first, size in ((0, 20), (20, 50), (50, 80)):
            some = [facts(one) for one in range(first, size)]
            log.append(connection, some, now=NOW, secrets=[{"case": one} for one in range(first, size)])
            checkpoints.checkpoint(connection, key, NOW)
        old = checkpoints.last_checkpoint(connection)
        assert prune.prune(connection, 79, NOW, vkey=key.vkey) is not None
        assert prune.prune(connection, 79, NOW, vkey=key.vkey) is None
        checkpoints.checkpoint(connection, key, NOW)
        file = io.BytesIO()
        export.export(connection, file)
    found = verify(io.BytesIO(file.getvalue()), key.vkey, old)
    assert (found.size, found.grown_from) == (81, 80)
    assert found.pruned is not None
    assert found.pruned.number == 50
    return key


def test_a_pruned_log_still_proves_and_goes_on(engine: Engine, pruned: note.Key):
    with engine.begin() as connection:
        assert (log.first(connection), log.size(connection)) == (50, 81)
        assert connection.exec_driver_sql('SELECT min("index") FROM holdord_entry').scalar() == 50
        assert connection.exec_driver_sql('SELECT min("index") FROM holdord_salt').scalar() == 50
        log.append(connection, [facts(one) for one in range(300)], now=NOW)
        size, root = log.size(connection), log.root(connection)
        for index in (50, 63, 64, 80, 200, 380):
            (one,) = log.read(connection, index, index + 1)
            proof = log.inclusion_proof(connection, index, size)
            merkle.check_inclusion(merkle.leaf_hash(one.body), index, size, proof, root)
        signed = [note.read_checkpoint(text) for text in _notes(connection)]
        for before in signed:
            proof = log.consistency_proof(connection, before.size, size)
            merkle.check_consistency(before.size, before.root, size, root, proof)
        checkpoints.checkpoint(connection, pruned, NOW)
        cut = prune.prune(connection, 350, NOW, vkey=pruned.vkey)
        assert cut is not None
        assert (cut.first, cut.signed.size) == (50, 81)


def _notes(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT note FROM holdord_checkpoint ORDER BY id").scalars())


@pytest.mark.parametrize(
    "statement",
    [
        'DELETE FROM holdord_entry WHERE "index" = 50',
        "DELETE FROM holdord_entry",
        "TRUNCATE holdord_entry",
        "SET session_replication_role = replica; DELETE FROM holdord_entry",
        "WITH gone AS (DELETE FROM holdord_entry RETURNING 1) SELECT count(*) FROM gone",
        "UPDATE holdord_entry SET body = body",
        "DELETE FROM holdord_node",
        'DELETE FROM holdord_node WHERE level = 0 AND "first" = 50',
        "DELETE FROM holdord_pruned",
        "UPDATE holdord_pruned SET hashes = hashes",
        "TRUNCATE holdord_pruned",
        'UPDATE holdord_head SET "first" = 20',
        'UPDATE holdord_head SET "first" = 51',
        'UPDATE holdord_head SET "first" = 80',
        'SET session_replication_role = replica; UPDATE holdord_head SET "first" = 81',
    ],
)
def test_the_database_lets_nothing_go_that_was_not_pruned(engine: Engine, pruned: note.Key, statement: str):
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with engine.connect() as connection:
        assert sum(1 for _ in log.read(connection)) == 31


@pytest.mark.parametrize("change", [{"kind": "pruned"}, {"to": 50}, {"to": 181}, {"from": 49}, {"to": 80, "zone": "x"}])
def test_the_cut_moves_only_on_evidence(engine: Engine, pruned: note.Key, change: dict[str, object]):
    with engine.connect() as connection:
        right = past.facts(50, note.read_checkpoint(_notes(connection)[-1]), "0" * 64)

    def move(evidence: dict[str, object]) -> None:
        with engine.begin() as connection:
            (index,) = log.append(connection, [evidence], now=NOW)  # type: ignore[list-item]
            row = {"hashes": b"0" * 32, "size": 81, "index": index}
            connection.execute(text("INSERT INTO holdord_pruned VALUES (:size, :hashes, :hashes, :index)"), row)
            connection.execute(text('UPDATE holdord_head SET "first" = 81'))

    with pytest.raises(DBAPIError, match="append-only"):
        move(right | change)
    move(dict(right))


OLD = """
DROP TRIGGER holdord_entry_goes ON holdord_entry; DROP TRIGGER holdord_node_goes ON holdord_node;
DROP TRIGGER holdord_head_prunes ON holdord_head; DROP TRIGGER holdord_head_grows ON holdord_head;
ALTER TABLE holdord_head DROP COLUMN "first";
DROP TABLE holdord_pruned;
CREATE OR REPLACE TRIGGER holdord_entry_final BEFORE UPDATE OR DELETE OR TRUNCATE ON holdord_entry
    FOR EACH STATEMENT EXECUTE FUNCTION holdord_refuse();
CREATE OR REPLACE TRIGGER holdord_node_final BEFORE UPDATE OR DELETE OR TRUNCATE ON holdord_node
    FOR EACH STATEMENT EXECUTE FUNCTION holdord_refuse()
"""


def test_a_log_of_an_older_holdord_can_be_pruned_once_it_was_installed_again(engine: Engine):
    key = note.new_key(ORIGIN)

    def guards() -> list[str]:
        query = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'holdord%%' ORDER BY tgname"
        with engine.connect() as connection:
            return list(connection.exec_driver_sql(query).scalars())

    fresh = guards()
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD)
    assert guards() != fresh
    with engine.begin() as connection:
        tables.install(connection)
    assert guards() == fresh
    with engine.begin() as connection:
        log.append(connection, [facts(one) for one in range(20)], now=NOW)
        checkpoints.checkpoint(connection, key, NOW)
        assert prune.prune(connection, 20, NOW, vkey=key.vkey) is not None
