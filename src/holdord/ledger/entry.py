"""An entry: what was done, as canonical JSON (RFC 8785), with secrets only as salted commitments.

RFC 8785 gives one text to one value, so that a hash of the text is a hash of the value: members sorted by the
UTF-16 code units of their names, no white space, the shortest escapes, UTF-8. Only what is the same in every
language is let in: strings, integers up to 2^53 - 1, true, false, null, arrays and objects. Fractions are
refused, since their text is where implementations differ; so are lone surrogates, which UTF-8 cannot write.

Every entry has three members of its own beside the facts that its writer gives:

``format``
    1, the version of this description.
``kind``
    What sort of thing was done, given by the writer: lower-case letters, digits, ``-``, ``_`` and ``.``.
``time``
    When it was written down, RFC 3339 in UTC to the second: ``2026-11-22T09:30:00Z``.

and, where there are secrets, a fourth: ``sealed``, an object from the name of each secret to its commitment, 64
hexadecimal digits. The index is no member: an entry's place in the tree says it, and a body that does not know
its place can be hashed before the log is locked.

A commitment is SHA-256 over a domain, a salt of 32 random bytes and the canonical value. Whoever holds value and
salt can show that the entry is about them; once the salt is erased, nobody can, not even by guessing values.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, TypeAlias

from holdord.errors import LedgerError, VerificationError

Value: TypeAlias = "bool | int | str | Sequence[Value] | Mapping[str, Value] | None"

FORMAT = 1
LARGEST_BODY = 65_536
"""Bytes of the longest entry that is written or believed."""
SALT_BYTES = 32
PRUNE = "prune"
"""The one kind that the ledger writes of itself: entries were thrown away (``past``)."""
TIME = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
"""What ``stamp`` writes, as a regular expression."""

_LARGEST_INT = 2**53 - 1
_DEEPEST = 16
_DOMAIN = b"holdord commitment 1\n"
_KIND = re.compile(r"[a-z][a-z0-9._-]{0,63}")
_TIME = re.compile(TIME)
_HEX = re.compile(r"[0-9a-f]{64}")


def canonical(value: Value) -> bytes:
    """Return the one text of a value, RFC 8785, in UTF-8.

    Raises:
        LedgerError: The value holds something that has no place in an entry. The message never repeats it.
    """
    try:
        return _text(value, 0).encode()
    except UnicodeEncodeError:
        raise LedgerError("A text holds half of a surrogate pair, which UTF-8 cannot write.") from None


def parse(body: bytes) -> dict[str, Any]:
    """Return the object that a canonical body stands for.

    Raises:
        VerificationError: It is no object, or not written the one canonical way.
    """
    try:
        value = json.loads(body, parse_float=_refuse, parse_constant=_refuse)
        same = type(value) is dict and canonical(value) == body
    except (ValueError, RecursionError, LedgerError):
        same = False
    if not same:
        raise VerificationError("An entry is not canonical JSON (RFC 8785).")
    return value  # type: ignore[no-any-return]


def stamp(moment: datetime) -> str:
    """Return an aware moment as RFC 3339 in UTC, to the second."""
    if moment.utcoffset() is None:
        raise LedgerError("A moment without a time zone cannot be evidence; give an aware datetime.")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def moment_of(text: str) -> datetime:
    """Return the moment that ``stamp`` wrote.

    Raises:
        VerificationError: It is not written that way, or no such moment exists.
    """
    if not _TIME.fullmatch(text):
        raise VerificationError("A time is not RFC 3339 in UTC to the second.")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise VerificationError("A time does not exist in the calendar.") from None


def body_of(facts: Mapping[str, Value], *, time: str, sealed: Mapping[str, str] | None = None) -> bytes:
    """Return the canonical body of one entry.

    Args:
        facts: What was done; ``kind`` is one of them. No personal data.
        time: What ``stamp`` returned.
        sealed: Commitments by the names of the secrets; none where it is empty.

    Raises:
        LedgerError: The kind is missing or ill-formed, a reserved name is used, or the entry is too long.
    """
    check_name(facts.get("kind"), "The kind of an entry")
    whole: dict[str, Value] = {**facts, "format": FORMAT, "time": time}
    if sealed:
        whole["sealed"] = sealed
    if len(whole) != len(facts) + (3 if sealed else 2) or "sealed" in facts:
        raise LedgerError("The members format, time and sealed are set by the ledger itself.")
    body = canonical(whole)
    if len(body) > LARGEST_BODY:
        raise LedgerError(f"An entry of {len(body)} bytes is longer than {LARGEST_BODY}; write less into it.")
    return body


def check(value: Mapping[str, Any]) -> str:
    """Return the kind of a parsed entry, having looked at the members that every entry has.

    Raises:
        VerificationError: One of them is missing or ill-formed.
    """
    kind, time, sealed = value.get("kind"), value.get("time"), value.get("sealed", {})
    if type(value.get("format")) is not int or value["format"] != FORMAT:
        raise VerificationError(f"An entry is not of format {FORMAT}; a newer holdord may have written it.")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise VerificationError("An entry has no well-formed kind.")
    if not isinstance(time, str) or not _TIME.fullmatch(time):
        raise VerificationError("An entry has no well-formed time.")
    if not isinstance(sealed, dict) or not all(isinstance(c, str) and _HEX.fullmatch(c) for c in sealed.values()):
        raise VerificationError("An entry has an ill-formed commitment.")
    return kind


@lru_cache(maxsize=512)
def check_name(name: object, what: str) -> None:
    """Check a kind or the name of a secret.

    Raises:
        LedgerError: It is no text of lower-case letters, digits, ``-``, ``_`` and ``.``.
    """
    if not isinstance(name, str) or not _KIND.fullmatch(name):
        raise LedgerError(f"{what} is a text of at most 64 lower-case letters, digits, '-', '_' and '.'.")


def new_salt() -> bytes:
    """Return 32 random bytes for one commitment."""
    return secrets.token_bytes(SALT_BYTES)


def new_salts(number: int) -> list[bytes]:
    """Return many salts, asking the system once."""
    pool = secrets.token_bytes(SALT_BYTES * number)
    return [pool[at : at + SALT_BYTES] for at in range(0, len(pool), SALT_BYTES)]


def commitment(salt: bytes, value: Value) -> str:
    """Return the commitment to a value, as 64 hexadecimal digits.

    Args:
        salt: 32 random bytes, never used for another value.
        value: Any value that an entry may hold.
    """
    if len(salt) != SALT_BYTES:
        raise LedgerError(f"A salt has {SALT_BYTES} bytes.")
    return sha256(_DOMAIN + salt + canonical(value)).hexdigest()


def check_opening(sealed: str, salt: bytes, value: Value) -> None:
    """Check that a commitment was made to this value with this salt.

    Raises:
        VerificationError: It was not.
    """
    if len(salt) != SALT_BYTES or not compare_digest(sealed.encode(), commitment(salt, value).encode()):
        raise VerificationError("A commitment does not open to the value that is shown for it.")


def _text(value: Any, depth: int) -> str:
    kind = type(value)
    if kind is int and -_LARGEST_INT <= value <= _LARGEST_INT:
        return str(value)
    if kind is dict and depth <= _DEEPEST:
        template, members = _layout(tuple(value))
        # Most members are texts; a call less for each is a third of the time.
        return template % tuple(
            [encode_basestring(one) if type(one) is str else _text(one, depth + 1) for one in members(value)]
        )
    if isinstance(value, str):
        return encode_basestring(str.__str__(value))
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, list | tuple) and depth <= _DEEPEST:
        return "[" + ",".join([_text(item, depth + 1) for item in value]) + "]"
    if isinstance(value, Mapping) and kind is not dict:
        return _text(dict(value), depth)
    raise LedgerError(
        f"An entry cannot hold this {kind.__name__}: only texts, integers within 2^53 - 1, true, false, null, "
        f"lists and mappings, {_DEEPEST} deep."
    )


@lru_cache(maxsize=512)
def _layout(names: tuple[object, ...]) -> tuple[str, Callable[[Any], Iterable[Any]]]:
    """Return a %-template for an object with these members, and a getter of the members in canonical order."""
    texts = [name for name in names if isinstance(name, str)]
    if len(texts) != len(names):
        raise LedgerError("The members of an entry are named by texts.")
    order = sorted(texts, key=lambda name: name.encode("utf-16-be"))
    members = [encode_basestring(str.__str__(name)).replace("%", "%%") + ":%s" for name in order]
    getter = itemgetter(*order) if len(order) > 1 else lambda value: [value[name] for name in order]
    return "{" + ",".join(members) + "}", getter


def _refuse(_: str) -> None:
    raise ValueError
