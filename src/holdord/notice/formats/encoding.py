"""Bytes as text: UTF-8, UTF-16 with a byte order mark, else windows-1252 where that is sensible.

Every byte means something in windows-1252, so a text is taken for it only where what it then says is letters of Western
European languages and the marks of their typesetting; a wrong guess would change words that promises hang on.
"""

import codecs
import re

from holdord.errors import NoticeError

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WESTERN = frozenset(
    "æøåäöüéèêëáàâíìîïóòôúùûñçßðþýÿÆØÅÄÖÜÉÈÊËÁÀÂÍÌÎÏÓÒÔÚÙÛÑÇÐÞÝ«»‹›“”„‘’‚–—…•·§©®™°ªº¹²³€£¿¡½¼´\u00a0\u00ad"
)
_GARBLED = re.compile(r"[a-z][ÆØÅÄÖÜÉ‘‚„›”¿][a-z]")
"""What letters of other encodings (DOS, Macintosh) become inside of words."""
_LEAST_WESTERN = 0.95
_MOST_BEYOND = 0.25
"""Of the letters; in Danish it is 0.03."""
_MOST_CONTROLS = 0.001
_REMEDY = "Save the file as UTF-8."
_NUL = f"The file is no text: it holds NUL bytes. {_REMEDY}"


def decoded(data: bytes) -> str:
    """Return the text of ``data``, each line end made a line feed, the byte order mark left out.

    Raises:
        NoticeError: When it is no text, or its encoding cannot be told.
    """
    text = _decoded(data)
    if "\0" in text:
        raise NoticeError(_NUL)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    controls = sum(text.count(chr(code)) for code in range(1, 32) if code not in (9, 10, 11, 12))
    if controls > _MOST_CONTROLS * len(text) + 3:
        raise NoticeError("The file is no text: it holds control characters.")
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise NoticeError(
                    f"The file begins as {encoding} and is not (byte {error.start}). {_REMEDY}"
                ) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        first = error.start
    declared = _DECLARED.search(data[:2048])
    if declared and declared.group(1).decode("ascii").lower() in ("utf-8", "utf8"):
        raise NoticeError(f"The page says that it is UTF-8 and is not (byte {first}). {_REMEDY}")
    encoding = "iso-8859-15" if declared and declared.group(1).lower() == b"iso-8859-15" else "windows-1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NoticeError(f"The file's encoding cannot be told (byte {first}). {_REMEDY}") from error
    if not _is_sensible(text):
        raise NoticeError(f"The file's encoding cannot be told (byte {first}). {_REMEDY}")
    return text


def _is_sensible(text: str) -> bool:
    """Tell whether what is beyond ASCII reads like a Western European language."""
    beyond = [letter for letter in text if letter > "\x7f"]
    western = sum(letter in _WESTERN for letter in beyond)
    letters = sum(map(str.isalpha, text))
    return (
        western >= _LEAST_WESTERN * len(beyond)
        and sum(map(str.isalpha, beyond)) <= _MOST_BEYOND * letters
        and not _GARBLED.search(text)
    )
