"""What ``keep`` refuses or asks about, and what a second one leaves alone: plans of yesterday, clocks set wrong."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from holdord.errors import LedgerError, NeedsConfirmation, Refused, StoreError
from holdord.run.board import board
from holdord.run.folder import open_company
from tests.scenarios.story import Row, Story
from tests.yes import keep


@pytest.fixture
def clienti(sqlite_register: str, tmp_path: Path) -> Iterator[Story]:
    story = Story("clienti", sqlite_register, tmp_path / "clienti")
    yield story
    story.company.close()


def subscriber(clienti: Story, withdrawn: str = "2026-06-01") -> Row:
    ida = clienti.person("2024-01-01", name="Ida Holm", email="ida@firm.example")
    return ida.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on=withdrawn)


def planned(clienti: Story, on: str) -> dict[str, Any]:
    """The plan as a file holds it."""
    return dict(json.loads(json.dumps(clienti.plan(on).document())))


def test_a_second_keep_writes_nothing(clienti: Story) -> None:
    subscriber(clienti)
    first = clienti.swept("2026-06-02")
    entries = clienti.entries()
    second = clienti.swept("2026-06-02")
    assert second.rows == 0
    assert second.note == first.note
    assert clienti.entries() == entries


def test_the_next_day_writes_only_that_somebody_looked(clienti: Story) -> None:
    subscriber(clienti)
    clienti.swept("2026-06-02")
    before = clienti.entries()
    clienti.swept("2026-06-03")
    (new,) = clienti.entries()[len(before) :]
    assert (new["kind"], new["at"], new["rows"], new["left"]) == ("sweep", "2026-06-03", 0, 0)


def test_the_plan_stands_in_the_log_before_anything_is_touched(clienti: Story) -> None:
    subscriber(clienti)
    plan = clienti.plan("2026-06-02")
    clienti.swept("2026-06-02")
    entries = clienti.entries()
    assert [entry["kind"] for entry in entries] == ["plan", "batch", "batch", "sweep"]
    assert {entry["plan"] for entry in entries} == {plan.digest}
    assert sum(entry["rows"] for entry in entries if entry["kind"] == "batch") == entries[0]["rows"] == plan.rows


def test_key_ranges_are_commitments(clienti: Story) -> None:
    subscriber(clienti)
    clienti.swept("2026-06-02")
    for entry in clienti.entries("batch"):
        assert set(entry["sealed"]) == {"range"}
        assert "after" not in entry
        assert "1000" not in json.dumps(entry)


def test_a_plan_of_the_future_is_refused(clienti: Story) -> None:
    row = subscriber(clienti)
    document = planned(clienti, "2026-06-02")
    with pytest.raises(Refused, match="after today"):
        keep(clienti.company, lambda: clienti.noon("2026-06-01"), planned=document)
    assert not row.is_gone
    assert clienti.entries() == []


def test_a_plan_of_yesterday_does_what_was_due_yesterday_and_no_more(clienti: Story) -> None:
    yesterday = subscriber(clienti)
    document = planned(clienti, "2026-06-02")
    today = subscriber(clienti, "2026-06-02")
    keep(clienti.company, lambda: clienti.noon("2026-06-03"), planned=document)
    assert yesterday.is_gone
    assert not today.is_gone


def test_a_plan_that_has_come_to_mean_more_rows_is_refused_and_nothing_is_touched(clienti: Story) -> None:
    first = subscriber(clienti)
    document = planned(clienti, "2026-06-02")
    second = subscriber(clienti)
    with pytest.raises(Refused, match=r"The plan said 1 rows of subscriptions \(erase\); now it would be 2"):
        keep(clienti.company, lambda: clienti.noon("2026-06-02"), planned=document)
    assert not first.is_gone
    assert not second.is_gone
    assert clienti.entries() == []


def test_a_plan_that_has_come_to_mean_fewer_rows_is_carried_out(clienti: Story) -> None:
    first, second = subscriber(clienti), subscriber(clienti)
    document = planned(clienti, "2026-06-02")
    second.becomes(withdrawn_on=None)
    keep(clienti.company, lambda: clienti.noon("2026-06-02"), planned=document)
    assert first.is_gone
    assert not second.is_gone


def test_a_plan_under_another_policy_is_refused(clienti: Story) -> None:
    row = subscriber(clienti)
    document = planned(clienti, "2026-06-02")
    clienti.changes_its_policy(("at_most: 5 days}", "at_most: 4 days}"))
    with pytest.raises(Refused, match="The policy changed"):
        keep(clienti.company, lambda: clienti.noon("2026-06-02"), planned=document)
    assert not row.is_gone


@pytest.mark.parametrize(
    "change",
    [
        {"at": None},
        {"at": "soon"},
        {"statements": None},
        {"statements": [1]},
        {"statements": [{}]},
        {"statements": {"a": 1}},
        {"statements": [{"table": [], "action": {}, "columns": 3, "rows": "x"}]},
        {"statements": [{"table": "subscriptions", "action": "erase", "columns": [], "rows": "x"}]},
        {"policy": None},
        {"statements": []},
    ],
)
def test_a_file_that_is_no_plan_is_refused(clienti: Story, change: dict[str, Any]) -> None:
    row = subscriber(clienti)
    document = planned(clienti, "2026-06-02") | change
    with pytest.raises(Refused):
        keep(clienti.company, lambda: clienti.noon("2026-06-02"), planned=document)
    assert not row.is_gone


def test_an_empty_file_is_no_plan(clienti: Story) -> None:
    row = subscriber(clienti)
    with pytest.raises(Refused):
        keep(clienti.company, lambda: clienti.noon("2026-06-02"), planned={})
    assert not row.is_gone


def test_the_digest_of_another_plan_confirms_nothing(clienti: Story) -> None:
    row = subscriber(clienti)
    with pytest.raises(Refused, match="not the one confirmed"):
        keep(clienti.company, lambda: clienti.noon("2026-06-02"), confirm="0" * 64)
    assert not row.is_gone


@pytest.mark.parametrize(
    ("hours", "asks"),
    [(-24, True), (-1, True), (0, False), (24, False), (31 * 24, False), (31 * 24 + 1, True), (24 * 365 * 5, True)],
)
def test_a_clock_set_back_or_far_forward_asks_first(clienti: Story, hours: int, asks: bool) -> None:
    clienti.company = replace(clienti.company, settings=replace(clienti.company.settings, pause_days=31))
    clienti.swept("2026-06-01")
    row = subscriber(clienti, "2026-05-01")
    moment = clienti.noon("2026-06-01") + timedelta(hours=hours)
    if not asks:
        keep(clienti.company, lambda: moment)
        assert row.is_gone
        return
    with pytest.raises(NeedsConfirmation) as caught:
        keep(clienti.company, lambda: moment)
    assert not row.is_gone
    digest = str(caught.value).rpartition(" ")[2]
    keep(clienti.company, lambda: moment, confirm=digest)
    assert row.is_gone


def test_the_first_keep_of_all_has_no_clock_to_compare_with(clienti: Story) -> None:
    clienti.company = replace(clienti.company, settings=replace(clienti.company.settings, pause_days=1))
    row = subscriber(clienti)
    clienti.swept("2026-06-02")
    assert row.is_gone


def test_what_is_erased_is_nowhere_in_the_database_file_nor_beside_it(clienti: Story) -> None:
    marks = [f"marker-{number}-zebedee".encode() for number in range(3)]
    long = "x" * 9_000 + marks[2].decode()  # more than a page
    ida = clienti.person("2020-01-01", name="Ida", email=marks[0].decode(), remark=marks[1].decode())
    relation = ida.has("relations", kind="customer", started_on="2020-01-01", ended_on="2026-05-31")
    relation.has("correspondence", channel="mail", body=long, sent_on="2010-01-01")
    for _ in range(50):
        clienti.person("2020-01-01", name="Ida", email=marks[0].decode(), remark=marks[1].decode())

    def written() -> bytes:
        return b"".join(file.read_bytes() for file in clienti.folder.parent.glob("register.db*"))

    assert all(mark in written() for mark in marks)
    clienti.swept("2026-06-01")  # the e-mail address is stripped, many rows are erased
    assert marks[0] not in written()
    assert marks[1] in written()  # still held
    clienti.swept("2028-06-01")
    assert clienti.count() == {}
    assert [mark for mark in marks if mark in written()] == []
    with clienti.company.store.reading() as snapshot:
        assert snapshot.connection.execute(text("PRAGMA secure_delete")).scalar() == 1


def test_ledger_and_findings_hold_nothing_of_the_people(clienti: Story) -> None:
    marks = ["Zebedee", "quixote@firm.example", "sesame"]
    ida = clienti.person("2020-01-01", name=marks[0], email=marks[1], card=marks[2])
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2020-01-01", withdrawn_on="2021-01-01")
    kept = clienti.swept("2026-06-02")
    board = clienti.shows("2026-06-02")
    said = json.dumps(clienti.entries()) + repr(kept) + repr(kept.plan) + repr(board) + repr(clienti.company)
    assert "card" in said
    assert [mark for mark in marks if mark in said] == []


def test_a_day_that_is_not_in_the_calendar_is_said_and_nothing_falls_over(clienti: Story) -> None:
    ida = clienti.person("2020-01-01", name="Ida")
    ida.has("relations", kind="customer", started_on="2020-01-01")
    with clienti.company.store.writing() as connection:
        connection.execute(text("UPDATE relations SET ended_on = '2025-02-30'"))
    assert "relations" in clienti.plan("2026-01-01").stopped
    assert not board(clienti.company, clienti.noon("2026-01-01")).is_well


def test_a_column_that_cannot_be_stripped_waits_and_is_not_called_kept(clienti: Story) -> None:
    clienti.changes_its_policy(("\ngroups:\n", "\ncategories: {contact.phone: {after: generalise}}\n\ngroups:\n"))
    ida = clienti.person("2020-01-01", name="Ida", email="ida@firm.example", phone="+45 70 00 00 01")
    ida.has("relations", kind="customer", started_on="2020-01-01", ended_on="2023-03-10")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2020-01-01")
    kept = clienti.swept("2025-03-11")
    assert ida.holds == {"name", "email", "phone"}
    assert [(one.code, one.table) for one in kept.left.findings if one.severity == "stop"] == [
        ("no_generaliser", "persons")
    ]
    shown = clienti.part("2025-03-11", "CI-18", "storage")
    assert shown.state == "waiting"
    assert "persons.phone" in shown.why


def test_a_hold_on_a_record_that_is_not_there_is_said_and_not_called_kept(clienti: Story) -> None:
    clienti.person("2026-01-01", name="Ida")  # the first; the policy's hold names the second
    assert "hold_covers_nothing" in {finding.code for finding in clienti.plan("2026-06-01").findings}
    assert clienti.part("2026-06-01", "CI-21", "disputes").state == "waiting"


def test_a_condition_that_is_neither_true_nor_false_stops_its_table(clienti: Story) -> None:
    ida = clienti.person("2020-01-01", name="Ida")
    ida.has("correspondence", channel="mail", subject="s", sent_on="2020-01-01")
    with clienti.company.store.writing() as connection:
        connection.execute(text("UPDATE correspondence SET accounting = 2"))
    assert "correspondence" in clienti.plan("2026-01-01").stopped


def test_a_key_that_is_gone_or_another_is_not_replaced(clienti: Story) -> None:
    key = clienti.company.key()
    clienti.company.public.write_text("holdord/other+00000000+AAAA\n", "utf-8")
    with pytest.raises(LedgerError, match="do not belong together"):
        clienti.company.key()
    clienti.company.public.write_text(f"{key.vkey}\n", "utf-8")
    clienti.company.settings.key.unlink()
    with pytest.raises(LedgerError, match="is gone"):
        clienti.company.key()


def test_no_second_register_is_installed_beside_a_ledger_that_is_elsewhere(clienti: Story) -> None:
    clienti.company.key()
    (clienti.folder / "holdord.toml").write_text('[store]\nurl = "sqlite:///registr.db"\n', "utf-8")
    with pytest.raises(StoreError, match="somewhere else"):
        open_company(clienti.folder, install=True)
    assert not (clienti.folder / "registr.db").exists()


def test_a_sweep_dated_after_today_keeps_nothing(clienti: Story) -> None:
    clienti.keeps("2026-06-10")
    assert clienti.part("2026-06-09", "CI-19", "storage").state == "due"


def test_what_is_due_and_not_overdue_shows_its_true_age(clienti: Story) -> None:
    ida = clienti.person("2024-01-01", name="Ida")
    ida.has("subscriptions", channel="email", topic="n", subscribed_on="2024-01-01", withdrawn_on="2026-06-01")
    part = clienti.part("2026-06-04", "CI-19", "storage")
    assert (part.state, part.oldest) == ("due", "3 days")
