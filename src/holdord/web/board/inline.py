"""Shows what a notice writes in Markdown within a sentence: strong and emphasised words, links; all else is text."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_LINK = re.compile(
    r"\[([^\[\]]+)\]\(([^\s()]+)\)|&lt;((?:https?://|mailto:)(?:[^\s&]|&amp;)+|[\w.+-]+@[\w.-]+\.\w+)&gt;"
)
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASISED = re.compile(r"(?<![\w*])(\*|_)(?=[^\s*_])([^*_]+)(?<=\S)\1(?![\w*])")
_LEFT = re.compile(r"\*\*|(?<!\w)__|__(?!\w)")
"""What opened in one sentence and closes in another."""
_OPENS, _CLOSES, _BARE = "\ue000", "\ue001", "\ue002"
"""Stand for the tags of a link, and for an address that is shown: what looks like emphasis there is none."""
_MARKS = re.compile("[\ue000-\ue002]")
_LEADS = ("https://", "http://", "mailto:", "tel:")


def marked(text: str) -> SafeString:
    """Return a sentence as markup."""
    leads: list[tuple[str, str]] = []

    def linked(found: re.Match[str]) -> str:
        words, to = (found[1], found[2]) if found[1] else (found[3], found[3])
        to = to if ":" in to else f"mailto:{to}" if not found[1] else to
        if not to.startswith(_LEADS):
            return words
        leads.append((to, found[3] or ""))
        return f"{_OPENS}{found[1] or _BARE}{_CLOSES}"

    made = _LINK.sub(linked, str(escape(_MARKS.sub("", text))))
    made = _STRONG.sub(r"<strong>\2</strong>", made)
    made = _LEFT.sub("", _EMPHASISED.sub(r"<em>\2</em>", made))
    for to, bare in leads:
        made = made.replace(_OPENS, f'<a href="{to}" rel="noopener noreferrer">', 1).replace(_CLOSES, "</a>", 1)
        made = made.replace(_BARE, bare, 1) if bare else made
    return mark_safe(made)  # noqa: S308 - escaped above; what is added is ours
