"""The nodes of the tree that are stored, and the proofs that are computed from them.

Of the tree of RFC 9162 only the nodes of height 0, 8, 16 and so on are stored, as in c2sp.org/tlog-tiles, in the
runs that ``tables`` describes: never changed, one row for each append and tile that it reaches. A node between
is the root over at most 128 neighbours of one tile, so a proof at a million entries reads at most two tiles of
256 hashes for each of three levels, in one query, and computes the rest.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, or_, select

from holdord.errors import VerificationError
from holdord.ledger import merkle
from holdord.ledger.merkle import Node, Range
from holdord.ledger.tables import NODE, insert_columns

_TILE = 256
_LEVEL = 8

Tile = tuple[int, int]
"""Level (height divided by 8) and number of 256 neighbours."""


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
    for height in range(0, len(complete), _LEVEL):
        first, nodes = size >> height, complete[height]
        end = first + len(nodes)
        at = first
        while at < end:
            stop = min(end, (at // _TILE + 1) * _TILE)
            levels.append(height // _LEVEL)
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
    tiles = _tiles(connection, {_tile_of(node) for nodes in plans for node in nodes})
    return [merkle.fold([_node(tiles, node) for node in nodes]) for nodes in plans]


def _tile_of(node: Node) -> Tile:
    """Return level and number of the tile that a node is computed from."""
    height, index = node
    return height // _LEVEL, (index << height % _LEVEL) // _TILE


def _node(tiles: Mapping[Tile, Sequence[bytes]], node: Node) -> bytes:
    height, index = node
    width = 1 << height % _LEVEL
    level, number = _tile_of(node)
    start = index * width - number * _TILE
    hashes = tiles[level, number][start : start + width]
    if len(hashes) != width:
        raise VerificationError("Nodes of the tree are missing; the log is shorter than it should be, or damaged.")
    return merkle.complete_root(hashes)


def _tiles(connection: Connection, wanted: set[Tile]) -> dict[Tile, list[bytes]]:
    """Return the hashes of tiles, as far as they are stored without a gap."""
    found: dict[Tile, list[bytes]] = {tile: [] for tile in wanted}
    if not wanted:
        return found
    spans = [
        and_(NODE.c.level == level, NODE.c.first >= number * _TILE, NODE.c.first < (number + 1) * _TILE)
        for level, number in sorted(wanted)
    ]
    runs = connection.execute(select(NODE).where(or_(*spans)).order_by(NODE.c.level, NODE.c.first))
    for level, first, hashes in runs:
        tile = found[level, first // _TILE]
        if first % _TILE == len(tile):
            tile.extend(merkle.cut(hashes))
    return found
