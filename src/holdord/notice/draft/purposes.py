"""The purposes of a drafted policy: those that the notice tells of, and those that the data it names cannot do without.

Added though no sentence tells of them, and marked: the two weeks that a newly registered person may stay; the law's
duty to keep accounts where there is money; and for each kind of record that the notice lists data of, the purpose that
usually holds it, since data that no purpose covers would stop every sweep.

A purpose needs what it usually does, and what the notice names for it. What a notice lists for everybody is needed by
no purpose in particular (GDPR art. 5(1)(c)): it is remarked on, and a person says which needs it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from holdord.datamap.model import DataMap
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
from holdord.notice.model import Fact
from holdord.policy.terms import CATEGORIES, Language

_NEW = "newly_registered"
_LISTS = frozenset(("data_category", "source", "sensitive", "data_subject"))
_MONEY = frozenset(("payment", "delivery", "purchases", "customer_relation", "agreements", "events", "membership"))
_DUTY = "bookkeeping"
_NO_DUTY = "If it asks for none, or another act is meant, take this purpose out."
_MOST_SENTENCES = 3
_LEAST_PART = 4  # letters of a word of the controller's name
_PERSON = "person"
_GUARDED = frozenset(("identity.national_number", "financial.account", "financial.card"))
"""What a purpose needs only if it usually does, even where the notice names it beside: a wrong guess does most harm."""

_NO_PLACE = re.compile(r"(?:\bip|\bmac|\bweb|\burl|\be-?post|\be-?mail|\bmejl|\bnet+)[\s-]?$", re.IGNORECASE)
_OF_SITES = re.compile(
    r"\W+(?:til|på|av|for|of|to|för)\s+(?:\w+\s+)?(?:web|nett|hjemme|hjem|sid|internet)", re.IGNORECASE
)


class Built:
    """The purposes as a policy writes them.

    Attributes:
        policy: Name → purpose, in the order of the file.
        named: Category → the segments that list it among the data that are held.
        remarks: What is to be known of all purposes together.
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
        self.remarks = [*self._strange(), *self._unneeded()]

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
        """Tell whether words name a category by chance: "in order to", an IP address, a part of the controller."""
        plain = self.seen.reading.plain
        words = plain[fact.start : fact.end].casefold()
        name = self.seen.reading.controller.casefold().split()
        own = any(len(part) >= _LEAST_PART and words.startswith(part) for part in name)
        application = words.startswith("application") and "job" not in self.seen.text(fact.segment).casefold()
        before, after = plain[max(0, fact.start - 8) : fact.start], plain[fact.end : fact.end + 40]
        address = fact.value == "contact.address" and (_NO_PLACE.search(before) or _OF_SITES.match(after))
        return own or application or bool(address) or f"{before[-3:]}{words}".casefold() == "in order"

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
            self.purposes.add(_DUTY, why=why)
        orders = "order" in {name for one in told for name in self._classes(one)} and _DUTY in told
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
            "works_on": self._works_on(path, known, duty),
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

    def _works_on(self, path: tuple[str, str], known: Usual | None, duty: str = "") -> Any:
        if known is None:
            classes = sorted({table.record_class for table in self.datamap.tables.values()})
            text = f"in which records do these data lie? There are: {', '.join(classes)}. Offered: relation."
            if duty:
                text = f"which records does “{duty}” ask to be kept? holdord knows no such duty. {_NO_DUTY} {text}"
            self.notes[(*path, "works_on")] = (Note("question", text),)
            return QUESTION
        works: list[Any] = known.works_on
        if path[1] == _DUTY:
            open_ = {name for one in self.purposes.told if one != _DUTY for name in self._classes(one)}
            works = [entry for entry, name in zip(works, known.classes, strict=True) if name in {*open_, "invoice"}]
            papers = {"agreement", "correspondence"} & open_
            both = "voucher" if len(papers) > 1 else ""
            letter = "voucher_letter" if "correspondence" in papers else ""
            self.limits.vouchers = both or letter or ("voucher_agreement" if papers else "")
        self.notes[(*path, "works_on")] = (Note("guess", "where these records lie, and what of them is needed."),)
        return works[0] if len(works) == 1 else works

    def _needs(self, path: tuple[str, str], one: Told, known: Usual | None) -> list[str]:
        """Return what is usually needed, and what the notice names for it."""
        open_ = {name.partition(".")[0] for name in self._open_needs(path[1])}
        needs = [need for need in known.needs if need.partition(".")[0] in open_] if known else ["person.contact.*"]
        own, lines = [], []
        for category, numbers in self.named.items():
            if _PERSON not in self._homes(category):
                continue
            takes = known is not None and category in known.takes
            here = [number for number in numbers if one.id in self.purposes.belongs.get(number, ())]
            here = [] if category in _GUARDED and not takes else here
            free = [number for number in numbers if takes and not self.purposes.belongs.get(number)]
            if here or free:
                own.append(f"{_PERSON}.{category}")
                lines += [self.seen.places.line(number) for number in (here or free)[:1]]
        added = [need for need in own if f"{need.rpartition('.')[0]}.*" not in needs and need not in needs]
        if added:
            named = ", ".join(str(line) for line in sorted(set(lines)))
            text = f"the notice names these data of the person (line {named}); the rest is what is usually needed."
            self.notes[(*path, "needs")] = (Note("guess", text),)
        return [*needs, *added]

    def _unneeded(self) -> list[Note]:
        """Remark on what the notice lists of the person, and no purpose needs."""
        left = []
        for category, numbers in self.named.items():
            need = {f"{_PERSON}.{category}", f"{_PERSON}.{category.partition('.')[0]}.*"}
            having = [name for name, one in self.policy.items() if need & set(one["needs"])]
            told = {name for number in numbers for name in self.purposes.belongs.get(number, ())}
            line = f"line {self.seen.places.line(numbers[0])}"
            if _PERSON in self._homes(category) and not having:
                left.append(f"{category} ({line})")
            elif category in _GUARDED and having and not told & set(having) and not self._taking(category):
                left.append(f"{category} ({line}; here for {' and '.join(having)} alone)")
        if not left:
            return []
        text = (
            f"the notice lists data that no purpose here is sure to need: {', '.join(left)}. Put each below the needs "
            "of the purpose that it is for, or collect it no more (GDPR art. 5(1)(c)). Before such data go, keep stops "
            "or asks."
        )
        return [Note("guess", text)]

    def _taking(self, category: str) -> bool:
        """Tell whether a purpose here needs a category that is listed for nothing in particular."""
        return any(category in usual()[name].takes for name in self.policy if name in usual())

    def _strange(self) -> list[Note]:
        """Remark on acts that the notice keeps data for, and that ask no company to keep any."""
        found = []
        for time in self.times.strange:
            text = (
                f"{self.seen.places.sentence(time.segment)} “{time.law}” is no act that asks a company to keep data; "
                "is another meant? No purpose here has this time."
            )
            text += " The law of accounts has a purpose of its own, bookkeeping." if _DUTY in self.purposes.told else ""
            found.append(Note("guess", text))
        return found

    def _open_needs(self, name: str) -> set[str]:
        """Return the classes that a purpose may need data of: of the bookkeeping's, those that are open."""
        if name != _DUTY:
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
