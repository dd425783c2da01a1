"""The policy's words in an answer's JSON form, each in every language in which the policy has them.

A text stands twice: as a string, in the policy's own language, and below the same key with ``_by`` as language →
words, with ``any`` for what reads the same everywhere. So an answer can be shown in another language than the policy's,
and what is said in one language alone can be marked as such.
"""

from collections.abc import Iterable
from typing import Any

from holdord.policy.duration import Duration
from holdord.policy.model import Policy
from holdord.policy.purpose import Limit, Purpose
from holdord.policy.told import Said


def by(policy: Policy, words: str) -> dict[str, str]:
    """Return language → words; words without a language are in the policy's own."""
    return dict(words.by) if isinstance(words, Said) else {policy.told.language: words}


def said(policy: Policy, key: str, words: str | None) -> dict[str, Any]:
    """Return a text below ``key`` and its languages below ``<key>_by``; None for both where there is none."""
    return {key: str(words) if words else None, f"{key}_by": by(policy, words) if words else None}


def limit_document(policy: Policy, limit: Limit) -> dict[str, Any]:
    """Return a limit in parts: a duration, the clocks that it counts from as the policy names them, and its words."""
    grace = Duration(months=limit.duration.months, days=limit.duration.days + 1)
    return {
        "kind": limit.kind,
        "duration": _duration(limit.duration),
        "clocks": list(limit.named),
        "counted_from": ("calendar" if limit.year.calendar else "year") if limit.year else "",
        "within": None if limit.within == grace else _duration(limit.within),
        **said(policy, "open_ended", limit.open_ended),
    }


def promises_document(policy: Policy, purpose: Purpose) -> list[dict[str, Any]]:
    """Return the promises that a purpose keeps, the narrowest first."""
    return [{"id": name, **said(policy, "says", policy.promises[name].says)} for name in policy.promises_of(purpose.id)]


def clocks_document(policy: Policy) -> dict[str, dict[str, str]]:
    """Return clock → what people are told instead of its name, for those that the policy has words for."""
    return {name: by(policy, words) for name, words in policy.clocks.items()}


def categories_document(policy: Policy, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return category → its label; the languages are None for a label of the vocabulary, which is English."""
    found = {}
    for name in dict.fromkeys(names):
        category = policy.categories.get(name)
        label = category.label if category else name
        found[name] = {"label": str(label), "label_by": by(policy, label) if isinstance(label, Said) else None}
    return found


def requests_document(policy: Policy) -> dict[str, Any] | None:
    """Return where people turn to and how soon they are answered; None where the policy does not say."""
    asked = policy.told.requests
    if asked is None:
        return None
    return {**said(policy, "to", asked.to), "within": _duration(asked.within) if asked.within else None}


def _duration(duration: Duration) -> dict[str, Any]:
    return {"months": duration.months, "days": duration.days, "units": sorted(duration.shown_in)}
