"""``holdord rehearse``: what will go, when and by which promise, tried on a copy."""

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson, Folder
from holdord.cli.say import errors, is_output, output, put, say, written
from holdord.errors import InputError
from holdord.now import now, today

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdord.run.foreseen import Foreseen, Rehearsal

_YEARS = 100

Until = Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The last date.")]
By = Annotated[
    Literal["day", "week", "month"] | None,
    typer.Option("--by", help="A date at the end of each; where nobody says, month for what is longer than 62 days."),
]
Picture = Annotated[
    Path | None, typer.Option("--picture", help="Draw it as a calendar, an SVG file; - is standard output.")
]


def rehearse(folder: Folder, until: Until, by: By = None, as_json: AsJson = False, picture: Picture = None) -> int:
    """What will go until a date, tried on a copy of the data, which is erased. Changes nothing. Status 0: done."""
    from holdord.run.calendar import calendar
    from holdord.run.folder import open_company
    from holdord.run.rehearse import rehearse as rehearse_company
    from holdord.run.rehearse import span_for

    if picture is not None and as_json and is_output(picture):
        raise typer.BadParameter("--picture - and --json would both be on standard output. Name a file.")
    with closing(open_company(folder)) as company:
        day = today(company.policy.controller.zone, now())
        last = until.date()
        if not day <= last <= date(day.year + _YEARS, 12, 31):
            raise typer.BadParameter(f"--until {last} is no date from today ({day}) to {_YEARS} years ahead.")
        if picture is not None and picture.resolve() in company.own_files():
            raise InputError(f"{picture} is a file of the company's own; the picture is not drawn over it.")
        try:
            with written(picture) if picture is not None else nullcontext() as file, _stoppable():
                with _progress(day, last) as progress:
                    found = rehearse_company(company, day, last, by or span_for(day, last), told=say, progress=progress)
                if file is not None:
                    file.write(calendar(found).encode())
        except KeyboardInterrupt:
            say("Stopped. The copy is erased; nothing else was touched.")
            return 2
    if found.draft:
        say("This policy is a draft: nothing is erased by it. This is what it would do.")
    if picture is not None and not is_output(picture):
        say(f"The calendar is in {picture}.")
    if as_json:
        put(found.document())
    elif picture is None or not is_output(picture):
        show(found)
    return 0


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let the copy be erased when the program is asked to end, or its terminal is closed, as after Ctrl-C."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {one: signal.signal(one, stop) for one in asked}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _progress(first: date, last: date) -> Iterator["Callable[[date], None]"]:
    """Show which date is reached; nothing where nobody watches."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = errors()
    bar = Progress(
        TextColumn("{task.description:<24}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
    )
    bar.disable = not console.is_terminal
    with bar:
        task = bar.add_task("copying", total=max((last - first).days, 1))
        yield lambda at: bar.update(task, completed=(at - first).days, description=f"rehearsed until {at}")


def show(found: "Rehearsal") -> None:
    """Print what goes by date and promise, what stops, and the totals."""
    from rich.table import Table

    console = output()
    spans = f"by {found.by}" if found.until > found.today else "today alone"
    console.print(f"[bold]{escape(found.company)}, {found.today} to {found.until}[/bold], {spans}, on a copy")
    if not found.dates:
        console.print("Nothing goes.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("date", "promise", "what"):
        table.add_column(name)
    table.add_column("rows", justify="right")
    for one in found.dates:
        for number, cells in enumerate(_lines(one)):
            table.add_row(f"[bold]{one.at}[/bold]" if number == 0 else "", *cells)
    console.print(table)
    for total in found.totals:
        when = f"on {total.first}" if total.first == total.last else f"{total.first} to {total.last}"
        name = f"{total.promise}  " if total.promise else ""
        rows = f"{total.rows} row{'' if total.rows == 1 else 's'}"
        yes = ", if it is approved" if total.approval else ""
        console.print(f"{escape(name)}[bold]{rows}[/bold], {when}{yes}. {escape(total.says)}", soft_wrap=True)
    words = ", ".join(f"{count} {word}" for word, count in found.actions.items() if count)
    console.print(f"[bold]{found.rows} rows in all[/bold]{f': {words}' if words else ''}. Nothing was changed.")


def _lines(one: "Foreseen") -> Iterator[tuple[str, str, str]]:
    """Yield promise, what and rows: holds first, which may be why, then statements, then what stops."""
    for turn in one.turns:
        yield "", f"[magenta]{escape(str(turn))}[/magenta]", ""
    for done in one.done:
        yield escape(done.promise or "none"), escape(str(done)), str(done.rows)
    for finding in one.findings:
        mark = "[bold red]STOP[/bold red]" if finding.severity == "stop" else "[yellow]note[/yellow]"
        yield escape(", ".join(finding.promises)), f"{mark} {escape(finding.text)}", ""
