"""How long a purpose holds its data: what its notice says, what the law demands, and where neither does, a question.

A wrong time erases. So one is filled in only where it is sure (``times``), or law. All else is a question that quotes
what the notice says, and offers the notice's time, or the country's usual one with where it comes from. Of two times
for the same data the shorter keeps both promises; of two for data that only belong together, the longer is offered.
"""

from collections.abc import Sequence
from typing import Any

from holdord.notice.draft.draft import QUESTION, Note, Notes
from holdord.notice.draft.moments import OPEN, REGISTERED, counted_from
from holdord.notice.draft.offers import longest, offered, same_data, shortest
from holdord.notice.draft.seen import NAMES, Seen
from holdord.notice.draft.times import Time, Times
from holdord.notice.draft.told import Purposes
from holdord.notice.draft.usual import CLOCKS, LAST_CONTACT, Usual, UsualLimit, told
from holdord.notice.draft.vague import vague_sentence
from holdord.notice.draft.words import Words
from holdord.policy.duration import Duration

_SETTLED = {
    "consent": "the day that the consent is withdrawn, the data go (GDPR art. 7(3), 17(1)(b)).",
    "objection": "who says no is gone at once (GDPR art. 21, 17(1)(c)).",
    "payment": "what an unpaid invoice needs stays until it is paid; then the law's duty alone holds it.",
    "agreement": "what a running agreement needs stays while it runs; then nothing here holds it.",
    "block": "a blocked address is known as long as the block stands.",
}
_RELATION = "customer_relation"
_ENDED = "relation_ended"
_BRIEF = "1 day"
_MOST_QUOTED = 4
_SILENT = "how long are the data kept? The notice gives no time."
_BESIDE = "how long are the data kept? The notice gives a time for others, or for all data at once."
_UNSURE = "how long are the data kept? The notice gives a time, and not surely for these data."
_FROM = "from which moment is the time counted?"


class Limits:
    """Makes the ``keep`` of each purpose, with its notes.

    Args:
        notes: Where the notes go.

    Attributes:
        vouchers: The name of the words for accounts that stay open: an invoice has its day, papers may not yet.
        used: The sentences whose times stand in a limit, or are quoted by a question.
        named: The sets of clocks that limits count from by a name, or may.
    """

    def __init__(self, seen: Seen, purposes: Purposes, words: Words, notes: Notes) -> None:
        self.seen = seen
        self.purposes = purposes
        self.words = words
        self.notes = notes
        self.vouchers = ""
        self.used: set[int] = set()
        self.named: set[str] = set()

    def usual(self, one: Usual, times: Times, basis: str) -> list[dict[str, Any]]:
        """Return the limits of a usual purpose."""
        limits = list(one.limits)
        has_clock = any(limit.start == "consent_withdrawn" for limit in limits)
        if basis == "consent" and "withdrawn" in one.starts and not has_clock:
            limits.insert(0, UsualLimit(start="consent_withdrawn", at_most="0 days", open_ended="consent"))
        own = times.of.get(one.id, [])
        spoken = self._spoken(limits, own)
        made = []
        for index, limit in enumerate(limits):
            path = ("purposes", one.id, "keep", *((index,) if len(limits) > 1 else ()))
            if limit.at_least:
                made.append(self._duty(path, limit, one, own if index == spoken else ()))
            elif index == spoken and own:
                made.append(self._said(path, limit, own, one))
            elif limit.usual:
                made.append(self._asked(path, one, limit, times))
            else:
                self.notes[path] = (Note("guess", _SETTLED[limit.open_ended]),)
                made.append(self._limit(limit.start, limit, at_most=limit.at_most))
        return made

    def _asked(self, path: tuple[str | int, ...], one: Usual, limit: UsualLimit, times: Times) -> dict[str, Any]:
        """Return a limit without a time of its own, with what the notice says instead of one."""
        start, said, usual = limit.start, "The notice gives no time. ", limit.usual[self.seen.country]
        answer, ask = self.seen.usual(usual), _SILENT
        clear = one.id != _RELATION or self._ends(one.id)
        vague = vague_sentence(self.seen, self.purposes, one.id)
        near = times.near.get(one.id) or times.general
        if near:
            self.used |= {time.segment for time in near}
            of = "beside other data" if near is not times.general else "of all data"
            said = f"The notice says {of}: {self._quoted(near)} "
            ask, usual = _BESIDE, ""
            known = {time.words for time in near if not time.minimum and (time.start or not time.trigger)}
            if len(known) == 1 and "" not in known and limit.start != REGISTERED:
                answer = offered(known.pop())
        elif vague is not None:
            own = one.id in self.purposes.direct(vague)
            words = (
                self.seen.places.sentence(vague) if own else f"line {self.seen.places.line(vague)} does, in general."
            )
            said = f"The notice says no more than {words} "
            starts = self.seen.tells[vague].get("starts", [])
            if _ENDED not in starts and LAST_CONTACT in starts and LAST_CONTACT in one.starts:
                start, clear = one.starts[LAST_CONTACT], True
        counted = counted_from(start)
        text = f"how long, counted from {counted}, are the data kept? {said}{_said(limit.custom[self.seen.country])}"
        usual = usual if self.seen.knows_country else ""
        self.notes[(*path, "at_most")] = (Note("question", f"{text} {answer}", ask=ask, about=counted, usual=usual),)
        if not clear:
            start = self._clock(path, limit.start, "", settled=bool(usual))
        return self._limit(start, limit, at_most=QUESTION)

    def _ends(self, name: str) -> bool:
        """Tell whether the notice speaks of how long a purpose's data stay after its end."""
        numbers = [n for n in self.seen.sentences() if name in self.purposes.direct(n)]
        return any(_ENDED in self.seen.tells[n].get("starts", []) for n in numbers)

    def _clock(
        self, path: tuple[str | int, ...], usual: str | list[str], said: str, *, settled: bool = False
    ) -> str | list[str]:
        """Ask from which moment a limit counts, where one is usual; several of which the latest counts stay.

        ``settled`` tells that custom may answer it, for the notice says nothing of how long either.
        """
        if not isinstance(usual, str):
            self.notes[(*path, "from")] = (Note("guess", "from which day the time counts the notice does not say."),)
            return usual
        other = f"; {LAST_CONTACT} is another" if usual == _ENDED else ""
        if usual in (_ENDED, LAST_CONTACT):
            self.named.add(LAST_CONTACT)
        why = f"The notice counts from “{said}”, which is no clock here." if said else "The notice does not say."
        text = f"from which moment is it counted? {why} {usual} is {counted_from(usual)}{other}."
        offer = self.seen.usual(usual) if settled else offered(usual)
        note = Note("question", f"{text} {offer}", ask=_FROM, usual=usual if settled else "")
        self.notes[(*path, "from")] = (note,)
        return QUESTION

    def _quoted(self, times: Sequence[Time]) -> str:
        """Return the sentences of times, each once."""
        numbers = list(dict.fromkeys(time.segment for time in times))
        more = "" if len(numbers) <= _MOST_QUOTED else f" And {len(numbers) - _MOST_QUOTED} more."
        return f"{'; '.join(self.seen.places.sentence(number) for number in numbers[:_MOST_QUOTED])};{more}"

    def own(self, name: str, times: Sequence[Time], general: Sequence[Time], *, duty: bool) -> list[dict[str, Any]]:
        """Return the limits of a purpose that the table does not know."""
        path = ("purposes", name, "keep")
        kind = "at_least" if duty else "at_most"
        most = longest([time.words for time in times])
        if duty and most:
            self.used |= {time.segment for time in times}
            self.named.add(LAST_CONTACT)
            text = "from which day the time counts is not sure; the last contact is the latest that is known."
            self.notes[path] = (*dict.fromkeys(self.seen.said(time.segment) for time in times), Note("guess", text))
            return [{"from": LAST_CONTACT, kind: most}]
        said, answer = "The notice gives no time.", self.seen.usual("12 months")
        if times or general:
            self.used |= {time.segment for time in times or general}
            said = f"The notice says{'' if times else ' of all data'}: {self._quoted(times or general)}"
            answer = offered(longest([time.words for time in times or general]) or "12 months")
        else:
            said += " The law gives no number either; 12 to 24 months after the last use are common."
        self._clock(path, REGISTERED, next((time.trigger for time in times if time.trigger), ""))
        ask = _UNSURE if times or general else _SILENT
        usual = "12 months" if ask == _SILENT and self.seen.knows_country else ""
        self.notes[(*path, kind)] = (
            Note("question", f"how long are these kept? {said} {answer}", ask=ask, about="that moment", usual=usual),
        )
        return [{"from": QUESTION, kind: QUESTION}]

    def _spoken(self, limits: Sequence[UsualLimit], times: Sequence[Time]) -> int:
        """Return which of a purpose's limits the notice's times are about."""
        for index, limit in enumerate(limits):
            if times and times[0].start and times[0].start == limit.start:
                return index
        return next((index for index, limit in enumerate(limits) if limit.usual), 0)

    def _said(
        self, path: tuple[str | int, ...], limit: UsualLimit, times: Sequence[Time], one: Usual
    ) -> dict[str, Any]:
        """Return a limit as the notice says it where it is sure, or a question that quotes it."""
        self.used |= {time.segment for time in times}
        first = times[0]
        self.notes[path] = tuple(dict.fromkeys(self.seen.said(time.segment) for time in times))
        start = first.start or limit.start
        if all(time.sure and (time.words, time.start) == (first.words, first.start) for time in times):
            if first.within:
                return self._limit(start, limit, at_most="0 days", within=first.words)
            return self._limit(start, limit, at_most=first.words)
        text = f"how long are these data kept? The notice says: {self._quoted(times)} {self._why(times)}"
        counted = counted_from(start)
        note = Note("question", f"{text} {self._answer(limit, times)}", ask=_UNSURE, about=counted)
        self.notes[(*path, "at_most")] = (note,)
        unsaid = next((time for time in times if not time.start), None)
        ends = start in OPEN or start == LAST_CONTACT or one.id == _RELATION if isinstance(start, str) else True
        if unsaid is not None and (unsaid.trigger or ends):
            start = self._clock(path, limit.start, unsaid.trigger)
        elif unsaid is not None:
            self.notes[(*path, "from")] = (Note("guess", "from which day the time counts the notice does not say."),)
        elif len({str(time.start) for time in times}) > 1:
            start = self._clock(path, limit.start, first.trigger)
        return self._limit(start, limit, at_most=QUESTION)

    def _why(self, times: Sequence[Time]) -> str:
        """Return why times are asked about."""
        found = []
        lengths = dict.fromkeys(time.words or "another time" for time in times)
        if len(lengths) > 1:
            same = " The shorter keeps both promises." if same_data(times) else ""
            found.append(f"Is it {' or '.join(lengths)}?{same}")
        if any(time.minimum for time in times):
            found.append("“At least” promises no end.")
        if any(time.brief for time in times):
            found.append("A policy counts whole days.")
        if not all(time.alone for time in times):
            found.append("Whether that is said of these data is not sure.")
        return " ".join(found)

    def _answer(self, limit: UsualLimit, times: Sequence[Time]) -> str:
        """Return the answer that is offered to a question about times."""
        known = [time.words for time in times if time.words]
        usual = limit.usual.get(self.seen.country, "")
        if not known:
            return offered(_BRIEF) if any(time.brief for time in times) else offered(usual or "12 months")
        if any(time.minimum for time in times) and usual:
            known.append(usual)
        elif same_data(times) and not any(time.brief for time in times):
            return offered(shortest(known))
        return offered(longest(known))

    def _duty(
        self, path: tuple[str | int, ...], limit: UsualLimit, one: Usual, times: Sequence[Time]
    ) -> dict[str, Any]:
        """Return what the law demands; a question where the notice has more, or the country is not known."""
        self.used |= {time.segment for time in times}
        demanded = limit.at_least.get(self.seen.country) or next(iter(limit.at_least.values()))
        others = list(dict.fromkeys(time.words for time in times if time.words and time.words != demanded))
        others = [words for words in others if Duration.parse(words) != Duration.parse(demanded)]
        notes = list(dict.fromkeys(self.seen.said(time.segment) for time in times))
        most = longest([demanded, *others])
        if not self.seen.knows_country:
            text = (
                f"how long does the law demand? In {NAMES[self.seen.country]} it is {demanded}; other countries differ."
            )
            said = f" The notice says {', '.join(others)}: {self._quoted(times)}" if others else ""
            self.notes[path] = tuple(notes)
            self.notes[(*path, "at_least")] = (Note("question", f"{text}{said} {offered(most)}"),)
            return self._limit(limit.start, limit, at_least=QUESTION)
        if most != demanded:
            text = f"which time is the law's? It usually demands {demanded}; the notice says {', '.join(others)}:"
            text += f" {self._quoted(times)}"
            self.notes[path] = tuple(notes)
            self.notes[(*path, "at_least")] = (Note("question", f"{text} {offered(most)}"),)
            return self._limit(limit.start, limit, at_least=QUESTION)
        if others:
            text = f"the notice says {', '.join(others)}, the law {demanded}. The law's number stands here."
            notes.append(Note("guess", text))
        if not times:
            law = one.law[self.seen.country][self.seen.language]
            notes.append(Note("guess", f"{law}: {demanded}; law, not custom."))
        self.notes[path] = tuple(notes)
        return self._limit(limit.start, limit, at_least=demanded)

    def _limit(self, start: str | list[str], limit: UsualLimit, **said: str) -> dict[str, Any]:
        made: dict[str, Any] = {"from": {"latest_of": list(start)} if isinstance(start, list) else start, **said}
        self.named |= CLOCKS.keys() & {str(start)}
        counted = limit.counted_from.get(self.seen.country, "")
        if counted:
            made["counted_from"] = counted
        same = start in (limit.start, QUESTION)
        name = (limit.open_ended if same else "") or (OPEN.get(start, "") if isinstance(start, str) else "")
        if name == "voucher":
            name = self.vouchers
        if name:
            made["open_ended"] = self.words.of(told("open_ended", name))
        return made


def _said(text: str) -> str:
    return text[:1].upper() + text[1:]
