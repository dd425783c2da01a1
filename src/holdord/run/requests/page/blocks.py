"""The shape of what a person gets to read: text in pieces, and blocks that the page and the PDF file both show.

A piece knows what it is: our own words, words of the company's that are given in another language than the page's, or
a value out of the data, whose direction and language nobody knows.
"""

from dataclasses import dataclass, field
from typing import Literal

Of = Literal["words", "value", "name"]
"""Our own or the company's words; a value out of the data; a name that a database has for something."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text.

    Attributes:
        lang: The language of words that are not in the page's; empty for the page's.
        to: The part of the page that it leads to, or empty.
    """

    text: str = field(repr=False)
    lang: str = ""
    of: Of = "words"
    to: str = ""


Text = tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Sentences that follow each other."""

    lines: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """A list."""

    lines: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What something is, point by point: label → one or more lines."""

    rows: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a table: what it is about, a note below that, and the other cells."""

    head: Text
    cells: tuple[Text, ...]
    note: Text = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table whose rows begin with what they are about.

    Attributes:
        about: What it shows, for who cannot see it.
    """

    about: Text
    head: tuple[Text, ...]
    rows: tuple[Row, ...]


Tone = Literal["day", "open", "held", "due"]
"""A day is known; none is yet; a legal hold; nothing needs it any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What becomes of the data above, and why."""

    tone: Tone
    head: Text
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a section, below a heading of its own.

    Attributes:
        id: What links lead to; empty where none do.
    """

    title: Text
    blocks: "tuple[Block, ...]"
    id: str = ""


Block = Paragraph | Items | Facts | Table | Fate | Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number, or a day, and what it counts."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A section of a letter; one that ``warns`` stands out."""

    id: str
    title: Text
    blocks: tuple[Block, ...]
    warns: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What a person gets to read.

    Attributes:
        sender: The controller's name.
        law: Under which article, and as of when.
        lead: The short layer.
    """

    title: str
    sender: str
    law: str
    lead: tuple[Text, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]


def plain(text: Text) -> str:
    """Return a text without what its pieces are."""
    return "".join(piece.text for piece in text)
