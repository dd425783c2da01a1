"""The purposes of a drafted policy: those that the notice tells of, and those that the data it names cannot do without.

Added though no sentence tells of them, and marked: the two weeks that a newly registered person may stay; the law's
duty to keep accounts where there is money; and for each kind of record that the notice lists data of, the purpose that
usually holds it, since data that no purpose covers would stop every sweep.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from holdord.datamap import DataMap
from holdord.notice.draft.basis import ground_of
from holdord.notice.draft.draft import QUESTION, Note, Notes
from holdord.notice.draft.limits import Limits
from holdord.notice.draft.offers import offered
from holdord.notice.draft.people import People
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.times import Times
from holdord.notice.draft.told import Purposes, Told
from holdord.notice.draft.usual import Usual, usual
from holdord.notice.draft.words import Words
from holdord.notice.model import Fact, Language
from holdord.policy.terms import CATEGORIES

_NEW = "newly_registered"
_LISTS = frozenset(("data_category", "source", "sensitive", "data_subject"))
_MONEY = frozenset(("payment", "delivery", "purchases", "customer_relation", "agreements", "events", "membership"))
_MOST_SENTENCES = 3
_LEAST_PART = 4  # letters of a word of the controller's name
_PERSON = "person"


class Built:
    """The purposes as a policy writes them.

    Attributes:
        policy: Name → purpose, in the order of the file.
        named: Category → the segments that list it among the data that are held.
    """

    def __init__(
        self, seen: Seen, purposes: Purposes, times: Times, people: People, words: Words, datamap: DataMap, notes: Notes
    ) -> None:
        self.seen = seen
        self.purposes = purposes
        self.times = times
        self.people = people
        self.words = words
        self.datamap = datamap
        self.notes = notes
        self.limits = Limits(seen, purposes, words, notes)
        self.named = self._categories()
        self._complete()
        self.policy = {name: self._purpose(purposes.told[name]) for name in self._order()}

    # Which there are

    def _categories(self) -> dict[str, list[int]]:
        """Return category → the segments that list it among the data that are held."""
        found: dict[str, list[int]] = {}
        for number in self.seen.sentences():
            if not self.seen.kinds(number) & _LISTS or self.seen.defines(number) or self.seen.denied(number):
                continue
            for fact in self.seen.facts.get(number, ()):
                if fact.what == "category" and fact.value in CATEGORIES and not self._is_chance(fact):
                    found.setdefault(fact.value, []).append(number)
            if self.seen.kinds(number) & {"data_category"}:
                for category in self.seen.tells[number].get("data", []):
                    found.setdefault(category, []).append(number)
        return found

    def _is_chance(self, fact: Fact) -> bool:
        """Tell whether words name a category by chance: "in order to", an app, a part of the controller's own name."""
        plain = self.seen.reading.plain
        words = plain[fact.start : fact.end].casefold()
        name = self.seen.reading.controller.casefold().split()
        own = any(len(part) >= _LEAST_PART and words.startswith(part) for part in name)
        application = words.startswith("application") and "job" not in self.seen.text(fact.segment).casefold()
        return own or application or plain[max(0, fact.start - 3) : fact.end].casefold() == "in order"

    def _homes(self, category: str) -> set[str]:
        return {
            table.record_class for table in self.datamap.tables.values()
            if category in {table.default, *(column.category for column in table.columns.values())}
        }  # fmt: skip

    def _complete(self) -> None:
        """Add what the data and the money of the notice cannot do without."""
        told = self.purposes.told
        self.purposes.add(
            _NEW, why="not in the notice; whoever is registered came for something, which is entered soon."
        )
        for category, numbers in self.named.items():
            open_ = {name for one in told for name in self._classes(one)}
            if self._homes(category) & (open_ | {_PERSON}):
                continue
            holder = next((one for one in usual().values() if category in one.holds), None)
            if holder is not None:
                line = self.seen.places.line(numbers[0])
                why = f"the notice lists such data (line {line}) and says no purpose for them."
                self.purposes.add(holder.id, numbers[0], why=why)
        if told.keys() & _MONEY:
            why = "not in the notice; whoever does business keeps accounts. The notice should say so."
            self.purposes.add("bookkeeping", why=why)
        orders = "order" in {name for one in told for name in self._classes(one)} and "bookkeeping" in told
        if orders and self.seen.country in usual()["bookkeeping_orders"].only:
            why = "not in the notice; orders and packing slips are supporting documents of the accounts."
            self.purposes.add("bookkeeping_orders", why=why)

    def _classes(self, name: str) -> tuple[str, ...]:
        return usual()[name].classes if name in usual() else ()

    def _order(self) -> Iterable[str]:
        """Name the purposes as the file has them: new people, as the notice tells, the law's duties."""
        told = self.purposes.told
        law = [name for name in told if name in usual() and any(one.at_least for one in usual()[name].limits)]
        return [_NEW, *(name for name in told if name not in (_NEW, *law)), *law]

    # What each says

    def _purpose(self, one: Told) -> dict[str, Any]:
        known = usual().get(one.id)
        path = ("purposes", one.id)
        sentences = [number for number in one.segments if not self.seen.is_heading(number)] or one.segments
        times = self.times.of.get(one.id, [])
        duty = next((time.law for time in times if time.law), "") if known is None else ""
        ground = ground_of(self.seen, self.purposes, one, duty)
        said = [self.seen.said(number) for number in sentences[:_MOST_SENTENCES]]
        if one.why:
            said.insert(0, Note("guess", one.why))
        elif not said:
            said.append(Note("guess", "no sentence of the notice says this as such."))
        self.notes[path] = tuple(said)
        self.notes[(*path, "basis")] = (ground.note,)
        interest = known.interest if known and ground.basis == "legitimate_interest" else {}
        asked = known is None and ground.basis == "legitimate_interest"
        if asked:
            text = "which interest does it serve (GDPR art. 13(1)(d))? It follows on “This interest is”."
            self.notes[(*path, "interest")] = (Note("question", text),)
        if interest:
            self.notes[(*path, "interest")] = (Note("guess", "the interest in other words than the notice's."),)
        made = {
            "for": self.words.of(known.label) if known else self.words.sentence(sentences[0], one.label),
            "basis": ground.basis,
            "law": self._law(path, known, ground.law),
            "interest": self.words.of(interest) if interest else QUESTION if asked else "",
            "groups": self.people.groups_of(one, known),
            "works_on": self._works_on(path, known),
            "needs": self._needs(path, one, known),
            "keep": self._keep(one, known, ground.basis, duty=bool(duty)),
            "ends_on": self._ends_on(known, ground.basis),
            "recipients": self.people.recipients_of(one),
            "sources": self.people.sources_of(one),
        }
        return {key: value for key, value in made.items() if value}

    def _law(self, path: tuple[str, str], known: Usual | None, law: Mapping[Language, str] | str) -> Any:
        """Return the act; a question where it depends on the country, and that is not known."""
        if isinstance(law, str):  # the notice's own words, the same in every language
            return {"any": law} if law and len(self.words.languages) > 1 else law
        if not self.seen.knows_country:
            text = "which act is it, in the company's country? " + offered(law[self.seen.language])
            self.notes[(*path, "law")] = (Note("question", text),)
            return QUESTION
        self.notes[(*path, "law")] = (Note("guess", "a lawyer should check this reference."),)
        return self.words.of({str(language): text for language, text in law.items()})

    def _works_on(self, path: tuple[str, str], known: Usual | None) -> Any:
        if known is None:
            classes = sorted({table.record_class for table in self.datamap.tables.values()})
            text = f"in which records do these data lie? There are: {', '.join(classes)}. Usual: relation."
            self.notes[(*path, "works_on")] = (Note("question", text),)
            return QUESTION
        works: list[Any] = known.works_on
        if path[1] == "bookkeeping":
            open_ = {name for one in self.purposes.told if one != "bookkeeping" for name in self._classes(one)}
            works = [entry for entry, name in zip(works, known.classes, strict=True) if name in {*open_, "invoice"}]
            papers = {"agreement", "correspondence"} & open_
            both = "voucher" if len(papers) > 1 else ""
            letter = "voucher_letter" if "correspondence" in papers else ""
            self.limits.vouchers = both or letter or ("voucher_agreement" if papers else "")
        self.notes[(*path, "works_on")] = (Note("guess", "where these records lie, and what of them is needed."),)
        return works[0] if len(works) == 1 else works

    def _needs(self, path: tuple[str, str], one: Told, known: Usual | None) -> list[str]:
        """Return what is usually needed, and what the notice names."""
        open_ = {name.partition(".")[0] for name in self._open_needs(path[1])}
        needs = [need for need in known.needs if need.partition(".")[0] in open_] if known else ["person.contact.*"]
        own, lines = [], []
        for category, numbers in self.named.items():
            if _PERSON not in self._homes(category):
                continue
            here = [number for number in numbers if one.id in self.purposes.belongs.get(number, ())]
            general = one.id == _NEW or (known is not None and known.general)
            free = [number for number in numbers if general and not self.purposes.belongs.get(number)]
            if here or free or one.id == _NEW:
                own.append(f"{_PERSON}.{category}")
                lines += [self.seen.places.line(number) for number in (here or free or numbers)[:1]]
        added = [need for need in own if f"{need.rpartition('.')[0]}.*" not in needs and need not in needs]
        if added:
            named = ", ".join(str(line) for line in sorted(set(lines)))
            text = f"the notice names these data of the person (line {named}); the rest is what is usually needed."
            self.notes[(*path, "needs")] = (Note("guess", text),)
        return [*needs, *added]

    def _open_needs(self, name: str) -> set[str]:
        """Return the classes that a purpose may need data of: of the bookkeeping's, those that are open."""
        if name != "bookkeeping":
            return {table.record_class for table in self.datamap.tables.values()}
        open_ = {known for one in self.purposes.told if one != name for known in self._classes(one)}
        return {*open_, "invoice", "relation", _PERSON}

    def _keep(self, one: Told, known: Usual | None, basis: str, *, duty: bool) -> Any:
        times = self.times.of.get(one.id, [])
        if known is None:
            made = self.limits.own(one.id, times, self.times.general, duty=duty)
        else:
            made = self.limits.usual(known, self.times, basis)
        return made[0] if len(made) == 1 else made

    @staticmethod
    def _ends_on(known: Usual | None, basis: str) -> str:
        """A consent without a clock of its own ends when the person says so."""
        if basis != "consent" or (known is not None and "withdrawn" in known.starts):
            return ""
        return "request"
