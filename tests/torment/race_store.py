"""A store whose batches are noted, and broken ones: those that a race must find out.

Of each batch is known what it may have touched, when its acting sentence was sent, and when its transaction had ended.
A write that was committed before that sentence was sent must be honoured; one that came while the transaction was
running may have come too late, unless a lock says otherwise (``race_book``).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, event

from holdord.plan.compile import Sql
from holdord.plan.predicate import NEVER, KeyIn, Predicate
from holdord.plan.statements import Statement
from holdord.run import execute
from holdord.run.company import Company
from holdord.stores.base import Range
from holdord.stores.sql import SqlStore
from holdord.stores.walk import Walk

Thing = tuple[str, int, str]
"""Table, key and column; the column ``id`` stands for the row itself."""


def clock() -> int:
    """Return a moment that all threads agree on."""
    return time.monotonic_ns()


@dataclass
class Batch:
    """What one statement may have touched in one range, and when."""

    statement: Statement
    part: Range | None
    sent: int
    ended: int | None = None

    def may_have_taken(self, thing: Thing) -> bool:
        """Tell whether the thing lay in its way."""
        table, key, column = thing
        names = {one.column for one in self.statement.columns}
        if table != self.statement.table or not (self.statement.action == "erase" or column in names):
            return False
        after, upto = (self.part.after, self.part.upto) if self.part else (None, None)
        return (after is None or (key,) > after) and (upto is None or (key,) <= upto)

    def ran(self, begun: int, done: int) -> bool:
        """Tell whether it was under way at some time between two moments."""
        return self.sent <= done and (self.ended is None or self.ended >= begun)


@dataclass
class Watch:
    """The batches of some sweeps.

    Attributes:
        pause: Called at each seam of the store.
        wait: Waits for somebody to write.
        spans: When each transaction with batches in it began and ended.
    """

    pause: Callable[[], None]
    wait: Callable[[], None]

    def __post_init__(self) -> None:
        self.batches: list[Batch] = []
        self.spans: list[tuple[int, int]] = []
        self.sent = 0

    def is_amid(self, begun: int, done: int) -> bool:
        """Tell whether a batch's transaction was running at some time between two moments."""
        return any(first <= done and last >= begun for first, last in self.spans)


class WatchedWalk(Walk):
    """A walk that notes what it does."""

    watch: Watch

    def apply(self, connection: Connection, statement: Statement, part: Range) -> int:
        begun = clock()
        rows = self.act(connection, statement, part)
        sent = begun if statement.knot else self.watch.sent
        self.watch.batches.append(Batch(statement, part, sent))
        return rows

    def act(self, connection: Connection, statement: Statement, part: Range) -> int:
        """Do what the batch does; broken walks do it otherwise."""
        return super().apply(connection, statement, part)

    def ask(self, connection: Connection, statement: Statement, part: Range) -> Predicate:
        """Return which rows of a range the statement means just now, by their keys."""
        sql = Sql(self.compiler)
        means, binds = self._means(sql, statement, part)
        query = sql.text(f"SELECT {self.key[0]} FROM {self.table} WHERE {means}", *binds)
        keys = tuple(tuple(row) for row in query.run(connection, self._values(part)))
        return KeyIn(keys) if keys else NEVER

    def blindly(self, connection: Connection, statement: Statement, keys: Predicate, part: Range) -> int:
        """Do the statement to rows without asking whether it still means them."""
        act = self._act(replace(statement, settled=keys), part)
        return act.run(connection, self._values(part)).rowcount


class WatchedStore(SqlStore):
    """A company's store, with the batches noted."""

    walker: type[WatchedWalk] = WatchedWalk
    watch: Watch

    def walk(self, statements: Sequence[Statement]) -> WatchedWalk:
        """Return a walk that notes what it does."""
        walk = self.walker(self.compiler, statements[0].table, statements)
        walk.watch = self.watch
        return walk

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that writes; its batches end with it."""
        first = len(self.watch.batches)
        self.watch.pause()
        try:
            with super().writing(lasting=lasting) as connection:
                begun = clock()
                yield connection
        finally:
            ended = clock()
            for batch in self.watch.batches[first:]:
                batch.ended = ended
            if len(self.watch.batches) > first:
                self.watch.spans.append((begun, ended))

    def untie(self, connection: Connection, statements: Sequence[Statement]) -> dict[int, int]:
        """Erase what holds itself in a circle."""
        begun = clock()
        rows = super().untie(connection, statements)
        self.watch.batches += [Batch(statement, None, begun) for statement in statements]
        return rows


class AsksOnce(WatchedWalk):
    """Broken: which rows a statement means is asked when its table's turn comes, and never again."""

    def __init__(self, *said: Any) -> None:
        super().__init__(*said)
        self.known: dict[int, Predicate] = {}

    def act(self, connection: Connection, statement: Statement, part: Range) -> int:
        if statement.number not in self.known:
            self.known[statement.number] = self.ask(connection, statement, Range(None, (2**31,)))
        return self.blindly(connection, statement, self.known[statement.number], part)


class AsksBeforeItLocks(WatchedWalk):
    """Broken: the rows that a statement means are found, then locked by acting on them, and not asked about again."""

    def act(self, connection: Connection, statement: Statement, part: Range) -> int:
        keys = self.ask(connection, statement, part)
        for _ in range(0 if keys == NEVER else 5):
            self.watch.wait()
        return self.blindly(connection, statement, keys, part)


@contextmanager
def watched(company: Company, watch: Watch, walker: type[WatchedWalk] = WatchedWalk) -> Iterator[Company]:
    """Have what a company's batches do noted, and ``watch.pause`` called before each of its store's sentences."""
    old = company.store
    store = WatchedStore(engine=old.engine, datamap=old.datamap, controller=old.controller)
    store.watch, store.walker = watch, walker

    def before(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if connection.dialect.name != "sqlite":  # where nobody else could write meanwhile
            watch.pause()
        if statement.startswith(("DELETE", "UPDATE")):
            watch.sent = clock()

    def commit(connection: Connection) -> None:
        if connection.dialect.name != "sqlite":
            watch.pause()

    event.listen(old.engine, "before_cursor_execute", before)
    event.listen(old.engine, "commit", commit)
    try:
        yield replace(company, store=store, state=company.state if company.apart else store)
    finally:
        event.remove(old.engine, "before_cursor_execute", before)
        event.remove(old.engine, "commit", commit)


@contextmanager
def narrow(width: int) -> Iterator[None]:
    """Make batches so many keys wide."""
    names = ("_NARROWEST", "_FIRST", "_WIDEST")
    before = {name: getattr(execute, name) for name in names}
    try:
        for name in names:
            setattr(execute, name, width)
        yield
    finally:
        for name, value in before.items():
            setattr(execute, name, value)
