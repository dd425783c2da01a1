"""Until when data are held: the rule asked for days instead of rows (GDPR art. 15(1)(d)).

A limit ends on a day, a purpose on a record with the first of its limits, and data with the last of the purposes that
need them. A limit whose clock has not started has no day yet. What the rule says on a day and what is said here agree:
a purpose holds data at *t* where its last day is *t* or later.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from holdord.datamap.model import Route
from holdord.plan.excerpt import Excerpt, Row
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import Clock, DataColumn
from holdord.plan.remembered import remembered
from holdord.plan.work import Test, Timer, Work
from holdord.policy.calendar import last_day
from holdord.policy.model import Hold
from holdord.policy.purpose import Limit, Purpose


@dataclass(frozen=True, kw_only=True, slots=True)
class Lasting:
    """How long a purpose holds data.

    Attributes:
        last: The last day; None while a clock has not started.
        waits: The limit whose clock has not started, or None.
    """

    purpose: Purpose
    last: date | None
    waits: Limit | None = None

    @property
    def order(self) -> date:
        """What is later than what: open is later than every day."""
        return date.max if self.last is None else self.last


class Until:
    """Tells until when data in an excerpt are held, as seen on a day."""

    def __init__(self, grounds: Grounds, rows: Excerpt) -> None:
        self.grounds = grounds
        self.bound = grounds.bound
        self.rows = rows
        self._works: dict[str, list[Work]] = {}
        for work in self.bound.works:
            self._works.setdefault(work.purpose.id, []).append(work)

    def column(self, table: str, row: Row, column: DataColumn) -> list[Lasting]:
        """Return for each purpose that needs a column how long it holds it in a row, the longest first.

        Purposes that do not reach the row are left out, those that have ended are not.
        """
        return self.longest(self.grounds.needing(table, column), table, row)

    @remembered
    def longest(self, purposes: tuple[Purpose, ...], table: str, row: Row) -> list[Lasting]:
        """Return for each of some purposes how long it holds what it needs in a row, the longest first."""
        found = [self.purpose(purpose, table, row) for purpose in purposes]
        return sorted((one for one in found if one is not None), key=lambda one: one.order, reverse=True)

    @remembered
    def purpose(self, purpose: Purpose, table: str, row: Row) -> Lasting | None:
        """Return how long a purpose holds what it needs in a row, by the record that holds it longest."""
        lasting = [
            self.record(work, record)
            for work in self._works.get(purpose.id, ())
            for way in self.grounds.ways(work, table)
            if way.down or not self.grounds.ended.is_over(purpose, table, row, self.rows)
            for record in self.rows.along(way, row)
        ]
        return max((one for one in lasting if one is not None), key=lambda one: one.order, default=None)

    def counts(self, purpose: Purpose, table: str, row: Row, *, limited: bool = True) -> bool:
        """Tell whether a row is a record of a purpose, or a part of one, and it is alive there.

        Args:
            purpose: Which.
            table: The row's.
            row: The row.
            limited: Whether it ends by its limits; one that ends by an approval alone does not.
        """
        lasting = [
            self.record(work, record)
            for work in self._works.get(purpose.id, ())
            for way in self.grounds.ways(work, table)
            if not way.down
            for record in self.rows.along(way, row)
        ]
        return any(one is not None and (one.order >= self.grounds.at or not limited) for one in lasting)

    def mark(self, purpose: Purpose, table: str, row: Row) -> str:
        """Return what tells a consent, or a contract, on a row from a later one on the same row, as JSON.

        That is what the purpose's conditions and clocks read there; of a row that is nobody's own record all its
        clocks, such as when somebody subscribed.
        """
        place, whose = self.bound.datamap.tables[table], self.grounds.whose
        people = {*self.bound.datamap.persons, *([whose.asked.record_class] if whose else [])}
        said: list[str] = []
        if place.record_class not in people:
            said += [str(row[clock.column]) for clock in place.clocks.values()]
        starts: list[str | None] = []
        for work in self._works.get(purpose.id, ()):
            for way in self.grounds.ways(work, table):
                for record in [] if way.down else self.rows.along(way, row):
                    said += [str(record[test.column]) for test in work.tests if not test.routes]
                    begun = [max(self._starts(timer, record), default=None) for timer in work.timers]
                    starts += [None if start is None else start.isoformat() for start in begun]
        return json.dumps([said, starts])

    @staticmethod
    def is_later(mark: str, before: str) -> bool:
        """Tell whether something is new since a mark; a clock that runs over what is erased by now goes back."""
        (said, starts), (said_before, starts_before) = json.loads(mark), json.loads(before)
        if said != said_before or len(starts) != len(starts_before):
            return True
        pairs = zip(starts, starts_before, strict=True)
        return any((start is None and was is not None) or (start or "") > (was or "") for start, was in pairs)

    @remembered
    def record(self, work: Work, row: Row) -> Lasting | None:
        """Return how long a purpose works on a record; None where it does not, by its conditions or a request."""
        is_over = self.grounds.ended.is_over(work.purpose, work.table, row, self.rows)
        if is_over or not all(self._meets(test, row) for test in work.tests):
            return None
        ends = [(timer, self._last(timer, row)) for timer in work.timers]
        running = [(last, timer.limit) for timer, last in ends if last is not None]
        if running:
            last, _ = min(running, key=lambda one: one[0])
            return Lasting(purpose=work.purpose, last=None if last == date.max else last)
        return Lasting(purpose=work.purpose, last=None, waits=ends[0][0].limit if ends else None)

    def holds(self, table: str, row: Row) -> list[Hold]:
        """Return the legal holds that cover a row."""
        return [
            hold for hold in self.bound.policy.holds if hold.active(self.grounds.at) and self._covers(hold, table, row)
        ]

    def _covers(self, hold: Hold, table: str, row: Row) -> bool:
        ways = self.bound.ways
        for record in hold.records:
            for place in self.bound.datamap.of_class(record.record_class):
                found = [one for way in ways.between(table, place.name) for one in self.rows.along(way, row)]
                found += self._above(row, (route for below, route in ways.carried[place.name] if below == table))
                if any(self.rows.key(place.name, one) == record.key for one in found):
                    return True
        return False

    def _above(self, row: Row, routes: Iterable[Route]) -> Iterator[Row]:
        return (above for route in routes if (above := self.rows.up(route, row)) is not None)

    def _meets(self, test: Test, row: Row) -> bool:
        if not test.routes:
            return test.condition.is_met_by(row[test.column])
        above = list(self._above(row, test.routes))
        if not above:
            return test.condition.is_met_by_null
        return any(test.condition.is_met_by(one[test.column]) for one in above)

    def _last(self, timer: Timer, row: Row) -> date | None:
        """Return a limit's last day on a record: None where its clock has not started, ``date.max`` for never."""
        starts = self._starts(timer, row)
        return last_day(max(starts), timer.limit.duration, timer.limit.year) if starts else None

    def _starts(self, timer: Timer, row: Row) -> list[date]:
        """Return when the clocks that a limit reads started, those that did."""
        starts: list[date] = []
        for reading in timer.readings:
            rows = [row]
            if reading.direction == "up":
                rows = list(self._above(row, [reading.route]))
            elif reading.direction == "down":
                rows = self.rows.down(reading.route, row)
            starts += [start for one in rows if (start := self._start(reading.clock, one)) is not None]
        return starts

    def _start(self, clock: Clock, row: Row) -> date | None:
        """Return the day on which a clock started, or None; what does not fit its encoding ends nothing."""
        read = self.bound.moments(clock)
        value = row[clock.column]
        return (read.on(value) or date.max) if read.started(value) else None
