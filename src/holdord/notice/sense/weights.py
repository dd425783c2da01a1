"""The second opinion on kinds: a linear model over signals, learnt from sentences of our own making.

``lang/kinds.weights.json`` holds, for each signal, what it adds to the score of each kind. It is written by
``training/train.py``; the same signals in all five languages share their weights. Reading it needs nothing but the
standard library.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from holdord.notice.model import Kind

FILE = "kinds.weights.json"


Row = tuple[tuple[int, float], ...]
"""Number of a kind, and how much its score moves; kinds that stay are left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """A linear model.

    Attributes:
        kinds: The kinds that it knows; the numbers below count them.
        bias: A score for each kind before anything is seen.
        alone: For each signal, how much it moves the score of each kind.
        pairs: The same for two signals together, the first by the alphabet outside.
    """

    kinds: tuple[Kind, ...]
    bias: tuple[float, ...]
    alone: dict[str, Row]
    pairs: dict[str, dict[str, Row]]

    def scores(self, signals: Iterable[str]) -> list[float]:
        """Return a score for each kind: above nought is more likely than not."""
        scores = list(self.bias)
        seen = set(signals)
        for signal in seen:
            for kind, weight in self.alone.get(signal, ()):
                scores[kind] += weight
            others = self.pairs.get(signal)
            if others:
                for other in seen & others.keys():
                    for kind, weight in others[other]:
                        scores[kind] += weight
        return scores


def crossed(signals: Iterable[str]) -> list[str]:
    """Return the signals and every two of them together, which often mean what neither does alone."""
    alone = sorted(signals)
    return alone + [f"{one}&{other}" for number, one in enumerate(alone) for other in alone[number + 1 :]]


@cache
def weights() -> Weights:
    """Return the model that is delivered, read once."""
    content = json.loads((files("holdord.notice") / "lang" / FILE).read_text(encoding="utf-8"))
    alone: dict[str, Row] = {}
    pairs: dict[str, dict[str, Row]] = {}
    for signal, row in content["signals"].items():
        one, _, other = signal.partition("&")
        moves = tuple((int(kind), weight) for kind, weight in row.items())
        if other:
            pairs.setdefault(one, {})[other] = moves
        else:
            alone[one] = moves
    kinds = tuple(cast(Kind, kind) for kind in content["kinds"])
    return Weights(kinds=kinds, bias=tuple(content["bias"]), alone=alone, pairs=pairs)
