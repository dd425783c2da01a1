"""Pieces of a JSON column in plain Python: dictionaries are its objects, None is null.

A piece lies at a path of keys and is stripped by taking it out. What no path names is the rest, and is stripped by
leaving the named pieces alone, in the objects that lead to them (``holdord.plan.predicate.DataColumn``).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from holdord.plan.predicate import DataColumn

Path = tuple[str, ...]


def is_bare(column: DataColumn, value: Any) -> bool:
    """Tell whether a piece, or the rest, is stripped already."""
    if column.path:
        return _at(value, column.path) is None
    return value is None or value == [] or (isinstance(value, dict) and value == _kept(value, column.inside))


def without(columns: Iterable[DataColumn], value: Any) -> Any:
    """Return a value without these of its pieces and, where that is among them, without the rest."""
    left = value
    for column in columns:
        if column.inside and not is_bare(column, left):
            left = _kept(left, column.inside)
    for column in columns:
        if column.path and not is_bare(column, left):
            left = _taken_out(left, column.path)
    return left


def is_misfit(value: Any, paths: Sequence[Path]) -> bool:
    """Tell whether a value is no JSON, or a list that is not empty lies on the way of a path."""
    ways = {path[:end] for path in paths for end in range(len(path))}
    is_json = value is None or isinstance(value, dict | list | str | int | float)
    return not is_json or any(bool(found) and isinstance(found, list) for found in (_at(value, way) for way in ways))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _kept(value: Any, paths: Iterable[Path]) -> dict[str, Any]:
    """Return an object with nothing in it but what lies at ``paths``."""
    made: dict[str, Any] = {}
    if not isinstance(value, dict):
        return made
    below: dict[str, list[Path]] = {}
    for key, *rest in paths:
        below.setdefault(key, []).append(tuple(rest))
    for key, inner in below.items():
        if key in value and () in inner:
            made[key] = value[key]
        elif isinstance(value.get(key), dict):
            made[key] = _kept(value[key], inner)
    return made


def _taken_out(value: dict[str, Any], path: Path) -> dict[str, Any]:
    key, *rest = path
    if not rest:
        return {name: inner for name, inner in value.items() if name != key}
    return value | {key: _taken_out(value[key], tuple(rest))}
