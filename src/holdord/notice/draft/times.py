"""Which of a notice's times belongs to which purpose, and from which clock it counts.

The words of the sentence decide first, then what was told before it in its section, then the heading. A time that an
act about accounts asks for is the bookkeeping's; one after the relation, of papers that stay when it ends, is that of
claims. A time of no purpose in particular is the notice's general one. What is reviewed, answered or announced within
a time is no storage: it is for the promises alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from holdord.notice.draft.facts import slug
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.told import Purposes
from holdord.notice.draft.usual import tellings, usual
from holdord.notice.model import Duration
from holdord.policy.duration import Duration as Calendar

_STORING = frozenset(("keep", "keep_min", "keep_max", "delete", "anonymise"))
_ACCOUNTS = re.compile(r"bokf|bogf|regnskap|rekneskap|regnskab|räkenskap|redovisning|account|bookkeep|tax|skat", re.I)
_DUTY = "bookkeeping"
_PLAIN = frozenset(("withdrawn", "relation_ended", "last_contact", "event_held", "employment_ended", "decided"))
"""What a time counts from where its sentence says one of these, in whatever words."""

_RELATIONS = frozenset(("customer_relation", "agreements", "membership"))
_STEM = 7  # letters that tell whether a purpose speaks of an act
_LONG_MONTHS = 36
_SHORT_DAYS = 31
_MONTHS = {"month": 1.0, "year": 12.0}
_DAYS = {"day": 1.0, "week": 7.0, "hour": 1 / 24, "minute": 1 / 1440, "second": 1 / 86400}


@dataclass(frozen=True, kw_only=True, slots=True)
class Time:
    """A time of the notice, for one purpose.

    Attributes:
        words: As a policy writes it; empty where a policy cannot.
        start: The clock or clocks that it counts from, or empty where the notice does not say or says none known.
        trigger: The notice's words for that, or empty.
        minimum: Whether it is a duty: "at least".
        within: Whether it is how soon the data are gone once the clock has started.
        law: The act, as named, or empty.
    """

    words: str
    start: str | list[str]
    trigger: str
    minimum: bool
    within: bool
    law: str
    segment: int


@dataclass(slots=True)
class Times:
    """A notice's times.

    Attributes:
        of: Purpose → its times, in the order of the notice.
        general: Those of no purpose in particular.
    """

    of: dict[str, list[Time]] = field(default_factory=dict)
    general: list[Time] = field(default_factory=list)


def times_of(seen: Seen, purposes: Purposes) -> Times:
    """Attach each time of storage to its purposes; a purpose that only a time tells of is added."""
    found = Times()
    for duration in seen.reading.durations:
        if duration.action not in _STORING:
            continue
        starts = tellings(duration.trigger or "", seen.language).get("starts", [])
        if duration.trigger is None:
            starts = [start for start in seen.tells[duration.segment].get("starts", []) if start in _PLAIN]
            starts = starts if len(starts) == 1 else []
        if duration.law and not _ACCOUNTS.search(duration.law):
            name = _by_law(purposes, duration)
            found.of.setdefault(name, []).append(_time(duration, [], name))
            continue
        names = _names(seen, purposes, duration, starts)
        for name in names:
            purposes.add(name, duration.segment)
            found.of.setdefault(name, []).append(_time(duration, starts, name))
        if names:
            purposes.belongs[duration.segment] = names
        else:
            found.general.append(_time(duration, starts, ""))
    return found


def _names(seen: Seen, purposes: Purposes, duration: Duration, starts: list[str]) -> list[str]:
    """Return the purposes that a time is about."""
    about = [tellings(words, seen.language).get("tells", []) for words in (duration.data, duration.trigger or "")]
    named = [name for name in about[0] or about[1] if name in usual()]
    direct = [name for name in purposes.direct(duration.segment) if name in usual()]
    names = [name for name in named if name in direct] or named or direct or purposes.belongs.get(duration.segment, [])
    whole = " ".join((duration.law, seen.text(duration.segment)))
    long = _months(duration) >= _LONG_MONTHS
    if _DUTY in direct or (duration.law and _ACCOUNTS.search(duration.law)) or ("payment" in names and long):
        return [_DUTY] if _ACCOUNTS.search(whole) or "payment" in names else names
    ends = tellings(duration.trigger or "", seen.language)
    if "relation_ended" in starts and _RELATIONS & {*ends.get("tells", ()), *ends.get("faint", ())}:
        redirected = [usual()[name].after_relation or name if name in usual() else name for name in names]
        names = list(dict.fromkeys(redirected)) or ["customer_relation"]
    if "withdrawn" in starts and not any("withdrawn" in usual()[name].starts for name in names if name in usual()):
        names = ["newsletter"] if "newsletter" in purposes.told else names
    return [name for name in names if name != "web_statistics" or len(names) == 1]


def _by_law(purposes: Purposes, duration: Duration) -> str:
    """Make a purpose of its own of what an act asks for that no usual purpose rests on."""
    stem = duration.law[:_STEM].casefold()
    near = [one.id for one in purposes.told.values() if one.label and stem in one.label.casefold()]
    name = near[0] if near else slug(duration.law)
    label = f"{duration.law}: {duration.data}".strip(": ")
    purposes.add(name, duration.segment, label=label[:1].upper() + label[1:])
    purposes.belongs[duration.segment] = [name]
    return name


def _time(duration: Duration, starts: list[str], name: str) -> Time:
    known: Mapping[str, str | list[str]] = usual()[name].starts if name in usual() else {}
    start = next((known[one] for one in starts if one in known), "")
    short = _months(duration) == 0 or _months(duration) * 30 <= _SHORT_DAYS
    return Time(
        words=_words(duration),
        start=start,
        trigger=duration.trigger or "",
        minimum=duration.action == "keep_min",
        within=start == "consent_withdrawn" and short and duration.action in ("delete", "anonymise", "keep_max"),
        law=duration.law,
        segment=duration.segment,
    )


def _months(duration: Duration) -> float:
    return duration.value * _MONTHS.get(duration.unit, 0.0)


def _words(duration: Duration) -> str:
    """Return a time as a policy writes it, parts of a day as a whole one; empty where that cannot be told."""
    months, days = _months(duration), duration.value * _DAYS.get(duration.unit, 0.0)
    if duration.unit in _MONTHS:
        if months != int(months) or months <= 0:
            return ""
        count = f"{duration.value:g}" if duration.value * 2 == int(duration.value * 2) else ""
        said = f"{count} {duration.unit}s" if count and duration.unit == "year" else f"{int(months)} months"
    else:
        whole = int(days) if days == int(days) else int(days) + 1
        said = f"{whole} days"
    said = said.removesuffix("s") if said.startswith("1 ") else said
    try:
        return str(Calendar.parse(said)) and said
    except ValueError:
        return ""


def answers_within(seen: Seen) -> tuple[str, int] | None:
    """Return how soon the notice says that requests are answered, and where it says so."""
    for duration in seen.reading.durations:
        if duration.action == "respond" and (words := _words(duration)):
            return words, duration.segment
    return None
