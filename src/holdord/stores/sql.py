"""A store in a SQL database: a database (``holdord.stores.database``) with a data map."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Engine, text

from holdord.datamap.model import DataMap
from holdord.plan.compile import Compiler
from holdord.policy.model import Controller
from holdord.schema import Schema
from holdord.stores.database import Database, wrapped
from holdord.stores.reflect import reflect
from holdord.stores.snapshot import Snapshot


class SqlStore(Database):
    """One database with a data map.

    Attributes:
        datamap: Where personal data lie in it.
        controller: Whose dates count.
    """

    def __init__(self, *, engine: Engine, datamap: DataMap, controller: Controller) -> None:
        super().__init__(name=datamap.store, engine=engine)
        self.datamap = datamap
        self.controller = controller

    @property
    def schema(self) -> Schema:
        """The tables as the database declares them, holdord's own left out."""
        return self.compiler.schema

    @cached_property
    def compiler(self) -> Compiler:
        """Says predicates in this store's SQL."""
        with wrapped(self.name), self.engine.connect() as connection:
            tables, schema = reflect(connection)
        return Compiler(tables=tables, schema=schema, controller=self.controller, dialect=self.engine.dialect)

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """One snapshot for a whole plan."""
        with self.snapshot() as connection:
            yield Snapshot(connection, self.compiler)

    def settle_pages(self) -> str:
        """Let go of what erased rows left behind, as far as a program may; return what is still owed.

        SQLite: the write-ahead log is copied back and truncated; free pages were overwritten at once (secure_delete).
        PostgreSQL: dead rows stay on their pages until VACUUM.
        """
        with wrapped(self.name), self.engine.connect() as connection:
            if self.dialect == "sqlite":
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
                return "The write-ahead log is still read by someone; it empties at the next sweep." if busy else ""
            dead = connection.execute(
                text("SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = ANY(:tables)"),
                {"tables": list(self.datamap.tables)},
            ).scalar_one()
            return f"PostgreSQL still owes VACUUM: about {dead} dead rows lie on its pages until then." if dead else ""
