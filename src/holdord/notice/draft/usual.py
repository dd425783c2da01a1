"""The usual purposes of small companies, as ``lang/usual.toml`` has them, and the words that tell of them.

A draft takes from here what its notice does not say. Law is told apart from custom: ``at_least`` and ``law`` are law,
``usual`` is what companies of the country choose, with ``custom`` saying why, and is only ever offered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from holdord.notice.facts.phrases import Phrases, table, words_of
from holdord.policy.terms import COUNTRIES, Language

_IN_ORDER = re.compile(r"\bin order (?=to\b|that\b)", re.IGNORECASE)  # no order of a customer's

MARKETING = "marketing"
"""Words of advertising: with consent they tell of ``newsletter``, else of ``offers``."""

LAST_CONTACT = "last_contact"
CLOCKS = {
    LAST_CONTACT: {
        "latest_of": [
            "relation.relation_started", "correspondence.sent", "note.taken", "order.ordered", "invoice.voucher_date",
            "agreement.signed",
        ]
    }
}  # fmt: skip
"""The sets of clocks that limits count from by a name."""

_TABLES: dict[Language, tuple[str, ...]] = {
    "nb": ("nb", "nn"), "nn": ("nn", "nb"), "da": ("da",), "sv": ("sv",), "en": ("en",),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class UsualLimit:
    """A limit of a usual purpose: exactly one of ``at_most``, ``usual``, ``at_least`` is given.

    Attributes:
        start: A clock, or several of which the latest counts.
        usual: Country → what is offered to the question how long.
        at_least: Country → what the law demands.
        counted_from: Country → the year from whose end it counts.
        open_ended: The name of the words that say why the clock may never start, or empty.
        custom: Country → where ``usual`` comes from.
    """

    start: str | list[str]
    at_most: str = ""
    usual: Mapping[str, str] = field(default_factory=dict)
    at_least: Mapping[str, str] = field(default_factory=dict)
    counted_from: Mapping[str, str] = field(default_factory=dict)
    open_ended: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """A usual purpose.

    Attributes:
        label: Language → what it is for.
        law: Country → language → the act.
        works_on: As a policy says it.
        starts: What a notice's time counts from → the clock.
        after_relation: The purpose that a time after the relation is about instead, or empty.
        holds: Categories that it is there for.
        takes: Categories of the person that it needs where a notice lists them in general, for no purpose.
        only: The countries that have it; empty for all.
    """

    id: str
    label: Mapping[str, str]
    basis: str
    works_on: list[Any]
    needs: list[str]
    limits: tuple[UsualLimit, ...]
    interest: Mapping[str, str]
    law: Mapping[str, Mapping[Language, str]]
    groups: tuple[str, ...]
    holds: tuple[str, ...]
    starts: Mapping[str, str | list[str]]
    after_relation: str
    takes: tuple[str, ...]
    only: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """The record classes that it works on."""
        return tuple(entry if isinstance(entry, str) else next(iter(entry)) for entry in self.works_on)


@cache
def usual() -> Mapping[str, Usual]:
    """Return the usual purposes, by name, in their order."""
    return {name: _usual(name, entry) for name, entry in table("usual.toml").items()}


def _usual(name: str, entry: Mapping[str, Any]) -> Usual:
    return Usual(
        id=name,
        label=entry["for"],
        basis=entry["basis"],
        works_on=entry["works_on"],
        needs=entry["needs"],
        limits=tuple(_limit(limit) for limit in entry["limits"]),
        interest=entry.get("interest", {}),
        law=entry.get("law", {}),
        groups=tuple(entry.get("groups", ())),
        holds=tuple(entry.get("holds", ())),
        starts=entry.get("starts", {}),
        after_relation=entry.get("after_relation", ""),
        takes=tuple(entry.get("takes", ())),
        only=tuple(entry.get("only", ())),
    )


def _limit(entry: Mapping[str, Any]) -> UsualLimit:
    given = {key: value for key, value in entry.items() if key not in ("from", "custom")}
    custom = entry.get("custom", {})
    by = dict.fromkeys(COUNTRIES, custom) if isinstance(custom, str) else custom
    return UsualLimit(start=entry["from"], custom=by, **given)


def told(what: str, name: str) -> Mapping[str, str]:
    """Return the words of the draft's own for a thing, such as ``groups`` and ``customers``: language → text."""
    found: Mapping[str, str] = table("usual.told.toml")[what][name]
    return found


def title(language: Language) -> str:
    """Return what a notice without a heading is headed by."""
    found: str = table("usual.told.toml")["title"][language]
    return found


def tellings(text: str, language: Language) -> dict[str, list[str]]:
    """Return what a text tells of: ``tells``, ``faint``, ``starts``, ``recipients``, ``special``, ``countries``."""
    found: dict[str, list[str]] = {}
    for hit in _finder(language).find(words_of(_IN_ORDER.sub("", text))):
        values = found.setdefault(hit.what, [])
        if hit.value not in values:
            values.append(hit.value)
    return found


@cache
def _finder(language: Language) -> Phrases:
    words = table("usual.words.toml")
    tables: Sequence[Any] = [words[name] for name in (*_TABLES[language], "any")]
    return Phrases(tables)
