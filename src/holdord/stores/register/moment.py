"""A moment in a database: aware, and in UTC whatever zone it was given in.

PostgreSQL has a type for that. SQLite has none: there a moment is text, ``2026-03-01 22:59:59``, which sorts and
compares as time does because zone and width are always the same.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC, to the second on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """The type of its values."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the dialect's type; SQLite's writes no fractions of a second."""
        if dialect.name == "sqlite":
            return sqlite.DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC.

        Raises:
            ValueError: Where the datetime has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a zone; a naive datetime does not say when it was.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
