"""Articles, acts, agreements and authorities that do not exist, or no longer.

GDPR has 99 articles; art. 6(1) has the letters (a) to (f) and art. 9(2) (a) to (j). It repealed Directive 95/46/EC
(art. 94), and with it fell the acts that carried that directive out. Transfers on Safe Harbour are void since C-362/14
(6 October 2015) and on Privacy Shield since C-311/18 (16 July 2020). Datainspektionen is called
Integritetsskyddsmyndigheten since 1 January 2021.
"""

import re
from collections.abc import Iterator

from holdord.notice.check.country import country_of
from holdord.notice.check.looked import Looked, quoted
from holdord.notice.facts.law import gdpr
from holdord.notice.model import Fact, Finding
from holdord.policy.terms import COUNTRIES

_ARTICLES = 99
_PARAGRAPHS = {6: 4, 9: 4}
_LETTERS = {6: "f", 9: "j"}
_CITED = re.compile(
    r"(?:art\w*\.?|[^§\d]{0,20}§+)\s*(?P<number>\d{1,3})\s*,?\s*(?:\(|\.|nr\.?|nummer|stk\.?|stykke|punkt|para(?:graph)?\.?|ledd)?\s*(?P<paragraph>\d)?\)?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?<![^\W\d_])[a-zäöåæø](?![^\W\d_])", re.IGNORECASE)
_NOTICE = (
    r"(?:privacy (?:policy|notice|statement)|personvernerklæring\w*|privatlivspolitik\w*|persondatapolitik\w*"
    r"|integritetspolicy\w*|personuppgiftspolicy\w*)"
)
_BASIS = r"art(?:icle|ikkel|ikel)?\.?\s*[69]\b"
_OF_NOTICE = (
    re.compile(rf"{_NOTICE}(?:['’]s)?,?\s+{_BASIS}", re.IGNORECASE),
    re.compile(
        rf"{_BASIS}[\s\d(),.a-f]{{0,16}}\s(?:of|in|i|av|af)\s+(?:the|this|our|vår|vores|denne|denna)?\s*{_NOTICE}",
        re.IGNORECASE,
    ),
)
_END = "25 May 2018"
_REPEALED = (
    (re.compile(r"personuppgiftslag\w*|\bPUL\b|1998:204"), "personuppgiftslagen (1998:204)", _END),
    (re.compile(r"\b[Pp]ersondatalov(?:en)?s?\b|\b[Ll]ov nr\.? ?429\b"), "persondataloven (lov nr. 429 of 2000)", _END),
    (re.compile(r"\bpersonregisterlov\w*", re.IGNORECASE), "personregisterloven", "1 January 2001"),
    (
        re.compile(r"\bpersonopplysningslov\w*\s*(?:av|frå|fra|\()?\s*(?:14\. april )?2000|14\. april 2000", re.I),
        "personopplysningsloven of 2000",
        "20 July 2018",
    ),
    (re.compile(r"[Dd]ire[ck]tiv\w*\s*(?:nr\.? ?)?95/46|95/46/E[CFG]"), "Directive 95/46/EC", _END),
    (re.compile(r"Data Protection Act,? 1998"), "the Data Protection Act 1998", _END),
)
_OLD_SECTIONS = re.compile(r"personopplysningslov\w*\s*§+\s*(?:18|19|27|28)\b", re.IGNORECASE)
_VOID = (
    (re.compile(r"Privacy[ -]Shield", re.IGNORECASE), "Privacy Shield", "C-311/18, 16 July 2020"),
    (re.compile(r"Safe[ -]Harbou?r", re.IGNORECASE), "Safe Harbour", "C-362/14, 6 October 2015"),
)
_OLD_AUTHORITY = re.compile(r"\bDatainspektionen\w*|\bSwedish Data Inspection Board")
_AUTHORITIES = (
    (re.compile(r"datatilsynet\.no|Norwegian Data Protection Authority|norske Datatilsynet"), "NO"),
    (re.compile(r"datatilsynet\.?dk|Danish Data Protection Agency|danske Datatilsyn"), "DK"),
    (re.compile(r"Integritetsskyddsmyndigheten|\bIMY\b|\bimy\.se"), "SE"),
    (re.compile(r"Information Commissioner|\bico\.org\.uk"), "GB"),
)
_LABELS = {code: known.label for code, known in COUNTRIES.items()} | {"GB": "the United Kingdom", "ES": "Spain"}


def laws(looked: Looked) -> Iterator[Finding]:
    """Yield what the law does not know."""
    yield from _articles(looked)
    repealed: set[str] = set()
    for number in range(len(looked.segments)):
        yield from _of_notice(looked, number)
        for finding in _repealed(looked, number):
            if finding.text not in repealed:
                repealed.add(finding.text)
                yield finding
    yield from _void(looked)
    yield from _authority(looked)


def _articles(looked: Looked) -> Iterator[Finding]:
    for fact in looked.facts("law"):
        match = _CITED.match(fact.value)
        if match is None:
            continue
        wrong = _wrong(looked, fact, match)
        if wrong:
            said = quoted(looked.reading.plain[fact.start : fact.end])
            yield looked.finding("article_unknown", f"{said} does not exist: {wrong}.", fact.segment, fact)


def _wrong(looked: Looked, fact: Fact, match: re.Match[str]) -> str:
    """Return what is wrong with an article, or ""."""
    number = int(match["number"])
    if number not in _LETTERS:
        outside = number > _ARTICLES or number == 0
        return "GDPR has 99 articles" if outside and gdpr(looked.text(fact.segment)) else ""
    paragraph = int(match["paragraph"] or 0)
    if paragraph > _PARAGRAPHS[number]:
        return f"art. {number} has {_PARAGRAPHS[number]} paragraphs"
    listed = 1 if number == 6 else 2
    letters = [one.lower() for one in _LETTER.findall(fact.value[match.end() :])]
    if paragraph in (0, listed) and any(not "a" <= one <= _LETTERS[number] for one in letters):
        return f"art. {number}({listed}) has the letters (a) to ({_LETTERS[number]})"
    return ""


def _of_notice(looked: Looked, number: int) -> Iterator[Finding]:
    for pattern in _OF_NOTICE:
        match = pattern.search(looked.text(number))
        if match:
            said = quoted(match[0])
            text = f"{said}: the article is one of the General Data Protection Regulation, not of the notice."
            yield looked.finding("article_of_the_notice", text, number, match.span())
            return


def _repealed(looked: Looked, number: int) -> Iterator[Finding]:
    if looked.has(number, "struck"):
        return
    text = looked.text(number)
    for pattern, name, when in _REPEALED:
        match = pattern.search(text)
        if match:
            said = f"{quoted(match[0])}: {name} was repealed on {when}."
            yield looked.finding("law_repealed", said, number, match.span())
            return
    match = _OLD_SECTIONS.search(text)
    if match and looked.kinds(number) & {"right", "authority", "definition_or_filler"}:
        said = f"{quoted(match[0])} was about people's rights in the act of 2000; in the act of 2018 it is not."
        yield looked.finding("law_repealed", said, number, match.span())
    elif looked.has(number, "concession") and not looked.denied(number):
        hit = looked.first(number, "concession")
        said = (
            f"{looked.quoted(number, hit)} belongs to the acts before GDPR, which ended on 25 May 2018 (Norway: "
            "20 July)."
        )
        yield looked.finding("law_repealed", said, number, hit)


def _void(looked: Looked) -> Iterator[Finding]:
    for pattern, name, judgment in _VOID:
        for number in range(len(looked.segments)):
            match = pattern.search(looked.text(number))
            if match and not looked.has(number, "struck"):
                text = f"{name} is void ({judgment}); a transfer cannot rest on it."
                yield looked.finding("transfer_invalid", text, number, match.span())
                break


def _authority(looked: Looked) -> Iterator[Finding]:
    named: dict[str, tuple[int, tuple[int, int]]] = {}
    for number in range(len(looked.segments)):
        text = looked.text(number)
        match = _OLD_AUTHORITY.search(text)
        if match and not looked.has(number, "struck"):
            said = f"{quoted(match[0])} is called Integritetsskyddsmyndigheten (IMY) since 1 January 2021."
            yield looked.finding("authority_renamed", said, number, match.span())
        for pattern, country in _AUTHORITIES:
            found = pattern.search(text)
            if found and country not in named:
                named[country] = (number, found.span())
    home = country_of(looked.reading)
    if len(named) == 1 and home and home not in named:
        (country, (number, span)), *_ = named.items()
        text = (
            f"{looked.quoted(number, span)} is the authority of {_LABELS[country]}; the controller seems to be in "
            f"{_LABELS[home]}. People may complain where they live or work, or where it happened."
        )
        yield looked.finding("authority_foreign", text, number, span)
