"""The little language in which a plan says which rows it means.

A predicate is plain data about one row of one table: it compares clocks with cut-offs and columns with constants,
follows references up to ancestors and down to descendants, and combines. It has two outcomes, never "unknown".
``compile`` says it in SQL; another kind of store may read it otherwise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from holdord.datamap.model import Encoding, Route
from holdord.policy.purpose import Condition
from holdord.policy.terms import Afterwards
from holdord.schema import Check, ForeignKey, Unique

Key = tuple[str | int, ...]
_Kind = TypeVar("_Kind")


class _Tree:
    """A predicate made of others, or of many keys: its cost and hash are worked out once, since plans ask often."""

    __slots__ = ("_costs", "_hashed")
    _costs: int
    _hashed: int


def _hashed_once(tree: type[_Kind]) -> type[_Kind]:
    """Let a class keep its hash."""
    plain = tree.__hash__

    def hashed(self: Any) -> int:
        try:
            return int(self._hashed)
        except AttributeError:
            found = plain(self)
            object.__setattr__(self, "_hashed", found)
            return found

    tree.__hash__ = hashed  # type: ignore[method-assign]
    return tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A clock of a table, with the encoding settled."""

    table: str
    column: str
    encoding: Encoding
    zone: ZoneInfo
    not_started: tuple[str | int | date, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DataColumn:
    """A column with personal data, or a piece of one, and what stripping makes of it.

    Attributes:
        column: The column in the database.
        erased_as: The placeholder; None is NULL; ``{key}`` stands for the primary key.
        generalise: ``year`` or ``prefix:N``, where ``action`` is ``generalise``.
        path: Where a piece lies in the column's JSON: keys from the outside in. Stripping it takes it out.
        inside: The paths of the column's pieces, where this is the rest of it. Stripping that leaves an object with the
            pieces alone.
    """

    column: str
    category: str
    action: Afterwards
    erased_as: str | int | date | None = None
    generalise: str = ""
    path: tuple[str, ...] = ()
    inside: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """The column's name in words, that of a piece with its path: ``profile.address.city``."""
        return ".".join((self.column, *self.path))

    @property
    def in_json(self) -> bool:
        """Whether this is a piece of a column, or the rest of one that has pieces."""
        return bool(self.path or self.inside)


@dataclass(frozen=True, slots=True)
class Started:
    """The clock has started."""

    clock: Clock


@dataclass(frozen=True, slots=True)
class By:
    """The clock started on ``cutoff`` or before; with no cut-off this is never so."""

    clock: Clock
    cutoff: date | None


@dataclass(frozen=True, slots=True)
class After:
    """The clock started after ``cutoff``; with no cut-off it has just started."""

    clock: Clock
    cutoff: date | None


@dataclass(frozen=True, slots=True)
class Meets:
    """A column of the row meets a condition of the policy."""

    column: str
    condition: Condition


@_hashed_once
@dataclass(frozen=True, slots=True)
class KeyIn(_Tree):
    """The row's primary key is one of these."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """The row is marked in this snapshot as one that goes; ``table`` is its own, ``plan`` names whose marks."""

    table: str
    plan: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """The row carries one of ``flags`` in this snapshot; ``table`` is its own, ``group`` names what was gathered."""

    table: str
    group: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bare:
    """All of these columns are stripped already."""

    columns: tuple[DataColumn, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The database would not take what stripping makes of these columns: a check, or another row that has it already.

    Attributes:
        taken: What must not be alike, of which a placeholder of the row's own is part.
        before: What is stripped before, and of which rows, as they are now.
    """

    columns: tuple[DataColumn, ...]
    checks: tuple[Check, ...] = ()
    taken: tuple[Unique, ...] = ()
    before: tuple[tuple["Predicate", tuple[DataColumn, ...]], ...] = ()


@_hashed_once
@dataclass(frozen=True, slots=True)
class Up(_Tree):
    """The ancestor at the end of ``route`` is there and satisfies ``where``."""

    route: Route
    where: "Predicate"


@_hashed_once
@dataclass(frozen=True, slots=True)
class Down(_Tree):
    """Some descendant, from which ``route`` leads up to this row, satisfies ``where``."""

    route: Route
    where: "Predicate"


@_hashed_once
@dataclass(frozen=True, slots=True)
class Referred(_Tree):
    """Some row of ``child`` refers to this one by ``key`` and satisfies ``where``."""

    child: str
    key: ForeignKey
    where: "Predicate"


@_hashed_once
@dataclass(frozen=True, slots=True)
class All(_Tree):
    """Every part holds; with no parts, always."""

    parts: tuple["Predicate", ...]


@_hashed_once
@dataclass(frozen=True, slots=True)
class Some(_Tree):
    """Some part holds; with no parts, never."""

    parts: tuple["Predicate", ...]


@_hashed_once
@dataclass(frozen=True, slots=True)
class Not(_Tree):
    """The part does not hold."""

    part: "Predicate"


Predicate = (
    Started | By | After | Meets | KeyIn | Marked | Flagged | Bare | Refused | Up | Down | Referred | All | Some | Not
)

ALWAYS = All(())
NEVER = Some(())


def every(*parts: Predicate) -> Predicate:
    """Return the conjunction, flattened, cheap parts first: what is always so is left out, what is never so decides."""
    flat = tuple(sorted(dict.fromkeys(_flat(parts, All)), key=_cost))
    if NEVER in flat:
        return NEVER
    return flat[0] if len(flat) == 1 else All(flat)


def some(*parts: Predicate) -> Predicate:
    """Return the disjunction, flattened, cheap parts first: what is never so is left out, what is always so decides."""
    flat = tuple(sorted(_merged(dict.fromkeys(_flat(parts, Some))), key=_cost))
    if ALWAYS in flat:
        return ALWAYS
    return flat[0] if len(flat) == 1 else Some(flat)


def _cost(part: Predicate) -> int:
    """Return about how many rows must be looked up to tell, so that a database meets the cheap parts first."""
    if not isinstance(part, _Tree):
        return _costs(part)
    try:
        return part._costs
    except AttributeError:
        found = _costs(part)
        object.__setattr__(part, "_costs", found)
        return found


def _costs(part: Predicate) -> int:
    match part:
        case All(parts) | Some(parts):
            return sum(map(_cost, parts))
        case Not(inner):
            return _cost(inner)
        case Up(route, where) | Down(route, where):
            return 2 * len(route) + _cost(where)
        case Referred(_, _, where):
            return 2 + _cost(where)
        case Marked() | Flagged():
            return 1
        case Refused(_, _, taken, before):
            return 1 + 2 * len(taken) + sum(_cost(where) for where, _ in before)
        case _:
            return 0


def negated(part: Predicate) -> Predicate:
    """Return the opposite; of "some" it is "every", which lets a database join against what must not be there."""
    if part == ALWAYS:
        return NEVER
    if isinstance(part, Some):
        return every(*map(negated, part.parts))
    return part.part if isinstance(part, Not) else Not(part)


def _flat(parts: tuple[Predicate, ...], kind: type[All] | type[Some]) -> Iterator[Predicate]:
    for part in parts:
        if isinstance(part, kind):
            yield from _flat(part.parts, kind)
        else:
            yield part


def _merged(parts: Iterable[Predicate]) -> Iterator[Predicate]:
    """Yield the parts, those that ask for flags of one group as one."""
    flags: dict[tuple[str, str], tuple[str, ...]] = {}
    for part in parts:
        if isinstance(part, Flagged):
            known = flags.get((part.table, part.group), ())
            flags[part.table, part.group] = tuple(dict.fromkeys((*known, *part.flags)))
        else:
            yield part
    for (table, group), names in flags.items():
        yield Flagged(table, group, names)
