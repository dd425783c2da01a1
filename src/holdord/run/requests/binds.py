"""What a request binds from the day on which it came, and what its refusal takes back (decision 0024).

A restriction (GDPR art. 18) leaves the data where they are and stops everything else: they are not used, and not
erased. While it stands it is a legal hold over the person's records, which every plan knows what to do with.

An objection to a purpose that ends on request, as direct marketing must (21(2), 21(3)), is absolute: the purpose is
over for the person. Any other is weighed (21(1)), and until then their data are restricted (18(1)(d)).

A consent that was withdrawn (7(3)) is over from then on, also where other purposes go on needing the same data; so is
what a request for erasure ends, while it waits for its answer and afterwards.

What staff decide on all of these: ``holdord.run.requests.limits``.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.policy.model import Policy
from holdord.policy.terms import OBJECTED
from holdord.run.company import Company
from holdord.run.requests import placed
from holdord.run.requests.booked import Request, of_person, was_answered
from holdord.run.requests.limited import Kind, Limit, of
from holdord.run.requests.placed import NOTICE
from holdord.run.requests.wish import Ground


def place(
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


def _refused(request: int) -> str:
    return f"Request {request} was refused."


def _take_back(connection: Connection, company: Company, now: datetime, one: Request) -> None:
    """Restrict again what gave way to an erasure that is refused now: it was granted, and its end was nobody's wish."""
    known = of(connection, one.person)
    for limit in known if one.asks_for == "erasure" and not was_answered(connection, one.number) else ():
        stands = any(other.holds and other.ground == limit.ground for other in known)
        if limit.how == "lifted" and limit.outcome == _gave_way(one.number) and not stands:
            placed.place(connection, company, now, one.person, limit.ground, "", limit.reason, limit.request)


def give_way(connection: Connection, company: Company, now: datetime, one: Request) -> None:
    """Lift what a person asked to be restricted *instead of* erased (art. 18(1)(b)), where they ask for erasure now.

    That is their own wish, and no news to them; what they restricted for other reasons stands.
    """
    for limit in of(connection, one.person) if one.asks_for == "erasure" else ():
        if limit.holds and limit.ground == "unlawful":
            placed.end(connection, company, now, limit.number, "lifted", _gave_way(one.number))


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
