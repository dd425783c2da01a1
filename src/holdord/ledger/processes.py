"""Checking a large export with all processors: the file is cut at lines, and other processes hash the pieces.

Whoever counts line feeds knows the index of each piece's first entry, so a helper can return nodes of height 8
(RFC 9162, section 2.1) for all but the ends of its piece, 32 bytes for 256 entries, and the parent only goes on
from there. A helper gets the pieces that it shall do on its standard input and answers in their order, each time a
line of JSON and then the hashes. It imports nothing but the arithmetic of the tree, and a file that changes
meanwhile can only fail.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import lines, merkle
from holdord.ledger.shapes import Shapes

HEIGHT = 8

_BLOCK = 1 << 22
_START = "import sys; sys.path.append(sys.argv[1]); from holdord.ledger.processes import main; main(sys.argv[2])"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some lines of an export.

    Attributes:
        first: Index of the first entry.
        count: How many entries there are.
        offset: Where the first line begins, in bytes.
        length: How many bytes there are.
        whole: Whether nodes of height 8 may stand for leaves.
    """

    first: int
    count: int
    offset: int
    length: int
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What came of a piece: leaves, then nodes of height 8, then leaves; and the number of entries by kind.

    ``pruned`` is what ``Shapes`` found.
    """

    before: Sequence[bytes]
    nodes: Sequence[bytes]
    after: Sequence[bytes]
    kinds: Mapping[str, int]
    pruned: Mapping[str, Any] | None


def cut(file: BinaryIO, seam: int, first: int = 0) -> list[Piece]:
    """Cut the rest of a file into pieces.

    Args:
        file: Stands at its first entry.
        seam: A number of entries at which the root will be asked for; the piece around it comes back as leaves.
        first: The index of the first entry.
    """
    pieces: list[Piece] = []
    count = 0
    start = at = file.tell()

    def add(stop: int) -> None:
        whole = not first < seam < first + count
        pieces.append(Piece(first=first, count=count, offset=start, length=stop - start, whole=whole))

    while block := file.read(_BLOCK):
        end = block.rfind(b"\n") + 1
        count += block.count(b"\n")
        if end:
            add(at + end)
            first, count, start = first + count, 0, at + end
        at += len(block)
    if at > start:
        add(at)
    return pieces


def run(path: Path, file: BinaryIO, seam: int, first: int, number: int) -> Iterator[Part]:
    """Have the rest of a file done by other processes, and yield the parts in order.

    Args:
        path: Where they find the file.
        file: The same file, at its first entry.
        seam: As for ``cut``.
        first: The index of the first entry; those before it were pruned.
        number: How many there may be, at least one.

    Raises:
        VerificationError: A helper found that a piece does not hold.
        LedgerError: A helper could not be started, or ended before its time.
    """
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-P", "-c", _START, root, os.fspath(path.resolve())]
    with contextlib.ExitStack() as stack:
        started: list[tuple[IO[bytes], IO[bytes]]] = []
        try:
            for _ in range(number):
                helper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
                stack.callback(_end, helper)
                if helper.stdin is not None and helper.stdout is not None:
                    started.append((helper.stdin, helper.stdout))
            pieces = cut(file, seam, first)  # while they wake up
            for share, (ask, _) in enumerate(started):
                asked = {"cut": first, "pieces": [asdict(piece) for piece in pieces[share::number]]}
                ask.write(json.dumps(asked).encode())
                ask.close()
        except OSError as error:
            raise LedgerError(
                f"No helper process could be started ({error.strerror}); verify with processes=0."
            ) from error
        for turn in range(len(pieces)):
            yield _read(started[turn % number][1])


def main(path: str) -> None:
    """Do the pieces that standard input names; this is what a helper runs."""
    asked = json.load(sys.stdin)
    pieces = [Piece(**piece) for piece in asked["pieces"]]
    shapes = Shapes(cut=asked["cut"])
    out = sys.stdout.buffer
    for piece in pieces:
        try:
            part = _digest(Path(path), piece, shapes)
        except (OSError, LedgerError) as error:
            out.write(json.dumps({"error": str(error)}).encode() + b"\n")
            break
        hashes = [part.before, part.nodes, part.after]
        header = {"lengths": [len(some) for some in hashes], "kinds": part.kinds, "pruned": part.pruned}
        out.write(json.dumps(header).encode() + b"\n" + b"".join(one for some in hashes for one in some))
    out.flush()


def _digest(path: Path, piece: Piece, shapes: Shapes) -> Part:
    shapes.kinds.clear()
    shapes.pruned = None
    found: list[bytes] = []
    with path.open("rb") as file:
        file.seek(piece.offset)
        for some in lines.leaves(file, shapes, piece.first, length=piece.length):
            found += some
    if len(found) != piece.count:
        raise VerificationError("The file changed while it was read.")
    if not piece.whole:
        return Part(before=found, nodes=[], after=[], kinds=shapes.kinds, pruned=shapes.pruned)
    start = min(-piece.first % (1 << HEIGHT), len(found))
    stop = start + ((len(found) - start) >> HEIGHT << HEIGHT)
    nodes = found[start:stop]
    for _ in range(HEIGHT):
        nodes = merkle.parents(nodes)
    return Part(before=found[:start], nodes=nodes, after=found[stop:], kinds=shapes.kinds, pruned=shapes.pruned)


def _read(answer: IO[bytes]) -> Part:
    header = json.loads(answer.readline() or b'{"error": ""}')
    if "error" in header:
        if header["error"]:
            raise VerificationError(header["error"])
        raise LedgerError("A helper process ended before its time; try again.")
    before, nodes, after = header["lengths"]
    hashes = merkle.cut(answer.read((before + nodes + after) * merkle.HASH_BYTES))
    if len(hashes) != before + nodes + after:
        raise LedgerError("A helper process ended before its time; try again.")
    return Part(
        before=hashes[:before],
        nodes=hashes[before : before + nodes],
        after=hashes[before + nodes :],
        kinds=header["kinds"],
        pruned=header["pruned"],
    )


def _end(helper: "subprocess.Popen[bytes]") -> None:
    helper.kill()
    helper.wait()
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
