"""The ways by which a record reaches a row: the row is of it, or the row's own record carries it.

A record is all its rows: the row in the table of its class, and the rows that are ``part_of`` it. So a way leads from
a row *up* to a row of the same record, *down* from there over any references, and *across* to the record that the
last row is part of and refers from; each of the three may be empty (decision 0021).
"""

from dataclasses import dataclass

from holdord.datamap.model import DataMap, Route
from holdord.plan.predicate import Down, Predicate, Up
from holdord.plan.remembered import remembered
from holdord.plan.work import Work


@dataclass(frozen=True, slots=True)
class Way:
    """A way from a row to a row of a record's own table; with nothing in it, the row is that one.

    Attributes:
        up: Along references of parts alone.
        down: The route from the row at the lower end, up to where ``up`` led.
        across: From that row along references of parts alone.
    """

    up: Route = ()
    down: Route = ()
    across: Route = ()

    @property
    def is_sideways(self) -> bool:
        """Whether it leads through another part of a record than the row itself: a law's duty alone reaches so far."""
        return bool(self.across or (self.up and self.down and self.down[-1].kind == "part_of"))

    def say(self, there: Predicate) -> Predicate:
        """Return the predicate that ``there`` is so at the end of the way."""
        said = Up(self.across, there) if self.across else there
        said = Down(self.down, said) if self.down else said
        return Up(self.up, said) if self.up else said


class Ways:
    """All ways in a data map."""

    def __init__(self, datamap: DataMap) -> None:
        self.parts: dict[str, list[tuple[str, Route]]] = {}
        self.carried: dict[str, list[tuple[str, Route]]] = {table: [(table, ())] for table in datamap.tables}
        for table in datamap.tables:
            self.parts[table] = [(table, ()), *datamap.routes_up(table, parts_only=True)]
            for ancestor, route in datamap.routes_up(table):
                self.carried[ancestor].append((table, route))
        self._found: dict[tuple[str, str], tuple[Way, ...]] = {}

    def between(self, table: str, record: str) -> tuple[Way, ...]:
        """Return the ways from a row of ``table`` to rows of ``record``, the table of a class."""
        if (table, record) not in self._found:
            self._found[table, record] = tuple(
                Way(up, down, across)
                for above, up in self.parts[table]
                for below, down in self.carried[above]
                for end, across in self.parts[below]
                if end == record and not (across and (not down or down[0].kind == "part_of"))
            )
        return self._found[table, record]

    @remembered
    def of(self, work: Work, table: str) -> list[Way]:
        """Return the ways by which a purpose can reach a row of ``table``; sideways only a law's duty does."""
        ways = self.between(table, work.table)
        return [way for way in ways if not _is_nowhere(work, way) and (work.purpose.is_duty or not way.is_sideways)]


def _is_nowhere(work: Work, way: Way) -> bool:
    """Tell whether a condition asks a reference to be NULL by which the way would have to lead on."""
    return bool(way.down and not way.across) and any(
        not test.routes
        and test.column in way.down[0].columns
        and test.condition.operator == "is"
        and test.condition.values == (None,)
        for test in work.tests
    )
