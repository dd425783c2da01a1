"""Who of the staff did what to whose account, in the ledger: the act is readable, the names are salted commitments."""

from datetime import datetime

from holdord.ledger import log
from holdord.run.company import Company


def noted(company: Company, now: datetime, does: str, *, by: str, of: str = "") -> None:
    """Write down what was done to an account.

    Args:
        company: The folder.
        now: When.
        does: ``invited``, ``roles`` or ``removed``.
        by: Whose decision it was.
        of: Whose account; nobody's yet for an invitation.
    """
    sealed = {"by": by} | ({"of": of} if of else {})
    with company.state.writing() as connection:
        log.append(connection, [{"kind": "account", "does": does}], now=now, secrets=[sealed])
