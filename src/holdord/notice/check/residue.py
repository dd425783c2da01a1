"""What a template or an editor left behind: blanks that nobody filled in, another company's name, the same twice.

Nothing in brackets is a fact for people (GDPR art. 12(1)); a notice with another company's name has not been read by
the one that publishes it.
"""

import re
from collections.abc import Iterator

from holdord.notice.check.looked import Looked, quoted
from holdord.notice.facts.names import companies
from holdord.notice.model import Finding

_BLANK_WORDS = (
    r"(?:company|firm\w*|business|organi[sz]ation|website|your|insert|add|fill|enter|name|date|address|e-?mail|phone"
    r"|number|navn|namn|selskap\w*|bedrift\w*|verksem\w*|virksomhed\w*|företag\w*|bolag\w*|forening\w*|förening\w*"
    r"|dato|datum|adresse?|telefon\w*|nummer|sett inn|set inn|indsæt|fyll|infoga|ange|oppgi|angiv|skriv|kontakt\w*"
    r"|formål|ändamål|land|country|antall|antal|x+|\.{2,}|…)"
)
_BLANKS = (
    re.compile(rf"\[(?!at\])\s*{_BLANK_WORDS}\b[^\]\n]{{0,60}}\](?!\()", re.IGNORECASE),
    re.compile(r"\[\s*(?:…|\.{3}|_{2,}|x{2,})\s*\]", re.IGNORECASE),
    re.compile(r"\{\{[^}\n]{1,60}\}\}|\$\{[^}\n]{1,60}\}|%[A-Z_]{4,30}%"),
    re.compile(rf"<\s*{_BLANK_WORDS}[^>\n]{{0,40}}>(?!\s*</)", re.IGNORECASE),
    re.compile(r"\bX{3,}\b|\bxxx+\b|\b[Xx]{2}[./-][Xx]{2}[./-](?:20)?[Xx]{2,4}\b"),
    re.compile(r"\b(?:dd[./-]mm[./-](?:yy|åå|yyyy|åååå)|mm/dd/yyyy|yyyy-mm-dd|åååå-mm-dd)\b", re.IGNORECASE),
    re.compile(r"\blorem ipsum\b|\bTODO\b|\bTBD\b|_{4,}", re.IGNORECASE),
    re.compile(
        r"\b(?:insert (?:company|name|date|your)|sett inn (?:navn|firma|dato|selskap)"
        r"|indsæt (?:navn|firma|dato|virksomhed)|fyll i (?:här|namn|företag|datum)|infoga (?:namn|företag|datum))\w*",
        re.IGNORECASE,
    ),
)
_MAIL_AT = re.compile(r"^\[(?:at|@|dot|punktum)\]$", re.IGNORECASE)
_DEEP = 2  # headings above a part of a section: the notice's, the section's
_LEAST_WORDS = 10
_LEAST_LETTERS = 60
_ACTS = re.compile(
    r"\s+(?:\([^)]*\)\s*)?(?:samler|behandler|behandlar|indsamler|samlar|innhenter|hentar|collects?|process(?:es)?"
    r"|lagrer|lagrar|opbevarer|stores?|tar|tager|respects?|er behandlingsansvarlig|är personuppgiftsansvarig"
    r"|er dataansvarlig|is the (?:data )?controller)\b"
)
_OFTEN = frozenset(("legal_basis", "consent", "right"))
"""What may be said of each purpose again."""
_OTHERS = frozenset(("recipient", "processor_role", "cookie", "transfer", "authority"))


def residue(looked: Looked) -> Iterator[Finding]:
    """Yield what was left behind."""
    for number in range(len(looked.segments)):
        yield from _blanks(looked, number)
    yield from _twice(looked)
    yield from _another(looked)


def _blanks(looked: Looked, number: int) -> Iterator[Finding]:
    text = looked.text(number)
    for pattern in _BLANKS:
        match = pattern.search(text)
        if match and not _MAIL_AT.match(match[0]):
            said = f"{quoted(match[0])} was never filled in."
            yield looked.finding("placeholder", said, number, match.span())
            return


def _twice(looked: Looked) -> Iterator[Finding]:
    """The same sentence again; one finding for all of them, at the first repeat."""
    seen: dict[str, int] = {}
    repeats: list[int] = []
    for number in looked.told():
        if looked.kinds(number) & _OFTEN:
            continue
        text = looked.text(number)
        key = " ".join(
            re.findall(r"\w+", text.lower())[1:]
        )  # "We collect …" and "Shop AS collects …" begin differently
        if len(key) < _LEAST_LETTERS or key.count(" ") + 1 < _LEAST_WORDS or "|" in text or text.rstrip().endswith(":"):
            continue
        if key in seen and not _beside(looked, seen[key], number):
            repeats.append(number)
        seen.setdefault(key, number)
    if repeats:
        more = f" (and {len(repeats) - 1} more)" if len(repeats) > 1 else ""
        text = f"{looked.quoted(repeats[0])} stands here a second time{more}. What is said twice is changed once."
        yield looked.finding("duplicate", text, repeats[0])


def _beside(looked: Looked, one: int, other: int) -> bool:
    """Tell whether two sentences stand in neighbouring parts of one section, each of which says its own."""
    first, second = (looked.reading.segments[number].headings for number in (one, other))
    return len(first) == len(second) > _DEEP and first[:-1] == second[:-1] and first[-1] != second[-1]


def _another(looked: Looked) -> Iterator[Finding]:
    """A company with its form that processes the data in one place, where the controller is another one."""
    controller = looked.reading.controller
    if not controller or not any(name == controller for name, _, _ in companies(looked.reading.plain)):
        return
    own = controller.split()[0].casefold()
    for number in looked.told():
        if looked.kinds(number) & _OTHERS:
            continue
        text = looked.text(number)
        for name, start, end in companies(text):
            if own in name.casefold() or not _ACTS.match(text, end):
                continue
            if looked.reading.plain.count(name) == 1 and looked.reading.plain.count(controller) > 1:
                said = f"{quoted(name)} stands where {quoted(controller)} stands elsewhere. Is it a leftover?"
                yield looked.finding("other_company", said, number, (start, end))
                return
