"""Putting right what is wrong about one person, in every place where it stands (GDPR art. 16, 19).

It is shown first, then done in one transaction of the store: the rows are locked, looked at once more, and written to
where they are still theirs and still have the old value. Then all of it is looked for again: nothing is said to be done
while an old value is there. What is not written to, and why, is said by decision 0025.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from holdord.errors import Refused
from holdord.ledger import log
from holdord.ledger.checkpoints import checkpoint
from holdord.now import today
from holdord.plan.predicate import Key
from holdord.policy.model import Policy, Record
from holdord.run.company import Company
from holdord.run.requests import book, booked, notified
from holdord.run.requests.evidence import Evidence
from holdord.run.requests.place import ALSO_OTHERS, DUTY, HELD, REASONS, REFUSED, Change, Place, changes_of
from holdord.run.requests.places import Places
from holdord.run.settle import settle
from holdord.run.sweep import watching
from holdord.stores.correct import Put, lock, put, refused

__all__ = ["Change", "Place", "Rectification", "changes_of", "document", "preview", "rectify"]

_OFFERS = {DUTY: "supplementary_statement", ALSO_OTHERS: "decide_for_others"}
"""Reason → what the answer offers instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rectification:
    """What putting right does, or did.

    Attributes:
        goes: The places that are put right, or were.
        left: Those that have the old value, or nothing, and are left as they are, each with its reason.
        unfound: Changes of which neither the old nor the new value stands anywhere.
        rows: How many rows were written to; 0 for a preview.
        is_preview: Whether nothing was done.
    """

    policy: Policy
    person: Record = field(repr=False)
    at: date
    changes: tuple[Change, ...]
    goes: tuple[Place, ...]
    left: tuple[Place, ...]
    unfound: tuple[Change, ...]
    rows: int = 0
    is_preview: bool = False

    @property
    def is_done(self) -> bool:
        """Whether no old value is there any more and each new one is."""
        return not self.left and not self.unfound and not (self.is_preview and self.goes)


def preview(company: Company, person: Record, changes: Sequence[Change], at: date) -> Rectification:
    """Return what would be put right, and what would not. Changes nothing.

    What the database would refuse is tried and undone.

    Raises:
        Refused: The policy knows no such category.
        StoreError: The database did not answer.
    """
    found = _looked(company, person, changes, at)
    why = _refusals(company, found.goes)
    goes = tuple(one for one in found.goes if one.where not in why)
    stuck = [replace(one, reason=REFUSED, why=why[one.where]) for one in found.goes if one.where in why]
    return replace(found, goes=goes, left=(*found.left, *stuck), is_preview=True)


def rectify(
    company: Company, now: Callable[[], datetime], person: Record, changes: Sequence[Change], *, request: int
) -> Rectification:
    """Put right what can be, look again, and say what is still there.

    Args:
        company: The folder.
        now: Reads the time.
        person: Who asked.
        changes: What is to be put right.
        request: The request that it answers.

    Raises:
        Refused: The policy is a draft or changed meanwhile, something is under a legal hold, the database would not
            take a value, or there is no such request. Nothing was done.
        StoreError: The database did not answer; what was committed has its evidence, or gets it next time.
    """
    if company.policy.draft:
        raise Refused("This policy is a draft, and nothing is changed by a draft.")
    watch = watching(company)
    at = today(company.policy.controller.zone, now())
    with company.state.snapshot() as state:
        booked.find(state, company.policy, request)
    settle(company, now)
    found = preview(company, person, changes, at)
    _check(found)
    done: tuple[Place, ...] = ()
    if found.goes:
        key = company.key()
        watch()
        done = _write(company, now, found, request)
        company.store.settle_pages()
    left = _looked(company, person, changes, at)
    again = tuple(replace(one, reason="again") for one in left.goes)
    result = replace(left, goes=done, left=(*left.left, *again), rows=len({one.where for one in done}))
    if done:
        _note(company, now(), result, request)
        with company.state.writing() as connection:
            checkpoint(connection, key, now())
    return result


def _looked(company: Company, person: Record, changes: Sequence[Change], at: date) -> Rectification:
    """Return what is there now."""
    for one in changes:
        if one.category not in company.policy.categories:
            raise Refused(f"There is no category {one.category}.")
    with company.store.reading() as snapshot:
        places = Places(company, snapshot, person, changes, at)
    seen = places.there | {one.change for one in places.found if one.reason != "elsewhere"}
    return Rectification(
        policy=company.policy,
        person=person,
        at=at,
        changes=tuple(changes),
        goes=tuple(one for one in places.found if not one.reason),
        left=tuple(one for one in places.found if one.reason),
        unfound=tuple(one for one in changes if one not in seen),
    )


def _check(found: Rectification) -> None:
    """Raise Refused where something stands against all of it."""
    if any(one.reason == HELD for one in found.left):
        raise Refused(
            "What should be put right is under a legal hold, and data under a hold are evidence. Nothing was changed: "
            "let whoever keeps the hold decide."
        )
    if stuck := [one for one in found.left if one.reason == REFUSED]:
        words = "; ".join(dict.fromkeys(f"{one.table}.{one.name}: {one.why}" for one in stuck))
        raise Refused(f"The new value does not fit everywhere. Nothing was changed. {words}.")


def _refusals(company: Company, places: Sequence[Place]) -> dict[tuple[str, Key], str]:
    """Return the rows to which the database would not let write → why."""
    denied = {one for one in {place.table for place in places} if "UPDATE" in company.bound.shape(one).denied}
    why = {one.where: "holdord has no right to change it" for one in places if one.table in denied}
    puts = _puts([one for one in places if one.table not in denied])
    if puts:
        with company.store.writing() as connection:
            told = refused(connection, company.store.compiler, puts)
        why |= {(puts[number].table, puts[number].key): words for number, words in told.items()}
    return why


def _puts(places: Sequence[Place]) -> list[Put]:
    """Return what is written, row by row."""
    rows: dict[tuple[str, Key], list[Place]] = {}
    for one in places:
        rows.setdefault(one.where, []).append(one)
    return [
        Put(table=table, key=key, values=tuple((one.column, one.path, one.after) for one in found))
        for (table, key), found in rows.items()
    ]


def _write(company: Company, now: Callable[[], datetime], found: Rectification, request: int) -> tuple[Place, ...]:
    """Write what is still as it was once its rows are locked; return that."""
    evidence, compiler = Evidence(company, now, request), company.store.compiler
    wanted = {one.same for one in found.goes}
    with company.store.writing() as connection:
        lock(connection, compiler, [row for one in found.goes for row in one.above])
        again = _looked(company, found.person, found.changes, found.at)
        _check(again)
        places = tuple(one for one in again.goes if one.same in wanted)
        written = sum(put(connection, compiler, one) for one in _puts(places))
        if written != len({one.where for one in places}):
            raise Refused("A row went while it was put right. Nothing was changed: do it once more.")
        if places:
            sealed = {"person": booked.named(found.person), "records": [_named(one) for one in places]}
            evidence.within(connection, _entries(company, found.at, places), sealed)
    evidence.committed()
    return places


def _named(place: Place) -> str:
    return f"{place.table} {' '.join(str(part) for part in place.key)}"


def _entries(company: Company, at: date, places: Sequence[Place]) -> list[dict[str, Any]]:
    """Return what the log says, table by table: what was put right, and in how many rows."""
    return [
        {
            "kind": "rectification",
            "does": "changed",
            "at": at.isoformat(),
            "policy": company.policy.digest,
            "store": company.store.name,
            "table": table,
            "columns": sorted({one.name for one in places if one.table == table}),
            "rows": len({one.key for one in places if one.table == table}),
        }
        for table in dict.fromkeys(one.table for one in places)
    ]


def _note(company: Company, now: datetime, found: Rectification, request: int) -> None:
    """Say in the log that somebody looked again, and what was still there."""
    entry: dict[str, Any] = {
        "kind": "rectification",
        "does": "looked",
        "at": found.at.isoformat(),
        "policy": company.policy.digest,
        "store": company.store.name,
        "rows": found.rows,
        "left": len(found.left),
    }
    with company.state.writing() as connection:
        (index,) = log.append(connection, [entry], now=now, secrets=[{"person": booked.named(found.person)}])
        book.enter(connection, request, index)


def document(found: Rectification) -> dict[str, Any]:
    """Return the stable JSON form: what stood where before and after, what is left and why, and whom to tell."""
    numbers: dict[tuple[str, Key], int] = {}
    for one in (*found.goes, *found.left):
        numbers.setdefault(one.where, len(numbers) + 1)
    needed = [purpose.id for one in found.goes for purpose in one.purposes]
    return {
        "holdord_rectification": 1,
        "at": found.at.isoformat(),
        "person": {"class": found.person.record_class, "key": list(found.person.key)},
        "preview": found.is_preview,
        "changes": [
            {
                "category": one.category,
                "old": one.old,
                "new": one.new,
                "also_others": one.also_others,
                "found": one not in found.unfound,
            }
            for one in found.changes
        ],
        "places": [_place(one, numbers[one.where]) for one in found.goes],
        "left": [
            _place(one, numbers[one.where])
            | {"reason": one.reason, "text": REASONS[one.reason], "why": one.why, "offer": _OFFERS.get(one.reason)}
            for one in found.left
        ],
        "notified": notified.document(found.policy, needed),
        "rows": found.rows,
        "done": found.is_done,
    }


def _place(one: Place, record: int) -> dict[str, Any]:
    """Return a place; records are numbered, since a key may be somebody else's address."""
    return {
        "class": one.record_class,
        "table": one.table,
        "record": record,
        "column": one.name,
        "category": one.category,
        "before": None if one.before is None else str(one.before),
        "after": one.change.new,
        "purposes": [purpose.id for purpose in one.purposes],
    }
