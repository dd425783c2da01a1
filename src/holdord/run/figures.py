"""Taking figures before the data go: each period once, when it is over, and never a sweep's own share of it.

What a sweep lets go in a day may be two people's rows, and the difference of two published totals is a single person's:
so a period is counted as a whole, of all rows that lie in it, while they are still lawfully held. It is taken when it
is over and has waited for late entries; earlier where the plan would erase rows of it, or strip a column that the
figure reads. Rows that go in a period that is not over are in no figure; how many these are, the log says.

A figure whose table is stopped waits: its clock may not fit, or nothing says that its data are held for anything.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from holdord.plan.figures import BoundFigure
from holdord.plan.predicate import ALWAYS, NEVER, After, By, Predicate, every, some
from holdord.plan.statements import Plan, Statement
from holdord.policy.figure import Period, period_of
from holdord.run.company import Company
from holdord.run.due import due
from holdord.run.taken import Found, is_free, marks, write
from holdord.stores.base import StoreSnapshot

_DAY = timedelta(days=1)


def take(company: Company, plan: Plan, now: Callable[[], datetime]) -> dict[str, tuple[str, ...]]:
    """Take the figures of all periods that are over, before ``plan`` is carried out.

    Returns:
        Figure → the periods that are new, for those that have an entry in the log now.
    """
    wanted = [one for one in company.bound.figures if one.table not in plan.stopped]
    if not wanted:
        return {}
    with company.reading() as (snapshot, state):
        going = plan
        if any(_touches(statement, one) for one in wanted for statement in plan.statements):
            going = due(company, snapshot, state, plan.at).plan  # once more: what it marks is this snapshot's own
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
    """Return the periods from the earliest start in the data on that are over at ``at`` and were not taken."""
    since = snapshot.earliest(bound.clock, (), ALWAYS, bound.table)
    if since is None:
        return []
    known = marks(state, bound)
    return [period for period in bound.figure.over(since, at) if is_free(period, known)]


def _count(bound: BoundFigure, snapshot: StoreSnapshot, state: Connection, plan: Plan) -> Found:
    figure, at = bound.figure, plan.at
    goes = some(NEVER, *(one.where for one in plan.statements if _touches(one, bound)))
    periods = tuple(
        period
        for period in open_periods(bound, snapshot, state, at)
        if figure.taken_on(period) <= at or (goes != NEVER and snapshot.any(bound.table, _within(bound, period, goes)))
    )
    missed = 0
    if goes != NEVER:
        present = period_of(figure.each, at)
        (missed,) = snapshot.count(bound.table, every(goes, After(bound.clock, present.first - _DAY)))
    cells = tuple(cell for asked in bound.asked(periods) for cell in snapshot.figures(asked))
    return Found(bound=bound, at=at, periods=periods, cells=cells, missed=missed)


def _within(bound: BoundFigure, period: Period, where: Predicate) -> Predicate:
    """Return the rows of a period that satisfy ``where``."""
    before = None if period.first == date.min else period.first - _DAY
    return every(where, After(bound.clock, before), By(bound.clock, period.last))


def _touches(statement: Statement, bound: BoundFigure) -> bool:
    """Tell whether a statement erases rows that a figure counts, or strips a column that it reads."""
    if statement.table != bound.table:
        return False
    return not statement.columns or not bound.reads.isdisjoint(column.column for column in statement.columns)
