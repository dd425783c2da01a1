"""Reading what a store looks like: every table with columns, keys, references and triggers, in a handful of queries."""

from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect, text
from sqlalchemy.types import Boolean, Date, DateTime, Numeric, String

from holdord.schema import ColumnShape, Family, ForeignKey, Schema, TableShape

OWN_PREFIX = "holdord_"
"""Tables of holdord's own state; no part of the store."""


def _family(column: Any) -> Family:
    kind = column["type"]
    if isinstance(kind, DateTime):
        return "timestamp_tz" if kind.timezone else "timestamp"
    if isinstance(kind, Date):
        return "date"
    if isinstance(kind, Boolean):
        return "truth"
    if isinstance(kind, String):
        return "text"
    return "number" if isinstance(kind, Numeric) or "INT" in str(kind).upper() else "other"


def reflect(connection: Connection) -> tuple[dict[str, Table], Schema]:
    """Return every table, for SQL and as plain data; a handful of queries whatever the number of tables."""
    inspector = inspect(connection)
    columns = inspector.get_multi_columns()
    keys = inspector.get_multi_pk_constraint()
    foreign = inspector.get_multi_foreign_keys()
    uniques = inspector.get_multi_unique_constraints()
    indexes = inspector.get_multi_indexes()
    triggers = _triggers(connection)
    actions = _inline_actions(connection, [place[1] for place in columns])
    metadata = MetaData()
    tables, schema = {}, {}
    for place, found in columns.items():
        name = place[1]
        if name.startswith(OWN_PREFIX):
            continue
        tables[name] = Table(name, metadata, *(Column(column["name"], column["type"]) for column in found))
        key = tuple(keys[place]["constrained_columns"]) if place in keys else ()
        leading = [tuple(index["column_names"]) for index in indexes.get(place, [])]
        leading += [tuple(entry["column_names"]) for entry in uniques.get(place, [])] + [key]
        single = {str(entry["column_names"][0]) for entry in uniques.get(place, []) if len(entry["column_names"]) == 1}
        single |= {
            str(index["column_names"][0])
            for index in indexes.get(place, [])
            if index["unique"] and len(index["column_names"]) == 1
        }
        schema[name] = TableShape(
            name=name,
            key=key,
            columns={
                column["name"]: ColumnShape(
                    name=column["name"],
                    family=_family(column),
                    nullable=bool(column["nullable"]) and column["name"] not in key,
                    unique=column["name"] in single or key == (column["name"],),
                )
                for column in found
            },
            foreign_keys=tuple(
                ForeignKey(
                    columns=tuple(entry["constrained_columns"]),
                    table=entry["referred_table"],
                    target=tuple(entry["referred_columns"])
                    or tuple(keys[place[0], entry["referred_table"]]["constrained_columns"]),
                    on_delete=_action(
                        entry.get("options", {}).get("ondelete") or actions.get((name, *entry["constrained_columns"]))
                    ),
                    indexed=any(
                        set(entry["constrained_columns"]) == set(index[: len(entry["constrained_columns"])])
                        for index in leading
                    ),
                )
                for entry in foreign.get(place, [])
            ),
            triggers=tuple(sorted(triggers.get(name, ()))),
        )
    return tables, schema


def _action(said: str | None) -> str:
    return "" if said is None or said.upper() in ("NO ACTION", "RESTRICT") else said.upper()


def _inline_actions(connection: Connection, tables: list[str]) -> dict[tuple[str, ...], str]:
    """Return (table, column…) → ON DELETE action on SQLite, where reflection misses those of inline references."""
    found: dict[tuple[str, ...], str] = {}
    if connection.dialect.name != "sqlite":
        return found
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        columns: dict[int, list[str]] = {}
        for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({quote(table)})"):
            columns.setdefault(row[0], []).append(row[3])
            found[table, *columns[row[0]]] = row[6]
    return found


def _triggers(connection: Connection) -> dict[str, list[str]]:
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        rows = connection.execute(
            text(
                "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
            )
        )
    found: dict[str, list[str]] = {}
    for table, name in rows:
        found.setdefault(table, []).append(name)
    return found
