"""The shape of a written notice: headings, paragraphs of one sentence a line, lists and tables; as Markdown and back.

A sentence has a line to itself, which Markdown flows into one paragraph. Every character that Markdown could take for
its own is written with a backslash, so that the controller's words stay what they are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from holdord.policy.quotes import unescaped

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&]")
_FIRST = re.compile(r"^(?:(?=[-+=])|([0-9]+)(?=[.)]))")  # what a list, a rule or an underlined heading begins with
LINK = re.compile(r"(?P<web>https?://[^\s<>\"']*[^\s<>\"'.,;:)])|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.ASCII)
"""A web address (``web``) or an e-mail address (``mail``) that pages make a link of."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` is 1 for the notice, 2 for a section, 3 for what stands below one."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that follow each other."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row of headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a notice in Markdown, its escapes undone.

    Attributes:
        kind: What it is part of; a table's headings and its ruler are rows as well.
        text: Its words; for a row its cells.
        number: Counted from 1.
        level: Of a heading; 0 otherwise.
    """

    kind: Literal["heading", "sentence", "item", "row"]
    cells: tuple[str, ...]
    number: int
    level: int = 0

    @property
    def text(self) -> str:
        """The words of what has one cell."""
        return self.cells[0]


def markdown(blocks: Sequence[Block]) -> str:
    """Write blocks as Markdown."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level=level, text=text):
            yield f"{'#' * level} {_escape(text)}"
        case Paragraph(lines=lines):
            yield from (_begin(line) for line in lines)
        case Items(lines=lines):
            yield from (f"- {_begin(line)}" for line in lines)
        case Table(head=head, rows=rows):
            ruler = tuple("---" for _ in head)
            for cells in (tuple(map(_escape, head)), ruler, *(tuple(map(_escape, row)) for row in rows)):
                yield f"| {' | '.join(cells)} |"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _begin(text: str) -> str:
    return _FIRST.sub(r"\1\\", _escape(text))


def read_lines(text: str) -> Iterator[Line]:
    """Cut Markdown that ``markdown`` wrote into lines; blank ones left out."""
    for number, line in enumerate(text.split("\n"), start=1):
        if heading := re.fullmatch(r"(#{1,3}) (.+)", line):
            yield Line("heading", (unescaped(heading[2]),), number, len(heading[1]))
        elif line.startswith("- "):
            yield Line("item", (unescaped(line[2:]),), number)
        elif line.startswith("| ") and line.endswith(" |"):
            yield Line("row", tuple(unescaped(cell) for cell in line[2:-2].split(" | ")), number)
        elif line:
            yield Line("sentence", (unescaped(line),), number)
