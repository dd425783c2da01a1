"""Who is responsible: the name of the controller, as a notice gives it.

GDPR art. 13(1)(a): "the identity and the contact details of the controller". "The company" or "we" is no identity.
The name is looked for where it is said ("X is the controller", "operated by X"), then in the name with a company's
form at the head of the notice or in its address, then in its title ("Privacy notice for X"), then as the one who
collects.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set

from holdord.notice.facts.names import companies
from holdord.notice.facts.phrases import lower, table
from holdord.notice.model import Fact, Kind, Segment
from holdord.policy.terms import Language

_P = r"[A-ZÆØÅÄÖÜÉ0-9][\wæøåäöüé’'.&+/-]*"
_NAME = rf"(?P<name>{_P}(?:[ ](?:{_P}|&|og|och|and|of|for|i|v/|til|[a-zæøåäö]+:\w+)(?=[ ,.)(:;]|$)){{0,7}})"
_ROLE = (
    r"(?:behandlingsansvarle?i?ge?|behandlingsansvarleg|dataansvarlige?|dataansvarlig|personuppgiftsansvariga?"
    r"|(?:data )?controller"
    r"|ansvarlig for behandling\w*|ansvarleg for behandling\w*|ansvarig för behandling\w*"
    r"|responsible for (?:the )?process\w*|ansvarlig for forsvarlig)"
)
_SAID = (
    re.compile(rf"{_NAME}[^.;:|]{{0,140}}?\s(?:er|är|is|står|acts as|vil være|are)\s+(?:\w+\s+){{0,3}}?{_ROLE}"),
    re.compile(
        rf"(?i:{_ROLE})(?:e|en|s)?[^.;|]{{0,80}}?\s*(?:\ber\b|\bär\b|\bis\b|:)\s*(?:(?:the|selskapet|firmaet"
        rf"|virksomheden|företaget|company|partiet|foreningen|föreningen)\s+)?{_NAME}"),
    re.compile(
        rf"(?:drevet|drevne|driven|drivne|drive|drives|drivs|drivna|drifted|eies|ejes|ägs|owned|operated|run|processed|provided|leveres"
        rf"|udgives|utgitt|utgis|publisert)\s+(?:\w+\s+){{0,3}}?(?:av|af|by)\s+(?:(?:the|selskapet|firmaet|partiet"
        rf"|foreningen|föreningen|virksomheden|företaget)\s+)?{_NAME}"),
    re.compile(
        rf"{_NAME}\s+(?:\w+\s+){{0,3}}?(?:har|has|ansvarar för|hefur)\s+(?:\w+\s+){{0,2}}?(?:behandlingsansvar\w*"
        rf"|dataansvar\w*|personuppgiftsansvar\w*|ansvar\w* for behandling\w*|ansvar\w* för behandling\w*)"),
    re.compile(
        rf"(?:behandlingsansvaret|dataansvaret|personuppgiftsansvaret)\s+(?:\w+\s+){{0,3}}?(?:hos|til|till)\s+{_NAME}"),
)  # fmt: skip
_SAYS = re.compile(
    r"ansvar|controller|responsible|dr[ei]v[en]|drivs|driftes|eies|ejes|ägs|owned|operated|run by|processed by"
    r"|provided by|levere?[sr]e?s? a[vf]|udgive|utgi[st]|publisert"
)
_WE = re.compile(rf"\b(?:[Ww]e,?\s+(?:are\s+|at\s+|in\s+)?|[Vv]i,?\s+(?:i|på|hos|er|är|ved)\s+){_NAME}")
_FOR = re.compile(rf"(?i:{_ROLE})\s+(?:for|för)\s+{_NAME}(?:s|’s|'s)?\s+(?:behandling|processing)")
_HEADED = re.compile(rf"(?i:{_ROLE})")
_STARTS = re.compile(
    rf"(?:[-•*]\s*)?(?:(?i:navn|name|namn|selskap|företag|virksomhed|company):\s*)?{_NAME}(?=[,.:;(]|$)"
)
_TITLE = re.compile(
    rf"(?i:personvern\w*|privatlivspolitik\w*|persondatapolitik\w*|integritetspolicy\w*|dataskydd\w*"
    rf"|privacy (?:notice|policy|statement)|privatlivs\w*|personuppgiftspolicy\w*)\s+(?i:for|för|i|hos|ved|of|at"
    rf"|hjå|[-–—|:])\s+{_NAME}"
)
_TITLED = re.compile(
    rf"^{_NAME}(?:s|’s|'s|’|')?\s+(?i:personvern\w*|privatlivspolitik|persondatapolitik|integritetspolicy"
    rf"|privacy (?:notice|policy|statement))"
)
_COLLECTS = re.compile(
    rf"{_NAME}\s+(?:\((?:[^)]*)\)\s*)?(?:samler|behandler|behandlar|indsamler|samlar|hentar|innhenter|collects?"
    rf"|process(?:es)?|respects?|tar|tager|värnar|is committed|lagrer|bruker|benytter|anvender|använder|uses?"
    rf"|follow\w*|følger|följer|opptatt|ønsker|ønskjer)\b"
)
_NOT_NAMES = frozenset(table("names.toml")["controller"]["no_name"])
_FORMS = re.compile(
    r"\s(?:ASA|AS|A/S|AB|HB|ApS|IVS|Ltd\.?|Limited|LLC|Inc\.?|GmbH|SL|BV|Oy|SA|ANS|DA|I/S|K/S|P/S|plc|PLC)$"
)
_OTHERS: frozenset[Kind] = frozenset(("recipient", "processor_role", "transfer", "authority", "cookie"))


def controller_of(
    segments: Sequence[Segment], facts: Sequence[Fact], language: Language, kinds: Sequence[Set[Kind]] | None = None
) -> str:
    """Return the controller's name, or "" where the notice does not give it."""
    texts = [segment.text for segment in segments]
    others = [bool(kinds[number] & _OTHERS) if kinds is not None else False for number in range(len(texts))]
    own = [text for text, other in zip(texts, others, strict=True) if not other]
    said = _said(texts)
    formed = [name for text in own for name, _, _ in companies(text)]
    said = said or _below(segments, kinds)
    if said:
        return next((name for name in formed if _same(name, said)), None) or _as_titled(said, texts)
    collector, times = _most_active(own)
    if formed:
        name, often = Counter(formed).most_common(1)[0]
        alike = next((other for other in formed if _same(other, collector)), "")
        known = sum(collector in text for text in texts) if times else 0
        return alike or (collector if known > 2 * often and len(collector) > 3 else name)
    for text in texts[:6]:
        title = _TITLE.search(text) or _TITLED.search(text)
        if title and (name := _clean(title["name"])):
            return name
    return _collector(collector, times, texts)


def _below(segments: Sequence[Segment], kinds: Sequence[Set[Kind]] | None) -> str:
    """Return the name that stands first below a heading such as "Controller"."""
    for number, segment in enumerate(segments[:-1]):
        if len(segment.text) > 60 or not _HEADED.search(segment.text):
            continue
        below = segments[number + 1]
        if kinds is not None and not kinds[number + 1] & {"controller", "contact"}:
            continue
        match = _STARTS.match(below.text)
        if match and (len(below.text) < 80) and (name := _clean(match["name"])):
            return name
    return ""


def _as_titled(said: str, texts: Sequence[str]) -> str:
    """Return the name with the small words that the title gives it and a sentence repeats: "Havlys songlag"."""
    for title in texts[:3]:
        match = re.search(rf"\s(?:for|för|hos|of)\s+({re.escape(said)}(?:\s[\w-]+){{1,4}})$", title)
        if match and any(text.startswith(f"{match[1]} ") for text in texts[1:]):
            return match[1]
    return said


def _same(name: str, short: str) -> bool:
    """Tell whether a name with a company's form is the short one, perhaps in the genitive."""
    bare = _FORMS.sub("", name).lower().rstrip(",")
    return bool(short) and (
        name.lower().startswith(short.lower()) or short.lower() in (bare + "s", bare + "’s", bare + "'s")
    )


def _most_active(own: Iterable[str]) -> tuple[str, int]:
    """Return the name that most sentences have as the one who collects or processes, and how many do."""
    counts: Counter[str] = Counter()
    for text in own:
        for match in _COLLECTS.finditer(text):
            if name := _clean(match["name"]):
                counts[name] += 1
    return counts.most_common(1)[0] if counts else ("", 0)


def _said(texts: Iterable[str]) -> str:
    """Return the name that a sentence says is responsible."""
    texts = [text for text in texts if _SAYS.search(lower(text))]
    for pattern in (*_SAID, _FOR):
        for text in texts:
            for match in pattern.finditer(text):
                if name := _clean(match["name"]):
                    return name
    return ""


def _collector(name: str, times: int, texts: Sequence[str]) -> str:
    """Return the one who collects where the notice says so twice or near its head; else the one behind "we"."""
    if times >= 2 or (times and any(name in text for text in texts[:4])):
        return name
    for text in texts[:4]:
        if (match := _WE.search(text)) and (found := _clean(match["name"])):
            return found
    return ""


def _clean(name: str) -> str:
    """Drop what is no part of a name; "" where nothing is left of it."""
    words = name.strip(" ,.:;()'’\"").split()
    while words and words[0].lower().strip(".,") in _NOT_NAMES:
        if _FORMS.search(name):
            words.pop(0)
            continue
        return ""
    while words and (
        words[-1].lower() in ("og", "och", "and", "of", "for", "i", "til", "v/", "&")
        or words[-1].lower() in ("er", "är", "is")
    ):
        words.pop()
    cleaned = " ".join(words).rstrip(",.:;")
    if len(cleaned) < 2 or cleaned.replace(" ", "").isdigit() or not any(letter.isupper() for letter in cleaned):
        return ""
    return cleaned[:-1] if cleaned.endswith(("'", "’")) else cleaned
