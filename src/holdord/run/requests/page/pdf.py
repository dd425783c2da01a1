"""What a person gets to read as a PDF file that can be printed and kept, and that a screen reader can read.

It is made of the same blocks as the page, the way notices are (``holdord.notice.write.pdf``), by PDF/UA-1, which lets
no character stand that the fonts lack. Names and messages hold such characters; each is shown by its number in Unicode
(``‹U+1F600›``), so that nothing is left out in silence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdord.errors import NoticeError
from holdord.notice.write.pdf import NO_GLYPH, printed
from holdord.policy.terms import Language
from holdord.run.requests.page.blocks import Block, Facts, Fate, Items, Letter, Paragraph, Part, Row, Table, Text
from holdord.run.requests.page.letters import letter
from holdord.run.requests.page.says import says_in

_MOST = 60
"""How many different characters that the fonts lack are looked for, one compilation each."""
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
"""Characters without a shape of their own: controls, joiners, marks of direction, variants of the one before."""


def pdf(document: Mapping[str, Any], language: Language) -> bytes:
    """Write an answer as a PDF file.

    Args:
        document: As for ``page``.
        language: One of ``terms.LANGUAGES``.

    Raises:
        ValueError: There is no letter for the document.
        NoticeError: Typst is missing, or too many characters have no shape in its fonts.
    """
    data = _data(letter(document, language), language)
    lacking: set[str] = set()
    while True:
        try:
            return printed("holdord.run.requests.page", "letter", _shown(data, lacking))
        except NoticeError as error:
            found = NO_GLYPH.search(str(error.__cause__))
            sign = (chr(int(found[1], 16)) if found[1] else found[2]) if found else ""
            if not sign or sign in lacking or len(lacking) == _MOST:
                raise NoticeError("This answer cannot be written as a PDF file. Write it as a page.") from error
            lacking.add(sign)


def _shown(data: Any, lacking: set[str]) -> Any:
    """Return data in which every character has a shape."""
    match data:
        case str():
            seen = _UNSEEN.sub("", data)
            return "".join(f"‹U+{ord(one):04X}›" if one in lacking else one for one in seen) if lacking else seen
        case dict():
            return {key: _shown(value, lacking) for key, value in data.items()}
        case list() | tuple():
            return [_shown(value, lacking) for value in data]
        case _:
            return data


def _data(made: Letter, language: Language) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "language": language,
        "title": made.title,
        "sender": made.sender,
        "law": made.law,
        "short": says_in(language).word("short", "heading"),
        "figures": [{"value": one.value, "label": one.label} for one in made.figures],
        "lead": _lines(made.lead),
        "sections": [{"title": _words(one.title), "blocks": list(_blocks(one.blocks))} for one in made.sections],
    }


def _blocks(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        match block:
            case Paragraph(lines=lines):
                yield {"kind": "paragraph", "lines": _lines(lines)}
            case Items(lines=lines):
                yield {"kind": "items", "lines": _lines(lines)}
            case Facts(rows=rows):
                yield {"kind": "facts", "rows": [[_words(label), _lines(lines)] for label, lines in rows]}
            case Table(head=head, rows=rows):
                yield {"kind": "table", "head": _lines(head), "rows": [_row(row) for row in rows]}
            case Fate(head=head, lines=lines):
                yield {"kind": "fate", "head": _words(head), "lines": _lines(lines)}
            case Part(title=title, blocks=inner):
                yield {"kind": "part", "title": _words(title), "blocks": list(_blocks(inner))}


def _row(row: Row) -> dict[str, Any]:
    return {"head": _words(row.head), "note": _words(row.note), "cells": _lines(row.cells)}


def _lines(lines: Sequence[Text]) -> list[list[dict[str, str]]]:
    return [_words(line) for line in lines]


def _words(text: Text) -> list[dict[str, str]]:
    return [{"text": piece.text, "lang": piece.lang} for piece in text]
