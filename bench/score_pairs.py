"""How well two versions of a notice are compared, on labelled differences: a part of ``bench/score_reader.py``.

``gold/pairs-<a>-<b>.jsonl`` has a labelled difference a line. One is found when a difference of a kind that fits its
topic points at its words on either side. A difference that points at the words of no labelled one is false. Only
counts, topics and kinds are printed.
"""

import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from holdord.notice.compare.compare import compare
from holdord.notice.compare.model import Difference, Place
from holdord.notice.read import read

FITS: dict[str, frozenset[str]] = {
    "legal_basis/statute": frozenset({"law", "legal_basis"}),
    "legal_basis": frozenset({"legal_basis", "article", "law"}),
    "legal reference": frozenset({"law"}),
    "contact": frozenset({"contact", "missing"}),
    "cookie": frozenset({"link", "truncated", "missing"}),
    "purpose": frozenset({"purpose", "truncated", "group"}),
    "data_category/source": frozenset({"source", "truncated", "data_category"}),
    "data_category": frozenset({"data_category", "meaning"}),
    "right": frozenset({"right", "role"}),
    "right/portability": frozenset({"right"}),
    "authority": frozenset({"authority"}),
    "retention": frozenset({"meaning", "duration", "missing"}),
    "profiling": frozenset({"meaning"}),
    "controller": frozenset({"name"}),
    "security": frozenset({"security", "meaning"}),
}


def spans(plain: str, words: str | None) -> list[tuple[int, int]]:
    """Return where words stand in a text, whatever blanks are between them."""
    if not words:
        return []
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    return [match.span() for match in re.finditer(pattern, plain)]


def touches(place: Place | None, where: list[tuple[int, int]]) -> bool:
    return place is not None and any(place.start < end and start < place.end for start, end in where)


def points_at(found: Difference, label: dict[str, Any], a: str, b: str) -> bool:
    return touches(found.a, spans(a, label["a_text"])) or touches(found.b, spans(b, label["b_text"]))


def score_pairs(notices: Path, seeds: Path) -> None:
    """Print how many labelled differences are found, and how many are told falsely."""
    for path in sorted((notices / "gold").glob("pairs-*.jsonl")):
        labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        a, b = (next(seeds.glob(f"{labels[0][side][5:]}_*.txt")).read_bytes().decode("utf-8") for side in ("a", "b"))
        first, second = read(a), read(b)
        began = time.perf_counter()
        compared = compare(first, second)
        took = time.perf_counter() - began
        found = [
            any(one.kind in FITS[label["topic"]] and points_at(one, label, a, b) for one in compared.differences)
            for label in labels
        ]
        false = [one for one in compared.differences if not any(points_at(one, label, a, b) for label in labels)]
        print(f"\n{path.stem}: {sum(found)} of {len(labels)} found, {len(false)} false, {took:.2f} s")
        for label, hit in zip(labels, found, strict=True):
            if not hit:
                print(f"  not found: {label['type']} of {label['topic']}")
        for kind, count in sorted(Counter(one.kind for one in false).items()):
            print(f"  false: {count} of {kind}")
