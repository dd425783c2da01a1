"""The only place that reads the time; everywhere else *now* is an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo, moment: datetime) -> date:
    """Return the controller's calendar date at ``moment``.

    Args:
        zone: The controller's time zone.
        moment: An aware datetime.
    """
    return moment.astimezone(zone).date()
