"""The notice in the folder, line by line, and the promises that each line makes.

A promise is tied to a line by what is certain alone: the policy quotes the line, the line says the promise in the
policy's own words, or the line is the heading of a section that says it: that of one of its purposes, which a written
notice numbers and names as the policy does, or the section that ``told_by`` names. Lines that none of these reach
promise nothing that a program can tell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from holdord.notice.write.words import words_of
from holdord.policy.model import Policy, Promise
from holdord.policy.terms import Language

Kind = Literal["heading", "item", "row", "text"]
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(.*)$")
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*\.?\s+(.*)$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SHORTEST = 20
"""Letters that a part of a sentence needs to be known for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the notice.

    Attributes:
        kind: What it is; a row is one of a table, its cells apart.
        level: Of a heading, from 1; else 0.
        cells: Its words; several for a row.
        promises: The ids of the promises that it makes.
    """

    kind: Kind
    level: int
    cells: tuple[str, ...]
    promises: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(self.cells)


def lines(policy: Policy, language: Language, notice: str) -> tuple[Line, ...]:
    """Return a notice's lines with their promises.

    Args:
        policy: The policy that names the notice.
        language: The notice's.
        notice: Its text, Markdown.
    """
    return tuple(_lines(_Ties(policy, language), notice))


def untold(policy: Policy, found: tuple[Line, ...]) -> tuple[Promise, ...]:
    """Return the promises that no line makes."""
    told = {name for line in found for name in line.promises}
    return tuple(promise for promise in policy.promises.values() if promise.id not in told)


def _lines(ties: "_Ties", notice: str) -> Iterator[Line]:
    for raw in notice.splitlines():
        text = _ESCAPED.sub(r"\1", raw.strip())
        if not text or set(text) <= set("|-: "):
            continue
        if heading := _HEADING.match(text):
            yield Line(kind="heading", level=len(heading[1]), cells=(heading[2],), promises=ties.of_heading(heading[2]))
        elif text.startswith("|"):
            cells = tuple(cell.strip() for cell in text.strip("|").split("|"))
            yield Line(kind="row", level=0, cells=cells, promises=())
        elif item := _ITEM.match(text):
            yield Line(kind="item", level=0, cells=(item[1],), promises=ties.of_line(item[1]))
        else:
            yield Line(kind="text", level=0, cells=(text,), promises=ties.of_line(text))


class _Ties:
    """What lines and headings are tied to."""

    def __init__(self, policy: Policy, language: Language) -> None:
        words = words_of(language)
        self.said: list[tuple[str, str]] = []
        self.headings: dict[str, list[str]] = {}
        for promise in policy.promises.values():
            own = promise.says.within(language)
            self.said += [(_plain(own), promise.id)] if own else []
            self.said += [(_plain(one.text), promise.id) for one in promise.notice if one.language == language]
            if promise.told_by:
                self._tie(words.line("title", promise.told_by), promise.id)
        for purpose in policy.purposes.values():
            label = purpose.label.within(language)
            for name in policy.promises_of(purpose.id) if label else ():
                self._tie(str(label), name)

    def of_heading(self, text: str) -> tuple[str, ...]:
        """Return the promises of the section below a heading."""
        numbered = _NUMBERED.match(text)
        bare = _plain(numbered[1] if numbered else text)
        found = self.headings.get(bare, [])
        # a written purpose begins with its verb, without the word for "to"
        more = [name for label, names in self.headings.items() if label.endswith(f" {bare}") for name in names]
        return tuple(dict.fromkeys([*found, *(more if numbered else ())]))

    def of_line(self, text: str) -> tuple[str, ...]:
        """Return the promises that a line makes."""
        plain = _plain(text)
        found = [name for said, name in self.said if said == plain or _within(said, plain) or _within(plain, said)]
        return tuple(dict.fromkeys(found))

    def _tie(self, heading: str, promise: str) -> None:
        self.headings.setdefault(_plain(heading), []).append(promise)


def _within(part: str, whole: str) -> bool:
    return len(part) >= _SHORTEST and part in whole


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split()).casefold().rstrip(".:")
