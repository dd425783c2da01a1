"""The legal basis of a purpose (GDPR art. 6(1)), as far as its notice says it, else as it usually is.

What names an article or a ground in the sentences that tell of the purpose comes first, then in those that belong to
them, then at the heading, then below a heading about grounds for nothing in particular. Of several the usual one is
taken; else no consent, which people can end, where another is named beside it. A duty in law is believed only where its
act is known: the basis "legal obligation" needs one (art. 6(3)).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from holdord.notice.draft.draft import Note
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.told import Purposes, Told
from holdord.notice.draft.usual import usual
from holdord.policy.terms import Language

NAMES = {
    "6(1)(a)": "consent",
    "6(1)(b)": "contract",
    "6(1)(c)": "legal_obligation",
    "6(1)(d)": "vital_interests",
    "6(1)(e)": "public_task",
    "6(1)(f)": "legitimate_interest",
}
_USUALLY = "legitimate_interest"
_GROUNDS = re.compile(
    r"grunnlag|grundlag|hjemmel|heimel|rättslig grund|laglig grund|legal (?:basis|ground)|lawful basis", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """A legal basis, the act that goes with it, and where both come from."""

    basis: str
    law: Mapping[Language, str] | str
    note: Note


def ground_of(seen: Seen, purposes: Purposes, one: Told, duty: str = "") -> Ground:
    """Return a purpose's basis; ``duty`` is an act that the notice names for keeping its data, or empty."""
    known = usual().get(one.id)
    law = (known.law.get(seen.country) if known else None) or duty
    if known is not None and any(limit.at_least for limit in known.limits):
        named = [number for number in one.segments if not seen.is_heading(number)]
        text = "the law demands it. The reference should be checked by a lawyer."
        note = Note("guess", f"the notice does not say it; {text}") if not named else Note("guess", text)
        return Ground(basis="legal_obligation", law=law, note=note)
    if duty and known is None:
        return Ground(basis="legal_obligation", law=duty, note=Note("guess", "the notice names an act for it."))
    found = _named(seen, purposes, one, law=bool(law))
    if found:
        usually = known.basis if known else ""
        sure = [pair for pair in found if pair[1] != "consent"] or found
        number, basis = next((pair for pair in found if pair[1] == usually), sure[0])
        others = sorted({other for _, other in found} - {basis})
        text = seen.places.sentence(number)
        if others:
            return Ground(
                basis=basis, law=law, note=Note("guess", f"the notice also names {', '.join(others)}. {text}")
            )
        return Ground(basis=basis, law=law, note=Note("said", text))
    basis = known.basis if known else _USUALLY
    text = "the notice names no basis for this; this is the usual one."
    return Ground(basis=basis, law=law, note=Note("guess", text))


def _named(seen: Seen, purposes: Purposes, one: Told, *, law: bool) -> list[tuple[int, str]]:
    """Return the grounds that sentences name for a purpose, the nearest sentences first."""
    direct = [number for number in one.segments if not seen.is_heading(number)]
    leads = [lead for number in direct if (lead := seen.lead(number)) is not None]
    after = [number for number, names in purposes.belongs.items() if one.id in names and number not in direct]
    around = [
        number for section in dict.fromkeys(map(seen.section, direct))
        if section is not None and _GROUNDS.search(seen.text(section))
        for number in seen.below(section)
        if "legal_basis" in seen.kinds(number) and not purposes.belongs.get(number)
    ]  # fmt: skip
    found: list[tuple[int, str]] = []
    for group in (direct, leads, after, around):
        for number in dict.fromkeys(group):
            kinds = seen.kinds(number)
            if kinds & {"right", "recipient", "definition_or_filler"} or (
                group is after and "legal_basis" not in kinds
            ):
                continue
            bases = [NAMES[value] for value in _grounds(seen, number) if value in NAMES]
            found += [(number, basis) for basis in bases if basis != "legal_obligation" or law]
        if found:
            break
    return found


def _grounds(seen: Seen, number: int) -> list[str]:
    """Return the grounds that a sentence names; one about how long names none but by its article."""
    facts = [fact for fact in seen.facts.get(number, ()) if fact.what == "basis"]
    if seen.durations.get(number):
        facts = [fact for fact in facts if any(sign.isdigit() for sign in seen.reading.plain[fact.start : fact.end])]
    return list(dict.fromkeys(fact.value for fact in facts))
