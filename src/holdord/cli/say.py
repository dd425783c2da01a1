"""How the command line speaks: messages and progress to standard error, documents to standard output."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from holdord.plan.statements import Plan, Statement
    from holdord.run.execute import Progress as Told

STATES = {
    "kept": ("green", "✓", "kept"),
    "due": ("yellow", "◷", "due"),
    "broken": ("bold red", "✗", "broken"),
    "waiting": ("magenta", "…", "waiting"),
    "not_wired": ("dim", "○", "not wired"),
}
"""State → colour, sign and word; never colour alone."""


def errors() -> Console:
    """Return a console on standard error."""
    return Console(stderr=True, highlight=False)


def output() -> Console:
    """Return a console on standard output; where that is no terminal, lines are not cut."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=160)


def say(message: str) -> None:
    """Say something to a person."""
    errors().print(escape(message), soft_wrap=True)


def put(document: dict[str, Any]) -> None:
    """Print a document for programs."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def unreadable(error: Exception) -> str:
    """Return in words why a file cannot be read; nothing of what stands in it."""
    if isinstance(error, OSError):
        return (error.strerror or "the system does not say why").lower()
    return "it is no text" if isinstance(error, UnicodeDecodeError) else "it is no JSON"


def is_output(out: Path) -> bool:
    """Tell whether ``-`` is asked for, which is standard output."""
    return str(out) == "-"


@contextmanager
def written(out: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Give a stream for a document: of a file that is written whole or not at all, or of standard output for ``-``.

    Raises:
        InputError: When the file cannot be written.
    """
    from holdord.files import whole_file

    if is_output(out):
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with whole_file(out, remedy="Name a file, or - for standard output.", private=private) as file:
            yield file


@contextmanager
def progress(plan: "Plan") -> Iterator["Told"]:
    """Show how far a sweep is, in rows; nothing where nobody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = errors()
    bar = Progress(
        TextColumn("{task.description:<34}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal or not plan.statements,
    )
    with bar:
        task = bar.add_task("keeping", total=plan.rows)

        def told(statement: "Statement", rows: int) -> None:
            bar.update(task, advance=rows, description=f"{statement.promise} {statement.action} {statement.table}"[:34])

        yield told
