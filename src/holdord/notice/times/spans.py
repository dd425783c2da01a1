"""Reading stretches of time in five languages: "tre år", "ett och ett halvt år", "twenty-four (24) months", "30-day".

A unit is looked for first, and then the number before it; so a text without units costs one search. Numbers are digits
or words, with halves, hundreds, hyphens and the same number again in brackets. A range gives its upper end, for that is
what a promise may be held to. "3 years and 6 months" is 3.5 years. "Every third month" and "annually" are 3 months and
1 year, *recurring*.

Nothing here asks what the time is for: that "13 years old" is no promise is for :mod:`holdord.notice.times.durations`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from holdord.notice.facts.phrases import lower, table
from holdord.notice.model import Unit
from holdord.notice.times.tongues import Tongue, tongue_of
from holdord.policy.terms import Language

_MANY: Mapping[str, tuple[Unit, int]] = {"quarter": ("month", 3), "halfyear": ("month", 6), "fortnight": ("week", 2)}
_HOURS: Mapping[Unit, float] = {
    "second": 1 / 3600, "minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 730.5, "year": 8766,
}  # fmt: skip
_ONCE = frozenset(("gang", "gong", "gång"))
_PER = frozenset(("i", "per", "pr", "om"))
_BACK = 70  # characters before the unit that a number is looked for in
_PIECE = re.compile(r"\d+(?:[.,]\d+)?[½¼¾]?|[½¼¾]|[^\W\d_]+|[-–—/()§]")
_DIGITS = re.compile(r"(\d+(?:[.,]\d+)?)?([½¼¾])?")
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_SIGN = re.compile(
    r"år|aar|måne|månad|mån|mnd|mdr|md\b|uke|uka|uge|veck|vek|vike|dag|døg|dygn|tim|minut|sekund|kvartal"
    r"|year|yr|month|mth|week|day|hour|hr|quarter|fortnight|annual|daily|second|sec|min"
)
"""What a unit holds, in lower case: a text without is not read further."""
_NO_BREAK = re.compile(r"\s*(?:,|\bog\b|\boch\b|\band\b|&)?\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of time as written.

    Attributes:
        recurring: It says how often, not how long.
        article: The number is an article ("a year"), which may mean nothing.
        least: The lower end of a range, or the value.
    """

    value: float
    unit: Unit
    start: int
    end: int
    recurring: bool = False
    article: bool = False
    least: float = 0.0

    @property
    def hours(self) -> float:
        """Its length in hours, a month being 30.4 days: for comparing only."""
        return self.value * _HOURS[self.unit]


def may_hold_time(text: str) -> bool:
    """Tell, quickly, whether a text can name a stretch of time at all."""
    return _SIGN.search(lower(text)) is not None


def spans(text: str, language: Language) -> list[Span]:
    """Return the stretches of time that a text names, in order, none overlapping another."""
    tongue = tongue_of("en" if language == "en" else "nordic")
    found: list[Span] = []
    done = 0
    for sign in _SIGN.finditer(lower(text)):
        if sign.start() < done:
            continue
        start = sign.start()
        while start > done and (text[start - 1].isalpha() or text[start - 1] == "-"):
            start -= 1
        while start < sign.start() and text[start] == "-":
            start += 1
        match = tongue.word.match(text, start) or (
            tongue.word.match(text, text.rfind("-", start, sign.start()) + 1)
            if "-" in text[start : sign.start()]
            else None
        )
        if match is None:
            continue
        done = match.end()
        span = _adverb(match, tongue) if match["adverb"] else _counted(text, match, tongue)
        if span is None or (found and span.start < found[-1].end) or (span.unit == "second" and span.value == 1):
            continue  # one second is what comes after the first
        if found and (joined := _joined(text, found[-1], span)) is not None:
            found[-1] = joined
        else:
            found.append(span)
    return found


def _adverb(match: re.Match[str], tongue: Tongue) -> Span:
    unit, times = _unit(tongue.adverbs[match["adverb"].lower()])
    return Span(value=times, unit=unit, start=match.start(), end=match.end(), recurring=True, least=times)


def _unit(name: str) -> tuple[Unit, int]:
    """Return the unit that counts and how many of it: a quarter is 3 months."""
    many = _MANY.get(name)
    return many if many is not None else (name, 1)  # type: ignore[return-value]


def _counted(text: str, match: re.Match[str], tongue: Tongue) -> Span | None:
    """Read the number before a unit, glued to it or not."""
    unit, times = _unit(tongue.units[match["unit"].lower()])
    glued = match["glued"]
    before = text[max(0, match.start() - _BACK) : match.start()] + (f"{glued} " if glued else "")
    pieces = [(piece[0].lower(), piece.start()) for piece in _PIECE.finditer(before)]
    number = _number(pieces, tongue)
    if number is None:
        return None
    value, least, at, recurring, article = number
    half = tongue.after_half.match(text, match.end())
    if half:
        value, least = value + 0.5, least + 0.5
    if not 0 < value * times * _HOURS[unit] <= 200 * _HOURS["year"]:
        return None
    start = max(0, match.start() - _BACK) + pieces[at][1]
    end = half.end() if half else match.end()
    return Span(
        value=round(value * times, 4), unit=unit, start=min(start, match.start()), end=end, recurring=recurring,
        article=article, least=round(least * times, 4),
    )  # fmt: skip


def _number(pieces: Sequence[tuple[str, int]], tongue: Tongue) -> tuple[float, float, int, bool, bool] | None:
    """Return value, lower end, number of the first piece, whether recurring and whether an article, from the end."""
    around = table("durations.toml")["around"]
    last = len(pieces) - 1
    while last >= 0 and pieces[last][0] in around["adjectives"] and pieces[last][0] not in tongue.numbers:
        last -= 1
    if last >= 0 and pieces[last][0] in "-–—" and last >= 1:  # "30-day", "24 - months"
        last -= 1
    if last < 0:
        return None
    word = pieces[last][0]
    if word in around["every"] and not _times(pieces, last, around["times"]):
        return 1.0, 1.0, last, True, False
    if (
        word in _PER
        and last >= 2
        and pieces[last - 1][0] in _ONCE
        and _read(pieces, last - 2, tongue) in _ones(last - 2)
    ):
        return 1.0, 1.0, last - 2, True, False
    ordinal = tongue.ordinals.get(word)
    if ordinal is not None:
        if last >= 1 and pieces[last - 1][0] in around["every"]:
            return float(ordinal), float(ordinal), last - 1, True, False
        return (float(ordinal), float(ordinal), last, False, True) if ordinal > 2 else None
    number = _read(pieces, last, tongue)
    if number is None:
        return None
    value, at, article = number
    previous = pieces[at - 1][0] if at else ""
    if previous == "§" or (article and _times(pieces, at, around["times"])):
        return (value, value, at, True, False) if previous in around["every"] or article else None
    if previous in around["every"] or (at >= 2 and previous == "-" and pieces[at - 2][0] in around["every"]):
        return value, value, at - 1, True, False
    least = value
    if at >= 2 and previous in around["ranges"]:
        lower = _read(pieces, at - 2, tongue)
        if lower is not None and lower[0] < value and not _plain_and(pieces, lower[1], previous, tongue):
            least, at = lower[0], lower[1]
    return value, least, at, False, article


def _ones(at: int) -> tuple[tuple[float, int, bool], ...]:
    return ((1.0, at, True), (1.0, at, False))


def _times(pieces: Sequence[tuple[str, int]], at: int, times: Sequence[str]) -> bool:
    """Tell whether "once", "gang i" or "per" stands before, so that the unit says how often."""
    return any(piece in times for piece, _ in pieces[max(0, at - 2) : at])


def _plain_and(pieces: Sequence[tuple[str, int]], at: int, between: str, tongue: Tongue) -> bool:
    """Tell whether "and" joins two things rather than the ends of "between 3 and 5"."""
    return between in tongue.conjunctions and not (
        at and pieces[at - 1][0] in ("mellom", "mellem", "mellan", "between", "både")
    )


def _read(pieces: Sequence[tuple[str, int]], last: int, tongue: Tongue) -> tuple[float, int, bool] | None:
    """Read one number that ends with a piece; return it, its first piece, and whether it is an article."""
    if last < 0:
        return None
    word = pieces[last][0]
    if word == ")":
        opening = next((at for at in range(last, max(-1, last - 6), -1) if pieces[at][0] == "("), -1)
        outside = _read(pieces, opening - 1, tongue) if opening > 0 else None
        return outside or _read(pieces, last - 1, tongue)
    digits = _DIGITS.fullmatch(word)
    if digits and word:
        return _figures(pieces, last, digits, tongue)
    if word in tongue.half:  # "et halvt", "to og et halvt", "a half"
        at = last
        if at and pieces[at - 1][0] in tongue.articles:
            at -= 1
        if at >= 2 and pieces[at - 1][0] in tongue.conjunctions:
            whole = _read(pieces, at - 2, tongue)
            if whole is not None:
                return whole[0] + 0.5, whole[1], False
        return 0.5, at, False
    if word in tongue.articles:
        if last and pieces[last - 1][0] in tongue.half:  # "half a year"
            return 0.5, last - 1, False
        return 1.0, last, True
    value = tongue.numbers.get(word)
    if value is None:
        return (100.0, last, False) if word in tongue.hundred else None
    at = last
    if value < 10 and at >= 1:  # "twenty-four"
        step = 2 if pieces[at - 1][0] == "-" else 1
        tens = tongue.numbers.get(pieces[at - step][0], 0) if at >= step else 0
        if tens >= 20 and tens % 10 == 0:
            value, at = value + tens, at - step
    step = 2 if at >= 2 and pieces[at - 1][0] in tongue.conjunctions else 1
    if at >= step and pieces[at - step][0] in tongue.hundred:
        value, at = value + 100, at - step
        if at and pieces[at - 1][0] in (*tongue.articles, "one"):
            at -= 1
    return value, at, False


def _figures(
    pieces: Sequence[tuple[str, int]], last: int, digits: re.Match[str], tongue: Tongue
) -> tuple[float, int, bool] | None:
    """Read digits: "24", "3,5", "1½", "1 1/2"; a year of the calendar is none."""
    whole, part = digits[1], digits[2]
    value = float((whole or "0").replace(",", ".")) + _PARTS.get(part or "", 0)
    at = last
    if part and not whole and last and pieces[last - 1][0].isdigit():
        value, at = value + float(pieces[last - 1][0]), last - 1
    elif whole == "2" and last >= 2 and (pieces[last - 1][0], pieces[last - 2][0]) == ("/", "1"):
        value, at = 0.5, last - 2
        if at and pieces[at - 1][0].isdigit():
            value, at = value + float(pieces[at - 1][0]), at - 1
    if whole and len(whole) == 4 and 1900 <= value < 2100:
        return None
    return value, at, False


def _joined(text: str, first: Span, second: Span) -> Span | None:
    """Join "3 years and 6 months", and leave out "(30 days)" after "one month"."""
    between = text[first.end : second.start]
    if first.recurring or second.recurring:
        return None
    if between.strip() in ("(", "/", "(dvs.", "(i.e.") and 0.9 < second.hours / first.hours < 1.1:
        return replace(first, end=second.end)
    if second.unit == "month" and first.unit == "year" and second.value < 12 and _NO_BREAK.fullmatch(between):
        months = first.value * 12 + second.value
        value, unit = (months / 12, "year") if months % 3 == 0 else (months, "month")
        return replace(first, value=value, unit=unit, end=second.end, least=value, article=False)  # type: ignore[arg-type]
    return None
