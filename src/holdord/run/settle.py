"""After a kill: intents that are neither entered nor given up are settled, before anything new is done.

An intent with a receipt was carried out: its entries are written now and say so. An intent without one gets a void
receipt first, so that nobody can commit its batch any more, and is let go. Where the store has no receipts, PostgreSQL
is asked what became of the batch's transaction. On SQLite what is left of the rows that the intent means tells: a batch
is one transaction, so either all of them are there or none is. Where somebody changed them or the policy since, neither
can be said; the log then gets an entry that says just that.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from holdord.errors import Refused
from holdord.plan.plan import make
from holdord.plan.statements import Statement
from holdord.run.company import Company
from holdord.run.journal import forget_receipts, prepare_receipts, settled, write_receipt
from holdord.run.requests.book import enter
from holdord.stores.base import Range
from holdord.stores.snapshot import Snapshot
from holdord.stores.walk import Walk

_VOID = -1
_LOOKS, _PAUSE = 200, 0.05
"""How often, with how many seconds between, to ask whether a killed sweep's last statement has ended on a server."""


def settle(company: Company, now: Callable[[], datetime]) -> int:
    """Settle what a killed sweep left open; return how many batches it had carried out without an entry.

    Raises:
        Refused: When another sweep is at work on a batch.
        StoreError: When a database does not answer, or holdord may make no table of receipts.
    """
    if not company.apart:
        return 0
    with company.state.snapshot() as state:
        found = state.execute(text("SELECT id, at, body FROM holdord_intent ORDER BY at, id")).all()
    intents = [(intent, date.fromisoformat(at), json.loads(body, object_hook=_unhex)) for intent, at, body in found]
    receipts = company.settings.receipts or any(body["proof"]["by"] == "receipt" for _, _, body in intents)
    if receipts:
        prepare_receipts(company.store)
    done = 0
    for intent, at, body in intents:
        happened = _happened(company, intent, at, body)
        with company.state.writing() as state:
            if happened is False:
                state.execute(text("DELETE FROM holdord_intent WHERE id = :id"), {"id": intent})
                continue
            how = {"settled": body["proof"]["by"]} if happened else {"kind": "unsettled"}
            entered = [one | {"entry": one["entry"] | how} for one in body["written"]]
            indexes = settled(state, intent, entered, now())
            if body.get("request") is not None:
                for index in indexes or ():
                    enter(state, body["request"], index)
            done += indexes is not None and bool(happened)
    if receipts and (over := _left_over(company)):
        company.state.make_lasting()
        forget_receipts(company.store, over)
    return done


def _happened(company: Company, intent: str, at: date, body: dict[str, Any]) -> bool | None:
    """Tell whether the batch of an intent was committed; None where nobody can tell."""
    proof = body["proof"]
    if proof["by"] == "receipt":
        return _has_receipt(company, intent)
    if proof["by"] == "transaction":
        return _was_committed(company, proof["number"])
    return _is_gone(company, at, proof, [one["entry"] for one in body["written"]])


def _has_receipt(company: Company, intent: str) -> bool:
    """Tell whether the batch of an intent was committed; where it was not it never can be."""
    query = text("SELECT rows_done FROM holdord_receipt WHERE intent = :intent")
    with company.store.writing() as connection:
        if write_receipt(connection, intent, _VOID):
            return False
        return bool(connection.execute(query, {"intent": intent}).scalar_one() != _VOID)


def _left_over(company: Company) -> list[str]:
    """Return the receipts whose intents are settled. Void ones stay: whom they stop may still be on its way."""
    query = text("SELECT intent FROM holdord_receipt WHERE rows_done <> :void")
    with company.store.snapshot() as connection:
        there = set(connection.execute(query, {"void": _VOID}).scalars())
    with company.state.snapshot() as state:
        open_ = set(state.execute(text("SELECT id FROM holdord_intent")).scalars())
    return sorted(there - open_)


def _was_committed(company: Company, number: int) -> bool | None:
    """Tell what became of a transaction on PostgreSQL; None where it is too long ago, or the server is another one."""
    query = text("SELECT CASE WHEN :number < txid_current() THEN txid_status(:number) END")
    for _ in range(_LOOKS):
        with company.store.snapshot() as connection:
            status = connection.execute(query, {"number": number}).scalar()
        if status != "in progress":
            return None if status is None else bool(status == "committed")
        time.sleep(_PAUSE)
    raise Refused("Another sweep is at work in the store. Nothing was done; start again when it has ended.")


def _is_gone(company: Company, at: date, proof: dict[str, Any], entries: list[dict[str, Any]]) -> bool | None:
    """Tell whether a batch would do the same once more (False) or nothing (True): it is done again, and undone.

    Nobody else writes meanwhile: whoever was amid that batch has ended it.
    """
    standing = company.standing
    if proof["policy"] != company.policy.digest or proof.get("restricted", []) != list(standing.restrictions):
        return None  # what another policy or other restrictions held back would look as if it were gone
    if not standing.ended.issuperset(proof.get("over", [])):  # pruned since, or renewed
        return None  # so would what is held by a consent that was given anew
    if proof.get("is_request"):
        return None  # what a person ended is known to nobody but who asks again
    with company.store.writing() as connection:
        looking = connection.begin_nested()
        as_of = {purpose: day and date.fromisoformat(day) for purpose, day in proof.get("as_of", {}).items()}
        plan = make(company.bound, Snapshot(connection, company.store.compiler), at, as_of=as_of)
        known = {(one.table, one.action, tuple(column.name for column in one.columns)): one for one in plan.statements}
        found = [known.get((entry["table"], entry["action"], tuple(entry["columns"]))) for entry in entries]
        again = [
            _again(connection, company, statement, _range(part)) if statement else 0
            for statement, part in zip(found, proof["parts"], strict=True)
        ]
        looking.rollback()
    if any(entry["table"] in plan.stopped for entry in entries):
        return None
    if not any(again):
        return True
    if any(statement and statement.knot for statement in found):
        return None  # a circle is undone step by step, and what is left may be of a later step
    return False if again == [entry["rows"] for entry in entries] else None


def _again(connection: Connection, company: Company, statement: Statement, part: Range) -> int:
    """Return how many rows a statement does in a range, or in a circle how many are left there."""
    walk = Walk(company.store.compiler, statement.table)
    if statement.knot:
        return walk.count(connection, replace(statement, settled=statement.where), part)
    return walk.apply(connection, statement, part)


def _range(said: dict[str, Any]) -> Range:
    return Range(None if said["after"] is None else tuple(said["after"]), tuple(said["upto"]))


def _unhex(said: dict[str, Any]) -> Any:
    return bytes.fromhex(said["hex"]) if set(said) == {"hex"} else said
