"""Whether two texts are the same words, and differ in spelling and style alone.

WP260 rev.01, paragraph 29, holds corrections of misspellings and flaws of style or grammar for no material change. A
program cannot tell what words mean, so it takes for the same only what hardly could mean anything else: other
capitals, punctuation, hyphens and spaces; and in words of six letters and more two neighbours that changed places, a
letter written once or twice, and s for z. "Contact" and "contract" are different words, and every number counts.
"""

import re
import unicodedata
from itertools import zip_longest

_SHORTEST = 6
_HYPHENS = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\u2011](?=[^\W\d_])")
_WORDS = re.compile(r"\w+|[^\w\s.,;:!?…·'’‘\"“”«»„()\[\]/\u2010-\u2015-]")
_DOUBLED = re.compile(r"(.)\1")


def same_words(before: str, after: str) -> bool:
    """Tell whether two texts have the same words in the same order, spelling aside."""
    return all(
        one is not None and other is not None and _same_word(one, other)
        for one, other in zip_longest(_words(before), _words(after))
    )


def same_signs(before: str, after: str) -> bool:
    """Tell whether two names, numbers or addresses are the same but for capitals and spaces; nothing else is spared."""
    return "".join(before.casefold().split()) == "".join(after.casefold().split())


def _words(text: str) -> list[str]:
    return _WORDS.findall(_HYPHENS.sub("", unicodedata.normalize("NFKC", text).casefold()))


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST or not (one.isalpha() and other.isalpha()):
        return False
    one, other = one.replace("z", "s"), other.replace("z", "s")
    return one == other or _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other) or _swapped(one, other)


def _swapped(one: str, other: str) -> bool:
    """Tell whether exactly two neighbours changed places."""
    places = [index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]]
    if len(one) != len(other) or len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return one[first] == other[second] and one[second] == other[first]
