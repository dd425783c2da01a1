"""``holdord compare``: where two versions of one notice differ in substance, two languages or before and after."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from holdord.cli.plan import AsJson
from holdord.cli.read import reading
from holdord.cli.say import output, put
from holdord.errors import NoticeError

if TYPE_CHECKING:
    from holdord.notice.compare.model import Comparison, Place
    from holdord.notice.model import Reading

One = Annotated[Path, typer.Argument(metavar="NOTICE", help="One version: text, Markdown, HTML, PDF or DOCX.")]
Other = Annotated[Path, typer.Argument(metavar="NOTICE", help="The other version, in any of the five languages.")]
LONGEST = 240
"""So many letters of a sentence are shown."""


def compare(one: One, other: Other, as_json: AsJson = False) -> int:
    """Where two versions of a notice differ in substance. Status 0: nowhere, 1: somewhere, 2: it cannot be told."""
    from holdord.notice.compare.compare import compare as compared

    a, b = reading(one), reading(other)
    found = compared(a, b)
    if not found.same_notice:
        share = f"{found.strength:.0%}"
        raise NoticeError(
            f"{one} and {other} do not look like versions of one notice: only {share} of what they say has a "
            "counterpart. Give two versions of the same notice."
        )
    if as_json:
        put(
            {
                "a": {"notice": str(one), "language": a.language},
                "b": {"notice": str(other), "language": b.language},
                "strength": round(found.strength, 3),
                "differences": [difference.document() for difference in found.differences],
            }
        )
    else:
        show(found, a, b, (str(one), str(other)))
    return 1 if found.differences else 0


def show(found: "Comparison", a: "Reading", b: "Reading", names: tuple[str, str]) -> None:
    """Print differences side by side, each with why it is one."""
    console = output()
    if not found.differences:
        console.print("No differences in substance.")
        return
    table = Table(show_lines=True, expand=True)
    for name, one in zip(names, (a, b), strict=True):
        table.add_column(escape(f"{name} ({one.language})"), ratio=3, overflow="fold")
    table.add_column("Why", ratio=2, overflow="fold")
    for difference in found.differences:
        why = f"[bold]{difference.kind.replace('_', ' ')}[/bold]\n{escape(difference.why)}"
        table.add_row(_marked(difference.a), _marked(difference.b), why)
    console.print(table)
    count = len(found.differences)
    console.print(f"[bold]{count} difference{'s' if count > 1 else ''}[/bold] in substance.")


def _marked(place: "Place | None") -> str:
    """Return a sentence with the words that differ in bold, shortened around them."""
    if place is None:
        return "[dim]nothing[/dim]"
    sentence = place.sentence
    at = sentence.find(place.text)
    if at < 0 or place.text == sentence:
        return escape(sentence if len(sentence) <= LONGEST else sentence[:LONGEST] + "…")
    start = max(0, at - LONGEST // 2)
    end = min(len(sentence), at + len(place.text) + LONGEST // 2)
    before = ("…" if start else "") + sentence[start:at]
    after = sentence[at + len(place.text) : end] + ("…" if end < len(sentence) else "")
    return f"{escape(before)}[bold]{escape(place.text)}[/bold]{escape(after)}"
