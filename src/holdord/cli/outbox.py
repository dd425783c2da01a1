"""``holdord outbox``: letters that wait, failed, or were given up."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import output, put, say
from holdord.now import now

if TYPE_CHECKING:
    from holdord.run.outbox_lines import Line


def outbox(
    folder: Folder,
    retry: Annotated[
        int | None, typer.Option("--retry", metavar="NUMBER", help="Let this letter be tried again.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were sent, too.")] = False,
    as_json: AsJson = False,
) -> int:
    """Letters that wait or were given up, addresses masked. Status 0: none was given up, 1: some was."""
    from holdord.run import outbox
    from holdord.run.folder import open_company
    from holdord.run.outbox_lines import listed

    with closing(open_company(folder)) as company:
        if retry is not None:
            with company.state.writing() as connection:
                outbox.retry(connection, now(), retry)
        with company.state.snapshot() as connection:
            found = listed(connection, everything=everything)
    if as_json:
        put({"messages": [_document(one) for one in found]})
    elif not found:
        say("No letter waits.")
    for one in found if not as_json else ():
        output().print(escape(_line(one)), soft_wrap=True)
    return 1 if any(one.state == "given_up" for one in found) else 0


def _document(one: "Line") -> dict[str, Any]:
    return {
        "number": one.number,
        "request": one.request,
        "kind": one.kind,
        "to": one.recipient,
        "language": one.language,
        "state": one.state,
        "tries": one.tries,
        "failure": one.failure,
        "queued": one.queued.isoformat(),
        "next_try": one.next_try.isoformat() if one.next_try else None,
        "done": one.done.isoformat() if one.done else None,
    }


def _line(one: "Line") -> str:
    about = f" about request {one.request}" if one.request is not None else ""
    to = f" to {one.recipient}" if one.recipient else ""
    if one.state == "sent":
        when = f"sent on {one.done:%Y-%m-%d}"
    elif one.state == "given_up":
        when = f"GIVEN UP after {one.tries} {'try' if one.tries == 1 else 'tries'} on {one.done:%Y-%m-%d}"
    else:
        when = f"waits, next try {one.next_try:%Y-%m-%d %H:%M} UTC" + (f" (tried {one.tries})" if one.tries else "")
    why = f": {one.failure}" if one.failure else "."
    return f"Message {one.number}: {one.kind}{about}{to}, {when}{why}"
