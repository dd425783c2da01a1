"""``holdord read``: what a notice promises, sentence by sentence."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from holdord.cli.say import is_output, output, put, say, written
from holdord.errors import InputError

if TYPE_CHECKING:
    from holdord.notice.model import Duration, Reading
    from holdord.policy.terms import Language

COLOURS = {
    "controller": "blue",
    "contact": "blue",
    "authority": "blue",
    "data_category": "cyan",
    "data_subject": "cyan",
    "sensitive": "bold cyan",
    "source": "cyan",
    "purpose": "green",
    "legal_basis": "green",
    "consent": "green",
    "retention": "yellow",
    "deadline": "yellow",
    "recipient": "magenta",
    "processor_role": "magenta",
    "transfer": "magenta",
    "right": "red",
    "security": "bright_blue",
    "cookie": "bright_magenta",
    "profiling": "bright_magenta",
    "change": "bright_black",
    "definition_or_filler": "dim",
}
"""Kind → colour; the word always stands beside it."""

Notices = Annotated[
    list[Path], typer.Argument(metavar="NOTICE…", help="Text, Markdown, HTML, PDF or DOCX; - is standard input.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a document for programs.")]
Lang = Annotated[str, typer.Option("--lang", help="nb, nn, da, sv or en; else it is told from the text.")]
Encoder = Annotated[
    bool, typer.Option("--encoder", help="Ask a sentence encoder as well: better told, and seconds a notice.")
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="OUT", help="Write one notice as a page for a browser, or for paper; - is standard output."
    ),
]


def read(
    notices: Notices, lang: Lang = "", as_json: AsJson = False, encoder: Encoder = False, html: Html = None
) -> int:
    """A notice's sentences as promises: kinds, durations, basis, recipients, rights, with offsets. Status 0: read."""
    if html is not None and len(notices) > 1:
        raise typer.BadParameter(f"--html shows one notice, and {len(notices)} are named.")
    if html is not None and is_output(html) and as_json:
        raise typer.BadParameter("--html - and --json would both be on standard output. Name a file for the page.")
    if html is not None and _same(html, notices[0]):
        raise InputError(f"{html} is the notice itself; the page is not written over it. Name another file.")
    readings = [(str(notice), reading(notice, lang, encoder)) for notice in notices]
    if html is not None:
        write(html, *readings[0])
    if as_json:
        documents = [{"notice": name, **found.document()} for name, found in readings]
        put(documents[0] if len(documents) == 1 else {"notices": documents})
    elif html is None:
        for name, found in readings:
            show(name, found)
    return 0


def reading(notice: Path, lang: str = "", encoder: bool = False) -> "Reading":
    """Return a notice as read.

    Raises:
        InputError: When the file cannot be read or is no notice in one of the languages, or no encoder is installed.
    """
    from holdord.files import read_file
    from holdord.notice.read import read as read_notice
    from holdord.notice.text import LARGEST, plain_of

    language = language_of(lang) if lang else None
    data = sys.stdin.buffer.read(LARGEST + 1) if str(notice) == "-" else read_file(notice, limit=LARGEST)
    return read_notice(plain_of(data, notice.name), language, encoder=encoder)


def language_of(lang: str) -> "Language":
    """Return one of the five languages.

    Raises:
        InputError: When it is none of them.
    """
    from holdord.policy.terms import LANGUAGES

    language = next((known for known in LANGUAGES if known == lang), None)
    if language is None:
        raise InputError(f"{lang!r} is none of holdord's languages; these are: {', '.join(LANGUAGES)}.")
    return language


def write(out: Path, name: str, found: "Reading") -> None:
    """Write a notice as read as a page that stands alone, to a file or standard output.

    Raises:
        InputError: When the file cannot be written.
    """
    from holdord.notice.picture.page import picture

    page = picture(found, "standard input" if name == "-" else Path(name).name)
    with written(out) as file:
        file.write(page.encode())
    if not is_output(out):
        say(f"The page is in {out}.")


def _same(out: Path, notice: Path) -> bool:
    """Tell whether both are one file, by whatever names or links."""
    try:
        return not is_output(out) and out.samefile(notice)
    except OSError:
        return False


def show(name: str, found: "Reading") -> None:
    """Print a notice with the kinds of its sentences, and what it says in numbers."""
    console = output()
    console.rule(f"[bold]{escape(name)}[/bold]")
    said = [found.language, found.controller, f"version of {found.version_date}" if found.version_date else ""]
    console.print(escape(" · ".join(part for part in said if part)), style="dim")
    for segment, kinds in zip(found.segments, found.kinds, strict=True):
        told = sorted(kinds - {"definition_or_filler"})
        colour = COLOURS[told[0]] if told else "dim"
        words = " ".join(f"[{COLOURS[kind]}]{kind}[/]" for kind in told)
        if segment.role == "heading":
            console.print(f"\n[bold]{escape(segment.text)}[/bold]", soft_wrap=True)
        else:
            mark = "  • " if segment.role == "item" else "  "
            console.print(f"{mark}[{colour}]{escape(segment.text)}[/]  {words}", soft_wrap=True)
    if found.durations:
        console.print("\n[bold]Times[/bold]")
        for duration in found.durations:
            console.print(f"  {escape(in_words(duration))}", soft_wrap=True)
    items: dict[str, Any] = found.art13 or {}
    missing = [item.replace("_", " ") for item, given in items.items() if given is False]
    if missing:
        console.print(f"\n[bold]Not found of art. 13[/bold]\n  {escape(', '.join(missing))}", soft_wrap=True)


def in_words(duration: "Duration") -> str:
    """Return a duration in one line."""
    unit = duration.unit if duration.value == 1 else f"{duration.unit}s"
    said = f"{duration.value:g} {unit}: {duration.action.replace('_', ' ')}"
    data = f" ({duration.data})" if duration.data else ""
    trigger = f", from {duration.trigger!r}" if duration.trigger else ""
    return f"{said}{data}{trigger}{f', by {duration.law}' if duration.law else ''}"
