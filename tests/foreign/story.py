"""A company's own database, told day by day: a folder with a data map, and rows that the company's programs put in.

    shop.put("customers", id=1, name="Ida Prøve", email="ida@home.example", …)
    shop.keeps("2026-03-10")
    assert shop.row("customers", 1)["name"] == "Ida Prøve"
    shop.keeps("2026-03-11")
    assert shop.row("customers", 1) is None

Policy, data map, store, evidence and key are the real ones, opened as every command opens them; only the day is said.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, MetaData, create_engine, func, insert, select, text, update

from holdord.ledger import log
from holdord.ledger.export import export
from holdord.ledger.verify import verify
from holdord.now import today
from holdord.plan.statements import Plan
from holdord.run.board import board
from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.run.shown import Board, PartShown
from holdord.run.sweep import Kept, plan_of
from holdord.stores.database import connect
from holdord.stores.register.migrate import upgrade
from tests.yes import keep

PATIENT = 100_000
"""Days that a story may skip between two of its days."""
OSLO = ZoneInfo("Europe/Oslo")

Values = dict[str, Any]
Change = tuple[str, str]
"""What stands in a file, and what stands there instead; it is found there once."""


def day(said: str | date) -> date:
    """Return ``2026-06-01`` as a date."""
    return said if isinstance(said, date) else date.fromisoformat(said)


def moment(said: str) -> datetime:
    """Return ``2026-06-01`` (noon) or ``2026-06-01 23:30`` in Oslo."""
    return datetime.fromisoformat(said if " " in said else f"{said} 12:00").replace(tzinfo=OSLO)


def seconds(said: str) -> int:
    """Return a moment in Oslo as seconds since 1970."""
    return int(moment(said).timestamp())


def build(url: str, script: str) -> None:
    """Run a script of several statements in a database, as its makers would."""
    engine = create_engine(url)
    connection = engine.raw_connection()
    cursor: Any = connection.cursor()
    (cursor.executescript if engine.dialect.name == "sqlite" else cursor.execute)(script)
    cursor.close()
    connection.commit()
    connection.close()
    engine.dispose()


@cache
def empty_state() -> bytes:
    """Return a SQLite file for the evidence, in which there is none yet."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.db"
        engine = connect(f"sqlite:///{file}")
        upgrade(engine, register=False)
        engine.dispose()
        return file.read_bytes()


def changed(content: str, changes: Iterable[Change]) -> str:
    """Return a file's content with changes, each of which is found once."""
    for old, new in changes:
        assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times"
        content = content.replace(old, new)
    return content


class Story:
    """One company with a database of its own."""

    def __init__(
        self,
        source: Path,
        url: str,
        folder: Path,
        *,
        policy: Iterable[Change] = (),
        datamap: Iterable[Change] = (),
        state: str = "",
        receipts: bool = True,
        opened: bool = True,
    ) -> None:
        """Make a folder beside a database and open it.

        Args:
            source: Where policy, data map and notices lie.
            url: The database, its tables made.
            folder: Where the company's folder goes.
            policy: Changes of the policy.
            datamap: Changes of the data map.
            state: The database of the evidence, where it is not the file in the folder.
            receipts: Whether the store may hold a table of receipts.
            opened: Whether to open it; else the folder alone is made.
        """
        self.url = url
        self.folder = folder
        folder.mkdir()
        for file in source.glob("notice.*.md"):
            shutil.copy(file, folder)
        for name, changes in (("policy.yaml", policy), ("datamap.yaml", datamap)):
            (folder / name).write_text(changed((source / name).read_text("utf-8"), changes), "utf-8")
        told = [f"[store]\nurl = {json.dumps(url)}\nreceipts = {json.dumps(receipts)}"]
        told += [f"[state]\nurl = {json.dumps(state)}"] if state else []
        told += [f"[sweep]\npause_days = {PATIENT}\n"]
        (folder / "holdord.toml").write_text("\n".join(told), "utf-8")
        self.engine: Engine = create_engine(url)
        self.tables = MetaData()
        self.tables.reflect(self.engine)
        self._company: Company | None = None
        if opened:
            if not state:
                (folder / "state.db").write_bytes(empty_state())
            assert self.company

    @property
    def company(self) -> Company:
        """The folder, opened."""
        if self._company is None:
            self._company = open_company(self.folder, install=True)
        return self._company

    def reopens(self) -> None:
        """Open the folder anew, as the next command does."""
        self.close()
        self._company = None

    def close(self) -> None:
        """Close all connections."""
        if self._company is not None:
            self._company.close()
        self.engine.dispose()

    # What the company's own programs do

    def put(self, table: str, /, **values: Any) -> None:
        """Put a row."""
        with self.engine.begin() as connection:
            connection.execute(insert(self.tables.tables[table]).values(**values))

    def change(self, table: str, key: Values, /, **values: Any) -> None:
        """Change a row."""
        with self.engine.begin() as connection:
            where = [self.tables.tables[table].c[name] == value for name, value in key.items()]
            connection.execute(update(self.tables.tables[table]).where(*where).values(**values))

    def run(self, *statements: str) -> None:
        """Run statements."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    # What is there

    def row(self, table: str, /, *key: Any) -> Values | None:
        """Return a row by its key, or None where it is gone."""
        place = self.tables.tables[table]
        where = [column == value for column, value in zip(place.primary_key.columns, key, strict=True)]
        with self.engine.connect() as connection:
            found = connection.execute(select(place).where(*where)).mappings().first()
        return None if found is None else dict(found)

    def keys(self, table: str) -> set[Any]:
        """Return the keys of a table's rows; those of one column bare."""
        columns = list(self.tables.tables[table].primary_key.columns)
        with self.engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(select(*columns))]
        return {key[0] if len(key) == 1 else key for key in found}

    def count(self) -> dict[str, int]:
        """Return how many rows each table has, empty ones left out."""
        with self.engine.connect() as connection:
            counts = {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in self.tables.tables.items()
                if not name.startswith("holdord_")
            }
        return {name: count for name, count in counts.items() if count}

    def whole(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        with self.engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for name, table in self.tables.tables.items()
                if not name.startswith("holdord_")
            }

    # What holdord does

    def noon(self, on: str | date) -> datetime:
        """Return noon of a day, where the controller is."""
        return datetime.combine(day(on), time(12), self.company.policy.controller.zone)

    def keeps(self, on: str | date) -> set[str]:
        """Keep the promises that are due on a day; nothing may be left.

        Returns:
            What the evidence says was done, such as ``SH-03 strip orders: greeting``.
        """
        kept = self.swept(on)
        assert [statement.table for statement in kept.left.statements] == []
        assert [finding.text for finding in kept.left.findings if finding.severity == "stop"] == []
        assert kept.plan.at == today(self.company.policy.controller.zone, self.noon(on)) == day(on)
        batches = [entry for entry in self.entries("batch") if entry["plan"] == kept.plan.digest]
        assert sum(entry["rows"] for entry in batches) == kept.rows == kept.plan.rows
        return {
            f"{entry['promise']} {entry['action']} {entry['table']}"
            + (f": {' '.join(entry['columns'])}" if entry["columns"] else "")
            for entry in batches
        }

    def swept(self, on: str | date, *, confirm: str | None = None) -> Kept:
        """Keep the promises on a day, whatever is left."""
        return keep(self.company, lambda: self.noon(on), confirm=confirm)

    def plan(self, on: str | date) -> Plan:
        """Return what is due on a day."""
        return plan_of(self.company, day(on))

    def due(self, on: str | date) -> set[str]:
        """Return what is due on a day, such as ``erase tickets 2``."""
        return {f"{one.action} {one.table} {one.rows}" for one in self.plan(on).statements}

    def found(self, on: str | date, code: str) -> list[str]:
        """Return the findings of one code in the plan of a day."""
        return [finding.text for finding in self.plan(on).findings if finding.code == code]

    def board(self, on: str | date) -> Board:
        """Return the board on a day."""
        return board(self.company, self.noon(on))

    def part(self, on: str | date, promise: str, name: str) -> PartShown:
        """Return one part of a promise as the board shows it."""
        shown = next(shown for shown in self.board(on).promises if shown.promise.id == promise)
        return next(part for part in shown.parts if part.name == name)

    @contextmanager
    def evidence(self) -> Iterator[Any]:
        """The database of the evidence, to be read."""
        with self.company.state.snapshot() as connection:
            yield connection

    def entries(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the ledger's entries, all or of one kind."""
        with self.evidence() as connection:
            return [one.value for one in log.read(connection) if one.value["kind"] == (kind or one.value["kind"])]

    def verified(self, note: str) -> int:
        """Export the ledger, verify it offline against a checkpoint, and return how many entries it has."""
        file = self.folder / "export.txt"
        with file.open("wb") as out, self.evidence() as connection:
            export(connection, out, note)
        return verify(file, self.company.public.read_text("utf-8").strip(), note).size


def local(said: str) -> datetime:
    """Return a moment without a zone, as Oslo's clocks show it."""
    return moment(said).replace(tzinfo=None)


def zulu(said: str) -> str:
    """Return a moment in Oslo as text in UTC."""
    return f"{moment(said).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
