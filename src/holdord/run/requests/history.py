"""What the log says of one request (GDPR art. 5(2))."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from holdord.ledger import log
from holdord.ledger.entry import moment_of

_OF_REQUEST = text("SELECT entries FROM holdord_request WHERE number = :number")
_OF_LIMITS = text("SELECT entries FROM holdord_restriction WHERE request = :number")


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        entry: The number of the log's entry.
        when: When it was written down, UTC.
        kind: The entry's kind, such as ``request``, ``restriction``, ``message``, ``view``.
        does: What happened, such as ``registered``; empty where the kind says all.
        about: What a letter told of, the ground of a restriction, or empty.
    """

    entry: int
    when: datetime
    kind: str
    does: str
    about: str


def history(connection: Connection, number: int) -> list[Event]:
    """Return what the log says of a request and of what it restricted, the oldest first; what was pruned is missing."""
    lists = [*connection.execute(_OF_REQUEST, {"number": number}).scalars()]
    lists += connection.execute(_OF_LIMITS, {"number": number}).scalars()
    first = log.first(connection)
    indexes = sorted({index for one in lists for index in json.loads(one) if index >= first})
    return [_event(connection, index) for index in indexes]


def _event(connection: Connection, index: int) -> Event:
    (entry,) = log.read(connection, index, index + 1)
    said = entry.value
    return Event(
        entry=index,
        when=moment_of(said["time"]),
        kind=said["kind"],
        does=str(said.get("does", "")),
        about=str(said.get("about", said.get("ground", ""))),
    )
