"""The notice as a page for the web: one file that holds all it needs, readable by anyone and on paper.

It is rendered from the same blocks as the Markdown, so the two say the same. It follows WCAG 2.2: the language is said
(3.1.1), headings and lists are real ones and a table names its columns (1.3.1), the contents lead to each section
(2.4.5), text has a contrast of 7 to 1 and more (1.4.6), and the page can be zoomed (1.4.10). Nothing is loaded from
elsewhere, nothing runs, and every character of the facts is escaped.
"""

import re
from collections.abc import Iterator
from html import escape

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.layout import LINK, Block, Heading, Items, Paragraph, Table
from holdord.notice.write.page import is_section, layers
from holdord.notice.write.words import words_of
from holdord.policy.terms import Language

_STYLE = """
body { max-width: 40em; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff;
  font: 1.05rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.2em; }
h3 { margin-top: 1.6em; }
a { color: #00447a; }
a:focus { outline: 3px solid #00447a; }
.short { padding: .1rem 1.2rem; background: #f1f4f7; border-left: .3rem solid #00447a; }
.short h2 { margin-top: 1em; }
table { border-collapse: collapse; }
th, td { padding: .35em .6em; border: 1px solid #767676; text-align: left; vertical-align: top;
  overflow-wrap: break-word; hyphens: auto; }
.wide { overflow-x: auto; }
@media print {
  body { max-width: none; margin: 0; font-size: 11pt; }
  nav { display: none; }
  a { color: inherit; }
  h1, h2, h3 { break-after: avoid; }
  li, tr { break-inside: avoid; }
}
"""


def html(facts: NoticeFacts, language: Language) -> str:
    """Write a notice as an HTML page.

    Args:
        facts: As for ``write``.
        language: One of ``terms.LANGUAGES``.
    """
    title, short, details = layers(facts, language)
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{_text(title)}</h1>",
        '<section class="short">',
        *(line for block in short for line in _block(block)),
        "</section>",
        f'<nav aria-label="{escape(words_of(language).line("short", "contents"))}">',
        "<ul>",
        *(f'<li><a href="#{_anchor(block)}">{_text(block)}</a></li>' for block in details if is_section(block)),
        "</ul>",
        "</nav>",
        *(line for block in details for line in _block(block)),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _text(block: Block) -> str:
    return escape(block.text) if isinstance(block, Heading) else ""


def _anchor(block: Block) -> str:
    """Name a numbered heading by its number: "part-2", "part-2-1"."""
    number = re.match(r"[0-9]+(?:\.[0-9]+)?", block.text) if isinstance(block, Heading) else None
    return f"part-{number[0].replace('.', '-')}" if number else "short"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level=level):
            yield f'<h{level} id="{_anchor(block)}">{_text(block)}</h{level}>'
        case Paragraph(lines=lines):
            yield f"<p>{' '.join(map(_linked, lines))}</p>"
        case Items(lines=lines):
            yield "<ul>"
            yield from (f"<li>{_linked(line)}</li>" for line in lines)
            yield "</ul>"
        case Table(head=head, rows=rows):
            # A table wider than the screen scrolls by itself, and with the keyboard (WCAG 2.2, 1.4.10 and 2.1.1).
            yield f'<div class="wide" role="region" aria-label="{escape(head[0])}" tabindex="0">'
            yield "<table>"
            yield _row("th", head)
            yield from (_row("td", row) for row in rows)
            yield "</table>"
            yield "</div>"


def _row(tag: str, cells: tuple[str, ...]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    return f"<tr>{''.join(f'<{tag}{scope}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _linked(line: str) -> str:
    """Escape a line, and make links of the web and e-mail addresses in it."""
    pieces: list[str] = []
    at = 0
    for link in LINK.finditer(line):
        target = link["web"] or f"mailto:{link['mail']}"
        pieces += [escape(line[at : link.start()]), f'<a href="{escape(target)}">{escape(link[0])}</a>']
        at = link.end()
    return "".join([*pieces, escape(line[at:])])
