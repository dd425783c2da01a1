"""Rows that hold each other in a circle, and nothing else holds them: they go together, in one transaction.

Rows that refer along a chain go leaf by leaf, in ordinary batches. What is left then, where anything is, are rows that
refer to each other in a circle, and what only they refer to. Marks find them (``holdord.plan.statements.Knot``), the
references among them are set to NULL where that may be, and the database checks the others when the transaction ends.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from holdord.plan.compile import Sql
from holdord.plan.compiler import Compiler
from holdord.plan.predicate import Marked
from holdord.plan.statements import KNOT, Knot, Statement
from holdord.stores.snapshot import Snapshot


def untie(connection: Connection, compiler: Compiler, statements: Sequence[Statement]) -> dict[int, int]:
    """Erase what holds itself in the circle of ``statements``; return number of the statement → rows.

    Args:
        connection: One transaction that writes.
        compiler: Of the store.
        statements: Those that erase rows of one circle of tables.
    """
    knots = statements[0].knot
    if compiler.is_sqlite:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        for knot in knots:
            _lock(connection, compiler, knot)
    snapshot = Snapshot(connection, compiler)
    for knot in knots:
        snapshot.mark(knot.table, knot.free, KNOT)
    while sum(snapshot.unmark(knot.table, knot.tied, KNOT) for knot in knots):
        pass
    for knot in knots:
        _cut(connection, compiler, knot)
    done = {statement.number: _erase(connection, compiler, statement) for statement in statements}
    for knot in knots:
        snapshot.forget(knot.table, KNOT)
    return done


def _lock(connection: Connection, compiler: Compiler, knot: Knot) -> None:
    """Lock the rows that may go, so that nobody can refer to them any more."""
    sql, table = Sql(compiler), compiler.quote(knot.table)
    rows = f"SELECT 1 FROM {table} WHERE {sql.where(knot.free, table, knot.table)} FOR UPDATE OF {table}"
    sql.text(f"SELECT count(*) FROM ({rows}) AS locked").run(connection)


def _cut(connection: Connection, compiler: Compiler, knot: Knot) -> None:
    if knot.cut:
        sql, table = Sql(compiler), compiler.quote(knot.table)
        sets = ", ".join(f"{compiler.quote(name)} = NULL" for name in knot.cut)
        marked = sql.where(Marked(knot.table, KNOT), table, knot.table)
        sql.text(f"UPDATE {table} SET {sets} WHERE {marked}").run(connection)


def _erase(connection: Connection, compiler: Compiler, statement: Statement) -> int:
    sql, table = Sql(compiler), compiler.quote(statement.table)
    marked = sql.where(Marked(statement.table, KNOT), table, statement.table)
    return sql.text(f"DELETE FROM {table} WHERE {marked}").run(connection).rowcount
