"""The words of five languages for numbers and for units of time, as a program looks them up.

The tables are in ``lang/durations.toml``. The Nordic languages are laid together, for their words for time do not
contradict each other and one notice may use two of them; English units are known in all, English numbers as words too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from holdord.notice.facts.phrases import table

_NORDIC = ("nb", "nn", "da", "sv")


@dataclass(frozen=True, slots=True)
class Tongue:
    """Numbers, units and how they are written together, for one language or the Nordic ones."""

    numbers: Mapping[str, float]
    articles: frozenset[str]
    half: frozenset[str]
    conjunctions: frozenset[str]
    hundred: frozenset[str]
    ordinals: Mapping[str, int]
    units: Mapping[str, str]
    adverbs: Mapping[str, str]
    word: re.Pattern[str]
    after_half: re.Pattern[str]


@cache
def tongue_of(name: str) -> Tongue:
    """Lay the tables of a language, or of the Nordic ones, together."""
    data = table("durations.toml")
    languages = ("en",) if name == "en" else _NORDIC
    numbers: dict[str, float] = {}
    ordinals: dict[str, int] = {}
    sets: dict[str, set[str]] = {"articles": set(), "half": set(), "and": set(), "hundred": set()}
    for language in (*languages, "en"):
        if name != "en" and language == "en":
            numbers.update(
                {word: value for word, value in _counted_off(data["en"]["numbers"]["ones"], 1).items() if value > 1}
            )
            continue
        entry = data[language]["numbers"]
        numbers.update(_numbers(entry))
        ordinals.update(_counted_off(entry["ordinals"], 1))
        for key, words in sets.items():
            words.update(entry[key])
    units = {word: unit for key in (*languages, "en") for unit, words in data[key]["units"].items() for word in words}
    adverbs = {
        word: unit for key in languages for unit, words in data[key].get("adverbs", {}).items() for word in words
    }
    tails, prefixes = data["tails"]["all"], data["tails"]["before"]
    glued = sorted((word for word in numbers if len(word) > 1), key=len, reverse=True)
    pattern = (
        rf"(?<![^\W\d_])(?:(?P<glued>{'|'.join(glued)})[-‑]?(?={'|'.join(_stems(units))}))?"
        rf"(?:{'|'.join(prefixes)})?-?"
        rf"(?P<unit>{'|'.join(sorted(units, key=len, reverse=True))})(?:s?-?(?:{'|'.join(tails)})\w*)?(?!\w)"
        rf"|(?<!\w)(?P<adverb>{'|'.join(sorted(adverbs, key=len, reverse=True))})(?!\w)"
    )
    return Tongue(
        numbers=numbers, ordinals=ordinals, units=units, adverbs=adverbs,
        articles=frozenset(sets["articles"]), half=frozenset(sets["half"]),
        conjunctions=frozenset(sets["and"] | {"and"}), hundred=frozenset(sets["hundred"]),
        word=re.compile(pattern, re.IGNORECASE),
        after_half=re.compile(
            rf"\s+(?:{'|'.join(sets['and'])})\s+(?:{'|'.join(sets['articles'])})\s+(?:{'|'.join(sets['half'])})\b"
            r"(?!\s+(?:år|year|måned|månad|month))",
            re.IGNORECASE,
        ),
    )  # fmt: skip


def _stems(units: Mapping[str, str]) -> Iterator[str]:
    """The first letters that a unit, or a word put before one, can have."""
    yield from sorted({unit[:2] for unit in units} | {"ka"})


def _counted_off(words: Sequence[str], step: int) -> dict[str, int]:
    """Return the number that each word stands for by its place in the list."""
    return {word: place * step for place, both in enumerate(words) for word in both.split()}


def _numbers(entry: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Every number in one word up to 99: "tjuefire", "fireogtyve", "sextioen"; and one and a half."""
    ones: dict[str, float] = {**_counted_off(entry["ones"], 1)}
    firsts = {**{word: value for word, value in ones.items() if 0 < value < 10}, "en": 1, "ett": 1, "ein": 1}
    numbers = dict(ones)
    for ten, tens in _counted_off(entry["tens"], 10).items():
        numbers[ten] = tens
        for word, value in firsts.items():
            numbers[ten + word] = numbers[f"{word}og{ten}"] = tens + value
    numbers.update(dict.fromkeys(entry["oneandhalf"], 1.5))
    if "one" in ones:
        numbers["one"] = 1
    return numbers
