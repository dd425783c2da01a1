"""Articles and acts that a notice names, in every way that five languages write them.

"art. 6 nr. 1 bokstav f", "artikel 6, stk. 1, litra f", "artikel 6.1 f" and "Article 6(1)(f)" are all GDPR art.
6(1)(f), "processing is necessary for the purposes of the legitimate interests pursued by the controller or by a third
party". What does not exist ("art. 6 bokstav ä") is kept as it is written: to judge it is for the checks. Acts are
known by how the languages build their names (…loven, …lova, …lagen, … Act), with their sections.
"""

import re

from holdord.notice.facts.phrases import lower

Named = tuple[str, int, int]
"""What is named, and where it starts and ends in the text."""

_LETTER = r"\(?[\"'«]?(?:[a-zäöåæø](?![^\W\d_]))[\"'»]?\)?"
_ARTICLE = re.compile(
    r"(?P<article>\bart(?:ikkel(?:en)?|ikel(?:n)?|icles?|iklene|iklerne|iklar(?:na)?)?\.?|(?:GDPR|forordningen?s?"
    r"|förordningen)\s*,?\s*§+|§)"
    r"\s*(?P<number>\d{1,3})(?!\d)"
    r"(?P<paragraph>\s*,?\s*(?:\(|\.|nr\.?|nummer|stk\.?|stykke|punkt|pkt\.?|para(?:graph)?s?\.?|paragraf|ledd"
    r"|mom(?:ent)?\.?"
    r"|st(?:ycket|\.)?)?\s*(?P<inner>\d)(?![\d.]\d)\)?\.?)?"
    r"(?P<lettered>(?:\s*,?\s*(?P<marker>\(|bokstav(?:ene|en|erna|rna)?|litra(?:erne)?|lit\.?|led(?:et|den)?|ledd"
    r"|points?|punkt|subparagraphs?|sub|\.)?\s*)"
    rf"(?P<letters>{_LETTER}(?:\s*(?:,|/|-|–|&|og|och|and|or|eller|samt)\s*(?:(?:bokstav|litra|lit\.|led"
    rf"|point)\s*)?{_LETTER})*))?",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[0-9]")
_BARE = re.compile(r"\b(?P<number>[69])\s?\((?P<inner>[12])\)\s?\((?P<letters>[a-j])\)")
_EACH = re.compile(r"(?<![^\W\d_])[a-zäöåæø](?![^\W\d_])", re.IGNORECASE)
_OTHER_LAW = re.compile(
    r"(?:loven|lova|lagen|act|forskrift\w*|balken|bekendtgørelse\w*)s?\s*,?\s*(?:\(\d{4}:\d+\)\s*)?$", re.IGNORECASE
)

_TAIL = re.compile(
    r"(?:loven|lova|lagen|forskriften|forskrifta|forskrifterna|föreskriften|föreskrifterna|forordningen|forordninga"
    r"|förordningen|bekendtgørelsen"
    r"|balken)(?:e?s)?(?![^\W_])"
)
_PARTS = ("lov", "lag", "skrift", "ordning", "bekendtg", "balk")
_NOT_ACTS = re.compile(r"(?:bo|an|för|förs|in|under|ut|av|upp|til|om|be|hand|mot|gull|lov|for|f|s)lag", re.IGNORECASE)
_BEFORE = re.compile(r"[^\W_](?:[^\W_]|[-/](?=[^\W_]))*$")
_SECTION = re.compile(
    r"(?:\s*\((?:\d{4}:\d+|[A-ZÆØÅ][\w.]{1,8})\))?"
    r"(?:s?\s*,?\s*(?:§+\s*\d+(?:[-–]\d+)?\s?[a-z]?\b(?:\s*(?:,|og|and|och)\s*\d+(?:\.\s*ledd)?)?|kap(?:ittel"
    r"|itel)?\.?\s*\d+|\d+\s*kap\.?(?:\s*\d+\s?[a-z]?\s*§)?|\d+\s?[a-z]?\s*§"
    r"|,?\s*section\s*\d+))?",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"(?:[A-Z][\w&’'-]*\s+(?:(?:and|of|on|for|the|to|in)\s+){0,2}|\((?:[A-Z]\w+\s*)+\)\s*){1,7}(?:Act|Code"
    r"|Regulations?|Ordinance|Directive)\b(?:\s+(?:of\s+)?\d{4})?"
    r"(?:,?\s*(?:section|§|chapter)\s*\d+)?"
)
_LONG = re.compile(
    r"\b(?:Lov|lov|Lag"
    r"|lag)\s+(?:\(\d{4}:\d+\)\s+)?om\s+(?:(?!behandling\b)[^\W\d_]{4,})(?:\s+[^\W\d_]{6,})?(?:\s+(?:og|och|av|i"
    r"|for)\s+[^\W\d_]{6,})?"
)
_GDPR = re.compile(
    r"\bGDPR\b|\bDSGVO\b|General Data Protection Regulation|\(?EU\)?\s?2016/679|personvernforordning\w*"
    r"|databeskyttelsesforordning\w*|dataskyddsförordning\w*"
    r"|personvernforordn\w*|persondataforordning\w*|databeskyttelsesforordn\w*"
)


def articles(text: str) -> tuple[list[Named], list[Named]]:
    """Return the legal bases that articles name, such as ``6(1)(f)``, and the other articles, as written."""
    bases: list[Named] = []
    others: list[Named] = []
    if not ("rt" in text or "§" in text or "6" in text or "9" in text) or not _FIGURE.search(text):
        return bases, others
    for match in _ARTICLE.finditer(text):
        if match["article"] == "§" and (
            _OTHER_LAW.search(text[max(0, match.start() - 40) : match.start()]) or not match["letters"]
        ):
            continue
        number = int(match["number"])
        letters = _letters(match)
        end = match.end() if letters else _end(match)
        wanted, most = {6: ("1", "f"), 9: ("2", "j")}.get(number, ("", ""))
        if wanted and letters and all("a" <= letter <= most for letter in letters) and match["inner"] in (None, wanted):
            bases += [(f"{number}({wanted})({letter})", match.start(), end) for letter in letters]
        else:
            others.append((text[match.start() : end].strip(" ,."), match.start(), end))
    for match in _BARE.finditer(text):
        value = match[0].replace(" ", "")
        taken = any(start <= match.start() < end for _, start, end in (*bases, *others))
        if not taken and "(g)" <= value[-3:] <= "(j)" and value[0] == "6":
            others.append((match[0], match.start(), match.end()))
        elif not taken and all(value != base for base, _, _ in bases):
            bases.append((value, match.start(), match.end()))
    return bases, others


def _letters(match: re.Match[str]) -> list[str]:
    """Return the letters of an article; a lone "i" or "a" without a mark before it is a word."""
    letters = match["letters"]
    if letters is None:
        return []
    first = letters.strip("(\"'« ")[:1]
    if not match["marker"] and (match["inner"] is None or first.lower() in "iåä" or first.isupper()):
        return []
    found = [letter[0].lower() for letter in _EACH.finditer(letters)]
    if re.search(r"[a-j]\)?\s*[-–]\s*\(?[a-j]", letters, re.IGNORECASE) and len(found) == 2:
        return [chr(code) for code in range(ord(found[0]), ord(found[1]) + 1)]
    return found


def _end(match: re.Match[str]) -> int:
    """Return where an article without letters ends."""
    return match.end("paragraph") if match["paragraph"] else match.end("number")


def acts(text: str) -> list[Named]:
    """Return the acts that a text names, with their sections, GDPR itself left out."""
    found: list[Named] = []
    small = lower(text)
    for match in _TAIL.finditer(small) if any(part in small for part in _PARTS) else ():
        head = _BEFORE.search(text, max(0, match.start() - 40), match.start())
        if head is None or len(head[0]) < 4 or _NOT_ACTS.fullmatch(head[0] + "lag"):
            continue
        name = text[head.start() : match.end()]
        if _GDPR.match(name):
            continue
        section = _SECTION.match(text, match.end())
        end = section.end() if section else match.end()
        found.append((text[head.start() : end].strip(" ,"), head.start(), end))
    if " Act" in text or "Regulation" in text or "Code" in text or "Directive" in text or "Ordinance" in text:
        for match in _ENGLISH.finditer(text):
            if not _GDPR.search(match[0]) and match[0].split()[0] not in ("This", "That"):
                name = re.sub(r"^(?:The|In|Under|Our|By|To|For)\s+(?:the\s+)?", "", match[0])
                found.append((name, match.end() - len(name), match.end()))
    if "ov om " in text or "ag om " in text or "ag (" in text:
        found += [(match[0], match.start(), match.end()) for match in _LONG.finditer(text)]
    return sorted(found, key=lambda named: named[1])


def gdpr(text: str) -> bool:
    """Tell whether a text names the regulation itself."""
    return bool(_GDPR.search(text))
