"""Makes a letter of facts: a subject, a plain text and a page that say the same, in one of five languages.

The words are data (``<language>.toml`` beside this module). Subjects hold no personal data: a company's name and a
request's number, nothing else, since a subject shows on locked screens. What was written by people is escaped in the
page and never read as a pattern.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Literal, get_args

from holdord.policy.terms import LANGUAGES, Language

Kind = Literal[
    "link", "received", "extended", "answered", "refused", "refused_rest", "restriction_lifted",
    "portability_failed", "staff_new", "staff_due", "review_due", "sweep_waits", "contact_review",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

Fact = str | int | date | tuple[str | int, ...]
"""A text, a number, a day, or several numbers or names."""

_SLOT = re.compile(r"\{(\w+)\}")
_LINKS = ("link", "web")
_BODY = "font:16px/1.5 system-ui,sans-serif;max-width:38em;margin:0 auto;padding:1em;color:#1f2328;background:#ffffff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A letter.

    Attributes:
        subject: One line, without personal data.
        plain: The text.
        html: The same as a page.
    """

    subject: str
    plain: str = field(repr=False)
    html: str = field(repr=False)


@cache
def words(language: Language) -> Mapping[str, Any]:
    """Return the words of a language, as its file has them.

    Raises:
        ValueError: The language is none of ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise ValueError(f"Letters are written in {', '.join(LANGUAGES)}; not in {language!r}.")
    return tomllib.loads((files("holdord.run.letters") / f"{language}.toml").read_text(encoding="utf-8"))


def letter(kind: Kind, language: Language, facts: Mapping[str, Fact]) -> Letter:
    """Return a letter.

    Args:
        kind: What it tells.
        language: One of ``LANGUAGES``.
        facts: What ``needs(kind)`` names. ``what`` is what a request asks for, as the book says it.

    Raises:
        KeyError: A fact is missing.
        ValueError: The language is not known.
    """
    known = words(language)
    said = {name: _said(known, name, fact) for name, fact in facts.items()}
    body = known[kind]["body"]
    subject = " ".join(_filled(known[kind]["subject"], said).split())
    company = said["company"]
    plain = "\n\n".join(
        [known["greeting"], *(_filled(one, said) for one in body), f"{known['closing']}\n{company}", known["footer"]]
    )
    shown = {name: _shown(name, text) for name, text in said.items()}
    paragraphs = [_filled(escape(one), shown) for one in body]
    closing = f"{escape(known['closing'])}<br>{shown['company']}"
    page = "\n".join(f"<p>{one}</p>" for one in (escape(known["greeting"]), *paragraphs, closing))
    html = (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(subject)}</title></head>\n<body style="{_BODY}">\n<main>\n'
        f'<h1 style="font-size:1.25em">{escape(subject)}</h1>\n{page}\n</main>\n'
        f"<footer><p>{escape(known['footer'])}</p></footer>\n</body>\n</html>\n"
    )
    return Letter(subject=subject, plain=f"{plain}\n", html=html)


def needs(kind: Kind) -> frozenset[str]:
    """Return the facts that a kind of letter is made of; the company's name is always one."""
    known = words("en")[kind]
    return frozenset(_SLOT.findall(" ".join([known["subject"], *known["body"]]))) | {"company"}


def _said(known: Mapping[str, Any], name: str, fact: Fact) -> str:
    """Return a fact in words."""
    if name == "what":
        return str(known["what"][fact])
    if isinstance(fact, date):
        day = {"day": str(fact.day), "month": known["months"][fact.month - 1], "year": str(fact.year)}
        return _filled(known["date"], day)
    if isinstance(fact, tuple):
        return ", ".join(map(str, fact)) or str(known["none"])
    return str(fact)


def _shown(name: str, text: str) -> str:
    """Return a fact as a piece of a page."""
    shown = escape(text)
    return f'<a href="{shown}">{shown}</a>' if name in _LINKS else shown.replace("\n", "<br>")


def _filled(pattern: str, facts: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: facts[slot[1]], pattern)
