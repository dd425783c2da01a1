"""Kill -9 amid sweeps: what took effect has its entry, nothing went that an undisturbed sweep would have left.

A made-up company is filled once and swept once, three years ago, so that its log has a signed checkpoint; that is the
template. A sweep of today on a copy, left alone, is the reference. Then, round after round, a fresh copy is swept by a
child process that is killed at a random moment or seam, looked at, and swept to the end. The evidence lies in the
store, or apart from it; then right after a kill what is entered and what an open intent's batch did must be all there
is, and nothing may be open in the end.
"""

import io
import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from examples.demo import prepare
from examples.population import COMPANIES, populate

from holdord.ledger.checkpoints import checkpoint, last_checkpoint
from holdord.ledger.export import export
from holdord.ledger.verify import verify
from holdord.run.company import Company
from holdord.run.folder import open_company
from tests.torment import books, child
from tests.torment.books import Amounts, Rows
from tests.torment.servers import Server, postgres, scratch
from tests.yes import keep

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
BEFORE = NOW - timedelta(days=3 * 365)
NARROW = 40
"""Keys in a batch, every other round, so that tables are cut in many places."""


@dataclass(frozen=True)
class Kind:
    """A kind of store, and where its evidence lies."""

    key: str
    said: str
    server: bool = False
    apart: bool = False
    receipts: bool = True


KINDS = (
    Kind("sqlite", "SQLite"),
    Kind("pg", "PostgreSQL", server=True),
    Kind("sqlite_apart", "SQLite, evidence apart", apart=True),
    Kind("pg_apart", "PostgreSQL, evidence apart", server=True, apart=True),
    Kind("sqlite_bare", "SQLite, evidence apart, no receipts", apart=True, receipts=False),
    Kind("pg_bare", "PostgreSQL, evidence apart, no receipts", server=True, apart=True, receipts=False),
)


@dataclass
class Report:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ready:
    """A company's template on one kind of database, and what an undisturbed sweep makes of it.

    Attributes:
        lead: Seconds until its plan stands.
        span: Seconds from there to its last batch.
        seams: Seams from there to its last batch, cut narrow.
    """

    name: str
    kind: Kind
    folder: Path
    server: Server | None
    before: Rows
    after: Rows
    amounts: Amounts
    lead: float
    span: float
    seams: int
    noted: str


def run(
    count: int = 100,
    seed: int = 1,
    *,
    people: int = 300,
    companies: Sequence[str] = COMPANIES,
    kinds: Sequence[Kind] = KINDS,
    url: str | None = None,
) -> Report:
    """Kill ``count`` sweeps.

    Args:
        count: How many rounds.
        seed: Of the moments.
        people: In each company.
        companies: Taken in turn.
        kinds: Taken in turn, too.
        url: A PostgreSQL server; otherwise the one of the environment, or one from a wheel.
    """
    report, chance = Report(), random.Random(seed)
    with postgres(url) as server, scratch() as folder:
        ready: dict[tuple[str, Kind], Ready] = {}
        for number in range(count):
            company, kind = companies[number // len(kinds) % len(companies)], kinds[number % len(kinds)]
            if (company, kind) not in ready:
                ready[company, kind] = prepared(Path(folder), company, people, kind, server if kind.server else None)
            one = ready[company, kind]
            counts: Counter[str] = Counter()
            found = list(_round(one, chance, counts, NARROW if chance.random() < 0.5 else 0))
            report.wrong += [f"round {number}, {one.name}: {what}" for what in found]
            report.counts["rounds"] += 1
            report.counts[f"rounds on {kind.said}"] += 1
            report.counts += counts
            report.counts += Counter({f"{kind.said}: {what}": counts[what] for what in _BY_KIND})
    return report


_CLOSING = 12
"""Seams after the last batch that matter: waiting for the disk, forgetting receipts."""

_BY_KIND = ("killed when amid the sweep", "intents open after the kill", "batches to be entered after the kill")


def prepared(place: Path, company: str, people: int, kind: Kind, server: Server | None) -> Ready:
    """Fill a company's register, sweep it as of three years ago, and let a copy be swept undisturbed."""
    name = f"{company.replace('-', '_')}_{kind.key}"
    folder = place / name
    prepare(company, folder, None)
    _set(folder, kind, server.make(name) if server else None)
    if kind.apart and server is None:
        (folder / "register.db").touch()
    with closing(open_company(folder, install=True)) as made:
        populate(made.store.engine, company, people, as_of=NOW.date(), seed=1, policy=made.policy)
        noted = keep(made, lambda: BEFORE).note
        before = books.rows(made)
    undisturbed = _copy(name, folder, kind, server)
    lead, span, seams = _left_alone(undisturbed)
    with closing(open_company(undisturbed)) as made:
        after = books.rows(made)
        amounts, _ = books.said(made, _size(noted))
    _throw_away(name, undisturbed, server)
    changed = books.changes(before, after, amounts)
    assert changed == amounts, "An undisturbed sweep's entries do not say what it did."
    assert amounts, "There is nothing to do."
    return Ready(name, kind, folder, server, before, after, amounts, lead, span, seams, noted)


def _set(folder: Path, kind: Kind, url: str | None) -> None:
    lines = ["[store]", f'url = "{url or "sqlite:///register.db"}"', f"receipts = {str(kind.receipts).lower()}"]
    lines += ["[state]", 'url = "sqlite:///state.db"'] if kind.apart else []
    (folder / "holdord.toml").write_text("\n".join([*lines, "[sweep]", "pause_days = 4000", ""]), "utf-8")


def _size(note: str) -> int:
    """Return how many entries a checkpoint covers."""
    return int(note.splitlines()[1])


def _copy(name: str, folder: Path, kind: Kind, server: Server | None) -> Path:
    there = folder.with_name(f"{name}_copy")
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(folder, there)
    if server is not None:
        _set(there, kind, server.make(f"{name}_copy", name))
    return there


def _throw_away(name: str, folder: Path, server: Server | None) -> None:
    shutil.rmtree(folder)
    if server is not None:
        server.drop(f"{name}_copy")


def _left_alone(folder: Path) -> tuple[float, float, int]:
    """Return the seconds until the plan of an undisturbed sweep stands, and seconds and seams from there to the end."""
    number, told = child.start(folder, NOW, NARROW, None)
    times, lines = {}, {}
    with told:
        for line in told:
            word, *rest = line.split()
            times[word], lines[word] = time.monotonic(), rest
    assert os.waitpid(number, 0)[1] == 0
    return times["begun"] - times["ready"], times["batch"] - times["begun"], int(lines["seams"][0])


def _round(one: Ready, chance: random.Random, counts: Counter[str], width: int) -> Iterator[str]:
    """Kill one sweep, look, and sweep to the end; yield what happened that may not."""
    folder, first = _copy(one.name, one.folder, one.kind, one.server), _size(one.noted)
    told, status = _killed(one, folder, chance, width)
    if one.server is not None:
        one.server.wait_until_left(f"{one.name}_copy")
    counts["killed" if status < 0 else "ended before the kill"] += 1
    with closing(open_company(folder)) as company:
        found = books.rows(company)
        yield from books.early(one.before, one.after, found)
        done = books.changes(one.before, found, one.amounts)
        entered, tables = books.said(company, first)
        unentered, more = books.unentered(company, done, entered)
        open_ = books.intents(company)
        yield from books.unmatched(done, entered + unentered, "After the kill")
        if len(open_) > 1 or (open_ and not one.kind.apart):
            yield f"{len(open_)} intents are open."
        tables += more
        batches = [line.split()[1] for line in told if line.startswith("batch")]
        if tables[: len(batches)] != batches:
            yield f"{len(batches)} batches were reported done, the evidence has {len(tables)} others."
        elif len(set(tables[len(batches) :])) > 1:
            yield "More than one batch took effect without being reported."
        counts["intents open after the kill"] += len(open_)
        counts["batches to be entered after the kill"] += len(more)
        counts["batches before the kill"] += len(tables)
        counts["batches whose report was cut off"] += len(tables) - len(batches)
        kind = "nothing was done yet" if not tables else "all was done" if done == one.amounts else "amid the sweep"
        counts[f"killed when {kind}" if status < 0 else "not killed"] += 1
        noted = proved(company, one.noted)
        again = keep(company, lambda: NOW)
        entered, all_tables = books.said(company, first)
        counts["batches after the kill"] += len(all_tables) - len(tables)
        counts["rows touched"] += sum(one.amounts.values())
        if again.left.statements:
            yield "The sweep that went on left something."
        if again.rows != sum(one.amounts.values()) - sum(done.values()):
            yield f"The sweep that went on touched {again.rows} rows, not those that were left."
        yield from books.unmatched(one.amounts, entered, "In the end")
        if books.rows(company) != one.after:
            yield "The end is not that of the undisturbed sweep."
        if books.intents(company) or any(rows >= 0 for rows in books.receipts(company).values()):
            yield "Intents or receipts were left behind."
        if any(entry["kind"] == "unsettled" for entry in books.entries(company, first)):
            yield "A batch could not be settled, although nobody changed anything."
        proved(company, noted)
        counts["exports verified"] += 2
    _throw_away(one.name, folder, one.server)


def _killed(one: Ready, folder: Path, chance: random.Random, width: int) -> tuple[list[str], int]:
    """Let a child sweep ``folder`` and kill it: at a seam, amid the batches, sometimes anywhere.

    Returns:
        What it told, and its exit status, below 0 where the kill came in time.
    """
    way = chance.random()
    seam = chance.randrange(one.seams + _CLOSING) if way < 0.5 else None
    delay = chance.uniform(0, 2 * (one.lead + one.span)) if way > 0.9 else chance.uniform(0, one.span)
    number, said = child.start(folder, NOW, width, seam)
    ended = threading.Event()

    def kill() -> None:
        if not ended.wait(delay):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    told: list[str] = []
    with said:
        for line in said:
            told.append(line.rstrip("\n"))
            if seam is None and told[-1].split()[:1] == ["ready" if way > 0.9 else "begun"]:
                killer.start()
    if killer.ident and not told[-1].startswith("end"):
        killer.join()  # until it has been killed
    ended.set()
    if killer.ident:
        killer.join()
    status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    if status > 0:
        raise AssertionError("\n".join(told))
    return [line for line in told if line], status


def proved(company: Company, noted: str | None) -> str:
    """Sign the log, export and verify it as a continuation of what was noted; return the new checkpoint.

    Raises:
        VerificationError: It does not hold.
    """
    with company.state.writing() as connection:
        last = last_checkpoint(connection)
        assert last is not None
        note = checkpoint(connection, company.key(), NOW)
    file = io.BytesIO()
    with company.state.snapshot() as connection:
        export(connection, file, note)
    public = company.settings.key.with_suffix(".pub").read_text("utf-8").strip()
    for earlier in (noted, last):
        file.seek(0)
        verify(file, public, earlier)
    return note
