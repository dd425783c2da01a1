"""Answering requests: what an answer would be, answering, restricting, weighing an objection."""

import getpass
import json
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.request import Number, Reason, opened, told
from holdord.cli.say import output, put, say, written
from holdord.errors import Refused
from holdord.now import now

if TYPE_CHECKING:
    from holdord.run.company import Company
    from holdord.run.requests.answer import Item
    from holdord.run.requests.erasure import Erasure
    from holdord.run.requests.limited import Limit


def who() -> str:
    """Return who looks at an answer here, as the controller can find it out again."""
    return f"{getpass.getuser()} (command line)"


Limited = Annotated[int, typer.Argument(help="The number of the restriction or objection.")]


def answer(
    folder: Folder,
    numbers: Annotated[list[int], typer.Argument(metavar="NUMBER...", help="The request's number, or several.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the answer goes, as JSON; - is standard output.")
    ] = None,
    objected: Annotated[
        list[str] | None,
        typer.Option("--objected", metavar="PURPOSE", help="A purpose that the person objected to, and rightly."),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="What a correction leaves may stay.")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="The machine's clock is right.")] = False,
) -> int:
    """Answer: do what is asked for, and say what was done and what stays. Status 0: answered, 1: something is left.

    Several numbers are requests for erasure: they are erased at once, and each is answered.
    """
    from holdord.run.requests.many import erase_many

    wanted = frozenset(objected or ())
    with opened(folder) as (company, at):
        if len(numbers) > 1:
            if out is not None or wanted or accept:
                raise Refused(
                    "Of several requests no answer is written, and nothing is decided. Answer them one by one."
                )
            erase_many(company, now, numbers, confirmed=confirm)
        found = [_answer(company, at, one, out, wanted, accept, confirm) for one in dict.fromkeys(numbers)]
    return max(found)


def _answer(
    company: "Company", at: date, number: int, out: Path | None, wanted: frozenset[str], accept: bool, confirm: bool
) -> int:
    from holdord.run.requests import booked
    from holdord.run.requests.handle import finish, handle
    from holdord.run.requests.seen import viewed

    with ExitStack() as stack:
        with company.state.snapshot() as connection:
            one = booked.find(connection, company.policy, number)
        if one.asks_for in ("access", "portability") and one.state == "open" and out is None:
            raise Refused(f"An answer on {one.asks_for} has personal data in it. Say where it goes: --out FILE.")
        if out is not None and out.resolve() in company.own_files():
            raise Refused(f"{out} is a file of the company's own; the answer is not written over it.")
        file = stack.enter_context(written(out, private=True)) if out else None  # before anything is erased
        found = handle(company, now, number, objected=wanted, accepted=accept, confirmed=confirm)
        if found.erasure is not None:
            _show(found.erasure, at, past=True)
        if file is not None:
            viewed(company, now(), number, who())
            file.write(json.dumps(found.document, ensure_ascii=False, indent=2).encode() + b"\n")
        if not found.complete:
            say(f"The answer is not complete: {' '.join(found.open_for)} The request stays open.")
            return 1
        closed = finish(company, now(), number, found)
    return told(closed, at, as_json=False)


def preview(folder: Folder, number: Number, as_json: AsJson = False) -> int:
    """What an answer would do and say, without personal data unless --json. Changes nothing."""
    from holdord.run.requests import booked
    from holdord.run.requests.draft import look
    from holdord.run.requests.seen import viewed

    with opened(folder) as (company, at):
        with company.state.snapshot() as connection:
            one = booked.find(connection, company.policy, number)
        found = look(company, one, at)
        if as_json:
            viewed(company, now(), number, who())
    if as_json:
        put(found.document)
    elif found.erasure is not None:
        _show(found.erasure, at, past=False)
    else:
        told(one, at, as_json=False)
    for text in found.open_for:
        say(text)
    return 0 if found.complete else 1


def limits(folder: Folder, as_json: AsJson = False) -> int:
    """What people's requests bind: restrictions, and purposes that are over. Status 1: some must be looked at."""
    from holdord.run.requests.limited import binding

    with opened(folder) as (company, at), company.state.snapshot() as connection:
        found = binding(connection)
    if as_json:
        put({"limits": [_limit_document(one) for one in found]})
    for one in found if not as_json else ():
        output().print(escape(_limit_line(one, at)), soft_wrap=True)
    return 1 if any(one.holds and (one.waits or one.review < at) for one in found) else 0


def weigh(
    folder: Folder,
    number: Limited,
    reason: Reason,
    upheld: Annotated[bool, typer.Option("--upheld/--overruled", help="Whether the person is right.")],
) -> int:
    """Decide on an objection, for reasons that the person is told; then answer its request."""
    from holdord.run.requests.limits import weigh as weighed

    with opened(folder) as (company, at):
        one = weighed(company, now(), number, upheld=upheld, reason=reason)
    output().print(escape(_limit_line(one, at)), soft_wrap=True)
    return 0


def lift(
    folder: Folder,
    number: Limited,
    reason: Annotated[str, typer.Option("--reason", help="Why; the person is told.")] = "",
    told_so: Annotated[bool, typer.Option("--told", help="The person was told, and why, before.")] = False,
) -> int:
    """Lift a restriction: first with --reason, which the person is told; then, when they know, with --told."""
    from holdord.run.requests import limits

    with opened(folder) as (company, at):
        if told_so:
            one = limits.lift(company, now(), number)
        else:
            one, posted = limits.announce(company, now(), number, reason)
            say("A letter tells the person." if posted else "Tell the person, and why.")
            say(f"From {one.review} on: holdord request lift {folder} {number} --told")
    output().print(escape(_limit_line(one, at)), soft_wrap=True)
    return 0


def renew(folder: Folder, number: Limited, reason: Reason) -> int:
    """Take note that a person consents again, or takes an objection back, and how they said so."""
    from holdord.run.requests import limits

    with opened(folder) as (company, at):
        one = limits.renew(company, now(), number, reason)
    output().print(escape(_limit_line(one, at)), soft_wrap=True)
    return 0


def recipients(folder: Folder, as_json: AsJson = False) -> int:
    """Who must still be told what was corrected, erased or restricted (GDPR art. 19). Status 0: nobody, 1: somebody."""
    from holdord.run.requests.notified import waiting

    with opened(folder) as (company, _), company.state.snapshot() as connection:
        found = waiting(connection)
    if as_json:
        put({"recipients": [{"request": a.request, "id": a.recipient, "since": a.since.isoformat()} for a in found]})
    elif not found:
        say("Nobody waits to be told.")
    for one in found if not as_json else ():
        line = f"{one.recipient}: request {one.request}, answered on {one.since}."
        output().print(escape(line), soft_wrap=True)
    return 1 if found else 0


def recipient_told(
    folder: Folder,
    number: Number,
    recipient: Annotated[str, typer.Argument(help="The recipient's id in the policy.")],
    why_not: Annotated[
        str, typer.Option("--impossible", metavar="WHY", help="Why they cannot be told, or only with too much effort.")
    ] = "",
) -> int:
    """Write down that a recipient was told of a correction, an erasure or a restriction, or why not."""
    from holdord.run.requests import notified

    with opened(folder) as (company, _):
        notified.told(company, now(), number, recipient, why_not)
    say("It stands in the log.")
    return 0


def _limit_document(one: "Limit") -> dict[str, object]:
    return {
        "number": one.number,
        "ground": one.ground,
        "purpose": one.purpose or None,
        "request": one.request,
        "since": one.since.isoformat(),
        "review": one.review.isoformat(),
        "waits": one.waits,
        "how": one.how or None,
    }


def _limit_line(one: "Limit", at: date) -> str:
    kind = {"withdrawn": "withdrawal", "erasure": "erasure"}.get(one.ground, "objection")
    what = f"{kind}: {one.purpose}" if one.purpose else f"restriction ({one.ground})"
    what += f", by request {one.request}," if one.request else ""
    if one.ends_purpose:
        return f"{one.number}: {what} since {one.since}, over{'' if one.granted else ', to be answered'}."
    if one.ended_on is not None:
        return f"{one.number}: {what}, {one.how} on {one.ended_on}."
    state = "waits to be weighed" if one.waits else "overruled, to be lifted" if one.how == "overruled" else "stands"
    late = ", LATE" if one.review < at else ""
    return f"{one.number}: {what} since {one.since}, {state}, to be looked at by {one.review}{late}."


def _show(found: "Erasure", at: date, *, past: bool) -> None:
    console = output()
    console.print("[bold]Erased[/bold]" if past else "[bold]Would be erased[/bold]")
    for one in found.went.gone:
        what = f"{one.table}: {', '.join(one.columns) or 'whole rows'}"
        console.print(escape(f"  {what}, {one.rows} row{'' if one.rows == 1 else 's'}"), soft_wrap=True)
    if not found.went.gone:
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
