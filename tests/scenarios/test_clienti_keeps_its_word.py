"""Clienti A/S: CI-01, CI-18, CI-19, CI-20, CI-21, the day before, the day, and the day after."""

import pytest

from tests.scenarios.conftest import Open
from tests.scenarios.story import Row, Story

HELD = "scope: {person: 2}\n    since: 2026-02-01\n    review: 2027-02-01"


def customer(clienti: Story, ended: str | None, **known: str) -> tuple[Row, Row]:
    """A customer contact since 2019, and the relation."""
    usual = {"name": "Ida Holm", "email": "ida@firm.example", "phone": "+45 70 00 00 01", "address": "Havnen 1"}
    ida = clienti.person("2019-05-02", **{**usual, **known})
    return ida, ida.has("relations", kind="customer", title="buyer", started_on="2019-05-02", ended_on=ended)


# CI-01: what is registered is looked through regularly, and what is no longer relevant is erased


def test_who_came_for_nothing_goes_after_five_days(clienti: Story) -> None:
    nobody = clienti.person("2026-01-01", name="Ida Holm", email="ida@firm.example")
    assert clienti.keeps("2026-01-06") == set()
    assert clienti.keeps("2026-01-07") == {"CI-21 erase persons"}
    assert nobody.is_gone


def test_everything_that_was_ever_registered_goes_in_the_end(clienti: Story) -> None:
    ida, relation = customer(clienti, "2023-03-10", title="buyer", language="da", source="fair", remark="met at a fair")
    invoice = relation.has("invoices", number="1", amount=1, issued_on="2022-11-02", paid_on="2022-11-20")
    invoice.has("invoice_lines", description="campaign", price=1)
    relation.has("agreements", body="x", signed_on="2019-05-14", ended_on="2023-03-10")
    relation.has("correspondence", channel="mail", body="x", sent_on="2020-01-01")
    relation.has("notes", channel="call", body="x", taken_on="2020-01-01")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2020-01-15", withdrawn_on="2023-01-01")
    ida.has("participations", workplace="Firm", registered_on="2020-01-15", event_held_on="2020-02-15")
    ida.has("uploads", kind="photo", file_name="x.jpg", picture=b"x", uploaded_on="2020-02-15")
    profile = ida.has("interest_profiles", topics="x", created_on="2020-02-15")
    profile.has("web_events", page="/", action="click", occurred_at="2020-02-15T12:00:00+01:00")
    profile.has("mail_events", message="x", action="open", occurred_at="2020-02-15T12:00:00+01:00")
    clienti.keeps("2029-01-01")
    assert clienti.count() == {}
    assert clienti.part("2029-01-01", "CI-01", "storage").state == "kept"


def test_one_running_relation_is_left_alone_while_another_ends(clienti: Story) -> None:
    stays, relation = customer(clienti, None)
    goes, _ = customer(clienti, "2023-03-10", email="ida@firm.example")
    clienti.keeps("2025-03-11")
    assert goes.is_gone
    assert stays.holds == {"name", "email", "phone", "address"}
    assert relation.holds == {"title"}


# CI-18: after a customer relation ends, all personal data are deleted after 24 months


def test_customer_goes_24_months_after_the_relation_ended(clienti: Story) -> None:
    ida, relation = customer(clienti, "2023-03-10", title="buyer", remark="likes boats")
    letter = relation.has("correspondence", channel="mail", body="x", sent_on="2022-01-01")
    note = relation.has("notes", channel="call", body="x", taken_on="2022-01-01")
    clienti.keeps("2025-03-10")
    assert ida.holds == {"name", "phone", "address", "title", "remark"}
    assert (letter.holds, note.holds) == ({"body"}, {"body"})
    clienti.keeps("2025-03-11")
    assert clienti.count() == {}


def test_email_address_goes_the_day_after_the_relation_ended(clienti: Story) -> None:
    ida, _ = customer(clienti, "2023-03-10")
    assert clienti.keeps("2023-03-10") == set()
    clienti.keeps("2023-03-11")
    assert ida.holds == {"name", "phone", "address"}


def test_a_relation_that_ended_on_a_leap_day_stays_until_the_last_of_february(clienti: Story) -> None:
    ida, _ = customer(clienti, "2024-02-29")
    clienti.keeps("2026-02-28")
    assert not ida.is_gone
    clienti.keeps("2026-03-01")
    assert ida.is_gone


def test_of_two_relations_the_one_that_runs_holds_the_person(clienti: Story) -> None:
    ida, over = customer(clienti, "2020-03-10")
    runs = ida.has("relations", kind="customer", title="owner", started_on="2021-01-01")
    clienti.keeps("2022-03-11")
    assert over.is_gone
    assert runs.holds == {"title"}
    assert ida.holds == {"name", "email", "phone", "address"}


# CI-19: unsubscribed: gone from the mailing list and the system within 5 days


def test_subscriber_goes_the_day_after_unsubscribing(clienti: Story) -> None:
    ida = clienti.person("2024-01-01", name="Ida Holm", email="ida@firm.example", language="da", source="website")
    subscription = ida.has("subscriptions", channel="email", topic="news", source="website", subscribed_on="2024-01-01")
    clienti.keeps("2026-06-01")
    subscription.becomes(withdrawn_on="2026-06-01")
    assert clienti.keeps("2026-06-01") == set()
    assert ida.holds == {"name", "email", "language", "source"}
    assert clienti.keeps("2026-06-02") == {"CI-19 erase subscriptions", "CI-19 erase persons"}
    assert clienti.count() == {}


def test_who_unsubscribes_from_one_list_stays_on_the_other(clienti: Story) -> None:
    ida = clienti.person("2024-01-01", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
    news = ida.has(
        "subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on="2026-06-01"
    )
    events = ida.has("subscriptions", channel="email", topic="events", subscribed_on="2024-01-01")
    clienti.keeps("2026-06-02")
    assert news.is_gone
    assert not events.is_gone
    assert ida.holds == {"name", "email"}


# CI-20: agreements and correspondence are kept 5 years after the relation ends


def test_agreement_and_its_letters_stay_five_years_after_the_relation_and_the_rest_24_months(clienti: Story) -> None:
    ida, relation = customer(clienti, "2023-03-10")
    agreement = relation.has("agreements", body="x", signed_on="2019-05-14", ended_on="2020-06-30")
    letter = relation.has("correspondence", channel="mail", body="x", agreement=True, sent_on="2019-05-14")
    chat = relation.has("correspondence", channel="mail", body="x", sent_on="2023-03-01")
    clienti.keeps("2025-03-11")
    assert chat.is_gone
    assert ida.holds == {"name"}
    clienti.keeps("2028-03-10")
    assert (agreement.holds, letter.holds, ida.holds) == ({"body"}, {"body"}, {"name"})
    clienti.keeps("2028-03-11")
    assert clienti.count() == {}


def test_accounting_material_stays_five_years_from_the_end_of_its_financial_year(clienti: Story) -> None:
    ida, relation = customer(clienti, "2023-01-10")
    voucher = relation.has(
        "correspondence", channel="mail", body="x", accounting=True, sent_on="2022-12-31", concerns_on="2022-12-31"
    )
    later = relation.has(
        "correspondence", channel="mail", body="x", accounting=True, sent_on="2023-01-01", concerns_on="2023-01-01"
    )
    clienti.keeps("2027-12-31")
    assert voucher.holds == {"body"}
    clienti.keeps("2028-01-01")
    assert voucher.is_gone
    assert later.holds == {"body"}
    clienti.keeps("2028-12-31")
    assert later.holds == {"body"}
    clienti.keeps("2029-01-01")
    assert clienti.count() == {}
    assert ida.is_gone


def test_voucher_without_a_date_is_open_ended_and_counted(clienti: Story) -> None:
    _, relation = customer(clienti, "2010-01-10")
    voucher = relation.has("correspondence", channel="mail", body="x", accounting=True, sent_on="2009-12-31")
    clienti.keeps("2026-01-01")
    assert voucher.holds == {"body"}
    shown = clienti.part("2026-01-01", "CI-20", "law")
    assert (shown.state, shown.open_ended) == ("kept", 1)


# CI-21: nothing is deleted that a legal claim, a dispute or a debt needs


def test_debt_holds_the_invoice_and_the_way_to_the_debtor_until_it_is_paid(clienti: Story) -> None:
    ida, relation = customer(clienti, "2012-03-10", title="buyer", remark="likes boats")
    invoice = relation.has("invoices", number="7", amount=100, issued_on="2012-03-01")
    clienti.keeps("2026-01-01")
    assert invoice.holds == {"number", "amount"}
    assert ida.holds == {"name", "email", "phone", "address"}
    invoice.becomes(paid_on="2026-01-10")
    assert clienti.keeps("2026-01-10") == set()
    clienti.keeps("2026-01-11")
    assert clienti.count() == {}


def test_hold_keeps_everything_about_a_person_and_nothing_about_another(clienti: Story) -> None:
    held, relation = customer(clienti, "2012-03-10", id=2, title="buyer", remark="disputes it")  # type: ignore[arg-type]
    invoice = relation.has("invoices", number="7", amount=100, issued_on="2012-03-01", paid_on="2012-04-01")
    line = invoice.has("invoice_lines", description="campaign", price=100)
    note = relation.has("notes", channel="call", body="x", taken_on="2012-03-01")
    other, _ = customer(clienti, "2012-03-10")
    clienti.keeps("2026-06-01")
    assert other.is_gone
    assert held.holds == {"name", "email", "phone", "address", "title", "remark"}
    assert (relation.holds, invoice.holds) == ({"title"}, {"number", "amount"})
    assert (line.holds, note.holds) == ({"description", "price"}, {"body"})


def test_what_a_hold_kept_goes_the_day_after_its_end(story: Open) -> None:
    clienti = story("clienti", (HELD, HELD.replace("review", "until")))
    customer(clienti, "2012-03-10", id=2)  # type: ignore[arg-type]
    assert clienti.keeps("2027-01-31") == set()
    assert clienti.keeps("2027-02-01") == set()
    clienti.keeps("2027-02-02")
    assert clienti.count() == {}


def test_a_hold_keeps_what_it_names_before_its_own_day(clienti: Story) -> None:
    held, _ = customer(clienti, "2012-03-10", id=2)  # type: ignore[arg-type]
    assert clienti.due("2026-01-31") == clienti.due("2026-02-01") == set()
    clienti.keeps("2026-01-31")
    assert not held.is_gone


@pytest.mark.parametrize(("on", "state"), [("2027-02-01", "kept"), ("2027-02-02", "waiting")])
def test_a_hold_past_its_review_waits_for_its_owner_and_still_holds(story: Open, on: str, state: str) -> None:
    clienti = story("clienti")
    held, _ = customer(clienti, "2012-03-10", id=2)  # type: ignore[arg-type]
    clienti.keeps(on)
    assert not held.is_gone
    shown = clienti.part(on, "CI-21", "disputes")
    assert shown.state == state
    assert (state == "waiting") == ("general manager was to review hold H-2026-1" in shown.why)
