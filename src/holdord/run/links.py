"""Links that let somebody in who has no account: for one address, once, for fifteen minutes.

A token is AES-GCM (NIST SP 800-38D) over the address and what it opens, under a key of its own that HKDF (RFC 5869)
makes of the ledger's key: who reads a URL learns nothing, and nobody can make one. Opening it writes down a digest of
it, and who comes second is refused. Wrong, old and used links are refused in the same words.

Whoever asks for a link gets a letter, whether anything is held about the address or not: asking does the same work and
gives the same answer for every address, and only who reads the mailbox learns more. Whose the address is, is asked when
the link is opened; an address that several people have or read opens a door, and says who nobody is.
"""

import base64
import binascii
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, text

from holdord.config import ADDRESS
from holdord.errors import Refused
from holdord.ledger import log
from holdord.ledger.entry import stamp
from holdord.now import today
from holdord.policy.model import Record
from holdord.policy.terms import LANGUAGES, Language
from holdord.run import outbox
from holdord.run.company import Company
from holdord.run.letters.letter import Fact, letter
from holdord.run.requests import booked
from holdord.run.requests.access import access
from holdord.run.requests.who import EMAIL, by_email

MINUTES = 15
PORTAL = "portal"
"""What a link opens that somebody asked for."""
PER_ADDRESS, IN_ALL = 3, 300
"""How many links are posted in an hour: to one address, and to all."""

_NONCE = 12
_PAD = 128
_KEEPS = timedelta(days=1)
"""How long a used link is remembered after its end, so that a clock set back opens none again."""
_TOLERANCE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_NO = "This link is wrong, too old, or was used already. Ask for a new one."
_MARK = 56
_MARKED = f"substr(digest, 1, {_MARK}) = :mark"
"""Of a digest that counts: how much of it says who; the rest is the number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What a link opened.

    Attributes:
        email: The address that it was sent to; who opened it reads that mailbox.
        what: What it opens.
        made: When somebody asked for it.
        person: Whose the address is, where it is one person's alone, or for whom its reader asks; else None.
        behalf: Whether who opened it asks for that person, by a mandate that somebody has looked at.
    """

    email: str = field(repr=False)
    what: str
    made: datetime
    person: Record | None = field(repr=False)
    behalf: bool = False


def make(company: Company, now: datetime, email: str, what: str) -> str:
    """Return a token of letters that a URL takes: it opens ``what`` for whoever reads ``email``'s mailbox."""
    said = json.dumps({"email": email.strip(), "what": what, "made": int(now.timestamp())}).encode()
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(company, "links")).encrypt(nonce, said.ljust(-(-len(said) // _PAD) * _PAD), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def open(company: Company, now: datetime, token: str) -> Opened:  # noqa: A001 - what one does to a link
    """Use a link.

    Raises:
        Refused: It is wrong, too old, of the future, or was used; the words do not say which.
    """
    raw = _raw(token)
    try:
        said = json.loads(AESGCM(_key(company, "links")).decrypt(raw[:_NONCE], raw[_NONCE:], None))
    except (InvalidTag, ValueError):
        raise Refused(_NO) from None
    made = datetime.fromtimestamp(said["made"], tz=now.tzinfo)
    age = now - made
    if not -_TOLERANCE <= age < timedelta(minutes=MINUTES):
        raise Refused(_NO)
    if not use(company, now, token, timedelta(minutes=MINUTES)):
        raise Refused(_NO)
    person, behalf = _whose(company, now, said["email"])
    return Opened(email=said["email"], what=said["what"], made=made, person=person, behalf=behalf)


def _whose(company: Company, now: datetime, email: str) -> tuple[Record | None, bool]:
    """Return whose an address is, where it is one person's alone, and whether its reader asks on their behalf.

    Where it stands nowhere any more it is that of who asked from it, as long as nobody knows another one of theirs:
    they are told what became of their request. Who asks for another by a paper that nobody has looked at, or that was
    found false, is nobody (art. 12(6)).
    """
    found = by_email(company, email)
    if found.people or found.loose:
        return (found.people[0] if found.is_one else None), False
    with company.state.snapshot() as connection:
        asked = [one for one in booked.of_address(connection, company.policy, email) if one.gone is None]
    people = {one.person for one in asked}
    if len(people) != 1 or found.is_mailbox:
        return None, False
    person = people.pop()
    if any(one.mandate for one in asked):
        return (person, True) if any(one.mandate_seen for one in asked) else (None, False)
    return (None if _has_address(company, now, person) else person), False


def _has_address(company: Company, now: datetime, person: Record) -> bool:
    """Tell whether an address stands on a person's own record."""
    items = access(company, person, today(company.policy.controller.zone, now)).items
    own = [one for one in items if (one.record_class, one.key) == (person.record_class, person.key)]
    return any(value.category == EMAIL and value.value for one in own for value in one.values)


def use(company: Company, now: datetime, token: str, lasts: timedelta) -> bool:
    """Use up what is good once, for as long as it would be good; tell whether it was not used before."""
    with company.state.writing() as connection:
        used = connection.execute(
            text("INSERT INTO holdord_link (digest, until) VALUES (:digest, :until) ON CONFLICT DO NOTHING"),
            {"digest": sha256(_raw(token)).hexdigest(), "until": stamp(now + lasts + _KEEPS)},
        )
    return used.rowcount == 1


def ask(company: Company, now: datetime, email: str, language: Language = "en", what: str = PORTAL) -> None:
    """Post a letter with a link to an address, known or not. What is no address, and who asks too often, gets none.

    Args:
        company: The folder.
        now: When somebody asked, aware.
        email: As it was typed.
        language: Of the letter.
        what: What the link opens.

    Raises:
        Refused: The folder does not say where the portal is, whatever the address is.
    """
    if not company.settings.portal:
        raise Refused("Links lead to the portal: say portal.address in holdord.toml.")
    email = email.strip()
    if not ADDRESS.fullmatch(email) or language not in LANGUAGES:
        return
    link = address(company, language, make(company, now, email, what))
    facts: dict[str, Fact] = {"company": company.policy.controller.name, "link": link, "minutes": MINUTES}
    made = letter("link", language, facts)
    with company.state.writing() as connection:
        log.lock(connection)  # so that two who ask at once are counted one after the other
        if not counted(connection, company, now, f"address {email.lower()}", PER_ADDRESS):
            return
        if not counted(connection, company, now, "all", IN_ALL):
            return
        outbox.post(connection, now, request=None, kind="link", recipient=email, language=language, made=made)


def address(company: Company, language: Language, token: str) -> str:
    """Return where a link leads."""
    return f"{company.settings.portal}/{language}/link/{token}"


def seal(company: Company, said: Mapping[str, Any]) -> str:
    """Return something as a text that nobody but this folder reads, such as what a session stands for."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(company, "visits")).encrypt(nonce, json.dumps(said).encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def unseal(company: Company, text: str) -> dict[str, Any] | None:
    """Return what was sealed, or None where this is nothing of ours."""
    try:
        raw = _raw(text)
        said: dict[str, Any] = json.loads(AESGCM(_key(company, "visits")).decrypt(raw[:_NONCE], raw[_NONCE:], None))
    except (InvalidTag, ValueError, Refused):
        return None
    return said


def expire(connection: Connection, now: datetime) -> int:
    """Erase what is remembered of links that are over; return how many."""
    return connection.execute(text("DELETE FROM holdord_link WHERE until <= :now"), {"now": stamp(now)}).rowcount


def counted(connection: Connection, company: Company, now: datetime, who: str, most: int) -> int:
    """Count one more in this hour; return how many were left with it, 0 where there were too many before.

    Who it was stands there as an HMAC (RFC 2104) only.
    """
    mark = _mark(company, now, who)
    query = text(f"SELECT count(*) FROM holdord_link WHERE {_MARKED}")  # noqa: S608 - no value in it
    count: int = connection.execute(query, {"mark": mark}).scalar_one()
    if count >= most:
        return 0
    connection.execute(
        text("INSERT INTO holdord_link (digest, until) VALUES (:digest, :until)"),
        {"digest": f"{mark}{count:08d}", "until": stamp(now + _HOUR)},
    )
    return most - count


def uncounted(connection: Connection, company: Company, now: datetime, who: str) -> None:
    """Forget what was counted of somebody in this hour."""
    connection.execute(text(f"DELETE FROM holdord_link WHERE {_MARKED}"), {"mark": _mark(company, now, who)})  # noqa: S608


def _mark(company: Company, now: datetime, who: str) -> str:
    hour = f"{now.timestamp() // _HOUR.total_seconds():.0f}"
    return hmac.new(_key(company, "asked"), f"{hour} {who}".encode(), sha256).hexdigest()[:_MARK]


def _key(company: Company, use: str) -> bytes:
    """Return a key for one use, made of the ledger's private key."""
    secret = company.key().private.private_bytes_raw()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"holdord {use} 1\n{company.origin}".encode()).derive(
        secret
    )


def _raw(token: str) -> bytes:
    """Return a token's bytes; letters that a URL does not need are refused, and one too long to be ours."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Refused(_NO) from None
    if not _NONCE < len(raw) <= 2_000:
        raise Refused(_NO)
    return raw
