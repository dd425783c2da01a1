"""A PDF file as plain text, read with PDFium. Run it in a process of its own (``apart``): its parser is native code."""

import ctypes
from importlib import import_module
from typing import Any

from holdord.errors import NoticeError
from holdord.notice.formats.flow import Line, flowed
from holdord.notice.formats.outline import LONGEST, too_long

MOST_PAGES = 500

_HYPHEN = 2
"""What PDFium gives for a hyphen and the line's end after it."""
_ENDS = frozenset({10, 13, _HYPHEN})


def pdf_text(data: bytes) -> str:
    """Return the plain text of a PDF file.

    Raises:
        NoticeError: When it is damaged, locked, has more than ``MOST_PAGES`` pages or no text, or PDFium is missing.
    """
    try:
        pypdfium2, raw = import_module("pypdfium2"), import_module("pypdfium2.raw")
    except ImportError as error:
        raise NoticeError("PDF files need one more package: install holdord[reader].") from error
    lines: list[Line] = []
    characters = 0
    try:
        file = pypdfium2.PdfDocument(data)
        if len(file) > MOST_PAGES:
            raise NoticeError(f"The PDF file has {len(file):,} pages; at most {MOST_PAGES} are read.")
        for number in range(len(file)):
            page = file[number]
            text = page.get_textpage()
            lines += _lines(raw, text, number)
            characters += raw.FPDFText_CountChars(text)
            if characters > LONGEST:
                raise too_long()
            text.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise NoticeError("The PDF file is damaged or locked. Save it anew without a password.") from error
    found = flowed(lines)
    if not found:
        raise NoticeError("The PDF file holds no text: it is a scanned page. Have its text recognised first.")
    return found


def _lines(raw: Any, text: Any, page: int) -> list[Line]:
    """Return the lines of a page, each with its place, by asking for each character."""
    units: list[int] = [raw.FPDFText_GetUnicode(text, at) for at in range(raw.FPDFText_CountChars(text))]
    lines: list[Line] = []
    start = 0
    for at, unit in enumerate([*units, 10]):
        if unit not in _ENDS:
            continue
        words = b"".join(part.to_bytes(2, "little") for part in units[start:at] if 0 < part < 0x10000)
        written = words.decode("utf-16-le", "replace") + ("\u00ad" if unit == _HYPHEN else "")
        inked = [place for place in range(start, at) if not chr(units[place]).isspace()]
        if inked:
            left, bottom, _, _ = _box(raw, text, inked[0])
            _, _, right, _ = _box(raw, text, inked[-1])
            size = raw.FPDFText_GetFontSize(text, inked[0])
            lines.append(Line(page=page, text=written, y=bottom, left=left, right=right, size=size))
        start = at + 1
    return lines


def _box(raw: Any, text: Any, at: int) -> tuple[float, float, float, float]:
    """Return (left, origin of the letters, right, top) of a character, in points."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharBox(text, at, left, right, bottom, top)
    raw.FPDFText_GetCharOrigin(text, at, x, y)
    return left.value, y.value, right.value, top.value
