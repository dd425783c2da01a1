"""Carries a plan out: table by table, children first, in ranges of the primary key, one transaction a range.

In each range the predicate is asked again, so what was due when the plan was made and is held now stays. The
evidence of a batch is written in the batch's own transaction: after a kill at any point either both are there or
neither is. Asking for the plan again after a kill finds what is left. Batches wait for the disk together, at the end:
a power cut may undo the last ones, each with its evidence, and never what was reported done (decision 0007). The width
of a range follows the time that the last ones took, since that is how long another writer may have to wait.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from holdord.errors import Refused, StoreError
from holdord.plan.predicate import looks_elsewhere
from holdord.plan.statements import Plan, Statement
from holdord.stores.sql import SqlStore
from holdord.stores.walk import Range, Walk

STALL = {"sqlite": 0.15, "postgresql": 0.05}
"""Seconds that a batch should take, and so the longest that it should make another writer wait."""

_NARROWEST, _FIRST, _WIDEST = 100, 10_000, 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What one statement did in one range."""

    statement: Statement
    part: Range
    rows: int


Evidence = Callable[[Connection, list[Batch]], None]
"""Writes down what batches did, inside their transaction."""

Progress = Callable[[Statement, int], None]
"""Told after each batch how many rows a statement touched."""


def carry_out(
    store: SqlStore, plan: Plan, *, evidence: Evidence | None = None, progress: Progress | None = None
) -> dict[int, int]:
    """Do what ``plan`` says.

    Args:
        store: The store that it was made of.
        plan: Its statements, children before parents.
        evidence: Called in each transaction that changed something.
        progress: Called after each commit.

    Returns:
        Number of the statement → rows touched; the disk has them.

    Raises:
        Refused: When more rows are due than the plan said: the world moved. The batch that noticed is undone.
        StoreError: When the database does not answer; what was committed stays and has its evidence.
    """
    done = {statement.number: 0 for statement in plan.statements}
    try:
        for table, group in groupby(plan.statements, key=lambda statement: statement.table):
            statements = list(group)
            for batches in _ranges(store, table, statements, done, evidence):
                for batch in batches:
                    done[batch.statement.number] += batch.rows
                    if progress is not None:
                        progress(batch.statement, batch.rows)
    except BaseException:
        with suppress(StoreError):  # what is raised already says that something is wrong
            store.make_lasting()
        raise
    store.make_lasting()
    return done


def _ranges(
    store: SqlStore, table: str, statements: list[Statement], done: dict[int, int], evidence: Evidence | None
) -> Iterator[list[Batch]]:
    walk, width = Walk(store.compiler, table), _FIRST
    plain = not any(looks_elsewhere(statement.settled) for statement in statements)
    with store.writing() as connection:
        rest = walk.begin(connection)
    while rest is not None:
        if all(done[statement.number] >= statement.rows for statement in statements):
            return
        began = time.perf_counter()
        with store.writing(lasting=False) as connection:
            if plain:
                walk.read_in_bulk(connection)
            part = walk.cut(connection, rest, width)
            batches = []
            for statement in statements:
                rows = walk.apply(connection, statement, part)
                if done[statement.number] + rows > statement.rows:
                    raise Refused(
                        f"More rows of {table} are due than the plan said ({statement.rows}): the data changed since. "
                        "What was done until here is done and has its evidence; make a new plan."
                    )
                if rows:
                    batches.append(Batch(statement=statement, part=part, rows=rows))
            if batches and evidence is not None:
                evidence(connection, batches)
        yield batches
        width = _adapted(width, time.perf_counter() - began, STALL[store.dialect])
        rest = Range(part.upto, rest.upto) if part.upto != rest.upto else None


def _adapted(width: int, took: float, target: float) -> int:
    """Return the next width: at most twice or half of this one, by how long it took."""
    factor = min(2.0, max(0.5, target / max(took, 1e-6)))
    return int(min(_WIDEST, max(_NARROWEST, width * factor)))
