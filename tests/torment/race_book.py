"""What the writers know: which rows they made hold what, as they themselves saw it, and whether it is still there.

A writer notes what its row holds **inside its own transaction**, after the write, as it stands there then. What was
whole then and is not whole later, although the row has not been touched since, is lost. That is wrong

- *surely*, where the two transactions exclude each other: always on SQLite, and on PostgreSQL for the written row and
  for the rows that it refers to, which its foreign key locks until it is committed (decision 0004);
- else where no batch that may have done it had been asking when the write was committed. One that had is counted
  apart: it did what was right when it looked.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from tests.torment.race_store import Thing, Watch
from tests.torment.race_world import PERSONAL

Holder = tuple[str, int]
"""Table and key of a row that holds something."""


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """What a row held when it was written last.

    Attributes:
        what: The kind of write.
        begun: Before its transaction began.
        done: After its transaction had ended.
        seen: What it held, whole → the value.
        sure: That part of it which a batch cannot have been asking about.
    """

    what: str
    begun: int
    done: int
    seen: dict[Thing, Any]
    sure: frozenset[Thing]


@dataclass
class Book:
    """The pledges of a round, one for each row that holds; a row is written by one writer only.

    Attributes:
        gone: Rows that a writer erased.
        moved: Rows that a writer hung elsewhere.
        writes: What was written, and when, in the order of what is known.
        lost: What was whole and is not any more, with the pledge that it breaks.
    """

    pledges: dict[Holder, Pledge] = field(default_factory=dict)
    gone: set[Holder] = field(default_factory=set)
    moved: set[Holder] = field(default_factory=set)
    writes: list[tuple[str, int, int]] = field(default_factory=list)
    lost: list[tuple[Pledge, Thing]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    mutex: threading.Lock = field(default_factory=threading.Lock)

    def check(self, holder: Holder, now: Callable[[Thing], Any]) -> None:
        """Compare what a row was pledged with what there is; what is missing is noted once."""
        pledge = self.pledges.get(holder)
        if pledge is None:
            return
        missing = [thing for thing, value in pledge.seen.items() if now(thing) != value]
        with self.mutex:
            self.counts["pieces of held data looked for"] += len(pledge.seen)
            self.lost += [(pledge, thing) for thing in missing]
        for thing in missing:
            del pledge.seen[thing]


def reader(connection: Connection) -> Callable[[Thing], Any]:
    """Return what looks things up in a transaction, as they are at each call."""

    def read(thing: Thing) -> Any:
        table, key, column = thing
        return connection.execute(text(f"SELECT {column} FROM {table} WHERE id = :id"), {"id": key}).scalar()

    return read


def holding(table: str, row: dict[str, Any], order: dict[str, Any] | None = None) -> dict[Thing, bool]:
    """Return what a row whose clock has not run out holds → whether its writing keeps every batch out.

    Args:
        table: Where the row lies.
        row: Its key and its references.
        order: The order that a payment is for.
    """
    key = row["id"]
    own: list[Thing] = [(table, key, name) for name in PERSONAL.get(table, ())]
    customer = row.get("customer_id")
    near: list[Thing] = []
    far: list[Thing] = []
    match table:
        case "customer":
            own = [(table, key, "name"), (table, key, "hobby")]
        case "orders":
            near = [("customer", customer, "name"), ("customer", customer, "email")]
        case "note":
            near = [("customer", customer, "name"), ("customer", customer, "hobby")]
        case "message":
            near = [("customer", customer, "name")]
            if row.get("reply_to"):
                near.append(("message", row["reply_to"], "id"))
        case "visit":  # the database does not know this reference
            far = [("customer", customer, "phone")]
        case "payment":
            near = [("orders", row["order_id"], "goods")]
            far = [("customer", order["customer_id"], "name")] if order else []
        case "pick":
            own, near = [(table, key, "id")], [("orders", row["order_id"], "id")]
        case _:
            near = [("orders", row["order_id"], "id")]
    return dict.fromkeys((*own, *near), True) | dict.fromkeys(far, False)


def verdicts(book: Book, watch: Watch, *, one_writer: bool) -> tuple[list[str], Counter[str]]:
    """Judge what was lost.

    Args:
        book: What the writers know.
        watch: What the batches did.
        one_writer: Whether the database lets only one transaction write at a time.

    Returns:
        What may not be, and counts of what came just too late.
    """
    wrong, counts = [], Counter[str]()
    for pledge, thing in book.lost:
        table, key, column = thing
        if (table, key) in book.gone:
            continue
        said = f"{table}.{column} was there after '{pledge.what}' and went, although it was held"
        under_way = [one for one in watch.batches if one.may_have_taken(thing) and one.ran(pledge.begun, pledge.done)]
        if one_writer or thing in pledge.sure:
            wrong.append(f"{said}, and the two exclude each other.")
        elif not under_way:
            wrong.append(f"{said}, and no batch was under way.")
        else:
            counts[f"too late for a batch that was asking: {pledge.what}"] += 1
    return wrong, counts
