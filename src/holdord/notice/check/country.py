"""Which country a controller is in, as far as its notice tells: by its form of company, its number, its addresses.

The language alone decides last, and only for the four that are spoken in one country.
"""

import re
from collections import Counter

from holdord.notice.model import Reading

_FORMS = (
    (re.compile(r"\b(?:AS|ASA|ANS|DA)$"), "NO"),
    (re.compile(r"\b(?:A/S|ApS|IVS|P/S|K/S|I/S)$"), "DK"),
    (re.compile(r"\b(?:AB|HB|KB)$"), "SE"),
    (re.compile(r"\b(?:Ltd\.?|Limited|LLP|plc|PLC)$"), "GB"),
    (re.compile(r"\b(?:S\.?L\.?)$"), "ES"),
)
_ENDINGS = {"no": "NO", "dk": "DK", "se": "SE", "uk": "GB", "es": "ES"}
_CODES = {"+47": "NO", "+45": "DK", "+46": "SE", "+44": "GB", "+34": "ES"}
_LANGUAGES = {"nb": "NO", "nn": "NO", "da": "DK", "sv": "SE"}


def country_of(reading: Reading) -> str:
    """Return NO, DK, SE, GB or ES, or "" where the notice does not tell."""
    for form, country in _FORMS:
        if form.search(reading.controller):
            return country
    votes: Counter[str] = Counter()
    for fact in reading.facts:
        if "authority" in reading.kinds[fact.segment]:
            continue
        if fact.what == "email":
            votes[_ENDINGS.get(fact.value.rsplit(".", 1)[-1], "")] += 2
        elif fact.what == "phone":
            votes[_CODES.get(fact.value[:3], "")] += 2
    votes.pop("", None)
    if votes:
        return votes.most_common(1)[0][0]
    return _LANGUAGES.get(reading.language, "")
