"""Where the sentences of a paragraph end.

A sentence ends at a full stop, question or exclamation mark (closing quotes and brackets included) when what follows
begins like a sentence: with a capital, a digit, a quote or a symbol. A small letter never begins one, so most
abbreviations need no list; ``lang/abbreviations.toml`` holds those that stand before capitals and numbers. After the
rules of Read, Dridan, Oepen and Solberg, "Sentence Boundary Detection: A Long Solved Problem?" (COLING 2012), whose
finding is that what follows the full stop decides more than what stands before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from holdord.notice.facts.phrases import table
from holdord.policy.terms import Language

# Possessive, and never begun in the middle of a run, so that a line of a million full stops takes one pass.
_END = re.compile(
    r"[.!?…](?<![.!?…][.!?…])[.!?…]*+[)\]}\"'”“»«’‘*_`]*+"
    r"(?:(?=\s)|(?<=[a-zæøåäö]{3}\.)(?=[A-ZÆØÅÄÖ][a-zæøåäö]{1,20}\s))"
)
_WORD_BEFORE = re.compile(r"\S*$")
_OPENING = "\"'“”„«»‘’(*_[`¿¡"
_NEVER_FIRST = frozenset(".!?-–—,;:)]}/|+=<>%…")
_NUMBERING = re.compile(r"(?:§\s?)?\d+(?:\.\d+)*\.?|[A-Z]\.|[IVX]+\.")
_LONGEST_WORD = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Abbreviations:
    """What ``lang/abbreviations.toml`` says for a language, that of all languages and of English with it."""

    inside: frozenset[str]
    before_number: frozenset[str]
    before_name: frozenset[str]
    months: frozenset[str]
    openers: frozenset[str]
    line_goes_on: frozenset[str]


@cache
def abbreviations(language: Language) -> Abbreviations:
    """Return the word lists for ``language``."""
    said = table("abbreviations.toml")
    own, shared = said[language], [said["all"], said["en"]]

    def words(name: str, sources: list[dict[str, list[str]]]) -> frozenset[str]:
        return frozenset(word for source in sources for word in source[name])

    return Abbreviations(
        inside=words("inside", [own, *shared]),
        before_number=words("before_number", [own, *shared]),
        before_name=words("before_name", [own, *shared]),
        months=words("months", [own, *shared]),
        openers=words("openers", [own]),
        line_goes_on=words("line_goes_on", [own, said["all"]]),
    )


def sentences(plain: str, start: int, end: int, words: Abbreviations) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence in ``plain[start:end]``, white space around them left out."""
    begin = _skip(plain, start, end)
    for found in _END.finditer(plain, start, end):
        stop = found.end()
        follows = _skip(plain, stop, end)
        if follows >= end:
            break
        if plain[follows] not in _NEVER_FIRST and _ends(plain, begin, found.start(), stop, follows, end, words):
            yield begin, stop
            begin = follows
    while end > begin and plain[end - 1].isspace():
        end -= 1
    if begin < end:
        yield begin, end


def _skip(plain: str, at: int, end: int) -> int:
    while at < end and plain[at].isspace():
        at += 1
    return at


def _ends(plain: str, begin: int, mark: int, stop: int, follows: int, end: int, words: Abbreviations) -> bool:
    """Tell whether a sentence that began at ``begin`` ends with the mark at ``mark``, closing quotes up to ``stop``."""
    raw = plain[follows : min(end, follows + _LONGEST_WORD)].split(None, 1)[0]
    after = raw.lstrip(_OPENING)
    if not after or after[0].islower():
        return False
    if follows == stop:
        return after.lower() in words.openers
    if plain[mark] != "." or plain[mark + 1 : mark + 2] in (".", "!", "?"):
        return True
    found = _WORD_BEFORE.search(plain[max(begin, mark - _LONGEST_WORD) : mark])
    word = found.group().lstrip(_OPENING) if found else ""
    small, next_word = word.lower(), after.rstrip(".,;:!?)\"'”»*_").lower()
    if small in words.inside:
        return False
    if mark - begin <= len(word) and _NUMBERING.fullmatch(plain, begin, mark + 1):
        return False
    if small in words.before_number and any(letter.isdigit() for letter in after):
        return False
    if small in words.before_name and next_word not in words.openers:
        return False
    if word.isdigit() and len(word) <= 2 and next_word in words.months:
        return False
    initial = len(word) == 1 and word.isupper()
    return not initial or not after[0].isupper() or next_word in words.openers
