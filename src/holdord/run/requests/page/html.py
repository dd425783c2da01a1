"""What a person gets to read as a page: one file that holds all it needs, on a screen of any width and on paper.

It follows WCAG 2.2 AA: the language is said, of the page and of what is in another one (3.1.1, 3.1.2), headings, lists,
labels and table headers are real ones (1.3.1), text has a contrast of 4.5 to 1 and more in light and dark (1.4.3),
nothing is told by colour alone (1.4.1), and 320 pixels are wide enough (1.4.10). Nothing is loaded from elsewhere and
nothing runs; the page says so itself in its content security policy. Every value is escaped and kept apart from the
direction of the text around it.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from holdord.notice.picture.looks import text as escaped
from holdord.notice.write.layout import LINK
from holdord.policy.terms import Language
from holdord.run.requests.page.blocks import (
    Block,
    Facts,
    Fate,
    Items,
    Letter,
    Paragraph,
    Part,
    Piece,
    Row,
    Section,
    Table,
    Text,
    plain,
)
from holdord.run.requests.page.letters import letter
from holdord.run.requests.page.says import says_in

_WIDE = 3
"""A table of more columns than these scrolls by itself on a narrow screen."""


def page(document: Mapping[str, Any], language: Language) -> str:
    """Write an answer as an HTML page.

    Args:
        document: The JSON form of an answer: ``holdord_access``, ``holdord_erasure`` or another that has a letter.
        language: One of ``terms.LANGUAGES``.

    Raises:
        ValueError: There is no letter for the document.
    """
    made, says = letter(document, language), says_in(language)
    contents = escaped(says.word("short", "contents"))
    title = " – ".join(one for one in (made.title, made.sender) if one)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="robots" content="noindex">',
            f"<title>{escaped(title)}</title>",
            f"<style>{_style()}</style>",
            "</head>",
            "<body>",
            f'<a class="skip" href="#content">{escaped(says.word("short", "skip"))}</a>',
            *_header(made),
            '<main id="content" tabindex="-1">',
            *_short(made, escaped(says.word("short", "heading"))),
            f'<nav aria-label="{contents}">',
            f'<p class="over">{contents}</p>',
            "<ul>",
            *(f'<li><a href="#{one.id}">{_text(one.title)}</a></li>' for one in made.sections),
            "</ul>",
            "</nav>",
            *(line for one in made.sections for line in _section(one)),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _header(made: Letter) -> Iterator[str]:
    yield "<header>"
    if made.sender:
        yield f'<p class="over">{escaped(made.sender)}</p>'
    yield f"<h1>{escaped(made.title)}</h1>"
    if made.law:
        yield f'<p class="law">{escaped(made.law)}</p>'
    yield "</header>"


def _short(made: Letter, heading: str) -> Iterator[str]:
    yield '<section class="short" aria-labelledby="short">'
    yield f'<h2 id="short">{heading}</h2>'
    if made.figures:
        yield '<ul class="figures">'
        yield from (f"<li><b>{escaped(one.value)}</b> <span>{escaped(one.label)}</span></li>" for one in made.figures)
        yield "</ul>"
    yield from (f"<p>{_text(line)}</p>" for line in made.lead)
    yield "</section>"


def _section(one: Section) -> Iterator[str]:
    yield f'<section class="{"warns" if one.warns else "plain"}" aria-labelledby="{one.id}">'
    yield f'<h2 id="{one.id}">{_text(one.title)}</h2>'
    for block in one.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(lines=lines):
            yield f"<p>{' '.join(map(_text, lines))}</p>"
        case Items(lines=lines):
            yield from _list(lines)
        case Facts(rows=rows):
            yield "<dl>"
            for label, lines in rows:
                yield f"<div><dt>{_text(label)}</dt>{''.join(f'<dd>{_text(line)}</dd>' for line in lines)}</div>"
            yield "</dl>"
        case Table():
            yield from _table(block)
        case Fate(tone=tone, head=head, lines=lines):
            yield f'<div class="fate {tone}">'
            yield f"<p><strong>{_text(head)}</strong></p>"
            yield from _list(lines)
            yield "</div>"
        case Part(title=title, blocks=blocks):
            named = f' id="{block.id}"' if block.id else ""
            yield f'<article class="part"{named}>'
            yield f"<h3>{_text(title)}</h3>"
            for inner in blocks:
                yield from _block(inner)
            yield "</article>"


def _list(lines: tuple[Text, ...]) -> Iterator[str]:
    if lines:
        yield f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"


def _table(table: Table) -> Iterator[str]:
    wide = len(table.head) > _WIDE
    if wide:
        yield f'<div class="wide" role="region" aria-label="{escaped(plain(table.about))}" tabindex="0">'
    yield f"<table><caption>{_text(table.about)}</caption>"
    heads = "".join(f'<th scope="col">{_text(one)}</th>' for one in table.head)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    yield from (_row(row) for row in table.rows)
    yield "</tbody></table>"
    if wide:
        yield "</div>"


def _row(row: Row) -> str:
    note = f" <small>{_text(row.note)}</small>" if row.note else ""
    cells = "".join(f"<td>{_text(cell)}</td>" for cell in row.cells)
    return f'<tr><th scope="row">{_text(row.head)}{note}</th>{cells}</tr>'


def _text(text: Text) -> str:
    return "".join(map(_piece, text))


def _piece(piece: Piece) -> str:
    if piece.of == "value":
        return f"<bdi>{escaped(piece.text)}</bdi>"
    if piece.of == "name":
        return f'<span class="name" translate="no"><bdi>{escaped(piece.text)}</bdi></span>'
    said = escaped(piece.text) if piece.to else _linked(piece.text)
    said = f'<span lang="{escaped(piece.lang)}">{said}</span>' if piece.lang else said
    return f'<a href="#{piece.to}">{said}</a>' if piece.to else said


def _linked(line: str) -> str:
    """Escape words, and make links of the web and e-mail addresses in them."""
    pieces: list[str] = []
    at = 0
    for link in LINK.finditer(line):
        target = link["web"] or f"mailto:{link['mail']}"
        pieces += [escaped(line[at : link.start()]), f'<a href="{escaped(target)}">{escaped(link[0])}</a>']
        at = link.end()
    return "".join([*pieces, escaped(line[at:])])


@cache
def _style() -> str:
    text = (files("holdord.run.requests.page") / "page.css").read_text(encoding="utf-8").strip()
    return f"\n{text}\n"


@cache
def _policy() -> str:
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
