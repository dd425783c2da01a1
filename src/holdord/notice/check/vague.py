"""Promises that nobody can hold the notice to, once for each thing that they are about.

WP260 rev.01 para. 12: information "should be concrete and definitive; it should not be phrased in abstract or
ambivalent terms or leave room for different interpretations"; para. 13: "may", "might", "some", "often" and "possible"
"should also be avoided". Its annex on art. 13(2)(a): it is "not sufficient for the data controller to generically state
that personal data will be kept as long as necessary for the legitimate purposes of the processing".
"""

import re
from collections.abc import Iterator

from holdord.notice.check.looked import Looked, quoted
from holdord.notice.model import Fact, Finding, Kind

_STORING = frozenset(("keep", "keep_min", "keep_max", "delete", "anonymise", "review_or_delete"))
_CLOSED = re.compile(r"\s*(?:[.,;)]|$|(?:og|och|and|eller|or)\b)", re.IGNORECASE)
_ENOUGH = 3  # words shown


def vague(looked: Looked) -> Iterator[Finding]:
    """Yield the promises that nobody can hold the notice to."""
    yield from _storage(looked)
    yield from _generic(
        looked, "purpose_vague", "purpose_generic", "purpose", "names no purpose that data could be limited to"
    )
    yield from _recipients(looked)
    yield from _generic(
        looked, "categories_vague", "category_generic", "data_category", "leaves open which data are processed"
    )


def _storage(looked: Looked) -> Iterator[Finding]:
    """Find "as long as necessary" where no time says more, and "a reasonable time"."""
    numbers = any(duration.action in _STORING for duration in looked.reading.durations)
    timed = {duration.segment for duration in looked.reading.durations}
    periods = [
        fact for fact in looked.facts("vague")
        if fact.segment not in timed and _is_kept(looked, fact.segment) and _is_period(fact, looked)
    ]  # fmt: skip
    necessary = [
        fact for fact in looked.facts("open_ended")
        if fact.segment not in timed and _NEED.search(fact.value) and "right" not in looked.kinds(fact.segment)
    ]  # fmt: skip
    if necessary and not numbers:
        text = (
            f"{_words(looked, necessary + periods)}: how long is that? Nowhere does the notice give a number, "
            "so nobody can "
            "tell when data must be gone."
        )
        yield looked.finding("retention_open_ended", text, necessary[0].segment, necessary[0])
    elif periods:
        text = f"{_words(looked, periods)}: nobody can tell from this when the data will be gone."
        yield looked.finding("retention_vague", text, periods[0].segment, periods[0])


_KEEP = re.compile(r"\b(?:behold|oppbevar|lagr|opbevar|gemme|spara|keep|kept|retain|store)", re.IGNORECASE)
_NEED = re.compile(
    r"nødvend|naudsyn|nødvendig|behov|behøv|behöv|treng|nödvänd|necessar|need|required|relevant|formål|føremål|ändamål|syfte|purpose",
    re.IGNORECASE,
)
_PERIODS = (
    "rimelig", "en periode", "ein periode", "periode", "begrenset tid", "avgrensa tid", "midlertidig", "mellombels",
    "reasonable", "period of time", "limited time", "temporarily", "en passende", "rimlig", "skälig", "viss tid",
    "en tid", "en period", "begränsad tid", "begrænset", "i en vis", "kortere tid",
)  # fmt: skip


def _is_kept(looked: Looked, number: int) -> bool:
    return "retention" in looked.kinds(number) or bool(_KEEP.search(looked.text(number)))


def _is_period(fact: Fact, looked: Looked) -> bool:
    words = fact.value.lower()
    return any(words.startswith(one) for one in _PERIODS) and not any(
        other.start <= fact.start < other.end for other in looked.facts("open_ended")
    )


def _words(looked: Looked, facts: list[Fact]) -> str:
    said = list(dict.fromkeys(" ".join(looked.reading.plain[fact.start : fact.end].split()) for fact in facts))
    return ", ".join(quoted(one) for one in said[:_ENOUGH])


def _generic(looked: Looked, code: str, label: str, kind: Kind, why: str) -> Iterator[Finding]:
    """Words that could mean anything, in sentences of a kind; one finding for all of them."""
    numbers = [
        number for number in looked.told(label)
        if kind in looked.kinds(number) and not looked.denied(number) and _open(looked, number, label)
    ]  # fmt: skip
    if numbers:
        first = looked.first(numbers[0], label)
        said = list(dict.fromkeys(looked.quoted(number, looked.first(number, label)) for number in numbers))
        yield looked.finding(code, f"{', '.join(said[:_ENOUGH])} {why}.", numbers[0], first)


def _open(looked: Looked, number: int, label: str) -> bool:
    """Tell whether nothing after the words says what they are."""
    return bool(_CLOSED.match(looked.text(number), looked.first(number, label).end))


def _recipients(looked: Looked) -> Iterator[Finding]:
    """Recipients who are only "partners", where the notice names none and gives no kind."""
    if any(looked.facts("recipient")):
        return
    numbers = [
        number
        for number in looked.told("recipient_generic")
        if "recipient" in looked.kinds(number) and not looked.denied(number)
        if not any(mark in looked.text(number) for mark in "(:")
    ]
    if numbers and not any(looked.segments[number].role == "lead_in" for number in looked.of_kind("recipient")):
        first = looked.first(numbers[0], "recipient_generic")
        text = (
            f"{looked.quoted(numbers[0], first)}: nobody is named. Name the recipients, or say what they do, in "
            "which trade and "
            "where."
        )
        yield looked.finding("recipients_vague", text, numbers[0], first)
