"""West Elektro AS: WE-10 and WE-17, the day before, the day, and the day after."""

from holdord.run import tasks
from tests.scenarios.story import Row, Story


def customer(west: Story, since: str, **known: int) -> tuple[Row, Row]:
    """Someone who ordered, with all that an agreement asks for, and the relation."""
    ola = west.person(
        since,
        name="Ola Vik",
        email="ola@home.example",
        phone="+47 71 00 00 01",
        address="Bygata 1",
        birth_date="1980-02-29",
        national_number="29028000000",
        bank_account="0000 00 00000",
        remark="ring the bell",
        **known,
    )
    return ola, ola.has("relations", kind="customer", started_on=since)


def order(relation: Row, *, project: bool = False) -> Row:
    return relation.has(
        "orders",
        consignee_name="Ola Vik",
        consignee_address="Bygata 1",
        consignee_phone="+47 71 00 00 01",
        details="new fuses",
        project=project,
        ordered_on="2016-06-01",
        delivered_on="2016-06-15",
    )


# WE-10: kept as short as possible, for some time after last contact, unless a law on storage says otherwise


def test_order_is_forgotten_piece_by_piece(west: Story) -> None:
    ola, relation = customer(west, "2016-06-01")
    fuses = order(relation)
    line = fuses.has("order_lines", article="fuse", quantity=3, price=100)

    west.keeps("2016-09-15")
    assert {"birth_date", "national_number", "bank_account", "remark"} <= ola.holds
    assert "consignee_phone" in fuses.holds
    west.keeps("2016-09-16")  # three months after delivery: identity numbers and accounts are for the agreement only
    assert ola.holds == {"name", "email", "phone", "address", "remark"}
    assert fuses.holds == {"consignee_name", "consignee_address", "details"}

    west.keeps("2018-06-01")
    assert ola.holds == {"name", "email", "phone", "address", "remark"}
    west.keeps("2018-06-02")  # 24 months after the last contact
    assert ola.holds == {"name", "email", "phone", "address"}

    west.keeps("2021-06-15")
    assert ola.holds == {"name", "email", "phone", "address"}
    assert line.holds == {"article", "quantity", "price"}
    west.keeps("2021-06-16")  # five years in which a delivery can be complained of; the law's 3.5 years are over
    assert west.count() == {}


def test_the_law_on_projects_keeps_the_order_ten_years_and_nothing_more_of_the_person_than_the_name(
    west: Story,
) -> None:
    ola, relation = customer(west, "2016-06-01")
    fuses = order(relation, project=True)
    west.keeps("2021-06-15")
    assert ola.holds == {"name", "email", "phone", "address"}
    west.keeps("2021-06-16")
    assert ola.holds == {"name"}
    assert fuses.holds == {"consignee_name", "consignee_address", "details"}
    west.keeps("2026-12-31")
    assert ola.holds == {"name"}
    west.keeps("2027-01-01")
    assert west.count() == {}


def test_last_contact_is_the_latest_of_relation_letter_and_note(west: Story) -> None:
    ola, relation = customer(west, "2020-01-01")
    letter = relation.has("correspondence", channel="mail", body="x", sent_on="2021-01-31")
    note = relation.has("notes", channel="call", body="x", taken_on="2021-08-31")
    west.keeps("2023-01-31")
    assert letter.holds == {"body"}
    west.keeps("2023-02-01")
    assert letter.holds == set()
    west.keeps("2023-08-31")
    assert note.holds == {"body"}
    assert ola.holds == {"name", "phone", "address", "email", "remark"}
    west.keeps("2023-09-01")
    assert west.count() == {}


def test_unpaid_bill_keeps_who_owes_it(west: Story) -> None:
    ola, relation = customer(west, "2014-01-01")
    bill = relation.has("invoices", number="1", amount=1, issued_on="2014-02-01")
    west.keeps("2026-01-01")
    assert ola.holds == {"name", "email", "phone", "address", "birth_date", "national_number", "bank_account"}
    bill.becomes(paid_on="2026-01-15")
    west.keeps("2026-01-15")
    assert "national_number" in ola.holds
    west.keeps("2026-01-16")
    assert west.count() == {}


def test_claim_for_money_stops_the_erasure_of_everything_about_the_customer(west: Story) -> None:
    ola, relation = customer(west, "2012-01-01", id=2)
    fuses = order(relation)
    everything = ola.holds
    other, _ = customer(west, "2012-01-01")
    west.keeps("2026-03-01")
    assert ola.holds == everything
    assert {"consignee_phone", "details"} <= fuses.holds
    assert other.is_gone


# WE-17: risk assessments, backups that can be read, access looked at again; each has its own time


def test_backups_wait_after_three_months_and_the_rest_after_twelve(west: Story) -> None:
    for part in ("risks", "backups", "access"):
        tasks.give(west.company, west.noon("2026-01-05"), "WE-17", part, by_whom="daglig leder", says="Sett på")
    assert west.shows("2026-01-05")["WE-17"].state == "kept"
    parts = {part.name: part.state for part in west.shows("2026-04-06")["WE-17"].parts}
    assert parts == {"risks": "kept", "backups": "waiting", "access": "kept"}
    assert west.shows("2026-05-06")["WE-17"].state == "broken"
