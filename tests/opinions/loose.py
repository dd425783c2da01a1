"""Date columns of SQLite that let anything in, as the real ones do, and give it back as it is."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa


class LooseDate(sa.types.UserDefinedType[Any]):
    """A DATE column in which text and numbers may stand beside dates."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "DATE"

    def bind_processor(self, dialect: Any) -> Any:
        return lambda value: value.isoformat() if isinstance(value, date) else value

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return lambda value: _parsed(date.fromisoformat, value)


class LooseDateTime(sa.types.UserDefinedType[Any]):
    """A DATETIME column in which text and numbers may stand beside moments."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "DATETIME"

    def bind_processor(self, dialect: Any) -> Any:
        return lambda value: f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return lambda value: _parsed(datetime.fromisoformat, value)


def _parsed(parse: Any, value: Any) -> Any:
    try:
        return parse(value)
    except (TypeError, ValueError):
        return value
