"""A quick look at what ``./run torment`` counts at length, and that it would see what may not happen."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from holdord.policy import calendar
from holdord.policy.duration import Duration
from tests.torment import clock, kill

pytestmark = pytest.mark.postgres


def test_killed_sweep_erases_nothing_early_loses_no_entry_and_goes_on(postgres_server: str) -> None:
    report = kill.run(6, seed=3, people=120, companies=("clienti",), url=postgres_server)
    assert report.wrong == []
    assert report.counts["killed"] >= 3
    assert report.counts["batches before the kill"] + report.counts["batches after the kill"] > 0


def test_no_row_goes_before_midnight_of_its_day_and_each_goes_at_it(postgres_server: str) -> None:
    report = clock.run(400, seed=2, url=postgres_server)
    assert report.wrong == []
    assert report.counts["gone on its day"] > 50
    assert report.counts["tables with a misfit"] > 0


def test_erasing_without_an_entry_is_seen(tmp_path: Path) -> None:
    ready = kill.prepared(tmp_path, "clienti", 60, None)
    table, action, columns = next(what for what in ready.amounts if what[1] == "erase")
    gone = {key: row for key, row in ready.before[table].items() if key in ready.after[table]}
    changed = kill.changes(ready.before, {**ready.before, table: gone}, ready.amounts)
    assert changed[table, action, columns] == ready.amounts[table, action, columns]
    assert list(kill.unmatched(changed, changed - changed, "Then"))
    assert not list(kill.early(ready, {**ready.before, table: gone}))
    assert list(kill.early(replace(ready, after=ready.before), {**ready.before, table: gone}))


def test_calendar_counted_anew_agrees_with_the_products() -> None:
    year = calendar.FinancialYear.parse("06-30")
    for ordinal in range(date(2023, 1, 1).toordinal(), date(2025, 1, 1).toordinal(), 7):
        start = date.fromordinal(ordinal)
        for months, days in clock.DURATIONS.values():
            duration = Duration(months=months, days=days)
            assert clock.due(start, months, days, None) == calendar.due_on(start, duration)
            assert clock.due(start, months, days, "06-30") == calendar.due_on(start, duration, year)


def test_a_day_too_early_is_seen(monkeypatch: pytest.MonkeyPatch, postgres_server: str) -> None:
    honest = calendar.midnight
    monkeypatch.setattr("holdord.plan.clocks.midnight", lambda on, zone: honest(on, zone) + 2 * clock.HOUR)
    report = clock.run(120, seed=2, url=postgres_server)
    assert any("gone early" in one for one in report.wrong)
