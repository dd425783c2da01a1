"""Writing down that somebody asked, whoever heard it: what binds from then on is placed, and they are told.

The command line, the back office and programs come by here, and the portal, where people ask by themselves.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Required, TypedDict, Unpack

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests import binds, book, booked, limited, notified, tell
from holdord.run.requests.booked import Channel, Request
from holdord.run.requests.wish import AsksFor, checked

MOST_OPEN = 20
"""Requests of one person that may wait at once, where they ask by themselves."""


class TooMany(Refused):
    """So many requests of one person wait that no more are taken from a page."""


class Asked(TypedDict, total=False):
    """What is said of a request when it comes, as ``book.register`` wants it."""

    asks_for: Required[AsksFor]
    person: Required[Record]
    channel: Required[Channel]
    received: Required[date]
    wish: Mapping[str, Any] | None
    language: str
    email: str
    mandate: str
    sent_as: str


def receive(company: Company, now: datetime, **asked: Unpack[Asked]) -> Request:
    """Write down that somebody asked, tell them, and place at once what binds from now on, all in one transaction.

    Arguments and errors are ``book.register``'s.
    """
    theirs = _recipients(company, now, asked["person"]) if asked["asks_for"] == "objection" else []

    def tells(connection: Connection, made: Request) -> None:
        binds.place(connection, company, now, made)
        _begun(connection, company, now, made, theirs)
        tell.received(connection, company, now, made)

    return book.register(company, now, **asked, tells=tells)


def receive_from_portal(
    company: Company,
    now: datetime,
    *,
    asks_for: AsksFor,
    person: Record,
    received: date,
    wish: Mapping[str, Any],
    language: str,
    email: str,
) -> Request:
    """Write down what somebody asks for by themselves; what waits already is not written down twice.

    Raises:
        Refused: As ``receive``.
        TooMany: ``MOST_OPEN`` of theirs wait for an answer.
    """
    with company.state.snapshot() as connection:
        waiting = booked.open_of(connection, company.policy, person)
    wanted = checked(company.policy, asks_for, wish)
    for one in waiting:
        is_same = (one.asks_for, one.wish, one.email.lower()) == (asks_for, wanted, email.strip().lower())
        if is_same and not one.mandate:
            return one
    if len(waiting) >= MOST_OPEN:
        raise TooMany(f"{len(waiting)} requests wait for an answer.")
    return receive(
        company,
        now,
        asks_for=asks_for,
        person=person,
        channel="portal",
        received=received,
        wish=wish,
        language=language,
        email=email,
    )


def accept_mandate(company: Company, now: datetime, number: int, seen: str) -> Request:
    """Write down that somebody looked at a mandate: from now on its request is the person's own.

    Raises:
        Refused: As ``book.accept_mandate``.
    """
    with company.state.snapshot() as connection:
        asked = booked.find(connection, company.policy, number)
    theirs = _recipients(company, now, asked.person) if asked.asks_for == "objection" else []

    def tells(connection: Connection, one: Request) -> None:
        _begun(connection, company, now, one, theirs)

    return book.accept_mandate(company, now, number, seen, tells=tells)


def _recipients(company: Company, now: datetime, person: Record) -> list[dict[str, Any]]:
    return notified.of_held(company, person, today(company.policy.controller.zone, now))


def _begun(connection: Connection, company: Company, now: datetime, one: Request, theirs: list[dict[str, Any]]) -> None:
    """Do what a request does at once, where nobody must look at a mandate first.

    Recipients hear that data are restricted while an objection is weighed (art. 18(1)(d), 19), not weeks later.
    """
    if one.waits_for_mandate:
        return
    binds.give_way(connection, company, now, one)
    if any(limit.waits for limit in limited.of(connection, one.person) if limit.request == one.number):
        notified.wait(connection, today(company.policy.controller.zone, now), one.number, {"notified": theirs})
