"""A store in memory: an honest twin of a database, for tests of what is built on stores. No SQL, no file.

    store = MemoryStore(schema=declared({...}), datamap=load(...), controller=policy.controller)
    store.put("person", {"id": 1, "name": "somebody", "joined": date(2020, 1, 1)})
    with store.reading() as snapshot:
        plan = make(Bound(policy, store.datamap, store.schema), snapshot, at)
    carry_out(store, plan, journal=MemoryJournal())

It passes the contract of every store: a snapshot is one moment whoever writes, one writer at a time, a transaction is
whole or nothing, references hold, and what a power cut may undo is what nobody waited for. Like SQLite it takes any
value in any column, so that clocks which do not fit can be tried. What a cascade would do, it refuses.

Two things are made for tests. ``fail_at`` ends a batch in an error, before its commit or right after it. ``cut_power``
goes back to what the disk has.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from holdord.datamap.model import DataMap
from holdord.errors import StoreError
from holdord.plan.statements import KNOT, Statement
from holdord.policy.model import Controller
from holdord.run.execute import Batch
from holdord.schema import Schema
from holdord.stores.base import Key, Range
from holdord.testing.answers import Answers, stripped
from holdord.testing.snapshot import MemorySnapshot
from holdord.testing.state import Row, Rule, State

_WAIT = 30.0
"""Seconds that a writer waits for another one."""

Place = Literal["before", "after"]


class MemoryTransaction:
    """One transaction that writes: rows, and what stands in the same transaction as their evidence."""

    def __init__(self, state: State, zone: ZoneInfo) -> None:
        self.state = state
        self.answers = Answers(state, zone)
        self.notes: list[Any] = []
        self.rows_done = 0

    def note(self, what: Any) -> None:
        """Write something down that is there when the transaction was committed, and not otherwise."""
        self.notes.append(what)


class MemoryWalk:
    """A walk over one table in the order of its key."""

    def __init__(self, table: str) -> None:
        self.table = table

    def begin(self, transaction: MemoryTransaction) -> Range | None:
        """Return the whole table as one range, or None where it is empty."""
        keys = transaction.state.tables[self.table]
        return Range(None, max(keys)) if keys else None

    def cut(self, transaction: MemoryTransaction, rest: Range, width: int) -> Range:
        """Return the first part of ``rest``, ``width`` rows wide at the most."""
        keys = sorted(key for key in transaction.state.tables[self.table] if _inside(key, rest))
        return Range(rest.after, rest.upto if len(keys) <= width else keys[width - 1])

    def apply(self, transaction: MemoryTransaction, statement: Statement, part: Range) -> int:
        """Do ``statement`` to the rows in ``part`` that it still means, and return how many these were."""
        rows = found = self._once(transaction, statement, part)
        while statement.knot and found:
            found = self._once(transaction, statement, part)
            rows += found
        transaction.rows_done += rows
        return rows

    def _once(self, transaction: MemoryTransaction, statement: Statement, part: Range) -> int:
        state, table = transaction.state, self.table
        answer = transaction.answers.answer(statement.settled, table)
        keys = [key for key, row in state.tables[table].items() if _inside(key, part) and answer(row)]
        if statement.action == "erase":
            return len(state.erase(table, keys))

        def change(row: Row) -> Row:
            return stripped(statement.columns, row, state.key(table, row))

        return state.update(table, keys, change)


class MemoryJournal:
    """Writes each batch down in the batch's own transaction; what was committed stands in ``MemoryStore.notes``."""

    lasting: ClassVar[bool] = False

    def batch(self, transaction: MemoryTransaction, batches: list[Batch]) -> None:
        """Note the batches."""
        for batch in batches:
            transaction.note(batch)

    def committed(self, batches: list[Batch]) -> None:
        """Nothing is left to do: the notes are there."""

    def undone(self) -> None:
        """Nothing is left to do: the notes were undone with their batch."""


class MemoryStore:
    """Rows in memory, with a data map.

    Args:
        schema: The tables.
        datamap: Where personal data lie in them.
        controller: Whose dates count.
        rules: Name of a check of ``schema`` → what tells of a row whether it is kept. Of a check without one the store
            cannot tell whether it would refuse a statement.

    Attributes:
        notes: What transactions that were committed noted.
        stall: Seconds that a batch should take.
    """

    stall: ClassVar[float] = 0.05

    def __init__(
        self, *, schema: Schema, datamap: DataMap, controller: Controller, rules: Mapping[str, Rule] | None = None
    ) -> None:
        self.name = datamap.store
        self.schema = schema
        self.datamap = datamap
        self.controller = controller
        self.notes: list[Any] = []
        self._state = State(schema, rules=rules)
        self._disk: tuple[State, list[Any]] = self._state, []
        self._writer = threading.Lock()
        self._fault: tuple[int, Place, BaseException] | None = None

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table as they are now, in the order of their keys."""
        return [dict(row) for _, row in sorted(self._state.tables[table].items())]

    def put(self, table: str, *rows: Row) -> None:
        """Add rows in a transaction of their own."""
        with self.writing() as transaction:
            transaction.state.insert(table, rows)

    def change(self, table: str, key: Key, **columns: Any) -> None:
        """Change columns of one row in a transaction of its own."""
        with self.writing() as transaction:
            transaction.state.update(table, [key], lambda _: columns)

    # What carries a plan out

    @contextmanager
    def reading(self) -> Iterator[MemorySnapshot]:
        """One moment, whatever others write meanwhile."""
        yield MemorySnapshot(Answers(self._state, self.controller.zone))

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[MemoryTransaction]:
        """One transaction; others see all of it or nothing."""
        if not self._writer.acquire(timeout=_WAIT):
            raise StoreError(f"The store {self.name} is written to by somebody else for {_WAIT:.0f} seconds.")
        try:
            transaction = MemoryTransaction(self._state.copy(), self.controller.zone)
            yield transaction
            if transaction.state.broken:
                raise StoreError(f"Something was refused in this transaction of {self.name}: nothing of it is done.")
            fails = self._fails(transaction)
            if fails and fails[0] == "before":
                raise fails[1]
            self._state, self.notes = transaction.state, [*self.notes, *transaction.notes]
            if lasting:
                self._disk = self._state, self.notes
        finally:
            self._writer.release()
        if fails:
            raise fails[1]

    def make_lasting(self) -> None:
        """Have on the disk what was committed until now."""
        with self._writer:
            self._disk = self._state, self.notes

    def walk(self, statements: Sequence[Statement]) -> MemoryWalk:
        """Return a walk over the one table that ``statements`` are about."""
        return MemoryWalk(statements[0].table)

    def untie(self, transaction: MemoryTransaction, statements: Sequence[Statement]) -> dict[int, int]:
        """Erase what only holds itself in the circle of ``statements``; references are checked when all of it went."""
        state, knots = transaction.state, statements[0].knot
        snapshot = MemorySnapshot(transaction.answers)
        for knot in knots:
            snapshot.mark(knot.table, knot.free, KNOT)
        while sum(snapshot.unmark(knot.table, knot.tied, KNOT) for knot in knots):
            pass
        gone = {one.number: state.erase(one.table, snapshot.marked(one.table, KNOT), check=False) for one in statements}
        for statement in statements:
            state.check_gone(statement.table, gone[statement.number])
        transaction.rows_done += sum(map(len, gone.values()))
        return {number: len(rows) for number, rows in gone.items()}

    def settle_pages(self) -> str:
        """Return that nothing is owed: what was erased is nowhere."""
        return ""

    # What tests do to it

    def fail_at(self, batch: int, place: Place, error: BaseException | None = None) -> None:
        """Have the transaction of a batch end in ``error``, once: before its commit, or right after it.

        Args:
            batch: Which one from now on that touches a row, counted from 1.
            place: ``before`` undoes it, ``after`` leaves it done.
            error: What is raised; a StoreError where none is given.
        """
        self._fault = batch, place, error or StoreError(f"The store {self.name} went away.")

    def cut_power(self) -> None:
        """Lose what the disk does not have."""
        self._state, self.notes = self._disk

    def _fails(self, transaction: MemoryTransaction) -> tuple[Place, BaseException] | None:
        if self._fault is None or not transaction.rows_done:
            return None
        left, place, error = self._fault
        self._fault = None if left == 1 else (left - 1, place, error)
        return (place, error) if left == 1 else None


def _inside(key: Key, part: Range) -> bool:
    """Tell whether a key lies in a range."""
    return (part.after is None or key > part.after) and key <= part.upto
