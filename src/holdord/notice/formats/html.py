"""HTML as plain text: block structure becomes lines, and only what a visitor reads is kept.

Left out are scripts, styles, navigation, forms' fields and what is hidden; panels that a click opens are kept. Where a
page marks its main part (``<main>``, ``<article>``) the rest is left out, unless the main part is nearly empty.
"""

import re

from holdord.notice.formats.outline import Outline, joined
from holdord.notice.formats.tags import Tag, tags


def _names(written: str) -> frozenset[str]:
    return frozenset(written.split())


_NEVER = _names(
    "script style template svg math object canvas audio video select datalist nav noscript textarea title iframe xmp"
    " noembed noframes map"
)
_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_BLOCKS = _names(
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre search section summary table tbody td"
    " tfoot th thead tr ul"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HIDDEN_CLASSES = frozenset({"sr-only", "visually-hidden", "screen-reader-text"})
_OPENS_PANEL = frozenset({"aria-expanded", "aria-controls"})
_SPACES = re.compile(r"[ \t\n\r\f\u00a0]+")
_LEAST_MAIN = 200
_LARGEST_CELL = 600
_LONGEST_BOLD = 100
_DEEPEST_TABLE = 10


def html_text(source: str) -> str:
    """Return the plain text of a page.

    Raises:
        NoticeError: When it has more tags, or more text, than a notice can have.
    """
    page = _Page()
    for token in tags(source):
        if isinstance(token, str):
            page.text(token)
        elif token.closes:
            page.close(token.name)
        else:
            page.open(token)
    return page.end()


class _Page:
    """Where in the page we are, and what was written of it."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.words: list[str] = []
        self.skipped = ""
        self.skipped_depth = 0
        self.bold = self.bold_letters = self.letters = 0
        self.heading = 0
        self.lists: list[int] = []
        self.marker = ""
        self.tables: list[_Table] = []
        self.main: list[tuple[str, int, int]] = []
        self.main_open: list[tuple[str, int]] = []

    def text(self, words: str) -> None:
        if self.skipped or not words:
            return
        self.words.append(words)
        if words.strip():
            self.letters += 1
            self.bold_letters += self.bold > 0

    def open(self, tag: Tag) -> None:
        name = tag.name
        if self.skipped:
            self.skipped_depth += name == self.skipped
            return
        if name not in _VOID and (name in _NEVER or self._is_hidden(tag)):
            self.skipped, self.skipped_depth = name, 1
            return
        if name == "br":
            self.words.append("\0")
        elif name in ("b", "strong"):
            self.bold += 1
        elif name in _BLOCKS:
            self.flush()
            self._open_block(tag)

    def _is_hidden(self, tag: Tag) -> bool:
        """Tell whether a visitor does not see what a tag opens; a button that is no heading's is no text either."""
        if tag.name == "button" and not self.heading:
            return _OPENS_PANEL.isdisjoint(tag.attributes())
        return bool(tag.written or tag.name == "dialog") and _is_hidden(tag)

    def _open_block(self, tag: Tag) -> None:
        name = tag.name
        if name in _HEADINGS:
            self.heading = _HEADINGS[name]
        elif name in ("ul", "ol"):
            self.lists.append(-1 if name == "ul" else 0)
            self.marker = ""
        elif name == "li":
            if self.lists and self.lists[-1] >= 0:
                self.lists[-1] += 1
                self.marker = f"{self.lists[-1]}."
            else:
                self.marker = "-"
        elif name == "dd":
            self.marker = "-"
        elif name == "table" and len(self.tables) < _DEEPEST_TABLE:
            self.tables.append(_Table())
        elif name in ("td", "th") and self.tables:
            self.tables[-1].cells.append([])
            self.tables[-1].header &= name == "th"
        elif name == "tr":
            self._end_row()
        elif name in ("main", "article") and not self.tables:
            self.main_open.append((name, len(self.outline.lines)))

    def close(self, name: str) -> None:
        if self.skipped:
            self.skipped_depth -= name == self.skipped
            self.skipped = self.skipped if self.skipped_depth else ""
            return
        if name in ("b", "strong"):
            self.bold = max(0, self.bold - 1)
        if name not in _BLOCKS:
            return
        self.flush()
        if name in _HEADINGS:
            self.heading = 0
        elif name in ("ul", "ol"):
            self.lists = self.lists[:-1]
            self.marker = ""
            if not self.lists and not self.tables:
                self.outline.apart()
        elif name in ("li", "dd"):
            self.marker = ""
        elif name == "tr":
            self._end_row()
        elif name == "table" and self.tables:
            self._end_row()
            self.tables.pop()
            self.outline.apart()
        elif name in ("main", "article") and self.main_open and self.main_open[-1][0] == name:
            _, start = self.main_open.pop()
            self.main.append((name, start, len(self.outline.lines)))

    def flush(self) -> None:
        """Write the words since the last block as what they are: a heading, an item, a cell, a paragraph."""
        written, self.words = "".join(self.words), []
        bold = 0 < self.letters == self.bold_letters
        self.letters = self.bold_letters = 0
        lines = [line for part in written.split("\0") if (line := _SPACES.sub(" ", part).strip())]
        if not lines:
            return
        if self.tables and self.tables[-1].cells:
            self.tables[-1].add(lines, self.heading)
        elif self.heading:
            self.outline.heading(self.heading, " ".join(lines))
            self.marker = ""
        elif self.marker:
            self.outline.item(self.marker, max(1, len(self.lists)), lines[0])
            self.marker = ""
            if lines[1:]:
                self.outline.paragraph(lines[1:], len(self.lists))
        elif bold and len(lines) == 1 and len(lines[0]) <= _LONGEST_BOLD and not self.lists:
            self.outline.paragraph([f"**{lines[0]}**"])
        else:
            self.outline.paragraph(lines, len(self.lists))

    def _end_row(self) -> None:
        if not self.tables or not self.tables[-1].cells:
            return
        table = self.tables[-1]
        cells, header = table.cells, table.header and not table.rows
        layout = table.layout or sum(map(bool, cells)) < 2
        table.next_row()
        if not any(cells):
            return
        if len(self.tables) > 1 and self.tables[-2].cells:
            self.tables[-2].add([joined([joined(cell) for cell in cells if cell])], 0)
        elif layout:
            for cell in cells:
                for line in cell:
                    self.outline.paragraph([line])
        else:
            self.outline.row([joined(cell) for cell in cells], header=header)

    def end(self) -> str:
        """Return the text of the main part, else of the whole page."""
        self.flush()
        while self.tables:
            self._end_row()
            self.tables.pop()
        whole = self.outline.text()
        for wanted in ("main", "article"):
            parts = [(start, stop) for name, start, stop in self.main if name == wanted]
            parts += [(start, len(self.outline.lines)) for name, start in self.main_open if name == wanted]
            if len(parts) == 1:
                text = self.outline.text(*parts[0])
                if len(text) >= min(_LEAST_MAIN, len(whole) / 2):
                    return text
        return whole


class _Table:
    """A table being read: the cells of its row, each a list of lines."""

    def __init__(self) -> None:
        self.rows = 0
        self.next_row()
        self.rows = 0

    def next_row(self) -> None:
        self.cells: list[list[str]] = []
        self.header = True
        self.layout = False
        self.rows += 1

    def add(self, lines: list[str], heading: int) -> None:
        if heading:
            self.layout = True
            lines = [f"{'#' * heading} {' '.join(lines)}"]
        self.layout |= sum(map(len, lines)) > _LARGEST_CELL
        self.cells[-1].extend(lines)


def _is_hidden(tag: Tag) -> bool:
    attributes = tag.attributes()
    role = attributes.get("role", "")
    if tag.name == "dialog":
        return "open" not in attributes
    if role == "navigation" or attributes.get("aria-hidden") == "true":
        return True
    if not _HIDDEN_CLASSES.isdisjoint(attributes.get("class", "").split()):
        return True
    hidden = "hidden" in attributes and attributes["hidden"] != "until-found"
    return (hidden or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))) and role not in ("region", "tabpanel")
