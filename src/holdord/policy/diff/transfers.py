"""What changed in what a recipient is, and in which country: whose instructions it follows, what protects data there.

A processor follows the controller's instructions (GDPR art. 28(3)(a)), a controller of its own does not, so becoming
one protects people less. A country outside the EEA is told with what the transfer rests on (13(1)(f)): an adequacy
decision (45) protects more than standard clauses (46(2)(c)), and these more than nothing.
"""

from collections.abc import Iterator

from holdord.policy.diff.change import Change, Protects, changed
from holdord.policy.told import Recipient

_ARTICLE = "GDPR art. 13(1)(f)"
_ROLES = {"processor": "a processor", "controller": "a controller of its own", "authority": "a public authority"}
_RESTS = {
    "adequacy": "an adequacy decision (GDPR art. 45)",
    "standard_clauses": "standard contractual clauses (GDPR art. 46(2)(c))",
    "binding_rules": "binding corporate rules (GDPR art. 46(2)(b))",
    "none": "nothing that the law names",
}
_STRENGTH = {"adequacy": 2, "standard_clauses": 1, "binding_rules": 1, "none": 0}


def recipient_changes(path: str, lead: str, before: Recipient, after: Recipient) -> Iterator[Change]:
    """Yield what changed in a recipient beside the words for it."""
    if before.role != after.role:
        yield _role(path, lead, before, after)
    if before.country != after.country:
        yield _country(path, lead, before, after)
    elif before.safeguard and after.safeguard and before.safeguard != after.safeguard:
        gained = _STRENGTH[after.safeguard] - _STRENGTH[before.safeguard]
        protects: Protects = "less" if gained < 0 else "more" if gained else "same"
        text = f"{lead}: the transfer now rests on {_RESTS[after.safeguard]}; before it was {_RESTS[before.safeguard]}."
        yield changed(f"{path}.safeguard", "changed", protects, _ARTICLE, text)


def _role(path: str, lead: str, before: Recipient, after: Recipient) -> Change:
    article = "GDPR art. 4(7), 4(8), 13(1)(e)"
    if after.role is None:
        text = f"{lead}: what it is, is no longer said; before it was {_ROLES[before.role or 'controller']}."
        return changed(f"{path}.role", "removed", "less", article, text)
    if before.role is None:
        return changed(f"{path}.role", "added", "more", article, f"{lead} is now said to be {_ROLES[after.role]}.")
    protects: Protects = "less" if before.role == "processor" else "more" if after.role == "processor" else "same"
    text = f"{lead} is now {_ROLES[after.role]}; before it was {_ROLES[before.role]}."
    return changed(f"{path}.role", "changed", protects, article, text)


def _country(path: str, lead: str, before: Recipient, after: Recipient) -> Change:
    where = f"{path}.country"
    if not after.country:
        text = f"{lead}: data no longer leave the EEA; before they went to {before.country}."
        return changed(where, "removed", "more", _ARTICLE, text)
    rests = _RESTS[after.safeguard or "none"]
    then = f"; before they went to {before.country}" if before.country else ""
    text = f"{lead}: data now go to {after.country}, outside the EEA, which rests on {rests}{then}."
    return changed(where, "changed" if before.country else "added", "less", _ARTICLE, text)
