"""The part of the contract about clocks: every encoding says the controller's date, to the second.

The vectors are moments around midnight in Oslo, on common days and on those on which summer time begins and ends, in
columns of each encoding and zone. Where a wall clock shows an hour twice nothing may be early; a day late is allowed.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest

from holdord.datamap.load import load as load_map
from holdord.datamap.model import Encoding
from holdord.plan.predicate import ALWAYS, After, By, Clock, KeyIn, Predicate, Started, negated
from holdord.policy.load import load as load_policy
from holdord.testing.contract.trial import POST_POLICY, Make, Tried
from holdord.testing.tables import declared

OSLO = ZoneInfo("Europe/Oslo")
FAR = date(2060, 1, 1)

DAYS = [
    *(date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2026, 12, 30)),
    *(date(2026, 12, 31), date(2027, 1, 1)),
]
MOMENTS = [
    datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC),  # the last second of 28 March in Oslo
    datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),  # a second before the clocks go forward
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 22, 0, tzinfo=UTC),
    datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC),
    datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC),  # after they went back
    datetime(2026, 10, 25, 23, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
]
FAMILIES: dict[Encoding, str] = {
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_tz": "timestamp_tz",
    "epoch_seconds": "number",
    "epoch_milliseconds": "number",
    "iso_date": "text",
    "iso_timestamp": "text",
}
ENCODED: list[tuple[Encoding, str]] = [
    ("date", "UTC"),
    ("iso_date", "UTC"),
    *(("timestamp", zone) for zone in ("UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata")),
    ("timestamp_tz", "UTC"),
    *(("iso_timestamp", zone) for zone in ("UTC", "Europe/Oslo", "America/New_York")),
    ("epoch_seconds", "UTC"),
    ("epoch_milliseconds", "UTC"),
]
NOTHING: list[tuple[Encoding, str | int | date, list[Any]]] = [
    ("date", date(9999, 12, 31), [date(9999, 12, 31)]),
    ("timestamp", date(1970, 1, 1), [datetime(1970, 1, 1), datetime(1970, 1, 1, 13, 14, 15)]),  # noqa: DTZ001
    (
        "timestamp_tz",
        date(1970, 1, 1),
        [datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 23, 59, 59, tzinfo=UTC)],
    ),
    ("epoch_seconds", 0, [0]),
    ("epoch_seconds", -1, [-1]),
    ("epoch_seconds", "1970-01-01", [0, 3_600, 86_399]),
    ("epoch_milliseconds", 0, [0]),
    ("iso_date", "", [""]),
    ("iso_date", "never", ["never"]),
    ("iso_date", "9999-12-31", ["9999-12-31"]),
    ("iso_timestamp", "1970-01-01", ["1970-01-01T00:00:00", "1970-01-01 13:14:15"]),
]
MISFITS: list[tuple[Encoding, list[Any]]] = [
    ("iso_date", ["soon", "", "2026-13-01", "2026-02-30", "2025-02-29", "2026-1-1", "01.02.2026", "2026-01-01 10:00"]),
    ("iso_timestamp", ["soon", "2026-01-01", "2026-01-01T24:00", "2026-01-01T10", "2026-01-01T10:00+01:00"]),
    ("iso_timestamp", ["2026-02-30T10:00", "2026-01-01x10:00", "2026-01-01T10:00:00.", "0000-01-01T10:00"]),
    ("epoch_seconds", [1_767_225_600_000_000, -(10**17)]),
    ("epoch_milliseconds", [1_767_225_600, 100_000_000, 10_000_000_000, -(10**17)]),
]
FITS: list[tuple[Encoding, list[Any]]] = [
    ("iso_timestamp", ["2026-01-01 10:00", "2026-01-01T10:00:59", "2026-01-01T10:00:59.123456Z", "2024-02-29T23:59Z"]),
    ("iso_timestamp", ["9999-12-31T23:59:59", "0001-01-01T00:00:00"]),
    ("timestamp", [datetime(9999, 12, 31, 23, 59, 59), datetime(1, 1, 1)]),  # noqa: DTZ001
    ("iso_date", ["2024-02-29", "0001-01-01", "9999-12-31"]),
    ("epoch_seconds", [-1, 0, 253_402_300_799, -62_135_596_800]),
    ("epoch_milliseconds", [-1, 99_999_999, 10_000_000_001]),
]


TWICE = [
    # Oslo shows 02:00 to 03:00 twice, and in Cape Verde a date begins when the second of these hours does.
    ("Europe/Oslo", "Atlantic/Cape_Verde", datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
    # Anchorage shows 01:00 to 02:00 twice, and in the Marquesas a date begins amid the first of these hours.
    ("America/Anchorage", "Pacific/Marquesas", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
]


def written(moment: datetime, encoding: Encoding, zone: str) -> Any:
    """Return what stands in a column for a moment."""
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    match encoding:
        case "date":
            return moment.astimezone(OSLO).date()
        case "iso_date":
            return moment.astimezone(OSLO).date().isoformat()
        case "timestamp":
            return wall
        case "timestamp_tz":
            return moment
        case "iso_timestamp":
            return wall.isoformat(timespec="seconds")
        case "epoch_seconds":
            return int(moment.timestamp())
        case "epoch_milliseconds":
            return int(moment.timestamp()) * 1000


class Column:
    """A table with one clock, and a row for each of some values."""

    def __init__(
        self,
        make: Make,
        encoding: Encoding,
        zone: str,
        values: list[Any],
        *not_started: str | int | date,
        zone_of_controller: str = "Europe/Oslo",
    ) -> None:
        schema = declared({"t": {"id": "number key", "at": FAMILIES[encoding]}, "evidence": {"id": "number key"}})
        datamap = load_map("holdord_datamap: 1\nstore: clocks\ntables: {t: {class: thing, default: record.remark}}\n")
        trial = make(schema, datamap, replace(load_policy(POST_POLICY).controller, zone=ZoneInfo(zone_of_controller)))
        self.store = trial.store
        self.clock = Clock(table="t", column="at", encoding=encoding, zone=ZoneInfo(zone), not_started=not_started)
        self.numbers = range(len(values))
        trial.put("t", *({"id": number, "at": value} for number, value in enumerate(values)))

    def which(self, *predicates: Predicate) -> list[set[int]]:
        """Return for each predicate the numbers of the values that satisfy it."""
        found = []
        with self.store.reading() as snapshot:
            for predicate in predicates:
                _, *each = snapshot.count("t", predicate, [KeyIn(((number,),)) for number in self.numbers])
                found.append({number for number, count in zip(self.numbers, each, strict=True) if count})
        return found

    def misfits(self, horizon: date = FAR) -> tuple[int, int]:
        with self.store.reading() as snapshot:
            ((misfits, ahead),) = snapshot.misfits([self.clock], horizon)
            return misfits, ahead

    def earliest(self, number: int) -> date | None:
        with self.store.reading() as snapshot:
            return snapshot.earliest(self.clock, (), KeyIn(((number,),)), "t")


class Clocks(Tried):
    """What clocks say.

    Attributes:
        encodings: Those that the store has columns for; the others are skipped.
    """

    encodings: ClassVar[frozenset[str]] = frozenset(FAMILIES)

    def column(self, make: Make, encoding: Encoding, zone: str, values: list[Any], *not_started: Any) -> Column:
        if encoding not in self.encodings:
            pytest.skip(f"no columns of {encoding}")
        return Column(make, encoding, zone, values, *not_started)

    @pytest.mark.parametrize(("encoding", "zone"), ENCODED)
    def test_a_clock_says_the_controllers_date(self, make: Make, encoding: Encoding, zone: str) -> None:
        column = self.column(make, encoding, zone, [written(moment, encoding, zone) for moment in MOMENTS])
        on = [moment.astimezone(OSLO).date() for moment in MOMENTS]
        assert column.misfits() == (0, 0)
        for day in DAYS:
            until, after = {number for number, one in enumerate(on) if one <= day}, {*column.numbers}
            after -= until
            by = By(column.clock, day)
            assert column.which(by, After(column.clock, day), negated(by)) == [until, after, after], day
        assert [column.earliest(number) for number in column.numbers] == on
        assert column.misfits(date(2026, 12, 31)) == (0, sum(one > date(2026, 12, 31) for one in on))

    @pytest.mark.parametrize(("encoding", "zone"), ENCODED)
    def test_null_has_not_started_and_fits(self, make: Make, encoding: Encoding, zone: str) -> None:
        column = self.column(make, encoding, zone, [None])
        by = By(column.clock, DAYS[0])
        assert column.which(Started(column.clock), by, After(column.clock, DAYS[0]), negated(by)) == [
            *(set(), set(), set()),
            {0},
        ]
        assert column.misfits() == (0, 0)
        assert column.earliest(0) is None

    @pytest.mark.parametrize(("encoding", "zone"), ENCODED)
    def test_without_a_cutoff_nothing_has_run_out_and_at_the_last_day_all(
        self, make: Make, encoding: Encoding, zone: str
    ) -> None:
        column = self.column(make, encoding, zone, [written(MOMENTS[0], encoding, zone), None])
        clock = column.clock
        assert column.which(By(clock, None), After(clock, None), Started(clock)) == [set(), {0}, {0}]
        assert column.which(By(clock, date.max), After(clock, date.max)) == [{0}, set()]

    @pytest.mark.parametrize(("encoding", "sentinel", "values"), NOTHING)
    def test_a_value_that_means_not_started_is_neither_before_nor_after_nor_wrong(
        self, make: Make, encoding: Encoding, sentinel: Any, values: list[Any]
    ) -> None:
        started = written(MOMENTS[0], encoding, "UTC")
        column = self.column(make, encoding, "UTC", [*values, started], sentinel)
        last = len(values)
        before = By(column.clock, DAYS[-1])
        assert column.which(Started(column.clock), before, After(column.clock, date(1900, 1, 1))) == [{last}] * 3
        assert column.which(negated(before)) == [set(range(last))]
        assert column.misfits(date(1900, 1, 1)) == (0, 1)

    @pytest.mark.parametrize(("encoding", "values"), MISFITS)
    def test_what_does_not_fit_is_counted(self, make: Make, encoding: Encoding, values: list[Any]) -> None:
        column = self.column(make, encoding, "UTC", [*values, written(MOMENTS[0], encoding, "UTC"), None])
        assert column.misfits()[0] == len(values)

    @pytest.mark.parametrize(("encoding", "values"), FITS)
    def test_what_fits_is_no_misfit_and_can_be_read(self, make: Make, encoding: Encoding, values: list[Any]) -> None:
        column = self.column(make, encoding, "UTC", values)
        assert column.misfits(date.max - timedelta(days=2))[0] == 0
        assert None not in [column.earliest(number) for number in column.numbers]

    def test_zulu_belongs_to_columns_in_utc(self, make: Make) -> None:
        column = self.column(make, "iso_timestamp", "Europe/Oslo", ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00"])
        assert column.misfits()[0] == 1

    @pytest.mark.parametrize("encoding", ["timestamp", "iso_timestamp"])
    @pytest.mark.parametrize(("zone", "controller", "begins"), TWICE)
    def test_an_hour_that_a_wall_clock_shows_twice_is_never_early(
        self, make: Make, encoding: Encoding, zone: str, controller: str, begins: datetime
    ) -> None:
        moments = [begins + timedelta(minutes=15 * step) for step in range(-12, 13)]
        values = [written(moment, encoding, zone) for moment in moments]
        column = Column(make, encoding, zone, values, zone_of_controller=controller)
        on = [moment.astimezone(ZoneInfo(controller)).date() for moment in moments]
        day = on[12]
        assert on[11] == day - timedelta(days=1)
        for asked in (day - timedelta(days=2), day - timedelta(days=1), day):
            (by,) = column.which(By(column.clock, asked))
            assert by <= {number for number, one in enumerate(on) if one <= asked}
            assert by >= {number for number, one in enumerate(on) if one <= asked - timedelta(days=1)}

    def test_a_time_without_seconds_is_counted_from_its_minute(self, make: Make) -> None:
        values = ["2026-12-31T22:59", "2026-12-31 22:59:59.9", "2026-12-31T23:00", "2026-12-31 23:00Z"]
        column = self.column(make, "iso_timestamp", "UTC", values)
        assert column.which(By(column.clock, date(2026, 12, 31))) == [{0, 1}]

    def test_a_moment_is_counted_to_its_fraction(self, make: Make) -> None:
        last = datetime(2026, 12, 31, 22, 59, 59, 999_999, tzinfo=UTC)
        column = self.column(make, "timestamp", "UTC", [last.replace(tzinfo=None), datetime(2026, 12, 31, 23)])  # noqa: DTZ001
        assert column.which(By(column.clock, date(2026, 12, 31)), ALWAYS) == [{0}, {0, 1}]
