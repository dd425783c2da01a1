"""Which of a notice's times belongs to which purpose, and from which clock it counts.

The words for the data decide first, then the sentence, then the heading; never a neighbour. A time that an act about
accounts asks for is the bookkeeping's; one after the relation, of papers that stay when it ends, is that of claims. A
time of no purpose in particular is the notice's general one. What is reviewed, answered or announced within a time is
no storage: it is for the promises alone.

A time that rests on an act of which no duty to keep is known is a purpose of its own, with a question; where the act
asks no company to keep anything, it is ``strange``, and only remarked on.

A time is sure where its words for the data name one purpose and no other, and the moment that it counts from is a clock
of that purpose; any other is asked about, for a wrong one erases.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from holdord.notice.draft.activity import asks_to_keep
from holdord.notice.draft.facts import slug
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.told import Purposes
from holdord.notice.draft.usual import MARKETING, tellings, usual
from holdord.notice.model import Duration
from holdord.policy.duration import Duration as Calendar

_STORING = frozenset(("keep", "keep_min", "keep_max", "delete", "anonymise"))
_ACCOUNTS = re.compile(r"bokf|bogf|regnskap|rekneskap|regnskab|räkenskap|redovisning|account|bookkeep|tax|skat", re.I)
_ALL = re.compile(
    r"(?<!\w)(?:person)?(?:opplysning|oplysning|uppgift)\w*|\b(?:persondata\w*|data|information\w*|informasjon\w*"
    r"|them|it|dem|dei|dom|dessa|disse|desse|these|dette|det|dig|deg|you)\b",
    re.IGNORECASE,
)
_FRONT = re.compile(r"((?:[\w-]+,? ){0,5}[\w-]+) \w+ vi\b", re.IGNORECASE)
_NO_DATA = re.compile(
    r"(?:a[fv]|for|för|fra|från|på|som|når|när|hvis|om|dersom|etter|efter|i|ved|vid|til|till|der|då|den|dette|vi)\b",
    re.IGNORECASE,
)
_DUTY = "bookkeeping"
_WITHDRAWN = "withdrawn"
"""What a time counts from where its sentence says so in whatever words, and no other moment."""

_RELATIONS = frozenset(("customer_relation", "agreements", "membership"))
_LAST = "last_contact"
_ANSWERED = "answered"
_STEM = 7  # letters that tell whether a purpose speaks of an act
_LONG_MONTHS = 36
_SHORT_DAYS = 31
_CLOSE = 1e-9
_MONTHS = {"month": 1.0, "year": 12.0}
_DAYS = {"day": 1.0, "week": 7.0, "hour": 1 / 24, "minute": 1 / 1440, "second": 1 / 86400}


@dataclass(frozen=True, kw_only=True, slots=True)
class Time:
    """A time of the notice, for one purpose.

    Attributes:
        words: As a policy writes it; empty where a policy cannot.
        start: The clock or clocks that it counts from, or empty where the notice does not say or says none known.
        trigger: The notice's words for that, or empty.
        minimum: Whether it is no end: "at least".
        within: Whether it is how soon the data are gone once the clock has started.
        law: The act, as named, or empty.
        data: The notice's words for the data, in small letters.
        brief: Whether it is shorter than a day.
        alone: Whether its words for the data name this purpose and no other.
    """

    words: str
    start: str | list[str]
    trigger: str
    minimum: bool
    within: bool
    law: str
    segment: int
    data: str = ""
    brief: bool = False
    alone: bool = False

    @property
    def sure(self) -> bool:
        """Whether it may stand without a question."""
        return self.alone and bool(self.start) and bool(self.words) and not self.minimum


@dataclass(slots=True)
class Times:
    """A notice's times.

    Attributes:
        of: Purpose → its times, in the order of the notice.
        near: Purpose → those of other data, in sentences that speak of the purpose, too.
        general: Those of all data.
        strange: Those that the notice rests on an act which asks no company to keep data.
    """

    of: dict[str, list[Time]] = field(default_factory=dict)
    near: dict[str, list[Time]] = field(default_factory=dict)
    general: list[Time] = field(default_factory=list)
    strange: list[Time] = field(default_factory=list)


def times_of(seen: Seen, purposes: Purposes) -> Times:
    """Attach each time of storage to its purposes; a purpose that only a time tells of is added."""
    found = Times()
    timed: dict[int, list[str]] = {}
    for said in seen.reading.durations:
        if said.action not in _STORING:
            continue
        duration = _with_data(seen, said)
        starts = _starts(seen, duration)
        if duration.law and not _ACCOUNTS.search(duration.law):
            if not asks_to_keep(duration.law):
                found.strange.append(_time(duration, [], ""))
                timed.setdefault(duration.segment, [])
                continue
            name = _by_law(purposes, duration)
            found.of.setdefault(name, []).append(_time(duration, [], name))
            continue
        about = _about(seen, purposes, duration)
        names = _names(seen, purposes, duration, starts, about)
        alone = _alone(seen, purposes, duration, starts, about)
        for name in names:
            if name in about or name == _DUTY or name not in purposes.told:
                purposes.add(name, duration.segment)
            found.of.setdefault(name, []).append(_time(duration, starts, name, alone=alone and len(names) == 1))
        for name in purposes.direct(duration.segment):
            if name not in (*names, *_of_the_relation(seen, duration)):
                found.near.setdefault(name, []).append(_time(duration, starts, name))
        timed.setdefault(duration.segment, []).extend(names)
        free = not about and not purposes.direct(duration.segment) and starts != [_WITHDRAWN]
        if free and _is_all(duration.data):
            found.general.append(_time(duration, starts, ""))
    purposes.belongs |= {segment: list(dict.fromkeys(names)) for segment, names in timed.items()}
    return found


def _with_data(seen: Seen, duration: Duration) -> Duration:
    """Return a time with the words for its data where they stand before the verb: "Enquiries delete we after …"."""
    if duration.data.strip().casefold() not in ("", "vi"):
        return duration
    segment = seen.reading.segments[duration.segment]
    before = _FRONT.match(seen.reading.plain[segment.start : duration.start].strip())
    words = before[1] if before and not _NO_DATA.match(before[1]) else ""
    return dataclasses.replace(duration, data=words) if words else duration


def _is_all(data: str) -> bool:
    """Tell whether a time's words for the data name no data in particular."""
    return not data.strip() or _ALL.search(data) is not None


def _starts(seen: Seen, duration: Duration) -> list[str]:
    """Return the moments that a time counts from, as its notice says."""
    if duration.trigger is not None:
        starts = tellings(duration.trigger, seen.language).get("starts", [])
        alone = next((one for one in (_LAST, _ANSWERED) if one in starts), "")
        return [alone] if alone else starts  # the last of several, or an answer, is not the day of each
    starts = seen.tells[duration.segment].get("starts", [])
    return [_WITHDRAWN] if _WITHDRAWN in starts else []


def _about(seen: Seen, purposes: Purposes, duration: Duration) -> list[str]:
    """Return the usual purposes that a time's words for the data name."""
    told = tellings(duration.data, seen.language)
    names = [name for what in ("tells", "about", "faint") for name in told.get(what, ())]
    if MARKETING in names:
        names.append("newsletter" if "newsletter" in purposes.told else "offers")
    plain = duration.data.casefold()
    for fact in seen.facts.get(duration.segment, ()):
        if fact.what == "category" and seen.reading.plain[fact.start : fact.end].casefold() in plain:
            names += [one.id for one in usual().values() if fact.value in one.holds]
    return [name for name in dict.fromkeys(names) if name in usual()]


def _names(seen: Seen, purposes: Purposes, duration: Duration, starts: list[str], about: list[str]) -> list[str]:
    """Return the purposes that a time is about."""
    direct = [name for name in purposes.direct(duration.segment) if name in usual()]
    names = about or direct or [name for name in purposes.headed(duration.segment) if name in usual()]
    accounts = _DUTY in direct or bool(duration.law)  # an act that is none of accounts has its own purpose
    if names == ["payment"] and (accounts or _months(duration) >= _LONG_MONTHS):
        return [_DUTY]
    ends = tellings(duration.trigger or "", seen.language)
    if "relation_ended" in starts and _RELATIONS & {*ends.get("tells", ()), *ends.get("faint", ())}:
        redirected = [usual()[name].after_relation or name for name in names]
        names = list(dict.fromkeys(redirected)) or ["customer_relation"]
    if _WITHDRAWN in starts and not any(_WITHDRAWN in usual()[name].starts for name in names):
        names = ["newsletter"] if "newsletter" in purposes.told else names
    if accounts:
        names = [*(name for name in names if name not in ("payment", _DUTY)), _DUTY]
    return [name for name in names if name != "web_statistics" or len(names) == 1]


def _alone(seen: Seen, purposes: Purposes, duration: Duration, starts: list[str], about: list[str]) -> bool:
    """Tell whether a time is about one purpose by its own words for the data, and its sentence speaks of no other."""
    others = {name for name in seen.tells[duration.segment].get("tells", []) if name in usual()}
    if not about:  # "if you unsubscribe from the newsletter, we delete you"
        told = tellings(duration.trigger or "", seen.language).get("tells", [])
        return starts == [_WITHDRAWN] and (purposes.direct(duration.segment) or told) == ["newsletter"]
    return len(about) == 1 and others <= {*about, *_of_the_relation(seen, duration)}


def _of_the_relation(seen: Seen, duration: Duration) -> set[str]:
    """Return the relations that a time counts from the end of: they are no data of their own there."""
    return set(tellings(duration.trigger or "", seen.language).get("tells", ())) & _RELATIONS


def _by_law(purposes: Purposes, duration: Duration) -> str:
    """Make a purpose of its own of what an act asks for that no usual purpose rests on."""
    stem = duration.law[:_STEM].casefold()
    near = [one.id for one in purposes.told.values() if one.label and stem in one.label.casefold()]
    name = near[0] if near else slug(duration.law)
    label = f"{duration.law}: {duration.data}".strip(": ")
    purposes.add(name, duration.segment, label=label[:1].upper() + label[1:])
    purposes.belongs[duration.segment] = [name]
    return name


def _time(duration: Duration, starts: list[str], name: str, *, alone: bool = False) -> Time:
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
        data=duration.data.casefold().strip(),
        brief=duration.value * _DAYS.get(duration.unit, 1.0) < 1,
        alone=alone,
    )


def _months(duration: Duration) -> float:
    return duration.value * _MONTHS.get(duration.unit, 0.0)


def _words(duration: Duration) -> str:
    """Return a time as a policy writes it; empty where a policy cannot, such as of part of a day."""
    months, days = _months(duration), duration.value * _DAYS.get(duration.unit, 0.0)
    if duration.unit in _MONTHS:
        if months != int(months) or months <= 0:
            return ""
        count = f"{duration.value:g}" if duration.value * 2 == int(duration.value * 2) else ""
        said = f"{count} {duration.unit}s" if count and duration.unit == "year" else f"{int(months)} months"
    elif abs(days - round(days)) > _CLOSE:
        return ""
    else:
        said = f"{round(days)} days"
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
