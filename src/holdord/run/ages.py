"""How old the oldest record of each purpose is, beside what is promised, and how many have no start: for the board."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from holdord.plan.grounds import Grounds
from holdord.plan.predicate import Predicate, every, negated, some
from holdord.plan.statements import Plan
from holdord.plan.work import Work
from holdord.policy.calendar import age, due_on
from holdord.policy.duration import in_words
from holdord.run.company import Company
from holdord.run.oldest import oldest
from holdord.stores.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Age:
    """The oldest record under one limit.

    Attributes:
        text: How old, in the units of ``allowed``.
        left: Days until it is due; negative where it is.
        next: When it will be due, or None where it is or never will be.
    """

    text: str
    allowed: str
    left: int
    next: date | None


class Ages:
    """Looks purposes up in a snapshot, each once."""

    def __init__(self, company: Company, snapshot: Snapshot, due: Plan, at: date) -> None:
        self.company = company
        self.snapshot = snapshot
        self.due = due
        self.at = at
        self.grounds = Grounds(company.bound, at)
        self.known: dict[str, tuple[Age | None, int]] = {}

    def of(self, purpose: str) -> tuple[Age | None, int]:
        """Return the oldest record of a purpose, and how many of its records have a clock that has not started."""
        if purpose not in self.known:
            ages, open_ended = [], 0
            for work in self.company.bound.works:
                if work.purpose.id == purpose:
                    ages += list(self._ages(work))
                    open_ended += self._open_ended(work)
            self.known[purpose] = (min(ages, key=lambda found: found.left, default=None), open_ended)
        return self.known[purpose]

    def _ages(self, work: Work) -> Iterator[Age]:
        """Yield the oldest record under each limit, of those that the purpose holds and those that are due."""
        if work.table in self.due.stopped:  # perhaps by clocks that do not fit, which nobody should read
            return
        due: list[Predicate] = [one.where for one in self.due.statements if one.table == work.table]
        counted = every(self.grounds.meets(work), some(self.grounds.alive(work), *due))
        for timer in work.timers:
            start = oldest(self.snapshot, timer, counted, work.table, self.at)
            if start is None or start > self.at:
                continue
            limit = timer.limit
            last = due_on(start, limit.duration, limit.year)
            yield Age(
                text=age(start, self.at, limit.duration, limit.year),
                allowed=in_words(months=limit.duration.months, days=limit.duration.days),
                left=(last - self.at).days,
                next=last if last > self.at and last != date.max else None,
            )

    def _open_ended(self, work: Work) -> int:
        open_ = [negated(self.grounds.begun(timer)) for timer in work.timers if timer.may_be_open]
        if not open_:
            return 0
        (count,) = self.snapshot.count(work.table, every(self.grounds.alive(work), some(*open_)))
        return count
