"""Carrying an erasure out, for one person or for many at once: one plan, and evidence for each of them.

People of one class who ask on the same day are one set of rows, so a thousand of them cost one plan and a few
statements. What several of them share, and nobody else has a part in, goes as well; answered one after the other, each
would be told that it is shared. Each request has entries of its own in the log, and can be forgotten by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from holdord.errors import NeedsConfirmation, Refused
from holdord.ledger import log
from holdord.ledger.checkpoints import checkpoint
from holdord.ledger.note import Key
from holdord.now import today
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.plan.whose import Asked
from holdord.policy.model import Record
from holdord.run.approvals import chosen, standing
from holdord.run.company import Company
from holdord.run.due import as_of_each
from holdord.run.evidence import last_entry
from holdord.run.execute import carry_out
from holdord.run.figures import take
from holdord.run.guards import clock, question
from holdord.run.journal import journal
from holdord.run.requests.book import enter, named
from holdord.run.settle import settle
from holdord.run.sweep import check_rights, watching
from holdord.stores.snapshot import Snapshot

Askers = Sequence[tuple[Record, int | None]]
"""People of one class, and the number of the request by which each of them asks, if there is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What was done for many people at once.

    Attributes:
        plan: What went, by table.
        rows: How many rows were touched.
        left: The plan of afterwards: what should have gone and is still there.
    """

    plan: Plan
    rows: int
    left: Plan

    @property
    def is_done(self) -> bool:
        """Whether nothing is there any more that should be gone, and nothing waits for a decision."""
        return not self.left.statements and not any(one.severity == "stop" for one in self.left.findings)


def erase_all(
    company: Company,
    now: Callable[[], datetime],
    askers: Askers,
    ended: frozenset[str],
    *,
    confirmed: bool = False,
) -> Erased:
    """Erase what many people may have erased, and look again.

    Args:
        company: The folder.
        now: Reads the time.
        askers: Who asked, all of one class.
        ended: The purposes that end for all of them (``holdord.run.requests.erasure.ends``).
        confirmed: Whether somebody has said that the machine's clock is right.

    Raises:
        Refused: Nobody asks, or people of several classes do; and as for ``carried``.
        NeedsConfirmation: The machine's clock looks wrong.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    if len({person.record_class for person, _ in askers}) != 1:
        raise Refused("People who are answered together are of one class, and at least one of them asks.")
    at = today(company.policy.controller.zone, now())
    people = [person for person, _ in askers]
    with company.store.reading() as snapshot:
        plan = planned(company, snapshot, people, at, ended)
    rows = carried(company, now, askers, plan, ended, confirmed=confirmed)
    with company.store.reading() as snapshot:
        left = planned(company, snapshot, people, at, ended)
    over(company, now, askers, plan, rows=rows, left=left.rows)
    return Erased(plan=plan, rows=rows, left=left)


def planned(company: Company, snapshot: Snapshot, people: Sequence[Record], at: date, ended: frozenset[str]) -> Plan:
    """Return what goes; what waits for an approval by its limits waits for it here as well (decision 0015)."""
    keys = tuple(person.key for person in people)
    asked = Asked(record_class=people[0].record_class, keys=keys, ended=ended)
    promises = [promise for promise in company.policy.promises.values() if promise.approval]
    with company.state.snapshot() as state:
        said = standing(company, state, at) if promises else {}
    granted = {one.id: enough for one in promises if (enough := chosen(one, said.get(one.id, [])))}
    return make(company.bound, snapshot, at, as_of=as_of_each(promises, granted), asked=asked)


def carried(
    company: Company,
    now: Callable[[], datetime],
    askers: Askers,
    plan: Plan,
    ended: frozenset[str],
    *,
    confirmed: bool,
) -> int:
    """Carry the plan of a request out, and say in the log that it begins; return how many rows it touched.

    Raises:
        Refused: The policy is a draft or changed meanwhile, or a right is missing.
        NeedsConfirmation: The machine's clock looks wrong: one set forward would erase the future.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    if company.policy.draft:
        raise Refused("This policy is a draft, and nothing is erased by a draft.")
    watch = watching(company)
    if plan.statements and not confirmed:
        _ask(company, plan, now())
    check_rights(plan)
    settle(company, now)
    if not plan.statements:
        return 0
    company.key()
    people = [person for person, _ in askers]
    _note(company, now(), askers, _entry(plan, "begun", plan.rows))
    take(company, plan, now, lambda snapshot: planned(company, snapshot, people, plan.at, ended))
    written = journal(company, plan, now, {})
    rows = sum(carry_out(company.store, plan, journal=written, watch=watch).values())
    written.close()
    company.store.empty_log()
    return rows


def over(company: Company, now: Callable[[], datetime], askers: Askers, plan: Plan, *, rows: int, left: int) -> None:
    """Say in the log how many rows were touched and what is left, where there was anything to do, and sign it."""
    if plan.statements:
        _note(company, now(), askers, _entry(plan, "done", rows) | {"left": left}, company.key())


def _ask(company: Company, plan: Plan, now: datetime) -> None:
    with company.reading() as (snapshot, state):
        asks = tuple(clock(company, snapshot, plan, last_entry(state), now))
    if asks:
        how = "holdord request answer DIR NUMBER --confirm"
        raise NeedsConfirmation(question(asks, how), digest=plan.digest, asks=tuple(one.document() for one in asks))


def _note(company: Company, now: datetime, askers: Askers, entry: dict[str, Any], key: Key | None = None) -> None:
    """Say in the log what was done, once for each who asked, and sign it where there is a key.

    Whom an entry is about is a commitment, and goes with the request.
    """
    if len(askers) > 1:
        entry |= {"people": len(askers)}
    with company.state.writing() as connection:
        secrets = [{"person": named(person)} for person, _ in askers]
        indexes = log.append(connection, [entry] * len(askers), now=now, secrets=secrets)
        for index, (_, request) in zip(indexes, askers, strict=True):
            if request is not None:
                enter(connection, request, index)
        if key is not None:
            checkpoint(connection, key, now)


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
