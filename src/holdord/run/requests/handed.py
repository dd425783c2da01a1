"""Answers that wait in the portal for who asked: a document each, for seven days.

An answer holds personal data, so it lies there no longer than somebody needs to read it; the same can be made again
for as long as the request is kept. A machine's clock that was set back does not lengthen that.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from holdord.ledger.entry import moment_of, stamp

DAYS = 7
_AHEAD = timedelta(days=1)


def hand(connection: Connection, now: datetime, request: int, document: Mapping[str, Any]) -> datetime:
    """Put an answer where the person can read it, in the place of an earlier one; return until when it stays.

    Args:
        connection: Its transaction is the caller's.
        now: When it was made, aware.
        request: The number of the request.
        document: The answer, as JSON has it.
    """
    forget(connection, request)
    gone = now + timedelta(days=DAYS)
    connection.execute(
        text("INSERT INTO holdord_answer (request, document, made, gone) VALUES (:request, :document, :made, :gone)"),
        {
            "request": request,
            "document": json.dumps(document, ensure_ascii=False),
            "made": stamp(now),
            "gone": stamp(gone),
        },
    )
    return moment_of(stamp(gone))


def read(connection: Connection, now: datetime, request: int) -> dict[str, Any] | None:
    """Return an answer, or None where there is none any more."""
    query = text("SELECT document FROM holdord_answer WHERE request = :request AND gone > :now AND made <= :ahead")
    found = connection.execute(query, {"request": request, **_moments(now)}).scalar()
    return None if found is None else dict(json.loads(found))


def expire(connection: Connection, now: datetime) -> int:
    """Erase the answers whose time is over; return how many. Made in the future means made by a wrong clock."""
    gone = connection.execute(text("DELETE FROM holdord_answer WHERE gone <= :now OR made > :ahead"), _moments(now))
    return gone.rowcount


def forget(connection: Connection, request: int) -> None:
    """Erase the answer of one request."""
    connection.execute(text("DELETE FROM holdord_answer WHERE request = :request"), {"request": request})


def _moments(now: datetime) -> dict[str, str]:
    return {"now": stamp(now), "ahead": stamp(now + _AHEAD)}
