"""A Word document (DOCX, ECMA-376) as plain text: headings by style, lists, tables, paragraphs.

Deleted and hidden text is left out, and of alternative contents the first is taken. The archive's sizes are checked
before anything is unpacked; even so, what a stranger sends is read in a process of its own (``apart``).
"""

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

from holdord.errors import NoticeError
from holdord.notice.formats.outline import Outline, joined
from holdord.notice.formats.wordml import Numbering, Styles, Xml, number_of

MOST_BYTES = 100_000_000
MOST_ENTRIES = 5_000

_LONGEST_BOLD = 100
_LARGEST_CELL = 600


@dataclass(kw_only=True, slots=True)
class _Paragraph:
    """A paragraph being read; ``outline`` is its heading level, 0 for none, ``number`` its list."""

    style: str = ""
    outline: int = -1
    number: str | None = None
    level: int = 0
    words: list[str] = field(default_factory=list)
    bold: bool = True


def docx_text(data: bytes) -> str:
    """Return the plain text of a Word document.

    Raises:
        NoticeError: When it is no Word document, is damaged, or unpacks to more than a notice can.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise NoticeError(
                    f"The Word document unpacks to more than {MOST_BYTES // 1_000_000} MB or {MOST_ENTRIES:,} entries."
                )
            parts = {entry.filename: entry for entry in entries}

            def part(name: str) -> bytes:
                return archive.read(parts[name]) if name in parts else b""

            body = part("word/document.xml")
            if not body:
                raise NoticeError("The file is a ZIP archive and no Word document. Save the notice as DOCX or PDF.")
            styles, numbering = Styles(), Numbering()
            styles.read(part("word/styles.xml"))
            numbering.read(part("word/numbering.xml"))
            reader = _Body(styles, numbering)
            reader.read(body)
            return reader.outline.text()
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, RuntimeError, NotImplementedError) as error:
        raise NoticeError("The Word document is damaged or locked. Save it anew, or as PDF.") from error


class _Body(Xml):
    """``word/document.xml``: the text itself."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        super().__init__()
        self.styles, self.numbering = styles, numbering
        self.outline = Outline()
        self.paragraphs: list[_Paragraph] = []
        self.rows: list[list[list[str]]] = []
        self.first_row = False
        self.skipped = self.depth_of_skip = 0
        self.takes_text = self.in_run = self.run_bold = self.run_hidden = False

    def start(self, name: str, value: dict[str, str]) -> None:
        if self.skipped or name == "mc:Fallback":
            self.skipped += 1
            return
        paragraph = self.paragraphs[-1] if self.paragraphs else None
        said = value.get("val", "")
        if name == "p":
            self.paragraphs.append(_Paragraph())
        elif name == "tbl":
            self.first_row = not self.rows
        elif name == "tr":
            self.rows.append([])
        elif name == "tc" and self.rows:
            self.rows[-1].append([])
        elif paragraph is None:
            return
        elif name == "r":
            self.in_run, self.run_bold, self.run_hidden = True, False, False
        elif name == "t":
            self.takes_text = not self.run_hidden
        elif name in ("tab", "br", "cr") and self.in_run:
            paragraph.words.append(" " if name == "tab" else "\n")
        elif name == "noBreakHyphen":
            paragraph.words.append("-")
        elif name in ("b", "vanish") and self.in_run:
            on = said not in ("0", "false", "off")
            self.run_bold, self.run_hidden = (on, self.run_hidden) if name == "b" else (self.run_bold, on)
        elif not self.in_run:
            self._property(paragraph, name, said)

    @staticmethod
    def _property(paragraph: _Paragraph, name: str, said: str) -> None:
        if name == "pStyle":
            paragraph.style = said
        elif name == "outlineLvl":
            paragraph.outline = number_of(said) + 1
        elif name == "numId":
            paragraph.number = said
        elif name == "ilvl":
            paragraph.level = number_of(said)

    def text(self, words: str) -> None:
        if self.takes_text and not self.skipped and self.paragraphs:
            paragraph = self.paragraphs[-1]
            paragraph.words.append(words)
            paragraph.bold = paragraph.bold and (self.run_bold or not words.strip())

    def end(self, name: str) -> None:
        if self.skipped:
            self.skipped -= 1
        elif name == "t":
            self.takes_text = False
        elif name == "r":
            self.in_run = False
        elif name == "p" and self.paragraphs:
            self._write(self.paragraphs.pop())
        elif name == "tr" and self.rows:
            self._write_row(self.rows.pop())
        elif name == "tbl" and not self.rows:
            self.outline.apart()

    def _write(self, paragraph: _Paragraph) -> None:
        lines = [line for part in "".join(paragraph.words).split("\n") if (line := " ".join(part.split()))]
        if not lines:
            return
        style = self.styles.of(paragraph.style)
        number = style.number if paragraph.number is None else paragraph.number
        level = paragraph.level if paragraph.number is not None else style.level
        heading = style.outline if paragraph.outline < 0 else paragraph.outline
        if self.rows and self.rows[-1]:
            self.rows[-1][-1].extend(lines)
        elif 1 <= heading <= 9:
            self.outline.heading(heading, " ".join(lines))
        elif number not in ("", "0"):
            self.outline.item(self.numbering.marker(number, level), level + 1, lines[0])
            if lines[1:]:
                self.outline.paragraph(lines[1:], level + 1)
        elif paragraph.bold and len(lines) == 1 and len(lines[0]) <= _LONGEST_BOLD:
            self.outline.paragraph([f"**{lines[0]}**"])
        else:
            self.outline.paragraph(lines)

    def _write_row(self, cells: list[list[str]]) -> None:
        if not any(cells):
            return
        if self.rows and self.rows[-1]:
            self.rows[-1][-1].append(joined([joined(cell) for cell in cells if cell]))
        elif sum(map(bool, cells)) < 2 or any(sum(map(len, cell)) > _LARGEST_CELL for cell in cells):
            for line in (line for cell in cells for line in cell):
                self.outline.paragraph([line])
        else:
            self.outline.row([joined(cell) for cell in cells])
