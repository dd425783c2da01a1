"""A request as the book has it: what was asked, by whom and until when; found by number and by person, and listed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.policy.deadline import answer_due
from holdord.policy.model import Policy, Record
from holdord.run.requests.limited import who, whose
from holdord.run.requests.wish import AsksFor

Channel = Literal["portal", "email", "letter", "phone", "in_person"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
State = Literal["open", "answered", "refused"]
News = Literal["asked", "back"]
"""What a person did by themselves and nobody was told of: they asked on the portal, or answered back there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What somebody asked for.

    Attributes:
        person: Who.
        received: The day on which it came, where the controller is.
        due: The last day on which the answer is in time.
        extended_for: Why there are two months more, or empty; the person was told so.
        closed_on: When it was answered or refused, or None.
        reason: Why it was refused; while it is open again, what the person answered back; or empty.
        wish: What exactly is asked for (``holdord.run.requests.wish``).
        language: Of the person, or empty.
        email: Where they are told, or empty.
        mandate: By what paper somebody asks on their behalf, or empty.
        mandate_seen: The day on which somebody looked at that paper, or None.
        gone: The day on which the person's own record was found gone, or None; whose key it was, it is nobody's then.
    """

    number: int
    asks_for: AsksFor
    person: Record = field(repr=False)
    channel: Channel
    received: date
    due: date
    extended_for: str = field(default="", repr=False)
    state: State = "open"
    closed_on: date | None = None
    reason: str = field(default="", repr=False)
    wish: Mapping[str, Any] = field(default_factory=dict, repr=False)
    language: str = ""
    email: str = field(default="", repr=False)
    mandate: str = field(default="", repr=False)
    mandate_seen: date | None = None
    gone: date | None = None

    @property
    def waits_for_mandate(self) -> bool:
        """Whether nobody may be answered before somebody has looked at the mandate (art. 12(2), 12(6))."""
        return bool(self.mandate) and self.mandate_seen is None

    def late(self, at: date) -> bool:
        """Tell whether it was not answered in time, as seen on a day."""
        return (self.closed_on or at) > self.due


def find(connection: Connection, policy: Policy, number: int) -> Request:
    """Return a request by its number.

    Raises:
        Refused: There is none, or it is forgotten.
    """
    one = of_number(connection, policy, number)
    if one is None or not one.person.key:
        raise Refused(f"There is no request {number}.")
    return one


def listed(connection: Connection, policy: Policy, *, closed: bool = False) -> list[Request]:
    """Return the requests that are open, or all of them; what is due soonest first."""
    return _found(connection, policy, "" if closed else "state = 'open'")


def _found(connection: Connection, policy: Policy, where: str, **said: str) -> list[Request]:
    query = text(f"SELECT * FROM holdord_request WHERE {where or '1 = 1'}")  # noqa: S608 - no value in it
    found = [_read(policy, row) for row in connection.execute(query, said)]
    return sorted(found, key=lambda one: (one.state != "open", one.due, one.number))


def of_number(connection: Connection, policy: Policy, number: int | None) -> Request | None:
    """Return a request by its number, or None where there is none any more."""
    row = connection.execute(text("SELECT * FROM holdord_request WHERE number = :number"), {"number": number}).first()
    return None if row is None else _read(policy, row)


def of_person(connection: Connection, policy: Policy, person: Record) -> list[Request]:
    """Return all of one person's requests; what is due soonest first. Of who is gone none are told apart."""
    where = "record_class = :record_class AND record_key = :record_key AND gone IS NULL"
    return _found(connection, policy, where, **who(person))


def of_address(connection: Connection, policy: Policy, email: str) -> list[Request]:
    """Return the requests that came from an address, in whatever letters, or are answered there."""
    wanted = email.strip().lower()
    return _found(connection, policy, "lower(email) = :email", email=wanted) if wanted else []


def open_of(connection: Connection, policy: Policy, person: Record) -> list[Request]:
    """Return the requests of a person that came by the portal and wait for an answer."""
    return [one for one in of_person(connection, policy, person) if one.state == "open" and one.channel == "portal"]


def news(connection: Connection) -> dict[int, News]:
    """Return the open requests of which staff were not told yet what the person did by themselves."""
    query = text("SELECT number, news FROM holdord_request WHERE state = 'open' AND news IS NOT NULL ORDER BY number")
    return {row.number: row.news for row in connection.execute(query)}


def was_answered(connection: Connection, number: int) -> bool:
    """Tell whether a request was answered before, as the log has it; what was pruned counts as an answer."""
    first = log.first(connection)
    for index in entries(connection, number) or ():
        if index < first:
            return True
        (entry,) = log.read(connection, index, index + 1)
        if (entry.value["kind"], entry.value.get("does")) == ("request", "answered"):
            return True
    return False


def entries(connection: Connection, number: int) -> list[int] | None:
    """Return the entries of the log that are about a request; None where it is forgotten."""
    query = text("SELECT entries FROM holdord_request WHERE number = :number")
    said = connection.execute(query, {"number": number}).scalar()
    found: list[int] | None = None if said is None else json.loads(said)
    return found


def named(person: Record) -> str:
    """Return a person as commitments name one."""
    return f"{person.record_class} {json.dumps(person.key)}"


def _due(policy: Policy, row: Row[Any]) -> date:
    """Return the day that was said when it came or was extended; of an open one an earlier day that is promised now."""
    if row.due and row.state != "open":
        return date.fromisoformat(row.due)
    promised = policy.told.requests.within if policy.told.requests else None
    received, extended = date.fromisoformat(row.received), row.extended_on is not None
    now = answer_due(received, policy.controller.country, promised=promised, extended=extended)
    return min(now, date.fromisoformat(row.due)) if row.due else now


def _read(policy: Policy, row: Row[Any]) -> Request:
    return Request(
        number=row.number,
        asks_for=row.asks_for,
        person=whose(row),
        channel=row.channel,
        received=date.fromisoformat(row.received),
        due=_due(policy, row),
        extended_for=row.extended_for or "",
        state=row.state,
        closed_on=date.fromisoformat(row.closed_on) if row.closed_on else None,
        reason=row.reason or "",
        wish=json.loads(row.wish) if row.wish else {},
        language=row.language or "",
        email=row.email or "",
        mandate=row.mandate or "",
        mandate_seen=date.fromisoformat(row.mandate_seen) if row.mandate_seen else None,
        gone=date.fromisoformat(row.gone) if row.gone else None,
    )
