"""What a rehearsal's calendar is made of: columns of time, and how many rows go in each.

The first column is today: what is due already. After it the span is cut into days, weeks, months or years, the finest
that is not finer than what was rehearsed and not more than a page can show.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from holdord.run.foreseen import Foreseen, Rehearsal

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHADES = 5

_MOST = {"day": 62, "week": 60, "month": 72}
"""How many columns of each a page can show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A stretch of time.

    Attributes:
        name: In words, for who cannot see it.
        under: What stands below it; ``over`` is what a row of columns shares.
    """

    first: date
    last: date
    name: str
    under: str
    over: str


def columns(found: Rehearsal) -> tuple[str, list[Column]]:
    """Return the unit of the columns after today's, and all of them, today's first."""
    day = Column(first=found.today, last=found.today, name="due already today", under="today", over="")
    units = ["day", "week", "month", "year"]
    for unit in units[units.index(found.by) :]:
        cut = list(_cut(unit, found.today + timedelta(days=1), found.until))
        if len(cut) <= _MOST.get(unit, len(cut)):
            break
    return unit, [day, *cut]


def _cut(unit: str, first: date, until: date) -> list[Column]:
    found = []
    while first <= until:
        last = min(_last(unit, first), until)
        found.append(_column(unit, first, last))
        first = last + timedelta(days=1)
    return found


def _last(unit: str, day: date) -> date:
    """Return the last day of the unit that ``day`` lies in."""
    if unit == "day":
        return day
    if unit == "week":
        return day + timedelta(days=6 - day.weekday())
    if unit == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day.replace(month=12, day=31)


def _column(unit: str, first: date, last: date) -> Column:
    month = MONTHS[last.month - 1]
    if unit == "day":
        over = f"{month[:3]} {last.year}"
        return Column(first=first, last=last, name=first.isoformat(), under=str(first.day), over=over)
    if unit == "week":
        over = f"{month[:3]} ’{last.year % 100:02}" if last.month == 1 else month[:3]
        return Column(first=first, last=last, name=f"{first} to {last}", under="", over=over)
    if unit == "month":
        return Column(first=first, last=last, name=f"{month} {last.year}", under=month[:3], over=str(last.year))
    return Column(first=first, last=last, name=str(last.year), under=str(last.year), over="")


def labels(unit: str, columns: list[Column], wide: float) -> list[str]:
    """Return what stands below each column, where columns are so wide: each one's own name, some, or first letters."""
    found = []
    for column in columns[1:]:
        rare = column.first.day in (1, 5, 10, 15, 20, 25) if unit == "day" else column.last.year % 5 == 0
        if wide >= 30:
            found.append(column.under)
        elif unit == "month":
            found.append(column.under[:1] if wide >= 8 else "")
        else:
            found.append(column.under if rare else "")
    return ["today", *found]


def place(columns: list[Column], on: date) -> int:
    """Return the number of the column that a date lies in."""
    return next(number for number, column in enumerate(columns) if column.first <= on <= column.last)


def counted(found: Rehearsal, columns: list[Column]) -> dict[str, Counter[int]]:
    """Return promise → number of the column → rows."""
    rows: dict[str, Counter[int]] = {total.promise: Counter() for total in found.totals}
    for at, done in found.each():
        rows[done.promise][place(columns, at)] += done.rows
    return rows


def noted(found: Rehearsal, columns: list[Column]) -> dict[int, list[Foreseen]]:
    """Return number of the column → dates at which a legal hold turns or something stops."""
    dates: dict[int, list[Foreseen]] = {}
    for one in found.dates:
        if one.turns or one.findings:
            dates.setdefault(place(columns, one.at), []).append(one)
    return dates


def steps(most: int) -> list[int]:
    """Return where each shade begins: 1, then round numbers (1, 2 or 5 and zeros) up to ``most``, evenly by factor."""
    found = [1]
    for number in range(1, SHADES):
        wanted = most ** (number / SHADES)
        rounds = [head * 10**zeros for zeros in range(12) for head in (1, 2, 5)]
        found.append(min(rounds, key=lambda one: abs(one / wanted - 1) if one > wanted else abs(wanted / one - 1)))
    return sorted({one for one in found if one <= max(most, 1)})


def shade(rows: int, begins: list[int]) -> int:
    """Return a number's shade, 1 to ``SHADES``; shades that are not needed are left out in between."""
    step = sum(one <= rows for one in begins)
    return SHADES if len(begins) == 1 else 1 + round((step - 1) * (SHADES - 1) / (len(begins) - 1))


def short(rows: int) -> str:
    """Return a number of at most four signs: 940, 1.2k, 34k, 5.6M."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if rows >= size:
            head = rows / size
            return f"{head:.1f}{sign}" if head < 9.95 else f"{head:.0f}{sign}"
    return str(rows)


def grouped(rows: int) -> str:
    """Return a number with a narrow space between thousands."""
    return f"{rows:,}".replace(",", "\u202f")
