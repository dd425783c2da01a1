"""SE-gruppen: SE-04, SE-07, SE-16, the day before, the day, and the day after."""

from datetime import timedelta

import pytest

from tests.scenarios.story import Row, Story, day

DAY = timedelta(days=1)


def visit(se: Story, at: str, *, by: Row | None = None, **values: object) -> Row:
    """A line of the website's log."""
    known = {"persons": by} if by else {}
    return se.put("web_log", known, ip="192.0.2.7", path="/", agent="browser", requested_at=at, **values)


# SE-04: IP addresses are kept for a limited time; blocked ones for as long as the block is needed


def test_address_goes_after_six_months_and_a_blocked_one_stays(se: Story) -> None:
    passing = visit(se, "2025-12-01T12:00:00+01:00")
    blocked = visit(se, "2025-12-01T12:00:00+01:00", blocked=True)
    se.keeps("2026-06-01")
    assert passing.holds == blocked.holds == {"ip", "path", "agent"}
    assert se.keeps("2026-06-02") == {"SE-04 erase web_log"}
    assert passing.is_gone
    assert blocked.holds == {"ip", "path", "agent"}
    assert se.keeps("2036-06-02") == set()


def test_blocked_address_goes_the_day_after_the_block_is_lifted(se: Story) -> None:
    blocked = visit(se, "2025-12-01T12:00:00+01:00", blocked=True)
    se.keeps("2026-09-10")
    blocked.becomes(block_lifted_at="2026-09-10T09:00:00+02:00")
    assert se.keeps("2026-09-10") == set()
    se.keeps("2026-09-11")
    assert blocked.is_gone


def test_a_block_lifted_early_leaves_the_address_its_six_months(se: Story) -> None:
    visit(se, "2025-12-01T12:00:00+01:00", blocked=True, block_lifted_at="2025-12-24T12:00:00+01:00")
    assert se.keeps("2026-06-01") == set()
    se.keeps("2026-06-02")
    assert se.count() == {}


def test_a_visit_belongs_to_the_date_in_oslo_not_in_greenwich(se: Story) -> None:
    before = visit(se, "2025-12-01T22:59:59+00:00")
    after = visit(se, "2025-12-01T23:00:00+00:00")  # midnight in Oslo: the second of December
    se.keeps("2026-06-02")
    assert before.is_gone
    assert not after.is_gone
    se.keeps("2026-06-03")
    assert after.is_gone


# SE-07: what a relation needs is kept as long as it is needed; the rest goes when it is of no use


def test_running_relation_keeps_what_it_needs_and_the_rest_goes(se: Story) -> None:
    kari = se.person(
        "2020-01-15", name="Kari Moe", email="kari@firm.example", phone="+47 51 00 00 01", title="buyer", interests="x"
    )
    customer = kari.has("relations", kind="customer", title="buyer", started_on="2020-01-15")
    letter = customer.has("correspondence", channel="mail", body="x", sent_on="2020-03-01")
    note = customer.has("notes", channel="call", body="x", taken_on="2021-06-01")

    se.keeps("2022-03-01")
    assert letter.holds == {"body"}
    se.keeps("2022-03-02")  # the letter's own time is over; its bare date stays among the signs of contact
    assert letter.holds == set()

    se.keeps("2023-06-01")
    assert kari.holds == {"name", "email", "phone", "title", "interests"}
    assert note.holds == {"body"}
    se.keeps("2023-06-02")  # 24 months after the last contact: the rest
    assert kari.holds == {"name", "email", "phone", "title"}
    assert letter.is_gone
    assert note.is_gone
    assert customer.holds == {"title"}

    assert se.keeps("2035-01-01") == set()
    customer.becomes(ended_on="2035-01-02")
    assert se.keeps("2035-01-02") == set()
    se.keeps("2035-01-03")
    assert se.count() == {}


@pytest.mark.parametrize("kind", ["supplier", "partner"])
def test_suppliers_are_kept_as_customers_are(se: Story, kind: str) -> None:
    kari = se.person("2020-01-15", name="Kari Moe", interests="x")
    kari.has("relations", kind=kind, started_on="2020-01-15", ended_on="2024-09-30")
    se.keeps("2024-09-30")
    assert kari.holds == {"name"}
    se.keeps("2024-10-01")
    assert se.count() == {}


def test_prospect_has_no_relation_that_needs_anything_and_goes_as_a_whole(se: Story) -> None:
    kari = se.person("2020-01-15", name="Kari Moe", interests="x", source="1881.no")
    kari.has("relations", kind="prospect", started_on="2020-01-15")
    se.keeps("2022-01-15")
    assert kari.holds == {"name", "interests", "source"}
    se.keeps("2022-01-16")
    assert se.count() == {}


# SE-16: every kind of data has a number


LAST_DAYS = {
    "web_log": ({"ip": "192.0.2.7", "requested_at": "2026-01-31T12:00:00+01:00"}, "2026-07-31"),
    "correspondence": ({"channel": "form", "body": "x", "sent_on": "2025-08-31"}, "2026-02-28"),
    "notes": ({"channel": "call", "body": "x", "taken_on": "2024-02-29"}, "2026-02-28"),
    "applications": ({"cv": "x", "received_on": "2025-05-05"}, "2026-05-05"),
    "employees": ({"terms": "x", "started_on": "2019-01-01", "ended_on": "2025-03-31"}, "2026-03-31"),
    "relations": ({"kind": "prospect", "started_on": "2024-04-30"}, "2026-04-30"),
    "persons": ({"name": "Kari Moe", "collected_on": "2026-01-01"}, "2026-01-15"),
}


@pytest.mark.parametrize("table", LAST_DAYS)
def test_each_kind_of_data_has_a_last_day_and_is_gone_on_the_next(se: Story, table: str) -> None:
    values, last = LAST_DAYS[table]
    known = {} if table in ("persons", "web_log") else {"persons": se.person("2019-01-01", name="Kari Moe")}
    row = se.put(table, known, **values)
    assert not se.keeps(last) & {f"{promise} erase {table}" for promise in se.company.policy.promises}
    assert not row.is_gone
    se.keeps(day(last) + DAY)
    assert se.count() == {}


@pytest.mark.parametrize(
    ("decided", "withdrawn", "last"),
    [
        ("2025-06-10", None, "2025-12-10"),
        (None, "2025-07-01", "2025-07-01"),
        ("2025-06-10", "2025-07-01", "2025-07-01"),
    ],
)
def test_application_ends_with_whatever_comes_first(
    se: Story, decided: str | None, withdrawn: str | None, last: str
) -> None:
    kari = se.person("2025-05-05", name="Kari Moe", email="kari@home.example")
    application = kari.has("applications", cv="x", received_on="2025-05-05", decided_on=decided, withdrawn_on=withdrawn)
    se.keeps(last)
    assert application.holds == {"cv"}
    assert kari.holds == {"name", "email"}
    se.keeps(day(last) + DAY)
    assert se.count() == {}


def test_payslip_outlives_the_employment(se: Story) -> None:
    kari = se.person("2019-01-01", name="Kari Moe", email="kari@home.example", phone="+47 51 00 00 01")
    job = kari.has("employees", position="fitter", bank_account="x", started_on="2019-01-01", ended_on="2024-03-31")
    slip = job.has("payslips", gross=500, tax=200, net=300, paid_on="2024-03-31")
    se.keeps("2025-03-31")
    assert job.holds == {"position", "bank_account"}
    se.keeps("2025-04-01")
    assert job.holds == set()
    assert kari.holds == {"name"}
    se.keeps("2029-12-31")
    assert slip.holds == {"gross", "tax", "net"}
    se.keeps("2030-01-01")
    assert se.count() == {}


def test_a_kind_of_data_without_a_number_stops_its_table_and_the_board_says_so(se: Story) -> None:
    kari = se.person("2020-01-01", name="Kari Moe", national_number="29028000000")
    other = se.put("web_log", ip="192.0.2.7", requested_at="2020-01-01T12:00:00+01:00")
    kept = se.swept("2026-01-01")
    assert kept.left.stopped == {"persons"}
    (finding,) = [one for one in kept.left.findings if one.severity == "stop"]
    assert finding.code == "uncovered"
    assert "national_number" in finding.text
    assert "29028000000" not in finding.text
    assert kari.holds == {"name", "national_number"}
    assert other.is_gone
    assert se.part("2026-01-01", "SE-16", "storage").state == "waiting"
