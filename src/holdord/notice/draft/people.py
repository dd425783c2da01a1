"""Who a notice speaks of: groups of data subjects, recipients, sources, and which purposes they go with.

A group, recipient or source goes with a purpose where a sentence that tells of the purpose, or one below a heading that
does, names it; a kind of recipient, where none does, with the purpose that it usually serves (carriers with delivery);
a source that nothing goes with, with all that is done for customers and suppliers. Recipients are
named ones and kinds ("our carriers"). What a recipient is (GDPR art. 4(7), 4(8)) is said where the sentence speaks of
processors, and guessed for few; a third country stands with a safeguard or with a question.
"""

import re
from functools import cache
from typing import Any

from holdord.notice.draft.draft import QUESTION, Note, Notes
from holdord.notice.draft.facts import slug
from holdord.notice.draft.seen import Seen, bare
from holdord.notice.draft.told import Purposes, Told
from holdord.notice.draft.usual import Usual, tellings, told
from holdord.notice.draft.words import Words
from holdord.notice.facts.phrases import table
from holdord.notice.model import Kind

_SHARING: frozenset[Kind] = frozenset(("recipient", "processor_role", "transfer"))
_PUBLIC = "register"
_OTHERS = "others"
_OF_PEOPLE = frozenset(("customer_relation", "offers", "suppliers"))
_PERSON = "person"
_DEVICE = "device"
_GROUPS = {"customers", "members", "applicants", "employees", "visitors", "suppliers", "children", "users",
           "participants", "patients"}  # fmt: skip
_LEAST_NAME = 3
_NO_NAME = re.compile(
    r"(?:EUs?|EØS|EES|EEA|GDPR|SCC|DPF|IMY|EU-?US|Privacy Shield|Data Privacy|Schrems)\b|Europa|European|Datatilsyn"
    r"|.*(?:standardvil|standardkontrakt|standardavtal|standardbestem|standard contract|forordning|förordning)",
    re.IGNORECASE | re.DOTALL,
)
_AT_HOME = re.compile(r"(?:\s[\w&-]+){0,2},?\s(?:ASA?|A/S|AB|ApS)\b")
_AFTER, _BEFORE = 3, 1  # words beside a name
_RECEIVED = re.compile(
    r"\b(?:mottar?|mottek|modtage|vi (?:\w+ )?modtager|modtager vi|tar? (?:vi )?emot|receives?|vi får|får vi|we get)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"\b(?:del(?:er|es|t|e)|utlever\w*|gir|gis|giver|gives|vid\w+giv\w*|over(?:før|lat|lad)\w*|överför\w*|lämna\w*|send\w*"
    r"|skick\w*|bruk\w*|brug\w*|använd\w*|shar\w+|disclos\w+|transfer\w*|provid\w+|use\w*|pass(?:ed)?)\b",
    re.IGNORECASE,
)
_BY_DEVICE = frozenset(("web_log", "web_statistics", "abuse", "interest_profile"))


class People:
    """Finds groups, recipients and sources, with notes.

    Attributes:
        groups: Name → words, as a policy has them; likewise ``recipients`` and ``sources``.
    """

    def __init__(self, seen: Seen, purposes: Purposes, words: Words, notes: Notes) -> None:
        self.seen = seen
        self.purposes = purposes
        self.words = words
        self.notes = notes
        self.groups: dict[str, Any] = {}
        self.recipients: dict[str, Any] = {}
        self.sources: dict[str, Any] = {}
        self._at: dict[str, dict[str, list[int]]] = {"groups": {}, "recipients": {}, "sources": {}}
        self._find_groups()
        self._find_recipients()
        self._find_sources()

    def groups_of(self, one: Told, known: Usual | None) -> list[str]:
        """Return the groups of a purpose; the usual ones of it are described, too."""
        found = self._near("groups", one) if known is None else list(known.groups)
        for name in found:
            if name not in self.groups:
                self.groups[name] = self.words.of(told("groups", name))
                self.notes["groups", name] = (Note("guess", "whom this usually is about."),)
        return found

    def recipients_of(self, one: Told) -> list[str]:
        """Return the recipients that sentences of a purpose name, and the kinds that usually serve it."""
        at = self._at["recipients"]
        tells = {
            name for name, numbers in at.items() if any(one.id in self.seen.tells[n].get("tells", ()) for n in numbers)
        }
        usually = {name for name, purpose in table("usual.told.toml")["serves"].items() if purpose == one.id}
        near = {*self._near("recipients", one), *tells, *usually}
        return [name for name in at if name in near]

    def sources_of(self, one: Told) -> list[str]:
        """Return the sources that sentences of a purpose name; where none does, the person, or the person's browser."""
        found = self._near("sources", one)
        usually = _DEVICE if one.id in _BY_DEVICE else _PERSON
        if usually != _DEVICE and set(found) <= {_PUBLIC, _OTHERS}:  # who is looked up there has come first
            found = [usually, *found]
        if usually in (found or [usually]) and usually not in self.sources:
            self.sources[usually] = self.words.of(told("sources", usually))
            self.notes["sources", usually] = (Note("guess", "where such data usually come from."),)
        found = found or [usually]
        return found + [name for name in self._loose if name not in found] if one.id in _OF_PEOPLE else found

    def _near(self, what: str, one: Told) -> list[str]:
        own = set(one.segments)
        own |= {below for number in one.segments if self.seen.is_heading(number) for below in self.seen.below(number)}
        return [name for name, numbers in self._at[what].items() if own & set(numbers)]

    def _find_groups(self) -> None:
        for number in self.seen.of_kind("data_subject", "purpose", "retention", "data_category", "legal_basis"):
            if self.seen.defines(number):
                continue
            for value in self.seen.values(number, "group"):
                if value in _GROUPS:
                    self._at["groups"].setdefault(value, []).append(number)
        for name, numbers in self._at["groups"].items():
            if name not in ("customers", "users", "employees") or len(numbers) > 1:
                self.groups[name] = self.words.of(told("groups", name))
                self.notes["groups", name] = (self.seen.said(numbers[0]),)
        self._at["groups"] = {name: numbers for name, numbers in self._at["groups"].items() if name in self.groups}

    def _find_sources(self) -> None:
        for number in self.seen.of_kind("source", "data_category", "data_subject"):
            for value in self.seen.values(number, "source"):
                self._at["sources"].setdefault(value, []).append(number)
            for value in self.seen.tells[number].get("sources", []):
                if number not in self._at["sources"].setdefault(value, []):
                    self._at["sources"][value].append(number)
        direct = self.purposes.direct
        self._loose = [
            name for name, numbers in self._at["sources"].items()
            if name in (_PUBLIC, _OTHERS) and not any(map(direct, numbers))
        ]  # fmt: skip
        for name, numbers in self._at["sources"].items():
            words = self.words.of(told("sources", name))
            self.sources[name] = {"says": words, "public": True} if name == _PUBLIC else words
            self.notes["sources", name] = (self.seen.said(numbers[0]),)

    def _find_recipients(self) -> None:
        seen = self.seen
        at = self._at["recipients"]
        named: dict[str, str] = {}
        for number in seen.sentences():
            if not seen.kinds(number) & _SHARING or (
                seen.denied(number) and "processor_role" not in seen.kinds(number)
            ):
                continue
            received = _RECEIVED.search(seen.text(number)) and not _SHARED.search(seen.text(number))
            for name in self._names(number):
                if self._is_other(name) and not received:
                    key = slug(name)
                    if key in table("usual.told.toml")["recipients"]:
                        key = f"{key}_named"
                    named.setdefault(key, name)
                    at.setdefault(key, []).append(number)
            for kind in seen.tells[number].get("recipients", []):
                if kind == "processors" and "recipient" not in seen.kinds(number):
                    continue  # perhaps it is the company itself that processes for others
                at.setdefault(kind, []).append(number)
        for key, name in list(named.items()):
            short = next((other for other, known in named.items() if name.startswith(f"{known} ")), "")
            if short:  # "Mailgun Technologies, Inc." beside "Mailgun"
                at[short] += at.pop(key)
                del named[key]
        for key, numbers in at.items():
            self.recipients[key] = self._recipient(key, named.get(key, ""), numbers)

    def _names(self, number: int) -> list[str]:
        """Return the names of recipients in a segment: of "Google's" Google, where both stand in the notice."""
        names = []
        for name in self.seen.values(number, "recipient"):
            stem = name.removesuffix("'s").removesuffix("’s")
            short = stem.removesuffix("s")
            alone = re.search(rf"(?<!\w){re.escape(short)}(?!\w)", self.seen.reading.plain) is not None
            names.append(short if short != stem and (alone or short.casefold() in _aliases()) else stem)
        return list(dict.fromkeys(names))

    def _is_other(self, name: str) -> bool:
        """Tell whether a name is that of somebody else than the controller."""
        own = self.seen.reading.controller.casefold()
        small = bare(name).casefold().removesuffix("'s").removesuffix("’s")
        initials = "".join(word[0] for word in own.split() if word[:1].isalpha())
        if len(small) < _LEAST_NAME or not small or small in initials:
            return False
        if _NO_NAME.match(name) or tellings(name, self.seen.language).get("countries"):
            return False
        if small in _aliases() and _aliases()[small].casefold() != small:
            return False  # the table has given the company's own name already
        return not own or (small not in own and bare(own) not in small)

    def _recipient(self, key: str, name: str, numbers: list[int]) -> dict[str, Any]:
        seen = self.seen
        path = ("recipients", key)
        data = table("usual.told.toml")
        notes = [seen.said(numbers[0])]
        made: dict[str, Any] = {"says": {"any": name} if name else self.words.of(told("recipients", key))}
        says_so = [number for number in numbers if "processor_role" in seen.kinds(number)]
        processes = name in data["processors"]["names"] or len(says_so) == len(numbers)
        usually = data["roles"].get(key, "processor" if processes else "controller")
        if says_so and (name or key == "processors"):
            made["role"] = "processor"
            notes.append(seen.said(says_so[0]))
        elif key == "authorities":
            made["role"] = usually
        else:
            text = (
                "is it a processor, who works for you alone, a controller, who decides for itself, or an authority "
                f"(GDPR art. 4(7) to 4(9))? Usual: {usually}."
            )
            self.notes[(*path, "role")] = (Note("question", text, usual=usually),)
            made["role"] = QUESTION
        country = self._country(name, numbers) if name else ""
        if country:
            made |= {"country": country, "safeguard": self._safeguard(path, numbers)}
        elif any(seen.tells[number].get("countries") for number in numbers):
            text = "a sentence about it names a country outside the EEA; add country and safeguard if it is there."
            notes.append(Note("guess", text))
        self.notes[path] = tuple(dict.fromkeys(notes))
        return made

    def _country(self, name: str, numbers: list[int]) -> str:
        """Return the country outside the EEA that stands right beside a name, where no other name stands there."""
        seen = self.seen
        for number in numbers:
            if len({slug(other) for other in self._names(number) if self._is_other(other)}) > 1:
                continue
            segment = seen.reading.segments[number]
            for fact in seen.facts.get(number, ()):
                if fact.what != "recipient" or not fact.value.startswith(name):
                    continue
                after = seen.reading.plain[fact.end : segment.end]
                before = seen.reading.plain[segment.start : fact.start].split()[-_BEFORE:]
                if _AT_HOME.match(after) or _AT_HOME.search(f" {fact.value}"):
                    continue
                beside = (" ".join(after.split()[:_AFTER]), " ".join(before))
                found = [one for words in beside for one in tellings(words, seen.language).get("countries", ())]
                if len(set(found)) == 1:
                    return found[0]
        return ""

    def _safeguard(self, path: tuple[str, str], numbers: list[int]) -> str:
        """Return what a transfer rests on, where the sentence or its neighbour says it."""
        near = [one for number in numbers for one in (number, number + 1) if one < len(self.seen.reading.segments)]
        for number in near:
            text = self.seen.text(number).casefold()
            if any(word in text for word in ("standard", "scc")) and "means" in self.seen.values(number, "transfer"):
                self.notes[(*path, "safeguard")] = (self.seen.said(number),)
                return "standard_clauses"
        text = (
            "what does the transfer to this country rest on: adequacy (a decision of the European Commission), "
            "standard_clauses, or none? Offered: standard_clauses."
        )
        self.notes[(*path, "safeguard")] = (Note("question", text),)
        return QUESTION


@cache
def _aliases() -> dict[str, str]:
    """Return the words of the reader's table of recipients, each with the name that it stands for."""
    names = table("facts.names.toml")["recipient"]
    return {word.rstrip("*"): name for name, words in names.items() for word in words}
