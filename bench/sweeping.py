"""What the benches of a sweep share: a table, what is to be done to it, and one sweep with its parts timed.

The table is a stranger's: people who visited a web site, with a clock, six more columns and two secondary indexes. A
tenth of its rows is due, scattered over the key: to be erased, or to lose three columns. The data map is written by
hand, the policy has one purpose, or two where rows outlive a part of what is in them. What sweeps is
``holdord.run.sweep.keep`` itself, evidence included.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from holdord.config import Settings
from holdord.datamap.load import load as load_map
from holdord.ledger import log as ledger
from holdord.plan.bind import Bound
from holdord.plan.statements import Plan, Statement
from holdord.policy.load import load as load_policy
from holdord.run.company import Company
from holdord.run.sweep import keep, plan_of
from holdord.stores.database import connect
from holdord.stores.register.migrate import upgrade
from holdord.stores.sql import SqlStore

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CUTOFF = date(2024, 11, 21)
"""The latest visit that may not be kept any more at ``NOW``."""

INDEXES = {"near": ("phone", "page"), "scattered": ("email", "card")}
"""Columns with an index: such as lie in the order of the key or have few values, and such as lie in no order at all.

It matters on SQLite, which takes a row out of its indexes at once: from as many pages as there are rows where these lie
in no order. PostgreSQL leaves that to VACUUM.
"""

_ERASE = """
holdord: 1
controller: {name: A company, country: NO, register_number: "1"}
notices: {en: notice.md}
purposes:
  service:
    for: Answering visitors
    basis: legitimate_interest
    works_on: [visit]
    needs: [visit.*]
    keep: {from: last_seen, at_most: 24 months}
promises:
  B-1:
    says: Visits are kept for 24 months after the last one
    kept_by: software
    parts: {storage: {keep: all}}
    notice: [{lang: en, section: "1", quote: We keep it for 24 months.}]
"""
_ANONYMISE = _ERASE.replace("needs: [visit.*]", "needs: [visit.contact.*, visit.financial.*]").replace(
    "promises:\n",
    """\
  statistics:
    for: Counting visits
    basis: legitimate_interest
    works_on: [visit]
    needs: [visit.record.*]
    keep: {from: last_seen, at_most: 50 years}
promises:
""",
)
_MAP = """
holdord_datamap: 1
store: site
tables:
  visits:
    class: visit
    default: record.remark
    columns: {name: contact.name, email: contact.email, card: financial.account}
    clocks: {last_seen: last_seen}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is done to the rows that are due.

    Attributes:
        name: How its figures begin.
        statement: Doing it by hand.
        due: Which rows are meant.
    """

    name: str
    policy: str
    statement: str
    due: str


TASKS = {
    task.name: task
    for task in (
        Task(
            name="sweep",
            policy=_ERASE,
            statement=f"DELETE FROM visits WHERE last_seen <= '{CUTOFF}'",
            due=f"last_seen <= '{CUTOFF}'",
        ),
        Task(
            name="anonymise",
            policy=_ANONYMISE,
            statement=f"UPDATE visits SET name = NULL, email = NULL, card = NULL WHERE last_seen <= '{CUTOFF}'",
            due=f"last_seen <= '{CUTOFF}' AND NOT (name IS NULL AND email IS NULL AND card IS NULL)",
        ),
    )
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """One sweep, in seconds.

    Attributes:
        carried: From the moment that the plan stands until the disk has the last batch.
        whole: Plan, batches, plan again, checkpoint, pages settled.
        batches: Transactions that erased something.
        longest: Seconds between two commits, at most.
        marks: What ``probe`` said when the plan stood and when the disk had the last batch.
    """

    rows: int
    carried: float
    whole: float
    batches: int
    longest: float
    marks: tuple[Any, Any]


class _Store(SqlStore):
    """Tells when the disk has the last batch."""

    lasting: Callable[[], None] = staticmethod(lambda: None)

    def make_lasting(self) -> None:
        super().make_lasting()
        self.lasting()


def opened(url: str, folder: Path, task: Task) -> Company:
    """Return the company whose only store is the table at ``url``; its ledger's key lies in ``folder``."""
    policy, engine = load_policy(task.policy), connect(url)
    store = _Store(engine=engine, datamap=load_map(_MAP), controller=policy.controller)
    assert store.compiler.schema is store.schema  # one reflection, on one connection
    settings = Settings(
        store_url=url, state_url=url, receipts=True, key=folder / "ledger.key", every_days=1, pause_days=31
    )
    folder.mkdir(exist_ok=True)
    return Company(
        folder=folder,
        settings=settings,
        policy=policy,
        store=store,
        state=store,
        bound=Bound(policy, store.datamap, store.schema),
    )


def install(engine: Engine) -> None:
    """Put the evidence beside the table."""
    upgrade(engine, register=False)


def sweep(company: Company, probe: Callable[[], Any] = lambda: None) -> Swept:
    """Keep the promise, and check what the log says of it."""
    seen: list[tuple[float, Any]] = []
    rows = 0

    def begun(_: Plan) -> None:
        seen.append((time.perf_counter(), probe()))

    def progress(_: Statement, done: int) -> None:
        nonlocal rows
        rows += done
        seen.append((time.perf_counter(), probe()))

    assert isinstance(company.store, _Store)
    company.store.lasting = lambda: seen.append((time.perf_counter(), probe()))
    confirm = plan_of(company, NOW.date()).digest
    start = time.perf_counter()
    kept = keep(company, lambda: NOW, confirm=confirm, progress=progress, begun=begun)
    whole = time.perf_counter() - start
    with company.store.reading() as snapshot:
        entries = [entry.value for entry in ledger.read(snapshot.connection)]
    assert kept.rows == rows == sum(entry["rows"] for entry in entries if entry["kind"] == "batch")
    assert not kept.left.statements
    assert not kept.left.stopped
    times = [at for at, _ in seen]
    return Swept(
        rows=rows,
        carried=times[-1] - times[0],
        whole=whole,
        batches=len(seen) - 2,
        longest=max((b - a for a, b in pairwise(times)), default=0.0),
        marks=(seen[0][1], seen[-1][1]),
    )


def counts(connection: Connection, task: Task) -> tuple[int, int]:
    """Return how many rows there are, and how many of these are due."""
    total, due = connection.execute(
        text(f"SELECT count(*), coalesce(sum(CASE WHEN {task.due} THEN 1 ELSE 0 END), 0) FROM visits")
    ).one()
    return int(total), int(due)


def check(before: tuple[int, int], after: tuple[int, int], task: Task) -> None:
    """Check that all that was due was done, and nothing else."""
    left = before[0] - (before[1] if task.name == "sweep" else 0)
    assert after == (left, 0), (before, after)


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """Return the power of the number of rows by which a time grows, by least squares on logarithms."""
    xs, ys = [log(rows) for rows, _ in points], [log(seconds) for _, seconds in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((a - x) ** 2 for a in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / across if across else 0.0
