"""Reads the document of the API: whether a value fits a schema of it, and values that do, nearly do, or do not."""

import re
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

NASTY = [
    "'; DROP TABLE holdord_request; --",
    '" OR 1=1 --',
    "\x00",
    "\u202e\U0001f9a5é",
    "../../etc/passwd",
    "{{7*7}}%s%n",
    "<script>alert(1)</script>",
    "customer:17",
    "person:1",
    "person:99999999999999999999999999",
    "person:" + "9" * 190,
    "person:１",
    "2026-02-30",
    "https://10.0.0.1/",
    "kari@home.example\r\nBcc: all@home.example",
    "",
    " ",
    "x" * 5000,
]

_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
_FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}
_SAID = frozenset({"description", "examples", "default", "title"})
_KNOWN = _SAID | {
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "enum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "properties",
    "required",
    "type",
}


def resolved(schema: Schema, whole: Schema) -> Schema:
    """Return a schema, what it refers to in its place."""
    while "$ref" in schema:
        place: Any = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        schema = place
    return schema


def misfits(value: Any, schema: Schema, whole: Schema, at: str = "$") -> list[str]:
    """Return where a value does not fit a schema; nothing where it does."""
    schema = resolved(schema, whole)
    assert set(schema) <= _KNOWN, f"{at}: this reader knows no {set(schema) - _KNOWN}"
    if "anyOf" in schema:
        return [] if any(not misfits(value, one, whole, at) for one in schema["anyOf"]) else [f"{at}: fits none"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: is none of the values"]
    if "const" in schema and value != schema["const"]:
        return [f"{at}: is not the value"]
    kind = schema.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{at}: is no {kind}"]
    found: list[str] = []
    if isinstance(value, str):
        found += _text(value, schema, at)
    elif isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{at}: too small or large")
    elif isinstance(value, list):
        found += [one for n, part in enumerate(value) for one in misfits(part, schema["items"], whole, f"{at}[{n}]")]
    elif isinstance(value, dict):
        members = schema.get("properties", {})
        found += [f"{at}.{name}: is missing" for name in schema.get("required", ()) if name not in value]
        for name, part in value.items():
            if name in members:
                found += misfits(part, members[name], whole, f"{at}.{name}")
            elif schema.get("additionalProperties") is not True:
                found.append(f"{at}.{name}: is unknown")
    return found


def _text(value: str, schema: Schema, at: str) -> list[str]:
    found = []
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        found.append(f"{at}: too short or long")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: is written otherwise")
    if "format" in schema:
        try:
            _FORMATS[schema["format"]](value)
        except ValueError:
            found.append(f"{at}: is no {schema['format']}")
    return found


def texts() -> st.SearchStrategy[str]:
    """Any text, and such as break things; lone halves of surrogate pairs too."""
    return st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.characters(categories=["Cs"]))


def anything() -> st.SearchStrategy[Any]:
    """Any JSON."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts()
    return st.recursive(
        leaves,
        lambda one: st.lists(one, max_size=4) | st.dictionaries(texts(), one, max_size=4),
        max_leaves=12,
    )


def near(schema: Schema, whole: Schema) -> st.SearchStrategy[Any]:
    """Values of a schema's form, texts and numbers being any; or, now and then, something else altogether."""
    schema = resolved(schema, whole)
    if "anyOf" in schema:
        return st.one_of(*(near(one, whole) for one in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | texts()
    match schema.get("type"):
        case "object":
            return _objects(schema, whole)
        case "array":
            return st.lists(near(schema["items"], whole), max_size=3) | anything()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-5, 5) | st.integers()
        case "null":
            return st.none()
        case _:
            days = st.dates().map(str) if schema.get("format") == "date" else st.sampled_from(["nb", "a reason"])
            return st.one_of(days, st.sampled_from(schema.get("examples", ["x"])), texts())


def _objects(schema: Schema, whole: Schema) -> st.SearchStrategy[Any]:
    members = {name: near(one, whole) for name, one in schema.get("properties", {}).items()}
    needed = {name: one for name, one in members.items() if name in schema.get("required", ())}
    others = {name: one for name, one in members.items() if name not in needed}
    right = st.fixed_dictionaries(needed, optional=others)
    return right | right | st.fixed_dictionaries({}, optional=members) | anything()
