"""What is held about a person, record by record: masked, in full for one purpose alone, or in full for themselves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from holdord.run.requests.page.blocks import Text, plain
from holdord.run.requests.page.data import fate
from holdord.run.requests.page.says import Says, first_up, says_in
from holdord.web.masked import DOTS, masked
from holdord.web.say import language

ALL = "*"
"""In the place of a purpose: all values are shown as they are."""
MOST = 60
"""Records on a page; an answer to a request has all."""
_FEW = 3
"""Records of one kind that stand open; more are folded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One value.

    Attributes:
        note: The kind of data, where the name of the value does not say it.
        full: Whether it is shown as it is held.
        category: Of the data.
        said: The value as a text where it is shown and can be put right, else empty.
    """

    head: SafeString
    note: SafeString
    value: SafeString = field(repr=False)
    full: bool
    category: str
    said: str = field(repr=False)

    @property
    def has_lines(self) -> bool:
        """Whether the value has several lines."""
        return "\n" in self.said or "\r" in self.said


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Values of a record that go together.

    Attributes:
        when: What becomes of them and when.
        why: The purposes that hold them, each until when, with the promises that say so.
        tone: ``day``, ``open``, ``held`` or ``due``.
    """

    lines: tuple[Line, ...]
    when: SafeString
    why: tuple[tuple[SafeString, str], ...]
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record: what the data map calls it, and its values."""

    title: SafeString
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """Records of one kind."""

    title: SafeString
    records: tuple[Record, ...]

    @property
    def is_folded(self) -> bool:
        """Whether there are so many that they are shown once somebody wants to see them."""
        return len(self.records) > _FEW


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What is held.

    Attributes:
        purposes: Those that hold something of it and that whoever looks serves, in the policy's order.
        more: How many records are there beside those on the page.
        hidden: How many there are of which no value is for a purpose that whoever looks serves.
    """

    records: tuple[Record, ...]
    purposes: tuple[str, ...]
    more: int
    hidden: int

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The records by their kinds; where there are several of one, each has a number."""
        found: dict[SafeString, list[Record]] = {}
        for one in self.records:
            found.setdefault(one.title, []).append(one)
        return tuple(Kind(title=title, records=tuple(_numbered(some))) for title, some in found.items())


def _numbered(records: list[Record]) -> Iterator[Record]:
    for number, one in enumerate(records, 1):
        yield one if len(records) == 1 else replace(one, title=format_html("{} {}", one.title, number))


def held(document: Mapping[str, Any], serves: frozenset[str], *, everything: bool, full: str = "") -> Held:
    """Return what is held about a person, out of an answer under art. 15.

    Args:
        document: The answer.
        serves: The purposes that whoever looks serves.
        everything: Whether they see, masked, what is held for no purpose as well.
        full: The purpose whose values are shown as they are, or ``ALL``; the others stay masked.
    """
    items = [item for item in document["items"] if everything or serves.intersection(_purposes(item))]
    own = document["person"]["class"]
    order = sorted(items, key=lambda item: bool(item["class"] != own))
    together: dict[int, list[Mapping[str, Any]]] = {}
    for item in order:
        together.setdefault(item["record"], []).append(item)
    there = {name for item in items for name in _purposes(item)}
    return Held(
        records=tuple(_records(document, list(together.values())[:MOST], serves, full)),
        purposes=tuple(one["id"] for one in document["purposes"] if one["id"] in there & serves),
        more=max(len(together) - MOST, 0),
        hidden=len({item["record"] for item in document["items"]} - set(together)),
    )


def _purposes(item: Mapping[str, Any]) -> set[str]:
    return {one["id"] for one in item["purposes"]}


def _records(
    document: Mapping[str, Any], together: Iterable[list[Mapping[str, Any]]], serves: frozenset[str], full: str
) -> Iterator[Record]:
    says = says_in(language())
    for items in together:
        title = _marked(first_up(says.record(items[0]["table"], items[0]["class"])))
        yield Record(title=title, pieces=tuple(_joined(_piece(says, document, item, serves, full) for item in items)))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces of which the same becomes for the same reason as one."""
    together: dict[object, list[Piece]] = {}
    for one in pieces:
        together.setdefault((one.when, one.why), []).append(one)
    for alike in together.values():
        yield replace(alike[0], lines=tuple(line for one in alike for line in one.lines))


def _piece(
    says: Says, document: Mapping[str, Any], item: Mapping[str, Any], serves: frozenset[str], full: str
) -> Piece:
    """Return an item; of what other roles serve it says nothing but the day."""
    mine = {**item, "purposes": [one for one in item["purposes"] if one["id"] in serves]}
    told = fate(says, document, mine)
    known = {one["id"]: one for one in document["purposes"]}
    because = [", ".join(one["id"] for one in known[held["id"]]["promises"]) for held in mine["purposes"]]
    lines = told.lines[int(item["legal_hold"]) :] if mine["purposes"] else ()
    why = [(_marked(line), because[at] if at < len(because) else "") for at, line in enumerate(lines)]
    shows = full == ALL or full in _purposes(item)
    return Piece(
        lines=tuple(_line(says, document, item, one, shows=shows) for one in item["data"]),
        when=_marked(told.head),
        why=tuple(why),
        tone=told.tone,
    )


def _line(
    says: Says, document: Mapping[str, Any], item: Mapping[str, Any], one: Mapping[str, Any], *, shows: bool
) -> Line:
    named = says.clock(item["class"], one["clock"], document["clocks"]) if one["clock"] else ()
    head = first_up(named or says.field(one["name"]))
    note = first_up(says.category(one["category"], document["categories"]))
    shown = shows and not one["withheld"]
    return Line(
        head=_marked(head),
        note=_marked(() if plain(note).casefold() == plain(head).casefold() else note),
        value=_value(says, item, one, shows=shows),
        full=shown,
        category=one["category"],
        said=one["value"] if shown and not one["clock"] and isinstance(one["value"], str) else "",
    )


def _value(says: Says, item: Mapping[str, Any], one: Mapping[str, Any], *, shows: bool) -> SafeString:
    if one["withheld"]:
        return _marked(says.line("data", "shared" if item["shared"] else "secret"))
    if one["clock"] and not one["day"]:
        return _marked(says.line("data", "not_yet"))
    if shows:
        return format_html("{}", says.date(one["day"])) if one["clock"] else _marked(says.value(one["value"]))
    return format_html("{}", masked(one["category"], one["day"] if one["clock"] else one["value"]) or DOTS)


def _marked(text: Text) -> SafeString:
    """Return text as markup: words in another language say which."""
    return format_html_join(
        "",
        "{}",
        ((format_html('<span lang="{}">{}</span>', one.lang, one.text) if one.lang else one.text,) for one in text),
    )
