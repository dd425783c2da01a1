"""A version cut into units, a segment each, with all that the comparison looks at."""

import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from holdord.notice.compare.align import Side
from holdord.notice.compare.items import Item, items_of
from holdord.notice.compare.model import Place
from holdord.notice.compare.named import Name, Named, fold
from holdord.notice.compare.terms import Term, steering, words_of
from holdord.notice.facts.places import in_plain, places
from holdord.notice.model import Kind, Reading, Segment
from holdord.notice.sense.concepts import mentions

_STRONG = frozenset(("email", "web", "phone", "register_number", "date", "article", "duration", "number", "act"))
_LETTERS = str.maketrans(
    {"å": "a", "ä": "a", "æ": "a", "ø": "o", "ö": "o", "é": "e", "z": "s", "c": "k", "w": "v", "y": "i"}
)
_STEM = 5
_NAMED = frozenset(("act", "authority", "body"))
_NAME = 12
_CAPITAL = re.compile(r"\b([^\W\d_A-ZÆØÅÄÖ]+) ([A-ZÆØÅÄÖ][a-zæøåäöé]+)\b")


@dataclass(frozen=True)
class Unit:
    """A segment with its kinds, what it says, the names in it, and the words that steer it."""

    number: int
    segment: Segment
    kinds: frozenset[Kind]
    items: tuple[Item, ...]
    names: tuple[Name, ...]
    steers: tuple[Term, ...]
    runs_on: str
    reading: Reading

    @cached_property
    def folded(self) -> str:
        """Its letters and digits, small."""
        return fold(self.segment.text)

    @cached_property
    def length(self) -> int:
        """Its length, names that differ between countries counted alike."""
        named = [item for item in self.items if item.of in _NAMED]
        return len(self.segment.text) - sum(item.end - item.start - _NAME for item in named)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in small letters."""
        return tuple(word for word, _, _ in words_of(self.segment.text))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the segment's text stands in the version's plain text."""
        return in_plain(self.segment, places(self.segment, self.reading.plain), start, end)

    def side(self) -> Side:
        """Return what alignment looks at."""
        has = {
            f"{'!' if item.of in _STRONG else ''}{item.of}:{_value(item.of, value)}"
            for item in self.items
            for value in item.means
        }
        has |= {f"c:{mention.what}" for mention in mentions(self.segment.text, self.reading.language)}
        has |= {f"!name:{name.value}" for name in self.names}
        has |= {f"k:{kind}" for kind in self.kinds}
        has |= {f"s:{stem}" for word in self.words if (stem := _stem(word))}
        return Side(frozenset(has), len(self.segment.text), self.segment.role == "heading")


def units_of(reading: Reading) -> tuple[Unit, ...]:
    """Cut a version into its units."""
    named = Named(reading)
    small = {word for segment in reading.segments for word in segment.text.split() if word.islower()}
    capitals = Counter(match[2] for segment in reading.segments for match in _CAPITAL.finditer(segment.text))
    found = []
    for number, (segment, kinds) in enumerate(zip(reading.segments, reading.kinds, strict=True)):
        items = items_of(segment.text, reading.language)
        addresses = [item for item in items if item.of in ("email", "web")]
        steers = [
            term
            for term in steering(reading.language).find(words_of(segment.text))
            if not any(item.start <= term.start < item.end for item in addresses)
        ]
        found.append(
            Unit(
                number=number, segment=segment, kinds=kinds, items=tuple(items),
                names=tuple(named.names(segment.text, items)),
                steers=tuple(steers), runs_on=_runs_on(segment, small, capitals), reading=reading,
            )
        )  # fmt: skip
    return tuple(found)


def _runs_on(segment: Segment, small: Set[str], capitals: Mapping[str, int]) -> str:
    """Return the word after which another sentence begins without a stop, or "": a common word there has a capital."""
    for match in _CAPITAL.finditer(segment.text):
        if match[2].lower() in small and capitals[match[2]] == 1:
            return match[1]
    return ""


def place_of(units: tuple[Unit, ...], words: tuple[int, int, int] | None = None) -> Place | None:
    """Return the place of some words (number of the unit, start, end), or of all the units' sentences; None of none."""
    if not units:
        return None
    sentence = " ".join(unit.segment.text for unit in units)
    plain = units[0].reading.plain
    if words is None:
        start, end = units[0].segment.start, max(unit.segment.end for unit in units)
    else:
        unit = next(unit for unit in units if unit.number == words[0])
        start, end = unit.place(words[1], words[2])
    return Place(start=start, end=end, text=" ".join(plain[start:end].split()), sentence=sentence)


def _value(of: str, value: str) -> str:
    """Return the value that alignment compares: of a time its length, rounded."""
    return f"{float(value.split('|')[1]):.2g}" if of in ("duration", "interval") else value


def _stem(word: str) -> str:
    """Return the beginning of a word as related languages share it, or "" of a short one."""
    return word.translate(_LETTERS)[:_STEM] if len(word) >= _STEM and word.isalpha() else ""
