"""Where the log lies in a database, and the guards that keep it append-only.

Five tables, all with the prefix ``holdord_``:

==================  ===============================================================================================
``entry``           one row per entry: its index from 0, and its canonical body
``node``            hashes of complete nodes, in runs: those of height 0, 4, 8 and so on. A run holds neighbours of
                    one height (``level`` is the height divided by 4) from the index ``first`` on, and never
                    crosses a multiple of 256; written once
``head``            one row: the size of the log and the frontier of its tree. Appenders queue for its lock
``checkpoint``      every note that was signed
``salt``            the salts of commitments; the only table whose rows may go
==================  ===============================================================================================

On SQLite triggers refuse UPDATE and DELETE on entries, nodes and checkpoints, and any insert in place of what is
there (``INSERT OR REPLACE`` deletes without asking a trigger for DELETE). On PostgreSQL, 14 or newer, triggers
refuse UPDATE, DELETE and TRUNCATE, also under ``session_replication_role``, and the three rights are taken from
PUBLIC. The head can only grow. Guards stop mistakes; whoever may drop a table can drop a trigger. What stops *them*
from going unnoticed is a checkpoint that someone else has noted.
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
    select,
)

from holdord.errors import LedgerError

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

_FINAL = (ENTRY, NODE, CHECKPOINT)
_MESSAGE = "the ledger is append-only"

_SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name}
    BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"""
    for table in _FINAL
    for verb in ("UPDATE", "DELETE")
] + [
    """CREATE TRIGGER IF NOT EXISTS holdord_entry_no_replace BEFORE INSERT ON holdord_entry
    WHEN NEW."index" < (SELECT size FROM holdord_head)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS holdord_node_no_replace BEFORE INSERT ON holdord_node
    WHEN EXISTS (SELECT 1 FROM holdord_node WHERE level = NEW.level AND "first" = NEW."first")
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS holdord_checkpoint_no_replace BEFORE INSERT ON holdord_checkpoint
    WHEN EXISTS (SELECT 1 FROM holdord_checkpoint WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS holdord_head_one BEFORE INSERT ON holdord_head
    WHEN EXISTS (SELECT 1 FROM holdord_head)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS holdord_head_grows BEFORE UPDATE ON holdord_head
    WHEN NEW.size < OLD.size OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS holdord_head_stays BEFORE DELETE ON holdord_head
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
]

_POSTGRES = [
    f"""CREATE OR REPLACE FUNCTION holdord_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'insufficient_privilege'; END $$""",
    """CREATE OR REPLACE TRIGGER holdord_head_grows BEFORE UPDATE ON holdord_head FOR EACH ROW
    WHEN (NEW.size < OLD.size OR NEW.id <> OLD.id) EXECUTE FUNCTION holdord_refuse()""",
    """CREATE OR REPLACE TRIGGER holdord_head_stays BEFORE DELETE OR TRUNCATE ON holdord_head
    FOR EACH STATEMENT EXECUTE FUNCTION holdord_refuse()""",
    "ALTER TABLE holdord_head ENABLE ALWAYS TRIGGER holdord_head_grows",
    "ALTER TABLE holdord_head ENABLE ALWAYS TRIGGER holdord_head_stays",
    "REVOKE DELETE, TRUNCATE ON holdord_head FROM PUBLIC",
    # Hashes do not compress; trying costs time.
    "ALTER TABLE holdord_node ALTER COLUMN hashes SET STORAGE EXTERNAL",
] + [
    statement
    for table in _FINAL
    for statement in (
        f"""CREATE OR REPLACE TRIGGER {table.name}_final BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name}
        FOR EACH STATEMENT EXECUTE FUNCTION holdord_refuse()""",
        f"ALTER TABLE {table.name} ENABLE ALWAYS TRIGGER {table.name}_final",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table.name} FROM PUBLIC",
    )
]


def install(connection: Connection) -> None:
    """Create the tables, the guards and an empty head where they are missing; again it changes nothing.

    Raises:
        LedgerError: The database is neither SQLite nor PostgreSQL.
    """
    guards = {"sqlite": _SQLITE, "postgresql": _POSTGRES}.get(connection.dialect.name)
    if guards is None:
        raise LedgerError("The ledger needs SQLite or PostgreSQL; other databases can only be stores.")
    METADATA.create_all(connection)
    for statement in guards:
        connection.exec_driver_sql(statement)
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
