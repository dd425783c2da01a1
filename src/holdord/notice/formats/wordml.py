"""The parts of a Word document that say how its paragraphs are meant: styles and numbering (ECMA-376-1, 17.7, 17.9).

Every part is read in one pass by expat. A document type declaration is refused where it stands, so no entity is ever
defined, let alone expanded.
"""

from dataclasses import dataclass
from xml.parsers import expat

from holdord.errors import NoticeError

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
_DEEPEST = 500


@dataclass(kw_only=True, slots=True)
class Style:
    """What a paragraph style says, alone or by the style that it is based on."""

    base: str = ""
    outline: int = 0
    number: str = ""
    level: int = 0


class Xml:
    """Reads a part of the document; what derives from it says what its elements mean."""

    def __init__(self) -> None:
        self.depth = 0

    def read(self, xml: bytes) -> None:
        """Read a part; an empty one says nothing.

        Raises:
            NoticeError: When it declares a document type, or is nested too deep.
            ExpatError: When it is no XML.
        """
        if not xml:
            return
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.Parse(xml, True)

    def _doctype(self, *_: object) -> None:
        raise NoticeError("The Word document declares a document type, as no word processor does. It is not read.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NoticeError(f"The Word document is nested deeper than {_DEEPEST} elements.")
        value = {key.rpartition(" ")[2]: text for key, text in attributes.items()}
        self.start(_short(name), value)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.end(_short(name))

    def start(self, name: str, value: dict[str, str]) -> None:
        """Take an element's start, ``name`` without its namespace."""

    def end(self, name: str) -> None:
        """Take an element's end."""

    def text(self, words: str) -> None:
        """Take text."""


def _short(name: str) -> str:
    """Return a name of WordprocessingML without its namespace, of another one with a mark before it."""
    if name.startswith((_WORD, _STRICT)):
        return name.rpartition(" ")[2]
    return "mc:" + name.rpartition(" ")[2] if name.startswith(_COMPATIBLE) else "?" + name


class Styles(Xml):
    """``word/styles.xml``: which styles are headings, and which are lists."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: dict[str, Style] = {}
        self.style = Style()

    def start(self, name: str, value: dict[str, str]) -> None:
        """Take an element of a style."""
        said = value.get("val", "")
        if name == "style":
            self.style = self.styles[value.get("styleId", "")] = Style()
        elif name == "name":
            words = said.lower().split()
            if words[:1] == ["title"]:
                self.style.outline = 1
            elif words[:1] == ["heading"] and words[1:] and words[1].isdigit():
                self.style.outline = int(words[1][:1])
        elif name == "basedOn":
            self.style.base = said
        elif name == "outlineLvl":
            self.style.outline = number_of(said) + 1
        elif name == "numId":
            self.style.number = said
        elif name == "ilvl":
            self.style.level = number_of(said)

    def of(self, name: str) -> Style:
        """Return what a style says, what it leaves open said by those it is based on."""
        found, seen = Style(), set[str]()
        while name and name not in seen and name in self.styles:
            seen.add(name)
            style = self.styles[name]
            found.outline = found.outline or style.outline
            if style.number and not found.number:
                found.number, found.level = style.number, style.level
            name = style.base
        return found


class Numbering(Xml):
    """``word/numbering.xml``: how the levels of each list are numbered."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[tuple[str, int], str] = {}
        self.abstract: dict[str, str] = {}
        self.counts: dict[tuple[str, int], int] = {}
        self.list = self.number = ""
        self.level = 0

    def start(self, name: str, value: dict[str, str]) -> None:
        """Take an element of a list's definition."""
        if name == "abstractNum":
            self.list = value.get("abstractNumId", "")
        elif name == "lvl":
            self.level = number_of(value.get("ilvl", ""))
        elif name == "numFmt":
            self.formats[self.list, self.level] = value.get("val", "")
        elif name == "num":
            self.number = value.get("numId", "")
        elif name == "abstractNumId":
            self.abstract[self.number] = value.get("val", "")

    def marker(self, number: str, level: int) -> str:
        """Return the marker of the next item of a list: ``-``, ``3.`` or ``c)``."""
        form = self.formats.get((self.abstract.get(number, ""), level), "bullet")
        for deeper in [key for key in self.counts if key[0] == number and key[1] > level]:
            del self.counts[deeper]
        count = self.counts[number, level] = self.counts.get((number, level), 0) + 1
        if form in ("lowerLetter", "upperLetter") and count <= 26:
            return f"{chr(ord('a') + count - 1)})"
        return "-" if form in ("bullet", "none") else f"{count}."


def number_of(said: str) -> int:
    """Return a small number that an attribute holds, 0 where it holds none."""
    return min(int(said), 8) if said.isascii() and said.isdigit() and len(said) < 4 else 0
