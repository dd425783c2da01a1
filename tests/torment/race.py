"""Writers go on writing while a sweep runs: nothing that is held may be lost, nothing that a new row holds stripped.

A club's database is filled, half of it due. Writers insert children, start clocks anew and let them run out, hang rows
on others and erase rows, each with connections of its own, and somebody sets and lifts legal holds, while one sweep
after another runs in narrow batches and dawdles between its sentences. What the writers saw in their own transactions
is what is judged by (``race_book``). In the end all is quiet, and the interpreter of the rule must find nothing left to
do.

A legal hold lies in the policy. One that was there when a sweep began must hold everything; one that is set later ends
the sweep before its next batch, and what the batch that ran just then let go is counted. In every other round nobody
changes the policy, so that sweeps come to their end beside the writers.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from holdord.errors import HoldordError, Refused
from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.stores.database import Database, connect
from tests.opinions import interpreter
from tests.torment import race_world as world
from tests.torment.kill import KINDS, Kind, proved
from tests.torment.race_acts import ACTS
from tests.torment.race_book import Book, verdicts
from tests.torment.race_holds import Compared, Counsel, Rows, under_holds
from tests.torment.race_store import Watch, WatchedWalk, clock, narrow, watched
from tests.torment.race_writers import CLOCKS, Writer
from tests.torment.servers import Server, postgres, scratch
from tests.yes import keep

APART = KINDS[:4]
"""SQLite and PostgreSQL, with the evidence in the store and apart from it."""
_PATIENCE = {"sqlite": 2.0, "postgresql": 0.5}
"""Seconds for which a writer waits for a lock."""
_DAWDLES = 0.006
"""Seconds for which a sweep waits for somebody to write, at some of its seams."""
_DAWDLED = 1.2
"""Seconds for which the sweeps of a round do so in all."""


@dataclass
class Report:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Club:
    """A club on one kind of database."""

    kind: Kind
    folder: Path
    engine: Engine


def run(
    count: int = 60,
    seed: int = 1,
    *,
    kinds: Sequence[Kind] = APART,
    walker: type[WatchedWalk] = WatchedWalk,
    sweeps: int = 4,
    widths: Sequence[int] = (8, 20, 60),
    paces: Sequence[float] = (0.01, 0.05, 0.2),
    counselled: Sequence[bool] = (True, False),
    until_wrong: bool = False,
    url: str | None = None,
) -> Report:
    """Let ``count`` rounds of sweeps and writers race.

    Args:
        count: How many rounds.
        seed: Of what is written, and how the sweeps dawdle; which of them comes first is nobody's choice.
        kinds: Of stores, and places of evidence, taken in turn.
        walker: How batches are done; a broken one must be found out.
        sweeps: In a round, one after the other, while the writers write.
        widths: How many keys a batch may be wide; one of these for a round.
        paces: How long a writer rests after a write, at the most; one of these for a round.
        counselled: Whether somebody sets and lifts legal holds meanwhile; in turn, each for a round on every club.
        until_wrong: Whether to end with the first round in which something happens that may not.
        url: A PostgreSQL server; otherwise the one of the environment, or one from a wheel.
    """
    report, chance = Report(), random.Random(seed)
    with postgres(url) as server, scratch() as folder, ExitStack() as opened:
        clubs = [opened.enter_context(_club(Path(folder), kind, server)) for kind in kinds]
        for number in range(count):
            club = clubs[number % len(clubs)]
            counts: Counter[str] = Counter()
            with narrow(chance.choice(widths)):
                advised = counselled[number // len(clubs) % len(counselled)]
                found = list(_round(club, chance, walker, sweeps, chance.choice(paces), advised, counts))
            report.wrong += [f"round {number}, {club.kind.said}: {what}" for what in dict.fromkeys(found)]
            done = [f"rounds on {club.kind.said}", *(["rounds with legal holds set and lifted"] if advised else [])]
            report.counts += counts + Counter(["rounds", *done])
            if until_wrong and report.wrong:
                return report
        for club in clubs:
            with closing(open_company(club.folder)) as company:
                proved(company, None)
            report.counts["exports verified"] += 1
    return report


@contextmanager
def _club(folder: Path, kind: Kind, server: Server) -> Iterator[Club]:
    url = server.make(f"race_{kind.key}") if kind.server else f"sqlite:///{folder / kind.key}.db"
    world.found(folder / kind.key, url, f"sqlite:///{folder / kind.key}_state.db" if kind.apart else None)
    engine = connect(url)
    event.listen(engine, "connect", _impatient)
    try:
        yield Club(kind, folder / kind.key, engine)
    finally:
        engine.dispose()


def _impatient(raw: Any, _: Any) -> None:
    if hasattr(raw, "info"):
        raw.execute(f"SET lock_timeout = {_PATIENCE['postgresql'] * 1000:.0f}")
        raw.commit()
    else:
        raw.execute(f"PRAGMA busy_timeout = {_PATIENCE['sqlite'] * 1000:.0f}").close()


def _round(
    club: Club,
    chance: random.Random,
    walker: type[WatchedWalk],
    sweeps: int,
    pace: float,
    advised: bool,
    counts: Counter[str],
) -> Iterator[str]:
    """Let writers and sweeps race once, with legal holds or none; yield what may not be so afterwards."""
    made, book = world.fill(club.engine, chance), Book()
    writers = [
        Writer(n, club.engine, book, made, acts=ACTS, seed=chance.getrandbits(32), pace=pace)
        for n in range(world.WRITERS)
    ]
    counsel = Counsel(club.folder, random.Random(chance.getrandbits(32)))
    watch = _watch(book, random.Random(chance.getrandbits(32)))
    for writer in writers:
        writer.begin()
    spans: list[tuple[int, int]] = []
    compared: list[Compared] = []
    threads = [*writers, counsel] if advised else writers
    for thread in threads:
        thread.start()
    try:
        for _ in range(sweeps):
            before, opened = rows(club.engine), clock()
            with closing(open_company(club.folder)) as company, watched(company, watch, walker) as seen:
                policies = counsel.between(opened, clock())
                begun = clock()
                yield from _swept(seen, counts)
                spans.append((begun, clock()))
            after = rows(club.engine)
            later = frozenset().union(*counsel.between(begun, spans[-1][1]))
            held, some = frozenset.intersection(*policies), frozenset.union(*policies)
            compared.append(Compared(before, after, held, later - some))
    finally:
        for thread in threads:
            thread.ended.set()
        for thread in threads:
            thread.join()
    broken = [writer.broke for writer in writers if writer.broke is not None]
    if broken:
        raise broken[0]
    yield from _at_rest(club, book, counts)
    wrong, late = verdicts(book, watch, one_writer=not club.kind.server)
    yield from wrong
    for one in compared:
        yield from under_holds(one, book, counts)
    counts += late + book.counts
    counts["legal holds set"] += counsel.set
    counts["legal holds lifted"] += counsel.lifted
    counts["batches"] += len(watch.spans)
    counts.update(f"asked in a batch: {one.statement.action} {one.statement.table}" for one in watch.batches)
    for what, begun, done in book.writes:
        if what != "at first":
            counts[f"written: {what}"] += 1
            counts["writes amid a sweep"] += any(first <= done and last >= begun for first, last in spans)
            counts["writes amid a batch"] += watch.is_amid(begun, done)


def _watch(book: Book, chance: random.Random) -> Watch:
    """Return a watch with which sweeps dawdle, at some of their seams."""
    left = _DAWDLED

    def wait() -> None:
        written, begun = len(book.writes), time.monotonic()
        while len(book.writes) == written and time.monotonic() < begun + _DAWDLES:
            time.sleep(0.0005)

    def pause() -> None:
        nonlocal left
        if left > 0 and chance.random() < 0.25:
            begun = time.monotonic()
            wait()
            left -= time.monotonic() - begun

    return Watch(pause, wait)


def _swept(company: Company, counts: Counter[str]) -> Iterator[str]:
    """Sweep, and count how it ended; yield what no writer may bring about."""
    touched: list[int] = []
    try:
        kept = keep(company, lambda: world.NOW, progress=lambda _, number: touched.append(number))
        counts["sweeps that went through"] += 1
        counts["rows that became due amid a sweep, left for the next"] += kept.left.rows
    except Refused as refused:
        why = "the policy changed" if "policy changed" in str(refused) else "more was due than planned"
        counts[f"sweeps that ended since {why}"] += 1
    except HoldordError as error:
        counts[f"sweeps that ended with {type(error).__name__}"] += 1
        if "eadlock" not in str(error):
            yield f"The sweep fell over: {error}"
    counts["rows touched by sweeps"] += sum(touched)


def _at_rest(club: Club, book: Book, counts: Counter[str]) -> Iterator[str]:
    """Sweep once more when nobody writes; yield what is left to do, by the sweep and by the rule."""
    with closing(open_company(club.folder)) as company:
        there = rows(club.engine)
        _look(book, there)
        kept = keep(company, lambda: world.NOW)
        counts["rows touched when all was quiet"] += kept.rows
        there = rows(club.engine)
        _look(book, there)
        if kept.left.statements:
            yield "The last sweep, with nobody else there, left something."
        listed = {table: [_dated(row) for row in found.values()] for table, found in there.items()}
        rule = interpreter.judge(company.policy, company.store.datamap, company.store.schema, listed, kept.plan.at)
        if rule.erased or rule.stripped or rule.stopped:
            yield f"The rule finds more to do: {sorted(rule.erased)}, {sorted(rule.stripped)}, {sorted(rule.stopped)}."


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with SQLite's dates as dates."""
    read = {name: row[name] for name in ("joined", *CLOCKS.values()) if isinstance(row.get(name), str)}
    return row | {name: date.fromisoformat(value) for name, value in read.items()}


def _look(book: Book, there: Rows) -> None:
    for holder in book.pledges:
        book.check(holder, lambda thing: there[thing[0]].get(thing[1], {}).get(thing[2]))


def rows(engine: Engine) -> Rows:
    """Return every row of the club, as it is at one moment."""
    tables = [*world.PERSONAL, "pick"]
    with Database(name="club", engine=engine).snapshot() as connection:
        found = {table: connection.execute(text(f"SELECT * FROM {table}")).mappings().all() for table in tables}
    return {table: {row["id"]: dict(row) for row in there} for table, there in found.items()}
