"""What can be chosen in a wish: purposes to object to, consents to withdraw, kinds of data to correct."""

from datetime import date

from holdord.policy.model import Record
from holdord.policy.terms import CATEGORIES
from holdord.run.company import Company
from holdord.run.requests.access import access
from holdord.web.say import language

_OBJECTED = ("legitimate_interest", "public_task")


def choices(company: Company, person: Record, at: date, wanted: str) -> list[tuple[str, str]]:
    """Return what a form offers, of what is held about a person: id and words."""
    if wanted not in ("objection", "withdrawal", "rectification"):
        return []
    found = access(company, person, at)
    if wanted == "rectification":
        held = {value.category for item in found.items if not item.shared for value in item.values}
        held |= {column.category for columns in company.bound.columns.values() for column in columns}
        return sorted((one, _label(company, one)) for one in held)
    bases = _OBJECTED if wanted == "objection" else ("consent",)
    return [(one.id, label(company, one.id)) for one in found.purposes if one.basis in bases]


def label(company: Company, purpose: str) -> str:
    """Return what a purpose is called, in the page's language where the policy has it."""
    known = company.policy.purposes[purpose].label
    return known.within(language()) or str(known)


def _label(company: Company, category: str) -> str:
    known = company.policy.categories.get(category) or CATEGORIES[category]
    label = known.label
    within = getattr(label, "within", None)
    return str((within and within(language())) or label)
