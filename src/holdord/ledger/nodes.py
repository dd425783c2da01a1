"""The nodes of the tree that are stored, and the proofs that are computed from them.

Of the tree of RFC 9162 only the nodes of height 0, 4, 8 and so on are stored, a thirty-second more than the leaves
alone, in the runs that ``tables`` describes: never changed, one row for each append, height and 256 neighbours
that it reaches, much as the tiles of c2sp.org/tlog-tiles. A node between is the root over at most 8 neighbours,
so a proof reads two blocks of 16 for each stored height, in one query, and computes the rest.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from holdord.errors import VerificationError
from holdord.ledger import merkle
from holdord.ledger.merkle import HASH_BYTES, Node, Range
from holdord.ledger.tables import NODE, insert_columns

_STEP = 4
_RUN = 256
_BLOCK = 1 << _STEP

Block = tuple[int, int]
"""Level (height divided by 4) and number of 16 neighbours."""


def store(connection: Connection, size: int, complete: Sequence[Sequence[bytes]]) -> None:
    """Store the nodes that an append completed.

    Args:
        connection: Its transaction is the caller's.
        size: Leaves of the tree before the append.
        complete: What ``Frontier.extend`` returned: the fresh nodes of each height from 0.
    """
    levels: list[int] = []
    firsts: list[int] = []
    rows: list[bytes] = []
    for height in range(0, len(complete), _STEP):
        first, nodes = size >> height, complete[height]
        end = first + len(nodes)
        at = first
        while at < end:
            stop = min(end, (at // _RUN + 1) * _RUN)
            levels.append(height // _STEP)
            firsts.append(at)
            rows.append(b"".join(nodes[at - first : stop - first]))
            at = stop
    insert_columns(connection, NODE, [levels, firsts, rows])


def roots(connection: Connection, ranges: Sequence[Range]) -> list[bytes]:
    """Return the root of each range of leaves, from the stored nodes.

    A range must be one that ``merkle`` named, or begin at 0.

    Raises:
        VerificationError: Nodes of the tree are missing.
    """
    plans = [merkle.complete_nodes(leaves) for leaves in ranges]
    blocks = _read(connection, sorted({_block_of(node) for nodes in plans for node in nodes}))
    return [merkle.fold([_node(blocks, node) for node in nodes]) for nodes in plans]


def _block_of(node: Node) -> Block:
    """Return the block that a node is computed from."""
    height, index = node
    return height // _STEP, (index << height % _STEP) // _BLOCK


def _node(blocks: Mapping[Block, Sequence[bytes]], node: Node) -> bytes:
    height, index = node
    width = 1 << height % _STEP
    block = _block_of(node)
    start = index * width - block[1] * _BLOCK
    hashes = blocks[block][start : start + width]
    if len(hashes) != width:
        raise VerificationError("Nodes of the tree are missing; the log is shorter than it should be, or damaged.")
    return merkle.complete_root(hashes)


def _read(connection: Connection, wanted: Sequence[Block]) -> dict[Block, list[bytes]]:
    """Return the hashes of blocks, as far as they are stored without a gap."""
    found: dict[Block, list[bytes]] = {block: [] for block in wanted}
    if not wanted:
        return found
    values: dict[str, Any] = {}
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for place, (level, number) in enumerate(wanted):
        start = number * _BLOCK
        numbers[level].append(number)
        values |= {
            f"level{place}": level,
            f"run{place}": start // _RUN * _RUN,
            f"start{place}": start,
            f"stop{place}": start + _BLOCK,
        }
    for level, first, hashes in connection.execute(_query(len(wanted)), values).all():
        for number in numbers[level]:
            block, start = found[level, number], number * _BLOCK
            low = max(first, start)
            high = min(first + len(hashes) // HASH_BYTES, start + _BLOCK)
            if low < high and low - start == len(block):
                block += merkle.cut(hashes[(low - first) * HASH_BYTES : (high - first) * HASH_BYTES])
    return found


@lru_cache(maxsize=256)
def _query(number: int) -> TextClause:
    """Return the query for the runs that reach into a number of blocks."""
    spans = [
        f'level = :level{place} AND "first" >= :run{place} AND "first" < :stop{place}'
        f' AND "first" + length(hashes) / {HASH_BYTES} > :start{place}'
        for place in range(number)
    ]
    where = " OR ".join(f"({span})" for span in spans)
    return text(f'SELECT level, "first", hashes FROM holdord_node WHERE {where} ORDER BY level, "first"')  # noqa: S608 - no value is in it
