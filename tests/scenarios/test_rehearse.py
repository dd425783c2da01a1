"""A rehearsal: what it says is what real sweeps then do, and nothing but a copy is touched."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from examples.population import populate
from sqlalchemy import create_engine, inspect, make_url, text

from holdord.errors import StoreError
from holdord.run import rehearse as module
from holdord.run.foreseen import Rehearsal, Span
from holdord.run.rehearse import dates, rehearse
from holdord.stores import copy_postgres, copy_sqlite
from tests.scenarios.conftest import Open, on_sqlite
from tests.scenarios.story import Story, day

HOLD = "scope: {person: 2}\n    since: 2026-02-01\n    review: 2027-02-01"
ROOT = Path(__file__).parents[2]
WHAT = tuple[str, str, str, tuple[str, ...]]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies of SQLite files lie in this test; nothing is left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def foretold(found: Rehearsal) -> dict[date, dict[WHAT, int]]:
    """Date → what is done to how many rows."""
    return {
        one.at: {(done.promise, done.action, done.table, done.columns): done.rows for done in one.done}
        for one in found.dates
        if one.done
    }


def swept(story: Story, days: list[date]) -> dict[date, dict[WHAT, int]]:
    """What the evidence says that real sweeps did on these days."""
    found: dict[date, dict[WHAT, int]] = {}
    for on in days:
        before = len(story.entries("batch"))
        assert not story.swept(on).left.statements
        for entry in story.entries("batch")[before:]:
            what = (entry["promise"], entry["action"], entry["table"], tuple(entry["columns"]))
            done = found.setdefault(on, {})
            done[what] = done.get(what, 0) + entry["rows"]
    return found


def whole(story: Story) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, the evidence included."""
    with story.company.store.snapshot() as connection:
        names = inspect(connection).get_table_names()
        return {name: sorted(map(tuple, _rows(connection, name)), key=repr) for name in names}


def _rows(connection: Any, name: str) -> Any:
    return connection.execute(text(f'SELECT * FROM "{name}"')).all()


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.iterdir()}


def nothing_is_left(story: Story, temporary: Path) -> None:
    assert list(temporary.iterdir()) == []
    assert schemas(story) == []


def schemas(story: Story) -> list[str]:
    with story.company.store.snapshot() as connection:
        return [name for name in inspect(connection).get_schema_names() if name.startswith(copy_postgres.PREFIX)]


def peopled(story: Story, people: int = 40) -> Story:
    populate(
        story.company.store.engine, "clienti", people, as_of=day("2026-06-01"), seed=7, policy=story.company.policy
    )
    return story


# What it says


@pytest.mark.parametrize(("by", "until"), [("month", "2026-11-15"), ("day", "2026-06-05")])
def test_a_rehearsal_says_what_sweeps_at_its_dates_then_do(clienti: Story, by: Span, until: str) -> None:
    peopled(clienti)
    clienti.swept("2026-05-01")
    found = rehearse(clienti.company, day("2026-06-01"), day(until), by)
    assert found.rows > 3
    assert foretold(found) == swept(clienti, dates(day("2026-06-01"), day(until), by))


def test_a_rehearsal_changes_not_one_row_one_file_or_one_entry(clienti: Story, temporary: Path) -> None:
    peopled(clienti)
    rows, there = whole(clienti), files(clienti.folder)
    assert rehearse(clienti.company, day("2026-06-01"), day("2027-06-01"), "month").rows > 10
    assert (whole(clienti), files(clienti.folder)) == (rows, there)
    nothing_is_left(clienti, temporary)


@on_sqlite
def test_quiet_dates_are_passed_by(clienti: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []
    make = module.make

    def counting(bound: Any, reader: Any, at: date) -> Any:
        asked.append(at)
        return make(bound, reader, at)

    ida = clienti.person("2024-01-01", name="Ida Holm", email="ida@firm.example")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on="2026-07-20")
    monkeypatch.setattr(module, "make", counting)
    found = rehearse(clienti.company, day("2026-06-01"), day("2026-12-31"), "day")
    assert [one.at for one in found.dates if one.done] == [day("2026-07-21")]
    assert len(asked) < 25


@on_sqlite
def test_legal_holds_begin_and_end_on_their_days(story: Open) -> None:
    held = HOLD.replace("2026-02-01", "2026-07-10").replace("review: 2027-02-01", "until: 2026-09-20")
    clienti = story("clienti", (HOLD, held))
    ida = clienti.person("2024-01-01", id=2, name="Ida Holm", email="ida@firm.example")
    for on in ("2026-07-01", "2026-07-20"):
        ida.has("subscriptions", channel="email", topic=on, subscribed_on="2024-01-01", withdrawn_on=on)
    found = rehearse(clienti.company, day("2026-06-01"), day("2026-10-31"), "month")
    assert [(one.at, turn.what, turn.on) for one in found.dates for turn in one.turns] == [
        (day("2026-07-31"), "begins", day("2026-07-10")),
        (day("2026-09-30"), "ended", day("2026-09-21")),
    ]
    told = foretold(found)
    assert {at: {table for _, _, table, _ in done} for at, done in told.items()} == {
        day("2026-09-30"): {"subscriptions", "persons"},
    }
    assert told == swept(clienti, [one.at for one in found.dates])


@on_sqlite
def test_what_stops_is_said_once_where_it_begins(story: Open) -> None:
    clienti = story("clienti", ("\ngroups:\n", "\ncategories: {contact.phone: {after: generalise}}\n\ngroups:\n"))
    ida = clienti.person("2020-01-01", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
    ida.has("relations", kind="customer", started_on="2020-01-01", ended_on="2024-08-10")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2020-01-01")
    found = rehearse(clienti.company, day("2026-06-01"), day("2026-12-01"), "month")
    stops = [(one.at, finding.code) for one in found.dates for finding in one.findings if finding.severity == "stop"]
    assert stops == [(day("2026-08-31"), "no_generaliser")]


def test_dates_are_the_ends_of_days_weeks_and_months() -> None:
    def said(until: str, by: Span) -> list[str]:
        return [on.isoformat() for on in dates(day("2026-06-01"), day(until), by)]

    assert said("2026-06-01", "month") == ["2026-06-01"]
    assert said("2026-06-03", "day") == ["2026-06-01", "2026-06-02", "2026-06-03"]
    assert said("2026-06-15", "week") == ["2026-06-01", "2026-06-07", "2026-06-14", "2026-06-15"]
    assert said("2026-08-15", "month") == ["2026-06-01", "2026-06-30", "2026-07-31", "2026-08-15"]
    assert [module.span_for(day("2026-06-01"), day(on)) for on in ("2026-08-02", "2026-08-03")] == ["day", "month"]


# What becomes of the copy


@pytest.mark.parametrize("error", [StoreError, KeyboardInterrupt])
def test_the_copy_is_gone_after_an_error_or_an_interrupt(
    clienti: Story, temporary: Path, error: type[BaseException]
) -> None:
    peopled(clienti, 10)
    rows, seen = whole(clienti), []

    def stop(_: date) -> None:
        seen.append((list(temporary.rglob("copy.db")), schemas(clienti)))
        raise error

    with pytest.raises(error):
        rehearse(clienti.company, day("2026-06-01"), day("2027-06-01"), "month", progress=stop)
    assert len(seen[0][0] + seen[0][1]) == 1
    nothing_is_left(clienti, temporary)
    assert whole(clienti) == rows


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_this_account_can_open_the_copy(sqlite_register: str, tmp_path: Path, temporary: Path) -> None:
    clienti = Story("clienti", sqlite_register, tmp_path / "clienti")
    modes: list[int] = []

    def look(_: date) -> None:
        (folder,) = temporary.iterdir()
        modes.extend(path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir()))

    rehearse(clienti.company, day("2026-06-01"), day("2026-06-02"), "day", progress=look)
    assert len(modes) > 4
    assert set(modes) == {0}
    clienti.company.close()


KILLED = """
import os, signal, sys, tempfile
from datetime import date
from pathlib import Path
from holdord.run.folder import open_company
from holdord.run.rehearse import rehearse
tempfile.tempdir = sys.argv[2]
at = date(2026, 6, 1)
rehearse(open_company(Path(sys.argv[1])), at, at, "day", progress=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_what_a_killed_rehearsal_left_is_erased_by_the_next(clienti: Story, temporary: Path) -> None:
    peopled(clienti, 10)
    rows, told = whole(clienti), list[str]()
    arguments = [sys.executable, "-c", KILLED, str(clienti.folder), str(temporary)]
    killed = subprocess.run(arguments, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    left = [*map(str, temporary.iterdir()), *schemas(clienti)]
    assert len(left) == 1
    for _ in range(200):  # the server may need a moment to see that its client is gone
        rehearse(clienti.company, day("2026-06-01"), day("2026-06-01"), "day", told=told.append)
        if told:
            break
    assert [left[0] in one for one in told] == [True]
    nothing_is_left(clienti, temporary)
    assert whole(clienti) == rows


def test_a_rehearsal_leaves_another_one_alone(clienti: Story, temporary: Path) -> None:
    peopled(clienti, 10)
    told: list[str] = []
    inner: list[Rehearsal] = []

    def again(at: date) -> None:
        if not inner:
            inner.append(rehearse(clienti.company, day("2026-06-01"), day("2026-07-01"), "week", told=told.append))

    outer = rehearse(clienti.company, day("2026-06-01"), day("2026-07-01"), "week", progress=again)
    assert (inner, told) == ([outer], [])
    nothing_is_left(clienti, temporary)


def test_a_folder_of_another_kind_is_left_alone(sqlite_register: str, tmp_path: Path, temporary: Path) -> None:
    clienti = Story("clienti", sqlite_register, tmp_path / "clienti")
    young, old, file = (temporary / f"{copy_sqlite.PREFIX}{name}" for name in ("young", "old", "file"))
    young.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    file.touch()
    (temporary / f"{copy_sqlite.PREFIX}link").symlink_to(tmp_path, target_is_directory=True)
    rehearse(clienti.company, day("2026-06-01"), day("2026-06-01"), "day")
    assert young.exists()
    assert file.exists()
    assert not old.exists()
    assert clienti.folder.exists()
    clienti.company.close()


@pytest.fixture
def on_postgres(postgres_register: str, tmp_path: Path) -> Iterator[Story]:
    story = Story("clienti", postgres_register, tmp_path / "clienti")
    yield story
    story.company.close()


@pytest.mark.postgres
def test_a_copy_that_is_dropped_meanwhile_is_an_error_and_the_data_are_left(on_postgres: Story) -> None:
    peopled(on_postgres, 20)
    rows = whole(on_postgres)

    def drop(_: date) -> None:
        engine = create_engine(on_postgres.company.store.engine.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {schemas(on_postgres)[0]} CASCADE")
        engine.dispose()

    with pytest.raises(StoreError, match="does not exist"):
        rehearse(on_postgres.company, day("2026-06-01"), day("2031-06-01"), "month", progress=drop)
    assert whole(on_postgres) == rows


@pytest.mark.postgres
def test_a_role_that_may_make_no_schema_is_told_which_right_is_missing(
    on_postgres: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(on_postgres.company.settings.store_url).set(drivername="postgresql+psycopg")
    role = f"{url.database}_role"
    with on_postgres.company.store.writing() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    engine = create_engine(url.set(username=role))
    owner, on_postgres.company.store.engine = on_postgres.company.store.engine, engine
    try:
        with pytest.raises(StoreError, match=r"GRANT CREATE ON DATABASE holdord_\w+ TO the role"):
            rehearse(on_postgres.company, day("2026-06-01"), day("2026-06-02"), "day")
    finally:
        on_postgres.company.store.engine = owner
        engine.dispose()
        with on_postgres.company.store.writing() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")
    assert schemas(on_postgres) == []
