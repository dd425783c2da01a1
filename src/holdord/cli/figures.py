"""``holdord figures``: what stayed as numbers when the data went."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import output, put, say

if TYPE_CHECKING:
    from holdord.run.taken import Taken

AsCsv = Annotated[bool, typer.Option("--csv", help="Print comma-separated values, one line for each group.")]


def figures(folder: Folder, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """The figures that were taken, held against the ledger. Status 0: they are as taken, 2: they are not."""
    from holdord.run.folder import open_company
    from holdord.run.taken import missed, taken

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv would both be on standard output. Choose one.")
    with closing(open_company(folder)) as company, company.state.snapshot() as state:
        found, lost = taken(state), missed(state)
        known = company.policy.figures
    says = {name: str(figure.says) for name, figure in known.items()}
    if as_json:
        early = [{"figure": figure, "period": period, "rows": rows} for (figure, period), rows in lost.items()]
        put({"figures": [_document(one, says.get(one.figure)) for one in found], "missed": early})
    elif as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows(_lines(found))
    else:
        show(found, lost, says)
    return 0


def _document(one: "Taken", says: str | None) -> dict[str, Any]:
    return {
        "figure": one.figure,
        "says": says,
        "period": one.period,
        "by": list(one.by),
        "sums": list(one.sums),
        "taken": one.at.isoformat(),
        "entry": one.entry,
        "checked": not one.pruned,
        "missed": one.missed,
        "groups": [{name: cell[name] for name in ("group", "rows", "sums")} for cell in one.cells],
    }


def _lines(found: "Iterable[Taken]") -> Iterator[list[Any]]:
    """Yield a heading and a line for each group; a column for whatever some figure is told by or sums."""
    found = tuple(found)
    by = list(dict.fromkeys(name for one in found for name in one.by))
    sums = list(dict.fromkeys(name for one in found for name in one.sums))
    yield ["figure", "period", "missed", "rest", *by, "rows", *sums]
    for one in found:
        for cell in one.cells:
            groups = dict(zip(one.by, cell["group"] or [None] * len(one.by), strict=True))
            numbers = dict(zip(one.sums, cell["sums"], strict=True))
            told = [groups.get(name) for name in by]
            is_rest = "yes" if cell["group"] is None else "no"
            yield [
                one.figure,
                one.period,
                one.missed,
                is_rest,
                *told,
                cell["rows"],
                *(numbers.get(name) for name in sums),
            ]


def show(found: "Iterable[Taken]", lost: Mapping[tuple[str, str], int], says: dict[str, str]) -> None:
    """Print the figures as tables: a line for each group, and for the rest of a period, "other"; then what is missing.

    Periods in which no group has enough people are one line: nothing is known of them, not even whether there was any.
    """
    console, parts = output(), list(found)
    if not parts:
        say("No figure was taken yet. What is over is taken by: holdord keep")
    for (name, by, sums), of in groupby(parts, key=lambda one: (one.figure, one.by, one.sums)):
        table, periods = Table(box=None, pad_edge=False), list(of)
        for heading in ("period", *by):
            table.add_column(escape(heading))
        for heading in ("rows", *sums):
            table.add_column(escape(heading), justify="right")
        for is_told, run in groupby(periods, key=lambda one: bool(one.cells)):
            together = list(run)
            if not is_told:
                first, last = together[0].period, together[-1].period
                table.add_row(first if first == last else f"{first} to {last}", *[""] * len(by), "none")
            for one in together:
                for cell in one.cells:
                    table.add_row(*map(escape, _row(one, cell)))
        console.print(f"[bold]{escape(name)}[/bold] {escape(says.get(name, '(no longer in the policy)'))}")
        console.print(table)
        pruned = sum(one.pruned for one in periods)
        held = f"{len(periods) - pruned} periods are as the ledger says"
        console.print(held + (f"; of {pruned} the evidence was pruned." if pruned else "."))
    for (name, period), rows in lost.items():
        what = f"{rows} row{'s'[rows == 1 :]} went, or lost a column, before the period was over"
        console.print(escape(f"{name} of {period} is not whole: {what}."), soft_wrap=True)


def _row(one: "Taken", cell: dict[str, Any]) -> list[str]:
    """Return a line: nothing said for NULL, ``other`` for the rest, and what is withheld as such."""
    groups = ["other", *[""] * len(one.by)][: len(one.by)] if cell["group"] is None else cell["group"]
    told = ["–" if group is None else group for group in groups]
    numbers = ["withheld" if number is None else number for number in cell["sums"]]
    return [one.period, *told, str(cell["rows"]), *numbers]
