"""Checking a large export with all processors: the file is cut at lines, and other processes hash the pieces.

A piece begins at a multiple of 256 entries, so a helper can return nodes of height 8 (RFC 9162, section 2.1)
instead of leaves, 32 bytes for 256 entries; the parent only goes on from there. A helper gets the pieces that it
shall do on its standard input and answers in their order, each time a line of JSON and then the hashes. It
imports nothing but the arithmetic of the tree, and a file that changes meanwhile can only fail.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, BinaryIO

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import lines, merkle
from holdord.ledger.shapes import Shapes

HEIGHT = 8

_ENTRIES = 1 << 15
_BLOCK = 1 << 22
_START = "import sys; sys.path.append(sys.argv[1]); from holdord.ledger.helpers import main; main(sys.argv[2])"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some lines of an export.

    Attributes:
        first: Index of the first entry, a multiple of 256.
        count: How many entries there are.
        offset: Where the first line begins, in bytes.
        length: How many bytes there are.
        whole: Whether every 256 entries may be returned as one node.
    """

    first: int
    count: int
    offset: int
    length: int
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What came of a piece: nodes of height 8, the leaves after them, and the number of entries by kind."""

    nodes: list[bytes]
    leaves: list[bytes]
    kinds: dict[str, int]


def cut(file: BinaryIO, seam: int) -> list[Piece]:
    """Cut the rest of a file into pieces.

    Args:
        file: Stands at its first entry.
        seam: A number of entries at which the root will be asked for; the piece around it comes back as leaves.
    """
    pieces: list[Piece] = []
    start = at = file.tell()
    count = 0

    def add(stop: int) -> None:
        first = len(pieces) * _ENTRIES
        whole = not first < seam < first + count
        pieces.append(Piece(first=first, count=count, offset=start, length=stop - start, whole=whole))

    while block := file.read(_BLOCK):
        fresh = block.count(b"\n")
        position = 0
        while count + fresh >= _ENTRIES:
            for _ in range(_ENTRIES - count):
                position = block.index(b"\n", position) + 1
                fresh -= 1
            count = _ENTRIES
            add(at + position)
            start, count = at + position, 0
        count += fresh
        at += len(block)
    if at > start:
        add(at)
    return pieces


def run(path: Path, pieces: list[Piece], number: int) -> Iterator[Part]:
    """Have pieces done by helpers, and yield the parts in order.

    Raises:
        VerificationError: A helper found that a piece does not hold.
        LedgerError: A helper could not be started, or ended before its time.
    """
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-P", "-c", _START, root, os.fspath(path.resolve())]
    with contextlib.ExitStack() as stack:
        started = []
        try:
            for share in range(min(number, len(pieces))):
                helper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
                stack.callback(_end, helper)
                started.append(helper)
                assert helper.stdin is not None  # noqa: S101 - asked for above
                helper.stdin.write(json.dumps([asdict(piece) for piece in pieces[share::number]]).encode())
                helper.stdin.close()
        except OSError as error:
            raise LedgerError(
                f"No helper process could be started ({error.strerror}); verify with processes=0."
            ) from error
        for turn in range(len(pieces)):
            answer = started[turn % number].stdout
            assert answer is not None  # noqa: S101 - asked for above
            yield _read(answer)


def main(path: str) -> None:
    """Do the pieces that standard input names; this is what a helper runs."""
    pieces = [Piece(**piece) for piece in json.load(sys.stdin)]
    out = sys.stdout.buffer
    for piece in pieces:
        try:
            part = _digest(Path(path), piece)
        except (OSError, LedgerError) as error:
            out.write(json.dumps({"error": str(error)}).encode() + b"\n")
            break
        header = {"nodes": len(part.nodes), "leaves": len(part.leaves), "kinds": part.kinds}
        out.write(json.dumps(header).encode() + b"\n" + b"".join(part.nodes) + b"".join(part.leaves))
    out.flush()


def _digest(path: Path, piece: Piece) -> Part:
    shapes = Shapes()
    found: list[bytes] = []
    nodes: list[bytes] = []
    with path.open("rb") as file:
        file.seek(piece.offset)
        for some in lines.leaves(file, shapes, piece.first, length=piece.length):
            found += some
    if len(found) != piece.count:
        raise VerificationError("The file changed while it was read.")
    if piece.whole:
        end = len(found) >> HEIGHT << HEIGHT
        nodes, found = found[:end], found[end:]
        for _ in range(HEIGHT):
            nodes = merkle.parents(nodes)
    return Part(nodes=nodes, leaves=found, kinds=dict(shapes.kinds))


def _read(answer: IO[bytes]) -> Part:
    header = json.loads(answer.readline() or b'{"error": ""}')
    if "error" in header:
        if header["error"]:
            raise VerificationError(header["error"])
        raise LedgerError("A helper process ended before its time; try again.")
    size = merkle.HASH_BYTES
    hashes = merkle.cut(answer.read((header["nodes"] + header["leaves"]) * size))
    if len(hashes) != header["nodes"] + header["leaves"]:
        raise LedgerError("A helper process ended before its time; try again.")
    return Part(nodes=hashes[: header["nodes"]], leaves=hashes[header["nodes"] :], kinds=header["kinds"])


def _end(helper: "subprocess.Popen[bytes]") -> None:
    helper.kill()
    helper.wait()
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
