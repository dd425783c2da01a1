"""Learns the weights of the kinds stage from ``corpus/`` and writes them: ``python -m training.train``.

One logistic regression a kind over the signals of a segment (see ``holdord.notice.sense.signals``), every two of them
together, and what the rules found in it. Headings are left out: they are filler whatever they say. Needs scikit-learn,
which the product does not.
"""

import json
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from holdord.notice.model import Kind
from holdord.notice.sense.kinds import read_in_place
from holdord.notice.sense.weights import FILE, crossed
from training.corpus import corpus

KINDS = tuple(kind for kind in get_args(Kind) if kind != "definition_or_filler")
STRENGTH = 0.1
"""Inverse of the regularisation: small, because the corpus is."""
SEEN_AT_LEAST = 5
SMALLEST = 0.04
TARGET = Path(__file__).parents[1] / "src" / "holdord" / "notice" / "lang" / FILE


def main() -> None:
    """Learn and write."""
    rows: list[dict[str, int]] = []
    labels: list[frozenset[Kind]] = []
    for made in corpus():
        for segment, found, kinds in zip(
            made.segments, read_in_place(made.segments, made.language), made.kinds, strict=True
        ):
            if segment.role != "heading":
                rows.append(dict.fromkeys(crossed(found), 1))
                labels.append(kinds)
    seen = Counter(signal for row in rows for signal in row)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([{signal: 1 for signal in row if seen[signal] >= SEEN_AT_LEAST} for row in rows])
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    names = vectorizer.get_feature_names_out()
    bias: list[float] = []
    signals: dict[str, dict[str, float]] = {}
    for number, kind in enumerate(KINDS):
        model = LogisticRegression(C=STRENGTH, solver="liblinear").fit(matrix, [kind in found for found in labels])
        bias.append(round(float(model.intercept_[0]), 3))
        for name, weight in zip(names, model.coef_[0], strict=True):
            if abs(weight) >= SMALLEST:
                signals.setdefault(str(name), {})[str(number)] = round(float(weight), 2)
    content = {"kinds": KINDS, "bias": bias, "signals": dict(sorted(signals.items()))}
    TARGET.write_text(json.dumps(content, separators=(",", ":")).replace('},"', '},\n"') + "\n", encoding="utf-8")
    print(f"{len(rows)} segments, {len(signals)} signals, {sum(map(len, signals.values()))} weights")


if __name__ == "__main__":
    main()
