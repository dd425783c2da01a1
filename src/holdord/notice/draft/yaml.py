"""Writes a draft as YAML for people: a key a line, short lists on one line, notes as comments above.

Only what ``holdord.document`` reads is written: plain and double-quoted scalars, block mappings, flow lists of scalars.
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from holdord.document import Path
from holdord.notice.draft.draft import Draft, Note

_WIDTH = 110
_FOUR_DIGITS = 0xFFFF
_PLAIN = re.compile(r"[^\W\d_][\w .()/§*+-]*[\w.)/*+]|[^\W\d_]")
_TIME = re.compile(r"[0-9]+(?:\.5)? [a-z]+(?: [0-9]+ [a-z]+)*|[0-9]{1,2}-[0-9]{2}")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_LEAD = {"said": "", "guess": "Guess: ", "question": "QUESTION: "}


def yaml(draft: Draft) -> str:
    """Return the file's text."""
    lines = [*_comments(draft.notes.get((), ()), 0), *_mapping(draft.policy, draft.notes, (), 0)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _mapping(value: Mapping[str, Any], notes: Mapping[Path, tuple[Note, ...]], path: Path, depth: int) -> Iterator[str]:
    for key, entry in value.items():
        at = (*path, key)
        if depth == 0 or (depth == 1 and isinstance(entry, Mapping) and len(entry) > 2):
            yield ""
        yield from _comments(notes.get(at, ()), depth)
        yield from _entry(f"{'  ' * depth}{_scalar(key)}:", entry, notes, at, depth)


def _entry(lead: str, entry: Any, notes: Mapping[Path, tuple[Note, ...]], at: Path, depth: int) -> Iterator[str]:
    flow = _flow(entry)
    below = any(path[: len(at)] == at and len(path) > len(at) for path in notes)
    if flow is not None and not below and (len(lead) + len(flow) < _WIDTH or not isinstance(entry, Mapping | list)):
        yield f"{lead} {flow}"
    elif isinstance(entry, Mapping):
        yield lead
        yield from _mapping(entry, notes, at, depth + 1)
    else:
        yield lead
        for index, item in enumerate(entry):
            yield from _comments(notes.get((*at, index), ()), depth + 1)
            inner = _flow(item)
            if inner is not None and not any(
                path[: len(at) + 1] == (*at, index) for path in notes if len(path) > len(at) + 1
            ):
                yield f"{'  ' * (depth + 1)}- {inner}"
            else:
                block = list(_mapping(item, notes, (*at, index), depth + 2))
                block = [line for line in block if line]
                first = next(place for place, line in enumerate(block) if not line.lstrip().startswith("#"))
                yield from (line[2:] for line in block[:first])
                yield f"{'  ' * (depth + 1)}- {block[first].lstrip()}"
                yield from block[first + 1 :]


def _flow(value: Any) -> str | None:
    """Return a value on one line, or None where it is too deep for that."""
    if isinstance(value, Mapping):
        inner = {key: _flow(entry) for key, entry in value.items()}
        if any(entry is None for entry in inner.values()):
            return None
        return "{" + ", ".join(f"{_scalar(key)}: {entry}" for key, entry in inner.items()) + "}"
    if isinstance(value, list | tuple):
        items = [_flow(entry) for entry in value]
        return None if None in items else f"[{', '.join(str(item) for item in items)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int | date):
        return str(value)
    text = str(value)
    if (_PLAIN.fullmatch(text) and text.lower() not in _WORDS) or _TIME.fullmatch(text):
        return text
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in json.dumps(text, ensure_ascii=False))


def _escaped(sign: str) -> str:
    """Return a character that YAML does not take as it is, or that nobody sees, by its number."""
    return f"\\u{ord(sign):04x}" if ord(sign) <= _FOUR_DIGITS else f"\\U{ord(sign):08x}"


def _comments(notes: tuple[Note, ...], depth: int) -> Iterator[str]:
    indent = f"{'  ' * depth}# "
    for note in notes:
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in note.text).split())
        yield from textwrap.wrap(
            f"{_LEAD[note.kind]}{text}",
            _WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
