"""``holdord request``: what people ask for, from the day it came to the answer."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import output, put, say
from holdord.errors import Refused
from holdord.now import now, today

if TYPE_CHECKING:
    from holdord.run.company import Company
    from holdord.run.requests.booked import Request

Number = Annotated[int, typer.Argument(help="The request's number.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; the person is told.")]
Objected = Annotated[
    list[str] | None,
    typer.Option("--objected", metavar="PURPOSE", help="A purpose that the person objected to, and rightly."),
]
Out = Annotated[Path | None, typer.Option("--out", help="The answer's file, as JSON; - is standard output.")]


@contextmanager
def opened(folder: Path, *, install: bool = False) -> "Iterator[tuple[Company, date]]":
    """Open a folder, with the controller's date."""
    from holdord.run.folder import open_company

    with closing(open_company(folder, install=install)) as company:
        yield company, today(company.policy.controller.zone, now())


def new(
    folder: Folder,
    asks_for: Annotated[
        str,
        typer.Option(
            "--for", help="access, rectification, erasure, restriction, portability, objection or withdrawal."
        ),
    ],
    person: Annotated[str, typer.Option("--person", metavar="CLASS:KEY", help="Who asks: customer:17.")],
    received: Annotated[
        datetime | None, typer.Option("--received", formats=["%Y-%m-%d"], help="The day it came; today.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="How it came: email, letter, phone, in_person, portal.")] = "email",
    wish: Annotated[
        str,
        typer.Option("--wish", metavar="JSON", help='Exactly what: {"purposes": …}, {"ground": …}, {"changes": …}.'),
    ] = "{}",
    language: Annotated[str, typer.Option("--language", help="The person's: nb, nn, da, sv or en.")] = "",
    answer_to: Annotated[str, typer.Option("--answer-to", help="The e-mail address that is told.")] = "",
    mandate: Annotated[str, typer.Option("--mandate", help="By what paper somebody asks for the person.")] = "",
    as_json: AsJson = False,
) -> int:
    """Write down that somebody asked; the time runs from the day on which it came."""
    from holdord.run.requests import booked, incoming
    from holdord.run.requests.access import access
    from holdord.run.requests.who import person_of
    from holdord.run.requests.wish import ASKS_FOR

    kind = next((one for one in ASKS_FOR if one == asks_for), None)
    if kind is None:
        raise Refused(f"People can ask for {', '.join(ASKS_FOR)}; not for {asks_for}.")
    if by not in booked.CHANNELS:
        raise Refused(f"A request comes by {', '.join(booked.CHANNELS)}; not by {by}.")
    with opened(folder, install=True) as (company, at):
        who = person_of(company, person)
        if not access(company, who, at).items:
            say("Nothing is held under that key; that, too, must be answered in time (GDPR art. 15(1)).")
        made = incoming.receive(
            company,
            now(),
            asks_for=kind,
            person=who,
            channel=by,
            received=received.date() if received else at,
            wish=_wish(wish),
            language=language,
            email=answer_to,
            mandate=mandate,
        )
    return told(made, at, as_json)


def find(
    folder: Folder,
    email: Annotated[str, typer.Option("--email", help="An address that somebody wrote from.")],
    as_json: AsJson = False,
) -> int:
    """Whom an e-mail address may belong to; somebody must still make sure. Status 0: one person, 1: nobody can tell."""
    from holdord.run.requests.who import by_email, said

    with opened(folder) as (company, _):
        found = by_email(company, email)
    named = [said(one) for one in found.people]
    if as_json:
        put({"people": named, "loose": found.loose, "mailbox": found.is_mailbox})
        return 0 if found.is_one else 1
    for name in named:
        output().print(escape(name), soft_wrap=True)
    if not named:
        say("Nobody has this address.")
    if len(named) > 1:
        say("Several people have it: it tells nobody apart.")
    if found.is_mailbox:
        say("Several people read such an address: it tells nobody apart.")
    if found.loose:
        say(f"{found.loose} more record{'s have' if found.loose > 1 else ' has'} it and lead to nobody.")
    return 0 if found.is_one else 1


def listed(
    folder: Folder,
    everything: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
    as_json: AsJson = False,
) -> int:
    """The requests, what is due soonest first. Status 0: none is late, 1: some is."""
    from holdord.run.requests import booked

    with opened(folder) as (company, at), company.state.snapshot() as connection:
        found = booked.listed(connection, company.policy, closed=everything)
    late = [one for one in found if one.state == "open" and one.late(at)]
    if as_json:
        put({"requests": [_document(one, at) for one in found]})
    elif not found:
        say("Nobody waits for an answer.")
    for one in found if not as_json else ():
        output().print(escape(_line(one, at)), soft_wrap=True)
    return 1 if late else 0


def extend(folder: Folder, number: Number, reason: Reason, as_json: AsJson = False) -> int:
    """Take two months more, for a reason that the person is told within the first."""
    from holdord.run.requests import handle

    with opened(folder) as (company, at):
        return told(handle.extend(company, now(), number, reason), at, as_json)


def mandate(
    folder: Folder,
    number: Number,
    seen: Annotated[str, typer.Option("--seen", help="What was seen: its kind and day. Keep no copy.")],
    as_json: AsJson = False,
) -> int:
    """Write down that somebody looked at the mandate by which another asks for a person."""
    from holdord.run.requests import incoming

    with opened(folder) as (company, at):
        return told(incoming.accept_mandate(company, now(), number, seen), at, as_json)


def refuse(folder: Folder, number: Number, reason: Reason, as_json: AsJson = False) -> int:
    """Refuse a request, for a reason that the person is told with where they can complain."""
    from holdord.policy.terms import COUNTRIES
    from holdord.run.requests import handle

    with opened(folder) as (company, at):
        done = handle.refuse(company, now(), number, reason)
        country = COUNTRIES[company.policy.controller.country]
    say(f"Tell the person why, that they can complain to {country.authority} ({country.web}), and go to court.")
    return told(done, at, as_json)


def reopen(folder: Folder, number: Number, reason: Reason, as_json: AsJson = False) -> int:
    """Open a request again, since the person answered back; its time is what it was."""
    from holdord.run.requests import handle

    with opened(folder) as (company, at):
        return told(handle.reopen(company, now(), number, reason), at, as_json)


def _wish(said: str) -> "dict[str, Any]":
    """Return what ``--wish`` says."""
    try:
        wish = json.loads(said)
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        raise Refused('--wish is a JSON object, such as {"ground": "claims"}.')
    return wish


def told(one: "Request", at: date, as_json: bool) -> int:
    """Show a request and return the status."""
    if as_json:
        put(_document(one, at))
    else:
        output().print(escape(_line(one, at)), soft_wrap=True)
    return 0


def _document(one: "Request", at: date) -> dict[str, Any]:
    return {
        "number": one.number,
        "for": one.asks_for,
        "channel": one.channel,
        "received": one.received.isoformat(),
        "due": one.due.isoformat(),
        "extended": bool(one.extended_for),
        "state": one.state,
        "closed": one.closed_on.isoformat() if one.closed_on else None,
        "late": one.late(at),
    }


def _line(one: "Request", at: date) -> str:
    when = f"due by {one.due}" if one.state == "open" else f"{one.state} on {one.closed_on}"
    late = ", LATE" if one.late(at) else ""
    waits = ", its mandate to be looked at" if one.state == "open" and one.waits_for_mandate else ""
    came = f"came {one.received} by {one.channel.replace('_', ' ')}"
    return f"Request {one.number}: {one.asks_for}, {came}, {when}{late}{waits}."
