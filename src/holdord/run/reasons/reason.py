"""A reason: a code with facts, which the words of a language make a sentence of.

The words are data (``<language>.toml`` beside this module): a line for each code, with slots for its facts. A line
whose key ends in ``_one`` is taken in place of its plain form where ``count`` is 1. What the planner found is said in
its own English words, code ``found``.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TypeAlias, cast

from holdord.policy.terms import Language

Fact: TypeAlias = "str | int | date | tuple[Reason, ...]"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something stands as it does.

    Attributes:
        code: Of the line that says it.
        facts: What goes into its slots; several reasons become a list with commas.
    """

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def is_english(self) -> bool:
        """Whether it is said in English alone, whatever the language."""
        return self.code == "found"


def reason(code: str, **facts: Fact) -> Reason:
    """Return a reason."""
    return Reason(code, facts)


def found(text: str) -> Reason:
    """Return what the planner or a file's reader says itself, in English."""
    return Reason("found", {"text": text})


def told(one: Reason, language: Language = "en", day: Callable[[date], str] = str) -> str:
    """Return a reason in words.

    Args:
        one: The reason.
        language: In which.
        day: Writes a date; as ISO 8601 does where nothing is given.
    """
    table = words(language)
    key = f"{one.code}_one" if one.facts.get("count") == 1 and f"{one.code}_one" in table else one.code
    return table[key].format_map({name: _shown(fact, language, day) for name, fact in one.facts.items()})


def in_english(reasons: Iterable[Reason]) -> str:
    """Return reasons one after the other, for the command line and for programs."""
    return " ".join(told(one) for one in reasons)


@cache
def words(language: Language) -> Mapping[str, str]:
    """Return the lines of a language."""
    text = (files("holdord.run.reasons") / f"{language}.toml").read_text(encoding="utf-8")
    return cast(Mapping[str, str], tomllib.loads(text))


def _shown(fact: Fact, language: Language, day: Callable[[date], str]) -> str:
    if isinstance(fact, tuple):
        return ", ".join(told(one, language, day) for one in fact)
    return day(fact) if isinstance(fact, date) else str(fact)
