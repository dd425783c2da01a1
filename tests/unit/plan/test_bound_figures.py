"""Figures fitted to a store: one table, a clock of its own, one column for each category, and somebody to count."""

from datetime import date

import pytest

from holdord.datamap.load import load as load_map
from holdord.errors import PolicyError
from holdord.plan.bind import Bound
from holdord.plan.figures import BoundFigure, Dimension
from holdord.policy.load import load
from holdord.testing.tables import declared

SCHEMA = declared(
    {
        "customer": {"id": "number key", "born": "date", "joined": "date required"},
        "sale": {
            "id": "number key",
            "buyer": "number",
            "seller": "number",
            "ordered": "date required",
            "state": "text",
            "total": "number",
            "tax": "number",
            "note": "text",
            "extra": "json",
            ("buyer",): "customer",
            ("seller",): "customer",
        },
        "line": {"id": "number key", "sale": "number required", "price": "number", ("sale",): "sale"},
        "cart": {"id": "number key", "made": "date required"},
    }
)
MAP = """\
holdord_datamap: 1
store: shop
persons: [client]
tables:
  customer:
    class: client
    default: record.remark
    columns: {born: {category: demographic.birth_date, generalise: year}}
    clocks: {joined: joined}
  sale:
    class: order
    default: record.remark
    columns:
      total: financial.invoice
      tax: financial.account
      note: {category: communication.message, generalise: "prefix:3"}
      extra: {category: identity.secret, inside: {phone: contact.phone}}
    clocks: {ordered: ordered}
    conditions: {state: state}
    refers_to: {buyer: customer, seller: customer}
  line: {default: financial.payment, part_of: {sale: sale}}
  cart: {class: cart, default: record.remark, clocks: {made: made}}
"""
POLICY = """\
holdord: 1
controller: {name: Shop AS, country: "NO"}
notices: {nb: n.md}
purposes:
  sales: {for: x, basis: contract, works_on: order, needs: [order.*], keep: {from: ordered, at_most: 2 years}}
figures:
  f: {says: x, counts: order, each: month, from: ordered, by: [state, communication.message], sums: [financial.invoice]}
promises:
  P-1: {says: x, kept_by: software, section: storage, parts: {s: {keep: all}, f: {figures: [f]}}}
"""


def bound(policy: str = POLICY, datamap: str = MAP) -> BoundFigure:
    (one,) = Bound(load(policy), load_map(datamap), SCHEMA).figures
    return one


def wrong(old: str, new: str, datamap: str = MAP) -> str:
    assert POLICY.count(old) == 1
    with pytest.raises(PolicyError) as caught:
        bound(POLICY.replace(old, new), datamap)
    (problem,) = caught.value.problems
    assert problem.line
    return str(problem)


def test_a_figure_is_bound_to_its_table_with_a_route_to_each_person() -> None:
    one = bound()
    assert (one.table, one.clock.column, one.sums) == ("sale", "ordered", ("total",))
    assert one.dimensions == (Dimension(column="state"), Dimension(column="note", generalise="prefix:3"))
    assert [route[-1].columns for route in one.routes] == [("buyer",), ("seller",)]
    assert one.reads == {"state", "note", "total", "ordered"}


def test_a_record_that_is_a_person_is_its_own_and_classes_of_persons_are_told_by_the_data_map() -> None:
    client = POLICY.replace("counts: order", "counts: client").replace("from: ordered, by", "from: joined, by")
    one = bound(client.replace("[state, communication.message], sums: [financial.invoice]", "[demographic.birth_date]"))
    assert one.routes == ((),)
    as_person = MAP.replace("persons: [client]\n", "").replace("class: client", "class: person")
    assert len(bound(POLICY, as_person).routes) == 2


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("counts: order", "counts: zebra", "No table holds records of class 'zebra'"),
        ("from: ordered, by", "from: joined, by", "The table 'sale' has no clock 'joined' of its own"),
        ("[state,", "[colour,", "The table 'sale' has no condition 'colour'"),
        ("[financial.invoice]", "[communication.message]", "sale.note (communication.message) is no column of numbers"),
        ("[financial.invoice]", "[financial.salary]", "'sale' has no column of the category 'financial.salary'"),
        ("[state, communication.message]", "[contact.phone]", "only a piece inside of JSON"),
        ("[state, communication.message]", "[identity.secret]", "only a piece inside of JSON"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(old: str, new: str, what: str) -> None:
    assert what in wrong(old, new)


def test_a_category_of_two_columns_tells_nothing_apart() -> None:
    twice = MAP.replace("tax: financial.account", "tax: financial.invoice")
    assert "'sale' has 2 columns of the category 'financial.invoice'" in wrong("at_most: 2", "at_most: 3", twice)


def test_without_a_route_to_a_person_nobody_could_be_counted() -> None:
    cart = "{says: x, counts: cart, each: month, from: made}"
    old = POLICY[POLICY.index("{says: x, counts: order") : POLICY.index("promises:") - 1]
    assert "No route leads from 'cart' to a person" in wrong(old, cart)
    nobody = MAP.replace("persons: [client]\n", "")
    assert "No route leads from 'sale' to a person" in wrong("at_most: 2", "at_most: 3", nobody)


def test_two_tables_of_one_class_are_not_counted_together() -> None:
    assert "2 tables hold" in wrong(
        "at_most: 2", "at_most: 3", MAP.replace("class: cart", "class: order").replace("made: made", "ordered: made")
    )


def test_the_digest_of_a_definition_tells_what_is_counted_from_how_it_is_said() -> None:
    digest = bound().digest
    assert bound(POLICY.replace("{says: x, counts", "{says: y, wait: 1 month, counts")).digest == digest
    others = [
        bound(POLICY.replace("{says: x, counts", "{at_least: 11, says: x, counts")),
        bound(POLICY.replace("each: month", "each: year")),
        bound(POLICY.replace(", sums: [financial.invoice]", "")),
        bound(POLICY, MAP.replace("prefix:3", "prefix:2")),
        bound(POLICY, MAP.replace("refers_to: {buyer: customer, seller: customer}", "refers_to: {buyer: customer}")),
    ]
    assert len({digest, *(one.digest for one in others)}) == 6


def test_many_periods_are_several_questions() -> None:
    one = bound()
    periods = list(one.figure.over(date(2000, 1, 1), date(2026, 1, 1)))
    assert [len(asked.periods) for asked in one.asked(periods)] == [120, 120, 72]
    assert [period for asked in one.asked(periods) for period in asked.periods] == periods
