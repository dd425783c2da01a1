"""Splits a notice's plain text into headings, lead-ins, list items, table rows and sentences, with exact offsets.

The plain text may be wrapped, may be Markdown, and may be neither: a heading is then a short line that ends like none
and has text below it. Offsets speak of the text as it is; markers are no part of a segment.
"""

import re
from dataclasses import dataclass, field, replace

from holdord.notice.model import Role, Segment
from holdord.notice.parts.blocks import BLANKS, Block, blocks
from holdord.notice.parts.sentences import Abbreviations, abbreviations, sentences
from holdord.policy.terms import Language

_SECTION = re.compile(r"(?:#?\d{1,2}(?:\.|(?:\.\d{1,2})+\.?)|§[ \t\u00a0]?\d{1,3}\.?)[ \t\u00a0]")
_DIGITS = re.compile(r"\d+")
_PLACE = re.compile(r"https?://|www\.|@|\b\d{4,}\b|\d\d \d\d \d\d")
_FIRM = re.compile(r"\b(?:AS|ASA|A/S|ApS|I/S|P/S|AB|HB|SA|Ltd|Limited|LLC|Inc|GmbH|SL|v/)\.?(?:$|\s)")
_LABEL = re.compile(r"[^\s:][^:]{0,40}:\s*\S")
_BOLD = ("**", "__")
_LONGEST_HEADING = 100
_LONGEST_NUMBERED = 160
_SHORT = 60
_UNMARKED = 7
"""The level of a heading that only looks like one, in a text whose other headings are marked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Placed:
    """A block, what it is, and the offsets of its sentences."""

    block: Block
    spans: tuple[tuple[int, int], ...]
    heading: int = 0


def segment(plain: str, language: Language) -> tuple[Segment, ...]:
    """Split ``plain`` into segments.

    They are in order and do not overlap; between them stand blanks and markers only. Whatever the text, there is no
    error.
    """
    words = abbreviations(language)
    placed = [
        _Placed(block=block, spans=spans) for block in blocks(plain, words) if (spans := _spans(plain, block, words))
    ]
    return _assembled(plain, _with_headings(plain, placed))


def _spans(plain: str, block: Block, words: Abbreviations) -> tuple[tuple[int, int], ...]:
    """Return the offsets of a block's sentences; a table row is one, whatever its cells hold."""
    row = block.kind == "row"
    found = [(block.start, block.end)] if row else sentences(plain, block.start, block.end, words)
    return tuple(_trimmed(plain, *span) for span in found)


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without look-alike blanks at its ends, and without emphasis that holds the whole of it."""
    while start < end and plain[start] in BLANKS:
        start += 1
    while start < end and plain[end - 1] in BLANKS:
        end -= 1
    for mark in _BOLD:
        inner = plain[start + 2 : end - 2]
        if end - start > 4 and plain.startswith(mark, start) and plain.endswith(mark, start, end) and mark not in inner:
            return start + 2, end - 2
    return start, end


def _with_headings(plain: str, placed: list[_Placed]) -> list[_Placed]:
    """Give each heading its level: its mark-up's, else its numbering's, else 1."""
    marked = any(place.block.kind == "heading" for place in placed)
    result: list[_Placed] = []
    for at, place in enumerate(placed):
        if place.block.kind == "heading":
            result.append(replace(place, heading=place.block.level))
            continue
        before = result[-1] if result else None
        after = placed[at + 1] if at + 1 < len(placed) else None
        if place.block.kind == "text" and _looks_like_heading(plain, place, before, after):
            section = _SECTION.match(plain, *place.spans[0])
            level = len(_DIGITS.findall(section.group())) if section else 1
            result.append(replace(place, heading=_UNMARKED if marked else level))
        else:
            result.append(place)
    return result


def _looks_like_heading(plain: str, place: _Placed, before: _Placed | None, after: _Placed | None) -> bool:
    start, end = place.spans[0][0], place.spans[-1][1]
    if after is None or end - start > _LONGEST_NUMBERED:
        return False
    text = plain[start:end]
    section = _SECTION.match(text)
    if len(place.spans) > (2 if section else 1) or text.endswith((".", ",", ";", ":", "!", ")*")):
        return False
    if _PLACE.search(text) or text[0].islower():
        return False
    if section:
        return True
    if len(text) > _LONGEST_HEADING or not any(letter.isalpha() for letter in text):
        return False
    bold = plain[place.block.start : start].strip() in _BOLD
    if bold:
        return True
    if _LABEL.match(text) or (before and not before.heading and _ends_in_colon(plain, before)):
        return False
    if not place.block.gap and before and not before.heading and _is_short_line(plain, before):
        return False
    if after.block.kind == "text" and not after.block.gap and _is_short_line(plain, after):
        return place.block.gap and not _FIRM.search(text) and not any(letter.isdigit() for letter in text)
    return True


def _is_short_line(plain: str, place: _Placed) -> bool:
    """Tell whether a block is like a line of an address: short, and ending like no sentence."""
    start, end = place.spans[0][0], place.spans[-1][1]
    return place.block.kind == "text" and end - start < _SHORT and plain[end - 1] not in ".!?:;"


@dataclass(kw_only=True, slots=True)
class _Open:
    """What is open at a block: the headings above it, the lead-ins that may have items, the list items.

    Attributes:
        path: (level, number) of each heading, outermost first.
        leads: (indent, number) of each lead-in, outermost first; a paragraph's has the indent -1.
        margin: The least indent of the list's items so far, or None outside a list.
    """

    path: list[tuple[int, int]] = field(default_factory=list)
    leads: list[tuple[int, int]] = field(default_factory=list)
    margin: int | None = None


def _assembled(plain: str, placed: list[_Placed]) -> tuple[Segment, ...]:
    """Number the segments and tie them to their headings and lead-ins."""
    segments: list[Segment] = []
    opened = _Open()
    for number, place in enumerate(placed):
        after = placed[number + 1] if number + 1 < len(placed) else None
        before = placed[number - 1] if number else None
        role = _role(plain, place, before, opened)
        headings = tuple(at for _, at in opened.path)
        lead_in = opened.leads[-1][1] if role == "item" and opened.leads else None
        for start, end in place.spans:
            text = " ".join(plain[start:end].split())
            segments.append(
                Segment(start=start, end=end, text=text, role=role, block=number, headings=headings, lead_in=lead_in)
            )
        last = len(segments) - 1
        if place.heading:
            opened.path.append((place.heading, last))
        elif _leads_in(plain, place, before, after):
            segments[last] = replace(segments[last], role="lead_in")
            opened.leads.append((place.block.indent if place.block.kind == "item" else -1, last))
    return tuple(segments)


def _role(plain: str, place: _Placed, before: _Placed | None, opened: _Open) -> Role:
    """Return what a block's segments are, and close what ends before it."""
    block = place.block
    if place.heading:
        while opened.path and opened.path[-1][0] >= place.heading:
            opened.path.pop()
    elif block.kind == "row":
        if before is None or not (before.block.kind == "row" or _ends_in_colon(plain, before)):
            opened.leads = []
        opened.margin = None
        return "item"
    elif block.kind == "item":
        table = before is not None and before.block.kind == "row"
        opened.leads = [] if table else [lead for lead in opened.leads if lead[0] < block.indent]
        opened.margin = block.indent if opened.margin is None else min(opened.margin, block.indent)
        return "item"
    elif _belongs(plain, place, before, opened):
        return "item"
    opened.leads, opened.margin = [], None
    return "heading" if place.heading else "sentence"


def _belongs(plain: str, place: _Placed, before: _Placed | None, opened: _Open) -> bool:
    """Tell whether a paragraph goes on an item, or is a line that a lead-in introduces."""
    block = place.block
    if opened.margin is not None and block.indent >= opened.margin:
        return True
    if not opened.leads or before is None or before.block.kind != "text" or len(place.spans) > 1:
        return False
    return (not block.gap or _ends_in_colon(plain, before)) and _is_line(plain, place)


def _ends_in_colon(plain: str, place: _Placed) -> bool:
    start, end = place.spans[-1]
    return plain[max(start, end - 5) : end].rstrip("*_ ").endswith(":")


def _is_line(plain: str, place: _Placed) -> bool:
    """Tell whether a paragraph is a line that a lead-in introduces: an address, a name, a link."""
    start, end = place.spans[0][0], place.spans[-1][1]
    return (
        end - start < _SHORT or bool(_PLACE.match(plain, start)) or (end - start < 120 and plain[end - 1] not in ".!?")
    )


def _leads_in(plain: str, place: _Placed, before: _Placed | None, after: _Placed | None) -> bool:
    """Tell whether the last segment of a block introduces what follows."""
    if after is None or after.heading:
        return False
    if place.block.kind == "row":
        return after.block.kind == "row" and (before is None or before.block.kind != "row") and _is_header(plain, place)
    if not _ends_in_colon(plain, place):
        return False
    return place.block.kind != "item" or (after.block.kind == "item" and after.block.indent > place.block.indent)


def _is_header(plain: str, place: _Placed) -> bool:
    text = plain[place.spans[0][0] : place.spans[-1][1]]
    cells = [cell.strip() for cell in text.strip("|").split("|")]
    return place.block.header or all(len(cell) <= 40 and not any(map(str.isdigit, cell)) for cell in cells)
