"""The second opinion against cases worked by hand: every sentence of the rule at least once."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from holdord.datamap.load import load as load_datamap
from holdord.policy.calendar import FinancialYear
from holdord.policy.duration import Duration
from holdord.policy.load import load as load_policy
from holdord.schema import ColumnShape, Family, ForeignKey, Schema, TableShape
from tests.opinions.interpreter import Judgement, Refusal, end_of_year, judge, last_day

FAMILIES: dict[str, Family] = {
    "i": "number",
    "t": "text",
    "b": "truth",
    "d": "date",
    "m": "timestamp",
    "z": "timestamp_tz",
}


def d(text: str) -> date:
    return date.fromisoformat(text)


def m(text: str) -> datetime:
    return datetime.fromisoformat(text)


def table(
    name: str, columns: str, *keys: ForeignKey, key: str = "id", triggers: tuple[str, ...] = ()
) -> tuple[str, TableShape]:
    """Return a table; columns are written ``name:family``, with ``!`` behind where NULL is refused."""
    shapes = {}
    for entry in columns.split():
        column, _, family = entry.partition(":")
        shapes[column] = ColumnShape(name=column, family=FAMILIES[family[0]], nullable=not family.endswith("!"))
    return name, TableShape(name=name, key=tuple(key.split()), columns=shapes, foreign_keys=keys, triggers=triggers)


def to(parent: str, column: str = "", on_delete: str = "", target: str = "id") -> ForeignKey:
    return ForeignKey(columns=(column or f"{parent}_id",), table=parent, target=(target,), on_delete=on_delete)


SHOP: Schema = dict(
    [
        table("customer", "id:i! name:t phone:t created_on:d! ended_on:d role:t"),
        table("invoice", "id:i! customer_id:i text:t issued_on:d state:t", to("customer")),
        table("line", "id:i! invoice_id:i! goods:t", to("invoice")),
        table("note", "id:i! customer_id:i body:t made_on:d! seen_on:d", to("customer")),
        table("copy", "id:i! customer_id:i", to("customer")),
    ]
)

SHOP_MAP = """
holdord_datamap: 1
store: shop
tables:
  customer:
    class: person
    default: record.remark
    columns: {name: contact.name, phone: contact.phone}
    clocks: {created: created_on, ended: {column: ended_on, not_started: 9999-12-31}}
    conditions: {role: role}
  invoice:
    class: invoice
    default: financial.invoice
    refers_to: {customer_id: customer}
    clocks: {voucher: issued_on}
    conditions: {state: state}
  line:
    default: financial.invoice
    part_of: {invoice_id: invoice}
  note:
    class: note
    default: communication.note
    refers_to: {customer_id: customer}
    clocks: {made: made_on, seen: seen_on}
"""

BOOKKEEPING = (
    "bookkeeping: {for: Accounts, basis: legal_obligation, law: an act, works_on: invoice, "
    "needs: [invoice.*, person.contact.name], keep: {from: voucher, at_least: 1 year}}"
)
CARE = (
    "care: {for: Service, basis: contract, works_on: person, needs: [person.contact], "
    "keep: {from: ended, at_most: 1 month}}"
)
NOTES = "notes: {for: Notes, basis: contract, works_on: note, needs: [note.*], keep: {from: made, at_most: 1 month}}"
USUAL = (BOOKKEEPING, CARE, NOTES)


def judged(
    rows: dict[str, list[dict[str, Any]]],
    at: str,
    *purposes: str,
    holds: str = "",
    categories: str = "",
    controller: str = "",
    datamap: str = SHOP_MAP,
    schema: Schema = SHOP,
) -> Judgement:
    """Return the judgement of rows in which what is not said is NULL."""
    lines = "\n".join(f"  {purpose}" for purpose in purposes or USUAL)
    policy = load_policy(
        "holdord: 1\n"
        f'controller: {{name: A company, country: "NO", register_number: "1"{controller}}}\n'
        "notices: {en: notice.md}\n"
        + (f"categories: {categories}\n" if categories else "")
        + f"purposes:\n{lines}\n"
        + (f"holds: {holds}\n" if holds else "")
        + "promises: {A-1: {says: All of it, kept_by: software, parts: {storage: {keep: all}}, "
        'notice: [{lang: en, section: "1", quote: All of it.}]}}\n'
    )
    full = {
        name: [{**dict.fromkeys(shape.columns), **row} for row in rows.get(name, [])] for name, shape in schema.items()
    }
    return judge(policy, load_datamap(datamap), schema, full, d(at))


def customer(key: int = 1, **values: Any) -> dict[str, Any]:
    return {"id": key, "name": "A", "phone": "1", "created_on": d("2020-01-01"), **values}


def invoice(key: int = 1, of: int | None = 1, issued: str | None = "2024-01-10", **values: Any) -> dict[str, Any]:
    return {"id": key, "customer_id": of, "text": "goods", "issued_on": d(issued) if issued else None, **values}


def note(key: int = 1, of: int | None = 1, made: str = "2024-01-10", **values: Any) -> dict[str, Any]:
    return {"id": key, "customer_id": of, "body": "called", "made_on": d(made), **values}


# --- the worked table: one customer contact of Clienti -------------------------------------------------------------

CLIENTI: Schema = dict(
    [
        table("person", "id:i! name:t email:t phone:t title:t notes:t relation_ended:d"),
        table("subscription", "id:i! person_id:i! topic:t unsubscribed_on:d", to("person")),
        table("agreement", "id:i! person_id:i! text:t", to("person")),
        table("invoice", "id:i! person_id:i! text:t voucher_date:d", to("person")),
        table("line", "id:i! invoice_id:i! text:t", to("invoice")),
        table("letter", "id:i! person_id:i! text:t accounting:b", to("person")),
    ]
)
CLIENTI_MAP = """
holdord_datamap: 1
store: crm
tables:
  person:
    class: person
    default: record.remark
    columns:
      {name: contact.name, email: contact.email, phone: contact.phone, title: job.title, notes: communication.note}
    clocks: {relation_ended: relation_ended}
  subscription:
    class: subscription
    default: communication.subscription
    refers_to: {person_id: person}
    clocks: {unsubscribed: unsubscribed_on}
  agreement:
    class: agreement
    default: commercial.agreement
    refers_to: {person_id: person}
  invoice:
    class: invoice
    default: financial.invoice
    refers_to: {person_id: person}
    clocks: {voucher_date: voucher_date}
  line:
    default: financial.invoice
    part_of: {invoice_id: invoice}
  letter:
    class: correspondence
    default: communication.message
    refers_to: {person_id: person}
    conditions: {accounting: accounting}
"""
CLIENTI_PURPOSES = (
    "service: {for: Service, basis: contract, works_on: person, "
    "needs: [person.contact.name, person.contact.phone, person.job.title, person.communication.note], "
    "keep: {from: relation_ended, at_most: 24 months}}",
    "newsletter: {for: News, basis: consent, works_on: subscription, needs: [subscription.*, person.contact.email], "
    "keep: {from: unsubscribed, at_most: 0 days, within: 5 days}}",
    "vouchers: {for: Accounts, basis: legal_obligation, law: an act, works_on: invoice, "
    "needs: [invoice.*, person.contact.name], "
    "keep: {from: voucher_date, at_least: 5 years, counted_from: financial_year_end}}",
    "accounts: {for: Accounts, basis: legal_obligation, law: an act, "
    "works_on: [agreement, {correspondence: {accounting: true}}], "
    "needs: [agreement.*, correspondence.*, person.contact.name], "
    "keep: {from: person.relation_ended, at_least: 5 years, counted_from: financial_year_end}}",
    "claims: {for: Claims, basis: legitimate_interest, works_on: [agreement, correspondence], "
    "needs: [agreement.*, correspondence.*, person.contact.name], "
    "keep: {from: person.relation_ended, at_most: 5 years}}",
)
CLIENTI_ROWS = {
    "person": [
        {"id": 2, "name": "A", "email": "a@b", "phone": "1", "title": "boss", "notes": "tall"}
        | {"relation_ended": d("2023-03-10")}
    ],
    "subscription": [{"id": 1, "person_id": 2, "topic": "news", "unsubscribed_on": d("2026-06-01")}],
    "agreement": [{"id": 1, "person_id": 2, "text": "signed"}],
    "invoice": [{"id": 1, "person_id": 2, "text": "hours", "voucher_date": d("2022-11-02")}],
    "line": [{"id": 1, "invoice_id": 1, "text": "an hour"}, {"id": 2, "invoice_id": 1, "text": "another"}],
    "letter": [
        {"id": 1, "person_id": 2, "text": "about a bill", "accounting": True},
        {"id": 2, "person_id": 2, "text": "about the weather", "accounting": False},
    ],
}


def clienti_left(at: str) -> tuple[str, str]:
    """Return the columns of the person that still say something, and the rows of the other tables."""
    left = judged(CLIENTI_ROWS, at, *CLIENTI_PURPOSES, datamap=CLIENTI_MAP, schema=CLIENTI).rows
    said = [
        column
        for row in left["person"]
        for column in ("name", "email", "phone", "title", "notes")
        if row[column] is not None
    ]
    others = [f"{name}{row['id']}" for name in CLIENTI if name != "person" for row in left[name]]
    return " ".join(said) if left["person"] else "gone", " ".join(others)


@pytest.mark.parametrize(
    ("at", "person", "others"),
    [
        ("2023-03-10", "name email phone title notes", "subscription1 agreement1 invoice1 line1 line2 letter1 letter2"),
        ("2025-03-10", "name email phone title notes", "subscription1 agreement1 invoice1 line1 line2 letter1 letter2"),
        ("2025-03-11", "name email", "subscription1 agreement1 invoice1 line1 line2 letter1 letter2"),
        ("2026-06-01", "name email", "subscription1 agreement1 invoice1 line1 line2 letter1 letter2"),
        ("2026-06-02", "name", "agreement1 invoice1 line1 line2 letter1 letter2"),
        ("2027-12-31", "name", "agreement1 invoice1 line1 line2 letter1 letter2"),
        ("2028-01-01", "name", "agreement1 letter1 letter2"),
        ("2028-03-10", "name", "agreement1 letter1 letter2"),
        ("2028-03-11", "name", "agreement1 letter1"),
        ("2028-12-31", "name", "agreement1 letter1"),
        ("2029-01-01", "gone", ""),
    ],
)
def test_clienti_contact_goes_piece_by_piece_as_the_rule_works_it_out(at: str, person: str, others: str) -> None:
    assert clienti_left(at) == (person, others)


# --- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "duration", "year", "expected"),
    [
        ("2024-01-31", "1 month", None, "2024-02-29"),
        ("2023-01-31", "1 month", None, "2023-02-28"),
        ("2024-02-29", "1 year", None, "2025-02-28"),
        ("2024-01-31", "1 month 3 days", None, "2024-03-03"),
        ("2024-12-31", "0 days", None, "2024-12-31"),
        ("2022-11-02", "5 years", "12-31", "2027-12-31"),
        ("2022-06-30", "5 years", "06-30", "2027-06-30"),
        ("2022-07-01", "5 years", "06-30", "2028-06-30"),
        ("2024-02-29", "0 days", "02-28", "2024-02-29"),
        ("2024-03-01", "0 days", "02-28", "2025-02-28"),
        ("2023-03-01", "1 year", "02-28", "2025-02-28"),
        ("9999-12-31", "1 day", None, "9999-12-31"),
        ("9999-12-31", "1 month", "06-30", "9999-12-31"),
    ],
)
def test_last_day_is_counted_forwards(start: str, duration: str, year: str | None, expected: str) -> None:
    financial = FinancialYear.parse(year) if year else None
    assert last_day(d(start), Duration.parse(duration), financial, Counter()) == d(expected)


def test_financial_year_that_ends_with_february_ends_on_the_leap_day() -> None:
    assert end_of_year(d("2024-02-29"), FinancialYear.parse("02-28")) == d("2024-02-29")


def test_last_day_still_belongs_to_the_period_and_the_next_day_is_due() -> None:
    rows = {"note": [note(of=None, made="2024-01-31")]}
    assert judged(rows, "2024-02-29").erased == {}
    assert judged(rows, "2024-03-01").erased == {"note": {(1,)}}


def test_clock_that_has_not_started_holds() -> None:
    assert judged({"customer": [customer()]}, "2090-01-01").erased == {}


def test_sentinel_means_not_started() -> None:
    assert judged({"customer": [customer(ended_on=d("9999-12-31"))]}, "2090-01-01").erased == {}


def test_start_in_the_future_holds() -> None:
    assert judged({"note": [note(of=None, made="2030-01-01")]}, "2024-01-01").erased == {}


def test_all_limits_of_a_purpose_must_be_unexpired() -> None:
    both = (
        "notes: {for: Notes, basis: contract, works_on: note, needs: [note.*], "
        "keep: [{from: made, at_most: 1 year}, {from: seen, at_most: 1 month}]}"
    )
    rows = {"note": [note(1, None, seen_on=d("2024-01-10")), note(2, None)]}
    assert judged(rows, "2024-02-10", both, CARE, BOOKKEEPING).erased == {}
    assert judged(rows, "2024-02-11", both, CARE, BOOKKEEPING).erased == {"note": {(1,)}}
    assert judged(rows, "2025-01-11", both, CARE, BOOKKEEPING).erased == {"note": {(1,), (2,)}}


def test_longest_ground_wins_for_exactly_what_it_needs() -> None:
    short = (
        "short: {for: S, basis: contract, works_on: person, needs: [person.*], keep: {from: created, at_most: 1 day}}"
    )
    long = (
        "long: {for: L, basis: contract, works_on: person, needs: [person.contact.name], "
        "keep: {from: created, at_most: 1 year}}"
    )
    done = judged({"customer": [customer()]}, "2020-06-01", short, long, BOOKKEEPING, NOTES)
    assert done.stripped == {("customer", "phone"): {(1,)}}


def test_clock_of_the_nearest_ancestor_is_read_where_the_row_has_none() -> None:
    lines = (
        "notes: {for: Notes, basis: contract, works_on: note, needs: [note.*], keep: {from: created, at_most: 1 month}}"
    )
    rows = {"customer": [customer(created_on=d("2024-01-01"))], "note": [note()]}
    assert judged(rows, "2024-02-01", lines, CARE, BOOKKEEPING).erased == {}
    assert judged(rows, "2024-02-02", lines, CARE, BOOKKEEPING).erased == {"note": {(1,)}}


def test_clock_on_an_ancestor_that_is_not_there_has_not_started() -> None:
    lines = (
        "notes: {for: Notes, basis: contract, works_on: note, needs: [note.*], "
        "keep: {from: person.created, at_most: 1 month}}"
    )
    assert judged({"note": [note(of=None)]}, "2090-01-01", lines, CARE, BOOKKEEPING).erased == {}


def test_clock_on_an_ancestor_that_is_reached_in_two_ways_is_refused() -> None:
    schema = SHOP | dict(
        [
            table(
                "note",
                "id:i! customer_id:i other_id:i body:t made_on:d! seen_on:d",
                to("customer"),
                to("customer", "other_id"),
            )
        ]
    )
    datamap = SHOP_MAP.replace(
        "    default: communication.note\n    refers_to: {customer_id: customer}",
        "    default: communication.note\n    refers_to: {customer_id: customer, other_id: customer}",
    )
    lines = (
        "notes: {for: Notes, basis: contract, works_on: note, needs: [note.*], keep: {from: created, at_most: 1 month}}"
    )
    with pytest.raises(Refusal, match="exactly one way"):
        judged({"customer": [customer()], "note": [note()]}, "2024-01-01", lines, CARE, datamap=datamap, schema=schema)


# --- the latest of several -----------------------------------------------------------------------------------------

CONTACT = (
    "contact: {for: C, basis: contract, works_on: person, needs: [person.contact], "
    "keep: {from: {latest_of: [created, note.made, note.seen]}, at_most: 1 month}}"
)
SOME_NOTES = (
    "notes: {for: Notes, basis: contract, works_on: note, needs: [note.*], keep: {from: made, at_most: 10 days}}"
)
LATEST = (CONTACT, SOME_NOTES, BOOKKEEPING)


def test_latest_of_counts_from_a_descendant_and_ignores_nulls() -> None:
    rows = {"customer": [customer()], "note": [note(1, made="2024-01-10"), note(2, made="2024-01-05")]}
    assert judged(rows, "2024-02-10", *LATEST).erased == {}
    assert judged(rows, "2024-02-11", *LATEST).erased == {"customer": {(1,)}, "note": {(1,), (2,)}}


def test_row_that_carries_the_clock_stands_stripped_while_the_purpose_above_it_is_alive() -> None:
    rows = {"customer": [customer()], "note": [note()]}
    done = judged(rows, "2024-01-21", *LATEST)
    assert done.erased == {}
    assert done.stripped == {("note", "body"): {(1,)}}
    assert done.branches["stands_as_carrying_clock"] == 1


def test_own_clock_counts_when_there_is_no_descendant() -> None:
    rows = {"customer": [customer(created_on=d("2024-01-31"))]}
    assert judged(rows, "2024-02-29", *LATEST).erased == {}
    assert judged(rows, "2024-03-01", *LATEST).erased == {"customer": {(1,)}}


def test_latest_of_with_a_descendant_and_without_an_own_clock_that_is_never_null_is_refused() -> None:
    for names in ("[note.made]", "[ended, note.made]"):
        loose = CONTACT.replace("[created, note.made, note.seen]", names)
        with pytest.raises(Refusal, match="never null"):
            judged({}, "2024-01-01", loose, SOME_NOTES, BOOKKEEPING)


def test_latest_of_nothing_has_not_started() -> None:
    ancestors = (
        "notes: {for: Notes, basis: contract, works_on: note, needs: [note.*], "
        "keep: {from: {latest_of: [seen, person.ended]}, at_most: 1 day}}"
    )
    rows = {"customer": [customer()], "note": [note()]}
    assert judged(rows, "2090-01-01", ancestors, CARE, BOOKKEEPING).erased == {}
    rows["customer"][0]["ended_on"] = d("2024-05-01")
    assert judged(rows, "2024-05-02", ancestors, CARE, BOOKKEEPING).erased == {}
    assert judged(rows, "2024-05-03", ancestors, CARE, BOOKKEEPING).erased == {"note": {(1,)}}


# --- clocks as they are written ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "clock", "value", "on"),
    [
        ("d", "{column: at}", d("2024-06-01"), "2024-06-01"),
        ("t", "{column: at, encoding: iso_date}", "2024-06-01", "2024-06-01"),
        ("m", "{column: at, zone: UTC}", m("2024-05-31T22:00:00"), "2024-06-01"),
        ("m", "{column: at, zone: UTC}", m("2024-05-31T21:59:59.999999"), "2024-05-31"),
        ("m", "{column: at, zone: Europe/Oslo}", m("2024-05-31T23:59:59"), "2024-05-31"),
        ("m", "{column: at, zone: America/New_York}", m("2024-05-31T18:00:00"), "2024-06-01"),
        ("z", "{column: at}", m("2024-12-31T23:00:00Z"), "2025-01-01"),
        ("z", "{column: at}", m("2024-12-31T22:59:59Z"), "2024-12-31"),
        ("i", "{column: at, encoding: epoch_seconds}", 1717192800, "2024-06-01"),
        ("i", "{column: at, encoding: epoch_seconds}", 1717192799, "2024-05-31"),
        ("i", "{column: at, encoding: epoch_milliseconds}", 1717192799999, "2024-05-31"),
        ("t", "{column: at, encoding: iso_timestamp, zone: UTC}", "2024-05-31T22:00:00", "2024-06-01"),
        ("t", "{column: at, encoding: iso_timestamp, zone: UTC}", "2024-05-31T21:59:59", "2024-05-31"),
    ],
)
def test_moment_belongs_to_the_controllers_date_in_which_it_falls(family: str, clock: str, value: Any, on: str) -> None:
    schema = dict([table("visit", f"id:i! at:{family} what:t")])
    datamap = (
        "{holdord_datamap: 1, store: s, tables: {visit: {class: visit, default: behaviour.site, "
        f"clocks: {{at: {clock}}}}}}}}}"
    )
    purpose = "p: {for: P, basis: contract, works_on: visit, needs: [visit.*], keep: {from: at, at_most: 0 days}}"
    rows = {"visit": [{"id": 1, "at": value, "what": "x"}]}
    assert judged(rows, on, purpose, datamap=datamap, schema=schema).erased == {}
    later = (d(on) + timedelta(days=1)).isoformat()
    assert judged(rows, later, purpose, datamap=datamap, schema=schema).erased == {"visit": {(1,)}}


@pytest.mark.parametrize(
    ("encoding", "value"),
    [
        ("epoch_seconds", "soon"),
        ("epoch_seconds", 1.5),
        ("epoch_seconds", 10**15),
        ("iso_date", "2024-02-30"),
        ("iso_date", "20240201"),
        ("iso_date", ""),
        ("iso_timestamp", "01.02.2024 10:00"),
        ("timestamp", 1717192800),
        ("timestamp_tz", m("2024-01-01T00:00:00")),
        ("date", 1717192800),
    ],
)
def test_one_misfit_stops_its_table_and_all_that_the_purpose_decides_about(encoding: str, value: Any) -> None:
    datamap = SHOP_MAP.replace("{made: made_on,", f"{{made: {{column: made_on, encoding: {encoding}}},")
    reading = NOTES.replace("needs: [note.*]", "needs: [note.*, person.contact.phone]")
    rows = {
        "customer": [customer(ended_on=d("2020-01-01"))],
        "invoice": [invoice(issued="2020-01-01")],
        "note": [note() | {"made_on": None}, note(2) | {"made_on": value}],
    }
    done = judged(rows, "2090-01-01", reading, CARE, BOOKKEEPING, datamap=datamap)
    assert done.stopped == {"note": {"misfit"}, "customer": {"misfit_elsewhere"}}
    assert done.erased == {"invoice": {(1,)}}


# --- purposes and conditions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "state", "met"),
    [
        ("void", "void", True),
        ("void", "paid", False),
        ("void", None, False),
        ("null", None, True),
        ("null", "void", False),
        ("[void, paid]", "paid", True),
        ("[void, paid]", None, False),
        ("{is_not: void}", "paid", True),
        ("{is_not: void}", "void", False),
        ("{is_not: void}", None, True),
        ("{is_not: null}", None, False),
        ("{is_not: null}", "void", True),
    ],
)
def test_condition_has_two_outcomes(condition: str, state: str | None, met: bool) -> None:
    purpose = BOOKKEEPING.replace("works_on: invoice", f"works_on: {{invoice: {{state: {condition}}}}}")
    done = judged({"invoice": [invoice(of=None, state=state)]}, "2024-06-01", purpose, CARE, NOTES)
    assert (done.erased == {}) is met


@pytest.mark.parametrize(
    ("condition", "amount", "met"),
    [
        ("{below: 2}", 1, True),
        ("{below: 2}", 2, False),
        ("{below: 2}", None, False),
        ("{above: 2}", 3, True),
        ("{above: 2}", 2, False),
        ("{above: 2}", None, False),
    ],
)
def test_below_and_above_are_strict(condition: str, amount: int | None, met: bool) -> None:
    schema = SHOP | dict([table("invoice", "id:i! customer_id:i text:t issued_on:d state:i", to("customer"))])
    purpose = BOOKKEEPING.replace("works_on: invoice", f"works_on: {{invoice: {{state: {condition}}}}}")
    done = judged({"invoice": [invoice(of=None, state=amount)]}, "2024-06-01", purpose, CARE, NOTES, schema=schema)
    assert (done.erased == {}) is met


def test_condition_on_an_ancestor() -> None:
    purpose = BOOKKEEPING.replace("works_on: invoice", "works_on: {invoice: {person.role: buyer, state: sent}}")
    rows = {
        "customer": [customer(1, role="buyer"), customer(2, role="seller"), customer(3)],
        "invoice": [invoice(key, of=key, state="sent") for key in (1, 2, 3)] + [invoice(4, of=1, state="draft")],
    }
    done = judged(rows, "2024-06-01", purpose, CARE, NOTES)
    assert done.erased == {"invoice": {(2,), (3,), (4,)}}


def test_condition_on_an_ancestor_that_is_not_there_reads_null() -> None:
    rows = {"invoice": [invoice(of=None)]}
    for condition, met in (("null", True), ("{is_not: buyer}", True), ("buyer", False), ("{is_not: null}", False)):
        purpose = BOOKKEEPING.replace("works_on: invoice", f"works_on: {{invoice: {{person.role: {condition}}}}}")
        assert (judged(rows, "2024-06-01", purpose, CARE, NOTES).erased == {}) is met, condition


def test_row_that_no_purpose_ever_claimed_goes() -> None:
    purpose = BOOKKEEPING.replace("works_on: invoice", "works_on: {invoice: {state: sent}}")
    done = judged({"invoice": [invoice(of=None, state="draft")]}, "2024-01-10", purpose, CARE, NOTES)
    assert done.erased == {"invoice": {(1,)}}
    assert done.branches["never_claimed"] == 1


# --- when a piece of data is held ----------------------------------------------------------------------------------


def test_customers_name_is_carried_by_a_living_invoice_and_the_phone_number_is_not() -> None:
    rows = {
        "customer": [customer(ended_on=d("2023-01-01"))],
        "invoice": [invoice()],
        "line": [{"id": 1, "invoice_id": 1, "goods": "a"}],
    }
    done = judged(rows, "2024-06-01")
    assert done.erased == {}
    assert done.stripped == {("customer", "phone"): {(1,)}}
    assert done.branches["held_part"] == 1
    gone = judged(rows, "2025-01-11")
    assert gone.erased == {"customer": {(1,)}, "invoice": {(1,)}, "line": {(1,)}}


def test_what_refers_to_a_running_relation_is_not_held_by_it() -> None:
    reaching = CARE.replace("needs: [person.contact]", "needs: [person.contact, invoice.*]")
    rows = {"customer": [customer()], "invoice": [invoice(issued="2020-01-01")]}
    assert judged(rows, "2024-01-01", reaching, BOOKKEEPING, NOTES).erased == {"invoice": {(1,)}}


def test_row_that_reaches_several_people_is_held_if_any_of_them_holds_it() -> None:
    schema = SHOP | dict(
        [table("line", "id:i! customer_id:i other_id:i goods:t", to("customer"), to("customer", "other_id"))]
    )
    datamap = SHOP_MAP.replace(
        "part_of: {invoice_id: invoice}", "part_of: {customer_id: customer, other_id: customer}"
    ).replace("  line:\n    default: financial.invoice", "  line:\n    default: contact.address")
    rows = {
        "customer": [customer(1, ended_on=d("2020-01-01")), customer(2)],
        "line": [{"id": 1, "customer_id": 1, "other_id": 2, "goods": "x"}, {"id": 2, "customer_id": 1, "goods": "y"}],
    }
    done = judged(rows, "2024-01-01", CARE, BOOKKEEPING, NOTES, datamap=datamap, schema=schema)
    assert done.erased == {"line": {(2,)}}
    assert ("customer", "name") in done.stripped  # the first customer remains, for the first line refers to it


# --- legal holds ---------------------------------------------------------------------------------------------------

DISPUTE = "{H-1: {reason: a dispute, owner: the manager, scope: {invoice: 1}, since: 2026-01-01, until: 2026-12-31}}"


def test_legal_hold_covers_the_row_what_reaches_it_and_what_it_needs_and_no_further_row() -> None:
    rows = {
        "customer": [customer(ended_on=d("2020-01-01")), customer(2, ended_on=d("2020-01-01"))],
        "invoice": [invoice(1, issued="2020-01-01"), invoice(2, issued="2020-01-01")],
        "line": [{"id": 1, "invoice_id": 1, "goods": "a"}, {"id": 2, "invoice_id": 2, "goods": "b"}],
        "note": [note()],
    }
    done = judged(rows, "2026-06-01", holds=DISPUTE)
    assert done.erased == {"customer": {(2,)}, "invoice": {(2,)}, "line": {(2,)}, "note": {(1,)}}
    assert done.stripped == {}


@pytest.mark.parametrize(("at", "held"), [("2025-12-31", 1), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)])
def test_legal_hold_stands_as_soon_as_it_is_written_and_to_its_last_day(at: str, held: int) -> None:
    assert len(judged({"invoice": [invoice(of=None, issued="2020-01-01")]}, at, holds=DISPUTE).rows["invoice"]) == held


# --- what happens to a row -----------------------------------------------------------------------------------------


def test_row_with_a_living_purpose_stands_though_no_column_of_it_is_needed() -> None:
    source = (
        "source: {for: S, basis: contract, works_on: note, needs: [person.contact.phone], "
        "keep: {from: made, at_most: 1 year}}"
    )
    rows = {"customer": [customer(ended_on=d("2020-01-01"))], "note": [note()]}
    done = judged(rows, "2024-06-01", source, *USUAL)
    assert done.erased == {}
    assert done.stripped == {("customer", "name"): {(1,)}, ("note", "body"): {(1,)}}
    assert done.branches["stands_without_column"] == 1


def test_row_remains_stripped_while_a_row_of_an_unmapped_table_refers_to_it() -> None:
    rows = {"customer": [customer(ended_on=d("2020-01-01"))], "copy": [{"id": 1, "customer_id": 1}]}
    done = judged(rows, "2024-01-01")
    assert done.erased == {}
    assert set(done.stripped) == {("customer", "name"), ("customer", "phone")}
    assert done.branches["remains_by_unmapped_child"] == 1


def test_row_remains_while_a_row_of_a_stopped_table_refers_to_it() -> None:
    rows = {"customer": [customer(ended_on=d("2020-01-01"))], "note": [note()]}
    done = judged(rows, "2090-01-01", CARE, BOOKKEEPING)
    assert done.stopped == {"note": {"shut", "uncovered"}}
    assert done.erased == {}
    assert done.branches["remains_by_stopped_table"] == 1
    assert set(done.stripped) == {("customer", "name"), ("customer", "phone")}


def test_keys_references_clocks_and_conditions_stay_until_their_row_goes() -> None:
    rows = {"customer": [customer(ended_on=d("2020-01-01"), role="buyer")], "copy": [{"id": 1, "customer_id": 1}]}
    (left,) = judged(rows, "2024-01-01").rows["customer"]
    assert left == customer(ended_on=d("2020-01-01"), role="buyer", name=None, phone=None)


def test_column_that_is_listed_nowhere_has_the_default_category() -> None:
    assert judged({"invoice": [invoice(of=None)]}, "2024-06-01").stripped == {}
    names_only = BOOKKEEPING.replace("invoice.*", "invoice.financial.account")
    done = judged({"invoice": [invoice(of=None)]}, "2024-06-01", names_only, CARE, NOTES)
    assert done.stopped == {"invoice": {"uncovered"}}


def test_rows_that_refer_to_each_other_in_a_circle_do_not_keep_each_other() -> None:
    schema = SHOP | dict(
        [table("customer", "id:i! name:t phone:t created_on:d! ended_on:d role:t by:i", to("customer", "by"))]
    )
    rows = {"customer": [customer(1, ended_on=d("2020-01-01"), by=1), customer(2, ended_on=d("2020-01-01"), by=1)]}
    assert judged(rows, "2024-01-01", schema=schema).erased == {"customer": {(1,), (2,)}}


# --- how a column is stripped --------------------------------------------------------------------------------------


def stripped_name(value: Any, how: str, shape: str = "name:t", categories: str = "") -> Any:
    schema = SHOP | dict([table("customer", f"id:i! {shape} phone:t created_on:d! ended_on:d role:t")])
    datamap = SHOP_MAP.replace("name: contact.name", f"name: {{category: contact.name{how}}}")
    rows = {"customer": [customer(7, name=value, ended_on=d("2020-01-01"))], "copy": [{"id": 1, "customer_id": 7}]}
    done = judged(rows, "2024-01-01", datamap=datamap, schema=schema, categories=categories)
    assert done.stopped == {}
    changed = ("customer", "name") in done.stripped
    (row,) = done.rows["customer"]
    assert changed == (row["name"] != value)
    return row["name"]


GENERALISED = "{contact.name: {after: generalise}}"


def test_erased_is_null_or_the_placeholder_or_a_unique_one() -> None:
    assert stripped_name("A", "") is None
    assert stripped_name("A", ", erased_as: erased", "name:t!") == "erased"
    assert stripped_name("A", ', erased_as: ""', "name:t!") == ""
    assert stripped_name("A", ", erased_as: 0", "name:i!") == 0
    assert stripped_name("A", ", erased_as: 'gone-{key}'", "name:t!") == "gone-7"


def test_generalised_is_a_coarser_value_where_the_policy_says_so() -> None:
    assert stripped_name("4021 Stavanger", ", generalise: prefix:2", categories=GENERALISED) == "40"
    assert stripped_name(d("1980-05-17"), ", generalise: year", "name:d", categories=GENERALISED) == d("1980-01-01")
    assert stripped_name("4021 Stavanger", ", generalise: prefix:2") is None


def test_stripping_what_is_stripped_is_no_change() -> None:
    assert stripped_name(None, "") is None
    assert stripped_name("gone-7", ", erased_as: 'gone-{key}'", "name:t!") == "gone-7"
    assert stripped_name("40", ", generalise: prefix:2", categories=GENERALISED) == "40"
    assert stripped_name(None, ", generalise: prefix:2", categories=GENERALISED) is None


# --- stops ---------------------------------------------------------------------------------------------------------


def test_uncovered_category_stops_its_table_only_when_it_holds_data() -> None:
    without_phone = CARE.replace("[person.contact]", "[person.contact.name]")
    ended = d("2020-01-01")
    done = judged({"customer": [customer(ended_on=ended)]}, "2024-01-01", without_phone, BOOKKEEPING, NOTES)
    assert done.stopped == {"customer": {"uncovered"}}
    assert done.erased == {}
    done = judged({"customer": [customer(ended_on=ended, phone=None)]}, "2024-01-01", without_phone, BOOKKEEPING, NOTES)
    assert done.stopped == {}
    assert done.erased == {"customer": {(1,)}}


def test_shut_table_is_nobodys_business_while_it_is_empty() -> None:
    assert judged({}, "2024-01-01", CARE, BOOKKEEPING).stopped == {}
    assert "shut" in judged({"note": [note() | {"body": None}]}, "2024-01-01", CARE, BOOKKEEPING).stopped["note"]


def test_trigger_stops_the_table_that_would_be_touched() -> None:
    schema = SHOP | dict(
        [table("customer", "id:i! name:t phone:t created_on:d! ended_on:d role:t", triggers=("audit",))]
    )
    rows = {"customer": [customer(ended_on=d("2024-01-01"))]}
    assert judged(rows, "2024-02-01", schema=schema).stopped == {}  # nothing would be touched
    done = judged(rows, "2024-02-02", schema=schema)
    assert done.stopped == {"customer": {"trigger"}}
    assert done.erased == {}


@pytest.mark.parametrize(
    ("columns", "options", "how", "code"),
    [
        ("name:t!", {}, "", "no_placeholder"),
        ("name:t", {}, ", erased_as: x", None),
        ("name:t", {"key": "id name"}, "", "key"),
    ],
)
def test_column_that_cannot_be_stripped_is_left_and_the_rest_goes_on(
    columns: str, options: dict[str, Any], how: str, code: str | None
) -> None:
    schema = SHOP | dict([table("customer", f"id:i! {columns} phone:t created_on:d! ended_on:d role:t", **options)])
    schema |= dict([table("invoice", "id:i! customer_id:i text:t issued_on:d state:t")])
    schema |= dict([table("note", "id:i! customer_id:i body:t made_on:d! seen_on:d")])
    schema |= dict([table("copy", "id:i! customer_id:i", to("customer"))])
    datamap = SHOP_MAP.replace("name: contact.name", f"name: {{category: contact.name{how}}}")
    datamap = datamap.replace("    refers_to: {customer_id: customer}\n", "")
    rows = {"customer": [customer(ended_on=d("2024-01-01"))], "copy": [{"id": 1, "customer_id": 1}]}
    done = judged(rows, "2024-02-02", schema=schema, datamap=datamap)
    assert done.stopped == ({"customer": {code}} if code else {})
    assert done.rows["customer"][0]["phone"] is None
    assert (done.rows["customer"][0]["name"] == "A") is (code is not None)


def test_cascade_stops_the_table_from_which_erasing_would_reach_others() -> None:
    schema = SHOP | dict([table("copy", "id:i! customer_id:i", to("customer", on_delete="CASCADE"))])
    rows = {"customer": [customer(ended_on=d("2020-01-01"))]}
    assert judged(rows, "2024-01-01", schema=schema).stopped == {"customer": {"cascade"}}


def test_generalise_without_a_way_leaves_the_column() -> None:
    schema = SHOP | dict([table("copy", "id:i! customer_id:i", to("customer"))])
    rows = {"customer": [customer(ended_on=d("2020-01-01"))], "copy": [{"id": 1, "customer_id": 1}]}
    done = judged(rows, "2024-01-01", categories=GENERALISED, schema=schema)
    assert done.stopped == {"customer": {"no_generaliser"}}
    assert done.rows["customer"][0]["name"] == "A"


# --- then ----------------------------------------------------------------------------------------------------------


def test_rows_are_given_back_in_key_order_and_the_given_ones_stay_as_they_were() -> None:
    rows = {"note": [note(3, None), note(1, None), note(2, None)]}
    done = judged(rows, "2024-01-11")
    assert [row["id"] for row in done.rows["note"]] == [1, 2, 3]
    assert [row["id"] for row in rows["note"]] == [3, 1, 2]


def test_sweeping_twice_on_the_way_leaves_what_one_sweep_leaves() -> None:
    for first, second in (("2025-03-11", "2026-06-02"), ("2026-06-02", "2028-01-01"), ("2028-03-11", "2029-01-01")):
        args: dict[str, Any] = {"datamap": CLIENTI_MAP, "schema": CLIENTI}
        early = judged(CLIENTI_ROWS, first, *CLIENTI_PURPOSES, **args)
        assert judged(early.rows, first, *CLIENTI_PURPOSES, **args).rows == early.rows
        both = judged(early.rows, second, *CLIENTI_PURPOSES, **args)
        assert both.rows == judged(CLIENTI_ROWS, second, *CLIENTI_PURPOSES, **args).rows
