"""Where the log lies in a database.

Six tables, all with the prefix ``holdord_``; ``guards`` keeps them append-only:

==================  ===============================================================================================
``entry``           one row per entry: its index from 0, and its canonical body
``node``            hashes of complete nodes, in runs: those of height 0, 4, 8 and so on. A run holds neighbours of
                    one height (``level`` is the height divided by 4) from the index ``first`` on, and never
                    crosses a multiple of 256; written once
``head``            one row: the size of the log, the frontier of its tree, and the index of the first entry that
                    is still there (``first``). Appenders queue for its lock
``checkpoint``      every note that was signed
``salt``            the salts of commitments; the only table whose rows may go at any time
``pruned``          what stays of pruned entries, one row for each size that was signed: the complete nodes that
                    cover the leaves from the size before it (``past``). Where the log was cut also the frontier of
                    that size, and the index of the entry that says so
==================  ===============================================================================================
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)

from holdord.errors import LedgerError
from holdord.ledger import guards

METADATA = MetaData()

# An INTEGER key is the row's own number on SQLite; a BIGINT would cost an index of its own.
_Whole = BigInteger().with_variant(Integer(), "sqlite")

ENTRY = Table(
    "holdord_entry",
    METADATA,
    Column("index", _Whole, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)
NODE = Table(
    "holdord_node",
    METADATA,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("first", _Whole, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)
HEAD = Table(
    "holdord_head",
    METADATA,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("size", _Whole, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("first", _Whole, nullable=False, server_default="0"),
)
CHECKPOINT = Table(
    "holdord_checkpoint",
    METADATA,
    Column("id", _Whole, primary_key=True, autoincrement=False),
    Column("size", _Whole, nullable=False),
    Column("note", Text, nullable=False),
)
SALT = Table(
    "holdord_salt",
    METADATA,
    Column("index", _Whole, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
PRUNED = Table(
    "holdord_pruned",
    METADATA,
    Column("size", _Whole, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("frontier", LargeBinary),
    Column("entry", _Whole),
)


def install(connection: Connection) -> None:
    """Create the tables, the guards and an empty head where they are missing, and mend what is of an older holdord.

    Again it changes nothing.

    Raises:
        LedgerError: The database is neither SQLite nor PostgreSQL.
    """
    if connection.dialect.name not in ("sqlite", "postgresql"):
        raise LedgerError("The ledger needs SQLite or PostgreSQL; other databases can only be stores.")
    METADATA.create_all(connection)
    if HEAD.c.first.name not in {column["name"] for column in inspect(connection).get_columns(HEAD.name)}:
        kind = HEAD.c.first.type.compile(connection.dialect)
        connection.exec_driver_sql(f'ALTER TABLE {HEAD.name} ADD COLUMN "first" {kind} DEFAULT 0 NOT NULL')
    guards.install(connection)
    if connection.execute(select(HEAD.c.id)).first() is None:
        connection.execute(insert(HEAD).values(id=1, size=0, frontier=b""))


def insert_columns(connection: Connection, table: Table, columns: Sequence[Sequence[Any]]) -> None:
    """Insert rows, given as columns of equal length, the way that is fastest on the database at hand.

    On PostgreSQL each column travels as one text that the server splits at line feeds, which spares a parameter for
    each value. No value holds a line feed, canonical JSON least of all, and none is empty.
    """
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names are our own
        connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))
        return
    casts, texts = [], []
    for number, (column, cells) in enumerate(zip(table.columns, columns, strict=True)):
        if isinstance(column.type, LargeBinary):
            casts.append(f"decode(c{number}, 'hex')")
            texts.append("\n".join([cell.hex() for cell in cells]))
        elif isinstance(column.type, String):
            casts.append(f"c{number}")
            texts.append("\n".join(cells))
        else:
            casts.append(f"CAST(c{number} AS bigint)")
            texts.append("\n".join(map(str, cells)))
    split = ", ".join(["string_to_table(%s, chr(10))"] * len(columns))
    given = ", ".join(f"c{number}" for number in range(len(columns)))
    source = f"SELECT {', '.join(casts)} FROM ROWS FROM ({split}) AS t ({given})"  # noqa: S608 - names are our own
    statement = f"INSERT INTO {table.name} ({names}) {source}"
    connection.exec_driver_sql(statement, tuple(texts))
