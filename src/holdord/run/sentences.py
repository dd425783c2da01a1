"""The notice in the folder, sentence by sentence, and the promises that each sentence makes.

A promise is tied to a sentence by what is certain alone: the policy quotes it, or a part of it, or it is a part of what
the policy quotes; it says the promise in the policy's own words; or it is the heading of a section that says it: that
of one of its purposes, which a written notice numbers and names as the policy does, in its table too, or the section
that ``told_by`` names. Sentences that none of these reach promise nothing that a program can tell.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from holdord.notice.parts.sentences import Abbreviations, abbreviations, sentences
from holdord.notice.write.words import words_of
from holdord.policy.model import Policy, Promise
from holdord.policy.quotes import unescaped
from holdord.policy.terms import Language

Kind = Literal["heading", "item", "row", "text"]
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_ITEM = re.compile(r"^(?:[-*+]|\d+[.)])\s+(.*)$")
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*\.?\s+(.*)$")
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
_TO = len("att")
_SHORTEST = 20
"""Letters that a part of a sentence needs to be known for it."""
_EDGES = ".!?…:;|–-\"'»”)"
"""What stands at the ends of a whole sentence within a longer quote."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence of the notice, and the ids of the promises that it makes."""

    text: str
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A heading, a paragraph, an item of a list or a row of a table.

    Attributes:
        level: Of a heading, from 1; else 0.
        cells: Its sentences; those of each cell apart where it is a row.
    """

    kind: Kind
    level: int
    cells: tuple[tuple[Sentence, ...], ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All of its sentences."""
        return tuple(one for cell in self.cells for one in cell)

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(one.text for one in self.sentences)


def blocks(policy: Policy, language: Language, notice: str) -> tuple[Block, ...]:
    """Return a notice's blocks, their sentences with their promises.

    Args:
        policy: The policy that names the notice.
        language: The notice's.
        notice: Its text, Markdown.
    """
    ties, words = _Ties(policy, language), abbreviations(language)
    return tuple(
        Block(kind=kind, level=level, cells=tuple(ties.cells(kind, cells, words)))
        for kind, level, cells in _parts(notice)
    )


def untold(policy: Policy, found: Iterable[Block]) -> tuple[Promise, ...]:
    """Return the promises that no sentence makes."""
    told = {name for block in found for one in block.sentences for name in one.promises}
    return tuple(promise for promise in policy.promises.values() if promise.id not in told)


def _parts(notice: str) -> Iterator[tuple[Kind, int, list[str]]]:
    """Yield kind, level and cells of each part of a notice; lines that follow each other are one paragraph."""
    kind: Kind = "text"
    open_: list[str] = []
    for raw in [*notice.splitlines(), ""]:
        line = raw.strip()
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if open_ and (not line or heading or item or line.startswith("|")):
            yield kind, 0, [unescaped(" ".join(open_))]
            open_ = []
        if not line or set(line) <= set("|-: "):
            continue
        if heading:
            yield "heading", len(heading[1]), [unescaped(heading[2])]
        elif line.startswith("|"):
            inner = line[1:-1] if line.endswith("|") and not line.endswith("\\|") else line[1:]
            yield "row", 0, [unescaped(cell.strip()) for cell in _BETWEEN_CELLS.split(inner)]
        elif item:
            kind, open_ = "item", [item[1]]
        else:
            kind = kind if open_ else "text"
            open_.append(line)


class _Ties:
    """What sentences and headings are tied to."""

    def __init__(self, policy: Policy, language: Language) -> None:
        words = words_of(language)
        self.said: list[tuple[str, str]] = []
        self.headings: dict[str, list[str]] = {}
        for promise in policy.promises.values():
            own = promise.says.within(language)
            self.said += [(_plain(own), promise.id)] if own else []
            quotes = [one.text for one in promise.notice if one.language == language]
            self.said += [(_plain(unescaped(quote).strip("| ")), promise.id) for quote in quotes]
            if promise.told_by:
                self._tie(words.line("title", promise.told_by), promise.id)
        for purpose in policy.purposes.values():
            label = purpose.label.within(language)
            for name in policy.promises_of(purpose.id) if label else ():
                self._tie(str(label), name)

    def cells(self, kind: Kind, cells: list[str], words: Abbreviations) -> list[tuple[Sentence, ...]]:
        """Return the sentences of a part of the notice, cell by cell; a quote may reach over several."""
        if kind == "heading":
            return [(Sentence(text=cells[0], promises=self.of_heading(cells[0])),)]
        cut = [[cell[start:end] for start, end in sentences(cell, 0, len(cell), words)] for cell in cells]
        made = self._made([text for cell in cut for text in cell], [len(cell) for cell in cut])
        found = [tuple(next(made) for _ in cell) for cell in cut]
        if kind == "row" and _NUMBERED.match(cells[0]):
            names = tuple(dict.fromkeys([*self.of_heading(cells[0]), *(n for one in found[0] for n in one.promises)]))
            found[0] = (Sentence(text=cells[0], promises=names),)
        return found

    def of_heading(self, text: str) -> tuple[str, ...]:
        """Return the promises of the section below a heading."""
        numbered = _NUMBERED.match(text)
        bare = _plain(numbered[1] if numbered else text)
        found = self.headings.get(bare, [])
        # a written purpose begins with its verb, without the word for "to"
        more = [name for label, names in self.headings.items() if _verb_first(label) == bare for name in names]
        return tuple(dict.fromkeys([*found, *(more if numbered else ())]))

    def _made(self, texts: list[str], lengths: list[int]) -> Iterator[Sentence]:
        """Yield the sentences of a paragraph or row with their promises."""
        folded = [_folded(one) for one in texts]
        last = set(accumulate(lengths))  # sentences after which a cell ends
        apart = [" | " if number in last else " " for number in range(1, len(folded) + 1)]
        whole = "".join(text + gap for text, gap in zip(folded, apart, strict=True))
        starts = list(accumulate((len(text) + len(gap) for text, gap in zip(folded, apart, strict=True)), initial=0))
        ends = [start + len(text) for start, text in zip(starts, folded, strict=False)]
        found: list[list[str]] = [[] for _ in folded]
        plain = [one.rstrip(".:") for one in folded]
        for said, name in self.said:
            for at in _places(said, whole):
                for number in range(bisect_right(ends, at), bisect_left(starts, at + len(said), hi=len(folded))):
                    found[number].append(name)
            for number, one in enumerate(plain):
                if one == said or _whole_within(one, said):
                    found[number].append(name)
        for text, names in zip(texts, found, strict=True):
            yield Sentence(text=text, promises=tuple(dict.fromkeys(names)))

    def _tie(self, heading: str, promise: str) -> None:
        self.headings.setdefault(_plain(heading), []).append(promise)


def _verb_first(label: str) -> str:
    """Return a purpose without the short word that an infinitive begins with; the purpose where there is none."""
    first, _, rest = label.partition(" ")
    return rest if len(first) <= _TO else label


def _places(part: str, whole: str) -> Iterator[int]:
    """Yield where a part that is long enough to be known stands in a text."""
    at = whole.find(part) if len(part) >= _SHORTEST else -1
    while at >= 0:
        yield at
        at = whole.find(part, at + len(part))


def _whole_within(sentence: str, said: str) -> bool:
    """Tell whether something says a sentence as a whole one, not as some words of another."""
    if not _SHORTEST <= len(sentence) <= len(said):
        return False
    return any(
        said[:at].rstrip()[-1:] in _EDGES and said[at + len(sentence) :].lstrip()[:1] in _EDGES
        for at in _places(sentence, said)
    )


def _plain(text: str) -> str:
    return _folded(text).rstrip(".:")


def _folded(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split()).casefold()
