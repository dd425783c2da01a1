"""The closed vocabularies of a written notice: what every language has words of its own for.

What a notice says is either a term of these, so that it can be said in any language, or words that the controller
supplies in the language asked for. Data are terms of :mod:`holdord.policy.terms`, single (``contact.email``) or as a
whole group (``contact``). The words themselves stand in ``lang/write.<language>.toml``; a term without words in some
language is a defect that the tests find.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from holdord.policy.terms import CATEGORIES

Clock = Literal[
    "collected", "last_contact", "relation_started", "relation_ended", "agreement_ended", "employment_ended",
    "membership_ended", "account_closed", "consent_given", "consent_withdrawn", "unsubscribed", "objected",
    "block_lifted", "message_sent", "note_taken", "ordered", "delivered", "voucher_date", "paid", "event_held",
    "application_received", "application_decided", "application_closed", "uploaded", "site_visited",
    "profile_computed", "reviewed", "not_relevant", "claim_settled",
]  # fmt: skip
"""A moment that a storage duration counts from."""
CLOCKS: tuple[Clock, ...] = get_args(Clock)

Section = Literal[
    "controller", "purposes", "sensitive", "recipients", "transfers", "storage", "security", "cookies", "rights",
    "complaint", "decisions", "requirements", "changes",
]  # fmt: skip
"""A numbered section of the notice; they stand in this order."""
SECTIONS: tuple[Section, ...] = get_args(Section)

Role = Literal["processor", "controller", "authority"]
"""What a recipient is: a processor (GDPR art. 4(8)), a controller of its own (4(7)), or a public authority."""
ROLES: tuple[Role, ...] = get_args(Role)

Safeguard = Literal["adequacy", "standard_clauses", "none"]
"""What a transfer rests on: an adequacy decision (art. 45), standard contractual clauses (46(2)(c)), or neither."""
SAFEGUARDS: tuple[Safeguard, ...] = get_args(Safeguard)

Special = Literal["race", "politics", "belief", "union", "genetic", "biometric", "health", "sex_life"]
"""The special categories of GDPR art. 9(1)."""
SPECIALS: tuple[Special, ...] = get_args(Special)

Letter = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
"""The exceptions of GDPR art. 9(2)."""
LETTERS: tuple[Letter, ...] = get_args(Letter)

Right = Literal["access", "rectification", "erasure", "restriction", "portability", "withdrawal", "objection"]
"""The rights of GDPR arts. 15 to 18, 20, 7(3) and 21. Art. 22 stands with the automated decisions."""
RIGHTS: tuple[Right, ...] = get_args(Right)

Demand = Literal["statutory", "contractual", "to_enter_contract"]
"""Why data must be given, in the words of GDPR art. 13(2)(e)."""
DEMANDS: tuple[Demand, ...] = get_args(Demand)

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(name.partition(".")[0] for name in CATEGORIES))
DATA: tuple[str, ...] = (*GROUPS, *CATEGORIES)
"""What data may be named by: a group of categories, or one category."""

EEA: tuple[str, ...] = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
ELSEWHERE: tuple[str, ...] = (
    "AE", "AR", "AU", "BR", "CA", "CH", "CN", "FO", "GB", "GL", "HK", "ID", "IL", "IN", "JP", "KR", "MA", "MX", "MY",
    "NZ", "PH", "RS", "SG", "TH", "TR", "TW", "UA", "US", "UY", "VN", "ZA",
)  # fmt: skip
"""Countries outside the European Economic Area that recipients are often in, by ISO 3166 code."""

AUTHORITIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "NO": ("Datatilsynet", "https://www.datatilsynet.no"),
        "DK": ("Datatilsynet", "https://www.datatilsynet.dk"),
        "SE": ("Integritetsskyddsmyndigheten (IMY)", "https://www.imy.se"),
    }
)
"""Country → the supervisory authority (GDPR art. 51) and its web address."""
