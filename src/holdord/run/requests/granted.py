"""What an answer ends for good: remembered with the rows on which it does, for the sweeps to come (decision 0024).

What stays for another reason must not stay longer than the person was told, because of a purpose that they ended; and
what a restriction or a legal hold keeps goes when that is lifted. An objection stands for whatever is theirs. A consent
that was withdrawn, or ended by erasure, is over on the rows on which it counted when the person was answered: a new one
has rows of its own, which no sweep may take for the old one's.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from holdord.plan.ended import Ended
from holdord.plan.excerpt import excerpt
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import KeyIn
from holdord.plan.until import Until
from holdord.plan.whose import Asked, Whose
from holdord.run.company import Company
from holdord.run.due import as_of_each
from holdord.run.requests import limits, placed
from holdord.run.requests.booked import Request
from holdord.run.requests.limited import Limit, Rows, binding, of

Kept = Mapping[str, Rows]
"""Purpose → the rows on which it counted."""


def look(company: Company, one: Request, ends: Iterable[str], at: date) -> Kept:
    """Return on which rows of a person, theirs alone, purposes count that end with a request's answer."""
    purposes = [company.policy.purposes[name] for name in ends if name in company.policy.purposes]
    if one.gone is not None or not purposes:
        return {}
    bound, person = company.bound, one.person
    waits = as_of_each([promise for promise in company.policy.promises.values() if promise.approval], {})
    with company.store.reading() as snapshot:
        rows = excerpt(bound, snapshot, person.record_class, [person.key])
    whose = Whose(bound, Asked(record_class=person.record_class, keys=(person.key,)))
    until = Until(Grounds(bound, at, whose=whose, ended=Ended(bound, whose).near(rows)), rows)
    found: dict[str, dict[str, list[tuple[str | int, ...]]]] = {}
    for table in bound.order:
        for row in rows.rows[table]:
            if rows.people(person.record_class, table, row) != {person.key}:
                continue
            for purpose in purposes:
                if until.counts(purpose, table, row, limited=purpose.id not in waits):
                    found.setdefault(purpose.id, {}).setdefault(table, []).append(rows.key(table, row))
    return {name: {table: tuple(keys) for table, keys in each.items()} for name, each in found.items()}


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
        limits.end_by_erasure(connection, company, now, one, ends)
    for limit in of(connection, one.person):
        if (limit.holds or limit.ends_purpose) and limits.asks_for(one, limit):
            _grant(connection, now, one.number, limit, kept.get(limit.purpose, {}))


def _grant(connection: Connection, now: datetime, request: int, limit: Limit, kept: Rows) -> None:
    tables = sorted({*limit.kept, *kept})
    both = {table: list(dict.fromkeys((*limit.kept.get(table, ()), *kept.get(table, ())))) for table in tables}
    said = json.dumps(both) if both else None
    moment = now.isoformat(timespec="seconds")
    placed.change(connection, limit.number, request=str(request), granted=moment, kept=said)


def prune(company: Company) -> None:
    """Forget the rows that are there no more: a database may give their keys to others."""
    with company.reading() as (snapshot, state):
        found = [one for one in binding(state) if one.kept]
        known: dict[str, set[tuple[str | int, ...]]] = {}
        for one in found:
            for table, keys in one.kept.items():
                known.setdefault(table, set()).update(keys)
        there = {
            table: set(snapshot.keys(table, KeyIn(tuple(keys))))
            for table, keys in known.items()
            if table in company.bound.datamap.tables
        }
    less = {one.number: left for one in found for left in [_left(one.kept, there)] if left != one.kept}
    if less:
        with company.state.writing() as connection:
            for number, left in less.items():
                placed.change(connection, number, kept=json.dumps(left) if left else None)


def _left(kept: Rows, there: Mapping[str, set[tuple[str | int, ...]]]) -> Rows:
    left = {table: tuple(one for one in keys if one in there.get(table, ())) for table, keys in kept.items()}
    return {table: keys for table, keys in left.items() if keys}
