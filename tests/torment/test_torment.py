"""A quick look at what ``./run torment`` counts at length, and that it would see what may not happen."""

import random
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from holdord.policy import calendar
from holdord.policy.duration import Duration
from holdord.stores.base import Range
from tests.torment import (
    books,
    clock,
    full,
    kill,
    kill_requests,
    race,
    race_book,
    race_store,
    strangers,
    strangers_judge,
    strangers_world,
)

pytestmark = pytest.mark.postgres


def test_killed_sweep_erases_nothing_early_loses_no_entry_and_goes_on(postgres_server: str) -> None:
    report = kill.run(6, seed=3, people=20, companies=("clienti",), url=postgres_server)
    assert report.wrong == []
    assert report.counts["killed"] > 0
    assert all(report.counts[f"rounds on {kind.said}"] for kind in kill.KINDS)
    assert report.counts["batches before the kill"] + report.counts["batches after the kill"] > 0


def test_killed_answers_are_given_whole_or_not_at_all(postgres_server: str) -> None:
    report = kill_requests.run(6, seed=4, kinds=kill.KINDS[:4], url=postgres_server)
    assert report.wrong == []
    assert report.counts["killed"] > 0
    assert report.counts["rows touched"] > 0


def test_an_erasure_that_is_killed_half_done_is_seen(monkeypatch: pytest.MonkeyPatch, postgres_server: str) -> None:
    monkeypatch.setattr("holdord.run.execute._ONCE", 0)
    report = kill_requests.run(60, seed=5, kinds=kill.KINDS[:1], until_wrong=True, url=postgres_server)
    assert any("and others are not" in one for one in report.wrong)


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
    assert report.counts["sweeps that had done something but not all"] > 2
    assert all(any(one.startswith(f"{name}: ") for one in report.counts) for name in full.FAULTS)


def test_an_entry_lost_after_the_connection_was_is_seen(monkeypatch: pytest.MonkeyPatch, postgres_server: str) -> None:
    def at_a_commit(victim: full.Victim, _: object) -> int:
        return victim.names.index("store: COMMIT", victim.names.index("state: INSERT holdord_intent"))

    monkeypatch.setattr("holdord.run.settle._has_receipt", lambda *_: False)
    monkeypatch.setattr(full, "FAULTS", {"cut": full.FAULTS["connection cut before the answer"]})
    monkeypatch.setattr(full, "_seam", at_a_commit)
    report = full.run(1, kinds=[kind for kind in kill.KINDS if kind.key == "pg_apart"], url=postgres_server)
    assert any("In the end: erase item touched 10 rows, and the evidence says 0." in one for one in report.wrong)


def test_writers_beside_a_sweep_lose_nothing_that_is_held(postgres_server: str) -> None:
    report = race.run(4, seed=5, kinds=race.APART[:2], sweeps=1, url=postgres_server)
    assert report.wrong == []
    assert report.counts["writes amid a sweep"] > 10
    assert report.counts["pieces of held data looked for"] > 500
    assert report.counts["rows under a legal hold set in time, looked for"] > 20
    assert report.counts["rows touched by sweeps"] > 0


@pytest.mark.parametrize(
    ("kind", "walker"),
    [("sqlite", race_store.AsksOnce), ("pg", race_store.AsksBeforeItLocks)],
    ids=["asks-once", "asks-before-it-locks"],
)
def test_a_batch_that_does_not_ask_again_is_seen(
    kind: str, walker: type[race_store.WatchedWalk], postgres_server: str
) -> None:
    kinds = [one for one in kill.KINDS if one.key == kind]
    report = race.run(
        20,
        kinds=kinds,
        walker=walker,
        sweeps=1,
        widths=[20],
        paces=[0.01],
        counselled=[False],
        until_wrong=True,
        url=postgres_server,
    )
    assert report.wrong


def test_what_went_under_a_write_is_told_from_what_came_too_late() -> None:
    thing = ("customer", 7, "name")
    statement = SimpleNamespace(table="customer", action="strip", columns=[SimpleNamespace(column="name")])
    batch = race_store.Batch(statement, Range((4,), (8,)), sent=20, ended=30)  # type: ignore[arg-type]
    watch = race_store.Watch(lambda: None, lambda: None)
    watch.batches.append(batch)

    def judged(begun: int, done: int, *sure: race_store.Thing, one_writer: bool = False) -> list[int]:
        pledge = race_book.Pledge(what="x", begun=begun, done=done, seen={thing: "Ida"}, sure=frozenset(sure))
        book = race_book.Book(pledges={("orders", 1): pledge})
        book.check(("orders", 1), lambda _: None)
        wrong, late = race_book.verdicts(book, watch, one_writer=one_writer)
        return [len(wrong), late.total()]

    assert judged(5, 10) == [1, 0]
    assert judged(5, 25) == [0, 1]
    assert judged(25, 40) == [0, 1]
    assert judged(31, 40) == [1, 0]
    assert judged(5, 25, thing) == judged(5, 25, one_writer=True) == [1, 0]


def test_strangers_are_not_touched_and_nothing_of_the_person_is_left(postgres_server: str) -> None:
    report = strangers.run(4, seed=3, url=postgres_server)
    assert report.wrong == []
    assert report.counts["person: kept, of strangers alone"] > 15
    assert report.counts["parcel: kept, of both"] > 0
    assert report.counts["person: stripped, of leavers alone"] + report.counts["person: gone, of leavers alone"] > 0


def test_touching_a_stranger_and_leaving_the_persons_own_are_seen() -> None:
    book = strangers_judge.Bookkeeper(strangers_world.world(random.Random(3)))
    left = {table: dict(rows) for table, rows in book.expected().items()}
    assert not list(book.judged(left))

    def judged(key: tuple[int, ...], row: strangers_world.Row | None) -> list[str]:
        people = {one: value for one, value in left["person"].items() if one != key}
        return list(book.judged(left | {"person": people if row is None else people | {key: row}}))

    stranger = next(key for key in left["person"] if key not in book.leavers)
    touched = ["A row of person was touched that is about strangers alone."]
    assert judged(stranger, left["person"][stranger] | {"phone": None}) == touched
    assert judged(stranger, None) == touched
    for leaver in book.leavers:
        whole = book.rows["person"][leaver]
        assert judged(leaver, whole) == ["A row of person is left, or left otherwise than it must be."]
    named = next(key for key in left["person"] if key in book.leavers)
    assert judged(named, None) == ["A row of person is gone that is held."]
