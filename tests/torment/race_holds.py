"""Legal holds that are set and lifted while sweeps run, and what of theirs must be there afterwards."""

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.torment import race_world as world
from tests.torment.race_book import Book
from tests.torment.race_store import clock

Rows = dict[str, dict[int, dict[str, Any]]]
"""Table → key → row."""


@dataclass(frozen=True)
class Compared:
    """The rows before and after a sweep, customers under a legal hold, and those whose hold came too late for it."""

    before: Rows
    after: Rows
    held: frozenset[int]
    late: frozenset[int]


class Counsel(threading.Thread):
    """Somebody who sets and lifts legal holds in the policy, by putting a new file in its place."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.chance = chance
        self.ended = threading.Event()
        self.versions: list[tuple[int, int, frozenset[int]]] = []
        self.set = self.lifted = 0
        self.decide(frozenset(chance.sample(range(1, world.CUSTOMERS + 1), 6)))

    def decide(self, held: frozenset[int]) -> None:
        """Put a policy with these holds in the place of the one that is there."""
        begun, new = clock(), self.folder / "policy.new"
        new.write_text(world.policy(held), "utf-8")
        os.replace(new, self.folder / "policy.yaml")
        self.versions.append((begun, clock(), held))

    def run(self) -> None:
        """Set and lift holds until told to end."""
        while not self.ended.wait(self.chance.uniform(0.1, 1.0)):
            held = self.versions[-1][2]
            changed = held ^ frozenset(self.chance.sample(range(1, world.CUSTOMERS + 1), 3))
            self.set += len(changed - held)
            self.lifted += len(held - changed)
            self.decide(changed)

    def between(self, first: int, last: int) -> list[frozenset[int]]:
        """Return the holds of each policy that somebody may have read between two moments."""
        there = [held for _, done, held in self.versions if done < first][-1:]
        return there + [held for begun, done, held in self.versions if done >= first and begun <= last]


def under_holds(one: Compared, book: Book, counts: Counter[str]) -> Iterator[str]:
    """Yield what went although a legal hold was set in time; count what went before a later one could be read."""
    for customers, in_time in ((one.held, True), (one.late, False)):
        for table, key, row in _of(one.before, customers):
            above = ("orders", row.get("order_id", 0))
            if book.gone & {(table, key), ("customer", row.get("customer_id"))} or book.moved & {(table, key), above}:
                continue
            now = one.after[table].get(key)
            whole = now is not None and all(now[name] == row[name] for name in world.PERSONAL[table])
            if in_time:
                counts["rows under a legal hold set in time, looked for"] += 1
                if not whole:
                    yield f"A row of {table} went or was stripped under a legal hold that was set in time."
            else:
                counts["rows under a legal hold set amid a sweep"] += 1
                counts["rows under a legal hold set amid a sweep, which let them go all the same"] += not whole


def _of(there: Rows, customers: frozenset[int]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    orders = {key for key, row in there["orders"].items() if row["customer_id"] in customers}
    for table in world.PERSONAL:
        for key, row in there[table].items():
            mine = key in customers if table == "customer" else row.get("customer_id") in customers
            if mine or row.get("order_id") in orders:
                yield table, key, row
