"""What the outbox says of its letters: for people who look after them, and nothing that names who they are for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from holdord.ledger.entry import moment_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What the outbox says of one letter; nothing in it names anybody.

    Attributes:
        recipient: The address, masked; empty where it is gone.
        queued: When it was posted.
        next_try: When it is tried again, or None.
        state: ``waiting``, ``sent`` or ``given_up``.
        failure: Why it was not sent the last time; empty where nothing failed.
        done: When it was sent or given up, or None.
    """

    number: int
    request: int | None
    kind: str
    recipient: str
    language: str
    queued: datetime
    next_try: datetime | None
    tries: int
    state: str
    failure: str
    done: datetime | None


def listed(connection: Connection, *, everything: bool = False) -> list[Line]:
    """Return the letters that wait or were given up, or all, in the order in which they were posted."""
    which = "" if everything else "WHERE state <> 'sent' AND recipient IS NOT NULL"
    query = text(f"SELECT * FROM holdord_message {which} ORDER BY number")  # noqa: S608 - no value in it
    return [line_of(row) for row in connection.execute(query)]


def posted_on(connection: Connection, kind: str) -> list[datetime]:
    """Return when letters of a kind were posted, as far as their lines are still there."""
    query = text("SELECT queued FROM holdord_message WHERE kind = :kind")
    return [moment_of(one) for one in connection.execute(query, {"kind": kind}).scalars()]


def masked(address: str | None) -> str:
    """Return an address so that who knows it knows it again and nobody else: ``i…@h….example``."""
    if not address:
        return ""
    name, _, domain = address.rpartition("@")
    host, dot, top = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}…{dot}{top}" if dot else f"{name[:1]}…@…"


def line_of(row: Row[Any]) -> Line:
    """Return what is said of a row of the outbox."""
    return Line(
        number=row.number,
        request=row.request,
        kind=row.kind,
        recipient=masked(row.recipient),
        language=row.language,
        queued=moment_of(row.queued),
        next_try=moment_of(row.next_try) if row.next_try else None,
        tries=row.tries,
        state=row.state,
        failure=row.failure or "",
        done=moment_of(row.done) if row.done else None,
    )
