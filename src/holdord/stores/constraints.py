"""What a database refuses, read from its own catalogue: values that are alike, checks, generated columns, types.

SQLAlchemy's reflection leaves out indexes on expressions, exclusion constraints and what a domain demands, and reads
SQLite's checks line by line; so both catalogues are asked directly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, text

from holdord.schema import Check, Unique
from holdord.stores.declared import asks_presence, checks, folded, generated, parts, read_by

Columns = dict[str, tuple[str, ...]]
"""Table → its columns."""


@dataclass(kw_only=True)
class Declared:
    """What is declared of a database's tables, each attribute by table.

    Attributes:
        kinds: Tables that are none or not all of one: ``view``, ``foreign table``, ``partition``.
        wholes: Table → the table that its rows are rows of as well.
        divided: Partitioned table → the columns that decide where a row lies.
        columns: (table, column) → what ``holdord.schema.ColumnShape`` says of it beside its type.
    """

    uniques: dict[str, list[Unique]] = field(default_factory=dict)
    checks: dict[str, list[Check]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    wholes: dict[str, str] = field(default_factory=dict)
    divided: dict[str, frozenset[str]] = field(default_factory=dict)
    columns: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def root(self, table: str) -> str:
        """Return the table that a partition is part of, at whatever depth; every other table is its own."""
        while self.kinds.get(table) == "partition":
            table = self.wholes[table]
        return table


def declared(connection: Connection, columns: Columns) -> Declared:
    """Return what the database declares of these tables, and which of its relations are none."""
    found = _in_sqlite(connection, columns) if connection.dialect.name == "sqlite" else _in_postgres(connection)
    for (table, column), said in found.columns.items():
        if said.get("generated"):
            others = [one for one in columns.get(table, ()) if one != column]
            said["made_of"] = read_by(said["generated"], others)
    return found


def unique(name: str, keys: Iterable[tuple[str, str, bool]], condition: str, columns: tuple[str, ...]) -> Unique:
    """Return what an index demands.

    Args:
        name: The index's name.
        keys: For each of its parts the column, or empty; its SQL; whether case does not count.
        condition: Of a partial index, or empty.
        columns: All columns of the table.
    """
    plain, blind, lowered, unclear = set[str](), set[str](), set[str](), set[str]()
    for column, sql, caseless in keys:
        if column:
            (blind if caseless else plain).add(column)
        elif same := folded(sql, columns):
            lowered.add(same)
        else:
            unclear |= read_by(sql, columns)
    if condition and not asks_presence(condition):
        unclear |= read_by(condition, columns)
    return Unique(
        name=name,
        columns=frozenset(plain),
        folded=frozenset(blind),
        lowered=frozenset(lowered),
        unclear=frozenset(unclear),
        condition=condition,
    )


# SQLite


def _in_sqlite(connection: Connection, columns: Columns) -> Declared:
    found = Declared()
    json = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    holds_json = tuple(int(part) for part in str(json).split(".")[:2]) >= (3, 38)  # the first with "->"
    quote = connection.dialect.identifier_preparer.quote
    for kind, name, sql in connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all():
        if kind == "view":
            found.kinds[name] = "view"
        if kind != "table" or name not in columns:
            continue
        found.checks[name] = [
            Check(
                name=said or f"({' '.join(condition.split())[:80]})",
                sql=condition,
                columns=read_by(condition, columns[name]),
            )
            for said, condition in checks(sql or "")
        ]
        made = {column.casefold(): expression for column, expression in generated(sql or "")}
        for row in connection.exec_driver_sql(f"PRAGMA table_xinfo({quote(name)})"):
            declared_type = str(row[2]).upper()
            found.columns[name, row[1]] = {
                "holds_json": holds_json and any(word in declared_type for word in ("TEXT", "CHAR", "CLOB", "JSON")),
                "generated": made.get(row[1].casefold(), "") if row[6] in (2, 3) else "",
            }
        found.uniques[name] = list(_indexes(connection, name, columns[name]))
    return found


def _indexes(connection: Connection, table: str, columns: tuple[str, ...]) -> Iterator[Unique]:
    quote = connection.dialect.identifier_preparer.quote
    for _, name, is_unique, origin, *_ in connection.exec_driver_sql(f"PRAGMA index_list({quote(table)})").all():
        if not is_unique or origin == "pk":
            continue
        query = text("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :name")
        sql = connection.execute(query, {"name": name}).scalar()
        listed, condition = parts(sql) if sql else ([], "")
        keys = [
            (row[2] or "", listed[row[0]] if row[1] == -2 else "", str(row[4]).upper() == "NOCASE")
            for row in connection.exec_driver_sql(f"PRAGMA index_xinfo({quote(name)})")
            if row[5]
        ]
        yield unique(name, keys, condition, columns)


# PostgreSQL

_RELATIONS = """
SELECT c.relname, c.relkind, c.relispartition, pg_get_partkeydef(c.oid), p.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"""

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
  CASE b.oid WHEN 'bpchar'::regtype THEN 'bpchar'
    WHEN 'bit'::regtype THEN format_type(b.oid, a.atttypmod) ELSE format_type(b.oid, NULL) END,
  t.typtype = 'd',
  CASE WHEN b.oid IN ('varchar'::regtype, 'bpchar'::regtype)
    THEN nullif(CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END, -1) - 4 END,
  ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder),
  CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
  a.attidentity = 'a', a.attnotnull
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum"""

_INDEXES = """
SELECT c.relname, i.relname, {nulls}, x.indisexclusion, coalesce(pg_get_expr(x.indpred, x.indrelid), ''),
  ARRAY(SELECT coalesce(a.attname::text, '') FROM generate_series(1, x.indnkeyatts) AS k(n)
    LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[n - 1] AND a.attnum > 0 ORDER BY n),
  ARRAY(SELECT pg_get_indexdef(x.indexrelid, n, false) FROM generate_series(1, x.indnkeyatts) AS k(n) ORDER BY n)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND (x.indisunique OR x.indisexclusion) AND NOT x.indisprimary
ORDER BY c.relname, i.relname"""

_CHECKS = """
SELECT c.relname, k.conname, pg_get_expr(k.conbin, k.conrelid), NOT k.convalidated
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND k.contype = 'c' ORDER BY c.relname, k.conname"""

_KINDS = {"v": "view", "m": "view", "f": "foreign table"}


def _in_postgres(connection: Connection) -> Declared:
    """Partitions are part of their whole: what they refuse is refused of it."""
    version = connection.dialect.server_version_info or (0,)
    found, columns, caseless = Declared(), dict[str, tuple[str, ...]](), set[tuple[str, str]]()
    for table, kind, is_partition, divided_by, whole in connection.execute(text(_RELATIONS)):
        if kind in _KINDS or is_partition:
            found.kinds[table] = _KINDS.get(kind, "partition")
        if whole:
            found.wholes[table] = whole
        if divided_by:
            found.divided[table] = frozenset({divided_by})
    for table, column, exact, kind, domain, length, values, sql, numbered, required in connection.execute(
        text(_COLUMNS)
    ):
        columns[table] = (*columns.get(table, ()), column)
        found.columns[table, column] = {
            "declared": exact,
            "base": kind,
            "domain": domain,
            "length": length,
            "values": tuple(values),
            "holds_json": kind == "jsonb" or (kind in ("json", "text") and version >= (16,)),
            "generated": sql or "",
            "numbered": numbered,
        }
        if kind == "citext":
            caseless.add((table, column))
        if sql and required:
            quoted = connection.dialect.identifier_preparer.quote(column)
            check = Check(name=f"{column} NOT NULL", sql=f"{quoted} IS NOT NULL", columns=frozenset({column}))
            found.checks.setdefault(found.root(table), []).append(check)
    for table, said in found.divided.items():
        found.divided[table] = read_by(" ".join(said), columns[table])
    query = _INDEXES.format(nulls="x.indnullsnotdistinct" if version >= (15,) else "false")
    for table, name, nulls, excludes, condition, names, listed in connection.execute(text(query)):
        keys = [(one, sql, (table, one) in caseless) for one, sql in zip(names, listed, strict=True)]
        made = replace(unique(name, keys, condition, columns[table]), nulls_alike=nulls, overlapping=excludes)
        found.uniques.setdefault(found.root(table), []).append(made)
    for table, name, sql, unproven in connection.execute(text(_CHECKS)):
        check = Check(name=name, sql=sql, columns=read_by(sql, columns[table]), unproven=unproven)
        known = found.checks.setdefault(found.root(table), [])
        if check not in known:  # partitions inherit those of the whole
            known.append(check)
    return found
