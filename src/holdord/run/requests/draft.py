"""What the answer to a request of any kind would be: made of what is held, by the rule, and changing nothing.

An answer is never called complete while something of art. 15 is unsaid, something is still there that should be gone,
or an objection waits to be weighed.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from holdord.policy.terms import OBJECTED
from holdord.run.company import Company
from holdord.run.requests import (
    erasure,
    notified,
    objection,
    portability,
    rectification,
    seen,
)
from holdord.run.requests.access import access
from holdord.run.requests.answer import document as access_document
from holdord.run.requests.answer import grounds_document
from holdord.run.requests.booked import Request
from holdord.run.requests.erasure import Erasure
from holdord.run.requests.limited import Limit, of
from holdord.run.requests.place import changes_of
from holdord.run.requests.texts import said
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
            return access_to(company, one, at)
        case "erasure" | "withdrawal":
            return erased(erasure.preview(company, one.person, at, only=ends(company, one)), one)
        case "rectification":
            return put_right(rectification.preview(company, one.person, changes_of(one.wish), at), accepted=False)
        case "portability":
            return Handled(document=carried(company, one, at, ""))
        case "restriction":
            return Handled(document=restricted(company, one, at, _standing(company, one)))
        case _:
            return weighed(company, at, _placed(company, one))


def access_to(company: Company, one: Request, at: date) -> Handled:
    """Return what is held about a person, and who of the staff looked at it (art. 15)."""
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


def erased(found: Erasure, one: Request) -> Handled:
    """Return what an erasure does, or did (art. 17), or what goes with consents that are withdrawn (art. 7(3))."""
    open_for = () if found.is_done else ("Something is still there that should be gone.",)
    document = erasure.document(found)
    if one.asks_for == "withdrawal":
        known = (found.policy.purposes.get(name) for name in one.wish["purposes"])
        purposes = [{"id": this.id, **said(found.policy, "for", this.label)} for this in known if this]
        document["withdrawn"] = purposes
    return Handled(document=document, open_for=open_for, erasure=found)


def put_right(found: rectification.Rectification, accepted: bool) -> Handled:
    """Return what a rectification does, or did (art. 16); what it leaves somebody must have ``accepted``."""
    document = grounds_document(found.policy, ()) | rectification.document(found)
    left = "The old value is still there; look at what is left, and say whether it is right to leave it."
    return Handled(document=document, open_for=() if found.is_done or accepted else (left,))


def carried(company: Company, one: Request, at: date, host: str) -> dict[str, Any]:
    """Return what a person takes along within its answer, and the server that has it, if there is one."""
    portable = portability.portable(company, one.person, at)
    return {"holdord_portability": 1, **objection.head(company, at), "portable": portable, "host": host or None}


def restricted(company: Company, one: Request, at: date, stands: Limit | None) -> dict[str, Any]:
    """Return what a restriction holds, and who hears of it (art. 18, 19); of one that is over already, since when."""
    days: dict[str, str] = {}
    told: dict[str, Any] = {"notified": notified.of_held(company, one.person, at)}
    if stands is not None and stands.ended_on is not None:
        days, told = {"ended": stands.ended_on.isoformat()}, {}
    elif stands is not None:
        days = {"since": stands.since.isoformat(), "review": stands.review.isoformat()}
    return {"holdord_restriction": 1, **objection.head(company, at), "ground": one.wish["ground"], **days, **told}


def weighed(company: Company, at: date, placed: tuple[Limit, ...]) -> Handled:
    """Return what became of an objection (art. 21)."""
    document, open_for = objection.answer(company, at, placed)
    return Handled(document=document, open_for=open_for)


def _placed(company: Company, one: Request) -> tuple[Limit, ...]:
    """Return what a request has placed already."""
    with company.state.snapshot() as connection:
        return tuple(limit for limit in of(connection, one.person) if limit.request == one.number)


def _standing(company: Company, one: Request) -> Limit | None:
    """Return the restriction that a request asks for, where it stands already, or else what it placed and is over."""
    with company.state.snapshot() as connection:
        known = [limit for limit in of(connection, one.person) if limit.ground == one.wish["ground"]]
    stands = [limit for limit in known if limit.holds and not limit.how]
    return next(iter([*stands, *(limit for limit in known if limit.request == one.number)]), None)
