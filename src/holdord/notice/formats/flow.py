"""Puts the lines of printed pages together again: wrapped lines, hyphens at their ends, headings, page numbers.

A page knows lines and where they stand, and no paragraphs. A line goes on in the next one where it is full, or where
the next begins with a small letter; a paragraph ends where a larger gap follows; larger letters are a heading.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from holdord.notice.formats.outline import LONGEST, too_long

_PAGE_NUMBER = re.compile(
    r"(?:[-–—|]\s?)?(?:side|sida|sidan|sidetall|page|p\.|s\.)?\s?\d{1,3}\s?(?:(?:av|af|of|/|\|)\s?\d{1,3})?\.?(?:\s?[-–—|])?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"([•●◦○▪■▫□·‣⁃➢✓✔\uf0a7\uf0b7\uf0fc\uf0d8-]|o(?=\s{2}))\s*")
_MARKED = re.compile(r"[•●◦○▪■▫□·‣⁃➢✓✔–-]\s|\(?[a-z]\)\s|\(?\d{1,2}[.)]\s|\d{1,2}(?:\.\d{1,2})+\.?\s")
_BROKEN = re.compile(r"(?<=[a-zæøåäöé]{2})[-\u00ad]$")
_BROKEN_MARK = re.compile(r"[\u00ad]$")
_KEEPS_HYPHEN = re.compile(r"(?:og|eller|och|samt|and|or)\b")
_STOP = (".", "!", "?", ":", ";", ".)", ".”", '."', ".»")
_FULL = 0.85
_LARGER = 1.15
_GAP = 1.4
_PITCH = 2.2
"""How far lines of one paragraph stand apart at most, in sizes of their letters."""
_WIDTH = 20
"""How wide a column is at least, in sizes of its letters."""
_LONGEST_HEADING = 150
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line on a page; ``y`` grows upwards, ``right`` is where its last letter ends, ``size`` that of its letters."""

    page: int
    text: str
    y: float
    left: float
    right: float
    size: float


def flowed(lines: list[Line]) -> str:
    """Return the lines as a plain text of paragraphs, items and ``# `` headings.

    Raises:
        NoticeError: When it has more than ``LONGEST`` characters.
    """
    if sum(len(line.text) for line in lines) > LONGEST:
        raise too_long()
    lines = _without_running_heads([replace(line, text=line.text.strip()) for line in lines if line.text.strip()])
    lines = _with_bullets(lines)
    if not lines:
        return ""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0]
    larger = sorted({size for size in sizes if size >= body * _LARGER > 0}, reverse=True)[:6]
    levels = {size: level for level, size in enumerate(larger, start=1)}
    pitches = [before.y - line.y for before, line in pairwise(lines) if before.page == line.page and before.y > line.y]
    pitch = min([sorted(pitches)[len(pitches) // 4] if pitches else _PITCH * body, _PITCH * body])
    right = max(*(line.right for line in lines), min(line.left for line in lines) + _WIDTH * body)
    written: list[str] = []
    before: Line | None = None
    for line in lines:
        size = round(line.size, 1)
        level = levels.get(size, 0) if len(line.text) <= _LONGEST_HEADING else 0
        most = _GAP * pitch * max(1.0, line.size / body if body else 1.0)
        gap = before is None or before.page != line.page or not 0 <= before.y - line.y <= most
        same = before is not None and round(before.size, 1) == size
        if before and same and _goes_on(before, line, gap=gap, right=right, heading=bool(level)):
            written[-1] = _put_together(written[-1], line.text)
        else:
            if written and (gap or level or not same):
                written.append("")
            written.append(f"{'#' * level} {line.text}" if level else line.text)
        before = line
    return "\n".join(written) + "\n"


def _goes_on(before: Line, line: Line, *, gap: bool, right: float, heading: bool) -> bool:
    if _MARKED.match(line.text) or (gap and before.page == line.page):
        return False
    if heading:
        return not gap
    aside = line.text[0] == "(" and not before.text.endswith(_STOP)
    if line.text[0].islower() or aside or _BROKEN_MARK.search(before.text):
        return not before.text.endswith((":", ";"))
    if before.text.endswith((":", ";")) or before.right <= _FULL * right:
        return False
    return not gap or not before.text.endswith(_STOP)


def _put_together(before: str, text: str) -> str:
    """Join two lines; a hyphen that only the line's end asked for goes, one of a compound stays."""
    if _BROKEN.search(before) and text[0].islower():
        if not _KEEPS_HYPHEN.match(text):
            return before[:-1] + text
        before = before[:-1] + "-"
    elif _BROKEN_MARK.search(before):
        return before[:-1] + "-" + text
    elif before.endswith("-") and before[-2:-1].isalnum():
        return before + text
    return f"{before} {text}"


def _with_bullets(lines: list[Line]) -> list[Line]:
    """Write every bullet as ``•`` before its text, also where it stands on a line of its own."""
    found: list[Line] = []
    alone = False
    for line in lines:
        text = line.text
        if alone:
            found[-1] = replace(line, text=f"• {text}", left=found[-1].left)
            alone = False
            continue
        if (mark := _BULLET.match(text)) and (mark.end() > 1 or len(text) == 1 or text[0] > "\ue000"):
            text = f"• {text[mark.end() :]}".strip()
            alone = text == "•"
        found.append(replace(line, text=text))
    return found


def _without_running_heads(lines: list[Line]) -> list[Line]:
    """Leave out page numbers, and what stands at the head or foot of most pages."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges = {page: sorted(on, key=lambda line: line.y) for page, on in pages.items()}
    seen: Counter[str] = Counter()
    for on in edges.values():
        seen.update({_DIGITS.sub("#", line.text) for line in {*on[:2], *on[-2:]}})
    often = {text for text, count in seen.items() if count >= 3 and count > len(pages) / 2}
    gone = {
        line
        for on in edges.values()
        for line in {*on[:2], *on[-2:]}
        if _DIGITS.sub("#", line.text) in often or (line in (on[0], on[-1]) and _PAGE_NUMBER.fullmatch(line.text))
    }
    return [line for line in lines if line not in gone]
