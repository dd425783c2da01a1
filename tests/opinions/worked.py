"""Worlds that were worked out by hand: ``tests/cases/rule/*.yaml``, read.

    story: what the company does, in plain words
    stores: [postgresql]                    where one kind of database alone can say it
    refused: why                            where policy and data map may not be carried out at all
    schema: the tables, as both kinds of database take them
    datamap, policy: as people write them, without what is the same in all (``holdord``, a controller, promises)
    rows: table → rows
    days:
      2026-03-11:                           a sweep of this day, on the rows as they stand above
        goes: {customers: [1]}              the rows that go, by key; or ``nothing``
        stripped: {letters: {2: {body: null}}}
        stops: {orders: why}                tables that must be left whole until someone decides
        cannot: {members: why}              tables where something had to be stripped and cannot be
        why: {customers 1: the clause of the rule and the sum}
        disputed: why                       where the case and the software are of two minds

What a day does not name must be as it was. A key of several columns is a list, or its parts with strokes between them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import delete, insert, select, text

from tests.foreign.story import Story, build

CASES = Path(__file__).parents[1] / "cases" / "rule"
KINDS = ("sqlite", "postgresql")

Row = dict[str, Any]
Key = tuple[Any, ...]
Rows = dict[str, dict[Key, Row]]
"""Table → key → row."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """What a sweep of one day must do to the rows as they stand in the file."""

    on: date
    goes: dict[str, list[Key]] = field(default_factory=dict)
    stripped: dict[str, dict[Key, Row]] = field(default_factory=dict)
    stops: dict[str, str] = field(default_factory=dict)
    cannot: dict[str, str] = field(default_factory=dict)
    why: dict[str, str]
    disputed: str = ""

    @property
    def tables(self) -> set[str]:
        """The tables that it says something of."""
        return {*self.goes, *self.stripped, *self.stops, *self.cannot}

    def left(self, rows: Rows) -> Rows:
        """Return what is left of ``rows``; every row that it names is among them."""
        found = {table: dict(some) for table, some in rows.items()}
        for table, changed in self.stripped.items():
            for key, values in changed.items():
                assert set(values) <= set(rows[table][key]), f"{table} has no such column"
                found[table][key] = found[table][key] | values
        for table, keys in self.goes.items():
            for key in keys:
                assert key not in self.stripped.get(table, {}), f"{table} {key} cannot go and stay"
                del found[table][key]
        return found


@dataclass(frozen=True, kw_only=True)
class Worked:
    """One world and its days."""

    name: str
    stores: tuple[str, ...]
    refused: str
    schema: str
    datamap: dict[str, Any]
    policy: dict[str, Any]
    rows: dict[str, list[Row]]
    days: tuple[Day, ...]

    @property
    def agreed(self) -> list[Day]:
        """The days on which case and software are of one mind."""
        return [day for day in self.days if not day.disputed]

    def opened(self, url: str, folder: Path) -> Story:
        """Make the tables and a company's folder beside them."""
        source = folder / "source"
        source.mkdir()
        (source / "datamap.yaml").write_text(_yaml({"holdord_datamap": 1, "store": "worked", **self.datamap}), "utf-8")
        (source / "policy.yaml").write_text(_yaml(self._whole_policy()), "utf-8")
        build(url, self.schema)
        return Story(source, url, folder / "at", opened=False)

    def _whole_policy(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"all": {"keep": list(self.policy["purposes"])}}
        if "holds" in self.policy:
            parts["holds"] = {"holds": "all"}
        promise = {"says": "We erase.", "kept_by": "software", "parts": parts}
        known = {"holdord": 1, "controller": {"name": "Eksempel AS", "country": "NO"}}
        return {**known, **self.policy, "promises": {"W-1": promise}}


def worlds() -> list[Worked]:
    """Read all cases, in their order."""
    return [_read(file) for file in sorted(CASES.glob("*.yaml"))]


def put(story: Story, world: Worked) -> None:
    """Put the rows as they stand in the file in the place of whatever is there."""
    with story.engine.begin() as connection:
        if story.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # rows that refer in a circle
        for table in story.tables.tables.values():
            connection.execute(delete(table))
        for name, rows in world.rows.items():
            connection.execute(insert(story.tables.tables[name]), rows)


def there(story: Story) -> Rows:
    """Return every row of every table."""
    found: Rows = {}
    with story.engine.connect() as connection:
        for name, table in story.tables.tables.items():
            if not name.startswith("holdord_"):
                rows = [dict(row) for row in connection.execute(select(table)).mappings()]
                found[name] = {tuple(row[part.name] for part in table.primary_key): row for row in rows}
    return found


def differences(expected: Rows, found: Mapping[str, Mapping[Key, Row]]) -> list[str]:
    """Say in words where two states of a database differ."""
    said = []
    for table, rows in expected.items():
        others = found[table]
        said += [f"{table} {_key(key)} went" for key in rows if key not in others]
        said += [f"{table} {_key(key)} is still there" for key in others if key not in rows]
        said += [
            f"{table} {_key(key)}: {column} is {others[key][column]!r}, not {value!r}"
            for key, row in rows.items()
            for column, value in row.items()
            if key in others and _told(others[key][column]) != _told(value)
        ]
    return sorted(said)


def _told(value: Any) -> Any:
    """Return a value as it is compared: of a document what lies in it, and no objects with nothing in them (0013.9)."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return _full(value) or {} if isinstance(value, dict) else value


def _full(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inside = {name: _full(one) for name, one in value.items()}
    return {name: one for name, one in inside.items() if one not in ({}, None)}


def _key(key: Key) -> str:
    return "/".join(map(str, key))


def _as_key(said: Any) -> Key:
    if isinstance(said, list):
        return tuple(said)
    if isinstance(said, str) and "/" in said:
        return tuple(int(part) for part in said.split("/"))
    return (said,)


def _read(file: Path) -> Worked:
    said = YAML(typ="safe", pure=True).load(file)
    assert said.pop("story").strip()
    days = tuple(_day(on, day) for on, day in said.pop("days").items())
    stores = tuple(said.pop("stores", KINDS))
    return Worked(name=file.stem, stores=stores, refused=said.pop("refused", ""), days=days, **said)


def _day(on: date, said: dict[str, Any]) -> Day:
    goes, stripped = said.pop("goes"), said.pop("stripped", {})
    return Day(
        on=on,
        goes={} if goes == "nothing" else {table: [_as_key(key) for key in keys] for table, keys in goes.items()},
        stripped={table: {_as_key(key): row for key, row in rows.items()} for table, rows in stripped.items()},
        **said,
    )


def _yaml(value: dict[str, Any]) -> str:
    out = StringIO()
    YAML(typ="safe", pure=True).dump(value, out)
    return out.getvalue()
