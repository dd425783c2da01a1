"""Answering a request of any kind: carrying it out, and closing it, refusing it, opening it again.

The command line, the back office and programs come by here, so that a right is answered in one way. What cannot be done
without somebody's decision leaves the request open and says what is missing (``holdord.run.requests.draft``).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.run.company import Company
from holdord.run.requests import (
    binds,
    book,
    booked,
    erasure,
    granted,
    notified,
    portability,
    rectification,
    tell,
    went,
)
from holdord.run.requests.booked import Request
from holdord.run.requests.draft import Handled, access_to, carried, ends, erased, look, put_right, restricted, weighed
from holdord.run.requests.limited import Limit
from holdord.run.requests.place import changes_of
from holdord.run.requests.wish import checked


def handle(
    company: Company,
    now: Callable[[], datetime],
    number: int,
    *,
    objected: frozenset[str] = frozenset(),
    accepted: bool = False,
    confirmed: bool = False,
) -> Handled:
    """Do what a request asks for, and return the answer; ``finish`` closes it. A repeat changes nothing more.

    Args:
        company: The folder.
        now: Reads the time.
        number: The request's.
        objected: Purposes that the person objected to and somebody agreed, for an erasure.
        accepted: Whether somebody looked at what a rectification leaves, and it is right to leave it.
        confirmed: Whether somebody has said that the machine's clock is right.

    Raises:
        Refused: The request is closed, nobody looked at its mandate yet, or what it asks for cannot be done; nothing
            was done.
        NeedsConfirmation: The machine's clock looks wrong.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    at = today(company.policy.controller.zone, now())
    one = ready(company, now(), number)
    match one.asks_for:
        case "erasure" | "withdrawal":
            only = ends(company, one, objected)
            return erased(erasure.erase(company, now, one.person, only=only, request=number, confirmed=confirmed), one)
        case "rectification":
            changes = changes_of(one.wish)
            return put_right(rectification.rectify(company, now, one.person, changes, request=number), accepted)
        case "portability":
            return _portable(company, now, one, at)
        case "restriction":
            stands = next(iter(_bound(company, now(), one)), None)
            return Handled(document=restricted(company, one, at, stands))
        case "objection":
            return _objected(company, now, one, at, confirmed=confirmed)
        case _:
            return access_to(company, one, at)


def ready(company: Company, now: datetime, number: int) -> Request:
    """Return a request that can be answered, and see that it binds what it binds.

    Raises:
        Refused: It is closed, nobody looked at its mandate yet, or what it asks for is not there any more.
    """
    with company.state.snapshot() as connection:
        one = booked.find(connection, company.policy, number)
    if one.state != "open":
        raise Refused(f"Request {number} is closed: {one.state} on {one.closed_on}.")
    if one.waits_for_mandate:
        raise Refused(f"Look at the mandate first (GDPR art. 12(6)): holdord request mandate DIR {number} --seen WHAT.")
    checked(company.policy, one.asks_for, one.wish)
    if one.asks_for in ("erasure", "withdrawal"):
        _bound(company, now, one)
    return one


def finish(company: Company, now: datetime, number: int, handled: Handled) -> Request:
    """Close a request with its answer, and tell the person where it is.

    Raises:
        Refused: The answer is not complete, or the request is closed.
    """
    if not handled.complete:
        raise Refused(f"The answer is not complete: {' '.join(handled.open_for)}")

    at = today(company.policy.controller.zone, now)
    with company.state.snapshot() as connection:
        one = booked.find(connection, company.policy, number)
    done = handled.erasure
    over = done.ended if done and one.asks_for in ("erasure", "withdrawal") else frozenset()
    kept = granted.look(company, one, over, at)
    told = handled.document
    if done is not None:  # of what went they wait since then, and of what goes once nothing else keeps it from now on
        told = {"notified": notified.document(company.policy, [*done.went.purposes, *kept])}

    def tells(connection: Connection, one: Request) -> None:
        granted.grant(connection, company, now, one, over, kept)
        notified.wait(connection, at, number, told)
        tell.answered(connection, company, now, one, handled.document)

    return book.close(company, now, number, "answered", tells=tells)


def refuse(company: Company, now: datetime, number: int, reason: str) -> Request:
    """Refuse a request, take back what it bound, and tell the person why and where to complain (art. 12(4)).

    Where a part of it was carried out before any answer, what it bound goes on. Where something was done they are told
    that the rest is refused.

    Raises:
        Refused: It is closed, there is no reason, or all of it was carried out and no answer says so yet.
    """
    at = today(company.policy.controller.zone, now)
    with company.state.snapshot() as connection:
        one = booked.find(connection, company.policy, number)
        done = went.read(connection, number).rows
        is_first = not booked.was_answered(connection, number)
    if done and one.state == "open" and is_first and _is_done(company, one, at):
        raise Refused(f"Request {number} was carried out: {done} records. It cannot be refused any more: answer it.")

    def tells(connection: Connection, one: Request) -> None:
        if went.read(connection, number).rows != done:
            raise Refused(f"Request {number} was carried out a moment ago. Look at it again.")
        if not (done and is_first):
            binds.void(connection, company, now, one)
        tell.refused(connection, company, now, one, is_rest=bool(done))

    return book.close(company, now, number, "refused", reason, tells=tells)


def _is_done(company: Company, one: Request, at: date) -> bool:
    """Tell whether nothing is left to do for an erasure, as far as the policy still knows what was asked for."""
    try:
        found = look(company, one, at)
    except Refused:
        return False
    return found.complete and (found.erasure is None or not found.erasure.went.rows)


def reopen(company: Company, now: datetime, number: int, reason: str, *, by_person: bool = False) -> Request:
    """Open a request again, since the person answers back: what they ask for binds again from that moment.

    Nobody is turned away because the policy has no such purpose any more: then there is nothing to bind. Where they did
    it by themselves (``by_person``), staff are told.

    Raises:
        Refused: It is open.
    """

    def tells(connection: Connection, one: Request) -> None:
        with suppress(Refused):  # which is said before anything is placed
            binds.place(connection, company, now, one, anew=True)

    return book.reopen(company, now, number, reason, by_person=by_person, tells=tells)


def extend(company: Company, now: datetime, number: int, reason: str) -> Request:
    """Take two months more, and tell the person why (art. 12(3)).

    Raises:
        Refused: As ``book.extend``.
    """
    return book.extend(
        company, now, number, reason, tells=lambda connection, one: tell.extended(connection, company, now, one)
    )


def _portable(company: Company, now: Callable[[], datetime], one: Request, at: date) -> Handled:
    address = one.wish.get("address")
    if not address:
        return Handled(document=carried(company, one, at, ""))
    sent = portability.send(company, now, one.person, str(address), request=one.number)
    document = carried(company, one, at, sent.host if sent.ok else "")
    return Handled(document=document, open_for=() if sent.ok else (f"The data were not handed over: {sent.why}",))


def _objected(company: Company, now: Callable[[], datetime], one: Request, at: date, *, confirmed: bool) -> Handled:
    """Place an objection, and once it is decided erase what the purposes that are over alone held (art. 17(1)(c))."""
    placed = _bound(company, now(), one)
    found = weighed(company, at, placed)
    over = frozenset(limit.purpose for limit in placed if limit.ends_purpose)
    if not found.complete or not over:
        return found
    gone = erased(erasure.erase(company, now, one.person, only=over, request=one.number, confirmed=confirmed), one)
    return replace(gone, document=found.document | {"erasure": gone.document})


def _bound(company: Company, now: datetime, one: Request) -> tuple[Limit, ...]:
    with company.state.writing() as connection:
        return binds.place(connection, company, now, one)
