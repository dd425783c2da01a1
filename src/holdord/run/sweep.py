"""Keeps the promises that are due: plan, approvals, guards, figures, batches with evidence, the plan asked again.

The log gets one entry for the plan before anything is touched, one for each figure that is taken before its data go
(``holdord.run.figures``), one for each batch in the batch's own transaction, and one for the sweep, which says that
somebody looked again at the same date and what was left (nothing, if all went well). A sweep that finds nothing on a
date that has been swept already writes nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from holdord.errors import NeedsConfirmation, Refused
from holdord.ledger import log
from holdord.ledger.checkpoints import checkpoint, last_checkpoint
from holdord.now import today
from holdord.plan.statements import Plan
from holdord.policy.model import Policy
from holdord.run import outbox
from holdord.run.approve import use_up
from holdord.run.company import POLICY, Company
from holdord.run.due import Due, due
from holdord.run.evidence import batches_since_sweep, last_sweep
from holdord.run.execute import Progress, carry_out
from holdord.run.figures import take
from holdord.run.guards import Ask, asks, question, unanswered
from holdord.run.journal import journal
from holdord.run.planned import check_bounds, date_of
from holdord.run.requests import gone, granted, handed, notified, placed, seen
from holdord.run.requests.book import forget
from holdord.run.requests.limited import check_same
from holdord.run.settle import settle

_MOST_HOLDS = 200
"""Ids of legal holds that an entry names; it has no room for any number."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a sweep did.

    Attributes:
        plan: What was due.
        rows: Rows touched.
        left: What is still due at the same date: statements that wait or failed.
        note: The signed checkpoint of the log afterwards.
        owed: What the database still owes, such as VACUUM; empty when nothing.
        figures: Figure → the periods that it was taken for.
    """

    plan: Plan
    rows: int
    left: Plan
    note: str
    owed: str
    figures: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a sweep would do, and what it would ask first.

    Attributes:
        asked: Every reason to ask.
        open: Those that nobody has said yes to.
    """

    due: Due
    asked: tuple[Ask, ...]
    open: tuple[Ask, ...]


def plan_of(company: Company, at: date) -> Plan:
    """Return what a sweep does at ``at``, and what waits for an approval. Changes nothing."""
    with company.reading() as (snapshot, state):
        return due(company, snapshot, state, at).plan


def look(company: Company, at: date, now: datetime) -> Looked:
    """Return what a sweep would do at ``at`` and ask first. Changes nothing; ahead of its time nothing is asked."""
    with company.reading() as (snapshot, state):
        found = due(company, snapshot, state, at)
        if at > today(company.policy.controller.zone, now):
            return Looked(due=found, asked=(), open=())
        asked = asks(company, snapshot, state, found.plan, now)
        return Looked(due=found, asked=asked, open=unanswered(asked, found.plan, state))


def keep(
    company: Company,
    now: Callable[[], datetime],
    *,
    planned: Mapping[str, Any] | None = None,
    confirm: str | None = None,
    progress: Progress | None = None,
    begun: Callable[[Plan], None] | None = None,
) -> Kept:
    """Carry out the plan of now.

    Args:
        company: The folder.
        now: Reads the time.
        planned: The JSON of a plan made earlier; more than it said is refused.
        confirm: The digest of the plan that a person confirmed.
        progress: Told after each batch.
        begun: Told the plan, once it is certain that it will be carried out.

    Raises:
        Refused: The world moved past the plan, or its date lies in the future.
        NeedsConfirmation: Guards have reasons to ask; all of them are said at once.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    moment = now()
    date_now = today(company.policy.controller.zone, moment)
    at = date_of(planned) if planned else date_now
    if company.policy.draft:
        raise Refused(
            "This policy is a draft, and nothing is erased by a draft. Read it line by line, mend what is wrong, then "
            "remove the line 'draft: true'."
        )
    if at > date_now:
        raise Refused(f"The plan is of {at}, which is after today ({date_now}). Nothing is erased ahead of its time.")
    company = granted.fresh(company)
    watch = watching(company)
    found = look(company, at, now())
    plan = found.due.plan
    if planned is not None:
        check_bounds(plan, planned)
    if confirm is not None and confirm != plan.digest:
        raise Refused(f"The plan of now is {plan.digest}, not the one confirmed. Look at it again: holdord plan.")
    if confirm is None and found.open:
        how = f"holdord keep {company.folder} --confirm {plan.digest}"
        asked = tuple(ask.document() for ask in found.open)
        raise NeedsConfirmation(question(found.open, how), digest=plan.digest, asks=asked)
    check_rights(plan)
    settle(company, now)  # after the guards: what it writes has this moment's time
    key = company.key()
    if begun is not None:
        begun(plan)
    with company.state.snapshot() as connection:
        touched = batches_since_sweep(connection)
        holds = _turned(connection, company.policy, at)
    watch()
    if plan.statements:
        entry = _plan_entry(found, confirmed=bool(confirm or found.asked)) | holds
        with company.state.writing() as connection:
            log.append(connection, [entry], now=moment)
    figures = take(company, plan, now)
    written = journal(company, plan, now, touched)
    done = carry_out(company.store, plan, journal=written, progress=progress, watch=watch)
    written.close()
    used = use_up(company, found.due)
    left = plan_of(company, at) if plan.statements else plan
    owed = company.store.settle_pages()
    if plan.statements:
        gone.look(company, at)
    with company.state.writing() as connection:
        forget(
            connection, at, company.settings.request_days, outbox.forget, handed.forget, placed.forget, notified.forget
        )
        handed.expire(connection, now())
        placed.expire(connection, at, company.settings.request_days)
        seen.forget(connection, at, company.settings.request_days)
        swept = _sweep_entry(company, connection, plan, left, touched, sum(done.values()), owed)
        if swept is not None:
            log.append(connection, [swept | holds | {"approvals": used}], now=now())
            _note_holds(connection, company.policy, at)
        note = checkpoint(connection, key, now()) if swept is not None or figures else None
        note = note or last_checkpoint(connection) or checkpoint(connection, key, now())
    return Kept(plan=plan, rows=sum(done.values()), left=left, note=note, owed=owed, figures=figures)


def check_rights(plan: Plan) -> None:
    """Raise Refused where holdord's role lacks a right that the plan needs."""
    tables = {statement.table for statement in plan.statements}
    if lacking := [one.text for one in plan.findings if one.code == "missing_right" and one.table in tables]:
        raise Refused(f"{' '.join(lacking)} Nothing was done.")


def watching(company: Company, *, alone: bool = False) -> Callable[[], None]:
    """Return what is asked before anything is done and before each batch: whether policy and restrictions are the same.

    A legal hold is set by writing it into the policy, a restriction by a request (``holdord.run.requests.limits``);
    neither must wait for the end of a long sweep. Where no policy lies in the
    folder, its owner has it elsewhere.

    Args:
        company: The folder.
        alone: Whether there is but one transaction, which looks at the restrictions itself (``holdord.run.journal``).
    """
    file = company.folder / POLICY
    is_there = file.exists()

    def check() -> None:
        try:
            same = not is_there or hashlib.sha256(file.read_bytes()).hexdigest() == company.policy.digest
        except OSError:
            same = False
        if not same:
            raise Refused(
                "The policy changed while it was being kept. What was done until here is done and has its evidence; "
                "the rest waits for the next sweep, by the new one: holdord plan."
            )
        if not alone:
            with company.state.snapshot() as connection:
                check_same(connection, company.standing)

    return check


def _plan_entry(found: Looked, *, confirmed: bool) -> dict[str, Any]:
    plan, granted = found.due.plan, found.due.granted
    return {
        "kind": "plan",
        "at": plan.at.isoformat(),
        "plan": plan.digest,
        "policy": plan.policy,
        "store": plan.store,
        "statements": len(plan.statements),
        "rows": plan.rows,
        "waiting": list(plan.waiting),
        "confirmed": confirmed,
        "guards": list(dict.fromkeys(ask.guard for ask in found.asked)),
        "approvals": {promise: [one.entry for one in approvals] for promise, approvals in granted.items()},
    }


def _turned(connection: Connection, policy: Policy, at: date) -> dict[str, list[str]]:
    """Return the legal holds that began and those that ended since the last sweep, by their ids, some hundred each."""
    before = set(connection.execute(text("SELECT id FROM holdord_hold")).scalars())
    stand = {hold.id for hold in policy.holds if hold.active(at)}
    return {
        "holds_began": sorted(stand - before)[:_MOST_HOLDS],
        "holds_ended": sorted(before - stand)[:_MOST_HOLDS],
    }


def _note_holds(connection: Connection, policy: Policy, at: date) -> None:
    """Remember which legal holds stand."""
    connection.execute(text("DELETE FROM holdord_hold"))
    if stand := [{"id": hold.id} for hold in policy.holds if hold.active(at)]:
        connection.execute(text("INSERT INTO holdord_hold (id) VALUES (:id)"), stand)


def _sweep_entry(
    company: Company,
    connection: Connection,
    plan: Plan,
    left: Plan,
    touched: Mapping[str, tuple[int, int]],
    rows: int,
    owed: str,
) -> dict[str, Any] | None:
    """Return the entry that says somebody looked again, or None where the last one says just that."""
    found = last_sweep(connection)
    before = found.value if found else {}
    same = all(
        before.get(name) == value
        for name, value in (
            ("at", plan.at.isoformat()),
            ("policy", plan.policy),
            ("left", left.rows),
            ("waiting", list(left.waiting)),
        )
    )
    if same and not rows and not touched:
        return None
    waiting = {promise for statement in left.statements for promise in statement.promises}
    waiting |= {promise for finding in left.findings if finding.severity == "stop" for promise in finding.promises}
    approvals = {one.promise: one for one in left.awaiting}
    held = {purpose for one in left.awaiting for purpose in {meant.purpose for meant in one.meant}}
    waiting |= {one.id for one in company.policy.promises.values() if held.intersection(one.purposes)}
    promises: dict[str, Any] = {}
    for promise in company.policy.promises.values():
        if not any(part.purposes or part.holds for part in promise.parts):
            continue
        earlier = before.get("promises", {}).get(promise.id, {})
        clean = promise.id not in waiting
        count, entry = touched.get(promise.id, (0, earlier.get("entry")))
        promises[promise.id] = {
            "clean": clean,
            "since": (earlier.get("since") if earlier.get("clean") else plan.at.isoformat()) if clean else None,
            "rows": count,
            "entry": entry,
        }
        if promise.id in approvals:
            promises[promise.id]["waits"] = approvals[promise.id].since.isoformat()
    return {
        "kind": "sweep",
        "at": plan.at.isoformat(),
        "plan": plan.digest,
        "policy": plan.policy,
        "store": plan.store,
        "rows": rows,
        "left": left.rows,
        "owed": owed,
        "waiting": list(left.waiting),
        "holds": len([hold for hold in company.policy.holds if hold.active(plan.at)]),
        "promises": promises,
    }
