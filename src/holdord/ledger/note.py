"""Checkpoints: the size and root of the log at one moment, signed, as C2SP signed notes.

A checkpoint is a small text that anyone can keep, print or publish (c2sp.org/signed-note,
c2sp.org/tlog-checkpoint)::

    holdord.example/clienti                          the origin: which log this is
    20852163                                         how many entries it has
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     the root over all of them, base64
    signed 2026-11-22T09:30:00Z                      an extension line: when this was signed

    — holdord.example/clienti Az3grlgtzPICa5OS…      Ed25519 (RFC 8032) over the four lines

The key's name is the origin, so that whoever holds the public key knows which log it speaks for. Lines signed by
unknown keys, such as those of witnesses, are passed over, as the specification demands; a line that claims to be
by the known key and does not hold makes the whole note worthless. One text per value here too: base64 and
numbers that could have been written another way are refused.

The public key travels as a *vkey*, ``name+hash+base64``, the private one in the encoding that Go's note package
uses, ``PRIVATE+KEY+name+hash+base64``, one line in a file that only its owner can read.
"""

import base64
import binascii
import contextlib
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdord.errors import LedgerError, VerificationError
from holdord.ledger.entry import moment_of, stamp
from holdord.ledger.merkle import HASH_BYTES

LONGEST_NOTE = 65_536
"""Characters of the longest note that is read."""
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
"""The one way that a number is written in the files of the ledger."""

_ED25519 = b"\1"
_SIGNED = "signed "
_DASH = "\u2014 "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]{1,200}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """A private key and its name, the origin of the log that it signs for."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise LedgerError("The name of a key has no spaces and no '+'; use one like holdord.example/company.")

    @property
    def vkey(self) -> str:
        """The public key, to hand out: ``name+hash+base64``."""
        public = _ED25519 + self.private.public_key().public_bytes_raw()
        return f"{self.name}+{_key_id(self.name, public).hex()}+{_encode(public)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """What a checkpoint says.

    Attributes:
        origin: Which log it is.
        size: How many entries it has.
        root: The root over all of them.
        signed_at: When it was signed, by the signer's clock.
    """

    origin: str
    size: int
    root: bytes
    signed_at: datetime


def new_key(name: str) -> Key:
    """Return a fresh key for the log with this origin, such as ``holdord.example/company``."""
    return Key(name=name, private=Ed25519PrivateKey.generate())


def write_key(path: Path, key: Key) -> None:
    """Write a private key to a file that only its owner can read.

    The file appears whole or not at all, and one that is there already stays as it is.

    Raises:
        LedgerError: The file exists, or cannot be written.
    """
    secret = _ED25519 + key.private.private_bytes_raw()
    name, hint, _ = key.vkey.split("+", 2)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"PRIVATE+KEY+{name}+{hint}+{_encode(secret)}\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
    except FileExistsError:
        raise LedgerError(f"{path} exists; a key is never overwritten. Choose another name.") from None
    except OSError as error:
        raise LedgerError(f"The key could not be written to {path}: {error.strerror}.") from error


def read_key(path: Path) -> Key:
    """Return the private key that ``write_key`` wrote.

    Raises:
        LedgerError: The file cannot be read or holds no such key. The message shows nothing of it.
    """
    try:
        text = path.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, ValueError):
        raise LedgerError(f"The key {path} cannot be read.") from None
    parts = text.split("+", 4)
    secret = decode(parts[4]) if len(parts) == 5 else None
    if parts[:2] != ["PRIVATE", "KEY"] or secret is None or len(secret) != 33 or secret[:1] != _ED25519:
        raise LedgerError(f"{path} holds no private key of a ledger.")
    key = Key(name=parts[2], private=Ed25519PrivateKey.from_private_bytes(secret[1:]))
    if key.vkey.split("+", 2)[1] != parts[3]:
        raise LedgerError(f"The key in {path} does not fit its name.")
    return key


def sign_checkpoint(origin: str, size: int, root: bytes, key: Key, now: datetime) -> str:
    """Return a signed checkpoint.

    Args:
        origin: Which log it is; the name of the key.
        size: How many entries it has.
        root: The root over all of them.
        key: The private key.
        now: When it is signed, aware.

    Raises:
        LedgerError: The key is another log's, or size or root are impossible.
    """
    if origin != key.name:
        raise LedgerError(f"The key of {key.name} does not sign for {origin}.")
    if len(root) != HASH_BYTES or size < 0:
        raise LedgerError("A checkpoint needs a size and the root of a tree.")
    text = f"{origin}\n{size}\n{_encode(root)}\n{_SIGNED}{stamp(now)}\n"
    hint = bytes.fromhex(key.vkey.split("+", 2)[1])
    return f"{text}\n{_DASH}{key.name} {_encode(hint + key.private.sign(text.encode()))}\n"


def open_checkpoint(text: str, vkey: str) -> Checkpoint:
    """Return what a signed checkpoint says, having checked that the key of that log signed it.

    Raises:
        LedgerError: The vkey itself is ill-formed.
        VerificationError: The note is ill-formed, not signed by that key, or of another origin.
    """
    name, hint, public = _read_vkey(vkey)
    if len(text) > LONGEST_NOTE or _CONTROL.search(text) or not text.endswith("\n"):
        raise VerificationError("The checkpoint is no signed note.")
    body, blank, signatures = text[:-1].rpartition("\n\n")
    if not blank or not signatures:
        raise VerificationError("The checkpoint is not signed.")
    body += "\n"
    ours = 0
    for line in signatures.split("\n"):
        signer, signature = _read_signature(line)
        if signer == name and signature[:4] == hint:
            try:
                public.verify(signature[4:], body.encode())
            except (InvalidSignature, UnicodeEncodeError):
                raise VerificationError(f"The signature of {name} on the checkpoint does not hold.") from None
            ours += 1
    if ours != 1:
        raise VerificationError(f"The checkpoint is not signed by the given key of {name}.")
    checkpoint = read_checkpoint(body)
    if checkpoint.origin != name:
        raise VerificationError(f"The checkpoint is of another log than {name}.")
    return checkpoint


def read_checkpoint(text: str) -> Checkpoint:
    """Return what a checkpoint says without looking at who signed it.

    Raises:
        VerificationError: It is ill-formed.
    """
    lines = text.partition("\n\n")[0].removesuffix("\n").split("\n")
    root = decode(lines[2]) if len(lines) == 4 else None
    if root is None or len(root) != HASH_BYTES or not lines[0] or not NUMBER.fullmatch(lines[1]):
        raise VerificationError("The checkpoint does not have the lines origin, size, root and time of signing.")
    if not lines[3].startswith(_SIGNED):
        raise VerificationError("The checkpoint does not say when it was signed.")
    moment = moment_of(lines[3].removeprefix(_SIGNED))
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root, signed_at=moment)


def decode(text: str) -> bytes | None:
    """Return what base64 stands for, or None where it is not the one text of it."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _encode(raw) == text else None


def _read_vkey(vkey: str) -> tuple[str, bytes, Ed25519PublicKey]:
    name, _, rest = vkey.strip().partition("+")
    hint, _, encoded = rest.partition("+")
    public = decode(encoded)
    if not _NAME.fullmatch(name) or public is None or len(public) != 33 or public[:1] != _ED25519:
        raise LedgerError("The key is no public key of a log (name+hash+base64, Ed25519); ledger.pub holds one.")
    if _key_id(name, public).hex() != hint:
        raise LedgerError("The key is mistyped: its hash does not fit its name.")
    return name, _key_id(name, public), Ed25519PublicKey.from_public_bytes(public[1:])


def _read_signature(line: str) -> tuple[str, bytes]:
    signer, _, encoded = line.removeprefix(_DASH).partition(" ")
    signature = decode(encoded)
    if not line.startswith(_DASH) or not _NAME.fullmatch(signer) or signature is None or len(signature) < 5:
        raise VerificationError("A signature line of the checkpoint is ill-formed.")
    return signer, signature


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + public).digest()[:4]


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
