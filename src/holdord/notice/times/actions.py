"""What is done when a time runs out: kept, erased, anonymised, answered, reviewed, notified.

The word that says so is looked for in the sentence, and the nearest to the time wins; commas and conjunctions between
count as distance, and the preposition has its say ("*for* 3 years" keeps, "*after* 3 years" erases). "At least" and
"up to" are kept apart, for a promise of at least five years is broken by erasing sooner and one of up to five by
keeping longer. Where the sentence has no such word, its lead-in, the head of its table or its heading has.
"""

import re
from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import Any, cast

from holdord.notice.facts.phrases import Hit, Phrases, Word, table, words_of
from holdord.notice.model import Action, Kind, Segment
from holdord.notice.times.spans import Span

_ENTRY = re.compile(r"[^:|.]{2,50}:(?:\s+\w+){0,2}\s*$")  # "Invoices: up to"
_ENTRY_LENGTH = 60  # characters
_RATE = re.compile(
    r"\s*(?:i|per|pr\.?|om|a|each)\s+(?:uken|uka|veka|veckan|ugen|week|døgnet|dygnet|dagen|day|måneden|månaden|året|år|year)\b"
    r"|\s*(?:siden|sidan|sedan|ago)\s*(?:[.,;)]|$|og|och|and)",
    re.IGNORECASE,
)  # "5 days a week", "30 years ago"
_BREAK = re.compile(r"[,;:|]|\s[-–—]\s")
_JOIN = re.compile(r"\b(?:og|och|and|men|but|eller|or|samt|før|innan|before)\b", re.IGNORECASE)
_NEAR = 160  # the greatest distance, in characters and penalties, of a word that says what is done
_WITHIN = frozenset(("innen", "inden", "inom", "within", "senest", "senast", "seinast", "innan", "than"))
_STORING: frozenset[Kind] = frozenset(("retention", "deadline"))
_LOOKS_BACK = re.compile(
    r"\b(?:last|past|preceding|previous|siste|seneste|senaste|foregående|föregående|førre)\s+$", re.IGNORECASE
)
_DENIED = re.compile(r"\b(?:ikke|ikkje|inte|not|no)\b|slet|delet|rader", re.IGNORECASE)
_AS_LONG_AS = re.compile(r"\b(?:as long as|så lenge som|så længe som|så länge som)\s+$", re.IGNORECASE)
_COOKIE = re.compile(
    r"cookie|informasjonskaps|informationskak|kakor|\bkaka|webblagring|local storage|pixel", re.IGNORECASE
)
_DATA = re.compile(r"opplysning|oplysning|uppgift|\bdata|informa[st]|\blog|\bip\b|\bip-", re.IGNORECASE)
_BREACH = re.compile(r"brudd|\bbrud|brot|avvik|breach|incident|hendels|hændelse|incident", re.IGNORECASE)


@cache
def _lists() -> Mapping[str, Any]:
    data = table("durations.toml")
    return {
        "cues": Phrases([{"action": data["action"], "limit": data["limit"]}]),
        "requests": Phrases([{"request": {"": data["stop"]["requests"]}}]),
        "keep": frozenset(data["prep"]["keep"]),
        "done": frozenset(data["prep"]["done"]),
        "limits": frozenset(word for key in ("max", "min") for phrase in data["limit"][key] for word in phrase.split()),
        "negated": frozenset(data["limit"]["negated"]),
        "people": Phrases([{"people": {"": data["age"]["people"]}}]),
        "aged": re.compile(rf"[\s-]*(?:{'|'.join(data['age']['after'])})(?!\w)", re.IGNORECASE),
        "under": re.compile(rf"(?:{'|'.join(data['age']['before'])})\s+(?:\w+\s+)?$", re.IGNORECASE),
        "past": re.compile(
            rf"['’]?\s*(?:\w+\s+){{0,2}}(?:{'|'.join(w.rstrip('*') for w in data['age']['past'])})", re.IGNORECASE),
    }  # fmt: skip


def cues_of(words: Sequence[Word]) -> list[Hit]:
    """Return the words that say what is done, and those that say at most or at least."""
    return cast(list[Hit], _lists()["cues"].find(words))


def is_of_a_life(text: str, span: Span) -> bool:
    """Tell whether the years are of a life or of a company's history: "under 13 years", "ten years' experience"."""
    lists = _lists()
    if lists["past"].match(text, span.end) or _RATE.match(text, span.end):
        return True
    if _LOOKS_BACK.search(text[max(0, span.start - 20) : span.start]) and not _DENIED.search(text):
        return True
    if span.unit != "year":
        return False
    if lists["aged"].match(text, span.end):
        return True
    if span.value > 25 or not lists["under"].search(text[max(0, span.start - 30) : span.start]):
        return False
    return bool(lists["people"].find(words_of(text)))


def action_of(text: str, span: Span, cues: Sequence[Hit], kinds: Set[Kind], words: Sequence[Word]) -> Action | None:
    """Return what is done, by the nearest word that says so; None where nothing is."""
    family = _family(text, span, cues, kinds, words)
    if span.recurring:
        families = {cue.value for cue in cues if cue.what == "action"}
        if "review" in families:
            return "review_or_delete" if families & {"delete", "anonymise"} else "review"
        return cast(Action, family) if family in ("delete", "anonymise") else None
    if family is None:
        if span.article:
            return None
        if _preposition(text, span) in _WITHIN and (_BREACH.search(text) or _lists()["requests"].find(words)):
            return "notify" if _BREACH.search(text) else "respond"
        return _by_kind(text, span, cues, kinds)
    if family == "valid":
        return "other_limit"
    if family in ("keep", "cookie"):
        cookie = _about_cookies(text, kinds) and (family == "cookie" or not _DATA.search(text))
        return "cookie_expiry" if cookie else _keep(text, span, cues)
    if family in ("delete", "anonymise"):
        if _not_before(text, span, cues):
            return "keep_min"
        return "cookie_expiry" if _about_cookies(text, kinds) and not _DATA.search(text) else cast(Action, family)
    return cast(Action, family)


def _family(text: str, span: Span, cues: Sequence[Hit], kinds: Set[Kind], words: Sequence[Word]) -> str | None:
    """Return the family of the nearest word of doing: keep, delete, anonymise, respond, review, notify, cookie."""
    lists = _lists()
    preposition = _preposition(text, span)
    asked = "deadline" in kinds or bool(lists["requests"].find(words))
    best: tuple[float, str] | None = (70.0, "respond") if "deadline" in kinds else None
    for cue in cues:
        if cue.what != "action" or (cue.start < span.end and cue.end > span.start):
            continue
        family = cue.value
        distance = _distance(text, span, cue)
        if family == "keep":
            distance += -25 if preposition in lists["keep"] else 10 if preposition in lists["done"] else 0
        elif family in ("delete", "anonymise"):
            distance += -25 if preposition in lists["done"] and preposition != "in" else 0
        elif family == "respond":
            if not asked and preposition not in lists["done"]:
                continue
            distance += -25 if asked and preposition in lists["done"] else 10
        elif family == "review":
            distance += 0 if span.recurring else 45
        elif family in ("report", "extend"):
            if not (_BREACH.search(text) if family == "report" else asked or "right" in kinds):
                continue
            family = "notify" if family == "report" else "respond"
        elif family == "notify":
            distance += -10 if "change" in kinds or _BREACH.search(text) else 15
        elif not _about_cookies(text, kinds):
            distance += 10
        if distance < (best[0] if best else _NEAR):
            best = (distance, family)
    return best[1] if best else None


def _distance(text: str, span: Span, cue: Hit) -> float:
    """Measure how far a word stands from a time; commas and conjunctions between count as well."""
    between = text[cue.end : span.start] if cue.end <= span.start else text[span.end : cue.start]
    far = len(between) * 0.5
    if far < 2 * _NEAR:  # else it is too far already
        far += 30 * len(_BREAK.findall(between)) + 18 * len(_JOIN.findall(between))
    return far if cue.end <= span.start else far + 6


def _preposition(text: str, span: Span) -> str:
    """Return the preposition before a time, "for" in "for up to 5 years"."""
    lists = _lists()
    before = [word for word, _, _ in words_of(text[max(0, span.start - 45) : span.start])]
    if before[-2:] == ["inden", "for"]:
        return "inden"
    while before and (
        before[-1] in lists["limits"]
        or before[-1] in ("ca", "about", "a", "period", "of", "en", "periode", "på", "minimum")
    ):
        if before[-1] in lists["keep"] or before[-1] in lists["done"] or before[-1] in _WITHIN:
            break
        before.pop()
    return before[-1] if before else ""


def _keep(text: str, span: Span, cues: Sequence[Hit]) -> Action:
    """Tell "for at least" and "for up to" from "for"; the nearest of such words counts."""
    if _AS_LONG_AS.search(text, 0, span.start):
        return "keep_max"  # "for as long as five years"
    nearest: tuple[int, str] = (29, "")
    for cue in cues:
        if cue.what != "limit" or cue.value == "negated" or _BREAK.search(text[cue.end : span.start]):
            continue
        far = span.start - cue.end if cue.end <= span.start + 1 else cue.start - span.end + 25
        if far < nearest[0]:
            nearest = (far, cue.value)
    if nearest[1]:
        return "keep_max" if nearest[1] == "max" else "keep_min"
    return "keep_max" if span.least < span.value else "keep"


def _not_before(text: str, span: Span, cues: Sequence[Hit]) -> bool:
    """Tell whether nothing is erased before: "not erased until 5 years", "erased after 5 years at the earliest"."""
    before = text[: span.start].lower()
    if re.search(
        r"\b(?:tidligst|tidlegast|tidigast|earliest)\b", text[max(0, span.start - 30) : span.end + 25], re.IGNORECASE
    ):
        return True
    negated = any(cue.what == "limit" and cue.value == "negated" and cue.end < span.start for cue in cues)
    return negated and bool(re.search(r"(?:før|først etter|förrän|innan|before|until)\s+(?:\w+\s+)?$", before))


def _about_cookies(text: str, kinds: Set[Kind]) -> bool:
    return bool(_COOKIE.search(text)) or ("cookie" in kinds and not kinds & _STORING)


def _by_kind(text: str, span: Span, cues: Sequence[Hit], kinds: Set[Kind]) -> Action | None:
    """Return what a sentence of these kinds does with a time where no word says so."""
    if "cookie" in kinds and "retention" not in kinds:
        return "cookie_expiry"
    if "retention" in kinds or (not kinds and _ENTRY.match(text[: span.start])):
        gone = _preposition(text, span) in ("etter", "efter", "after")
        return "delete" if gone else _keep(text, span, cues)
    if "deadline" in kinds or ("right" in kinds and _preposition(text, span) in _WITHIN):
        return "respond"
    return "notify" if "change" in kinds else None


def below_cookies(segments: Sequence[Segment], own: int) -> bool:
    """Tell whether a short entry stands below a heading or lead-in on cookies: "Expiry: 2 years"."""
    segment = segments[own]
    if len(segment.text) > _ENTRY_LENGTH or _DATA.search(segment.text):
        return False
    above = (*segment.headings[-1:], *(() if segment.lead_in is None else (segment.lead_in,)))
    return any(0 <= number < len(segments) and _COOKIE.search(segments[number].text) for number in above)


def _head_of_table(segments: Sequence[Segment], own: int) -> list[int]:
    """Return the number of the first row of the table that a row stands in."""
    first = own
    while first and "|" in segments[first - 1].text:
        first -= 1
    return [first] if first != own else []


def action_from_above(segments: Sequence[Segment], own: int, span: Span, cues: Sequence[Hit]) -> Action | None:
    """Return what the lead-in or the nearest heading of an item says is done: "Kept for: …", "Erasure"."""
    segment = segments[own]
    if span.recurring or span.article:
        return None
    above = [segment.lead_in] if segment.lead_in is not None else []
    if "|" in segment.text:
        above += _head_of_table(segments, own)
    above += list(reversed(segment.headings)) if segment.role == "item" else []
    for number in above:
        if not 0 <= number < len(segments):
            continue
        text = segments[number].text
        families = {cue.value for cue in _lists()["cues"].find(words_of(text)) if cue.what == "action"}
        if _COOKIE.search(text) and not families & {"respond"}:
            return "cookie_expiry"
        for family in ("keep", "delete", "anonymise", "respond"):
            if family in families:
                return _keep(segment.text, span, cues) if family == "keep" else family
    return None
