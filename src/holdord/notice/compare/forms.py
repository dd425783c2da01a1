"""Differences of form that change what is said: a "not", a "may", a sentence cut off, a distinction that was lost."""

import re
from collections.abc import Iterator, Sequence
from math import log, sqrt

from holdord.notice.compare.leftover import Beside, separators
from holdord.notice.compare.model import Difference, Place
from holdord.notice.compare.terms import Term, word_list
from holdord.notice.compare.units import Unit, place_of
from holdord.notice.facts.phrases import table
from holdord.notice.model import Kind

_ENDS = re.compile(r"[.!?:…)\]”\"»]\s*$")
_STOPPED = re.compile(r"(\w+)\s*[.…]\s*$")
_COMMA = re.compile(r"[,;/](?!\d)")
_WORD = re.compile(r"[^\W_]+")
_SHORTER = -0.3
_NO_LONGER = 0.05
_A_LITTLE_SHORTER = -0.1
_MUCH_SHORTER = -0.35
_FEW_WORDS = 13
_FAR_SHORTER = -0.55
_FAR_FROM_USUAL = 3.5
_GIVING: frozenset[Kind] = frozenset(("recipient", "transfer", "processor_role", "profiling", "retention"))
_FILLER: frozenset[Kind] = frozenset(("definition_or_filler",))
_WE = frozenset(("vi", "me", "we", "selskapet", "selskabet", "bolaget", "foreningen", "føreningen", "laget"))


def elements(units: Sequence[Unit]) -> int:
    """Count what joins the elements of lists: commas, and "and" where no comma stands before it."""
    text = " ".join(unit.segment.text for unit in units)
    joins = separators()
    found = len(_COMMA.findall(text))
    for match in _WORD.finditer(text):
        if match[0].lower() in joins and not text[: match.start()].rstrip().endswith(","):
            found += 1
    return found


def longer(units: Sequence[Unit], others: Sequence[Unit], ratio: float) -> float:
    """Return the logarithm of how many times longer ``units`` are than ``others``, beyond what languages do."""
    here, there = (sum(unit.length for unit in side) for side in (units, others))
    return log((here + 5) / (there * ratio + 5))


def shrunk(units: Sequence[Unit], others: Sequence[Unit], ratio: float) -> bool:
    """Tell whether ``units`` seem to lack something that ``others`` have: fewer elements, or clearly fewer letters."""
    apart = longer(units, others, ratio)
    return apart < _SHORTER or (elements(units) < elements(others) and apart < _NO_LONGER)


def _steers(units: Sequence[Unit], of: str, concepts: set[str], *, weak: bool) -> list[tuple[int, Term]]:
    return [
        (unit.number, term)
        for unit in units
        for term in unit.steers
        if term.of == of and term.means & concepts and (weak or not term.weak)
    ]


def negation(one: Beside, versions: tuple[str, str]) -> Iterator[Difference]:
    """Find a "not" on one side where the other has nothing that could stand for it."""
    hard_a, hard_b = (_steers(units, "negation", {"hard"}, weak=False) for units in (one.a, one.b))
    any_a, any_b = (_steers(units, "negation", {"hard", "soft"}, weak=True) for units in (one.a, one.b))
    same = bool(one.a and one.b) and one.a[0].reading.language == one.b[0].reading.language
    for hard, there, other, units, says in ((hard_a, hard_b, any_b, one.a, 0), (hard_b, hard_a, any_a, one.b, 1)):
        if hard and (not other or (same and len(hard) > len(there))):
            word = _focus(units, hard[0])
            a, b = (word, place_of(one.b)) if says == 0 else (place_of(one.a), word)
            why = f"The {versions[says]} says “{word.text}”; the {versions[1 - says]} says that it is so."
            yield Difference(kind="negation", a=a, b=b, what="negation", why=why)


def modality(one: Beside, versions: tuple[str, str]) -> Iterator[Difference]:
    """Find a "may" where the other side has a "will" or "must", or gives data away without a word."""
    may_a, may_b = (_steers(units, "modality", {"may"}, weak=False) for units in (one.a, one.b))
    any_a, any_b = (_steers(units, "modality", {"may"}, weak=True) for units in (one.a, one.b))
    firm_a, firm_b = (_steers(units, "modality", {"will", "must"}, weak=False) for units in (one.a, one.b))
    for may, other, firm, firm_there, units, there, says in (
        (may_a, any_b, firm_a, firm_b, one.a, one.b, 0),
        (may_b, any_a, firm_b, firm_a, one.b, one.a, 1),
    ):
        if not may or other:
            continue
        focus = _focus(units, may[0])
        if len(firm_there) > len(firm):
            whole: Place | None = _focus(there, firm_there[0])
            says_there = f"“{whole.text}”" if whole else ""
        elif _we_may(units, may[0]) and not firm_there:
            whole, says_there = place_of(tuple(there)), "that it is done"
        else:
            continue
        a, b = (focus, whole) if says == 0 else (whole, focus)
        why = f"The {versions[says]} says “{focus.text}”, the {versions[1 - says]} {says_there}."
        yield Difference(kind="modality", a=a, b=b, what="modality", why=why)


def _we_may(units: Sequence[Unit], found: tuple[int, Term]) -> bool:
    """Tell whether a sentence on what is given away or kept says "we may"."""
    unit = next(unit for unit in units if unit.number == found[0])
    before = _WORD.findall(unit.segment.text[: found[1].start].lower())[-1:]
    after = _WORD.findall(unit.segment.text[found[1].end :].lower())[:1]
    return bool(unit.kinds & _GIVING) and any(word in _WE for word in (*before, *after))


def _focus(units: Sequence[Unit], found: tuple[int, Term]) -> Place:
    place = place_of(tuple(units), (found[0], found[1].start, found[1].end))
    assert place is not None  # noqa: S101 - there is a unit, for the term stands in it
    return place


def truncated(one: Beside, versions: tuple[str, str], ratio: float) -> Iterator[Difference]:
    """Find a sentence that breaks off: it ends with a word that none ends with, or much too early without a stop."""
    for units, others, says, factor in ((one.a, one.b, 0, 1 / ratio), (one.b, one.a, 1, ratio)):
        word = _breaks_off(units, others, factor)
        if word and not (others and _breaks_off(others, units, 1 / factor)):
            why = f"The {versions[says]} breaks off after “{word}”; the {versions[1 - says]} goes on."
            yield Difference(kind="truncated", a=place_of(one.a), b=place_of(one.b), what="truncated", why=why)


def _breaks_off(units: Sequence[Unit], others: Sequence[Unit], ratio: float) -> str:
    """Return the last word of a sentence that breaks off, or ""."""
    if not units or not others or units[-1].segment.role == "heading" or not units[-1].words:
        return ""
    unit = units[-1]
    last = unit.words[-1]
    ends = bool(_ENDS.search(unit.segment.text))
    language = unit.reading.language
    shorter = longer(units, others, ratio)
    never, particle = word_list("dangling", "word", language), word_list("dangling", "particle", language)
    word = next((unit.runs_on for unit in units if unit.runs_on), "") if len(units) < len(others) else ""
    if word and (word in never or shorter < _A_LITTLE_SHORTER):
        return word
    if last in never and (not ends or _STOPPED.search(unit.segment.text)):
        if last not in particle:
            return last
        if not ends and (_ENDS.search(others[-1].segment.text) or shorter < _SHORTER or _lost_end(unit, others[-1])):
            return last
        if shorter < _MUCH_SHORTER:
            return last
    if not ends and _ENDS.search(others[-1].segment.text) and shorter < _MUCH_SHORTER:
        return last
    return ""


def _lost_end(unit: Unit, other: Unit) -> bool:
    """Tell whether the other sentence ends with an address or a name that this one lacks."""
    tail = len(other.segment.text) - 3
    return any(item.of in ("web", "email", "phone") and item.end >= tail for item in other.items)


def shortened(one: Beside, versions: tuple[str, str], ratio: float) -> Iterator[Difference]:
    """Find a statement of which one side has lost a good part: it is far shorter than any translation makes it."""
    if all(unit.segment.role == "heading" or unit.kinds == _FILLER for unit in (*one.a, *one.b)):
        return
    if max(sum(len(unit.segment.text.split()) for unit in units) for units in (one.a, one.b)) < _FEW_WORDS:
        return  # an act's long name in one language, such as one that is not its own, makes half of it
    here, there = (sum(unit.length for unit in units) for units in (one.a, one.b))
    first, second = here * sqrt(ratio), there / sqrt(ratio)
    apart = (first - second) / sqrt((first + second) / 2 + 1)
    for says, log_of, sign in ((0, longer(one.a, one.b, 1 / ratio), -1), (1, longer(one.b, one.a, ratio), 1)):
        if log_of < _FAR_SHORTER and sign * apart > _FAR_FROM_USUAL:
            why = f"The {versions[says]} says much less here; part of what the {versions[1 - says]} says is gone."
            yield Difference(kind="truncated", a=place_of(one.a), b=place_of(one.b), what="shortened", why=why)


def doubled(one: Beside, versions: tuple[str, str]) -> Iterator[Difference]:
    """Find "access and access" where the other side tells two things apart."""
    stutters = frozenset(table("compare.words.toml")["stutter"]["words"])
    joins = "|".join(sorted(separators()))
    pattern = re.compile(rf"\b([^\W\d_]{{4,}})\s+(?:{joins})\s+\1\b", re.IGNORECASE)
    seen = [
        [(unit, match) for unit in units for match in pattern.finditer(unit.segment.text)] for units in (one.a, one.b)
    ]
    for says in (0, 1):
        for unit, match in seen[says][:1]:
            if seen[1 - says] or not (one.a and one.b) or match[1].lower() in stutters:
                continue
            focus = place_of((one.a, one.b)[says], (unit.number, match.start(), match.end()))
            whole = place_of((one.b, one.a)[says])
            a, b = (focus, whole) if says == 0 else (whole, focus)
            why = f"The {versions[says]} says “{match[0]}”, where the {versions[1 - says]} tells two things apart."
            yield Difference(kind="meaning", a=a, b=b, what="doubled", why=why)
