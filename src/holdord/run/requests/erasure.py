"""Erasing what one person may have erased, and saying of the rest why it stays and until when (GDPR art. 17).

The rule is the one of every sweep, with the grounds taken away that the person can end: purposes that rest on consent,
since who asks for erasure withdraws it (art. 17(1)(b)), those that end on request, and those that somebody objected to
(17(1)(c)). What then still holds data is the reason why it stays: a law's duty (17(3)(b)), a claim (17(3)(e)), or a
purpose that goes on (17(1)(a)). It goes on its day, with no further request.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from holdord.errors import NeedsConfirmation, Refused
from holdord.ledger import log
from holdord.ledger.checkpoints import checkpoint
from holdord.now import today
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.plan.whose import Asked
from holdord.policy.model import Finding, Policy, Record
from holdord.run.approvals import chosen, standing
from holdord.run.company import Company
from holdord.run.due import as_of_each
from holdord.run.evidence import past
from holdord.run.execute import carry_out
from holdord.run.figures import take
from holdord.run.guards import clock, question
from holdord.run.journal import journal
from holdord.run.requests.access import access
from holdord.run.requests.answer import Item, grounds_document, item_documents
from holdord.run.requests.book import enter, named
from holdord.run.settle import settle
from holdord.run.sweep import check_rights, watching
from holdord.stores.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasure:
    """What an erasure does, or did.

    Attributes:
        plan: What goes, by table.
        stays: What is still there afterwards and something holds, with who holds it and until when.
        left: What is still there although nothing holds it: ``stops`` say why, it waits for an approval, or it is about
            others as well.
        stops: What must be decided by somebody before these can go.
        rows: How many rows were touched; 0 for a preview.
    """

    policy: Policy
    person: Record = field(repr=False)
    at: date
    plan: Plan
    stays: tuple[Item, ...]
    left: tuple[Item, ...]
    stops: tuple[Finding, ...]
    rows: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is there any more that should be gone."""
        return not self.left and not self.stops


def ends(policy: Policy, objected: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the purposes that a request for erasure ends.

    Args:
        policy: The company's.
        objected: Purposes that the person objected to, where somebody weighed that and agreed (art. 21(1)), or for
            marketing (21(2)).

    Raises:
        Refused: A purpose is unknown, or rests on a basis that nobody can object to.
    """
    for name in sorted(objected):
        purpose = policy.purposes.get(name)
        if purpose is None:
            raise Refused(f"There is no purpose {name}. Purposes: {', '.join(policy.purposes)}.")
        if purpose.basis not in ("legitimate_interest", "public_task"):
            raise Refused(f"Nobody can object to {name}: it rests on {purpose.basis} (GDPR art. 21(1)).")
    own = {one.id for one in policy.purposes.values() if one.basis == "consent" or one.ends_on_request}
    return frozenset(name for name in own | objected if not policy.purposes[name].is_duty)


def preview(company: Company, person: Record, at: date, objected: frozenset[str] = frozenset()) -> Erasure:
    """Return what an erasure would do, and what would stay. Changes nothing.

    Raises:
        Refused: There is no such purpose.
    """
    ended = ends(company.policy, objected)
    found = _looked(company, person, at, ended)
    return replace(found, left=tuple(item for item in found.left if item.shared))  # the rest is what goes


def erase(
    company: Company,
    now: Callable[[], datetime],
    person: Record,
    objected: frozenset[str] = frozenset(),
    *,
    request: int | None = None,
    confirmed: bool = False,
) -> Erasure:
    """Erase what a person may have erased, look again, and say what is still there.

    Args:
        company: The folder.
        now: Reads the time.
        person: Who asked.
        objected: As for ``ends``.
        request: The request that it answers.
        confirmed: Whether somebody has said that the machine's clock is right.

    Raises:
        Refused: The policy is a draft or changed meanwhile, a purpose is unknown, or a right is missing.
        NeedsConfirmation: The machine's clock looks wrong: one set forward would erase the future.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    if company.policy.draft:
        raise Refused("This policy is a draft, and nothing is erased by a draft.")
    watch = watching(company)
    at = today(company.policy.controller.zone, now())
    ended = ends(company.policy, objected)
    plan = _plan(company, person, at, ended)
    if plan.statements and not confirmed:
        _ask(company, plan, now())
    check_rights(plan)
    settle(company, now)
    rows = 0
    if plan.statements:
        key = company.key()
        _note(company, now(), _entry(plan, "begun", plan.rows), person, request)
        take(company, plan, now, lambda snapshot: _made(company, snapshot, person, at, ended))
        written = journal(company, plan, now, {})
        rows = sum(carry_out(company.store, plan, journal=written, watch=watch).values())
        written.close()
        company.store.settle_pages()
    found = replace(_looked(company, person, at, ended), plan=plan, rows=rows)
    if plan.statements:
        _note(company, now(), _entry(plan, "done", rows) | {"left": len(found.left)}, person, request)
        with company.state.writing() as connection:
            checkpoint(connection, key, now())
    return found


def _ask(company: Company, plan: Plan, now: datetime) -> None:
    with company.reading() as (snapshot, state):
        asks = tuple(clock(company, snapshot, plan, past(state), now))
    if asks:
        how = "holdord request answer DIR NUMBER --confirm"
        raise NeedsConfirmation(question(asks, how), digest=plan.digest, asks=tuple(one.document() for one in asks))


def _note(company: Company, now: datetime, entry: dict[str, Any], person: Record, request: int | None) -> None:
    """Say in the log what was done; whom it is about is a commitment, which goes with the request."""
    with company.state.writing() as connection:
        (index,) = log.append(connection, [entry], now=now, secrets=[{"person": named(person)}])
        if request is not None:
            enter(connection, request, index)


def _looked(company: Company, person: Record, at: date, ended: frozenset[str]) -> Erasure:
    """Return what is there now, and the plan of now."""
    items = access(company, person, at, ended).items
    plan = _plan(company, person, at, ended)
    return Erasure(
        policy=company.policy,
        person=person,
        at=at,
        plan=plan,
        stays=tuple(item for item in items if _is_held(item)),
        left=tuple(item for item in items if not _is_held(item)),
        stops=_stops(plan, items),
    )


def _plan(company: Company, person: Record, at: date, ended: frozenset[str]) -> Plan:
    with company.store.reading() as snapshot:
        return _made(company, snapshot, person, at, ended)


def _made(company: Company, snapshot: Snapshot, person: Record, at: date, ended: frozenset[str]) -> Plan:
    """Return what goes; what waits for an approval by its limits waits for it here as well (decision 0015)."""
    asked = Asked(record_class=person.record_class, keys=(person.key,), ended=ended)
    promises = [promise for promise in company.policy.promises.values() if promise.approval]
    with company.state.snapshot() as state:
        said = standing(company, state, at) if promises else {}
    granted = {one.id: enough for one in promises if (enough := chosen(one, said.get(one.id, [])))}
    return make(company.bound, snapshot, at, as_of=as_of_each(promises, granted), asked=asked)


def _is_held(item: Item) -> bool:
    return bool(item.lasting) or item.held or item.bare or item.also_others


def _stops(plan: Plan, items: Sequence[Item]) -> tuple[Finding, ...]:
    """Return the findings that stop tables in which something of the person lies."""
    tables = {item.table for item in items}
    return tuple(one for one in plan.findings if one.severity == "stop" and one.table in tables)


def _entry(plan: Plan, does: str, rows: int) -> dict[str, Any]:
    return {
        "kind": "erasure",
        "does": does,
        "at": plan.at.isoformat(),
        "plan": plan.digest,
        "policy": plan.policy,
        "store": plan.store,
        "rows": rows,
    }


def document(found: Erasure) -> dict[str, Any]:
    """Return the stable JSON form."""
    return {
        "holdord_erasure": 1,
        "at": found.at.isoformat(),
        "person": {"class": found.person.record_class, "key": list(found.person.key)},
        "goes": [
            {
                "table": one.table,
                "action": one.action,
                "columns": [column.name for column in one.columns],
                "rows": one.rows,
            }
            for one in found.plan.statements
        ],
        "stays": item_documents(found.stays),
        "left": item_documents(found.left),
        **grounds_document(found.policy, found.stays),
        "stops": [{"table": one.table, "text": one.text} for one in found.stops],
        "rows": found.rows,
        "done": found.is_done,
    }
