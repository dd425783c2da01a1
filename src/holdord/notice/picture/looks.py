"""How each thing looks in a picture of a notice: its plain words, its icon, its colour and the pattern of its line.

Nothing is told by colour alone: a word stands beside every colour, with an icon of its own, and kinds that share a hue
differ in the pattern of the line below the sentence. Hues are degrees of OKLCH, in which one lightness gives the
same contrast for every hue. Icons are paths on a grid of 16 by 16, drawn once in each document and referred to.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Literal, NamedTuple

from holdord.notice.model import Action, Kind
from holdord.policy.terms import Language

Severity = Literal["error", "warning", "hint"]
Line = Literal["solid", "double", "dashed", "dotted", "none"]


class Look(NamedTuple):
    """A kind's label, the path of its icon, its hue, and the line below its sentences."""

    label: str
    icon: str
    hue: int
    line: Line


_TIME, _RIGHTS, _OTHERS, _WATCHING, _WHY, _DATA, _WHO, _REST = 65, 5, 325, 290, 150, 195, 245, 260
_GLOBE = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c-3.6 4-3.6 8 0 12M8 2c3.6 4 3.6 8 0 12"
_TARGET = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"
_PEOPLE = (
    "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M11 2.9a2.4 2.4 0 0 1 0 4.4"
    "M12 9.7c1.6.5 2.5 1.9 2.5 3.8"
)
_SECTION = (
    "M10.4 4.2C10 3.1 9 2.5 8 2.5c-1.4 0-2.5.8-2.5 2 0 2.6 5 2.4 5 5 0 1-.9 1.7-2 1.9M5.6 11.8c.4 1.1 1.4 1.7 2.4 1.7"
    " 1.4 0 2.5-.8 2.5-2 0-2.6-5-2.4-5-5 0-1 .9-1.7 2-1.9"
)
_COOKIE = (
    "M13.9 7.4A6 6 0 1 1 8.6 2a2.6 2.6 0 0 0 2.7 2.7 2.6 2.6 0 0 0 2.6 2.7zM6 6.8v.01M9.6 10.4v.01M6 10.8v.01"
    "M7.9 8.7v.01"
)
_HOUSE = "M3 13.5v-11h7v11M10 6.5h3v7M1.5 13.5h13M5.3 5.5h2.4M5.3 8h2.4M5.3 10.5h2.4"
_COLUMNS = "M2 6.3 8 2.5l6 3.8zM3.7 6.5V12M6.6 6.5V12M9.4 6.5V12M12.3 6.5V12M2 13.7h12"
_HEART = "M8 13.5C3.2 10.2 2 7.9 2 6a2.9 2.9 0 0 1 6-1 2.9 2.9 0 0 1 6 1c0 1.9-1.2 4.2-6 7.5z"
_ROUND = "M13 6A5.3 5.3 0 0 0 3.4 5M3 2.5v2.8h2.8M3 10a5.3 5.3 0 0 0 9.6 1M13 13.5v-2.8h-2.8"
_HOURGLASS = "M4 2h8M4 14h8M5.2 2v2.4L8 8l2.8-3.6V2M5.2 14v-2.4L8 8l2.8 3.6V14"

KINDS: dict[Kind, Look] = {
    "retention": Look("how long", _HOURGLASS, _TIME, "solid"),
    "deadline": Look("how soon", "M2.5 3.8h11v9.7h-11zM2.5 7h11M5.5 2v3.4M10.5 2v3.4", _TIME, "dashed"),
    "authority": Look("where to complain", _COLUMNS, _RIGHTS, "double"),
    "right": Look("your rights", "M8 2v12M5 14h6M3 4.5h10M3.5 4.5 1.5 9h4zM12.5 4.5l-2 4.5h4z", _RIGHTS, "solid"),
    "sensitive": Look("sensitive data", _HEART, _DATA, "double"),
    "profiling": Look("profiling", "M2 13.7h12M3.5 11V8.5M6.5 11V4.5M9.5 11V7M12.5 11V2.5", _WATCHING, "dashed"),
    "transfer": Look("which countries", _GLOBE, _OTHERS, "dashed"),
    "recipient": Look("who gets it", "M2 8h8.5M7.5 4.7 10.8 8l-3.3 3.3M13.8 2.5v11", _OTHERS, "solid"),
    "processor_role": Look("on whose behalf", "M2 2.5h5v5H2zM9 8.5h5v5H9zM7 5h4.5v3.5", _OTHERS, "dotted"),
    "cookie": Look("cookies", _COOKIE, _WATCHING, "solid"),
    "consent": Look("consent", "M2.5 2.5h11v11h-11zM5 8.2l2.2 2.3L11.2 6", _WHY, "dashed"),
    "legal_basis": Look("legal basis", _SECTION, _WHY, "double"),
    "purpose": Look("what for", _TARGET, _WHY, "solid"),
    "source": Look("where from", "M8 2v7.5M4.8 6.5 8 9.7l3.2-3.2M2.5 10.5v3h11v-3", _DATA, "dashed"),
    "data_category": Look("which data", "M2.5 2.5h5l6.3 6.2-5.1 5.1-6.2-6.3zM5.4 5.4v.01", _DATA, "solid"),
    "data_subject": Look("whose data", _PEOPLE, _DATA, "dotted"),
    "security": Look("security", "M8 1.8l5.2 2v4c0 3.1-2.1 5.3-5.2 6.4-3.1-1.1-5.2-3.3-5.2-6.4v-4z", _REST, "dashed"),
    "controller": Look("who is responsible", _HOUSE, _WHO, "solid"),
    "contact": Look("whom to ask", "M2 3.5h12v9H2zM2 4.7l6 4.4 6-4.4", _WHO, "dotted"),
    "change": Look("changes", _ROUND, _REST, "dotted"),
    "definition_or_filler": Look("background", "M3.5 8v.01M8 8v.01M12.5 8v.01", _REST, "none"),
}
"""In the order in which one leads where a sentence is of several: the more telling kind before the commoner."""

STATES: dict[bool | None, tuple[str, str]] = {
    True: ("given", "M3 8.7l3.4 3.4L13 4.6"),
    False: ("missing", "M4 4l8 8M12 4l-8 8"),
    None: ("not applicable", "M4 8h8"),
}
SEVERITIES: dict[Severity, str] = {
    "error": "M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM6 6l4 4M10 6l-4 4",
    "warning": "M8 2.2 14.5 13.5h-13zM8 6.4v3.3M8 11.6v.01",
    "hint": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.4v3.7M8 5v.01",
}
"""Severity, the gravest first → the path of its icon."""

ACTIONS: dict[Action, str] = {
    "keep": "kept",
    "keep_min": "kept at least",
    "keep_max": "kept at most",
    "delete": "erased",
    "anonymise": "anonymised",
    "respond": "answered",
    "review": "reviewed",
    "review_or_delete": "reviewed or erased",
    "cookie_expiry": "cookie expires",
    "notify": "people are told",
    "other_limit": "another limit",
}
LANGUAGE_NAMES: dict[Language, str] = {
    "nb": "Norwegian, Bokmål",
    "nn": "Norwegian, Nynorsk",
    "da": "Danish",
    "sv": "Swedish",
    "en": "English",
}

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def text(value: str) -> str:
    """Return what a notice says as HTML text or attribute value: escaped; what HTML has no place for becomes U+FFFD."""
    return escape(_NO_TEXT.sub("\ufffd", value))


def icon(name: str) -> str:
    """Return a reference to an icon of :func:`sprite`."""
    return f'<svg class="i" aria-hidden="true"><use href="#i-{name}"/></svg>'


def label(kind: Kind, more: str = "") -> str:
    """Return a kind's icon and words, and what the sentence says of it in particular."""
    said = f' <span class="v">{text(more)}</span>' if more else ""
    return f'<span class="k k-{kind}">{icon(kind)}{KINDS[kind].label}{said}</span>'


def sprite(kinds: Iterable[Kind]) -> str:
    """Return the drawings of these kinds' icons and of all severities and states."""
    paths: dict[str, str] = {kind: KINDS[kind].icon for kind in kinds}
    paths |= SEVERITIES | {word.replace(" ", "-"): path for word, path in STATES.values()}
    drawn = "\n".join(
        f'<symbol id="i-{name}" viewBox="0 0 16 16"><path d="{path}"/></symbol>' for name, path in paths.items()
    )
    return f'<svg class="sprite" width="0" height="0" aria-hidden="true">\n{drawn}\n</svg>'


def kind_style(kinds: Iterable[Kind]) -> str:
    """Return the style rules of these kinds: colour and line, and what steps back while another is brought out."""
    shown = list(kinds)
    rules = [f".k-{kind}{{--h:{KINDS[kind].hue};--line:{KINDS[kind].line}}}" for kind in shown]
    others = ",".join(
        f"body:has(#only-{kind}:checked) :is(p,li)>.s:not([data-k~={kind}])" for kind in [*shown, "finding"]
    )
    rules += [
        "@media screen{",
        f":is({others})>.t{{color:var(--muted);text-decoration-color:transparent;--mark:transparent}}",
        f":is({others})>.m{{visibility:hidden}}",
        "}",
    ]
    return "\n".join(rules)
