"""Consent that is none.

GDPR art. 4(11): consent is a "freely given, specific, informed and unambiguous indication of the data subject's
wishes", "by a statement or by a clear affirmative action"; recital 32: "Silence, pre-ticked boxes or inactivity should
not therefore constitute consent." Art. 7(3): it can be withdrawn "at any time". The same holds for cookies that are
not strictly necessary (Directive 2002/58/EC art. 5(3), and C-673/17 Planet49). A purpose that rests on consent cannot
be moved to another basis when the consent goes, so one purpose has one basis (EDPB 05/2020 para. 121 to 123).
"""

import re
from collections.abc import Iterator

from holdord.notice.check.country import country_of
from holdord.notice.check.looked import Looked, denies
from holdord.notice.model import Finding

_FAR = 200  # characters between what is done and the consent that it is taken for
_CONDITION = re.compile(
    r"\b(?:hvis|dersom|viss|såfremt|if|whether|unless|bare|kun|berre|only|når|när|when|after|etter at|efter at|om du"
    r"|för att)\b",
    re.IGNORECASE,
)
_BROWSER = re.compile(r"nettles|webblä|webbles|browser|innstilling|inställning|indstilling", re.IGNORECASE)
_COOKIE = re.compile(r"cookie|informasjonskaps|kakor|\bkaka", re.IGNORECASE)
_COOKIE_ACTS = {
    "NO": "ekomloven § 3-15; Directive 2002/58/EC art. 5(3)",
    "DK": "cookiebekendtgørelsen § 3; Directive 2002/58/EC art. 5(3)",
    "SE": "lagen (2022:482) om elektronisk kommunikation 9 kap. 28 §; Directive 2002/58/EC art. 5(3)",
}
_THIS = re.compile(r"\b(?:denne|dette|desse|disse|denna|detta|dessa|this|these|slik|sådan|sådana)\b", re.IGNORECASE)
_AND = re.compile(
    r"[\s,()]*(?:din|ditt|dit|your|our|vår|vårt|vores|vore|en|et|ett|a)?[\s,]*"
    r"\b(?:og|och|and|samt|og/eller|och/eller|and/or)\b[\s,]*(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)


def consent(looked: Looked) -> Iterator[Finding]:
    """Yield the consents that are none."""
    yield from _by_use(looked)
    for code, label, why in (
        ("consent_implicit", "consent_implicit", "silence and inactivity are no consent"),
        ("consent_preticked", "preticked", "a box that is ticked beforehand is no consent"),
    ):
        for number in looked.told(label):
            if not denies(looked.text(number)):
                hit = looked.first(number, label)
                yield looked.finding(code, f"{looked.quoted(number, hit)}: {why}.", number, hit)
    for number in looked.told("consent_final"):
        if not looked.has(number, "retroactive"):
            text = f"{looked.quoted(number)}: consent can be withdrawn at any time, as easily as it was given."
            yield looked.finding("consent_final", text, number)
    yield from _two_bases(looked)
    yield from _cookies(looked)


def _by_use(looked: Looked) -> Iterator[Finding]:
    for number in looked.told("by_use", "agree"):
        if looked.has(number, "withdraw"):
            continue
        text = looked.text(number)
        use, agree = looked.first(number, "by_use"), looked.hits[number]["agree"][-1]
        between = text[use.end : agree.start]
        if (
            use.end > agree.start
            or len(between) > _FAR
            or _CONDITION.search(between)
            or denies(text[use.start : agree.end])
        ):
            continue
        span = (use.start, agree.end)
        said = f"{looked.quoted(number, span)}: to use, visit or register is no consent."
        yield looked.finding("consent_by_use", said, number, span)


def _two_bases(looked: Looked) -> Iterator[Finding]:
    """Consent and another ground, joined by "and", for one purpose."""
    for number in looked.of_kind("legal_basis"):
        own = [fact for fact in looked.facts("basis") if fact.segment == number]
        consents = [fact for fact in own if fact.value == "6(1)(a)"]
        others = [fact for fact in own if fact.value in ("6(1)(b)", "6(1)(c)", "6(1)(f)")]
        one_purpose = looked.segments[number].role == "item" or "purpose" in looked.kinds(number)
        if len({fact.value for fact in own}) != 2 or not (one_purpose or _THIS.search(looked.text(number))):
            continue
        for one in consents:
            for other in others:
                first, second = sorted((one, other), key=lambda fact: fact.start)
                if _AND.match(looked.reading.plain[first.end : second.start]):
                    said = looked.reading.plain[first.start : second.end]
                    text = (
                        f"“{' '.join(said.split())}”: one purpose rests on consent and on another basis. When "
                        "consent is "
                        "withdrawn the processing must end, so name one basis for each purpose."
                    )
                    yield looked.finding("consent_and_another_basis", text, number)
                    return


def _cookies(looked: Looked) -> Iterator[Finding]:
    """Cookies to measure or advertise, and no word of consent."""
    about = [
        number for number in looked.of_kind("cookie") if _COOKIE.search(looked.text(number)) or _below(looked, number)
    ]
    if any(_asks(looked, number) for number in about):
        return
    for number in about:
        if looked.has(number, "tracking") and not looked.denied(number):
            if any(
                _asks(looked, other) for other in range(len(looked.segments)) if _same_heading(looked, number, other)
            ):
                return
            hit = looked.first(number, "tracking")
            text = (
                f"Cookies serve {looked.quoted(number, hit)}, and the notice does not say that people are asked "
                "first. Only "
                "strictly necessary cookies need no consent; switching them off in the browser is not enough."
            )
            article = _COOKIE_ACTS.get(country_of(looked.reading), "")
            yield looked.finding("cookies_without_consent", text, number, article=article)
            return


def _below(looked: Looked, number: int) -> bool:
    """Tell whether a segment stands below a heading on cookies."""
    return any(_COOKIE.search(looked.text(heading)) for heading in looked.segments[number].headings)


def _asks(looked: Looked, number: int) -> bool:
    """Tell whether a segment speaks of consent, and not of what a browser can be set to."""
    return looked.has(number, "cookie_consent") and not _BROWSER.search(looked.text(number))


def _same_heading(looked: Looked, one: int, other: int) -> bool:
    headings = looked.segments[one].headings
    return bool(headings) and looked.segments[other].headings == headings
