"""A data map beside a schema that nobody reads from a database: what does not fit is told at once, by its place."""

import pytest

from holdord.datamap.load import load
from holdord.plan.fitting import problems
from holdord.schema import ColumnShape, Family, TableShape

MAP = """\
holdord_datamap: 1
store: shop
tables:
  customer: {class: person, default: record.remark, columns: {name: NAME}, clocks: {joined: joined}}
"""


def told(said: str, family: Family = "text", *, kind: str = "table", whole: str = "", **shape: object) -> list[str]:
    name = ColumnShape(name="name", family=family, nullable=True, **shape)  # type: ignore[arg-type]
    columns = {"name": name, "joined": ColumnShape(name="joined", family="date", nullable=False)}
    table = TableShape(name="customer", key=("joined",), columns=columns, kind=kind, whole=whole)
    return [f"{one.where}: {one.what}" for one in problems(load(MAP.replace("NAME", said)), {"customer": table})]


def erased(said: str) -> str:
    return f"{{category: contact.name, erased_as: {said}}}"


@pytest.mark.parametrize(
    ("said", "family", "shape"),
    [
        (erased("gone"), "text", {}),
        (erased("'gone-{key}'"), "text", {"length": 5}),
        (erased("fine"), "text", {"values": ("fine", "none")}),
        (erased("0"), "number", {"base": "smallint"}),
        (erased("-32768"), "number", {"base": "smallint"}),
        (erased("1"), "truth", {}),
        (erased("1900-01-01"), "timestamp_tz", {}),
        (erased("'[]'"), "other", {"base": "jsonb"}),
        (erased("anything"), "other", {}),
        ("{category: contact.name, generalise: year}", "text", {"length": 10}),
        ("{category: contact.name, inside: {a.b: contact.phone}}", "other", {"holds_json": True}),
        ("contact.name", "text", {"whole": "nobody_maps_it"}),
    ],
)
def test_what_fits(said: str, family: Family, shape: dict[str, object]) -> None:
    assert told(said, family, **shape) == []


@pytest.mark.parametrize(
    ("said", "family", "shape", "words"),
    [
        (erased("gone"), "text", {"length": 3}, "longer than the column's 3 characters"),
        (erased("'gone-{key}'"), "text", {"length": 4}, "longer than the column's 4 characters"),
        (erased("gone"), "text", {"values": ("fine", "none")}, "none of the column's values: fine, none"),
        (erased("'0'"), "number", {}, "The column is a number, and the placeholder is not"),
        (erased("32768"), "number", {"base": "smallint"}, "too large"),
        (erased("0"), "date", {}, "The column is a date, and the placeholder is not"),
        (erased("gone"), "timestamp", {}, "The column is a date"),
        (erased("2"), "truth", {}, "true or false"),
        (erased("'{key}'"), "other", {}, "of a type of its own"),
        (erased("NaN"), "other", {"base": "json"}, "no JSON"),
        ("{category: contact.name, generalise: year}", "number", {}, "'year' does not fit"),
        ("{category: contact.name, generalise: 'prefix:2'}", "text", {"values": ("a",)}, "an enumeration"),
        ("{category: contact.name, inside: {a: contact.phone}}", "text", {}, "Nothing can be told inside"),
        ("contact.name", "text", {"generated": "lower(x)"}, "made of others by the database"),
        ("contact.name", "text", {"kind": "foreign table"}, "This is a foreign table, and no table"),
        ("contact.name", "text", {"kind": "partition", "whole": "all"}, "rows of all as well"),
        ("contact.name", "text", {"whole": "customer"}, "rows of customer as well"),
    ],
)
def test_what_does_not(said: str, family: Family, shape: dict[str, object], words: str) -> None:
    (only,) = told(said, family, **shape)  # type: ignore[arg-type]
    assert words in only
    assert only.startswith("tables.customer")


def test_a_table_that_is_not_there_cannot_be_walked_or_has_other_columns_is_told() -> None:
    datamap = load(MAP.replace("NAME", "contact.name"))
    name = ColumnShape(name="name", family="text", nullable=True)
    joined = ColumnShape(name="joined", family="date", nullable=False)

    def found(*columns: ColumnShape, key: tuple[str, ...] = ("joined",)) -> list[str]:
        table = TableShape(name="customer", key=key, columns={one.name: one for one in columns})
        return [f"{one.where}: {one.what}" for one in problems(datamap, {"customer": table})]

    assert found(name, joined) == []
    (only,) = (f"{one.where}: {one.what}" for one in problems(datamap, {}))
    assert only == "tables.customer: The store has no such table."
    (only,) = found(name, joined, key=())
    assert only.startswith("tables.customer: The table has no primary key")
    assert found(joined) == ["tables.customer: The table has no column 'name'."]
    for sign in (":", "%"):
        (only,) = found(name, joined, ColumnShape(name=f"a{sign}b", family="text", nullable=True))
        assert only == f"tables.customer: The name 'a{sign}b' has a sign in it that SQL takes for something else."
