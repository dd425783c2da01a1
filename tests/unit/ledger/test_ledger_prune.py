"""Pruning in the database: what goes, what stays, and what the database lets through."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from tests.unit.ledger.ledgers import NOW, cut_export, facts, open_sqlite

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import checkpoints, export, log, merkle, note, past, prune, tables
from holdord.ledger.verify import verify

DAY = timedelta(days=1)


def grow(connection: Connection, sizes: list[int], key: note.Key, start: datetime = NOW) -> list[bytes]:
    """Append up to each size, a few at a time, and sign it, a day later each time; return the notes."""
    notes = []
    for day, size in enumerate(sizes):
        while (low := log.size(connection)) < size:
            several = [facts(one) for one in range(low, min(low + 7, size))]
            log.append(
                connection, several, now=start + day * DAY, secrets=[{"case": one} for one in range(len(several))]
            )
        notes.append(checkpoints.checkpoint(connection, key, start + day * DAY).encode())
    return notes


def bodies_of(connection: Connection) -> list[bytes]:
    return [one.body for one in log.read(connection)]


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]
            for table in tables.METADATA.tables
        }


@pytest.fixture
def pruned(engine: Engine, key: note.Key) -> list[bytes]:
    """A log of 80 entries, signed at 20, 33, 50 and 80, of which 50 were pruned; all entries as they were."""
    with engine.begin() as connection:
        grow(connection, [20, 33, 50, 80], key)
        bodies = bodies_of(connection)
        assert prune.prune(connection, 60, NOW, vkey=key.vkey) is not None
        checkpoints.checkpoint(connection, key, NOW)
        bodies += bodies_of(connection)[30:]
    return bodies


def test_entries_go_with_their_salts_up_to_the_last_checkpoint_before(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [20, 33, 50, 80], key)
        root = log.root(connection)
        cut = prune.prune(connection, 60, NOW, vkey=key.vkey)
        assert cut is not None
        assert (cut.first, cut.signed.size, cut.number) == (0, 50, 50)
        assert (log.first(connection), log.size(connection)) == (50, 81)
        left = list(log.read(connection))
        assert [one.index for one in left] == list(range(50, 81))
        assert {name: value for name, value in left[-1].value.items() if name in ("kind", "from", "to", "number")} == {
            "kind": "prune",
            "from": 0,
            "to": 50,
            "number": 50,
        }
        assert log.salt(connection, 49, "case") is None
        assert log.salt(connection, 50, "case") is not None
        tree, _ = nodes_of(connection, 80)
        assert tree == root
        with pytest.raises(LedgerError, match="Entry 49 was pruned"):
            list(log.read(connection, 49))


def nodes_of(connection: Connection, size: int) -> tuple[bytes, list[bytes]]:
    """The root at a size by the stored nodes, and the proof for its last entry."""
    proof = log.inclusion_proof(connection, size - 1, size)
    (one,) = log.read(connection, size - 1, size)
    whole = merkle.leaf_hash(one.body)
    at = size - 1
    last = size - 1
    for neighbour in proof:
        whole = merkle.node_hash(neighbour, whole)
        assert at == last
    return whole, proof


def test_pruning_again_changes_nothing(engine: Engine, key: note.Key, pruned: list[bytes]):
    before = everything(engine)
    with engine.begin() as connection:
        assert prune.prune(connection, 60, NOW, vkey=key.vkey) is None
    assert everything(engine) == before


def test_what_nobody_signed_is_never_pruned(engine: Engine, key: note.Key, fill: Callable[..., None]):
    fill(30)
    before = everything(engine)
    with engine.begin() as connection:
        assert prune.prune(connection, 30, NOW, vkey=key.vkey) is None
        assert prune.prune(connection, NOW + 9 * DAY, NOW, vkey=key.vkey) is None
    assert everything(engine) == before


def test_a_date_cuts_at_the_last_checkpoint_before_it(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [20, 33, 50, 80], key)
        for days, size in ((0, None), (1, 20), (2, 33), (3, 50), (4, 80), (99, 80)):
            found = prune.find(connection, NOW + days * DAY)
            assert (found.signed.size if found else None) == size
        assert (found := prune.find(connection, NOW + 99 * DAY, stay=49)) is not None
        assert found.signed.size == 33
        with pytest.raises(LedgerError, match="zone"):
            prune.find(connection, datetime(2026, 1, 1))  # noqa: DTZ001


def test_nothing_after_a_checkpoint_that_is_too_young_goes_though_the_clock_was_set_back(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [10, 20], key)
        grow(connection, [30], key, NOW - 400 * DAY)
        found = prune.find(connection, NOW + DAY / 2)
        assert found is not None
        assert found.signed.size == 10


def test_the_export_is_what_it_must_be(engine: Engine, key: note.Key, pruned: list[bytes]):
    file = io.BytesIO()
    with engine.connect() as connection:
        export.export(connection, file)
    ours = file.getvalue().split(b"\n\n", 2)[2]
    stamped = cut_export(pruned[:80], [20, 33, 50], key).split(b"\n\n", 2)[2].split(b"\n\n")[0] + b"\n\n"
    assert ours == stamped + b"".join(body + b"\n" for body in pruned[50:])
    held = verify(io.BytesIO(file.getvalue()), key.vkey)
    assert (held.size, held.kinds["prune"], sum(held.kinds.values())) == (81, 1, 31)
    assert held.pruned == past.Pruned(number=50, signed_at=NOW + 2 * DAY, at=NOW)
    assert "the first 50 were pruned on 2026-11-22, up to the checkpoint of 2026-11-24" in str(held)


def _proofs_hold(connection: Connection, leaves: list[bytes], signed: set[int], sizes: list[int]) -> None:
    first = log.first(connection)
    trees = [merkle.Frontier()]
    for leaf in leaves:
        trees.append(trees[-1].append(leaf))
    assert log.head(connection) == trees[len(leaves)]
    for size in sizes:
        for index in {*range(first, size, max(1, (size - first) // 20)), size - 1} & {*range(first, size)}:
            proof = log.inclusion_proof(connection, index, size)
            merkle.check_inclusion(leaves[index], index, size, proof, trees[size].root)
    for new in (one for one in sizes if one >= first or one in signed):
        some = range(first, new, max(1, (new - first) // 10))
        for old in sorted({0, new, *signed, *sizes, *some} & {*range(new + 1)}):
            proof = log.consistency_proof(connection, old, new)
            merkle.check_consistency(old, trees[old].root, new, trees[new].root, proof)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([1, 1, 2, 3, 15, 16, 17, 40, 255, 256, 300]), min_size=2, max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.data(),
)
def test_proofs_hold_wherever_the_log_was_signed_and_cut(tmp_path_factory, key, batches, signs, data):
    engine = open_sqlite(tmp_path_factory.mktemp("log") / "ledger.db")
    try:
        with engine.begin() as connection:
            tables.install(connection)
            bodies: list[bytes] = []
            signed: dict[int, str] = {}
            for batch, sign in zip(batches, signs, strict=False):
                some = log.append(connection, [facts(len(bodies) + one) for one in range(batch)], now=NOW)
                bodies += [one.body for one in log.read(connection, some.start)]
                if sign:
                    signed[len(bodies)] = checkpoints.checkpoint(connection, key, NOW)
                if data.draw(st.booleans()) and prune.prune(
                    connection, data.draw(st.integers(0, len(bodies))), NOW, vkey=key.vkey
                ):
                    bodies += [one.body for one in log.read(connection, len(bodies))]
            leaves = merkle.leaf_hashes(bodies)
            first = log.first(connection)
            sizes = sorted({*signed, len(leaves), *data.draw(st.lists(st.integers(first, len(leaves)), max_size=2))})
            _proofs_hold(connection, leaves, set(signed), sizes)
            checkpoints.checkpoint(connection, key, NOW)
            file = io.BytesIO()
            export.export(connection, file)
            for size, text_ in signed.items():
                held = verify(io.BytesIO(file.getvalue()), key.vkey, text_)
                assert (held.grown_from, held.size) == (size, len(leaves))
                assert (held.pruned.number if held.pruned else 0) == first
            if first:
                with pytest.raises(LedgerError):
                    export.receipt(connection, first - 1)
            found = verify(io.BytesIO(export.receipt(connection, first).to_bytes()), key.vkey)
            assert found.index == first
    finally:
        engine.dispose()


def test_a_second_cut_goes_on_from_the_first(engine: Engine, key: note.Key, pruned: list[bytes]):
    with engine.begin() as connection:
        first = checkpoints.last_checkpoint(connection)
        grow(connection, [90, 120], key, NOW + 30 * DAY)
        bodies = pruned + bodies_of(connection)[31:]
        cut = prune.prune(connection, 100, NOW, vkey=key.vkey)
        assert cut is not None
        assert (cut.first, cut.number, log.first(connection)) == (50, 40, 90)
        bodies += bodies_of(connection)[30:]
        checkpoints.checkpoint(connection, key, NOW)
        _proofs_hold(connection, merkle.leaf_hashes(bodies), {20, 33, 50, 80, 81, 90, 120}, [81, 95, 121])
        file = io.BytesIO()
        export.export(connection, file)
    held = verify(io.BytesIO(file.getvalue()), key.vkey, first)
    assert (held.grown_from, held.size) == (81, 121)
    assert held.pruned is not None
    assert held.pruned.number == 90


def test_a_log_can_be_pruned_to_its_last_checkpoint_and_goes_on(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [40], key)
        assert prune.prune(connection, 40, NOW, vkey=key.vkey) is not None
        assert [one.value["kind"] for one in log.read(connection)] == ["prune"]
        grow(connection, [60], key)
        assert log.size(connection) == 60


def test_a_receipt_made_before_pruning_still_verifies(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [20, 80], key)
        old = [export.receipt(connection, index).to_bytes() for index in (3, 70)]
        prune.prune(connection, 20, NOW, vkey=key.vkey)
        with pytest.raises(LedgerError, match="pruned"):
            export.receipt(connection, 3)
        assert export.receipt(connection, 70).to_bytes() == old[1]
    assert [verify(io.BytesIO(data), key.vkey).index for data in old] == [3, 70]


def test_an_export_needs_a_checkpoint_that_covers_the_evidence_of_pruning(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [20, 80], key)
        prune.prune(connection, 20, NOW, vkey=key.vkey)
        with pytest.raises(LedgerError, match="sign a new one"):
            export.export(connection, io.BytesIO())


@pytest.mark.parametrize(
    ("trigger", "damage"),
    [
        ("holdord_entry_no_update", "UPDATE holdord_entry SET body = replace(body, 'CI-3', 'CI-4')"),
        ("holdord_entry_no_delete", 'DELETE FROM holdord_entry WHERE "index" = 3'),
        ("holdord_checkpoint_no_update", "UPDATE holdord_checkpoint SET note = replace(note, '33', '32')"),
        ("holdord_checkpoint_no_update", "UPDATE holdord_checkpoint SET size = 34 WHERE size = 50"),
    ],
)
def test_what_was_tampered_with_is_never_thrown_away(engine: Engine, key: note.Key, trigger: str, damage: str):
    with engine.begin() as connection:
        grow(connection, [20, 33, 50, 80], key)
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql(damage)
    before = everything(engine)
    with pytest.raises(VerificationError), engine.begin() as connection:
        prune.prune(connection, 60, NOW, vkey=key.vkey)
    assert everything(engine) == before


def test_checkpoints_of_another_key_cover_nothing(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [20, 80], key)
    before = everything(engine)
    with pytest.raises(VerificationError), engine.begin() as connection:
        prune.prune(connection, 60, NOW, vkey=note.new_key(key.name).vkey)
    assert everything(engine) == before


def test_a_stop_amid_pruning_leaves_the_log_as_it_was(engine: Engine, key: note.Key):
    with engine.begin() as connection:
        grow(connection, [20, 80], key)
    before = everything(engine)
    with engine.connect() as connection:
        prune.prune(connection, 60, NOW, vkey=key.vkey)
        connection.rollback()
    assert everything(engine) == before


@pytest.mark.parametrize(
    "statement",
    [
        'DELETE FROM holdord_entry WHERE "index" = 50',
        "DELETE FROM holdord_entry",
        "DELETE FROM holdord_node",
        'DELETE FROM holdord_node WHERE level = 0 AND "first" = 50',
        "DELETE FROM holdord_checkpoint WHERE size = 20",
        "DELETE FROM holdord_pruned WHERE size = 20",
        "UPDATE holdord_pruned SET hashes = hashes",
        "INSERT OR REPLACE INTO holdord_pruned SELECT * FROM holdord_pruned",
        "INSERT INTO holdord_pruned VALUES (10, x'00', NULL, NULL)",
        "INSERT INTO holdord_entry VALUES (3, '{}')",
        "INSERT INTO holdord_node VALUES (0, 0, zeroblob(32))",
        'UPDATE holdord_head SET "first" = 20',
        'UPDATE holdord_head SET "first" = 51',
        'UPDATE holdord_head SET "first" = 80',
        'UPDATE holdord_head SET "first" = 80, size = 90',
    ],
)
def test_the_database_lets_nothing_go_that_was_not_pruned(engine: Engine, pruned: list[bytes], statement: str):
    before = everything(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert everything(engine) == before


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "pruned"},
        {"to": 33},
        {"to": 150},
        {"from": 49},
        {"to": 80, "zone": "x"},
    ],
)
def test_the_cut_moves_only_on_evidence(engine: Engine, key: note.Key, pruned: list[bytes], change: dict[str, object]):
    with engine.connect() as connection:
        signed = note.read_checkpoint(checkpoints.last_checkpoint(connection) or "")
    right = past.facts(50, signed, "0" * 64)
    assert right["to"] == 81

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
CREATE TABLE holdord_entry ("index" INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY ("index"));
CREATE TABLE holdord_node (level SMALLINT NOT NULL, "first" INTEGER NOT NULL, hashes BLOB NOT NULL,
    PRIMARY KEY (level, "first"));
CREATE TABLE holdord_head (id SMALLINT NOT NULL, size INTEGER NOT NULL, frontier BLOB NOT NULL, PRIMARY KEY (id));
CREATE TABLE holdord_checkpoint (id INTEGER NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (id));
CREATE TABLE holdord_salt ("index" INTEGER NOT NULL, name VARCHAR(64) NOT NULL, salt BLOB NOT NULL,
    PRIMARY KEY ("index", name)) WITHOUT ROWID;
CREATE TRIGGER holdord_entry_no_delete BEFORE DELETE ON holdord_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER holdord_node_no_delete BEFORE DELETE ON holdord_node
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER holdord_head_grows BEFORE UPDATE ON holdord_head WHEN NEW.size < OLD.size OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
INSERT INTO holdord_head VALUES (1, 0, x'');
"""


def test_a_log_of_an_older_holdord_can_be_pruned_once_it_was_installed_again(
    engine: Engine, tmp_path: Path, key: note.Key
):
    def triggers(of: Engine) -> set[tuple[str, str]]:
        with of.connect() as connection:
            found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return {(row.name, row.sql) for row in found}

    older = open_sqlite(tmp_path / "older.db")
    raw = older.raw_connection()
    raw.executescript(OLD)  # type: ignore[attr-defined]
    raw.close()
    with older.begin() as connection:
        tables.install(connection)
    assert triggers(older) == triggers(engine)
    with older.begin() as connection:
        grow(connection, [20, 50], key)
        assert prune.prune(connection, 20, NOW, vkey=key.vkey) is not None
        assert log.first(connection) == 20
    older.dispose()
