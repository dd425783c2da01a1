"""What stands in the address of a person's page: letters that name nobody, and open it for one member of the staff.

AES-GCM (NIST SP 800-38D) over the person's key, under a key that HKDF (RFC 5869) makes of the secret of the sessions.
Who reads an address in a log or over a shoulder learns nothing, nobody can make one up, and on the day after it opens
nothing.
"""

import base64
import binascii
import json
import os
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from holdord.policy.model import Record

HOURS = 12
_NONCE = 12
_PAD = 64


def name(person: Record, member: int, now: datetime) -> str:
    """Return letters that stand for a person in an address.

    Args:
        person: Whom they stand for.
        member: The key of the account for which they open the page.
        now: From when on.
    """
    said = json.dumps([person.record_class, person.key, int(now.timestamp())]).encode()
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key()).encrypt(nonce, said.ljust(-(-len(said) // _PAD) * _PAD), str(member).encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def person_of(letters: str, member: int, now: datetime) -> Record | None:
    """Return whom letters stand for; None where they are not this member's, or of another day."""
    try:
        raw = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        record_class, key, made = json.loads(AESGCM(_key()).decrypt(raw[:_NONCE], raw[_NONCE:], str(member).encode()))
    except (InvalidTag, ValueError, binascii.Error):
        return None
    if not -1 <= now.timestamp() - made < HOURS * 3600:
        return None
    return Record(record_class=record_class, key=tuple(key))


def _key() -> bytes:
    secret: str = settings.SECRET_KEY
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"holdord person").derive(secret.encode())
