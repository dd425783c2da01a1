"""Clocks in SQL: what "started by this date" means in each encoding, and which values do not fit it.

Dates are computed here, once; the database only compares. A moment belongs to the controller's date in which it falls, so
"by date D" is "before the controller's midnight that begins D + 1", said in the column's zone and encoding. Where a wall
clock runs twice through the same hour the earlier reading is taken: nothing is due early, at worst a day late.

A value that does not fit its encoding is a *misfit*, and one misfit stops its table: SQLite holds an integer to be smaller
than any text, so a wrongly typed clock would make a whole table due.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, case, false, func, or_, true, type_coerce
from sqlalchemy.types import BigInteger, Date, DateTime, String

from holdord.plan.predicate import Clock
from holdord.policy.calendar import midnight
from holdord.policy.model import Controller

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_SECONDS = (-62_135_596_800, 253_402_300_799)  # the years 1 to 9999
_DATE_FORM = (
    r"^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))"
)
_TIME_FORM = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z?$"


def started(clock: Clock, column: Column[Any]) -> ColumnElement[bool]:
    """Return SQL for "the clock has started": neither NULL nor a sentinel."""
    if not clock.not_started:
        return column.is_not(None)
    return and_(column.is_not(None), *(_value(clock, column) != value for value in clock.not_started))


def by(clock: Clock, column: Column[Any], cutoff: date | None, controller: Controller) -> ColumnElement[bool]:
    """Return SQL for "the clock started on ``cutoff`` or before", a date of the controller's."""
    if cutoff is None:
        return false()
    if cutoff >= date.max - _DAY:
        return started(clock, column)
    before = _before(clock, column, cutoff, controller)
    return and_(before, started(clock, column)) if clock.not_started else and_(column.is_not(None), before)


def after(clock: Clock, column: Column[Any], cutoff: date | None, controller: Controller) -> ColumnElement[bool]:
    """Return SQL for "the clock started after ``cutoff``"."""
    if cutoff is None:
        return started(clock, column)
    if cutoff >= date.max - _DAY:
        return false()
    if clock.encoding in ("date", "iso_date"):
        return and_(_value(clock, column) > _plain(clock, cutoff), started(clock, column))
    return and_(~_before(clock, column, cutoff, controller), started(clock, column))


def _before(clock: Clock, column: Column[Any], cutoff: date, controller: Controller) -> ColumnElement[bool]:
    value = _value(clock, column)
    if clock.encoding in ("date", "iso_date"):
        return value <= _plain(clock, cutoff)
    moment = midnight(cutoff + _DAY, controller.zone)
    if clock.encoding == "epoch_seconds":
        return value < _whole_seconds(moment)
    if clock.encoding == "epoch_milliseconds":
        return value < _whole_seconds(moment) * 1000
    if clock.encoding == "timestamp_tz":
        return value < moment
    wall = _wall(moment, clock)
    if isinstance(value.type, DateTime):
        return value < wall
    day = wall.date().isoformat()
    if wall.time() == datetime.min.time():
        return value < day
    time = wall.strftime("%H:%M:%S" if wall.second else "%H:%M")
    next_day = (wall.date() + _DAY).isoformat()
    return and_(value < next_day, or_(value < day, func.substr(value, 12) < time))


def _wall(moment: datetime, clock: Clock) -> datetime:
    """Return the moment as the clock's zone writes it, the earlier reading where it would be ambiguous."""
    wall = moment.astimezone(clock.zone)
    first, second = wall.replace(fold=0).utcoffset(), wall.replace(fold=1).utcoffset()
    ambiguous = first is not None and second is not None and first > second
    naive = wall.replace(tzinfo=None, fold=0)
    return naive - (first - second) if ambiguous and first and second is not None else naive


def _whole_seconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds())


def _plain(clock: Clock, on: date) -> date | str:
    return on.isoformat() if clock.encoding == "iso_date" else on


def _value(clock: Clock, column: Column[Any]) -> ColumnElement[Any]:
    """Return the column typed as its encoding is compared: SQLite keeps moments as text."""
    if clock.encoding == "date":
        return type_coerce(column, Date())
    if clock.encoding == "timestamp_tz":
        return type_coerce(column, DateTime(timezone=True))
    if clock.encoding in ("iso_date", "iso_timestamp"):
        return type_coerce(column, String())
    if clock.encoding == "timestamp":
        return type_coerce(column, String()) if _is_textual(column) else type_coerce(column, DateTime())
    return type_coerce(column, BigInteger())


def _is_textual(column: Column[Any]) -> bool:
    return bool(column.info.get("sqlite")) or not isinstance(column.type, DateTime)


def misfit(clock: Clock, column: Column[Any], *, dialect: str) -> ColumnElement[bool]:
    """Return SQL for "this value does not fit the clock's encoding"; sentinels and NULL fit."""
    wrong = _wrong_on_sqlite(clock, column) if dialect == "sqlite" else _wrong_on_postgres(clock, column)
    return and_(started(clock, column), wrong)


def _wrong_on_sqlite(clock: Clock, column: Column[Any]) -> ColumnElement[bool]:
    text = type_coerce(column, String())
    if clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
        return or_(func.typeof(column) != "integer", _out_of_range(clock, column))
    day = func.substr(text, 1, 10)
    valid_day = and_(
        day.op("GLOB")("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"), func.coalesce(func.date(day), "") == day
    )
    if clock.encoding in ("date", "iso_date"):
        return or_(func.typeof(column) != "text", func.length(text) != 10, ~valid_day)
    time = func.rtrim(func.substr(text, 12), "Z")
    shaped = or_(
        time.op("GLOB")("[0-2][0-9]:[0-5][0-9]"),
        time.op("GLOB")("[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"),
        and_(
            time.op("GLOB")("[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9]*"),
            ~func.substr(time, 10).op("GLOB")("*[^0-9]*"),
        ),
    )
    valid_time = and_(func.substr(text, 11, 1).in_([" ", "T"]), shaped, func.substr(time, 1, 2) < "24")
    zulu = and_(text.op("GLOB")("*Z"), true() if str(clock.zone) != "UTC" else false())
    return or_(func.typeof(column) != "text", ~valid_day, ~valid_time, zulu, text.op("GLOB")("*ZZ"))


def _wrong_on_postgres(clock: Clock, column: Column[Any]) -> ColumnElement[bool]:
    if clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
        return _out_of_range(clock, column)
    if clock.encoding in ("date", "timestamp", "timestamp_tz"):
        return ~func.isfinite(column)
    text = type_coerce(column, String())
    form = _DATE_FORM + ("$" if clock.encoding == "iso_date" else "[ T]" + _TIME_FORM)
    year = func.to_number(func.substr(text, 1, 4), "9999")
    leap_day = func.substr(text, 6, 5) == "02-29"
    is_leap = and_(
        func.mod(year, 4) == 0,
        or_(func.mod(year, 100) != 0, func.mod(year, 400) == 0),
    )
    wrong_leap_day = case((leap_day, ~is_leap), else_=False)
    zulu = text.like("%Z") if str(clock.zone) != "UTC" else false()
    return case((~text.op("~")(form), True), else_=or_(wrong_leap_day, zulu, text < "0001"))


def _out_of_range(clock: Clock, column: Column[Any]) -> ColumnElement[bool]:
    factor = 1000 if clock.encoding == "epoch_milliseconds" else 1
    low, high = (bound * factor for bound in _SECONDS)
    value = type_coerce(column, BigInteger())
    return or_(value < low, value > high)


def read(clock: Clock, value: Any, controller: Controller) -> date:
    """Return the controller's date that a stored value of ``clock`` stands for.

    Args:
        clock: The clock; the value fits its encoding and is no sentinel.
        value: As the driver returned it: a date, a datetime, text, or a number.
        controller: In whose zone the date counts.
    """
    if clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
        seconds = int(value) // (1000 if clock.encoding == "epoch_milliseconds" else 1)
        return (_EPOCH + timedelta(seconds=seconds)).astimezone(controller.zone).date()
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=clock.zone)
        return aware.astimezone(controller.zone).date()
    return value  # type: ignore[no-any-return]
