"""From a notice's file to its plain text, the one that all offsets speak of.

What a file is its content says first and its name second. Plain text and Markdown stay as they are; HTML, PDF and DOCX
become Markdown as far as they have structure. Refused with what to do about it: what is no text, what is too large,
what is damaged.
"""

import re
from typing import Literal

from holdord.errors import NoticeError
from holdord.notice.formats.apart import apart
from holdord.notice.formats.encoding import decoded
from holdord.notice.formats.html import html_text
from holdord.notice.formats.outline import LONGEST, too_long

LARGEST = 10_000_000
"""Bytes of a notice's file."""

_Kind = Literal["pdf", "docx", "html", "text"]

_NOT_READ = {
    b"\xd0\xcf\x11\xe0": "an old Word document. Save it as DOCX or PDF.",
    b"{\\rtf": "an RTF document. Save it as DOCX or PDF.",
    b"\x89PNG": "a picture. Have its text recognised first.",
    b"\xff\xd8\xff": "a picture. Have its text recognised first.",
    b"GIF8": "a picture. Have its text recognised first.",
    b"\x1f\x8b": "a compressed file. Unpack it first.",
    b"7z\xbc\xaf": "a compressed file. Unpack it first.",
}
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_ELEMENT = re.compile(r"</(?:p|div|h[1-6]|li|ul|ol|table|section|article|main|span)\s*>", re.I)
_HTML_NAMES = (".html", ".htm", ".xhtml")
_TEXT_NAMES = (".md", ".markdown", ".txt", ".text")
_LEAST_ELEMENTS = 3


def plain_of(data: bytes, name: str) -> str:
    """Return the plain text of a notice's file.

    Args:
        data: The file's content.
        name: The file's name, ``-`` or empty where it has none; its ending is a hint.

    Raises:
        NoticeError: When the file is too large, damaged, of a kind that is not read, or holds no text.
    """
    if len(data) > LARGEST:
        raise NoticeError(f"The file is larger than {LARGEST // 1_000_000} MB. Is it a notice? Save its text alone.")
    kind = _binary_kind(data)
    if kind is not None:
        text = apart(kind, data)
    else:
        text = decoded(data)
        if len(text) <= LARGEST and _is_html(text, name):
            text = html_text(text)
    if len(text) > LONGEST:
        raise too_long()
    if not text.strip():
        raise NoticeError("The file holds no text.")
    return text


def _binary_kind(data: bytes) -> Literal["pdf", "docx"] | None:
    """Return what a file is that is no text.

    Raises:
        NoticeError: When it is of a kind that is not read.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx"
    for mark, what in _NOT_READ.items():
        if data.startswith(mark):
            raise NoticeError(f"The file is {what}")
    return None


def _is_html(text: str, name: str) -> bool:
    if _PAGE.match(text):
        return True
    small = name.lower()
    if small.endswith(_TEXT_NAMES):
        return False
    elements = sum(1 for _, _ in zip(_ELEMENT.finditer(text), range(_LEAST_ELEMENTS), strict=False))
    if small.endswith(_HTML_NAMES):
        return elements > 0
    return elements == _LEAST_ELEMENTS and text.lstrip().startswith("<")
