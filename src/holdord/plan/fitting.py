"""A data map beside a store's schema: tables and columns that are there, and placeholders that their columns take.

Everything that does not fit is told at once, by its place in the data map, before anything is planned. Pure: what only
the database can tell of a placeholder is asked of it later (``holdord.plan.refusals``).
"""

import json
from collections.abc import Iterator
from datetime import date

from holdord.datamap.model import Column, DataMap, Table
from holdord.errors import Problem
from holdord.schema import ColumnShape, Schema, TableShape

_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
_GENERALISED = {"year": ("date", "timestamp", "timestamp_tz", "text"), "prefix": ("text",)}
_IN_WORDS = {"number": "a number", "truth": "true or false", "text": "a text", "other": "of a type of its own"}
_YEAR = 10
"""Characters of what a text is generalised to by ``year``."""


def problems(datamap: DataMap, schema: Schema) -> Iterator[Problem]:
    """Yield what the store does not have, or does not take."""
    for table in datamap.tables.values():
        shape = schema.get(table.name)
        where = f"tables.{table.name}"
        for what, remedy, *below in (*_table(table, shape, datamap), *_references(table, datamap, schema)):
            place = ".".join((where, *below))
            yield Problem(what=what, remedy=remedy, file=datamap.file, where=place)


def _table(table: Table, shape: TableShape | None, datamap: DataMap) -> Iterator[tuple[str, ...]]:
    """Yield (what is wrong, what to do, and the way to it below the table)."""
    if shape is None:
        yield "The store has no such table.", ""
        return
    if shape.kind == "partition" or (shape.whole and shape.whole in datamap.tables):
        yield f"Its rows are rows of {shape.whole} as well, and would be planned twice.", f"Map {shape.whole} alone."
        return
    if shape.kind != "table":
        yield f"This is a {shape.kind}, and no table.", "Map the tables that its rows come from."
        return
    if not shape.key:
        yield "The table has no primary key, so its rows cannot be walked in order.", "Add one."
    for name in sorted(_named(table) - set(shape.columns)):
        yield f"The table has no column {name!r}.", ""
    for name in (table.name, *shape.columns):
        if ":" in name or "%" in name:
            yield f"The name {name!r} has a sign in it that SQL takes for something else.", "Rename it."
    for name, column in table.columns.items():
        if name in shape.columns:
            for what, remedy, *below in _column(column, shape.columns[name]):
                yield what, remedy, "columns", name, *below


def _references(table: Table, datamap: DataMap, schema: Schema) -> Iterator[tuple[str, ...]]:
    """Yield where it cannot be known which column of the parent's key a reference's column means."""
    for reference in table.references:
        child, parent = schema.get(table.name), schema.get(reference.parent)
        if child is None or parent is None or child.foreign_key(reference.columns, reference.parent) is not None:
            continue
        said, key = ", ".join(reference.columns), ", ".join(parent.key)
        if len(reference.columns) != len(parent.key):
            what = f"({said}) cannot refer to {reference.parent}, whose key is ({key})."
            yield what, "Name as many columns, in the key's order.", reference.kind
        elif any(
            name in parent.key and parent.key.index(name) != place for place, name in enumerate(reference.columns)
        ):
            yield (
                f"({said}) stands in another order than the key of {reference.parent}, ({key}).",
                "Mend it.",
                reference.kind,
            )


def _column(column: Column, shape: ColumnShape) -> Iterator[tuple[str, ...]]:
    if shape.generated:
        yield "The column is made of others by the database, and goes with them.", "Remove it here."
        return
    if column.inside and not shape.holds_json:
        remedy = "The database must be able to read JSON in it: json or jsonb (before PostgreSQL 16: jsonb); TEXT or "
        yield f"Nothing can be told inside of this column ({shape.family}).", f"{remedy}JSON on SQLite.", "inside"
    if column.generalise and shape.family not in _GENERALISED[column.generalise.partition(":")[0]]:
        yield f"The column is {_said(shape)}, which {column.generalise!r} does not fit.", "Remove it.", "generalise"
    elif column.generalise == "year" and shape.family == "text" and (shape.length or _YEAR) < _YEAR:
        yield f"The column takes {shape.length} characters, and a year's first day has {_YEAR}.", "", "generalise"
    elif column.generalise and shape.values:
        yield "The column is an enumeration, of which there is nothing coarser.", "Remove it.", "generalise"
    if column.erased_as is not None and (wrong := _wrong(column.erased_as, shape)):
        yield wrong, "Give it one that fits, or none where the column takes NULL.", "erased_as"


def _wrong(said: str | int | date, shape: ColumnShape) -> str:
    """Return why a column does not take a placeholder, or nothing."""
    if shape.values:
        known = ", ".join(shape.values)
        return "" if str(said) in shape.values else f"The placeholder is none of the column's values: {known}."
    if shape.family == "text":
        if shape.length is not None and len(str(said).replace("{key}", "")) > shape.length:
            return f"The placeholder is longer than the column's {shape.length} characters."
        return ""
    fits = {
        "number": isinstance(said, int) and not isinstance(said, bool),
        "truth": isinstance(said, int) and said in (0, 1),
        "other": isinstance(said, str) and "{key}" not in said,
    }.get(shape.family, isinstance(said, date))
    if not fits:
        return f"The column is {_said(shape)}, and the placeholder is not."
    bits = _BITS.get(shape.base)
    if bits is not None and isinstance(said, int) and not -(1 << bits) <= said < 1 << bits:
        return f"The placeholder is too large for the column ({shape.declared})."
    return "The placeholder is no JSON." if shape.base in ("json", "jsonb") and not _is_json(str(said)) else ""


def _said(shape: ColumnShape) -> str:
    return _IN_WORDS.get(shape.family, "a date") + (f" ({shape.declared})" if shape.declared else "")


def _is_json(said: str) -> bool:
    try:
        json.loads(said, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _named(table: Table) -> set[str]:
    """Return the columns that the data map names."""
    return (
        set(table.columns)
        | {clock.column for clock in table.clocks.values()}
        | set(table.conditions.values())
        | {name for reference in table.references for name in reference.columns}
    )
