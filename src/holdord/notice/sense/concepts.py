"""Concepts in a sentence: "keeping", "third party", "right of access", in the words of five languages.

A language's phrases stand in ``lang/kinds.<language>.toml``, one list a concept; names that are the same everywhere
(services, tools) in ``lang/kinds.common.toml``. How a phrase is written :mod:`holdord.notice.facts.phrases` tells. An
address is one word here, and so is what hyphens and apostrophes hold together.
"""

import re
from functools import cache

from holdord.notice.facts.phrases import Found, Phrases, lower, table
from holdord.policy.terms import Language

_WORD = r"\w++(?:[.'’&-]\w++)*+"
_WORDS = re.compile(_WORD)
_WORDS_AND_ADDRESSES = re.compile(rf"[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+|{_WORD}")


@cache
def concepts(language: Language) -> Phrases:
    """Return a language's phrases, read once."""
    return Phrases(
        {concept: {"": phrases} for concept, phrases in _read(name).items()} for name in ("common", language)
    )


def _read(name: str) -> dict[str, list[str]]:
    content = table(f"kinds.{name}.toml")
    own: dict[str, list[str]] = content["concepts"]
    parent = _read(content["extends"]) if "extends" in content else {}
    return {concept: own.get(concept, []) + parent.get(concept, []) for concept in {**own, **parent}}


def mentions(text: str, language: Language) -> list[Found]:
    """Return the concepts in a text, in the order of their first words; ``what`` is a concept's name."""
    addressed = "@" in text or "://" in text or "www." in text
    return concepts(language).among((_WORDS_AND_ADDRESSES if addressed else _WORDS).findall(lower(text)))
