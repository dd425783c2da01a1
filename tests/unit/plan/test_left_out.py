"""Records that the conditions of every purpose leave out are told before there are any, and no others."""

import pytest

from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.plan.left_out import left_out
from holdord.policy.load import load as load_policy
from holdord.schema import ColumnShape, Family, Schema, TableShape

MAP = """\
holdord_datamap: 1
store: shop
tables:
  customer:
    class: person
    default: record.remark
    clocks: {joined: joined}
    conditions: {role: {column: role, values: [buyer, seller]}, vip: vip}
  sale:
    class: sale
    default: commercial.order
    clocks: {sold: sold}
    conditions: {state: state, paid: paid, gift: gift, size: size, day: sold, customer: customer_id}
    refers_to: {customer_id: customer}
"""
POLICY = """\
holdord: 1
controller: {{name: Shop AS, country: "NO", register_number: "1"}}
notices: {{nb: n.md}}
purposes:
{purposes}
promises:
  P-1: {{says: x, kept_by: software, parts: {{s: {{keep: all}}}}, notice: [{{lang: nb, section: "1", quote: x}}]}}
"""
PURPOSE = """\
  one_{number}:
    for: Something
    basis: contract
    works_on: {works}
    needs: [person.*, sale.*]
    keep: {{from: {clock}, at_most: 12 months}}
"""


def column(name: str, family: Family, *, nullable: bool = False) -> ColumnShape:
    return ColumnShape(name=name, family=family, nullable=nullable)


def shape(name: str, *columns: ColumnShape) -> TableShape:
    known = (column("id", "number"), *columns)
    return TableShape(name=name, key=("id",), columns={one.name: one for one in known})


def shop(*, lonely: bool) -> Schema:
    """The shop's tables; where ``lonely``, a sale may have no customer."""
    customer = shape("customer", column("joined", "date"), column("role", "text"), column("vip", "truth"))
    sale = shape(
        "sale",
        column("customer_id", "number", nullable=lonely),
        column("state", "text"),
        column("paid", "truth"),
        column("gift", "truth", nullable=True),
        column("size", "number"),
        column("sold", "date"),
    )
    return {"customer": customer, "sale": sale}


def told(*works: str, lonely: bool = True) -> dict[str, tuple[str, ...]]:
    """Return what is left out by purposes that work on this, each a class with conditions in YAML."""
    purposes = "".join(
        PURPOSE.format(number=number, works=one, clock="joined" if "person:" in one else "sold")
        for number, one in enumerate(works)
    )
    policy = load_policy(POLICY.format(purposes=purposes))
    return dict(left_out(Bound(policy, load_map(MAP), shop(lonely=lonely))))


@pytest.mark.parametrize(
    ("works", "said"),
    [
        (["{person: {role: buyer}}"], "role is seller"),
        (["{sale: {paid: true}}"], "paid is false"),
        (["{sale: {gift: true}}", "{sale: {gift: false}}"], "gift is empty"),
        (["{sale: {state: [open, done]}}"], "state is something else"),
        (["{sale: {state: {is_not: open}}}"], "state is open"),
        (["{sale: {customer: null}}"], "customer is not empty"),
        (["{sale: {customer: {is_not: null}}}"], "customer is empty"),
        (["{sale: {size: {below: 5}}}", "{sale: {size: {above: 5}}}"], "size is 5"),
        (["{sale: {day: {below: 2026-01-01}}}", "{sale: {day: {above: 2026-01-01}}}"], "day is 2026-01-01"),
        (["{sale: {paid: true}}", "{sale: {state: open}}"], "paid is false and state is something else"),
        (["{sale: {paid: true}}", "{sale: {paid: false, state: open}}"], "paid is false and state is something else"),
        (["{sale: {person.role: [buyer, seller]}}"], "person.role is empty"),
        (["{sale: {person.vip: true}}", "{sale: {customer: null}}"], "person.vip is false"),
    ],
)
def test_records_that_no_condition_lets_in_are_told_as_shortly_as_they_can_be(works: list[str], said: str) -> None:
    ((_, found),) = told(*works).items()
    assert said in found


@pytest.mark.parametrize(
    "works",
    [
        ["sale"],
        ["{sale: {paid: true}}", "sale"],
        ["{sale: {paid: true}}", "{sale: {paid: false}}"],
        ["{person: {role: buyer}}", "{person: {role: seller}}"],
        ["{person: {role: [buyer, seller]}}"],
        ["{person: {role: {is_not: buyer}}}", "{person: {role: buyer}}"],
        ["{sale: {state: open}}", "{sale: {state: {is_not: open}}}"],
        ["{sale: {gift: true}}", "{sale: {gift: {is_not: true}}}"],
        ["{sale: {size: {below: 5}}}", "{sale: {size: {above: 4}}}"],
        ["{sale: {paid: true, state: open}}", "{sale: {paid: true, state: {is_not: open}}}", "{sale: {paid: false}}"],
        ["{sale: {customer: null}}", "{sale: {person.role: [buyer, seller]}}"],
        ["{sale: {customer: null}}", "{sale: {person.vip: true}}", "{sale: {person.vip: false}}"],
    ],
)
def test_conditions_that_let_in_every_record_together_are_no_finding(works: list[str]) -> None:
    assert "sale" not in told(*works)
    assert "person" not in told(*works)


def test_an_ancestor_that_is_always_there_is_never_empty() -> None:
    assert told("{sale: {person.role: [buyer, seller]}}", lonely=False) == {}
    assert told("{sale: {person.role: [buyer, seller]}}", lonely=True) == {"sale": ("person.role is empty",)}


def test_a_class_that_no_purpose_works_on_is_another_matter() -> None:
    assert list(told("{person: {vip: true}}")) == ["person"]


def test_no_more_than_three_kinds_of_records_are_told() -> None:
    works = [f"{{sale: {{size: {said}}}}}" for said in ("{below: 10}", "20", "40", "60")]
    assert told(*works) == {"sale": ("size is 10", "size is 15", "size is 30")}
