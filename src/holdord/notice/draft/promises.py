"""The promises of a drafted policy: what the notice says to people, statement by statement, each quoted word by word.

A sentence with a time of storage is a promise of its own; a list with its lead-in is one; so are the sentences of one
topic in one section, and all of the notice about rights, complaints, security or changes. Who keeps a promise is
settled by its topic: the software what it can check (storage, consent, requests, recipients, cookies), a person what
must be done by hand and proved (security, agreements with processors, telling of changes), the notice what it must
only say (who is responsible, where to complain, where data come from).

Nothing is kept by being written down: a part is kept by a purpose whose limits do it, and is ``unwired`` otherwise,
with what will keep it. A purpose that no statement of the notice stands for has a promise that says so.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from holdord.notice.draft.activity import is_slogan
from holdord.notice.draft.draft import Note, Notes
from holdord.notice.draft.seen import Seen, bare
from holdord.notice.draft.told import Purposes
from holdord.notice.draft.words import Words
from holdord.notice.model import Kind

Topic = Literal[
    "deadline", "storage", "cookie", "sensitive", "consent", "complaint", "right", "profiling", "processor",
    "recipient", "transfer", "security", "change", "purpose", "data", "source", "controller",
]  # fmt: skip

_ORDER: tuple[tuple[Kind, Topic], ...] = (
    ("deadline", "deadline"), ("retention", "storage"), ("cookie", "cookie"), ("authority", "complaint"),
    ("sensitive", "sensitive"), ("consent", "consent"), ("right", "right"), ("profiling", "profiling"),
    ("purpose", "purpose"), ("processor_role", "processor"), ("recipient", "recipient"), ("transfer", "transfer"),
    ("security", "security"), ("change", "change"), ("legal_basis", "purpose"), ("data_subject", "purpose"),
    ("data_category", "data"), ("source", "source"), ("controller", "controller"),
)  # fmt: skip
_KEEPER: dict[Topic, tuple[str, str, str]] = {
    "deadline": ("software", "deadline", "a deadline for each request, with reminders; lateness is shown"),
    "storage": ("software", "storage", "say which purpose holds these data, and until when"),
    "cookie": ("software", "banner", "a banner and a list; nothing but the necessary before consent"),
    "complaint": ("notice", "statement", "every answer names the authority and its address"),
    "sensitive": ("software", "intake", "a field for such data is refused, or rests on a letter of art. 9(2)"),
    "consent": (
        "software",
        "consent",
        "the consent is recorded; without it nothing is done; withdrawing ends it at once",
    ),
    "right": ("software", "requests", "each right with a door of its own, answered with what was done"),
    "profiling": ("software", "gate", "only the data that the purpose needs are used for it, and only while it may"),
    "processor": ("person", "agreements", "an agreement on file for each processor, with a review date"),
    "recipient": ("software", "gate", "a register of recipients; a disclosure names its purpose and is recorded"),
    "transfer": ("person", "transfers", "what each transfer rests on, on file, with a review date"),
    "security": ("person", "measures", "tasks with proof"),
    "change": ("person", "announcement", "a change is published and told before it applies"),
    "purpose": ("software", "gate", "each use names its purpose; a use that names none is refused"),
    "data": ("software", "intake", "a field that no purpose needs is refused at the door"),
    "source": ("notice", "statement", "the source is recorded with each record, and told on request"),
    "controller": ("notice", "statement", "shown on the notice and in every answer"),
}
_WITH_STORAGE: frozenset[Topic] = frozenset(("storage", "purpose", "data", "consent", "profiling"))
_ONCE: frozenset[Topic] = frozenset(
    ("right", "complaint", "security", "change", "controller", "deadline", "sensitive", "processor")
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class _Statement:
    topic: Topic
    numbers: list[int] = field(default_factory=list)


class Promises:
    """Makes the promises, with notes.

    Attributes:
        policy: Name → promise, as a policy writes it.
    """

    def __init__(
        self, seen: Seen, purposes: Purposes, made: dict[str, Any], words: Words, notes: Notes, *, used: set[int]
    ) -> None:
        self.used = used
        self.seen = seen
        self.purposes = purposes
        self.made = made
        self.words = words
        self.notes = notes
        self.prefix = _initials(seen.reading.controller)
        self.policy: dict[str, Any] = {}
        self.kept: set[str] = set()
        for statement in self._statements():
            self._promise(statement)
        self._rest()

    def _statements(self) -> list[_Statement]:
        """Put sentences together that make one promise."""
        found: list[_Statement] = []
        by_key: dict[tuple[Any, ...], _Statement] = {}
        for number in self.seen.sentences():
            topic = self._topic(number)
            if topic is None:
                continue
            lead = self.seen.lead(number)
            if self._has_time(number):
                key: tuple[Any, ...] = ("time", number)
            elif lead is not None and self._topic(lead) is not None:
                key, topic = ("list", lead), self._topic(lead) or topic
            elif self.seen.reading.segments[number].role == "lead_in":
                key = ("list", number)
            elif topic in _ONCE:
                key = (topic,)
            else:
                key = (topic, self.seen.section(number))
            if key not in by_key:
                by_key[key] = _Statement(topic)
                found.append(by_key[key])
            by_key[key].numbers.append(number)
        return [one for one in found if not self._is_bare(one)]

    def _is_bare(self, one: _Statement) -> bool:
        """Tell whether a statement is a lead-in whose items are none."""
        return len(one.numbers) == 1 and self.seen.reading.segments[one.numbers[0]].role == "lead_in"

    def _topic(self, number: int) -> Topic | None:
        kinds = self.seen.kinds(number)
        if "definition_or_filler" in kinds or self.seen.defines(number):
            return None
        if self._has_time(number):
            return "storage"
        topic = next((topic for kind, topic in _ORDER if kind in kinds), None)
        praised = topic == "purpose" and is_slogan(self.seen.text(number), self.seen.language)
        return "security" if praised else topic

    def _has_time(self, number: int) -> bool:
        storing = ("keep", "keep_min", "keep_max", "delete", "anonymise", "review_or_delete")
        return any(duration.action in storing for duration in self.seen.durations.get(number, ()))

    def _promise(self, statement: _Statement) -> None:
        seen = self.seen
        quoted = [quote for number in statement.numbers if (quote := seen.places.quote(number))]
        quoted += [quote for number in statement.numbers for quote in self.words.quotes(number)]
        keeper, part, what = _KEEPER[statement.topic]
        parts: dict[str, Any] = {}
        first = statement.numbers[0]
        if statement.topic in _WITH_STORAGE:
            names = self._purposes(statement)
            if names:
                parts["storage"] = {"keep": names}
                self.kept.update(names)
        if not parts and statement.topic == "storage" and self._has_time(first) and first not in self.used:
            parts["storage"] = {"unwired": what}
            self._note(Note("guess", "no purpose holds these data, or none has this time; the policy should say it."))
        elif not parts and statement.topic == "storage":
            parts["storage"] = {"keep": "all"}
            self.kept.update(self.made)
            self._note(Note("guess", "the sentence names no data in particular, so every purpose's limit keeps it."))
        if part != "storage":
            parts[part] = {"unwired": what}
        elif any(one.action == "review_or_delete" for n in statement.numbers for one in seen.durations.get(n, ())):
            parts["review"] = {"unwired": "a review queue: what is to be looked at, by whom and when"}
        if not quoted and not any("keep" in one for one in parts.values()):
            return
        unique = [dict(items) for items in dict.fromkeys(tuple(quote.items()) for quote in quoted)]
        said = {"says": self.words.sentence(statement.numbers[0]), "kept_by": keeper, "parts": parts}
        self.policy[self._next()] = {**said, "notice": unique} if unique else said

    def _purposes(self, statement: _Statement) -> list[str]:
        """Return the purposes that a statement tells of, or that it belongs to where it has a time or a ground."""
        direct = [name for number in statement.numbers for name in self.purposes.direct(number)]
        seen, belongs = self.seen, self.purposes.belongs
        if self._has_time(statement.numbers[0]):  # what has the time's limit, not all that the sentence names
            return [name for name in self.made if name in belongs.get(statement.numbers[0], ())]
        if statement.topic == "storage":
            numbers = [number for number in statement.numbers if not self._has_time(number)]
            if any(seen.values(n, "open_ended") and not self.purposes.is_headed(n) for n in numbers):
                return []  # "as long as necessary" is said of everything
            near = [name for number in statement.numbers for name in belongs.get(number, ())]
        else:
            grounds = [number for number in statement.numbers if seen.values(number, "basis")]
            near = [name for number in grounds for name in belongs.get(number, ())]
        names = direct or (near if statement.topic in ("storage", "purpose") else [])
        return [name for name in self.made if name in names]

    def _rest(self) -> None:
        """Give each purpose that no promise stands for one."""
        for name in self.made:
            if name in self.kept:
                continue
            self._note(Note("guess", "no statement of the notice stands for this purpose; it should have one."))
            parts = {"storage": {"keep": [name]}}
            numbers = [number for number in self.purposes.told[name].segments if not self.seen.is_heading(number)]
            quotes = [quote for number in numbers[:2] if (quote := self.seen.places.quote(number))]
            said = {"says": self.made[name]["for"], "kept_by": "software", "parts": parts}
            self.policy[self._next()] = {**said, "notice": quotes} if quotes else said

    def _next(self) -> str:
        return f"{self.prefix}-{len(self.policy) + 1:02}"

    def _note(self, note: Note) -> None:
        """Note something above the promise that comes next."""
        self.notes["promises", self._next()] = (note,)


def _initials(name: str) -> str:
    """Return the two letters that promises are numbered with."""
    words: list[str] = [word for word in _WORD.findall(bare(name)) if word.isascii()]
    letters = words[0][0] + words[1][0] if len(words) > 1 else words[0][:2] if words else "P"
    return letters.upper()
