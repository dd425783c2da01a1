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
from holdord.notice.model import Fact, Kind, Segment
from holdord.policy.terms import CATEGORIES, Language

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

_WITHDRAWS_IT = re.compile(r"\bwithdraw (?:it|this|that|them)\b", re.IGNORECASE)
_CONDITION = re.compile(r"\W*(?:if|where|when|hvis|dersom|viss|om|når|när|såfremt|ifall|while)\b", re.IGNORECASE)
_FIGURE = re.compile(r"[0-9]")
_YOURS = re.compile(r"\b(?:dine?|ditt|dina|your|opplysningene|oplysningerne|uppgifterna)\b", re.IGNORECASE)
_RIGHT_TO = ("rett til", "ret til", "rätt till", "rätt att", "right to", "right of", "rätten till")
_HEADING = 70  # characters
_YOU = re.compile(r"\b(?:du|you|dere|ni|de registrerte)\b", re.IGNORECASE)
_ANYONE = re.compile(
    r"\b(?:you|yours?|du|deg|dig|dine?|ditt|dina|dere|ni|registrerte|registrerade|registrerede|data subjects?"
    r"|individuals?|persons?|people|everyone|anyone|members?|customers?|personer?|alle|alla|enhver|hver|hvar|var och en"
    r"|medlem\w*|kunde\w*|kunder\w*)\b",
    re.IGNORECASE,
)
_THEIR_RIGHT = re.compile(
    r"\b(?:(?:has|have) (?:the )?right to|har (?:også |òg |även |en |ein |ei )?(?:rett|ret|rätt)\b)", re.IGNORECASE
)
_RIGHTS_LEAD = re.compile(
    r"\b(?:rettighet\w*|rettigheit\w*|rettar|rettane|rättighet\w*|rights?|rett|ret|rätt|krav på|entitled"
    r"|du kan|kan du|you (?:can|may))\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\W*[^:]{3,40}:\s")
_SENT_TO = re.compile(r"rett(?:es|er|ar|ast|e)(?: du)? (?:til|mot)\b", re.IGNORECASE)  # "letters rettes til us"
_UNTIL = re.compile(r"\b(?:until|inntil|indtil|tills?|til|til dess att) (?:you|du)\b", re.IGNORECASE)
_IF_ASKED = re.compile(
    r"(?:if|when|on|upon|at your|just|let us|tell us|get in|hvis|dersom|viss|når|när|om|etter|efter|på|såfremt|si|sei"
    r"|seie|säg|säga|hör|så|bare|sig|sige|gi|giv)\b",
    re.IGNORECASE,
)
_READ_HERE = re.compile(
    r"\b(?:read|below|lese|læse|läsa|nedenfor|nedanfor|nedan|følgende|nettleser\w*|browser)\b", re.IGNORECASE
)
_COOKIE = re.compile(r"\bcookie|informasjonskaps|\bkak(?:a|or)", re.IGNORECASE)
_REACH = 110  # characters from "you may ask" to what may be asked
_OTHER_MATTERS: frozenset[Kind] = frozenset(("purpose", "cookie", "change", "legal_basis", "security", "source"))

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
    consent_before = False
    for number, segment in enumerate(segments):
        own = kinds[number] if kinds is not None else None
        words = words_of(segment.text)
        hits = finder.find(words)
        if consent_before and number and segments[number - 1].block == segment.block:
            hits.append(Hit("cue", "withdrawn", 0, 0))
        consent_before = any(hit.what == "cue" and hit.value == "withdrawn" for hit in hits)
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
            if (kinds is None or kinds & _ABOUT_DATA) and not _is_inside_another(hit, hits):
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


def _is_inside_another(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell whether a longer phrase of the same sort names something else: "e-postadresse" is no "postadresse"."""
    return any(
        other.what == hit.what
        and other.start <= hit.start
        and hit.end <= other.end
        and other.end - other.start > hit.end - hit.start
        for other in hits
    )


def _is_right(
    segment: Segment, hit: Hit, hits: Sequence[Hit], length: int, cues: Set[str], kinds: Set[Kind] | None, above: str
) -> bool:
    """Tell whether a word for a right is said of a right: with "right to", "you can", or as an item's label."""
    if hit.value == "withdraw_consent" and "withdrawn" not in cues and not _WITHDRAWS_IT.search(segment.text):
        return False
    if _SENT_TO.match(segment.text, hit.start) or _of_others(segment, hit):
        return False
    if kinds is not None and not kinds & _RIGHTS:
        if segment.role == "heading":
            return _named_right(segment, hit)
        if _asked_for(segment, hit, hits, kinds, above):
            return True
        if hit.value != "withdraw_consent" or not ("consent" in kinds or _YOU.search(segment.text)):
            return _said_to_you(segment, hit, kinds)
    if cues & {"right", "demand", "granted"}:
        return True
    if hit.value == "withdraw_consent" and kinds is not None and "consent" in kinds:
        return not _CONDITION.match(segment.text)
    if above:
        return not _CONDITION.match(segment.text)  # "if you have objected" is when another right applies
    return hit.end <= _LABEL if length <= _ITEM or ":" in segment.text[hit.end : hit.end + 30] else hit.start == 0


def _of_others(segment: Segment, hit: Hit) -> bool:
    """Tell whether it is somebody else who has the right: "the editor has the right to erase comments"."""
    theirs = _THEIR_RIGHT.search(segment.text, 0, hit.start + 1)
    return bool(theirs and theirs.start() and not _ANYONE.search(segment.text))


def _asked_for(segment: Segment, hit: Hit, hits: Sequence[Hit], kinds: Set[Kind], above: str) -> bool:
    """Tell whether the words alone say that it may be asked for, whatever the sentence is held to be about.

    "You may ask …", "if you ask for it", "may be requested" beside the right and what it is about, or beside the name
    of a right ("deletion may be requested"); an item of a list of rights; a label.
    """
    if "cookie" in kinds:
        return False
    text = segment.text
    if above and _RIGHTS_LEAD.search(above) and hit.end <= _LABEL:
        return not _CONDITION.match(text)
    if (label := _LABELLED.match(text)) and hit.end <= label.end() and (_YOU.search(text) or _YOURS.search(text)):
        return True
    if _UNTIL.search(text) or (hit.value == "access" and _READ_HERE.search(text)):
        return False
    if hit.value == "objection" and _COOKIE.search(text):
        return False
    freely = not kinds & _OTHER_MATTERS
    asks = [
        other
        for other in hits
        if other.what == "cue" and (other.value == "demand" or (other.value == "can" and freely))
    ]
    near = [ask for ask in asks if -_REACH < hit.start - ask.start < _REACH]
    before = any(ask.start <= hit.start for ask in near)
    after = any(ask.start > hit.start and _IF_ASKED.match(text, ask.start) for ask in near)
    granted = any(
        other.what == "cue" and other.value == "granted" and -_REACH < hit.start - other.start < _REACH
        for other in hits
    )
    named = any(
        other.what == "cue" and other.value == "name" and other.start <= hit.start < other.end for other in hits
    )
    if hit.value in ("objection", "withdraw_consent"):
        return before or ((after or granted) and (freely or named))
    about = named or any(other.what == "cue" and other.value == "data" for other in hits)
    return about and (before or after or granted)


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
    if ground and value in ("6(1)(b)", "6(1)(c)"):
        return "purpose" in kinds
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
