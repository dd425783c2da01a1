"""Names of companies and products in a segment: what a translation leaves as it is.

Norwegian, Danish and Swedish write only names with a capital inside a sentence; English writes more. So a name is
*sure* where a table knows it, where a company's form follows it, or where it has a capital inside (HubSpot); other
words with a capital are *likely*, in English only where the notice nowhere writes them small.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from holdord.notice.compare.items import Item
from holdord.notice.facts.names import companies
from holdord.notice.facts.phrases import table
from holdord.notice.model import Reading
from holdord.policy.terms import Language

_TOKEN = re.compile(r"[A-ZÆØÅÄÖÉ][\w]*(?:[-&.][\w]+)*")
_OPENS = re.compile(r"(?:^|[.!?:;•|(\[\"“«/–—-]\s*|\d[.)]\s+)$")
_LETTERS = re.compile(r"[\W_]+")
_POSSESSIVE = re.compile(r"(?:'s|’s|')$")
_INNER = re.compile(r"[a-z0-9][A-Z]|^[A-Z]{2,}[a-z]|[A-Z]\d")
_COVERING = frozenset(("act", "authority", "body", "place", "email", "web", "date", "instrument"))


class Name(NamedTuple):
    """A name, folded to small letters and digits, and where it stands."""

    value: str
    sure: bool
    start: int
    end: int


def fold(text: str) -> str:
    """Return only the letters and digits, small."""
    return _LETTERS.sub("", text).lower()


@cache
def _known() -> frozenset[str]:
    """Return the first words of the vendors that the reader knows."""
    vendors = table("facts.names.toml")["recipient"]
    found = {fold(word) for words in vendors.values() for word in words} | {fold(name) for name in vendors}
    found |= {fold(word) for word in table("kinds.common.toml")["concepts"]["vendor"] if word.isalpha()}
    return frozenset(word for word in found if len(word) > 2) - _common()


@cache
def _common() -> frozenset[str]:
    words = frozenset(table("compare.words.toml")["own"]["words"].split())
    return words | {fold(word) for word in words}


class Named:
    """Finds the names of one version.

    Args:
        reading: The version; words that stand in many of its segments are its own name, and left out.
    """

    def __init__(self, reading: Reading) -> None:
        self._language: Language = reading.language
        texts = [segment.text for segment in reading.segments]
        self._small = {word for text in texts for word in re.findall(r"[^\W\d_]+", text) if word.islower()}
        often = Counter(word for text in texts for word in {fold(token) for token in _TOKEN.findall(text)})
        least = max(4, len(texts) // 12)
        self._own = {word for word, count in often.items() if count >= least and word not in _known()}
        self._own |= {fold(word) for word in reading.controller.split()}

    def names(self, text: str, items: Sequence[Item]) -> list[Name]:
        """Return the names in a segment's text, without what other items cover."""
        covered = [(item.start, item.end) for item in items if item.of in _COVERING]
        formed = [(start, end) for _, start, end in companies(text)]
        found: list[Name] = []
        for match in _TOKEN.finditer(text):
            if any(start <= match.start() < end for start, end in covered):
                continue
            word = _POSSESSIVE.sub("", match[0])
            value = fold(word)
            if "-" in word and fold(word.split("-")[0]) in _common() | {"eu", "ehs"}:
                continue
            if len(value) < 2 or value in _common() or value in self._own or self._is_own(value):
                continue
            first = bool(_OPENS.search(text[: match.start()]))
            sure = value in _known() or bool(_INNER.search(word)) or (_within(formed, match.start()) and not first)
            if not sure and (first or not self._likely(word)):
                continue
            found.append(Name(value, sure, match.start(), match.start() + len(word)))
        return found

    def _is_own(self, value: str) -> bool:
        return any(value == own + "s" or (len(own) > 3 and value == own[:-1]) for own in self._own)

    def _likely(self, word: str) -> bool:
        small = word.lower()
        if self._language == "en":
            return small not in self._small and small.rstrip("s") not in self._small and small + "s" not in self._small
        return small not in self._small


def _within(spans: Iterable[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def stands_in(name: Name, folded: str) -> bool:
    """Tell whether a name stands in a text that was folded; a possessive s or an ending may differ."""
    stem = name.value if len(name.value) < 5 else name.value[: max(4, len(name.value) - 2)]
    return stem in folded
