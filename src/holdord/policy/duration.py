"""How long: calendar durations as a policy writes them, such as "24 months", "5 days" or "3.5 years".

A duration is whole months and whole days, never days × 30: where the months end is a question for
:mod:`holdord.policy.calendar`. Years are twelve months and weeks are seven days, always. A half is understood
only where it is whole in the next smaller unit, which is so for years alone. What cannot be read with
certainty is refused: a bare number, a negative one, an unknown unit, more than 200 years.

A notice's "24 months" is shown as "24 months" and not as "2 years": the units that were written are
remembered, and make no difference to what the duration is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

Unit = Literal["year", "month", "week", "day"]

_UNITS: tuple[Unit, ...] = get_args(Unit)  # from large to small
_MONTHS: Mapping[Unit, int] = MappingProxyType({"year": 12, "month": 1})
_DAYS: Mapping[Unit, int] = MappingProxyType({"week": 7, "day": 1})

_MOST_YEARS = 200
_LONGEST_TEXT = 60  # characters; no duration worth reading is longer
_ACCEPTED = 'Write it like "24 months", "5 days", "2 weeks", "3.5 years" or "1 year 6 months".'

_BETWEEN = re.compile(r"\s*,\s*|\s+and\s+|(?<=[a-z])\s+(?=[0-9])")
_PART = re.compile(r"(?P<whole>[0-9]+)(?P<fraction>\.[0-9]+)?\s*(?P<word>[a-z]+)")

# The fewest and the most days that 0 to 11 months in a row can have, wherever they begin.
_FEWEST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)


@dataclass(frozen=True, kw_only=True, slots=True)
class Duration:
    """A calendar duration: so many months, and then so many days.

    Two durations are equal when months and days are; "2 years" equals "24 months", and "1 month" equals no
    number of days. There is no ``<``, for the order is partial: see :meth:`longer_than`.

    Attributes:
        months: Whole months, 0 or more, added first and clipped to the month's end.
        days: Whole days, 0 or more, added after the months.
        shown_in: The units that ``str`` uses; never compared.

    Raises:
        ValueError: Where a part is negative, or both together are more than 200 years of 365 days.
    """

    months: int
    days: int
    shown_in: frozenset[Unit] = field(default=frozenset({"year", "month", "day"}), compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.months < 0 or self.days < 0:
            raise ValueError(f"A duration cannot be negative. {_ACCEPTED}")
        if self.months * 365 + self.days * 12 > _MOST_YEARS * 12 * 365:
            raise ValueError(f"A duration of more than {_MOST_YEARS} years is surely a mistake. {_ACCEPTED}")

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a duration as a policy writes it, in English.

        Parts go from years to days, each unit at most once, with a space, a comma or "and" between them;
        "3.5 years" is 3 years 6 months.

        Args:
            text: Such as "24 months" or "1 year 6 months"; case and surplus space are no matter.

        Raises:
            ValueError: The message says what is wrong and what would be accepted.
        """
        if len(text) > _LONGEST_TEXT:
            raise ValueError(f"A duration of {len(text)} characters is not read. {_ACCEPTED}")
        months = days = 0
        written: list[Unit] = []
        try:
            for part in _parts(text):
                whole, half, unit = _part(part)
                months += whole * _MONTHS.get(unit, 0) + (6 if half else 0)
                days += whole * _DAYS.get(unit, 0)
                written.append(unit)
            places = [_UNITS.index(unit) for unit in written]
            if places != sorted(set(places)):
                raise ValueError("Units go from large to small, each at most once.")
        except ValueError as error:
            raise ValueError(f"{text!r} is no duration. {error} {_ACCEPTED}") from None
        return cls(months=months, days=days, shown_in=frozenset(written))

    def longer_than(self, other: "Duration") -> bool:
        """Tell whether this ends later than ``other`` whatever the day that both start on.

        True is certain. False means that it is shorter, as long, or that it depends on the start: "1 month"
        is not longer than "30 days", nor the other way round. Months that both have cancel out; what is left
        is measured with 365 or 366 days to a year and with the fewest or the most days that the months beyond
        can have, so that over several years a true answer may be missed by a day or two of leap years, and a
        false one never given. Rounding to a financial year is not considered.

        Args:
            other: What to compare with.
        """
        months = self.months - other.months
        years, rest = divmod(abs(months), 12)
        certain = 365 * years + _FEWEST[rest] if months >= 0 else -(366 * years + _MOST[rest])
        return certain + self.days - other.days > 0

    def __str__(self) -> str:
        years, months = divmod(self.months, 12) if "year" in self.shown_in else (0, self.months)
        weeks, days = divmod(self.days, 7) if "week" in self.shown_in else (0, self.days)
        return in_words(years=years, months=months, weeks=weeks, days=days)


def in_words(*, years: int = 0, months: int = 0, weeks: int = 0, days: int = 0) -> str:
    """Return "3 years 6 months" and the like: parts that are 0 left out, "0 days" where nothing is left."""
    counts: dict[Unit, int] = {"year": years, "month": months, "week": weeks, "day": days}
    parts = [f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in counts.items() if count]
    return " ".join(parts) or "0 days"


def _parts(text: str) -> list[str]:
    """Cut "1 year 6 months" into its parts; refuse what is wrong as a whole."""
    plain = text.strip().lower()
    if not plain:
        raise ValueError("Nothing is written.")
    if re.search(r"[0-9],[0-9]", plain):
        raise ValueError("A half is written with a point, as in 3.5 years.")
    if re.match(r"[-−–]", plain):
        raise ValueError("A duration cannot be negative.")
    if re.fullmatch(r"[0-9.]+", plain):
        raise ValueError("The unit is missing.")
    return _BETWEEN.split(plain)


def _part(part: str) -> tuple[int, bool, Unit]:
    """Read one part: the whole number, whether a half goes with it, and the unit."""
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is not a number and a unit.")
    unit = next((unit for unit in _UNITS if match["word"] in (unit, f"{unit}s")), None)
    if unit is None:
        raise ValueError(f"The unit {match['word']!r} is unknown; there are years, months, weeks and days.")
    if match["fraction"] and (match["fraction"], unit) != (".5", "year"):
        raise ValueError("Only years can have a half, as in 0.5 years; all else is in whole numbers.")
    return int(match["whole"]), bool(match["fraction"]), unit
