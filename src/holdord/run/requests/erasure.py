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

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.plan.plan import make
from holdord.plan.statements import Awaiting, Plan
from holdord.plan.whose import Asked
from holdord.policy.model import Finding, Policy, Record
from holdord.run.approvals import standing
from holdord.run.company import Company
from holdord.run.due import awaits
from holdord.run.requests import granted, notified, went
from holdord.run.requests.access import held
from holdord.run.requests.answer import Item, grounds_document, item_documents
from holdord.run.requests.texts import categories_document
from holdord.run.requests.together import carried, planned
from holdord.run.requests.went import Went
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
        went: What goes; once it is done, all that went because of the request, in as many tries as it took.
        awaiting: The promises by which more could go, once they are approved.
        ended: The purposes that end by it.
        is_preview: Whether nothing was done.
    """

    policy: Policy
    person: Record = field(repr=False)
    at: date
    plan: Plan
    stays: tuple[Item, ...]
    left: tuple[Item, ...]
    stops: tuple[Finding, ...]
    went: Went = field(default_factory=Went)
    awaiting: tuple[Awaiting, ...] = ()
    ended: frozenset[str] = frozenset()
    is_preview: bool = False

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


def preview(
    company: Company,
    person: Record,
    at: date,
    objected: frozenset[str] = frozenset(),
    *,
    only: frozenset[str] | None = None,
) -> Erasure:
    """Return what an erasure would do, and what would stay. Changes nothing.

    Args:
        company: The folder.
        person: Who asks.
        at: The controller's date.
        objected: As for ``ends``.
        only: The purposes that end, where a person ends these and no other, such as consents that are withdrawn.

    Raises:
        Refused: There is no such purpose.
    """
    ended = ends(company.policy, objected) if only is None else only
    with company.reading() as (snapshot, state):
        found = _looked(company, snapshot, state, person, at, ended)
    left = tuple(item for item in found.left if item.shared)  # the rest is what goes
    return replace(found, left=left, is_preview=True)


def erase(
    company: Company,
    now: Callable[[], datetime],
    person: Record,
    objected: frozenset[str] = frozenset(),
    *,
    only: frozenset[str] | None = None,
    request: int | None = None,
    confirmed: bool = False,
) -> Erasure:
    """Erase what a person may have erased, look again, and say what is still there.

    Args:
        company: The folder.
        now: Reads the time.
        person: Who asked.
        objected: As for ``ends``.
        only: As for ``preview``.
        request: The request that it answers.
        confirmed: Whether somebody has said that the machine's clock is right.

    Raises:
        Refused: The policy is a draft or changed meanwhile, a purpose is unknown, or a right is missing.
        NeedsConfirmation: The machine's clock looks wrong: one set forward would erase the future.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    at = today(company.policy.controller.zone, now())
    company = granted.fresh(company, [person])
    ended = ends(company.policy, objected) if only is None else only
    with company.reading() as (snapshot, state):
        plan = planned(company, snapshot, state, [person], at, ended)

    def look(snapshot: Snapshot, state: Connection) -> tuple[Erasure, int]:
        found = _looked(company, snapshot, state, person, at, ended, plan)
        return found, len(found.left)

    rows, found = carried(company, now, [(person, request)], plan, ended, look, confirmed=confirmed)
    gone = went.of(company.bound, plan) if rows else Went()
    if request is not None:
        with company.state.snapshot() as state:
            gone = went.read(state, request)
    return replace(found, plan=plan, went=gone)


def _looked(
    company: Company,
    snapshot: Snapshot,
    state: Connection,
    person: Record,
    at: date,
    ended: frozenset[str],
    done: Plan | None = None,
) -> Erasure:
    """Return what is there now, and the plan of now; after ``done`` only where something is left to explain."""
    items = held(company, snapshot, person, at, ended)
    waits = any(promise.approval for promise in company.policy.promises.values())
    is_over = done is not None and not waits and all(map(_is_held, items))
    plan = done if done is not None and is_over else planned(company, snapshot, state, [person], at, ended)
    return Erasure(
        policy=company.policy,
        person=person,
        at=at,
        plan=plan,
        stays=tuple(item for item in items if _is_held(item)),
        left=tuple(item for item in items if not _is_held(item)),
        stops=_stops(plan, items),
        awaiting=_awaiting(company, snapshot, state, person, ended, plan),
        ended=ended,
        went=went.of(company.bound, plan),
    )


def _awaiting(
    company: Company, snapshot: Snapshot, state: Connection, person: Record, ended: frozenset[str], plan: Plan
) -> tuple[Awaiting, ...]:
    """Return the promises that wait for an approval, and what of the person's would go with it."""
    promises = [promise for promise in company.policy.promises.values() if promise.approval]
    if not promises:
        return ()
    asked = Asked(record_class=person.record_class, keys=(person.key,), ended=ended)
    whole = make(company.bound, snapshot, plan.at, label="whole_", asked=asked)
    return tuple(awaits(promises, whole, plan, standing(company, state, plan.at), state))


def _is_held(item: Item) -> bool:
    return bool(item.lasting) or item.held or item.bare or item.also_others


def _stops(plan: Plan, items: Sequence[Item]) -> tuple[Finding, ...]:
    """Return the findings that stop tables in which something of the person lies."""
    tables = {item.table for item in items}
    return tuple(one for one in plan.findings if one.severity == "stop" and one.table in tables)


def document(found: Erasure) -> dict[str, Any]:
    """Return the stable JSON form."""
    grounds = grounds_document(found.policy, (*found.stays, *found.left))
    gone = (category for one in found.went.gone for category in one.categories)
    return {
        "holdord_erasure": 1,
        "at": found.at.isoformat(),
        "person": {"class": found.person.record_class, "key": list(found.person.key)},
        "preview": found.is_preview,
        "goes": [one.document() for one in found.went.gone],
        "notified": notified.document(found.policy, found.went.purposes),
        "stays": item_documents(found.stays),
        "left": item_documents(found.left),
        **grounds,
        "categories": grounds["categories"] | categories_document(found.policy, gone),
        "stops": [{"table": one.table, "text": one.text} for one in found.stops],
        "awaiting": [one.document() for one in found.awaiting],
        "rows": 0 if found.is_preview else found.went.rows,
        "done": found.is_done,
    }
