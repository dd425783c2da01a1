"""Reading what a store looks like: every table with columns, keys, references and triggers, in a handful of queries.

What it refuses beyond its keys is read by ``holdord.stores.constraints``.
"""

from collections.abc import Mapping
from typing import Any
from warnings import catch_warnings, simplefilter

from sqlalchemy import Column, Connection, MetaData, Table, inspect, text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import Boolean, Date, DateTime, Float, Integer, Numeric, String, TypeEngine

from holdord.schema import ColumnShape, Family, ForeignKey, Schema, TableShape
from holdord.stores.constraints import Declared, declared
from holdord.stores.rights import ALL, Rights, rights

OWN_PREFIX = "holdord_"
"""Tables of holdord's own state; no part of the store."""


def _family(kind: TypeEngine[Any]) -> Family:
    if isinstance(kind, DateTime):
        return "timestamp_tz" if kind.timezone else "timestamp"
    if isinstance(kind, Date):
        return "date"
    if isinstance(kind, Boolean):
        return "truth"
    if isinstance(kind, String):
        return "text"
    return "number" if isinstance(kind, Numeric | Integer | Float) else "other"


def _kind(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that values have: a domain's own."""
    while isinstance(kind, DOMAIN):
        kind = kind.data_type
    return kind


def reflect(connection: Connection) -> tuple[dict[str, Table], Schema]:
    """Return every table, for SQL and as plain data; a handful of queries whatever the number of tables.

    Views and partitions are there as plain data, so that a data map that names them can be told what they are.
    """
    inspector = inspect(connection)
    with catch_warnings():
        simplefilter("ignore", SAWarning)  # types that SQLAlchemy does not know are none of ours
        columns = {place[1]: found for place, found in inspector.get_multi_columns().items()}
    keys = {place[1]: tuple(one["constrained_columns"]) for place, one in inspector.get_multi_pk_constraint().items()}
    foreign = {place[1]: found for place, found in inspector.get_multi_foreign_keys().items()}
    leading = _leading(connection, list(columns))
    said = declared(connection, {name: tuple(one["name"] for one in found) for name, found in columns.items()})
    triggers = _triggers(connection)
    actions = _inline_actions(connection, list(columns))
    idle = _idle(connection)
    may = rights(connection)
    metadata = MetaData()
    tables: dict[str, Table] = {}
    schema: Schema = {
        name: TableShape(name=name, key=(), columns={}, kind=kind)
        for name, kind in said.kinds.items()
        if name not in columns and not name.startswith(OWN_PREFIX)
    }
    for name, found in columns.items():
        if name.startswith(OWN_PREFIX):
            continue
        tables[name] = Table(name, metadata, *(Column(one["name"], _kind(one["type"])) for one in found))
        key = keys.get(name, ())
        references = tuple(
            ForeignKey(
                columns=tuple(entry["constrained_columns"]),
                table=entry["referred_table"],
                target=tuple(entry["referred_columns"]) or keys[entry["referred_table"]],
                on_delete=_action(
                    entry.get("options", {}).get("ondelete") or actions.get((name, *entry["constrained_columns"]))
                ),
                indexed=any(
                    set(entry["constrained_columns"]) == set(index[: len(entry["constrained_columns"])])
                    for index in [*leading.get(name, ()), key]
                ),
                deferred=entry.get("options", {}).get("initially") == "DEFERRED",
                enforced=(name, entry["name"]) not in idle,
            )
            for entry in foreign.get(name, [])
            if said.kinds.get(entry["referred_table"]) != "partition"
        )
        parts = [part for part in columns if said.root(part) == name]
        schema[name] = TableShape(
            name=name,
            key=key,
            columns={one["name"]: _column(one, name, key, said) for one in found},
            foreign_keys=references if said.kinds.get(name) != "partition" else (),
            triggers=tuple(sorted({trigger for part in parts for trigger in triggers.get(part, ())})),
            uniques=tuple(said.uniques.get(name, ())),
            checks=tuple(said.checks.get(name, ())),
            kind=said.kinds.get(name, "table"),
            whole=said.wholes.get(name, ""),
            divided_by=said.divided.get(name, frozenset()),
            sure_key=bool(key)
            and (
                _is_number_of_row(connection, name) or not any(one["nullable"] for one in found if one["name"] in key)
            ),
            indexes=tuple(one for one in (*leading.get(name, ()), key) if one),
            **may.get(name, ALL),
        )
    return tables, schema | _from_elsewhere(connection, idle, may)


def _column(column: Any, table: str, key: tuple[str, ...], said: Declared) -> ColumnShape:
    name, kind = column["name"], _kind(column["type"])
    alone = {next(iter(one.columns)) for one in said.uniques.get(table, ()) if len(one.columns) == 1 and _plain(one)}
    length = kind.length if isinstance(kind, String) else None
    return ColumnShape(
        name=name,
        family=_family(kind),
        nullable=bool(column["nullable"]) and name not in key,
        unique=name in alone or key == (name,),
        **{"length": length} | said.columns.get((table, name), {}),
    )


def _is_number_of_row(connection: Connection, table: str) -> bool:
    """Tell whether the key is SQLite's own number of the row: the one key that has no index and takes no NULL."""
    if connection.dialect.name != "sqlite":
        return False
    quoted = connection.dialect.identifier_preparer.quote(table)
    return all(row[3] != "pk" for row in connection.exec_driver_sql(f"PRAGMA index_list({quoted})"))


def _plain(unique: Any) -> bool:
    return not (unique.folded or unique.lowered or unique.unclear or unique.overlapping)


def _action(said: str | None) -> str:
    return "" if said is None or said.upper() in ("NO ACTION", "RESTRICT") else said.upper()


def _leading(connection: Connection, tables: list[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return table → the columns of each of its indexes, up to the first expression; partial ones are left out."""
    found: dict[str, list[tuple[str, ...]]] = {}
    if connection.dialect.name == "sqlite":
        quote = connection.dialect.identifier_preparer.quote
        for table in tables:
            for row in connection.exec_driver_sql(f"PRAGMA index_list({quote(table)})").all():
                if not row[4]:
                    listed = connection.exec_driver_sql(f"PRAGMA index_info({quote(row[1])})").all()
                    found.setdefault(table, []).append(tuple(one[2] for one in listed))
        return found
    query = """
        SELECT c.relname, ARRAY(SELECT a.attname::text FROM generate_series(0, x.indnkeyatts - 1) AS k(n)
          LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[n] AND a.attnum > 0 ORDER BY n)
        FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND x.indpred IS NULL"""
    for table, names in connection.execute(text(query)):
        found.setdefault(table, []).append(tuple(names))
    return found


def _idle(connection: Connection) -> set[tuple[str, str]]:
    """Return (table, name) of the foreign keys that PostgreSQL does not enforce, now and for this connection.

    Each key is kept by triggers on both of its tables, in every partition. A key that is NOT ENFORCED has none; they
    can be disabled (ALTER TABLE … DISABLE TRIGGER), and rest where ``session_replication_role`` is ``replica``, but for
    those that fire always. What SQLite enforces is a setting of the connection (``holdord.stores.database``).
    """
    if connection.dialect.name == "sqlite":
        return set()
    query = """
        WITH RECURSIVE tree(top, one) AS (
          SELECT k.oid, k.oid FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
          UNION ALL SELECT t.top, k.oid FROM tree t JOIN pg_constraint k ON k.conparentid = t.one),
        idle AS (
          SELECT tree.top FROM tree LEFT JOIN pg_trigger t ON t.tgconstraint = tree.one GROUP BY tree.top
          HAVING count(*) FILTER (WHERE t.tgtype & 4 <> 0) = 0 OR count(*) FILTER (WHERE t.tgtype & 8 <> 0) = 0
            OR bool_or(CASE current_setting('session_replication_role')
              WHEN 'replica' THEN t.tgenabled <> 'A' ELSE t.tgenabled NOT IN ('A', 'O') END))
        SELECT CASE WHEN n.nspname = current_schema() THEN c.relname ELSE n.nspname || '.' || c.relname END, k.conname
        FROM idle JOIN pg_constraint k ON k.oid = idle.top JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace"""
    return {(table, name) for table, name in connection.execute(text(query))}


def _from_elsewhere(connection: Connection, idle: set[tuple[str, str]], may: Mapping[str, Rights]) -> Schema:
    """Return the tables of other schemas that refer to tables of this one, as ``schema.table``."""
    if connection.dialect.name == "sqlite":
        return {}
    query = """
        SELECT n.nspname || '.' || c.relname, f.conname, t.relname, f.confdeltype, f.condeferred,
          ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number ORDER BY k.place),
          ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number ORDER BY k.place),
          EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = f.conrelid AND x.indpred IS NULL
            AND (x.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)
        FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class t ON t.oid = f.confrelid JOIN pg_namespace m ON m.oid = t.relnamespace
        WHERE f.contype = 'f' AND f.conparentid = 0 AND m.nspname = current_schema() AND n.nspname <> m.nspname"""
    found: Schema = {}
    rows = connection.execute(text(query.replace("::", "\\:\\:")))
    for name, said, table, action, deferred, columns, target, indexed in rows:
        key = ForeignKey(
            columns=tuple(columns),
            table=table,
            target=tuple(target),
            on_delete=_ACTIONS.get(action if isinstance(action, str) else action.decode(), ""),
            indexed=indexed,
            deferred=deferred,
            enforced=(name, said) not in idle,
        )
        before = found[name].foreign_keys if name in found else ()
        found[name] = TableShape(
            name=name, key=(), columns={}, kind="elsewhere", foreign_keys=(*before, key), **may.get(name, ALL)
        )
    return found


_ACTIONS = {"c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


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
