"""The notice as a PDF file that can be printed, sent and kept, and that a screen reader can read.

It is made of the same blocks as the Markdown and the HTML, by Typst, which the extra ``pdf`` installs. It follows
PDF/UA-1 (ISO 14289-1), and Typst writes no file that does not: title and language are said; headings, lists, links and
the headings of the table are tagged; the headings are the bookmarks. No date goes into the file and no font of the
machine, so that the same facts and the same release of Typst give the same bytes.

The design is a template that never changes (``notice.typ``). The words reach it as data and not as text to be
compiled, so that they stay words whatever they hold. It reads no file and loads nothing from elsewhere.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.resources import as_file, files
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from holdord.errors import NoticeError
from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.layout import LINK, Block, Heading, Items, Paragraph, Table
from holdord.notice.write.page import layers
from holdord.policy.terms import Language

LONGEST_LINK = 2000
"""How many characters an address has at most to be linked."""

_COMMON = 0xFF
NO_GLYPH = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|\\?(.))')
"""What Typst says of a character that its fonts lack: its code, or itself."""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def pdf(facts: NoticeFacts, language: Language) -> bytes:
    """Write a notice as a PDF file.

    Args:
        facts: As for ``write``.
        language: One of ``terms.LANGUAGES``.

    Raises:
        NoticeError: When Typst is missing, or its fonts lack a character of the notice.
    """
    return printed("holdord.notice.write", "notice", _notice(facts, language))


def printed(package: str, name: str, data: dict[str, Any]) -> bytes:
    """Return the PDF file that the template ``<name>.typ`` of a package makes of data, which it gets as ``name``.

    Raises:
        NoticeError: When Typst is missing, or its fonts lack a character; then the cause matches ``NO_GLYPH``.
    """
    try:
        typst = import_module("typst")
    except ImportError as error:
        raise NoticeError("Writing PDF files needs one more package: install holdord[pdf].") from error
    inputs = {name: json.dumps(data)}
    options = {"format": "pdf", "pdf_standards": ["ua-1"], "ignore_system_fonts": True, "sys_inputs": inputs}
    try:
        with as_file(files(package) / f"{name}.typ") as template:
            return bytes(typst.compile(template, root=template.parent, **options))
    except typst.TypstError as error:
        raise _refused(str(error)) from error


def _refused(said: str) -> NoticeError:
    if missing := NO_GLYPH.search(said):
        sign = chr(int(missing[1], 16)) if missing[1] else missing[2]
        if ord(sign) <= _COMMON:  # it is the next one that is missing, which changes this one, as some emojis do
            return NoticeError("The PDF file's fonts lack a character of the notice, such as an emoji. Leave it out.")
        return NoticeError(
            f"The PDF file's fonts lack the character {sign} (U+{ord(sign):04X}). Say it in other letters, "
            "or write the notice as HTML."
        )
    return NoticeError("The notice cannot be written as an accessible PDF file. Write it as HTML.")


def _notice(facts: NoticeFacts, language: Language) -> dict[str, Any]:
    """Return what the template shows: the title, the short layer, and the details."""
    title, short, details = layers(facts, language)
    return {
        "language": language,
        "title": title.text,
        "author": facts.controller.name,
        "short": list(_data(short)),
        "details": list(_data(details)),
    }


def _data(some: Sequence[Block]) -> Iterator[dict[str, Any]]:
    for block, after in pairwise((*some, None)):
        match block:
            case Heading(level=level, text=text):
                yield {"kind": "heading", "level": level, "words": text}
            case Paragraph(lines=lines):
                # What leads to a list or a table stays on one page with its beginning.
                yield {"kind": "paragraph", "lines": _lines(lines), "leads": isinstance(after, Items | Table)}
            case Items(lines=lines):
                yield {"kind": "items", "lines": _lines(lines)}
            case Table(head=head, rows=rows):
                yield {"kind": "table", "head": head, "rows": rows}


def _lines(lines: Iterable[str]) -> list[list[tuple[str, str]]]:
    return [list(_pieces(line)) for line in lines]


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    """Cut a line into words and where they link to; empty where they do not."""
    at = 0
    for link in LINK.finditer(line):
        # RFC 3986 has no other characters than those of ASCII in an address.
        target = quote(link["web"] or f"mailto:{link['mail']}", safe=_ASCII)
        if len(target) <= LONGEST_LINK:
            yield line[at : link.start()], ""
            yield link[0], target
            at = link.end()
    yield line[at:], ""
