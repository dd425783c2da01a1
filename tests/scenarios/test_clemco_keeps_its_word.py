"""Clemco Norge AS: CN-18, CN-20, CN-21, CN-22, CN-26, the day before, the day, and the day after."""

from datetime import date

from holdord.policy.model import Record
from holdord.run.requests import book
from tests.scenarios.conftest import Open
from tests.scenarios.story import Row, Story

HOLD = "holds: {{H-1: {{reason: claim, owner: us, scope: {{{scope}}}, since: 2020-01-01, until: {until}}}}}\n"


def buyer(clemco: Story, since: str = "2022-05-01") -> tuple[Row, Row]:
    """A contact person at a customer, and the relation."""
    kari = clemco.person(
        since,
        name="Kari Moe",
        email="kari@firm.example",
        phone="+47 21 00 00 01",
        address="Havnegata 1",
        birth_date="1980-02-29",
        employer="Firm AS",
        title="buyer",
        interests="pumps",
        source="fair",
    )
    firm = clemco.put("organisations", register_number="900000001", name="Firm AS")
    return kari, kari.has("relations", kind="customer", organisation_id=firm.id, title="buyer", started_on=since)


# CN-18: kept only while the told purpose needs it; a reasonable time after last contact


def test_prospect_goes_24_months_after_the_last_contact(clemco: Story) -> None:
    kari = clemco.person("2020-01-10", name="Kari Moe", email="kari@firm.example", phone="+47 21 00 00 01")
    prospect = kari.has("relations", kind="prospect", title="buyer", started_on="2020-01-10")
    first = prospect.has("correspondence", channel="mail", body="x", sent_on="2020-06-15")
    last = prospect.has("correspondence", channel="mail", body="x", sent_on="2022-03-15")
    clemco.keeps("2022-06-16")  # the first letter is over, but without it nobody knows of the contact
    assert first.holds == set()
    clemco.keeps("2024-03-15")
    assert last.holds == {"body"}
    assert kari.holds == {"name", "email", "phone"}
    assert prospect.holds == {"title"}
    clemco.keeps("2024-03-16")
    assert clemco.count() == {}


def test_a_message_in_time_keeps_the_contact(clemco: Story) -> None:
    kari = clemco.person("2020-01-10", name="Kari Moe", email="kari@firm.example", phone="+47 21 00 00 01")
    prospect = kari.has("relations", kind="prospect", title="buyer", started_on="2020-01-10")
    clemco.keeps("2022-01-10")
    prospect.has("correspondence", channel="mail", body="x", sent_on="2022-01-10")
    clemco.keeps("2022-01-11")
    assert kari.holds == {"name", "email", "phone"}


def test_feedback_is_contact_and_the_letter_before_it_is_stripped_in_its_own_time(clemco: Story) -> None:
    kari, customer = buyer(clemco, "2020-01-10")
    letter = customer.has("correspondence", channel="mail", body="x", sent_on="2022-03-15")
    feedback = customer.has("notes", channel="feedback", feedback="x", taken_on="2022-06-30")
    clemco.keeps("2024-03-15")
    assert letter.holds == {"body"}
    clemco.keeps("2024-03-16")
    assert letter.holds == set()
    clemco.keeps("2024-06-30")
    assert feedback.holds == {"feedback"}
    assert kari.holds >= {"name", "email", "phone", "title", "interests"}
    clemco.keeps("2024-07-01")
    assert clemco.count() == {}


def test_who_came_for_nothing_goes_after_two_weeks(clemco: Story) -> None:
    clemco.person("2026-01-01", name="Kari Moe", email="kari@firm.example")
    assert clemco.keeps("2026-01-15") == set()
    clemco.keeps("2026-01-16")
    assert clemco.count() == {}


def test_hold_on_one_invoice_keeps_its_line_and_its_debtor_and_no_further_row(story: Open) -> None:
    clemco = story(
        "clemco-norge", ("promises:\n\n", HOLD.format(scope="invoice: 5", until="2026-06-30") + "\npromises:\n\n")
    )
    kari, customer = buyer(clemco, "2012-01-10")
    invoice = customer.has("invoices", id=5, number="5", amount=1, issued_on="2012-02-01", paid_on="2012-02-20")
    line = invoice.has("invoice_lines", description="pump", price=1)
    other = customer.has("invoices", number="6", amount=1, issued_on="2012-02-01", paid_on="2012-02-20")
    everything = kari.holds
    clemco.keeps("2026-06-30")
    assert other.is_gone
    assert (invoice.holds, line.holds) == ({"number", "amount"}, {"description", "price"})
    assert kari.holds == everything  # a disputed invoice without its debtor is no evidence
    assert customer.holds == {"organisation_id", "title"}
    clemco.keeps("2026-07-01")
    assert clemco.count() == {}


# CN-20: purchase data stay 3.5 years in the active customer register


def test_purchase_leaves_the_active_register_after_three_and_a_half_years(clemco: Story) -> None:
    kari, customer = buyer(clemco)
    order = customer.has(
        "orders",
        consignee_name="Kari Moe",
        consignee_address="Havnegata 1",
        consignee_phone="+47 21 00 00 01",
        consignee_email="kari@firm.example",
        details="to the back door",
        ordered_on="2022-05-10",
        delivered_on="2022-05-20",
    )
    line = order.has("order_lines", article="pump", quantity=1, price=100)
    whole = order.holds

    clemco.keeps("2022-08-20")
    assert order.holds == whole
    clemco.keeps("2022-08-21")  # the delivery is over: nobody needs to call the consignee any more
    assert order.holds == {"consignee_name", "consignee_address", "details"}

    clemco.keeps("2024-05-01")
    assert kari.holds >= {"address", "birth_date", "interests", "source"}
    clemco.keeps("2024-05-02")  # 24 months after the last contact
    assert kari.holds == {"name", "email", "phone", "employer", "title"}

    clemco.keeps("2025-11-10")
    assert kari.holds == {"name", "email", "phone", "employer", "title"}
    assert customer.holds == {"organisation_id", "title"}
    clemco.keeps("2025-11-11")  # CN-20: what is left is what the Bookkeeping Act demands
    assert kari.holds == {"name"}
    assert customer.holds == {"organisation_id"}
    assert order.holds == {"consignee_name", "consignee_address", "details"}

    clemco.keeps("2026-06-30")
    assert line.holds == {"article", "quantity", "price"}
    clemco.keeps("2026-07-01")  # CN-21: 3.5 years from the end of the financial year 2022
    assert clemco.count() == {}


def test_purchase_is_accounted_for_under_its_own_promise(clemco: Story) -> None:
    _, customer = buyer(clemco)
    customer.has("orders", details="x", ordered_on="2022-05-10", delivered_on="2022-05-20")
    clemco.keeps("2024-05-02")
    assert {said.partition(" ")[0] for said in clemco.keeps("2025-11-11")} == {"CN-20"}
    assert {said.partition(" ")[0] for said in clemco.keeps("2026-07-01")} == {"CN-21"}


# CN-21: what the Bookkeeping Act demands is kept for up to 5 years


def test_invoice_stays_five_years_from_the_end_of_its_financial_year(clemco: Story) -> None:
    kari, customer = buyer(clemco, "2021-02-01")
    invoice = customer.has(
        "invoices", number="1", billing_name="Kari Moe", amount=1, issued_on="2021-03-01", paid_on="2021-03-20"
    )
    line = invoice.has("invoice_lines", description="pump", price=1)
    clemco.keeps("2023-02-02")  # 24 months after the last contact
    assert kari.holds == {"name"}
    assert customer.holds == {"organisation_id"}
    clemco.keeps("2026-12-31")
    assert invoice.holds == {"number", "billing_name", "amount"}
    assert line.holds == {"description", "price"}
    assert kari.holds == {"name"}
    clemco.keeps("2027-01-01")
    assert clemco.count() == {}


def test_card_goes_three_months_after_the_payment(clemco: Story) -> None:
    kari = clemco.person("2026-01-05", name="Kari Moe", card="4000 0000 0000 0002")
    customer = kari.has("relations", kind="customer", started_on="2026-01-05")
    customer.has("invoices", number="1", amount=1, issued_on="2026-01-10", paid_on="2026-01-31")
    clemco.keeps("2026-04-30")
    assert kari.holds == {"name", "card"}
    clemco.keeps("2026-05-01")
    assert kari.holds == {"name"}


def test_primary_agreement_stays_longer_than_a_supporting_one(clemco: Story) -> None:
    _, customer = buyer(clemco, "2019-02-01")
    primary = customer.has("agreements", body="x", primary_record=True, signed_on="2019-02-01", ended_on="2021-03-01")
    supporting = customer.has("agreements", body="x", signed_on="2019-02-01", ended_on="2021-03-01")
    clemco.keeps("2025-06-30")
    assert (primary.holds, supporting.holds) == ({"body"}, {"body"})
    clemco.keeps("2025-07-01")
    assert supporting.is_gone
    clemco.keeps("2026-12-31")
    assert primary.holds == {"body"}
    clemco.keeps("2027-01-01")
    assert clemco.count() == {}


# CN-22: access, portability, rectification, erasure; CN-26: a letter counts from the day that it came


def test_a_letter_counts_from_the_day_that_it_came(clemco: Story) -> None:
    arrived = date(2026, 1, 5)
    who = Record(record_class="person", key=(1,))
    at = clemco.noon("2026-01-20")
    made = book.register(clemco.company, at, asks_for="access", person=who, channel="letter", received=arrived)
    shown = clemco.part("2026-01-20", "CN-26", "intake")
    assert (shown.state, shown.next) == ("due", date(2026, 2, 5))
    assert clemco.part("2026-02-06", "CN-22", "requests").state == "broken"
    book.close(clemco.company, clemco.noon("2026-02-05"), made.number, "answered")
    assert clemco.part("2026-02-05", "CN-22", "requests").state == "kept"
