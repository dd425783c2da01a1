"""Who somebody may be, by something held about them: a beginning for whoever makes sure of it (GDPR art. 12(6))."""

from dataclasses import dataclass

from holdord.errors import Refused
from holdord.plan.excerpt import Excerpt
from holdord.policy.model import Record
from holdord.run.company import Company

EMAIL, PHONE, NAME, NUMBER = "contact.email", "contact.phone", "contact.name", "identity.national_number"
FOUND_BY = (EMAIL, PHONE, NAME)
"""What people are looked for by."""
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
        loose: How many records have it and lead to nobody: a subscription without a customer.
        is_mailbox: Whether several people read such an address, so that it says who nobody is.
    """

    people: tuple[Record, ...]
    loose: int
    is_mailbox: bool

    @property
    def is_one(self) -> bool:
        """Whether it may be one person, and no other."""
        return len(self.people) == 1 and not self.is_mailbox


def by_email(company: Company, address: str) -> Found:
    """Return whom an e-mail address may belong to; as it was written, or in small letters."""
    return by_value(company, EMAIL, address)


def by_value(company: Company, category: str, written: str) -> Found:
    """Return whom a value of a category may belong to: as it was written, and as such values are usually kept.

    Args:
        company: The folder.
        category: One of ``FOUND_BY``, or whatever else somebody is known by.
        written: An address, in capitals or not; a telephone or identity number, with or without white space; or a name.
    """
    bound, wanted = company.bound, ways(category, written)
    people: dict[Record, None] = {}
    loose = 0
    with company.store.reading() as snapshot:
        for table, columns in bound.columns.items():
            for column in columns:
                if column.category != category or column.in_json:
                    continue
                if bound.shape(table).columns[column.column].family != "text":
                    continue
                for row in snapshot.rows(table, (column.column,), [(one,) for one in wanted]):
                    around = Excerpt(bound, {table: [row]}).reading_up(snapshot)
                    about = [
                        Record(record_class=name, key=key)
                        for name in bound.datamap.persons
                        for key in sorted(around.people(name, table, row))
                    ]
                    people |= dict.fromkeys(about)
                    loose += not about
    mailbox = written.strip().lower().partition("@")[0].replace("ø", "o").replace("ä", "a") in _MAILBOXES
    return Found(people=tuple(people), loose=loose, is_mailbox=category == EMAIL and mailbox)


def ways(category: str, written: str) -> tuple[str, ...]:
    """Return how a value of a category may have been written down, without repeats."""
    written = written.strip()
    if category == EMAIL:
        return tuple(dict.fromkeys([written, written.lower()]))
    if category in (PHONE, NUMBER):
        tight = "".join(written.split())
        return tuple(dict.fromkeys([written, tight]))
    return (written,)


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
            if not part.lstrip("-").isdecimal():
                raise Refused(f"{name} is a number.")
            typed.append(int(part))
        else:
            typed.append(part)
    return Record(record_class=record_class, key=tuple(typed))
