"""Promises of something that is not there: sections, lists, explanations "below", links, the end of a sentence.

GDPR art. 12(1) asks for information "in a concise, transparent, intelligible and easily accessible form". Whoever is
sent to section 9 of a notice with eight has not been told.
"""

import re
from collections.abc import Iterator

from holdord.notice.check.looked import Looked, spoken
from holdord.notice.facts.law import acts, gdpr
from holdord.notice.model import Finding

_NUMBER = re.compile(r"#?(?:§\s?)?(\d{1,2}(?:\.\d{1,2})*)")
_ARTICLE_NEAR = re.compile(r"\bart\w*\.?\s*\d+[\s,]*$|§\s*\d+[\s,]*$|\b(?:lov|act|lag|stk)\w*\s*$", re.IGNORECASE)
_CLAUSE = re.compile(r",|;|\b(?:og|och|and|samt|eller|or)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 5
_COMMON = frozenset(
    (
        "hvordan", "hvilke", "hvilken", "hvorfor", "korleis", "kvifor", "vilka", "vilken", "varför", "which", "where",
        "about", "other", "these", "those", "their", "there", "kunne", "kunna", "skulle", "would", "could", "should",
        "bruke", "bruker", "bruges", "använder", "använda", "using", "opplysninger", "opplysningar", "oplysninger",
        "uppgifter", "personopplysninger", "personopplysningar", "personoplysninger", "personuppgifter", "personal",
        "information", "informasjon", "behandler", "behandlar", "process", "processing", "behandling",
        "retningslinjer", "this", "policy", "erklæring",
    )
)  # fmt: skip
_ENDED = re.compile(r"[.!?:;…)\]\"'”»*|]$")
_EMPTY_LINK = re.compile(r"\[[^\]\n]{2,80}\]\(\s*(?:#|javascript:[^)]*)?\s*\)")
_HALF_ADDRESS = re.compile(r"\bwww\.[\w-]+(?![\w-]*\.\w)(?![\w-])")
_MARKED = re.compile(r"(?m)^#{1,6} \S")
_LINE_NUMBER = r"(?m)^[#\s*]*{}(?![\d])"
_NEAR = 8  # segments that a list may stand below its announcement


def pointers(looked: Looked) -> Iterator[Finding]:
    """Yield what points nowhere."""
    yield from _sections(looked)
    yield from _named_sections(looked)
    yield from _below(looked)
    yield from _lists(looked)
    yield from _links(looked)
    yield from _ends(looked)
    yield from _headings(looked)


def _sections(looked: Looked) -> Iterator[Finding]:
    """Find "section 9" where headings are numbered and none is 9."""
    numbers = {
        match[1] for segment in looked.segments if segment.role == "heading" and (match := _NUMBER.match(segment.text))
    }
    if len(numbers) < 2:
        return
    words = "|".join(map(re.escape, spoken(looked.reading.language, "section")))
    pattern = re.compile(rf"\b(?:{words})\.?\s+(\d{{1,2}}(?:\.\d{{1,2}})*)(?![\d%])", re.IGNORECASE)
    for number in looked.told():
        text = looked.text(number)
        for match in pattern.finditer(text):
            wanted = match[1]
            there = any(known == wanted or known.startswith(wanted + ".") for known in numbers)
            if there or re.search(_LINE_NUMBER.format(re.escape(wanted)), looked.reading.plain):
                continue
            if _ARTICLE_NEAR.search(text[: match.start()]) or acts(text) or gdpr(text[match.end() : match.end() + 40]):
                continue
            said = f"{looked.quoted(number, match.span())} is not in the notice; its headings have other numbers."
            yield looked.finding("section_missing", said, number, match.span())


def _named_sections(looked: Looked) -> Iterator[Finding]:
    """Find "the section “Storage”" where no heading says so."""
    words = "|".join(map(re.escape, spoken(looked.reading.language, "named_section")))
    pattern = re.compile(
        rf"\b(?:{words})\s+(?:(?:om|on|about|for|med)\s+)?[\"“”«'‘„]([^\"“”»'’]{{3,60}})[\"“”»'’]", re.IGNORECASE
    )
    headings = [segment.text.casefold() for segment in looked.segments if segment.role == "heading"]
    if not headings:
        return
    for number in looked.told():
        for match in pattern.finditer(looked.text(number)):
            if not any(match[1].casefold().strip() in heading for heading in headings):
                said = f"{looked.quoted(number, match.span())}: no heading says so."
                yield looked.finding("section_missing", said, number, match.span())


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower()) if len(word) >= _STEM and word not in _COMMON}


def _below(looked: Looked) -> Iterator[Finding]:
    """Find "read more about X below" where nothing below speaks of X; "above" likewise."""
    for number in looked.told("read_more"):
        text = looked.text(number)
        more = looked.first(number, "read_more")
        for label, others in (("below", looked.segments[number + 1 :]), ("above", looked.segments[:number])):
            hit = next((one for one in looked.hits[number].get(label, ()) if one.start >= more.end), None)
            if hit is None or text[hit.end :].strip(" .:!)"):
                continue
            known = set().union(*(_stems(other.text) for other in others)) if others else set()
            for clause in _CLAUSE.split(text[more.end : hit.start]):
                stems = _stems(clause)
                if stems and not stems & known:
                    said = (
                        f"{looked.quoted(number, (more.start, hit.end))}: nothing {label} speaks of "
                        f"“{' '.join(clause.split())}”."
                    )
                    yield looked.finding("pointer_missing", said, number, (more.start, hit.end))
                    break


def _lists(looked: Looked) -> Iterator[Finding]:
    """Find "the list below" where no list follows."""
    for number in looked.told("list_below"):
        following = looked.segments[number + 1 : number + 1 + _NEAR]
        if not any(segment.role == "item" for segment in following):
            hit = looked.first(number, "list_below")
            yield looked.finding("list_missing", f"{looked.quoted(number, hit)}: no list follows.", number, hit)


def _links(looked: Looked) -> Iterator[Finding]:
    """Words to click on that lead nowhere."""
    addressed = {fact.segment for fact in looked.facts("web", "email")}
    elsewhere = {
        looked.text(number)[hit.start : hit.end].lower()
        for number in looked.told("here") if addressed & {number, number + 1}
        for hit in looked.hits[number]["here"]
    }  # fmt: skip
    for number in looked.told():
        text = looked.text(number)
        empty = _EMPTY_LINK.search(text)
        if empty:
            said = f"{looked.quoted(number, empty.span())} has no address behind it."
            yield looked.finding("link_missing", said, number, empty.span())
        elif half := _HALF_ADDRESS.search(text):
            said = f"{looked.quoted(number, half.span())} is no address: its ending is missing."
            yield looked.finding("link_missing", said, number, half.span(), severity="warning")
        elif looked.has(number, "here") and not addressed & {number, number + 1} and "](" not in text:
            hit = looked.first(number, "here")
            if text[hit.start : hit.end].lower() in elsewhere:
                continue
            said = (
                f"{looked.quoted(number, hit)}: no address stands here. See that the published page has it as a link."
            )
            yield looked.finding("link_missing", said, number, hit)


def _ends(looked: Looked) -> Iterator[Finding]:
    """Paragraphs that break off, and colons that introduce nothing."""
    segments = looked.segments
    dangling = frozenset(spoken(looked.reading.language, "dangling"))
    joined = frozenset(spoken(looked.reading.language, "joined"))
    for number in looked.told():
        text = looked.text(number)
        after = segments[number + 1] if number + 1 < len(segments) else None
        if after is not None and after.block == segments[number].block:
            continue
        if text.rstrip("*_ ").endswith(":"):
            if after is None or after.role == "heading":
                said = f"{looked.quoted(number)}: nothing follows the colon."
                yield looked.finding("lead_in_empty", said, number)
            continue
        words = _WORD.findall(text[-30:])
        if len(text) < 25 or _ENDED.search(text) or not words or words[-1] not in dangling:
            continue
        if words[-1] in joined and _goes_on(looked, number):
            continue
        where = max(0, len(text) - 40)
        said = f"“… {text[where:].lstrip()}” breaks off."
        yield looked.finding("cut_off", said, number)


def _goes_on(looked: Looked, number: int) -> bool:
    """Tell whether an item that ends in "and" has the list's last item after it."""
    segments = looked.segments
    if segments[number].role != "item" or number + 1 >= len(segments) or segments[number + 1].role != "item":
        return False
    if looked.text(number).rstrip().rsplit(None, 1)[0].endswith((",", ";")):
        return True
    return (
        number + 2 >= len(segments)
        or segments[number + 2].role != "item"
        or segments[number + 2].block == segments[number + 1].block
    )


def _headings(looked: Looked) -> Iterator[Finding]:
    """A heading with nothing below it, where marks or numbers tell its level."""
    segments = looked.segments
    marked = bool(_MARKED.search(looked.reading.plain))
    for number, segment in enumerate(segments):
        if segment.role != "heading" or not number:
            continue
        after = segments[number + 1] if number + 1 < len(segments) else None
        if after is None or after.role != "heading" or number in after.headings or after.block == segment.block:
            continue
        own, next_ = _NUMBER.match(segment.text), _NUMBER.match(after.text)
        if marked or (own and next_ and own[1].count(".") == next_[1].count(".")):
            yield looked.finding("heading_empty", f"Nothing stands below the heading {looked.quoted(number)}.", number)
