"""How each item of GDPR art. 13(2) is recognised: how long, the rights, complaints, what must be given, decisions.

The readers answer as those of ``items_13_1`` do.
"""

import re
from collections.abc import Callable

from holdord.notice.facts.asked import NEAR, Answer, Notice, first_of
from holdord.notice.model import Fact

_RIGHTS = ("access", "rectification", "erasure", "restriction", "objection", "portability")
_LINK = re.compile(r"\.(?:no|dk|se)\b")  # "datatilsynet.no" is a place to read, not the authority's name
_COMPLAIN = re.compile(r"klage|klaga|complain|appeal|lodge|anmäl|(?<!data)tilsyn|tillsyn|supervisory", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|du|dere|ni|dig|deg|kunden?|customer|medlemmet|uten|utan|uden|without)\b", re.IGNORECASE)
_BREACH = re.compile(
    r"\b(?:breach\w*|incident\w*|avvik\w*|brudd\w*|brot\w*|brud\w*|sikkerhedsbrud\w*|intrång)\b", re.IGNORECASE
)
_GRIEVANCE = re.compile(r"klag|complain", re.IGNORECASE)
_TURN_TO = re.compile(
    r"(?:kontakt|contact|henvend|vend[ae]?\b|vänd|turn to|melde? (?:fra|frå)|anmeld|indbring|bringe|vidare till|help)",
    re.IGNORECASE,
)
_ANYBODY = re.compile(
    r"\b(?:you|yours?|du|deg|dig|dine?|ditt|dina|di|dere|dykk|jer|er|ni|jeg|eg|jag|my|mine|mina|I|medlem\w*|members?)\b"
)
_COOKIE = re.compile(r"\bcookies?\b|\bcookie[nr]\b|informasjonskaps|\bkak(?:an|or|orna)\b|kapsel", re.IGNORECASE)
_GUIDE = re.compile(
    r"\b(?:published?|publishes|issued?|publisert\w*|publiceret|publicerat|publicerar|utgitt|udgivet|udgiver|gitt ut"
    r"|gir ut|gjeve ut|gett ut|ger ut|moved|relocated|flyttet|flytta|flyttat|fined|guide\w*|guidance|veiled\w*"
    r"|rettlei\w*|vejled\w*|vägled\w*)\b",
    re.IGNORECASE,
)  # what an authority has written or done is no right to complain
_AGO = re.compile(
    r"\b(?:ago|siden|sidan|sedan|founded|stiftet|stifta|skipa|bildades|grundlagt|grundades)\b", re.IGNORECASE
)
_KEEPS = re.compile(
    r"keep|kept|stor|retain|delet|eras|lagr|oppbevar|opbevar|gem|slet|spar|rader|bevar|arkiv|fjern|behold|behåll|makul",
    re.IGNORECASE,
)
_WE_MUST = re.compile(r"\b(?:we|vi)\b(?:\W+\w+){0,4}\W*$", re.IGNORECASE)
_OWN_AUTOMATED = re.compile(
    r"rett til|\brett på|\bret til|rätt att|rätt till|\bright\b|motsette|motsätt|indsigelse|invända|object",
    re.IGNORECASE,
)


def _retention(notice: Notice) -> Answer:
    """A time, or what decides it; that something is removed when asked for is neither."""
    for duration in notice.durations:
        if _about_cookies(notice, duration.segment):
            continue
        if duration.action in ("keep", "keep_min", "keep_max", "delete", "anonymise", "review_or_delete"):
            return duration.segment
    return first_of(
        number
        for number in notice.with_kind("retention")
        if "right" not in notice.kinds[number]
        and not _about_cookies(notice, number)
        and not _of_the_past(notice, number)
    )


def _about_cookies(notice: Notice, number: int) -> bool:
    """Tell whether a sentence is about how long a cookie lasts."""
    return bool(_COOKIE.search(notice.segments[number].text))


def _of_the_past(notice: Notice, number: int) -> bool:
    """Tell whether a time is one that has passed: "founded 40 years ago"."""
    text = notice.segments[number].text
    return bool(_AGO.search(text)) and not _KEEPS.search(text)


def _right(value: str) -> Callable[[Notice], Answer]:
    def read(notice: Notice) -> Answer:
        return first_of(fact.segment for fact in notice.of("right") if fact.value == value)

    return read


def _withdrawal(notice: Notice) -> Answer:
    """Where consent is a ground: whether people are told that they may withdraw it."""
    for fact in notice.of("right"):
        if fact.value == "withdraw_consent":
            return fact.segment
    asked = any(
        fact.value in ("6(1)(a)", "9(2)(a)") and "definition_or_filler" not in notice.kinds[fact.segment]
        for fact in notice.of("basis")
    )
    return False if asked else None


def _at(notice: Notice, fact: Fact) -> int:
    """Return about where a fact ends in its segment's text."""
    return min(fact.end - notice.segments[fact.segment].start, len(notice.segments[fact.segment].text))


def _of_breach(notice: Notice, fact: Fact) -> bool:
    """Tell whether the authority is the one that the company itself reports to: "we report breaches to …"."""
    text = notice.segments[fact.segment].text
    return bool(_BREACH.search(text)) and not _ANYBODY.search(text.lower()) and not _GRIEVANCE.search(text)


def _complaint(notice: Notice) -> Answer:
    """The authority by its name, where people are told of complaints (art. 77)."""
    named = [
        fact
        for fact in notice.of("authority")
        if not _LINK.match(notice.segments[fact.segment].text, _at(notice, fact)) and not _of_breach(notice, fact)
    ]
    for fact in named:
        kinds = notice.kinds[fact.segment]
        near = notice.segments[max(0, fact.segment - NEAR) : fact.segment + 1]
        text = notice.segments[fact.segment].text
        if not _COMPLAIN.search(text) and _GUIDE.search(text):
            continue
        if "authority" in kinds or ("right" in kinds and any(_COMPLAIN.search(segment.text) for segment in near)):
            return fact.segment
    for fact in named:
        text = notice.segments[fact.segment].text
        if _COMPLAIN.search(text) or (_TURN_TO.search(text) and _ANYBODY.search(text.lower())):
            return fact.segment
    return False


def _statutory(notice: Notice) -> Answer:
    """Whether people must give the data, and what follows if they do not (art. 13(2)(e))."""
    return first_of(fact.segment for fact in notice.of("statutory") if _must_give(notice, fact))


def _must_give(notice: Notice, fact: Fact) -> bool:
    text = notice.segments[fact.segment].text
    kinds = notice.kinds[fact.segment]
    if fact.value == "duty":
        asked = any(other.segment == fact.segment for other in notice.of("right"))
        if _WE_MUST.search(text[: max(0, fact.start - notice.segments[fact.segment].start)]):
            return False
        return "cookie" not in kinds and not asked and not _COOKIE.search(text)
    return not kinds & {"cookie", "right", "recipient"} and bool(_YOU.search(text))


def _automated(notice: Notice) -> Answer:
    """Whether decisions are automated; the right not to be subject to them says neither that they are nor that not."""
    for fact in notice.of("automated"):
        text = notice.segments[fact.segment].text
        kinds = notice.kinds[fact.segment]
        if "definition_or_filler" in kinds and notice.segments[fact.segment].role == "heading":
            continue
        if not _OWN_AUTOMATED.search(text):
            return fact.segment
    return False


READERS: dict[str, Callable[[Notice], Answer]] = {
    "retention": _retention,
    **{f"right_{value}": _right(value) for value in _RIGHTS},
    "right_withdraw_consent": _withdrawal,
    "complaint_authority": _complaint,
    "statutory_contractual_requirement": _statutory,
    "automated_decisions": _automated,
}
