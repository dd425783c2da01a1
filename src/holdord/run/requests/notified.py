"""Telling recipients what was corrected, erased or restricted (GDPR art. 19), until somebody says that they know.

Whom data were handed to is what the policy says of the purposes that needed them. An answer names them to the person;
from then on each of them waits to be told by somebody, since holdord does not know how a recipient is reached. That may
be impossible, or ask for too much: then it is said why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.now import today
from holdord.policy.model import Policy, Record
from holdord.run.company import Company
from holdord.run.requests.access import access
from holdord.run.requests.book import enter
from holdord.run.requests.texts import said


@dataclass(frozen=True, kw_only=True, slots=True)
class Notified:
    """A recipient who must be told, or was.

    Attributes:
        request: The request that was answered.
        recipient: Its id in the policy.
        since: The day of the answer.
        on: When somebody said that they were told, or that it cannot be done; or None.
        why_not: Why they cannot be told, or empty.
    """

    request: int
    recipient: str
    since: date
    on: date | None
    why_not: str


def document(policy: Policy, purposes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the recipients of what some purposes needed, by name and role, in the policy's order."""
    names = {name for one in purposes if one in policy.purposes for name in policy.purposes[one].recipients}
    return [
        {"id": name, **said(policy, "name", one.says), "role": one.role, "country": one.country}
        for name, one in policy.recipients.items()
        if name in names
    ]


def of_held(company: Company, person: Record, at: date) -> list[dict[str, Any]]:
    """Return the recipients of all that is held about a person."""
    return document(company.policy, (one.id for one in access(company, person, at).purposes))


def wait(connection: Connection, at: date, request: int, answer: Mapping[str, Any]) -> None:
    """Let the recipients that an answer names wait to be told; who was told waits again where more rows changed."""
    known = {one.recipient: one.on for one in of(connection, request)}
    for part in (answer, answer.get("erasure") or {}):
        for name in dict.fromkeys(one["id"] for one in part.get("notified", ())):
            if name in known and (known[name] is None or not part.get("rows")):
                continue
            known[name] = None
            connection.execute(
                text(
                    "INSERT INTO holdord_notified (request, recipient, since) VALUES (:request, :recipient, :since) "
                    "ON CONFLICT (request, recipient) DO UPDATE SET told = NULL, why_not = NULL, since = excluded.since"
                ),
                {"request": request, "recipient": name, "since": at.isoformat()},
            )


def told(company: Company, now: datetime, request: int, recipient: str, why_not: str = "") -> None:
    """Write down that a recipient was told, or why that is impossible or asks for too much (art. 19).

    Raises:
        Refused: They do not wait to be told.
    """
    with company.state.writing() as connection:
        waits = {one.recipient for one in of(connection, request) if one.on is None}
        if recipient not in waits:
            known = f" Those who do: {', '.join(sorted(waits))}." if waits else ""
            raise Refused(f"{recipient} does not wait to be told of request {request}.{known}")
        at = today(company.policy.controller.zone, now).isoformat()
        connection.execute(
            text(
                "UPDATE holdord_notified SET told = :at, why_not = :why "
                "WHERE request = :request AND recipient = :recipient"
            ),
            {"at": at, "why": why_not.strip() or None, "request": request, "recipient": recipient},
        )
        entry = {"kind": "recipient", "does": "not_told" if why_not.strip() else "told", "recipient": recipient}
        sealed = {"number": str(request)} | ({"reason": why_not.strip()} if why_not.strip() else {})
        (index,) = log.append(connection, [entry], now=now, secrets=[sealed])
        enter(connection, request, index)


def waiting(connection: Connection) -> list[Notified]:
    """Return the recipients who wait to be told, the longest first."""
    query = text("SELECT * FROM holdord_notified WHERE told IS NULL ORDER BY since, request, recipient")
    return [_read(row) for row in connection.execute(query)]


def of(connection: Connection, request: int) -> list[Notified]:
    """Return whom a request must be told to, or was."""
    query = text("SELECT * FROM holdord_notified WHERE request = :request ORDER BY recipient")
    return [_read(row) for row in connection.execute(query, {"request": request})]


def forget(connection: Connection, request: int) -> None:
    """Erase what is kept of a request that is forgotten; who waits to be told waits on, and names nobody."""
    query = text("DELETE FROM holdord_notified WHERE request = :request AND told IS NOT NULL")
    connection.execute(query, {"request": request})


def _read(row: Row[Any]) -> Notified:
    return Notified(
        request=row.request,
        recipient=row.recipient,
        since=date.fromisoformat(row.since),
        on=date.fromisoformat(row.told) if row.told else None,
        why_not=row.why_not or "",
    )
