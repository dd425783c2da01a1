"""The words of ``lang/compare*.toml`` in a text: acts, roles, rights, bases, categories, in five languages.

A term has a class and the concepts of that class that its words may mean. Two terms agree when they share a concept:
"Accounting Act" is the Norwegian *regnskapsloven* and the Swedish *bokföringslagen* alike, so it agrees with both.
Within a class the longest words win: "possible customers" are prospects, no customers. A pattern with "?" before it
is weak: its words may stand for the concept, but nobody misses them where they have no counterpart.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from holdord.notice.model import Language

_WORD = re.compile(r"[^\W_]+(?:[-‑'’][^\W_]+)*")
_GAP = 3
_COLUMNS: Mapping[Language, str] = {"nb": "no", "nn": "no", "da": "da", "sv": "sv", "en": "en"}

Word = tuple[str, int, int]


class Term(NamedTuple):
    """A term in a text: its class, what it may mean, where it stands, and whether it only excuses another."""

    of: str
    means: frozenset[str]
    start: int
    end: int
    weak: bool


class _Pattern(NamedTuple):
    of: str
    concept: str
    rest: tuple[tuple[tuple[str, ...], int], ...]
    weak: bool
    firm: bool


def words_of(text: str) -> list[Word]:
    """Cut a text into words in small letters, hyphens and apostrophes inside them kept."""
    return [(match[0].lower().replace("’", "'"), match.start(), match.end()) for match in _WORD.finditer(text)]


def fits(word: str, atom: str) -> bool:
    """Tell whether a word is what a pattern's word asks for."""
    if atom[0] == "*":
        return atom[1:-1] in word if atom[-1] == "*" else word.endswith(atom[1:])
    return word.startswith(atom[:-1]) if atom[-1] == "*" else word in (atom, f"{atom}'s")


@dataclass(slots=True)
class Terms:
    """Patterns, by how their first word is looked up."""

    exact: dict[str, list[_Pattern]] = field(default_factory=dict)
    begins: dict[str, list[_Pattern]] = field(default_factory=dict)
    ends: dict[str, list[_Pattern]] = field(default_factory=dict)
    inside: dict[str, list[_Pattern]] = field(default_factory=dict)

    def add(self, of: str, concept: str, patterns: str) -> None:
        """Take in the patterns of a concept, with commas between."""
        for pattern in patterns.split(","):
            weak = pattern.lstrip().startswith("?")
            words = pattern.lower().replace("?", "").split()
            rest: list[tuple[tuple[str, ...], int]] = []
            gap = 0
            for word in words[1:]:
                if word == "..":
                    gap = _GAP
                else:
                    rest.append((tuple(word.split("/")), gap))
                    gap = 0
            for first in words[0].split("/") if words else ():
                table, key = self._table(first)
                table.setdefault(key, []).append(_Pattern(of, concept, tuple(rest), weak, first[0] != "*"))

    def _table(self, atom: str) -> tuple[dict[str, list[_Pattern]], str]:
        if atom[0] == "*":
            return (self.inside, atom[1:-1]) if atom[-1] == "*" else (self.ends, atom[1:])
        return (self.begins, atom[:-1]) if atom[-1] == "*" else (self.exact, atom)

    def _starting(self, word: str) -> Iterable[_Pattern]:
        yield from self.exact.get(word, ())
        if word.endswith("'s"):
            yield from self.exact.get(word[:-2], ())
        for size in range(2, len(word) + 1):
            yield from self.begins.get(word[:size], ())
            yield from self.ends.get(word[-size:], ())
        for part, patterns in self.inside.items():
            if part in word:
                yield from patterns

    def find(self, words: Sequence[Word]) -> list[Term]:
        """Return the terms of a text, in order; within a class none lies inside a longer one."""
        patterns: dict[tuple[str, int, int], list[_Pattern]] = {}
        for number, (word, start, _) in enumerate(words):
            for pattern in self._starting(word):
                last = _follow(pattern.rest, words, number)
                if last is not None:
                    patterns.setdefault((pattern.of, start, words[last][2]), []).append(pattern)
        found = {key: _meaning(several) for key, several in patterns.items()}
        longest: list[Term] = []
        by_class: dict[str, list[tuple[int, int]]] = {}
        for of, start, end in found:
            by_class.setdefault(of, []).append((start, end))
        for (of, start, end), (means, weak) in found.items():
            inside = any(
                first <= start and end <= last and (last - first) > (end - start) for first, last in by_class[of]
            )
            if not inside:
                longest.append(Term(of, means, start, end, weak))
        return sorted(longest, key=lambda term: (term.start, term.end, term.of))


def _meaning(patterns: Sequence[_Pattern]) -> tuple[frozenset[str], bool]:
    """Return what words mean, and whether weakly; how a word begins says more than how it ends: "e-postadresse"."""
    firm = [pattern for pattern in patterns if pattern.firm and not pattern.weak]
    return frozenset(one.concept for one in firm or patterns), all(one.weak for one in patterns)


def _follow(rest: Sequence[tuple[tuple[str, ...], int]], words: Sequence[Word], number: int) -> int | None:
    """Return the number of the word that the pattern ends with, or None."""
    if not rest:
        return number
    atoms, gap = rest[0]
    for place in range(number + 1, min(number + 2 + gap, len(words))):
        if any(fits(words[place][0], atom) for atom in atoms):
            last = _follow(rest[1:], words, place)
            if last is not None:
                return last
    return None


@cache
def table(name: str) -> Mapping[str, Any]:
    """Read one of the tables that come with the package."""
    return tomllib.loads((files("holdord.notice") / "lang" / name).read_text(encoding="utf-8"))


@cache
def terms(language: Language) -> Terms:
    """Return the terms of a language, and the names that stand in any."""
    made = Terms()
    for of, concepts in table("compare.toml").items():
        for concept, columns in concepts.items():
            for column in (_COLUMNS[language], "all"):
                if column in columns:
                    made.add(of, concept, columns[column])
    for of, concepts in table("compare.names.toml").items():
        for concept, patterns in concepts.items():
            made.add(of, concept, patterns)
    return made


@cache
def steering(language: Language) -> Terms:
    """Return the words that steer: negation and modality; class ``negation`` or ``modality``."""
    made = Terms()
    for of in ("negation", "modality"):
        for concept, columns in table("compare.words.toml")[of].items():
            made.add(of, concept, columns[_COLUMNS[language]])
    return made


@cache
def word_list(of: str, name: str, language: Language) -> frozenset[str]:
    """Return a plain list of words, such as those that no sentence ends with."""
    words: str = table("compare.words.toml")[of][name][_COLUMNS[language]]
    return frozenset(word.strip() for word in words.split(","))
