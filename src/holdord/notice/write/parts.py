"""The parts that the facts of a notice are made of, each valid once built.

Words that the controller supplies are one line of printable characters, with single blanks and no comma or semicolon
at the end; :func:`one_line` makes text so. A purpose is worded so that it can follow "We use the data for:", an
interest so that it can follow "This interest is", a day that a time counts from so that it can follow "counted from",
and what is open-ended so that it can follow "The data may stay with us". No language inflects them.
"""

from dataclasses import dataclass
from typing import Literal

from holdord.notice.write.vocabulary import CLOCKS, DATA, Clock
from holdord.policy.duration import Duration
from holdord.policy.terms import (
    ADEQUATE,
    BASES,
    EEA,
    ELSEWHERE,
    SECTIONS,
    Basis,
    Demand,
    Letter,
    Role,
    Safeguard,
    Section,
    Special,
)


def one_line(text: str) -> str:
    """Make ``text`` one line as the facts want it: no white space but single blanks, nothing that cannot be seen."""
    blanks = " ".join(text.split())
    return " ".join("".join(letter for letter in blanks if letter.isprintable()).split()).rstrip(" ,;")


def say(what: str, *texts: str, empty: bool = False) -> None:
    """Refuse words that would not survive being written and read back.

    Raises:
        ValueError: Where one of ``texts`` is not one line, or is missing though ``empty`` does not allow it.
    """
    for text in texts:
        if not text and not empty:
            raise ValueError(f"{what}: words are missing.")
        if text != one_line(text):
            raise ValueError(f"{what}: {text!r} must be one line of printable characters with single blanks.")


def demand(holds: bool, what: str) -> None:
    """Refuse facts that do not hold together.

    Raises:
        ValueError: With ``what`` is wrong.
    """
    if not holds:
        raise ValueError(what)


@dataclass(frozen=True, kw_only=True, slots=True)
class Controller:
    """Who is responsible, and how to reach them: "the identity and the contact details" (GDPR art. 13(1)(a)).

    Attributes:
        country: ISO 3166 code.
        register_number, address, email, phone, web: Empty where there is none; one way to reach them is there.
    """

    name: str
    country: str
    register_number: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    web: str = ""

    def __post_init__(self) -> None:
        say("controller", self.name)
        say("controller", self.register_number, self.address, self.email, self.phone, self.web, empty=True)
        demand(self.country in (*EEA, *ELSEWHERE), f"controller: the country {self.country!r} is not known.")
        demand(bool(self.contact), "controller: a way to reach them is missing (GDPR art. 13(1)(a)).")

    @property
    def contact(self) -> str:
        """The first way to reach them."""
        return self.email or self.phone or self.address or self.web


@dataclass(frozen=True, kw_only=True, slots=True)
class Officer:
    """The data protection officer (GDPR art. 13(1)(b)): an e-mail address, a telephone number, or both."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        say("officer", self.name, self.email, self.phone, empty=True)
        demand(bool(self.email or self.phone), "officer: contact details are missing (GDPR art. 13(1)(b)).")


Counted = Literal["", "year", "calendar"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A storage duration: "the period for which the personal data will be stored" (GDPR art. 13(2)(a)).

    Attributes:
        kind: ``at_most`` is a promise, ``at_least`` a law's duty.
        duration: Nothing at all (0 days) says that the data go when the clock starts.
        clocks: Terms that it counts from; of several moments, words included, the latest counts.
        from_words: Moments outside the vocabulary, as days: "the day the ship left the yard".
        counted_from: The end of the financial year that the moment falls in, or of the calendar year that closes this
            one; empty for the moment itself.
        within: How soon after the moment the data are gone, or None.
        open_ended: How long the clock may stay unstarted: "as long as you are a customer"; or empty.
    """

    kind: Literal["at_most", "at_least"]
    duration: Duration
    clocks: tuple[Clock, ...] = ()
    from_words: tuple[str, ...] = ()
    counted_from: Counted = ""
    within: Duration | None = None
    open_ended: str = ""

    def __post_init__(self) -> None:
        say("limit", *self.from_words)
        say("limit", self.open_ended, empty=True)
        demand(all(clock in CLOCKS for clock in self.clocks), f"limit: {self.clocks} are not all known clocks.")
        demand(bool(self.clocks or self.from_words), "limit: the moment that it counts from is missing.")
        late = self.within is None or not self.duration.longer_than(self.within)
        demand(late, "limit: the data cannot be gone before the duration is over.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Purpose:
    """A purpose, with everything that is said about it (GDPR arts. 13(1)(c) to (e), 13(2)(a), 14(1)(d), 14(2)(f)).

    Attributes:
        law: The act and section, where one is named; empty otherwise.
        interest: "The legitimate interests pursued" (art. 13(1)(d)): there for that basis, and for no other.
        data: Terms of the vocabulary: groups and categories.
        other_data: Data outside the vocabulary.
        from_person: Whether the person gives data.
        sources, public_sources: Other sources; those that are publicly accessible stand apart (art. 14(2)(f)).
        recipients: Names out of the notice's list of recipients.
        ends_on_request: Whether the person's request ends it.
    """

    words: str
    basis: Basis
    law: str = ""
    interest: str = ""
    data: tuple[str, ...] = ()
    other_data: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    from_person: bool = True
    sources: tuple[str, ...] = ()
    public_sources: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    limits: tuple[Limit, ...]
    ends_on_request: bool = False

    def __post_init__(self) -> None:
        where = f"purpose {self.words!r}"
        say(where, self.words, *self.other_data, *self.groups, *self.sources, *self.public_sources)
        say(where, self.law, self.interest, empty=True)
        demand(self.basis in BASES, f"{where}: {self.basis!r} is no legal basis.")
        balanced = bool(self.interest) == (self.basis == "legitimate_interest")
        demand(balanced, f"{where}: an interest goes with that basis, and with no other (GDPR art. 13(1)(d)).")
        demand(all(term in DATA for term in self.data), f"{where}: {self.data} are not all known data.")
        demand(bool(self.data or self.other_data), f"{where}: the data are missing (GDPR art. 14(1)(d)).")
        sourced = self.from_person or self.sources or self.public_sources
        demand(bool(sourced), f"{where}: the source is missing (GDPR art. 14(2)(f)).")
        demand(bool(self.limits), f"{where}: the storage duration is missing (GDPR art. 13(2)(a)).")


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Who gets data (GDPR art. 13(1)(e)); country and safeguard where it is outside the EEA (13(1)(f))."""

    name: str
    role: Role
    country: str = ""
    safeguard: Safeguard | None = None

    def __post_init__(self) -> None:
        say("recipient", self.name)
        demand(
            self.country in ("", *ELSEWHERE), f"recipient: the country {self.country!r} is not known, or in the EEA."
        )
        paired = bool(self.country) == (self.safeguard is not None)
        demand(paired, "recipient: country and safeguard go together (GDPR art. 13(1)(f)).")
        held_safe = self.safeguard != "adequacy" or self.country in ADEQUATE
        demand(held_safe, f"recipient: no adequacy decision for {self.country} is known (GDPR art. 45).")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensitive:
    """A special category of data (GDPR art. 9(1)), and the exception that allows it (9(2))."""

    category: Special
    letter: Letter


@dataclass(frozen=True, kw_only=True, slots=True)
class Cookie:
    """A cookie: its name, what for, who sets it, and how long it lasts; None: until the browser is closed."""

    name: str
    purpose: str
    provider: str
    lifetime: Duration | None

    def __post_init__(self) -> None:
        say("cookie", self.name, self.purpose, self.provider)


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """Data that must be given, and what follows where they are not (GDPR art. 13(2)(e)).

    Attributes:
        data: Terms of the vocabulary, at least one.
    """

    demand: Demand
    data: tuple[str, ...]
    consequences: str

    def __post_init__(self) -> None:
        say("requirement", self.consequences)
        known = bool(self.data) and all(term in DATA for term in self.data)
        demand(known, f"requirement: {self.data} are no known data.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """A supervisory authority (GDPR art. 51)."""

    name: str
    web: str

    def __post_init__(self) -> None:
        say("authority", self.name, self.web)


@dataclass(frozen=True, kw_only=True, slots=True)
class Extra:
    """A sentence that the notice says word for word, and the section that it stands in."""

    section: Section
    text: str

    def __post_init__(self) -> None:
        say("extra", self.text)
        demand(self.section in SECTIONS, f"extra: there is no section {self.section!r}.")
