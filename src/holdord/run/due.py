"""What is due, and what of it a sweep may do: the rest waits until somebody says yes (GDPR art. 5(2), 24).

A promise with ``approval: 1`` or ``2`` ends its purposes only by a yes: until then they hold what they held, as if
their limits had not run out, and everything else follows from the rule. An approval says yes to what is due on its
day: the limits run out as of that day, not of a later one. Where more would go than it was given for, the promise waits
again (decision 0015).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from holdord.plan.plan import make
from holdord.plan.statements import Awaiting, Meant, Plan
from holdord.policy.model import Promise
from holdord.run.approvals import Approval, by_name, chosen, standing
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.stores.snapshot import Snapshot

_WORDS = {1: "one", 2: "two"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What is due.

    Attributes:
        plan: What ``keep`` does.
        whole: What it would do if nothing waited for an approval.
        granted: The promises that have their approvals, and these.
    """

    plan: Plan
    whole: Plan
    granted: Mapping[str, tuple[Approval, ...]]


def due(company: Company, snapshot: Snapshot, state: Connection, at: date) -> Due:
    """Return what is due at ``at``. Changes nothing.

    Args:
        company: The folder.
        snapshot: Of the store.
        state: The database of the evidence, the snapshot's own connection where the two share one.
        at: The controller's date.
    """
    promises = [promise for promise in company.policy.promises.values() if promise.approval]
    whole = make(company.bound, snapshot, at, label="whole_" if promises else "")
    if not promises:
        return Due(plan=whole, whole=whole, granted={})
    said = standing(company, state, at)
    while True:
        granted = {one.id: enough for one in promises if (enough := chosen(one, said.get(one.id, [])))}
        plan = make(company.bound, snapshot, at, as_of=as_of_each(promises, granted))
        beyond = {
            approval.entry
            for promise in promises
            for approval in granted.get(promise.id, ())
            if _exceeds(plan, promise, approval)
        }
        if not beyond:
            break
        said = {name: [one for one in each if one.entry not in beyond] for name, each in said.items()}
    waiting = tuple(awaits(promises, whole, plan, said, state))
    return Due(plan=replace(plan, awaiting=waiting), whole=whole, granted=granted)


def waits_for(one: Awaiting) -> str:
    """Return what a promise waits for, such as ``for one more approval of two (since 2026-06-02)``."""
    if one.given >= one.needed:
        rest = "it became due after the approval, or another promise waits too"
        return f"for the rest: {rest} (since {one.since})"
    what = "an approval" if one.needed == 1 else f"{_WORDS[one.needed]} approvals"
    if one.given:
        what = f"{_WORDS[one.needed - one.given]} more approval of {_WORDS[one.needed]}"
    refused = f", refused on {one.refused}" if one.refused else ""
    return f"for {what} (since {one.since}{refused})"


def as_of_each(promises: list[Promise], granted: Mapping[str, tuple[Approval, ...]]) -> dict[str, date | None]:
    """Return purpose → the date as of which it may end, None where a promise that it keeps waits."""
    found: dict[str, date | None] = {}
    for promise in promises:
        until = min((one.at for one in granted.get(promise.id, ())), default=None)
        for purpose in promise.purposes:
            before = found.get(purpose, until)
            found[purpose] = None if before is None or until is None else min(before, until)
    return found


def meant_by(plan: Plan, promise: Promise) -> tuple[Meant, ...]:
    """Return what a plan does to rows that the promise's purposes once held."""
    return tuple(
        Meant(
            purpose=ground.purpose,
            table=statement.table,
            action=statement.action,
            columns=tuple(column.name for column in statement.columns),
            rows=ground.rows,
        )
        for statement in plan.statements
        for ground in statement.grounds
        if ground.rows and ground.purpose in promise.purposes
    )


def _exceeds(plan: Plan, promise: Promise, approval: Approval) -> bool:
    """Tell whether a plan does more than was approved; who let a row go has let its columns go as well."""
    return any(
        one.rows
        > approval.bounds.get((one.purpose, one.table, one.action, one.columns), 0)
        + (approval.bounds.get((one.purpose, one.table, "erase", ()), 0) if one.columns else 0)
        for one in meant_by(plan, promise)
    )


def awaits(
    promises: list[Promise],
    whole: Plan,
    plan: Plan,
    said: Mapping[str, list[Approval]],
    state: Connection,
) -> Iterator[Awaiting]:
    """Yield the promises of which more is due than the plan does."""
    sweep = last_sweep(state)
    before = sweep.value["promises"] if sweep else {}
    for promise in promises:
        done = {(one.purpose, one.table, one.action, one.columns): one.rows for one in meant_by(plan, promise)}
        left = [
            replace(one, rows=rows)
            for one in meant_by(whole, promise)
            if (rows := one.rows - done.get((one.purpose, one.table, one.action, one.columns), 0)) > 0
        ]
        if left:
            since = before.get(promise.id, {}).get("waits")
            mine = said.get(promise.id, [])
            refused = max((one.at for one in mine if one.says == "no"), default=None)
            yield Awaiting(
                promise=promise.id,
                needed=promise.approval,
                given=min(len(by_name(mine)), promise.approval),
                refused=refused,
                since=date.fromisoformat(since) if since else plan.at,
                meant=tuple(left),
            )
