"""What an answer ends for good: remembered with the rows on which it does, for the sweeps to come (decision 0024).

What stays for another reason must not stay longer than the person was told, because of a purpose that they ended; and
what a restriction or a legal hold keeps goes when that is lifted. An objection stands for whatever is theirs. A consent
that was withdrawn, or ended by erasure, is over on the rows on which it counted when the person was answered: a new one
has rows of its own, which no sweep may take for the old one's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from holdord.plan.bind import Bound
from holdord.plan.ended import Ended
from holdord.plan.excerpt import Row, excerpt
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import Key
from holdord.plan.until import Until
from holdord.plan.whose import Asked, Whose
from holdord.policy.model import Policy, Record
from holdord.policy.terms import OBJECTED
from holdord.run.company import Company
from holdord.run.due import as_of_each
from holdord.run.requests import binds, placed
from holdord.run.requests.booked import Request
from holdord.run.requests.limited import ALL, Limit, Rows, binding, find, of, of_all, over, standing, write_kept
from holdord.stores.snapshot import Snapshot

Kept = Mapping[str, Rows]
"""Purpose → the rows on which it counted."""
_Place = tuple[str, Key]
"""Table and key of a row."""
_TOGETHER = 500
"""People who are read at once."""


def look(company: Company, one: Request, ends: Iterable[str], at: date) -> Kept:
    """Return on which rows of a person, theirs alone, purposes count that end with a request's answer."""
    purposes = [company.policy.purposes[name] for name in ends if name in company.policy.purposes]
    if one.gone is not None or not purposes:
        return {}
    person = one.person
    waits = as_of_each([promise for promise in company.policy.promises.values() if promise.approval], {})
    with company.store.reading() as snapshot:
        until = _until(company.bound, snapshot, person.record_class, [person.key], at)
    found: dict[str, dict[str, dict[tuple[str | int, ...], str]]] = {}
    for table, rows in until.rows.rows.items():
        for row in rows:
            key = until.rows.key(table, row)
            if until.rows.people(person.record_class, table, row) != {person.key} or not _has_name(key):
                continue
            for purpose in purposes:
                if until.counts(purpose, table, row, limited=purpose.id not in waits):
                    found.setdefault(purpose.id, {}).setdefault(table, {})[key] = until.mark(purpose, table, row)
    return found


def _has_name(key: Key) -> bool:
    """Tell whether a key can be kept in mind: a date or a fraction cannot, and what it names is left to the rule."""
    return all(isinstance(part, str | int) for part in key)


def _until(bound: Bound, snapshot: Snapshot, record_class: str, keys: Sequence[Key], at: date) -> Until:
    rows = excerpt(bound, snapshot, record_class, keys)
    whose = Whose(bound, Asked(record_class=record_class, keys=tuple(keys)))
    return Until(Grounds(bound, at, whose=whose, ended=Ended(bound, whose).near(rows)), rows)


def grant(
    connection: Connection, company: Company, now: datetime, one: Request, ends: Iterable[str], kept: Kept
) -> None:
    """Write down that what a request bound is granted, and on which rows.

    Args:
        connection: The transaction in which the request is closed.
        company: The folder.
        now: When.
        one: The request.
        ends: The purposes that an erasure ends, contracts as well.
        kept: As ``look`` says.
    """
    if one.gone is not None:
        return
    if one.asks_for == "erasure":
        binds.end_by_erasure(connection, company, now, one, ends)
    for limit in of(connection, one.person):
        if (limit.holds or limit.ends_purpose) and binds.asks_for(one, limit):
            said = _said(company.policy, limit, kept.get(limit.purpose, {}))
            moment = now.isoformat(timespec="seconds")
            placed.change(connection, limit.number, request=str(one.number), granted=moment, kept=said)


def _said(policy: Policy, limit: Limit, kept: Rows) -> str | None:
    """Return on what a purpose is over: whatever is theirs, where they object to it, by whatever word; else on rows."""
    purpose = policy.purposes.get(limit.purpose)
    if purpose is None:
        return None
    if limit.ground in ("absolute", "objection") or purpose.basis in OBJECTED:
        return ALL
    before = limit.kept or {}
    return write_kept({table: {**before.get(table, {}), **kept.get(table, {})} for table in {*before, *kept}})


def fresh(company: Company, people: Iterable[Record] | None = None) -> Company:
    """Return the company as plans must see it: what is kept in mind of people is still theirs, and still the old one.

    Args:
        company: The folder.
        people: Of whom that is asked; of all where none are named.
    """
    if not prune(company, people):
        return company
    with company.state.snapshot() as connection:
        policy = replace(company.policy, over=over(connection))
        stands = replace(standing(connection), restrictions=company.standing.restrictions)
    bound = Bound(policy, company.store.datamap, company.store.schema)
    return replace(company, policy=policy, bound=bound, standing=stands)


def prune(company: Company, people: Iterable[Record] | None = None) -> bool:
    """Forget the rows that are there no more, are somebody else's by now, or on which something is new.

    A database may give their keys to others, and people come back; tables that the data map does not have, or not with
    such keys, are left as they are. Returns whether there were any.
    """
    with company.state.snapshot() as connection:
        known = binding(connection) if people is None else of_all(connection, people)
    found = [one for one in known if one.granted and one.ends_purpose and one.kept]
    if not found:
        return False
    with company.store.reading() as snapshot:
        dropped = dict(_dropped(company, snapshot, found))
    if dropped:
        with company.state.writing() as connection:
            for number, gone in dropped.items():
                _forget(connection, number, gone)
    return bool(dropped)


def _dropped(company: Company, snapshot: Snapshot, found: Sequence[Limit]) -> Iterator[tuple[int, set[_Place]]]:
    """Yield number → (table, key) of the rows that are to be forgotten."""
    bound = company.bound
    for record_class in dict.fromkeys(one.person.record_class for one in found):
        tables = bound.datamap.of_class(record_class)
        mine = [one for one in found if one.person.record_class == record_class]
        people = list(dict.fromkeys(one.person.key for one in mine))
        fit = [key for key in people if tables and all(bound.is_key(table.name, key) for table in tables)]
        for start in range(0, len(fit), _TOGETHER):
            some = set(fit[start : start + _TOGETHER])
            until = _until(bound, snapshot, record_class, sorted(some, key=str), date.min)
            there = {
                table: {until.rows.key(table, row): row for row in rows} for table, rows in until.rows.rows.items()
            }
            for one in mine:
                if one.person.key in some and (gone := _gone(until, there, one)):
                    yield one.number, gone


def _gone(until: Until, there: Mapping[str, Mapping[Key, Row]], one: Limit) -> set[_Place]:
    purpose = until.bound.policy.purposes.get(one.purpose)
    if purpose is None:
        return set()
    found: set[_Place] = set()
    for table, keys in (one.kept or {}).items():
        for key, mark in keys.items() if table in there else ():
            row = there[table].get(key)
            if not until.bound.is_key(table, key):
                continue
            if (
                row is None
                or until.rows.people(one.person.record_class, table, row) != {one.person.key}
                or Until.is_later(until.mark(purpose, table, row), mark)
            ):
                found.add((table, key))
    return found


def _forget(connection: Connection, number: int, gone: set[_Place]) -> None:
    """Take rows out of what is kept in mind by now, which may be more than it was."""
    kept = find(connection, number).kept
    if kept:
        left = {
            table: {key: mark for key, mark in keys.items() if (table, key) not in gone} for table, keys in kept.items()
        }
        placed.change(connection, number, kept=write_kept(left))
