"""Where personal data lie in a store (pure): tables, categories, how a row reaches its person, and its clocks.

    holdord_datamap: 1
    store: shop
    zone: UTC
    tables:
      customer:
        class: person
        default: record.remark
        columns: {name: contact.name, born: {category: demographic.birth_date, generalise: year}}
      invoice:
        class: invoice
        default: financial.invoice
        refers_to: {customer_id: customer}
        clocks: {voucher_date: issued_on, paid: {column: paid_at, encoding: epoch_seconds, not_started: [0]}}
        conditions: {state: state}
      invoice_line:
        default: financial.invoice
        part_of: {invoice_id: invoice}
    not_personal: {product: "goods; no person can be told from them"}

A table with a class holds records of that class. A table that is only ``part_of`` another belongs to that one's record
and takes its class. A row tied to a person is personal as a whole: a column that is listed nowhere has the table's
default category. Keys, references, clocks and conditions stay until the row goes, unless ``columns`` names them too:
a clock that were stripped would read "not started" and hold for ever what was due.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from holdord.document import read, validate
from holdord.errors import DataMapError, InputError

Encoding = Literal[
    "date", "timestamp", "timestamp_tz", "epoch_seconds", "epoch_milliseconds", "iso_date", "iso_timestamp"
]
"""How a clock is written. Without one, the column's declared type decides (date, timestamp with or without zone)."""

Kind = Literal["part_of", "refers_to"]
Generaliser = Annotated[str, StringConstraints(pattern=r"^(year|prefix:[1-9][0-9]?)$")]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
_Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128)]
_Dotted = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=120)]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ColumnText(_Strict):
    """A column with its category, and how it is stripped where NULL or erasure do not fit."""

    category: _Dotted
    erased_as: str | int | date | None = None
    generalise: Generaliser | None = None


class ClockText(_Strict):
    """A clock's column, encoding, zone and the values that mean "not started"."""

    column: _Identifier
    encoding: Encoding | None = None
    zone: str | None = None
    not_started: Annotated[list[str | int | date], BeforeValidator(_listed)] = Field(default_factory=list)


class ReferenceText(_Strict):
    """A reference of several columns, or several to one table: ``{columns: [tenant, customer], table: customer}``."""

    columns: Annotated[list[_Identifier], Field(min_length=1)]
    table: _Identifier


References = dict[_Identifier, _Identifier] | list[ReferenceText]


def _columned(value: Any) -> Any:
    return {"category": value} if isinstance(value, str) else value


def _clocked(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class TableText(_Strict):
    """A table with personal data."""

    record_class: _Name | None = Field(default=None, alias="class")
    default: _Dotted
    columns: dict[_Identifier, Annotated[ColumnText, BeforeValidator(_columned)]] = Field(default_factory=dict)
    clocks: dict[_Name, Annotated[ClockText, BeforeValidator(_clocked)]] = Field(default_factory=dict)
    conditions: dict[_Name, _Identifier] = Field(default_factory=dict)
    part_of: References = Field(default_factory=dict)
    refers_to: References = Field(default_factory=dict)


class DataMapText(_Strict):
    """A data map of holdord."""

    holdord_datamap: Literal[1]
    store: _Name
    zone: str = "UTC"
    tables: Annotated[dict[_Identifier, TableText], Field(min_length=1)]
    not_personal: dict[_Identifier, str] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column with a category of personal data.

    Attributes:
        erased_as: The placeholder where NULL is refused; ``{key}`` in a text stands for the primary key; None is NULL.
        generalise: ``year`` (a date's first of January) or ``prefix:N`` (a text's first N characters), or empty.
    """

    name: str
    category: str
    erased_as: str | int | date | None = None
    generalise: str = ""


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
    """

    name: str
    record_class: str
    is_record: bool
    default: str
    columns: dict[str, Column]
    clocks: dict[str, ClockColumn]
    conditions: dict[str, str]
    references: tuple[Reference, ...]


Route = tuple[Reference, ...]
"""References in the order in which they lead from a row up to an ancestor."""


@dataclass(frozen=True, kw_only=True)
class DataMap:
    """Where personal data lie in one store. Paths never come back to their start."""

    file: str
    store: str
    tables: dict[str, Table]
    not_personal: dict[str, str] = field(default_factory=dict)

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

    def routes_down(self, table: str) -> Iterator[tuple[str, Route]]:
        """Yield (descendant, route from the descendant up to ``table``)."""
        for name in self.tables:
            for ancestor, route in self.routes_up(name):
                if ancestor == table:
                    yield name, route


def load(text: str | bytes, *, file: str = "datamap.yaml") -> DataMap:
    """Return the data map written in ``text``.

    Raises:
        DataMapError: With file, line, column and remedy for every mistake.
    """
    try:
        document = read(text, file)
        written = validate(document, DataMapText)
    except InputError as error:
        raise DataMapError(error.problems) from error
    problems = []

    def zone(name: str, *path: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            problems.append(document.problem(path, f"{name!r} is no time zone.", "Such as 'Europe/Oslo' or 'UTC'."))
            return ZoneInfo("UTC")

    usual = zone(written.zone, "zone")
    references = {
        name: (*_references(name, "part_of", table.part_of), *_references(name, "refers_to", table.refers_to))
        for name, table in written.tables.items()
    }
    for name, edges in references.items():
        for edge in edges:
            if edge.parent not in written.tables:
                where = ("tables", name, edge.kind)
                problems.append(
                    document.problem(where, f"{edge.parent!r} is no mapped table.", "Map it below 'tables:'.")
                )
    problems += [
        document.problem(
            ("tables", name), f"The references lead in a circle: {' → '.join(circle)}.", "Map one way only."
        )
        for name in written.tables
        if (circle := _circle(name, references)) and min(circle) == name
    ]
    classes: dict[str, str] = {}
    if not problems:
        for name in written.tables:
            found = _class_of(name, written.tables, references)
            if found is None:
                remedy = "Add 'class:', or 'part_of:' a table that has one."
                problems.append(document.problem(("tables", name), "This table has no record class.", remedy))
            else:
                classes[name] = found
    made = {}
    for name, table in written.tables.items():
        clocks = {
            clock: ClockColumn(
                name=clock,
                table=name,
                column=said.column,
                encoding=said.encoding,
                zone=zone(said.zone, "tables", name, "clocks", clock, "zone") if said.zone else usual,
                not_started=tuple(said.not_started),
            )
            for clock, said in table.clocks.items()
        }
        structural = {said.column for said in table.clocks.values()} | set(table.conditions.values())
        structural |= {column for reference in references[name] for column in reference.columns}
        for column in sorted(structural & set(table.columns)):
            problems.append(
                document.problem(
                    ("tables", name, "columns", column),
                    f"{column!r} is a clock, a condition or a reference: stripping it would change what is due.",
                    "Remove it here; it goes with its row.",
                )
            )
        made[name] = Table(
            name=name,
            record_class=classes.get(name, ""),
            is_record=table.record_class is not None,
            default=table.default,
            columns={
                column: Column(
                    name=column, category=said.category, erased_as=said.erased_as, generalise=said.generalise or ""
                )
                for column, said in table.columns.items()
            },
            clocks=clocks,
            conditions=dict(table.conditions),
            references=references[name],
        )
    if problems:
        raise DataMapError(problems)
    return DataMap(file=file, store=written.store, tables=made, not_personal=dict(written.not_personal))


def _references(child: str, kind: Kind, written: References) -> tuple[Reference, ...]:
    if isinstance(written, dict):
        return tuple(
            Reference(kind=kind, child=child, columns=(column,), parent=parent) for column, parent in written.items()
        )
    return tuple(
        Reference(kind=kind, child=child, columns=tuple(entry.columns), parent=entry.table) for entry in written
    )


def _circle(start: str, references: dict[str, tuple[Reference, ...]]) -> list[str]:
    """Return the tables of a circle through ``start``, or nothing."""
    trail: list[str] = []
    seen: set[str] = set()

    def walk(name: str) -> bool:
        trail.append(name)
        for reference in references.get(name, ()):
            if reference.parent == start:
                return True
            if reference.parent not in seen:
                seen.add(reference.parent)
                if walk(reference.parent):
                    return True
        trail.pop()
        return False

    return [*trail, start] if walk(start) else []


def _class_of(name: str, tables: dict[str, TableText], references: dict[str, tuple[Reference, ...]]) -> str | None:
    if tables[name].record_class is not None:
        return tables[name].record_class
    found = {
        _class_of(reference.parent, tables, references) for reference in references[name] if reference.kind == "part_of"
    }
    return found.pop() if len(found) == 1 else None
