"""Restriction (GDPR art. 18), objection (21) and withdrawal (7(3)): what a person takes from the use of their data.

A restriction leaves the data where they are and stops everything else: they are not used, and not erased. While it
stands it is a legal hold over the person's records (decision 0024), which every plan knows what to do with. It is
lifted once the person was told (18(3)).

An objection to a purpose that ends on request, as direct marketing must (21(2), 21(3)), is absolute: the purpose is
over for the person. To any other it is weighed (21(1)), and until then their data are restricted (18(1)(d)); where it
is overruled, until the person has been told why.

A consent that was withdrawn is over from then on, also where other purposes go on needing the same data; so is what a
request for erasure ends, while it waits for its answer and afterwards. Who objected or withdrew may think better of it:
``renew``.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.policy.model import Policy, Record
from holdord.policy.terms import OBJECTED
from holdord.run.company import Company
from holdord.run.requests import placed, tell
from holdord.run.requests.booked import Request, of_number, of_person, was_answered
from holdord.run.requests.limited import How, Kind, Limit, find, of
from holdord.run.requests.wish import GROUNDS, Ground

NOTICE = timedelta(days=7)
"""How long before a restriction is lifted the person knows."""


def bind(
    connection: Connection, company: Company, now: datetime, one: Request, *, anew: bool = False
) -> tuple[Limit, ...]:
    """Place what a request binds from the day on which it came, not from that on which it is answered.

    Until then a sweep could erase what the person wants to be left (art. 18(1), 21(3)). A repeat changes nothing.

    Args:
        connection: Its transaction is the caller's, such as that in which the request is written down.
        company: The folder.
        now: When.
        one: The request; one for access, rectification or portability binds nothing, nor does any of who is gone.
        anew: Whether what it bound before and was lifted since is to stand again: the person answers back.

    Returns:
        What stands by it, or was decided on it.

    Raises:
        Refused: A purpose is unknown, or nobody can object to it or withdraw a consent from it.
    """
    if one.gone is not None:
        return ()
    match one.asks_for:
        case "restriction":
            ground: Ground = one.wish["ground"]
            known = [limit for limit in of(connection, one.person) if limit.ground == ground]
            own = [limit for limit in known if _by(limit, one.number) and (limit.holds or not anew)]
            if stands := own or [limit for limit in known if limit.holds and not limit.how]:
                return (stands[-1],)
            reason = f"Asked for in request {one.number}."
            return (placed.place(connection, company, now, one.person, ground, "", reason, one.number),)
        case "objection":
            return _object_to(connection, company, now, one, anew=anew)
        case "withdrawal":
            return _withdraw(connection, company, now, one, anew=anew)
        case "erasure":
            return end_by_erasure(connection, company, now, one, _refused_by_asking(company.policy), anew=anew)
        case _:
            return ()


def _refused_by_asking(policy: Policy) -> list[str]:
    """Return the purposes for which nothing may be used any more once somebody asks for erasure.

    That takes back their consents (art. 17(1)(b)) and objects to marketing (17(1)(c), 21(3)), which nobody may go on
    with until there is an answer. A contract goes on until then.
    """
    purposes = [one for one in policy.purposes.values() if not one.is_duty]
    return [one.id for one in purposes if one.basis == "consent" or (one.ends_on_request and one.basis in OBJECTED)]


def end_by_erasure(
    connection: Connection,
    company: Company,
    now: datetime,
    one: Request,
    purposes: Iterable[str],
    *,
    anew: bool = False,
) -> tuple[Limit, ...]:
    """Write down what a request for erasure ends, whatever else the person asked for."""
    before = {limit.purpose for limit in of(connection, one.person) if _by(limit, one.number, anew)}
    fresh = [name for name in purposes if name not in before]
    return tuple(placed.place(connection, company, now, one.person, "erasure", name, "", one.number) for name in fresh)


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


def _object_to(
    connection: Connection, company: Company, now: datetime, asked: Request, *, anew: bool
) -> tuple[Limit, ...]:
    """Write an objection down: absolute where the purpose ends on request, else to be weighed, once for all."""
    policy, person, request, purposes = company.policy, asked.person, asked.number, asked.wish["purposes"]
    for name in purposes:
        known = policy.purposes.get(name)
        if known is None:
            raise Refused(f"There is no purpose {name}. Purposes: {', '.join(policy.purposes)}.")
        if known.basis not in OBJECTED and not known.ends_on_request:
            raise Refused(f"Nobody can object to {name}: it rests on {known.basis} (GDPR art. 21(1)).")
    before = {
        one.purpose: one
        for one in of(connection, person)
        if one.purpose and (_by(one, request, anew) or (one.ground == "objection" and (one.waits or one.ends_purpose)))
    }
    for name in purposes:
        if name not in before:
            kind: Kind = "absolute" if policy.purposes[name].ends_on_request else "objection"
            before[name] = placed.place(connection, company, now, person, kind, name, "", request)
    return tuple(before[name] for name in purposes)


def _withdraw(
    connection: Connection, company: Company, now: datetime, asked: Request, *, anew: bool
) -> tuple[Limit, ...]:
    """Write down that a person consents no more."""
    person, request, purposes = asked.person, asked.number, asked.wish["purposes"]
    for name in purposes:
        known = company.policy.purposes.get(name)
        if known is None or known.basis != "consent":
            raise Refused(f"No consent can be withdrawn from {name} (GDPR art. 7(3)).")
    before = {one.purpose: one for one in of(connection, person) if _by(one, request, anew)}
    for name in purposes:
        if name not in before:
            before[name] = placed.place(connection, company, now, person, "withdrawn", name, "", request)
    return tuple(before[name] for name in purposes)


def _by(limit: Limit, request: int, anew: bool = False) -> bool:
    """Tell whether a request has placed something that its refusal did not take back.

    Args:
        limit: What was placed.
        request: The request's number.
        anew: Whether only what stands counts, since the person says it again.
    """
    is_there = not anew or limit.holds or limit.ends_purpose
    return limit.request == request and limit.outcome != _refused(request) and is_there


def _refused(request: int) -> str:
    return f"Request {request} was refused."


def void(connection: Connection, company: Company, now: datetime, one: Request) -> None:
    """Take back what a request bound that is refused (art. 12(4)): its letter says why.

    What an answer has granted stays, where the person answered back and is refused what more they ask for.

    What holds data is lifted ``NOTICE`` later, as always (art. 18(3)); what somebody asked for without a mandate that
    anybody has seen was never the person's, and ends at once.
    """
    _take_back(connection, company, now, one)
    why, others = _refused(one.number), _others(connection, company, one)
    for limit in of(connection, one.person):
        final = ("overruled", "lifted") if one.waits_for_mandate else ("upheld", "overruled", "lifted")
        if limit.request != one.number or limit.granted or limit.how in final:
            continue
        if (other := next((other for other in others if asks_for(other, limit)), None)) is not None:
            placed.change(connection, limit.number, request=str(other.number))  # it is theirs as well
            continue
        if limit.holds and not one.waits_for_mandate:
            day = today(company.policy.controller.zone, now) + NOTICE
            placed.change(connection, limit.number, ended_how="told", ended_for=why, review=day.isoformat())
            placed.entered(connection, company, now, limit.number, "told", why)
        else:
            placed.end(connection, company, now, limit.number, "lifted", why)


def _take_back(connection: Connection, company: Company, now: datetime, one: Request) -> None:
    """Restrict again what gave way to an erasure that is refused now: it was granted, and its end was nobody's wish."""
    known = of(connection, one.person)
    for limit in known if one.asks_for == "erasure" and not was_answered(connection, one.number) else ():
        stands = any(other.holds and other.ground == limit.ground for other in known)
        if limit.how == "lifted" and limit.outcome == _gave_way(one.number) and not stands:
            placed.place(connection, company, now, one.person, limit.ground, "", limit.reason, limit.request)


def _gave_way(request: int) -> str:
    return f"Erasure was asked for in request {request}."


def _others(connection: Connection, company: Company, one: Request) -> list[Request]:
    """Return the person's other requests that bind by themselves: not refused, and nobody's mandate to be seen."""
    found = of_person(connection, company.policy, one.person)
    return [
        other
        for other in found
        if other.number != one.number and other.state != "refused" and not other.waits_for_mandate
    ]


def asks_for(one: Request, limit: Limit) -> bool:
    """Tell whether a request asks for what a limit is.

    Restrictions, and objections that are weighed, are there once for all requests; what is over each ends by itself.
    """
    if limit.ground == "objection":
        return one.asks_for == "objection" and limit.purpose in one.wish["purposes"]
    if limit.holds:
        return one.asks_for == "restriction" and bool(one.wish["ground"] == limit.ground)
    return limit.request == one.number


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


def give_way(connection: Connection, company: Company, now: datetime, one: Request) -> None:
    """Lift what a person asked to be restricted *instead of* erased (art. 18(1)(b)), where they ask for erasure now.

    That is their own wish, and no news to them; what they restricted for other reasons stands.
    """
    for limit in of(connection, one.person) if one.asks_for == "erasure" else ():
        if limit.holds and limit.ground == "unlawful":
            placed.end(connection, company, now, limit.number, "lifted", _gave_way(one.number))


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
