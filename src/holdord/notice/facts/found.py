"""What the segments of a notice say in words that a program can use: bases, acts, categories, names, rights, dates.

Words are looked up in the tables ``lang/facts.*.toml`` in one pass; articles, acts, addresses, numbers and dates have
their own readers (``law``, ``contacts``, ``dates``). The
value of a fact is the law's word where it has one: ``6(1)(f)`` (GDPR art. 6(1)(f)), ``erasure`` (art. 17), a category
of :mod:`holdord.policy.terms`. "As long as necessary" (art. 13(2)(a), "the criteria used to determine that period")
is ``open_ended``; words that promise nothing in particular are ``vague``, for art. 12(1) asks for "clear and plain
language".
"""

import re
from collections.abc import Iterable, Sequence, Set
from functools import cache

from holdord.notice.facts.contacts import contacts
from holdord.notice.facts.controller import controller_of as controller_of
from holdord.notice.facts.dates import own_dates
from holdord.notice.facts.law import acts, articles
from holdord.notice.facts.names import names
from holdord.notice.facts.phrases import Hit, Phrases, Word, table, words_of
from holdord.notice.facts.places import in_plain, places
from holdord.notice.model import Fact, Kind, Language, Segment
from holdord.policy.terms import CATEGORIES

_TABLES: dict[Language, tuple[str, ...]] = {
    "nb": ("nb", "nn"), "nn": ("nn", "nb"), "da": ("da",), "sv": ("sv",), "en": ("en",),
}  # fmt: skip
_NAMED = frozenset(("authority", "recipient", "cookie"))  # looked for with a capital letter
_RIGHTS: frozenset[Kind] = frozenset(("right", "authority"))
_SHARING: frozenset[Kind] = frozenset(("recipient", "processor_role", "transfer"))
_STORING: frozenset[Kind] = frozenset(("retention",))
_ABOUT_DATA: frozenset[Kind] = frozenset(
    (
        "data_category",
        "sensitive",
        "purpose",
        "source",
        "recipient",
        "retention",
        "profiling",
        "data_subject",
        "legal_basis",
    )
)
_LABEL = 60  # characters: "Retting: …" names the right in its first words
_SHORT = 8  # letters: a name no longer than this is one only with a capital letter
_ITEM = 9  # words: an item as short as this names a right by the right's name alone

_NOT_RIGHTS: frozenset[Kind] = frozenset(("purpose", "cookie", "change", "data_category", "legal_basis"))
_TO_YOU = re.compile(
    r"\b(?:du har (?:også |alltid )?(?:rett|ret|rätt)|du kan (?:også |alltid |når som helst |til enhver tid )?(?:be"
    r"|kreve|krevje|anmode|begära|gøre|motsette|motsetje|göra|invända|protestere)"
    r"|you (?:also |always )?(?:have the right|can (?:always )?(?:request|ask|object)|may (?:request|ask|object)))\b",
    re.IGNORECASE,
)

_CONDITION = re.compile(r"\W*(?:if|where|when|hvis|dersom|viss|om|når|när|såfremt|ifall|while)\b", re.IGNORECASE)
_FIGURE = re.compile(r"[0-9]")
_YOURS = re.compile(r"\b(?:dine?|ditt|dina|your|opplysningene|oplysningerne|uppgifterna)\b", re.IGNORECASE)
_RIGHT_TO = ("rett til", "ret til", "rätt till", "rätt att", "right to", "right of", "rätten till")
_HEADING = 70  # characters
_YOU = re.compile(r"\b(?:du|you|dere|ni|de registrerte)\b", re.IGNORECASE)

Found = tuple[str, str, int, int]


@cache
def phrases(language: Language) -> Phrases:
    """Return the words and phrases of a language, and the names that all share."""
    return Phrases([table(f"facts.{name}.toml") for name in (*_TABLES[language], "names")])


def facts(
    segments: Sequence[Segment],
    language: Language,
    kinds: Sequence[Set[Kind]] | None = None,
    plain: str = "",
) -> tuple[Fact, ...]:
    """Return what the segments say, in the order of the text.

    Args:
        segments: Of the whole notice, in order.
        language: What it is written in.
        kinds: For each segment its kinds, where known: a right is one only in a sentence about rights.
        plain: The notice's text, for exact offsets where a segment runs over several lines.
    """
    finder = phrases(language)
    found: list[Fact] = []
    for number, segment in enumerate(segments):
        own = kinds[number] if kinds is not None else None
        words = words_of(segment.text)
        hits = finder.find(words)
        above = _above(segments, segment)
        place = places(segment, plain)
        one = {*_by_words(segment, hits, words, own, above), *_by_form(segment, own)}
        for what, value, start, end in sorted(one, key=lambda fact: (fact[2], fact[3], fact[0], fact[1])):
            first, last = in_plain(segment, place, start, end)
            found.append(Fact(what=what, value=value, start=first, end=last, segment=number))
    return tuple(found)


def version_date_of(segments: Sequence[Segment], facts: Sequence[Fact]) -> str:
    """Return the date of the notice's own version as ISO 8601, a year or a month where no more is said, or ""."""
    own = [fact for fact in facts if fact.what == "version_date"]
    exact = [fact for fact in own if len(fact.value) == max(len(other.value) for other in own)]
    return max((fact.value for fact in exact), default="")


def _above(segments: Sequence[Segment], segment: Segment) -> str:
    """Return the words of the lead-in that a segment is an item of."""
    lead = segment.lead_in
    return segments[lead].text if lead is not None and 0 <= lead < len(segments) else ""


def _by_words(
    segment: Segment, hits: Sequence[Hit], words: Sequence[Word], kinds: Set[Kind] | None, above: str
) -> Iterable[Found]:
    """Give the facts that words of the tables say, where the sentence is about such a thing."""
    text = segment.text
    cues = {hit.value for hit in hits if hit.what == "cue"}
    ground = any(hit.what == "ground" for hit in hits)
    filler = kinds is not None and "definition_or_filler" in kinds
    for hit in hits:
        what, value = hit.what, hit.value
        if what == "right":
            if _is_right(segment, hit, hits, len(words), cues, kinds, above):
                yield what, value, hit.start, hit.end
        elif what == "basis":
            if _is_basis(value, kinds, ground, filler):
                yield what, value, hit.start, hit.end
        elif what in _NAMED:
            plain_word = what == "authority" and hit.end - hit.start > _SHORT
            if (plain_word or text[hit.start].isupper()) and (
                what == "authority" or not filler or (kinds and "cookie" in kinds)
            ):
                yield what, value, hit.start, hit.end
        elif what == "category":
            if kinds is None or kinds & _ABOUT_DATA:
                yield what, value if value in CATEGORIES else text[hit.start : hit.end].lower(), hit.start, hit.end
        elif what == "open_ended":
            if kinds is None or kinds & _STORING:
                yield what, text[hit.start : hit.end], hit.start, hit.end
        elif what == "vague":
            if not filler:
                yield what, text[hit.start : hit.end], hit.start, hit.end
        elif what in ("group", "source", "measure"):
            if not filler:
                yield what, value, hit.start, hit.end
        elif what in ("transfer", "automated", "statutory", "dpo"):
            yield what, value, hit.start, hit.end


def _is_right(
    segment: Segment, hit: Hit, hits: Sequence[Hit], length: int, cues: Set[str], kinds: Set[Kind] | None, above: str
) -> bool:
    """Tell whether a word for a right is said of a right: with "right to", "you can", or as an item's label."""
    if hit.value == "withdraw_consent" and "withdrawn" not in cues and "withdraw" not in segment.text.lower():
        return False
    if kinds is not None and not kinds & _RIGHTS:
        if segment.role == "heading":
            return _named_right(segment, hit)
        if hit.value != "withdraw_consent" or not ("consent" in kinds or _YOU.search(segment.text)):
            return _said_to_you(segment, hit, kinds)
    if "right" in cues:
        return True
    if above:
        return not _CONDITION.match(segment.text)  # "if you have objected" is when another right applies
    return hit.end <= _LABEL if length <= _ITEM or ":" in segment.text[hit.end : hit.end + 30] else hit.start == 0


def _named_right(segment: Segment, hit: Hit) -> bool:
    """Tell whether a heading is "the right to …" itself."""
    text = segment.text[: hit.end].lower()
    if len(segment.text) > _HEADING or hit.value in ("complaint", "information"):
        return False
    return any(word in text for word in _RIGHT_TO)


def _said_to_you(segment: Segment, hit: Hit, kinds: Set[Kind]) -> bool:
    """Tell whether "you have the right to …" is said in a sentence that is about something else, too."""
    if kinds & _NOT_RIGHTS:
        return False
    if "contact" in kinds:
        return bool(_YOURS.search(segment.text[hit.start : hit.end + 1]))
    return _named_right(segment, hit) or bool(_TO_YOU.search(segment.text[max(0, hit.start - _LABEL) : hit.start + 1]))


def _is_basis(value: str, kinds: Set[Kind] | None, ground: bool, filler: bool) -> bool:
    """Tell whether a word for a ground is said of a ground."""
    if kinds is None:
        return ground or value in ("6(1)(f)", "6(1)(c)")
    if filler:
        return False
    if "legal_basis" in kinds:
        return True
    if value in ("6(1)(a)", "9(2)(a)"):
        return "consent" in kinds
    return value == "6(1)(f)" and not kinds & _RIGHTS


def _by_form(segment: Segment, kinds: Set[Kind] | None) -> Iterable[Found]:
    """Give the facts that are known by their form."""
    text = segment.text
    filler = kinds is not None and "definition_or_filler" in kinds
    bases, others = articles(text)
    if bases and not (filler and segment.role == "heading"):
        for value, start, end in bases:
            yield "basis", value, start, end
    for value, start, end in (*others, *acts(text)):
        yield "law", value, start, end
    yield from contacts(text)
    if _FIGURE.search(text):
        for value, start, end in own_dates(text):
            yield "version_date", value, start, end
    if kinds is None or kinds & _SHARING:
        for value, start, end in names(text):
            yield "recipient", value, start, end
