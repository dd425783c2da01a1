"""Kill -9 amid sweeps: what took effect has its entry, nothing went that an undisturbed sweep would have left.

A made-up company is filled once and swept once, three years ago, so that its log has a signed checkpoint; that is the
template. A sweep of today on a copy, left alone, is the reference. Then, round after round, a fresh copy is swept by a
child process that is killed at a random moment, looked at, and swept to the end.
"""

import io
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from examples.demo import prepare
from examples.population import COMPANIES, populate
from sqlalchemy import text

from holdord.ledger import log
from holdord.ledger.checkpoints import checkpoint, last_checkpoint
from holdord.ledger.export import export
from holdord.ledger.verify import verify
from holdord.run.company import Company, open_company
from holdord.run.sweep import keep
from tests.torment.servers import Server, postgres, scratch

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
BEFORE = NOW - timedelta(days=3 * 365)
NARROW = 40
"""Keys in a batch, every other round, so that tables are cut in many places."""

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
"""Table → key → row."""

Amounts = Counter[tuple[str, str, tuple[str, ...]]]
"""(Table, action, columns) → rows."""


@dataclass
class Report:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ready:
    """A company's template on one kind of database, and what an undisturbed sweep makes of it."""

    name: str
    folder: Path
    server: Server | None
    before: Rows
    after: Rows
    amounts: Amounts
    lead: float
    span: float
    noted: str


def run(
    count: int = 100, seed: int = 1, *, people: int = 500, companies: Sequence[str] = COMPANIES, url: str | None = None
) -> Report:
    """Kill ``count`` sweeps, on SQLite and PostgreSQL in turn.

    Args:
        count: How many rounds.
        seed: Of the moments.
        people: In each company.
        companies: Taken in turn.
        url: A PostgreSQL server; otherwise the one of the environment, or one from a wheel.
    """
    report, chance = Report(), random.Random(seed)
    with postgres(url) as server, scratch() as folder:
        ready: dict[tuple[str, bool], Ready] = {}
        for number in range(count):
            company, on_server = companies[number // 2 % len(companies)], bool(number % 2)
            if (company, on_server) not in ready:
                ready[company, on_server] = prepared(Path(folder), company, people, server if on_server else None)
            one = ready[company, on_server]
            found = list(_round(one, chance, report.counts, NARROW if chance.random() < 0.5 else 0))
            report.wrong += [f"round {number}, {one.name}: {what}" for what in found]
            report.counts["rounds"] += 1
            report.counts["rounds on PostgreSQL" if on_server else "rounds on SQLite"] += 1
    return report


def prepared(place: Path, company: str, people: int, server: Server | None) -> Ready:
    """Fill a company's register, sweep it as of three years ago, and let a copy be swept undisturbed."""
    name = f"{company.replace('-', '_')}_{'pg' if server else 'sqlite'}"
    folder = place / name
    prepare(company, folder, server.make(name) if server else None)
    with (folder / "holdord.toml").open("a", encoding="utf-8") as settings:
        settings.write("[sweep]\npause_days = 4000\n")
    with closing(open_company(folder, install=True)) as made:
        populate(made.store.engine, company, people, as_of=NOW.date(), seed=1, policy=made.policy)
        noted = keep(made, lambda: BEFORE).note
        before = _rows(made)
    undisturbed = _copy(name, folder, server)
    lead, span = _left_alone(undisturbed)
    with closing(open_company(undisturbed, install=True)) as made:
        after = _rows(made)
        amounts, _ = _entries(made, noted)
    changed = changes(before, after, amounts)
    assert changed == amounts, "An undisturbed sweep's entries do not say what it did."
    assert amounts, "There is nothing to do."
    _throw_away(name, undisturbed, server)
    return Ready(name, folder, server, before, after, amounts, lead, span, noted)


def _copy(name: str, folder: Path, server: Server | None) -> Path:
    there = folder.with_name(f"{name}_copy")
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(folder, there)
    if server is not None:
        url = server.make(f"{name}_copy", name)
        settings = there / "holdord.toml"
        lines = settings.read_text("utf-8").splitlines()
        settings.write_text("\n".join(f'url = "{url}"' if one.startswith("url") else one for one in lines) + "\n")
    return there


def _throw_away(name: str, folder: Path, server: Server | None) -> None:
    shutil.rmtree(folder)
    if server is not None:
        server.drop(f"{name}_copy")


def _child(folder: Path, width: int) -> "subprocess.Popen[str]":
    command = [sys.executable, str(Path(__file__).with_name("child.py")), str(folder), NOW.isoformat(), str(width)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _left_alone(folder: Path) -> tuple[float, float]:
    """Return the seconds until the plan of an undisturbed sweep stands, and those from there to its last batch."""
    child = _child(folder, NARROW)
    assert child.stdout is not None
    times = {}
    for line in child.stdout:
        times[line.split()[0]] = time.monotonic()
    child.communicate()
    assert child.returncode == 0
    return times["begun"] - times["ready"], times["batch"] - times["begun"]


def _round(one: Ready, chance: random.Random, counts: Counter[str], width: int) -> Iterator[str]:
    """Kill one sweep, look, and sweep to the end; yield what happened that may not."""
    folder = _copy(one.name, one.folder, one.server)
    told, status = _killed(one, folder, chance, width)
    if one.server is not None:
        one.server.wait_until_left(f"{one.name}_copy")
    counts["killed" if status < 0 else "ended before the kill"] += 1
    with closing(open_company(folder)) as company:
        found = _rows(company)
        yield from early(one, found)
        amounts, tables = _entries(company, one.noted)
        yield from unmatched(changes(one.before, found, one.amounts), amounts, "After the kill")
        batches = [line.split()[1] for line in told if line.startswith("batch")]
        if tables[: len(batches)] != batches:
            yield f"{len(batches)} batches were reported done, the log has {len(tables)} others."
        elif len(set(tables[len(batches) :])) > 1:
            yield "More than one batch took effect without being reported."
        counts["batches before the kill"] += len(tables)
        counts["batches whose report was cut off"] += len(tables) - len(batches)
        kind = "nothing was done yet" if not tables else "all was done" if amounts == one.amounts else "amid the sweep"
        counts[f"killed when {kind}" if status < 0 else "not killed"] += 1
        noted = _proved(company, one.noted)
        again = keep(company, lambda: NOW)
        counts["batches after the kill"] += len(_entries(company, one.noted)[1]) - len(tables)
        counts["rows touched"] += sum(one.amounts.values())
        if again.left.statements:
            yield "The sweep that went on left something."
        if again.rows != sum(one.amounts.values()) - sum(amounts.values()):
            yield f"The sweep that went on touched {again.rows} rows, not those that were left."
        yield from unmatched(one.amounts, _entries(company, one.noted)[0], "In the end")
        if _rows(company) != one.after:
            yield "The end is not that of the undisturbed sweep."
        _proved(company, noted)
        counts["exports verified"] += 2
    _throw_away(one.name, folder, one.server)


def _killed(one: Ready, folder: Path, chance: random.Random, width: int) -> tuple[list[str], int]:
    """Let a child sweep ``folder`` and kill it: mostly amid the batches, sometimes anywhere.

    Returns:
        What it told, and its exit status, below 0 where the kill came in time.
    """
    child = _child(folder, width)
    assert child.stdout is not None
    told: list[str] = []
    from_start = chance.random() < 0.2
    delay = chance.uniform(0, 2 * (one.lead + one.span)) if from_start else chance.uniform(0, one.span)
    timer = threading.Timer(delay, child.kill)
    for line in child.stdout:
        told.append(line.rstrip("\n"))
        if (told[-1] == "ready" and from_start) or (told[-1].startswith("begun") and not from_start):
            timer.start()
    _, said = child.communicate()
    timer.cancel()
    if child.returncode > 0:
        raise AssertionError(said)
    return [line for line in told if line], child.returncode


def _rows(company: Company) -> Rows:
    """Return every row of the register, as the driver gives it."""
    found: Rows = {}
    with company.store.engine.connect() as connection:
        for name, shape in company.store.schema.items():
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
            found[name] = {tuple(row[key] for key in shape.key): dict(row) for row in rows}
    return found


def early(one: Ready, found: Rows) -> Iterator[str]:
    """Yield what went, or changed, and is not so after the undisturbed sweep."""
    for table, rows in one.before.items():
        for key, row in rows.items():
            now, last = found[table].get(key), one.after[table].get(key)
            if now is None:
                if last is not None:
                    yield f"A row of {table} is gone that stays."
            elif last is None:
                if now != row:
                    yield f"A row of {table} that goes was changed instead."
            elif any(value != row[name] and value != last[name] for name, value in now.items()):
                yield f"A row of {table} was changed to something else."
        if set(found[table]) - set(rows):
            yield f"Rows of {table} appeared."


def changes(before: Rows, after: Rows, said: Amounts) -> Amounts:
    """Count the rows that went, and the rows in which some of the columns of a statement changed."""
    found: Amounts = Counter()
    columns = {(table, names): action for table, action, names in said}
    for table, rows in before.items():
        gone = [key for key in rows if key not in after[table]]
        found[table, "erase", ()] = len(gone)
        groups = {names for name, names in columns if name == table and names}
        for key in after[table].keys() & rows.keys():
            changed = {name for name, value in after[table][key].items() if value != rows[key][name]}
            for names in groups:
                if changed & set(names):
                    found[table, columns[table, names], names] += 1
                    changed -= set(names)
            if changed:
                found[table, "unexplained", tuple(sorted(changed))] += 1
    return +found


def _entries(company: Company, noted: str) -> tuple[Amounts, list[str]]:
    """Return what the entries of batches since a checkpoint say was done, and their tables in order."""
    amounts: Amounts = Counter()
    tables = []
    first = int(noted.splitlines()[1])
    with company.store.reading() as snapshot:
        for entry in log.read(snapshot.connection, first):
            value = entry.value
            if value["kind"] == "batch":
                amounts[value["table"], value["action"], tuple(value["columns"])] += value["rows"]
                tables.append(value["table"])
    return amounts, tables


def unmatched(done: Amounts, said: Amounts, when: str) -> Iterator[str]:
    """Yield where what was done and what entries say of it differ."""
    for what in done.keys() | said.keys():
        if done[what] != said[what]:
            yield f"{when}: {what[1]} {what[0]} touched {done[what]} rows, and entries say {said[what]}."


def _proved(company: Company, noted: str) -> str:
    """Sign the log, export and verify it as a continuation of what was noted; return the new checkpoint.

    Raises:
        VerificationError: It does not hold.
    """
    with company.store.writing() as connection:
        last = last_checkpoint(connection)
        assert last is not None
        note = checkpoint(connection, company.key(), NOW)
    file = io.BytesIO()
    with company.store.reading() as snapshot:
        export(snapshot.connection, file, note)
    public = company.settings.key.with_suffix(".pub").read_text("utf-8").strip()
    for earlier in (noted, last):
        file.seek(0)
        verify(file, public, earlier)
    return note
