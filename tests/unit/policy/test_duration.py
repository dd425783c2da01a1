"""Calendar durations: what is read, what is refused, how they are shown and compared."""

from dataclasses import FrozenInstanceError
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.policy.calendar import last_day
from holdord.policy.duration import Duration, Unit, in_words

LEAP_DAYS_AND_MONTH_ENDS = [
    date(year, 1, 1) + timedelta(days=day) for year in (1896, 1899, 1900, 1903, 2023, 2024) for day in range(366)
]

UNITS: tuple[Unit, ...] = ("year", "month", "week", "day")


@pytest.mark.parametrize(
    ("text", "months", "days", "shown"),
    [
        ("24 months", 24, 0, "24 months"),
        ("1 month", 1, 0, "1 month"),
        ("5 days", 0, 5, "5 days"),
        ("0 days", 0, 0, "0 days"),
        ("0 months", 0, 0, "0 days"),
        ("2 weeks", 0, 14, "2 weeks"),
        ("14 days", 0, 14, "14 days"),
        ("2 years", 24, 0, "2 years"),
        ("3.5 years", 42, 0, "3 years 6 months"),
        ("0.5 years", 6, 0, "6 months"),
        ("1 year 6 months", 18, 0, "1 year 6 months"),
        ("18 months", 18, 0, "18 months"),
        ("1 year 18 months", 30, 0, "2 years 6 months"),
        ("1 year, 2 months and 3 days", 14, 3, "1 year 2 months 3 days"),
        ("1 month 2 weeks 1 day", 1, 15, "1 month 2 weeks 1 day"),
        ("  24   Months ", 24, 0, "24 months"),
        ("24months", 24, 0, "24 months"),
        ("24\N{NO-BREAK SPACE}months", 24, 0, "24 months"),
        ("200 years", 2400, 0, "200 years"),
    ],
)
def test_a_duration_is_read_and_shown_in_the_units_it_was_written_in(
    text: str, months: int, days: int, shown: str
) -> None:
    duration = Duration.parse(text)
    assert (duration.months, duration.days) == (months, days)
    assert str(duration) == shown


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Nothing is written"),
        ("   ", "Nothing is written"),
        ("24", "The unit is missing"),
        ("3.5", "The unit is missing"),
        ("-5 days", "cannot be negative"),
        ("−5 days", "cannot be negative"),
        ("3,5 years", "with a point"),
        ("0.5 months", "Only years can have a half"),
        ("0.5 days", "Only years can have a half"),
        ("1.5 weeks", "Only years can have a half"),
        ("1.25 years", "Only years can have a half"),
        ("5 fortnights", "unit 'fortnights' is unknown"),
        ("24 måneder", "not a number and a unit"),
        ("5 hours", "unit 'hours' is unknown"),
        ("half a year", "not a number and a unit"),
        ("months", "not a number and a unit"),
        ("1 year 6", "not a number and a unit"),
        ("1 year,", "not a number and a unit"),
        ("1 year -6 months", "not a number and a unit"),
        ("1e3 days", "not a number and a unit"),
        ("6 months 1 year", "large to small"),
        ("1 year 1 year", "each at most once"),
        ("201 years", "more than 200 years"),
        ("200 years 1 day", "more than 200 years"),
        ("73001 days", "more than 200 years"),
        ("9" * 50 + " days", "more than 200 years"),
        ("1 day" * 40, "200 characters"),
    ],
)
def test_what_cannot_be_read_with_certainty_is_refused_with_the_reason_and_what_is_accepted(
    text: str, reason: str
) -> None:
    with pytest.raises(ValueError) as refused:
        Duration.parse(text)
    assert reason in str(refused.value)
    assert 'Write it like "24 months"' in str(refused.value)


@given(st.text(alphabet="0123456789. ,-dayswekmonthr\n٣", max_size=70))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        duration = Duration.parse(text)
    except ValueError:
        return
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(("months", "days"), [(-1, 0), (0, -1), (24, -1), (2401, 0), (0, 73001), (2400, 1)])
def test_no_duration_can_be_built_that_could_not_be_read(months: int, days: int) -> None:
    with pytest.raises(ValueError, match="Write it like"):
        Duration(months=months, days=days)


def test_a_duration_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Duration.parse("24 months").months = 36  # type: ignore[misc]


def test_two_years_are_24_months_but_a_month_is_no_number_of_days() -> None:
    assert Duration.parse("2 years") == Duration.parse("24 months")
    assert hash(Duration.parse("2 years")) == hash(Duration.parse("24 months"))
    assert all(Duration.parse("1 month") != Duration(months=0, days=days) for days in range(28, 32))


def test_built_from_numbers_it_is_shown_in_years_months_and_days() -> None:
    assert str(Duration(months=42, days=20)) == "3 years 6 months 20 days"
    assert repr(Duration(months=42, days=20)) == "Duration(months=42, days=20)"


@given(
    months=st.integers(0, 1200),
    days=st.integers(0, 3650),
    units=st.frozensets(st.sampled_from(UNITS)),
)
def test_what_is_shown_reads_back_as_the_same_duration(months: int, days: int, units: frozenset[Unit]) -> None:
    duration = Duration(months=months, days=days, shown_in=units)
    again = Duration.parse(str(duration))
    assert again == duration
    assert str(again) == str(duration)


def test_words_leave_out_what_is_zero() -> None:
    assert in_words(years=1, days=1) == "1 year 1 day"
    assert in_words(months=23, weeks=0, days=4) == "23 months 4 days"
    assert in_words() == "0 days"


@pytest.mark.parametrize(
    ("one", "other", "longer"),
    [
        ("24 months", "1 year", True),
        ("5 years", "24 months", True),
        ("1 month 5 days", "1 month 4 days", True),
        ("1 month", "27 days", True),
        ("1 month", "28 days", False),
        ("31 days", "1 month", False),
        ("32 days", "1 month", True),
        ("1 month", "30 days", False),
        ("30 days", "1 month", False),
        ("6 months", "180 days", True),
        ("6 months", "181 days", False),
        ("1 year", "364 days", True),
        ("1 year", "365 days", False),
        ("366 days", "1 year", False),
        ("367 days", "1 year", True),
        ("2 months", "1 month 31 days", False),
        ("24 months", "2 years", False),
        ("0 days", "0 days", False),
        ("1 day", "0 days", True),
    ],
)
def test_longer_is_said_only_where_it_is_so_from_every_start(one: str, other: str, longer: bool) -> None:
    assert Duration.parse(one).longer_than(Duration.parse(other)) is longer


@given(
    months=st.tuples(st.integers(0, 26), st.integers(0, 26)),
    days=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_what_is_longer_ends_later_from_every_start(months: tuple[int, int], days: tuple[int, int]) -> None:
    one, other = (Duration(months=m, days=d) for m, d in zip(months, days, strict=True))
    if one.longer_than(other):
        assert not other.longer_than(one)
        assert all(last_day(start, one) > last_day(start, other) for start in LEAP_DAYS_AND_MONTH_ENDS)


@pytest.mark.parametrize("months", range(12))
def test_within_a_year_nothing_that_is_certain_is_missed(months: int) -> None:
    spans = {(last_day(start, Duration(months=months, days=0)) - start).days for start in LEAP_DAYS_AND_MONTH_ENDS}
    fewest, most = min(spans), max(spans)
    duration = Duration(months=months, days=0)
    assert duration.longer_than(Duration(months=0, days=max(fewest - 1, 0))) is (months > 0)
    assert not duration.longer_than(Duration(months=0, days=fewest))
    assert Duration(months=0, days=most + 1).longer_than(duration)
    assert not Duration(months=0, days=most).longer_than(duration)
