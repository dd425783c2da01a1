"""Shows what a notice writes in Markdown within a sentence: strong and emphasised words, links; all else is text."""

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_LINK = re.compile(r"\[([^\[\]]+)\]\(([^\s()]+)\)|&lt;((?:https?://|mailto:)[^\s&]+|[\w.+-]+@[\w.-]+\.\w+)&gt;")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASISED = re.compile(r"(?<![\w*])(\*|_)(?=[^\s*_])([^*_]+)(?<=\S)\1(?![\w*])")
_LEFT = re.compile(r"\*\*|(?<!\w)__|__(?!\w)")
"""What opened in one sentence and closes in another."""
_LEADS = ("https://", "http://", "mailto:", "tel:")


def marked(text: str) -> SafeString:
    """Return a sentence as markup."""
    made = _STRONG.sub(r"<strong>\2</strong>", str(escape(text)))
    made = _LEFT.sub("", _EMPHASISED.sub(r"<em>\2</em>", made))
    return mark_safe(_LINK.sub(_linked, made))  # noqa: S308 - escaped above; what is added is ours


def _linked(found: re.Match[str]) -> str:
    words, to = (found[1], found[2]) if found[1] else (found[3], found[3])
    to = to if ":" in to else f"mailto:{to}" if not found[1] else to
    if not to.startswith(_LEADS):
        return words
    return str(format_html('<a href="{}" rel="noopener noreferrer">{}</a>', mark_safe(to), mark_safe(words)))  # noqa: S308
