"""A second known fact: what who asks says about themselves, compared with what is held (GDPR art. 12(6), recital 64).

A link proves that somebody reads an address. Before data are shown, corrected or erased, they name one more thing that
is held about them. What they say is compared and never kept, and no answer tells what is held.
"""

import hmac
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal, get_args

from holdord.ledger import log
from holdord.policy.model import Record
from holdord.run import links
from holdord.run.company import Company
from holdord.run.requests.access import access
from holdord.run.requests.booked import named

Fact = Literal["phone", "postcode", "birth_date", "number"]
TRIES = 5
"""How often a second fact of one person may be said wrongly within an hour."""
FACTS: tuple[Fact, ...] = get_args(Fact)
"""The last four digits of a telephone number, a postal code, a date of birth, a number of an order or an invoice."""

_CATEGORIES: dict[str, Fact] = {
    "contact.phone": "phone",
    "contact.address": "postcode",
    "demographic.birth_date": "birth_date",
    "commercial.order": "number",
    "financial.invoice": "number",
}
_POSTCODE = re.compile(r"(?<![0-9])[0-9]{3} ?[0-9]{1,2}(?![0-9])")
_LAST = 4


def known(company: Company, person: Record, at: date) -> tuple[Fact, ...]:
    """Return the facts that can be asked of a person, those that are held of them."""
    held = {fact for fact, _ in _held(company, person, at)}
    return tuple(fact for fact in FACTS if fact in held)


def fits(company: Company, person: Record, at: date, fact: Fact, said: str) -> bool:
    """Tell whether what somebody says is what is held. All are compared, however soon one fits."""
    wanted = _plain(fact, said)
    found = [
        hmac.compare_digest(one.encode(), wanted.encode()) for kind, one in _held(company, person, at) if kind == fact
    ]
    return bool(wanted) and any(found)


def tries_left(company: Company, now: datetime, person: Record) -> int:
    """Count one more try, before it is compared; return how many there were still with it, 0 where it is one too many.

    They are counted by person and hour, whatever link or page they come by, and however many come at once.
    """
    with company.state.writing() as connection:
        log.lock(connection)
        return links.counted(connection, company, now, f"fact of {named(person)}", TRIES)


def forget_tries(company: Company, now: datetime, person: Record) -> None:
    """Forget the tries of somebody who knew."""
    with company.state.writing() as connection:
        links.uncounted(connection, company, now, f"fact of {named(person)}")


def _held(company: Company, person: Record, at: date) -> Iterator[tuple[Fact, str]]:
    """Yield what is held of a person, as it is compared.

    What they are reached by counts where it stands on their own record: an order may name somebody else's telephone.
    """
    for item in access(company, person, at).items:
        own = item.record_class == person.record_class
        for value in item.values if not (item.shared or item.also_others) else ():
            fact = _CATEGORIES.get(value.category)
            if fact is None or (not own and (fact != "number" or not value.name.endswith("number"))):
                continue
            for one in _texts(fact, value.value):
                if plain := _plain(fact, one):
                    yield fact, plain


def _texts(fact: Fact, value: Any) -> Iterator[str]:
    if fact == "birth_date":
        if isinstance(value, datetime | date):
            yield f"{value:%Y-%m-%d}"
        return
    if isinstance(value, str):
        yield from _POSTCODE.findall(value) if fact == "postcode" else [value]


def _plain(fact: Fact, said: str) -> str:
    """Return what is compared: digits, or a date; empty where it is too little to know anybody by."""
    digits = "".join(one for one in said if one.isascii() and one.isdigit())
    if fact == "phone":
        return digits[-_LAST:] if len(digits) >= _LAST else ""
    if fact == "birth_date":
        return digits if len(digits) == len("20000101") else ""
    if fact == "postcode":
        return digits if len(digits) in (4, 5) else ""
    plain = re.sub(r"[\s-]", "", said).casefold()
    return plain if len(plain) >= _LAST else ""
