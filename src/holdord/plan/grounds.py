"""The rule itself: a piece of data about a person may be kept only while a ground holds it (GDPR art. 5(1)(e)).

A ground is a purpose that needs the data and whose limits have not run out, or a legal hold. Column *c* of row *r*
is held when a hold covers *r*, or when a purpose *p* needs it and

1. *r* is itself a record of *p*, and *p* is alive on it;
2. *r* is part of a record of *p* on which *p* is alive;
3. *r*'s record carries: some record of *p* that leads up to it is alive.

A row *stands* while a hold covers it, a purpose of its own is alive on it, any of its columns is held, or a purpose
alive on an ancestor counts "the latest of" a clock on it. A row *remains* while it stands, or a row that remains
refers to it. What remains is stripped of what is not held; what does not remain is erased. The exact text, with its
open points settled, is ``docs/rule.md`` and ``docs/decisions/0002-where-the-rule-was-silent.md``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

from holdord.datamap.model import Route
from holdord.plan.bind import Bound
from holdord.plan.ended import Ended
from holdord.plan.predicate import (
    ALWAYS,
    NEVER,
    After,
    Bare,
    By,
    Clock,
    DataColumn,
    Down,
    KeyIn,
    Marked,
    Meets,
    Predicate,
    Referred,
    Started,
    Up,
    every,
    negated,
    some,
)
from holdord.plan.remembered import remembered
from holdord.plan.ways import Way
from holdord.plan.whose import Whose
from holdord.plan.work import Timer, Work
from holdord.policy.calendar import cutoff
from holdord.policy.purpose import Limit, Purpose

Measure = Literal["duration", "within", "promise"]
"""What is asked: what is due, what is overdue, what would be due if no law and no legal hold kept anything."""


class Grounds:
    """The rule for one policy, one store and one date.

    Attributes:
        bound: Policy, data map and schema.
        at: The controller's date.
        measure: ``duration`` asks what is due; ``within`` asks what is overdue.
        marks: The group of marks of rows that go; two plans in one snapshot need two.
        past: Whether claims are those of purposes that ran out, instead of those that are alive.
        as_of: Purposes that end only by an approval → the date that it was given for, None where there is none: its
            limits run out by that date, or never.
        whose: The people who ask, where some purposes end for them.
        ended: What these and others ended.
    """

    def __init__(
        self,
        bound: Bound,
        at: date,
        measure: Measure = "duration",
        label: str = "",
        as_of: Mapping[str, date | None] | None = None,
        *,
        past: bool = False,
        whose: Whose | None = None,
        ended: Ended | None = None,
    ) -> None:
        self.bound = bound
        self.at = at
        self.measure = measure
        self.past = past
        self.prefix = label
        self.label = f"{label}{measure}"
        self.marks = f"marks_{self.label}"
        self.as_of = as_of or {}
        self.whose = whose
        self.ended = ended or Ended(bound, whose)
        self._days = {
            limit.where: self.as_of[purpose.id] for purpose, limit in bound.policy.limits() if purpose.id in self.as_of
        }
        self._cutoffs: dict[str, date | None] = {}

    def cutoff(self, limit: Limit) -> date | None:
        """Return the latest start for which ``limit`` has run out."""
        if limit.where not in self._cutoffs:
            duration = limit.within if self.measure == "within" else limit.duration
            over = self.measure == "promise" and limit.kind == "at_least"
            day = self._days.get(limit.where, self.at)
            ended = None if day is None else cutoff(duration, min(day, self.at), limit.year)
            self._cutoffs[limit.where] = date.max if over else ended
        return self._cutoffs[limit.where]

    # One purpose

    def meets(self, work: Work) -> Predicate:
        """A row of ``work.table`` meets the purpose's conditions."""
        parts = []
        for test in work.tests:
            met: Predicate = Meets(test.column, test.condition)
            if test.routes:
                there = some(*(Up(route, ALWAYS) for route in test.routes))
                met = some(*(Up(route, met) for route in test.routes))
                met = some(met, negated(there)) if test.condition.is_met_by_null else met
            parts.append(met)
        return every(*parts)

    def unexpired(self, timer: Timer) -> Predicate:
        """The limit has not run out on a row of the timer's table."""
        limit = self.cutoff(timer.limit)
        if len(timer.readings) == 1:
            reading = timer.readings[0]
            expired: Predicate = By(reading.clock, limit)
            return negated(Up(reading.route, expired) if reading.direction == "up" else expired)
        later = self.any_reading(timer, lambda clock: After(clock, limit))
        return later if not timer.may_be_open else some(later, negated(self.begun(timer)))

    def begun(self, timer: Timer) -> Predicate:
        """The limit's clock has started on a row of the timer's table."""
        return self.any_reading(timer, Started)

    @staticmethod
    def any_reading(timer: Timer, say: Callable[[Clock], Predicate]) -> Predicate:
        """Something is so of one of the clocks that the limit reads, wherever it lies."""
        ways: list[Predicate] = []
        for reading in timer.readings:
            what = say(reading.clock)
            if reading.direction == "own":
                ways.append(what)
            else:
                ways.append(Up(reading.route, what) if reading.direction == "up" else Down(reading.route, what))
        return some(*ways)

    @remembered
    def alive(self, work: Work) -> Predicate:
        """Conditions are met and every limit is unexpired on a row of ``work.table``."""
        return every(self.meets(work), *self.lasts(work))

    @remembered
    def lapsed(self, work: Work) -> Predicate:
        """Conditions are met and some limit has run out on a row of ``work.table``."""
        return every(self.meets(work), negated(every(*self.lasts(work))))

    def lasts(self, work: Work) -> list[Predicate]:
        """No limit has run out on a row of ``work.table``, and nobody whom it is about has ended the purpose."""
        return [*(self.unexpired(timer) for timer in work.timers), *self.goes_on(work.purpose, work.table)]

    def goes_on(self, purpose: Purpose, table: str) -> list[Predicate]:
        """Whom a row of ``table`` is about has not ended the purpose there."""
        return [negated(one) for one in self.ended.rows(purpose, table)]

    @remembered
    def claims(self, purpose: Purpose, table: str) -> Predicate:
        """``purpose`` reaches a row of ``table`` by one of the three ways, alive there (or run out)."""
        return some(
            *(self._reached(way, work, table) for work in self._works_of(purpose) for way in self.ways(work, table))
        )

    def _reached(self, way: Way, work: Work, table: str) -> Predicate:
        said = way.say((self.lapsed if self.past else self.alive)(work))
        going_on = [] if way.down else self.goes_on(work.purpose, table)
        if self.past:
            return some(said, *(every(way.say(self.meets(work)), negated(one)) for one in going_on))
        return every(said, *going_on)

    def ways(self, work: Work, table: str) -> list[Way]:
        """Return the ways by which a purpose can reach a row of ``table``."""
        return self.bound.ways.of(work, table)

    @remembered
    def routes(self, purpose: Purpose, table: str) -> list[Way]:
        """Return the ways by which ``purpose`` can reach a row of ``table`` over references."""
        return [way for work in self._works_of(purpose) for way in self.ways(work, table) if way != Way()]

    def reaches(self, purpose: Purpose, table: str) -> bool:
        """Tell whether ``purpose`` can reach a row of ``table`` at all."""
        return any(self.ways(work, table) for work in self._works_of(purpose))

    @remembered
    def is_sure(self, purpose: Purpose, table: str) -> bool:
        """Tell whether ``purpose`` claims each row of ``table`` until its limits run out: it has no conditions."""
        for work in self._works_of(purpose):
            if not work.tests and any(self._is_always_there(route) for route in self._part_routes(table, work)):
                return True
        return False

    def _part_routes(self, table: str, work: Work) -> list[Route]:
        """Return the routes by which rows of ``table`` are part of a record of ``work``, or are it."""
        return [route for above, route in self.bound.ways.parts[table] if above == work.table]

    def _is_always_there(self, route: Route) -> bool:
        """Tell whether the database itself sees to it that each row has an ancestor at the end of ``route``."""
        for step in route:
            shape = self.bound.shape(step.child)
            if shape.foreign_key(step.columns, step.parent) is None or any(
                shape.columns[name].nullable for name in step.columns
            ):
                return False
        return True

    def _works_of(self, purpose: Purpose) -> list[Work]:
        return [work for work in self.bound.works if work.purpose is purpose]

    # All of them together

    @remembered
    def legal_hold(self, table: str) -> Predicate:
        """A legal hold covers a row of ``table``: it is of the record, or what the record leads to, or leads there."""
        if self.measure == "promise":
            return NEVER
        active = [hold for hold in self.bound.policy.holds if hold.active(self.at)]
        covers: list[Predicate] = []
        for name, record in self.bound.datamap.tables.items():
            keys = tuple(
                held.key
                for hold in active
                for held in hold.records
                if record.is_record and held.record_class == record.record_class
            )
            if keys:
                covers += [
                    Up(route, KeyIn(keys)) for below, route in self.bound.ways.carried[name] if below == table != name
                ]
                covers += [way.say(KeyIn(keys)) for way in self.bound.ways.between(table, name)]
        return some(*covers)

    def held(self, table: str, purposes: Iterable[Purpose]) -> Predicate:
        """A column that exactly ``purposes`` need is held in a row of ``table``."""
        return some(self.legal_hold(table), *(self.claims(purpose, table) for purpose in purposes))

    @remembered
    def stands(self, table: str) -> Predicate:
        """A row of ``table`` stands."""
        needed = {purpose.id: purpose for column in self.columns(table) for purpose in self.needing(table, column)}
        own = [self.alive(work) for work in self.bound.works_on(table)]
        refers = any(one.kind == "refers_to" for one in self.bound.datamap.tables[table].references)
        own += [  # a part that ties rows together stands with its record
            every(Up(route, self.alive(work)), *self.goes_on(work.purpose, table))
            for work in self.bound.works
            if not self.columns(table) or (refers and work.purpose.is_duty)
            for route in self._part_routes(table, work)
            if route
        ]
        counted = [
            Up(reading.route, self.alive(work))
            for work in self.bound.works
            for timer in work.timers
            for reading in timer.readings
            if reading.direction == "down" and reading.clock.table == table
        ]
        return some(self.held(table, needed.values()), *own, *counted)

    def goes(self, table: str, going: Mapping[str, Predicate]) -> Predicate:
        """A row of ``table`` does not remain, as things are now: nothing of its children has been settled yet.

        References within a circle are left out: they keep a row only where the row that refers remains
        (``tied``).

        Args:
            table: The table.
            going: Children's tables of which some rows go → which; all other rows remain.
        """
        return negated(some(self.stands(table), self.kept_by_children(table, going)))

    def kept_by_children(self, table: str, going: Mapping[str, Predicate]) -> Predicate:
        """Some row outside of the table's circle that remains refers to a row of ``table``."""
        circle = self.bound.circles.get(table, ())
        return some(
            *(
                Referred(child, key, negated(going[child]) if child in going else ALWAYS)
                for child, key in self.bound.children[table]
                if child not in circle
            )
        )

    def tied(self, table: str, marks: str) -> Predicate:
        """Some row of the table's circle that is not marked refers to a row of ``table``."""
        circle = self.bound.circles.get(table, ())
        return some(
            *(
                Referred(child, key, negated(Marked(child, marks)))
                for child, key in self.bound.children[table]
                if child in circle
            )
        )

    def ties(self, table: str) -> tuple[str, ...]:
        """Return the columns that may be NULL and by which rows of ``table`` refer within its circle."""
        circle = self.bound.circles.get(table, ())
        columns = self.bound.shape(table).columns
        keys = [key for parent in circle for child, key in self.bound.children[parent] if child == table]
        return tuple(dict.fromkeys(name for key in keys for name in key.columns if columns[name].nullable))

    def is_referred(self, table: str) -> Predicate:
        """Some row refers to a row of ``table``, whatever it is: once the children are settled, all of them remain."""
        return some(*(Referred(child, key, ALWAYS) for child, key in self.bound.children[table]))

    def columns(self, table: str) -> tuple[DataColumn, ...]:
        """Return the table's columns with a category."""
        return self.bound.columns[table]

    def needing(self, table: str, column: DataColumn) -> tuple[Purpose, ...]:
        """Return the purposes that need ``column``."""
        return self.bound.needing(table, column.category)

    def groups(self, table: str) -> dict[tuple[tuple[str, ...], str], tuple[DataColumn, ...]]:
        """Return (ids of the purposes that need them, action) → columns; those that nobody needs are left out."""
        found: dict[tuple[tuple[str, ...], str], tuple[DataColumn, ...]] = {}
        for column in self.columns(table):
            purposes = tuple(purpose.id for purpose in self.needing(table, column))
            if purposes:
                found[purposes, column.action] = (*found.get((purposes, column.action), ()), column)
        return found

    def strippable(self, table: str, columns: tuple[DataColumn, ...], purposes: Iterable[Purpose]) -> Predicate:
        """These columns are not held, and not all of them are stripped yet."""
        return every(negated(self.held(table, purposes)), negated(Bare(columns)))
