"""Keeps the promises that are due: plan, guards, batches with evidence, and the plan asked again.

The log gets one entry for the plan before anything is touched, one for each batch in the batch's own transaction,
and one for the sweep, which says that somebody looked again at the same date and what was left (nothing, if all
went well). A sweep that finds nothing on a date that has been swept already writes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from holdord.errors import NeedsConfirmation, Refused
from holdord.ledger import log
from holdord.ledger.checkpoints import checkpoint, last_checkpoint
from holdord.now import today
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.run.company import Company
from holdord.run.evidence import batches_since_sweep, last_entry, last_sweep
from holdord.run.execute import Progress, carry_out
from holdord.run.journal import journal
from holdord.run.settle import settle


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a sweep did.

    Attributes:
        plan: What was due.
        rows: Rows touched.
        left: What is still due at the same date: statements that wait or failed.
        note: The signed checkpoint of the log afterwards.
        owed: What the database still owes, such as VACUUM; empty when nothing.
    """

    plan: Plan
    rows: int
    left: Plan
    note: str
    owed: str


def plan_of(company: Company, at: date) -> Plan:
    """Return what is due at ``at``. Changes nothing."""
    with company.store.reading() as snapshot:
        return make(company.bound, snapshot, at)


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
        NeedsConfirmation: The machine's clock looks wrong.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    moment = now()
    date_now = today(company.policy.controller.zone, moment)
    at = _date_of(planned) if planned else date_now
    if company.policy.draft:
        raise Refused(
            "This policy is a draft, and nothing is erased by a draft. Read it line by line, mend what is wrong, then "
            "remove the line 'draft: true'."
        )
    if at > date_now:
        raise Refused(f"The plan is of {at}, which is after today ({date_now}). Nothing is erased ahead of its time.")
    settle(company, now)
    plan = plan_of(company, at)
    if planned is not None:
        check_bounds(plan, planned)
    if confirm is not None and confirm != plan.digest:
        raise Refused(f"The plan of now is {plan.digest}, not the one confirmed. Look at it again: holdord plan.")
    if confirm is None:
        _check_clock(company, now, plan)
        _check_claims(plan)
    key = company.key()
    if begun is not None:
        begun(plan)
    with company.state.snapshot() as connection:
        touched = batches_since_sweep(connection)
    if plan.statements:
        with company.state.writing() as connection:
            log.append(connection, [_plan_entry(plan)], now=moment)
    written = journal(company, plan, now, touched)
    done = carry_out(company.store, plan, journal=written, progress=progress)
    written.close()
    left = plan_of(company, at)
    owed = company.store.settle_pages()
    with company.state.writing() as connection:
        entry = _sweep_entry(company, connection, plan, left, touched, sum(done.values()), owed)
        if entry is not None:
            log.append(connection, [entry], now=now())
        note = None if entry is None else checkpoint(connection, key, now())
        note = note or last_checkpoint(connection) or checkpoint(connection, key, now())
    return Kept(plan=plan, rows=sum(done.values()), left=left, note=note, owed=owed)


def _date_of(planned: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(planned["at"]))
    except (KeyError, ValueError) as error:
        raise Refused("The file is no plan of holdord: it has no date.") from error


def check_bounds(plan: Plan, planned: Mapping[str, Any]) -> None:
    """Check that ``plan`` does nothing that the plan made earlier did not say.

    Raises:
        Refused: When the policy changed, a statement is new, or one means more rows.
    """
    if planned.get("policy") != plan.policy:
        raise Refused("The policy changed since the plan was made. Make a new one.")
    try:
        bounds = {
            (said["table"], said["action"], tuple(said["columns"])): int(said["rows"]) for said in planned["statements"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("The file is no plan of holdord: its statements cannot be read.") from error
    for statement in plan.statements:
        names = tuple(column.name for column in statement.columns)
        bound = bounds.get((statement.table, statement.action, names))
        if bound is None or statement.rows > bound:
            raise Refused(
                f"The plan said {bound or 0} rows of {statement.table} ({statement.action}); now it would be "
                f"{statement.rows}. The data changed since: make a new plan."
            )


def _check_claims(plan: Plan) -> None:
    """Ask first when rows would go that no purpose ever covered: a policy that forgets a case is the likelier cause."""
    never = [finding.text for finding in plan.findings if finding.code == "never_claimed"]
    if never:
        raise NeedsConfirmation(f"{' '.join(never)} If they should go: holdord keep --confirm {plan.digest}")


def _check_clock(company: Company, clock: Callable[[], datetime], plan: Plan) -> None:
    """Ask first when the machine's clock may be wrong: a clock set forward would erase the future."""
    with company.state.snapshot() as connection:
        last = last_entry(connection)
    if last is None:
        return
    now, tolerance = clock(), timedelta(minutes=1)
    then = datetime.fromisoformat(last["time"])
    how = f"If the date is right: holdord keep --confirm {plan.digest}"
    if now + tolerance < then:
        raise NeedsConfirmation(
            f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the last entry was made at "
            f"{then:%Y-%m-%d %H:%M}. {how}"
        )
    if now - then > timedelta(days=company.settings.pause_days):
        raise NeedsConfirmation(
            f"The last entry was made {(now - then).days} days ago ({then:%Y-%m-%d}). A clock set forward looks just "
            f"like this. {how}"
        )


def _plan_entry(plan: Plan) -> dict[str, Any]:
    return {
        "kind": "plan",
        "at": plan.at.isoformat(),
        "plan": plan.digest,
        "policy": plan.policy,
        "store": plan.store,
        "statements": len(plan.statements),
        "rows": plan.rows,
        "waiting": list(plan.waiting),
    }


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
