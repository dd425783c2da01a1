"""Which of the items of GDPR art. 13 a notice gives, which are missing, and which do not apply.

Art. 13(1) and (2) list what a controller tells people "at the time when personal data are obtained". An item is given
(True) where the notice says it, a negative statement too ("we make no automated decisions"); missing (False) where it
does not; not applicable (None) where nothing calls for it: no legitimate interest to name where none is relied on, no
withdrawal where no consent is asked for. It is strict where the article is: a legal basis is given where a ground is
named for a processing, not where an act is mentioned; a complaint's authority where the authority is named; a data
protection officer where people are told how to reach one or that there is none.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from holdord.notice.facts import items_13_1, items_13_2
from holdord.notice.facts.asked import Notice
from holdord.notice.facts.controller import controller_of
from holdord.notice.model import Duration, Fact, Kind, Segment
from holdord.policy.terms import Language

ITEMS: dict[str, str] = {
    "controller_identity": "GDPR art. 13(1)(a)",
    "contact": "GDPR art. 13(1)(a)",
    "dpo": "GDPR art. 13(1)(b)",
    "purposes": "GDPR art. 13(1)(c)",
    "legal_basis": "GDPR art. 13(1)(c)",
    "legitimate_interest_named": "GDPR art. 13(1)(d)",
    "recipients": "GDPR art. 13(1)(e)",
    "third_country_transfer": "GDPR art. 13(1)(f)",
    "retention": "GDPR art. 13(2)(a)",
    "right_access": "GDPR art. 13(2)(b)",
    "right_rectification": "GDPR art. 13(2)(b)",
    "right_erasure": "GDPR art. 13(2)(b)",
    "right_restriction": "GDPR art. 13(2)(b)",
    "right_objection": "GDPR art. 13(2)(b)",
    "right_portability": "GDPR art. 13(2)(b)",
    "right_withdraw_consent": "GDPR art. 13(2)(c)",
    "complaint_authority": "GDPR art. 13(2)(d)",
    "statutory_contractual_requirement": "GDPR art. 13(2)(e)",
    "automated_decisions": "GDPR art. 13(2)(f)",
}

_READERS = items_13_1.READERS | items_13_2.READERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """What a notice gives of art. 13, and the number of the segment that gives it.

    Attributes:
        given: Item → given (True), missing (False), or not applicable (None).
        where: For each item given, the first segment that gives it.
    """

    given: dict[str, bool | None]
    where: dict[str, int] = field(default_factory=dict)


def art13(
    segments: Sequence[Segment],
    kinds: Sequence[Set[Kind]],
    facts: Sequence[Fact],
    durations: Sequence[Duration],
    language: Language,
    controller: str | None = None,
) -> Items:
    """Return the items of art. 13 that the notice gives, lacks or need not give.

    Args:
        segments: Of the whole notice, in order.
        kinds: For each segment its kinds.
        facts: What the segments say.
        durations: The times that they promise.
        language: What the notice is written in.
        controller: The controller's name, "" where none is given; None where it has not been looked for.
    """
    name = controller_of(segments, facts, language, kinds) if controller is None else controller
    notice = Notice(segments, kinds, facts, durations, name)
    given: dict[str, bool | None] = {}
    where: dict[str, int] = {}
    for item in ITEMS:
        answer = _READERS[item](notice)
        given[item] = answer if answer is None else answer is not False
        if answer is not None and answer is not False:
            where[item] = answer
    return Items(given=given, where=where)
