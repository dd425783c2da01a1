"""Looking at what is held about a person, for a purpose: allowed or not, and written down first.

Data are processed for specified purposes (GDPR art. 5(1)(b)), and who looks processes them. So a full view has a
purpose, which the log has in the clear; who looked at whom are commitments, which open no more once requests of that
age are forgotten, too.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.ledger import log
from holdord.ledger.entry import moment_of
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.evidence import of_kind
from holdord.run.requests.book import named
from holdord.run.requests.limited import why_not

_KIND, _DOES = "view", "person"


def seen(company: Company, now: datetime, person: Record, purpose: str, who: str) -> None:
    """Write down that somebody looks at a person's data for a purpose, before anything is shown.

    Args:
        company: The folder.
        now: When.
        person: Whose data.
        purpose: What for; one of the policy's.
        who: The name of who looks.

    Raises:
        Refused: The policy has no such purpose, nobody is named, or the data may not be used for it (art. 18(2), 21).
    """
    if purpose not in company.policy.purposes:
        raise Refused(f"There is no purpose {purpose}.")
    if not who.strip():
        raise Refused("Data of a person are looked at by somebody with a name.")
    with company.state.writing() as connection:
        if why := why_not(connection, person, purpose):
            raise Refused(why)
        entry = {"kind": _KIND, "does": _DOES, "purpose": purpose}
        log.append(connection, [entry], now=now, secrets=[{"person": named(person), "who": who}])


def forget(connection: Connection, now: datetime, days: int) -> None:
    """Erase the salts of views that were written down more than ``days`` days ago."""
    before = now - timedelta(days=days)
    views = (one for one in of_kind(connection, _KIND) if one.value["does"] == _DOES)
    log.forget(connection, [one.index for one in views if moment_of(one.value["time"]) < before])
