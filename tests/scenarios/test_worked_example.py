"""The worked example of the rule, day by day: one customer contact of Clienti, until nothing is left."""

from tests.scenarios.story import Row, Story


def contact(clienti: Story) -> dict[str, Row]:
    ida = clienti.person(
        "2019-05-02", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01", title="head of purchasing"
    )
    firm = clienti.put("organisations", register_number="10000001", name="Firm ApS")
    relation = ida.has(
        "relations",
        kind="customer",
        organisation_id=firm.id,
        title="buyer",
        started_on="2019-05-02",
        ended_on="2023-03-10",
    )
    invoice = relation.has(
        "invoices",
        number="2022-17",
        billing_name="Ida Holm",
        amount=750_000,
        issued_on="2022-11-02",
        paid_on="2022-11-20",
    )
    return {
        "person": ida,
        "relation": relation,
        "note": relation.has("notes", channel="call", body="asked for a new date", taken_on="2022-12-01"),
        "subscription": ida.has(
            "subscriptions", channel="email", topic="news", subscribed_on="2020-01-15", withdrawn_on="2026-06-01"
        ),
        "invoice": invoice,
        "line": invoice.has("invoice_lines", description="campaign", quantity=1, price=750_000),
        "letter": relation.has(
            "correspondence", channel="letter", body="as agreed", agreement=True, sent_on="2022-10-04"
        ),
        "agreement": relation.has(
            "agreements", title="Framework", body="the parties agree", signed_on="2019-05-14", ended_on="2023-03-10"
        ),
        "voucher": relation.has(
            "correspondence",
            channel="mail",
            body="the last account",
            accounting=True,
            sent_on="2023-02-20",
            concerns_on="2023-03-10",
        ),
    }


def test_customer_contact_goes_piece_by_piece_on_the_days_that_the_rule_names(clienti: Story) -> None:
    rows = contact(clienti)
    left = dict(rows)

    def is_left() -> bool:
        return all(rows[name].is_gone == (name not in left) for name in rows)

    clienti.keeps("2025-03-10")  # two years to the day: the last day still belongs to the period
    assert is_left()
    assert rows["person"].holds == {"name", "email", "phone", "title"}

    clienti.keeps("2025-03-11")  # CI-18: 24 months after the relation ended
    del left["note"]
    assert is_left()
    assert rows["person"].holds == {"name", "email"}
    assert rows["relation"].holds == {"organisation_id"}

    assert clienti.keeps("2026-06-01") == set()
    clienti.keeps("2026-06-02")  # CI-19: the newsletter alone held the e-mail address
    del left["subscription"]
    assert is_left()
    assert rows["person"].holds == {"name"}

    assert clienti.keeps("2027-12-31") == set()
    clienti.keeps("2028-01-01")  # five years from the end of the financial year 2022
    del left["invoice"], left["line"]
    assert is_left()

    assert clienti.keeps("2028-03-10") == set()
    clienti.keeps("2028-03-11")  # CI-20: legal claims, five years after the relation ended
    del left["letter"]
    assert is_left()
    assert rows["person"].holds == {"name"}
    assert rows["voucher"].holds == {"body"}
    assert rows["agreement"].holds == {"title", "body"}

    assert clienti.keeps("2028-12-31") == set()
    clienti.keeps("2029-01-01")  # the Bookkeeping Act: five years from the end of the financial year 2023
    assert clienti.count() == {}


def test_every_step_is_in_the_evidence_under_its_promise(clienti: Story) -> None:
    contact(clienti)
    assert clienti.keeps("2023-03-11") == set()
    assert clienti.keeps("2025-03-11") == {
        "CI-18 erase notes",
        "CI-18 strip persons: phone",
        "CI-18 strip persons: employer title remark",
        "CI-18 strip relations: title preferences",
    }
    assert clienti.keeps("2026-06-02") == {"CI-19 erase subscriptions", "CI-19 strip persons: email"}
    assert clienti.keeps("2028-01-01") == {"CI-20 erase invoices", "CI-20 erase invoice_lines"}
    assert clienti.keeps("2028-03-11") == {"CI-20 erase correspondence"}
    assert clienti.keeps("2029-01-01") == {
        "CI-20 erase correspondence",
        "CI-20 erase agreements",
        "CI-20 erase relations",
        "CI-20 erase persons",
    }


def test_one_sweep_at_the_end_leaves_what_many_on_the_way_left(clienti: Story) -> None:
    rows = contact(clienti)
    clienti.keeps("2028-03-11")
    assert [name for name, row in rows.items() if not row.is_gone] == ["person", "relation", "agreement", "voucher"]
    assert rows["person"].holds == {"name"}
    assert rows["relation"].holds == {"organisation_id"}


def test_notice_gets_a_finding_where_the_law_holds_longer_than_it_says(clienti: Story) -> None:
    findings = clienti.plan("2026-01-01").findings
    found = {one.text.partition(":")[0]: one for one in findings if one.code == "law_outlasts_promise"}
    assert "CI-20" in found["agreement"].promises
    assert "CI-20 (at most 5 years from relation_ended)" in found["agreement"].text
    assert "at least 5 years from the end of the financial year of voucher_date" in found["agreement"].text
    assert {"CI-18", "CI-20"} <= set(found["correspondence"].promises)


def test_unsubscribed_is_due_from_the_day_after_and_broken_from_the_sixth(clienti: Story) -> None:
    contact(clienti)
    clienti.keeps("2026-05-31")
    assert clienti.shows("2026-06-01")["CI-19"].state == "kept"
    assert clienti.shows("2026-06-02")["CI-19"].state == "due"
    assert clienti.shows("2026-06-06")["CI-19"].state == "due"
    assert clienti.shows("2026-06-07")["CI-19"].state == "broken"
