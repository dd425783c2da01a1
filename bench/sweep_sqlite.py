"""Erasing or anonymising a tenth of a SQLite table: the sweep, evidence included, against one statement by hand.

    ./run bench sweep-sqlite anonymise-sqlite --scale 0.1

At scale 1 the table has ten million rows. Each side works on its own copy of one file, in turn, with the product's own
pragmas (write-ahead log, secure_delete, full synchronisation, 64 MB of cache). The hand-written side is the statement
and its commit; against the sweep as a whole, which plans before and looks again afterwards and empties the write-ahead
log, it is the statement and the emptying. Once more by hand with SQLite's own cache of 2 MB, which is what somebody who
types the statement has (``-own-cache``). All of it twice: with indexes near to the key's order, and with indexes in no
order (``-scattered``).
"""

import argparse
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import sweeping

from holdord.stores.database import connect

ROWS = 10_000_000
SCALE = 0.1
ROUNDS = 3
SIDES = ("delete", "own_cache", "holdord")


def run(scale: float, task: sweeping.Task, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Measure at a share of ten million rows, the median of some rounds; correctness is asserted, times never."""
    rows = max(1_000, round(ROWS * scale))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        figures, point = _against(place, rows, "near", task, rounds)
        points = [(size, _alone(place, size, task)) for size in (rows // 100, rows // 10)] + [(rows, point)]
        scattered, _ = _against(place, rows, "scattered", task, rounds)
        figures += [{**figure, "name": f"{figure['name']}-scattered"} for figure in scattered]
    for name, number in (("carried", 0), ("whole", 1)):
        found = [(size, times[number]) for size, times in points]
        figures.append(
            {
                "name": f"{task.name}-sqlite-growth-{name}",
                "rows": rows,
                "seconds": round(found[-1][1], 3),
                "exponent": round(sweeping.exponent(found), 3),
                "points": {str(size): round(seconds, 3) for size, seconds in found},
            }
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [{**figure, "peak_mb": peak} for figure in figures]


def _against(
    place: Path, rows: int, indexes: str, task: sweeping.Task, rounds: int
) -> tuple[list[dict[str, Any]], tuple[float, float]]:
    template = _filled(place / "template.db", rows, indexes)
    spans: dict[str, list[float]] = {}
    batches, erased = 0, 0
    for turn in range(rounds):
        for side in reversed(SIDES) if turn % 2 else SIDES:
            file = place / f"{side}.db"
            shutil.copyfile(template, file)
            os.sync()
            found = _sweep(place, file, task) if side == "holdord" else _by_hand(file, task, side)
            for name, value in found.items():
                spans.setdefault(name, []).append(value)
            batches, erased = int(found.get("batches", batches)), int(found["rows"])
            for one in place.glob(f"{side}.db*"):
                one.unlink()
    median = {name: statistics.median(values) for name, values in spans.items()}
    template.unlink()

    def figure(name: str, ours: str, theirs: str, **more: Any) -> dict[str, Any]:
        return {
            "name": name,
            "rows": rows,
            "erased": erased,
            "seconds": round(median[ours], 3),
            "delete_seconds": round(median[theirs], 3),
            "ratio": round(median[ours] / median[theirs], 3),
            **more,
        }

    return [
        figure(f"{task.name}-sqlite", "carried", "delete", batches=batches, longest=round(median["longest"], 3)),
        figure(f"{task.name}-sqlite-own-cache", "carried", "own_cache"),
        figure(f"{task.name}-sqlite-cpu", "carried_cpu", "delete_cpu"),
        figure(f"{task.name}-sqlite-whole", "whole", "delete_settled"),
        {
            "name": f"{task.name}-sqlite-wal",
            "rows": rows,
            "mb": round(median["wal"] / 1e6, 3),
            "delete_mb": round(median["delete_wal"] / 1e6, 3),
            "ratio": round(median["wal"] / median["delete_wal"], 5),
        },
    ], (median["carried"], median["whole"])


def _alone(place: Path, rows: int, task: sweeping.Task) -> tuple[float, float]:
    template = _filled(place / "template.db", rows, "near")
    found = []
    for _ in range(ROUNDS):
        shutil.copyfile(template, place / "holdord.db")
        os.sync()
        found.append(_sweep(place, place / "holdord.db", task))
        for one in place.glob("holdord.db*"):
            one.unlink()
    template.unlink()
    return (
        statistics.median(one["carried"] for one in found),
        statistics.median(one["whole"] for one in found),
    )


def _filled(file: Path, rows: int, indexes: str) -> Path:
    """Make the table in ``file``, in a process of its own, whose memory does not count."""
    said = ["--fill", str(file), "--rows", str(rows), "--indexes", indexes]
    subprocess.run([sys.executable, __file__, *said], check=True)
    return file


def _fill(file: Path, rows: int, indexes: str) -> None:
    """Make the table in ``file``: addresses and card numbers in no order, visits of twelve years."""
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000")
        raw.execute(
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, card BIGINT, page TEXT, "
            "remark TEXT, last_seen DATE NOT NULL)"
        )
        raw.execute(
            "INSERT INTO visits WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "SELECT i, 'Visitor ' || i, lower(hex(randomblob(8))) || '@example.org', printf('+47 %08d', i), "
            "abs(random()) % 1000000000000, '/page/' || (i % 977), 'asked about article ' || (i % 9973), "
            "date('2024-11-21', CASE WHEN abs(random()) % 10 = 0 THEN -(abs(random()) % 3650) "
            "ELSE 1 + abs(random()) % 730 END || ' days') FROM n",
            (rows,),
        )
        for column in sweeping.INDEXES[indexes]:
            raw.execute(f"CREATE INDEX visits_{column} ON visits ({column})")
    engine = connect(f"sqlite:///{file}")
    sweeping.install(engine)
    engine.dispose()


def _sweep(place: Path, file: Path, task: sweeping.Task) -> dict[str, float]:
    with closing(sweeping.opened(f"sqlite:///{file}", place / "company", task)) as company:
        with company.store.engine.connect() as connection:
            before = sweeping.counts(connection, task)
        with _Watch(file) as watch:
            swept = sweeping.sweep(company, time.process_time)
        with company.store.engine.connect() as connection:
            sweeping.check(before, sweeping.counts(connection, task), task)
        assert swept.rows == before[1]
    return {
        "carried": swept.carried,
        "carried_cpu": swept.marks[1] - swept.marks[0],
        "whole": swept.whole,
        "longest": swept.longest,
        "batches": swept.batches,
        "rows": swept.rows,
        "wal": watch.peak,
    }


def _by_hand(file: Path, task: sweeping.Task, side: str) -> dict[str, float]:
    engine = connect(f"sqlite:///{file}")
    with engine.connect() as connection:
        before = sweeping.counts(connection, task)
    with _Watch(file) as watch:
        start, used = time.perf_counter(), time.process_time()
        with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
            if side == "own_cache":
                connection.exec_driver_sql("PRAGMA cache_size = -2000")
            rows = connection.exec_driver_sql(task.statement).rowcount
        spent, used = time.perf_counter() - start, time.process_time() - used
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        settled = time.perf_counter() - start
    with engine.connect() as connection:
        sweeping.check(before, sweeping.counts(connection, task), task)
    engine.dispose()
    spans = {"": spent, "_cpu": used, "_settled": settled, "_wal": watch.peak}
    return {f"{side}{what}": span for what, span in spans.items()} | {"rows": rows}


class _Watch:
    """Looks how large the write-ahead log of a file gets."""

    def __init__(self, file: Path) -> None:
        self.file = file.with_name(f"{file.name}-wal")
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.02):
            try:
                self.peak = max(self.peak, self.file.stat().st_size)
            except FileNotFoundError:
                continue


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--task", choices=sweeping.TASKS, default="sweep")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of which the median is taken")
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--indexes", choices=sweeping.INDEXES, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.fill:
        _fill(said.fill, said.rows, said.indexes)
        return
    for figure in run(said.scale, sweeping.TASKS[said.task], said.rounds):
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
