"""Random worlds: a policy, a data map, tables and rows that fit each other, made from a seed.

Rows are no random noise. A clock's value is put where some limit that reads it runs out on one of the world's dates,
or a day before or after; references, conditions and clocks are often NULL; some rows are stripped already. Policy and
data map are written as YAML and go through the product's own loaders.
"""

import json
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from holdord.datamap.load import load as load_datamap
from holdord.datamap.model import DataMap
from holdord.policy.load import load as load_policy
from holdord.policy.model import Over, Policy
from holdord.schema import ColumnShape, Family, ForeignKey, Schema, TableShape
from tests.opinions import loose

SQLITE, POSTGRESQL = "sqlite", "postgresql"

DURATIONS = (
    *("0 days", "1 day", "5 days", "30 days", "1 month", "1 month", "2 months", "3 months", "6 months", "1 year"),
    *("1 year 6 months", "24 months", "3.5 years", "5 years", "1 month 3 days", "1 year 10 days", "2 weeks"),
)
YEARLY = ("0 days", "10 days", "1 year", "2 years", "3.5 years", "5 years", "5 years", "1 month")
MONTHS_AND_DAYS = {
    "0 days": (0, 0), "1 day": (0, 1), "5 days": (0, 5), "10 days": (0, 10), "30 days": (0, 30), "2 weeks": (0, 14),
    "1 month": (1, 0), "2 months": (2, 0), "3 months": (3, 0), "6 months": (6, 0), "1 year": (12, 0),
    "2 years": (24, 0), "1 year 6 months": (18, 0), "24 months": (24, 0), "3.5 years": (42, 0), "5 years": (60, 0),
    "1 month 3 days": (1, 3), "1 year 10 days": (12, 10),
}  # fmt: skip

TEXT_CATEGORIES = (
    *("contact.name", "contact.email", "contact.phone", "job.title", "communication.note", "financial.account"),
    *("record.remark", "technical.device", "identity.login"),
)
GENERALISED = {"demographic.birth_date": "year", "contact.address": "prefix"}
NAMES = ("order", "invoice", "letter", "ticket", "login", "agreement", "visit", "group", "line", "answer")
ZONES = ("UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
CONTROLLER_ZONES = (None, None, "UTC", "America/New_York", "Asia/Tokyo")
PLACES = ("4021 Stavanger", "0150 Oslo", "8000 Aarhus C", "41 Ystad", "9")


@dataclass
class ColumnSpec:
    """A column of a made-up table."""

    name: str
    family: Family
    nullable: bool = True
    unique: bool = False
    category: str = ""
    listed: bool = True
    erased_as: str | int | date | None = None
    generalise: str = ""
    inside: dict[str, str] = field(default_factory=dict)

    @property
    def categories(self) -> list[str]:
        """Its own category and those of its pieces."""
        return [self.category, *self.inside.values()]


@dataclass
class ClockSpec:
    """A clock of a made-up table; ``encoding`` is the true one, ``said`` whether the map names it."""

    name: str
    column: str
    encoding: str
    zone: str | None
    nullable: bool
    sentinels: list[Any]
    said: bool


@dataclass
class ReferenceSpec:
    """A reference of a made-up table."""

    kind: str
    columns: list[str]
    parent: str
    nullable: bool


@dataclass
class TableSpec:
    """A made-up table.

    ``unnamed`` are foreign keys that the map does not name, ``loops`` those of them that close a circle of references;
    ``key_category`` is that of a key which the map lists.
    """

    name: str
    record_class: str
    is_record: bool
    key: list[tuple[str, Family]]
    references: list[ReferenceSpec]
    default: str = "record.remark"
    columns: list[ColumnSpec] = field(default_factory=list)
    clocks: dict[str, ClockSpec] = field(default_factory=dict)
    conditions: dict[str, Family] = field(default_factory=dict)
    key_category: str = ""
    unnamed: list[ReferenceSpec] = field(default_factory=list)
    loops: list[ReferenceSpec] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """A policy, a data map, tables and rows, and two dates to sweep at.

    Attributes:
        dialect: ``sqlite`` or ``postgresql``: what the tables are made for.
        dates: An earlier and a later date.
        rows: Table → rows, in key order.
        over: What people ended.
    """

    seed: int
    dialect: str
    policy_text: str
    datamap_text: str
    metadata: sa.MetaData
    rows: dict[str, list[dict[str, Any]]]
    dates: tuple[date, date]
    over: tuple[Over, ...] = ()

    @cached_property
    def policy(self) -> Policy:
        return replace(load_policy(self.policy_text), over=self.over)

    @cached_property
    def datamap(self) -> DataMap:
        return load_datamap(self.datamap_text)

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.metadata)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(len(rows) for rows in self.rows.values())

    def with_rows(self, rows: dict[str, list[dict[str, Any]]]) -> "World":
        """Return the same world with other rows in it."""
        return replace(self, rows=rows)

    def __repr__(self) -> str:
        return f"World({self.seed}, {self.dialect})"


def make(
    seed: int,
    dialect: str = SQLITE,
    *,
    size: int = 700,
    disputed: bool = False,
    looped: bool = False,
    inside: bool = False,
) -> World:
    """Return the world of ``seed``.

    Args:
        seed: The same seed makes the same world.
        dialect: ``sqlite`` or ``postgresql``.
        size: About how many rows.
        disputed: Whether to use what neither the rule nor a decision settles in so many words: keys with a category,
            NOT NULL without placeholder, categories without generaliser and cascades, all of which stop a table;
            foreign keys that the map does not name; placeholders where NULL would do; ISO moments with a blank.
        looped: Whether rows refer to rows of their own table, and tables to each other in circles.
        inside: Whether some columns hold JSON with pieces that have categories of their own.
    """
    return _Maker(seed, dialect, size, disputed, looped, inside).world()


def schema_of(metadata: sa.MetaData) -> Schema:
    """Return the tables of ``metadata`` as the product describes a database."""
    return {
        table.name: TableShape(
            name=table.name,
            key=tuple(column.name for column in table.primary_key.columns),
            columns={
                column.name: ColumnShape(
                    name=column.name,
                    family=_family(column.type),
                    nullable=bool(column.nullable),
                    unique=bool(column.unique),
                )
                for column in table.columns
            },
            foreign_keys=tuple(
                ForeignKey(
                    columns=tuple(constraint.column_keys),
                    table=constraint.referred_table.name,
                    target=tuple(element.column.name for element in constraint.elements),
                    on_delete=constraint.ondelete or "",
                )
                for constraint in table.foreign_key_constraints
            ),
        )
        for table in metadata.tables.values()
    }


def _family(kind: sa.types.TypeEngine[Any]) -> Family:
    for types, family in (
        ((sa.JSON,), "other"),
        ((sa.Boolean,), "truth"),
        ((sa.Integer,), "number"),
        ((sa.Text, sa.String), "text"),
        ((sa.Date, loose.LooseDate), "date"),
    ):
        if isinstance(kind, types):
            return family  # type: ignore[return-value]
    return "timestamp_tz" if getattr(kind, "timezone", False) else "timestamp"


def _back(end: date, months: int, days: int) -> date:
    """Return about the start from which a period leads to ``end``."""
    day = end - timedelta(days=days)
    count = day.year * 12 + day.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _yaml(value: Any) -> str:
    """Write a value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_yaml(inner) for inner in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value)


def _document(value: dict[str, Any]) -> str:
    """Write a document: block style for two levels, flow style below."""
    lines = []
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            lines.append(f"{key}:")
            lines += [f"  {name}: {_yaml(entry)}" for name, entry in inner.items()]
        else:
            lines.append(f"{key}: {_yaml(inner)}")
    return "\n".join(lines) + "\n"


class _Maker:
    """Makes one world, from the dates down to the rows."""

    def __init__(self, seed: int, dialect: str, size: int, disputed: bool, looped: bool, inside: bool) -> None:
        self.seed = seed
        self.dialect = dialect
        self.size = size
        self.disputed = disputed
        self.looped = looped
        self.inside = inside
        self.random = Random(f"{seed}/{dialect}")
        self.tables: dict[str, TableSpec] = {}
        self.unmapped: dict[str, list[ReferenceSpec]] = {}
        self.purposes: dict[str, dict[str, Any]] = {}
        self.limits_on: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def world(self) -> World:
        self.choose_dates()
        self.choose_tables()
        self.choose_odds()
        self.choose_purposes()
        self.rows["product"] = [{"id": number, "body": "a thing"} for number in range(1, 9)]
        for name, table in self.tables.items():
            self.rows[name] = self.make_rows(table)
        for table in self.tables.values():
            for reference in table.loops:
                self.close_loop(table, reference)
        if "product" not in self.unmapped:
            del self.rows["product"]
        for name, references in self.unmapped.items():
            if references:
                self.rows[name] = self.make_unmapped_rows(references)
        if self.emptied:
            for name, column in self.uncovered:
                for row in self.rows[name]:
                    row[column.name] = self.stripped(name, column, row)
        if self.loose:
            self.put_misfits()
        return World(
            seed=self.seed,
            dialect=self.dialect,
            policy_text=self.policy_text(),
            datamap_text=self.datamap_text(),
            metadata=self.metadata(),
            rows=self.rows,
            dates=self.dates,
        )

    # --- dates

    def choose_dates(self) -> None:
        self.controller_zone = self.random.choice(CONTROLLER_ZONES)
        self.zone = ZoneInfo(self.controller_zone or "Europe/Oslo")
        self.year_ends = self.random.choice(("12-31", "06-30", "02-28"))
        year = self.random.randint(2019, 2029)
        months_end = date(year, month := self.random.randint(1, 12), monthrange(year, month)[1])
        year_end = self.year_end(date(year, 3, 1))
        first = self.random.choice(
            (
                date(year, 1, 1) + timedelta(days=self.random.randint(0, 364)),
                months_end,
                months_end + timedelta(days=1),
                date(year, 2, 28),
                date(year, 3, 1),
                year_end,
                year_end + timedelta(days=1),
                year_end + timedelta(days=11),
            )
        )
        gap = self.random.choice((1, 1, 2, 3, 28, 31, 60, 365, 366))
        self.dates = (first, first + timedelta(days=gap))

    def year_end(self, day: date) -> date:
        """Return the end of the financial year that ``day`` lies in."""
        month, last = int(self.year_ends[:2]), int(self.year_ends[3:])
        for year in (day.year, day.year + 1):
            end = date(year, month, monthrange(year, month)[1] if month == 2 else last)
            if day <= end:
                return end
        raise AssertionError

    # --- tables

    def choose_tables(self) -> None:
        names = ["person", *self.random.sample(NAMES, self.random.randint(2, 7))]
        for index, name in enumerate(names):
            self.add_table(name, None if index == 0 or self.chance(0.05) else list(self.tables))
        if len(names) < 8 and self.chance(0.25):
            self.add_twin()
        for index in range(self.random.choice((0, 1, 1, 2))):
            references = []
            for place in range(self.random.randint(1, 2)):
                parent = self.random.choice(list(self.tables))
                columns = [f"of{place}_{part}" for part, _ in self.tables[parent].key]
                references.append(ReferenceSpec(kind="", columns=columns, parent=parent, nullable=self.chance(0.6)))
            self.unmapped[f"copy{index}"] = references
        self.loose = self.chance(0.1)
        for table in self.tables.values():
            if self.looped and self.chance(0.4):
                self.add_loop(table)
        for table in self.tables.values():
            if self.inside and self.chance(0.6):
                self.add_json(table)

    def add_json(self, table: TableSpec) -> None:
        """Add a column with pieces inside."""
        paths = self.random.sample(("a", "b.c", "b.d", "b.e.f", "g h"), self.random.randint(1, 4))
        categories = (*TEXT_CATEGORIES, "demographic.birth_date") if self.disputed else TEXT_CATEGORIES
        inside = {path: self.random.choice(categories) for path in paths}
        category = self.random.choice(TEXT_CATEGORIES)
        table.columns.append(
            ColumnSpec(name="json", family="other", nullable=self.chance(0.7), category=category, inside=inside)
        )

    def add_loop(self, table: TableSpec) -> None:
        """Let rows of a table refer to rows of its own, or to rows of one that refers to it."""
        names = list(self.tables)
        below = [name for name in self.below(table.name) if names.index(name) > names.index(table.name)]
        parent = self.random.choice([table.name, table.name, *below])
        columns = [f"loop_{part}" for part, _ in self.tables[parent].key]
        nullable = parent != table.name or self.chance(0.8)
        table.loops.append(ReferenceSpec(kind="", columns=columns, parent=parent, nullable=nullable))

    def add_table(self, name: str, above: list[str] | None) -> None:
        key: list[tuple[str, Family]] = [("id", "number")]
        if self.chance(0.12):
            key = [("code", "text")]
        elif self.chance(0.12):
            key = [("tenant", "number"), ("number", "number")]
        references = []
        if above is not None:
            for place in range(self.random.choice((1, 1, 1, 2, 2, 3))):
                parent = above[min(self.random.randrange(len(above)), self.random.randrange(len(above)))]
                if self.chance(0.5):
                    parent = above[-1] if self.chance(0.5) else self.random.choice(above)
                columns = [f"{parent}{place}_{part}" for part, _ in self.tables[parent].key]
                references.append(
                    ReferenceSpec(
                        kind="part_of" if self.chance(0.3) else "refers_to",
                        columns=columns,
                        parent=parent,
                        nullable=self.chance(0.4),
                    )
                )
        parts = [reference for reference in references if reference.kind == "part_of"]
        is_record = len(parts) != 1 or self.chance(0.3)
        record_class = name if is_record else self.tables[parts[0].parent].record_class
        table = TableSpec(name=name, record_class=record_class, is_record=is_record, key=key, references=references)
        self.tables[name] = table
        if is_record or self.chance(0.5):
            self.add_clock(table, "created", nullable=not is_record)
        for clock in ("ended", "seen"):
            if self.chance(0.45):
                self.add_clock(table, clock, nullable=True)
        for condition, family in (("state", "text"), ("amount", "number"), ("flag", "truth"), ("due", "date")):
            if self.chance(0.25):
                table.conditions[condition] = family  # type: ignore[assignment]
        self.add_columns(table)

    def add_twin(self) -> None:
        """Add a second table of a class that has one."""
        like = self.random.choice([table for table in self.tables.values() if table.is_record])
        table = TableSpec(
            name=f"{like.name}2",
            record_class=like.record_class,
            is_record=True,
            key=like.key,
            references=like.references,
            conditions=dict(like.conditions),
        )
        self.tables[table.name] = table
        for clock in like.clocks.values():
            self.add_clock(table, clock.name, nullable=clock.nullable)
        self.add_columns(table)

    def add_clock(self, table: TableSpec, name: str, *, nullable: bool) -> None:
        encodings = ["date", "date", "timestamp", "timestamp_tz", "epoch_seconds", "epoch_milliseconds"]
        encodings += ["iso_date", "iso_timestamp"]
        encoding = self.random.choice(encodings)
        if encoding == "timestamp_tz" and self.dialect == SQLITE:
            encoding = "timestamp"
        sentinels: list[Any] = []
        if nullable and self.chance(0.5):
            offered: dict[str, list[Any]] = {
                "date": [date(1970, 1, 1), date(9999, 12, 31)],
                "timestamp": [date(1970, 1, 1), date(9999, 12, 31)],
                "timestamp_tz": [date(1970, 1, 1)],
                "epoch_seconds": [0, -1],
                "epoch_milliseconds": [0, -1],
                "iso_date": ["", "9999-12-31", "never"],
                "iso_timestamp": ["", "never"],
            }
            sentinels = self.random.sample(offered[encoding], self.random.randint(1, len(offered[encoding])))
        table.clocks[name] = ClockSpec(
            name=name,
            column=f"{name}_at",
            encoding=encoding,
            zone=self.random.choice(ZONES) if self.chance(0.6) else None,
            nullable=nullable,
            sentinels=sentinels,
            said=encoding not in ("date", "timestamp", "timestamp_tz") or self.chance(0.3),
        )

    def add_columns(self, table: TableSpec) -> None:
        table.default = self.random.choice(TEXT_CATEGORIES)
        composite = len(table.key) > 1
        for place in range(self.random.choice((1, 2, 3, 3, 4))):
            column = ColumnSpec(name=f"c{place}", family="text", category=self.random.choice(TEXT_CATEGORIES))
            kind = self.random.random()
            if kind < 0.12:
                column.category, column.family, column.generalise = "demographic.birth_date", "date", "year"
                column.nullable = self.chance(0.7)
            elif kind < 0.24:
                column.category, column.generalise = "contact.address", f"prefix:{self.random.choice((1, 2, 4, 10))}"
                column.nullable = self.chance(0.7)
            elif kind < 0.34:
                column.family, column.nullable = self.random.choice(("number", "date")), self.chance(0.5)
                if not column.nullable:
                    column.erased_as = self.random.choice((0, -1)) if column.family == "number" else date(1900, 1, 1)
            elif kind < 0.46:
                column.unique, column.nullable = True, self.chance(0.4)
                if not column.nullable:
                    column.erased_as = "gone-{key}"
                    if composite:
                        column.unique, column.erased_as = False, "gone"
            elif kind < 0.62:
                column.nullable, column.erased_as = False, self.random.choice(("", "erased", "–", "gone {key}"))
                if composite and "{" in column.erased_as:
                    column.erased_as = "it's gone"
            elif kind < 0.75:
                column.listed, column.category = False, table.default
            if self.disputed and self.chance(0.1):
                column.erased_as = None if not column.nullable else "nobody" if column.family == "text" else None
                column.unique = False
                column.generalise = column.generalise if self.chance(0.5) else ""
            table.columns.append(column)
        if self.disputed and self.chance(0.08):
            table.key_category = "identity.login"
        if self.disputed and self.chance(0.3):
            table.unnamed.append(ReferenceSpec(kind="", columns=["product_id"], parent="product", nullable=True))
            self.unmapped["product"] = []
        if self.disputed and self.chance(0.2):
            parent = self.random.choice([name for name in self.tables if name != table.name] or [""])
            if parent:
                columns = [f"other_{part}" for part, _ in self.tables[parent].key]
                table.unnamed.append(ReferenceSpec(kind="", columns=columns, parent=parent, nullable=True))
        if not table.is_record and self.chance(0.1):
            table.columns.clear()

    # --- purposes

    def ways_up(self, table: str) -> Counter[str]:
        ways: Counter[str] = Counter()
        for reference in self.tables[table].references:
            ways[reference.parent] += 1
            ways.update(self.ways_up(reference.parent))
        return ways

    def below(self, table: str) -> list[str]:
        return [name for name in self.tables if table in self.ways_up(name)]

    def records(self, record_class: str) -> list[TableSpec]:
        return [table for table in self.tables.values() if table.is_record and table.record_class == record_class]

    def clocks_for(self, table: TableSpec) -> set[str]:
        """Return the clock names that a limit on ``table`` may count from."""
        found = set(table.clocks)
        ways = self.ways_up(table.name)
        for name in ("created", "ended", "seen"):
            level = {reference.parent for reference in table.references}
            while level and name not in table.clocks:
                having = [above for above in level if name in self.tables[above].clocks]
                if having:
                    if sum(ways[above] for above in having) == 1:
                        found.add(name)
                    break
                level = {reference.parent for above in level for reference in self.tables[above].references}
        for record_class in {spec.record_class for spec in self.tables.values()}:
            for name in ("created", "ended", "seen"):
                if record_class == table.record_class:
                    if name in table.clocks:
                        found.add(f"{record_class}.{name}")
                    continue
                if sum(ways[spec.name] for spec in self.having(record_class, name)) == 1:
                    found.add(f"{record_class}.{name}")
        return found

    def having(self, record_class: str, clock: str) -> list[TableSpec]:
        return [spec for spec in self.tables.values() if spec.record_class == record_class and clock in spec.clocks]

    def clocks_around(self, table: TableSpec) -> set[str]:
        """Return the clock names with a class that a latest-of on ``table`` may name."""
        around = {table.name, *self.ways_up(table.name), *self.below(table.name)}
        return {f"{self.tables[name].record_class}.{clock}" for name in around for clock in self.tables[name].clocks}

    def conditions_for(self, table: TableSpec) -> dict[str, Family]:
        """Return what a condition on ``table`` may compare: its own, and those of ancestors reached in one way."""
        found = dict(table.conditions)
        ways = self.ways_up(table.name)
        for above in ways:
            for name, family in self.tables[above].conditions.items():
                record_class = self.tables[above].record_class
                routes = sum(
                    ways[spec.name]
                    for spec in self.tables.values()
                    if spec.record_class == record_class and name in spec.conditions
                )
                if routes == 1 and record_class != table.record_class:
                    found[f"{record_class}.{name}"] = family
        return found

    def choose_odds(self) -> None:
        """Choose what is out of the ordinary: a shut class, a category that no purpose needs."""
        classes = sorted({table.record_class for table in self.tables.values()})
        leaf = list(self.tables.values())[-1].record_class
        shut = leaf if self.chance(0.7) else self.random.choice(classes)
        self.shut = shut if shut != "person" and len(classes) > 2 and self.chance(0.15) else ""
        self.shut_empty = self.chance(0.7) and not any(
            self.tables[reference.parent].record_class == self.shut and not reference.nullable
            for references in [*(table.references for table in self.tables.values()), *self.unmapped.values()]
            for reference in references
        )
        self.leave_uncovered = self.chance(0.16)
        self.emptied = self.chance(0.6)
        self.uncovered: list[tuple[str, ColumnSpec]] = []

    def choose_purposes(self) -> None:
        classes = sorted({table.record_class for table in self.tables.values() if table.is_record} - {self.shut})
        for index in range(self.random.randint(2, 7)):
            self.add_purpose(f"p{index}", classes)
        self.cover()

    def add_purpose(self, name: str, classes: list[str]) -> None:
        chosen = self.random.sample(classes, min(len(classes), self.random.choice((1, 1, 2, 2, 3))))
        works: list[Any] = []
        for record_class in chosen:
            works.append(self.works(record_class) if self.chance(0.5) else record_class)
            if self.chance(0.1):
                works.append(self.works(record_class))
        tables = [table for record_class in chosen for table in self.records(record_class)]
        limits = [self.limit(tables, name)]
        if self.chance(0.3):
            second = self.limit(tables, name)
            if ("at_least" in second) == ("at_least" in limits[0]):
                limits.append(second)
        for limit in limits:
            self.remember(limit, tables)
        needs: list[str] = []
        near = {table.name for table in tables}
        for table in tables:
            near |= {*self.ways_up(table.name), *(self.below(table.name) if self.chance(0.2) else ())}
        for record_class in sorted({self.tables[table].record_class for table in near} - {self.shut}):
            own = record_class in chosen
            if self.chance(0.85 if own else 0.35):
                needs += self.needs(record_class, all_of_it=0.35 if own else 0.05)
        if not needs:
            needs = [f"{classes[0]}.job.assessment"]
        self.purposes[name] = {
            "for": f"Purpose {name}",
            "basis": self.random.choice(("contract", "legitimate_interest")),
            "works_on": works,
            "needs": sorted(set(needs)),
            "keep": limits if len(limits) > 1 or self.chance(0.3) else limits[0],
        }
        if any("at_least" in limit for limit in limits):
            self.purposes[name] |= {"basis": "legal_obligation", "law": "an act of parliament"}

    def works(self, record_class: str) -> dict[str, Any]:
        offered: dict[str, Family] | None = None
        for table in self.records(record_class):
            here = self.conditions_for(table)
            offered = here if offered is None else {name: kind for name, kind in here.items() if name in offered}
        names = sorted(offered or {})
        chosen = self.random.sample(names, min(len(names), self.random.choice((1, 1, 2))))
        return {record_class: {name: self.comparison((offered or {})[name]) for name in chosen}}

    def comparison(self, family: Family) -> Any:
        pick = self.random.choice
        if family == "text":
            return pick(
                (
                    "open",
                    "closed",
                    None,
                    ["open", 'it\'s "odd"'],
                    ["closed", "open"],
                    {"is_not": "open"},
                    {"is_not": None},
                )
            )
        if family == "truth":
            return pick((True, False, None, {"is_not": True}, {"is_not": False}, {"is_not": None}))
        if family == "number":
            return pick((0, 2, [0, 1, 3], {"below": 2}, {"above": 1}, {"is_not": 2}, None))
        day = self.dates[0]
        return pick(({"below": day}, {"above": day}, day, {"is_not": day}, [day, date(2000, 1, 1)], None))

    def limit(self, tables: list[TableSpec], purpose: str) -> dict[str, Any]:
        single = set.intersection(*(self.clocks_for(table) for table in tables))
        around = set.intersection(*(self.clocks_around(table) for table in tables))
        start: Any = self.random.choice(sorted(single))
        if self.chance(0.35) and around:
            named = self.random.sample(sorted(around), min(len(around), self.random.randint(1, 3)))
            below = any(
                self.tables[name].record_class == clock.partition(".")[0]
                for clock in named
                for table in tables
                for name in self.below(table.name)
            )
            start = {"latest_of": ["created", *named] if below or self.chance(0.5) else named}
        limit: dict[str, Any] = {"from": start}
        yearly = self.chance(0.3)
        limit[self.random.choice(("at_most", "at_most", "at_least"))] = self.random.choice(
            YEARLY if yearly else DURATIONS
        )
        if yearly:
            ends = ("financial_year_end", "financial_year_end", "calendar_year_of_financial_year_end")
            limit["counted_from"] = self.random.choice(ends)
        if self.chance(0.1):
            limit["within"] = "20 years"
        if self.chance(0.2):
            limit["open_ended"] = "until it ends"
        return limit

    def remember(self, limit: dict[str, Any], tables: list[TableSpec]) -> None:
        """Note which clock columns the limit may read, so that values are put where it runs out."""
        starts = limit["from"]["latest_of"] if isinstance(limit["from"], dict) else [limit["from"]]
        said = (limit.get("at_most") or limit["at_least"], "counted_from" in limit)
        for start in starts:
            record_class, _, clock = start.rpartition(".")
            for table in tables:
                for name in (table.name, *self.ways_up(table.name), *self.below(table.name)):
                    spec = self.tables[name]
                    if clock in spec.clocks and record_class in ("", spec.record_class):
                        self.limits_on.setdefault((name, clock), []).append(said)

    def needs(self, record_class: str, all_of_it: float) -> list[str]:
        if self.chance(all_of_it):
            return [f"{record_class}.*"]
        categories = sorted(self.categories_of(record_class))
        chosen = self.random.sample(categories, min(len(categories), self.random.randint(1, 2)))
        return [
            f"{record_class}.{self.random.choice((category, category, category, group, f'{group}.*'))}"
            for category in chosen
            for group in [category.partition(".")[0]]
        ]

    def categories_of(self, record_class: str) -> set[str]:
        return {
            category
            for table in self.tables.values()
            if table.record_class == record_class
            for column in table.columns
            for category in column.categories
        } or {"record.remark"}

    def cover(self) -> None:
        """Give each category to a purpose that can reach it, but for what is to stay uncovered."""
        for table in self.tables.values():
            hidden = [ColumnSpec(name="", family="text", category=table.key_category)] if table.key_category else []
            hidden += [ColumnSpec(name="", family="text", category=table.default)] if table.unnamed else []
            for column in table.columns:
                hidden += [ColumnSpec(name="", family="text", category=piece) for piece in column.inside.values()]
            for column in [*table.columns, *hidden]:
                if table.record_class == self.shut or self.is_needed(table.record_class, column.category):
                    continue
                if self.leave_uncovered and column.name and self.chance(0.7):
                    self.uncovered.append((table.name, column))
                    continue
                reach = {self.tables[name].record_class for name in (table.name, *self.below(table.name))}
                able = [
                    purpose
                    for purpose in self.purposes.values()
                    if any(
                        (next(iter(work)) if isinstance(work, dict) else work) in reach for work in purpose["works_on"]
                    )
                ]
                purpose = self.random.choice(able or list(self.purposes.values()))
                purpose["needs"].append(f"{table.record_class}.{column.category}")
        self.uncovered = [
            (table, column)
            for table, column in self.uncovered
            if not self.is_needed(self.tables[table].record_class, column.category)
        ]

    def is_needed(self, record_class: str, category: str) -> bool:
        group = category.partition(".")[0]
        return any(
            need
            in (
                f"{record_class}.*",
                f"{record_class}.{group}",
                f"{record_class}.{group}.*",
                f"{record_class}.{category}",
            )
            for purpose in self.purposes.values()
            for need in purpose["needs"]
        )

    # --- rows

    def make_rows(self, table: TableSpec) -> list[dict[str, Any]]:
        if table.record_class == self.shut and self.shut_empty:
            return []
        if not all(self.rows[reference.parent] or reference.nullable for reference in table.references):
            return []
        share = self.size / (len(self.tables) + 0.2)
        weight = 0.5 if not table.references else 1.2
        count = max(4, int(share * weight * self.random.uniform(0.7, 1.3)))
        rows = []
        for number in range(count):
            row: dict[str, Any] = {}
            if len(table.key) > 1:
                row["tenant"], row["number"] = number % 3, 100 + number // 3
            else:
                row[table.key[0][0]] = f"k{number:05d}" if table.key[0][1] == "text" else number + 1
            for reference in (*table.references, *table.unnamed):
                row |= self.referred(reference)
            for clock in table.clocks.values():
                row[clock.column] = self.clock_value(table, clock)
            for name, family in table.conditions.items():
                row[f"{name}_is"] = self.condition_value(family)
            bare = self.chance(0.15)
            for column in table.columns:
                row[column.name] = self.value(column, number)
                if bare:
                    row[column.name] = self.stripped(table.name, column, row)
            rows.append(row)
        return sorted(rows, key=lambda row: tuple(row[part] for part, _ in table.key))

    def referred(self, reference: ReferenceSpec) -> dict[str, Any]:
        parents = self.rows[reference.parent]
        if not parents or (reference.nullable and self.chance(0.25)):
            empty = dict.fromkeys(reference.columns)
            if len(reference.columns) > 1 and parents and self.chance(0.3):
                empty[reference.columns[0]] = 1  # half a reference is none
            return empty
        parent = self.random.choice(parents)
        key = self.key_of(reference.parent)
        return {column: parent[part] for column, (part, _) in zip(reference.columns, key, strict=True)}

    def close_loop(self, table: TableSpec, reference: ReferenceSpec) -> None:
        """Let rows refer to rows anywhere near: chains mostly, and some circles."""
        rows, others = self.rows[table.name], self.rows[reference.parent]
        for number, row in enumerate(rows):
            row |= dict.fromkeys(reference.columns)
            if reference.nullable and (not others or self.chance(0.4)):
                continue
            at = (
                number - self.random.choice((1, 1, 1, 2, 5))
                if self.chance(0.85)
                else self.random.randrange(len(others))
            )
            other = others[max(0, min(at, len(others) - 1))] if reference.nullable else rows[max(0, min(at, number))]
            for column, (part, _) in zip(reference.columns, self.key_of(reference.parent), strict=True):
                row[column] = other[part]

    def key_of(self, table: str) -> list[tuple[str, Family]]:
        return self.tables[table].key if table in self.tables else [("id", "number")]

    def make_unmapped_rows(self, references: list[ReferenceSpec]) -> list[dict[str, Any]]:
        if not all(self.rows[reference.parent] or reference.nullable for reference in references):
            return []
        rows = []
        for number in range(max(2, self.size // 40)):
            row: dict[str, Any] = {"id": number + 1, "body": f"copied {number}"}
            for reference in references:
                row |= self.referred(reference)
            rows.append(row)
        return rows

    def value(self, column: ColumnSpec, number: int) -> Any:
        if column.nullable and self.chance(0.1):
            return None
        if column.inside:
            return self.json_value()
        if column.family == "number":
            return self.random.randint(1, 9)
        if column.family == "date":
            return date(self.random.randint(1950, 1999), self.random.choice((1, 1, 6)), self.random.choice((1, 1, 17)))
        if column.unique:
            return f"{column.name}-{number}@example.org"
        if column.generalise:
            return self.random.choice(PLACES)
        return f"some {column.category} {self.random.randint(1, 99)}"

    def json_value(self) -> Any:
        """Return what an application may have put there, in no order and not always what the paths expect."""
        words = ("some words", 7, 2.5, True, None, ["a", {"c": 1}], {"c": "deeper"})
        if self.chance(0.1):
            return self.random.choice(({}, [], "words", 7, {"b": {}}, {"b": None}, {"b": []}, {"b": "words"}))
        value = {key: self.random.choice(words) for key in ("x", "a", "g h", "c") if self.chance(0.6)}
        if self.chance(0.7):
            value["b"] = {key: self.random.choice(words) for key in ("d", "y", "c") if self.chance(0.6)}
            if self.chance(0.5):
                value["b"]["e"] = {key: "words" for key in ("f", "z") if self.chance(0.5)}
        return value

    def stripped(self, table: str, column: ColumnSpec, row: dict[str, Any]) -> Any:
        """Return what stands in a column that was stripped before."""
        old = row[column.name]
        if column.nullable and self.chance(0.3):
            return None
        if column.inside:
            return {} if self.chance(0.5) else {"b": {}} if any(path.startswith("b.") for path in column.inside) else []
        if column.generalise and old is not None and not self.is_left_uncovered(table, column):
            return old.replace(month=1, day=1) if column.generalise == "year" else old[: int(column.generalise[7:])]
        if column.generalise:
            return old if not column.nullable else None
        if isinstance(column.erased_as, str):
            return column.erased_as.replace("{key}", str(row[self.tables[table].key[0][0]]))
        return column.erased_as if column.erased_as is not None or column.nullable else old

    def is_left_uncovered(self, table: str, column: ColumnSpec) -> bool:
        return any(name == table and other is column for name, other in self.uncovered)

    def condition_value(self, family: Family) -> Any:
        if self.chance(0.2):
            return None
        if family == "text":
            return self.random.choice(("open", "open", "closed", "Open", 'it\'s "odd"'))
        if family == "truth":
            return self.chance(0.5)
        if family == "number":
            return self.random.randint(0, 3)
        return self.dates[0] + timedelta(days=self.random.randint(-1, 1))

    def clock_value(self, table: TableSpec, clock: ClockSpec) -> Any:
        if clock.nullable and self.chance(0.18):
            return None
        if clock.sentinels and self.chance(0.15):
            sentinel = self.random.choice(clock.sentinels)
            if isinstance(sentinel, date) and clock.encoding.startswith("timestamp"):
                moment = datetime.combine(sentinel, time.min, ZoneInfo(clock.zone or "UTC"))
                return moment if clock.encoding == "timestamp_tz" else moment.replace(tzinfo=None)
            return sentinel
        return self.encoded(self.start_near(table.name, clock.name), clock)

    def start_near(self, table: str, clock: str) -> date:
        """Return a start from which a limit runs out on one of the dates, or close to it."""
        when = self.random.choice(self.dates)
        limits = self.limits_on.get((table, clock))
        if not limits or self.chance(0.12):
            return when - timedelta(days=self.random.randint(-40, 2200))
        said, yearly = self.random.choice(limits)
        months, days = MONTHS_AND_DAYS[said]
        end = when + timedelta(days=self.random.choice((-1, -1, 0, 0, 1)))
        start = _back(end, months, days)
        if yearly:
            year_end = self.year_end(start)
            before = self.year_end(start - timedelta(days=365))
            near = (year_end, before, before + timedelta(days=1), start, year_end + timedelta(days=1))
            return self.random.choice((*near, start - timedelta(days=self.random.randint(0, 400))))
        return start + timedelta(days=self.random.choice((0, 0, 0, 0, -1, 1, 2, 3)))

    def encoded(self, day: date, clock: ClockSpec) -> Any:
        """Return ``day``, which is a date of the controller's, as the clock writes it."""
        if clock.encoding == "date":
            return day
        if clock.encoding == "iso_date":
            return day.isoformat()
        at = self.random.choice(
            (time(0, 0, 0), time(23, 59, 59), time(12), time(self.random.randint(0, 23), self.random.randint(0, 59)))
        )
        moment = datetime.combine(day, at, self.zone).astimezone(UTC)
        if clock.encoding == "epoch_seconds":
            return int(moment.timestamp())
        if clock.encoding == "epoch_milliseconds":
            return int(moment.timestamp()) * 1000 + self.random.choice((0, 0, 1, 999))
        if clock.encoding == "timestamp_tz":
            return moment
        local = moment.astimezone(ZoneInfo(clock.zone or "UTC")).replace(tzinfo=None)
        if clock.encoding == "timestamp":
            return local.replace(microsecond=self.random.choice((0, 0, 1, 999999)))
        blank = self.disputed and self.seed % 2
        return local.isoformat(sep=" " if blank else "T", timespec="seconds")

    def put_misfits(self) -> None:
        """Write a few clock values that do not fit their encoding, where the column lets them in."""
        offered: dict[str, list[Any]] = {
            "iso_date": ["soon", "2024-02-30", "01.02.2024"],
            "iso_timestamp": ["soon", "2024-13-01T00:00:00", "01.02.2024 10:00"],
            "epoch_milliseconds": [1_700_000_000],
        }
        if self.dialect == SQLITE:
            offered |= {
                "date": [1_700_000_000, "soon"],
                "timestamp": [1_700_000_000, "soon"],
                "epoch_seconds": ["soon", "2024-01-01"],
                "epoch_milliseconds": ["soon", "2024-01-01", 1_700_000_000],
            }
        able = [
            (table, clock)
            for table in self.tables.values()
            for clock in table.clocks.values()
            if clock.encoding in offered and self.rows[table.name]
        ]
        if able:
            table, clock = self.random.choice(able)
            for row in self.random.sample(self.rows[table.name], min(2, len(self.rows[table.name]))):
                row[clock.column] = self.random.choice(offered[clock.encoding])

    # --- what is written

    def policy_text(self) -> str:
        controller = {
            "name": "A company",
            "country": self.random.choice(("NO", "DK", "SE")) if self.controller_zone else "NO",
            "register_number": "1",
            "financial_year_ends": self.year_ends,
        }
        if self.controller_zone:
            controller["time_zone"] = self.controller_zone
        quote = [{"lang": "en", "section": "1", "quote": "We keep it as long as we need it."}]
        promises: dict[str, Any] = {
            "A-1": {
                "says": "All is kept as long as needed",
                "kept_by": "software",
                "parts": {"storage": {"keep": "all"}, "holds": {"holds": "all"}},
                "notice": quote,
            }
        }
        for name in self.purposes:
            if self.chance(0.5):
                promises[f"B-{name}"] = {
                    "says": f"Kept for {name}",
                    "kept_by": "software",
                    "parts": {"storage": {"keep": [name]}},
                    "notice": quote,
                }
        return _document(
            {
                "holdord": 1,
                "controller": controller,
                "notices": {"en": "notice.md"},
                "categories": {name: {"after": "generalise"} for name in GENERALISED},
                "purposes": self.purposes,
                "holds": self.holds(),
                "promises": promises,
            }
        )

    def holds(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        first, second = self.dates
        tables = [table for table in self.tables.values() if table.is_record and self.rows[table.name]]
        for number in range(self.random.choice((0, 1, 2, 3, 5, 8))):
            table = self.random.choice(tables)
            row = self.random.choice(self.rows[table.name])
            key = [row[part] for part, _ in table.key]
            made[f"H-{number}"] = {
                "reason": "a dispute",
                "owner": "the general manager",
                "scope": {table.record_class: key if len(key) > 1 or self.chance(0.2) else key[0]},
                "since": first - timedelta(days=self.random.choice((0, 1, 100))),
                **self.random.choice(
                    (
                        {"review": second},
                        {"until": second},
                        {"until": second - timedelta(days=1)},
                        {"until": first},
                        {"until": second + timedelta(days=9), "review": second},
                    )
                ),
            }
            if self.chance(0.15):
                made[f"H-{number}"] |= {"since": first - timedelta(days=200), "until": first - timedelta(days=1)}
        return made

    def datamap_text(self) -> str:
        tables = {}
        for table in self.tables.values():
            said: dict[str, Any] = {"class": table.record_class} if table.is_record else {}
            said["default"] = table.default
            said["columns"] = {column.name: self.said(column) for column in table.columns if column.listed}
            if table.key_category:
                said["columns"][table.key[0][0]] = table.key_category
            clocks: dict[str, Any] = {}
            for clock in table.clocks.values():
                clocks[clock.name] = {"column": clock.column}
                if clock.said:
                    clocks[clock.name]["encoding"] = clock.encoding
                if clock.zone:
                    clocks[clock.name]["zone"] = clock.zone
                if clock.sentinels:
                    clocks[clock.name]["not_started"] = (
                        clock.sentinels if len(clock.sentinels) > 1 else clock.sentinels[0]
                    )
                if len(clocks[clock.name]) == 1:
                    clocks[clock.name] = clock.column
            said["clocks"] = clocks
            said["conditions"] = {name: f"{name}_is" for name in table.conditions}
            for kind in ("part_of", "refers_to"):
                references = [reference for reference in table.references if reference.kind == kind]
                if any(len(reference.columns) > 1 for reference in references):
                    said[kind] = [{"columns": entry.columns, "table": entry.parent} for entry in references]
                elif references:
                    said[kind] = {entry.columns[0]: entry.parent for entry in references}
            tables[table.name] = said
        written: dict[str, Any] = {"holdord_datamap": 1, "store": "world", "tables": tables}
        return _document(written | {"not_personal": dict.fromkeys(list(self.unmapped)[:1], "a copy without names")})

    @staticmethod
    def said(column: ColumnSpec) -> Any:
        said: dict[str, Any] = {"category": column.category}
        if column.erased_as is not None:
            said["erased_as"] = column.erased_as
        if column.generalise:
            said["generalise"] = column.generalise
        if column.inside:
            said["inside"] = column.inside
        return said if len(said) > 1 else column.category

    def metadata(self) -> sa.MetaData:
        metadata = sa.MetaData()
        for table in self.tables.values():
            self.declare(
                metadata,
                table.name,
                [(part, family) for part, family in table.key],
                [*table.references, *table.unnamed, *table.loops],
                [
                    *(
                        sa.Column(clock.column, self.clock_type(clock.encoding), nullable=clock.nullable)
                        for clock in table.clocks.values()
                    ),
                    *(sa.Column(f"{name}_is", _TYPES[family]()) for name, family in table.conditions.items()),
                    *(
                        sa.Column(
                            column.name,
                            _JSON if column.inside else _TYPES[column.family](),
                            nullable=column.nullable,
                            unique=column.unique or None,
                        )
                        for column in table.columns
                    ),
                ],
            )
        for name, references in self.unmapped.items():
            self.declare(metadata, name, [("id", "number")], references, [sa.Column("body", sa.Text)])
        return metadata

    def clock_type(self, encoding: str) -> sa.types.TypeEngine[Any]:
        if self.loose and self.dialect == SQLITE and encoding in ("date", "timestamp"):
            return loose.LooseDate() if encoding == "date" else loose.LooseDateTime()
        kinds: dict[str, sa.types.TypeEngine[Any]] = {
            "date": sa.Date(),
            "timestamp": sa.DateTime(),
            "timestamp_tz": sa.DateTime(timezone=True),
            "epoch_seconds": sa.BigInteger(),
            "epoch_milliseconds": sa.BigInteger(),
        }
        return kinds.get(encoding, sa.Text())

    def declare(
        self,
        metadata: sa.MetaData,
        name: str,
        key: list[tuple[str, Family]],
        references: list[ReferenceSpec],
        others: list[sa.Column[Any]],
    ) -> None:
        columns: list[Any] = [
            sa.Column(part, _TYPES[family](), primary_key=True, autoincrement=False) for part, family in key
        ]
        for reference in references:
            target = self.key_of(reference.parent)
            for column, (_, family) in zip(reference.columns, target, strict=True):
                columns.append(sa.Column(column, _TYPES[family](), nullable=reference.nullable))
            cascade = "CASCADE" if self.disputed and self.seed % 5 == 0 and reference.nullable else None
            loop = name in self.tables and reference in self.tables[name].loops
            columns.append(
                sa.ForeignKeyConstraint(
                    reference.columns,
                    [f"{reference.parent}.{part}" for part, _ in target],
                    name=f"fk_{name}_{reference.columns[0]}",
                    ondelete=cascade,
                    use_alter=loop and reference.parent != name,
                    info={"loop": loop and reference.nullable},
                )
            )
        sa.Table(name, metadata, *columns, *others)


_TYPES: dict[str, Any] = {"number": sa.Integer, "text": sa.Text, "truth": sa.Boolean, "date": sa.Date}
_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), POSTGRESQL)
