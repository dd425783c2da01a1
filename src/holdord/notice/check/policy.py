"""A notice against the policy beside it: what is promised and nothing keeps, what is kept and nobody is told.

GDPR art. 5(2): the controller "shall be responsible for, and be able to demonstrate compliance with" what it says. Art.
13(1)(c), (e) and 13(2)(a): people are told purposes, recipients and times, so a purpose, recipient or number that only
the policy knows is missing from the notice; and a number that only the notice knows is a promise that nothing keeps.
That the notice says what the policy quotes is settled when the policy is loaded (:mod:`holdord.policy.quotes`).
"""

import re
from collections.abc import Iterator
from itertools import zip_longest

from holdord.notice.check.looked import Looked, quoted
from holdord.notice.model import Duration, Finding, Reading
from holdord.policy.duration import Duration as Calendar
from holdord.policy.model import Policy, Promise

_STORING = frozenset(("keep", "keep_min", "keep_max", "delete", "anonymise"))
_SHOWN = 4
_NAME = re.compile(r"[A-ZÆØÅÄÖ][\w.&-]*[\w]")


def against(reading: Reading, policy: Policy, written: str | None = None) -> tuple[Finding, ...]:
    """Return where the notice and the policy do not go together.

    Args:
        reading: One of the policy's notices.
        policy: Loaded, its quotes checked.
        written: The notice that the policy makes in that language; None where it makes none.
    """
    looked = Looked.at(reading)
    if written is not None and any(promise.section for promise in policy.promises.values()):
        found = [*_unwired(looked, policy), *_differs(looked, written)]  # it says of each duty how long it lasts
        return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.start is not None, one.start or 0)))
    found = [
        *_unwired(looked, policy),
        *_purposes(looked, policy),
        *_recipients(looked, policy),
        *_times_untold(looked, policy),
        *_times_unkept(looked, policy),
        *_laws(looked, policy),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.start is not None, one.start or 0)))


def _unwired(looked: Looked, policy: Policy) -> Iterator[Finding]:
    """Promises of which nothing keeps some part yet."""
    for promise in policy.promises.values():
        parts = [part for part in promise.parts if part.unwired]
        if parts:
            all_parts = "nothing keeps it yet" if len(parts) == len(promise.parts) else "nothing keeps all of it yet"
            text = (
                f"{promise.id} ({promise.says}): {all_parts}. Missing: "
                + "; ".join(f"{part.name} ({part.unwired})" for part in parts)
                + "."
            )
            start, end = _place(looked.reading, promise)
            yield _at(looked.finding("promise_unwired", text), start, end)


def _place(reading: Reading, promise: Promise) -> tuple[int | None, int | None]:
    """Return where the notice makes a promise."""
    said = [quote.text for quote in promise.notice if quote.language == reading.language]
    said += [promise.says.by[reading.language]] if promise.section and reading.language in promise.says.by else []
    for text in said:
        match = re.search(r"\s+".join(map(re.escape, text.split())), reading.plain)
        if match:
            return match.span()
    return None, None


def _at(finding: Finding, start: int | None, end: int | None) -> Finding:
    return Finding(
        code=finding.code,
        severity=finding.severity,
        article=finding.article,
        text=finding.text,
        proposal=finding.proposal,
        start=start,
        end=end,
    )


def _differs(looked: Looked, written: str) -> Iterator[Finding]:
    """The first line that is not what the policy makes of it; a notice that it made says all that it holds."""
    there = looked.reading.plain.split("\n")
    for number, (line, wanted) in enumerate(
        zip_longest(there, written.rstrip("\n").split("\n"), fillvalue=""), start=1
    ):
        if line.rstrip() != wanted.rstrip():
            start = min(len("\n".join(there[: number - 1])) + (number > 1), len(looked.reading.plain))
            would = f"the policy makes of it: {quoted(wanted)}" if wanted.strip() else "the policy makes nothing here"
            text = f"Line {number} is not what the policy makes; {would}."
            yield _at(looked.finding("notice_differs", text), start, start + len(line))
            return


def _purposes(looked: Looked, policy: Policy) -> Iterator[Finding]:
    """Purposes that no sentence of the notice stands for (art. 13(1)(c))."""
    for purpose in policy.purposes.values():
        promises = [policy.promises[name] for name in policy.promises_of(purpose.id)]
        if not any(quote.language == looked.reading.language for promise in promises for quote in promise.notice):
            text = (
                f"The purpose {purpose.id} ({purpose.label}) is in the policy, and no sentence of the notice "
                "tells of it."
            )
            yield looked.finding("purpose_untold", text)


def _recipients(looked: Looked, policy: Policy) -> Iterator[Finding]:
    """Recipients that the policy names by name and the notice does not, or any where the notice has none (13(1)(e))."""
    none = not any(looked.of_kind("recipient", "processor_role"))
    plain = looked.reading.plain.casefold()
    for name, recipient in policy.recipients.items():
        label = recipient.says.within(looked.reading.language) or recipient.says
        named = [match[0] for match in _NAME.finditer(label)]
        if none or (named and not any(one.casefold() in plain for one in named)):
            text = f"The recipient {name} ({label}) is in the policy, and the notice does not name it."
            yield looked.finding("recipient_untold", text)


def _months_and_days(duration: Duration) -> tuple[int, int] | None:
    """Return a notice's time as whole months and days, or None where it has parts of a day or of a month."""
    months = {"year": 12.0, "month": 1.0}.get(duration.unit, 0.0) * duration.value
    days = {"week": 7.0, "day": 1.0}.get(duration.unit, 0.0) * duration.value
    if (not months and not days) or months != int(months) or days != int(days):
        return None
    return int(months), int(days)


def _key(duration: Calendar) -> tuple[int, int]:
    return duration.months, duration.days


def _times_untold(looked: Looked, policy: Policy) -> Iterator[Finding]:
    """Times that decide when people's data go, and that the notice gives nowhere (art. 13(2)(a))."""
    told = {_months_and_days(duration) for duration in looked.reading.durations}
    untold: dict[tuple[int, int], tuple[Calendar, list[str]]] = {}
    for purpose, limit in policy.limits():
        if _key(limit.duration) == (0, 0) or {_key(limit.duration), _key(limit.within)} & told:
            continue
        _, purposes = untold.setdefault(_key(limit.duration), (limit.duration, []))
        if purpose.id not in purposes:
            purposes.append(purpose.id)
    for _, (duration, purposes) in sorted(untold.items(), reverse=True):
        more = f" and {len(purposes) - _SHOWN} more" if len(purposes) > _SHOWN else ""
        text = (
            f"The policy keeps data for {duration} ({', '.join(purposes[:_SHOWN])}{more}), and the notice gives "
            "this time nowhere."
        )
        yield looked.finding("time_untold", text)


def _times_unkept(looked: Looked, policy: Policy) -> Iterator[Finding]:
    """Times that the notice gives for storage, and that no limit of the policy keeps."""
    kept = {key for _, limit in policy.limits() for key in (_key(limit.duration), _key(limit.within))}
    for duration in looked.reading.durations:
        length = _months_and_days(duration)
        if duration.action in _STORING and length is not None and length not in kept:
            said = quoted(looked.reading.plain[duration.start : duration.end])
            text = f"The notice promises {said}, and no limit of the policy has that length."
            start, end = duration.start, duration.end
            yield _at(looked.finding("time_unkept", text), start, end)


def _laws(looked: Looked, policy: Policy) -> Iterator[Finding]:
    """What the policy alone shows: duties that outlast what the notice promises."""
    for finding in policy.findings:
        if finding.code == "law_outlasts_promise":
            yield looked.finding("law_outlasts_promise", finding.text)
