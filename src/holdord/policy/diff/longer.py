"""Which of two periods ends later, whatever the day that both start on.

Compared on the calendar itself: "24 months" and "2 years" are the same, and 30 days against 1 month are neither longer
nor shorter, for it depends on the day. A period that counts from the end of a financial year is compared in the same
way with one that does not: five years from the year's end are longer, since they begin later.

Every start would be asked, were there not so many. The calendar repeats after 400 years, and inside a month the two
ends move in step from the 1st to the 28th (or one of them stands, at the year's end); so it is enough to ask for the
1st and the 28th to the 31st of each month of 400 years, and for the last day of each financial year and the next one.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from holdord.policy.calendar import FinancialYear, last_day
from holdord.policy.duration import Duration

Order = Literal["longer", "shorter", "same", "mixed"]

_CYCLE = range(2000, 2400)  # after 400 years the Gregorian calendar repeats
_DAYS = (1, 28, 29, 30, 31)


@lru_cache(maxsize=1024)
def compared(
    before: Duration, after: Duration, year_before: FinancialYear | None = None, year_after: FinancialYear | None = None
) -> Order:
    """Return how the second period compares with the first.

    Args:
        before: The first duration.
        after: The second.
        year_before: The financial year from whose end the first counts, or None.
        year_after: The same for the second.

    Returns:
        ``longer`` where it never ends earlier and sometimes later, ``shorter`` where it never ends later and sometimes
        earlier, ``same`` where both end on the same day for every start, and else ``mixed``.
    """
    if year_before == year_after:
        if before == after:
            return "same"
        if after.longer_than(before):
            return "longer"
        if before.longer_than(after):
            return "shorter"
    later = earlier = False
    for start in _starts(year_before, year_after):
        one, other = last_day(start, before, year_before), last_day(start, after, year_after)
        later, earlier = later or other > one, earlier or other < one
        if later and earlier:
            return "mixed"
    return "longer" if later else "shorter" if earlier else "same"


def _starts(*years: FinancialYear | None) -> Iterator[date]:
    """Yield the starts among which every difference between two periods shows."""
    for number in _CYCLE:
        for year in years:
            if year is not None:
                end = replace(year, calendar=False).last_day(date(number, 1, 1))
                yield from (end, end + timedelta(days=1))
        for month in range(1, 13):
            for day in _DAYS:
                try:
                    yield date(number, month, day)
                except ValueError:
                    break
