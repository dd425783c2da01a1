"""The notice itself in a picture: headings, paragraphs and lists in its own order, with notes in the margin.

Sentences are numbered like verses, so that whatever speaks of one can name it on paper too. A sentence carries its
kinds as words at its beginning and its findings at its end; style moves both into the margin where there is one.
Headings count apart. A finding stands at the sentence in which its words begin, else at the next one.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from holdord.notice.model import Duration, Fact, Finding, Kind, Reading, Segment
from holdord.notice.picture.looks import KINDS, icon, label, text

_DEEPEST_LIST = 6
_MOST_SAID = 40  # letters of a settled form that still fits into the margin
_ANSWERS = ("respond", "notify")
_TIMED: tuple[Kind, ...] = ("retention", "cookie", "deadline")
_IN_PARTICULAR: dict[Kind, str] = {"legal_basis": "basis", "right": "right"}
"""Kind → the fact whose settled form is short enough to stand behind the kind's words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where everything stands in a picture.

    Attributes:
        anchors: For each segment, its id; ``s12`` is sentence 12, ``h3`` the third heading.
        kinds: For each segment, its kinds, the leading one first; headings that only introduce have none.
        findings: In the order of their numbers, those without a place first.
        missing: How many findings have no place.
        findings_at: Segment → numbers of its findings, from 1.
        durations_at: Segment → what it says in numbers.
        facts_at: Segment → what it says in settled form.
    """

    anchors: tuple[str, ...]
    kinds: tuple[tuple[Kind, ...], ...]
    findings: tuple[Finding, ...]
    missing: int
    findings_at: dict[int, list[int]]
    durations_at: dict[int, list[Duration]]
    facts_at: dict[int, list[Fact]]

    def is_sentence(self, segment: int) -> bool:
        """Tell whether there is such a segment and it is no heading."""
        return 0 <= segment < len(self.anchors) and self.anchors[segment][0] == "s"

    def name(self, segment: int) -> tuple[str, str]:
        """Return what a segment is called: ``sentence`` and its number, or ``heading`` and its own."""
        anchor = self.anchors[segment]
        return "sentence" if self.is_sentence(segment) else "heading", anchor[1:]

    def link(self, segment: int) -> str:
        """Return a link to a segment that bears its name, or nothing where there is no such segment.

        Style may leave out the word before the number of a sentence, never that of a heading.
        """
        if not 0 <= segment < len(self.anchors):
            return ""
        word, number = self.name(segment)
        told = f'<span class="w">{word} </span>' if word == "sentence" else f"{word} "
        return f'<a href="#{self.anchors[segment]}">{told}{number}</a>'


def places(reading: Reading) -> Places:
    """Number the sentences and findings of a reading, and tie what it says to them."""
    anchors, count = [], {"s": 0, "h": 0}
    for segment in reading.segments:
        letter = "h" if segment.role == "heading" else "s"
        count[letter] += 1
        anchors.append(f"{letter}{count[letter]}")
    kinds = tuple(
        tuple(kind for kind in KINDS if kind in told and (segment.role != "heading" or kind != "definition_or_filler"))
        for segment, told in zip(reading.segments, reading.kinds, strict=True)
    )
    starts = [segment.start for segment in reading.segments]
    missing = [finding for finding in reading.findings if finding.start is None or not starts]
    placed = sorted(
        (_segment_at(reading.segments, starts, finding.start), finding.start, number)
        for number, finding in enumerate(reading.findings)
        if finding.start is not None and starts
    )
    findings_at: dict[int, list[int]] = defaultdict(list)
    for number, (segment_number, _, _) in enumerate(placed, len(missing) + 1):
        findings_at[segment_number].append(number)
    return Places(
        anchors=tuple(anchors),
        kinds=kinds,
        findings=(*missing, *(reading.findings[at] for _, _, at in placed)),
        missing=len(missing),
        findings_at=findings_at,
        durations_at=_by_segment(reading.durations),
        facts_at=_by_segment(reading.facts),
    )


def _by_segment(things: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for thing in things:
        found[thing.segment].append(thing)
    return found


def _segment_at(segments: tuple[Segment, ...], starts: list[int], offset: int) -> int:
    at = max(bisect_right(starts, offset) - 1, 0)
    return at + 1 if offset >= segments[at].end and at + 1 < len(segments) else at


def in_words(duration: Duration) -> str:
    """Return a duration's length, such as ``3.5 years``."""
    return f"{duration.value:g} {duration.unit if duration.value == 1 else f'{duration.unit}s'}"


def finding_note(there: Places, number: int, segment: int | None, language: str) -> str:
    """Return a finding: its number, severity and name, the rule, why, the sentence that would mend it.

    All of it is phrasing content, so that it may stand in a paragraph.
    """
    finding = there.findings[number - 1]
    back = "" if segment is None else f" at {there.link(segment)}"
    name = text(finding.code.replace("_", " "))
    parts = [
        f'<span class="head">{icon(finding.severity)}<b>F{number}</b> <span class="sev">{finding.severity}</span>{back}'
        f'</span><span class="what">{name}</span>'
    ]
    if finding.article:
        parts.append(f' <bdi class="article">{text(finding.article)}</bdi>')
    parts.append(f'<bdi class="why">{text(finding.text)}</bdi>')
    if finding.proposal:
        words = f'<bdi lang="{language}">{text(finding.proposal)}</bdi>'
        parts.append(f'<span class="proposal"><span class="w2">Proposed</span>{words}</span>')
    return f'<span class="note {finding.severity}" id="f{number}" role="note" lang="en">{"".join(parts)}</span>'


def sheet(reading: Reading, there: Places) -> str:
    """Return the notice as HTML, block by block."""
    numbers = range(len(reading.segments))
    out: list[str] = []
    open_lists = 0
    for _, group in groupby(numbers, key=lambda number: reading.segments[number].block):
        for is_heading, part in groupby(group, key=lambda number: reading.segments[number].role == "heading"):
            block = list(part)
            told = "\n".join(_sentence(reading, there, number) for number in block)
            depth = 0 if is_heading else min(_list_depth(reading, block[0]), open_lists + 1)
            if depth > open_lists:
                out.append("<ul>")
            else:
                out.extend(["</li>", "</ul>"] * (open_lists - depth))
                out.extend(["</li>"] if depth else [])
            open_lists = depth
            if is_heading:
                level = min(len(reading.segments[block[0]].headings), 3)
                notes = "".join(_notes(reading, there, number) for number in block)
                out.append(f"<h{level + 3}>{told}</h{level + 3}>" + (f'<p class="s">{notes}</p>' if notes else ""))
            else:
                out.append(f"<li>{told}" if depth else f"<p>{told}</p>")
    out.extend(["</li>", "</ul>"] * open_lists)
    return "\n".join(out)


def _list_depth(reading: Reading, number: int) -> int:
    """Return how many lists a segment stands in: one for each lead-in above it, and one for an item without any."""
    depth, at = 0, number
    while (above := reading.segments[at].lead_in) is not None and 0 <= above < at and depth < _DEEPEST_LIST:
        depth, at = depth + 1, above
    return max(depth, 1 if reading.segments[number].role == "item" else 0)


def _sentence(reading: Reading, there: Places, number: int) -> str:
    """Return a segment with its labels before it and its findings behind it; a heading's stand below the heading."""
    kinds, anchor = there.kinds[number], there.anchors[number]
    found = there.findings_at.get(number, [])
    words = " ".join([*kinds, *(["finding"] if found else [])])
    lead = f" k-{kinds[0]}" if kinds else ""
    said = _said(there, number)
    labels = " ".join(label(kind, said.get(kind, "")) for kind in kinds)
    count = f'<span class="n">{anchor[1:]}</span>' if anchor[0] == "s" else ""
    margin = f'<span class="m" lang="en">{count} {labels}</span>' if labels or count else ""
    verse = f' data-n="{anchor[1:]}"' if count else ""
    refs = "".join(f'<a class="ref" lang="en" href="#f{finding}">F{finding}</a>' for finding in found)
    notes = _notes(reading, there, number) if count else ""
    marked = _marked(reading, there, number)
    return (
        f'<span class="s{lead}" id="{anchor}" data-k="{words}"{verse}>{margin}<bdi class="t">{marked}</bdi>'
        f"{refs}{notes}</span>"
    )


def _notes(reading: Reading, there: Places, number: int) -> str:
    return "".join(
        finding_note(there, finding, number, reading.language) for finding in there.findings_at.get(number, [])
    )


def _said(there: Places, number: int) -> dict[Kind, str]:
    """Return what a segment says of its kinds in particular: its times, its bases, its rights."""
    kinds = there.kinds[number]
    said: dict[Kind, list[str]] = defaultdict(list)
    for duration in there.durations_at.get(number, []):
        timed = ("deadline", *_TIMED) if duration.action in _ANSWERS else _TIMED
        for kind in (kind for kind in timed if kind in kinds):
            said[kind].append(in_words(duration))
            break
    for fact in there.facts_at.get(number, []):
        for kind, what in _IN_PARTICULAR.items():
            if fact.what == what and kind in kinds and len(fact.value) <= _MOST_SAID:
                said[kind].append(fact.value.replace("_", " "))
    return {kind: ", ".join(dict.fromkeys(words)) for kind, words in said.items()}


def _marked(reading: Reading, there: Places, number: int) -> str:
    """Return a segment's text with the words of its findings marked, and those of its times."""
    segment = reading.segments[number]
    findings = [there.findings[at - 1] for at in there.findings_at.get(number, [])]
    edges = {"mark": _edges(reading.plain, segment, findings)}
    edges["b"] = _edges(reading.plain, segment, there.durations_at.get(number, []))
    out, deep = [], {"mark": 0, "b": 0}
    for start, end in pairwise(sorted({0, len(segment.text), *edges["mark"], *edges["b"]})):
        deep = {tag: count + edges[tag].get(start, 0) for tag, count in deep.items()}
        piece = text(segment.text[start:end])
        for tag in (tag for tag in ("b", "mark") if deep[tag]):
            piece = f"<{tag}>{piece}</{tag}>"
        out.append(piece)
    return "".join(out)


def _edges(plain: str, segment: Segment, things: Iterable[Any]) -> dict[int, int]:
    """Return where marks begin (+1) and end (-1) in a segment's text; none for what covers the whole of it."""
    source = plain[segment.start : segment.end]
    edges: dict[int, int] = defaultdict(int)
    if " ".join(source.split()) != segment.text:
        return edges
    for thing in things:
        start = _collapsed(source, thing.start - segment.start)
        end = min(_collapsed(source, thing.end - segment.start), len(segment.text)) if thing.end is not None else start
        if start < end and end - start < len(segment.text.rstrip(".:;")):
            edges[start] += 1
            edges[end] -= 1
    return edges


def _collapsed(source: str, offset: int) -> int:
    """Return where an offset of the plain text lies once white space is collapsed."""
    before = source[: max(offset, 0)]
    words = " ".join(before.split())
    return len(words) + (1 if words and before[-1:].isspace() else 0)
