"""Clocks in SQL: what "started by this date" means in each encoding, and which values do not fit it.

Dates are computed here, once; the database only compares. A moment belongs to the controller's date in which it
falls, so "by date D" is "before the controller's midnight that begins D + 1", said in the column's zone and
encoding. Where a wall clock runs twice through the same hour the earlier reading is taken: nothing is due early, at
worst a day late.

A value that does not fit its encoding is a *misfit*, and one misfit stops its table: SQLite holds an integer to be
smaller than any text, so a wrongly typed clock would make a whole table due. So would seconds in a clock of
milliseconds, which is why what would be a day in the spring of 1970 does not fit there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.types import BigInteger, Date, DateTime, String, TypeEngine

from holdord.plan.predicate import Clock
from holdord.policy.calendar import midnight
from holdord.policy.model import Controller

NEVER_SQL, ALWAYS_SQL = "1 = 0", "1 = 1"

_DATE, _TEXT, _NUMBER = Date(), String(), BigInteger()
_WALL, _MOMENT = DateTime(), DateTime(timezone=True)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_SECONDS = (-62_135_596_800, 253_402_300_799)  # the years 1 to 9999
_SECONDS_OF_LATE = (100_000_000, 10_000_000_000)  # 1973 to 2286; as milliseconds these lie in the spring of 1970
_DAY_FORM = (
    "^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))"
)
_TIME_FORM = "([01][0-9]|2[0-3])[:][0-5][0-9]([:][0-5][0-9]([.][0-9]{1,9})?)?Z?$"

Bind = Callable[[Any, TypeEngine[Any]], str]
"""Takes a value and its type, returns the placeholder that stands for it."""


@dataclass(frozen=True, slots=True)
class ClockSql:
    """Says comparisons of one clock in SQL.

    Attributes:
        clock: The clock, its encoding settled.
        column: The column, quoted, with its row's name.
        controller: Whose dates count.
        bind: Binds values.
        textual: Whether moments are kept as text, as SQLite does.
    """

    clock: Clock
    column: str
    controller: Controller
    bind: Bind
    textual: bool

    def started(self) -> str:
        """The clock has started: it is neither NULL nor a sentinel."""
        return " AND ".join([f"{self.column} IS NOT NULL", *(self._is_not(one) for one in self.clock.not_started)])

    def _is_not(self, sentinel: str | int | date) -> str:
        """The value is not ``sentinel``; a date stands for every moment of it, in the clock's own zone."""
        day, encoding = _as_date(sentinel), self.clock.encoding
        if isinstance(sentinel, int) or day is None:
            return f"{self.column} <> {self.value(sentinel)}"
        if encoding in ("date", "iso_date"):
            return f"{self.column} <> {self.value(day)}"
        if encoding == "iso_timestamp" or (self.textual and encoding in ("timestamp", "timestamp_tz")):
            return f"substr({self.column}, 1, 10) <> {self.bind(day.isoformat(), _TEXT)}"
        first, last = (self._moment(datetime.combine(day, edge, self.clock.zone)) for edge in (time.min, time.max))
        return f"NOT ({self.column} >= {first} AND {self.column} <= {last})"

    def _moment(self, moment: datetime) -> str:
        """Bind an aware moment as the column writes it; for columns that keep moments otherwise than as text."""
        if self.clock.encoding == "timestamp_tz":
            return self.bind(moment, _MOMENT)
        if self.clock.encoding == "timestamp":
            return self.bind(moment.replace(tzinfo=None), _WALL)
        factor = 1000 if self.clock.encoding == "epoch_milliseconds" else 1
        return self.bind(int((moment - _EPOCH) / timedelta(seconds=1) * factor), _NUMBER)

    def by(self, cutoff: date | None) -> str:
        """The clock started on ``cutoff`` or before, a date of the controller's."""
        if cutoff is None:
            return NEVER_SQL
        if cutoff >= date.max - _DAY:
            return self.started()
        return f"{self.started()} AND {self.before(cutoff)}"

    def after(self, cutoff: date | None) -> str:
        """The clock started after ``cutoff``."""
        if cutoff is None:
            return self.started()
        if cutoff >= date.max - _DAY:
            return NEVER_SQL
        return f"{self.started()} AND NOT ({self.before(cutoff)})"

    def before(self, cutoff: date) -> str:
        """The value lies before the end of the date ``cutoff``; may be NULL where the column is."""
        column = self.column
        if self.clock.encoding in ("date", "iso_date"):
            return f"{column} <= {self.value(cutoff)}"
        moment = midnight(cutoff + _DAY, self.controller.zone)
        if self.clock.encoding == "timestamp_tz" and not self.textual:
            return f"{column} < {self.bind(moment, _MOMENT)}"
        if self.clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
            return f"{column} < {self._moment(moment)}"
        wall = _wall(moment, self.clock)
        if self.clock.encoding == "timestamp" and not self.textual:
            return f"{column} < {self.bind(wall, _WALL)}"
        day = self.bind(wall.date().isoformat(), _TEXT)
        if wall.time() == time.min:
            return f"{column} < {day}"
        hour = self.bind(wall.strftime("%H:%M:%S" if wall.second else "%H:%M"), _TEXT)
        next_day = self.bind((wall.date() + _DAY).isoformat(), _TEXT)
        return f"{column} < {next_day} AND ({column} < {day} OR substr({column}, 12) < {hour})"

    def value(self, value: str | int | date) -> str:
        """Bind a value as the column writes it."""
        if self.clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
            return self.bind(int(str(value)), _NUMBER)
        if self.clock.encoding == "date" and isinstance(value, date):
            return self.bind(value, _DATE)
        return self.bind(str(value), _TEXT)

    def misfit(self) -> str:
        """The value does not fit the clock's encoding; sentinels and NULL fit."""
        wrong = self._wrong_on_sqlite() if self.textual else self._wrong_on_postgres()
        return f"{self.started()} AND ({wrong})"

    def _out_of_range(self) -> str:
        factor = 1000 if self.clock.encoding == "epoch_milliseconds" else 1
        low, high = (self.bind(bound * factor, _NUMBER) for bound in _SECONDS)
        beyond = f"{self.column} < {low} OR {self.column} > {high}"
        if self.clock.encoding == "epoch_seconds":
            return beyond
        first, last = (self.bind(bound, _NUMBER) for bound in _SECONDS_OF_LATE)
        return f"{beyond} OR ({self.column} >= {first} AND {self.column} <= {last})"

    def _wrong_on_sqlite(self) -> str:
        column = self.column
        if self.clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
            return f"typeof({column}) <> 'integer' OR {self._out_of_range()}"
        plain = self.clock.encoding in ("date", "iso_date")
        day = column if plain else f"substr({column}, 1, 10)"
        # date() gives a text, in one form only, and with a modifier only days that the calendar has.
        no_day = f"date({day}, '+0 days') IS NOT {day} OR {day} < '0001'"
        if plain:
            return no_day
        clock = f"rtrim(substr({column}, 12), 'Z')"
        short, long = (self.bind(form, _TEXT) for form in ("[0-2][0-9]:[0-5][0-9]", "[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"))
        fraction = self.bind("[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9]*", _TEXT)
        no_time = (
            f"substr({column}, 11, 1) NOT IN (' ', 'T') OR {clock} >= '24' OR NOT ({clock} GLOB {short} OR "
            f"{clock} GLOB {long} OR ({clock} GLOB {fraction} AND NOT (substr({clock}, 10) GLOB '*[^0-9]*')))"
        )
        zulu = "*Z" if str(self.clock.zone) != "UTC" else "*ZZ"
        return f"{no_day} OR {no_time} OR {column} GLOB '{zulu}'"

    def _wrong_on_postgres(self) -> str:
        column = self.column
        if self.clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
            return self._out_of_range()
        if self.clock.encoding in ("date", "timestamp", "timestamp_tz"):
            return f"NOT isfinite({column})"
        form = self.bind(_DAY_FORM + ("$" if self.clock.encoding == "iso_date" else "[ T]" + _TIME_FORM), _TEXT)
        year = f"CAST(substr({column}, 1, 4) AS integer)"
        leap = f"({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))"
        zulu = f" OR {column} LIKE {self.bind('%Z', _TEXT)}" if str(self.clock.zone) != "UTC" else ""
        late = f"(substr({column}, 6, 5) = '02-29' AND NOT {leap}) OR {column} < '0001'{zulu}"
        return f"CASE WHEN {column} !~ {form} THEN TRUE ELSE {late} END"

    def read(self, value: Any) -> date:
        """Return the controller's date that a stored value stands for; it fits the encoding and is no sentinel."""
        zone = self.controller.zone
        if self.clock.encoding in ("epoch_seconds", "epoch_milliseconds"):
            seconds = int(value) // (1000 if self.clock.encoding == "epoch_milliseconds" else 1)
            return _date_in(_EPOCH + timedelta(seconds=seconds), zone)
        if isinstance(value, str):
            value = datetime.fromisoformat(value) if len(value) > len("2026-01-01") else date.fromisoformat(value)
        if isinstance(value, datetime):
            aware = value if value.tzinfo is not None else value.replace(tzinfo=self.clock.zone)
            return _date_in(aware, zone)
        return value  # type: ignore[no-any-return]


def _date_in(moment: datetime, zone: ZoneInfo) -> date:
    """Return the date of a moment in a zone; its own where that would lie before the year 1 or after 9999."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def _as_date(value: str | int | date) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if len(str(value)) == len("2026-01-01") else None
    except ValueError:
        return None


def _wall(moment: datetime, clock: Clock) -> datetime:
    """Return the moment as the clock's zone writes it, the earlier reading where it would be ambiguous."""
    local = moment.astimezone(clock.zone)
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    naive = local.replace(tzinfo=None, fold=0)
    return naive - (first - second) if first is not None and second is not None and first > second else naive
