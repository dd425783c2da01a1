"""Which purposes a member of the staff serves, and for which of them a person's data may be used now.

Whoever answers requests sees what is held for every purpose; sales and accounts for those that the settings give to
their role (GDPR art. 5(1)(b), 25(2)).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from sqlalchemy import Connection

from holdord.config import SERVING
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests.limited import Limit, of, why_not
from holdord.web.called import english, purpose
from holdord.web.say import said
from holdord.web.staff.roles import OFFICE, roles_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """Whether data of a person may be used for a purpose.

    Attributes:
        label: The purpose in words.
        why_not: Why it may not be, in words; empty where it may.
    """

    purpose: str
    label: str
    why_not: str


def purposes_of(company: Company, request: HttpRequest) -> frozenset[str]:
    """Return the purposes of the policy that somebody serves by their roles."""
    known, roles = company.policy.purposes, roles_of(request)
    if roles.intersection(OFFICE):
        return frozenset(known)
    return frozenset(name for role in roles for name in company.settings.serves.get(role, ()) if name in known)


def unknown(company: Company) -> list[str]:
    """Return what the settings give to a role and is no purpose of the policy."""
    given = {name for role in SERVING for name in company.settings.serves.get(role, ())}
    return sorted(given - set(company.policy.purposes))


def uses(company: Company, connection: Connection, person: Record, purposes: Iterable[str]) -> list[Use]:
    """Return for each purpose whether a person's data may be used for it."""
    limits = of(connection, person)
    return [
        Use(
            purpose=name,
            label=purpose(company, name),
            why_not=_in_words(limits, name, why) if (why := why_not(connection, person, name)) else "",
        )
        for name in purposes
    ]


def _in_words(limits: list[Limit], name: str, why: str) -> str:
    """Say why not in the page's language; as the program says it where the reason is another one."""
    for one in limits:
        if one.ends_purpose and one.purpose == name:
            how = one.ground if one.ground in ("withdrawn", "erasure") else "over"
            return said(f"people.is_{how}", day=one.since)
    for one in limits:
        if one.holds:
            return said("people.is_restricted", day=one.since)
    return english(why)
