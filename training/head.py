"""Learns the head of the sentence encoder from ``corpus/``: ``python -m training.train --encoder``.

One logistic regression a kind over the 384 numbers that the encoder makes of a sentence by itself, each brought to the
same spread first. Headings are left out. Needs scikit-learn and the extra ``encoder``, and some minutes.
"""

import json
from base64 import b64encode
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from holdord.notice.model import Kind
from holdord.notice.sense.encoder import FILE, UNIT, encoder
from training.corpus import corpus

STRENGTH = 0.1
SPREAD = 0.5
"""What the numbers are spread to before the regression, which weighs small weights less."""
TARGET = Path(__file__).parents[1] / "src" / "holdord" / "notice" / "lang" / FILE


def learn_head(kinds: tuple[Kind, ...], weight_of: dict[str, float]) -> None:
    """Learn and write; ``weight_of`` says what the sentences of a notice count, where that is not one."""
    texts: list[str] = []
    labels: list[frozenset[Kind]] = []
    counts: list[float] = []
    for made in corpus():
        for segment, found in zip(made.segments, made.kinds, strict=True):
            if segment.role != "heading":
                texts.append(segment.text)
                labels.append(found)
                counts.append(weight_of.get(made.name, 1.0))
    vectors = np.array(encoder()(texts))
    middle, scale = vectors.mean(axis=0), SPREAD / vectors.std(axis=0)
    weights: list[str] = []
    biases: list[int] = []
    for kind in kinds:
        model = LogisticRegression(C=STRENGTH, max_iter=200).fit(
            (vectors - middle) * scale, [kind in found for found in labels], sample_weight=counts
        )
        row = model.coef_[0] * scale
        weights.append(b64encode(np.rint(UNIT * row).astype("<i2").tobytes()).decode("ascii"))
        biases.append(round(UNIT * float(model.intercept_[0] - row @ middle)))
    content = {"kinds": kinds, "bias": biases, "weights": weights}
    TARGET.write_text(json.dumps(content, separators=(",", ":")).replace('","', '",\n"') + "\n", encoding="utf-8")
    print(f"{len(labels)} segments, {vectors.shape[1]} numbers each")
