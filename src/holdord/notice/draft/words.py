"""A draft's words in the languages of its notices: the first's, and those of others where they surely say the same.

A sentence of another notice is the counterpart of one of the first where both stand alone beside each other in the
order of the text and nothing of substance differs between them (:mod:`holdord.notice.compare`). What has no such
counterpart is said in the first notice's language alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from holdord.notice.compare.compare import compare
from holdord.notice.draft.places import Places
from holdord.notice.model import Reading
from holdord.policy.terms import Language

_LONGEST = 400
_LEAST_WORD = 4  # letters; shorter ones are forms of company


class Other:
    """A further notice, beside the first.

    Attributes:
        pairs: Segment of the first → its counterpart here; empty where the two are no versions of one notice.
    """

    def __init__(self, first: Reading, reading: Reading) -> None:
        self.reading = reading
        self.places = Places(reading)
        compared = compare(first, reading)
        self.pairs: dict[int, int] = {}
        if not compared.same_notice or _strangers(first.controller, reading.controller):
            return
        spoilt = [(one.a, one.b) for one in compared.differences]
        wrong_here = {place.start for _, place in spoilt if place is not None}
        wrong_first = {place.start for place, _ in spoilt if place is not None}
        for group in compared.groups:
            if len(group.a) == len(group.b) == 1 and not group.moved:
                a, b = first.segments[group.a[0]], reading.segments[group.b[0]]
                differs = any(a.start <= start < a.end for start in wrong_first)
                if not differs and not any(b.start <= start < b.end for start in wrong_here):
                    self.pairs[group.a[0]] = group.b[0]


class Words:
    """Says things in one language, or in several at once.

    Args:
        first: The notice that the draft is made from.
        others: Further notices, in other languages.
    """

    def __init__(self, first: Reading, others: Sequence[Other] = ()) -> None:
        self.first = first
        self.others = [one for one in others if one.pairs]
        self.languages: tuple[Language, ...] = (first.language, *(one.reading.language for one in self.others))

    def of(self, by: Mapping[str, str]) -> Any:
        """Return words of the draft's own, as a policy has them."""
        if len(self.languages) == 1:
            return by[self.first.language]
        return {language: by[language] for language in self.languages}

    def sentence(self, number: int, text: str = "") -> Any:
        """Return a segment's words as a policy has them; ``text`` where less than all of the first's is meant."""
        own = text or self.first.segments[number].text
        if len(self.languages) == 1:
            return _cut(own)
        by = {str(self.first.language): _cut(own)}
        for other in self.others:
            if number in other.pairs:
                by[other.reading.language] = _cut(other.reading.segments[other.pairs[number]].text)
        return by

    def quotes(self, number: int) -> list[dict[str, str]]:
        """Return the quotes of a segment's counterparts."""
        found = [other.places.quote(other.pairs[number]) for other in self.others if number in other.pairs]
        return [quote for quote in found if quote is not None]


def _strangers(one: str, other: str) -> bool:
    """Tell whether two names have no word in common, so that they are two companies'."""
    words = [{word for word in name.casefold().split() if len(word) >= _LEAST_WORD} for name in (one, other)]
    return all(words) and not words[0] & words[1]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"
