"""``holdord request``: what people ask for, from the day it came to the answer."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import output, put, say, written
from holdord.errors import Refused
from holdord.now import now, today

if TYPE_CHECKING:
    from holdord.run.company import Company
    from holdord.run.requests.answer import Item
    from holdord.run.requests.book import Request
    from holdord.run.requests.erasure import Erasure

Number = Annotated[int, typer.Argument(help="The request's number.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; the person is told.")]
Objected = Annotated[
    list[str] | None,
    typer.Option("--objected", metavar="PURPOSE", help="A purpose that the person objected to, and rightly."),
]
Out = Annotated[Path | None, typer.Option("--out", help="The answer's file, as JSON; - is standard output.")]


@contextmanager
def _opened(folder: Path, *, install: bool = False) -> "Iterator[tuple[Company, date]]":
    from holdord.run.folder import open_company

    with closing(open_company(folder, install=install)) as company:
        yield company, today(company.policy.controller.zone, now())


def new(
    folder: Folder,
    asks_for: Annotated[str, typer.Option("--for", help="access or erasure.")],
    person: Annotated[str, typer.Option("--person", metavar="CLASS:KEY", help="Who asks: customer:17.")],
    received: Annotated[
        datetime | None, typer.Option("--received", formats=["%Y-%m-%d"], help="The day it came; today.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="How it came: email, letter, phone, in_person, portal.")] = "email",
    as_json: AsJson = False,
) -> int:
    """Write down that somebody asked; the time runs from the day on which it came."""
    from holdord.run.requests import book
    from holdord.run.requests.access import access

    if asks_for not in book.ASKS_FOR:
        raise Refused(f"People can ask for {' or '.join(book.ASKS_FOR)}; not for {asks_for}.")
    if by not in book.CHANNELS:
        raise Refused(f"A request comes by {', '.join(book.CHANNELS)}; not by {by}.")
    with _opened(folder, install=True) as (company, at):
        who = _person(company, person)
        if not access(company, who, at).items:
            say("Nothing is held under that key; that, too, must be answered in time (GDPR art. 15(1)).")
        made = book.register(
            company,
            now(),
            asks_for=asks_for,
            person=who,
            channel=by,
            received=received.date() if received else at,
        )
    return _told(made, at, as_json)


def find(
    folder: Folder,
    email: Annotated[str, typer.Option("--email", help="An address that somebody wrote from.")],
    as_json: AsJson = False,
) -> int:
    """Whom an e-mail address may belong to; somebody must still make sure. Status 0: one person, 1: nobody can tell."""
    from holdord.run.requests.who import by_email

    with _opened(folder) as (company, _):
        found = by_email(company, email)
    named = [f"{one.record_class}:{','.join(map(str, one.key))}" for one in found.people]
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
    from holdord.run.requests import book

    with _opened(folder) as (company, at), company.state.snapshot() as connection:
        found = book.listed(connection, company.policy, closed=everything)
    late = [one for one in found if one.state == "open" and one.late(at)]
    if as_json:
        put({"requests": [_document(one, at) for one in found]})
    elif not found:
        say("Nobody waits for an answer.")
    for one in found if not as_json else ():
        output().print(escape(_line(one, at)), soft_wrap=True)
    return 1 if late else 0


def answer(
    folder: Folder,
    number: Number,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the answer goes, as JSON; - is standard output.")
    ] = None,
    objected: Objected = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="The machine's clock is right.")] = False,
) -> int:
    """Answer: say what is held, or erase and say what stays. Status 0: answered, 1: something is left."""
    from holdord.run.requests import book, erasure
    from holdord.run.requests.access import access
    from holdord.run.requests.answer import document

    with _opened(folder) as (company, at), ExitStack() as stack:
        with company.state.snapshot() as connection:
            one = book.find(connection, company.policy, number)
        if one.state != "open":
            raise Refused(f"Request {number} is closed: {one.state} on {one.closed_on}.")
        if one.asks_for == "access" and out is None:
            raise Refused("An answer on access has personal data in it. Say where it goes: --out FILE.")
        if out is not None and out.resolve() in company.own_files():
            raise Refused(f"{out} is a file of the company's own; the answer is not written over it.")
        file = stack.enter_context(written(out, private=True)) if out else None  # before anything is erased
        if one.asks_for == "access":
            found = access(company, one.person, at)
            said, open_for = (
                document(found),
                [f"{text} (GDPR art. {article})" for article, text in found.missing.items()],
            )
        else:
            wanted = frozenset(objected or ())
            done = erasure.erase(company, now, one.person, wanted, request=number, confirmed=confirm)
            _show(done, at, past=True)
            said = erasure.document(done)
            open_for = [] if done.is_done else ["Something is still there that should be gone."]
        if file is not None:
            file.write(json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n")
        if open_for:
            say(f"The answer is not complete: {' '.join(open_for)} The request stays open.")
            return 1
        closed = book.close(company, now(), number, "answered")
    return _told(closed, at, as_json=False)


def preview(folder: Folder, number: Number, objected: Objected = None, as_json: AsJson = False) -> int:
    """What an erasure would do, and what would stay. Changes nothing."""
    from holdord.run.requests import book, erasure

    with _opened(folder) as (company, at):
        with company.state.snapshot() as connection:
            one = book.find(connection, company.policy, number)
        found = erasure.preview(company, one.person, at, frozenset(objected or ()))
    if as_json:
        put(erasure.document(found))
    else:
        _show(found, at, past=False)
    return 0 if found.is_done else 1


def extend(folder: Folder, number: Number, reason: Reason, as_json: AsJson = False) -> int:
    """Take two months more, for a reason that the person is told within the first."""
    from holdord.run.requests import book

    with _opened(folder) as (company, at):
        return _told(book.extend(company, now(), number, reason), at, as_json)


def refuse(folder: Folder, number: Number, reason: Reason, as_json: AsJson = False) -> int:
    """Refuse a request, for a reason that the person is told with where they can complain."""
    from holdord.policy.terms import COUNTRIES
    from holdord.run.requests import book

    with _opened(folder) as (company, at):
        done = book.close(company, now(), number, "refused", reason)
        country = COUNTRIES[company.policy.controller.country]
    say(f"Tell the person why, that they can complain to {country.authority} ({country.web}), and go to court.")
    return _told(done, at, as_json)


def reopen(folder: Folder, number: Number, reason: Reason, as_json: AsJson = False) -> int:
    """Open a request again, since the person answered back; its time is what it was."""
    from holdord.run.requests import book

    with _opened(folder) as (company, at):
        return _told(book.reopen(company, now(), number, reason), at, as_json)


def _person(company: "Company", said: str) -> "Any":
    """Return the record that ``class:key`` names; the parts of a key of several columns stand between commas."""
    from holdord.policy.model import Record

    datamap = company.bound.datamap
    record_class, _, key = said.partition(":")
    if record_class not in datamap.persons:
        known = ", ".join(datamap.persons) or "none; the data map says which below 'persons:'"
        raise Refused(f"{record_class} is no class of people. Those of the data map: {known}.")
    (table, *_) = datamap.of_class(record_class)
    shape = company.bound.shape(table.name)
    parts = key.split(",")
    if len(parts) != len(shape.key) or not all(parts):
        raise Refused(f"A {record_class} has the key {', '.join(shape.key)}: say {record_class}:{','.join(shape.key)}.")
    typed: list[str | int] = []
    for name, part in zip(shape.key, parts, strict=True):
        if shape.columns[name].family == "number":
            if not part.lstrip("-").isdecimal():
                raise Refused(f"{name} is a number.")
            typed.append(int(part))
        else:
            typed.append(part)
    return Record(record_class=record_class, key=tuple(typed))


def _told(one: "Request", at: date, as_json: bool) -> int:
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
    return (
        f"Request {one.number}: {one.asks_for}, came {one.received} by {one.channel.replace('_', ' ')}, {when}{late}."
    )


def _show(found: "Erasure", at: date, *, past: bool) -> None:
    console = output()
    console.print("[bold]Erased[/bold]" if past else "[bold]Would be erased[/bold]")
    for one in found.plan.statements:
        what = f"{one.table}: {', '.join(column.name for column in one.columns) or 'whole rows'}"
        console.print(escape(f"  {what}, {one.rows} row{'' if one.rows == 1 else 's'}"), soft_wrap=True)
    if not found.plan.statements:
        console.print("  nothing")
    for heading, items in (("Stays", found.stays), ("Is left, and nothing holds it", found.left)):
        if items:
            console.print(f"[bold]{heading}[/bold]")
        for item in items:
            console.print(escape(f"  {_why(item, at)}"), soft_wrap=True)
    for stop in found.stops:
        console.print(escape(f"  Somebody must decide: {stop.text}"), soft_wrap=True)


def _why(item: "Item", at: date) -> str:
    """Return what an item is and why it stays, without its values."""
    names = ", ".join(value.name for value in item.values)
    why = []
    for one in item.lasting:
        ground = f"{one.purpose.label} ({one.purpose.law or one.purpose.basis.replace('_', ' ')})"
        why.append(f"{ground} {f'until {one.last}' if one.last else f'while {one.waits} has not begun'}")
    if item.held:
        why.append("a legal hold")
    if item.shared:
        why.append("it is about others as well")
    if item.also_others:
        why.append("others' records lead to it too")
    if item.bare:
        why.append("the bare row goes with the last that refers to it")
    return f"{item.table}: {names}: {'; '.join(why)}"
