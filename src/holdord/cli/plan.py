"""``holdord plan`` and ``holdord keep``: what is due and why, and doing it."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from holdord.cli.say import is_output, output, progress, put, say, unreadable, written
from holdord.errors import InputError, NeedsConfirmation
from holdord.now import now, today

if TYPE_CHECKING:
    from holdord.plan.statements import Plan, Statement
    from holdord.policy.model import Finding
    from holdord.run.guards import Ask

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a policy.yaml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a document for programs.")]


def plan(
    folder: Folder,
    at: Annotated[datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], help="Ask for this date.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the plan to a file, for keep --plan; - is --json.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """What is due and why, with counts. Changes nothing. Status 0: nothing due, 1: something is."""
    from holdord.run.folder import open_company
    from holdord.run.sweep import look

    if out is not None and is_output(out):
        out, as_json = None, True
    with closing(open_company(folder)) as company:
        moment = now()
        day: date = at.date() if at else today(company.policy.controller.zone, moment)
        found = look(company, day, moment)
        made = found.due.plan
        if out is not None and out.resolve() in company.own_files():
            raise InputError(f"{out} is a file of the company's own; the plan is not written over it.")
    if out is not None:
        with written(out) as file:
            file.write(f"{json.dumps(made.document(), ensure_ascii=False, indent=2)}\n".encode())
        say(f"The plan is in {out}. To carry it out: holdord keep {folder} --plan {out}")
    if as_json:
        put(made.document() | {"asks": [ask.document() for ask in found.open]})
    else:
        show(made, found.open)
    return 1 if made.statements or made.awaiting else 0


def show(made: "Plan", asks: "Sequence[Ask]" = ()) -> None:
    """Print a plan in words: what goes and waits, what ``keep`` asks first, what else to know.

    What the law outlasts stands last.
    """
    from holdord.plan.explain import explain, heading
    from holdord.run.due import waits_for

    def rank(finding: "Finding") -> tuple[bool, bool]:
        return finding.severity != "stop", finding.code == "law_outlasts_promise"

    console = output()
    console.print(f"[bold]{escape(heading(made))}[/bold]")
    for ask in asks:
        console.print(escape(f"keep will ask first: {ask.text}"), soft_wrap=True)
    for one in made.awaiting:
        what = "; ".join(dict.fromkeys(f"{said.action} {said.rows} of {said.table}" for said in one.meant))
        console.print(escape(f"{one.promise} waits {waits_for(one)}: {what}"), soft_wrap=True)
    for line in explain(replace(made, findings=tuple(sorted(made.findings, key=rank)))):
        console.print(escape(line), soft_wrap=True)


def keep(
    folder: Folder,
    planned: Annotated[Path | None, typer.Option("--plan", help="Do no more than this plan says.")] = None,
    confirm: Annotated[str | None, typer.Option("--confirm", help="The digest of the plan, after a question.")] = None,
    as_json: AsJson = False,
) -> int:
    """Keep the promises that are due, batch by batch, with evidence. Status 0: done, 1: some waits."""
    from holdord.run.due import waits_for
    from holdord.run.folder import open_company
    from holdord.run.sweep import keep as keep_promises

    document = read_plan(planned) if planned is not None else None
    bars: list[Any] = []

    def begun(made: "Plan") -> None:
        bars.append(progress(made))
        told.append(bars[0].__enter__())

    told: list[Any] = []

    def step(statement: "Statement", rows: int) -> None:
        told[0](statement, rows)

    with closing(open_company(folder, install=True)) as company:
        try:
            kept = keep_promises(company, now, planned=document, confirm=confirm, progress=step, begun=begun)
        except NeedsConfirmation as asked:
            if as_json:
                put({"plan": asked.digest, "asks": list(asked.asks)})
            raise
        finally:
            for bar in bars:
                bar.__exit__(None, None, None)
    waits = bool(kept.left.statements or kept.left.waiting)
    if as_json:
        put(
            {
                "at": kept.plan.at.isoformat(),
                "plan": kept.plan.digest,
                "rows": kept.rows,
                "left": kept.left.rows,
                "stopped": sorted(kept.left.stopped),
                "waiting": list(kept.left.waiting),
                "figures": {name: list(periods) for name, periods in kept.figures.items()},
                "checkpoint": kept.note,
                "owed": kept.owed,
            }
        )
        return 1 if waits else 0
    console = output()
    console.print(f"{kept.rows} rows erased or stripped; {kept.left.rows} left, looked again at {kept.plan.at}.")
    for name, periods in kept.figures.items():
        said = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}, {len(periods)} periods"
        console.print(escape(f"Figure {name} was taken: {said}."), soft_wrap=True)
    for finding in kept.plan.findings:
        if finding.code in ("never_claimed", "hold_covers_nothing"):
            console.print(escape(f"Note: {finding.text}"), soft_wrap=True)
    for one in kept.left.awaiting:
        console.print(escape(f"{one.promise} waits {waits_for(one)}: holdord approve"), soft_wrap=True)
    for finding in kept.left.findings:
        if finding.severity == "stop":
            console.print(escape(f"Waiting for a decision: {finding.text}"), soft_wrap=True)
    if kept.owed:
        console.print(escape(kept.owed), soft_wrap=True)
    console.print("Checkpoint of the ledger; note it elsewhere, and nobody can cut the log unseen:")
    console.print(escape(kept.note.rstrip()), soft_wrap=True)
    return 1 if waits else 0


def read_plan(file: Path) -> dict[str, Any]:
    """Return a plan written by ``holdord plan --out``.

    Raises:
        InputError: When it cannot be read.
    """
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        remedy = "A plan is what 'holdord plan DIR --out F' writes."
        raise InputError(f"{file} is no plan that can be read: {unreadable(error)}. {remedy}") from error
    if not isinstance(document, dict):
        raise InputError(f"{file} is no plan of holdord.")
    return document
