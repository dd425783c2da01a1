"""Values of clocks in every encoding, and what they must mean: data for ``clocks``."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from holdord.datamap.model import Encoding

OSLO = ZoneInfo("Europe/Oslo")
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
