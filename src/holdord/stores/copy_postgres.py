"""Tables of a PostgreSQL database copied into a scratch schema of the same database.

The copy is made in one transaction that sees one moment, so a kill while it is made leaves nothing. Its tables are
unlogged: nothing of it enters the write-ahead log, backups, or replicas.

Nothing may ever reach the company's own tables by mistake. Every transaction on the copy begins by setting the search
path to the scratch schema and by locking each copied table there by its full name: should the schema be gone, the
transaction fails before it does anything, and while it runs nobody can drop the schema.

Who makes a copy holds an advisory lock whose number is part of the schema's name; the server lets go of it with the
connection. A schema whose lock is free was left behind, and the next copy drops it; so it does with one more than a day
old, since a pool of connections can keep a lock for somebody who is gone.
"""

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event, text

from holdord.errors import StoreError
from holdord.stores.database import Database, connect, wrapped

PREFIX = "holdord_rehearsal_"
LOCKS = 0x72656865
"""The first number of the advisory locks; the second is in the schema's name."""

_ABOUT = "A copy made by holdord rehearse, to be dropped when that has ended. Made at"

_LEFT = text(
    "SELECT nspname, coalesce(to_timestamp(substring(obj_description(oid, 'pg_namespace') from '[0-9]+$')::bigint) "
    "< now() - interval '1 day', false) FROM pg_namespace "
    "WHERE nspname ~ :named AND pg_has_role(nspowner, 'USAGE') ORDER BY nspname"
)
_COLUMNS = text(
    "SELECT attname FROM pg_attribute "
    "WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)
_CONSTRAINTS = text(
    "SELECT c.conname, c.contype = 'c', pg_get_constraintdef(c.oid), f.relname FROM pg_constraint c "
    "LEFT JOIN pg_class f ON f.oid = c.confrelid "
    "WHERE c.conrelid = to_regclass(:name) AND c.conparentid = 0 "
    "AND (c.contype = 'f' AND f.relnamespace = current_schema()::regnamespace "
    "OR c.contype = 'c' AND NOT c.convalidated) ORDER BY c.conname"
)
"""Foreign keys, which LIKE leaves out, and checks that were never asked of rows of old, which it would ask."""


@contextmanager
def copied(store: Database, tables: Collection[str], told: Callable[[str], None]) -> Iterator[Engine]:
    """Give an engine whose every transaction sees copies of ``tables``; the schema is dropped in the end.

    Raises:
        StoreError: When the role may make no schema (nothing is done then), or the copy cannot be made or dropped.
    """
    with _settling(store) as maker:
        maker.detach()  # closed in the end, and no pool keeps it with its lock
        with wrapped(store.name):
            _check_right(maker)
            _drop_left(maker, told)
            schema = _named(maker)
        try:
            with wrapped(store.name):
                path = _make(store, schema, tables)
            engine = connect(store.engine.url.render_as_string(hide_password=False))
            event.listen(engine, "begin", _guard(store, schema, tables, path))
            try:
                yield engine
            finally:
                engine.dispose()
        finally:
            with _settling(store) as another, wrapped(store.name):  # the maker's own may be lost by now
                another.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_quote(store, schema)} CASCADE")


@contextmanager
def _settling(store: Database) -> Iterator[Connection]:
    """Give a connection each of whose statements is done at once."""
    with wrapped(store.name):
        connection = store.engine.connect()
    with connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _check_right(maker: Connection) -> None:
    if not maker.execute(text("SELECT has_database_privilege(current_database(), 'CREATE')")).scalar_one():
        here = maker.execute(text("SELECT quote_ident(current_database())")).scalar_one()
        raise StoreError(
            "A rehearsal copies the tables into a schema of its own, and the database role may make none. Nothing was "
            f"done. Who owns the database can allow it: GRANT CREATE ON DATABASE {here} TO the role."
        )


def _named(maker: Connection) -> str:
    """Return a schema's name after taking its lock."""
    while True:
        number = secrets.randbits(31)
        if maker.execute(text("SELECT pg_try_advisory_lock(:a, :b)"), {"a": LOCKS, "b": number}).scalar_one():
            return f"{PREFIX}{number:08x}"


def _drop_left(maker: Connection, told: Callable[[str], None]) -> None:
    for schema, old in maker.execute(_LEFT, {"named": f"^{PREFIX}[0-7][0-9a-f]{{7}}$"}).all():
        lock = {"a": LOCKS, "b": int(schema.removeprefix(PREFIX), 16)}
        free = maker.execute(text("SELECT pg_try_advisory_lock(:a, :b)"), lock).scalar_one()
        if free or old:
            maker.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            told(f"A rehearsal before this one was ended early. The copy that it left behind is dropped: {schema}.")
        if free:
            maker.execute(text("SELECT pg_advisory_unlock(:a, :b)"), lock)


def _quote(store: Database, *names: str) -> str:
    return ".".join(map(store.engine.dialect.identifier_preparer.quote, names))


def _make(store: Database, schema: str, tables: Collection[str]) -> str:
    """Make the copy in one transaction, and return the search path that was before."""
    with store.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            own, found, made = connection.execute(
                text("SELECT current_schema(), current_schemas(false), extract(epoch FROM now())::bigint")
            ).one()
            connection.exec_driver_sql(f"CREATE SCHEMA {_quote(store, schema)}")
            connection.exec_driver_sql(f"COMMENT ON SCHEMA {_quote(store, schema)} IS '{_ABOUT} {made}'")
            later: list[str] = []
            for table in tables:
                later += _fill(connection, _quote(store, own, table), _quote(store, schema, table), tables)
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
            connection.exec_driver_sql(f"SET LOCAL search_path = {_quote(store, schema)}")
            for statement in later:
                connection.exec_driver_sql(statement)
            names = ", ".join(_quote(store, schema, table) for table in tables)
            connection.exec_driver_sql(f"ANALYZE {names}")
            return ", ".join(_quote(store, name) for name in found)


def _fill(connection: Connection, table: str, copy: str, tables: Collection[str]) -> list[str]:
    """Copy one table; return what is to be done to the copy once all tables are there."""
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"CREATE UNLOGGED TABLE {copy} (LIKE {table} INCLUDING ALL)")
    name, later = {"name": table.replace("%%", "%")}, []
    for constraint, is_check, said, referred in connection.execute(_CONSTRAINTS, name).all():
        if is_check:
            connection.exec_driver_sql(f"ALTER TABLE {copy} DROP CONSTRAINT {quote(constraint)}")
        if is_check or referred in tables:
            words = said.replace("%", "%%")
            later.append(f"ALTER TABLE {copy} ADD CONSTRAINT {quote(constraint)} {words}")
    columns = ", ".join(map(quote, connection.execute(_COLUMNS, name).scalars()))
    connection.exec_driver_sql(f"INSERT INTO {copy} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {table}")
    return later


def _guard(store: Database, schema: str, tables: Collection[str], path: str) -> Callable[[Connection], None]:
    """Return what every transaction on the copy begins with."""
    names = ", ".join(_quote(store, schema, table) for table in tables)

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL search_path = {_quote(store, schema)}, {path}")
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ROW EXCLUSIVE MODE")

    return begin
