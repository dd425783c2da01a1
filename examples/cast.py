"""The first people of every population: one for each case that a sweep can get wrong.

Number 1 is the worked example of the rule, with its own dates. Number 2 is under a legal hold. Some more share an
address, have two relations, owe money, or lack what others have. Then come, for every limit of the company's own
policy, people whose clock runs out the day before, on, and the day after the day of the population, both for the
duration and for the day on which the promise is broken, and one whose clock has not started. So the cast follows the
policy: change a number there and other people stand at the edge.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from examples import fictions
from examples.book import Book
from examples.edges import Edge, edges
from examples.fictions import Fictions
from examples.trade import Mix

from holdord.datamap.model import DataMap
from holdord.policy.calendar import midnight
from holdord.policy.model import Policy
from holdord.stores.register.schema import metadata

_DAY = timedelta(days=1)
_BEFORE = {"persons": 500, "relations": 400, "agreements": 390, "employees": 400}
"""How many days before what happens to them records begin; the rest began ten days before."""
_WORDS = {
    "title": "titles",
    "preferences": "interests",
    "body": "bodies",
    "details": "terms",
    "article": "articles",
    "description": "articles",
    "subject": "subjects",
    "purpose": "purposes",
    "feedback": "feedback",
    "position": "positions",
    "letter": "letters",
    "cv": "cvs",
    "assessment": "assessments",
    "terms": "terms",
    "source": "sources",
    "topics": "interests",
    "page": "pages",
    "path": "pages",
    "message": "messages",
}
"""Columns and the phrases that fill them."""
_PLAIN = {
    "kind": "customer",
    "channel": "mail",
    "topic": "news",
    "ip": "192.0.2.7",
    "direction": "in",
    "action": "click",
}
_KINDS = {"uploads": {"kind": "photo"}, "notes": {"channel": "call"}, "subscriptions": {"channel": "email"}}


class Cast:
    """Puts the cast into a book."""

    def __init__(self, book: Book, mix: Mix, pools: Fictions, datamap: DataMap, *, as_of: date, zone: ZoneInfo) -> None:
        """Begin with an empty stage.

        Args:
            book: Where the rows go; it is empty.
            mix: The company's mix.
            pools: Values for names and places; used in order, so that the cast is always the same.
            datamap: The register's.
            as_of: The day that limits are reached around.
            zone: The controller's, for moments.
        """
        self.book, self.mix, self.pools, self.datamap = book, mix, pools, datamap
        self.as_of, self.zone = as_of, zone

    def enter(self, policy: Policy) -> int:
        """Enter everybody and return how many they are."""
        self._worked_example()
        self._held()
        self._neighbours()
        self._calendar()
        for edge in edges(policy, self.datamap, self.as_of):
            if edge.table in self.book.wanted:
                self._at(edge)
        return self.book.last["persons"]

    def row(self, table: str, anchor: date, /, **values: Any) -> int:
        """Enter a row of ``table`` that began shortly before ``anchor``; what is not given is made up."""
        usual: dict[str, Any] = {}
        begun = anchor - timedelta(days=_BEFORE.get(table, 10))
        for column in metadata.tables[table].columns:
            if column.foreign_keys or column.primary_key:
                continue
            kind = column.type.python_type
            if kind is str and column.name in _WORDS:
                usual[column.name] = self._words(_WORDS[column.name])
            elif kind is str and column.name in _PLAIN:
                usual[column.name] = _KINDS.get(table, {}).get(column.name, _PLAIN[column.name])
            elif kind is int:
                usual[column.name] = 1_000
            elif kind is date and not column.nullable:
                usual[column.name] = begun
            elif kind is datetime and not column.nullable:
                usual[column.name] = datetime(begun.year, begun.month, begun.day, 12, tzinfo=self.zone)
        return self.book.put(table, **{**usual, **values})

    def person(self, anchor: date, /, **values: Any) -> int:
        """Enter a person of whom everything is known that the company asks for."""
        number = self.book.last["persons"] + 1
        first, plain = self.pools.first[number % len(self.pools.first)]
        postcode, city = self.pools.places[number % len(self.pools.places)]
        birth, identity = self.pools.born[number % len(self.pools.born)]
        known = {
            "name": f"{first} {self.pools.last[number % len(self.pools.last)][0]}",
            "email": f"{plain}.{number}@cast.example",
            "phone": fictions.phone(self.mix["country"], number),
            "address": f"{self.pools.streets[number % len(self.pools.streets)]} {number}",
            "birth_date": birth,
            "national_number": identity,
            "bank_account": fictions.account(self.mix["country"], number),
            "card": fictions.CARD,
            "employer": self.pools.companies[number % len(self.pools.companies)],
            "language": self.mix["language"],
            "gender": "f",
            "social_profile": f"https://social.example/{plain}-{number}",
            **{column: self._words(column + "s") for column in ("title", "source", "remark")},
            "interests": self._words("interests"),
        }
        asked = {column: value for column, value in known.items() if column in {"name", *self.mix["fields"]}}
        if "address" in asked:
            asked |= {"postcode": postcode, "city": city, "country": self.mix["country"]}
        return self.book.put("persons", **{"collected_on": anchor - timedelta(days=500), **asked, **values})

    def _worked_example(self) -> None:
        """Enter the customer contact whose end the rule's own page tells, date by date."""
        ended = date(2023, 3, 10)
        person = self.person(ended, collected_on=date(2019, 5, 2))
        company = self.book.put("organisations", register_number="900000001", name=self.pools.companies[0])
        known = {"person_id": person, "organisation_id": company}
        relation = self.row("relations", ended, **known, started_on=date(2019, 5, 2), ended_on=ended)
        signed = {"signed_on": date(2019, 5, 14), "ended_on": ended, "primary_record": True}
        self.row("agreements", ended, relation_id=relation, **signed)
        invoiced = date(2022, 11, 2)
        invoice = self.row("invoices", ended, relation_id=relation, issued_on=invoiced, paid_on=date(2022, 11, 20))
        for price in (600_000, 150_000):
            self.row("invoice_lines", ended, invoice_id=invoice, price=price)
        letters = {"person_id": person, "relation_id": relation}
        self.row("correspondence", ended, **letters, sent_on=date(2023, 2, 20), accounting=True, concerns_on=ended)
        self.row("correspondence", ended, **letters, sent_on=date(2022, 10, 4), agreement=True)
        self.row("notes", ended, **letters, taken_on=date(2022, 12, 1))
        dates = {"subscribed_on": date(2020, 1, 15), "withdrawn_on": date(2026, 6, 1)}
        self.row("subscriptions", ended, person_id=person, **dates)

    def _held(self) -> None:
        """Enter somebody all of whose limits ran out long ago, with an invoice in dispute."""
        ended = self._back(years=9)
        person = self.person(ended)
        relation = self.row("relations", ended, person_id=person, ended_on=ended)
        invoice = self.row("invoices", ended, relation_id=relation)
        self.row("invoice_lines", ended, invoice_id=invoice)
        self.row("correspondence", ended, person_id=person, relation_id=relation)
        self.row("subscriptions", ended, person_id=person, withdrawn_on=ended)

    def _neighbours(self) -> None:
        """Enter people who share, have much, owe, or lack something."""
        recent, old = self._back(months=6), self._back(years=7)
        for anchor in (recent, old):  # one stays, the other goes, with one e-mail address
            self._customer(anchor, None if anchor is recent else anchor, email="reception@office.example")
        home = {"phone": fictions.phone(self.mix["country"], 3), "address": f"{self.pools.streets[0]} 3"}
        for anchor in (recent, old):
            self._customer(anchor, None if anchor is recent else anchor, **home)
        person, first = self._customer(old, old)  # two relations, one of them over
        self.row("relations", recent, person_id=person, ended_on=None)
        self.row("notes", old, person_id=person, relation_id=first)
        _, relation = self._customer(old, old)  # an unpaid invoice, long after the end
        self.row("invoices", old, relation_id=relation, paid_on=None)
        _, relation = self._customer(old, None)  # a running relation with an order and an invoice of long ago
        self.row("orders", old, relation_id=relation)
        self.row("invoices", old, relation_id=relation)
        person = self.book.put("persons", name="—", collected_on=old)  # of whom nothing is known but that they wrote
        self.row("correspondence", old, person_id=person, relation_id=None)
        self.row("notes", recent, person_id=person, relation_id=None)
        self.row("web_log", recent, person_id=None)
        if "participant" in self.mix["roles"]:
            self.row("participations", old, person_id=self.person(old), event_id=None)

    def _calendar(self) -> None:
        """Enter relations and vouchers of leap days, ends of months and ends of years."""
        leap = self.as_of.year - self.as_of.year % 4
        leap -= 0 if monthrange(leap, 2)[1] == 29 and date(leap, 2, 29) <= self.as_of else 4
        days = [date(leap, 2, 29), date(leap - 4, 2, 29) if leap != 2004 else date(1996, 2, 29)]
        year = self.as_of.year - 2
        days += [date(year, month, monthrange(year, month)[1]) for month in (1, 8, 11, 12)] + [date(year + 1, 1, 1)]
        for day in days:
            person, relation = self._customer(day, day)
            self.row("invoices", day, relation_id=relation, issued_on=day)
            self.row("correspondence", day, person_id=person, sent_on=day)

    def _customer(self, anchor: date, ended: date | None, **known: Any) -> tuple[int, int]:
        person = self.person(anchor, **known)
        return person, self.row("relations", anchor, person_id=person, ended_on=ended)

    def _at(self, edge: Edge) -> None:
        """Enter a row at the edge, with everything that it refers to."""
        anchor = edge.start or self._back(months=1)
        person = self.person(anchor, **self._exact(edge, "persons"))
        made = {"persons": person}
        if edge.table != "persons":
            made[edge.table] = self._chain(edge.table, edge, anchor, made)
        if edge.child:
            self._chain(edge.child, edge, anchor, made)

    def _chain(self, table: str, edge: Edge, anchor: date, made: dict[str, int]) -> int:
        """Enter a row after those that it must or shall refer to; those in ``made`` are there already."""
        values = self._exact(edge, table)
        for reference in self.datamap.tables[table].references:
            column, parent = reference.columns[0], reference.parent
            if column in values:
                continue
            if parent not in made:
                if metadata.tables[table].columns[column].nullable and parent not in edge.wanted:
                    continue
                made[parent] = self._chain(parent, edge, anchor, made)
            values[column] = made[parent]
        return self.row(table, anchor, **values)

    def _exact(self, edge: Edge, table: str) -> dict[str, Any]:
        """Return the edge's values for a table, days made moments where the column holds these."""
        values = dict(edge.values.get(table, {}))
        for column, value in values.items():
            if metadata.tables[table].columns[column].type.python_type is datetime and isinstance(value, date):
                first, following = midnight(value, self.zone), midnight(value + _DAY, self.zone)
                values[column] = following - timedelta(seconds=1) if edge.late else first
        return values

    def _words(self, what: str) -> str:
        phrases: dict[str, tuple[str, ...]] = self.mix["phrases"]
        return phrases[what][self.book.last["persons"] % len(phrases[what])] if what in phrases else what

    def _back(self, *, years: int = 0, months: int = 0) -> date:
        month = self.as_of.year * 12 + self.as_of.month - 1 - years * 12 - months
        return date(month // 12, month % 12 + 1, min(self.as_of.day, 28))
