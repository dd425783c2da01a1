"""The blocks of a plain text: headings, list items, table rows and paragraphs, hard-wrapped lines put together.

Markers (``#``, ``-``, ``•``, ``a)``, ``1.`` in a list, underlines, table rules) are no part of a block. A line goes on
in the next where the next begins with a small letter, where a long one ends with a word like ``of`` or ``av``, or where
the text is wrapped and the line is full. How wide a wrapped text is, its lines tell that certainly go on.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from holdord.notice.parts.sentences import Abbreviations

BlockKind = Literal["heading", "item", "row", "text"]

BLANKS = " \t\u00a0\u00ad\u2000\u2001\u2002\u2003\u2009\u200b\u200c\u200d\u2028\u2029\u202f\u2060\u2800\u3000\ufeff"
"""White space, and the characters that look like it and are not."""

_BLANK = BLANKS + "\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85"
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_HEADING = re.compile(r"(#{1,6})[ \t\u00a0]+(?=\S)")
_CLOSING = re.compile(r"[ \t]#+$")
_BULLET = re.compile(r"(?:[-*+•●◦○▪■▫□·‣⁃–—➢✓✔]|\(?[a-zæøåäö]\)|\(?[ivx]{1,4}\)|\(?\d{1,3}\))[ \t\u00a0]+(?=\S)")
_NUMBER = re.compile(r"(\d{1,2})\.[ \t\u00a0]+(?=\S)")
_SECTION = re.compile(r"(?:§[ \t]?)?\d{1,2}(?:\.\d{1,2})+\.?[ \t\u00a0]+(?=\S)|§[ \t]?\d{1,3}[ \t\u00a0.]")
_UNDERLINE = re.compile(r"(=+|-+)")
_MARKS_ONLY = frozenset("-=*_~`|:+#>•·. ")
_LABEL = re.compile(r"[^\s:][^:]{0,30}:[ \t\u00a0]")
_PLACE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_STOP = (".", "!", "?", ".)", ".”", '."', "?)", ":", ";")
_SHORT = 60
_SHORT_ENTRY = 40
_LONGEST_HEADING = 100
_WRAPPED_AT_LEAST = 50
_FULL = 0.93


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A heading, an item, a table row or a paragraph.

    Attributes:
        start: Offset of its first character, the marker left out.
        level: Of a heading, from 1, where its mark-up tells; 0 where nothing does.
        indent: How far its text stands from the margin, in characters.
        gap: Whether a blank line or a rule stands before it.
        number: Of an item or paragraph that begins ``1.``; 0 for all others.
        header: Whether a table rule stands under this row.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    indent: int = 0
    gap: bool = False
    number: int = 0
    header: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """What stands on a line, blanks at its ends and quote marks left out; ``gap`` where none stands right above it."""

    start: int
    end: int
    indent: int
    gap: bool
    text: str


def blocks(plain: str, words: Abbreviations) -> list[Block]:
    """Return the blocks of ``plain`` in order; they do not overlap, and only blanks and markers stand between them."""
    lines = _lines(plain)
    width = _width(lines)
    found: list[Block] = []
    gap = False
    front = bool(lines) and lines[0].text == "---"
    before: _Line | None = None
    for line in lines:
        gap = gap or line.gap
        if _is_rule(line.text):
            if found:
                if not gap and not front:
                    found[-1] = _ruled(plain, found[-1], line)
                front = False
            gap = True
            continue
        block = _block(line, gap=gap)
        if (
            before is not None
            and not gap
            and block.kind == "text"
            and found[-1].kind in ("text", "item")
            and _goes_on(before, line, found[-1], width, words)
        ):
            found[-1] = replace(found[-1], end=line.end)
        else:
            found.append(block)
        gap, before = False, line
    return _numbered(plain, found)


def _lines(plain: str) -> list[_Line]:
    """Return the lines that hold anything."""
    lines = []
    at = 0
    gap = True
    for raw in plain.splitlines(keepends=True):
        text = raw.strip(_BLANK)
        indent = len(raw) - len(raw.lstrip(_BLANK)) if text else 0
        start, at = at + indent, at + len(raw)
        if text.startswith(">") and (quote := _QUOTE.match(text)):
            bare = text[quote.end() :].lstrip(_BLANK)
            start, text = start + len(text) - len(bare), bare
        if text:
            lines.append(_Line(start=start, end=start + len(text), indent=indent, gap=gap, text=text))
        gap = not text
    return lines


def _is_rule(text: str) -> bool:
    """Tell whether a line is a rule, an underline, a fence or a table's rule: marks and nothing else."""
    return len(text) < 2_000 and _MARKS_ONLY.issuperset(text) and text[0] != "."


def _ruled(plain: str, block: Block, line: _Line) -> Block:
    """Return the block that a line of marks stands under: a heading, or a table's header."""
    if block.kind == "row":
        return replace(block, header=True)
    short = block.end - block.start <= _LONGEST_HEADING and not plain.endswith(
        (".", ":", ";", ","), block.start, block.end
    )
    if block.kind == "text" and short and _UNDERLINE.fullmatch(line.text):
        return replace(block, kind="heading", level=1 if line.text[0] == "=" else 2)
    return block


def _block(line: _Line, *, gap: bool) -> Block:
    """Return the block that a line begins."""
    text, start = line.text, line.start
    if text[0] == "#" and (mark := _HEADING.match(text)):
        closing = _CLOSING.search(text)
        end = start + len(text[: closing.start()].rstrip(_BLANK)) if closing else line.end
        if end > start + mark.end():
            return Block(kind="heading", start=start + mark.end(), end=end, level=len(mark.group(1)), gap=gap)
    if text[0] == "|":
        return Block(kind="row", start=start, end=line.end, gap=gap)
    if mark := _BULLET.match(text):
        indent = line.indent + mark.end()
        return Block(kind="item", start=start + mark.end(), end=line.end, indent=indent, gap=gap)
    number = int(mark.group(1)) if (mark := _NUMBER.match(text)) else 0
    return Block(kind="text", start=start, end=line.end, indent=line.indent, gap=gap, number=number)


def _width(lines: list[_Line]) -> int:
    """Return how many characters a full line has, or 0 where the text is not wrapped."""
    certain = [
        len(line.text) + line.indent
        for line, after in pairwise(lines)
        if not after.gap
        and after.text[0].islower()
        and len(line.text) >= _WRAPPED_AT_LEAST
        and not line.text.endswith(_STOP)
    ]
    if len(certain) < 3:
        return 0
    return sorted(certain)[len(certain) // 2]


def _goes_on(line: _Line, after: _Line, block: Block, width: int, words: Abbreviations) -> bool:
    """Tell whether ``after`` goes on what ``line`` says."""
    text, first = line.text, after.text.split(None, 1)[0]
    if text.endswith((":", ";")):
        return False
    if len(text) >= _WRAPPED_AT_LEAST and text[-_SHORT:].rsplit(None, 1)[-1] in words.line_goes_on:
        return True
    if _SECTION.match(after.text) or _NUMBER.match(after.text):
        return text.endswith(",") or (bool(width) and not text.endswith(_STOP) and len(text) > _FULL * width)
    if after.text[0].islower():
        return text.endswith((",", "-")) or len(text) >= _SHORT or not _stands_alone(line, after, block)
    if not width:
        return False
    full = line.indent + len(text) + 1 + len(first) > _FULL * width
    return full and (block.kind == "text" or after.indent >= block.indent - 1 or not text.endswith(_STOP))


def _stands_alone(line: _Line, after: _Line, block: Block) -> bool:
    """Tell whether ``after`` is a line of its own below a short one, though it begins with a small letter.

    Such are ``e-mail: …`` and a link below another labelled line, and lists without markers: ``name``, ``address``.
    """
    if _LABEL.match(after.text) or (_PLACE.fullmatch(after.text) and _LABEL.match(line.text)):
        return True
    if _PLACE.fullmatch(line.text):
        return True
    return line.start == block.start and len(line.text) < _SHORT_ENTRY and line.text[0].islower()


def _numbered(plain: str, found: list[Block]) -> list[Block]:
    """Make list items of those paragraphs that begin ``1.``, ``2.`` and stand one after the other.

    What is set in deeper may stand between: it belongs to the item above.
    """
    result = list(found)
    row: list[int] = []
    for at, block in enumerate(found):
        while row and block.indent < found[row[-1]].indent:
            row.pop()
        if not row or block.indent > found[row[-1]].indent:
            if block.number:
                row.append(at)
                if block.number == 1 and at and plain[found[at - 1].end - 1] == ":":
                    result[at] = _item(plain, block)
        elif not block.number:
            row.pop()
        else:
            if block.number == found[row[-1]].number + 1:
                result[row[-1]], result[at] = _item(plain, found[row[-1]]), _item(plain, block)
            row[-1] = at
    return result


def _item(plain: str, block: Block) -> Block:
    """Return a paragraph that begins ``1.`` as an item, its number left out."""
    mark = _NUMBER.match(plain, block.start)
    start = mark.end() if mark else block.start
    return replace(block, kind="item", start=start, indent=block.indent + start - block.start)
