"""A strict reader for the YAML files that people write: every value keeps its line and column.

Only what a policy needs is accepted, so that what a person reads is what holdord reads: one document, block or flow
style, plain and quoted scalars. Refused, with the place: duplicate keys, anchors and aliases (a "billion laughs" is
made of them), tags, several documents, more than 24 levels, more than two megabytes. Scalars follow the YAML 1.2 core
schema: ``NO`` is Norway, not false; ``12-31`` is text; ``2027-01-01`` is a date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from holdord.errors import InputError, Problem

Model = TypeVar("Model", bound=BaseModel)

MAX_BYTES = 2_000_000
MAX_DEPTH = 24

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True, kw_only=True)
class Document:
    """A parsed file: plain values, and where each of them stands.

    Attributes:
        file: The name for messages.
        value: Dictionaries, lists, strings, numbers, booleans, dates, None. Nobody changes them.
        places: Path of keys to (line, column), both counted from 1.
    """

    file: str
    value: Any
    places: dict[Path, tuple[int, int]]

    def problem(self, path: Path, what: str, remedy: str = "") -> Problem:
        """Return a problem at ``path``, or at its nearest ancestor that has a place."""
        at = path
        while at and at not in self.places:
            at = at[:-1]
        line, column = self.places.get(at, (0, 0))
        where = ".".join(str(part) for part in path)
        return Problem(what=what, remedy=remedy, file=self.file, line=line, column=column, where=where)


def read(text: str | bytes, file: str) -> Document:
    """Parse ``text`` strictly.

    Args:
        text: The file's content; bytes are UTF-8.
        file: The name for messages.

    Raises:
        InputError: When it is no YAML of the accepted kind; each problem names its place.
    """
    if len(text) > MAX_BYTES:
        raise InputError([Problem(what=f"The file is larger than {MAX_BYTES} bytes.", remedy="Shorten it.", file=file)])
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(
                [Problem(what=f"The file is not UTF-8 (byte {error.start}).", remedy="Save it as UTF-8.", file=file)]
            ) from error
    try:
        return replace(_parsed(text), file=file)
    except InputError as error:
        raise InputError([replace(problem, file=file) for problem in error.problems]) from error


@lru_cache(maxsize=16)
def _parsed(text: str) -> Document:
    """Parse a text; the last ones are remembered, since a folder is opened again and again, and nobody changes them."""
    try:
        return _Builder().build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        what = f"This is not YAML: {error.problem or error.context}."
        raise InputError([Problem(what=what, line=line, column=column)]) from error
    except YAMLError as error:
        raise InputError([Problem(what=f"This is not YAML: {str(error).splitlines()[0]}")]) from error


class _Builder:
    """Turns the parser's events into values, without recursion."""

    def __init__(self) -> None:
        self.places: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def build(self, events: Iterator[Any]) -> Document:
        root: list[Any] = []
        stack: list[tuple[Any, Path]] = [(root, ())]
        keys: list[Any] = [None]
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._refuse(event, "A second document begins here.", "Keep one document in a file.")
            if kind == "AliasEvent" or getattr(event, "anchor", None):
                self._refuse(event, "Anchors and aliases are not accepted.", "Write the value out.")
            if getattr(event, "tag", None) not in (None, "!"):
                self._refuse(event, f"The tag {event.tag} is not accepted.", "Remove it.")
            if kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
                container, path = stack[-1]
                if isinstance(container, dict) and keys[-1] is None:
                    keys[-1] = self._key(event, kind, container, path)
                    continue
                path = self._path(container, path, keys[-1]) if len(stack) > 1 else ()
                self.places.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
                value: Any = _scalar(event) if kind == "ScalarEvent" else {} if kind == "MappingStartEvent" else []
                if isinstance(container, dict):
                    container[keys[-1]] = value
                    keys[-1] = None
                else:
                    container.append(value)
                if kind != "ScalarEvent":
                    if len(stack) > MAX_DEPTH:
                        self._refuse(event, f"This is nested deeper than {MAX_DEPTH} levels.")
                    stack.append((value, path))
                    keys.append(None)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                stack.pop()
                keys.pop()
        if self.problems:
            raise InputError(self.problems)
        return Document(file="", value=root[0] if root else None, places=self.places)

    def _key(self, event: Any, kind: str, container: dict[str, Any], path: Path) -> str:
        if kind != "ScalarEvent":
            self._refuse(event, "A key must be a plain word.")
        key = str(event.value)
        if key in container:
            self.problems.append(self._problem(event, f"The key {key!r} stands here twice.", "Keep one of them."))
        self.places[(*path, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return key

    @staticmethod
    def _path(container: Any, path: Path, key: Any) -> Path:
        return (*path, len(container)) if isinstance(container, list) else (*path, key)

    def _problem(self, event: Any, what: str, remedy: str = "") -> Problem:
        mark = event.start_mark
        return Problem(what=what, remedy=remedy, line=mark.line + 1, column=mark.column + 1)

    def _refuse(self, event: Any, what: str, remedy: str = "") -> None:
        raise InputError([*self.problems, self._problem(event, what, remedy)])


def _scalar(event: Any) -> Any:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def validate(document: Document, model: type[Model]) -> Model:
    """Return the document as ``model``, or raise with a place and a remedy for every mistake.

    Raises:
        InputError: When the document does not have the model's shape.
    """
    if not isinstance(document.value, dict):
        raise InputError([document.problem((), "The file is empty or no mapping.", "Begin with 'controller:'.")])
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        found = [_explained(document, model, entry) for entry in error.errors(include_url=False)]
        raise InputError(found) from None


def _explained(document: Document, model: type[BaseModel], error: Any) -> Problem:
    loc = tuple(part for part in error["loc"] if part != "[key]")
    path = _written(document, loc)
    kind = error["type"]
    if kind == "extra_forbidden":
        known = _keys_at(model, loc[:-1])
        near = get_close_matches(str(path[-1]), known, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(known)}." if known else "Remove it."
        return document.problem(path, f"The key {path[-1]!r} is unknown.", remedy)
    if kind == "missing":
        return document.problem(path[:-1], f"The key {path[-1]!r} is missing.", "Add it.")
    what = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    what = what if what.startswith("'") else what[:1].upper() + what[1:]
    if kind not in ("value_error",):
        what = f"This {what[:1].lower()}{what[1:]}" if what.startswith("Should") else what
    return document.problem(path, what if what.endswith((".", "?")) else what + ".")


def _written(document: Document, loc: Path) -> Path:
    """Return the path as the file has it: a model also counts what stands alone as a list of one, and names unions."""
    path: Path = ()
    for part in loc[:-1]:
        path = (*path, part) if (*path, part) in document.places else path
    return (*path, *loc[-1:])


def _keys_at(model: Any, path: Path) -> list[str]:
    """Return the keys that the model knows at ``path``; empty where that cannot be told."""
    schema = model.model_json_schema()
    node: Any = schema
    for part in path:
        node = _resolved(node, schema)
        if isinstance(part, int):
            node = node.get("items", {})
        elif part in node.get("properties", {}):
            node = node["properties"][part]
        else:
            patterns = list(node.get("patternProperties", {}).values())
            node = patterns[0] if patterns else node.get("additionalProperties", {})
        if not isinstance(node, dict):
            return []
    return sorted(_resolved(node, schema).get("properties", {}))


def _resolved(node: Any, schema: Any) -> Any:
    for option in node.get("anyOf", []):
        if "$ref" in option:
            node = option
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node
