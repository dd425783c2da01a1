"""Writes the plain text that HTML and DOCX become: ``# `` headings, ``- `` items, ``| a | b |`` rows, paragraphs.

One element stands on one line; a blank line stands between elements, none between the items of a list, the rows of a
table and the lines of an address.
"""

from typing import Literal

from holdord.errors import NoticeError

LONGEST = 2_000_000
"""Characters of plain text; a long notice has 100,000."""

_DEPTH = 4
_DEEPEST = 8
_Kind = Literal["", "item", "row", "other"]


def too_long() -> NoticeError:
    """Return the error for a text of more than ``LONGEST`` characters."""
    return NoticeError(f"The text of the notice is longer than {LONGEST:,} characters. Is it a notice?")


class Outline:
    """The lines written so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.characters = 0
        self._last: _Kind = ""

    def heading(self, level: int, text: str) -> None:
        """Add a heading of level 1 to 6."""
        self._add("other", f"{'#' * min(max(level, 1), 6)} {text}")

    def paragraph(self, lines: list[str], depth: int = 0) -> None:
        """Add a paragraph of one line or several; ``depth`` is that of the list item it belongs to."""
        indent = " " * _DEPTH * min(depth, _DEEPEST)
        self._add("other", *(indent + line for line in lines))

    def item(self, marker: str, depth: int, text: str) -> None:
        """Add a list item; ``depth`` counts from 1."""
        self._add("item", f"{' ' * _DEPTH * (min(depth, _DEEPEST) - 1)}{marker} {text}")

    def row(self, cells: list[str], *, header: bool = False) -> None:
        """Add a table row, and a rule below it where it is the header."""
        self._add("row", f"| {' | '.join(cells)} |")
        if header:
            self._add("row", f"|{' --- |' * len(cells)}")

    def apart(self) -> None:
        """Put a blank line before what comes next: two lists, two tables do not run into each other."""
        self._last = "other" if self._last else ""

    def text(self, start: int = 0, stop: int | None = None) -> str:
        """Return the lines from ``start`` to ``stop`` as a text that ends with a line break, or an empty one."""
        text = "\n".join(self.lines[start:stop]).strip("\n")
        return f"{text}\n" if text else ""

    def _add(self, kind: _Kind, *lines: str) -> None:
        if self._last and not (kind == self._last != "other"):
            self.lines.append("")
        self.lines.extend(lines)
        self._last = kind
        self.characters += sum(map(len, lines)) + len(lines)
        if self.characters > LONGEST:
            raise too_long()


def joined(parts: list[str]) -> str:
    """Return what stands in a table's cell on one line, its paragraphs parted where no mark parts them."""
    text = ""
    for part in parts:
        gap = "" if not text else " " if text.endswith((".", ",", ";", ":", "!", "?")) else "; "
        text += gap + part
    return text
