"""What a drafted policy says beside purposes and promises: security, cookies, special categories, changes."""

import re
from collections.abc import Iterator
from typing import Any

from holdord.notice.draft.activity import is_slogan
from holdord.notice.draft.draft import QUESTION, Note, Notes
from holdord.notice.draft.offers import offered
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.usual import told
from holdord.notice.draft.words import Words
from holdord.notice.facts.phrases import table
from holdord.policy.duration import Duration

_MOST_MEASURES = 8
_MOST_QUOTED = 3
_COOKIE = re.compile(
    r"(?<![\w@/.-])(?:_[a-z][a-z0-9_-]*(?:[A-Z][\w-]*)?\*?|PHPSESSID|JSESSIONID|[A-Z][A-Z0-9_]{3,}(?:ID|SESS)|[a-z]+_[a-z][a-z0-9_]*"
    r"|[a-z]+[A-Z][A-Za-z]*(?:Id|Consent|Session|Token))(?![\w@])"
)
_KNOWN = ("_ga", "_gid", "_gat", "_gcl", "_fbp", "_fbc", "_pk_", "_hj", "PHPSESSID")
"""What is the name of a cookie in any sentence."""

_COOKIES = r"(?:cookies|informasjonskapsl\w*|informationskapsl\w*|kakor|kaker)"
_FREELY = r"(?:ikke|ikkje|inte|aldri|aldrig|ingen)"
_NONE = {
    "cookies": re.compile(
        rf"\b(?:bruk\w+|brug\w+|använder|nyttar|set\w*|sæt\w+) {_FREELY} (?:\w+ )?{_COOKIES}\b(?! (?:til|for|för|to)\b)"
        rf"|\b(?:do not|don't) (?:use|set) (?:any )?{_COOKIES}\b(?! (?:to|for)\b)|\b(?:use|set) no {_COOKIES}\b"
        rf"(?! (?:to|for)\b)", re.IGNORECASE
    ),
    "recipients": re.compile(
        r"\b(?:deler|gir|utleverer|videregiver|delar|lämnar|gjev)\b.{0,25}"
        r"\b(?:ikke|ikkje|inte|aldri|aldrig)\b"
        r".{0,60}\b(?:andre|tredje\w*|andra|nogen|noen|nokon|någon)\b"
        r"|\b(?:do not|don't|never) (?:share|disclose|pass)\b.{0,60}\b(?:anyone|others|third part\w+|anybody)\b",
        re.IGNORECASE,
    ),
    "sensitive": re.compile(
        rf"\b{_FREELY}\b.{{0,30}}(?:særlige kategori|særlege kategori|sensitiv|følsom|känslig)"
        r"|\b(?:do not|does not|don't|doesn't|never|no)\b.{0,40}\b(?:special categor|sensitive)", re.IGNORECASE
    ),
    "decisions": re.compile(
        rf"\b{_FREELY}\b.{{0,40}}\bautomati\w+.{{0,20}}(?:avgjørels|avgjerd|afgørels|beslut|beslutning)"
        r"|\b(?:do not|does not|don't|doesn't|never|no)\b.{0,40}\bautomated\b.{0,20}\bdecision", re.IGNORECASE
    ),
    "requirements": re.compile(
        r"\b(?:ikke|ikkje|inte)\b.{0,15}(?:plikt|forplikt|påla|skyldig|tvung)\w*"
        r".{0,40}(?:opplysning|oplysning|uppgift)"
        r"|\bnot (?:obliged|required|obligated)\b.{0,30}\b(?:give|provide)\b", re.IGNORECASE
    ),
}  # fmt: skip
"""Key → how a sentence says that there is nothing of its sort."""

_UNLESS = re.compile(
    r"\b(?:uten|utan|uden|med mindre|unntatt|unnateke|undtagen|utom|om inte|unless|without|except|other than"
    r"|utover|ut over)\b",
    re.IGNORECASE,
)
_AS_A_RULE = re.compile(
    r"\b(?:som utgangspunkt|i utgangspunktet|som udgangspunkt|som hovedregel|som regel|normalt|vanligvis|til vanleg"
    r"|som utgångspunkt|i regel|huvudregel|vanligen|i princip|i prinsippet|generally|as a rule|normally|usually"
    r"|in principle)\b",
    re.IGNORECASE,
)
_BEGGED = re.compile(
    r"\b(?:oppfordrer|opfordrer|ber|beder|uppmanar|bed|ask|urge|encourage|request)\b.{0,25}\b(?:dig|deg|du|you|dykk|dere|er)\b",
    re.IGNORECASE,
)
"""What is asked of the reader, and tells nothing of what the company does."""

_TELLING = re.compile(
    r"\b(?:informer|varsl|orienter|underret|meddel|opplys|oplys|publi[sc]er|offentliggj|kunngj|inform|notif|announc"
    r"|publish|post |tell |le?gg(?:e[rs]?|es) (?:vi |me )?ut|læg(?:ger|ges) |läg(?:ger|gs) (?:vi )?(?:ut|upp))",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"risikovurder|riskbedöm|riskanaly|risk assess|tekniske|tekniska|technical|organisat|krypter|encrypt|backup"
    r"|brannmur|firewall|tilgangs|adgangs|passord|password|lösenord|adgangskode",
    re.IGNORECASE,
)
_ASKED = {
    "recipients": "is there anybody who gets data? Write none, or each with says and role.",
    "sensitive": "are there any special categories of data (GDPR art. 9)? Write none, or each with its letter.",
    "decisions": "are there any decisions by a computer alone (GDPR art. 22)? Write none, or what they are.",
    "requirements": (
        "are there any data that a law or a contract demands (GDPR art. 13(2)(e))? Write none, or each with demand, "
        "needs and otherwise."
    ),
}
_USUALLY_NONE = frozenset(("sensitive", "decisions", "requirements"))
_DEMANDED = re.compile(
    r"\b(?:du|dere|de|you) (?:må|skal|måste|ska|must|have to|are (?:obliged|required) to)\b.{0,20}"
    r"\b(?:oppgi|gi oss|gje oss|oplyse|give os|lämna|ange|provide|give us|supply)\b"
    r"|\b(?:obligatorisk|påkrevd|påkrævet|mandatory|compulsory)\b",
    re.IGNORECASE,
)
_DECISION = "automated"
_LONGEST_NAME = 100


def security(seen: Seen, words: Words, notes: Notes) -> list[Any]:
    """Return the measures of GDPR art. 32 in the notice's own sentences."""
    numbers = [
        number for number in seen.of_kind("security")
        if not seen.kinds(number) & {"recipient", "processor_role"} and seen.reading.segments[number].role != "lead_in"
    ]  # fmt: skip
    numbers = [n for n in numbers if seen.values(n, "measure") or _MEASURE.search(seen.text(n))] or numbers
    numbers = [n for n in numbers if not is_slogan(seen.text(n), seen.language)] or [
        number for number in seen.sentences()
        if len(_MEASURE.findall(seen.text(number))) > 1 and not seen.kinds(number) & {"recipient", "processor_role"}
    ]  # fmt: skip
    if numbers:
        text = f"the notice's own sentences, from line {seen.places.line(numbers[0])} on."
        notes["security",] = (Note("said", text),)
    return [words.sentence(number) for number in numbers[:_MOST_MEASURES]]


def cookies(seen: Seen, words: Words, notes: Notes) -> dict[str, Any] | str:
    """Return the cookies that the notice names; how long one lasts is a question where the notice does not say."""
    made: dict[str, Any] = {}
    nameless: list[int] = []
    for number in seen.sentences():
        is_cookie = "cookie" in seen.kinds(number)
        found = [hit for hit in _COOKIE.finditer(seen.text(number)) if not hit[0].endswith("_")]
        found = [hit for hit in found if is_cookie or hit[0].startswith(_KNOWN)]
        if not is_cookie and not found:
            continue
        for name in dict.fromkeys([*seen.values(number, "cookie"), *(hit[0] for hit in found)]):
            if name not in made and len(name) <= _LONGEST_NAME:
                made[name] = _cookie(seen, words, notes, number, name)
        if is_cookie:
            nameless.append(number)
    if made:
        return made
    if (none := _none(seen, notes, "cookies")) is not None:
        return none
    text = "which cookies are set? Write none, or each name with for, set_by and lasts."
    if nameless:
        first = sorted(nameless, key=lambda number: not seen.durations.get(number))[:_MOST_QUOTED]
        said = "; ".join(seen.places.sentence(number) for number in first)
        notes["cookies",] = (
            Note("question", f"{text} The notice names none: {said}", ask=f"{text} The notice names none."),
        )
    else:
        notes["cookies",] = (Note("question", f"{text} Offered: none."),)
    return QUESTION


def _cookie(seen: Seen, words: Words, notes: Notes, number: int, name: str) -> dict[str, Any]:
    data = table("usual.told.toml")
    known = data["cookies"].get(name) or next(
        (one for start, one in data["cookie_starts"].items() if name.startswith(start)), data["cookie_starts"]["any"]
    )
    path = ("cookies", name)
    set_by = words.of(data["own"]) if known["set_by"] == "own" else {"any": known["set_by"]}
    notes[path] = (seen.said(number), Note("guess", "what it is for, and who sets it."))
    made = {"for": words.of(told("cookie_uses", known["for"])), "set_by": set_by}
    return made | {"lasts": _lasts(seen, notes, path, number, known["lasts"])}


def _lasts(seen: Seen, notes: Notes, path: tuple[str, str], number: int, usual: str) -> str:
    """Return how long a cookie lasts: the first time after its name and before the next one."""
    segment = seen.reading.segments[number]
    at = segment.text.find(path[1])
    names = [hit.start() for hit in _COOKIE.finditer(segment.text) if hit.start() > at]
    begin = segment.start + max(at, 0)
    end = segment.start + names[0] if names and at >= 0 else segment.end
    for duration in seen.durations.get(number, ()):
        if begin <= duration.start < end and duration.action in ("cookie_expiry", "keep", "keep_max", "delete"):
            try:
                return str(Duration.parse(f"{duration.value:g} {duration.unit}s"))
            except ValueError:
                continue
    text = f'how long does it last? A time, or "session" until the browser is closed. Usual: {usual}.'
    notes[(*path, "lasts")] = (Note("question", text, usual=usual),)
    return QUESTION


def _none(seen: Seen, notes: Notes, key: str) -> str | None:
    """Return "none" where a sentence of the notice says that there is nothing of a sort."""
    for number in _denying(seen, key):
        if not _hedged(seen.text(number)):
            notes[key,] = (seen.said(number),)
            return "none"
    return None


def _denying(seen: Seen, key: str) -> Iterator[int]:
    """Yield the sentences that say that there is nothing of a sort, also those that leave something open."""
    for number in seen.sentences():
        text = seen.text(number)
        if _NONE[key].search(text) and not _BEGGED.search(text):
            yield number


def _hedged(text: str) -> bool:
    return bool(_UNLESS.search(text) or _AS_A_RULE.search(text))


def answer_or_none(seen: Seen, notes: Notes, key: str, spoken: int | None = None) -> str:
    """Return "none" where the notice says so, or a question.

    ``spoken`` is a sentence that may say that there is some.
    """
    none = _none(seen, notes, key)
    if none is not None:
        return none
    open_ = spoken if spoken is not None else next(_denying(seen, key), None)
    if open_ is not None:
        text = f"{_ASKED[key]} The notice leaves it open: {seen.places.sentence(open_)}"
        ask = f"{_ASKED[key]} The notice leaves it open."
        notes[key,] = (Note("question", f"{text} {offered('none')}", ask=ask),)
        return QUESTION
    if key in _USUALLY_NONE:
        notes[key,] = (Note("question", f"{_ASKED[key]} {seen.usual('none')}", usual="none"),)
    else:
        notes[key,] = (Note("question", f"{_ASKED[key]} {offered('none')}"),)
    return QUESTION


def sensitive(seen: Seen, notes: Notes) -> dict[str, Any] | str:
    """Return the special categories that are processed, each with its letter of GDPR art. 9(2), or a question."""
    made: dict[str, Any] = {}
    spoken: int | None = None
    for number in seen.of_kind("sensitive"):
        kinds = seen.kinds(number)
        if seen.denied(number) or seen.defines(number) or kinds & {"definition_or_filler", "security", "right"}:
            continue
        if spoken is None and not _BEGGED.search(seen.text(number)):
            spoken = number
        for name in seen.tells[number].get("special", []):
            if name in made:
                continue
            path = ("sensitive", name)
            notes[path] = (seen.said(number),)
            letters = {value[5] for value in seen.values(number, "basis") if value.startswith("9(2)(")}
            if len(letters) == 1:
                made[name] = letters.pop()
                continue
            text = (
                "which letter of GDPR art. 9(2) allows it: a (explicit consent), b (employment law), h (health care), "
                "…? A lawyer should say it."
            )
            text += "" if name == "health" else " Offered: a."
            notes[path] = (seen.said(number), Note("question", text))
            made[name] = QUESTION
    return made or answer_or_none(seen, notes, "sensitive", spoken)


def requirements(seen: Seen, notes: Notes) -> str:
    """Return "none" where the notice says that nothing must be given (art. 13(2)(e)), or a question."""
    spoken = (number for number in seen.sentences() if _DEMANDED.search(seen.text(number)) and not seen.denied(number))
    return answer_or_none(seen, notes, "requirements", next(spoken, None))


def decisions(seen: Seen, words: Words, notes: Notes) -> Any:
    """Return what is said of automated decisions (art. 13(2)(f)), "none" where there are none, or a question."""
    for number in seen.sentences():
        if seen.values(number, _DECISION) and not seen.denied(number) and not seen.kinds(number) & {"right", "consent"}:
            notes["decisions",] = (seen.said(number),)
            return words.sentence(number)
    return answer_or_none(seen, notes, "decisions")


def changes(seen: Seen, words: Words, notes: Notes) -> Any:
    """Return how people are told of changes: the notice's first sentence that says so, else its first about changes."""
    numbers = [
        n for n in seen.of_kind("change") if not seen.values(n, "version_date") and "authority" not in seen.kinds(n)
    ]
    telling = [number for number in numbers if _TELLING.search(seen.text(number))]
    if not numbers:
        return None
    number = (telling or numbers)[0]
    notes["changes",] = (seen.said(number),)
    return words.sentence(number)
