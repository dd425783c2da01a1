"""The club's own programs: they insert, move clocks, hang rows elsewhere and erase, each in a thread of its own.

Customers are shared; every other row has one writer, so that what was written last is known. A row and what hangs on it
have the same writer. Errors are part of it: the parent has just gone, a lock was not to be had.
"""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from tests.torment.race_book import Book, Holder, Pledge, holding, reader
from tests.torment.race_store import Thing, clock
from tests.torment.race_world import CUSTOMERS, FIRST_NEW, OLD, WRITERS, YOUNG, Made

CLOCKS = {
    "customer": "seen",
    "orders": "sent",
    "payment": "paid",
    "note": "written",
    "message": "posted",
    "visit": "came",
}
_OPEN = {"sqlite": 0.001, "postgresql": 0.006}
"""Seconds for which a writer may leave its transaction open."""
_HELD = {"order_id": "orders", "customer_id": "customer"}

Row = dict[str, Any]


class Missed(Exception):
    """The row has gone already, or there is none to write."""


class Turn:
    """One transaction of a writer; what it noted counts once it is committed."""

    def __init__(self, writer: "Writer", connection: Connection) -> None:
        self.writer = writer
        self.connection = connection
        self.held: dict[Holder, dict[Thing, bool]] = {}
        self.dropped: list[Holder] = []
        self.then: list[Callable[[], object]] = []

    def insert(self, table: str, young: bool = True, **row: Any) -> Row:
        """Put a row, under a new key."""
        row = {"id": self.writer.new_key(), **row}
        said = {**row, CLOCKS[table]: YOUNG if young else OLD} if table in CLOCKS else row
        values = ", ".join(f":{name}" for name in said)
        self._do(f"INSERT INTO {table} ({', '.join(said)}) VALUES ({values})", **said)
        row["young"] = young
        self.then.append(lambda: self.writer.rows[table].update({row["id"]: row}))
        return row

    def change(self, table: str, row: Row, column: str, value: Any) -> None:
        """Change a column of a row, once it is certain that nothing is missing until now."""
        self.look((table, row["id"]))
        if not self._do(f"UPDATE {table} SET {column} = :value WHERE id = :id", id=row["id"], value=value):
            self.writer.rows[table].pop(row["id"], None)
            raise Missed

    def erase(self, table: str, row: Row) -> None:
        """Erase a row, if it is still there."""
        self.look((table, row["id"]))
        self._do(f"DELETE FROM {table} WHERE id = :id", id=row["id"])
        self.dropped.append((table, row["id"]))
        self.then.append(lambda: self.writer.rows[table].pop(row["id"], None))
        self.then.append(lambda: self.writer.book.gone.add((table, row["id"])))

    def look(self, holder: Holder) -> None:
        """See whether all that a row was pledged is there."""
        self.writer.book.check(holder, reader(self.connection))

    def pledge(self, table: str, row: Row, written: str = "with its references") -> None:
        """Note what a row holds from now on.

        Args:
            table: Where it lies.
            row: The row.
            written: Whether this transaction wrote it ``with its references``, which lock what they refer to, the row
                ``by itself``, or ``not at all``.
        """
        order = self.writer.rows["orders"].get(row["order_id"]) if table == "payment" else None
        own, things = (table, row["id"]), holding(table, row, order)
        if written != "with its references":
            things = {thing: written == "by itself" and thing[:2] == own for thing in things}
        self.held[own] = things

    def _do(self, sql: str, **values: Any) -> int:
        return self.connection.execute(text(sql), values).rowcount


Act = Callable[[Turn], None]


class Writer(threading.Thread):
    """One program of the club.

    Attributes:
        acts: Kind of write → how.
        pace: Seconds that it rests after a write, at the most.
        rows: Table → key → the row, of those that are its own, as far as it knows.
    """

    def __init__(
        self, number: int, engine: Engine, book: Book, made: Made, *, acts: dict[str, Act], seed: int, pace: float
    ) -> None:
        super().__init__(daemon=True)
        self.acts = acts
        self.pace = pace
        self.number = number
        self.engine = engine
        self.book = book
        self.chance = random.Random(seed)
        self.ended = threading.Event()
        self.broke: BaseException | None = None
        self.rows: dict[str, dict[int, Row]] = defaultdict(dict)
        self._next = FIRST_NEW + number
        for table, rows in made.items():
            for row in rows:
                mine = row["order_id"] if "order_id" in row else row["id"]
                if int(str(mine)) % WRITERS == number:
                    known = {name: value for name, value in row.items() if name in ("id", "reply_to", *_HELD)}
                    self.rows[table][known["id"]] = known | {"young": row.get(CLOCKS.get(table, "")) == YOUNG}

    def new_key(self) -> int:
        """Return a key that nobody has."""
        self._next += WRITERS
        return self._next

    def begin(self) -> None:
        """Note what the rows hold that are there at first: nobody else is there yet."""
        with self.engine.connect() as connection:
            turn = Turn(self, connection)
            for table, rows in self.rows.items():
                for row in rows.values():
                    order = self.rows["orders"].get(row.get("order_id", 0))
                    if row["young"] or table == "pick" or (table == "line" and order and order["young"]):
                        turn.pledge(table, row)
            self._note("at first", turn, clock())

    def run(self) -> None:
        """Write until told to end."""
        try:
            while not self.ended.is_set():
                (what,) = self.chance.choices(list(self.acts), [_often(one) for one in self.acts])
                self._write(what, self.acts[what])
                time.sleep(self.chance.uniform(0, self.pace))
        except BaseException as error:
            self.broke = error

    def _write(self, what: str, act: Act) -> None:
        begun = clock()
        try:
            connection = self.engine.connect().execution_options(holdord_writes=True)
            with connection, connection.begin():
                turn = Turn(self, connection)
                act(turn)
                if self.chance.random() < 0.5:
                    time.sleep(self.chance.uniform(0, _OPEN[self.engine.dialect.name]))
                seen = self._seen(turn)
        except Missed:
            self._count("writes with nothing left to write to")
        except DBAPIError as error:
            self._count(f"writers' errors: {type(error.orig).__name__}")
        else:
            self._note(what, turn, begun, seen)

    def _seen(self, turn: Turn) -> dict[Holder, dict[Thing, Any]]:
        read = reader(turn.connection)
        found = {holder: {thing: read(thing) for thing in things} for holder, things in turn.held.items()}
        return {
            holder: {thing: value for thing, value in seen.items() if value is not None}
            for holder, seen in found.items()
            if read((*holder, "id")) is not None
        }

    def _note(self, what: str, turn: Turn, begun: int, seen: dict[Holder, dict[Thing, Any]] | None = None) -> None:
        seen = self._seen(turn) if seen is None else seen
        done = clock()
        with self.book.mutex:
            for holder in turn.dropped:
                self.book.pledges.pop(holder, None)
            for holder, things in seen.items():
                sure = frozenset(thing for thing, certain in turn.held[holder].items() if certain)
                self.book.pledges[holder] = Pledge(what=what, begun=begun, done=done, seen=things, sure=sure)
            self.book.writes.append((what, begun, done))
        for then in turn.then:
            then()

    def _count(self, what: str) -> None:
        with self.book.mutex:
            self.book.counts[what] += 1

    def some(self, table: str, young: bool | None = None) -> Row:
        """Return a row of its own."""
        found = [row for row in self.rows[table].values() if young is None or row["young"] == young]
        if not found:
            raise Missed
        return self.chance.choice(found)

    def customer(self) -> int:
        """Return the key of a customer, who may be gone."""
        return self.chance.randint(1, CUSTOMERS)


def _often(what: str) -> int:
    """Tell how often to write so: more than was due to begin with makes a sweep end early."""
    return 1 if what.startswith(("let", "erase")) else 5
