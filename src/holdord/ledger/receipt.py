"""A receipt: one entry, and the proof that a signed log holds it, in a small file that a person can keep.

The file is text in UTF-8, three parts with an empty line between them::

    the signed checkpoint                       as ``note`` describes it; itself two parts, text and signatures

    index 73894                                 the entry's number from 0
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=   the inclusion proof, base64, from the entry's neighbour up to
    B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=   the root's child (RFC 9162, section 2.1.3)

    {"case…":…}                                 the entry, canonical JSON (RFC 8785)
    {"name":"case","salt":"6f0c…","value":"K-17"}  any number of opened commitments, in the order of their names

The middle part has the lines of c2sp.org/tlog-proof. An opened commitment shows what the entry says only in a
sealed way: SHA-256 over ``holdord commitment 1``, a line feed, the 32 bytes of the salt and the canonical value is
what stands in the entry under ``sealed`` and the name. So a person can see that the entry is about *their* case.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdord.errors import VerificationError
from holdord.ledger import entry, merkle
from holdord.ledger.note import NUMBER

FIRST = b"index "
LARGEST_RECEIPT = 1 << 20
"""Bytes of the longest receipt that is read, without its checkpoint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """One entry and its proof.

    Attributes:
        note: The signed checkpoint.
        index: The entry's number from 0.
        proof: The inclusion proof.
        body: The entry's canonical text.
        opened: Salt and value of commitments by their names; may be personal data, and is never shown in
            messages.
    """

    note: str
    index: int
    proof: tuple[bytes, ...] = field(repr=False)
    body: bytes
    opened: Mapping[str, tuple[bytes, entry.Value]] = field(default_factory=dict, repr=False)

    def to_bytes(self) -> bytes:
        """Return the file."""
        proof = "".join(f"{base64.b64encode(one).decode()}\n" for one in self.proof)
        opened = b"".join(
            entry.canonical({"name": name, "salt": salt.hex(), "value": value}) + b"\n"
            for name, (salt, value) in sorted(self.opened.items())
        )
        return f"{self.note}\nindex {self.index}\n{proof}\n".encode() + self.body + b"\n" + opened


def read(note: str, rest: bytes) -> Receipt:
    """Return the receipt that a file holds.

    Args:
        note: The checkpoint that the file begins with.
        rest: The file after the empty line that ends the checkpoint.

    Raises:
        VerificationError: It is not written the one way that a receipt is written.
    """
    try:
        text = rest.decode()
        middle, blank, last = text.partition("\n\n")
        number, *proof = middle.removeprefix("index ").split("\n")
        body, *opened = last.removesuffix("\n").split("\n")
        if not blank or not NUMBER.fullmatch(number):
            raise VerificationError("The receipt does not have its three parts.")
        receipt = Receipt(
            note=note,
            index=int(number),
            proof=tuple(base64.b64decode(one, validate=True) for one in proof),
            body=body.encode(),
            opened=dict(_opened(line) for line in opened),
        )
    except (UnicodeDecodeError, binascii.Error, ValueError):
        raise VerificationError("The receipt is ill-formed.") from None
    if receipt.to_bytes() != f"{note}\n".encode() + rest:
        raise VerificationError("The receipt is not written the one way that a receipt is written.")
    return receipt


def check(receipt: Receipt, size: int, root: bytes) -> dict[str, Any]:
    """Check a receipt against a checkpoint whose signature holds, and return its entry.

    Raises:
        VerificationError: The entry is not in that log, or a commitment opens to something else.
    """
    if len(receipt.body) > entry.LARGEST_BODY:
        raise VerificationError(f"The entry is longer than {entry.LARGEST_BODY} bytes.")
    merkle.check_inclusion(merkle.leaf_hash(receipt.body), receipt.index, size, receipt.proof, root)
    value = entry.parse(receipt.body)
    entry.check(value)
    for name, (salt, secret) in receipt.opened.items():
        sealed = value.get("sealed", {}).get(name)
        if sealed is None:
            raise VerificationError("The receipt opens a commitment that the entry does not have.")
        entry.check_opening(sealed, salt, secret)
    return value


def _opened(line: str) -> tuple[str, tuple[bytes, entry.Value]]:
    value = entry.parse(line.encode())
    if value.keys() != {"name", "salt", "value"} or not isinstance(value["name"], str):
        raise VerificationError("An opened commitment of the receipt is ill-formed.")
    return value["name"], (bytes.fromhex(str(value["salt"])), value["value"])
