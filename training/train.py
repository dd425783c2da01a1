"""Learns the weights of the kinds stage from ``corpus/`` and writes them: ``python -m training.train``.

One logistic regression a kind over the signals of a segment (see ``holdord.notice.sense.signals``), every two of them
together, what the rules found in it, and the pieces of its words (see ``holdord.notice.sense.weights``). Headings are
left out: they are filler whatever they say. Needs scikit-learn, which the product does not. ``--encoder`` learns the
head of the sentence encoder instead (see ``head.py``).
"""

import argparse
import json
from base64 import b64encode
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from holdord.notice.model import Kind
from holdord.notice.sense.kinds import read_in_place
from holdord.notice.sense.weights import BUCKETS, FILE, UNIT, buckets, crossed, words
from training.corpus import corpus

KINDS = (*(kind for kind in get_args(Kind) if kind != "definition_or_filler"), "definition_or_filler")
STRENGTH = 0.1
"""Inverse of the regularisation: small, because the corpus is."""
SEEN_AT_LEAST = 5
PIECE_SEEN_AT_LEAST = 3
PIECE = 0.5
"""A piece of a word counts half as much as a signal, so that the concepts speak first."""
WRITTEN = "written"
WRITTEN_WEIGHT = 0.3
"""What a sentence of a notice that ``holdord write`` could have written counts: few patterns say all that these say."""
SMALLEST = 0.02
"""A signal that moves no kind by more than this is left out."""
TARGET = Path(__file__).parents[1] / "src" / "holdord" / "notice" / "lang" / FILE
_MARK = "#"


def main() -> None:
    """Learn and write what is asked for."""
    parser = argparse.ArgumentParser(description="Learns how kinds are told, from corpus/.")
    parser.add_argument("--encoder", action="store_true", help="the head of the sentence encoder")
    if parser.parse_args().encoder:
        from training.head import learn_head

        learn_head(KINDS, {made.name: WRITTEN_WEIGHT for made in corpus() if WRITTEN in made.name})
    else:
        _learn()


def _learn() -> None:
    rows: list[dict[str, float]] = []
    labels: list[frozenset[Kind]] = []
    counts: list[float] = []
    for made in corpus():
        weight = WRITTEN_WEIGHT if WRITTEN in made.name else 1.0
        for segment, found, kinds in zip(
            made.segments, read_in_place(made.segments, made.language), made.kinds, strict=True
        ):
            if segment.role != "heading":
                rows.append(_row(found, segment.text))
                labels.append(kinds)
                counts.append(weight)
    seen = Counter(signal for row in rows for signal in row)
    kept = {
        name for name, number in seen.items() if number >= (PIECE_SEEN_AT_LEAST if _is_piece(name) else SEEN_AT_LEAST)
    }
    vectorizer = DictVectorizer(dtype=np.float32)
    matrix = vectorizer.fit_transform([{name: value for name, value in row.items() if name in kept} for row in rows])
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    names = vectorizer.get_feature_names_out()
    models = [
        LogisticRegression(C=STRENGTH, solver="liblinear").fit(
            matrix, [kind in found for found in labels], sample_weight=counts
        )
        for kind in KINDS
    ]
    weights = np.array([model.coef_[0] for model in models]).T
    pieces = np.zeros((BUCKETS, len(KINDS)), dtype=np.int8)
    signals: dict[str, str] = {}
    for name, row in zip(names, weights, strict=True):
        if _is_piece(name):
            pieces[int(name[1:])] = np.clip(np.rint(PIECE * UNIT * row), -127, 127)
        elif np.abs(row).max() >= SMALLEST:
            signals[str(name)] = _text(np.rint(UNIT * row).astype("<i2"))
    content = {
        "kinds": KINDS,
        "bias": [round(UNIT * float(model.intercept_[0])) for model in models],
        "buckets": _text(pieces),
        "signals": dict(sorted(signals.items())),
    }
    TARGET.write_text(json.dumps(content, separators=(",", ":")).replace('","', '",\n"') + "\n", encoding="utf-8")
    print(f"{len(labels)} segments, {len(signals)} signals")


def _text(numbers: np.ndarray) -> str:
    return b64encode(numbers.tobytes()).decode("ascii")


def _row(signals: frozenset[str], text: str) -> dict[str, float]:
    row: dict[str, float] = dict.fromkeys(crossed(signals), 1.0)
    for word in words(text):
        for bucket in buckets(word):
            name = f"{_MARK}{bucket}"
            row[name] = row.get(name, 0.0) + PIECE
    return row


def _is_piece(name: str) -> bool:
    return name.startswith(_MARK)


if __name__ == "__main__":
    main()
