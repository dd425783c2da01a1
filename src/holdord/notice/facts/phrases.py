"""Finding known words and short phrases in a segment, in one pass, whatever their number.

A phrase is a few words; ``word*`` matches any ending of the word, ``*word*`` (not as the first) also any beginning,
and ``~`` stands for up to five words between: ``rett* ~ *opplysning*`` finds "rettet uriktige personopplysninger".
Phrases are data (``lang/*.toml``) and stand below a label, ``what`` and ``value``, which the finder gives back with
the place. Case does not matter; punctuation between the words of a phrase does not either.

Segments have their white space collapsed, the notice's plain text has not: :func:`places` translates offsets.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from holdord.notice.model import Segment

Word = tuple[str, int, int]
"""A word in lower case, and where it starts and ends in the segment's text."""

_Phrase = tuple[tuple[tuple[str, bool], ...], str, str]
_WORD = re.compile(r"[^\W_]+")
_HEAD = 3  # letters that the index is keyed by
_GAP = 5  # words that ``~`` stands for at most


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found; ``start`` and ``end`` count characters of the segment's text."""

    what: str
    value: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Cut a text into words in lower case, with their places."""
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(lower(text))]


def lower(text: str) -> str:
    """Return a text in lower case, letter for letter: a few letters of other alphabets would become two."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)


@cache
def table(name: str) -> Mapping[str, Any]:
    """Read a table of words that comes with the package, such as ``durations.toml``."""
    return tomllib.loads((files("holdord.notice") / "lang" / name).read_text(encoding="utf-8"))


class Phrases:
    """An index of phrases by the first letters of their first word.

    Args:
        tables: What → value → phrases; several tables are laid together.
    """

    def __init__(self, tables: Sequence[Mapping[str, Mapping[str, Sequence[str]]]]) -> None:
        self._exact: dict[str, list[_Phrase]] = {}
        self._open: dict[str, list[_Phrase]] = {}
        seen: set[tuple[str, str, str]] = set()
        for one in tables:
            for what, values in one.items():
                for value, phrases in values.items():
                    for phrase in phrases:
                        if (what, value, phrase) not in seen:
                            seen.add((what, value, phrase))
                            self._add(phrase, what, value)

    def _add(self, phrase: str, what: str, value: str) -> None:
        parts: list[tuple[str, bool]] = []
        for piece in phrase.lower().split():
            if piece == "~":
                parts.append(("~", False))
                continue
            words = _WORD.findall(piece)
            parts += [(word, False) for word in words[:-1]]
            inside = "*" if piece.startswith("*") else ""
            parts.append((inside + words[-1], piece.endswith("*")))
        first, open_ended = parts[0]
        if open_ended and len(first) < _HEAD:
            raise ValueError(f"The phrase {phrase!r} is too short for an open ending.")
        index, key = (self._open, first[:_HEAD]) if open_ended else (self._exact, first)
        index.setdefault(key, []).append((tuple(parts), what, value))

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """Return every phrase found, in the order of its first word; phrases may overlap."""
        hits: list[Hit] = []
        exact, opened = self._exact, self._open
        for number, (word, start, end) in enumerate(words):
            for parts, what, value in exact.get(word, ()):
                last = number if len(parts) == 1 else _rest(parts, 1, words, number + 1)
                if last is not None:
                    hits.append(Hit(what, value, start, words[last][2]))
            for parts, what, value in opened.get(word[:_HEAD], ()):
                if not word.startswith(parts[0][0]):
                    continue
                if len(parts) == 1:
                    hits.append(Hit(what, value, start, end))
                    continue
                last = _rest(parts, 1, words, number + 1)
                if last is not None:
                    hits.append(Hit(what, value, start, words[last][2]))
        return hits


def _rest(parts: tuple[tuple[str, bool], ...], part: int, words: Sequence[Word], at: int) -> int | None:
    """Return the number of the word that the phrase ends with, or None where it is not there."""
    while part < len(parts):
        wanted, open_ended = parts[part]
        if wanted == "~":
            wanted, open_ended = parts[part + 1]
            for skip in range(at, min(at + _GAP + 1, len(words))):
                if _is(words[skip][0], wanted, open_ended):
                    found = _rest(parts, part + 2, words, skip + 1)
                    if found is not None:
                        return found
            return None
        if at >= len(words) or not _is(words[at][0], wanted, open_ended):
            return None
        part, at = part + 1, at + 1
    return at - 1


def _is(word: str, wanted: str, open_ended: bool) -> bool:
    """Tell whether a word is the one wanted, begins with it, or holds it (``*word*``)."""
    if word == wanted:
        return True
    return open_ended and (wanted[1:] in word if wanted[0] == "*" else word.startswith(wanted))


def places(segment: Segment, plain: str) -> list[int] | None:
    """Translate offsets of a segment's text to those of the plain text.

    Returns:
        For each character of ``segment.text``, and one past it, its place in the plain text; None where the two
        have the same length, so that ``segment.start`` is all there is to add.
    """
    if len(segment.text) == segment.end - segment.start or not plain:
        return None
    at = segment.start
    found: list[int] = []
    for letter in segment.text:
        while at < segment.end - 1 and not (plain[at] == letter or (letter == " " and plain[at].isspace())):
            at += 1
        found.append(min(at, segment.end - 1))
        at += 1
        if letter == " ":
            while at < segment.end and plain[at].isspace():
                at += 1
    found.append(segment.end)
    return found


def in_plain(segment: Segment, place: list[int] | None, start: int, end: int) -> tuple[int, int]:
    """Return where ``segment.text[start:end]`` stands in the plain text, never outside the segment."""
    if place is None:
        return min(segment.start + start, segment.end), min(segment.start + end, segment.end)
    return place[start], (place[end - 1] + 1 if end > start else place[end])
