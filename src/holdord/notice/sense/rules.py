"""What a careful reader concludes from the signals of one segment: for each kind, whether its words are there.

The rules of ``rules_data`` and ``rules_promises`` read the concepts of ``lang/kinds.*.toml``, shapes, and some marks of
a segment's place: ``t:`` the topic of the heading above, ``lt:`` the kinds of the lead-in, and ``after_authority``,
``after_contact``, ``after_right``, ``after_data`` what the segment before is.
"""

from collections.abc import Callable

from holdord.notice.model import Kind
from holdord.notice.sense import rules_data, rules_promises

Signals = frozenset[str]

RULES: dict[Kind, Callable[[Signals], bool]] = {
    "controller": rules_data.controller,
    "contact": rules_data.contact,
    "data_category": rules_data.data_category,
    "data_subject": rules_data.data_subject,
    "source": rules_data.source,
    "purpose": rules_data.purpose,
    "legal_basis": rules_data.legal_basis,
    "retention": rules_promises.retention,
    "recipient": rules_promises.recipient,
    "transfer": rules_promises.transfer,
    "right": rules_promises.right,
    "deadline": rules_promises.deadline,
    "consent": rules_promises.consent,
    "cookie": rules_promises.cookie,
    "security": rules_promises.security,
    "profiling": rules_promises.profiling,
    "authority": rules_promises.authority,
    "change": rules_promises.change,
    "processor_role": rules_promises.processor_role,
    "sensitive": rules_data.sensitive,
}


def read_alone(signals: Signals) -> frozenset[Kind]:
    """Return the kinds that a segment tells by its own words; none where it tells nothing that is known.

    ``definition_or_filler`` stands alone, for what is plainly a definition, an introduction or a reference.
    """
    if rules_promises.filler(signals):
        return frozenset({"definition_or_filler"})
    return frozenset(kind for kind, holds in RULES.items() if holds(signals))
