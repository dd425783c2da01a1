"""Carries a plan out: table by table, children first, in ranges of the primary key, one transaction a range.

In each range the predicate is asked again, so what was due when the plan was made and is held now stays. A journal
(``holdord.run.journal``) writes the evidence of each batch: after a kill at any point either both are there or
neither is. Asking for the plan again after a kill finds what is left. What a store undid because of another writer
(``holdord.errors.Collided``) is done again a few times, asked anew. Where batch and evidence are one transaction,
batches wait for the disk together, at the end: a power cut may undo the last ones, each with its evidence, and never
what was reported done (decision 0007). The width of a range follows the time that the last ones took, since that is how
long another writer may have to wait. What a person asked for goes at once, since it is little.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Protocol, TypeVar

from holdord.errors import Collided, Refused, StoreError
from holdord.plan.statements import Plan, Statement
from holdord.stores.base import Range, Store, StoreWalk, T

_In = TypeVar("_In", contravariant=True)
_Done = TypeVar("_Done")

_NARROWEST, _FIRST, _WIDEST = 1_000, 10_000, 2_000_000
_FEW = 10
"""Rows that may come to be stripped instead of erased while a sweep runs, or one in a hundred of those to be erased."""
_ONCE = 10_000
"""Rows of a request that go in one transaction."""
_PAUSES = (0.02, 0.1, 0.4, 1.2)
"""Seconds, about, before a transaction that collided with another writer's is tried again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What one statement did in one range."""

    statement: Statement
    part: Range
    rows: int


class Journal(Protocol[_In]):
    """Writes down what batches did, into transactions of the store."""

    @property
    def lasting(self) -> bool:
        """Whether each batch must wait for the disk, since its evidence lies elsewhere."""

    def batch(self, connection: _In, batches: list[Batch], /) -> None:
        """Write inside the transaction of a batch, before it commits."""

    def committed(self, batches: list[Batch], /) -> None:
        """Write after the batch has committed."""

    def undone(self) -> None:
        """Let go of what ``batch`` wrote elsewhere, if it did: the transaction was undone, and is tried again now."""


Progress = Callable[[Statement, int], None]
"""Told after each batch how many rows a statement touched."""


def carry_out(
    store: Store[T],
    plan: Plan,
    *,
    journal: Journal[T] | None = None,
    progress: Progress | None = None,
    watch: Callable[[], None] | None = None,
) -> dict[int, int]:
    """Do what ``plan`` says.

    Args:
        store: The store that it was made of.
        plan: Its statements, children before parents.
        journal: Told of each transaction that changed something.
        progress: Called after each commit.
        watch: Called before each transaction that changes something; what it raises ends the sweep there.

    Returns:
        Number of the statement → rows touched; the disk has them.

    Raises:
        Refused: When more rows are due than the plan said: the world moved. The batch that noticed is undone. A row
            that was to be erased, and that somebody refers to since, may be stripped instead.
        StoreError: When the database does not answer, or undid a batch because of other writers each time that it was
            tried; what was committed stays and has its evidence.
    """
    if goes_at_once(plan):
        return _at_once(store, plan, journal, progress, watch or _nothing)
    done = {statement.number: 0 for statement in plan.statements}
    try:
        for _, group in groupby(plan.statements, key=_together):
            statements = list(group)
            carried = _circle if statements[0].knot else _ranges
            for batches in carried(store, statements, done, journal, watch or _nothing):
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


def goes_at_once(plan: Plan) -> bool:
    """Tell whether a plan is carried out in one transaction: what people asked for, where it is not very much."""
    return plan.is_request and 0 < plan.rows <= _ONCE


def _at_once(
    store: Store[T],
    plan: Plan,
    journal: Journal[T] | None,
    progress: Progress | None,
    watch: Callable[[], None],
) -> dict[int, int]:
    """Do a whole plan in one transaction: what is half done would tell nobody whose an address was."""
    batches = _patiently(partial(_whole_plan, store, plan, journal), journal, watch)
    if batches and journal is not None:
        journal.committed(batches)
    for batch in batches:
        if progress is not None:
            progress(batch.statement, batch.rows)
    found = {batch.statement.number: batch.rows for batch in batches}
    return {statement.number: found.get(statement.number, 0) for statement in plan.statements}


def _whole_plan(store: Store[T], plan: Plan, journal: Journal[T] | None) -> list[Batch]:
    """Do the statements of a plan, children before parents, in one transaction that the disk has in the end."""
    batches: list[Batch] = []
    with store.writing() as transaction:
        for _, group in groupby(plan.statements, key=_together):
            statements = list(group)
            wholes = {one.number: store.walk([one]).begin(transaction) for one in statements}
            rows = _settled(store, transaction, statements, wholes)
            spared = _spared(statements)
            for one in statements:
                _check_bound(one, rows[one.number], 0 if one.action == "erase" else spared)
                if rows[one.number] and (part := wholes[one.number]):
                    batches.append(Batch(statement=one, part=part, rows=rows[one.number]))
        if batches and journal is not None:
            journal.batch(transaction, batches)
    return batches


def _settled(
    store: Store[T], transaction: T, statements: list[Statement], wholes: dict[int, Range | None]
) -> dict[int, int]:
    """Do statements to one table, or erase from a circle of them: leaves first, then what is knotted."""
    done: Counter[int] = Counter()
    found, walk = True, store.walk(statements)
    while found:
        found = False
        for one in statements:
            if part := wholes[one.number]:
                rows = (store.walk([one]) if one.knot else walk).apply(transaction, one, part)
                done[one.number] += rows
                found = found or bool(one.knot and rows)
    if statements[0].knot and done.total() < sum(one.rows for one in statements):
        done.update(store.untie(transaction, statements))
    return done


def _spared(statements: list[Statement]) -> int:
    """Return how many rows may be stripped instead of erased, since somebody refers to them by now."""
    erasing = [statement.rows for statement in statements if statement.action == "erase"]
    return max(_FEW, sum(erasing) // 100) if erasing else 0


def _together(statement: Statement) -> tuple[bool, tuple[str, ...]]:
    """Return what statements that are carried out together have in common: a circle that rows go from, or a table."""
    return bool(statement.knot), tuple(knot.table for knot in statement.knot) or (statement.table,)


def _nothing() -> None:
    """Watch nothing."""


def _circle(
    store: Store[T],
    statements: list[Statement],
    done: dict[int, int],
    journal: Journal[T] | None,
    watch: Callable[[], None],
) -> Iterator[list[Batch]]:
    """Erase from tables that refer to each other in a circle: leaves first, again and again, then what is knotted."""

    def left() -> int:
        return sum(statement.rows - done[statement.number] for statement in statements)

    before = left() + 1
    while 0 < left() < before:
        before = left()
        for statement in statements:
            yield from _ranges(store, [statement], done, journal, watch)
    if not left():
        return
    batches = _patiently(partial(_untie, store, statements, done, journal), journal, watch)
    if batches and journal is not None:
        journal.committed(batches)
    yield batches


def _untie(
    store: Store[T], statements: list[Statement], done: dict[int, int], journal: Journal[T] | None
) -> list[Batch]:
    """Erase what is knotted, in one transaction."""
    wholes = {statement.number: _whole(store, [statement]) for statement in statements}
    with _writing(store, journal) as transaction:
        rows = store.untie(transaction, statements)
        batches = [
            Batch(statement=statement, part=part, rows=rows[statement.number])
            for statement in statements
            if rows[statement.number] and (part := wholes[statement.number])
        ]
        for batch in batches:
            _check_bound(batch.statement, done[batch.statement.number] + batch.rows, 0)
        if batches and journal is not None:
            journal.batch(transaction, batches)
    return batches


def _whole(store: Store[T], statements: list[Statement]) -> Range | None:
    """Return the range of all rows that statements to one table may be about."""
    with store.writing() as transaction:
        return store.walk(statements).begin(transaction)


def _writing(store: Store[T], journal: Journal[T] | None) -> AbstractContextManager[T]:
    return store.writing(lasting=journal is not None and journal.lasting)


def _check_bound(statement: Statement, rows: int, spared: int) -> None:
    """Refuse more rows than the plan said.

    Args:
        statement: What was done.
        rows: To how many rows, in all.
        spared: How many more it may be, since rows that were to be erased may be stripped instead.
    """
    if rows > statement.rows + spared:
        raise Refused(
            f"More rows of {statement.table} are due than the plan said ({statement.rows}): the data changed since. "
            "What was done until here is done and has its evidence; make a new plan."
        )


def _ranges(
    store: Store[T],
    statements: list[Statement],
    done: dict[int, int],
    journal: Journal[T] | None,
    watch: Callable[[], None],
) -> Iterator[list[Batch]]:
    """Do statements to one table, range by range."""
    walk, width = store.walk(statements), _FIRST
    rest = _patiently(partial(_whole, store, statements), None, _nothing)
    while rest is not None:
        if all(done[statement.number] >= statement.rows for statement in statements):
            return
        began = time.perf_counter()
        do = partial(_range, store, walk, statements, done, journal, rest, width)
        part, batches = _patiently(do, journal, watch)
        if batches and journal is not None:
            journal.committed(batches)
        yield batches
        width = _adapted(width, time.perf_counter() - began, store.stall)
        rest = Range(part.upto, rest.upto) if part.upto != rest.upto else None


def _range(
    store: Store[T],
    walk: StoreWalk[T],
    statements: list[Statement],
    done: dict[int, int],
    journal: Journal[T] | None,
    rest: Range,
    width: int,
) -> tuple[Range, list[Batch]]:
    """Do statements to the first range of ``rest``, in one transaction; return the range as well."""
    spared, batches = _spared(statements), []
    with _writing(store, journal) as transaction:
        part = rest if all(statement.keys for statement in statements) else walk.cut(transaction, rest, width)
        for statement in statements:
            rows = walk.apply(transaction, statement, part)
            _check_bound(statement, done[statement.number] + rows, 0 if statement.action == "erase" else spared)
            if rows:
                batches.append(Batch(statement=statement, part=part, rows=rows))
        if batches and journal is not None:
            journal.batch(transaction, batches)
    return part, batches


def _patiently(work: Callable[[], _Done], journal: Journal[T] | None, watch: Callable[[], None]) -> _Done:
    """Do one transaction; where it collided with another writer's, do it again after a while, a few times.

    All of it is asked anew, ``watch`` included: a legal hold may have been set in the meantime.
    """
    pauses = iter(_PAUSES)
    while True:
        watch()
        try:
            return work()
        except Collided:
            pause = next(pauses, None)
            if pause is None:
                raise
            if journal is not None:
                journal.undone()
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 (no secret: so that two do not keep step)


def _adapted(width: int, took: float, target: float) -> int:
    """Return the next width: at most twice or half of this one, by how long it took."""
    factor = min(2.0, max(0.5, target / max(took, 1e-6)))
    return int(min(_WIDEST, max(_NARROWEST, width * factor)))
