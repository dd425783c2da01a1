"""What a store looks like, as plain data: tables, columns, keys, references, triggers, and what it refuses.

Read from a database by ``holdord.stores.reflect``; the planner knows a store only through this and the data map.
"""

from dataclasses import dataclass, replace
from typing import Literal

Family = Literal["text", "number", "truth", "date", "timestamp", "timestamp_tz", "other"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnShape:
    """A column: its name, its type's family, whether NULL is refused, whether its values are unique by themselves.

    Attributes:
        declared: The type in SQL where the database enforces it, such as ``numeric(5,2)``; else empty.
        base: The same without its limits, a domain's own type in its place.
        domain: Whether it is a domain.
        length: How many characters a text may have, where that is declared.
        values: The values of an enumeration; empty for every other type.
        holds_json: Whether the database can tell what lies inside.
        generated: SQL that the column is made of (GENERATED ALWAYS AS …), or empty.
        made_of: The columns that ``generated`` reads.
        numbered: Whether only the database gives it a value (GENERATED ALWAYS AS IDENTITY).
    """

    name: str
    family: Family
    nullable: bool
    unique: bool = False
    declared: str = ""
    base: str = ""
    domain: bool = False
    length: int | None = None
    values: tuple[str, ...] = ()
    holds_json: bool = False
    generated: str = ""
    made_of: frozenset[str] = frozenset()
    numbered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignKey:
    """A reference that the database declares.

    Attributes:
        on_delete: ``CASCADE``, ``SET NULL``, ``SET DEFAULT``, or empty for refusal.
        indexed: Whether an index begins with ``columns``.
        deferred: Whether it is enforced only when a transaction ends (INITIALLY DEFERRED).
        enforced: Whether the database refuses what breaks it from now on, whatever rows broke it before (NOT VALID).
    """

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]
    on_delete: str = ""
    indexed: bool = True
    deferred: bool = False
    enforced: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Unique:
    """Columns in which no two rows may be alike: a constraint, an index, or an exclusion constraint.

    Attributes:
        name: What the database calls it.
        columns: Compared as they are.
        folded: Compared without regard to case, by their type or collation: NOCASE, citext.
        lowered: Compared without regard to case, by an expression: ``lower(email)``.
        unclear: Columns that another expression or the condition of a partial index reads.
        condition: Of a partial index, as SQL; empty for every other.
        nulls_alike: Whether NULL equals NULL here (NULLS NOT DISTINCT).
        overlapping: Whether it excludes by other operators than "=".
    """

    name: str
    columns: frozenset[str]
    folded: frozenset[str] = frozenset()
    lowered: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()
    condition: str = ""
    nulls_alike: bool = False
    overlapping: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A CHECK constraint: its own SQL, and the columns that it reads.

    Attributes:
        unproven: Whether rows may break it already (NOT VALID), which it then forbids to change in whatever column.
    """

    name: str
    sql: str
    columns: frozenset[str]
    unproven: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TableShape:
    """A table as the database declares it.

    Attributes:
        kind: What it is in words: ``table``, ``view``, ``partition`` (whose rows are rows of ``whole`` as well), or
            ``foreign table``, ``elsewhere`` (in another schema of the database).
        whole: The table that it is a partition of or inherits from, or empty.
        divided_by: The columns that decide in which partition a row lies.
        indexes: The columns of each index, in its order; None where nobody looked.
        denied: The statements that holdord's role may not run on it, of UPDATE and DELETE.
        filtered: Whether the role is shown some of its rows only (row level security).
        sure_key: Whether the database keeps NULL out of the primary key: SQLite lets it into most.
        counted: Whether the database has statistics of it, or it is too small to need them.
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, ColumnShape]
    foreign_keys: tuple[ForeignKey, ...] = ()
    triggers: tuple[str, ...] = ()
    uniques: tuple[Unique, ...] = ()
    checks: tuple[Check, ...] = ()
    kind: str = "table"
    whole: str = ""
    divided_by: frozenset[str] = frozenset()
    indexes: tuple[tuple[str, ...], ...] | None = None
    denied: tuple[str, ...] = ()
    filtered: bool = False
    sure_key: bool = False
    counted: bool = True

    def is_indexed(self, columns: tuple[str, ...]) -> bool:
        """Tell whether an index begins with ``columns``, in whatever order."""
        return self.indexes is None or any(set(columns) == set(index[: len(columns)]) for index in self.indexes)

    def foreign_key(self, columns: tuple[str, ...], table: str) -> ForeignKey | None:
        """Return the key by which these columns refer to ``table``, its columns in the order asked for."""
        for key in self.foreign_keys:
            if key.table == table and set(key.columns) == set(columns) and len(key.columns) == len(columns):
                target = tuple(key.target[key.columns.index(name)] for name in columns)
                return replace(key, columns=columns, target=target)
        return None


Schema = dict[str, TableShape]
