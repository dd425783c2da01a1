"""The door to the product: puts a world into a store, sweeps it there, and reads what is left.

Everything that these tests know of the planner and the executor stands in :func:`planned` and :func:`_swept`.
"""

import importlib.util
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from holdord.plan.statements import Plan
from tests.opinions.worlds import POSTGRESQL, SQLITE, World

MEMORY = "memory"
_SCHEMA = "holdord_opinions"


Rows = dict[str, list[dict[str, Any]]]


class Planned(NamedTuple):
    """A statement of a plan: rows are erased (no columns), or these columns of them are stripped."""

    table: str
    action: str
    columns: tuple[str, ...]
    rows: int


class Swept(NamedTuple):
    """What a sweep left and what it had planned."""

    rows: dict[str, list[dict[str, Any]]]
    stopped: dict[str, set[str]]
    plan: list[Planned]


def available() -> bool:
    """Tell whether there is a planner, an executor and a store to ask."""
    try:
        names = ("holdord.stores.sql", "holdord.plan.plan", "holdord.run.execute")
        return all(importlib.util.find_spec(name) is not None for name in names)
    except ModuleNotFoundError:
        return False


def dialect_of(url: str) -> str:
    return SQLITE if url.startswith("sqlite") else POSTGRESQL


def sweep(world: World, url: str, at: date) -> Swept:
    """Put ``world`` into the store at ``url``, sweep it at ``at``, and return what is left."""
    return sweeps(world, url, [at])[0]


def sweeps(world: World, url: str, dates: Sequence[date]) -> list[Swept]:
    """Put ``world`` into the store once, and sweep it there at each of ``dates``, one after the other.

    Args:
        world: Made for the dialect of ``url``.
        url: ``memory``, ``sqlite`` for a new file that is thrown away, or a URL of PostgreSQL, where a schema is made
            anew.
        dates: When.
    """
    with opened(world, url) as (store, rows):
        return [_swept(world, store, rows, at) for at in dates]


@contextmanager
def opened(world: World, url: str) -> Iterator[tuple[Any, Callable[[], Rows]]]:
    """Put ``world`` into a store; yield it, and what reads all its rows."""
    if url == MEMORY:
        from holdord.testing.memory import MemoryStore

        memory = MemoryStore(schema=world.schema, datamap=world.datamap, controller=world.policy.controller)
        with memory.writing() as transaction:
            transaction.state.load(world.rows)
        yield memory, lambda: {name: memory.rows(name) for name in world.schema}
        return
    from holdord.stores.sql import SqlStore

    with _engine(url) as engine:
        world.metadata.create_all(engine)
        with engine.begin() as connection:
            for table in world.metadata.sorted_tables:
                if world.rows[table.name]:
                    loops = _loops(table)
                    rows = [row | dict.fromkeys(loops) for row in world.rows[table.name]]
                    connection.execute(sa.insert(table), rows)
            for table in world.metadata.sorted_tables:
                _close_loops(connection, table, world.rows[table.name])
        store = SqlStore(engine=engine, datamap=world.datamap, controller=world.policy.controller)
        yield store, lambda: read(world, engine)


def _loops(table: sa.Table) -> list[str]:
    """Return the columns by which rows refer to rows that may come later."""
    found = [one for one in table.foreign_key_constraints if one.info.get("loop")]
    return [column for constraint in found for column in constraint.column_keys]


def _close_loops(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    loops = _loops(table)
    if loops and rows:
        key = [column.name for column in table.primary_key.columns]
        update = sa.update(table).where(*(table.c[name] == sa.bindparam(f"key_{name}") for name in key))
        values = [{f"key_{name}": row[name] for name in key} | {name: row[name] for name in loops} for row in rows]
        connection.execute(update.values({name: sa.bindparam(name) for name in loops}), values)


def planned(world: World, store: Any, at: date) -> Plan:
    """Return what is due in a store."""
    from holdord.plan.bind import Bound
    from holdord.plan.plan import make

    bound = Bound(policy=world.policy, datamap=world.datamap, schema=store.schema)
    with store.reading() as snapshot:
        return make(bound, snapshot, at)


def _swept(world: World, store: Any, rows: Callable[[], Rows], at: date) -> Swept:
    from holdord.run.execute import carry_out

    plan = planned(world, store, at)
    carry_out(store, plan)
    stopped: dict[str, set[str]] = {table: set() for table in plan.stopped}
    for finding in plan.findings:
        if finding.severity == "stop":
            stopped.setdefault(finding.table, set()).add(finding.code)
    said = [
        Planned(entry.table, entry.action, tuple(column.name for column in entry.columns), entry.rows)
        for entry in plan.statements
    ]
    return Swept(rows(), stopped, said)


def read(world: World, engine: sa.Engine) -> Rows:
    """Return all rows, in key order."""
    found = {}
    with engine.connect() as connection:
        for name, table in world.metadata.tables.items():
            rows = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            key = [column.name for column in table.primary_key.columns]
            found[name] = sorted(rows, key=lambda row, key=key: tuple(row[part] for part in key))  # type: ignore[misc]
    return found


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    from holdord.stores.database import connect

    if dialect_of(url) == SQLITE:
        with tempfile.TemporaryDirectory() as folder:
            engine = connect(f"sqlite:///{Path(folder) / 'world.db'}")
            try:
                yield engine
            finally:
                engine.dispose()
        return
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE"))
        connection.execute(sa.text(f"CREATE SCHEMA {_SCHEMA}"))
    engine.dispose()
    there = sa.make_url(url).update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
    engine = connect(there.render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()
