"""The guards that keep the log append-only, and let exactly one thing go: what was pruned, with evidence.

Entries, nodes, checkpoints and what stays of pruned entries are never changed and never replaced. The head only
grows: its ``size``, and its ``first``, the number of entries that were pruned. ``first`` moves only to the size of
a signed checkpoint, and only when the log already has the entry that says so. Below ``first``, and nowhere else,
entries and nodes may be deleted.

On SQLite triggers refuse UPDATE and DELETE, and any insert in place of what is there (``INSERT OR REPLACE`` deletes
without asking a trigger for DELETE). On PostgreSQL, 14 or newer, triggers refuse UPDATE, DELETE and TRUNCATE, also
under ``session_replication_role``, and the three rights are taken from PUBLIC. Guards stop mistakes; whoever may drop
a table can drop a trigger. What stops *them* from going unnoticed is a checkpoint that someone else has noted.
"""

from sqlalchemy import Connection

MESSAGE = "the ledger is append-only"

_FINAL = ("holdord_entry", "holdord_node", "holdord_checkpoint", "holdord_pruned")
_GOES = ("holdord_entry", "holdord_node")
"""The tables of which rows may go, once they lie below ``first``."""

_FIRST = '(SELECT "first" FROM holdord_head)'
# Where a run of nodes ends, in leaves.
_NODE_END = '(({row}"first" + length({row}hashes) / 32) << (4 * {row}level))'

_SAID = """SELECT 1 FROM holdord_pruned AS p
    JOIN holdord_entry AS e ON e."index" = p.entry
    JOIN holdord_checkpoint AS c ON c.size = p.size
    WHERE p.size = NEW."first" AND p.entry >= NEW."first" AND {says}"""
"""The evidence without which nothing is pruned; the members of an entry stand in the order of their names."""

_SQLITE_SAYS = (
    """e.body LIKE '{"format":1,"from":' || OLD."first" || ',"kept":"%","kind":"prune",%,"to":' || NEW."first" || '}'"""
)
_POSTGRES_SAYS = """starts_with(e.body, '{"format":1,"from":' || OLD."first" || ',"kept":"')
        AND strpos(e.body, '","kind":"prune",') > 0
        AND right(e.body, length(NEW."first"::text) + 7) = ',"to":' || NEW."first" || '}'"""

_SQLITE = {
    **{f"{table}_no_update": f"UPDATE ON {table}" for table in _FINAL},
    **{f"{table}_no_delete": f"DELETE ON {table}" for table in _FINAL if table not in _GOES},
    "holdord_entry_no_delete": f'DELETE ON holdord_entry WHEN OLD."index" >= {_FIRST}',
    "holdord_node_no_delete": f"DELETE ON holdord_node WHEN {_NODE_END.format(row='OLD.')} > {_FIRST}",
    "holdord_entry_no_replace": """INSERT ON holdord_entry WHEN NEW."index" < (SELECT size FROM holdord_head)""",
    "holdord_node_no_replace": f"""INSERT ON holdord_node
    WHEN EXISTS (SELECT 1 FROM holdord_node WHERE level = NEW.level AND "first" = NEW."first")
    OR {_NODE_END.format(row="NEW.")} <= {_FIRST}""",  # noqa: S608 - names are our own
    "holdord_checkpoint_no_replace": """INSERT ON holdord_checkpoint
    WHEN EXISTS (SELECT 1 FROM holdord_checkpoint WHERE id = NEW.id)""",
    "holdord_pruned_no_replace": f"""INSERT ON holdord_pruned
    WHEN NEW.size <= {_FIRST} OR EXISTS (SELECT 1 FROM holdord_pruned WHERE size = NEW.size)""",  # noqa: S608 - names are our own
    "holdord_head_one": "INSERT ON holdord_head WHEN EXISTS (SELECT 1 FROM holdord_head)",
    "holdord_head_grows": """UPDATE ON holdord_head
    WHEN NEW.size < OLD.size OR NEW.id <> OLD.id OR NEW."first" < OLD."first" """,
    "holdord_head_prunes": f"""UPDATE OF "first" ON holdord_head
    WHEN NEW."first" > OLD."first" AND NOT EXISTS ({_SAID.format(says=_SQLITE_SAYS)})""",
    "holdord_head_stays": "DELETE ON holdord_head",
}


def _function(name: str, refused: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {refused} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'insufficient_privilege'; END IF;
        RETURN NULL;
    END $$"""


def _goes(table: str, below: str) -> list[str]:
    """Return the guard of a table of which the rows below ``first`` may go."""
    name = f"{table}_goes"
    return [
        _function(name, f"EXISTS (SELECT 1 FROM gone WHERE {below} > {_FIRST})"),  # noqa: S608 - names are our own
        f"""CREATE OR REPLACE TRIGGER {name} AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION {name}()""",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


_POSTGRES = [
    f"""CREATE OR REPLACE FUNCTION holdord_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'insufficient_privilege'; END $$""",
    """CREATE OR REPLACE TRIGGER holdord_head_grows BEFORE UPDATE ON holdord_head FOR EACH ROW
    WHEN (NEW.size < OLD.size OR NEW.id <> OLD.id OR NEW."first" < OLD."first") EXECUTE FUNCTION holdord_refuse()""",
    _function("holdord_head_prunes", f"NOT EXISTS ({_SAID.format(says=_POSTGRES_SAYS)})"),
    """CREATE OR REPLACE TRIGGER holdord_head_prunes AFTER UPDATE ON holdord_head FOR EACH ROW
    WHEN (NEW."first" > OLD."first") EXECUTE FUNCTION holdord_head_prunes()""",
    """CREATE OR REPLACE TRIGGER holdord_head_stays BEFORE DELETE OR TRUNCATE ON holdord_head
    FOR EACH STATEMENT EXECUTE FUNCTION holdord_refuse()""",
    *[f"ALTER TABLE holdord_head ENABLE ALWAYS TRIGGER holdord_head_{name}" for name in ("grows", "prunes", "stays")],
    "REVOKE DELETE, TRUNCATE ON holdord_head FROM PUBLIC",
    # Hashes do not compress; trying costs time.
    "ALTER TABLE holdord_node ALTER COLUMN hashes SET STORAGE EXTERNAL",
    *[
        statement
        for table in _FINAL
        for statement in (
            f"""CREATE OR REPLACE TRIGGER {table}_final
            BEFORE UPDATE OR TRUNCATE{"" if table in _GOES else " OR DELETE"} ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION holdord_refuse()""",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_final",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC",
        )
    ],
    *_goes("holdord_entry", '"index" + 1'),
    *_goes("holdord_node", _NODE_END.format(row="")),
]


def install(connection: Connection) -> None:
    """Set the guards, in place of those of an older holdord."""
    if connection.dialect.name == "postgresql":
        for statement in _POSTGRES:
            connection.exec_driver_sql(statement)
        return
    for name, when in _SQLITE.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {when}\n    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
