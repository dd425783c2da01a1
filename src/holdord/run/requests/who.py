"""Who somebody may be, by something held about them: a beginning for whoever makes sure of it (GDPR art. 12(6))."""

import re
from dataclasses import dataclass

from holdord.errors import Refused
from holdord.plan.excerpt import Excerpt
from holdord.policy.model import Record
from holdord.policy.terms import COUNTRIES, Country
from holdord.run.company import Company
from holdord.run.requests.alike import LEAST_ABROAD
from holdord.stores.spelling import Spelling, plain

EMAIL, PHONE, NAME, NUMBER = "contact.email", "contact.phone", "contact.name", "identity.national_number"
FOUND_BY = (EMAIL, PHONE, NAME)
"""What people are looked for by."""
_NUMBER = re.compile(r"-?[0-9]{1,19}")
_LARGEST = 1 << 63
"""What is larger fits into no column of a database."""
_MAILBOXES = frozenset(
    word
    for words in (
        "admin bestilling booking contact economy faktura firmapost hei hej hello help info invoice jobb job kontakt",
        "kontor kundeservice kundtjanst mail office okonomi order ordre personvern post postmaster privacy sales salg",
        "support webmaster",
    )
    for word in words.split()
)
"""What stands before the @ of an address that a company reads together."""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Found:
    """People who have an address.

    Attributes:
        people: Those whose record, or a record about them, has it.
        own: Those whose own record has it: what stands elsewhere may be somebody else's, such as a consignee's.
        loose: How many records have it and lead to nobody: a subscription without a customer.
        is_mailbox: Whether several people read such an address, so that it says who nobody is.
    """

    people: tuple[Record, ...]
    own: tuple[Record, ...] = ()
    loose: int
    is_mailbox: bool

    @property
    def is_one(self) -> bool:
        """Whether it is one person's, on their own record, and may be nobody else's."""
        return len(self.people) == 1 and self.own == self.people and not self.is_mailbox


def by_email(company: Company, address: str) -> Found:
    """Return whom an e-mail address may belong to, in whatever letters it was written down."""
    return by_value(company, EMAIL, address)


def by_value(company: Company, category: str, written: str) -> Found:
    """Return whom a value of a category may belong to, however it was written down.

    Args:
        company: The folder.
        category: One of ``FOUND_BY``, or whatever else somebody is known by.
        written: An address, in capitals or not; a telephone or identity number, with or without what stands between
            digits; or a name, to the letter.
    """
    bound, wanted, spelling = company.bound, ways(company, category, written), spelling_of(category)
    people: dict[Record, None] = {}
    own: dict[Record, None] = {}
    loose = 0
    with company.store.reading() as snapshot:
        for table, columns in bound.columns.items():
            for column in columns:
                if column.category != category or column.in_json:
                    continue
                if bound.shape(table).columns[column.column].family != "text":
                    continue
                for row in snapshot.spelt(table, column.column, wanted, spelling):
                    around = Excerpt(bound, {table: [row]}).reading_up(snapshot)
                    about = [
                        Record(record_class=name, key=key)
                        for name in bound.datamap.persons
                        for key in sorted(around.people(name, table, row))
                    ]
                    people |= dict.fromkeys(about)
                    itself = bound.datamap.tables[table].record_class, around.key(table, row)
                    own |= {one: None for one in about if (one.record_class, one.key) == itself}
                    loose += not about
    mailbox = written.strip().lower().partition("@")[0].replace("ø", "o").replace("ä", "a") in _MAILBOXES
    return Found(people=tuple(people), own=tuple(own), loose=loose, is_mailbox=category == EMAIL and mailbox)


def spelling_of(category: str) -> Spelling:
    """Return how values of a category are compared."""
    if category == EMAIL:
        return "letters"
    return "digits" if category in (PHONE, NUMBER) else "exact"


def ways(company: Company, category: str, written: str) -> tuple[str, ...]:
    """Return how a value of a category may stand somewhere, as it is compared (``spelling_of``), without repeats.

    A telephone number of the controller's country may stand with the country's number before it, or without.
    """
    said = written.strip()
    if category == EMAIL:
        in_ascii = "".join(one.lower() if one.isascii() else one for one in said)  # all that SQLite makes small
        return tuple(dict.fromkeys([said.lower(), in_ascii]))
    tight = plain(said, spelling_of(category))
    return _numbers(COUNTRIES[company.policy.controller.country], tight) if category == PHONE else (tight,)


def _numbers(country: Country, said: str) -> tuple[str, ...]:
    """Return how a telephone number may be said, from within the country and from abroad."""
    abroad = said.removeprefix("00")
    is_theirs = abroad.startswith(country.dials) and len(abroad) >= LEAST_ABROAD
    within = abroad.removeprefix(country.dials) if is_theirs else said
    within = within.removeprefix(country.trunk) if country.trunk else within
    if abroad != said and not is_theirs:  # of another country
        return said, abroad
    found = (said, within, f"{country.trunk}{within}", f"{country.dials}{within}", f"00{country.dials}{within}")
    return tuple(dict.fromkeys(found))


def said(person: Record) -> str:
    """Return a person as ``person_of`` reads one: ``class:key``."""
    return f"{person.record_class}:{','.join(map(str, person.key))}"


def person_of(company: Company, said: str) -> Record:
    """Return the record that ``class:key`` names; the parts of a key of several columns stand between commas.

    Raises:
        Refused: There is no such class of people, or a key of it looks otherwise.
    """
    datamap = company.bound.datamap
    record_class, _, key = said.partition(":")
    if record_class not in datamap.persons:
        known = ", ".join(datamap.persons) or "none; the data map says which below 'persons:'"
        raise Refused(f"{record_class} is no class of people. Those of the data map: {known}.")
    (table, *_) = datamap.of_class(record_class)
    shape = company.bound.shape(table.name)
    parts = key.split(",")
    if len(parts) != len(shape.key) or not all(parts):
        raise Refused(f"A {record_class} has the key {', '.join(shape.key)}: say {record_class}:{','.join(shape.key)}.")
    typed: list[str | int] = []
    for name, part in zip(shape.key, parts, strict=True):
        if shape.columns[name].family == "number":
            if not _NUMBER.fullmatch(part) or not -_LARGEST <= int(part) < _LARGEST:
                raise Refused(f"{name} is a number.")
            typed.append(int(part))
        else:
            typed.append(part)
    return Record(record_class=record_class, key=tuple(typed))
