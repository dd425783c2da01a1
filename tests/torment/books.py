"""What lies in a company's store, and what its evidence says was done there."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect, text

from holdord.ledger import log
from holdord.run.company import Company

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
"""Table → key → row."""

Amounts = Counter[tuple[str, str, tuple[str, ...]]]
"""(Table, action, columns) → rows."""


def rows(company: Company) -> Rows:
    """Return every row of the store, as the driver gives it."""
    found: Rows = {}
    with company.store.snapshot() as connection:
        for name, shape in company.store.schema.items():
            there = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
            found[name] = {tuple(row[key] for key in shape.key): dict(row) for row in there}
    return found


def size(company: Company) -> int:
    """Return how many entries the log has."""
    with company.state.snapshot() as state:
        return log.size(state)


def entries(company: Company, first: int = 0) -> list[dict[str, Any]]:
    """Return the entries from an index on."""
    with company.state.snapshot() as state:
        return [entry.value for entry in log.read(state, first)]


def said(company: Company, first: int = 0) -> tuple[Amounts, list[str]]:
    """Return what the entries of batches from an index on say was done, and their tables in order."""
    return _summed([entry for entry in entries(company, first) if entry["kind"] == "batch"])


def intents(company: Company) -> dict[str, dict[str, Any]]:
    """Return what was begun and is not settled yet."""
    with company.state.snapshot() as state:
        found = state.execute(text("SELECT id, body FROM holdord_intent ORDER BY at, id")).all()
    return {intent: json.loads(body) for intent, body in found}


def receipts(company: Company) -> dict[str, int]:
    """Return the receipts in the store: intent → rows, below 0 for a void one."""
    with company.store.snapshot() as connection:
        if not inspect(connection).has_table("holdord_receipt"):
            return {}
        return {row.intent: row.rows_done for row in connection.execute(text("SELECT * FROM holdord_receipt"))}


def unentered(company: Company, done: Amounts, entered: Amounts) -> tuple[Amounts, list[str]]:
    """Return what batches did, as open intents say, whose entries are not written yet.

    A receipt tells which these are, or the transaction's number. Where there is neither, rows do: ``done`` is what is
    so in the store, ``entered`` what the log says.
    """
    carried: list[dict[str, Any]] = []
    written = receipts(company)
    for intent, body in intents(company).items():
        facts = [one["entry"] for one in body["written"]]
        proof = body["proof"]
        if proof["by"] == "receipt":
            happened = written.get(intent, -1) >= 0
        elif proof["by"] == "transaction":
            with company.store.snapshot() as connection:
                asked = text("SELECT txid_status(:number)")
                happened = connection.execute(asked, {"number": proof["number"]}).scalar() == "committed"
        else:
            happened = done == entered + _summed(facts)[0]
        carried += facts if happened else []
    return _summed(carried)


def _summed(batches: list[dict[str, Any]]) -> tuple[Amounts, list[str]]:
    amounts: Amounts = Counter()
    for batch in batches:
        amounts[batch["table"], batch["action"], tuple(batch["columns"])] += batch["rows"]
    return amounts, [batch["table"] for batch in batches]


def changes(before: Rows, after: Rows, planned: Amounts) -> Amounts:
    """Count the rows that went, and the rows in which some of the columns of a statement changed."""
    found: Amounts = Counter()
    columns = {(table, names): action for table, action, names in planned}
    for table, there in before.items():
        gone = [key for key in there if key not in after[table]]
        found[table, "erase", ()] = len(gone)
        groups = {names for name, names in columns if name == table and names}
        for key in after[table].keys() & there.keys():
            changed = {name for name, value in after[table][key].items() if value != there[key][name]}
            for names in groups:
                if changed & set(names):
                    found[table, columns[table, names], names] += 1
                    changed -= set(names)
            if changed:
                found[table, "unexplained", tuple(sorted(changed))] += 1
    return +found


def unmatched(done: Amounts, told: Amounts, when: str) -> Iterator[str]:
    """Yield where what was done and what evidence says of it differ."""
    for what in done.keys() | told.keys():
        if done[what] != told[what]:
            yield f"{when}: {what[1]} {what[0]} touched {done[what]} rows, and the evidence says {told[what]}."


def early(before: Rows, after: Rows, found: Rows) -> Iterator[str]:
    """Yield what went, or changed, and is not so ``after`` an undisturbed sweep."""
    for table, there in before.items():
        for key, row in there.items():
            now, last = found[table].get(key), after[table].get(key)
            if now is None:
                if last is not None:
                    yield f"A row of {table} is gone that stays."
            elif last is None:
                if now != row:
                    yield f"A row of {table} that goes was changed instead."
            elif any(value != row[name] and value != last[name] for name, value in now.items()):
                yield f"A row of {table} was changed to something else."
        if set(found[table]) - set(there):
            yield f"Rows of {table} appeared."
