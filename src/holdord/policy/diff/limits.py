"""What changed in how long data are kept: GDPR art. 5(1)(e), told to people by art. 13(2)(a).

All limits of a purpose must be unexpired, so a further limit can only shorten and one that is gone can only lengthen.
Limits have no names: those that are the same belong together, then those on the same clocks, then those that share a
clock, and what is left in its order.

Two durations on the same clocks are compared by the calendar for every start (``longer``), the counting
from the end of a financial year included. Longer protects people less, shorter more. What depends on the start ("30
days instead of 1 month") is decided by its worst case: there are starts from which data are now kept longer, so it
protects less, in both directions. Only what is the same for every start changes nothing.

Another clock cannot be compared at all, and is less by the same rule. That goes for a "latest of" with one clock fewer,
too: its end comes earlier where another of its clocks has started, and never where none has.

A promise (``at_most``) that became a duty (``at_least``) is less: nothing a person asks for shortens a duty.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from holdord.policy.diff.change import Change, Kind, Protects, changed, named
from holdord.policy.diff.longer import Order, compared
from holdord.policy.diff.words import bounded, kept, length, since, title
from holdord.policy.duration import Duration
from holdord.policy.purpose import Limit, Purpose
from holdord.policy.told import Said

ARTICLE = "GDPR art. 13(2)(a)"
OUTCOME: dict[Order, tuple[Kind, Protects]] = {
    "longer": ("longer", "less"),
    "shorter": ("shorter", "more"),
    "mixed": ("changed", "less"),
    "same": ("wording", "same"),
}

Pair = tuple[Limit | None, Limit | None]


def limit_changes(before: Purpose, after: Purpose) -> Iterator[Change]:
    """Yield what changed in the limits of a purpose."""
    name = title(after.id)
    for old, new in _pairs(before.limits, after.limits):
        if old is None and new is not None:
            text = f"{name}: there is a further limit: data are kept {bounded(new)}."
            yield changed(new.where, "added", "more", ARTICLE, text)
        elif new is None and old is not None:
            text = f"{name}: a limit is gone: data were kept {bounded(old)}."
            yield changed(_here(old, after), "removed", "less", ARTICLE, text)
        elif old is not None and new is not None:
            yield from _length(name, old, new)
            yield from _kind(name, old, new)
            yield from _within(name, old, new)


def reason_changes(before: Purpose, after: Purpose) -> Iterator[Change]:
    """Yield what changed in why a limit may stay open: words beside a clock, which is compared by itself."""
    for old, new in _pairs(before.limits, after.limits):
        if old is not None and new is not None:
            lead = f"{title(after.id)}: the reason why data may be kept without an end date"
            texts = (old.open_ended or Said("", {}), new.open_ended or Said("", {}))
            yield from named(f"{new.where}.open_ended", lead, texts, ARTICLE, "same")


def _here(limit: Limit, purpose: Purpose) -> str:
    """Return a limit's place below the purpose as it is called now."""
    return ".".join(["purposes", purpose.id, *limit.where.split(".")[2:]])


def _pairs(before: tuple[Limit, ...], after: tuple[Limit, ...]) -> list[Pair]:
    """Return which limit became which; None where one was added or is gone."""
    order = sorted(
        product(range(len(before)), range(len(after))), key=lambda pair: -_alike(before[pair[0]], after[pair[1]])
    )
    found: dict[int, int] = {}
    for old, new in order:
        if old not in found and new not in found.values():
            found[old] = new
    pairs: list[Pair] = [(before[old], after[new]) for old, new in sorted(found.items(), key=lambda pair: pair[1])]
    pairs += [(limit, None) for index, limit in enumerate(before) if index not in found]
    return pairs + [(None, limit) for index, limit in enumerate(after) if index not in found.values()]


def _alike(one: Limit, other: Limit) -> int:
    """Return how much two limits have in common, from 0 to 7."""
    clocks = set(one.clocks) == set(other.clocks)
    period = (one.duration, one.within, _counted(one)) == (other.duration, other.within, _counted(other))
    return 4 * clocks + 2 * (clocks or bool(set(one.clocks) & set(other.clocks))) * (one.kind == other.kind) + period


def _length(name: str, old: Limit, new: Limit) -> Iterator[Change]:
    """Yield how long data are kept otherwise: another clock, another duration, another counting."""
    if set(old.clocks) != set(new.clocks):
        by_name = since(old) == since(new)
        text = f"{name}: data are now kept {kept(new, by_name=by_name)}; before it was {kept(old, by_name=by_name)}."
        yield changed(f"{new.where}.from", "changed", "less", ARTICLE, text)
        return
    order = _order(old.duration, new.duration, old, new)
    if order == "same" and old.duration == new.duration:
        return
    if _counted(old) != _counted(new):
        text = f"{name}: data are now kept {kept(new)}; before it was {kept(old)}."
    elif order in ("mixed", "same"):
        what = "which of them is longer depends on the day" if order == "mixed" else "both end on the same day"
        text = f"{name}: data are now kept {new.duration} instead of {old.duration} after {since(new)}; {what}."
    else:
        text = f"{name}: data are now kept {kept(new)}; before it was {length(old)}."
    aspect = "counted_from" if old.duration == new.duration else new.kind
    yield changed(f"{new.where}.{aspect}", *OUTCOME[order], ARTICLE, text)


def _counted(limit: Limit) -> bool | None:
    """Tell how the start is moved: not at all (None), or to the end of a financial or a calendar year."""
    return limit.year.calendar if limit.year else None


def _order(one: Duration, other: Duration, old: Limit, new: Limit) -> Order:
    """Compare two durations of two limits; that the financial year itself changed is told once, at the controller."""
    before = old.year and replace(new.year or old.year, calendar=old.year.calendar)
    return compared(one, other, before, new.year)


def _kind(name: str, old: Limit, new: Limit) -> Iterator[Change]:
    if old.kind == new.kind:
        return
    duty, promise = "a duty in law, which nothing shortens", "a promise to keep them no longer"
    now, then = (duty, promise) if new.kind == "at_least" else (promise, duty)
    text = f"{name}: that data are kept {new.duration} is now {now}; before it was {then}."
    protects: Protects = "less" if new.kind == "at_least" else "more"
    yield changed(f"{new.where}.{new.kind}", "changed", protects, ARTICLE, text)


def _within(name: str, old: Limit, new: Limit) -> Iterator[Change]:
    """Yield how soon data must be gone; where neither says so it follows the duration and is no change of its own."""
    if old.within == new.within or (_follows(old) and _follows(new)):
        return
    kind, protects = OUTCOME[_order(old.within, new.within, old, new)]
    text = f"{name}: data must now be gone within {new.within} after {since(new)}; before it was {old.within}."
    yield changed(f"{new.where}.within", kind, protects, ARTICLE, text)


def _follows(limit: Limit) -> bool:
    """Tell whether ``within`` is what it is by itself: the duration and a day."""
    return (limit.within.months, limit.within.days) == (limit.duration.months, limit.duration.days + 1)
