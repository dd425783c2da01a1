"""Evidence of batches: an entry of the log for each, whatever database the log lies in.

Where the store is the database of the log, the batch and its entry are one transaction (``Together``). Where it is
another one (``Apart``), no transaction spans both, so there are three steps:

1. the *intent* is written beside the log, and the disk has it: what is about to be done, to how many rows;
2. the batch commits in the store, with a *receipt* in the same transaction;
3. the entry goes into the log, and the intent goes.

A kill after 1 leaves an intent without a receipt, a kill after 2 one with a receipt; ``settle`` tells them apart before
the next sweep. It does so by writing the receipt itself, void: whoever is still about to commit that batch then cannot.

A store in which holdord may make no table has no receipts (``store.receipts = false``). PostgreSQL remembers what
became of a transaction, so there the intent holds its number. On SQLite ``settle`` looks at what is left of the rows
that the intent means, and only one sweep may run at a time.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import Connection, inspect, text

from holdord.errors import Refused, StoreError
from holdord.ledger import log
from holdord.plan.statements import Plan
from holdord.run.company import Company
from holdord.run.execute import Batch
from holdord.run.requests.limited import check_same
from holdord.stores.database import Database

Touched = dict[str, tuple[int, int]]
"""Promise → rows touched since the last sweep, and the last entry that says so."""

RECEIPTS = "CREATE TABLE IF NOT EXISTS holdord_receipt (intent VARCHAR(32) PRIMARY KEY, rows_done BIGINT NOT NULL)"


def journal(company: Company, plan: Plan, now: Callable[[], datetime], touched: Touched) -> "Together":
    """Return the journal for a plan's batches; ``touched`` grows with each of them."""
    kind = Apart if company.apart else Together
    return kind(company=company, plan=plan, now=now, touched=touched)


@dataclass(kw_only=True)
class Together:
    """Batch and entry in one transaction."""

    lasting: ClassVar[bool] = False

    company: Company
    plan: Plan
    now: Callable[[], datetime]
    touched: Touched
    _indexes: range = range(0)

    def batch(self, connection: Connection, batches: list[Batch]) -> None:
        """Append an entry for each statement's part of the batch.

        Whoever places a restriction enters it in the log as well: it is there by now, or it waits for this batch.
        """
        self._indexes = _append(connection, entries_of(self.plan, batches), self.now())
        check_same(connection, self.company.standing)

    def committed(self, batches: list[Batch]) -> None:
        """Count what the entries say, which are there."""
        count(self.touched, batches, self._indexes)

    def undone(self) -> None:
        """Nothing is left to do: the entry was undone with its batch."""

    def close(self) -> None:
        """Nothing is left to do."""


@dataclass(kw_only=True)
class Apart(Together):
    """Intent, batch with receipt, entry."""

    lasting: ClassVar[bool] = True

    done: list[str] = field(default_factory=list)
    _open: str = ""

    def batch(self, connection: Connection, batches: list[Batch]) -> None:
        """Write the intent, and the receipt into the batch's transaction."""
        intent = uuid4().hex
        body = {"proof": self._proof(connection, batches), "written": entries_of(self.plan, batches)}
        with self.company.state.writing() as state:
            state.execute(
                text("INSERT INTO holdord_intent (id, at, body) VALUES (:id, :at, :body)"),
                {
                    "id": intent,
                    "at": self.plan.at.isoformat(),
                    "body": json.dumps(body, ensure_ascii=False, default=_hex),
                },
            )
            check_same(state, self.company.standing)
        self._open = intent
        if self.company.settings.receipts:
            rows = sum(batch.rows for batch in batches)
            if not write_receipt(connection, self._open, rows):
                raise Refused("Another sweep settled this batch. Nothing of it was done; start again.")

    def committed(self, batches: list[Batch]) -> None:
        """Append the entries and let the intent go, unless somebody settled it meanwhile."""
        with self.company.state.writing(lasting=False) as state:
            indexes = settled(state, self._open, entries_of(self.plan, batches), self.now())
        if indexes is not None:
            count(self.touched, batches, indexes)
        self.done.append(self._open)
        self._open = ""

    def undone(self) -> None:
        """Let the intent go before the batch is tried again: beside another one it would be taken for that one's."""
        if self._open:
            with self.company.state.writing() as state:
                state.execute(text("DELETE FROM holdord_intent WHERE id = :id"), {"id": self._open})
            self._open = ""

    def _proof(self, connection: Connection, batches: list[Batch]) -> dict[str, Any]:
        """Return how ``settle`` can tell later whether the batch was committed."""
        if self.company.settings.receipts:
            return {"by": "receipt"}
        if connection.dialect.name == "postgresql":
            return {"by": "transaction", "number": connection.execute(text("SELECT txid_current()")).scalar_one()}
        parts = [{"after": batch.part.after, "upto": batch.part.upto} for batch in batches]
        as_of = {purpose: day and day.isoformat() for purpose, day in self.plan.as_of.items()}
        asked = {"is_request": True} if self.plan.is_request else {}
        standing = self.company.standing
        return {
            "by": "look",
            "policy": self.plan.policy,
            "restricted": list(standing.restrictions),
            "over": sorted(standing.ended),
            "as_of": as_of,
            "parts": parts,
            **asked,
        }

    def close(self) -> None:
        """Wait for the disk to have the entries, then erase the receipts."""
        self.company.state.make_lasting()
        if self.company.settings.receipts and self.done:
            forget_receipts(self.company.store, self.done)
        self.company.state.empty_log()  # keys stood in the intents, and a key may be an address
        self.done.clear()


def count(touched: Touched, batches: list[Batch], indexes: range) -> None:
    """Add batches and their entries to what each promise touched."""
    for index, batch in zip(indexes, batches, strict=True):
        for promise in batch.statement.promises:
            rows, _ = touched.get(promise, (0, 0))
            touched[promise] = (rows + batch.rows, index)


def settled(state: Connection, intent: str, written: list[dict[str, Any]], now: datetime) -> range | None:
    """Turn an intent into its entries; None where somebody else did, or let it go."""
    gone = state.execute(text("DELETE FROM holdord_intent WHERE id = :id"), {"id": intent})
    return _append(state, written, now) if gone.rowcount == 1 else None


_DENIED = "42501"
"""PostgreSQL: the role may not."""


def prepare_receipts(store: Database) -> None:
    """Make the table of receipts in a store that has none.

    Raises:
        StoreError: When holdord may make no table there.
    """
    with store.snapshot() as connection:
        if inspect(connection).has_table("holdord_receipt"):  # whose right to make it may be somebody else's
            return
    try:
        with store.writing() as connection:
            connection.exec_driver_sql(RECEIPTS)
    except StoreError as error:
        if getattr(getattr(error.__cause__, "orig", None), "sqlstate", None) != _DENIED:
            raise
        raise StoreError(
            f"{error}. holdord keeps a small table of receipts in the store (holdord_receipt), which it may not make. "
            "Let it, make the table for it, or set store.receipts = false in holdord.toml."
        ) from error


def write_receipt(connection: Connection, intent: str, rows: int) -> bool:
    """Write the receipt of an intent; tell whether there was none."""
    insert = "INSERT INTO holdord_receipt (intent, rows_done) VALUES (:intent, :rows) ON CONFLICT (intent) DO NOTHING"
    return connection.execute(text(insert), {"intent": intent, "rows": rows}).rowcount == 1


def forget_receipts(store: Database, intents: list[str]) -> None:
    """Erase receipts whose entries the disk has."""
    with store.writing() as connection:
        gone = text("DELETE FROM holdord_receipt WHERE intent = :intent")
        connection.execute(gone, [{"intent": intent} for intent in intents])


def _append(connection: Connection, written: list[dict[str, Any]], now: datetime) -> range:
    return log.append(
        connection,
        [one["entry"] for one in written],
        now=now,
        secrets=[{"range": one["range"]} for one in written],
    )


def entries_of(plan: Plan, batches: list[Batch]) -> list[dict[str, Any]]:
    """Return the entry of each batch, and the range of keys that it commits to."""
    return [{"entry": _batch_entry(plan, batch), "range": _range(batch)} for batch in batches]


def _batch_entry(plan: Plan, batch: Batch) -> dict[str, Any]:
    statement = batch.statement
    return {
        "kind": "batch",
        "at": plan.at.isoformat(),
        "plan": plan.digest,
        "statement": statement.number,
        "promise": statement.promise,
        "store": statement.store,
        "table": statement.table,
        "action": statement.action,
        "columns": [column.name for column in statement.columns],
        "rows": batch.rows,
    }


def _range(batch: Batch) -> dict[str, Any]:
    part = batch.part
    return {"after": [str(key) for key in part.after or ()], "upto": [str(key) for key in part.upto]}


def _hex(value: bytes) -> dict[str, str]:
    """Return a key of bytes, which only SQLite gives, as JSON can hold it."""
    return {"hex": value.hex()}
