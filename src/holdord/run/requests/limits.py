"""What staff decide on restrictions (GDPR art. 18), objections (21) and what people ended.

A restriction is lifted once the person was told (18(3)). An objection that is overruled holds until the person has been
told why. Who objected, withdrew a consent or ended a purpose by asking for erasure may think better of it: ``renew``.
How they come to be: ``holdord.run.requests.binds``.
"""

from datetime import date, datetime

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests import placed, tell
from holdord.run.requests.booked import of_number
from holdord.run.requests.limited import How, Limit, find, of
from holdord.run.requests.placed import NOTICE
from holdord.run.requests.wish import GROUNDS, Ground


def restrict(
    company: Company, now: datetime, person: Record, ground: Ground, reason: str, *, request: int | None = None
) -> Limit:
    """Restrict a person's data (art. 18(1)).

    Raises:
        Refused: The ground is unknown, there is no reason, or they are restricted on that ground already.
    """
    if ground not in GROUNDS:
        raise Refused(f"Restriction has one of these grounds: {', '.join(GROUNDS)} (GDPR art. 18(1)).")
    if not reason.strip():
        raise Refused("A restriction needs a reason, for whoever looks at it again.")
    with company.state.writing() as connection:
        if any(one.holds and one.ground == ground for one in of(connection, person)):
            raise Refused(f"The data are restricted already because of {ground}.")
        return placed.place(connection, company, now, person, ground, "", reason, request)


def weigh(company: Company, now: datetime, number: int, *, upheld: bool, reason: str) -> Limit:
    """Decide on an objection (art. 21(1)): the purpose is over for the person, or goes on for compelling reasons.

    Where it goes on, the data stay restricted until the person has been told so for ``NOTICE`` (art. 18(3)).

    Raises:
        Refused: There is nothing to weigh, or no reason is given.
    """
    if not reason.strip():
        raise Refused("A decision on an objection needs its reasons, which the person is told (GDPR art. 21(1)).")
    with company.state.writing() as connection:
        one = find(connection, number)
        if not one.waits:
            raise Refused(f"Number {number} is no objection that waits to be weighed.")
        asked = of_number(connection, company.policy, one.request)
        if asked is not None and asked.waits_for_mandate:
            raise Refused(f"Look at the mandate of request {asked.number} first (GDPR art. 12(6)).")
        if upheld:
            return placed.end(connection, company, now, number, "upheld", reason)
        day = today(company.policy.controller.zone, now) + NOTICE
        placed.change(connection, number, ended_how="overruled", ended_for=reason, review=day.isoformat())
        return placed.entered(connection, company, now, number, "overruled", reason)


def announce(company: Company, now: datetime, number: int, reason: str) -> tuple[Limit, bool]:
    """Tell the person that a restriction will be lifted in ``NOTICE``, and why (art. 18(3)).

    Returns:
        The restriction, and whether a letter is on its way: otherwise somebody must tell them.

    Raises:
        Refused: No such restriction stands, or there is no reason.
    """
    if not reason.strip():
        raise Refused("The person is told why a restriction is lifted: say a reason (GDPR art. 18(3)).")
    with company.state.writing() as connection:
        one = find(connection, number)
        if not one.holds or one.waits or one.how == "overruled":
            raise Refused(f"Number {number} is no restriction that stands.")
        day = today(company.policy.controller.zone, now) + NOTICE
        placed.change(connection, number, ended_how="told", ended_for=reason, review=day.isoformat())
        done = placed.entered(connection, company, now, number, "told", reason)
        return done, tell.lifting(connection, company, now, done)


def lift(company: Company, now: datetime, number: int) -> Limit:
    """Lift a restriction; what is due by now goes with the next sweep, and so does what the person has ended meanwhile.

    Raises:
        Refused: No such restriction stands, the person was not told, or the day that they were told has not come.
    """
    with company.state.writing() as connection:
        one = find(connection, number)
        if not one.holds or one.waits:
            raise Refused(f"Number {number} is no restriction that stands.")
        if one.how not in ("told", "overruled"):
            raise Refused(f"Tell the person first that restriction {number} will be lifted (GDPR art. 18(3)).")
        day = _last_day(connection, company, one)
        if day is None:
            raise Refused(f"Answer request {one.request} first: the person is told before (GDPR art. 18(3)).")
        if today(company.policy.controller.zone, now) < day:
            raise Refused(f"The person was told that restriction {number} ends on {day}, not before.")
        how: How = "overruled" if one.how == "overruled" else "lifted"
        return placed.end(connection, company, now, number, how, one.outcome)


def _last_day(connection: Connection, company: Company, one: Limit) -> date | None:
    """Return the day from which a restriction may be lifted; None while the person was not told of a decision."""
    asked = one.how == "overruled" and of_number(connection, company.policy, one.request)
    if not asked:
        return one.review
    decided = one.review - NOTICE
    if asked.closed_on is None or asked.closed_on < decided:
        return None
    return max(one.review, asked.closed_on + NOTICE)


def renew(company: Company, now: datetime, number: int, reason: str) -> Limit:
    """Take note that a person takes an objection back, or consents again: the purpose goes on for them.

    Raises:
        Refused: Nothing of theirs is over by that number, or it is not said how they did so.
    """
    if not reason.strip():
        raise Refused("Say how and when the person consented again, or took their objection back.")
    with company.state.writing() as connection:
        one = find(connection, number)
        if not one.ends_purpose:
            raise Refused(f"Number {number} ends no purpose.")
        for other in of(connection, one.person):
            if other.ends_purpose and other.purpose == one.purpose and other.number != number:
                placed.end(connection, company, now, other.number, "lifted", reason)
        return placed.end(connection, company, now, number, "lifted", reason)
