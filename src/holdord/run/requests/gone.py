"""People whose own record is gone: what is kept of their requests is nobody's from then on.

A database may give a key again to whoever comes next: SQLite gives the largest one, where a table is not declared
AUTOINCREMENT. Requests, restrictions, views and reviews know people by their keys, so they would be the next person's,
with the answers. That a record is gone is looked for in the transaction that erased it where that is possible, after
each sweep, and once a day, since others erase as well.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from holdord.ledger import log
from holdord.plan.bind import Bound
from holdord.policy.model import Record
from holdord.run import invited
from holdord.run.company import Company
from holdord.run.requests import granted
from holdord.run.requests.limited import who
from holdord.stores.snapshot import Snapshot

_KEPT = ("holdord_request", "holdord_restriction", "holdord_view")
"""What stays until its time and is nobody's."""
_PEOPLE = " UNION ".join(
    f"SELECT record_class, record_key FROM {table} WHERE record_class <> '' AND record_key <> '[]'{more}"  # noqa: S608 - names are ours
    for table, more in (
        *((table, " AND gone IS NULL") for table in _KEPT),
        ("holdord_review", ""),
    )
)
_OF = "record_class = :record_class AND record_key = :record_key"
_THEIRS = f"SELECT number FROM holdord_request WHERE {_OF} AND gone IS NULL AND"  # noqa: S608 - names are ours
_TOLD = f"{_THEIRS} asks_for NOT IN ('erasure', 'withdrawal', 'objection')"
_PUT_RIGHT = f"{_THEIRS} state <> 'open' AND asks_for = 'rectification'"
_ANSWERS = f"DELETE FROM holdord_answer WHERE request IN ({_TOLD})"  # noqa: S608
_WISHES = f"UPDATE holdord_request SET wish = NULL WHERE number IN ({_PUT_RIGHT})"  # noqa: S608
EACH_DAY = ""
"""In the place of a review's purpose: the day on which all were looked for."""


def find(state: Connection, snapshot: Snapshot, bound: Bound, people: Iterable[Record] | None = None) -> set[Record]:
    """Return the people whose own record is not there any more.

    Of a class that the data map does not have any more, or not with such keys, nobody can tell: they are not gone.

    Args:
        state: To the state.
        snapshot: The store, as it is by now.
        bound: Policy and data map.
        people: Of whom that is asked; of all that something is kept of where none are named.
    """
    known = set(people) if people is not None else _known(state)
    there: set[Record] = set()
    for record_class in {one.record_class for one in known}:
        theirs = {one for one in known if one.record_class == record_class}
        tables = bound.datamap.of_class(record_class)
        there |= {one for one in theirs if not tables or not all(bound.is_key(table.name, one.key) for table in tables)}
        for table in tables:
            columns, keys = bound.shape(table.name).key, [one.key for one in theirs - there]
            found = snapshot.rows(table.name, columns, keys) if keys else []
            there |= {Record(record_class=record_class, key=_said([row[name] for name in columns])) for row in found}
    return known - there


def _said(key: Sequence[Any]) -> tuple[str | int, ...]:
    """Return a key as requests name people by it."""
    return tuple([part if isinstance(part, int) else str(part) for part in key])


def note(state: Connection, people: Iterable[Record], at: date) -> None:
    """Let what is kept of people be nobody's from a day on; who looked at them can be found out as before.

    What they were told of their data goes with these: answers that say more than what went, and values that they asked
    to be put right (art. 5(1)(e)).
    """
    over = [who(one) for one in people]
    if not over:
        return
    for what in (_ANSWERS, _WISHES):
        state.execute(text(what), over)
    for name in _KEPT:
        gone = text(f"UPDATE {name} SET gone = :at WHERE {_OF} AND gone IS NULL")  # noqa: S608 - names are ours
        state.execute(gone, [{**one, "at": at.isoformat()} for one in over])
    state.execute(text(f"DELETE FROM holdord_review WHERE {_OF}"), over)  # noqa: S608 - names are ours


def look(company: Company, at: date, people: Iterable[Record] | None = None) -> None:
    """Find and note them, each in a transaction of its own; of all, also the rows that are kept in mind and gone."""
    if people is None:
        granted.prune(company)
    with company.reading() as (snapshot, state):
        over = find(state, snapshot, company.bound, people)
    if over:
        with company.state.writing() as connection:
            note(connection, over, at)


def look_daily(company: Company, at: date) -> None:
    """Do so for all, where nobody did today."""
    with company.state.snapshot() as connection:
        if invited.looked(connection, EACH_DAY) == at:
            return
    look(company, at)
    with company.state.writing() as connection:
        log.lock(connection)
        invited.note(connection, EACH_DAY, invited.ALL, at, letter=False)


def _known(state: Connection) -> set[Record]:
    rows = state.execute(text(_PEOPLE))
    return {Record(record_class=row.record_class, key=tuple(json.loads(row.record_key))) for row in rows}
