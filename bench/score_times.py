"""How well times and the items of art. 13 are read: a part of ``bench/score_reader.py``.

Triggers match where both are absent, or half of the words of the shorter are in the other; words match by their
first five letters, stop words aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from holdord.notice.facts.phrases import words_of
from holdord.notice.model import Duration, Segment

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
