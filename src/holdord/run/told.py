"""Whether the notices in the folder say what the policy promises, for the board (GDPR art. 5(1)(a), 13, 14).

That a notice has the sentences that a policy quotes is seen to when the folder is opened. Of all else that it should
say one thing is certain: it is, byte for byte, what ``holdord write`` makes of the policy now.
"""

from hashlib import sha256
from typing import get_args

from holdord.document import MAX_BYTES
from holdord.errors import InputError
from holdord.files import read_inside
from holdord.notice.write.page import write
from holdord.notice.write.policy import facts_of
from holdord.policy.terms import Language
from holdord.run.company import Company
from holdord.run.reasons.reason import Reason, found, reason


def stale(company: Company) -> dict[str, tuple[Reason, ...]]:
    """Return language → why the notice is not the one that the policy makes, for those that are not."""
    every = {language: _why_stale(company, language, name) for language, name in company.policy.notices.items()}
    return {language: why for language, why in every.items() if why}


def _why_stale(company: Company, language: str, name: str) -> tuple[Reason, ...]:
    spoken = next((one for one in get_args(Language) if one == language), None)
    if spoken is None:
        return (reason("notice_foreign", name=name),)
    try:
        there = read_inside(company.folder, name, limit=MAX_BYTES)
        made = write(facts_of(company.policy, company.bound.datamap, spoken), spoken).encode()
    except InputError as error:
        return (reason("notice_unread", name=name), found(error.problems[0].what))
    if sha256(there).digest() == sha256(made).digest():
        return ()
    return (reason("notice_stale", name=name, language=language),)
