"""Answering a request of any kind: what the answer would be, carrying it out, and closing the request.

The command line, the back office and programs come by here, so that a right is answered in one way. What cannot be done
without somebody's decision leaves the request open and says what is missing: an answer is never called complete while
something of art. 15 is unsaid, something is still there that should be gone, or an objection waits to be weighed.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.policy.terms import OBJECTED
from holdord.run.company import Company
from holdord.run.requests import (
    book,
    booked,
    erasure,
    granted,
    limits,
    notified,
    objection,
    portability,
    rectification,
    seen,
    tell,
)
from holdord.run.requests.access import access
from holdord.run.requests.answer import document as access_document
from holdord.run.requests.answer import grounds_document
from holdord.run.requests.booked import Request
from holdord.run.requests.erasure import Erasure
from holdord.run.requests.limited import Limit, of
from holdord.run.requests.place import changes_of
from holdord.run.requests.wish import checked


@dataclass(frozen=True, kw_only=True, slots=True)
class Handled:
    """An answer, or what it would be.

    Attributes:
        document: Its stable JSON form.
        open_for: What is missing until it is complete, in sentences.
        erasure: What an erasure does, for who wants more than its JSON form.
    """

    document: dict[str, Any] = field(repr=False)
    open_for: tuple[str, ...] = ()
    erasure: Erasure | None = field(default=None, repr=False)

    @property
    def complete(self) -> bool:
        """Whether the request can be closed with it."""
        return not self.open_for


def look(company: Company, one: Request, at: date) -> Handled:
    """Return what an answer would say and do. Changes nothing.

    Raises:
        Refused: What is asked for is not there any more, such as a purpose of an older policy.
    """
    checked(company.policy, one.asks_for, one.wish)
    match one.asks_for:
        case "access":
            return _access(company, one, at)
        case "erasure" | "withdrawal":
            return _erased(erasure.preview(company, one.person, at, only=ends(company, one)))
        case "rectification":
            return _put_right(rectification.preview(company, one.person, changes_of(one.wish), at), accepted=False)
        case "portability":
            return Handled(document=_carried(company, one, at, ""))
        case "restriction":
            return Handled(document=_restriction(company, one, at, _standing(company, one)))
        case _:
            return _weighed(company, at, _placed(company, one))


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
            return _erased(erasure.erase(company, now, one.person, only=only, request=number, confirmed=confirmed))
        case "rectification":
            changes = changes_of(one.wish)
            return _put_right(rectification.rectify(company, now, one.person, changes, request=number), accepted)
        case "portability":
            return _portable(company, now, one, at)
        case "restriction":
            stands = next(iter(_bound(company, now(), one)), None)
            return Handled(document=_restriction(company, one, at, stands))
        case "objection":
            return _objected(company, now, one, at, confirmed=confirmed)
        case _:
            return _access(company, one, at)


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

    Raises:
        Refused: It is closed, or there is no reason.
    """

    def tells(connection: Connection, one: Request) -> None:
        limits.void(connection, company, now, one)
        tell.refused(connection, company, now, one)

    return book.close(
        company,
        now,
        number,
        "refused",
        reason,
        tells=tells,
    )


def reopen(company: Company, now: datetime, number: int, reason: str, *, by_person: bool = False) -> Request:
    """Open a request again, since the person answers back: what they ask for binds again from that moment.

    Nobody is turned away because the policy has no such purpose any more: then there is nothing to bind. Where they did
    it by themselves (``by_person``), staff are told.

    Raises:
        Refused: It is open.
    """

    def tells(connection: Connection, one: Request) -> None:
        with suppress(Refused):  # which is said before anything is placed
            limits.bind(connection, company, now, one, anew=True)

    return book.reopen(company, now, number, reason, by_person=by_person, tells=tells)


def extend(company: Company, now: datetime, number: int, reason: str) -> Request:
    """Take two months more, and tell the person why (art. 12(3)).

    Raises:
        Refused: As ``book.extend``.
    """
    return book.extend(
        company, now, number, reason, tells=lambda connection, one: tell.extended(connection, company, now, one)
    )


def _access(company: Company, one: Request, at: date) -> Handled:
    found = access(company, one.person, at)
    open_for = tuple(f"{text} (GDPR art. {article})" for article, text in found.missing.items())
    with company.state.snapshot() as connection:
        views = seen.document(connection, company.policy, one.person, at, company.settings.request_days)
    return Handled(document=access_document(found) | {"views": views}, open_for=open_for)


def ends(company: Company, one: Request, objected: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the purposes that end with the answer to an erasure or a withdrawal.

    Who consents again before the answer is not asked to go.

    Args:
        company: The folder.
        one: The request.
        objected: Purposes that the person objected to and somebody agreed, for an erasure.

    Raises:
        Refused: One of these is unknown, or nobody can object to it.
    """
    with company.state.snapshot() as connection:
        known = of(connection, one.person)
    over = {limit.purpose for limit in known if limit.ends_purpose}
    own = [limit for limit in known if limit.request == one.number and limit.purpose]
    mine = {limit.purpose for limit in own if limit.ends_purpose}
    if one.asks_for == "withdrawal":
        return frozenset(mine)
    purposes = company.policy.purposes
    theirs = frozenset(name for name in over if name in purposes and purposes[name].basis in OBJECTED)
    return erasure.ends(company.policy, objected | theirs) - {
        limit.purpose for limit in own if limit.purpose not in mine
    }


def _erased(found: erasure.Erasure) -> Handled:
    open_for = () if found.is_done else ("Something is still there that should be gone.",)
    return Handled(document=erasure.document(found), open_for=open_for, erasure=found)


def _put_right(found: rectification.Rectification, accepted: bool) -> Handled:
    document = grounds_document(found.policy, ()) | rectification.document(found)
    left = "The old value is still there; look at what is left, and say whether it is right to leave it."
    return Handled(document=document, open_for=() if found.is_done or accepted else (left,))


def _portable(company: Company, now: Callable[[], datetime], one: Request, at: date) -> Handled:
    address = one.wish.get("address")
    if not address:
        return Handled(document=_carried(company, one, at, ""))
    sent = portability.send(company, now, one.person, str(address), request=one.number)
    document = _carried(company, one, at, sent.host if sent.ok else "")
    return Handled(document=document, open_for=() if sent.ok else (f"The data were not handed over: {sent.why}",))


def _carried(company: Company, one: Request, at: date, host: str) -> dict[str, Any]:
    """Return what a person takes along within its answer, and the server that has it, if there is one."""
    portable = portability.portable(company, one.person, at)
    return {"holdord_portability": 1, **objection.head(company, at), "portable": portable, "host": host or None}


def _objected(company: Company, now: Callable[[], datetime], one: Request, at: date, *, confirmed: bool) -> Handled:
    """Place an objection, and once it is decided erase what the purposes that are over alone held (art. 17(1)(c))."""
    placed = _bound(company, now(), one)
    found = _weighed(company, at, placed)
    over = frozenset(limit.purpose for limit in placed if limit.ends_purpose)
    if not found.complete or not over:
        return found
    gone = _erased(erasure.erase(company, now, one.person, only=over, request=one.number, confirmed=confirmed))
    return replace(gone, document=found.document | {"erasure": gone.document})


def _bound(company: Company, now: datetime, one: Request) -> tuple[Limit, ...]:
    with company.state.writing() as connection:
        return limits.bind(connection, company, now, one)


def _standing(company: Company, one: Request) -> Limit | None:
    """Return the restriction that a request asks for, where it stands already."""
    with company.state.snapshot() as connection:
        found = (
            limit
            for limit in of(connection, one.person)
            if limit.holds and limit.ground == one.wish["ground"] and not limit.how
        )
        return next(found, None)


def _placed(company: Company, one: Request) -> tuple[Limit, ...]:
    """Return what a request has placed already."""
    with company.state.snapshot() as connection:
        return tuple(limit for limit in of(connection, one.person) if limit.request == one.number)


def _restriction(company: Company, one: Request, at: date, stands: Limit | None) -> dict[str, Any]:
    holds = stands is not None and stands.holds
    days = {"since": stands.since.isoformat(), "review": stands.review.isoformat()} if stands and holds else {}
    told = {"notified": notified.of_held(company, one.person, at)}
    return {"holdord_restriction": 1, **objection.head(company, at), "ground": one.wish["ground"], **days, **told}


def _weighed(company: Company, at: date, placed: tuple[Limit, ...]) -> Handled:
    document, open_for = objection.answer(company, at, placed)
    return Handled(document=document, open_for=open_for)
