"""Tokens: what a program shows instead of a login, and what it may do with it.

A token is ``holdord_<id>_<secret>``, 256 random bits after an id of 48. ``staff.db`` keeps the SHA-256 of the secret
alone: a hash that is slow on purpose is for what people make up. It is shown once and ends on a day.
"""

import hashlib
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path

from holdord.config import STAFF
from holdord.errors import Refused, StoreError
from holdord.ledger.entry import moment_of, stamp
from holdord.web.api.scopes import SCOPES, Scope

MOST_DAYS = 365
_TABLE = (
    "CREATE TABLE IF NOT EXISTS holdord_token (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, "
    "scopes TEXT NOT NULL, made TEXT NOT NULL, ends TEXT NOT NULL)"
)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TOKEN = re.compile(r"holdord_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token without its secret.

    Attributes:
        name: Whose it is: what the log's commitments call it.
        scopes: What it may be used for.
        made: When.
        ends: From when on it is good for nothing.
    """

    id: str
    name: str
    scopes: frozenset[str]
    made: datetime
    ends: datetime


def new(folder: Path, now: datetime, name: str, scopes: Sequence[str], days: int) -> tuple[Token, str]:
    """Make a token; return it, and what the program shows, which is nowhere afterwards.

    Args:
        folder: The company's.
        now: When it is made.
        name: Small letters, digits and hyphens.
        scopes: One or more of ``SCOPES``.
        days: How long it is good, 1 to ``MOST_DAYS``.

    Raises:
        Refused: The name is none or is taken, or scopes or days are not those.
        StoreError: ``staff.db`` cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise Refused("A token's name has small letters, digits and hyphens, 40 at most.")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused(f"A token is for one or more of {', '.join(SCOPES)}.")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"A token is good for 1 to {MOST_DAYS} days.")
    ident, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = (ident, name, _hash(secret), json.dumps(sorted(set(scopes))), stamp(now), stamp(now + timedelta(days=days)))
    with _opened(folder) as connection:
        try:
            connection.execute("INSERT INTO holdord_token VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError as error:
            raise Refused("A token has this name already. Revoke it first, or take another name.") from error
    return _token(row), f"holdord_{ident}_{secret}"


def listed(folder: Path) -> list[Token]:
    """Return all tokens that were not revoked, those that ended too, by name.

    Raises:
        StoreError: ``staff.db`` cannot be read.
    """
    with _opened(folder) as connection:
        return [_token(row) for row in connection.execute("SELECT * FROM holdord_token ORDER BY name")]


def revoke(folder: Path, name: str) -> None:
    """Make a token good for nothing, at once.

    Raises:
        Refused: There is none of this name.
        StoreError: ``staff.db`` cannot be written.
    """
    with _opened(folder) as connection:
        if not connection.execute("DELETE FROM holdord_token WHERE name = ?", (name,)).rowcount:
            raise Refused("There is no token of this name: holdord token list.")


def known(folder: Path, now: datetime, shown: str) -> Token | None:
    """Return the token that a program shows, or None where it is not one of this folder's, or not good any more.

    Raises:
        StoreError: ``staff.db`` cannot be read.
    """
    parts = _TOKEN.fullmatch(shown)
    if parts is None:
        return None
    with _opened(folder) as connection:
        row = connection.execute("SELECT * FROM holdord_token WHERE id = ?", (parts[1],)).fetchone()
    if row is None or not compare_digest(str(row[2]), _hash(parts[2])):
        return None
    token = _token(row)
    return token if token.made <= now + timedelta(days=1) and now < token.ends else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Sequence[str]) -> Token:
    ident, name, _, scopes, made, ends = row
    return Token(
        id=ident, name=name, scopes=frozenset[Scope](json.loads(scopes)), made=moment_of(made), ends=moment_of(ends)
    )


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open ``staff.db``, made where there is none, and commit where nothing failed."""
    file = folder / STAFF
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(file, timeout=10)
        try:
            with connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute(_TABLE)
                yield connection
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{STAFF} cannot be used: {type(error).__name__}.") from error
