"""All checks of a notice by itself.

A general manager reads this, so precision comes before recall: nothing is found twice, and where one thing is wrong in
many places the first three are shown.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from holdord.notice.check.claims import claims
from holdord.notice.check.codes import CODES
from holdord.notice.check.consent import consent
from holdord.notice.check.identity import identity
from holdord.notice.check.laws import laws
from holdord.notice.check.looked import Looked
from holdord.notice.check.missing import missing
from holdord.notice.check.pointers import pointers
from holdord.notice.check.requests import requests
from holdord.notice.check.residue import residue
from holdord.notice.check.times import times
from holdord.notice.check.vague import vague
from holdord.notice.model import Finding, Reading

_CHECKS: tuple[Callable[[Looked], Iterator[Finding]], ...] = (
    missing, identity, claims, times, requests, laws, consent, pointers, residue, vague,
)  # fmt: skip
_MOST = 3  # findings of one code


def check(reading: Reading) -> tuple[Finding, ...]:
    """Return what is missing, contradicts itself, is unknown to the law, points nowhere or cannot be kept.

    What is missing comes first, in the order of the articles; the rest in the order of the text.
    """
    looked = Looked.at(reading)
    return settled(found for one in _CHECKS for found in one(looked))


def settled(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings once each, in order, at most three of a code; the last of them counts the rest."""
    unique = list(dict.fromkeys(findings))
    order = list(CODES)
    unique.sort(key=lambda one: (one.start is not None, one.start or 0, order.index(one.code)))
    total = Counter(one.code for one in unique if one.start is not None)
    shown: Counter[str] = Counter()
    kept: list[Finding] = []
    for one in unique:
        shown[one.code] += one.start is not None
        if shown[one.code] > _MOST:
            continue
        left = total[one.code] - _MOST
        if shown[one.code] == _MOST and left > 0:
            one = replace(one, text=f"{one.text} The same again in {left} more place{'s' if left > 1 else ''}.")
        kept.append(one)
    return tuple(kept)
