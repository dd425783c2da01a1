"""``holdord status``: the board."""

from contextlib import closing

from rich.markup import escape
from rich.table import Table

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import STATES, output, put
from holdord.now import now
from holdord.run.board import Board, PartShown, board
from holdord.run.company import open_company


def status(folder: Folder, as_json: AsJson = False) -> int:
    """The board: every promise, and whether it is kept. Status 0: nothing due, broken or waiting, 1: something is."""
    with closing(open_company(folder)) as company:
        shown = board(company, now())
    if as_json:
        put(shown.document())
    else:
        show(shown)
    return 0 if shown.is_well else 1


def show(shown: Board) -> None:
    """Print the board."""
    table = Table(title=f"{escape(shown.company)}, {shown.at}", box=None, pad_edge=False, title_justify="left")
    table.add_column("promise", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("what it says, and what keeps it", ratio=1)
    table.add_column("evidence", no_wrap=True, justify="right")
    for one in shown.promises:
        colour, sign, word = STATES[one.state]
        lines = [f"[bold]{escape(one.promise.says)}[/bold]"]
        lines += [_line(part) for part in one.parts if part.state != "not_wired"]
        unwired = ", ".join(part.name for part in one.parts if part.state == "not_wired")
        if unwired:
            lines.append(f"[dim]not wired: {escape(unwired)}[/dim]")
        entries = " ".join(str(number) for number in sorted({n for part in one.parts for n in part.evidence}))
        table.add_row(one.promise.id, f"[{colour}]{sign} {word}[/{colour}]", "\n".join(lines), entries)
    console = output()
    console.print(table)
    counts = {state: sum(one.state == state for one in shown.promises) for state in STATES}
    parts = [part for one in shown.promises for part in one.parts]
    stored = sum(part.state == "kept" for part in parts)
    words = ", ".join(f"{count} {STATES[state][2]}" for state, count in counts.items() if count)
    console.print(f"{len(shown.promises)} promises: {words}; {stored} of {len(parts)} parts are kept, with evidence.")


def _line(part: PartShown) -> str:
    colour, sign, word = STATES[part.state]
    facts = [f"[{colour}]{sign} {escape(part.name)}: {word}[/{colour}]. {escape(part.why)}"]
    if part.oldest:
        facts.append(f"Oldest: {part.oldest} of {part.allowed}.")
    if part.open_ended:
        facts.append(f"Open-ended: {part.open_ended}.")
    if part.next and part.state == "kept":
        facts.append(f"Next: {part.next}.")
    return " ".join(facts)
