"""A company's register, told day by day: the words that the scenario tests are written in.

    ida = clienti.person("2019-05-02", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
    customer = ida.has("relations", kind="customer", started_on="2019-05-02", ended_on="2023-03-10")
    clienti.keeps("2025-03-10")
    assert ida.holds == {"name", "phone"}
    clienti.keeps("2025-03-11")
    assert ida.is_gone

The policy, the notices, the register and the ledger are the real ones; only the day is said.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from holdord.config import read as read_settings
from holdord.ledger import log
from holdord.now import today
from holdord.plan.bind import Bound
from holdord.plan.statements import Plan
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.run.board import board
from holdord.run.company import Company
from holdord.run.shown import PartShown, PromiseShown
from holdord.run.sweep import Kept, plan_of
from holdord.stores.database import connect
from holdord.stores.register.map import data_map
from holdord.stores.register.migrate import upgrade
from holdord.stores.register.schema import metadata
from holdord.stores.sql import SqlStore
from tests.yes import keep

EXAMPLES = Path(__file__).parents[2] / "examples"
PATIENT = 100_000
"""Days that a story may skip between two of its days; the machine's clock has tests of its own."""


def day(said: str | date) -> date:
    """Return ``2026-06-01`` as a date."""
    return said if isinstance(said, date) else date.fromisoformat(said)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that was put into the register, and those that it belongs to."""

    story: "Story"
    table: str
    id: int
    put: dict[str, Any]
    parents: dict[str, "Row"] = field(default_factory=dict)

    def has(self, table: str, /, **values: Any) -> "Row":
        """Put a row that refers to this one (and to those that this one refers to)."""
        known = {**self.parents, self.table: self}
        return self.story.put(table, known, **values)

    def now(self) -> dict[str, Any] | None:
        """Return the row as it is, or None where it is gone."""
        table = metadata.tables[self.table]
        with self.story.company.store.reading() as snapshot:
            found = snapshot.connection.execute(select(table).where(table.c.id == self.id)).mappings().first()
        return None if found is None else dict(found)

    def becomes(self, **values: Any) -> None:
        """Change the row, as the company's own programs would."""
        table = metadata.tables[self.table]
        with self.story.company.store.writing() as connection:
            connection.execute(update(table).where(table.c.id == self.id).values(**_typed(self.table, values)))

    @property
    def is_gone(self) -> bool:
        """Whether the row is erased."""
        return self.now() is None

    @property
    def holds(self) -> set[str]:
        """The columns with personal data that are still there; what is there is what was put there."""
        found = self.now()
        assert found is not None, f"{self.table} {self.id} is gone"
        personal = {column.name for column in self.story.company.bound.columns[self.table]}
        left = {name for name in personal if found[name] is not None}
        assert {name: found[name] for name in left} == {name: self.put.get(name) for name in left}
        return left


class Story:
    """One company whose register is a test's own."""

    def __init__(self, name: str, url: str, folder: Path, *, policy: Iterable[tuple[str, str]] = ()) -> None:
        """Open an example with an empty register.

        Args:
            name: The example's folder.
            url: An empty database.
            folder: Where the company's folder goes.
            policy: (what stands there, what stands there instead), each to be found in the policy once.
        """
        self.folder = folder
        folder.mkdir()
        for file in (*(EXAMPLES / name).glob("notice.*.md"), EXAMPLES / name / "policy.yaml"):
            shutil.copy(file, folder)
        (folder / "holdord.toml").write_text(f'[store]\nurl = "{url}"\n[sweep]\npause_days = {PATIENT}\n')
        self._rewrite(policy)
        self.company = _opened(folder)
        self._next = 1_000

    def _rewrite(self, changes: Iterable[tuple[str, str]]) -> None:
        file = self.folder / "policy.yaml"
        text = file.read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the policy"
            text = text.replace(old, new)
        file.write_text(text, "utf-8")

    def changes_its_policy(self, *changes: tuple[str, str]) -> None:
        """Rewrite the policy and open the company anew."""
        self._rewrite(changes)
        self.company.close()
        self.company = _opened(self.folder)

    # What is put in

    def person(self, collected: str, /, **values: Any) -> Row:
        """Put a person who was registered on the day ``collected``."""
        return self.put("persons", {}, collected_on=collected, **values)

    def put(self, table: str, parents: dict[str, Row] | None = None, /, **values: Any) -> Row:
        """Put a row; references that ``parents`` can answer are filled in."""
        known = parents or {}
        for column in metadata.tables[table].columns:
            for key in column.foreign_keys:
                if key.column.table.name in known:
                    values.setdefault(column.name, known[key.column.table.name].id)
        values.setdefault("id", self._next)
        self._next += 1
        typed = _typed(table, values)
        with self.company.store.writing() as connection:
            connection.execute(insert(metadata.tables[table]).values(**typed))
        return Row(story=self, table=table, id=typed["id"], put=typed, parents=known)

    # What is done

    def noon(self, on: str | date) -> datetime:
        """Return noon of a day, where the controller is."""
        return datetime.combine(day(on), time(12), self.company.policy.controller.zone)

    def keeps(self, on: str | date) -> set[str]:
        """Keep the promises that are due on a day; nothing may be left.

        Returns:
            What the evidence says was done, such as ``CI-18 strip persons: phone title``.
        """
        kept = self.swept(on)
        assert not kept.left.statements
        assert not kept.left.stopped
        assert kept.plan.at == today(self.company.policy.controller.zone, self.noon(on)) == day(on)
        batches = [entry for entry in self.entries("batch") if entry["plan"] == kept.plan.digest]
        assert sum(entry["rows"] for entry in batches) == kept.rows == kept.plan.rows
        return {
            f"{entry['promise']} {entry['action']} {entry['table']}"
            + (f": {' '.join(entry['columns'])}" if entry["columns"] else "")
            for entry in batches
        }

    def swept(self, on: str | date) -> Kept:
        """Keep the promises on a day, whatever is left."""
        return keep(self.company, lambda: self.noon(on))

    def plan(self, on: str | date) -> Plan:
        """Return what is due on a day."""
        return plan_of(self.company, day(on))

    def due(self, on: str | date) -> set[str]:
        """Return what is due on a day, such as ``erase notes``."""
        return {f"{one.action} {one.table}" for one in self.plan(on).statements}

    def entries(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the ledger's entries, all or of one kind."""
        with self.company.store.reading() as snapshot:
            return [
                one.value for one in log.read(snapshot.connection) if one.value["kind"] == (kind or one.value["kind"])
            ]

    def shows(self, on: str | date) -> dict[str, PromiseShown]:
        """Return the board on a day, by promise."""
        return {shown.promise.id: shown for shown in board(self.company, self.noon(on)).promises}

    def part(self, on: str | date, promise: str, name: str) -> PartShown:
        """Return one part of a promise as the board shows it."""
        return next(part for part in self.shows(on)[promise].parts if part.name == name)

    def count(self) -> dict[str, int]:
        """Return how many rows each table has, empty ones left out."""
        with self.company.store.reading() as snapshot:
            counts = {
                name: snapshot.connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in metadata.tables.items()
                if name in self.company.bound.datamap.tables
            }
        return {name: count for name, count in counts.items() if count}


def _opened(folder: Path) -> Company:
    """Open a company's folder as ``open_company`` does, each policy read once for all tests."""
    settings = read_settings(folder, {})
    engine = connect(settings.store_url)
    upgrade(engine)
    policy = _policy(folder.name, (folder / "policy.yaml").read_bytes())
    store = SqlStore(engine=engine, datamap=data_map(), controller=policy.controller)
    bound = Bound(policy, store.datamap, store.schema)
    return Company(folder=folder, settings=settings, policy=policy, store=store, state=store, bound=bound)


@cache
def _policy(name: str, text: bytes) -> Policy:
    notices = {file.name.split(".")[1]: file.read_text("utf-8") for file in (EXAMPLES / name).glob("notice.*.md")}
    return load(text, file="policy.yaml", notices=notices)


def _typed(table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with days and moments that are written as text made dates and datetimes."""
    made = dict(values)
    for name, value in values.items():
        kind = metadata.tables[table].c[name].type.python_type
        if isinstance(value, str) and kind is date:
            made[name] = date.fromisoformat(value)
        elif isinstance(value, str) and kind is datetime:
            made[name] = datetime.fromisoformat(value)
    return made
