"""What a store must be able to do, as the planner and the executor use it; ``docs/stores.md`` says how to write one.

A plan asks one snapshot of a store (``StoreSnapshot``) with the predicates of ``holdord.plan.predicate``; no value of a
row leaves the store but the start of a clock, and what tells groups apart that are large enough. A plan is carried out
range by range (``StoreWalk``), each range in one transaction that others see whole or not at all. The transaction
itself is the store's own affair: whoever carries a plan out only hands it from the store to the journal, which writes
the evidence into it.

``SqlStore`` is one, ``holdord.testing.memory.MemoryStore`` is another; ``holdord.testing.contract`` is what both, and
any third one, must pass. Of what goes wrong in a store only ``StoreError`` comes out, without a value of any row; where
a transaction was undone for certain because of another writer's, ``Collided``.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from holdord.datamap.model import DataMap, Route
from holdord.plan.excerpt import RowReader
from holdord.plan.figures import Cell, Counted
from holdord.plan.predicate import Clock, Predicate
from holdord.plan.statements import Statement
from holdord.plan.theirs import KeyReader
from holdord.schema import Schema

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Rows whose key lies after ``after`` (None: from the first) up to and including ``upto``."""

    after: Key | None
    upto: Key


T = TypeVar("T")
"""A store's transaction that writes: SQLAlchemy's connection, or whatever another store has."""

_In = TypeVar("_In", contravariant=True)


class StoreSnapshot(KeyReader, RowReader, Protocol):
    """One moment of a store: what planner and board ask. Marks and flags are its own and end with it."""

    def earliest(self, clock: Clock, route: Route, where: Predicate, table: str) -> date | None:
        """Return a clock's earliest start, on the rows of ``table`` that satisfy ``where`` or up their ``route``."""

    def figures(self, asked: Counted) -> tuple[Cell, ...]:
        """Return the groups that have enough people (``holdord.plan.figures``), in order; nothing of any other."""


class StoreWalk(Protocol[_In]):
    """A walk over one table in the order of its primary key, doing the same statements to each range."""

    def begin(self, transaction: _In, /) -> Range | None:
        """Return the whole table as one range, or None where it is empty; what is added later is not walked."""

    def cut(self, transaction: _In, rest: Range, width: int, /) -> Range:
        """Return the first part of ``rest``, about ``width`` rows wide at the most."""

    def apply(self, transaction: _In, statement: Statement, part: Range, /) -> int:
        """Do ``statement`` to the rows in ``part`` that it still means (``settled``), and return how many these were.

        From the moment that it asked, nobody may refer to a row that it erases. In a circle of tables
        (``statement.knot``) leaves go first, then what they leave bare.
        """


class Store(Protocol[T]):
    """Data with a data map, and a way to change them in transactions."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def datamap(self) -> DataMap:
        """Where personal data lie in it."""

    @property
    def schema(self) -> Schema:
        """Its tables as plain data, those that the data map does not name included."""

    @property
    def stall(self) -> float:
        """Seconds that a batch should take, and so the longest that it should make another writer wait."""

    def reading(self) -> AbstractContextManager[StoreSnapshot]:
        """One snapshot for a whole plan; in the end the store is as it was."""

    def writing(self, *, lasting: bool = True) -> AbstractContextManager[T]:
        """One transaction: committed when the block ends, undone when it raises.

        Args:
            lasting: Whether its commit waits until the disk has it. Where it does not, a power cut may undo it, as a
                whole and only together with all that was committed after it.
        """

    def make_lasting(self) -> None:
        """Wait until the disk has all that was committed."""

    def walk(self, statements: Sequence[Statement], /) -> StoreWalk[T]:
        """Return a walk over the one table that ``statements`` are about."""

    def untie(self, transaction: T, statements: Sequence[Statement], /) -> dict[int, int]:
        """Erase what only holds itself in the circle of tables that ``statements`` erase from, all at once.

        ``Statement.knot`` says how such rows are found. Returns number of the statement → rows.
        """

    def settle_pages(self) -> str:
        """Let go of what erased rows left behind, as far as a program may; return what is still owed, or nothing."""
