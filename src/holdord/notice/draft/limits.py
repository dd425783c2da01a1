"""How long a purpose holds its data: what its notice says, what the law demands, and where neither does, a question.

A question offers the country's usual answer and says where it comes from; a duration that no notice and no law gives is
never filled in. Two times for one purpose stay a question with both; the shorter one keeps both promises.
"""

from collections.abc import Sequence
from typing import Any

from holdord.notice.draft.draft import QUESTION, Note
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.times import Time
from holdord.notice.draft.told import Purposes
from holdord.notice.draft.usual import Usual, UsualLimit, told
from holdord.notice.draft.words import Words
from holdord.policy.duration import Duration

Notes = dict[tuple[str | int, ...], tuple[Note, ...]]

REGISTERED = "person.collected"
"""The clock that every record reaches: the day the person was registered."""

_OPEN = {
    "relation_ended": "relation", "delivered": "delivery", "paid": "payment", "voucher_date": "voucher",
    "consent_withdrawn": "consent", "objected": "objection", "decided": "decision",
    "employment_ended": "employment", "block_lifted": "block",
}  # fmt: skip
_SETTLED = {
    "consent": "the day that the consent is withdrawn, the data go (GDPR art. 7(3), 17(1)(b)).",
    "objection": "who says no is gone at once (GDPR art. 21, 17(1)(c)).",
    "payment": "what an unpaid invoice needs stays until it is paid; then the law's duty alone holds it.",
    "agreement": "what a running agreement needs stays while it runs; then nothing here holds it.",
    "block": "a blocked address is known as long as the block stands.",
    "": "two weeks to enter what the person came for; not in the notice, and yours to change.",
}
_COUNTED = {
    "relation_ended": "the end of the relation",
    "correspondence.sent": "the message",
    "note.taken": "the day of the note",
    "delivered": "the delivery",
    "order.ordered": "the order",
    "web_log.requested": "the visit",
    "participation.event_held": "the event",
    "upload.uploaded": "the day the file came",
    "decided": "the decision",
    "employment_ended": "the end of the employment",
}
"""What the clocks of questions are in words."""


class Limits:
    """Makes the ``keep`` of each purpose, with its notes.

    Args:
        notes: Where the notes go.
    """

    def __init__(self, seen: Seen, purposes: Purposes, words: Words, notes: Notes) -> None:
        self.seen = seen
        self.purposes = purposes
        self.words = words
        self.notes = notes

    def usual(self, one: Usual, times: Sequence[Time], general: Sequence[Time], basis: str) -> list[dict[str, Any]]:
        """Return the limits of a usual purpose."""
        limits = list(one.limits)
        has_clock = any(limit.start == "consent_withdrawn" for limit in limits)
        if basis == "consent" and "withdrawn" in one.starts and not has_clock:
            limits.insert(0, UsualLimit(start="consent_withdrawn", at_most="0 days", open_ended="consent"))
        spoken = self._spoken(limits, times)
        made = []
        for index, limit in enumerate(limits):
            path = ("purposes", one.id, "keep", *((index,) if len(limits) > 1 else ()))
            if index == spoken and times:
                made.append(self._said(path, one.id, limit, times))
            elif limit.at_least:
                made.append(self._law(path, limit, one))
            elif limit.usual and general and general[0].words:
                text = f"the notice's general time. {self.seen.places.sentence(general[0].segment)}"
                self.notes[path] = (Note("guess", text),)
                made.append(self._limit(limit.start, limit, at_most=general[0].words))
            elif limit.usual:
                made.append(self._asked(path, one, limit))
            else:
                self.notes[path] = (Note("guess", _SETTLED.get(limit.open_ended, _SETTLED[""])),)
                made.append(self._limit(limit.start, limit, at_most=limit.at_most))
        return made

    def _asked(self, path: tuple[str | int, ...], one: Usual, limit: UsualLimit) -> dict[str, Any]:
        """Return a limit without a time, with what the notice says instead of one."""
        start, said = limit.start, ""
        vague = self.vague(one.id)
        if vague is not None:
            own = one.id in self.purposes.direct(vague)
            words = (
                self.seen.places.sentence(vague) if own else f"line {self.seen.places.line(vague)} does, in general."
            )
            said = f"The notice says no more than {words} "
            starts = self.seen.tells[vague].get("starts", [])
            start = next(
                (one.starts[name] for name in starts if name in ("last_contact",) and name in one.starts), start
            )
        counted = _COUNTED.get(start, "") if isinstance(start, str) else "the last contact or use"
        text = f"how long, counted from {counted}, are the data kept? {said or 'The notice gives no time. '}"
        reason = _said(limit.custom[self.seen.country])
        answer = self.seen.usual(limit.usual[self.seen.country])
        self.notes[(*path, "at_most")] = (Note("question", f"{text}{reason} {answer}"),)
        return self._limit(start, limit, at_most=QUESTION)

    def vague(self, name: str) -> int | None:
        """Return a sentence that speaks of how long a purpose's data stay, and gives no time."""
        seen = self.seen
        own = [n for n in seen.sentences() if name in self.purposes.direct(n) and self._is_vague(n)]
        free = [n for n in seen.sentences() if not self.purposes.direct(n) and self._is_vague(n)]
        last = [n for n in free if "last_contact" in seen.tells[n].get("starts", [])]
        headed = {above for n in seen.sentences() if self.purposes.direct(n) and (above := seen.section(n)) is not None}
        general = [n for n in free if seen.section(n) not in headed]
        return next(iter([*own, *last, *general, *free]), None)

    def _is_vague(self, number: int) -> bool:
        seen = self.seen
        if seen.durations.get(number) or seen.kinds(number) & {"right", "security"}:
            return False
        after = "last_contact" in seen.tells[number].get("starts", []) and bool(seen.values(number, "vague"))
        return after or (bool(seen.values(number, "open_ended")) and "retention" in seen.kinds(number))

    def own(self, name: str, times: Sequence[Time], *, duty: bool) -> list[dict[str, Any]]:
        """Return the limits of a purpose that the table does not know."""
        path = ("purposes", name, "keep")
        limit = UsualLimit(start=REGISTERED)
        if times:
            return [self._said(path, name, limit, times, duty=duty)]
        text = (
            "how long are these kept? The notice gives no time. The law gives no number either; 12 to 24 months after "
            f"the last use are common. {self.seen.usual('12 months')}"
        )
        self.notes[(*path, "from")] = (Note("guess", "the day the person was registered; another clock may suit."),)
        self.notes[(*path, "at_most")] = (Note("question", text),)
        return [{"from": REGISTERED, "at_most": QUESTION}]

    def _spoken(self, limits: Sequence[UsualLimit], times: Sequence[Time]) -> int:
        """Return which of a purpose's limits the notice's times are about."""
        for index, limit in enumerate(limits):
            if times and times[0].start and times[0].start == limit.start:
                return index
        return next((index for index, limit in enumerate(limits) if limit.usual), 0)

    def _law(self, path: tuple[str | int, ...], limit: UsualLimit, one: Usual) -> dict[str, Any]:
        law = one.law[self.seen.country]
        self.notes[path] = (Note("guess", f"{law}: {limit.at_least[self.seen.country]}; law, not custom."),)
        return self._limit(limit.start, limit, at_least=limit.at_least[self.seen.country])

    def _said(
        self, path: tuple[str | int, ...], name: str, limit: UsualLimit, times: Sequence[Time], *, duty: bool = False
    ) -> dict[str, Any]:
        """Return a limit as the notice says it, or a question where it says two things."""
        sentences = tuple(dict.fromkeys(self.seen.said(time.segment) for time in times))
        first = times[0]
        if limit.at_least:
            return self._duty(path, limit, times, sentences)
        start = first.start or limit.start
        lengths = list(dict.fromkeys(time.words for time in times))
        more = [*sentences]
        if first.trigger and not first.start:
            more.append(
                Note("guess", f"the notice counts from “{first.trigger}”; no clock bears that name. Look at it.")
            )
        elif not first.start:
            more.append(Note("guess", "from which day the time counts the notice does not say."))
        if first.minimum and not duty:
            more.append(Note("guess", "the notice says how long at least, which promises no end. Taken as the end."))
        self.notes[path] = tuple(more)
        if len(lengths) > 1 or not lengths[0]:
            self.notes[(*path, "at_most")] = (Note("question", self._doubt(times, lengths)),)
            return self._limit(start, limit, at_most=QUESTION)
        if first.within:
            return self._limit(start, limit, at_most="0 days", within=lengths[0])
        kind = {"at_least": lengths[0]} if duty else {"at_most": lengths[0]}
        return self._limit(start, limit, **kind)

    def _doubt(self, times: Sequence[Time], lengths: Sequence[str]) -> str:
        known = [length for length in lengths if length]
        if len(known) < 2:
            answer = known[0] if known else "12 months"
            return f"how long, in years, months, weeks and days? {self.seen.usual(answer)}"
        said = " and ".join(
            f"{time.words or 'another time'} (line {self.seen.places.line(time.segment)})" for time in times
        )
        shortest = known[0]
        for other in known[1:]:
            if Duration.parse(shortest).longer_than(Duration.parse(other)):
                shortest = other
        return (
            f"which time is meant? The notice says {said}. The shorter keeps both promises. {self.seen.usual(shortest)}"
        )

    def _duty(
        self, path: tuple[str | int, ...], limit: UsualLimit, times: Sequence[Time], sentences: tuple[Note, ...]
    ) -> dict[str, Any]:
        """Return what the law demands, and say so where the notice has another number."""
        demanded = limit.at_least[self.seen.country]
        law = Duration.parse(demanded)
        others = [time.words for time in times if time.words and Duration.parse(time.words) != law]
        text = f"the notice says {', '.join(dict.fromkeys(others))}, the law {demanded}. The law's number stands here."
        self.notes[path] = (*sentences, Note("guess", text)) if others else sentences
        return self._limit(limit.start, limit, at_least=demanded)

    def _limit(self, start: str | list[str], limit: UsualLimit, **said: str) -> dict[str, Any]:
        made: dict[str, Any] = {"from": {"latest_of": list(start)} if isinstance(start, list) else start, **said}
        if limit.counted_from:
            made["counted_from"] = limit.counted_from
        same = start == limit.start
        name = (limit.open_ended if same else "") or (_OPEN.get(start, "") if isinstance(start, str) else "")
        if name:
            made["open_ended"] = self.words.of(told("open_ended", name))
        return made


def _said(text: str) -> str:
    return text[:1].upper() + text[1:]
