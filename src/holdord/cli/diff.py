"""``holdord diff``: what changed between two policies, and what of it people must be told of beforehand."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson
from holdord.cli.say import output, put
from holdord.now import now, today

if TYPE_CHECKING:
    from holdord.policy.diff import Change
    from holdord.policy.model import Policy
    from holdord.run.effects import Effects

PROTECTS = {"less": ("red", "▼", "less"), "more": ("green", "▲", "more"), "same": ("dim", "•", "same")}
"""How people are protected → colour, sign and word; never colour alone."""

GROUPS: tuple[tuple[str, "Callable[[Change], bool]"], ...] = (
    ("People must be told of this before it takes effect", lambda one: one.material),
    ("Protects people less", lambda one: not one.material and one.protects == "less"),
    ("Protects people more", lambda one: not one.material and one.protects == "more"),
    ("Other changes", lambda one: not one.material and one.protects == "same"),
)
TELL = (
    "Tell people before it takes effect: GDPR art. 13(3) and 14(4) for a further purpose, WP260 rev.01 paragraphs 29 "
    "to 31 for the rest."
)
NOTHING_TO_TELL = (
    "Nothing here has to be told before it takes effect. Publish the notice as it is to be, with its date."
)

Before = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with the policy.yaml as it was.")]
After = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with the policy.yaml as it is to be.")]


def diff(
    before: Before,
    after: After,
    data: Annotated[
        bool, typer.Option("--data", help="Ask the first folder's data, too: what would go sooner, what would stay.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Where two policies differ in substance. Status 0: nowhere, 1: somewhere, 2: one of them cannot be read."""
    from holdord.policy.diff import changes
    from holdord.run.folder import read_policy

    was, will = read_policy(before), read_policy(after)
    found = changes(was, will)
    done = _effects(before, will) if data else None
    if as_json:
        said: dict[str, Any] = {"before": was.digest, "after": will.digest}
        said["changes"] = [asdict(change) for change in found]
        if done is not None:
            said["effects"] = asdict(done) | {"at": done.at.isoformat()}
        put(said)
        return 1 if found else 0
    if found:
        show(found)
    else:
        files = "The files are the same." if was.digest == will.digest else "Only how the files are written differs."
        output().print(f"No differences. {files}")
    if done is not None:
        show_effects(done)
    return 1 if found else 0


def _effects(folder: Path, after: "Policy") -> "Effects":
    from holdord.run.effects import effects
    from holdord.run.folder import open_company

    with closing(open_company(folder)) as company:
        return effects(company, after, today(company.policy.controller.zone, now()))


def show_effects(done: "Effects") -> None:
    """Print what the change would do to the data at hand."""
    console = output()
    console.print(f"[bold]What it would do to the data on {done.at}[/bold]")
    groups = (
        ("Goes at once:", done.sooner),
        ("Goes as things are, and would stay:", done.longer),
        ("Would go, but a law's duty or a legal hold keeps it:", done.kept_by_law),
    )
    for heading, group in groups:
        if group:
            console.print(f"  {heading}")
        for effect in group:
            what = f"{effect.table}: {', '.join(effect.columns) or 'whole rows'}"
            under = f" ({', '.join(effect.promises)})" if effect.promises else ""
            rows = f"{effect.rows} row{'' if effect.rows == 1 else 's'}"
            console.print(escape(f"    {what}, {rows}{under}"), soft_wrap=True)
    for text in done.stopped:
        console.print(escape(f"  Stops until someone decides: {text}"), soft_wrap=True)
    if not (done.sooner or done.longer or done.kept_by_law or done.stopped):
        console.print("  Nothing, today.")
    elif done.sooner and done.people is not None:
        console.print(f"  What goes touches {done.people} {'person' if done.people == 1 else 'people'}.")


def show(found: "Iterable[Change]") -> None:
    """Print changes in groups, their counts, and what to do."""
    console, every = output(), list(found)
    for heading, belongs in GROUPS:
        group = [change for change in every if belongs(change)]
        if group:
            console.print(f"[bold]{heading} ({len(group)})[/bold]")
            for change in group:
                colour, sign, word = PROTECTS[change.protects]
                line = f"{escape(change.text)} [dim]{escape(change.article)}[/dim]"
                console.print(f"  [{colour}]{sign} {word}[/{colour}]  {line}", soft_wrap=True)
    material = sum(change.material for change in every)
    counts = ", ".join(
        f"{sum(change.protects == key for change in every)} {words}"
        for key, words in (("less", "protect people less"), ("more", "protect them more"), ("same", "neither"))
    )
    console.print(f"[bold]{len(every)} change{'s' if len(every) > 1 else ''}[/bold]: {material} to tell; {counts}.")
    console.print(TELL if material else NOTHING_TO_TELL, soft_wrap=True)
