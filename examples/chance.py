"""How chance is put: one stream of numbers, a calendar of ten years, and pools of values to draw from.

Days are counted from 0, ten years ago, to ``today``, and converted once into what the driver takes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import log
from random import Random
from typing import TypeVar

from examples.book import Book, Bound

TODAY = 3652
"""The number of the day on which everything is looked at: ten years after day 0."""
AHEAD = 120
"""Days after today that something may be planned for."""

Value = TypeVar("Value")


class Chance:
    """Draws days, moments, numbers, phrases."""

    def __init__(self, book: Book, phrases: dict[str, tuple[str, ...]], *, as_of: date, stream: Random) -> None:
        """Prepare the calendar.

        Args:
            book: Whose database the days are for.
            phrases: What people here say and are, by kind.
            as_of: The date of the day ``TODAY``.
            stream: Where all chance comes from.
        """
        self.draw = stream.random
        self.phrases = phrases
        self.dates = [as_of + timedelta(days=number - TODAY) for number in range(TODAY + AHEAD + 1)]
        self.days = [book.day(day) for day in self.dates]
        self._moment = book.moment
        self._times = [time(7 + number % 12, number * 7 % 60, number * 13 % 60, tzinfo=UTC) for number in range(200)]

    def some(self, mean: float) -> int:
        """Return a number that is mostly small and now and then large, 20 at most."""
        return min(20, int(0.5 - log(1 - self.draw()) * mean)) if mean else 0

    def span(self, mean: float) -> int:
        """Return a number of days, half of them below two thirds of ``mean``."""
        return int(-log(1 - self.draw()) * mean)

    def below(self, number: int) -> int:
        """Return 0 to ``number`` - 1."""
        return int(self.draw() * number)

    def happens(self, share: float) -> bool:
        """Return true in ``share`` of all cases."""
        return self.draw() < share

    def later(self, day: int, within: int) -> int:
        """Return a day up to ``within`` days after ``day``, today at the latest."""
        return min(TODAY, day + int(self.draw() * within))

    def day(self, day: int | None) -> Bound:
        """Return the day as the database takes it."""
        return None if day is None else self.days[day]

    def past(self, day: int | None) -> Bound:
        """Return the day, or nothing where it is still to come."""
        return None if day is None or day > TODAY else self.days[day]

    def moment(self, day: int) -> Bound:
        """Return some moment of the day's working hours."""
        return self._moment(datetime.combine(self.dates[day], self.pick(self._times)))

    def say(self, what: str) -> str:
        """Return a phrase of a kind."""
        return self.pick(self.phrases[what])

    def pick(self, values: Sequence[Value]) -> Value:
        """Return one of the values."""
        return values[int(self.draw() * len(values))]
