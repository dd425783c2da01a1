"""Who said yes or no to what a promise lets go (GDPR art. 5(2), 24), as the state database keeps it.

An approval binds rows, for each purpose, table, action and columns, as of its day (``holdord.run.due``). It stands for
some days, under the policy that it was given under, until a sweep has carried it out. Names and reasons lie in
``holdord_approval``; the log has salted commitments to them alone (decision 0015).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, text

from holdord.ledger import log
from holdord.policy.model import Promise
from holdord.policy.terms import same_name
from holdord.run.company import Company

Says = Literal["yes", "no"]
Bounds = Mapping[tuple[str, str, str, tuple[str, ...]], int]
"""Purpose, table, action and columns → rows."""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Approval:
    """What somebody said about what a promise lets go.

    Attributes:
        entry: The log's entry that says so.
        approver: The name, as it is compared.
        at: The date of the plan that it was said of.
        bounds: What may go.
    """

    entry: int
    promise: str
    says: Says
    approver: str
    at: date
    bounds: Bounds


def standing(company: Company, state: Connection, at: date) -> dict[str, list[Approval]]:
    """Return promise → what was said of it and stands at ``at``, in order: by this policy, not lapsed, not used up.

    A no takes back every yes before it.
    """
    query = text("SELECT * FROM holdord_approval WHERE policy = :policy AND used IS NULL ORDER BY entry")
    first = at - timedelta(days=company.settings.approval_days)
    found: dict[str, list[Approval]] = {}
    for row in state.execute(query, {"policy": company.policy.digest}):
        one = _read(row)
        if one.at >= first:
            before = found.get(one.promise, []) if one.says == "yes" else []
            found[one.promise] = [*before, one]
    return found


def chosen(promise: Promise, said: Iterable[Approval]) -> tuple[Approval, ...]:
    """Return the newest approvals of so many people as must say yes, or nothing where there are not enough."""
    newest = sorted(by_name(said).values(), key=lambda one: (one.at, one.entry), reverse=True)
    return tuple(newest[: promise.approval]) if len(newest) >= promise.approval else ()


def by_name(said: Iterable[Approval]) -> dict[str, Approval]:
    """Return approver → the newest yes."""
    return {one.approver: one for one in said if one.says == "yes"}


def enter(connection: Connection, entry: dict[str, Any], *, by: str, reason: str, now: datetime) -> int:
    """Write an approval or a refusal down, in the log and in the state database; return the entry's number.

    Args:
        connection: Of the state; its transaction is the caller's.
        entry: What the log says of it.
        by: Who says so.
        reason: Why.
        now: When.
    """
    (index,) = log.append(connection, [entry], now=now, secrets=[{"approver": by, "reason": reason}])
    row = {name: entry[name] for name in ("promise", "says", "at", "policy")}
    row |= {"entry": index, "approver": by, "reason": reason, "meant": json.dumps(entry["statements"])}
    connection.execute(
        text(
            "INSERT INTO holdord_approval (entry, promise, says, approver, reason, at, policy, meant) "
            "VALUES (:entry, :promise, :says, :approver, :reason, :at, :policy, :meant)"
        ),
        row,
    )
    return index


def use(connection: Connection, promise: str, last: int, at: date) -> None:
    """Note that what was said of a promise up to an entry was carried out; what is older than it stands no more."""
    done = text("UPDATE holdord_approval SET used = :at WHERE promise = :promise AND entry <= :last AND used IS NULL")
    connection.execute(done, {"at": at.isoformat(), "promise": promise, "last": last})


def _read(row: Row[Any]) -> Approval:
    return Approval(
        entry=row.entry,
        promise=row.promise,
        says=row.says,
        approver=same_name(row.approver),
        at=date.fromisoformat(row.at),
        bounds={
            (one["purpose"], one["table"], one["action"], tuple(one["columns"])): one["rows"]
            for one in json.loads(row.meant)
        },
    )
