"""What the tests of the ledger share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

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
