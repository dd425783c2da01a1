"""A value so that who knows it knows it again, and nobody else learns it.

At most two letters, two last digits, or the year of a date. How long a value is, is not told either. A number by
which people are found everywhere, a bank account or a word about somebody's health shows nothing at all.
"""

import re
from typing import Any

from holdord.policy.terms import CATEGORIES
from holdord.run.outbox_lines import masked as masked_address
from holdord.run.requests.who import EMAIL, NAME, PHONE

DOTS = "…"
_NOTHING = ("identity.", "financial.", "sensitive.", "communication.", "media.", "technical.", "behaviour.", "social.")
"""Groups of which no letter is shown: numbers that identify by themselves, and words of or about a person."""
_DAY = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}([T ][0-9:.+Z-]*)?")
_LEAST_DIGITS = 7
_LEAST_LETTERS = 4
_ADDRESS = re.compile(r"[^@\s]{3,}@[^@\s.]{3,}\.[^@\s]{2,}")


def masked(category: str, value: Any) -> str:
    """Return what is shown of a value."""
    if not isinstance(value, str) or category not in CATEGORIES or category.startswith(_NOTHING):
        return DOTS  # of a category of the policy's own nobody knows how much it tells
    text = value.strip()
    if day := _DAY.fullmatch(text):
        return f"{day[1]}-{DOTS}"
    if category == EMAIL or "@" in text:
        return masked_address(text) if _ADDRESS.fullmatch(text) else DOTS
    digits = re.sub(r"\D", "", text)
    if category == PHONE:
        return f"{DOTS}{digits[-2:]}" if len(digits) >= _LEAST_DIGITS else DOTS
    if category == NAME:
        first = [word[0] for word in text.split() if len(word) >= 2 and word[0].isalpha()]
        return " ".join(f"{letter}{DOTS}" for letter in first[:1] + first[1:][-1:]) or DOTS
    return f"{text[0]}{DOTS}" if len(text) >= _LEAST_LETTERS and text[0].isalpha() else DOTS
