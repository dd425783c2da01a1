"""The second opinion on kinds: a linear model over signals and pieces of words, learnt from sentences of our making.

``lang/kinds.weights.json`` holds, for each signal, what it adds to the score of each kind, and the same for pieces:
runs of four and five letters of a word, put into numbered buckets by their CRC. Pieces see words that no concept knows.
The file is written by ``training/train.py``; the five languages share their weights. Reading it needs nothing but the
standard library.
"""

import json
import re
import struct
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import cast
from zlib import crc32

from holdord.notice.model import Kind

FILE = "kinds.weights.json"
BUCKETS = 8192
UNIT = 1000
"""A score of one is so many units: weights are whole numbers."""
_WORD = re.compile(r"[^\W\d_]+")
_SIZES = (4, 5)
_REMEMBERED = 10_000
_HALF = 1 << 31

Row = int
"""What something adds to the scores of all kinds: a number for each, 32 bits apart, so that rows add up as numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """A linear model.

    Attributes:
        kinds: The kinds that it knows, filler last.
        bias: The scores before anything is seen.
        alone: For each signal, what it adds.
        pairs: The same for two signals together, the first by the alphabet outside.
        buckets: The same for pieces of words: a signed byte a kind, bucket after bucket.
    """

    kinds: tuple[Kind, ...]
    bias: Row
    alone: dict[str, Row]
    pairs: dict[str, dict[str, Row]]
    buckets: memoryview
    _known: dict[str, Row] = field(default_factory=dict)

    def scores(self, signals: Iterable[str], words: Iterable[str] = ()) -> list[float]:
        """Return a score for each kind: above nought is more likely than not. Signals are all different, words too."""
        seen = sorted(signals)
        total = self.bias
        known = self._known
        for word in words:
            row = known.get(word)
            total += self._worked_out(word) if row is None else row
        for number, signal in enumerate(seen, 1):
            total += self.alone.get(signal, 0)
            others = self.pairs.get(signal)
            if others:
                for other in seen[number:]:
                    if other in others:
                        total += others[other]
        return unpacked(total, len(self.kinds))

    def _worked_out(self, word: str) -> Row:
        """Add up the pieces of a word, and remember the sum."""
        size = len(self.kinds)
        rows = [self.buckets[size * bucket : size * bucket + size] for bucket in buckets(word)]
        row = packed([sum(column) for column in zip(*rows, strict=True)])
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = row
        return row


def packed(units: Sequence[int]) -> Row:
    """Return the numbers as a row."""
    shifted = struct.pack(f"<{len(units)}I", *(unit + _HALF for unit in units))
    return int.from_bytes(shifted, "little") - _offset(len(units))


def unpacked(row: Row, size: int) -> list[float]:
    """Return the ``size`` scores of a row."""
    shifted = (row + _offset(size)).to_bytes(4 * size, "little")
    return [(unit - _HALF) / UNIT for unit in struct.unpack(f"<{size}I", shifted)]


@cache
def _offset(size: int) -> int:
    return sum(_HALF << 32 * place for place in range(size))


def words(text: str) -> frozenset[str]:
    """Return the different words of a text, in small letters."""
    return frozenset(_WORD.findall(text.lower()))


def buckets(word: str) -> Iterator[int]:
    """Yield the buckets of the pieces of a word, whose ends are marked."""
    marked = f"^{word}$"
    for size in _SIZES:
        for start in range(len(marked) - size + 1):
            yield crc32(marked[start : start + size].encode("utf-8")) % BUCKETS


def crossed(signals: Iterable[str]) -> list[str]:
    """Return the signals and every two of them together, which often mean what neither does alone."""
    alone = sorted(signals)
    return alone + [f"{one}&{other}" for number, one in enumerate(alone) for other in alone[number + 1 :]]


@cache
def weights() -> Weights:
    """Return the model that is delivered, read once."""
    content = json.loads((files("holdord.notice") / "lang" / FILE).read_text(encoding="utf-8"))
    kinds = tuple(cast(Kind, kind) for kind in content["kinds"])
    alone: dict[str, Row] = {}
    pairs: dict[str, dict[str, Row]] = {}
    for signal, units in content["signals"].items():
        one, _, other = signal.partition("&")
        row = packed(struct.unpack(f"<{len(kinds)}h", b64decode(units)))
        if other:
            pairs.setdefault(one, {})[other] = row
        else:
            alone[one] = row
    return Weights(
        kinds=kinds,
        bias=packed(content["bias"]),
        alone=alone,
        pairs=pairs,
        buckets=memoryview(b64decode(content["buckets"])).cast("b"),
    )
