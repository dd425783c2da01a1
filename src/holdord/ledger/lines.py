"""From the lines of an export to the leaves of its tree, in bounded memory.

Whatever reads entries reads them here: block by block, every line canonical, none longer than an entry may be,
the last one ended. Hash, check and count are made of the same bytes in memory, so a file that changes while it is
read can only fail.
"""

from collections.abc import Iterator
from typing import BinaryIO

from holdord.errors import VerificationError
from holdord.ledger import entry, merkle
from holdord.ledger.shapes import Shapes

_BLOCK = 1 << 20


def leaves(
    file: BinaryIO, shapes: Shapes, first: int, *, length: int | None = None, begun: bytes = b""
) -> Iterator[list[bytes]]:
    """Yield the leaf hashes of the lines from where a file stands.

    Args:
        file: Stands at the beginning of a line, or after ``begun``.
        shapes: Learns and counts.
        first: The index of the first entry, for messages.
        length: Bytes to read; to the end of the file where it is None.
        begun: What was read of the first line already.

    Raises:
        VerificationError: A line is no entry in canonical form, is too long, or is not ended.
    """
    rest = begun
    left = length
    while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
        if left is not None:
            left -= len(block)
        text = rest + block
        end = text.rfind(b"\n") + 1
        text, rest = text[:end], text[end:]
        lines = text.split(b"\n")
        lines.pop()
        if max(map(len, lines), default=0) > entry.LARGEST_BODY or len(rest) > entry.LARGEST_BODY:
            raise VerificationError(f"A line is longer than {entry.LARGEST_BODY} bytes.")
        if lines:
            shapes.check(text, lines, first)
            first += len(lines)
            yield merkle.leaf_hashes(lines)
    if rest or left:
        raise VerificationError("The last line is not ended; the file was cut off.")
