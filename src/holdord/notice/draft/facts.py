"""From what a written notice says back to a policy that says the same: the inverse of ``holdord.notice.write.policy``.

A notice does not say in which records the data lie. Where the data map knows one kind of record for a category or a
clock, that is taken; the rest is looked for with the person. All of that is a guess, and marked as one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from holdord.datamap.model import DataMap
from holdord.notice.draft.draft import DRAFTED, Draft, Note
from holdord.notice.draft.usual import CLOCKS, LAST_CONTACT
from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.limits import limit_lines
from holdord.notice.write.parts import Limit, Purpose
from holdord.notice.write.policy import PERSON
from holdord.notice.write.vocabulary import CLOCK_OF, GROUPS
from holdord.notice.write.words import words_of
from holdord.policy.load.purposes import CALENDAR
from holdord.policy.terms import COUNTRIES, Language

_LONGEST = 40
NONE = "none"
_SPOKEN_OF = ("recipients", "cookies", "sensitive", "decisions", "requirements")
"""What a notice says that there is none of where it has nothing of it."""
_COUNTED = {"": "", "year": "financial_year_end", "calendar": CALENDAR}
_LATIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ð": "d", "þ": "th", "ß": "ss"})


def draft(facts: NoticeFacts, language: Language, datamap: DataMap, notice: str = "") -> Draft:
    """Return a policy whose notice says ``facts``.

    Args:
        facts: What a notice says.
        language: Of the words in it.
        datamap: The records that the policy is to work on.
        notice: The notice's file, if the policy is to name one.

    Raises:
        ValueError: Where the controller is in a country whose policies holdord does not keep.
    """
    if facts.controller.country not in COUNTRIES:
        raise ValueError(f"Policies are kept in {', '.join(COUNTRIES)}, not in {facts.controller.country}.")
    made = _Draft(facts, language, datamap).made()
    return replace(made, policy={**made.policy, "notices": {language: notice}}) if notice else made


class Names:
    """Gives each text a name of its own, made from its first words."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.names: dict[Any, str] = {}

    def of(self, text: str, key: Any = None) -> str:
        """Return the name of a text; the same for the same ``key``, which is the text where none is given."""
        key = text if key is None else key
        if key not in self.names:
            first = slug(text)
            name, number = first, 1
            while name in self.taken:
                number += 1
                name = f"{first}_{number}"
            self.taken.add(name)
            self.names[key] = name
        return self.names[key]


def slug(text: str) -> str:
    """Return a text's first words as a name: lower-case letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LATIN)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    cut = words if len(words) <= _LONGEST else words[: _LONGEST + 1].rpartition("_")[0] or words[:_LONGEST]
    return cut if re.match(r"[a-z]", cut) else f"n_{cut}".rstrip("_")


class _Draft:
    def __init__(self, facts: NoticeFacts, language: Language, datamap: DataMap) -> None:
        self.facts = facts
        self.language = language
        self.datamap = datamap
        self.recipients, self.groups, self.sources = Names(), Names(), Names([PERSON])
        self.own, self.clocks, self.purposes = Names(), Names(), Names()
        self.last_contact = False
        self.notes: dict[tuple[str | int, ...], tuple[Note, ...]] = {}

    def made(self) -> Draft:
        facts = self.facts
        recipients = {self.recipients.of(one.name): _recipient(one) for one in facts.recipients}
        purposes = {self.purposes.of(one.words, index): self.purpose(one) for index, one in enumerate(facts.purposes)}
        for name in purposes:
            note = "where these records lie, and what of them is needed, the notice does not say."
            self.notes["purposes", name, "works_on"] = (Note("guess", note),)
        clocks: dict[str, Any] = {name: {"says": text} for text, name in self.clocks.names.items()}
        if self.last_contact:
            clocks[LAST_CONTACT] = CLOCKS[LAST_CONTACT]
        policy = {
            "holdord": 1,
            "draft": True,
            "language": self.language,
            "version": facts.version,
            "controller": self.controller(),
            "categories": {f"own.{name}": {"label": text} for text, name in self.own.names.items()},
            "groups": {name: text for text, name in self.groups.names.items()},
            "recipients": recipients or "none",
            "sources": self.said_sources(),
            "clocks": clocks,
            "purposes": purposes,
            "requests": {
                "to": facts.requests_to,
                **({"within": f"{facts.answer_days} days"} if facts.answer_days else {}),
            },
            "security": list(facts.security),
            "cookies": "none"
            if not facts.cookies
            else {
                one.name: {
                    "for": one.purpose,
                    "set_by": one.provider,
                    "lasts": "session" if one.lifetime is None else str(one.lifetime),
                }
                for one in facts.cookies
            },
            "sensitive": {one.category: one.letter for one in facts.sensitive} or "none",
            "decisions": facts.decisions or "none",
            "requirements": "none"
            if not facts.requirements
            else [
                {"demand": one.demand, "needs": list(one.data), "otherwise": one.consequences}
                for one in facts.requirements
            ],
            "changes": facts.changes,
            "promises": self.promises(list(purposes)),
        }
        self.notes["draft",] = (Note("said", DRAFTED),)
        unsaid = {key: NONE for key in _SPOKEN_OF if not policy[key]}
        return Draft(policy={key: value for key, value in (policy | unsaid).items() if value}, notes=self.notes)

    def controller(self) -> dict[str, Any]:
        who, officer = self.facts.controller, self.facts.officer
        contact = {way: getattr(who, way) for way in ("address", "email", "phone", "web")}
        reached = {way: getattr(officer, way) for way in ("name", "email", "phone")} if officer else {}
        said = {
            "name": who.name,
            "country": who.country,
            "register_number": who.register_number,
            "contact": _full(contact),
            "officer": _full(reached) or "none",
        }
        return _full(said)

    def said_sources(self) -> dict[str, Any]:
        you = {PERSON: words_of(self.language).line("purpose", "person")}
        others = {
            name: {"says": text, "public": True} if public else text
            for (text, public), name in self.sources.names.items()
        }
        return (you if any(one.from_person for one in self.facts.purposes) else {}) | others

    def purpose(self, purpose: Purpose) -> dict[str, Any]:
        needs = [f"{self.home(term)}.{term}" for term in purpose.data]
        needs += [f"person.own.{self.own.of(text)}" for text in purpose.other_data]
        homes = list(dict.fromkeys(need.partition(".")[0] for need in needs))
        sources = [self.sources.of(text, (text, False)) for text in purpose.sources]
        sources += [self.sources.of(text, (text, True)) for text in purpose.public_sources]
        limits = [self.limit(limit) for limit in purpose.limits]
        said = {
            "for": purpose.words,
            "basis": purpose.basis,
            "law": purpose.law,
            "interest": purpose.interest,
            "groups": [self.groups.of(text) for text in purpose.groups],
            "works_on": [home for home in homes if home != PERSON] or [PERSON],
            "needs": needs,
            "keep": limits if len(limits) > 1 else limits[0],
            "ends_on": "request" if purpose.ends_on_request else "",
            "recipients": [self.recipients.of(name) for name in purpose.recipients],
            "sources": ([PERSON] if purpose.from_person else []) + sources,
        }
        return _full(said)

    def home(self, term: str) -> str:
        """Return the kind of record that holds a category; the person's where several do, or none."""
        held = {
            table.record_class
            for table in self.datamap.tables.values()
            if term in {table.default, *(column.category for column in table.columns.values())}
        }
        return held.pop() if len(held) == 1 and term not in GROUPS else PERSON

    def limit(self, limit: Limit) -> dict[str, Any]:
        clocks = [self.clock(term) for term in limit.clocks]
        clocks += [self.clocks.of(text) for text in limit.from_words]
        said = {
            "from": clocks[0] if len(clocks) == 1 else {"latest_of": clocks},
            limit.kind: str(limit.duration),
            "counted_from": _COUNTED[limit.counted_from],
            "within": "" if limit.within is None else str(limit.within),
            "open_ended": limit.open_ended,
        }
        return _full(said)

    def clock(self, term: str) -> str:
        """Return the clock that a term stands for, with its kind of record where one alone has it."""
        self.last_contact = self.last_contact or term == "last_contact"
        name = next((clock for clock, told in CLOCK_OF.items() if told == term), term)
        having = [
            table.record_class for table in self.datamap.tables.values() if table.is_record and name in table.clocks
        ]
        return f"{having[0]}.{name}" if len(having) == 1 else name

    def promises(self, purposes: list[str]) -> dict[str, Any]:
        """Make a promise of each purpose's storage duration, and of each sentence that is said word for word."""
        words = words_of(self.language)
        said: list[dict[str, Any]] = []
        for name, purpose in zip(purposes, self.facts.purposes, strict=True):
            line = next(iter(limit_lines(purpose.limits, words)))
            said.append({"says": line, "kept_by": "software", "parts": {"storage": {"keep": [name]}}})
        for extra in self.facts.extras:
            parts = {"statement": {"unwired": "nothing keeps it yet; say what will"}}
            said.append({"says": extra.text, "section": extra.section, "kept_by": "person", "parts": parts})
        return {f"P-{number:02}": one for number, one in enumerate(said, start=1)}


def _recipient(one: Any) -> dict[str, Any]:
    return _full({"says": one.name, "role": one.role, "country": one.country, "safeguard": one.safeguard or ""})


def _full(said: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {key: value for key, value in said.items() if value}
