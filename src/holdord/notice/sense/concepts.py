"""Concepts in a sentence: "keeping", "third party", "right of access", in the words of five languages.

A language's words stand in ``lang/kinds.<language>.toml``, one list of patterns a concept; names that are the same
everywhere (services, tools) in ``lang/kinds.common.toml``. A pattern is one to four words in small letters:

- ``slett*`` any word that begins so, ``*leverandør`` that ends so, ``*cookie*`` that holds it (Nordic compounds);
- ``lagre/lagres`` one or the other; ``#`` any word that begins with a digit;
- ``..`` between two words: up to three words in between.

A text is cut into words once. What a word can be is looked up in dictionaries and remembered, so a sentence costs some
dictionary look-ups a word.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from holdord.notice.model import Language

_WORD = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?:https?://|www\.)\S+"
    r"|[\w]+(?:[.'’&-]\w+)*"
)
_GAP = 3
_REMEMBERED = 50_000


class Mention(NamedTuple):
    """A concept in a text: its name, where its words stand, and which word of the text is its first."""

    concept: str
    start: int
    end: int
    word: int


_Step = tuple[frozenset[int], int]
"""What a word must be (any of these atoms), and how many words may stand before it."""


class _Tail(NamedTuple):
    """What must follow the second word of a pattern."""

    concept: str
    steps: tuple[_Step, ...]


class _Word(NamedTuple):
    """What a word can be: its atoms, the concepts that it is alone, and the patterns that it can begin.

    ``near`` holds the latter by the atom that must come next, ``far`` by the atom that must come within the gap.
    """

    atoms: frozenset[int]
    alone: tuple[str, ...]
    near: dict[int, list[_Tail]]
    far: dict[int, list[_Tail]]


@dataclass(slots=True)
class Lexicon:
    """The patterns of one language, ready for look-up."""

    atoms: dict[str, int] = field(default_factory=dict)
    infixes: list[tuple[str, int]] = field(default_factory=list)
    singles: dict[int, list[str]] = field(default_factory=dict)
    seconds: dict[int, list[tuple[_Step, _Tail]]] = field(default_factory=dict)
    longest: int = 0
    known: dict[str, _Word] = field(default_factory=dict)

    def add(self, concept: str, pattern: str) -> None:
        """Take one pattern in.

        Raises:
            ValueError: If it has no words, or begins or ends with a gap.
        """
        words = pattern.split()
        if not words or words[0] == ".." or words[-1] == "..":
            raise ValueError(f"pattern {pattern!r} of {concept}: begin and end it with a word")
        first = self._atoms_of(words[0])
        if len(words) == 1:
            for atom in first:
                self.singles.setdefault(atom, []).append(concept)
            return
        steps: list[_Step] = []
        gap = 0
        for word in words[1:]:
            if word == "..":
                gap = _GAP
                continue
            steps.append((self._atoms_of(word), gap))
            gap = 0
        for atom in first:
            self.seconds.setdefault(atom, []).append((steps[0], _Tail(concept, tuple(steps[1:]))))

    def _atoms_of(self, word: str) -> frozenset[int]:
        found = set()
        for part in word.split("/"):
            number = self.atoms.setdefault(part, len(self.atoms))
            if part.startswith("*") and part.endswith("*") and (part[1:-1], number) not in self.infixes:
                self.infixes.append((part[1:-1], number))
            self.longest = max(self.longest, len(part))
            found.add(number)
        return frozenset(found)

    def look_up(self, word: str) -> _Word:
        """Return what a word in small letters can be."""
        seen = self.known.get(word)
        if seen is not None:
            return seen
        atoms = self.atoms
        found = {atoms[word]} if word in atoms else set()
        if word[0].isdigit() and "#" in atoms:
            found.add(atoms["#"])
        for size in range(1, min(len(word), self.longest) + 1):
            if (number := atoms.get(word[:size] + "*")) is not None:
                found.add(number)
            if (number := atoms.get("*" + word[-size:])) is not None:
                found.add(number)
        found.update(number for part, number in self.infixes if part in word)
        made = _Word(
            frozenset(found),
            tuple(dict.fromkeys(concept for atom in sorted(found) for concept in self.singles.get(atom, ()))),
            {},
            {},
        )
        for atom in sorted(found):
            for (wanted, gap), tail in self.seconds.get(atom, ()):
                for second in wanted:
                    (made.far if gap else made.near).setdefault(second, []).append(tail)
        if len(self.known) >= _REMEMBERED:
            self.known.clear()
        self.known[word] = made
        return made


@cache
def lexicon(language: Language) -> Lexicon:
    """Return a language's patterns, read once."""
    made = Lexicon()
    for name in ("common", language):
        for concept, patterns in _read(name).items():
            for pattern in patterns:
                made.add(concept, pattern)
    return made


def _read(name: str) -> dict[str, list[str]]:
    content = tomllib.loads((files("holdord.notice") / "lang" / f"kinds.{name}.toml").read_text(encoding="utf-8"))
    concepts: dict[str, list[str]] = content["concepts"]
    if parent := content.get("extends"):
        for concept, patterns in _read(parent).items():
            concepts[concept] = list(dict.fromkeys(concepts.get(concept, []) + patterns))
    return concepts


def mentions(text: str, language: Language) -> tuple[Mention, ...]:
    """Return the concepts in a text, in the order of their first words."""
    found: list[Mention] = []
    known = lexicon(language)
    spans = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    words = [known.look_up(text[start:end].lower()) for start, end in spans]
    for number, word in enumerate(words):
        start, end = spans[number]
        for concept in word.alone:
            found.append(Mention(concept, start, end, number))
        if word.near and number + 1 < len(words):
            for atom in words[number + 1].atoms:
                for tail in word.near.get(atom, ()):
                    _add(found, tail, words, spans, number, number + 1)
        if word.far:
            for place in range(number + 1, min(number + 2 + _GAP, len(words))):
                for atom in words[place].atoms:
                    for tail in word.far.get(atom, ()):
                        _add(found, tail, words, spans, number, place)
    return tuple(found)


def _add(
    found: list[Mention],
    tail: _Tail,
    words: list[_Word],
    spans: list[tuple[int, int]],
    number: int,
    place: int,
) -> None:
    """Add the concept of ``tail`` if its remaining steps follow the word at ``place``."""
    last = _follow(tail.steps, words, place)
    if last is not None:
        found.append(Mention(tail.concept, spans[number][0], spans[last][1], number))


def _follow(steps: tuple[_Step, ...], words: list[_Word], last: int) -> int | None:
    """Return the last word of the first match of ``steps`` behind the word ``last``, or None."""
    if not steps:
        return last
    wanted, gap = steps[0]
    for place in range(last + 1, min(last + 2 + gap, len(words))):
        if not wanted.isdisjoint(words[place].atoms):
            end = _follow(steps[1:], words, place)
            if end is not None:
                return end
    return None
