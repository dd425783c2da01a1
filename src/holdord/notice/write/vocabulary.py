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
    "employment_started", "membership_ended", "account_opened", "last_login", "account_closed", "agreement_signed",
    "consent_given", "consent_withdrawn", "unsubscribed", "objected", "block_lifted", "message_sent", "note_taken",
    "ordered", "delivered", "voucher_date", "paid", "event_held", "application_received", "application_decided",
    "application_closed", "uploaded", "site_visited", "signed_up", "email_opened", "profile_begun",
    "profile_computed", "reviewed", "not_relevant", "claim_settled",
]  # fmt: skip
"""A moment that a storage duration counts from."""
CLOCKS: tuple[Clock, ...] = get_args(Clock)

CLOCK_OF: Mapping[str, Clock] = MappingProxyType(
    {
        "agreement.voucher_date": "agreement_ended",
        "sent": "message_sent",
        "taken": "note_taken",
        "opened": "account_opened",
        "signed": "agreement_signed",
        "received": "application_received",
        "decided": "application_decided",
        "registered": "signed_up",
        "subscribed": "consent_given",
        "requested": "site_visited",
        "occurred": "site_visited",
        "mail_occurred": "email_opened",
        "profiled": "profile_begun",
        "computed": "profile_computed",
    }
)
"""A clock of the register, of one record class or of any → the term that it is told by.

The others bear the term's own name.
"""

Right = Literal["access", "rectification", "erasure", "restriction", "portability", "withdrawal", "objection"]
"""The rights of GDPR arts. 15 to 18, 20, 7(3) and 21. Art. 22 stands with the automated decisions."""
RIGHTS: tuple[Right, ...] = get_args(Right)

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(name.partition(".")[0] for name in CATEGORIES))
DATA: tuple[str, ...] = (*GROUPS, *CATEGORIES)
"""What data may be named by: a group of categories, or one category."""
