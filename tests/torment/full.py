"""Disks that are full, connections that are lost, locks that are held, stores that are slow: at the seams of a sweep.

A small company's database is filled and swept again and again; each time something goes wrong at one seam, before a
statement or a commit in the store or in the database of the evidence. Whatever ``keep`` reports then must be so, what
is so must be in the log or in an open intent, nothing may go that an undisturbed sweep would have left, and the next
``keep`` must come to the end of an undisturbed one, with each row done and entered once.
"""

import random
import resource
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError

from holdord.errors import HoldordError
from holdord.plan.statements import Statement
from holdord.run.company import Company
from holdord.run.sweep import Kept
from tests.torment import books, small
from tests.torment.books import Amounts, Rows
from tests.torment.kill import KINDS, Kind, proved
from tests.torment.proxy import Wire, wire
from tests.torment.seams import seams
from tests.torment.servers import Server, postgres, scratch
from tests.yes import keep

_LOCKED_OUT = 0.05
"""Seconds after which a session gives up waiting for a lock."""
_MOMENT = 0.02
"""Seconds for which a lock is held that is let go again, or a slow store takes longer."""


@dataclass
class Report:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Victim:
    """A company that is struck, and what an undisturbed sweep makes of it."""

    kind: Kind
    company: Company
    server: Server
    wire: Wire | None
    before: Rows
    after: Rows
    amounts: Amounts
    names: list[str]
    undo: ExitStack = field(default_factory=ExitStack)


Act = Callable[[Victim, Connection], None]


def run(count: int = 600, seed: int = 1, *, kinds: Sequence[Kind] = KINDS, url: str | None = None) -> Report:
    """Let ``count`` sweeps meet something that goes wrong.

    Args:
        count: How many.
        seed: Of what, and where.
        kinds: Of stores, and places of evidence, taken in turn.
        url: A PostgreSQL server; otherwise the one of the environment, or one from a wheel.
    """
    report, chance, met = Report(), random.Random(seed), set()
    with postgres(url) as server, scratch() as folder, ExitStack() as opened:
        victims = [opened.enter_context(_victim(Path(folder), kind, server)) for kind in kinds]
        for number in range(count):
            victim = victims[number % len(victims)]
            faults = [name for name, (fits, _) in FAULTS.items() if fits(victim.kind)]
            name = faults[number // len(victims) % len(faults)]
            seam = _seam(victim, chance)
            found = list(_round(victim, name, seam, report.counts))
            place = f"{victim.kind.key}, {name}, before {victim.names[seam]} ({seam})"
            report.wrong += [f"round {number}, {place}: {what}" for what in found]
            report.counts["sweeps"] += 1
            report.counts[f"sweeps on {victim.kind.said}"] += 1
            met.add((victim.kind.key, victim.names[seam], name))
        for victim in victims:
            proved(victim.company, None)
            report.counts["exports verified"] += 1
    report.counts["different seams and faults"] = len(met)
    return report


@contextmanager
def _victim(folder: Path, kind: Kind, server: Server) -> Iterator[Victim]:
    with ExitStack() as stack:
        line, store = None, f"sqlite:///{folder / kind.key}.db"
        if kind.server:
            line = stack.enter_context(wire(server.make(f"full_{kind.key}")))
            store = line.through()
        state = f"sqlite:///{folder / kind.key}_state.db" if kind.apart else None
        company = stack.enter_context(closing(small.small(folder / kind.key, store, state, receipts=kind.receipts)))
        for engine in {company.store.engine, company.state.engine}:
            event.listen(engine, "connect", _impatient)
        company.store.engine.dispose()
        company.state.engine.dispose()
        small.fill(company.store.engine)
        _swept(company)  # the key, and what else is made at the first sweep
        small.fill(company.store.engine)
        before, first = books.rows(company), books.size(company)
        with seams(company, lambda *_: None) as names:
            _swept(company)
        amounts = books.said(company, first)[0]
        after = books.rows(company)
        assert books.changes(before, after, amounts) == amounts
        small.fill(company.store.engine)
        yield Victim(kind, company, server, line, before, after, amounts, names)


def _impatient(raw: Any, _: Any) -> None:
    """Wait for locks shortly, as a company's own server may be set to."""
    if isinstance(raw, sqlite3.Connection):
        raw.execute(f"PRAGMA busy_timeout = {_LOCKED_OUT * 1000:.0f}").close()
    else:
        raw.execute(f"SET lock_timeout = {_LOCKED_OUT * 1000:.0f}")
        raw.commit()


def _swept(company: Company, done: Amounts | None = None) -> Kept:
    def reported(statement: Statement, rows: int) -> None:
        if done is not None:
            done[statement.table, statement.action, tuple(column.name for column in statement.columns)] += rows

    return keep(company, lambda: small.NOW, progress=reported)


def _seam(victim: Victim, chance: random.Random) -> int:
    """Return a seam: mostly among those where something is written, sometimes any."""
    names = victim.names
    written = [number for number, name in enumerate(names) if "holdord_entry" in name and "INSERT" in name]
    start = written[0] - 5
    last = max(number for number, name in enumerate(names) if name.startswith("store: COMMIT"))
    batches = range(start, min(last + 2, len(names)))
    closing_ = range(written[-1] - 6, len(names))
    return chance.choice([*batches, *closing_]) if chance.random() < 0.9 else chance.randrange(len(names))


def _round(victim: Victim, fault: str, seam: int, counts: Counter[str]) -> Iterator[str]:
    """Let one thing go wrong; yield what may not be so afterwards."""
    company, first = victim.company, books.size(victim.company)
    reported: Amounts = Counter()
    act = FAULTS[fault][1]
    struck: list[str] = []

    def strike(number: int, name: str, connection: Connection) -> None:
        if number == seam and not struck:
            struck.append(name)
            act(victim, connection)

    kept = None
    try:
        with victim.undo, seams(company, strike):
            kept = _swept(company, reported)
        outcome = "went through"
    except HoldordError as error:
        outcome = f"ended with {type(error).__name__}"
    except (DBAPIError, OSError) as error:
        outcome = "fell over"
        yield f"It fell over: {error!r}"
    counts[f"{fault}: {outcome}"] += 1
    counts["seams that were not reached"] += not struck
    company.store.engine.dispose()
    company.state.engine.dispose()
    if victim.kind.server:
        victim.server.wait_until_left(f"full_{victim.kind.key}")
    found = books.rows(company)
    yield from books.early(victim.before, victim.after, found)
    done = books.changes(victim.before, found, victim.amounts)
    entered, _ = books.said(company, first)
    unentered, _ = books.unentered(company, done, entered)
    yield from books.unmatched(done, entered + unentered, "Then")
    counts["sweeps with an open intent then"] += bool(books.intents(company))
    counts["sweeps of which a batch was to be entered"] += bool(unentered)
    counts["sweeps that had done something but not all"] += bool(done) and done != victim.amounts
    if reported - done:
        yield f"It reported done what is not: {reported - done}."
    if kept is not None:
        if kept.rows != sum(done.values()) or reported != done or entered != done or kept.left.statements:
            yield "What it returned is not what it did."
        if done != victim.amounts:
            yield "It ended well and did not do all."
    again = _swept(company)
    if again.rows != sum(victim.amounts.values()) - sum(done.values()) or again.left.statements:
        yield f"The next sweep touched {again.rows} rows, not those that were left."
    yield from books.unmatched(victim.amounts, books.said(company, first)[0], "In the end")
    if books.rows(company) != victim.after:
        yield "The end is not that of an undisturbed sweep."
    if books.intents(company) or any(rows >= 0 for rows in books.receipts(company).values()):
        yield "Intents or receipts were left behind."
    if any(entry["kind"] == "unsettled" for entry in books.entries(company, first)):
        yield "A batch could not be settled, although nobody changed anything."
    small.fill(company.store.engine)


# What goes wrong


def _no_file_grows(victim: Victim, _: Connection) -> None:
    """The disk is full: no byte can be written to any file any more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    victim.undo.callback(resource.setrlimit, resource.RLIMIT_FSIZE, (soft, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))


def _no_new_page(victim: Victim, connection: Connection) -> None:
    """The database may not grow: SQLite's own way of being full."""
    raw = _raw(connection)
    if isinstance(raw, sqlite3.Connection):
        raw.execute("PRAGMA max_page_count = 1").close()
    else:
        _full_server(victim, connection)


def _full_server(_: Victim, connection: Connection) -> None:
    """The server says that its disk is full."""
    said = "could not extend file: No space left on device"
    connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = '53100'; END $$")


def _not_writable(_: Victim, connection: Connection) -> None:
    """The database may only be read from now on."""
    raw = _raw(connection)
    if isinstance(raw, sqlite3.Connection):
        raw.execute("PRAGMA query_only = ON").close()
    else:
        raw.execute("SET LOCAL transaction_read_only = on")


def _terminated(victim: Victim, connection: Connection) -> None:
    """The server ends the connection."""
    raw = _raw(connection)
    if not isinstance(raw, sqlite3.Connection):
        victim.server.run(f"SELECT pg_terminate_backend({raw.info.backend_pid})")


def _cut(victim: Victim, connection: Connection) -> None:
    """The wire is cut after the server was asked: what it did with it is not known."""
    if victim.wire is not None and not isinstance(_raw(connection), sqlite3.Connection):
        victim.wire.cut.set()
        victim.undo.callback(victim.wire.cut.clear)


def _lock_held(victim: Victim, connection: Connection) -> None:
    """Another session holds the lock on everything that it can get."""
    victim.undo.callback(_hold(victim, connection))


def _lock_held_shortly(victim: Victim, connection: Connection) -> None:
    """Another session does so, and lets go in time."""
    release = _hold(victim, connection)
    timer = threading.Timer(_MOMENT, release)
    timer.start()
    victim.undo.callback(timer.join)


def _slow(_: Victim, __: Connection) -> None:
    """The store takes its time."""
    time.sleep(5 * _MOMENT)


def _hold(victim: Victim, connection: Connection) -> Callable[[], None]:
    if isinstance(_raw(connection), sqlite3.Connection):
        file = connection.engine.url.database
        other = sqlite3.connect(str(file), isolation_level=None, timeout=0, check_same_thread=False)
        with suppress(sqlite3.OperationalError):  # it is the sweep's own just now
            other.execute("BEGIN IMMEDIATE").close()
        return other.close
    engine = create_engine(victim.server.base.set(database=connection.engine.url.database))
    session = engine.connect()
    session.exec_driver_sql("SET lock_timeout = 1")
    session.commit()
    held = session.begin()
    for table in inspect(session).get_table_names():
        with suppress(DBAPIError), session.begin_nested():
            session.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE NOWAIT")

    def release() -> None:
        held.rollback()
        session.close()
        engine.dispose()

    return release


def _raw(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _some_sqlite(kind: Kind) -> bool:
    return kind.apart or not kind.server


def _any(_: Kind) -> bool:
    return True


def _server(kind: Kind) -> bool:
    return kind.server


FAULTS: dict[str, tuple[Callable[[Kind], bool], Act]] = {
    "disk full": (_some_sqlite, _no_file_grows),
    "no room in the database": (_any, _no_new_page),
    "read only": (_any, _not_writable),
    "connection ended": (_server, _terminated),
    "connection cut before the answer": (_server, _cut),
    "lock held": (_any, _lock_held),
    "lock held for a moment": (_any, _lock_held_shortly),
    "slow": (_any, _slow),
}
"""Name → the kinds that it can happen to, and how."""
