"""Telling the person: the answer is put where they can read it, and a letter says so (GDPR art. 12(1), 12(3), 12(4)).

Each is posted in the transaction of what it tells of. Who came without an address, by letter or telephone, is told by
the same way: then nothing is posted, and whoever handles the request is told that somebody must write.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import today
from holdord.policy.terms import COUNTRIES, Language
from holdord.run import outbox
from holdord.run.company import Company
from holdord.run.letters.letter import Fact, Kind, letter
from holdord.run.requests import handed
from holdord.run.requests.booked import Request, find
from holdord.run.requests.limited import Limit


def received(connection: Connection, company: Company, now: datetime, one: Request) -> bool:
    """Tell that a request came, and until when it is answered; tell whether a letter is on its way."""
    return _post(connection, company, now, one, "received", {"due": one.due})


def answered(
    connection: Connection, company: Company, now: datetime, one: Request, document: Mapping[str, Any]
) -> bool:
    """Put an answer into the portal, and tell where; tell whether a letter is on its way."""
    until = handed.hand(connection, now, one.number, document)
    day = today(company.policy.controller.zone, until)
    return _post(connection, company, now, one, "answered", {"link": _portal(company, one), "until": day})


def extended(connection: Connection, company: Company, now: datetime, one: Request) -> bool:
    """Tell why it takes longer, and until when; tell whether a letter is on its way."""
    return _post(connection, company, now, one, "extended", {"reason": one.extended_for, "due": one.due})


def refused(connection: Connection, company: Company, now: datetime, one: Request, *, is_rest: bool = False) -> bool:
    """Tell why nothing is done, or no more, and where to complain; tell whether a letter is on its way."""
    country = COUNTRIES[company.policy.controller.country]
    facts: dict[str, Fact] = {"reason": one.reason, "authority": country.authority, "web": country.web}
    return _post(connection, company, now, one, "refused_rest" if is_rest else "refused", facts)


def lifting(connection: Connection, company: Company, now: datetime, limit: Limit) -> bool:
    """Tell why a restriction will be lifted, before it is (art. 18(3)); tell whether a letter is on its way."""
    try:
        one = find(connection, company.policy, limit.request or 0)
    except Refused:  # nobody asked, or the request is forgotten
        return False
    return _post(connection, company, now, one, "restriction_lifted", {"reason": limit.outcome, "day": limit.review})


def _portal(company: Company, one: Request) -> str:
    return f"{company.settings.portal}/{_language(company, one)}/ask/?for=look"


def _language(company: Company, one: Request) -> Language:
    return cast(Language, one.language or company.policy.told.language)


def _post(
    connection: Connection, company: Company, now: datetime, one: Request, kind: Kind, facts: Mapping[str, Fact]
) -> bool:
    if not one.email or not company.settings.portal:
        return False
    language = _language(company, one)
    known: dict[str, Fact] = {"company": company.policy.controller.name, "number": one.number, "what": one.asks_for}
    made = letter(kind, language, known | dict(facts))
    outbox.post(connection, now, request=one.number, kind=kind, recipient=one.email, language=language, made=made)
    return True
