"""LIX, the readability index of the Nordic languages (C. H. Björnsson, *Läsbarhet*, 1968)."""

import re

_MARK = re.compile(r"^(?:#+ [0-9.]*|- |\| )|\\")
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_END = re.compile(r"[.!?:](?= [A-ZÆØÅÄÖ])")
_LONG = 6


def lix(markdown: str) -> float:
    """Return words a sentence plus long words in a hundred; headings, which only make it look easier, left out."""
    lines = [_MARK.sub("", line) for line in markdown.split("\n") if line and not line.startswith(("#", "|"))]
    words = [word for line in lines for word in _WORD.findall(line)]
    sentences = sum(1 + len(_END.findall(line)) for line in lines)
    return len(words) / sentences + 100 * sum(len(word) > _LONG for word in words) / len(words)
