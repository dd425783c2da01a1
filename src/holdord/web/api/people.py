"""What programs do about requests, restrictions and objections: the functions that the command line calls."""

from datetime import date

from holdord.run.requests import booked, draft, handed, incoming, limited, limits
from holdord.run.requests import handle as rights
from holdord.run.requests.seen import viewed
from holdord.web.api import models
from holdord.web.api.call import Call, Route
from holdord.web.api.problem import Wrong


def listed(call: Call) -> models.Requests:
    """Return the requests that are open, or all."""
    with call.company.state.snapshot() as connection:
        found = booked.listed(connection, call.company.policy, closed=call.sent.closed)
    return models.Requests(requests=[_request(one, call.at) for one in found])


def register(call: Call) -> models.Request:
    """Write down that somebody asked, and tell them that it came."""
    sent, moment = call.sent, call.clock()
    made = incoming.receive(
        call.company,
        moment,
        asks_for=sent.asks_for,
        person=call.person(),
        channel=sent.channel,
        received=sent.received or call.at,
        wish=sent.wish.model_dump(exclude_unset=True),
        language=sent.language,
        email=sent.email,
        mandate=sent.mandate,
        sent_as=call.sent_as,
    )
    return _request(made, call.at)


def one(call: Call) -> models.Request:
    """Return one request."""
    return _request(call.request(), call.at)


def preview(call: Call) -> models.Document:
    """Return what an answer would say, once the log has that somebody looked."""
    found = draft.look(call.company, call.request(), call.at)
    viewed(call.company, call.clock(), call.number, call.who)
    return models.Document(
        number=call.number, document=found.document, complete=found.complete, open_for=list(found.open_for)
    )


def answer(call: Call) -> models.Answered:
    """Do what is asked for, and close the request where nothing is missing."""
    call.request()
    found = rights.handle(
        call.company,
        call.clock,
        call.number,
        objected=frozenset(call.sent.objected),
        accepted=call.sent.accepted,
        confirmed=call.sent.confirmed,
    )
    if found.complete:
        rights.finish(call.company, call.clock(), call.number, found)
    return models.Answered(
        request=_request(call.request(), call.at), complete=found.complete, open_for=list(found.open_for)
    )


def answered(call: Call) -> models.Document:
    """Return the answer that was given, for the days that it waits to be read, once the log has that somebody looked.

    Raises:
        Wrong: There is none, or none any more.
    """
    call.request()
    with call.company.state.snapshot() as connection:
        document = handed.read(connection, call.clock(), call.number)
    if document is None:
        raise Wrong(404, f"There is no answer, or its {handed.DAYS} days are over.")
    viewed(call.company, call.clock(), call.number, call.who)
    return models.Document(number=call.number, document=document, complete=True, open_for=[])


def extend(call: Call) -> models.Request:
    """Take two months more."""
    call.request()
    return _request(rights.extend(call.company, call.clock(), call.number, call.sent.reason), call.at)


def refuse(call: Call) -> models.Request:
    """Refuse a request."""
    call.request()
    return _request(rights.refuse(call.company, call.clock(), call.number, call.sent.reason), call.at)


def reopen(call: Call) -> models.Request:
    """Open a request again."""
    call.request()
    return _request(rights.reopen(call.company, call.clock(), call.number, call.sent.reason), call.at)


def limits_listed(call: Call) -> models.Limits:
    """Return what stands or waits: restrictions, objections, and consents that were withdrawn."""
    with call.company.state.snapshot() as connection:
        found = limited.binding(connection)
    return models.Limits(limits=[models.Limit.model_validate(one) for one in found])


def restrict(call: Call) -> models.Limit:
    """Restrict a person's data."""
    sent = call.sent
    return models.Limit.model_validate(
        limits.restrict(call.company, call.clock(), call.person(), sent.ground, sent.reason)
    )


def weigh(call: Call) -> models.Limit:
    """Decide on an objection."""
    call.limit()
    sent = call.sent
    return models.Limit.model_validate(
        limits.weigh(call.company, call.clock(), call.number, upheld=sent.upheld, reason=sent.reason)
    )


def announce(call: Call) -> models.Limit:
    """Note that the person is told that a restriction will be lifted; a letter tells them where there is an address."""
    call.limit()
    done, _ = limits.announce(call.company, call.clock(), call.number, call.sent.reason)
    return models.Limit.model_validate(done)


def lift(call: Call) -> models.Limit:
    """Lift a restriction whose end the person knows of."""
    call.limit()
    return models.Limit.model_validate(limits.lift(call.company, call.clock(), call.number))


def renew(call: Call) -> models.Limit:
    """Note that a purpose goes on for a person."""
    call.limit()
    return models.Limit.model_validate(limits.renew(call.company, call.clock(), call.number, call.sent.reason))


def _request(found: booked.Request, at: date) -> models.Request:
    return models.Request(
        number=found.number,
        asks_for=found.asks_for,
        channel=found.channel,
        received=found.received,
        due=found.due,
        extended=bool(found.extended_for),
        state=found.state,
        closed=found.closed_on,
        late=found.late(at),
    )


_ONE = "requests/{number}"
ROUTES = (
    Route(
        method="GET",
        path="requests",
        name="listRequests",
        says="Requests, what is due soonest first",
        scope="requests:read",
        takes=models.Which,
        gives=models.Requests,
        does=listed,
    ),
    Route(
        method="POST",
        path="requests",
        name="registerRequest",
        says="Write down that somebody asked; they are told that it came",
        scope="requests:write",
        takes=models.NewRequest,
        gives=models.Request,
        status=201,
        once=True,
        does=register,
    ),
    Route(
        method="GET",
        path=_ONE,
        name="getRequest",
        says="One request",
        scope="requests:read",
        gives=models.Request,
        does=one,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/preview",
        name="previewAnswer",
        says="What an answer would do and say; the log notes that somebody looked",
        scope="data:read",
        gives=models.Document,
        does=preview,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/answer",
        name="readAnswer",
        says="The answer that was given, for seven days; the log notes that somebody looked",
        scope="data:read",
        gives=models.Document,
        does=answered,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/answer",
        name="answerRequest",
        says="Do what is asked for, which may erase, and close the request where nothing is missing",
        scope="requests:write",
        takes=models.Answer,
        gives=models.Answered,
        does=answer,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/extend",
        name="extendRequest",
        says="Take two months more (art. 12(3))",
        scope="requests:write",
        takes=models.Reason,
        gives=models.Request,
        does=extend,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/refuse",
        name="refuseRequest",
        says="Refuse a request (art. 12(4))",
        scope="requests:write",
        takes=models.Reason,
        gives=models.Request,
        does=refuse,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/reopen",
        name="reopenRequest",
        says="Open a request again, since the person answered back",
        scope="requests:write",
        takes=models.Reason,
        gives=models.Request,
        does=reopen,
    ),
    Route(
        method="GET",
        path="limits",
        name="listLimits",
        says="Restrictions and objections that stand or wait",
        scope="requests:read",
        gives=models.Limits,
        does=limits_listed,
    ),
    Route(
        method="POST",
        path="limits",
        name="restrict",
        says="Restrict a person's data (art. 18(1))",
        scope="requests:write",
        takes=models.NewLimit,
        gives=models.Limit,
        status=201,
        does=restrict,
    ),
    Route(
        method="POST",
        path="limits/{number}/weigh",
        name="weighObjection",
        says="Decide on an objection (art. 21(1))",
        scope="requests:write",
        takes=models.Weighed,
        gives=models.Limit,
        does=weigh,
    ),
    Route(
        method="POST",
        path="limits/{number}/announce",
        name="announceLifting",
        says="Tell the person that a restriction will be lifted, and why (art. 18(3))",
        scope="requests:write",
        takes=models.Reason,
        gives=models.Limit,
        does=announce,
    ),
    Route(
        method="POST",
        path="limits/{number}/lift",
        name="liftRestriction",
        says="Lift a restriction whose end the person knows of",
        scope="requests:write",
        takes=models.Nothing,
        gives=models.Limit,
        does=lift,
    ),
    Route(
        method="POST",
        path="limits/{number}/renew",
        name="renewPurpose",
        says="Take note that a person consents again, or takes an objection back",
        scope="requests:write",
        takes=models.Reason,
        gives=models.Limit,
        does=renew,
    ),
)
