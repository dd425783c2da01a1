"""Where a notice says something: its sections as a policy's quotes name them, its lines, its sentences cut short.

A quote stands below a heading that :mod:`holdord.policy.quotes` can find. A Markdown notice is taken as it is where
all its sentences stand below such headings; of any other, its text is written as Markdown: the same words, the
headings marked, a title on top where it has none.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping

from holdord.notice.draft.usual import title
from holdord.notice.model import Reading
from holdord.policy.quotes import sections

_LONGEST_COMMENT = 200
_LONGEST_QUOTE = 2000
_MARK = re.compile(r"^(\s*)(#{1,6}\s)", re.MULTILINE)
_HEADED = re.compile(r"^(?:(\d+(?:\.\d+)*)\.?\s+)?(.*)$", re.DOTALL)
_DEEPEST = 6


class Places:
    """A reading with the sections that its sentences are quoted by.

    Attributes:
        markdown: The notice's text as quotes are checked against.
        as_it_is: Whether that is the notice's own text, unchanged.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.markdown, self.as_it_is = reading.plain, True
        self._sections: Mapping[str, str] = sections(reading.plain)
        if not all(self._found(number) for number, _ in enumerate(reading.segments)):
            self.markdown, self.as_it_is = _marked(reading, title(reading.language)), False
            self._sections = sections(self.markdown)
        self._ends = [match.start() for match in re.finditer("\n", reading.plain)]

    def quote(self, number: int) -> dict[str, str] | None:
        """Return a segment as a policy quotes it, or None where no section holds its words."""
        section = self._found(number)
        if section is None:
            return None
        return {"lang": self.reading.language, "section": section, "quote": _cut(self.reading.segments[number].text)}

    def line(self, number: int) -> int:
        """Return the line that a segment begins in, counted from 1, of the notice as it was given."""
        return bisect_left(self._ends, self.reading.segments[number].start) + 1

    def sentence(self, number: int) -> str:
        """Return a segment with its line, cut to some 200 characters, for a comment."""
        text = self.reading.segments[number].text
        if len(text) > _LONGEST_COMMENT:
            text = text[:_LONGEST_COMMENT].rsplit(" ", 1)[0] + " …"
        return f"line {self.line(number)}: “{text}”"

    def _found(self, number: int) -> str | None:
        """Return the section that holds a segment's words: its own heading's, else any."""
        segment = self.reading.segments[number]
        words = _cut(segment.text)
        own = [_section(self.reading.segments[above].text) for above in reversed(segment.headings)]
        if segment.role == "heading":
            own.insert(0, _section(segment.text))
        for name in own:
            if name and words in self._sections.get(name, ""):
                return name
        return next((name for name, text in self._sections.items() if _section(name) and words in text), None)


def _section(heading: str) -> str:
    """Return what a heading is called in a quote: its number where it has one, else its words."""
    match = _HEADED.match(heading)
    name = (match[1] or match[2].strip()) if match else ""
    return name if any(sign.isalnum() for sign in name) else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rstrip()


def _marked(reading: Reading, headed: str) -> str:
    """Return a notice's text with its headings marked; what looks like a mark and is none is taken away."""
    parts: list[str] = []
    done = 0
    headings = [segment for segment in reading.segments if segment.role == "heading" and segment.text.strip()]
    begins = next((segment.start for segment in reading.segments), 0)
    if not headings or headings[0].start != begins:
        parts.append(f"# {headed}\n\n")
    for segment in headings:
        parts.append(_plain(reading.plain[done : segment.start]))
        parts.append(f"\n\n{'#' * min(len(segment.headings) + 1, _DEEPEST)} {segment.text}\n\n")
        done = segment.end
    parts.append(_plain(reading.plain[done:]))
    lines = [line.rstrip() for line in "".join(parts).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _plain(text: str) -> str:
    """Return a text between headings, without marks: of headings, and the underline of the heading before it."""
    unmarked = re.sub(r"(?m)^[ \t]*#{1,6}[ \t]*$", "", _MARK.sub(r"\1", text))
    return re.sub(r"\A[ \t]*#*[ \t]*\r?\n[=-]+[ \t]*(?=\r?\n|\Z)", "\n", unmarked)
