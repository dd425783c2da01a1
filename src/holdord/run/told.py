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


def stale(company: Company) -> dict[str, str]:
    """Return language → why the notice is not the one that the policy makes, for those that are not."""
    found = {language: _why_stale(company, language, name) for language, name in company.policy.notices.items()}
    return {language: why for language, why in found.items() if why}


def _why_stale(company: Company, language: str, name: str) -> str:
    spoken = next((one for one in get_args(Language) if one == language), None)
    if spoken is None:
        return f"{name} is in a language that holdord does not write."
    try:
        there = read_inside(company.folder, name, limit=MAX_BYTES)
        made = write(facts_of(company.policy, company.bound.datamap, spoken), spoken).encode()
    except InputError as error:
        return f"{name} cannot be held against the policy: {error.problems[0].what}"
    if sha256(there).digest() == sha256(made).digest():
        return ""
    return f"{name} is not what the policy says now: holdord write DIR --lang {language} --out {name}."
