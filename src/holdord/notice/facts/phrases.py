"""Finding known words and short phrases in a text, in one pass, whatever their number.

Phrases are data (``lang/*.toml``). One is a few words in small letters:

- ``slett*`` any word that begins so, ``*leverandør`` that ends so, ``*cookie*`` that holds it (Nordic compounds);
- ``lagre/lagres`` one or the other; ``#`` any word that begins with a digit;
- between two words ``..`` stands for up to three others, ``~`` for up to five: ``rett* ~ *opplysning*`` finds "rettet
  uriktige personopplysninger".

Each phrase stands below a label, *what* and *value*, which the finder gives back with the place. What counts as one
word is for the caller to say: a phrase is found among the words that it is given. What a word can be, in any phrase, is
worked out once and remembered, so a text costs some look-ups a word.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

Word = tuple[str, int, int]
"""A word in small letters, and where it starts and ends in its text."""

_PLAIN = re.compile(r"[^\W_]+")
_GAPS = {"..": 3, "~": 5}
_REMEMBERED = 20_000  # words of a finder


class Found(NamedTuple):
    """A phrase found among words: the label that it stands below, and the numbers of its first and last word."""

    what: str
    value: str
    first: int
    last: int


class Hit(NamedTuple):
    """A phrase found in a text: the label that it stands below, and where it starts and ends."""

    what: str
    value: str
    start: int
    end: int


_Step = tuple[frozenset[int], int]
"""What a word must be, any of these, and how many words may stand before it."""


class _Begun(NamedTuple):
    """A phrase of which two words are there: its number, how far apart they may be, and what must follow."""

    phrase: int
    reach: int
    rest: tuple[_Step, ...]


class _Known(NamedTuple):
    """What a word can be.

    Attributes:
        alone: Numbers of the phrases that it is by itself.
        then: The phrases that it begins, by what must come next.
        reach: How far ahead the next may be.
        parts: What it can be behind another.
    """

    alone: tuple[tuple[str, str], ...]
    then: Mapping[int, Sequence[_Begun]]
    reach: int
    parts: frozenset[int]


def lower(text: str) -> str:
    """Return a text in small letters, letter for letter: a few letters of other alphabets would become two."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)


def cut(text: str, form: re.Pattern[str]) -> list[Word]:
    """Cut a text into the words of a form, in small letters, with their places."""
    return [(match[0], match.start(), match.end()) for match in form.finditer(lower(text))]


def words_of(text: str) -> list[Word]:
    """Cut a text into runs of letters and digits."""
    return cut(text, _PLAIN)


@cache
def table(name: str) -> Mapping[str, Any]:
    """Read a table of words that comes with the package, such as ``durations.toml``."""
    return tomllib.loads((files("holdord.notice") / "lang" / name).read_text(encoding="utf-8"))


class Phrases:
    """A finder of phrases.

    Args:
        tables: What → value → phrases; several tables are laid together.

    Raises:
        ValueError: If a phrase has no words, or begins or ends with a gap.
    """

    def __init__(self, tables: Iterable[Mapping[str, Mapping[str, Iterable[str]]]]) -> None:
        self._labels: list[tuple[str, str]] = []
        self._whole: dict[str, int] = {}
        self._begins: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        self._inside: dict[str, int] = {}
        self._alone: dict[int, list[int]] = {}
        self._then: dict[int, dict[int, list[_Begun]]] = {}
        self._reach: dict[int, int] = {}
        self._later: set[int] = set()
        for what, value, phrase in dict.fromkeys(_phrases(tables)):
            self._add(len(self._labels), phrase)
            self._labels.append((what, value))
        self._longest = max(map(len, (*self._begins, *self._ends)), default=0)
        self._known = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def _add(self, number: int, phrase: str) -> None:
        """Take a phrase in."""
        steps: list[_Step] = []
        gap = 0
        for word in phrase.split():
            if word in _GAPS:
                gap = _GAPS[word]
                continue
            if not all(part.strip("*") for part in word.split("/")):
                raise ValueError(f"phrase {phrase!r}: {word!r} is no word")
            steps.append((frozenset(map(self._part, word.split("/"))), gap))
            gap = 0
        if not steps or gap or steps[0][1]:
            raise ValueError(f"phrase {phrase!r}: begin and end it with a word")
        for first in steps[0][0]:
            if len(steps) == 1:
                self._alone.setdefault(first, []).append(number)
            else:
                begun = _Begun(number, steps[1][1] + 1, tuple(steps[2:]))
                self._reach[first] = max(begun.reach, self._reach.get(first, 0))
                for second in steps[1][0]:
                    self._then.setdefault(first, {}).setdefault(second, []).append(begun)
        self._later.update(part for parts, _ in steps[1:] for part in parts)

    def _part(self, part: str) -> int:
        """Return the number of a word of a phrase, a new one where it has none."""
        if part[0] == "*":
            known, key = (self._inside, part[1:-1]) if part[-1] == "*" else (self._ends, part[1:])
        else:
            known, key = (self._begins, part[:-1]) if part[-1] == "*" else (self._whole, part)
        count = len(self._whole) + len(self._begins) + len(self._ends) + len(self._inside)
        return known.setdefault(key, count)

    def _parts(self, word: str) -> Iterator[int]:
        """Give the numbers of all that a word can be."""
        if word in self._whole:
            yield self._whole[word]
        if word[0].isdigit() and "#" in self._whole:
            yield self._whole["#"]
        for size in range(1, min(len(word), self._longest) + 1):
            if (number := self._begins.get(word[:size])) is not None:
                yield number
            if (number := self._ends.get(word[-size:])) is not None:
                yield number
        for part, number in self._inside.items():
            if part in word:
                yield number

    def _look_up(self, word: str) -> _Known:
        """Work out what a word can be."""
        parts = frozenset(self._parts(word))
        alone = {phrase for part in parts for phrase in self._alone.get(part, ())}
        begins = [part for part in parts if part in self._then]
        then = self._then[begins[0]] if len(begins) == 1 else {}
        for part in begins if len(begins) > 1 else ():
            for second, begun in self._then[part].items():
                then[second] = then.get(second, []) + begun
        reach = max((self._reach[part] for part in begins), default=0)
        return _Known(tuple(self._labels[phrase] for phrase in sorted(alone)), then, reach, parts & self._later)

    def among(self, words: Iterable[str]) -> list[Found]:
        """Return every phrase found among words, in the order of its first word; phrases may overlap.

        Where a phrase can end in several places, the first is told.
        """
        found: list[Found] = []
        known = list(map(self._known, words))
        for number, (alone, then, reach, _) in enumerate(known):
            for what, value in alone:
                found.append(Found(what, value, number, number))
            if then:
                ends: dict[int, int] = {}
                for place, (_, _, _, parts) in enumerate(known[number + 1 : number + 1 + reach], number + 1):
                    for part in parts:
                        if part in then:
                            for phrase, far, rest in then[part]:
                                if phrase not in ends and place <= number + far:
                                    last = _last(rest, known, place) if rest else place
                                    if last is not None:
                                        ends[phrase] = last
                for phrase, last in ends.items():
                    what, value = self._labels[phrase]
                    found.append(Found(what, value, number, last))
        return found

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """Return every phrase found among the words of a text, with its place in the text."""
        return [
            Hit(what, value, words[first][1], words[last][2])
            for what, value, first, last in self.among(word for word, _, _ in words)
        ]


def _phrases(tables: Iterable[Mapping[str, Mapping[str, Iterable[str]]]]) -> Iterator[tuple[str, str, str]]:
    """Give what, value and phrase of all that stands in tables."""
    for one in tables:
        for what, values in one.items():
            for value, phrases in values.items():
                yield from ((what, value, phrase) for phrase in phrases)


def _last(rest: Sequence[_Step], known: Sequence[_Known], place: int) -> int | None:
    """Return the number of the word that the first match of ``rest`` behind the word ``place`` ends with, or None."""
    if not rest:
        return place
    wanted, gap = rest[0]
    for following in range(place + 1, min(place + 2 + gap, len(known))):
        if not wanted.isdisjoint(known[following].parts):
            last = _last(rest[1:], known, following)
            if last is not None:
                return last
    return None
