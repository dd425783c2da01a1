"""From a notice that somebody else wrote to a first policy: every field with its sentence, guesses marked, holes asked.

The notice is read (:mod:`holdord.notice.read`), its purposes are told apart (``told``), its times attached (``times``),
and each part of the policy is written by a module of its own. A drafted policy never loads before a person has answered
its questions (:mod:`holdord.notice.draft.questions`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from holdord.datamap.model import DataMap
from holdord.errors import NoticeError
from holdord.notice.draft.company import company, requests, version
from holdord.notice.draft.draft import DRAFTED, Draft, Note, Notes
from holdord.notice.draft.people import People
from holdord.notice.draft.places import Places
from holdord.notice.draft.promises import Promises
from holdord.notice.draft.purposes import Built
from holdord.notice.draft.questions import settled
from holdord.notice.draft.rest import answer_or_none, changes, cookies, decisions, requirements, security, sensitive
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.times import times_of
from holdord.notice.draft.told import Purposes
from holdord.notice.draft.usual import CLOCKS
from holdord.notice.draft.words import Other, Words
from holdord.notice.model import Kind, Reading
from holdord.policy.terms import Language

LONGEST = 400_000
"""Characters of a notice that is drafted from; the longest that people publish have a third of that."""

_PROMISING: frozenset[Kind] = frozenset(("retention", "right", "consent", "deadline", "recipient", "security"))
_TIMES = frozenset(("keep", "keep_min", "keep_max", "delete", "anonymise", "review", "review_or_delete", "other_limit"))
_HEAD = (
    "A first policy, drafted from the notice. Read it line by line: a quoted line is the notice's own; “Guess” was "
    "concluded, and may be wrong; “QUESTION” is yours to answer: put the answer in place of the question mark. The "
    "policy does not load before every question is answered. What is law should be checked by a lawyer."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """A drafted policy, and the notices that it quotes.

    Attributes:
        places: Language → the notice, as its quotes are checked.
        unpaired: The languages of further notices that could not be laid beside the first.
        sentences: Of the first notice, how many have a counterpart in each further language.
    """

    draft: Draft
    places: dict[Language, Places]
    unpaired: tuple[Language, ...]
    sentences: dict[Language, int]

    def named(self, names: Mapping[Language, str]) -> "Drafted":
        """Return the same with other names of the notices' files: language → name."""
        return replace(self, draft=replace(self.draft, policy={**self.draft.policy, "notices": dict(names)}))

    def settled(self) -> "Drafted":
        """Return the same with the usual answer to each question that custom alone answers."""
        return replace(self, draft=settled(self.draft))


def draft(readings: Sequence[Reading], datamap: DataMap, today: date | None = None) -> Drafted:
    """Return a first policy.

    Args:
        readings: The notice, in the policy's language, and further ones in other languages, one each.
        datamap: The records that the policy is to work on.
        today: The day that is offered where the notice does not say of which day it is.

    Raises:
        NoticeError: Where one is too long to be a notice, or the first tells of no purpose, no time and no right.
    """
    if any(len(reading.plain) > LONGEST for reading in readings):
        raise NoticeError(f"The text has more than {LONGEST} characters. Give the file of the notice alone.")
    seen = Seen(readings[0])
    others = [Other(readings[0], reading) for reading in readings[1:]]
    words = Words(readings[0], others)
    notes: Notes = {}
    purposes = Purposes(seen)
    times = times_of(seen, purposes)
    if not purposes.told and not any(kinds & _PROMISING for kinds in readings[0].kinds):
        what = "The text tells of no purpose, no time of storage and no right, so no policy can be drafted from it."
        raise NoticeError(f"{what} Is it a privacy notice? Give the file of the notice alone.")
    people = People(seen, purposes, words, notes)
    built = Built(seen, purposes, times, people, words, datamap, notes)
    promises = Promises(seen, purposes, built.policy, words, notes, used=built.limits.used)
    by_year = any("counted_from" in limit for one in built.policy.values() for limit in _limits(one["keep"]))
    controller = company(seen, notes, by_year=by_year)
    policy: dict[str, Any] = {
        "holdord": 1,
        "draft": True,
        "language": seen.language,
        "version": version(seen, notes, today),
        "controller": controller,
        "notices": {language: f"notice.{language}.md" for language in words.languages},
        "groups": people.groups,
        "recipients": people.recipients or answer_or_none(seen, notes, "recipients"),
        "sources": people.sources,
        "clocks": {name: clock for name, clock in CLOCKS.items() if name in built.limits.named},
        "purposes": built.policy,
        "requests": requests(seen, words, notes, controller["contact"]),
        "security": security(seen, words, notes),
        "cookies": cookies(seen, words, notes),
        "sensitive": sensitive(seen, notes),
        "decisions": decisions(seen, words, notes),
        "requirements": requirements(seen, notes),
        "changes": changes(seen, words, notes),
        "promises": promises.policy,
    }
    notes["draft",] = (Note("said", DRAFTED),)
    notes[()] = (Note("said", _HEAD), *_unused(seen, built.limits.used))
    if purposes.untold:
        lines = ", ".join(str(seen.places.line(number)) for number in purposes.untold)
        text = f"these lines speak of purposes, too, and none stands for them: {lines}."
        built.remarks.append(Note("guess", text))
    if built.remarks:
        notes["purposes",] = tuple(built.remarks)
    places = {seen.language: seen.places} | {other.reading.language: other.places for other in words.others}
    return Drafted(
        draft=Draft(policy={key: value for key, value in policy.items() if value}, notes=notes),
        places=places,
        unpaired=tuple(other.reading.language for other in others if not other.pairs),
        sentences={other.reading.language: len(other.pairs) for other in words.others},
    )


def _limits(keep: Any) -> list[Any]:
    return keep if isinstance(keep, list) else [keep]


def _unused(seen: Seen, used: set[int]) -> list[Note]:
    """List the notice's times of storage that no limit of the policy has, and no question asks about."""
    numbers = dict.fromkeys(one.segment for one in seen.reading.durations if one.action in _TIMES)
    return [Note("said", f"Not used: {seen.places.sentence(number)}") for number in numbers if number not in used]
