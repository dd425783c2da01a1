"""Reading rows by what stands in some of their columns: each question is put into words once for a store."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Select, bindparam, select, tuple_, type_coerce
from sqlalchemy.types import TypeEngine, UserDefinedType

from holdord.plan.compiler import Compiler


def query(compiler: Compiler, table: str, columns: tuple[str, ...], *, alone: bool) -> Select[Any]:
    """Return what finds the rows of ``table`` whose ``columns`` have one of the values of the parameter ``wanted``.

    The values are plain for one column, and tuples for several. Where there is but one, of one column, it is ``alone``
    and the parameter itself: a list takes the database's driver as long as the question.
    """
    place = compiler.tables[table]
    if (table, columns, alone) not in compiler.queries:
        sought: Any = place.c[columns[0]] if len(columns) == 1 else tuple_(*(place.c[name] for name in columns))
        asked = everything(compiler, table)
        fits = sought == bindparam("wanted") if alone else sought.in_(bindparam("wanted", expanding=True))
        compiler.queries[table, columns, alone] = asked.where(fits)
    return compiler.queries[table, columns, alone]


def everything(compiler: Compiler, table: str) -> Select[Any]:
    """Return what reads all columns of all rows of ``table``."""
    columns = compiler.tables[table].c
    if not compiler.is_sqlite:
        return select(*columns)
    return select(*(type_coerce(column, AsItIs(column.type)).label(column.name) for column in columns))


class AsItIs(UserDefinedType[Any]):
    """A type on SQLite, where a column takes any value: what is none of its type comes as it is, and is no date."""

    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        self.kind = kind

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what makes of the driver's value that of the type."""
        made = self.kind.dialect_impl(dialect).result_processor(dialect, coltype)
        if made is None:
            return None

        def process(value: Any) -> Any:
            try:
                return made(value)
            except (TypeError, ValueError):
                return value

        return process
