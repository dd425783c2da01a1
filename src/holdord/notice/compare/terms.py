"""The words of ``lang/compare*.toml`` in a text: acts, roles, rights, bases, categories, in five languages.

A term has a class and the concepts of that class that its words may mean. Two terms agree when they share a concept:
"Accounting Act" is the Norwegian *regnskapsloven* and the Swedish *bokföringslagen* alike, so it agrees with both.
Within a class the longest words win: "possible customers" are prospects, no customers. A pattern with "?" before it
is weak: its words may stand for the concept, but nobody misses them where they have no counterpart.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from holdord.notice.facts.phrases import Phrases, Word, cut, table
from holdord.policy.terms import Language

_WORD = re.compile(r"[^\W_]+(?:[-‑'’][^\W_]+)*")
_COLUMNS: Mapping[Language, str] = {"nb": "no", "nn": "no", "da": "da", "sv": "sv", "en": "en"}


class Term(NamedTuple):
    """A term in a text: its class, what it may mean, where it stands, and whether it only excuses another."""

    of: str
    means: frozenset[str]
    start: int
    end: int
    weak: bool


def words_of(text: str) -> list[Word]:
    """Cut a text into words in small letters, hyphens and apostrophes inside them kept."""
    return cut(text.replace("’", "'"), _WORD)


class Terms:
    """A finder of terms.

    Args:
        patterns: Class, concept, and the patterns of the concept with commas between.
    """

    def __init__(self, patterns: Iterable[tuple[str, str, str]]) -> None:
        self._phrases = Phrases(_table(*one) for one in patterns)

    def find(self, words: Sequence[Word]) -> list[Term]:
        """Return the terms of a text, in order; within a class none lies inside a longer one."""
        found: dict[tuple[str, int, int], list[str]] = {}
        by_class: dict[str, set[tuple[int, int]]] = {}
        for hit in self._phrases.find(words):
            found.setdefault((hit.what, hit.start, hit.end), []).append(hit.value)
            by_class.setdefault(hit.what, set()).add((hit.start, hit.end))
        longest: list[Term] = []
        for (of, start, end), marked in found.items():
            inside = any(
                first <= start and end <= last and (last - first) > (end - start) for first, last in by_class[of]
            )
            if not inside:
                means, weak = _meaning(marked)
                longest.append(Term(of, means, start, end, weak))
        return sorted(longest, key=lambda term: (term.start, term.end, term.of))


def _table(of: str, concept: str, patterns: str) -> dict[str, dict[str, list[str]]]:
    """Return the phrases of a concept; before its name ``?`` where they are weak, ``*`` where any beginning will do."""
    found: dict[str, list[str]] = {}
    for pattern in patterns.split(","):
        weak = "?" if pattern.lstrip().startswith("?") else ""
        words = pattern.lower().replace("?", "").split()
        for first in words[0].split("/") if words else ():
            marked = f"{weak}{'*' if first[0] == '*' else ''}{concept}"
            found.setdefault(marked, []).append(" ".join(map(_owning, (first, *words[1:]))))
    return {of: found}


def _owning(word: str) -> str:
    """Let a word of a pattern be a genitive too: "the company's"."""
    return word if word == ".." else "/".join(part if "*" in part else f"{part}/{part}'s" for part in word.split("/"))


def _meaning(marked: Sequence[str]) -> tuple[frozenset[str], bool]:
    """Return what words mean, and whether weakly; how a word begins says more than how it ends: "e-postadresse"."""
    firm = [concept for concept in marked if concept[0] not in "?*"]
    return frozenset(concept.lstrip("?*") for concept in firm or marked), all(one[0] == "?" for one in marked)


@cache
def terms(language: Language) -> Terms:
    """Return the terms of a language, and the names that stand in any."""
    own = [
        (of, concept, columns[column])
        for of, concepts in table("compare.toml").items()
        for concept, columns in concepts.items()
        for column in (_COLUMNS[language], "all")
        if column in columns
    ]
    names = [
        (of, concept, patterns)
        for of, concepts in table("compare.names.toml").items()
        for concept, patterns in concepts.items()
    ]
    return Terms(own + names)


@cache
def steering(language: Language) -> Terms:
    """Return the words that steer: negation and modality; class ``negation`` or ``modality``."""
    return Terms(
        (of, concept, columns[_COLUMNS[language]])
        for of in ("negation", "modality")
        for concept, columns in table("compare.words.toml")[of].items()
    )


@cache
def word_list(of: str, name: str, language: Language) -> frozenset[str]:
    """Return a plain list of words, such as those that no sentence ends with."""
    words: str = table("compare.words.toml")[of][name][_COLUMNS[language]]
    return frozenset(word.strip() for word in words.split(","))
