"""Reads HTML as a stream of tags and texts: never a tree, so no nesting is too deep for it and each byte is seen once.

It follows the tokenizer of the HTML standard (WHATWG, section 13.2.5) where pages differ by it: quoted attributes may
hold ``>``, a script ends at its own end tag only, and what is not closed at the end of the file is not there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from holdord.errors import NoticeError

MOST_TAGS = 200_000
"""Tags in one page; large pages have 10,000."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)((?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|))*+)>")
_MARK = re.compile(r"<[a-zA-Z/!?]")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?+")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_LONGEST_ATTRIBUTES = 20_000


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, or with ``closes`` an end tag; its name in small letters."""

    name: str
    closes: bool
    written: str

    def attributes(self) -> dict[str, str]:
        """Return the attributes by name in small letters; of two of one name the first counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.written[:_LONGEST_ATTRIBUTES]):
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found.setdefault(match.group(1).lower(), unescape(value) if "&" in value else value)
        return found


def tags(source: str) -> Iterator[Tag | str]:
    """Yield the tags of a page, and the texts between them with their character references resolved.

    The content of scripts, styles and the like is left out.

    Raises:
        NoticeError: When there are more than ``MOST_TAGS`` tags.
    """
    at = text_from = count = 0
    while mark := _MARK.search(source, at):
        at = mark.start()
        found = _TAG.match(source, at)
        if text_from < at:
            yield _text(source[text_from:at])
        if found is None:
            at = text_from = _skipped(source, at)
            continue
        count += 1
        if count > MOST_TAGS:
            raise NoticeError(f"The page has more than {MOST_TAGS:,} tags. Save the notice alone, or its text.")
        name, closes = found.group(2).lower(), bool(found.group(1))
        yield Tag(name, closes, found.group(3))
        at = text_from = found.end()
        if name in _RAW and not closes:
            end = _RAW_END[name].search(source, at)
            at = text_from = end.start() if end else len(source)
    if text_from < len(source):
        yield _text(source[text_from:])


def _skipped(source: str, at: int) -> int:
    """Return where a comment or a declaration that begins at ``at`` ends; what never closes takes the rest with it."""
    if source.startswith("<!--", at):
        if source.startswith((">", "->"), at + 4):
            return source.index(">", at + 4) + 1
        end = source.find("-->", at + 4)
        return end + 3 if end >= 0 else len(source)
    end = source.find(">", at) if source[at + 1] in "!?/" else -1  # a start tag that never closes
    return end + 1 if end >= 0 else len(source)


def _text(written: str) -> str:
    return unescape(written) if "&" in written else written
