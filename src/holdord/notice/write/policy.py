"""From a policy to what its notice says: the facts of a notice in one language (GDPR art. 13 and 14).

A policy that keeps data can still lack what people must be told: who a recipient is, which interest a purpose serves,
words in the language asked for. All of that is asked for at once, each with its place in the policy.

The data of a purpose are the categories that it needs, by the vocabulary; ``invoice.*`` is whatever the data map knows
of invoices. A clock is told by what ``clocks:`` says of it, or else by the vocabulary (``CLOCK_OF``).
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from holdord.datamap.model import DataMap
from holdord.document import Path
from holdord.errors import PolicyError, Problem
from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.parts import (
    Controller,
    Cookie,
    Extra,
    Limit,
    Officer,
    Purpose,
    Recipient,
    Requirement,
    Sensitive,
    one_line,
)
from holdord.notice.write.vocabulary import CLOCK_OF, CLOCKS, DATA, GROUPS, Clock
from holdord.policy.duration import Duration
from holdord.policy.model import Policy
from holdord.policy.purpose import Limit as Kept
from holdord.policy.purpose import Need
from holdord.policy.purpose import Purpose as Why
from holdord.policy.terms import CATEGORIES, Language
from holdord.policy.told import Said

PERSON = "person"
"""The source that is the person."""
NAMES = {"nb": "bokmål", "nn": "nynorsk", "da": "Danish", "sv": "Swedish", "en": "English"}

SMALL = 2
"""A group of so many categories is told by its members."""

Made = TypeVar("Made")


def facts_of(policy: Policy, datamap: DataMap, language: Language) -> NoticeFacts:
    """Return what the policy's notice says in a language.

    Args:
        policy: Loaded.
        datamap: Where the data lie, to know what ``record.*`` stands for.
        language: In which the policy has words.

    Raises:
        PolicyError: With the place of everything that the notice must say and the policy does not.
    """
    asked = _Asked(policy, datamap, language)
    facts = asked.attempt((), asked.facts)
    if facts is None:
        raise PolicyError(sorted(asked.problems, key=lambda problem: (problem.line, problem.column)))
    return facts


class _Asked:
    """Asks the policy, and collects what it does not answer."""

    def __init__(self, policy: Policy, datamap: DataMap, language: Language) -> None:
        self.policy = policy
        self.datamap = datamap
        self.language = language
        self.problems: list[Problem] = []

    def missing(self, path: Path, what: str, remedy: str) -> None:
        problem = self.policy.problem(path, what, remedy)
        if problem not in self.problems:
            self.problems.append(problem)

    def attempt(self, path: Path, make: Callable[[], Made]) -> Made | None:
        """Return ``make()``; None where it cannot be made, and why is noted unless something is missing already."""
        before = len(self.problems)
        try:
            return make()
        except ValueError as error:
            if len(self.problems) == before:
                self.missing(path, f"The notice cannot say this: {error}", "Mend it.")
            return None

    def words(self, said: Said | None, path: Path) -> str:
        """Return words in the language, as one line; "-" where they are missing."""
        text = said.within(self.language) if said is not None else None
        if text is None:
            what = f"There are no words in {NAMES[self.language]} here."
            self.missing(path, what, f"Add them: {{{self.language}: …}}.")
            return "-"
        return one_line(text)

    def facts(self) -> NoticeFacts:
        told = self.policy.told
        controller = self.attempt(("controller",), self.controller)
        purposes = [
            self.attempt(("purposes", why.id), partial(self.purpose, why)) for why in self.policy.purposes.values()
        ]
        if told.version is None:
            what = "The day of this version of the notice is missing."
            self.missing(("version",), what, "Add 'version: 2026-01-31'.")
        if told.requests is None:
            what = "Where people turn to with requests is missing (GDPR art. 12(2))."
            self.missing(("requests",), what, "Add 'requests: {to: privacy@example.org}'.")
        for key in sorted(told.unsaid):
            path: Path = ("controller", key) if key == "officer" else (key,)
            what = f"Whether there are any is not said, and the notice must say it: {key}."
            self.missing(path, what, f"Add '{key}: none', or what there is.")
        made = partial(
            NoticeFacts,
            purposes=tuple(one for one in purposes if one is not None),
            officer=self.attempt(("controller", "officer"), self.officer),
            recipients=tuple(self.recipients()),
            sensitive=tuple(Sensitive(category=name, letter=letter) for name, letter in told.sensitive.items()),
            security=tuple(self.words(one, ("security", at)) for at, one in enumerate(told.security)),
            cookies=tuple(self.cookies()),
            requests_to=self.words(told.requests.to, ("requests", "to")) if told.requests else "-",
            answer_days=told.requests.within.days if told.requests and told.requests.within else 0,
            decisions=self.words(told.decisions, ("decisions",)) if told.decisions else "",
            requirements=tuple(self.requirements()),
            changes=self.words(told.changes, ("changes",)) if told.changes else "",
            extras=tuple(self.extras()),
        )
        if self.problems or controller is None or told.version is None:
            raise ValueError("something is missing.")
        return made(controller=controller, version=told.version)

    def controller(self) -> Controller:
        who = self.policy.controller
        contact = {way: one_line(text) for way, text in self.policy.told.contact.items()}
        return Controller(
            name=one_line(who.name), country=who.country, register_number=one_line(who.register_number), **contact
        )

    def officer(self) -> Officer | None:
        officer = self.policy.told.officer
        if officer is None:
            return None
        return Officer(name=one_line(officer.name), email=one_line(officer.email), phone=one_line(officer.phone))

    def purpose(self, why: Why) -> Purpose:
        path: Path = ("purposes", why.id)
        data, other = self.data(why)
        if not why.sources:
            what = "Where the data come from is missing (GDPR art. 14(2)(f))."
            self.missing(path, what, "Add 'sources: [person]', or name others.")
        if why.basis == "legitimate_interest" and why.interest is None:
            what = "The legitimate interest is missing (GDPR art. 13(1)(d))."
            self.missing(path, what, "Add 'interest:', worded so that it can follow “This interest is”.")
        kinds = {public: [name for name in why.sources if self.public(name) is public] for public in (False, True)}
        return Purpose(
            words=self.words(why.label, (*path, "for")),
            basis=why.basis,
            law=self.words(why.law, (*path, "law")) if isinstance(why.law, Said) else "",
            interest=self.words(why.interest, (*path, "interest")) if why.interest else "",
            data=data,
            other_data=other,
            groups=tuple(self.words(self.policy.groups[name], ("groups", name)) for name in why.groups),
            from_person=PERSON in why.sources,
            sources=tuple(self.source(name) for name in kinds[False] if name != PERSON),
            public_sources=tuple(self.source(name) for name in kinds[True] if name != PERSON),
            recipients=tuple(self.recipient(name) for name in why.recipients),
            limits=tuple(self.limit(limit, (*path, "keep", at)) for at, limit in enumerate(why.limits)),
            ends_on_request=why.ends_on_request,
        )

    def public(self, source: str) -> bool:
        return self.policy.sources[source].public

    def source(self, name: str) -> str:
        return self.words(self.policy.sources[name].says, ("sources", name))

    def recipient(self, name: str) -> str:
        return self.words(self.policy.recipients[name].says, ("recipients", name))

    def data(self, why: Why) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the data that a purpose needs: terms of the vocabulary, groups before their members, and others."""
        needed = {term for need in why.needs for term in self.terms(need)}
        single = [term for term in needed if term in GROUPS or term.partition(".")[0] not in needed]
        own = {term for term in single if isinstance(getattr(self.policy.categories.get(term), "label", ""), Said)}
        terms = sorted(set(single) - own, key=_place)
        return tuple(terms), tuple(sorted({self.label(name) for name in own}))

    def terms(self, need: Need) -> Iterator[str]:
        """Yield what a need comes to; what the policy has words for stands by its name, even if it is built in."""
        if need.category == "*":
            for table in self.datamap.tables.values():
                if table.record_class == need.record_class:
                    yield table.default
                    yield from (column.category for column in table.columns.values())
        else:
            members = [name for name in self.policy.categories if name.partition(".")[0] == need.category]
            yield from members if members and not self.is_group(members) else [need.category]

    def is_group(self, members: list[str]) -> bool:
        """Tell whether categories are told by their group: one of the vocabulary's, and not a small one."""
        return len(members) > SMALL and all(name in CATEGORIES for name in members)

    def label(self, name: str) -> str:
        label = self.policy.categories[name].label
        return self.words(label if isinstance(label, Said) else None, ("categories", name, "label"))

    def limit(self, limit: Kept, path: Path) -> Limit:
        clocks, others = self.starts(limit, (*path, "from"))
        counted = bool(limit.duration.months or limit.duration.days)  # else "until" says it already
        grace = Duration(months=limit.duration.months, days=limit.duration.days + 1)
        return Limit(
            kind=limit.kind,
            duration=limit.duration,
            clocks=tuple(dict.fromkeys(clocks)),
            from_words=tuple(dict.fromkeys(others)),
            counted_from=("calendar" if limit.year.calendar else "year") if limit.year else "",
            within=None if limit.within == grace else limit.within,
            open_ended=self.words(limit.open_ended, (*path, "open_ended")) if limit.open_ended and counted else "",
        )

    def starts(self, limit: Kept, path: Path) -> tuple[list[Clock], list[str]]:
        """Return the moments that a limit counts from: terms of the vocabulary, and the policy's own words."""
        clocks: list[Clock] = []
        others: list[str] = []
        for name in limit.named:
            bare = name.rpartition(".")[2]
            said = self.policy.clocks.get(name) or self.policy.clocks.get(bare)
            term = CLOCK_OF.get(name) or CLOCK_OF.get(bare) or next((one for one in CLOCKS if one == bare), None)
            if said is not None:
                others.append(self.words(said, ("clocks", name if name in self.policy.clocks else bare, "says")))
            elif term is not None:
                clocks.append(term)
            else:
                what = f"People cannot be told what the clock {name!r} is."
                self.missing(path, what, f"Add below 'clocks:' {name}: {{says: …}}, worded as a day.")
        return clocks, others

    def recipients(self) -> Iterator[Recipient]:
        for name, one in self.policy.recipients.items():
            path: Path = ("recipients", name)
            if one.role is None:
                what = "Whether this is a processor, a controller of its own or an authority is missing."
                self.missing(path, what, "Add 'role:' (GDPR art. 4(7) and (8)).")
            words = self.words(one.says, path)
            yield Recipient(name=words, role=one.role or "controller", country=one.country, safeguard=one.safeguard)

    def cookies(self) -> Iterator[Cookie]:
        for name, one in self.policy.told.cookies.items():
            path: Path = ("cookies", name)
            purpose, set_by = self.words(one.purpose, (*path, "for")), self.words(one.set_by, (*path, "set_by"))
            yield Cookie(name=one_line(name), purpose=purpose, provider=set_by, lifetime=one.lasts)

    def requirements(self) -> Iterator[Requirement]:
        for at, one in enumerate(self.policy.told.requirements):
            words = self.words(one.otherwise, ("requirements", at, "otherwise"))
            yield Requirement(demand=one.demand, data=one.needs, consequences=words)

    def extras(self) -> Iterator[Extra]:
        """Yield the promises that the notice says word for word."""
        for promise in self.policy.promises.values():
            if promise.section is not None:
                words = self.words(promise.says, ("promises", promise.id, "says"))
                yield Extra(section=promise.section, text=words)


def _place(term: str) -> tuple[int, int]:
    """Return where a term stands among the data: groups in their order, each before its members."""
    return GROUPS.index(term.partition(".")[0]), DATA.index(term)
