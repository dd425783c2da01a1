"""What can be chosen when a request is written down for somebody: what the policy knows, whoever it is."""

from holdord.policy.terms import OBJECTED
from holdord.run.company import Company
from holdord.web.called import categories, purpose


def choices(company: Company, wanted: str) -> list[tuple[str, str]]:
    """Return what the form offers, id and words: purposes, consents, or kinds of data to correct."""
    purposes = company.policy.purposes.values()
    match wanted:
        case "objection":
            return [
                (one.id, purpose(company, one.id)) for one in purposes if one.basis in OBJECTED or one.ends_on_request
            ]
        case "withdrawal":
            return [(one.id, purpose(company, one.id)) for one in purposes if one.basis == "consent"]
        case "rectification":
            return categories(company)
        case _:
            return []
