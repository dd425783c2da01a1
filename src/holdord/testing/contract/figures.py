"""The part of the contract about figures: groups of enough people are told, and of smaller ones nothing at all.

People visit places, some of them more than once; parcels have a sender and a receiver; letters have a writer whom no
key of the database demands; remarks are about visits.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from holdord.plan.figures import Cell
from holdord.policy.figure import Period, period_of
from holdord.testing.contract.trial import Case, Make, Tried
from holdord.testing.tables import declared

TABLES = declared(
    {
        "person": {"id": "number key", "born": "date", "joined": "date required"},
        "visit": {
            "id": "number key",
            "person": "number",
            "at": "text",
            "place": "text",
            "guide": "text",
            "spent": "number",
            "child": "truth",
            "floor": "number",
            ("person",): "person",
        },
        "parcel": {
            "id": "number key",
            "sender": "number",
            "receiver": "number",
            "sent": "date",
            "weight": "number",
            ("sender",): "person",
            ("receiver",): "person",
        },
        "letter": {"id": "number key", "writer": "number", "made": "date"},
        "remark": {"id": "number key", "visit": "number", "made": "date", ("visit",): "visit"},
        "evidence": {"id": "number key", "words": "text"},
    }
)
MAP = """\
holdord_datamap: 1
store: places
persons: [guest]
tables:
  person:
    class: guest
    default: record.remark
    columns: {born: {category: demographic.birth_date, generalise: year}}
    clocks: {joined: joined}
  visit:
    class: visit
    default: record.remark
    columns: {guide: {category: contact.name, generalise: "prefix:2"}, spent: financial.amount}
    clocks: {seen: {column: at, encoding: iso_timestamp, zone: UTC, not_started: ""}}
    conditions: {place: place, child: child, floor: floor}
    refers_to: {person: person}
  parcel:
    class: parcel
    default: record.remark
    columns: {weight: financial.amount}
    clocks: {sent: sent}
    refers_to: {sender: person, receiver: person}
  letter: {class: letter, default: record.remark, clocks: {made: made}, refers_to: {writer: person}}
  remark: {class: remark, default: record.remark, clocks: {made: made}, refers_to: {visit: visit}}
"""
POLICY = """\
holdord: 1
controller: {name: Museum AS, country: "NO"}
notices: {nb: n.md}
categories: {financial.amount: {label: amounts}}
purposes:
  a: {for: x, basis: contract, works_on: guest, needs: [guest.*], keep: {from: joined, at_most: 12 months}}
figures:
  visits: {says: x, counts: visit, each: month, from: seen, by: [place], sums: [financial.amount], at_least: 3}
  all: {says: x, counts: visit, each: quarter, from: seen, at_least: 3}
  fine: {says: x, counts: visit, each: year, from: seen, by: [contact.name, child, floor], at_least: 3}
  parcels: {says: x, counts: parcel, each: year, from: sent, sums: [financial.amount], at_least: 3}
  letters: {says: x, counts: letter, each: year, from: made, at_least: 3}
  remarks: {says: x, counts: remark, each: year, from: made, at_least: 3}
  guests: {says: x, counts: guest, each: year, from: joined, by: [demographic.birth_date], at_least: 3}
promises:
  P-1:
    says: x
    kept_by: software
    parts: {s: {keep: all}}
    notice: [{lang: nb, section: "1", quote: x}]
"""
MARCH = date(2026, 3, 1)
JOINED = date(2020, 1, 1)
Told = tuple[Any, ...]


class Museum(Case):
    """A case with figures, and thirty people who may visit."""

    def __init__(self, make: Make) -> None:
        super().__init__(make, TABLES, MAP, POLICY)
        self.put("person", *({"id": number, "joined": JOINED} for number in range(1, 31)))
        self.visits = 0

    def visit(self, place: str | None, *people: int | None, at: str | None = "2026-03-10T12:00", **more: Any) -> None:
        """Have each of these people visit a place once."""
        rows = []
        for person in people:
            self.visits += 1
            rows.append({"id": self.visits, "person": person, "place": place, "at": at, "spent": 10} | more)
        self.put("visit", *rows)

    def cells(self, name: str, periods: Iterable[Period]) -> list[Cell]:
        (bound,) = (one for one in self.bound.figures if one.figure.id == name)
        with self.store.reading() as snapshot:
            return [cell for asked in bound.asked(list(periods)) for cell in snapshot.figures(asked)]

    def told(self, name: str, *months: date) -> list[Told]:
        """Return (group, rows, sums …) of each cell, "rest" for the rest; with its period where there are several."""
        (bound,) = (one for one in self.bound.figures if one.figure.id == name)
        periods = [period_of(bound.figure.each, day) for day in months or (MARCH,)]
        found = []
        for cell in self.cells(name, periods):
            group: Any = "rest" if cell.group is None else cell.group[0] if len(cell.group) == 1 else cell.group
            sums = [None if one is None else int(one) for one in cell.sums]
            found.append((*([cell.period] if len(periods) > 1 else []), group, cell.rows, *sums))
        return found


class Figures(Tried):
    """What a store tells of groups."""

    @pytest.fixture
    def museum(self, make: Make) -> Museum:
        return Museum(make)

    def test_groups_of_enough_people_are_told_and_smaller_ones_only_together(self, museum: Museum) -> None:
        museum.visit("garden", 1, 2, 3, 1)
        museum.visit("cellar", 4, 5)
        museum.visit("attic", 6)
        assert museum.told("visits") == [("garden", 4, 40), ("rest", 3, 30)]

    def test_a_rest_of_too_few_people_is_not_told_at_all(self, museum: Museum) -> None:
        museum.visit("garden", 1, 2, 3)
        museum.visit("cellar", 4)
        museum.visit("attic", 5, 5, 5)
        assert museum.told("visits") == [("garden", 3, 30)]
        assert museum.told("all") == [((), 7)]

    def test_the_rest_counts_different_people(self, museum: Museum) -> None:
        for place in ("garden", "cellar", "attic", "roof"):
            museum.visit(place, 1, 2)
        assert museum.told("visits") == []
        assert museum.told("all") == []
        museum.visit("yard", 2, 3)
        assert museum.told("visits") == [("rest", 10, None)]
        assert museum.told("all") == [((), 10)]

    def test_two_people_with_ten_visits_each_are_two_people(self, museum: Museum) -> None:
        museum.visit("garden", *[1, 2] * 10)
        assert museum.told("visits") == museum.told("all") == []

    def test_null_is_a_group_of_its_own_and_texts_are_told_as_they_are(self, museum: Museum) -> None:
        for place in (None, "", "=", "Garden", "garden", 'it\'s "odd" 100%', "å"):
            museum.visit(place, 1, 2, 3)
        told = [None, "", "=", "Garden", "garden", 'it\'s "odd" 100%', "å"]
        assert museum.told("visits") == [(place, 3, 30) for place in told]

    def test_rows_without_a_person_count_and_add_nobody(self, museum: Museum) -> None:
        museum.visit("garden", 1, 2, None, None)
        assert museum.told("visits") == museum.told("all") == []
        museum.visit("garden", 3)
        assert museum.told("visits") == [("garden", 5, 50)]
        museum.visit("cellar", *[None] * 5)
        assert museum.told("visits") == [("garden", 5, 50)]

    def test_by_each_route_there_are_enough_people(self, museum: Museum) -> None:
        parcels = [(1, 4), (1, 5), (2, 6), (2, 7), (None, 8), (1, None)]
        for number, (sender, receiver) in enumerate(parcels):
            museum.put("parcel", {"id": number, "sender": sender, "receiver": receiver, "sent": MARCH, "weight": 2})
        assert museum.told("parcels") == []
        museum.put("parcel", {"id": 99, "sender": 3, "receiver": 4, "sent": MARCH, "weight": None})
        assert museum.told("parcels") == [((), 7, None)]

    def test_a_sum_of_which_one_person_makes_up_more_than_half_is_withheld(self, museum: Museum) -> None:
        museum.visit("garden", 1, 2, 3)
        museum.visit("garden", 1, spent=10)
        assert museum.told("visits") == [("garden", 4, 40)]
        museum.visit("garden", 1, spent=1)
        museum.visit("garden", 2, 3, spent=0)
        assert museum.told("visits") == [("garden", 7, None)]

    def test_a_sum_of_which_two_people_make_up_more_than_three_quarters_is_withheld(self, museum: Museum) -> None:
        for person, spent in ((1, 39), (2, 36), (3, 13), (4, 12)):
            museum.visit("garden", person, spent=spent)
        assert museum.told("visits") == [("garden", 4, 100)]
        for person, spent in ((5, 38), (6, 38), (7, 12), (8, 12)):
            museum.visit("cellar", person, spent=spent)
        assert museum.told("visits") == [("cellar", 4, None), ("garden", 4, 100)]
        museum.visit("garden", 2, spent=1)
        assert museum.told("visits") == [("cellar", 4, None), ("garden", 5, None)]

    def test_a_group_of_which_one_person_has_more_than_half_of_the_rows_is_too_small(self, museum: Museum) -> None:
        museum.visit("garden", 1, 1, 1, 2, 3, 4, None, None)
        museum.visit("cellar", *range(1, 6))
        assert museum.told("visits") == [("cellar", 5, 50), ("garden", 8, 80)]
        museum.visit("garden", 1)
        assert museum.told("visits") == [("cellar", 5, 50)]
        museum.visit("attic", 6)
        assert museum.told("visits") == [("cellar", 5, 50), ("rest", 10, 100)]

    def test_shares_are_compared_without_their_signs_and_nulls_add_nothing(self, museum: Museum) -> None:
        museum.visit("garden", 1, 2)
        museum.visit("garden", 3, spent=-25)
        museum.visit("garden", 4, spent=None)
        museum.visit("cellar", 4, 5, 6, spent=None)
        assert museum.told("visits") == [("cellar", 3, 0), ("garden", 4, None)]
        museum.visit("garden", 5)
        assert museum.told("visits") == [("cellar", 3, 0), ("garden", 5, 5)]

    def test_whole_numbers_are_summed_exactly(self, museum: Museum) -> None:
        museum.visit("garden", 1, 2, 3, spent=2**53 + 1)
        (cell,) = museum.cells("visits", [period_of("month", MARCH)])
        assert cell.sums == (Decimal(3 * (2**53 + 1)),)
        assert cell.document() == {"period": "2026-03", "group": ["garden"], "rows": 3, "sums": ["27021597764222979"]}

    def test_a_period_begins_and_ends_at_the_controllers_midnight(self, museum: Museum) -> None:
        for at in ("2026-02-28T22:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"):
            museum.visit("garden", 1, 2, 3, at=at)
        museum.visit("garden", 1, 2, 3, at=None)
        museum.visit("garden", 1, 2, 3, at="")
        months = [date(2026, month, 1) for month in (2, 3, 4)]
        assert museum.told("visits", *months) == [
            ("2026-02", "garden", 3, 30),
            ("2026-03", "garden", 6, 60),
            ("2026-04", "garden", 3, 30),
        ]

    def test_between_the_periods_that_are_asked_for_there_may_be_others(self, museum: Museum) -> None:
        for month in range(1, 13):
            museum.visit("garden", 1, 2, 3, at=f"2026-{month:02}-15T12:00", spent=month)
        months = [date(2026, month, 1) for month in (2, 3, 7, 12)]
        assert museum.told("visits", *months) == [
            (f"2026-{one.month:02}", "garden", 3, 3 * one.month) for one in months
        ]
        assert museum.told("all", *months[1:]) == [(f"2026-Q{quarter}", (), 9) for quarter in (1, 3, 4)]

    def test_many_periods_are_asked_for_at_once(self, museum: Museum) -> None:
        months = [period_of("month", date(1990 + month // 12, month % 12 + 1, 1)) for month in range(400)]
        for month in (months[0], months[119], months[120], months[399]):
            museum.visit("garden", 1, 2, 3, at=f"{month.last - timedelta(days=1)}T12:00")
        found = [cell.period for cell in museum.cells("visits", months)]
        assert found == [months[number].label for number in (0, 119, 120, 399)]

    def test_people_further_up_are_found_along_the_whole_route(self, museum: Museum) -> None:
        museum.visit("garden", 1, 2, 2, None)
        museum.put("remark", *({"id": number, "visit": number, "made": MARCH} for number in (1, 2, 3, 4)))
        museum.put("remark", {"id": 5, "visit": None, "made": MARCH})
        assert museum.told("remarks") == []
        museum.visit("cellar", 3)
        museum.put("remark", {"id": 6, "visit": 5, "made": MARCH})
        assert museum.told("remarks") == [((), 6)]

    def test_a_person_who_is_not_there_is_nobody(self, museum: Museum) -> None:
        museum.put("letter", *({"id": number, "writer": number, "made": MARCH} for number in (29, 30, 31, 32)))
        assert museum.told("letters") == []
        museum.put("letter", {"id": 1, "writer": 1, "made": MARCH})
        assert museum.told("letters") == [((), 5)]

    def test_groups_are_as_coarse_as_the_data_map_says(self, museum: Museum) -> None:
        museum.visit("x", 1, 2, guide="Kari", child=True, floor=2)
        museum.visit("x", 3, guide="Kaja", child=True, floor=2)
        museum.visit("x", 4, 5, 6, guide="K", child=False, floor=None)
        museum.visit("x", 7, 8, 9, child=None, floor=-1)
        assert museum.told("fine") == [
            ((None, None, "-1"), 3),
            (("K", "false", None), 3),
            (("Ka", "true", "2"), 3),
        ]

    def test_a_person_is_known_by_its_own_key_and_a_day_by_its_year(self, museum: Museum) -> None:
        for number in range(1, 31):
            museum.change("person", (number,), born=date(1980 + number % 2, 1, number % 28 + 1) if number > 4 else None)
        museum.change("person", (30,), born=date(2001, 1, 1))
        assert museum.told("guests", JOINED) == [(None, 4), ("1980", 12), ("1981", 13)]

    def test_where_there_is_nothing_nothing_is_told(self, museum: Museum) -> None:
        assert museum.told("visits") == museum.told("all") == []
