"""How a page says things in one language: our own words, the company's, values, dates.

Words are data: ``words.<language>.toml`` for what a page says, ``names.toml`` for what people call records and columns,
and the words of a written notice (``holdord.notice.write.words``) for what both say: bases, roles, rights, durations.
Slots are filled with pieces of text and never with markup: what a company or a person wrote stays text.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from holdord.notice.write.vocabulary import CLOCK_OF, CLOCKS
from holdord.notice.write.words import words_of
from holdord.policy.duration import Duration
from holdord.policy.terms import CATEGORIES, LANGUAGES, Language
from holdord.run.requests.page.blocks import Piece, Text

LONGEST = 2000
"""How many characters of one value a page shows."""

_SLOT = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?")

_OF_REGISTER = {
    "sent": "correspondence",
    "taken": "note",
    "opened": "account",
    "signed": "agreement",
    "received": "application",
    "decided": "application",
    "registered": "participation",
    "subscribed": "subscription",
    "requested": "web_log",
    "occurred": "profile",
    "mail_occurred": "profile",
    "profiled": "profile",
    "computed": "profile",
}
"""Clock of the register → the class whose it is; another company's case is "opened" as well, and is no account."""

Filling = str | Text


@cache
def says_in(language: Language) -> "Says":
    """Return how things are said in a language."""
    return Says(language, _table(f"words.{language}"), _table("names"))


@cache
def _table(name: str) -> dict[str, Any]:
    text = (files("holdord.run.requests.page") / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Says:
    """One language's way to say things."""

    def __init__(self, language: Language, table: Mapping[str, Any], names: Mapping[str, Any]) -> None:
        self.language = language
        self.notice = words_of(language)
        self._table = table
        self._names = names
        self._place = LANGUAGES.index(language)

    # Our own words

    def line(self, family: str, key: str, /, **slots: Filling) -> Text:
        """Write a pattern with its slots filled."""
        return _filled(self._table[family][key], slots)

    def told(self, family: str, key: str, /, **slots: Filling) -> Text:
        """Write a pattern that notices have as well."""
        return _filled(self.notice.table[family][key], slots)

    def word(self, family: str, key: str, /, **slots: str) -> str:
        """Write a pattern whose slots are our own words, as a string."""
        return "".join(piece.text for piece in self.line(family, key, **slots))

    def has(self, family: str, name: str) -> bool:
        """Tell whether there are words for something that an answer may name."""
        return name in self._table[family]

    def count(self, name: str, number: int) -> str:
        """Write how many there are: "1 purpose", "4 purposes"."""
        pattern: str = self._table["count"][name][number != 1]
        return pattern.replace("{number}", str(number))

    def date(self, day: str | date) -> str:
        """Write a date in the language's usual form."""
        return self.notice.write_date(day if isinstance(day, date) else date.fromisoformat(day))

    def duration(self, said: Mapping[str, Any]) -> Duration:
        """Return a duration out of an answer."""
        return Duration(months=said["months"], days=said["days"], shown_in=frozenset(said["units"]))

    def joined(self, texts: Sequence[Filling]) -> Text:
        """Write a list: "a, b and c"; or "a; b; c" where an item has a comma of its own."""
        items = [_text(one) for one in texts]
        apart = any(mark in piece.text for one in items for piece in one for mark in ",;")
        last = "; " if apart else f" {self.notice.table['and']} "
        found: list[Piece] = []
        for at, one in enumerate(items):
            if at:
                found.append(Piece(last if at == len(items) - 1 else "; " if apart else ", "))
            found += one
        return tuple(found)

    # The company's words, and what databases call things

    def own(self, document: Mapping[str, Any], key: str) -> Text:
        """Write words of the company's: in this language where they are given in it, else in their own, marked."""
        known: Mapping[str, str] = document.get(f"{key}_by") or {}
        if not known:
            return _text(str(document.get(key) or ""))
        return self._given(known)

    def _given(self, known: Mapping[str, str]) -> Text:
        mine = known.get(self.language, known.get("any"))
        if mine is not None:
            return _text(mine)
        lang, words = next(iter(known.items()))
        return (Piece(words, lang),)

    def category(self, name: str, labels: Mapping[str, Any]) -> Text:
        """Write the label of a kind of data."""
        said = labels.get(name) or {}
        if said.get("label_by"):
            return self._given(said["label_by"])
        if name in CATEGORIES:
            return _text(self.notice.label("data", name))
        return (Piece(str(said.get("label") or name), of="name"),)

    def clock(self, record_class: str, name: str, clocks: Mapping[str, Any]) -> Text:
        """Write which day a clock is; nothing where nobody has words for it."""
        bare = name.rpartition(".")[2]
        known = clocks.get(f"{record_class}.{bare}") or clocks.get(name) or clocks.get(bare)
        if known:
            return self._given(known)
        term = CLOCK_OF.get(f"{record_class}.{bare}") or bare
        if _OF_REGISTER.get(bare) == record_class:
            term = CLOCK_OF[bare]
        return _text(self.notice.label("day", term)) if term in CLOCKS else ()

    def record(self, table: str, record_class: str) -> Text:
        """Write what kind of record a row is."""
        known = self._names["records"]
        return self._named(known.get(table) or known.get(record_class), record_class or table)

    def field(self, name: str) -> Text:
        """Write what a column is called."""
        return self._named(self._names["fields"].get(name), name)

    def _named(self, known: Sequence[str] | None, name: str) -> Text:
        return _text(known[self._place]) if known else (Piece(name.replace("_", " "), of="name"),)

    # Values

    def value(self, value: Any) -> Text:
        """Write a value out of the data as people read it."""
        match value:
            case None | "":
                return self.line("data", "none")
            case bool():
                return self.line("data", "yes" if value else "no")
            case str():
                return self._string(value)
            case dict() | list():
                return self._string(json.dumps(value, ensure_ascii=False, indent=1))
            case _:
                return (Piece(str(value), of="value"),)

    def _string(self, value: str) -> Text:
        if _DAY.fullmatch(value) and (day := _day(value)):
            return _text(self.date(day))
        if (moment := _MOMENT.fullmatch(value)) and (day := _day(moment[1])):
            return self.line("data", "at", date=self.date(day), time=moment[2].replace(":", self._colon))
        if len(value) <= LONGEST:
            return (Piece(value, of="value"),)
        return (Piece(value[:LONGEST], of="value"), Piece(" "), *self.line("data", "cut", number=str(len(value))))

    @property
    def _colon(self) -> str:
        """What stands between hours and minutes."""
        return ":" if self.language == "en" else "."


def first_up(text: Text) -> Text:
    """Begin a text with a capital letter."""
    if not text or text[0].of != "words":
        return text
    first = text[0]
    return (Piece(first.text[:1].upper() + first.text[1:], first.lang, first.of, first.to), *text[1:])


def linked(text: Iterable[Piece], to: str) -> Text:
    """Make a text lead to a part of the page."""
    return tuple(Piece(one.text, one.lang, one.of, to) for one in text)


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _text(words: Filling) -> Text:
    if isinstance(words, tuple):
        return words
    return (Piece(words),) if words else ()


def _filled(pattern: str, slots: Mapping[str, Filling]) -> Text:
    pieces = _SLOT.split(pattern)
    found: list[Piece] = []
    for at, one in enumerate(pieces):
        found += _text(slots[one] if at % 2 else one)
    return tuple(found)
