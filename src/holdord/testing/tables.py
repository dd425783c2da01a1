"""Tables in a few words, for tests: what a store looks like, without a database to read it from.

    declared({
        "person": {"tenant": "number key", "id": "number key", "name": "text", "joined": "date required"},
        "parcel": {
            "id": "number key",
            "tenant": "number",
            "sender": "number",
            "label": "text unique",
            ("tenant", "sender"): "person",
        },
        "photo": {"id": "number key", "of": "number required", ("of",): "parcel cascade"},
    })

A column is its family (``text``, ``number``, ``truth``, ``date``, ``timestamp``, ``timestamp_tz``), or ``json``, and
any of ``key``, ``required`` (it refuses NULL) and ``unique``. Columns in brackets refer to a table's primary key, or to
other columns of it: ``("code",): "person(code)"``; a word behind says what erasing does to them: ``cascade``,
``set null``.
"""

import re
from collections.abc import Mapping
from typing import get_args

from holdord.schema import ColumnShape, Family, ForeignKey, Schema, TableShape

Declared = Mapping[str, Mapping[str | tuple[str, ...], str]]

_REFERENCE = re.compile(r"(\w+)(?:\(([\w, ]+)\))?((?: \w+)*)$")


def declared(tables: Declared) -> Schema:
    """Return the schema that ``tables`` declare.

    Raises:
        ValueError: When a word is not known, or a reference leads nowhere.
    """
    schema: Schema = {}
    for name, columns in tables.items():
        shapes = {column: _column(column, said) for column, said in columns.items() if isinstance(column, str)}
        key = tuple(column for column in shapes if "key" in columns[column].split())
        if len(key) == 1:
            only = shapes[key[0]]
            shapes[only.name] = ColumnShape(name=only.name, family=only.family, nullable=False, unique=True)
        schema[name] = TableShape(name=name, key=key, columns=shapes)
    for name, columns in tables.items():
        shape = schema[name]
        keys = tuple(_reference(each, said, schema) for each, said in columns.items() if isinstance(each, tuple))
        schema[name] = TableShape(name=name, key=shape.key, columns=shape.columns, foreign_keys=keys)
        if missing := {column for key in keys for column in key.columns} - set(shape.columns):
            raise ValueError(f"{name} has no column {', '.join(sorted(missing))}.")
    return schema


def _column(name: str, said: str) -> ColumnShape:
    family, *words = said.split()
    known: dict[str, Family] = {one: one for one in get_args(Family)} | {"json": "other"}
    if family not in known or not {"key", "required", "unique"}.issuperset(words):
        raise ValueError(f"{name}: {said!r} is no column. Families: {', '.join(known)}; then key, required, unique.")
    nullable = not {"key", "required"}.intersection(words)
    unique, json = "unique" in words, family == "json"
    return ColumnShape(name=name, family=known[family], nullable=nullable, unique=unique, holds_json=json)


def _reference(columns: tuple[str, ...], said: str, schema: Schema) -> ForeignKey:
    found = _REFERENCE.match(said)
    if found is None or found[1] not in schema:
        raise ValueError(f"{', '.join(columns)}: {said!r} names no table.")
    parent = schema[found[1]]
    target = tuple(re.split(r", *", found[2])) if found[2] else parent.key
    if len(target) != len(columns) or not set(target) <= set(parent.columns):
        raise ValueError(f"{', '.join(columns)}: {said!r} has other columns.")
    return ForeignKey(columns=columns, table=parent.name, target=target, on_delete=found[3].strip().upper())
