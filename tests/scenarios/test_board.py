"""The board: what is kept, due, broken, waiting or not wired, and on what evidence; never green without any."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from holdord.policy.model import Record
from holdord.run.requests import book
from holdord.run.requests.wish import AsksFor
from holdord.run.shown import PartShown
from tests.scenarios.conftest import Open
from tests.scenarios.story import Row, Story


@pytest.fixture
def register(sqlite_register: str) -> str:
    """SQLite alone: the stories of the companies ask the board of both databases."""
    return sqlite_register


def customer(clienti: Story, ended: str | None) -> Row:
    ida = clienti.person("2020-01-01", name="Ida Holm", phone="+45 70 00 00 01")
    return ida.has("relations", kind="customer", started_on="2020-01-01", ended_on=ended)


def subscriber(clienti: Story, withdrawn: str) -> Row:
    ida = clienti.person("2024-01-01", name="Ida Holm", email="ida@firm.example")
    return ida.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on=withdrawn)


def test_nothing_is_kept_before_anybody_has_looked(clienti: Story) -> None:
    shown = clienti.part("2026-01-01", "CI-18", "storage")
    assert (shown.state, shown.evidence) == ("due", ())
    assert "No sweep has looked yet" in shown.why


def test_kept_names_the_entries_that_prove_it(clienti: Story) -> None:
    subscriber(clienti, "2026-06-01")
    clienti.keeps("2026-06-02")
    shown = clienti.part("2026-06-02", "CI-19", "storage")
    kinds = [entry["kind"] for entry in clienti.entries()]
    assert [kinds[number] for number in shown.evidence] == ["batch", "sweep"]
    assert f"Entry {shown.evidence[-1]}" in shown.why
    assert "looked on 2026-06-02" in shown.why


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-06-01", "kept"),
        ("2026-06-02", "due"),
        ("2026-06-06", "due"),
        ("2026-06-07", "broken"),
        ("2026-07-01", "broken"),
    ],
)
def test_unsubscribed_is_due_at_once_and_broken_from_the_sixth_day_after(clienti: Story, on: str, state: str) -> None:
    clienti.keeps("2026-06-01")
    subscriber(clienti, "2026-06-01")
    shown = clienti.shows(on)["CI-19"]
    assert shown.state == state
    assert shown.parts[0].due == (0 if state == "kept" else 2)  # the subscription and the person


def test_without_a_within_it_is_due_one_day_and_then_broken(clienti: Story) -> None:
    clienti.keeps("2026-02-28")
    customer(clienti, "2024-02-29")
    assert clienti.shows("2026-02-28")["CI-18"].state == "kept"
    assert clienti.shows("2026-03-01")["CI-18"].state == "due"
    assert clienti.shows("2026-03-02")["CI-18"].state == "broken"


def test_keeping_mends_what_was_broken(clienti: Story) -> None:
    subscriber(clienti, "2026-06-01")
    assert clienti.shows("2026-07-01")["CI-19"].state == "broken"
    clienti.keeps("2026-07-01")
    shown = clienti.shows("2026-07-01")["CI-19"]
    assert (shown.state, shown.parts[0].since) == ("kept", date(2026, 7, 1))


def test_since_is_the_first_day_of_an_unbroken_row_of_sweeps(clienti: Story) -> None:
    for on in ("2026-06-01", "2026-06-02", "2026-06-03"):
        clienti.keeps(on)
    assert clienti.part("2026-06-03", "CI-18", "storage").since == date(2026, 6, 1)


def test_parts_that_nothing_keeps_are_not_wired_and_a_promise_is_as_good_as_its_worst_part(clienti: Story) -> None:
    clienti.keeps("2026-06-01")
    board = clienti.shows("2026-06-01")
    parts = {part.name: part.state for part in board["CI-03"].parts}
    assert parts == {"storage": "kept", "intake": "not_wired"}
    assert board["CI-03"].state == "not_wired"
    unwired = [part for shown in board.values() for part in shown.parts if part.state == "not_wired"]
    assert all(part.why.startswith("Not wired yet: ") and not part.evidence for part in unwired)
    assert board["CI-10"].state == "not_wired"


@pytest.mark.parametrize(("on", "state"), [("2026-06-03", "kept"), ("2026-06-04", "due")])
def test_a_sweep_of_long_ago_keeps_nothing(clienti: Story, on: str, state: str) -> None:
    clienti.keeps("2026-06-01")
    shown = clienti.part(on, "CI-18", "storage")
    assert shown.state == state
    assert ("Nobody has looked for 3 days" in shown.why) == (state == "due")


def test_a_company_that_looks_weekly_is_given_two_weeks(clienti: Story) -> None:
    clienti.company = replace(clienti.company, settings=replace(clienti.company.settings, every_days=7))
    clienti.keeps("2026-06-01")
    assert clienti.part("2026-06-15", "CI-18", "storage").state == "kept"
    assert clienti.part("2026-06-16", "CI-18", "storage").state == "due"


def test_a_sweep_under_another_policy_keeps_nothing(clienti: Story) -> None:
    clienti.keeps("2026-06-01")
    clienti.changes_its_policy(("at_most: 5 days}", "at_most: 4 days}"))
    shown = clienti.part("2026-06-01", "CI-18", "storage")
    assert shown.state == "due"
    assert "The policy changed" in shown.why
    clienti.keeps("2026-06-01")
    assert clienti.part("2026-06-01", "CI-18", "storage").state == "kept"


def test_oldest_is_shown_beside_the_age_that_was_promised_and_the_day_on_which_it_goes(clienti: Story) -> None:
    customer(clienti, "2024-12-01")
    customer(clienti, "2025-06-01")
    customer(clienti, None)
    clienti.keeps("2026-11-05")
    shown = clienti.part("2026-11-05", "CI-18", "storage")
    assert (shown.oldest, shown.allowed) == ("23 months 4 days", "24 months")
    assert shown.next == date(2026, 12, 2)
    assert shown.open_ended == 1


def test_next_is_a_day_on_which_something_is_due_and_the_day_before_is_not(clienti: Story) -> None:
    customer(clienti, "2024-12-01")
    clienti.keeps("2026-11-05")
    shown = clienti.shows("2026-11-05")["CI-18"]
    assert shown.next is not None
    assert clienti.due("2026-12-01") == set()
    assert clienti.due(shown.next) == {"erase relations", "erase persons"}


def test_oldest_of_what_is_overdue_is_older_than_promised(clienti: Story) -> None:
    customer(clienti, "2024-01-15")
    shown = clienti.part("2026-02-20", "CI-18", "storage")
    assert shown.state == "broken"
    assert (shown.oldest, shown.allowed) == ("25 months 5 days", "24 months")
    assert shown.next == date(2026, 2, 20)


def test_last_contact_is_the_oldest_of_the_latest(story: Open) -> None:
    clemco = story("clemco-norge")
    kari = clemco.person("2024-01-10", name="Kari Moe")
    prospect = kari.has("relations", kind="prospect", started_on="2024-01-10")
    prospect.has("correspondence", channel="mail", body="x", sent_on="2025-03-10")
    clemco.keeps("2026-03-10")
    shown = clemco.part("2026-03-10", "CN-18", "storage")
    assert (shown.oldest, shown.allowed) == ("12 months", "24 months")
    assert shown.next == date(2027, 3, 11)


def test_a_clock_that_does_not_fit_stops_its_table_and_what_depends_on_it_and_the_board_waits(story: Open) -> None:
    clienti = story("clienti")
    relation = customer(clienti, "2020-01-15")
    letter = relation.has("correspondence", channel="mail", body="x", sent_on="2010-01-15")
    with clienti.company.store.writing() as connection:
        connection.execute(text("UPDATE relations SET ended_on = 0"))
    kept = clienti.swept("2026-01-01")
    assert {"relations", "correspondence", "persons"} <= kept.left.stopped
    assert not letter.is_gone
    board = clienti.shows("2026-01-01")
    assert board["CI-18"].state == "waiting"
    assert "1 values are no date" in board["CI-18"].parts[0].why
    assert not any(shown.state == "kept" for name, shown in board.items() if name in ("CI-18", "CI-20", "CI-01"))


def test_a_shut_table_with_rows_waits_for_a_decision(clienti: Story) -> None:
    ida = clienti.person("2026-01-01", name="Ida Holm")
    relation = ida.has("relations", kind="customer", started_on="2026-01-01")
    relation.has("orders", details="x", ordered_on="2010-01-01")
    kept = clienti.swept("2026-01-01")
    assert kept.left.stopped == {"orders"}
    (finding,) = [one for one in kept.left.findings if one.severity == "stop"]
    assert (finding.code, finding.table) == ("shut", "orders")
    assert "1 rows" in finding.text


def test_a_stopped_table_holds_what_it_refers_to(clienti: Story) -> None:
    relation = customer(clienti, "2010-01-15")
    order = relation.has("orders", details="x", ordered_on="2010-01-01")
    clienti.swept("2026-01-01")
    assert order.put["details"] == "x"
    assert not order.is_gone
    assert relation.holds == set()  # it remains, stripped, for the order's sake


def test_rows_that_no_purpose_ever_covered_go_and_are_counted(clienti: Story) -> None:
    ida = clienti.person("2026-01-01", name="Ida Holm")
    ida.has("relations", kind="competitor", title="x", started_on="2026-01-01")
    found = [one for one in clienti.plan("2026-01-02").findings if one.code == "never_claimed"]
    assert [(one.table, one.severity) for one in found] == [("relations", "warning")]
    assert "1 rows" in found[0].text
    assert [(one.promise, one.rows) for one in clienti.plan("2026-01-02").statements if one.table == "relations"] == [
        ("", 1)
    ]


# What answering people keeps: CI-24, each request within 30 days


def asks(clienti: Story, received: str, right: AsksFor = "access") -> int:
    who = Record(record_class="person", key=(1,))
    at = clienti.noon(received)
    made = book.register(clienti.company, at, asks_for=right, person=who, channel="letter", received=at.date())
    return made.number


def answered(clienti: Story, number: int, on: str) -> None:
    book.close(clienti.company, clienti.noon(on), number, "answered")


def deadline(clienti: Story, on: str) -> PartShown:
    return clienti.part(on, "CI-24", "deadline")


def test_where_nobody_has_asked_the_board_says_so(clienti: Story) -> None:
    shown = deadline(clienti, "2026-01-01")
    assert (shown.state, shown.why, shown.evidence) == ("kept", "Nobody has asked yet.", ())


def test_a_request_is_due_until_its_last_day_and_broken_after_it(clienti: Story) -> None:
    asks(clienti, "2026-01-05")
    asks(clienti, "2026-01-12")
    shown = deadline(clienti, "2026-02-04")
    assert (shown.state, shown.next) == ("due", date(2026, 2, 4))
    assert "2 requests are open, the first due by 2026-02-04" in shown.why
    shown = deadline(clienti, "2026-02-05")
    assert shown.state == "broken"
    assert "1 request is open past the last day" in shown.why


def test_answers_in_time_are_evidence_and_those_of_other_rights_are_none(clienti: Story) -> None:
    answered(clienti, asks(clienti, "2026-01-05"), "2026-01-06")
    answered(clienti, asks(clienti, "2026-01-05"), "2026-02-04")
    shown = deadline(clienti, "2026-02-05")
    assert (shown.state, shown.since) == ("kept", date(2026, 1, 6))
    assert shown.why == "2 answered in time since 2026-01-06, none open."
    assert [clienti.entries()[number]["does"] for number in shown.evidence] == ["answered", "answered"]
    assert clienti.part("2026-02-05", "CI-02", "requests").why == "Nobody has asked yet."
    assert deadline(clienti, "2027-03-01").why == "Nobody has asked in the last 12 months."


@pytest.mark.parametrize(("on", "state"), [("2026-02-05", "broken"), ("2027-02-05", "broken"), ("2027-02-06", "kept")])
def test_a_late_answer_is_told_for_a_year_even_when_the_request_is_forgotten(
    clienti: Story, on: str, state: str
) -> None:
    answered(clienti, asks(clienti, "2026-01-05"), "2026-02-05")
    with clienti.company.state.writing() as connection:
        book.forget(connection, clienti.noon(on).date(), -1)
    shown = deadline(clienti, on)
    assert shown.state == state
    assert ("1 answered late within 12 months" in shown.why) == (state == "broken")


def test_a_request_that_somebody_must_decide_on_is_waiting_and_one_beside_it_is_due(clienti: Story) -> None:
    number = asks(clienti, "2026-01-05", "erasure")
    with clienti.company.state.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO holdord_restriction "
                "(number, record_class, record_key, ground, since, review, request, entries) "
                "VALUES (1, 'person', '[1]', 'objection', '2026-01-05', '2026-01-20', :request, '[]')"
            ),
            {"request": number},
        )
    shown = deadline(clienti, "2026-01-06")
    assert shown.state == "waiting"
    assert "1 of them for somebody to decide" in shown.why
    asks(clienti, "2026-01-06")
    assert deadline(clienti, "2026-01-06").state == "due"
    assert deadline(clienti, "2026-02-05").state == "broken"


# What the notice keeps by saying it: SE-17


def test_the_notice_keeps_what_it_says_while_it_is_what_the_policy_makes(story: Open) -> None:
    se = story("se-gruppen")
    shown = se.part("2026-01-01", "SE-17", "statement")
    assert shown.state == "kept"
    assert "notice.nb.md" in shown.why
    notice = se.folder / "notice.nb.md"
    notice.write_bytes(notice.read_bytes() + b"\n")
    shown = se.part("2026-01-01", "SE-17", "statement")
    assert shown.state == "due"
    assert "notice.nb.md is not what the policy says now: holdord write" in shown.why
    notice.unlink()
    assert se.part("2026-01-01", "SE-17", "statement").state == "due"


def test_a_policy_that_changed_leaves_its_notice_behind(story: Open) -> None:
    se = story("se-gruppen")
    se.changes_its_policy(("version: 2026-11-22", "version: 2026-12-01"))
    assert se.part("2026-12-01", "SE-01", "statement").state == "due"
