"""Carrying an erasure out, for one person or for many at once: one plan, and evidence for each of them.

People of one class who ask on the same day are one set of rows, so a thousand of them cost one plan and a few
statements. Each request has entries of its own in the log, and can be forgotten by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

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
from holdord.run.execute import Batch, carry_out, goes_at_once
from holdord.run.figures import take
from holdord.run.guards import clock, question
from holdord.run.journal import Together, entries_of, journal
from holdord.run.requests import gone, granted, notified, went
from holdord.run.requests.book import enter
from holdord.run.requests.booked import named
from holdord.run.requests.limited import check_same
from holdord.run.requests.went import Went
from holdord.run.settle import settle
from holdord.run.sweep import check_rights, watching
from holdord.stores.snapshot import Snapshot

_Seen = TypeVar("_Seen")
Look = Callable[[Snapshot, Connection], tuple[_Seen, int]]
"""Looks again: what it found, and how many rows or pieces are there that should be gone."""
Askers = Sequence[tuple[Record, int | None]]
"""People of one class, and the number of a request by which they ask, if there is one; one may ask more than once."""


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
    people = _people(askers)
    company = granted.fresh(company, people)
    shared = [Went() for _ in askers]
    with company.reading() as (snapshot, state):
        plan = planned(company, snapshot, state, people, at, ended)
        if any(request is not None for _, request in askers):
            keys = [person.key for person in people]
            each = went.shares(company.bound, snapshot, plan, people[0].record_class, keys)
            shared = [each[person.key] for person, _ in askers]

    def look(snapshot: Snapshot, state: Connection) -> tuple[Plan, int]:
        left = planned(company, snapshot, state, people, at, ended)
        return left, left.rows

    rows, left = carried(company, now, askers, plan, ended, look, shared, confirmed=confirmed)
    return Erased(plan=plan, rows=rows, left=left)


def planned(
    company: Company, snapshot: Snapshot, state: Connection, people: Sequence[Record], at: date, ended: frozenset[str]
) -> Plan:
    """Return what goes; what waits for an approval by its limits waits for it here as well (decision 0015)."""
    keys = tuple(person.key for person in people)
    asked = Asked(record_class=people[0].record_class, keys=keys, ended=ended)
    promises = [promise for promise in company.policy.promises.values() if promise.approval]
    said = standing(company, state, at) if promises else {}
    granted = {one.id: enough for one in promises if (enough := chosen(one, said.get(one.id, [])))}
    return make(company.bound, snapshot, at, as_of=as_of_each(promises, granted), asked=asked)


def carried(
    company: Company,
    now: Callable[[], datetime],
    askers: Askers,
    plan: Plan,
    ended: frozenset[str],
    look: Look[_Seen],
    shared: Sequence[Went] = (),
    *,
    confirmed: bool,
) -> tuple[int, _Seen]:
    """Carry the plan of a request out, look again, and say in the log what was done; return rows and what was seen.

    Where the evidence lies beside the data and the plan goes at once, all of that is one transaction. Otherwise the log
    says first that it begins, and in the end, signed, that it is over. ``shared`` is what of it is each one's, where
    several ask.

    Raises:
        Refused: The policy is a draft or changed meanwhile, or a right is missing.
        NeedsConfirmation: The machine's clock looks wrong: one set forward would erase the future.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    if company.policy.draft:
        raise Refused("This policy is a draft, and nothing is erased by a draft.")
    alone = not company.apart and goes_at_once(plan)
    watch = watching(company, alone=alone)
    if plan.statements and not confirmed:
        _ask(company, plan, now())
    check_rights(plan)
    settle(company, now)
    if not plan.statements:
        with company.reading() as (snapshot, state):
            return 0, look(snapshot, state)[0]
    people, key = _people(askers), company.key()
    if not alone:
        with company.state.writing() as connection:
            begun = _append(connection, now(), askers, _entry(plan, "begun", plan.rows))
            _note(connection, plan, askers, shared or [went.of(company.bound, plan)], begun)
    take(company, plan, now, lambda snapshot, state: planned(company, snapshot, state, people, plan.at, ended))
    whole = _Whole(company=company, plan=plan, now=now, touched={}, askers=askers, key=key, look=look, shared=shared)
    written = whole if alone else journal(company, plan, now, {})
    done = carry_out(company.store, plan, journal=written, watch=watch)
    written.close()
    company.store.empty_log()
    if whole.seen:
        return sum(done.values()), whole.seen[0]
    with company.reading() as (snapshot, state):
        seen, left = look(snapshot, state)
    gone.look(company, plan.at, people)
    with company.state.writing() as connection:
        rows = sum(done.values())
        _append(connection, now(), askers, _entry(plan, "done", rows) | {"left": left})
        _owe(connection, company, plan, askers, shared or [went.of(company.bound, plan, done)])
        checkpoint(connection, key, now())
    return rows, seen


@dataclass(kw_only=True)
class _Whole(Together, Generic[_Seen]):
    """Effects, the second look and all their evidence in one transaction: a kill leaves all of it or nothing.

    The second look sees what this transaction did, and on PostgreSQL what others committed by then.

    Attributes:
        seen: What the look found, in the end; empty where nothing was done.
    """

    askers: Askers
    key: Key
    look: Look[_Seen]
    shared: Sequence[Went]
    seen: list[_Seen] = field(default_factory=list)

    def batch(self, connection: Connection, batches: list[Batch]) -> None:
        """Look again, and append what was done and that it is over; sign it."""
        looking = connection.begin_nested()  # what a plan marks goes with it
        seen, left = self.look(Snapshot(connection, self.company.store.compiler), connection)
        looking.rollback()
        rows = {batch.statement.number: batch.rows for batch in batches}
        done = _entry(self.plan, "done", sum(rows.values())) | {"left": left}
        _append(connection, self.now(), self.askers, done, entries_of(self.plan, batches))
        shared = self.shared or [went.of(self.company.bound, self.plan, rows)]
        _owe(connection, self.company, self.plan, self.askers, shared)
        check_same(connection, self.company.standing)
        after = Snapshot(connection, self.company.store.compiler)
        over = gone.find(connection, after, self.company.bound, _people(self.askers))
        gone.note(connection, over, self.plan.at)
        checkpoint(connection, self.key, self.now())
        self.seen[:] = [seen]

    def committed(self, batches: list[Batch]) -> None:
        """Nothing is left to do."""


def _people(askers: Askers) -> list[Record]:
    """Return who asks, each once, by however many requests."""
    return list(dict.fromkeys(person for person, _ in askers))


def _ask(company: Company, plan: Plan, now: datetime) -> None:
    with company.reading() as (snapshot, state):
        asks = tuple(clock(company, snapshot, plan, last_entry(state), now))
    if asks:
        how = "holdord request answer DIR NUMBER --confirm"
        raise NeedsConfirmation(question(asks, how), digest=plan.digest, asks=tuple(one.document() for one in asks))


def _note(
    connection: Connection, plan: Plan, askers: Askers, shared: Sequence[Went], begun: Sequence[int | None]
) -> None:
    """Keep with each request what went because of it, or is about to."""
    for (_, request), part, index in zip(askers, shared, begun, strict=True):
        if request is not None:
            went.note(connection, request, part, plan.digest, begun=index)


def _owe(connection: Connection, company: Company, plan: Plan, askers: Askers, shared: Sequence[Went]) -> None:
    """Keep what went, and let its recipients wait to be told, whatever becomes of the answer (art. 19)."""
    _note(connection, plan, askers, shared, [None] * len(askers))
    for (_, request), part in zip(askers, shared, strict=True):
        if request is not None and part.rows:
            told = {"notified": notified.document(company.policy, part.purposes), "rows": part.rows}
            notified.wait(connection, plan.at, request, told)


def _append(
    connection: Connection,
    now: datetime,
    askers: Askers,
    entry: dict[str, Any],
    before: Sequence[dict[str, Any]] = (),
) -> Sequence[int]:
    """Say in the log what was done, once for each who asked, after entries of batches; return their indexes.

    Whom an entry is about is a commitment, and goes with the request.
    """
    if (people := len(_people(askers))) > 1:
        entry |= {"people": people}
    entries = [*(one["entry"] for one in before), *[entry] * len(askers)]
    secrets = [*({"range": one["range"]} for one in before), *({"person": named(person)} for person, _ in askers)]
    indexes = log.append(connection, entries, now=now, secrets=secrets)
    theirs = indexes[len(before) :]
    for index, (_, request) in zip(theirs, askers, strict=True):
        if request is not None:
            enter(connection, request, index)
    return theirs


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
