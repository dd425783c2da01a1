"""Data maps: circles, strangers, zones, and the class of what is a part."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.datamap.grammar import DataMapText
from holdord.datamap.load import load
from holdord.errors import DataMapError

MAP = """\
holdord_datamap: 1
store: shop
zone: UTC
tables:
  customer:
    class: person
    default: record.remark
    columns: {name: contact.name}
    clocks: {joined: joined_on}
  invoice:
    class: invoice
    default: financial.invoice
    refers_to: {customer_id: customer}
    clocks: {voucher_date: issued_on, paid: {column: paid_at, encoding: epoch_seconds, not_started: [0]}}
    conditions: {state: {column: state, values: [open, paid]}, reminded: reminded}
  line:
    default: financial.invoice
    part_of: {invoice_id: invoice}
  detail:
    default: financial.invoice
    part_of: {line_id: line}
not_personal: {product: goods}
"""


def problems(old: str, new: str) -> list[str]:
    assert MAP.count(old) == 1
    with pytest.raises(DataMapError) as caught:
        load(MAP.replace(old, new), file="map.yaml")
    assert all(problem.file == "map.yaml" and problem.line and problem.column for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_a_part_takes_the_class_of_its_record_through_every_level() -> None:
    made = load(MAP)
    assert {name: table.record_class for name, table in made.tables.items()} == {
        "customer": "person",
        "invoice": "invoice",
        "line": "invoice",
        "detail": "invoice",
    }
    assert [table.name for table in made.of_class("invoice")] == ["invoice"]


def test_a_condition_reads_a_column_and_may_say_its_values() -> None:
    invoice = load(MAP).tables["invoice"]
    assert invoice.conditions == {"state": "state", "reminded": "reminded"}
    assert invoice.values == {"state": ("open", "paid")}
    assert problems("values: [open, paid]", "values: []")


def test_the_schema_takes_the_short_forms_that_the_loader_takes() -> None:
    known = DataMapText.model_json_schema(mode="validation")["$defs"]["TableText"]["properties"]
    for place, inside in (("columns", "additionalProperties"), ("clocks", "patternProperties"), ("conditions", "")):
        entry = known[place].get(inside or "patternProperties")
        said = entry if "anyOf" in entry else next(iter(entry.values()))
        assert {one.get("type", "object") for one in said["anyOf"]} == {"string", "object"}, place


def test_routes_lead_up_to_the_person_and_parts_only_to_the_record() -> None:
    made = load(MAP)
    assert [(there, len(route)) for there, route in made.routes_up("detail")] == [
        ("line", 1),
        ("invoice", 2),
        ("customer", 3),
    ]
    assert [there for there, _ in made.routes_up("detail", parts_only=True)] == ["line", "invoice"]
    assert sorted(name for name, _ in made.routes_down("customer")) == ["detail", "invoice", "line"]


def test_two_references_to_one_table_are_two_routes() -> None:
    made = load(MAP.replace("{customer_id: customer}", "{buyer: customer, payer: customer}"))
    assert [route[0].columns for there, route in made.routes_up("invoice") if there == "customer"] == [
        ("buyer",),
        ("payer",),
    ]


def test_a_reference_of_several_columns_is_read() -> None:
    made = load(MAP.replace("{customer_id: customer}", "[{columns: [tenant, customer], table: customer}]"))
    assert made.tables["invoice"].references[0].columns == ("tenant", "customer")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{customer_id: customer}", "{customer_id: client}", "'client' is no mapped table. Map it below 'tables:'."),
        ("{customer_id: customer}", "{line_id: line, customer_id: customer}", "circle: invoice → line → invoice"),
        ("{invoice_id: invoice}", "{self_id: line}", "circle: line → line"),
        ("    part_of: {line_id: line}\n", "", "This table has no record class. Add 'class:'"),
        ("    part_of: {line_id: line}\n", "    refers_to: {line_id: line}\n", "This table has no record class."),
        ("zone: UTC", "zone: Mars/Base", "'Mars/Base' is no time zone"),
        ("encoding: epoch_seconds", "encoding: epoch_seconds, zone: ../etc", "no time zone"),
        ("encoding: epoch_seconds", "encoding: epoch_minutes", "epoch_seconds"),
        ("{name: contact.name}", "{name: name}", "pattern"),
        ("{name: contact.name}", "{name: {category: contact.name, generalise: hash}}", "pattern"),
        (
            "{name: contact.name}",
            "{name: contact.name, joined_on: contact.name}",
            "stripping it would change what is due",
        ),
        ("    default: record.remark\n", "", "'default' is missing"),
        ("not_personal: {product: goods}", "notpersonal: {product: goods}", "Did you mean 'not_personal'?"),
        ("store: shop", "store: Shop", "pattern"),
    ],
)
def test_each_mistake_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert any(said in problem for problem in problems(old, new)), problems(old, new)


def test_a_circle_is_named_once() -> None:
    found = problems("{customer_id: customer}", "{line_id: line, customer_id: customer}")
    assert sum("circle" in problem for problem in found) == 1


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_slip_of_the_keyboard_makes_a_map_or_a_refusal(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(MAP) - 1))
    stop = data.draw(st.integers(start, min(start + 12, len(MAP))))
    slip: Any = data.draw(st.text(alphabet="ab1:-[]{}&*!|>'\"#%, \n\t.", max_size=4))
    with suppress(DataMapError):
        assert load(MAP[:start] + slip + MAP[stop:]).tables


def test_people_are_the_class_person_unless_the_data_map_names_others() -> None:
    assert load(MAP).persons == ("person",)
    assert load(MAP.replace("class: person", "class: client")).persons == ()
    named = load(f"{MAP}persons: [person, invoice]\n")
    assert named.persons == ("person", "invoice")
    assert [len(route) for route in named.routes_to_persons("invoice")] == [0, 1]
    assert [len(route) for route in named.routes_to_persons("detail")] == [2, 3]
    assert "No table holds records of class 'staff'." in problems("not_personal:", "persons: [staff]\nnot_personal:")[0]
    assert problems("not_personal:", "persons: []\nnot_personal:")
