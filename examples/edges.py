"""Where the limits of a policy run out: the rows that stand right at the edge on a given day.

For a limit, the starts of interest are those whose last day is the day before, the day itself and the day after; the
first day that is not yet due; the same two around ``within``, when a promise is broken; and no start at all. Each is
put onto the row, or onto the ancestor or descendant that carries the clock, of every class that the purpose works on,
in rows that meet its conditions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from holdord.datamap.model import DataMap, Table
from holdord.policy.calendar import cutoff
from holdord.policy.model import Policy
from holdord.policy.purpose import Clock, Condition, Limit
from holdord.stores.register.schema import metadata

_DAY = timedelta(days=1)
_OTHER = {
    ("relations", "kind"): "supplier",
    ("correspondence", "channel"): "letter",
    ("notes", "channel"): "meeting",
    ("subscriptions", "channel"): "sms",
    ("subscriptions", "topic"): "offers",
    ("uploads", "kind"): "video",
}
"""What a text can be where a condition only says what it is not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A row to be made.

    Attributes:
        purpose: Whose limit it is.
        table: The row's.
        start: What the clock shows; None has not started.
        late: Whether a moment is the last of that day, rather than its first.
        values: Table → column → value, on the row, its ancestors and ``child``.
        wanted: Tables that the row must refer to even where it need not.
        child: A descendant that carries the clock, or empty.
    """

    purpose: str
    table: str
    start: date | None
    late: bool
    values: dict[str, dict[str, Any]]
    wanted: frozenset[str]
    child: str = ""


def starts(limit: Limit, at: date) -> dict[date | None, bool]:
    """Return the starts around the limit's edges at ``at``, none of them later, and whether each is late in its day."""
    found: dict[date | None, bool] = {None: False}
    for duration in (limit.duration, limit.within):
        if (last := cutoff(duration, at, limit.year)) is not None:
            found[last] = True
            found.setdefault(last + _DAY, False)
    for ahead in (1, 2):
        if (last := cutoff(limit.duration, at + ahead * _DAY, limit.year)) is not None:
            found.setdefault(last, False)
    return {start: late for start, late in found.items() if start is None or start <= at}


def edges(policy: Policy, datamap: DataMap, at: date) -> Iterator[Edge]:
    """Yield the rows at the edges of all limits of ``policy`` on ``at``, each once."""
    seen = set()
    for purpose, limit in policy.limits():
        for work in purpose.works_on:
            for table in datamap.of_class(work.record_class):
                for start, late in starts(limit, at).items():
                    edge = _edge(purpose.id, table, work.conditions, limit, datamap, start, late)
                    if edge is not None and (key := repr((edge.table, edge.values, edge.child))) not in seen:
                        seen.add(key)
                        yield edge


def _edge(
    purpose: str,
    table: Table,
    conditions: tuple[Condition, ...],
    limit: Limit,
    datamap: DataMap,
    start: date | None,
    late: bool,
) -> Edge | None:
    """Return the row, or None where the register has no such clock or the clock always shows something."""
    values: dict[str, dict[str, Any]] = {}
    wanted: set[str] = set()
    for condition in conditions:
        home = _upwards(datamap, table, condition.record_class, condition.name, clock=False)
        if home is None:
            return None
        owner, path = home
        wanted |= path
        column = datamap.tables[owner].conditions[condition.name]
        parents = {key.column.table.name for key in metadata.tables[owner].columns[column].foreign_keys}
        value = _meets(condition, owner, column)
        if parents and value is not None:
            wanted |= parents
        else:
            values.setdefault(owner, {})[column] = value
    clock = limit.clocks[-1]
    home = _upwards(datamap, table, clock.record_class, clock.name, clock=True)
    child = ""
    if home is None and limit.latest:
        home = _downwards(datamap, table, clock)
        child = home[0] if home else ""
    if home is None:
        return None
    owner, path = home
    column = datamap.tables[owner].clocks[clock.name].column
    if start is None and (child or not metadata.tables[owner].columns[column].nullable):
        return None
    values.setdefault(owner, {})[column] = start
    return Edge(
        purpose=purpose,
        table=table.name,
        start=start,
        late=late,
        values=values,
        wanted=frozenset(wanted | path),
        child=child,
    )


def _upwards(
    datamap: DataMap, table: Table, record_class: str, name: str, *, clock: bool
) -> tuple[str, frozenset[str]] | None:
    """Return the table, this one or the nearest ancestor, that has a clock or condition, and the tables on the way."""

    def fits(candidate: Table) -> bool:
        named = name in (candidate.clocks if clock else candidate.conditions)
        return named and record_class in ("", candidate.record_class)

    if fits(table) and (clock or record_class in ("", table.record_class)):
        return table.name, frozenset()
    routes = sorted(datamap.routes_up(table.name), key=lambda found: len(found[1]))
    for ancestor, route in routes:
        if fits(datamap.tables[ancestor]):
            return ancestor, frozenset(reference.parent for reference in route)
    return None


def _downwards(datamap: DataMap, table: Table, clock: Clock) -> tuple[str, frozenset[str]] | None:
    routes = sorted(datamap.routes_down(table.name), key=lambda found: len(found[1]))
    for descendant, route in routes:
        candidate = datamap.tables[descendant]
        if candidate.record_class == clock.record_class and clock.name in candidate.clocks:
            return descendant, frozenset(reference.parent for reference in route)
    return None


def _meets(condition: Condition, table: str, column: str) -> Any:
    """Return a value that meets the condition."""
    value = condition.values[0]
    if condition.operator in ("is", "in"):
        return value
    if condition.operator == "is_not":
        if isinstance(value, bool):
            return not value
        return _OTHER.get((table, column), "other")
    step: Any = _DAY if isinstance(value, date) else 1
    return value + step if condition.operator == "above" else value - step
