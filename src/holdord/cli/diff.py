"""``holdord diff``: what changed between two policies, and what of it people must be told of beforehand."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from holdord.cli.plan import AsJson
from holdord.cli.say import output, put

if TYPE_CHECKING:
    from holdord.policy.diff import Change

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


def diff(before: Before, after: After, as_json: AsJson = False) -> int:
    """Where two policies differ in substance. Status 0: nowhere, 1: somewhere, 2: one of them cannot be read."""
    from holdord.policy.diff import changes
    from holdord.run.company import read_policy

    was, now = read_policy(before), read_policy(after)
    found = changes(was, now)
    if as_json:
        put({"before": was.digest, "after": now.digest, "changes": [asdict(change) for change in found]})
    elif found:
        show(found)
    else:
        files = "The files are the same." if was.digest == now.digest else "Only how the files are written differs."
        output().print(f"No differences. {files}")
    return 1 if found else 0


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
