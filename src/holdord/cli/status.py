"""``holdord status``: the board."""

from contextlib import closing
from typing import TYPE_CHECKING

from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import STATES, output, put
from holdord.now import now

if TYPE_CHECKING:
    from holdord.run.shown import Board, PartShown


def status(folder: Folder, as_json: AsJson = False) -> int:
    """The board: every promise, and whether it is kept. Status 0: nothing due, broken or waiting, 1: something is."""
    from holdord.run.board import board
    from holdord.run.folder import open_company

    with closing(open_company(folder)) as company:
        shown = board(company, now())
    if as_json:
        put(shown.document())
    else:
        show(shown)
    return 0 if shown.is_well else 1


def show(shown: "Board") -> None:
    """Print the board: a line for each promise, and one below it for each of its parts that something keeps."""
    console = output()
    console.print(f"[bold]{escape(shown.company)}, {shown.at}[/bold]. {escape(shown.looked)}", soft_wrap=True)
    if shown.unclaimed:
        console.print(f"{shown.unclaimed} rows are due that no purpose ever covered: holdord plan.")
    for review in shown.reviews:
        console.print(escape(f"Waiting: {review}"), soft_wrap=True)
    for one in shown.promises:
        colour, sign, word = STATES[one.state]
        unwired = ", ".join(part.name for part in one.parts if part.state == "not_wired")
        missing = f" [dim](not wired: {escape(unwired)})[/dim]" if unwired else ""
        state = f"[{colour}]{sign} {word:<9}[/{colour}]"
        console.print(f"{one.promise.id}  {state}  {escape(one.promise.says)}{missing}", soft_wrap=True)
        for part in one.parts:
            if part.state != "not_wired":
                console.print(_line(part), soft_wrap=True)
    counts = {state: sum(one.state == state for one in shown.promises) for state in STATES}
    parts = [part for one in shown.promises for part in one.parts]
    stored = sum(part.state == "kept" for part in parts)
    words = ", ".join(f"{count} {STATES[state][2]}" for state, count in counts.items() if count)
    console.print(
        f"[bold]{len(shown.promises)} promises: {words}.[/bold] {stored} of their {len(parts)} parts are kept, "
        "with evidence. A promise is as good as its worst part."
    )


def _line(part: "PartShown") -> str:
    colour, sign, word = STATES[part.state]
    facts = [f"[{colour}]{sign} {escape(part.name)}: {word}[/{colour}]"]
    if part.state != "kept" or not part.oldest:
        facts.append(escape(part.why.rstrip(".")))
    if part.oldest:
        facts.append(f"oldest: {part.oldest} of {part.allowed}")
    if part.open_ended:
        facts.append(f"{part.open_ended} open-ended")
    if part.next and part.state == "kept":
        facts.append(f"next {part.next}")
    if part.evidence:
        facts.append(f"evidence: {', '.join(str(number) for number in part.evidence)}")
    return "         " + " · ".join(facts)
