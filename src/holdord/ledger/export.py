"""Exports: the whole evidence as one readable file, to take away and to verify without us.

The file is text in UTF-8, every line ended by a line feed (U+000A)::

    holdord.example/clienti                          the signed checkpoint, as ``note`` describes it: origin,
    2                                                number of entries,
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root over all of them in base64,
    signed 2026-11-22T09:30:00Z                      time of signing,
                                                     an empty line,
    — holdord.example/clienti Az3grlgtzPICa5OS…      one line or more of signatures
                                                     an empty line
    {"after":0,"before":12,"format":1,"kind":"erased",…}   entry 0
    {"format":1,"kind":"swept","time":"2026-11-22T…"}      entry 1; nothing comes after the last one

Where the first entries were pruned, what stays of them stands before the first that is left (``past``).

To verify it, with a public key from elsewhere: check the signature (Ed25519, RFC 8032) over the first four lines
with their line feeds; the key's name must be the first line. Hash each entry line without its line feed as a leaf
of RFC 9162, section 2.1, and compare the root and the number. Parse each line, write it anew as RFC 8785 says and
compare. To see that the log only grew since a checkpoint that was noted earlier, compute the root over as many
entries as that one counts. The meaning of an entry's members is in ``entry``, the form of a receipt in
``receipt``.
"""

from collections.abc import Mapping
from hmac import compare_digest
from itertools import islice
from typing import BinaryIO

from sqlalchemy import Connection

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import checkpoints, entry, log, merkle, nodes, past, prune
from holdord.ledger import note as notes
from holdord.ledger.receipt import Receipt

_BATCH = 2_000


def export(connection: Connection, file: BinaryIO, note: str | None = None) -> notes.Checkpoint:
    """Write the log, as far as a checkpoint signs it, to a file.

    Sign and commit first (``checkpoints.checkpoint``), then export: entries never change, so nobody has to wait
    while the file is written.

    Args:
        connection: Only read from, in bounded memory.
        file: Opened for bytes. What is in it when an error is raised is no export.
        note: A checkpoint of this log; the one that was signed last where it is None.

    Raises:
        LedgerError: Nothing was signed yet, the log is shorter than the note says, or was pruned since.
        VerificationError: The stored entries are not those that were signed.
    """
    text, signed = _signed(connection, note)
    file.write(f"{text}\n".encode())
    tree = _pruned(connection, file, signed)
    entries = log.read(connection, tree.size, signed.size)
    while batch := [one.body for one in islice(entries, _BATCH)]:
        tree, _ = tree.extend(merkle.leaf_hashes(batch))
        file.write(b"\n".join(batch) + b"\n")
    if not compare_digest(tree.root, signed.root):
        raise VerificationError("The stored entries are not those that were signed; this export is worth nothing.")
    return signed


def receipt(
    connection: Connection,
    index: int,
    *,
    note: str | None = None,
    opened: Mapping[str, entry.Value] | None = None,
) -> Receipt:
    """Return the receipt of one entry.

    Args:
        connection: Only read from.
        index: The entry.
        note: A checkpoint of this log that covers it; the one that was signed last where it is None.
        opened: Secrets of the entry to show in the receipt, by name; their salts must still be there.

    Raises:
        LedgerError: Nothing was signed yet, the entry is younger than the note or was pruned, or a salt was erased.
        VerificationError: The entry is not the one that was signed, or a value not the one that was sealed.
    """
    text, signed = _signed(connection, note)
    if index < log.first(connection):
        raise LedgerError(f"Entry {index} was pruned; of it there is no receipt any more.")
    proof = log.inclusion_proof(connection, index, signed.size)
    (one,) = log.read(connection, index, index + 1)
    merkle.check_inclusion(merkle.leaf_hash(one.body), index, signed.size, proof, signed.root)
    salts: dict[str, tuple[bytes, entry.Value]] = {}
    for name, value in (opened or {}).items():
        salt = log.salt(connection, index, name)
        if salt is None:
            raise LedgerError(f"The secret {name} of entry {index} cannot be opened: its salt is not there.")
        entry.check_opening(one.value["sealed"][name], salt, value)
        salts[name] = (salt, value)
    return Receipt(note=text, index=index, proof=tuple(proof), body=one.body, opened=salts)


def _pruned(connection: Connection, file: BinaryIO, signed: notes.Checkpoint) -> merkle.Frontier:
    """Write what stays of pruned entries, and return the tree there; nothing where none were pruned."""
    said = prune.said_by(connection)
    if said is None:
        return merkle.Frontier()
    if signed.size <= said:
        raise LedgerError("Entries were pruned since this checkpoint was signed; sign a new one and export with that.")
    file.write(past.HEADER)
    for line in prune.lines(connection):
        file.write(line)
    file.write(b"\n")
    return nodes.cut(connection)


def _signed(connection: Connection, note: str | None) -> tuple[str, notes.Checkpoint]:
    text = note or checkpoints.last_checkpoint(connection)
    if text is None:
        raise LedgerError("Nothing was signed yet; sign a checkpoint first.")
    signed = notes.read_checkpoint(text)
    if signed.size > log.size(connection):
        raise LedgerError(f"The checkpoint counts {signed.size} entries, and the log has fewer.")
    return text, signed
