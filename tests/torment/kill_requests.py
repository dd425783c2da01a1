"""Kill -9 amid answers to people: what one of them asked for is done as a whole or not begun, and never twice.

World after world of people who share addresses, households and parcels is put into a company's own tables. One of them
asks, to be erased or what is held; a child process that answers is killed at a random seam or moment. Then nothing of
others was touched, and the person's own rows are as they were or as the interpreter of the rule says they must be. The
answer is tried again until it is there. In the end what is left is what the rule says, the evidence says no more and no
less than what was done, and the request is answered.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection

from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.run.requests import book, booked, erasure
from holdord.run.requests.access import access
from holdord.stores.database import connect
from tests.opinions import asking
from tests.torment import books, strangers
from tests.torment import strangers_world as worlds
from tests.torment.books import Amounts
from tests.torment.kill import KINDS, Kind, proved
from tests.torment.seams import seams
from tests.torment.servers import Server, postgres, scratch
from tests.torment.strangers_judge import Kept, by_key
from tests.torment.strangers_world import KEYS, NOW
from tests.yes import keep

POLICY = worlds.POLICY.replace("basis: contract\n", "basis: contract\n    ends_on: request\n")
MOST_TRIES = 3


@dataclass
class Report:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Place:
    """A company on one kind of store.

    Attributes:
        database: The name of its database on the server, or empty.
        noted: The last checkpoint that somebody noted.
        seams, seconds: What an answer that nobody killed took, the last one.
    """

    kind: Kind
    folder: Path
    server: Server | None
    database: str
    noted: str
    seams: int = 60
    seconds: float = 0.2


@dataclass(frozen=True)
class Asked:
    """What somebody asks, and what must come of it.

    Attributes:
        first: How many entries the log had.
        amounts: What the plan says, and nothing where access is asked for.
    """

    number: int
    person: Record
    first: int
    before: Kept
    expected: Kept
    amounts: Amounts
    rows: books.Rows


def run(
    count: int = 200,
    seed: int = 1,
    *,
    kinds: Sequence[Kind] = KINDS,
    until_wrong: bool = False,
    url: str | None = None,
) -> Report:
    """Kill ``count`` answers.

    Args:
        count: How many rounds.
        seed: Of the worlds and the moments.
        kinds: Of stores, taken in turn.
        until_wrong: Whether to end with the first round in which something happens that may not.
        url: A PostgreSQL server; otherwise the one of the environment, or one from a wheel.
    """
    report, chance = Report(), random.Random(seed)
    with postgres(url) as server, scratch() as folder:
        places = [_place(Path(folder), kind, server if kind.server else None) for kind in kinds]
        for number in range(count):
            place, counts = places[number % len(places)], Counter[str]()
            found = list(_round(place, chance, counts))
            report.wrong += [f"round {number}, {place.kind.said}: {what}" for what in found]
            report.counts += counts + Counter({"rounds": 1, f"rounds on {place.kind.said}": 1})
            if until_wrong and report.wrong:
                break
    return report


def _place(folder: Path, kind: Kind, server: Server | None) -> Place:
    name = f"asked_{kind.key}"
    there = folder / name
    there.mkdir()
    url = server.make(name) if server else f"sqlite:///{there / 'store.db'}"
    state = f"sqlite:///{there / 'state.db'}" if kind.apart else url
    for file, said in (("policy.yaml", POLICY), ("datamap.yaml", worlds.MAP), ("n.md", worlds.NOTICE)):
        (there / file).write_text(said, "utf-8")
    settings = f'[store]\nurl = "{url}"\nreceipts = {str(kind.receipts).lower()}\n[state]\nurl = "{state}"\n'
    (there / "holdord.toml").write_text(settings, "utf-8")
    engine = connect(url)
    with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
        for sql in worlds.TABLES:
            connection.exec_driver_sql(sql)
    engine.dispose()
    with closing(open_company(there, install=True)) as company:
        noted = keep(company, lambda: NOW).note
    return Place(kind, there, server, name if server else "", noted)


def _round(place: Place, chance: random.Random, counts: Counter[str]) -> Iterator[str]:
    """Let somebody ask, kill the answer, look, and try again until it is there; yield what may not be."""
    world, erases = worlds.world(chance), chance.random() < 0.75
    with closing(open_company(place.folder)) as company:
        strangers.fill(company.store.engine, world)
        who = (row["tenant"], row["id"]) if (row := chance.choice(world.rows["person"])) else ()
        asked = _asked(company, world, Record(record_class="member", key=who), erases=erases)
    counts["erasures" if erases else "answers on access"] += 1
    for tries in range(MOST_TRIES):
        last = tries == MOST_TRIES - 1
        killed = _answered(place, asked, None if last else chance)
        counts["killed" if killed else "not killed"] += 1
        if place.server is not None:
            place.server.wait_until_left(place.database)
        with closing(open_company(place.folder)) as company:
            yield from _looked(company, place, asked, counts, killed=killed)
            if _state(company, asked) == "answered":
                break
    with closing(open_company(place.folder)) as company:
        yield from _ended(company, place, asked, counts)


def _asked(company: Company, world: worlds.World, person: Record, *, erases: bool) -> Asked:
    before = strangers.read(company.store.engine)
    ended = erasure.ends(company.policy)
    said = asking.Request(record_class=person.record_class, keys=(person.key,), ended=ended)
    case = SimpleNamespace(
        policy=company.policy, datamap=company.store.datamap, schema=company.store.schema, rows=world.rows
    )
    _, judgement = asking.asked(case, NOW.date(), said)  # type: ignore[arg-type]
    plan = erasure.preview(company, person, NOW.date()).plan
    amounts = Amounts()
    for one in plan.statements if erases else ():
        amounts[one.table, one.action, tuple(column.name for column in one.columns)] += one.rows
    request = book.register(
        company,
        NOW,
        asks_for="erasure" if erases else "access",
        person=person,
        channel="letter",
        received=NOW.date(),
    )
    return Asked(
        number=request.number,
        person=person,
        first=books.size(company),
        before=before,
        expected={table: by_key(table, judgement.rows[table]) for table in KEYS} if erases else before,
        amounts=amounts,
        rows=books.rows(company),
    )


def _answered(place: Place, asked: Asked, chance: random.Random | None) -> bool:
    """Let a child answer, and kill it by ``chance``; tell whether that was in time."""
    way = chance.random() if chance else 1.0
    seam = chance.randrange(place.seams + 2) if chance and way < 0.7 else None
    delay = chance.uniform(0, place.seconds) if chance and way >= 0.7 else None
    read, write = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(read)
            status = _answer(place.folder, asked, seam, write)
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as said:
        begun = said.readline()
        start = time.perf_counter()
        if delay is not None and begun:
            time.sleep(delay)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        told = said.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status > 0:
        raise AssertionError(told)
    if told:
        place.seams, place.seconds = int(told), time.perf_counter() - start
    return status < 0


def _answer(folder: Path, asked: Asked, seam: int | None, out: int) -> int:
    """Answer, in a process of its own; say when it begins, and in the end how many seams there were."""

    def strike(number: int, _: str, __: Connection) -> None:
        if number == seam:
            os.kill(os.getpid(), signal.SIGKILL)

    with closing(open_company(folder)) as company, seams(company, strike) as names:
        os.write(out, b"begun\n")
        with company.state.snapshot() as connection:
            one = booked.find(connection, company.policy, asked.number)
        if one.asks_for == "access":
            assert access(company, one.person, NOW.date()).items
        else:
            done = erasure.erase(company, lambda: NOW, one.person, request=one.number)
            assert all(item.shared for item in done.left), done.stops
        book.close(company, NOW, one.number, "answered")
        os.write(out, str(len(names)).encode())
    return 0


def _state(company: Company, asked: Asked) -> str:
    with company.state.snapshot() as connection:
        return booked.find(connection, company.policy, asked.number).state


def _looked(company: Company, place: Place, asked: Asked, counts: Counter[str], *, killed: bool) -> Iterator[str]:
    """Yield what is not as it may be right after a kill."""
    found = strangers.read(company.store.engine)
    is_done, is_untouched = found == asked.expected, found == asked.before
    if not is_done and not is_untouched:
        yield from _halves(asked, found)
    answered = _state(company, asked) == "answered"
    if answered and not is_done:
        yield "The request is answered, and not all was done."
    done = books.changes(asked.rows, books.rows(company), asked.amounts)
    entered = _entered(company, asked, done)
    unentered, _ = books.unentered(company, done, entered)
    yield from books.unmatched(done, entered + unentered, "After the kill")
    open_ = books.intents(company)
    if len(open_) > 1 or (open_ and not place.kind.apart):
        yield f"{len(open_)} intents are open."
    counts["intents open after a kill"] += len(open_)
    if killed and asked.amounts:
        when = "all was done" if is_done else "nothing was done yet"
        counts[f"erasures killed when {when}{', and it was answered' if answered else ''}"] += 1


def _halves(asked: Asked, found: Kept) -> Iterator[str]:
    """Yield the rows that show that an erasure was neither done nor left."""
    for table, rows in asked.before.items():
        for key, row in rows.items():
            now, last = found[table].get(key), asked.expected[table].get(key)
            if now not in (row, last):
                yield f"A row of {table} is neither as it was nor as it must be."
            elif row != last:
                yield f"A row of {table} is {'as it was' if now == row else 'done'}, and others are not."


def _ended(company: Company, place: Place, asked: Asked, counts: Counter[str]) -> Iterator[str]:
    """Yield what is not as it must be in the end."""
    if strangers.read(company.store.engine) != asked.expected:
        yield "What is left is not what the rule leaves."
    if _state(company, asked) != "answered":
        yield "The request is open."
    log = books.entries(company, asked.first)
    does: Counter[Any] = Counter(entry.get("does") for entry in log if entry["kind"] in ("request", "erasure"))
    if does["answered"] != 1:
        yield f"The log says {does['answered']} times that the request was answered."
    unsettled = [entry for entry in log if entry["kind"] == "unsettled"]
    if unsettled and (place.kind.receipts or place.kind.server):
        yield "A batch could not be settled, although nobody changed anything."
    counts["batches of which a store without receipts cannot tell"] += len(unsettled)
    entered = _entered(company, asked, asked.amounts)
    yield from books.unmatched(asked.amounts, entered, "In the end")
    if books.intents(company) or any(rows >= 0 for rows in books.receipts(company).values()):
        yield "Intents or receipts were left behind."
    counts["rows touched"] += sum(asked.amounts.values())
    place.noted = proved(company, place.noted)
    counts["exports verified"] += 1


def _entered(company: Company, asked: Asked, done: Amounts) -> Amounts:
    """Return what the log says was done; of what it says that nobody can tell, what is so in the store counts."""
    entered, _ = books.said(company, asked.first)
    if entered or not done:
        return entered
    unsettled = [entry for entry in books.entries(company, asked.first) if entry["kind"] == "unsettled"]
    return Amounts({(one["table"], one["action"], tuple(one["columns"])): one["rows"] for one in unsettled})
