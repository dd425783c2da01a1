"""``holdord task``: what people must do and prove, and writing down that they did."""

from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import STATES, output, put, say, unreadable
from holdord.errors import InputError
from holdord.now import now

if TYPE_CHECKING:
    from holdord.run.tasks import Standing


def listed(
    folder: Folder,
    everything: Annotated[bool, typer.Option("--all", help="Those that are proved, too.")] = False,
    as_json: AsJson = False,
) -> int:
    """What waits for somebody, the worst first. Status 0: nothing waits, 1: something does."""
    from holdord.run import tasks
    from holdord.run.folder import open_company

    with closing(open_company(folder)) as company:
        found = tasks.listed(company, now())
    waits = [one for one in found if one.state != "kept"]
    shown = found if everything else waits
    if as_json:
        put({"tasks": [_document(one) for one in shown]})
    elif not shown:
        say("Nothing waits for anybody." if found else "The policy has no tasks.")
    for one in shown if not as_json else ():
        output().print(_line(one), soft_wrap=True)
    return 1 if waits else 0


def done(
    folder: Folder,
    promise: Annotated[str, typer.Argument(help="The promise, such as CI-22.")],
    part: Annotated[str, typer.Argument(help="Its part, such as measures.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who did it, a role or a name.")],
    says: Annotated[str, typer.Option("--says", help="What was done; it is kept beside the evidence, not in it.")],
    file: Annotated[Path | None, typer.Option("--file", help="What shows it; only its SHA-256 is kept.")] = None,
    given: Annotated[
        datetime | None, typer.Option("--given", formats=["%Y-%m-%d"], help="The day it was done; today.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Write down that a task was done. Status 0: it is proved, 1: that proof is out of date."""
    from holdord.run import tasks
    from holdord.run.folder import open_company

    with closing(open_company(folder, install=True)) as company, ExitStack() as stack:
        shown = stack.enter_context(_opened(file)) if file is not None else None
        day = given.date() if given else None
        made = tasks.give(company, now(), promise, part, by_whom=by, says=says, file=shown, given=day)
    if as_json:
        put(_document(made))
    else:
        output().print(_line(made), soft_wrap=True)
    return 0 if made.state == "kept" else 1


def _opened(file: Path) -> BinaryIO:
    if file.exists() and not file.is_file():  # a pipe would be waited for
        raise InputError(f"{file} is no file.")
    try:
        return file.open("rb")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {unreadable(error)}.") from error


def _document(one: "Standing") -> dict[str, Any]:
    proof = one.proof
    return {
        "promise": one.promise,
        "part": one.part,
        "what": one.task.what,
        "who": one.task.who,
        "every": str(one.task.every) if one.task.every else None,
        "state": one.state,
        "due": one.due.isoformat() if one.due else None,
        "given": proof.given.isoformat() if proof else None,
        "by": proof.by_whom if proof else None,
        "says": proof.says if proof else None,
        "file": proof.file_digest or None if proof else None,
        "entry": proof.entry if proof else None,
    }


def _line(one: "Standing") -> str:
    colour, sign, word = STATES[one.state]
    proof = f" Entry {one.proof.entry}." if one.proof else ""
    next_ = f" Next by {one.due}." if one.due and one.state == "kept" else ""
    said = escape(f"{one.promise} {one.part}")
    return f"[{colour}]{sign} {word:<8}[/{colour}] {said}: {escape(one.why)}{escape(next_ + proof)}"
