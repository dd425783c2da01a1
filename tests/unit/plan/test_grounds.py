"""The rule without a database: the ways by which a record reaches a row, and the dates that a question is about."""

from datetime import date

import pytest

from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.plan.grounds import Grounds, Measure
from holdord.plan.ways import Way, Ways
from holdord.policy.load import load as load_policy
from holdord.testing.tables import declared

AT = date(2026, 6, 1)
MAP = load_map("""\
holdord_datamap: 1
store: shop
tables:
  customer: {class: person, default: record.remark, columns: {name: contact.name}, clocks: {joined: joined}}
  bill: {class: bill, default: financial.invoice, clocks: {issued: issued}, refers_to: {customer_id: customer}}
  line: {default: financial.invoice, columns: {goods: financial.invoice}, part_of: {bill_id: bill}}
  claim: {class: claim, default: record.remark, columns: {why: record.remark}, clocks: {raised: raised}}
  item: {default: record.remark, columns: {what: record.remark}, part_of: {claim_id: claim}, refers_to: {line_id: line}}
""")
TABLES = declared(
    {
        "customer": {"id": "number key", "name": "text", "joined": "date required"},
        "bill": {"id": "number key", "issued": "date required", "customer_id": "number", ("customer_id",): "customer"},
        "line": {"id": "number key", "goods": "text", "bill_id": "number", ("bill_id",): "bill"},
        "claim": {"id": "number key", "why": "text", "raised": "date required"},
        "item": {"id": "number key", "what": "text", "claim_id": "number", "line_id": "number",
                 ("claim_id",): "claim", ("line_id",): "line"},
    }
)  # fmt: skip
POLICY = load_policy("""\
holdord: 1
controller: {name: Shop AS, country: "NO"}
notices: {nb: n.md}
purposes:
  club:
    {for: x, basis: contract, works_on: person, needs: [person.*],
     keep: {from: joined, at_most: 12 months, within: 13 months}}
  books:
    {for: x, basis: legal_obligation, law: x, works_on: bill, needs: [bill.*],
     keep: {from: issued, at_least: 24 months}}
  suits: {for: x, basis: contract, works_on: claim, needs: [claim.*], keep: {from: raised, at_most: 36 months}}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
""")  # fmt: skip
(TO_CUSTOMER,), (TO_BILL,) = MAP.tables["bill"].references, MAP.tables["line"].references
TO_CLAIM, TO_LINE = sorted(MAP.tables["item"].references, key=lambda one: one.kind)


@pytest.mark.parametrize(
    ("table", "record", "ways"),
    [
        ("bill", "bill", {Way()}),
        ("line", "bill", {Way(up=(TO_BILL,))}),
        ("customer", "bill", {Way(down=(TO_CUSTOMER,))}),
        ("bill", "customer", set()),
        ("claim", "bill", set()),
        # What a part of a claim refers to is carried by the claim, and so is what that one is a part of.
        ("line", "claim", {Way(down=(TO_LINE,), across=(TO_CLAIM,)),
                           Way(up=(TO_BILL,), down=(TO_LINE, TO_BILL), across=(TO_CLAIM,))}),
        ("bill", "claim", {Way(down=(TO_LINE, TO_BILL), across=(TO_CLAIM,))}),
        ("customer", "claim", {Way(down=(TO_LINE, TO_BILL, TO_CUSTOMER), across=(TO_CLAIM,))}),
    ],
)  # fmt: skip
def test_a_record_reaches_its_rows_its_parts_and_what_these_refer_to(table: str, record: str, ways: set[Way]) -> None:
    found = Ways(MAP).between(table, record)
    assert set(found) == ways
    assert len(found) == len(ways)


def test_a_way_through_another_part_of_a_record_is_sideways() -> None:
    assert not any(way.is_sideways for way in (Way(), Way(up=(TO_BILL,)), Way(down=(TO_CUSTOMER,))))
    assert not Way(up=(TO_BILL,), down=(TO_CUSTOMER,)).is_sideways
    assert not Way(up=(TO_BILL,), down=(TO_BILL, TO_CUSTOMER)).is_sideways
    assert not Way(down=(TO_LINE, TO_BILL)).is_sideways
    assert Way(up=(TO_BILL,), down=(TO_BILL,)).is_sideways
    assert Way(up=(TO_BILL,), down=(TO_LINE, TO_BILL)).is_sideways
    assert Way(down=(TO_LINE,), across=(TO_CLAIM,)).is_sideways


@pytest.mark.parametrize(
    ("measure", "as_of", "club", "books"),
    [
        ("duration", {}, date(2025, 5, 31), date(2024, 5, 31)),
        ("within", {}, date(2025, 4, 30), date(2024, 5, 30)),
        ("promise", {}, date(2025, 5, 31), date.max),  # as if no law kept anything
        ("duration", {"club": date(2026, 1, 1)}, date(2024, 12, 31), date(2024, 5, 31)),
        ("duration", {"club": date(2027, 1, 1)}, date(2025, 5, 31), date(2024, 5, 31)),  # a yes is not for later
        ("duration", {"club": None}, None, date(2024, 5, 31)),
    ],
)
def test_what_is_asked_decides_which_starts_have_run_out(
    measure: Measure, as_of: dict[str, date | None], club: date | None, books: date
) -> None:
    grounds = Grounds(Bound(POLICY, MAP, TABLES), AT, measure, as_of=as_of)
    found = {purpose.id: grounds.cutoff(limit) for purpose, limit in POLICY.limits()}
    assert (found["club"], found["books"]) == (club, books)


def test_a_condition_is_of_the_class_that_it_names() -> None:
    datamap = load_map("""\
holdord_datamap: 1
store: shop
tables:
  customer: {class: person, default: record.remark, clocks: {at: at}, conditions: {state: state}}
  bill: {class: bill, default: record.remark, clocks: {at: at}, conditions: {state: state}, refers_to: {up: customer}}
  note: {class: note, default: record.remark, clocks: {at: at}, conditions: {state: state}, refers_to: {up: bill}}
""")
    row = {"id": "number key", "at": "date required", "state": "text", "up": "number"}
    tables = declared({"customer": row, "bill": row | {("up",): "customer"}, "note": row | {("up",): "bill"}})
    (to_bill,), (to_customer,) = datamap.tables["note"].references, datamap.tables["bill"].references
    expected = {"state": (), "note.state": (), "bill.state": ((to_bill,),), "person.state": ((to_bill, to_customer),)}
    for condition, routes in expected.items():
        policy = load_policy(
            """\
holdord: 1
controller: {name: Shop AS, country: "NO"}
notices: {nb: n.md}
purposes:
  club: {for: x, basis: contract, works_on: {note: {CONDITION: x}}, needs: [note.*], keep: {from: at, at_most: 1 year}}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
""".replace("CONDITION", condition)
        )
        ((test,),) = (work.tests for work in Bound(policy, datamap, tables).works)
        assert (test.column, test.routes) == ("state", routes)
