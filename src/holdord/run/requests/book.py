"""The book of requests: who asked for what, when it came, until when it must be answered, and how it ended.

A request lies in the state database, since it is about a person; the log says that there was one, what became of it
and when, with salted commitments in the place of who and why. Time runs from the day on which a request came, by
whatever way (GDPR art. 12(3); EDPB guidelines 01/2022 on access, paragraph 159), and is never counted anew, nor made
longer by a notice that has changed since.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, text

from holdord.config import ADDRESS
from holdord.errors import Refused
from holdord.ledger import log
from holdord.now import today
from holdord.policy.model import Policy, Record
from holdord.policy.terms import LANGUAGES
from holdord.run.company import Company
from holdord.run.requests.booked import Channel, Request, entries, find, named
from holdord.run.requests.wish import AsksFor, checked

Forgets = Callable[[Connection, int], None]
Tells = Callable[[Connection, "Request"], object]
"""What tells the person, in the transaction of what it tells of: both are there, or neither."""
_WISHED = ("wish", "language", "email", "mandate")
_ASKED = ("asks_for", "record_class", "record_key", "channel", "received", *_WISHED, "mandate_seen", "news", "sent_as")
"""What is written down of a request when it comes."""
_SENT = ("asks_for", "record_class", "record_key", "channel", *_WISHED)
"""What a repeated call says again."""
_SAID = ("reason", "extended_for", "sent_as", "went", *_WISHED)
"""What a person said or was told."""


def register(
    company: Company,
    now: datetime,
    *,
    asks_for: AsksFor,
    person: Record,
    channel: Channel,
    received: date,
    wish: Mapping[str, Any] | None = None,
    language: str = "",
    email: str = "",
    mandate: str = "",
    sent_as: str = "",
    tells: Tells | None = None,
) -> Request:
    """Write down that somebody asked; what a program sends twice, once.

    Args:
        company: The folder.
        now: When it is written down.
        asks_for: One of ``ASKS_FOR``.
        person: Who asked; somebody has made sure that it is them (art. 12(6)).
        channel: How it came.
        received: The day on which it came.
        wish: What exactly is asked for.
        language: The person's, one of ``LANGUAGES``; empty where nobody knows.
        email: Where they are told; empty where they are told by other ways.
        mandate: By what paper somebody asks on their behalf.
        sent_as: A text of 64 characters at most by which a program's repeated call is known, or empty.
        tells: What tells the person that it came.

    Returns:
        The request; what it has become where it was written down before.

    Raises:
        Refused: That day lies ahead, the wish, the language or the address is none, or something else was sent by the
            same ``sent_as``.
    """
    found = checked(company.policy, asks_for, wish or {})
    if language and language not in LANGUAGES:
        raise Refused(f"People are answered in {', '.join(LANGUAGES)}; not in {language}.")
    if email and not ADDRESS.fullmatch(email):
        raise Refused("This is no e-mail address.")
    if received > today(company.policy.controller.zone, now):
        raise Refused(f"A request cannot have come on {received}, which lies ahead.")
    row = {
        "asks_for": asks_for,
        "record_class": person.record_class,
        "record_key": json.dumps(person.key),
        "channel": channel,
        "received": received.isoformat(),
        "wish": json.dumps(found, ensure_ascii=False) if found else None,
        "language": language or None,
        "email": email or None,
        "mandate": mandate or None,
        "mandate_seen": None,
        "news": "asked" if channel == "portal" else None,
        "sent_as": sent_as or None,
    }
    with company.state.writing() as connection:
        if sent_as and (before := _sent_before(connection, row)) is not None:
            return find(connection, company.policy, before)
        made = _insert(connection, company, now, row)
        if tells is not None:
            tells(connection, made)
    return made


def _sent_before(connection: Connection, row: Mapping[str, Any]) -> int | None:
    """Return the number of the request that was sent by the same call, if there is one."""
    log.lock(connection)  # of two calls at once the second finds the first one's request
    query = text(f"SELECT number, {', '.join(_SENT)} FROM holdord_request WHERE sent_as = :sent_as")  # noqa: S608
    found = connection.execute(query, {"sent_as": row["sent_as"]}).mappings().first()
    if found is None:
        return None
    if any(found[name] != row[name] for name in _SENT):
        raise Refused("Something else was sent with this key before. Take a new key for each request.")
    return int(found["number"])


def _insert(connection: Connection, company: Company, now: datetime, row: Mapping[str, Any]) -> Request:
    log.lock(connection)  # of two that come at once the second one's number is the next
    number = connection.execute(text("SELECT coalesce(max(number), 0) + 1 FROM holdord_request")).scalar_one()
    names, values = ", ".join(_ASKED), ", ".join(f":{name}" for name in _ASKED)
    connection.execute(
        text(
            f"INSERT INTO holdord_request (number, {names}, state, entries) "  # noqa: S608 - names are ours
            f"VALUES (:number, {values}, 'open', '[]')"
        ),
        {"number": number, **row},
    )
    made = find(connection, company.policy, number)
    _change(connection, number, due=made.due.isoformat())
    _enter(connection, made, "registered", now, channel=made.channel)
    return made


def extend(company: Company, now: datetime, number: int, reason: str, *, tells: Tells | None = None) -> Request:
    """Take two months more, for a reason that the person is told within the first (art. 12(3), third sentence).

    Raises:
        Refused: It was extended already or is closed, the first time is over, or there is no reason.
    """
    if not reason.strip():
        raise Refused("A longer time needs a reason, which the person is told (GDPR art. 12(3)).")
    at = today(company.policy.controller.zone, now)
    with company.state.writing() as connection:
        one = _open(connection, company.policy, number)
        if one.extended_for:
            raise Refused(f"Request {number} was extended already; the law gives two months once.")
        if at > one.due:
            raise Refused(f"Request {number} was due by {one.due}: its time can only be extended within the first.")
        _change(connection, number, extended_on=at.isoformat(), extended_for=reason, due=None)
        before, one = one.due, find(connection, company.policy, number)
        if one.due == before:
            raise Refused(
                f"The notice promises an answer by {before}, and the law's longer time does not take that back."
            )
        _change(connection, number, due=one.due.isoformat())
        _enter(connection, one, "extended", now, reason=reason)
        if tells is not None:
            tells(connection, one)
    return one


def accept_mandate(company: Company, now: datetime, number: int, seen: str, *, tells: Tells | None = None) -> Request:
    """Write down that somebody looked at the paper by which another asks for a person, and what they saw.

    No copy is kept: what was seen is a commitment in the log.

    Raises:
        Refused: Nobody asks for another there, it was looked at already, or it is not said what was seen.
    """
    if not seen.strip():
        raise Refused("Say what was seen, such as the power of attorney's day and kind; keep no copy of it.")
    with company.state.writing() as connection:
        if not _open(connection, company.policy, number).waits_for_mandate:
            raise Refused(f"Request {number} waits for no mandate.")
        _change(connection, number, mandate_seen=today(company.policy.controller.zone, now).isoformat())
        one = find(connection, company.policy, number)
        _enter(connection, one, "mandate", now, seen=seen)
        if tells is not None:
            tells(connection, one)
    return one


def close(
    company: Company,
    now: datetime,
    number: int,
    state: Literal["answered", "refused"],
    reason: str = "",
    *,
    tells: Tells | None = None,
) -> Request:
    """Write down that a request was answered, or refused for a reason (art. 12(4)).

    Raises:
        Refused: It is closed already, or a refusal has no reason.
    """
    if state == "refused" and not reason.strip():
        raise Refused("A refusal needs a reason, which the person is told (GDPR art. 12(4)).")
    at = today(company.policy.controller.zone, now)
    with company.state.writing() as connection:
        one = _open(connection, company.policy, number)
        if one.waits_for_mandate and state == "answered":
            raise Refused(f"Look at the mandate of request {number} first (GDPR art. 12(6)).")
        _change(connection, number, state=state, closed_on=at.isoformat(), reason=reason, due=one.due.isoformat())
        one = find(connection, company.policy, number)
        _enter(connection, one, state, now, reason=reason)
        if tells is not None:
            tells(connection, one)
    return one


def reopen(
    company: Company, now: datetime, number: int, reason: str, *, by_person: bool = False, tells: Tells | None = None
) -> Request:
    """Open a request again, since the person answered back; its time is what it was.

    Args:
        company: The folder.
        now: When.
        number: The request's.
        reason: What the person says.
        by_person: Whether they did it by themselves, so that staff must be told.
        tells: What else is done, in one transaction with it.

    Raises:
        Refused: It is open.
    """
    with company.state.writing() as connection:
        one = find(connection, company.policy, number)
        if one.state == "open":
            raise Refused(f"Request {number} is open.")
        news = "back" if by_person else None
        _change(connection, number, state="open", closed_on=None, reason=reason or None, news=news)
        one = find(connection, company.policy, number)
        _enter(connection, one, "reopened", now, reason=reason)
        if tells is not None:
            tells(connection, one)
    return one


def _open(connection: Connection, policy: Policy, number: int) -> Request:
    one = find(connection, policy, number)
    if one.state != "open":
        raise Refused(f"Request {number} is closed: {one.state} on {one.closed_on}.")
    return one


def _change(connection: Connection, number: int, **columns: str | None) -> None:
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(
        text(f"UPDATE holdord_request SET {sets} WHERE number = :number"),  # noqa: S608 - names are ours
        {"number": number, **columns},
    )


def _enter(connection: Connection, one: Request, does: str, now: datetime, **secrets: str) -> None:
    """Say in the log what was done; who it is about, and why, are commitments."""
    entry: dict[str, Any] = {
        "kind": "request",
        "asks_for": one.asks_for,
        "does": does,
        "received": one.received.isoformat(),
        "due": one.due.isoformat(),
    }
    sealed = {"number": str(one.number), "person": named(one.person)}
    sealed |= {name: value for name, value in secrets.items() if value}
    (index,) = log.append(connection, [entry], now=now, secrets=[sealed])
    enter(connection, one.number, index)


def told(connection: Connection, numbers: Iterable[int]) -> None:
    """Note that staff were told what people did by themselves."""
    for number in numbers:
        _change(connection, number, news=None)


def enter(connection: Connection, number: int, index: int) -> None:
    """Note that an entry of the log is about a request, whose commitments go with it, unless it is forgotten."""
    known = entries(connection, number)
    if known is not None:
        _change(connection, number, entries=json.dumps([*known, index]))


def forget(connection: Connection, at: date, days: int, *also: Forgets) -> int:
    """Erase requests that were closed more than ``days`` days before ``at``; return how many.

    ``also`` erases what else is kept of each: its letters, its answer, what it restricted.

    What the log says of them can lead to nobody any more: the salts of its commitments go too. A number is never given
    twice, so of the newest request that stays until there is a newer one, and nothing else.
    """
    last = (at - timedelta(days=days)).isoformat()
    query = text("SELECT number FROM holdord_request WHERE state <> 'open' AND closed_on < :last AND entries <> '[]'")
    numbers = connection.execute(query, {"last": last}).scalars().all()
    for number in numbers:
        log.forget(connection, entries(connection, number) or [])
        _change(connection, number, entries="[]", record_key="[]", **dict.fromkeys(_SAID))
        for forgets in also:
            forgets(connection, number)
    connection.execute(
        text("DELETE FROM holdord_request WHERE entries = '[]' AND number < (SELECT max(number) FROM holdord_request)")
    )
    return len(numbers)
