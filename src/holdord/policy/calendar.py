"""When: the last day that a duration leads to, and the cut-off that a database compares with.

A period is counted as Regulation (EEC, Euratom) 1182/71 counts it. The day of the event is not part of it;
months end on the day of the same number or, where the month has none, on its last day (art. 3(2)(c)): one
month from 31 January ends on 28 or 29 February. That last day still belongs to the period in full, and data
is *due* from the first moment of the next day. Art. 3(4), which moves an end that falls on a week-end or a
public holiday, is for answers to people (:mod:`holdord.policy.deadline`) and never for storage.

Where a duty counts from the end of a financial year, the start is first moved to that year's last day.

Databases never add durations: they compare a clock with a :func:`cutoff`, and for all starts *s*::

    last_day(s, d, year) < at   if and only if   s <= cutoff(d, at, year)

Several starts may share a last day (28 to 31 January in a common year), so the cut-off is searched for on the
rule itself and not by subtracting. The search is by halves, which is right because a later start never ends
earlier.

Days beyond 9999-12-31 do not exist here: a period that would end there ends on ``date.max``, and that means
never. A datetime is refused where a date is asked for: only the controller's zone says which date it has.
"""

import re
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holdord.policy.duration import Duration, in_words

_DAY = timedelta(days=1)
_LEAP_YEAR = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class FinancialYear:
    """The day on which a company's financial year ends, each year.

    A year that ends with February ends on its last day, 28 or 29: both are read, and kept as 28.

    Attributes:
        month: 1 to 12.
        day: 1 to 31, one that the month has.
        calendar: Whether a duty counts from the end of the calendar year in which the financial year ends, as the
            Swedish Bookkeeping Act does (bokföringslagen 7 kap. 2 §), and not from the end of the financial year.

    Raises:
        ValueError: Where no year has that day.
    """

    month: int
    day: int
    calendar: bool = False

    def __post_init__(self) -> None:
        try:
            date(_LEAP_YEAR, self.month, self.day)
        except ValueError:
            wrong = f"{self.month:02d}-{self.day:02d}"
            raise ValueError(f"No year has the day {wrong}. Write month and day, such as 12-31.") from None
        if (self.month, self.day) == (2, 29):
            object.__setattr__(self, "day", 28)

    @classmethod
    def parse(cls, text: str) -> "FinancialYear":
        """Read the last day of the financial year, as month and day: "12-31", "06-30".

        Raises:
            ValueError: Where it is written otherwise, or no year has that day.
        """
        match = re.fullmatch(r"([0-9]{2})-([0-9]{2})", text.strip())
        if match is None:
            raise ValueError(
                f"{text!r} is no last day of a financial year. Write month and day, such as 12-31 or 06-30."
            )
        return cls(month=int(match[1]), day=int(match[2]))

    def last_day(self, on: date) -> date:
        """Return the last day of the financial year that ``on`` lies in, or of the calendar year that this one lies in.

        ``date.max``, which means never, where that would be in the year 10000.

        Raises:
            TypeError: Where ``on`` is a datetime.
        """
        end = self._end(_date_only(on).year)
        if on > end:
            if on.year == date.max.year:
                return date.max
            end = self._end(on.year + 1)
        return date(end.year, 12, 31) if self.calendar else end

    def _end(self, year: int) -> date:
        whole_february = (self.month, self.day) == (2, 28)
        return date(year, self.month, monthrange(year, 2)[1] if whole_february else self.day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"


def last_day(start: date, duration: Duration, year: FinancialYear | None = None) -> date:
    """Return the last day of the period, which still belongs to it (Regulation 1182/71 art. 3(2)(c)).

    Args:
        start: The date that the clock shows, in the controller's zone.
        duration: Months are added first, clipped to the month's end, then days.
        year: Where given, ``start`` is first moved to the last day of its financial year.

    Returns:
        The last day; ``date.max``, which means that it never runs out, where that would be after 9999-12-31.

    Raises:
        TypeError: Where ``start`` is a datetime.
    """
    end = _plus_months(_counted_from(start, year), duration.months)
    return end + duration.days * _DAY if duration.days <= (date.max - end).days else date.max


def due_on(start: date, duration: Duration, year: FinancialYear | None = None) -> date:
    """Return the first day on which the data is due: the one after :func:`last_day`.

    ``date.max`` where it is never due. Arguments and errors are those of :func:`last_day`.
    """
    end = last_day(start, duration, year)
    return end if end == date.max else end + _DAY


@lru_cache(maxsize=1024)
def cutoff(duration: Duration, at: date, year: FinancialYear | None = None) -> date | None:
    """Return the latest start whose period has run out at ``at``; all earlier starts have run out as well.

    For a date, SQL compares ``clock <= cutoff``; for a moment, ``clock < midnight(cutoff + 1 day, zone)``.

    Args:
        duration: How long the period is.
        at: The controller's date now: run out means that the last day lies before it.
        year: Where given, starts count from the last day of their financial year.

    Returns:
        The cut-off, or None where no date has run out.

    Raises:
        TypeError: Where ``at`` is a datetime.
    """
    _date_only(at)
    ordinals = range(date.min.toordinal(), at.toordinal())  # no period ends before it starts
    ran_out = bisect_left(ordinals, True, key=lambda n: last_day(date.fromordinal(n), duration, year) >= at)
    return date.fromordinal(ordinals[ran_out - 1]) if ran_out else None


def age(start: date, at: date, allowed: Duration, year: FinancialYear | None = None) -> str:
    """Return how far a clock has come, for "23 months 4 days of 24 months".

    The months are counted by the rule of :func:`last_day`: against an allowed "24 months" the last day reads
    "24 months" and the day on which the data is due reads "24 months 1 day".

    Args:
        start: The date that the clock shows.
        at: The date to count to.
        allowed: What the age is shown beside: months and days where this has months, else days.
        year: Where given, counted from the last day of the financial year, and "0 days" until then.

    Raises:
        ValueError: Where ``start`` lies after ``at``: the clock has not started, and has no age.
        TypeError: Where a date is a datetime.
    """
    if _date_only(start) > _date_only(at):
        raise ValueError(f"A clock that starts on {start} has no age on {at}.")
    begun = min(_counted_from(start, year), at)
    if not allowed.months:
        return in_words(days=(at - begun).days)
    months = (at.year - begun.year) * 12 + at.month - begun.month
    if _plus_months(begun, months) > at:
        months -= 1
    return in_words(months=months, days=(at - _plus_months(begun, months)).days)


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """Return the earliest moment that belongs to the date ``on`` in ``zone``.

    Summer time can skip midnight (the date then begins later, often at 01:00) or repeat it (the first one is
    taken). A zone can skip a date as well; the first moment after it is taken. So a moment before this one
    never belongs to ``on``, and ``clock < midnight(cutoff + 1 day)`` makes nothing due early. Where a clock
    set back leads out of ``on`` once more, moments of that hour fall due a day late.

    Args:
        on: The controller's date.
        zone: The controller's zone.

    Returns:
        An aware datetime in UTC: two datetimes of one zone are compared by their wall clocks, which repeat.
        The earliest that there is where the moment would lie before the year 1.

    Raises:
        TypeError: Where ``on`` is a datetime.
    """
    wall = datetime.combine(_date_only(on), time.min, zone)
    try:
        by_old, by_new = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
    if by_old <= by_new:  # the offsets before and after a change (PEP 495): the same on almost all days
        return by_old
    seconds = range(int((by_old - by_new).total_seconds()))  # midnight is skipped somewhere in between
    begun = bisect_left(seconds, True, key=lambda s: _date_at(by_new + timedelta(seconds=s), zone) >= on)
    return by_new + timedelta(seconds=begun)


def _date_at(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _counted_from(start: date, year: FinancialYear | None) -> date:
    return year.last_day(start) if year else _date_only(start)


def _plus_months(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _date_only(day: date) -> date:
    if isinstance(day, datetime):
        raise TypeError("A date is needed, not a moment: the controller's zone decides which date it is.")
    return day
