"""A copy of a store's data, on which may be done what must not be done to the data themselves (decision 0014).

The copy holds the same rows, personal data and all, for as long as it lasts; it is erased in the end, also after an
error. What a killed program left behind is erased by the next one that makes a copy.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from holdord.stores import copy_postgres, copy_sqlite
from holdord.stores.sql import SqlStore


class Copied(SqlStore):
    """A copy of a store. What the store declares counts here too, such as triggers, which a copy may lack."""

    def __init__(self, store: SqlStore, engine: Engine) -> None:
        super().__init__(engine=engine, datamap=store.datamap, controller=store.controller)
        self.name = f"{store.name} (a copy of it)"
        self.compiler = store.compiler


@contextmanager
def copy_of(store: SqlStore, tables: Collection[str], told: Callable[[str], None]) -> Iterator[Copied]:
    """Give a copy of a store as it is at one moment; others go on reading and writing it meanwhile.

    Args:
        store: What is copied; nothing in it is changed.
        tables: The tables that are needed: those that are mapped and those that refer to them.
        told: Told what was left behind by a copy that ended early, and what became of it.

    Raises:
        StoreError: When the store does not answer, or the copy cannot be made.
    """
    making = copy_sqlite.copied(store, told) if store.dialect == "sqlite" else copy_postgres.copied(store, tables, told)
    with making as engine:
        yield Copied(store, engine)
