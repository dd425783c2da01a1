"""A store in a SQL database: a database (``holdord.stores.database``) with a data map."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection, Engine, text

from holdord.datamap.model import DataMap
from holdord.errors import StoreError
from holdord.plan.compiler import Compiler
from holdord.plan.statements import Statement
from holdord.policy.model import Controller
from holdord.schema import Schema
from holdord.stores import knot
from holdord.stores.database import Database, wrapped
from holdord.stores.reflect import reflect
from holdord.stores.snapshot import Snapshot
from holdord.stores.walk import Walk

_STALL = {"sqlite": 0.15, "postgresql": 0.05}


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
        with wrapped(self.name, self.engine), self.engine.connect() as connection:
            tables, schema = reflect(connection)
        self._check_sees_all(schema)
        return Compiler(tables=tables, schema=schema, controller=self.controller, dialect=self.engine.dialect)

    def _check_sees_all(self, schema: Schema) -> None:
        """Raise StoreError where the database hides rows of mapped tables, or of those that refer to them."""
        mapped = self.datamap.tables
        hidden = sorted(
            name
            for name, shape in schema.items()
            if shape.filtered and (name in mapped or any(key.table in mapped for key in shape.foreign_keys))
        )
        if hidden:
            raise StoreError(
                f"Row level security shows the role of holdord some rows only of {', '.join(hidden)}. What it does not "
                "see it can neither hold nor erase. Give the role BYPASSRLS."
            )

    @property
    def stall(self) -> float:
        """Seconds that a batch should take."""
        return _STALL[self.dialect]

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """One snapshot for a whole plan."""
        with self.snapshot() as connection:
            yield Snapshot(connection, self.compiler)

    def walk(self, statements: Sequence[Statement]) -> Walk:
        """Return a walk over the one table that ``statements`` are about."""
        return Walk(self.compiler, statements[0].table, statements)

    def untie(self, connection: Connection, statements: Sequence[Statement]) -> dict[int, int]:
        """Erase what holds itself in the circle of ``statements`` (``holdord.stores.knot``)."""
        return knot.untie(connection, self.compiler, statements)

    def settle_pages(self) -> str:
        """Let go of what erased rows left behind, as far as a program may; return what is still owed.

        SQLite: the write-ahead log is copied back and truncated; free pages were overwritten at once (secure_delete).
        PostgreSQL: dead rows stay on their pages until VACUUM.
        """
        if not self.empty_log():
            return "The write-ahead log is still read by someone; it empties at the next sweep."
        if self.dialect == "sqlite":
            return ""
        with wrapped(self.name, self.engine), self.engine.connect() as connection:
            dead = connection.execute(
                text("SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = ANY(:tables)"),
                {"tables": list(self.datamap.tables)},
            ).scalar_one()
            return f"PostgreSQL still owes VACUUM: about {dead} dead rows lie on its pages until then." if dead else ""
