"""The part of the contract about JSON: a piece of a column goes by itself, and so does the rest around the pieces."""

from datetime import date
from typing import Any, ClassVar

import pytest

from holdord.testing.contract.trial import Case, Make, Tried
from holdord.testing.tables import declared

TABLES = declared(
    {
        "person": {"id": "number key", "profile": "json", "joined": "date required"},
        "evidence": {"id": "number key", "words": "text"},
    }
)
MAP = """\
holdord_datamap: 1
store: profiles
tables:
  person:
    class: person
    default: record.remark
    columns:
      profile: {category: record.remark, inside: {phone: contact.phone, address.city: contact.address}}
    clocks: {joined: joined}
"""
POLICY = """\
holdord: 1
controller: {{name: Profile AS, country: "NO"}}
notices: {{nb: n.md}}
purposes:
  a: {{for: x, basis: contract, works_on: person, needs: [{}], keep: {{from: joined, at_most: 12 months}}}}
  b: {{for: x, basis: contract, works_on: person, needs: [{}], keep: {{from: joined, at_most: 24 months}}}}
  c: {{for: x, basis: contract, works_on: person, needs: [{}], keep: {{from: joined, at_most: 36 months}}}}
promises:
  P-1: {{says: x, kept_by: software, parts: {{s: {{keep: all}}}}, notice: [{{lang: nb, section: "1", quote: x}}]}}
"""
PHONE, CITY, REST = "person.contact.phone", "person.contact.address", "person.record.remark"
FULL: dict[str, Any] = {"phone": "55 55", "address": {"city": "Oslo", "street": "x"}, "likes": [1, {"phone": 2}]}
OTHERS: dict[int, Any] = {
    2: None,
    3: {},
    4: {"phone": None, "address": {}},
    5: {"likes": []},
    6: {"address": "Oslo"},
    7: [],
}


class Insides(Tried):
    """What goes from within a column.

    Attributes:
        holds_json: Whether the store can tell what lies inside of a column.
    """

    holds_json: ClassVar[bool] = True

    def profiles(self, make: Make, *needs: str) -> Case:
        if not self.holds_json:
            pytest.skip("no columns of JSON")
        case = Case(make, TABLES, MAP, POLICY.format(*needs))
        for number, profile in ({1: FULL} | OTHERS).items():
            case.put("person", {"id": number, "profile": profile, "joined": date(2020, 1, 1)})
        return case

    def left(self, case: Case, year: int) -> dict[int, Any]:
        """Sweep when ``year`` has begun; return what is left."""
        case.sweep(date(year, 1, 2))
        return {row["id"]: row["profile"] for row in case.rows("person")}

    def test_pieces_are_taken_out_one_by_one(self, make: Make) -> None:
        case = self.profiles(make, PHONE, CITY, REST)
        assert self.left(case, 2020) == {1: FULL} | OTHERS
        assert self.left(case, 2021) == OTHERS | {1: {"address": FULL["address"], "likes": FULL["likes"]}}
        assert self.left(case, 2022) == OTHERS | {1: {"address": {"street": "x"}, "likes": FULL["likes"]}}
        assert self.left(case, 2023) == {}

    def test_the_rest_goes_around_the_pieces_that_are_held(self, make: Make) -> None:
        case = self.profiles(make, REST, PHONE, CITY)
        bare = OTHERS | {5: {}, 6: {}}
        assert self.left(case, 2021) == bare | {1: {"phone": "55 55", "address": {"city": "Oslo"}}}
        assert self.left(case, 2022) == bare | {1: {"address": {"city": "Oslo"}}}
        assert self.left(case, 2023) == {}

    def test_pieces_and_the_rest_go_together(self, make: Make) -> None:
        one, other = self.profiles(make, REST, PHONE, CITY), self.profiles(make, REST, PHONE, CITY)
        self.left(one, 2021)
        assert self.left(one, 2022) == self.left(other, 2022)

    @pytest.mark.parametrize("profile", [{"address": [{"city": "Oslo"}]}, ["x"]], ids=["within", "instead"])
    def test_a_list_on_the_way_to_a_piece_stops_the_table(self, make: Make, profile: Any) -> None:
        case = self.profiles(make, PHONE, CITY, REST)
        case.put("person", {"id": 9, "profile": profile, "joined": date(2020, 1, 1)})
        plan = case.plan()
        assert plan.stopped == {"person"}
        assert not plan.statements
