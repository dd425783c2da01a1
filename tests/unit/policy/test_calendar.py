"""Last days, cut-offs, financial years, ages and midnights, against the calendar and against each other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.policy.calendar import FinancialYear, age, cutoff, due_on, last_day, midnight
from holdord.policy.duration import Duration

DAY = timedelta(days=1)
DECEMBER = FinancialYear.parse("12-31")
YEARS = [None, *map(FinancialYear.parse, ("12-31", "06-30", "02-28", "03-31", "01-01", "11-15"))]
CALENDAR = [replace(year, calendar=True) for year in YEARS if year]
"""As the Swedish Bookkeeping Act counts: to the end of the calendar year in which the financial year ended."""
DURATIONS = [
    Duration.parse(text)
    for text in (
        *("0 days", "1 day", "5 days", "2 weeks", "30 days", "400 days"),
        *("1 month", "2 months", "11 months", "13 months", "24 months", "1 month 1 day", "1 month 30 days"),
        *("1 year", "3.5 years", "4 years", "5 years", "1 year 6 months 3 days"),
    )
]

dates = st.dates()
modern = st.dates(date(1890, 1, 1), date(2110, 12, 31))
near_month_ends = st.builds(
    lambda year, month, days: date(year, month, 1) + timedelta(days=days),
    st.sampled_from((1899, 1900, 1904, 1999, 2000, 2023, 2024, 2096, 2099, 2100, 2103, 2104)),
    st.integers(1, 12),
    st.integers(-4, 4),
)
starts = near_month_ends | modern | dates
durations = st.sampled_from(DURATIONS) | st.builds(Duration, months=st.integers(0, 1200), days=st.integers(0, 3650))
years = st.sampled_from([*YEARS, *CALENDAR])


def days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=days) for days in range((last - first).days + 1)]


def d(text: str) -> date:
    return date.fromisoformat(text)


# --- the last day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "duration", "last"),
    [
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2024-01-29", "1 month", "2024-02-29"),
        ("2026-01-28", "1 month", "2026-02-28"),
        ("2026-03-31", "1 month", "2026-04-30"),
        ("2026-02-28", "1 month", "2026-03-28"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"),
        ("2096-02-29", "4 years", "2100-02-28"),
        ("2023-03-10", "24 months", "2025-03-10"),
        ("2026-12-15", "1 month", "2027-01-15"),
        ("2022-10-01", "3.5 years", "2026-04-01"),
        ("2026-06-01", "0 days", "2026-06-01"),
        ("2026-06-01", "5 days", "2026-06-06"),
        ("2026-12-30", "2 weeks", "2027-01-13"),
        ("2026-01-31", "1 month 1 day", "2026-03-01"),
    ],
)
def test_months_end_on_the_same_number_or_on_the_months_last_day(start: str, duration: str, last: str) -> None:
    assert last_day(d(start), Duration.parse(duration)) == d(last)


@given(start=modern | near_month_ends, duration=durations)
def test_the_last_day_is_the_one_that_another_calendar_finds(start: date, duration: Duration) -> None:
    expected = start + relativedelta(months=duration.months) + relativedelta(days=duration.days)
    assert last_day(start, duration) == expected


def test_data_is_due_from_the_day_after_the_last_day() -> None:
    assert due_on(d("2023-03-10"), Duration.parse("24 months")) == d("2025-03-11")
    assert due_on(d("2026-06-01"), Duration.parse("0 days")) == d("2026-06-02")
    assert due_on(d("2026-06-01"), Duration.parse("5 days")) == d("2026-06-07")
    assert due_on(d("2022-11-02"), Duration.parse("5 years"), DECEMBER) == d("2028-01-01")


@given(start=starts, duration=durations, year=years)
def test_a_later_start_never_ends_earlier(start: date, duration: Duration, year: FinancialYear | None) -> None:
    if start < date.max:
        assert last_day(start, duration, year) <= last_day(start + DAY, duration, year)
    assert last_day(start, duration, year) >= start


@pytest.mark.parametrize("text", ["1 day", "1 month", "200 years"])
@pytest.mark.parametrize("year", [*YEARS, *CALENDAR])
def test_what_would_end_after_the_calendar_never_runs_out(text: str, year: FinancialYear | None) -> None:
    duration = Duration.parse(text)
    assert last_day(date.max, duration, year) == date.max
    assert due_on(date.max, duration, year) == date.max
    limit = cutoff(duration, date.max, year)
    assert limit is not None
    assert limit < date.max


# --- the financial year ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "on", "last"),
    [
        ("12-31", "2022-11-02", "2022-12-31"),
        ("12-31", "2022-12-31", "2022-12-31"),
        ("12-31", "2023-01-01", "2023-12-31"),
        ("06-30", "2022-06-30", "2022-06-30"),
        ("06-30", "2022-07-01", "2023-06-30"),
        ("02-28", "2023-03-01", "2024-02-29"),
        ("02-28", "2024-02-28", "2024-02-29"),
        ("02-28", "2024-02-29", "2024-02-29"),
        ("02-28", "2024-03-01", "2025-02-28"),
        ("02-28", "1899-03-01", "1900-02-28"),
        ("02-28", "1999-03-01", "2000-02-29"),
        ("02-29", "2022-03-01", "2023-02-28"),
        ("12-31", "9999-12-31", "9999-12-31"),
        ("06-30", "9999-07-01", "9999-12-31"),
    ],
)
def test_a_day_belongs_to_the_financial_year_that_ends_next(year: str, on: str, last: str) -> None:
    assert FinancialYear.parse(year).last_day(d(on)) == d(last)


@given(on=starts, year=st.sampled_from(YEARS[1:]))
def test_rounding_to_the_financial_year_moves_less_than_a_year_and_only_once(on: date, year: FinancialYear) -> None:
    end = year.last_day(on)
    assert on <= end <= on + min(timedelta(days=365), date.max - on)
    assert year.last_day(end) == end


@pytest.mark.parametrize(
    ("year", "on", "last"),
    [
        ("12-31", "2020-03-01", "2027-12-31"),
        ("06-30", "2020-03-01", "2027-12-31"),
        ("06-30", "2020-06-30", "2027-12-31"),
        ("06-30", "2020-07-01", "2028-12-31"),
        ("04-30", "2020-05-01", "2028-12-31"),
        ("02-28", "9999-03-01", "9999-12-31"),
    ],
)
def test_swedish_accounts_stay_seven_years_after_the_calendar_year_in_which_the_financial_year_ended(
    year: str, on: str, last: str
) -> None:
    assert last_day(d(on), Duration.parse("7 years"), replace(FinancialYear.parse(year), calendar=True)) == d(last)


def test_the_start_is_rounded_before_the_duration_is_added() -> None:
    assert last_day(d("2022-01-01"), Duration.parse("3.5 years"), DECEMBER) == d("2026-06-30")
    assert last_day(d("2023-03-10"), Duration.parse("5 years"), DECEMBER) == d("2028-12-31")
    assert last_day(d("2022-11-02"), Duration.parse("3.5 years"), FinancialYear.parse("06-30")) == d("2026-12-30")
    assert last_day(d("2023-05-05"), Duration.parse("4 years"), FinancialYear.parse("02-28")) == d("2028-02-29")


def test_the_last_of_february_is_one_end_however_it_is_written() -> None:
    assert FinancialYear.parse("02-29") == FinancialYear.parse("02-28") == FinancialYear(month=2, day=29)
    assert str(FinancialYear.parse("02-29")) == "02-28"


@pytest.mark.parametrize("text", ["02-30", "13-01", "00-10", "06-31", "12-00"])
def test_a_day_that_no_year_has_ends_no_financial_year(text: str) -> None:
    with pytest.raises(ValueError, match=f"No year has the day {text}"):
        FinancialYear.parse(text)


@pytest.mark.parametrize("text", ["", "12", "12/31", "2026-12-31", "1-1", "31 December", "12-31x", "1٣-01"])
def test_a_financial_year_is_written_as_month_and_day(text: str) -> None:
    with pytest.raises(ValueError, match="such as 12-31"):
        FinancialYear.parse(text)


def test_a_financial_year_is_shown_as_it_is_written() -> None:
    assert str(FinancialYear.parse(" 06-30 ")) == "06-30"


# --- the cut-off -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("duration", "at", "year", "expected"),
    [
        ("24 months", "2025-03-10", None, "2023-03-09"),
        ("24 months", "2025-03-11", None, "2023-03-10"),
        ("0 days", "2026-06-02", None, "2026-06-01"),
        ("5 days", "2026-06-07", None, "2026-06-01"),
        # 28 to 31 January share the last day of February
        ("1 month", "2026-02-28", None, "2026-01-27"),
        ("1 month", "2026-03-01", None, "2026-01-31"),
        ("1 month", "2026-03-02", None, "2026-02-01"),
        ("1 month", "2024-02-29", None, "2024-01-28"),
        ("1 month", "2024-03-01", None, "2024-01-31"),
        # no start ends on 29, 30 or 31 March
        ("1 month", "2026-03-31", None, "2026-02-28"),
        ("1 month", "2026-04-01", None, "2026-02-28"),
        ("1 year", "2025-02-28", None, "2024-02-27"),
        ("1 year", "2025-03-01", None, "2024-02-29"),
        ("4 years", "2100-03-01", None, "2096-02-29"),
        ("5 years", "2027-12-31", "12-31", "2021-12-31"),
        ("5 years", "2028-01-01", "12-31", "2022-12-31"),
        ("5 years", "2028-12-31", "12-31", "2022-12-31"),
        ("3.5 years", "2026-07-01", "12-31", "2022-12-31"),
        ("1 year", "2024-02-28", "02-28", "2022-02-28"),
        # a year after 28 February 2023 ends on the day of that number, though February then has 29
        ("1 year", "2024-02-29", "02-28", "2023-02-28"),
        ("1 year", "2025-02-28", "02-28", "2023-02-28"),
        ("1 year", "2025-03-01", "02-28", "2024-02-29"),
    ],
)
def test_the_cut_off_is_the_latest_start_that_has_run_out(
    duration: str, at: str, year: str | None, expected: str
) -> None:
    financial = FinancialYear.parse(year) if year else None
    assert cutoff(Duration.parse(duration), d(at), financial) == d(expected)


@settings(max_examples=500, deadline=None)
@given(start=starts, at=starts, duration=durations, year=years)
def test_a_start_has_run_out_exactly_when_it_is_not_after_the_cut_off(
    start: date, at: date, duration: Duration, year: FinancialYear | None
) -> None:
    limit = cutoff(duration, at, year)
    assert (last_day(start, duration, year) < at) == (limit is not None and start <= limit)


@settings(max_examples=500, deadline=None)
@given(start=starts, duration=durations, year=years, off=st.integers(-3, 3))
def test_the_cut_off_is_exact_around_the_day_on_which_a_start_falls_due(
    start: date, duration: Duration, year: FinancialYear | None, off: int
) -> None:
    ordinal = last_day(start, duration, year).toordinal() + off
    at = date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))
    limit = cutoff(duration, at, year)
    assert (last_day(start, duration, year) < at) == (limit is not None and start <= limit)


@pytest.mark.parametrize("year", YEARS, ids=str)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("1899-12-20", "1900-03-10"),
        ("2000-01-25", "2000-03-05"),
        ("2023-12-25", "2024-03-05"),
        ("2024-06-25", "2024-07-05"),
        ("2096-02-20", "2096-03-05"),
        ("2100-02-20", "2100-03-05"),
        ("2104-02-20", "2104-03-05"),
    ],
)
def test_every_start_around_month_ends_and_leap_days_falls_on_the_right_side(
    first: str, last: str, year: FinancialYear | None
) -> None:
    for duration in DURATIONS:
        for at in days_from(d(first), d(last)):
            limit = cutoff(duration, at, year)
            assert limit is not None
            assert last_day(limit, duration, year) < at <= last_day(limit + DAY, duration, year)


def test_a_scan_day_by_day_finds_the_same_cut_offs_where_a_leap_day_is_left_out() -> None:
    for text, year in (("1 month", None), ("1 year", None), ("1 month", FinancialYear.parse("02-28"))):
        duration = Duration.parse(text)
        limit = d("2094-01-01")
        for at in days_from(d("2096-01-01"), d("2104-12-31")):
            while last_day(limit + DAY, duration, year) < at:
                limit += DAY
            assert cutoff(duration, at, year) == limit, (text, at)


@given(at=starts, duration=durations, year=years)
def test_what_has_run_out_has_run_out_later_as_well(at: date, duration: Duration, year: FinancialYear | None) -> None:
    if at < date.max:
        assert (cutoff(duration, at, year) or date.min) <= (cutoff(duration, at + DAY, year) or date.min)


def test_no_date_has_run_out_before_the_first_period_ends() -> None:
    assert cutoff(Duration.parse("0 days"), date.min) is None
    assert cutoff(Duration.parse("1 year"), d("0002-01-01")) is None
    assert cutoff(Duration.parse("1 year"), d("0002-01-02")) == date.min
    assert cutoff(Duration.parse("1 year"), d("0002-12-31"), DECEMBER) is None
    assert cutoff(Duration.parse("1 year"), d("0003-01-01"), DECEMBER) == d("0001-12-31")


def test_the_worked_example_of_one_contact_falls_due_day_by_day() -> None:
    two_years, five_years = Duration.parse("24 months"), Duration.parse("5 years")
    ended, invoiced, unsubscribed = d("2023-03-10"), d("2022-11-02"), d("2026-06-01")
    assert due_on(ended, two_years) == d("2025-03-11")
    assert due_on(unsubscribed, Duration.parse("0 days")) == d("2026-06-02")
    assert due_on(unsubscribed, Duration.parse("5 days")) == d("2026-06-07")
    assert due_on(invoiced, five_years, DECEMBER) == d("2028-01-01")
    assert due_on(ended, five_years) == d("2028-03-11")
    assert due_on(ended, five_years, DECEMBER) == d("2029-01-01")


# --- the age ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "at", "allowed", "shown"),
    [
        ("2024-12-10", "2026-11-14", "24 months", "23 months 4 days"),
        ("2024-12-10", "2026-12-10", "24 months", "24 months"),
        ("2024-12-10", "2026-12-11", "24 months", "24 months 1 day"),
        ("2021-01-01", "2026-03-02", "5 years", "62 months 1 day"),
        ("2026-01-31", "2026-02-27", "1 month", "27 days"),
        ("2026-01-31", "2026-02-28", "1 month", "1 month"),
        ("2026-01-31", "2026-03-01", "1 month", "1 month 1 day"),
        ("2026-01-31", "2026-03-30", "1 month", "1 month 30 days"),
        ("2026-01-31", "2026-03-31", "1 month", "2 months"),
        ("2026-06-01", "2026-06-05", "5 days", "4 days"),
        ("2026-06-01", "2026-08-01", "5 days", "61 days"),
        ("2026-06-01", "2026-06-10", "2 weeks", "9 days"),
        ("2026-06-01", "2026-06-01", "24 months", "0 days"),
        ("2026-06-01", "2026-06-02", "0 days", "1 day"),
        ("0001-01-01", "9999-12-31", "1 month", "119987 months 30 days"),
    ],
)
def test_an_age_is_shown_beside_what_is_allowed(start: str, at: str, allowed: str, shown: str) -> None:
    assert age(d(start), d(at), Duration.parse(allowed)) == shown


def test_an_age_counts_from_the_end_of_the_financial_year() -> None:
    allowed = Duration.parse("5 years")
    assert age(d("2022-11-02"), d("2022-12-01"), allowed, DECEMBER) == "0 days"
    assert age(d("2022-11-02"), d("2023-01-31"), allowed, DECEMBER) == "1 month"
    assert age(d("2022-11-02"), d("2027-12-31"), allowed, DECEMBER) == "60 months"
    assert age(d("2022-11-02"), d("2028-01-01"), allowed, DECEMBER) == "60 months 1 day"


def test_what_has_not_started_has_no_age() -> None:
    with pytest.raises(ValueError, match="has no age on 2026-06-01"):
        age(d("2026-06-02"), d("2026-06-01"), Duration.parse("24 months"))


@given(
    start=starts,
    months=st.integers(1, 240),
    beyond=st.integers(-40, 40),
    year=years,
)
def test_an_age_reads_more_than_is_allowed_exactly_when_the_data_is_due(
    start: date, months: int, beyond: int, year: FinancialYear | None
) -> None:
    allowed = Duration(months=months, days=0)
    last = last_day(start, allowed, year)
    at = date.fromordinal(min(max(last.toordinal() + beyond, start.toordinal()), date.max.toordinal()))
    if last == date.max:  # cut off by the calendar's end
        return
    shown = Duration.parse(age(start, at, allowed, year))
    assert ((shown.months, shown.days) > (months, 0)) == (last < at)


# --- midnight --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "zone", "moment"),
    [
        ("2026-07-01", "Europe/Oslo", "2026-06-30T22:00"),
        ("2026-01-01", "Europe/Oslo", "2025-12-31T23:00"),
        # the nights of the change: midnight itself is still in the old time
        ("2026-03-29", "Europe/Copenhagen", "2026-03-28T23:00"),
        ("2026-03-30", "Europe/Copenhagen", "2026-03-29T22:00"),
        ("2026-10-25", "Europe/Stockholm", "2026-10-24T22:00"),
        ("2026-10-26", "Europe/Stockholm", "2026-10-25T23:00"),
        # 00:00 becomes 01:00: the date begins at 01:00
        ("2024-03-31", "Asia/Beirut", "2024-03-30T22:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00"),
        # 23:30 becomes 00:30: the date begins at 00:30
        ("1919-03-31", "America/Toronto", "1919-03-31T04:30"),
        # 01:00 becomes 00:00: midnight comes twice, the first counts
        ("2024-11-03", "America/Havana", "2024-11-03T04:00"),
        # 00:01 becomes 23:01 of the day before
        ("2006-10-29", "America/St_Johns", "2006-10-29T02:30"),
        # 00:00 becomes 23:00 of the day before
        ("2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00"),
        # a date that was left out
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00"),
    ],
)
def test_midnight_is_the_first_moment_of_the_date(on: str, zone: str, moment: str) -> None:
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    begun = midnight(d(on), ZoneInfo(zone))
    assert begun == expected
    assert begun.utcoffset() == timedelta(0)


@settings(max_examples=300, deadline=None)
@given(
    on=st.dates(date(1900, 1, 1), date(2060, 12, 31)),
    name=st.sampled_from(
        (
            *("Europe/Oslo", "Europe/Copenhagen", "Europe/Stockholm", "Africa/Cairo", "Asia/Beirut", "UTC"),
            *("America/Havana", "America/Asuncion", "America/St_Johns", "Pacific/Apia", "Atlantic/Azores"),
        )
    ),
)
def test_no_moment_before_midnight_belongs_to_the_date(on: date, name: str) -> None:
    zone = ZoneInfo(name)
    begun = midnight(on, zone)
    assert begun.astimezone(zone).date() >= on
    for step in (1, *range(600, 26 * 3600, 600)):
        assert (begun - timedelta(seconds=step)).astimezone(zone).date() < on


def test_nothing_is_due_an_hour_early_when_summer_time_ends() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    limit = cutoff(Duration.parse("1 year"), d("2027-10-26"))
    assert limit == d("2026-10-25")
    before = midnight(limit + DAY, oslo)
    assert datetime(2026, 10, 25, 23, 59, 59, tzinfo=oslo) < before <= datetime(2026, 10, 26, tzinfo=oslo)


def test_the_ends_of_the_calendar_have_midnights_too() -> None:
    assert midnight(date.min, ZoneInfo("Asia/Tokyo")) == datetime.min.replace(tzinfo=UTC)
    assert midnight(date.max, ZoneInfo("America/New_York")) == datetime(9999, 12, 31, 5, tzinfo=UTC)


# --- dates and moments -----------------------------------------------------------------------------------


def test_a_moment_is_refused_where_a_date_is_needed() -> None:
    moment, day, month = datetime(2026, 1, 1, 23, 30, tzinfo=UTC), d("2026-01-01"), Duration.parse("1 month")
    for call in (
        lambda: last_day(moment, month),
        lambda: last_day(moment, month, DECEMBER),
        lambda: due_on(moment, month),
        lambda: cutoff(month, moment),
        lambda: age(moment, day, month),
        lambda: age(day, moment, month),
        lambda: DECEMBER.last_day(moment),
        lambda: midnight(moment, ZoneInfo("Europe/Oslo")),
    ):
        with pytest.raises(TypeError, match="A date is needed"):
            call()
