"""Storage durations in words, and back: "the period for which the personal data will be stored" (GDPR art. 13(2)(a)).

A limit is one to three lines. The first says how long: a duration and the moment that it counts from, or, where the
duration is nothing at all, the moment until which data are kept. The others say by when the data are gone, and how
long they may stay before the moment comes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from holdord.notice.write.parts import Limit
from holdord.notice.write.vocabulary import Clock
from holdord.notice.write.words import Slots, Words, soft
from holdord.policy.duration import Duration

KEPT = ("at_most", "at_least")


def limit_lines(limits: Sequence[Limit], words: Words) -> Iterator[str]:
    """Write the limits of a purpose, a sentence a line."""
    for limit in limits:
        name = limit.kind if _counted(limit) else f"{limit.kind}_until"
        yield words.line("purpose", name, period=period(limit, words))
        if limit.within is not None:
            yield words.line("purpose", "within", duration=words.write_duration(limit.within))
        if limit.open_ended:
            yield words.line("purpose", "open_ended", words=limit.open_ended)
    if len(limits) > 1 and all(limit.kind == "at_most" for limit in limits):
        yield words.line("purpose", "first")


def period(limit: Limit, words: Words) -> str:
    """Write a duration with the moment that it counts from: "24 months after the customer relationship ended"."""
    starts = [words.label("day", clock) for clock in limit.clocks]
    starts += [words.own("day", text) for text in limit.from_words]
    slots = {"duration": words.write_duration(limit.duration), "list": words.join(starts), "one": starts[0]}
    head = "after" if _counted(limit) else "until"
    ending = f"_{limit.counted_from}" if limit.counted_from else ""
    if len(starts) > 1:
        return words.line("period", f"{head}_latest{ending}", **slots)
    if ending:
        return words.line("period", f"{head}{ending}", **slots)
    if limit.from_words:
        return words.line("period", f"{head}_words", **slots, words=limit.from_words[0])
    return words.line("period", head, **slots, **{head: words.label(head, limit.clocks[0])})


def read_limit(kind: str, text: str, words: Words) -> Limit | None:
    """Read what ``period`` wrote in a line of that kind; None where it did not."""
    found = words.read("period", text)
    if found is None:
        return None
    name, slots = found
    clocks, others = _starts(name, slots, words)
    return Limit(
        kind="at_least" if kind.startswith("at_least") else "at_most",
        duration=words.read_duration(slots["duration"]) if "duration" in slots else Duration(months=0, days=0),
        clocks=clocks,
        from_words=others,
        counted_from=next((one for one in ("year", "calendar") if name.endswith(one)), ""),
    )


def read_more(limit: Limit, name: str, slots: Slots, words: Words) -> Limit:
    """Add to a limit what the line after it says."""
    if name == "within":
        return replace(limit, within=words.read_duration(slots["duration"]))
    return replace(limit, open_ended=slots["words"])


def _counted(limit: Limit) -> bool:
    return bool(limit.duration.months or limit.duration.days)


def _starts(name: str, slots: Slots, words: Words) -> tuple[tuple[Clock, ...], tuple[str, ...]]:
    """Tell the terms from the controller's own words."""
    if "words" in slots:
        return (), (slots["words"],)
    form = name if name in ("after", "until") else "day"
    items = words.split(slots["list"]) if "list" in slots else [slots["one"] if form == "day" else slots[form]]
    terms = [words.term(form, item) for item in items]
    clocks = tuple(cast("Clock", term) for term in terms if term is not None)
    return clocks, tuple(soft(item) for item, term in zip(items, terms, strict=True) if term is None)
