"""The words of one language: patterns that make a line and read it back, labels of terms, lists, durations, dates.

All of it is data (``lang/write.<language>.toml``). A pattern has slots in braces. Those of a closed vocabulary
(``{duration}``, ``{country}``) match its labels alone; any other takes what the controller supplied, and a pattern
has at most one of these. No pattern of a table can be taken for another of it, so reading is the inverse of writing.

What the controller supplies can hold anything, an "and" or one of our own labels too. Where that could be
mistaken in a list, its blanks are written as no-break spaces, which look the same and which the facts cannot hold.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from holdord.policy.duration import Duration, Unit
from holdord.policy.terms import Language

HARD = "\u00a0"
"""A no-break space."""

Slots = dict[str, str]
_SLOT = re.compile(r"\{(\w+)\}")
_UNITS: tuple[Unit, ...] = ("year", "month", "week", "day")
_CLOCK_FORMS = ("after", "until", "day")


@cache
def words_of(language: Language) -> "Words":
    """Return the words of a language."""
    text = (files("holdord.notice") / "lang" / f"write.{language}.toml").read_text(encoding="utf-8")
    return Words(language, tomllib.loads(text))


def hard(words: str) -> str:
    """Write blanks as no-break spaces."""
    return words.replace(" ", HARD)


def soft(words: str) -> str:
    """Write no-break spaces as blanks again."""
    return words.replace(HARD, " ")


class Words:
    """One language's words, as patterns and their inverses.

    Args:
        language: Its code, as in ``terms.LANGUAGES``.
        table: The language's file, parsed.

    Raises:
        ValueError: Where two terms of a vocabulary share a label.
    """

    def __init__(self, language: Language, table: Mapping[str, Any]) -> None:
        self.language = language
        self.table = table
        self.labels: dict[str, dict[str, str]] = {
            "data": table["data"], "country": table["countries"], "category": table["specials"],
        }  # fmt: skip
        for place, form in enumerate(_CLOCK_FORMS):
            self.labels[form] = {clock: forms[place] for clock, forms in table["clocks"].items()}
        self._terms = {name: _inverse(f"{language}: {name}", labels) for name, labels in self.labels.items()}
        self._units: dict[str, Unit] = {word: unit for unit, forms in table["units"].items() for word in forms}
        self._and = f" {table['and']} "
        part = rf"[0-9]+ (?:{_any_of(self._units)})"
        self._closed = {
            **{name: _any_of(labels.values()) for name, labels in self.labels.items()},
            "duration": rf"{part}(?:(?:, |{self._and}){part})*",
            "date": _SLOT.sub(lambda slot: r"\w+", re.escape(table["date"]).replace(r"\{", "{").replace(r"\}", "}")),
            "number": "[0-9]+",
            "part": "[0-9]+",
        }
        self._closed["data"] = rf"(?:{self._closed['data']})(?:(?:, |{self._and})(?:{self._closed['data']}))*"
        self._inner = re.compile(rf"[,;]|(?:^| ){re.escape(table['and'])}(?: |$)")
        self._patterns: dict[str, dict[str, re.Pattern[str]]] = {}

    def line(self, family: str, name: str, **slots: str) -> str:
        """Write the pattern ``name`` of a table with its slots filled."""
        pattern: str = self.table[family][name]
        return _SLOT.sub(lambda slot: slots[slot[1]], pattern)

    def read(self, family: str, text: str) -> tuple[str, Slots] | None:
        """Tell which pattern of a table wrote ``text``, and with what in its slots; None where none did."""
        if family not in self._patterns:
            self._patterns[family] = {
                name: self.regex(pattern) for name, pattern in self.table[family].items() if isinstance(pattern, str)
            }
        for name, pattern in self._patterns[family].items():
            if match := pattern.fullmatch(text):
                return name, match.groupdict()
        return None

    def regex(self, pattern: str) -> re.Pattern[str]:
        """Turn a pattern into a regular expression with a group for each slot."""
        pieces = _SLOT.split(pattern)
        literals = [re.escape(piece) for piece in pieces[::2]]
        slots = [f"(?P<{name}>{self._closed.get(name, '.+')})" for name in pieces[1::2]]
        return re.compile("".join(a + b for a, b in zip(literals, [*slots, ""], strict=True)))

    def label(self, vocabulary: str, term: str) -> str:
        """Return a term's label; the vocabularies are the keys of ``labels``."""
        return self.labels[vocabulary][term]

    def term(self, vocabulary: str, label: str) -> str | None:
        """Return the term that a label stands for, or None."""
        return self._terms[vocabulary].get(label)

    def data(self, terms: Sequence[str]) -> str:
        """Write a list of data."""
        return self.join([self.label("data", term) for term in terms])

    def terms(self, vocabulary: str, text: str) -> tuple[str, ...]:
        """Read a list of labels.

        Raises:
            KeyError: Where one of them is no label.
        """
        return tuple(self._terms[vocabulary][label] for label in self.split(text))

    def own(self, vocabulary: str, words: str) -> str:
        """Write words of the controller's where a label could stand as well, so that they are not taken for one."""
        return hard(words) if words in self._terms[vocabulary] else words

    def join(self, items: Sequence[str]) -> str:
        """Write a list: "a, b and c"; or "a; b and c; d" where an item could be taken for two."""
        if not any(self._inner.search(item) for item in items):
            return self._and.join(([", ".join(items[:-1])] if items[1:] else []) + list(items[-1:]))
        return "; ".join(hard(item) if self._inner.search(item) else item for item in items)

    def split(self, text: str) -> list[str]:
        """Cut a list into its items, no-break spaces as they are."""
        if "; " in text:
            return text.split("; ")
        *heads, tail = text.split(", ")
        return heads + tail.split(self._and)

    def write_duration(self, duration: Duration) -> str:
        """Write a duration in digits, in the units that it was given in: "24 months", "1 year and 6 months"."""
        years, months = divmod(duration.months, 12) if "year" in duration.shown_in else (0, duration.months)
        weeks, days = divmod(duration.days, 7) if "week" in duration.shown_in else (0, duration.days)
        counts = dict(zip(_UNITS, (years, months, weeks, days), strict=True))
        shown = {unit: count for unit, count in counts.items() if count} or {"day": 0}
        return self.join([f"{count} {self.table['units'][unit][count != 1]}" for unit, count in shown.items()])

    def write_days(self, days: int) -> str:
        """Write a number of days."""
        return self.write_duration(Duration(months=0, days=days))

    def read_duration(self, text: str) -> Duration:
        """Read a duration that ``write_duration`` wrote."""
        counts: dict[Unit, int] = {}
        for part in self.split(text):
            number, word = part.split(" ")
            counts[self._units[word]] = int(number)
        return Duration(
            months=counts.get("year", 0) * 12 + counts.get("month", 0),
            days=counts.get("week", 0) * 7 + counts.get("day", 0),
            shown_in=frozenset(counts),
        )

    def write_date(self, day: date) -> str:
        """Write a date with the month's name."""
        slots = {"day": str(day.day), "month": self.table["months"][day.month - 1], "year": str(day.year)}
        return _SLOT.sub(lambda slot: slots[slot[1]], self.table["date"])

    def read_date(self, text: str) -> date:
        """Read a date that ``write_date`` wrote.

        Raises:
            ValueError: Where there is no such day or month.
        """
        day, month, year = text.replace(".", "").split()
        return date(int(year), self.table["months"].index(month) + 1, int(day))


def _inverse(what: str, labels: Mapping[str, str]) -> dict[str, str]:
    terms = {label: term for term, label in labels.items()}
    if len(terms) != len(labels):
        twice = sorted({label for label in labels.values() if list(labels.values()).count(label) > 1})
        raise ValueError(f"{what}: two terms share the label {twice[0]!r}.")
    return terms


def _any_of(texts: Any) -> str:
    """Return an expression that matches one of ``texts``, the longest first."""
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
