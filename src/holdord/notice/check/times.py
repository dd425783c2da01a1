"""Times that do not go together, or not with the law.

"All data are erased after 24 months" and "correspondence is kept for five years" cannot both be true. Bookkeeping acts
count from the end of the financial year (Norway: bokføringsloven § 13, five years; Denmark: bogføringsloven, five
years; Sweden: bokföringslagen 7 kap. 2 §, the seventh year after the calendar year in which it ended), so a notice that
counts from the end of a relation counts otherwise than the law. An answer is due "without undue delay and
in any event within one month of receipt of the request" (GDPR art. 12(3)); two more months only for complex requests.
"""

import re
from collections.abc import Iterator
from itertools import combinations

from holdord.notice.check.country import country_of
from holdord.notice.check.looked import Looked, quoted
from holdord.notice.model import Duration, Finding, Unit

_DAYS: dict[Unit, float] = {
    "second": 1 / 86_400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "year": 365.25,
}  # fmt: skip
_GOING = frozenset(("delete", "anonymise", "keep_max"))
_STORING = frozenset(("keep", "keep_min", "keep_max", "delete", "anonymise"))
_LONGER = 1.05
_MONTH = 31.0
_WORKING_MONTH = 22.0
_BOOKKEEPING = re.compile(
    r"bokføring|bogføring|bokföring|rekneskapslov|regnskapslov|bookkeeping|accounting act", re.IGNORECASE
)
_BOOKKEEPING_YEARS: dict[str, frozenset[float]] = {
    "NO": frozenset((3.5, 5.0, 10.0)), "DK": frozenset((5.0,)), "SE": frozenset((7.0,)),
}  # fmt: skip
_NO_BOOKS = re.compile(
    r"forvaltningslov|förvaltningslag|public administration act|personopplysningslov|personuppgiftslag|persondatalov"
    r"|databeskyttelseslov|dataskyddslag|markedsføringslov|marknadsføringslov|marknadsföringslag|data protection act"
    r"|personal data act",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(
    r"\s*(?:\w+\s+){0,2}?(?:om|about|på|fra|från|from|i|in|knyttet|tilknyttet|kopplad\w*|related|som|that|which|vedrørende)\b"
)
_HEAD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_GENERAL = re.compile(
    r"^(?:person|opplysning|oplysning|uppgift|data|information|informasjon|dette|disse|dessa|these|they|the|vi|we|you|your|e$)",
    re.IGNORECASE,
)
_SHORTEST_HEAD = 5
_LONGEST = 10  # times that are looked at together


def times(looked: Looked) -> Iterator[Finding]:
    """Yield the times that do not go together, or not with the law."""
    yield from _all_erased(looked)
    yield from _two(looked)
    for duration in looked.reading.durations:
        yield from _bookkeeping(looked, duration)
        yield from _wrong_act(looked, duration)
        yield from _answer(looked, duration)


def _days(duration: Duration) -> float:
    return duration.value * _DAYS[duration.unit]


def _said(looked: Looked, duration: Duration) -> str:
    return quoted(looked.reading.plain[duration.start : duration.end])


def _all_erased(looked: Looked) -> Iterator[Finding]:
    """Everything is erased after one time, and something is kept for a longer one."""
    storing = [one for one in looked.reading.durations if one.action in _STORING]
    by_length = sorted(storing, key=_days, reverse=True)[:_LONGEST]
    for short in looked.reading.durations:
        number = short.segment
        if short.action not in _GOING or not looked.has(number, "all_data") or looked.has(number, "exception"):
            continue
        hit = looked.first(number, "all_data")
        if _RESTRICTED.match(looked.text(number)[hit.end :]):
            continue
        long = next((one for one in by_length if one.segment != number), None)
        if long is not None and _days(long) > _days(short) * _LONGER:
            text = (
                f"All data are erased after {_said(looked, short)}, and yet something is kept for "
                f"{_said(looked, long)}: {looked.quoted(long.segment)}. Both cannot be true; name the exception where "
                "“all” is said."
            )
            yield looked.finding("kept_after_all_erased", text, number)
            return


def _two(looked: Looked) -> Iterator[Finding]:
    """The same data, below the same heading, for two times."""
    groups: dict[tuple[str, tuple[int, ...]], list[Duration]] = {}
    for duration in looked.reading.durations:
        head = _head(duration)
        if duration.action in _STORING and head:
            groups.setdefault((head, looked.segments[duration.segment].headings), []).append(duration)
    for group in groups.values():
        for one, other in combinations(group[:_LONGEST], 2):
            if abs(_days(one) - _days(other)) < 1 or (one.trigger and other.trigger):
                continue
            if {one.action, other.action} == {"keep_min", "keep_max"}:
                continue
            text = (
                f"{quoted(one.data)} has two times below one heading: {_said(looked, one)} and {_said(looked, other)}. "
                "Say which of them holds for what."
            )
            yield looked.finding("two_times", text, other.segment)
            break


def _head(duration: Duration) -> str:
    """Return the first word of what a time is about, or "" where it is about data in general."""
    match = _HEAD.match(duration.data.strip().lower())
    word = match[0] if match else ""
    return "" if len(word) < _SHORTEST_HEAD or _GENERAL.match(word) else word


def _bookkeeping(looked: Looked, duration: Duration) -> Iterator[Finding]:
    """A bookkeeping act is given for a time that it does not have, or that it counts from another moment."""
    number = duration.segment
    if duration.action not in ("keep", "keep_min", "keep_max") or not _names_bookkeeping(looked, number, duration):
        return
    allowed = _BOOKKEEPING_YEARS.get(country_of(looked.reading))
    wrong = allowed is not None and duration.unit == "year" and duration.value not in allowed
    counted = _counts_behind(looked, duration) and not looked.has(number, "financial_year")
    if wrong and allowed is not None:
        years = ", ".join(f"{value:g}" for value in sorted(allowed))
        text = (
            f"The bookkeeping act is named for {_said(looked, duration)}; it asks for {years} years after the "
            "financial year."
        )
    elif counted:
        text = (
            "The bookkeeping act counts from the end of the financial year, the notice from "
            f"{quoted(duration.trigger or '')}. "
            "What is no accounting material needs a basis of its own."
        )
    else:
        return
    yield looked.finding("bookkeeping_time", text, number)


def _counts_behind(looked: Looked, duration: Duration) -> bool:
    """Tell whether what a time counts from stands behind it: "5 years after …", and not "data from your purchase"."""
    trigger = duration.trigger
    behind = " ".join(looked.reading.plain[duration.end : looked.segments[duration.segment].end].split())
    return trigger is not None and " ".join(trigger.split()) in behind


def _names_bookkeeping(looked: Looked, number: int, duration: Duration) -> bool:
    """Tell whether the act is named with the time, or in the next sentence of the same paragraph."""
    if duration.law:
        return bool(_BOOKKEEPING.search(duration.law))
    after = number + 1
    texts = [looked.text(number)]
    if after < len(looked.segments) and looked.segments[after].block == looked.segments[number].block:
        texts.append(looked.text(after))
    return any(_BOOKKEEPING.search(text) for text in texts)


def _wrong_act(looked: Looked, duration: Duration) -> Iterator[Finding]:
    """An act is named for a time that asks no company to keep anything."""
    if duration.action in ("keep", "keep_min", "keep_max") and _NO_BOOKS.search(duration.law):
        text = (
            f"{quoted(duration.law)} is named for keeping data {_said(looked, duration)}; it asks no company to "
            "keep anything. "
            "Accounting material is kept under the bookkeeping act."
        )
        yield looked.finding("law_keeps_nothing", text, duration.segment)


def _answer(looked: Looked, duration: Duration) -> Iterator[Finding]:
    """Requests are answered later than the law allows."""
    if duration.action != "respond" or looked.has(duration.segment, "extension"):
        return
    working = looked.has(duration.segment, "working_days") and duration.unit == "day"
    if duration.value > _WORKING_MONTH if working else _days(duration) > _MONTH:
        text = f"Requests are answered within {_said(looked, duration)}; the law gives one month from receipt."
        yield looked.finding("answer_too_late", text, duration.segment)
