"""A rehearsal: what will go, when and by which promise, found out by letting it go on a copy of the data.

The plan of each date is carried out on what the dates before it left. Nothing enters the state or the ledger. What a
rehearsal says of a date is what sweeps until then would do, if the data stayed as they are: sweeping on the way leaves
what sweeping at the end leaves (docs/rule.md), so a date stands for all days since the one before it. Approvals that
promises wait for are taken as given.

Dates on which nothing is due are passed by without a plan of each. On data that do not change, what is due or stopped
at a date stays so, as long as no legal hold begins: a plan that says nothing new at the end of a span says that there
is nothing new anywhere in it. Steps double while there is nothing, and the first date with something is found by
halving. A hold that begins takes data away from what is due; so the day before is a date of its own.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Literal

from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.policy.model import Finding, Hold
from holdord.run.company import Company
from holdord.run.execute import carry_out
from holdord.run.foreseen import Done, Foreseen, Rehearsal, Span, Turn
from holdord.stores.copies import Copied, copy_of

LONG = timedelta(days=62)
"""A rehearsal longer than this goes by month where nobody says otherwise."""

_NOTED = ("never_claimed", "hold_covers_nothing")
_ONE = timedelta(days=1)


def span_for(today: date, until: date) -> Span:
    """Return the span that a rehearsal goes by where nobody says."""
    return "month" if until - today > LONG else "day"


def rehearse(
    company: Company,
    today: date,
    until: date,
    by: Span,
    *,
    told: Callable[[str], None] = lambda _: None,
    progress: Callable[[date], None] = lambda _: None,
) -> Rehearsal:
    """Return what would happen from ``today`` until ``until``. Changes nothing but a copy, which is erased.

    Args:
        company: The folder, opened.
        today: The first date.
        until: The last one.
        by: A date at the end of each day, week or month.
        told: Told in words what a person should know meanwhile.
        progress: Told each date that is reached.

    Raises:
        StoreError: When the store does not answer, or cannot be copied.
    """
    bound = company.bound
    referring = {child for children in bound.children.values() for child, _ in children}
    with copy_of(company.store, sorted({*bound.datamap.tables, *referring}), told) as copy:
        walk = _Walk(company, copy, dates(today, until, by, company.policy.holds))
        found = walk.through(progress)
    return Rehearsal(
        company=company.policy.controller.name,
        policy=company.policy.digest,
        draft=company.policy.draft,
        today=today,
        until=until,
        by=by,
        says={promise.id: str(promise.says) for promise in company.policy.promises.values()},
        approvals={promise.id: promise.approval for promise in company.policy.promises.values() if promise.approval},
        dates=tuple(found),
    )


def dates(today: date, until: date, by: Span, holds: Sequence[Hold] = ()) -> list[date]:
    """Return today, the end of each span after it, and the last date; the day before a legal hold begins, too."""
    found = {today, until} | {hold.since - _ONE for hold in holds if today < hold.since <= until}
    day = today
    while (day := _end(day, by)) < until:
        found.add(day)
        day += _ONE
    return sorted(found)


def _end(day: date, by: Span) -> date:
    """Return the last day of the span that ``day`` lies in."""
    if by == "day":
        return day
    if by == "week":
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _ONE


def turns(holds: Sequence[Hold], after: date, upto: date) -> tuple[Turn, ...]:
    """Return what becomes of legal holds after one date and up to another: on its first day, on the day after its last.

    A review is one more: the day by which someone must look at a hold that stands.
    """
    found = []
    for hold in holds:
        days: dict[Literal["begins", "review", "ended"], date | None] = {
            "begins": hold.since,
            "review": hold.review,
            "ended": hold.until and hold.until + _ONE,
        }
        for what, on in days.items():
            if on is not None and after < on <= upto and (what == "ended" or hold.active(on)):
                found.append(Turn(hold=hold.id, what=what, on=on, reason=hold.reason, owner=hold.owner))
    return tuple(sorted(found, key=lambda turn: (turn.on, turn.hold)))


class _Walk:
    """A walk through the dates, on the copy."""

    def __init__(self, company: Company, copy: Copied, days: Sequence[date]) -> None:
        self.company = company
        self.copy = copy
        self.days = days
        self.stops: set[str] = set()
        self.known: set[str] = set()
        self.plans: dict[int, Plan] = {}

    def through(self, progress: Callable[[date], None]) -> list[Foreseen]:
        """Go from the first date to the last; return those on which something happens."""
        found = [self.reached(0, self.days[0])]
        progress(self.days[0])
        at = 0
        while at < len(self.days) - 1:
            before, at = at, self.next(at)
            found.append(self.reached(at, self.days[before]))
            progress(self.days[at])
        return [one for one in found if one.done or one.findings or one.turns]

    def next(self, at: int) -> int:
        """Return the number of the next date with something new; that of the end of the span where there is none."""
        end = self.end(at)
        low, step = at, 1
        while not self.is_new(high := min(at + step, end)):
            if high == end:
                return end
            low, step = high, step * 2
        return bisect_left(range(high), True, lo=low + 1, key=self.is_new)

    def end(self, at: int) -> int:
        """Return the number of the last date before a hold begins, or of the first at which one has turned."""
        after = self.days[at]
        turned = turns(self.company.policy.holds, after, self.days[-1])
        begins = [turn.on - _ONE for turn in turned if turn.what == "begins" and turn.on - _ONE > after]
        return min(
            [bisect_left(self.days, on) for on in (*begins, *(turn.on for turn in turned))] + [len(self.days) - 1]
        )

    def is_new(self, number: int) -> bool:
        """Tell whether at a date something is due, or stopped that was not."""
        plan = self.planned(number)
        return bool(plan.statements) or _stops(plan) != self.stops

    def planned(self, number: int) -> Plan:
        if number not in self.plans:
            with self.copy.reading() as snapshot:
                self.plans[number] = make(self.company.bound, snapshot, self.days[number])
        return self.plans[number]

    def reached(self, number: int, before: date) -> Foreseen:
        """Carry the plan of a date out."""
        plan = self.planned(number)
        done = carry_out(self.copy, plan)
        if plan.statements:
            self.plans.clear()
        noted = [finding for finding in plan.findings if _is_noted(finding) and _key(finding) not in self.known]
        self.stops = _stops(plan)
        self.known = {_key(finding) for finding in plan.findings if finding.code != "never_claimed"}
        return Foreseen(
            at=plan.at,
            done=tuple(Done.of(statement, done[statement.number]) for statement in plan.statements),
            findings=tuple(noted),
            turns=turns(self.company.policy.holds, before, plan.at),
        )


def _key(finding: Finding) -> str:
    return f"{finding.code} {finding.table} {finding.text}"


def _stops(plan: Plan) -> set[str]:
    return {_key(finding) for finding in plan.findings if finding.severity == "stop"}


def _is_noted(finding: Finding) -> bool:
    return finding.severity == "stop" or finding.code in _NOTED
