"""Dates as five languages write them, and which of them is the notice's own.

ISO 8601, with what is known: ``2024-02-01``, ``2018-07`` or ``2025``. The notice's date is the one after words such as
"sist oppdatert" or "effective date". A day and a month in figures are read in that order, as all five languages do.
"""

import re
from datetime import date

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mai": 5, "maj": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "okt": 10, "oct": 10, "nov": 11, "des": 12, "dec": 12,
}  # fmt: skip
_MONTH = (
    r"(?P<month{0}>jan(?:uary?|uari|uar)?|feb(?:ruary?|ruari|ruar)?|mar(?:s|ch|ts)?|apr(?:il)?|mai|maj|may|jun[ie]?|jul[iy]?"
    r"|aug(?:ust[i]?)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|de[sc](?:ember)?)\b\.?"
)
_DATE = re.compile(
    r"\b(?P<iso>(?:19|20)\d{2}-\d{2}-\d{2})\b"
    r"|\b(?P<d>\d{1,2})\s?[./-]\s?(?P<m>\d{1,2})\s?[./-]\s?(?P<y>(?:19|20)?\d{2})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|:e)?\s+(?:of\s+|den\s+)?{_MONTH.format('1')},?\s*(?P<year1>(?:19"
    rf"|20)\d{{2}})\b"
    rf"|\b{_MONTH.format('2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d{{2}})\b"
    rf"|\b{_MONTH.format('3')},?\s+(?P<year3>(?:19|20)\d{{2}})\b"
    r"|\b(?P<only>20\d{2})\b(?![-:/]\d)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:sist|senest|senast|last|siste|seneste|senaste|latest|recent\w*|nyeste)\b.{0,40}?(?:oppdater|opdater"
    r"|uppdater|updat|endr|ændr|ändr|chang|amend|revider|revis|modif|review|versjon|version|gjennomgå|gennemgå)"
    r"|\b(?:oppdatert|oppdatera|opdateret|uppdaterad|uppdaterades|updated|revidert|revideret|reviderad|revised"
    r"|datert|dateret|daterad|dated|publisert|publiceret|publicerad|published)\b"
    r"|\b(?:gjelder|gjeld|gælder|gäller|gyldig|giltig|effektiv|effective|valid|in force|trer i kraft|trådte i kraft"
    r"|trådt i kraft|træder i kraft|trädde i kraft|träder i kraft|ikrafttredelse|in effect|i kraft)\b"
    r"|\b(?:versjon|version|utgav|udgav|utgåv|erklæring|privacy notice|policy|politik)\w*\s+(?:er|är|is)\s+"
    r"(?:fra|frå|från|from|af|av)\b"
    r"|\b(?:versjon|version|dato|datum|date|utgave|utgåva)\b(?=.{0,15}$)|\b(?:vedtatt|vedteken|vedtaget|antagen"
    r"|fastställd|adopted)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"20[0-9]{2}|19[0-9]{2}|[0-9]{1,2}\s?[./-]\s?[0-9]{1,2}\s?[./-]\s?[0-9]{2}")
_APART = re.compile(r"[!?;]|\.\s+[A-ZÆØÅÄÖ]")


def dates(text: str) -> list[tuple[str, int, int]]:
    """Return the dates in a text: ISO form and place."""
    found: list[tuple[str, int, int]] = []
    for match in _DATE.finditer(text):
        value = _iso(match)
        if value:
            found.append((value, match.start(), match.end()))
    return found


def own_dates(text: str) -> list[tuple[str, int, int]]:
    """Return the dates that a text gives as the notice's own: after "sist oppdatert", "version" or the like."""
    if not _YEAR.search(text):
        return []
    found = []
    for value, start, end in dates(text):
        words = list(_OWN.finditer(text[max(0, start - 90) : start]))
        if words and not _APART.search(text, max(0, start - 90) + words[-1].end(), start):
            found.append((value, start, end))
    return found


def _iso(match: re.Match[str]) -> str:
    """Return the ISO form of a match, or "" where there is no such day."""
    if match["iso"]:
        parts = match["iso"].split("-")
        return _valid(int(parts[0]), int(parts[1]), int(parts[2]))
    if match["d"]:
        year = int(match["y"])
        year += 2000 if year < 100 else 0
        day, month = int(match["d"]), int(match["m"])
        return _valid(year, month, day) if month <= 12 else _valid(year, day, month)
    if match["day"]:
        return _valid(int(match["year1"]), _month(match["month1"]), int(match["day"]))
    if match["day2"]:
        return _valid(int(match["year2"]), _month(match["month2"]), int(match["day2"]))
    if match["year3"]:
        return f"{match['year3']}-{_month(match['month3']):02d}"
    return match["only"]


def _month(word: str) -> int:
    return _MONTHS[word[:3].lower()]


def _valid(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
