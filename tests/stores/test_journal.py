"""Evidence in another database than the data: nothing is lost, entered twice or done twice, wherever a sweep ends."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, make_url, text
from tests.foreign.story import empty_state
from tests.scenarios.story import Story
from tests.torment import books, small
from tests.torment.seams import DEAD, Killed, Strike, die, in_a_child, kill, seams, strike_at
from tests.torment.servers import Server
from tests.yes import keep

from holdord.errors import Collided, NeedsConfirmation, Refused, StoreError
from holdord.run import execute
from holdord.run import settle as settling
from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.run.journal import RECEIPTS
from holdord.run.settle import settle
from holdord.run.sweep import Kept
from holdord.stores.database import Database, connect
from holdord.stores.register.migrate import upgrade

PROOFS = [
    pytest.param("sqlite", True, id="sqlite"),
    pytest.param("sqlite", False, id="sqlite-no_receipts"),
    pytest.param("postgresql", True, id="postgresql", marks=pytest.mark.postgres),
    pytest.param("postgresql", False, id="postgresql-no_receipts", marks=pytest.mark.postgres),
]
WITH_RECEIPTS = [one for one in PROOFS if one.values[1]]

Open = Callable[..., Company]


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    server = Server(str(request.getfixturevalue("postgres_server")))
    yield server
    server.close()


@pytest.fixture
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the small company with its evidence apart: ``post("postgresql", receipts=False)``."""
    opened: list[Company] = []

    def begin(dialect: str, receipts: bool = True) -> Company:
        store = f"sqlite:///{tmp_path / 'store.db'}"
        if dialect == "postgresql":
            store = request.getfixturevalue("server").make("post")
        (tmp_path / "state.db").write_bytes(empty_state())
        opened.append(small.small(tmp_path / "post", store, f"sqlite:///{tmp_path / 'state.db'}", receipts=receipts))
        small.fill(opened[0].store.engine)
        return opened[0]

    yield begin
    for one in opened:
        one.close()


def swept(company: Company) -> Kept:
    return keep(company, lambda: small.NOW)


def undisturbed(company: Company) -> tuple[books.Rows, books.Rows, books.Amounts]:
    """Sweep once; return the rows before and after, and what the entries say. The rows are put back."""
    first, before = books.size(company), books.rows(company)
    assert not swept(company).left.statements
    after, amounts = books.rows(company), books.said(company, first)[0]
    assert books.changes(before, after, amounts) == amounts
    assert amounts["item", "erase", ()]
    assert amounts["parcel", "strip", ("label",)]
    small.fill(company.store.engine)
    assert books.rows(company) == before
    return before, after, amounts


def places(company: Company) -> list[str]:
    """Return the names of the seams of a sweep; what it did is put back."""
    with seams(company, lambda *_: None) as names:
        swept(company)
    small.fill(company.store.engine)
    return names


def struck(company: Company, strike: Strike) -> None:
    """Sweep, and be killed."""
    with seams(company, strike), pytest.raises(Killed):
        swept(company)


def before_commit() -> Strike:
    """Kill when the first batch is about to commit."""
    return _once("store: COMMIT", "state: INSERT holdord_intent")


def after_commit() -> Strike:
    """Kill once the first batch has committed, before its entry is written."""
    return _once("", "store: COMMIT", "state: INSERT holdord_intent")


def _once(place: str, *earlier: str, act: Callable[[Connection], None] = kill) -> Strike:
    """Strike at the first seam of a name (or any) that comes after others."""
    awaited = [place, *earlier]

    def strike(_: int, name: str, connection: Connection) -> None:
        if name == awaited[-1] or awaited == [""]:
            awaited.pop()
            if not awaited:
                awaited.append("never")
                act(connection)

    return strike


# As in one database


@pytest.mark.parametrize(
    ("data", "evidence", "receipts"),
    [
        ("sqlite", "sqlite", True),
        ("sqlite", "sqlite", False),
        pytest.param("postgresql", "sqlite", False, marks=pytest.mark.postgres),
        pytest.param("postgresql", "postgresql", True, marks=pytest.mark.postgres),
    ],
)
def test_rows_and_entries_are_those_of_one_database(
    request: pytest.FixtureRequest, tmp_path: Path, data: str, evidence: str, receipts: bool
) -> None:
    def database(name: str, kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        return str(request.getfixturevalue("server").make(name))

    found = []
    for name, apart in (("together", False), ("apart", True)):
        url = database(name, data)
        engine = connect(url)
        upgrade(engine)
        engine.dispose()
        (tmp_path / name).mkdir()
        story = Story("clienti", url, tmp_path / name / "clienti")
        if apart:
            state = Database(name="state", engine=connect(database("state", evidence)))
            upgrade(state.engine, register=False)
            settings = replace(story.company.settings, receipts=receipts)
            story.company = replace(story.company, state=state, settings=settings)
        with closing(story.company) as company:
            ida = story.person("2019-05-02", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
            ida.has("relations", kind="customer", started_on="2019-05-02", ended_on="2023-03-10")
            ida.has("subscriptions", channel="email", topic="n", subscribed_on="2024-01-01", withdrawn_on="2026-06-01")
            for day in ("2026-06-02", "2028-06-01"):
                assert not story.swept(day).left.statements
            entries = books.entries(company)
            found.append((books.rows(company), [entry | {"sealed": "", "owed": ""} for entry in entries]))
            if apart:
                assert books.entries(replace(company, state=company.store)) == []
                assert books.intents(company) == {}
                assert books.receipts(company) == {}
    assert found[0] == found[1]
    assert len(found[0][1]) > 5


# Wherever a sweep ends


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_a_kill_anywhere_loses_no_entry_and_neither_enters_nor_does_anything_twice(
    post: Open, dialect: str, receipts: bool
) -> None:
    company = post(dialect, receipts)
    before, done, amounts = undisturbed(company)
    names = places(company)
    commits = [number for number, name in enumerate(names) if name.endswith("COMMIT")]
    assert len(commits) > 12
    met = {"nothing yet": 0, "amid": 0, "open": 0, "carried out, not entered": 0, "all": 0}
    for number in commits:
        first = books.size(company)
        assert in_a_child(company, lambda at=number: _swept_until(company, at)) == DEAD  # type: ignore[misc]
        there = books.rows(company)
        entered = books.said(company, first)[0]
        happened = books.changes(before, there, amounts)
        open_, (unentered, tables) = books.intents(company), books.unentered(company, happened, entered)
        assert happened == entered + unentered
        assert len(open_) <= 1
        assert not list(books.early(before, done, there))
        kept = swept(company)
        assert kept.rows == sum(amounts.values()) - sum(happened.values())
        assert not kept.left.statements
        assert books.rows(company) == done
        entries = books.entries(company, first)
        assert books.said(company, first)[0] == amounts
        assert {entry["kind"] for entry in entries} <= {"plan", "batch", "sweep"}
        assert [one["settled"] for one in entries if "settled" in one] == [known(dialect, receipts)] * len(tables)
        assert books.intents(company) == {}
        assert all(rows < 0 for rows in books.receipts(company).values())
        met["open"] += bool(open_)
        met["carried out, not entered"] += bool(unentered)
        met["nothing yet" if not happened else "all" if happened == amounts else "amid"] += 1
        small.fill(company.store.engine)
    assert all(met.values()), met


def known(dialect: str, receipts: bool) -> str:
    """Return how it is known what became of a batch."""
    return "receipt" if receipts else "look" if dialect == "sqlite" else "transaction"


def _swept_until(company: Company, number: int) -> None:
    with seams(company, strike_at(number, die)):
        swept(company)


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_an_entry_written_afterwards_says_how_it_was_known(post: Open, dialect: str, receipts: bool) -> None:
    company = post(dialect, receipts)
    strike, first = after_commit(), books.size(company)
    struck(company, strike)
    assert settle(company, lambda: small.NOW) == 1
    plan, entry = books.entries(company, first)
    assert (plan["kind"], entry["kind"], entry["table"], entry["rows"]) == ("plan", "batch", "item", 10)
    assert entry["settled"] == known(dialect, receipts)
    assert settle(company, lambda: small.NOW) == 0
    assert books.size(company) == first + 2


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_a_batch_that_did_not_commit_gets_no_entry(post: Open, dialect: str, receipts: bool) -> None:
    company = post(dialect, receipts)
    strike, first = before_commit(), books.size(company)
    struck(company, strike)
    assert len(books.intents(company)) == 1
    assert settle(company, lambda: small.NOW) == 0
    assert [entry["kind"] for entry in books.entries(company, first)] == ["plan"]
    assert books.intents(company) == {}


@pytest.mark.parametrize(("dialect", "receipts"), WITH_RECEIPTS)
def test_void_receipts_stay_and_others_are_erased(post: Open, dialect: str, receipts: bool) -> None:
    company = post(dialect, receipts)
    for strike in (before_commit(), after_commit()):
        struck(company, strike)
        swept(company)
        small.fill(company.store.engine)
    assert list(books.receipts(company).values()) == [-1]


# Two at once


@pytest.mark.postgres
def test_a_batch_whose_intent_another_settled_cannot_commit(post: Open) -> None:
    company = post("postgresql")
    _, done, amounts = undisturbed(company)
    other, first = open_company(company.folder), books.size(company)

    def settle_there(_: int, name: str, __: Connection) -> None:
        if name == "store: INSERT holdord_receipt" and books.intents(other):
            assert settle(other, lambda: small.NOW) == 0

    before = books.rows(company)
    with closing(other), seams(company, settle_there), pytest.raises(Refused, match="Nothing of it was done"):
        swept(company)
    assert books.rows(company) == before
    swept(company)
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_an_entry_that_another_wrote_is_not_written_again(post: Open, dialect: str, receipts: bool) -> None:
    company = post(dialect, receipts)
    _, done, amounts = undisturbed(company)
    other, first = open_company(company.folder), books.size(company)
    settled_there = []

    def settle_there(_: int, name: str, __: Connection) -> None:
        if name == "state: BEGIN" and books.intents(other):
            settled_there.append(settle(other, lambda: small.NOW))

    with closing(other), seams(company, settle_there):
        kept = swept(company)
    assert settled_there == [1, 1, 1]
    assert kept.rows == sum(amounts.values())
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts


@pytest.mark.postgres
def test_without_receipts_a_sweep_waits_for_a_batch_that_is_on_its_way_and_then_refuses(
    post: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "_LOOKS", 2)
    company = post("postgresql", receipts=False)
    _, done, amounts = undisturbed(company)
    other, first = open_company(company.folder), books.size(company)
    refused = []

    def settle_there(_: int, name: str, __: Connection) -> None:
        if name == "store: COMMIT" and books.intents(other):
            with pytest.raises(Refused, match="Another sweep is at work"):
                settle(other, lambda: small.NOW)
            refused.append(name)

    with closing(other), seams(company, settle_there):
        swept(company)
    assert len(refused) == 3
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts


def test_without_receipts_a_sweep_on_sqlite_waits_until_a_batch_has_ended(post: Open) -> None:
    company = post("sqlite", receipts=False)
    _, done, amounts = undisturbed(company)
    other, first = open_company(company.folder), books.size(company)
    settled_there: list[int] = []
    waiting = threading.Thread(target=lambda: settled_there.append(settle(other, lambda: small.NOW)))

    def settle_there(_: int, name: str, __: Connection) -> None:
        if name == "store: COMMIT" and books.intents(company) and not waiting.ident:
            waiting.start()
            waiting.join(0.3)
            assert waiting.is_alive()
        elif waiting.ident:
            waiting.join()

    with closing(other), seams(company, settle_there):
        swept(company)
    assert settled_there == [1]
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts


@pytest.mark.parametrize(("dialect", "receipts"), WITH_RECEIPTS)
def test_two_sweeps_at_once_do_and_enter_everything_once(post: Open, dialect: str, receipts: bool) -> None:
    company = post(dialect, receipts)
    _, done, amounts = undisturbed(company)
    for _ in range(3):
        first = books.size(company)
        outcomes: list[str] = []

        def sweep(here: Company, outcomes: list[str]) -> None:
            try:
                swept(here)
                outcomes.append("kept")
            except (Refused, StoreError) as error:
                outcomes.append(str(error))

        with closing(open_company(company.folder)) as one, closing(open_company(company.folder)) as two:
            threads = [threading.Thread(target=sweep, args=(here, outcomes)) for here in (one, two)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(outcomes) == 2
        swept(company)
        assert books.rows(company) == done, outcomes
        assert books.said(company, first)[0] == amounts, outcomes
        assert books.intents(company) == {}
        small.fill(company.store.engine)


# What is left behind


@pytest.mark.parametrize("receipts", [True, False])
def test_nothing_of_a_key_is_left_in_the_state(post: Open, tmp_path: Path, receipts: bool) -> None:
    company = post("sqlite", receipts)
    with company.store.writing() as connection:
        connection.execute(text("INSERT INTO item VALUES ('øzebedee', 0, 'x')"))

    def written(name: str) -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.glob(f"{name}.db*"))

    struck(company, after_commit())
    assert "øzebedee".encode() in written("state")
    assert not swept(company).left.statements
    assert ("øzebedee",) not in books.rows(company)["item"]
    assert books.intents(company) == {}
    company.close()
    assert b"zebedee" not in written("state")
    assert b"zebedee" not in written("store")


@pytest.mark.postgres
def test_a_store_in_which_no_table_may_be_made_is_said_and_served_otherwise(post: Open, server: Server) -> None:
    company = post("postgresql")
    role, owner = f"{server.prefix}_limited", company.store.engine
    folder = company.folder
    base = make_url(company.settings.store_url)
    with owner.begin() as connection:
        connection.exec_driver_sql(f'DROP ROLE IF EXISTS "{role}"')
        connection.exec_driver_sql(f'CREATE ROLE "{role}" LOGIN')
        connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.exec_driver_sql(f'GRANT SELECT, UPDATE, DELETE ON person, parcel, item TO "{role}"')
        connection.exec_driver_sql("DROP TABLE IF EXISTS holdord_receipt")
    url = base.set(username=role).render_as_string(hide_password=False)
    settings = (folder / "holdord.toml").read_text("utf-8").replace(company.settings.store_url, url)
    (folder / "holdord.toml").write_text(settings, "utf-8")
    try:
        with closing(open_company(folder)) as limited:
            before = books.rows(limited)
            with pytest.raises(StoreError, match="holdord_receipt") as caught:
                swept(limited)
            assert "permission denied" in str(caught.value)
            assert "store.receipts = false" in str(caught.value)
            assert books.rows(limited) == before
            assert books.entries(limited) == []
        (folder / "holdord.toml").write_text(settings.replace("receipts = true", "receipts = false"), "utf-8")
        with closing(open_company(folder)) as limited:
            assert swept(limited).rows == 23
        small.fill(owner)
        with owner.begin() as connection:
            connection.exec_driver_sql(RECEIPTS)
            connection.exec_driver_sql(f'GRANT SELECT, INSERT, DELETE ON holdord_receipt TO "{role}"')
        (folder / "holdord.toml").write_text(settings, "utf-8")
        with closing(open_company(folder)) as limited:
            assert swept(limited).rows == 23
            assert books.receipts(limited) == {}
    finally:
        with owner.begin() as connection:
            connection.exec_driver_sql(f'DROP OWNED BY "{role}"')
            connection.exec_driver_sql(f'DROP ROLE "{role}"')


# A batch that the store undoes because of another writer


def collide(_: Connection) -> None:
    """Stand for a database that undoes the transaction, as it does where two wait for each other."""
    raise Collided("The store post answered DeadlockDetected.")


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
@pytest.mark.parametrize("place", ["store: DELETE item", "store: COMMIT"])
def test_a_batch_that_is_undone_and_done_again_is_entered_once(
    post: Open, dialect: str, receipts: bool, place: str
) -> None:
    company = post(dialect, receipts)
    _, done, amounts = undisturbed(company)
    first = books.size(company)
    earlier = ["state: INSERT holdord_intent"] if place == "store: COMMIT" else []
    with seams(company, _once(place, *earlier, act=collide)) as names:
        kept = swept(company)
    assert names.count("state: DELETE holdord_intent") == names.count("state: INSERT holdord_intent")
    assert kept.rows == sum(amounts.values())
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts
    assert books.intents(company) == books.receipts(company) == {}


def test_a_batch_in_one_database_that_is_undone_and_done_again_is_counted_once(tmp_path: Path) -> None:
    company = small.small(tmp_path / "post", f"sqlite:///{tmp_path / 'store.db'}")
    small.fill(company.store.engine)
    with seams(company, _once("store: COMMIT", "store: DELETE item", act=collide)):
        kept = swept(company)
    entries = books.entries(company)
    told = entries[-1]["promises"]["P-1"]
    assert told["rows"] == kept.rows == kept.plan.rows == sum(books.said(company)[0].values())
    assert entries[told["entry"]]["kind"] == "batch"
    company.close()


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_a_kill_between_a_batch_that_was_undone_and_the_next_try_enters_nothing(
    post: Open, dialect: str, receipts: bool
) -> None:
    company = post(dialect, receipts)
    before, done, amounts = undisturbed(company)
    first = books.size(company)
    undo = _once("store: COMMIT", "state: INSERT holdord_intent", act=collide)

    def strike(number: int, name: str, connection: Connection) -> None:
        if name == "state: DELETE holdord_intent":
            kill(connection)
        undo(number, name, connection)

    struck(company, strike)
    assert books.rows(company) == before
    assert len(books.intents(company)) == 1
    assert swept(company).rows == sum(amounts.values())
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts
    assert books.intents(company) == {}


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_a_batch_that_is_undone_again_and_again_ends_the_sweep_and_enters_nothing(
    post: Open, dialect: str, receipts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "_PAUSES", (0.001, 0.001))
    company = post(dialect, receipts)
    before, done, amounts = undisturbed(company)
    first = books.size(company)
    tried: list[str] = []

    def strike(_: int, name: str, connection: Connection) -> None:
        if name == "state: INSERT holdord_intent":
            tried.append(name)
        if name == "store: COMMIT" and tried:
            collide(connection)

    with seams(company, strike), pytest.raises(Collided):
        swept(company)
    assert len(tried) == 3
    assert books.rows(company) == before
    assert len(books.intents(company)) == 1
    assert swept(company).rows == sum(amounts.values())
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts
    assert books.intents(company) == {}


# A state that does not answer


@contextmanager
def locked(company: Company, name: str) -> Iterator[Strike]:
    """Hold the state's lock from the first seam of that name on."""
    file = company.settings.state_url.removeprefix("sqlite:///")
    event.listen(company.state.engine, "connect", _impatient)
    company.state.engine.dispose()
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:

        def strike(_: int, reached: str, __: Connection) -> None:
            if reached == name and not holder.in_transaction:
                holder.execute("BEGIN IMMEDIATE").close()

        yield strike
    event.remove(company.state.engine, "connect", _impatient)
    company.state.engine.dispose()


def _impatient(raw: Any, _: Any) -> None:
    raw.execute("PRAGMA busy_timeout = 30").close()


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_no_batch_commits_without_an_intent(
    post: Open, dialect: str, receipts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "_PAUSES", ())
    company = post(dialect, receipts)
    before, done, amounts = undisturbed(company)
    first = books.size(company)
    told = "state answered OperationalError: database is locked"
    with locked(company, "store: DELETE item") as hold, seams(company, hold), pytest.raises(StoreError, match=told):
        swept(company)
    assert books.rows(company) == before
    assert books.intents(company) == {}
    assert books.receipts(company) == {}
    assert swept(company).rows == sum(amounts.values())
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts


@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_a_batch_whose_entry_could_not_be_written_is_entered_later(post: Open, dialect: str, receipts: bool) -> None:
    company = post(dialect, receipts)
    _, done, amounts = undisturbed(company)
    first = books.size(company)
    reported: list[int] = []
    with locked(company, "") as hold:
        strike = _once("store: COMMIT", "state: INSERT holdord_intent", act=lambda connection: hold(0, "", connection))
        with seams(company, strike), pytest.raises(StoreError, match="database is locked"):
            keep(company, lambda: small.NOW, progress=lambda statement, rows: reported.append(rows))
    assert reported == []
    assert len(books.intents(company)) == 1
    assert len(books.rows(company)["item"]) == 8
    assert books.said(company, first)[0] == {}
    kept = swept(company)
    assert kept.rows == sum(amounts.values()) - 10
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts


@pytest.mark.postgres
def test_a_state_whose_server_goes_away_lets_no_batch_commit(server: Server, tmp_path: Path) -> None:
    company = small.small(tmp_path / "post", server.make("store"), server.make("state"))
    small.fill(company.store.engine)
    before = books.rows(company)

    def strike(_: int, name: str, connection: Connection) -> None:
        if name == "state: INSERT holdord_intent":
            pid: Any = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            server.run(f"SELECT pg_terminate_backend({pid})")

    with seams(company, strike), pytest.raises(StoreError, match="state answered"):
        swept(company)
    assert books.rows(company) == before
    assert books.said(company)[0] == {}
    assert swept(company).rows == 23
    assert sum(books.said(company)[0].values()) == 23
    company.close()


# What changed between the kill and the settling


def with_another_policy(company: Company) -> Company:
    """Change how long parcels are held, so that more items go."""
    file = company.folder / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace("at_least: 24 months", "at_least: 13 months"), "utf-8")
    company.close()
    return open_company(company.folder)


@pytest.mark.parametrize("carried", [True, False])
@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_another_policy_does_not_change_what_was_done(post: Open, dialect: str, receipts: bool, carried: bool) -> None:
    company = post(dialect, receipts)
    strike, first = after_commit() if carried else before_commit(), books.size(company)
    struck(company, strike)
    with closing(with_another_policy(company)) as changed:
        assert settle(changed, lambda: small.NOW) == (carried and known(dialect, receipts) != "look")
        told = books.entries(changed, first)[1:]
        if known(dialect, receipts) == "look":
            assert [(entry["kind"], entry["table"], entry["rows"]) for entry in told] == [("unsettled", "item", 10)]
        else:
            assert [(entry["kind"], entry["rows"]) for entry in told] == [("batch", 10)] * carried
        assert books.intents(changed) == {}
        assert not swept(changed).left.statements


@pytest.mark.parametrize("carried", [True, False])
def test_rows_that_changed_since_leave_open_what_a_look_cannot_tell(post: Open, carried: bool) -> None:
    company = post("sqlite", receipts=False)
    strike, first = after_commit() if carried else before_commit(), books.size(company)
    struck(company, strike)
    with company.store.writing() as connection:
        connection.execute(text("DELETE FROM item WHERE code = 'ø''0'"))
        if carried:
            connection.execute(text("INSERT INTO item VALUES ('ø''0', 0, 'x')"))
    assert settle(company, lambda: small.NOW) == 0
    assert [entry["kind"] for entry in books.entries(company, first)] == ["plan", "unsettled"]
    assert not swept(company).left.statements


@pytest.mark.parametrize("carried", [True, False])
@pytest.mark.parametrize(("dialect", "receipts"), PROOFS)
def test_receipts_may_be_switched_on_or_off_before_settling(
    post: Open, dialect: str, receipts: bool, carried: bool
) -> None:
    company = post(dialect, receipts)
    _, done, amounts = undisturbed(company)
    strike, first = after_commit() if carried else before_commit(), books.size(company)
    struck(company, strike)
    switched = replace(company, settings=replace(company.settings, receipts=not receipts))
    assert settle(switched, lambda: small.NOW) == int(carried)
    swept(switched)
    assert books.rows(company) == done
    assert books.said(company, first)[0] == amounts


@pytest.mark.postgres
def test_a_transaction_that_the_server_does_not_know_leaves_it_open(post: Open) -> None:
    company = post("postgresql", receipts=False)
    strike, first = after_commit(), books.size(company)
    struck(company, strike)
    with company.state.writing() as state:
        state.execute(text("UPDATE holdord_intent SET body = replace(body, '\"number\": ', '\"number\": 99999')"))
    assert settle(company, lambda: small.NOW) == 0
    assert [entry["kind"] for entry in books.entries(company, first)] == ["plan", "unsettled"]


# What a clock set wrong must not get past


def test_settling_does_not_make_a_clock_set_forward_look_right(post: Open) -> None:
    company = post("sqlite")
    undisturbed(company)
    struck(company, after_commit())
    there = books.rows(company)
    with pytest.raises(NeedsConfirmation, match="clock set forward"):
        keep(company, lambda: small.NOW + timedelta(days=5 * 365))
    assert books.rows(company) == there
