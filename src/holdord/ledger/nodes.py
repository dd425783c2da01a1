"""The nodes of the tree that are stored, and the proofs that are computed from them.

Of the tree of RFC 9162 only the nodes of height 0, 4, 8 and so on are stored, a thirty-second more than the leaves
alone, in the runs that ``tables`` describes: never changed, one row for each append, height and 256 neighbours
that it reaches, much as the tiles of c2sp.org/tlog-tiles. A node between is the root over at most 8 neighbours,
so a proof reads two blocks of 16 for each stored height, in one query, and computes the rest.

Where entries were pruned, the nodes left of the cut are gone, but for those that ``past`` describes. Of the nodes that
a proof for a later entry wants only those of the frontier at the cut lie there, so that one query more is enough.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, delete, func, select, text

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import merkle
from holdord.ledger.merkle import HASH_BYTES, Frontier, Node, Range
from holdord.ledger.tables import HEAD, NODE, PRUNED, insert_columns

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
    hashes = _hashes(connection, [node for nodes in plans for node in nodes])
    return [merkle.fold([hashes[node] for node in nodes]) for nodes in plans]


def cut(connection: Connection) -> Frontier:
    """Return the tree at the cut, the size up to which entries were pruned; empty where none were."""
    row = connection.execute(_CUT).one_or_none()
    return Frontier() if row is None else Frontier.from_bytes(row.size, bytes(row.frontier))


def forget(connection: Connection, first: int) -> None:
    """Delete the nodes that nothing at or after a cut is computed from; the head must have moved there."""
    level = 0
    while end := first >> level * _STEP:
        stop = end // _BLOCK * _BLOCK  # of the block with the cut in it, all is left
        connection.execute(_GOES, {"at": level, "stop": stop})
        level += 1


def _hashes(connection: Connection, nodes: Sequence[Node]) -> dict[Node, bytes]:
    """Return the hash of each node."""
    blocks = _read(connection, sorted({_block_of(node) for node in nodes}))
    found = {node: _node(blocks, node) for node in nodes}
    missing = [node for node, one in found.items() if one is None]
    return {node: one for node, one in found.items() if one is not None} | _beyond(connection, missing)


def _beyond(connection: Connection, missing: Sequence[Node]) -> dict[Node, bytes]:
    """Return the hashes of nodes that reach over the cut, from what stays left of it and what is stored right of it.

    Raises:
        VerificationError: There was no cut there; nodes are missing.
    """
    if not missing:
        return {}
    tree = cut(connection)
    left = dict(zip(merkle.complete_nodes((0, tree.size)), tree.hashes, strict=True))
    tiles: dict[Node, list[Node]] = {}
    for height, index in missing:
        start, stop = index << height, (index + 1) << height
        if start >= tree.size:
            raise VerificationError("Nodes of the tree are missing; the log is shorter than it should be, or damaged.")
        middle = min(stop, tree.size)
        tiles[height, index] = merkle.complete_nodes((start, middle)) + merkle.complete_nodes((middle, stop))
    wanted = {node for nodes in tiles.values() for node in nodes}
    right = _hashes(connection, sorted(node for node in wanted if node[1] << node[0] >= tree.size))
    hashes = left | right
    hashes |= _stayed(connection, wanted - hashes.keys())
    return {node: _above([(one[0], hashes[one]) for one in nodes]) for node, nodes in tiles.items()}


def _stayed(connection: Connection, wanted: set[Node]) -> dict[Node, bytes]:
    """Return the hashes of nodes left of the cut: what is asked for between sizes that were signed, and no other.

    Raises:
        LedgerError: Another one is wanted.
    """
    if not wanted:
        return {}
    tiles: dict[Node, bytes] = {}
    before = 0
    for size, row in connection.execute(STAYED):
        tiles |= zip(merkle.complete_nodes((before, size)), merkle.cut(bytes(row)), strict=True)
        before = size

    def down(height: int, index: int) -> bytes:
        one = tiles.get((height, index))
        if one is None and not height:
            raise LedgerError("What should be proved was pruned, and lies between sizes of the log that were signed.")
        return one or merkle.node_hash(down(height - 1, 2 * index), down(height - 1, 2 * index + 1))

    return {node: down(*node) for node in wanted}


def _above(tiles: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the node over neighbours, given as heights and hashes from left to right."""
    tree = Frontier()
    for height, one in tiles:
        tree, _ = tree.extend([one], height)
    return tree.root


def _block_of(node: Node) -> Block:
    """Return the block that a node is computed from."""
    height, index = node
    return height // _STEP, (index << height % _STEP) // _BLOCK


def _node(blocks: Mapping[Block, Sequence[bytes]], node: Node) -> bytes | None:
    """Return the hash of a node, or None where the block has it not."""
    height, index = node
    width = 1 << height % _STEP
    block = _block_of(node)
    start = index * width - block[1] * _BLOCK
    hashes = blocks[block][start : start + width]
    return merkle.complete_root(hashes) if len(hashes) == width else None


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


_CUT = select(PRUNED.c.size, PRUNED.c.frontier).join(HEAD, HEAD.c.first == PRUNED.c.size)
STAYED = select(PRUNED.c.size, PRUNED.c.hashes).join(HEAD, HEAD.c.first >= PRUNED.c.size).order_by(PRUNED.c.size)
_GOES = delete(NODE).where(
    NODE.c.level == bindparam("at"),
    NODE.c.first < bindparam("stop"),
    func.length(NODE.c.hashes) <= (bindparam("stop") - NODE.c.first) * HASH_BYTES,
)


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
