"""What the tests of the ledger share."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from holdord.ledger import entry, merkle, note

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ORIGIN = "holdord.example/clienti"


def open_sqlite(path: Path) -> Engine:
    """An engine whose transactions take the write lock at once, as the ledger asks of its callers."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def facts(number: int) -> dict[str, Any]:
    kind = ("erased", "swept", "anonymised")[number % 3]
    return {"kind": kind, "promise": f"CI-{number}", "before": number * 7, "after": number, "who": None, "ok": True}


def cut_export(bodies: Sequence[bytes], sizes: Sequence[int], key: note.Key, more: Sequence[bytes] = ()) -> bytes:
    """An export as it must be after pruning, made without a database.

    Args:
        bodies: All entries as they were, those that were pruned too.
        sizes: The sizes that were signed up to the cut, which is the last of them.
        key: Signs it.
        more: Entries after the one that says so.
    """
    said = b"pruned 1\n"
    before = 0
    for size in sizes:
        nodes = []
        for height, index in merkle.complete_nodes((before, size)):
            nodes.append(merkle.complete_root(merkle.leaf_hashes(bodies[index << height : (index + 1) << height])))
        said += b"%d %b\n" % (size, base64.b64encode(b"".join(nodes)))
        before = size
    root = merkle.Frontier().extend(merkle.leaf_hashes(bodies[:before]))[0].root
    evidence = {
        "kind": "prune",
        "from": 0,
        "to": before,
        "number": before,
        "root": base64.b64encode(root).decode(),
        "signed": entry.stamp(NOW),
        "kept": sha256(said).hexdigest(),
    }
    whole = [*bodies, entry.body_of(evidence, time=entry.stamp(NOW)), *more]
    tree, _ = merkle.Frontier().extend(merkle.leaf_hashes(whole))
    text = note.sign_checkpoint(key.name, tree.size, tree.root, key, NOW)
    return f"{text}\n".encode() + said + b"\n" + b"".join(body + b"\n" for body in whole[before:])
