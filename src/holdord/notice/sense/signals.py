"""What can be seen of a segment by itself: its concepts, its shapes, its length and its role.

A signal is a short name: that of a concept of ``lang/kinds.*.toml``, or of a shape, which is a pattern of signs rather
than words (an e-mail address, a telephone number, a postcode, a name behind "we use").
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from holdord.notice.facts.phrases import Found
from holdord.notice.model import Segment
from holdord.notice.sense.concepts import mentions
from holdord.policy.terms import Language

_DIGIT = re.compile(r"\d")
_WITH_DIGITS = {
    "phone": re.compile(
        r"(?<![\d.])(?:\+\d{1,3}[ \d()-]{7,}|\d{2}(?: \d{2}){3}\b|\d{3} \d{2} \d{3}\b|\d{2,4}-\d[\d ]{5,})"
    ),
    "postcode": re.compile(
        r"(?:^|[ ,])(?:[A-Z]{2}-)?\d{3} ?\d{1,2} [A-ZÆØÅÄÖ][\w.]+|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b"
    ),
    "org_digits": re.compile(r"\b(?:\d{3} ?\d{3} ?\d{3}|\d{6}-\d{4}|\d{8})\b"),
    "house_number": re.compile(r"^[\w .'’ÆØÅÄÖæøåäöé-]{3,40} \d{1,4} ?[A-Za-z]?(?:,|$)"),
    "year": re.compile(r"\b20[012]\d\b"),
}
_WITH_DOTS = {
    "email": re.compile(r"[\w.+-]+(?:@|\(at\)|\[at\])[\w-]+\.\w+"),
    "url": re.compile(r"https?://|www\.|\b[\w-]+\.(?:no|dk|se|com|org|eu|net|io|co\.uk)\b"),
}
_ANYWHERE = {
    "company": re.compile(
        r"\b(?=[A-Z])(?:AS|ASA|A/S|ApS|AB|SA|KS|I/S|IVS|Ltd|Limited|LLC|Inc|GmbH|Oy|SL|SE|BV|B\.V|Sp\. z)\b"
    ),
    "uses_name": re.compile(
        r"\b(?:bruker|benytter|bruger|anvender|använder|use|uses|using|brukar|nyttar|benyttes|anlitar|through|gjennom|"
        r"gennem|genom|hos|via|fra|från|frå|av|af|by|to|with|til|till)\s+(?:the\s+)?[A-ZÆØÅÄÖ][\w.-]{2,}"
    ),
}
_CARE_OF = re.compile(r"\bc/o\b|℅|v/")
_AT_THE_START = {
    "starts_to": re.compile(r"(?:For å|For at|To|At|Att|For|För att|Å|In order to)\b"),
    "starts_when": re.compile(r"(?:Når|Hvis|Dersom|Viss|Om|När|If|When|Såfremt|Where|Ved|Vid)\b"),
    "starts_this": re.compile(r"(?:Dette|Det|Detta|Dessa|Disse|Desse|This|These|It|Slik|Such|Sådan|De|Dei|They|Den)\b"),
    "capital_name": re.compile(r"[A-ZÆØÅÄÖ][\w.]*(?: [A-ZÆØÅÄÖ&][\w./]*){0,4}$"),
    "only_url": re.compile(r"\S*(?:https?://|www\.)\S+$"),
    "dot_name": re.compile(r"[^:]{2,45}[:–—] ?\S"),
    "table_row": re.compile(r"\||[^|]*\|.*\||[^\t]*\t"),
}
_ENDS = {
    ":": "ends_colon",
    "?": "ends_question",
    ".": "ends_stop",
    "!": "ends_stop",
    ")": "ends_stop",
    "»": "ends_stop",
}
_ITEMS = ("data_item", "purpose_verb", "person_group", "vendor")


def own_signals(segment: Segment, language: Language) -> frozenset[str]:
    """Return the concepts and shapes of a segment's own text."""
    found = _where(mentions(segment.text, language))
    signals = set(found)
    signals.update(_shapes(segment.text))
    if _about_people(found):
        signals.add("about_group")
    for concept in _ITEMS:
        number = len(found.get(concept, ()))
        if number >= 2:
            signals.add(f"{concept}:2")
        if number >= 4:
            signals.add(f"{concept}:4")
    words = segment.text.count(" ") + 1
    signals.add(f"role:{segment.role}")
    signals.add("words:1-3" if words < 4 else "words:4-8" if words < 9 else "words:9-20" if words < 21 else "words:21-")
    return frozenset(signals)


def _shapes(text: str) -> Iterator[str]:
    if end := _ENDS.get(text.rstrip()[-1:]):
        yield end
    if _DIGIT.search(text):
        yield from (name for name, shape in _WITH_DIGITS.items() if shape.search(text))
    if "." in text[:-1]:
        yield from (name for name, shape in _WITH_DOTS.items() if shape.search(text))
    if ("/" in text or "℅" in text) and _CARE_OF.search(text):
        yield "care_of"
    yield from (name for name, shape in _ANYWHERE.items() if shape.search(text))
    yield from (name for name, shape in _AT_THE_START.items() if shape.match(text))


def _where(found: Sequence[Found]) -> dict[str, set[int]]:
    """Return the first words of each concept; "e-mail" is no data where it is only the way that something is said."""
    channels = [one for one in found if one.what == "channel"]
    words: dict[str, set[int]] = {}
    for what, _, first, last in found:
        if what != "data_item" or not any(one.first <= first and last <= one.last for one in channels):
            words.setdefault(what, set()).add(first)
    return words


def _about_people(found: Mapping[str, Set[int]]) -> bool:
    """Tell whether data are said to be about a group of people: "about our customers"."""
    about = found.get("about", frozenset())
    return any(word - step in about for word in found.get("person_group", ()) for step in (1, 2, 3))
