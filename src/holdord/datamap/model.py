"""Where personal data lie in a store: tables, categories, how a row reaches its person, and its clocks.

Built by ``holdord.datamap.load`` alone; what the YAML file may say stands in ``holdord.datamap.grammar``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

Encoding = Literal[
    "date", "timestamp", "timestamp_tz", "epoch_seconds", "epoch_milliseconds", "iso_date", "iso_timestamp"
]
"""How a clock is written. Without one, the column's declared type decides (date, timestamp with or without zone)."""

Kind = Literal["part_of", "refers_to"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column with a category of personal data.

    Attributes:
        erased_as: The placeholder where NULL is refused; ``{key}`` in a text stands for the primary key; None is NULL.
        generalise: ``year`` (a date's first of January) or ``prefix:N`` (a text's first N characters), or empty.
        inside: Path in the column's JSON → category of the piece that lies there; the column's own is that of the rest.
    """

    name: str
    category: str
    erased_as: str | int | date | None = None
    generalise: str = ""
    inside: dict[tuple[str, ...], str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockColumn:
    """A clock on a table; ``encoding`` None means by the column's declared type."""

    name: str
    table: str
    column: str
    encoding: Encoding | None
    zone: ZoneInfo
    not_started: tuple[str | int | date, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """An edge from a row towards its person: ``part_of`` (one record in two tables) or ``refers_to``."""

    kind: Kind
    child: str
    columns: tuple[str, ...]
    parent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A mapped table.

    Attributes:
        record_class: Its own class, or that of the record that it is part of.
        is_record: Whether it has a class of its own; purposes work on records.
        conditions: Name → column.
        values: Name of a condition → the values that its column has, where the data map says them.
    """

    name: str
    record_class: str
    is_record: bool
    default: str
    columns: dict[str, Column]
    clocks: dict[str, ClockColumn]
    conditions: dict[str, str]
    references: tuple[Reference, ...]
    values: dict[str, tuple[str | int, ...]] = field(default_factory=dict)


Route = tuple[Reference, ...]
"""References in the order in which they lead from a row up to an ancestor."""


@dataclass(frozen=True, kw_only=True)
class DataMap:
    """Where personal data lie in one store. Paths never come back to their start.

    Attributes:
        persons: The record classes that are people.
    """

    file: str
    store: str
    tables: dict[str, Table]
    not_personal: dict[str, str] = field(default_factory=dict)
    persons: tuple[str, ...] = ()

    def of_class(self, record_class: str) -> list[Table]:
        """Return the tables whose rows are records of ``record_class``."""
        return [table for table in self.tables.values() if table.is_record and table.record_class == record_class]

    @cached_property
    def classes(self) -> frozenset[str]:
        """The record classes of this store."""
        return frozenset(table.record_class for table in self.tables.values())

    def routes_up(self, table: str, *, parts_only: bool = False) -> Iterator[tuple[str, Route]]:
        """Yield (ancestor, route) for every route of at least one reference that leads up from ``table``."""
        for reference in self.tables[table].references:
            if parts_only and reference.kind != "part_of":
                continue
            yield reference.parent, (reference,)
            for ancestor, route in self.routes_up(reference.parent, parts_only=parts_only):
                yield ancestor, (reference, *route)

    def routes_to_persons(self, table: str) -> tuple[Route, ...]:
        """Return every route from a row to a person, the empty one where the row is a person itself."""
        persons = {one.name for name in self.persons for one in self.of_class(name)}
        own: tuple[Route, ...] = ((),) if table in persons else ()
        return (*own, *(route for ancestor, route in self.routes_up(table) if ancestor in persons))

    def routes_down(self, table: str) -> Iterator[tuple[str, Route]]:
        """Yield (descendant, route from the descendant up to ``table``)."""
        for name in self.tables:
            for ancestor, route in self.routes_up(name):
                if ancestor == table:
                    yield name, route
