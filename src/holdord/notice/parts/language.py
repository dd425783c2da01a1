"""Which of the five languages a notice is in; any other is refused, by name where it is known.

Norwegian, Danish and Swedish share most of their letters and many of their words, so the words are counted that one
has and another lacks (``lang/languages.toml``), and beginnings and endings where a word is unknown. A text in two
languages is in the one that has more of it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from holdord.errors import NoticeError
from holdord.notice.facts.phrases import table
from holdord.policy.terms import LANGUAGES, Language

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_LATIN = "\u024f"
_WORD_WEIGHT = 3
"""What a known word weighs against a known beginning or ending."""
_CLEAR = 1.25
"""So many times more words than the next: beginnings and endings need not be asked."""
_LONGEST_PART = 7
_LEAST_SHARE = 0.12
"""Of a text's words, so many must be known in its language; of a notice it is a third to a half."""
_SPEAK = "Notices are read in Norwegian (bokmål and nynorsk), Danish, Swedish and English."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Marks:
    """By word, beginning and ending: the languages that have it; by language its name."""

    names: dict[str, str]
    words: dict[str, tuple[str, ...]]
    beginnings: dict[str, tuple[str, ...]]
    endings: dict[str, tuple[str, ...]]


def language_of(plain: str) -> Language:
    """Return the language that most of ``plain`` is written in.

    Raises:
        NoticeError: When it has no words, or is in no language that is read.
    """
    counts = Counter(_WORD.findall(plain.lower()))
    total = counts.total()
    if not total:
        raise NoticeError("The notice holds no words. A scanned page must first be turned into text.")
    if sum(count for word, count in counts.items() if word[0] > _LAST_LATIN) * 2 > total:
        raise NoticeError(f"The notice is not in Latin letters. {_SPEAK}")
    scores, known = _scores(counts)
    best = max(scores, key=lambda language: (scores[language], language in LANGUAGES), default="")
    for language in LANGUAGES:
        if language == best and known[language] >= _LEAST_SHARE * total:
            return language
    if best and known[best] >= _LEAST_SHARE * total:
        raise NoticeError(f"The notice seems to be in {_marks().names[best]}. {_SPEAK}")
    raise NoticeError(f"The language of the notice cannot be told. {_SPEAK}")


def _scores(counts: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """Return for each language its score, and how many words of the text it knows."""
    marks = _marks()
    known: Counter[str] = Counter()
    for word, count in counts.items():
        for language in marks.words.get(word, ()):
            known[language] += count
    first, second = ([count for _, count in known.most_common(2)] + [0, 0])[:2]
    if first >= _CLEAR * second:
        return known, known
    scores = Counter({language: count * _WORD_WEIGHT for language, count in known.items()})
    for word, count in counts.items():
        if word in marks.words:
            continue
        for length in range(2, min(_LONGEST_PART, len(word) - 2) + 1):
            for language in marks.endings.get(word[-length:], ()):
                scores[language] += count
            for language in marks.beginnings.get(word[:length], ()):
                scores[language] += count
    return scores, known


@cache
def _marks() -> _Marks:
    said = table("languages.toml")

    def by_part(name: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for language, marks in said.items():
            parts = marks.get(name, [])
            for part in set(parts.split() if isinstance(parts, str) else parts):
                found[part] = (*found.get(part, ()), language)
        return found

    return _Marks(
        names={language: marks["name"] for language, marks in said.items()},
        words=by_part("words"),
        beginnings=by_part("beginnings"),
        endings=by_part("endings"),
    )
