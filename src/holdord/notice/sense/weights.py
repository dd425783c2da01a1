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


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """A linear model.

    Attributes:
        kinds: The kinds that it knows; the numbers below count them.
        bias: A score for each kind before anything is seen.
        rows: For each signal, how much it moves the score of each kind.
    """

    kinds: tuple[Kind, ...]
    bias: tuple[float, ...]
    rows: dict[str, tuple[float, ...]]

    def scores(self, signals: Iterable[str]) -> list[float]:
        """Return a score for each kind: above nought is more likely than not."""
        rows = self.rows
        seen = [rows[one] for one in crossed(signals) if one in rows]
        return [sum(column) for column in zip(self.bias, *seen, strict=True)]


def crossed(signals: Iterable[str]) -> list[str]:
    """Return the signals and every two of them together, which often mean what neither does alone."""
    alone = sorted(signals)
    return alone + [f"{one}&{other}" for number, one in enumerate(alone) for other in alone[number + 1 :]]


@cache
def weights() -> Weights:
    """Return the model that is delivered, read once."""
    content = json.loads((files("holdord.notice") / "lang" / FILE).read_text(encoding="utf-8"))
    return Weights(
        kinds=tuple(cast(Kind, kind) for kind in content["kinds"]),
        bias=tuple(content["bias"]),
        rows={
            signal: tuple(row.get(str(number), 0.0) for number in range(len(content["kinds"])))
            for signal, row in content["signals"].items()
        },
    )
