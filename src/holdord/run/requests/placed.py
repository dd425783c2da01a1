"""Restrictions, objections and withdrawals as they are written down: placed, changed, ended, forgotten, each entered.

What may be placed or ended, and when: ``holdord.run.requests.binds`` and ``limits``.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from holdord.ledger import log
from holdord.now import today
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests.booked import named
from holdord.run.requests.limited import How, Kind, Limit, find, who

REVIEW = timedelta(days=30)
"""How long after it was placed somebody must look at a restriction."""
NOTICE = timedelta(days=7)
"""How long before a restriction is lifted the person knows."""


def place(
    connection: Connection,
    company: Company,
    now: datetime,
    person: Record,
    ground: Kind,
    purpose: str,
    reason: str,
    request: int | None,
) -> Limit:
    """Write down that something is restricted, objected to or withdrawn."""
    at = today(company.policy.controller.zone, now)
    log.lock(connection)  # of two that come at once the second one's number is the next
    query = text("SELECT coalesce(max(number), 0) + 1 FROM holdord_restriction")
    number = connection.execute(query).scalar_one()
    connection.execute(
        text(
            "INSERT INTO holdord_restriction "
            "(number, record_class, record_key, ground, purpose, since, review, reason, request, entries) VALUES "
            "(:number, :record_class, :record_key, :ground, :purpose, :since, :review, :reason, :request, '[]')"
        ),
        {
            "number": number,
            **who(person),
            "ground": ground,
            "purpose": purpose or None,
            "since": at.isoformat(),
            "review": (at + REVIEW).isoformat(),
            "reason": reason or None,
            "request": request,
        },
    )
    return entered(connection, company, now, number, "placed", reason)


def end(connection: Connection, company: Company, now: datetime, number: int, how: How, reason: str) -> Limit:
    """Write down how and why it ended."""
    at = today(company.policy.controller.zone, now)
    change(connection, number, ended_on=at.isoformat(), ended_how=how, ended_for=reason)
    return entered(connection, company, now, number, how, reason)


def entered(connection: Connection, company: Company, now: datetime, number: int, does: str, reason: str) -> Limit:
    """Say in the log what was done; who it is about, and why, are commitments."""
    one = find(connection, number)
    entry: dict[str, Any] = {
        "kind": "restriction",
        "does": does,
        "ground": one.ground,
        "review": one.review.isoformat(),
    }
    if one.purpose:
        entry["purpose"] = one.purpose
    sealed = {"number": str(number), "person": named(one.person)} | ({"reason": reason} if reason else {})
    (index,) = log.append(connection, [entry], now=now, secrets=[sealed])
    query = text("SELECT entries FROM holdord_restriction WHERE number = :number")
    before = json.loads(connection.execute(query, {"number": number}).scalar_one())
    change(connection, number, entries=json.dumps([*before, index]))
    return one


def change(connection: Connection, number: int, **columns: str | None) -> None:
    """Change some columns of it."""
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(
        text(f"UPDATE holdord_restriction SET {sets} WHERE number = :number"),  # noqa: S608 - names are ours
        {"number": number, **columns},
    )


def forget(connection: Connection, request: int) -> None:
    """Erase what came of a request that is forgotten, where it is over: what stands or still binds is kept."""
    query = text("SELECT number FROM holdord_restriction WHERE request = :request AND ended_on IS NOT NULL")
    for number in connection.execute(query, {"request": request}).scalars().all():
        if not find(connection, number).ends_purpose:
            _forget(connection, number)
    _remove(connection)


def expire(connection: Connection, at: date, days: int) -> None:
    """Erase what ended more than ``days`` days before ``at``, or whose person is gone so long; of what binds, why."""
    last = (at - timedelta(days=days)).isoformat()
    query = text("SELECT number FROM holdord_restriction WHERE (ended_on < :last OR gone < :last) AND entries <> '[]'")
    for number in connection.execute(query, {"last": last}).scalars().all():
        _forget(connection, number)
    _remove(connection)


def _forget(connection: Connection, number: int) -> None:
    query = text("SELECT entries FROM holdord_restriction WHERE number = :number")
    log.forget(connection, json.loads(connection.execute(query, {"number": number}).scalar_one()))
    one = find(connection, number)
    binds = one.ends_purpose and None not in one.person.key  # who is gone is bound by nothing
    change(connection, number, entries="[]", reason=None, ended_for=None, request=None)
    if not binds:
        change(connection, number, record_key="[]", kept=None)


def _remove(connection: Connection) -> None:
    """Remove what is forgotten, but for the newest: a number is never given twice."""
    connection.execute(
        text(
            "DELETE FROM holdord_restriction "
            "WHERE record_key = '[]' AND number < (SELECT max(number) FROM holdord_restriction)"
        )
    )
