"""The words of the pages: one TOML file for each part and language below ``words/``, and the tag that says them.

``{% say "office.due_in" days=3 %}`` looks ``due_in`` up in ``words/office.<language>.toml`` and fills its braces. A key
that ends in ``_one`` is taken in place of its plain form where ``count`` is 1. What comes out is text: Django
escapes it.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, cast

from django import template
from django.template import Context
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from holdord.notice.write.words import words_of
from holdord.policy.terms import LANGUAGES, Language
from holdord.policy.told import Said
from holdord.run.reasons.reason import Reason, told

register = template.Library()

LANGUAGE_NAMES: dict[Language, str] = {
    "nb": "Bokmål",
    "nn": "Nynorsk",
    "da": "Dansk",
    "sv": "Svenska",
    "en": "English",
}


def language() -> Language:
    """Return the language of the page that is being made."""
    now = get_language() or "en"
    return now if now in LANGUAGES else "en"


@cache
def words(part: str, of: Language) -> Mapping[str, str]:
    """Return the words of a part in a language."""
    text = (files("holdord.web") / "words" / f"{part}.{of}.toml").read_text(encoding="utf-8")
    return cast(Mapping[str, str], tomllib.loads(text))


def said(key: str, of: Language | None = None, /, **facts: object) -> str:
    """Return what a key says, its braces filled.

    Args:
        key: ``part.name``.
        of: The language; the page's where none is given.
        facts: What goes into the braces; days are written as the language writes them. Where one of them is HTML,
            such as words marked with their language, so is what comes out, with the rest escaped.

    Raises:
        KeyError: There is no such key, or a fact is missing.
    """
    part, _, name = key.partition(".")
    of = of or language()
    table = words(part, of)
    if facts.get("count") == 1 and f"{name}_one" in table:
        name = f"{name}_one"
    if any(isinstance(fact, SafeString) for fact in facts.values()):
        marked = {fact: value if isinstance(value, SafeString) else _shown(value, of) for fact, value in facts.items()}
        return format_html(escape(table[name]), **marked)
    return table[name].format_map({fact: _shown(value, of) for fact, value in facts.items()})


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **facts: object) -> str:
    """Say a key in the page's language."""
    return said(key, **facts)


@register.filter
def day(value: date | None) -> str:
    """Write a day as the page's language writes it."""
    return "" if value is None else _shown(value, language())


def _shown(value: Any, of: Language) -> str:
    if isinstance(value, datetime):
        return f"{words_of(of).write_date(value.date())} {value:%H:%M}"
    return words_of(of).write_date(value) if isinstance(value, date) else str(value)


@register.filter
def within(words: Said, of: Language) -> str:
    """Return the controller's words in a language, or as they are where they are not given in it."""
    return words.within(of) or str(words)


@register.filter
def why(reasons: Iterable[Reason]) -> SafeString:
    """Say reasons in the page's language; what is said in English alone is marked so."""
    spoken = language()
    return format_html_join(
        " ",
        "{}",
        (
            (format_html('<span lang="en">{}</span>', told(one)) if one.is_english else told(one, spoken, day),)
            for one in reasons
        ),
    )
