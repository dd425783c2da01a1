"""Taking figures before the data go: each period once, when it is over, and never a sweep's own share of it.

What a sweep lets go in a day may be two people's rows, and the difference of two published totals is a single person's:
so a period is counted as a whole, of all rows that lie in it, while they are still lawfully held. It is taken when it
is over and has waited for late entries; earlier where the plan would erase rows of it, or strip a column that the
figure reads. Rows that go in a period that is not over are in no figure; how many these are is told with it.

A figure whose table is stopped waits: its clock may not fit, or nothing says that its data are held for anything.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from holdord.plan.figures import MOST_PERIODS, BoundFigure
from holdord.plan.predicate import ALWAYS, NEVER, After, By, Predicate, every, some
from holdord.plan.statements import Plan, Statement
from holdord.policy.figure import Period, period_of
from holdord.run.company import Company
from holdord.run.due import due
from holdord.run.taken import Found, is_free, marks, write
from holdord.stores.base import StoreSnapshot
from holdord.stores.snapshot import Snapshot

_DAY = timedelta(days=1)


Again = Callable[[Snapshot, Connection], Plan]


def take(
    company: Company, plan: Plan, now: Callable[[], datetime], again: Again | None = None
) -> dict[str, tuple[str, ...]]:
    """Take the figures of all periods that are over, before ``plan`` is carried out.

    Args:
        company: The folder.
        plan: What is about to go.
        now: Reads the time.
        again: Makes that plan once more in another snapshot; what is due by itself where it is None.

    Returns:
        Figure → the periods that are new, for those that have an entry in the log now.
    """
    wanted = [one for one in company.bound.figures if one.table not in plan.stopped]
    if not wanted:
        return {}
    with company.reading() as (snapshot, state):
        going = plan
        if any(_touches(statement, one) for one in wanted for statement in plan.statements):
            # once more: what it marks is this snapshot's own
            going = again(snapshot, state) if again else due(company, snapshot, state, plan.at).plan
        found = [_count(one, snapshot, state, going) for one in wanted]
    written = {}
    for one in found:
        if one.periods or one.missed:
            with company.state.writing() as connection:
                periods = write(connection, company, one, now())
            if periods:
                written[one.bound.figure.id] = periods
    return written


def open_periods(bound: BoundFigure, snapshot: StoreSnapshot, state: Connection, at: date) -> list[Period]:
    """Return the periods from the earliest start in the data on that are over at ``at`` and were not taken.

    Where ``MOST_PERIODS`` from a start on are passed, the next start is looked for: a stray one of the year 1900 costs
    one question more, and not all the periods that nothing lies in.
    """
    known, found = marks(state, bound), []
    since = snapshot.earliest(bound.clock, (), ALWAYS, bound.table)
    while since is not None:
        part = list(islice(bound.figure.over(since, at), MOST_PERIODS))
        found += [period for period in part if is_free(period, known)]
        since = _next(bound, snapshot, ALWAYS, part[-1].last) if len(part) == MOST_PERIODS else None
    return found


def _count(bound: BoundFigure, snapshot: StoreSnapshot, state: Connection, plan: Plan) -> Found:
    figure, at = bound.figure, plan.at
    goes = some(NEVER, *(one.where for one in plan.statements if _touches(one, bound)))
    periods = tuple(
        period
        for period in open_periods(bound, snapshot, state, at)
        if figure.taken_on(period) <= at or (goes != NEVER and snapshot.any(bound.table, _within(bound, period, goes)))
    )
    cells = tuple(cell for asked in bound.asked(periods) for cell in snapshot.figures(asked))
    going = 0 if goes == NEVER else snapshot.count(bound.table, goes)[0]
    missed = dict(_missed(bound, snapshot, goes, period_of(figure.each, at))) if going else {}
    return Found(bound=bound, at=at, periods=periods, cells=cells, going=going, missed=missed)


def _missed(bound: BoundFigure, snapshot: StoreSnapshot, goes: Predicate, present: Period) -> Iterator[tuple[str, int]]:
    """Yield periods that are not over and how many rows go in them; a clock may lie in one that is to come."""
    since = _next(bound, snapshot, goes, present.first - _DAY)
    while since is not None:
        period = period_of(bound.figure.each, since)
        yield period.label, snapshot.count(bound.table, _within(bound, period, goes))[0]
        since = _next(bound, snapshot, goes, period.last)


def _next(bound: BoundFigure, snapshot: StoreSnapshot, where: Predicate, day: date) -> date | None:
    """Return the earliest start after a day; never one of before, though a wall clock may read one hour twice."""
    found = snapshot.earliest(bound.clock, (), every(where, After(bound.clock, day)), bound.table)
    return None if found is None else max(found, day + _DAY)


def _within(bound: BoundFigure, period: Period, where: Predicate) -> Predicate:
    """Return the rows of a period that satisfy ``where``."""
    before = None if period.first == date.min else period.first - _DAY
    return every(where, After(bound.clock, before), By(bound.clock, period.last))


def _touches(statement: Statement, bound: BoundFigure) -> bool:
    """Tell whether a statement erases rows that a figure counts, or strips a column that it reads."""
    if statement.table != bound.table:
        return False
    return not statement.columns or not bound.reads.isdisjoint(column.column for column in statement.columns)
