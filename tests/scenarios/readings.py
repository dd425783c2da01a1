"""The full reading of the examples' notices as a person gives it, and what people make of the writer's patterns.

``tests/cases/read/<company>.<language>.jsonl`` has a line a sentence (its line in the notice, its words, its kinds, its
facts) and, last, a line for the notice as a whole. ``patterns.toml`` says which kinds the sentences of each pattern of
``lang/write.*.toml`` are; the five languages say the same, so one table serves all.

``python -m tests.scenarios.readings`` lays the readings on the notices anew when these were written anew: sentences
that stand as they stood keep what a person said of them, new ones of a pattern get its kinds, and all others are marked
``unread`` until a person has read them, which a test asks for.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from holdord.notice.model import Kind, Reading, Segment
from holdord.notice.read import read
from holdord.notice.write.words import Words, words_of
from holdord.policy.terms import Language

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "read"
NOTICES = {
    f"{path.parent.name}.{path.name.split('.')[1]}": path for path in sorted(ROOT.glob("examples/*/notice.*.md"))
}
SCORED = tuple(kind for kind in get_args(Kind) if kind != "definition_or_filler")
_MARK = re.compile(r"(?:- )?(.*)")
_OWN_WORDS = re.compile(r"\{(?:words|list|period)\}")
_SECTIONS = (
    "short", "controller", "contact", "purpose", "sensitive", "recipients", "transfers", "storage", "security",
    "cookies", "rights", "complaint", "decisions", "requirements", "changes",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A sentence of a notice: its line, and the pattern that wrote it.

    Attributes:
        place, of: The sentence's number in its line, and how many this has.
        fixed: Whether the pattern leaves no room for words of the controller's.
    """

    number: int
    line: int
    segment: Segment
    kinds: frozenset[str]
    pattern: str
    place: int
    of: int
    fixed: bool


@cache
def patterns() -> dict[str, list[frozenset[str]]]:
    """Return for each pattern the kinds of each of its sentences."""
    table = tomllib.loads((CASES / "patterns.toml").read_text(encoding="utf-8"))
    return {
        f"{family}.{name}": [frozenset(kinds.split()) for kinds in sentences]
        for family, entries in table.items()
        for name, sentences in entries.items()
    }


def placed(reading: Reading) -> Iterator[Placed]:
    """Yield the sentences of a notice with their lines and patterns, headings aside."""
    words, lines = words_of(reading.language), reading.plain.split("\n")
    at = [reading.plain.count("\n", 0, segment.start) for segment in reading.segments]
    often, seen = Counter(at), Counter[int]()
    for number, (line, segment, kinds) in enumerate(zip(at, reading.segments, reading.kinds, strict=True)):
        place, seen[line] = seen[line], seen[line] + 1
        if segment.role == "heading":
            continue
        pattern, fixed = _pattern(lines[line], words)
        yield Placed(
            number=number, line=line + 1, segment=segment, kinds=frozenset(kinds), pattern=pattern, place=place,
            of=often[line], fixed=fixed,
        )  # fmt: skip


def _pattern(line: str, words: Words) -> tuple[str, bool]:
    match = _MARK.fullmatch(line.replace("\\", "").strip())
    text = match[1] if match else ""
    if text.startswith("|"):
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if cells[0] == words.table["overview"]["purpose"]:
            return "overview.head", True
        return ("overview.row", False) if len(cells) == len(("purpose", "basis", "time")) else ("cookies.row", False)
    for family in _SECTIONS:
        if found := words.read(family, text):
            return f"{family}.{found[0]}", not _OWN_WORDS.search(words.table[family][found[0]])
    return "", False


def stored(name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the sentences of a stored reading, and the notice as a whole."""
    text = (CASES / f"{name}.jsonl").read_text(encoding="utf-8")
    *sentences, whole = (json.loads(line) for line in text.splitlines())
    return sentences, whole


def of_pattern(one: Placed) -> frozenset[str] | None:
    """Return the kinds that a sentence of its pattern has, or None where a person's words alone say it."""
    sentences = patterns().get(one.pattern, [])
    rest = sentences[-one.of :]  # what two sentences say in one language may be one in another
    return rest[one.place] if one.place < len(rest) else None


def times_of(reading: Reading) -> list[dict[str, Any]]:
    """Return the times of a reading as they are stored."""
    return [
        {
            "line": reading.plain.count("\n", 0, reading.segments[one.segment].start) + 1,
            "value": one.value,
            "unit": one.unit,
            "action": one.action,
            "trigger": one.trigger,
            "data": one.data,
        }
        for one in reading.durations
    ]


def facts_of(reading: Reading, number: int) -> list[tuple[str, str]]:
    """Return the facts of a sentence, each once."""
    return sorted({(fact.what, fact.value) for fact in reading.facts if fact.segment == number})


def f1(said: list[frozenset[str]], true: list[frozenset[str]]) -> float:
    """Return micro-F1 over the kinds that promise something."""
    hits = sum(len(one & other) for one, other in zip(said, true, strict=True))
    return 2 * hits / max(1, sum(map(len, said)) + sum(map(len, true)))


def promises(kinds: frozenset[str] | list[str]) -> frozenset[str]:
    """Return the kinds without filler."""
    return frozenset(kinds) - {"definition_or_filler"}


def lay(name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Lay a stored reading on the notice as it stands."""
    sentences, whole = stored(name)
    said = dict(zip(_told_apart([one["says"] for one in sentences]), sentences, strict=True))
    times: dict[int, list[dict[str, Any]]] = {}
    for time in whole["durations"]:
        times.setdefault(time["line"], []).append(time)
    language: Language = whole["language"]
    reading = read(NOTICES[name].read_text(encoding="utf-8"), language)
    own = times_of(reading)
    anew: list[dict[str, Any]] = []
    durations: list[dict[str, Any]] = []
    new = list(placed(reading))
    for one, text in zip(new, _told_apart([one.segment.text for one in new]), strict=True):
        old = said.get(text)
        kinds = of_pattern(one)
        entry = {"line": one.line, "says": one.segment.text}
        if old:
            entry |= {"kinds": old["kinds"], "facts": old["facts"]}
            entry |= {"unread": True} if "unread" in old else {}
            moved = [time | {"line": one.line} for time in times.get(old["line"], [])]
            durations += [time for time in moved if time not in durations]
        else:
            entry |= {"kinds": sorted(kinds or one.kinds), "facts": facts_of(reading, one.number), "unread": True}
            durations += [time for time in own if time["line"] == one.line and time not in durations]
        anew.append(entry)
    return anew, whole | {"version_date": reading.version_date, "durations": durations}


def _told_apart(texts: list[str]) -> list[str]:
    """Return the sentences, a lead-in with what follows it: "This applies:" says something else each time."""
    return [
        f"{text} {after}" if text.endswith(":") else text for text, after in zip(texts, [*texts[1:], ""], strict=False)
    ]


def keep(name: str, sentences: list[dict[str, Any]], whole: dict[str, Any]) -> None:
    """Store a reading, a line a sentence."""
    lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in (*sentences, whole)]
    (CASES / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in NOTICES:
        sentences, whole = lay(name)
        keep(name, sentences, whole)
        print(f"{name}: {len(sentences)} sentences, {sum('unread' in one for one in sentences)} to be read by a person")
