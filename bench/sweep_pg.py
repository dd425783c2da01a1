"""Erasing or anonymising a tenth of a PostgreSQL table: the sweep, evidence included, against one statement by hand.

    ./run bench sweep-pg anonymise-pg --scale 0.1

At scale 1 the table has ten million rows. Each side works on its own copy of one database, in turn, on a server with
its default settings. Processor time is that of the backend alone (``/proc``), the write-ahead log is counted by its
own positions. Then both once more while another connection updates rows at random: its longest wait is the stall.
"""

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import server, sweeping
from sqlalchemy import Connection, Engine, text

from holdord.stores.database import connect

ROWS = 10_000_000
SCALE = 0.1
ROUNDS = 3
_TICKS = os.sysconf("SC_CLK_TCK")


def run(scale: float, task: sweeping.Task) -> list[dict[str, Any]]:
    """Measure at a share of ten million rows; correctness is asserted, times never."""
    rows = max(1_000, round(ROWS * scale))
    with server.server() as url, tempfile.TemporaryDirectory() as folder:
        if url is None:
            return [
                {
                    "name": f"{task.name}-pg",
                    "rows": 0,
                    "note": "no PostgreSQL: the wheel is missing, no server is named",
                }
            ]
        databases = server.Databases(url, "holdord_bench")
        try:
            bench = _Bench(databases, Path(folder) / "company", task)
            figures, point = bench.against(rows)
            points = [(size, bench.alone(size)) for size in (rows // 100, rows // 10)] + [(rows, point)]
        finally:
            databases.close()
    for name, number in (("carried", 0), ("whole", 1)):
        found = [(size, times[number]) for size, times in points]
        figures.append(
            {
                "name": f"{task.name}-pg-growth-{name}",
                "rows": rows,
                "seconds": round(found[-1][1], 3),
                "exponent": round(sweeping.exponent(found), 3),
                "points": {str(size): round(seconds, 3) for size, seconds in found},
            }
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [{**figure, "peak_mb": peak} for figure in figures]


class _Bench:
    def __init__(self, databases: server.Databases, folder: Path, task: sweeping.Task) -> None:
        self.databases = databases
        self.folder = folder
        self.task = task

    def against(self, rows: int) -> tuple[list[dict[str, Any]], tuple[float, float]]:
        """Measure both sides in turn, quietly and beside another writer."""
        self.fill(rows)
        spans: dict[str, list[float]] = {}
        for turn in range(2 * ROUNDS):
            for side in (self.holdord, self.by_hand) if turn % 2 else (self.by_hand, self.holdord):
                for name, value in side(writing=turn >= ROUNDS).items():
                    spans.setdefault(name, []).append(value)
        median = {name: statistics.median(values) for name, values in spans.items()}
        erased = int(median["rows"])

        def figure(name: str, what: str, unit: str, digits: int = 3, **more: Any) -> dict[str, Any]:
            ours, theirs = median[what], median[f"delete_{what}"]
            return {
                "name": name,
                "rows": rows,
                "erased": erased,
                unit: round(ours, digits),
                f"delete_{unit}": round(theirs, digits),
                "ratio": round(ours / theirs, 5),
                **more,
            }

        counted: dict[str, Any] = {"batches": int(median["batches"]), "longest": round(median["longest"], 3)}
        writer: dict[str, Any] = {"updates": int(median["updates"]), "p99": round(median["p99"], 5)}
        return [
            figure(f"{self.task.name}-pg", "carried", "seconds", **counted),
            figure(f"{self.task.name}-pg-cpu", "cpu", "seconds"),
            figure(f"{self.task.name}-pg-wal", "wal", "bytes", 0),
            figure(f"{self.task.name}-pg-stall", "stall", "seconds", 5, **writer),
            figure(f"{self.task.name}-pg-whole", "whole", "seconds"),
        ], (median["carried"], median["whole"])

    def alone(self, rows: int) -> tuple[float, float]:
        """Measure the sweep on a table of another size."""
        self.fill(rows)
        found = [self.holdord(writing=False) for _ in range(ROUNDS)]
        return (
            statistics.median(one["carried"] for one in found),
            statistics.median(one["whole"] for one in found),
        )

    def fill(self, rows: int) -> None:
        """Make the table: addresses and card numbers in no order."""
        engine = connect(self.databases.make("template"))
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE visits (id bigint PRIMARY KEY, name text, email text, phone text, card bigint, page text,"
                " remark text, last_seen date NOT NULL)"
            )
            connection.execute(text("SELECT setseed(0.5)"))
            connection.execute(
                text(
                    "INSERT INTO visits SELECT i, 'Visitor ' || i, substr(md5(i::text), 1, 16) || '@example.org', "
                    "'+47 000 ' || i, (random() * 1000000000000)::bigint, '/page/' || i % 977, "
                    "'asked about article ' || i % 9973, date '2024-11-21' + CASE WHEN random() < 0.1 "
                    "THEN -(random() * 3650)::int ELSE 1 + (random() * 730)::int END "
                    "FROM generate_series(1, :rows) AS i"
                ),
                {"rows": rows},
            )
            for column in sweeping.INDEXES["scattered"]:
                connection.exec_driver_sql(f"CREATE INDEX visits_{column} ON visits ({column})")
        sweeping.install(engine)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE, FREEZE)")
        engine.dispose()

    def copy(self) -> str:
        """Return the URL of a fresh copy, everything before it on disk."""
        url = self.databases.make("copy", "template")
        with self.databases.admin.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
        return url

    def holdord(self, *, writing: bool) -> dict[str, float]:
        """One sweep."""
        with closing(sweeping.opened(self.copy(), self.folder, self.task)) as company:
            engine = company.store.engine
            with engine.connect() as connection:
                before, backend = sweeping.counts(connection, self.task), _backend(connection)
            with self.databases.admin.connect() as probe, _writer(engine, before[0], writing) as writer:
                swept = sweeping.sweep(company, lambda: (_used(backend), _position(probe)))
            with engine.connect() as connection:
                sweeping.check(before, sweeping.counts(connection, self.task), self.task)
                assert _backend(connection) == backend
            assert swept.rows == before[1]
        if writing:
            return writer.figures("")
        (used, position), (used_after, position_after) = swept.marks
        return {
            "carried": swept.carried,
            "whole": swept.whole,
            "cpu": used_after - used,
            "wal": position_after - position,
            "batches": swept.batches,
            "longest": swept.longest,
            "rows": swept.rows,
        }

    def by_hand(self, *, writing: bool) -> dict[str, float]:
        """One statement written by hand."""
        engine = connect(self.copy())
        with engine.connect() as connection:
            before, backend = sweeping.counts(connection, self.task), _backend(connection)
        with self.databases.admin.connect() as probe, _writer(engine, before[0], writing) as writer:
            used, position = _used(backend), _position(probe)
            start = time.perf_counter()
            with engine.begin() as connection:
                connection.exec_driver_sql(self.task.statement)
            spent = time.perf_counter() - start
            used, position = _used(backend) - used, _position(probe) - position
        with engine.connect() as connection:
            sweeping.check(before, sweeping.counts(connection, self.task), self.task)
            assert _backend(connection) == backend
        engine.dispose()
        if writing:
            return writer.figures("delete_")
        return {
            "delete_carried": spent,
            "delete_whole": spent,
            "delete_cpu": max(used, 1 / _TICKS),
            "delete_wal": position,
        }


def _backend(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def _used(backend: int) -> float:
    """Return the processor time of a backend, in seconds (proc(5): fields 14 and 15)."""
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _position(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").scalar_one())


class _Writer(threading.Thread):
    """Another writer: updates rows at random, each in a transaction of its own, and measures how long it waits."""

    def __init__(self, engine: Engine, rows: int) -> None:
        super().__init__()
        self.engine, self.rows = engine, rows
        self.done = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        pick = random.Random(1)
        other = connect(self.engine.url.render_as_string(hide_password=False))
        with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            update = text("UPDATE visits SET remark = 'called back' WHERE id = :id")
            while not self.done.is_set():
                start = time.perf_counter()
                connection.execute(update, {"id": pick.randint(1, self.rows)})
                self.waits.append(time.perf_counter() - start)
        other.dispose()

    def figures(self, prefix: str) -> dict[str, float]:
        waits = sorted(self.waits)
        return {
            f"{prefix}stall": waits[-1],
            f"{prefix}updates": len(waits),
            f"{prefix}p99": waits[len(waits) * 99 // 100],
        }


@contextmanager
def _writer(engine: Engine, rows: int, writing: bool) -> Iterator[_Writer]:
    writer = _Writer(engine, rows)
    if writing:
        writer.start()
        time.sleep(0.2)
    try:
        yield writer
    finally:
        if writing:
            writer.done.set()
            writer.join()


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--task", choices=sweeping.TASKS, default="sweep")
    said = parser.parse_args()
    for figure in run(said.scale, sweeping.TASKS[said.task]):
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
