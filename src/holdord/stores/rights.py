"""What the role of holdord may do and see in a PostgreSQL database, in one query, before anything is planned.

A right that is missing would otherwise show amid a sweep, and rows that row security hides would never show at all.
SQLite knows no roles.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import Connection, text

_WORTH_A_WORD = 1 << 20
"""Bytes of a table from which on a plan without statistics is noticed."""


class Rights(TypedDict):
    """Of one table: members of ``TableShape``."""

    denied: tuple[str, ...]
    filtered: bool
    counted: bool


ALL: Rights = {"denied": (), "filtered": False, "counted": True}
"""What holds where nobody is asked."""


def rights(connection: Connection) -> Mapping[str, Rights]:
    """Return what the role may do in each table of the schema, ``schema.table`` for those of others."""
    if connection.dialect.name == "sqlite":
        return {}
    return {row.name: _rights(row) for row in connection.execute(_QUERY, {"size": _WORTH_A_WORD})}


def _rights(row: Any) -> Rights:
    denied = (("UPDATE", row.updates), ("DELETE", row.deletes))
    return {
        "denied": tuple(name for name, granted in denied if not granted),
        "filtered": row.filtered,
        "counted": row.counted,
    }


_QUERY = text("""
    SELECT CASE WHEN n.nspname = current_schema() THEN c.relname ELSE n.nspname || '.' || c.relname END AS name,
      has_any_column_privilege(c.oid, 'UPDATE') AS updates, has_table_privilege(c.oid, 'DELETE') AS deletes,
      row_security_active(c.oid) AS filtered, c.reltuples >= 0 OR pg_relation_size(c.oid) < :size AS counted
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND (n.nspname = current_schema() OR EXISTS (
      SELECT 1 FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid JOIN pg_namespace m ON m.oid = t.relnamespace
      WHERE f.contype = 'f' AND f.conrelid = c.oid AND m.nspname = current_schema()))""")
