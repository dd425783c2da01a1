"""What the log says of one request, and that somebody looked into what is held about the person (GDPR art. 5(2)).

Whoever opens an answer sees personal data, so the log says when, with salted commitments to whose request it was and
who looked; they are forgotten with the request.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.ledger.entry import moment_of
from holdord.run.company import Company
from holdord.run.requests.book import enter, find

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
        about: What a letter told of, or empty.
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


def viewed(company: Company, now: datetime, number: int, who: str) -> None:
    """Write down that somebody opened the answer to a request, before it is shown.

    Args:
        company: The folder.
        now: When.
        number: The request's.
        who: The name of who looks.

    Raises:
        Refused: There is no such request, or nobody is named.
    """
    if not who.strip():
        raise Refused("An answer is opened by somebody with a name.")
    with company.state.writing() as connection:
        find(connection, company.policy, number)
        sealed = {"number": str(number), "who": who}
        (index,) = log.append(connection, [{"kind": "view", "does": "answer"}], now=now, secrets=[sealed])
        enter(connection, number, index)


def _event(connection: Connection, index: int) -> Event:
    (entry,) = log.read(connection, index, index + 1)
    said = entry.value
    return Event(
        entry=index,
        when=moment_of(said["time"]),
        kind=said["kind"],
        does=str(said.get("does", "")),
        about=str(said.get("about", "")),
    )
