"""What a store looks like, as plain data: tables, columns, keys, references, triggers.

Read from a database by ``holdord.stores.sql``; the planner knows a store only through this and the data map.
"""

from dataclasses import dataclass
from typing import Literal

Family = Literal["text", "number", "truth", "date", "timestamp", "timestamp_tz", "other"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnShape:
    """A column: its name, its type's family, whether NULL is refused, whether its values are unique by themselves."""

    name: str
    family: Family
    nullable: bool
    unique: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignKey:
    """A reference that the database itself enforces.

    Attributes:
        on_delete: ``CASCADE``, ``SET NULL``, ``SET DEFAULT``, or empty for refusal.
        indexed: Whether an index begins with ``columns``.
    """

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]
    on_delete: str = ""
    indexed: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class TableShape:
    """A table as the database declares it."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, ColumnShape]
    foreign_keys: tuple[ForeignKey, ...] = ()
    triggers: tuple[str, ...] = ()


Schema = dict[str, TableShape]
