"""A quick look at what ``./run torment`` counts at length, and that it would see what may not happen."""

from datetime import date
from pathlib import Path

import pytest

from holdord.policy import calendar
from holdord.policy.duration import Duration
from tests.torment import books, clock, full, kill

pytestmark = pytest.mark.postgres


def test_killed_sweep_erases_nothing_early_loses_no_entry_and_goes_on(postgres_server: str) -> None:
    report = kill.run(6, seed=3, people=60, companies=("clienti",), url=postgres_server)
    assert report.wrong == []
    assert report.counts["killed"] >= 3
    assert all(report.counts[f"rounds on {kind.said}"] for kind in kill.KINDS)
    assert report.counts["batches before the kill"] + report.counts["batches after the kill"] > 0


def test_no_row_goes_before_midnight_of_its_day_and_each_goes_at_it(postgres_server: str) -> None:
    report = clock.run(400, seed=2, url=postgres_server)
    assert report.wrong == []
    assert report.counts["gone on its day"] > 50
    assert report.counts["tables with a misfit"] > 0


def test_erasing_without_an_entry_is_seen(tmp_path: Path) -> None:
    ready = kill.prepared(tmp_path, "clienti", 60, kill.KINDS[0], None)
    table, action, columns = next(what for what in ready.amounts if what[1] == "erase")
    gone = {key: row for key, row in ready.before[table].items() if key in ready.after[table]}
    found = {**ready.before, table: gone}
    changed = books.changes(ready.before, found, ready.amounts)
    assert changed[table, action, columns] == ready.amounts[table, action, columns]
    assert list(books.unmatched(changed, changed - changed, "Then"))
    assert not list(books.early(ready.before, ready.after, found))
    assert list(books.early(ready.before, ready.before, found))


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


def test_what_goes_wrong_at_a_seam_is_told_and_made_good(postgres_server: str) -> None:
    report = full.run(48, seed=4, url=postgres_server)
    assert report.wrong == []
    assert report.counts["sweeps that had done something but not all"] > 5
    assert all(any(one.startswith(f"{name}: ") for one in report.counts) for name in full.FAULTS)


def test_an_entry_lost_after_the_connection_was_is_seen(monkeypatch: pytest.MonkeyPatch, postgres_server: str) -> None:
    def at_a_commit(victim: full.Victim, _: object) -> int:
        return victim.names.index("store: COMMIT", victim.names.index("state: INSERT holdord_intent"))

    monkeypatch.setattr("holdord.run.settle._has_receipt", lambda *_: False)
    monkeypatch.setattr(full, "FAULTS", {"cut": full.FAULTS["connection cut before the answer"]})
    monkeypatch.setattr(full, "_seam", at_a_commit)
    report = full.run(1, kinds=[kind for kind in kill.KINDS if kind.key == "pg_apart"], url=postgres_server)
    assert any("In the end: erase item touched 10 rows, and the evidence says 0." in one for one in report.wrong)
