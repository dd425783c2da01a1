"""Clocks in plain Python: what a value of each encoding means, and which values mean nothing.

Nothing here is shared with the SQL of ``holdord.plan.clocks`` but what both must say: a moment belongs to the
controller's date in which it falls, the first moment of a date is that of ``holdord.policy.calendar``, and where a
wall clock shows an hour twice the later reading is taken, so that nothing is due early.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from holdord.plan.predicate import Clock
from holdord.policy.calendar import midnight

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?Z?\Z")
_LOOKS_LIKE_SECONDS = (100_000_000, 10_000_000_000)

Say = Callable[[Any], bool]
"""What is so of a clock's value."""


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Stands for a value that does not fit its clock's encoding."""


@dataclass(frozen=True)
class Moments:
    """Reads the values of one clock.

    Attributes:
        clock: The clock, its encoding settled.
        zone: The controller's.
    """

    clock: Clock
    zone: ZoneInfo

    def started(self, value: Any) -> bool:
        """The clock has started: the value is neither None nor a sentinel."""
        return value is not None and not self._means_nothing(value)

    def misfit(self, value: Any) -> bool:
        """The value does not fit the clock's encoding; sentinels and None fit."""
        return self.started(value) and isinstance(self._read(value), _Nothing)

    def on(self, value: Any) -> date | None:
        """Return the controller's date that a value stands for; None for one that does not fit."""
        read = self._read(value)
        if isinstance(read, _Nothing):
            return None
        return _date_in(read, self.zone) if isinstance(read, datetime) else read

    def by(self, cutoff: date | None) -> Say:
        """The clock started on ``cutoff`` or before; what does not fit never did."""
        if cutoff is None:
            return lambda value: False
        if cutoff >= date.max - _DAY:
            return self.started
        day, end = cutoff, midnight(cutoff + _DAY, self.zone)

        def say(value: Any) -> bool:
            if not self.started(value):
                return False
            read = self._read(value)
            if isinstance(read, datetime):
                return read < end
            return not isinstance(read, _Nothing) and read <= day

        return say

    def after(self, cutoff: date | None) -> Say:
        """The clock started after ``cutoff``."""
        by = self.by(cutoff)
        return lambda value: self.started(value) and not by(value)

    @cached_property
    def _sentinels(self) -> tuple[tuple[Any, ...], tuple[date, ...]]:
        """The sentinels that are values, and those that are days."""
        numbers = self.clock.encoding.startswith("epoch")
        days = tuple(day for one in self.clock.not_started if (day := _as_day(one)))
        values = [one for one in self.clock.not_started if not _as_day(one)]
        return tuple(int(str(one)) if numbers else one for one in values), days

    def _means_nothing(self, value: Any) -> bool:
        values, days = self._sentinels
        if any(type(value) is type(one) and value == one for one in values):
            return True
        if not days:
            return False
        if self.clock.encoding == "iso_timestamp" and isinstance(value, str):
            return value[:10] in {day.isoformat() for day in days}
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.date() in days
        read = self._read(value)
        return (_date_in(read, self.clock.zone) if isinstance(read, datetime) else read) in days

    def _read(self, value: Any) -> date | datetime | _Nothing:
        """Return a date, or an aware moment in UTC: the later one of two that the value may mean."""
        match self.clock.encoding:
            case "date":
                return value if type(value) is date else _Nothing()
            case "iso_date":
                return _day(value) if isinstance(value, str) and _DATE.match(value) else _Nothing()
            case "timestamp":
                return self._wall(value) if isinstance(value, datetime) and value.tzinfo is None else _Nothing()
            case "timestamp_tz":
                return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else _Nothing()
            case "iso_timestamp":
                return self._text(value) if isinstance(value, str) and _MOMENT.match(value) else _Nothing()
            case "epoch_seconds":
                return _since_epoch(value, 1)
            case "epoch_milliseconds":
                first, last = _LOOKS_LIKE_SECONDS
                return _Nothing() if type(value) is int and first <= value <= last else _since_epoch(value, 1000)

    def _wall(self, wall: datetime) -> datetime | _Nothing:
        try:
            return max(wall.replace(tzinfo=self.clock.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        except OverflowError:  # within a day of the years 1 or 9999
            return wall.replace(tzinfo=UTC)

    def _text(self, text: str) -> datetime | _Nothing:
        if text.endswith("Z") and str(self.clock.zone) != "UTC":
            return _Nothing()
        whole, _, fraction = text.rstrip("Z").replace(" ", "T").partition(".")
        try:
            return self._wall(datetime.fromisoformat(whole) + timedelta(microseconds=int(fraction.ljust(6, "0")[:6])))
        except ValueError:
            return _Nothing()


def _date_in(moment: datetime, zone: ZoneInfo) -> date:
    try:
        return moment.astimezone(zone).date()
    except OverflowError:  # within a day of the years 1 or 9999
        return moment.date()


def _day(text: str) -> date | _Nothing:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return _Nothing()


def _as_day(sentinel: str | int | date) -> date | None:
    if isinstance(sentinel, str):
        day = _day(sentinel) if _DATE.match(sentinel) else None
        return None if isinstance(day, _Nothing) else day
    return sentinel if isinstance(sentinel, date) else None


def _since_epoch(value: Any, factor: int) -> datetime | _Nothing:
    if type(value) is not int:
        return _Nothing()
    try:
        return _EPOCH + value // factor * _SECOND + value % factor * _SECOND / factor
    except OverflowError:  # before the year 1 or after 9999
        return _Nothing()
