"""How well times and the items of art. 13 are read, against labelled notices.

    python bench/score_durations.py GOLD TEXTS [--only DOC …] [--errors DOC …] [--predicted]

GOLD holds ``<doc>.jsonl`` (a line a sentence, and the document last), TEXTS ``<doc>.txt``; more folders may follow.
Segments are those of the gold with its kinds, or with ``--predicted`` those that the reader makes.
Triggers match where both are absent, or half of the words of the shorter are in the other; words match by their
first five letters, stop words aside.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdord.notice.facts.art13 import art13
from holdord.notice.facts.found import facts
from holdord.notice.facts.phrases import words_of
from holdord.notice.model import LANGUAGES, Duration, Kind, Language, Role, Segment
from holdord.notice.times.durations import durations

_STOP = frozenset(
    word
    for line in (
        "etter efter after at att the of er är is har have has been blitt fra från frå from den det de et en ett",
        "ein i in on your you din ditt dine du we vi our ble blev was and og och som that til to ved vid by sist siste",
        "senest seneste senaste last an a dit",
    )
    for word in line.split()
)


@dataclass
class Count:
    """True positives, false positives and false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __str__(self) -> str:
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0
        return f"P {precision:.3f} R {recall:.3f} ({self.tp} right, {self.fp} too many, {self.fn} missed)"


@dataclass
class Score:
    """The counts of several notices together."""

    times: Count = field(default_factory=Count)
    whole: Count = field(default_factory=Count)
    missing: Count = field(default_factory=Count)
    items: list[int] = field(default_factory=lambda: [0, 0])
    errors: list[str] = field(default_factory=list)


def triggers_match(one: str | None, other: str | None) -> bool:
    """Tell whether two triggers say the same, loosely."""
    if one is None or other is None:
        return one is other
    first, second = _stems(one), _stems(other)
    if not first or not second:
        return first == second
    return len(first & second) >= 0.5 * min(len(first), len(second))


def _stems(text: str) -> set[str]:
    words = {word[:5] for word, _, _ in words_of(text) if word not in _STOP}
    return words or {word[:5] for word, _, _ in words_of(text)}


def score_durations(
    gold: Sequence[dict[str, Any]], read: Sequence[Duration], segments: Sequence[Segment], into: Score
) -> None:
    """Pair the times read with the gold's by value and unit, those with the same action first."""
    left = list(read)
    for wanted in gold:
        same = [one for one in left if one.unit == wanted["unit"] and abs(one.value - wanted["value"]) < 0.01]
        sentence = "".join(wanted.get("sentence", "").split())
        same.sort(
            key=lambda one: (
                "".join(segments[one.segment].text.split()) not in sentence,
                one.action != wanted["action"],
                not triggers_match(one.trigger, wanted["trigger"]),
            )
        )
        if not same:
            into.times.fn += 1
            into.whole.fn += 1
            into.errors.append(
                f"missed {wanted['value']} {wanted['unit']} {wanted['action']}: {wanted.get('sentence')}"
            )
            continue
        found = same[0]
        left.remove(found)
        into.times.tp += 1
        if found.action == wanted["action"] and triggers_match(found.trigger, wanted["trigger"]):
            into.whole.tp += 1
        else:
            into.whole.fp += 1
            into.whole.fn += 1
            into.errors.append(
                f"read {found.action} / {found.trigger!r}, gold {wanted['action']} / {wanted['trigger']!r}:"
                f" {wanted.get('sentence')}"
            )
    for found in left:
        into.times.fp += 1
        into.whole.fp += 1
        into.errors.append(f"too many: {found.value} {found.unit} {found.action}: {segments[found.segment].text}")


def score_items(gold: dict[str, bool | None], read: dict[str, bool | None], into: Score) -> None:
    """Count the items told to be missing; and how many items are told as the gold tells them."""
    for item, wanted in gold.items():
        given = read.get(item, True)
        into.items[0] += given is wanted
        into.items[1] += 1
        into.missing.tp += given is False and wanted is False
        into.missing.fp += given is False and wanted is not False
        into.missing.fn += given is not False and wanted is False
        if given is not wanted:
            into.errors.append(f"item {item}: read {given}, gold {wanted}")


def gold_segments(lines: Iterable[dict[str, Any]]) -> tuple[tuple[Segment, ...], list[frozenset[Kind]]]:
    """Make segments of the gold's sentences: a filler of a few words without a full stop counts as a heading."""
    segments: list[Segment] = []
    kinds: list[frozenset[Kind]] = []
    heading: tuple[int, ...] = ()
    lead: int | None = None
    for number, line in enumerate(lines):
        text = " ".join(line["sentence"].split())
        filler = line["kinds"] == ["definition_or_filler"]
        is_heading = filler and len(text.split()) <= 12 and not text.endswith((".", ":"))
        role: Role = "heading" if is_heading else "lead_in" if text.endswith(":") else "sentence"
        if role == "sentence" and (not text.endswith(".") or text.startswith("|")):
            role = "item"
        segments.append(
            Segment(
                start=line["start"], end=line["end"], text=text, role=role, block=number, headings=heading,
                lead_in=lead if role == "item" else None,
            )
        )  # fmt: skip
        kinds.append(frozenset(line["kinds"]))
        heading = (number,) if is_heading else heading
        lead = None if is_heading or role == "sentence" else number if role == "lead_in" else lead
    return tuple(segments), kinds


def main() -> None:
    """Score the notices and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--errors", nargs="*", default=[])
    parser.add_argument("--predicted", action="store_true")
    arguments = parser.parse_args()
    total = Score()
    for path in sorted(arguments.gold.glob("*.jsonl")):
        if path.stem.startswith("pairs") or (arguments.only and path.stem not in arguments.only):
            continue
        *lines, document = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        plain = _text(path.stem, arguments.texts)
        one = Score()
        _score(lines, document, plain, path.stem, arguments.predicted, one)
        _add(total, one)
        right, items = one.items
        print(f"{path.stem}: times {one.times} | whole {one.whole} | missing {one.missing} | items {right}/{items}")
        if path.stem in arguments.errors:
            print("".join(f"    {error}\n" for error in one.errors), end="")
    print(f"all: times {total.times}\n     whole {total.whole}\n     missing {total.missing}\n     items {total.items}")


def _score(
    lines: list[dict[str, Any]], document: dict[str, Any], plain: str, name: str, predicted: bool, into: Score
) -> None:
    language = _language(name)
    if predicted:
        from holdord.notice.parts.segment import segment
        from holdord.notice.sense.kinds import kinds as kinds_of

        segments = segment(plain, language)
        kinds = list(kinds_of(segments, language))
    else:
        segments, kinds = gold_segments(lines)
    times = durations(segments, language, kinds, plain)
    score_durations(document["durations"], times, segments, into)
    items = art13(segments, kinds, facts(segments, language, kinds, plain), times, language)
    score_items(document["art13"], items.given, into)


def _language(name: str) -> Language:
    start = name[:2]
    seeds: dict[str, Language] = {"seed-001": "en", "seed-004": "da"}
    return next((language for language in LANGUAGES if language == start), seeds.get(name, "nb"))


def _text(name: str, folders: Sequence[Path]) -> str:
    for folder in folders:
        for path in folder.glob(f"{name.removeprefix('seed-')}*.txt"):
            return path.read_text(encoding="utf-8")
    sys.exit(f"There is no text of {name} in {', '.join(map(str, folders))}.")


def _add(total: Score, one: Score) -> None:
    for name in ("times", "whole", "missing"):
        for key in ("tp", "fp", "fn"):
            setattr(getattr(total, name), key, getattr(getattr(total, name), key) + getattr(getattr(one, name), key))
    total.items[0] += one.items[0]
    total.items[1] += one.items[1]


if __name__ == "__main__":
    main()
