"""Figures that stay when the data go: what is counted, of which groups, and for which periods.

A figure is a count of records, with sums, for each calendar month, quarter or year of the controller's and for each
group of what it tells apart. It is taken while the data are lawfully held and stays afterwards, as statistics may (GDPR
art. 5(1)(b), 89(1)), because nobody can be told from it any more (recital 26): it speaks of groups of at least
``at_least`` people. Singling out is the first of the three risks of the Article 29 Working Party's Opinion 05/2014 on
anonymisation techniques (WP216).
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from holdord.policy.calendar import due_on
from holdord.policy.duration import Duration
from holdord.policy.told import Said

Each = Literal["month", "quarter", "year"]
LEAST, USUAL = 3, 10
"""People in a group: the fewest that a policy may ask for, and how many where it does not say."""

_MONTHS: dict[Each, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A calendar month, quarter or year: ``2026-03``, ``2026-Q1``, ``2026``; its first and its last day."""

    label: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure that the policy says is kept.

    Attributes:
        counts: The record class whose records are counted.
        each: The periods that it is taken for.
        clock: The clock that says in which period a record lies; the record's own.
        by: What its groups are told by: conditions of the class, and categories of data (with a dot).
        sums: Categories of numbers that are summed.
        at_least: How many people a group must have.
        wait: How long after its end a period is taken, for entries that come late; None is at once.
    """

    id: str
    says: Said
    counts: str
    each: Each
    clock: str
    by: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    at_least: int = USUAL
    wait: Duration | None = None

    def over(self, since: date, at: date) -> Iterator[Period]:
        """Yield the periods from the one in which ``since`` lies up to the last one that is over at ``at``."""
        period = period_of(self.each, since)
        while period.last < at:
            yield period
            period = period_of(self.each, period.last + timedelta(days=1))

    def taken_on(self, period: Period) -> date:
        """Return the day from which on a period is taken: the first after its end and ``wait``."""
        return due_on(period.last, self.wait or Duration(months=0, days=0))


def period_of(each: Each, day: date) -> Period:
    """Return the period in which a day lies."""
    months = _MONTHS[each]
    number = (day.month - 1) // months
    first, end = number * months + 1, (number + 1) * months
    label = {"month": f"{day.year:04}-{first:02}", "quarter": f"{day.year:04}-Q{number + 1}", "year": f"{day.year:04}"}
    last = date(day.year, end, monthrange(day.year, end)[1])
    return Period(label=label[each], first=date(day.year, first, 1), last=last)
