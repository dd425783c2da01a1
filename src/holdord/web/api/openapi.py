"""The document of the API (OpenAPI 3.1), made of the routes and their models."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from holdord import __version__
from holdord.web.api import people, promises, reviews
from holdord.web.api.call import Route
from holdord.web.api.models import MOST_NUMBER, Problem
from holdord.web.api.problem import MEDIA, TITLES
from holdord.web.api.scopes import MEANS

ROUTES: tuple[Route, ...] = (*people.ROUTES, *promises.ROUTES, *reviews.ROUTES)
BASE = "/api/v1"
_REF = "#/components/schemas/{model}"


@cache
def document() -> dict[str, Any]:
    """Return the document, as JSON has it."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(f"{BASE}/{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "holdord",
            "version": __version__,
            "summary": "What the command line can do, for programs.",
            "description": "A token is made by `holdord token new DIR --name X --scope …` and sent as "
            "`Authorization: Bearer …`. Scopes: " + "; ".join(f"`{one}`: {text}" for one, text in MEANS.items()) + ".",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "parameters": {
                "Number": {
                    "name": "number",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "integer", "minimum": 1, "maximum": MOST_NUMBER},
                },
                "Key": {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": False,
                    "description": "A repeat with the same key gives what the first call wrote down.",
                    "schema": {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
                },
            },
            "responses": {
                "Problem": {
                    "description": "What went wrong. "
                    + " ".join(f"{status}: {title}." for status, title in TITLES.items()),
                    "content": {MEDIA: {"schema": {"$ref": _REF.format(model="Problem")}}},
                }
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.says,
        "security": [{"token": [route.scope]}],
    }
    parameters = [{"$ref": "#/components/parameters/Number"}] if "{number}" in route.path else []
    parameters += [{"$ref": "#/components/parameters/Key"}] if route.once else []
    if route.method == "GET" and route.takes is not None:
        parameters += _query(route.takes)
    elif route.takes is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": _schema(route.takes)}}
    if parameters:
        found["parameters"] = parameters
    good = {"description": (route.gives.__doc__ or "").strip(), "content": {"application/json": _schema(route.gives)}}
    return found | {"responses": {str(route.status): good, "default": {"$ref": "#/components/responses/Problem"}}}


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the members of a model as parameters of a query."""
    found = model.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "required": False, **_described(schema)} for name, schema in found.items()]


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    said = schema.get("description")
    return ({"description": said} if said else {}) | {
        "schema": {name: value for name, value in schema.items() if name not in ("description", "title")}
    }


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"schema": {"$ref": _REF.format(model=model.__name__)}}


def _schemas() -> dict[str, Any]:
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    for route in ROUTES:
        wanted.append((route.gives, "serialization"))
        if route.takes is not None and route.method == "POST":
            wanted.append((route.takes, "validation"))
    _, found = models_json_schema(wanted, ref_template=_REF)
    return {name: _bare(schema) for name, schema in sorted(found["$defs"].items())}


def _bare(schema: Any) -> Any:
    """Return a schema without the titles that only repeat names."""
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {key: _bare(one) for key, one in value.items()} if name == "properties" else _bare(value)
        for name, value in schema.items()
        if name != "title" or not isinstance(value, str)
    }


def names(models: Iterable[type[BaseModel]]) -> frozenset[str]:
    """Return the names of all members that models have: what may be said of what was sent."""
    _, found = models_json_schema([(model, "validation") for model in models])
    return frozenset(name for schema in found["$defs"].values() for name in schema.get("properties", {}))
