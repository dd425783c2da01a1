"""What became of an objection: what is absolute, what waits to be weighed, what was decided and why (GDPR art. 21)."""

from datetime import date
from typing import Any

from holdord.policy.told import Said
from holdord.run.company import Company
from holdord.run.requests.answer import grounds_document
from holdord.run.requests.limited import Limit
from holdord.run.requests.placed import NOTICE


def answer(company: Company, at: date, placed: tuple[Limit, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what became of an objection, and what waits until the answer is complete."""
    policy = company.policy
    waits = [limit for limit in placed if limit.waits]
    labels = {name: _label(purpose.label) for name, purpose in policy.purposes.items()}
    document = {
        "holdord_objection": 1,
        **head(company, at),
        "decision": _decision(placed),
        "purposes": [labels[limit.purpose] for limit in placed if limit.purpose in labels],
        "reason": " ".join(dict.fromkeys(limit.outcome for limit in placed if limit.outcome)) or None,
        "until": max((day for limit in placed if (day := _until(limit, at))), default=None),
        "decisions": [
            labels[limit.purpose]
            | {"decision": _decision((limit,)), "reason": limit.outcome or None, "until": _until(limit, at)}
            for limit in placed
            if limit.purpose in labels
        ],
    }
    open_for = tuple(f"Objection {limit.number} to {limit.purpose} waits to be weighed." for limit in waits)
    return document, open_for


def _decision(placed: tuple[Limit, ...]) -> str:
    if not placed or any(limit.waits for limit in placed):
        return "open"
    found = {_one(limit) for limit in placed}
    return found.pop() if len(found) == 1 else "mixed"


def _one(limit: Limit) -> str:
    if limit.ends_purpose:
        return "marketing" if limit.ground == "absolute" else "upheld"
    return "renewed" if limit.how == "lifted" and limit.ground == "absolute" else "rejected"


def _until(limit: Limit, at: date) -> str | None:
    """Return the day until which data stay restricted although an objection is overruled (art. 18(3))."""
    if limit.how != "overruled" or not limit.holds:
        return None
    return max(limit.review, at + NOTICE).isoformat()


def _label(label: Said) -> dict[str, Any]:
    return {"for": str(label), "for_by": dict(label.by)}


def head(company: Company, at: date) -> dict[str, Any]:
    """Return what every answer begins with: of which day, by whom, and where one can complain."""
    return {"at": at.isoformat(), **grounds_document(company.policy, ()), "language": company.policy.told.language}
