"""What can be chosen in a wish: purposes to object to, consents to withdraw, kinds of data to correct."""

from datetime import date

from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests.access import access
from holdord.web.called import categories, purpose
from holdord.web.say import said

_OBJECTED = ("legitimate_interest", "public_task")
Choice = tuple[str, str]
"""An id and its words."""


def choices(company: Company, person: Record, at: date, wanted: str) -> list[Choice] | list[tuple[str, list[Choice]]]:
    """Return what a form offers; kinds of data in two groups, since something may be missing as well as wrong."""
    if wanted not in ("objection", "withdrawal", "rectification"):
        return []
    found = access(company, person, at)
    if wanted == "rectification":
        held = {value.category for item in found.items if not item.shared for value in item.values}
        kinds = categories(company)
        groups = [("portal.kinds_held", [one for one in kinds if one[0] in held])]
        groups += [("portal.kinds_other", [one for one in kinds if one[0] not in held])]
        return [(said(words), group) for words, group in groups if group]
    bases = _OBJECTED if wanted == "objection" else ("consent",)
    return [(one.id, purpose(company, one.id)) for one in found.purposes if one.basis in bases]
