"""Scores the reader against labelled notices: ``python bench/score_reader.py NOTICES SEEDS [--split dev|held|all]``.

NOTICES holds ``texts/<doc>.txt`` and ``gold/<doc>.jsonl``; SEEDS holds the texts of ``seed-000`` and so on. Kinds are
scored as micro-F1 over the twenty kinds that are promises, twice: with the labelled sentences as segments, and with our
own segments (a labelled sentence gets the kinds of our segments that overlap it by more than half). Times and the items
of art. 13 are scored as the reader reads the plain text; differences on the labelled pairs of versions. ``--encoder``
asks the sentence encoder as well.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args

from holdord.notice.model import Kind, Segment
from holdord.notice.parts.segment import segment
from holdord.notice.read import read
from holdord.notice.sense.encoder import Opinion, opinion
from holdord.notice.sense.kinds import kinds
from holdord.policy.terms import LANGUAGES, Language
from score_pairs import score_pairs
from score_times import Score, score_durations, score_items

SCORED: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "definition_or_filler")
HELD = frozenset({"nb-10", "nn-02", "da-06", "sv-06", "en-03"})
"""Documents for figures only: their errors are never listed."""
SEED_LANGUAGES: dict[str, Language] = {
    "seed-000": "nb", "seed-001": "en", "seed-002": "nb", "seed-003": "nb", "seed-004": "da",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A labelled notice: its text, its sentences with their kinds, and what is said of it as a whole."""

    name: str
    language: Language
    plain: str
    sentences: tuple[dict[str, Any], ...]
    whole: dict[str, Any]


@dataclass
class Tally:
    """Hits, false alarms and misses, by kind."""

    hits: Counter[str]
    alarms: Counter[str]
    misses: Counter[str]

    @classmethod
    def empty(cls) -> "Tally":
        """Return one with nothing counted."""
        return cls(Counter(), Counter(), Counter())

    def add(self, said: frozenset[str], true: frozenset[str]) -> None:
        """Count one sentence."""
        self.hits.update(said & true)
        self.alarms.update(said - true)
        self.misses.update(true - said)

    def figures(self, kinds_counted: Sequence[str]) -> tuple[float, float, float]:
        """Return precision, recall and F1 over the kinds given."""
        hit = sum(self.hits[kind] for kind in kinds_counted)
        alarm = sum(self.alarms[kind] for kind in kinds_counted)
        miss = sum(self.misses[kind] for kind in kinds_counted)
        precision = hit / (hit + alarm) if hit + alarm else 0.0
        recall = hit / (hit + miss) if hit + miss else 0.0
        return precision, recall, 2 * hit / (2 * hit + alarm + miss) if hit else 0.0


def labelled(notices: Path, seeds: Path) -> Iterator[Labelled]:
    """Yield the labelled notices, in the order of their names."""
    for path in sorted((notices / "gold").glob("*.jsonl")):
        name = path.stem
        if name.startswith("pairs"):
            continue
        if name in SEED_LANGUAGES:
            language = SEED_LANGUAGES[name]
            text = next(seeds.glob(f"{name[5:]}_*.txt"))
        else:
            language = cast(Language, name[:2])
            text = notices / "texts" / f"{name}.txt"
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        yield Labelled(
            name=name,
            language=language,
            plain=text.read_bytes().decode("utf-8"),
            sentences=tuple(line for line in lines if "kinds" in line),
            whole=next((line for line in lines if "doc" in line), {}),
        )


def overlap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def as_segments(notice: Labelled, ours: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return the labelled sentences as segments, with roles and places from the segments of ours that they match."""
    best: list[int | None] = []
    for sentence in notice.sentences:
        span = (sentence["start"], sentence["end"])
        number = max(range(len(ours)), key=lambda n: overlap(span, (ours[n].start, ours[n].end)), default=None)
        best.append(number if number is not None and overlap(span, (ours[number].start, ours[number].end)) else None)
    back = {number: place for place, number in reversed(list(enumerate(best))) if number is not None}
    result = []
    for sentence, number in zip(notice.sentences, best, strict=True):
        like = ours[number] if number is not None else Segment(start=0, end=0, text="", role="sentence", block=0)
        lead_in = None if like.lead_in is None else back.get(like.lead_in)
        result.append(
            replace(
                like,
                start=sentence["start"],
                end=sentence["end"],
                text=sentence["sentence"],
                headings=tuple(back[heading] for heading in like.headings if heading in back),
                lead_in=lead_in if lead_in is not None and lead_in < len(result) else None,
            )
        )
    return tuple(result)


def said_of(notice: Labelled, ours: Sequence[Segment], own: bool, third: Opinion | None = None) -> list[frozenset[str]]:
    """Return for each labelled sentence the kinds that the reader gives it."""
    if not own:
        return [frozenset(found) for found in kinds(as_segments(notice, ours), notice.language, third)]
    found = kinds(ours, notice.language, third)
    result = []
    for sentence in notice.sentences:
        span = (sentence["start"], sentence["end"])
        said: set[str] = set()
        for number, one in enumerate(ours):
            shared = overlap(span, (one.start, one.end))
            if shared and 2 * shared > min(one.end - one.start, span[1] - span[0]):
                said |= found[number]
        result.append(
            frozenset(said) if said == {"definition_or_filler"} else frozenset(said - {"definition_or_filler"})
        )
    return result


def kinds_figures(notices: Sequence[Labelled], own: bool, errors: bool, third: Opinion | None = None) -> None:
    """Print micro-F1 per language and over all, and precision, recall and F1 per kind."""
    over_all, by_language = Tally.empty(), {language: Tally.empty() for language in LANGUAGES}
    by_document: dict[str, Tally] = {}
    for notice in notices:
        ours = segment(notice.plain, notice.language)
        said = said_of(notice, ours, own, third)
        by_document[notice.name] = Tally.empty()
        for sentence, one in zip(notice.sentences, said, strict=True):
            true = frozenset(sentence["kinds"])
            for tally in (over_all, by_language[notice.language], by_document[notice.name]):
                tally.add(one, true)
            if errors and one != true:
                missing, extra = sorted(true - one), sorted(one - true)
                print(f"{notice.name} -{','.join(missing)} +{','.join(extra)} | {sentence['sentence'][:260]}")
    print(
        f"\nkinds, {'our own segments' if own else 'labelled sentences'}: {'all':>4} {over_all.figures(SCORED)[2]:.3f}"
    )
    print(
        "  " + "  ".join(f"{lang} {t.figures(SCORED)[2]:.3f}" for lang, t in by_language.items() if t.hits or t.misses)
    )
    print("  " + "  ".join(f"{name} {tally.figures(SCORED)[2]:.2f}" for name, tally in by_document.items()))
    for kind in (*SCORED, "definition_or_filler"):
        precision, recall, f1 = over_all.figures((kind,))
        total = over_all.hits[kind] + over_all.misses[kind]
        print(f"  {kind:22} P {precision:.2f}  R {recall:.2f}  F1 {f1:.2f}  ({total})")


def times_figures(notices: Sequence[Labelled], errors: bool, encoder: bool = False) -> None:
    """Print how well times and the items of art. 13 are read."""
    total = Score()
    for notice in notices:
        found = read(notice.plain, notice.language, encoder=encoder)
        score_durations(notice.whole["durations"], found.durations, found.segments, total)
        score_items(notice.whole["art13"], found.art13 or {}, total)
    right, items = total.items
    print(f"\ntimes, value and unit: {total.times}")
    print(f"times, with trigger and action: {total.whole}")
    print(f"items of art. 13 told missing: {total.missing}; {right} of {items} items right")
    if errors:
        print("".join(f"  {error}\n" for error in total.errors), end="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("notices", type=Path)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("--docs", default="", help="names, with commas between")
    parser.add_argument("--split", choices=("dev", "held", "all"), default="dev")
    parser.add_argument("--errors", action="store_true", help="list the sentences that were read wrongly")
    parser.add_argument("--encoder", action="store_true", help="ask the sentence encoder of the extra as well")
    chosen = parser.parse_args()
    names = {name for name in chosen.docs.split(",") if name}
    notices = [
        notice
        for notice in labelled(chosen.notices, chosen.seeds)
        if (
            notice.name in names
            if names
            else chosen.split == "all" or (notice.name in HELD) == (chosen.split == "held")
        )
    ]
    if chosen.errors and any(notice.name in HELD for notice in notices):
        parser.error("--errors is for development notices only")
    third = opinion() if chosen.encoder else None
    kinds_figures(notices, own=False, errors=chosen.errors, third=third)
    kinds_figures(notices, own=True, errors=False, third=third)
    times_figures(notices, errors=chosen.errors, encoder=chosen.encoder)
    if not names and chosen.split != "held":
        score_pairs(chosen.notices, chosen.seeds)


if __name__ == "__main__":
    main()
