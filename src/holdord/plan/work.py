"""Purposes bound to tables: conditions to columns, clocks to columns on the row or at the end of a route."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from holdord.datamap.model import ClockColumn, DataMap, Encoding, Route, Table
from holdord.document import Path
from holdord.errors import DataMapError, Problem
from holdord.plan.predicate import Clock
from holdord.policy.model import Policy
from holdord.policy.purpose import Clock as ClockName
from holdord.policy.purpose import Condition, Limit, Purpose, Works
from holdord.schema import Schema

_BY_FAMILY: dict[str, Encoding] = {"date": "date", "timestamp": "timestamp", "timestamp_tz": "timestamp_tz"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a purpose reads a clock from a row of its own: on the row, up a route, or down one."""

    direction: Literal["own", "up", "down"]
    route: Route
    clock: Clock
    never_null: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """A limit bound to the table of a record: the latest of its readings counts."""

    limit: Limit
    readings: tuple[Reading, ...]

    @property
    def may_be_open(self) -> bool:
        """Whether a row can be such that the limit has not started."""
        return not any(reading.never_null for reading in self.readings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """A condition bound to a table: on the row, or on ancestors by any of the routes."""

    condition: Condition
    column: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A purpose on a table whose rows are records that it works on."""

    purpose: Purpose
    table: str
    tests: tuple[Test, ...]
    timers: tuple[Timer, ...]

    def reads(self) -> Iterator[tuple[str, str]]:
        """Yield (table, column) of every clock and condition that the purpose reads for this table."""
        for clock in self.clocks():
            yield clock.table, clock.column
        for test in self.tests:
            for table in {route[-1].parent for route in test.routes} or {self.table}:
                yield table, test.column

    def clocks(self) -> Iterator[Clock]:
        """Yield the clocks that the purpose reads for this table."""
        for timer in self.timers:
            for reading in timer.readings:
                yield reading.clock


def settled(column: ClockColumn, datamap: DataMap, schema: Schema) -> Clock:
    """Return a clock with its encoding settled by the column's declared type.

    Raises:
        DataMapError: When the data map must say the encoding.
    """
    family = schema[column.table].columns[column.column].family
    encoding = column.encoding or _BY_FAMILY.get(family)
    if encoding is None:
        where = f"tables.{column.table}.clocks.{column.name}"
        what = f"The column {column.column!r} is no date or timestamp, so its clock needs an encoding."
        raise DataMapError([Problem(what=what, remedy="Add 'encoding:'.", file=datamap.file, where=where)])
    return Clock(
        table=column.table,
        column=column.column,
        encoding=encoding,
        zone=column.zone,
        not_started=column.not_started,
    )


class Binder:
    """Binds every purpose to every table of its record classes; what does not fit is added to ``problems``."""

    def __init__(self, policy: Policy, datamap: DataMap, schema: Schema, problems: list[Problem]) -> None:
        self.policy = policy
        self.datamap = datamap
        self.schema = schema
        self.problems = problems

    def works(self) -> Iterator[Work]:
        """Yield the works in the policy's order."""
        for purpose in self.policy.purposes.values():
            for index, works in enumerate(purpose.works_on):
                yield from self._works(purpose, works, ("purposes", purpose.id, "works_on", index))

    def _works(self, purpose: Purpose, works: Works, path: Path) -> Iterator[Work]:
        tables = self.datamap.of_class(works.record_class)
        if not tables:
            known = f"Classes: {', '.join(sorted(self.datamap.classes))}."
            what = f"No table holds records of class {works.record_class!r}."
            self.problems.append(self.policy.problem(path, what, known))
        for table in tables:
            try:
                tests = tuple(self._test(table, condition) for condition in works.conditions)
                timers = tuple(self._timer(table, limit) for limit in purpose.limits)
            except LookupError as error:
                self.problems.append(self.policy.problem(path, f"{error.args[0]} (on the table {table.name!r})"))
                continue
            yield Work(purpose=purpose, table=table.name, tests=tests, timers=timers)

    def _test(self, table: Table, condition: Condition) -> Test:
        if not condition.record_class or condition.record_class == table.record_class:
            if condition.name not in table.conditions:
                raise LookupError(f"There is no condition {condition.name!r}")
            return Test(condition=condition, column=table.conditions[condition.name], routes=())
        routes = tuple(
            route
            for ancestor, route in self.datamap.routes_up(table.name)
            if self.datamap.tables[ancestor].record_class == condition.record_class
            and condition.name in self.datamap.tables[ancestor].conditions
        )
        if not routes:
            raise LookupError(f"No ancestor of class {condition.record_class!r} has a condition {condition.name!r}")
        columns = {self.datamap.tables[route[-1].parent].conditions[condition.name] for route in routes}
        if len(columns) > 1:
            raise LookupError(f"The condition {condition.name!r} means different columns of different ancestors")
        return Test(condition=condition, column=columns.pop(), routes=routes)

    def _timer(self, table: Table, limit: Limit) -> Timer:
        readings = [reading for name in limit.clocks for reading in self._readings(table, name, latest=limit.latest)]
        if any(reading.direction == "down" for reading in readings) and not any(
            reading.never_null for reading in readings
        ):
            raise LookupError(
                f"The latest of {', '.join(str(name) for name in limit.clocks)} needs a clock of the row's own that is "
                "never null; else erasing the last descendant would make it 'not started'"
            )
        return Timer(limit=limit, readings=tuple(readings))

    def _readings(self, table: Table, name: ClockName, *, latest: bool) -> list[Reading]:
        tables = self.datamap.tables
        own = table.clocks.get(name.name) if name.record_class in ("", table.record_class) else None
        found = [self._reading("own", (), own)] if own else []
        if own and not name.record_class:
            return found
        up = [
            self._reading("up", route, tables[ancestor].clocks[name.name])
            for ancestor, route in self.datamap.routes_up(table.name)
            if name.name in tables[ancestor].clocks and name.record_class in ("", tables[ancestor].record_class)
        ]
        if not name.record_class and up:
            nearest = min(len(reading.route) for reading in up)
            up = [reading for reading in up if len(reading.route) == nearest]
        if latest and name.record_class:
            down = [
                self._reading("down", route, tables[child].clocks[name.name])
                for child, route in self.datamap.routes_down(table.name)
                if name.name in tables[child].clocks and name.record_class == tables[child].record_class
            ]
            found += up + down
        elif not found:
            if len(up) > 1:
                raise LookupError(f"The clock {str(name)!r} is reached in {len(up)} ways")
            found = up
        if not found:
            raise LookupError(f"The clock {str(name)!r} is not there")
        return found

    def _reading(self, direction: Literal["own", "up", "down"], route: Route, column: ClockColumn) -> Reading:
        shape = self.schema[column.table].columns[column.column]
        never_null = direction == "own" and not shape.nullable and not column.not_started
        return Reading(
            direction=direction, route=route, clock=settled(column, self.datamap, self.schema), never_null=never_null
        )
