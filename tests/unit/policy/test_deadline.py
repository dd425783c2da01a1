"""Until when a request must be answered, in Norway, Denmark and Sweden."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.easter import easter
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.policy.calendar import last_day
from holdord.policy.deadline import answer_due
from holdord.policy.duration import Duration
from holdord.policy.terms import COUNTRIES

THIRTY_DAYS = Duration.parse("30 days")

received_dates = st.dates(date(2018, 5, 25), date(2060, 12, 31))
countries = st.sampled_from(tuple(COUNTRIES))


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "norway", "denmark", "sweden"),
    [
        # 28 February 2027 is a Sunday
        ("2027-01-31", "2027-03-01", "2027-03-01", "2027-03-01"),
        # Christmas Day, second day of Christmas, Sunday
        ("2026-11-25", "2026-12-28", "2026-12-28", "2026-12-28"),
        # Good Friday to Easter Monday
        ("2027-02-26", "2027-03-30", "2027-03-30", "2027-03-30"),
        # Whit Monday, which Sweden does not keep, and Norway's Constitution Day
        ("2027-04-17", "2027-05-18", "2027-05-18", "2027-05-17"),
        # Maundy Thursday, which Sweden does not keep
        ("2027-02-25", "2027-03-30", "2027-03-30", "2027-03-25"),
        # Constitution Day on a Friday, in Norway alone; then a Whit week-end and Whit Monday
        ("2024-04-17", "2024-05-21", "2024-05-17", "2024-05-17"),
        # 1 May on a Friday: a public holiday in Norway and Sweden, none in Denmark
        ("2026-04-01", "2026-05-04", "2026-05-01", "2026-05-04"),
        # 6 January: Epiphany in Sweden alone
        ("2026-12-06", "2027-01-06", "2027-01-06", "2027-01-07"),
        # 6 June 2028, a Tuesday: Sweden's National Day; Denmark's Constitution Day on the 5th is no public holiday
        ("2028-05-06", "2028-06-06", "2028-06-06", "2028-06-07"),
        # 5 May 2023 was Denmark's Great Prayer Day, for the last time; 26 April 2024 would have been the next
        ("2023-04-05", "2023-05-05", "2023-05-08", "2023-05-05"),
        ("2024-03-26", "2024-04-26", "2024-04-26", "2024-04-26"),
        # eves are working days: Midsummer, Christmas, and New Year's after Sunday 30 December
        ("2026-05-19", "2026-06-19", "2026-06-19", "2026-06-19"),
        ("2026-11-24", "2026-12-24", "2026-12-24", "2026-12-24"),
        ("2029-11-30", "2029-12-31", "2029-12-31", "2029-12-31"),
        # New Year's Day is a Friday
        ("2026-12-01", "2027-01-04", "2027-01-04", "2027-01-04"),
        # an ordinary Sunday, and an ordinary Thursday
        ("2026-09-18", "2026-10-19", "2026-10-19", "2026-10-19"),
        ("2026-09-15", "2026-10-15", "2026-10-15", "2026-10-15"),
        # the month has no such day
        ("2026-08-31", "2026-09-30", "2026-09-30", "2026-09-30"),
        ("2028-01-31", "2028-02-29", "2028-02-29", "2028-02-29"),
    ],
)
def test_an_answer_is_due_in_a_month_or_on_the_next_working_day(
    received: str, norway: str, denmark: str, sweden: str
) -> None:
    assert answer_due(d(received), "NO") == d(norway)
    assert answer_due(d(received), "DK") == d(denmark)
    assert answer_due(d(received), "SE") == d(sweden)


def test_extended_it_is_due_three_months_after_receipt() -> None:
    assert answer_due(d("2026-09-15"), "NO", extended=True) == d("2026-12-15")
    assert answer_due(d("2027-01-31"), "SE", extended=True) == d("2027-04-30")
    assert answer_due(d("2026-09-25"), "DK", extended=True) == d("2026-12-28")


@pytest.mark.parametrize(
    ("received", "promised", "due"),
    [
        ("2026-09-15", "30 days", "2026-10-15"),  # September has 30 days: the same day
        ("2026-10-15", "30 days", "2026-11-14"),  # a Saturday, and it stays one; the law says 16 November
        ("2027-01-31", "30 days", "2027-03-01"),  # 2 March by the promise: the law is earlier
        ("2026-11-25", "30 days", "2026-12-25"),  # Christmas Day, and the promise does not wait
        ("2026-09-15", "2 weeks", "2026-09-29"),
        ("2026-09-15", "0 days", "2026-09-15"),
        ("2026-09-18", "1 month", "2026-10-18"),  # a Sunday, promised without the law's exception
        ("2026-09-15", "2 months", "2026-10-15"),  # nobody can promise himself more than the law allows
    ],
)
def test_what_the_notice_promises_holds_where_it_is_earlier(received: str, promised: str, due: str) -> None:
    assert answer_due(d(received), "NO", promised=Duration.parse(promised)) == d(due)


def test_an_extension_by_law_takes_no_promise_back() -> None:
    assert answer_due(d("2026-09-15"), "NO", promised=THIRTY_DAYS, extended=True) == d("2026-10-15")
    six_months = Duration.parse("6 months")
    assert answer_due(d("2026-09-15"), "NO", promised=six_months, extended=True) == d("2026-12-15")


@pytest.mark.parametrize("country", ["", "no", "NOR", "FI", "DE", "Norway"])
def test_a_country_whose_holidays_are_not_known_is_refused_with_the_list(country: str) -> None:
    with pytest.raises(ValueError, match="Write one of NO, DK, SE"):
        answer_due(d("2026-09-15"), country)


def test_a_moment_is_no_date_of_receipt() -> None:
    with pytest.raises(TypeError, match="A date is needed"):
        answer_due(datetime(2026, 9, 15, 23, 30, tzinfo=UTC), "NO")


@settings(deadline=None)
@given(received=received_dates, country=countries, extended=st.booleans())
def test_the_law_s_deadline_is_a_weekday_and_at_most_five_days_past_the_month(
    received: date, country: str, extended: bool
) -> None:
    plain = last_day(received, Duration(months=3 if extended else 1, days=0))
    due = answer_due(received, country, extended=extended)
    assert due.weekday() < 5
    assert plain <= due <= plain + timedelta(days=5)


@settings(deadline=None)
@given(received=received_dates, country=countries, days=st.integers(0, 120), extended=st.booleans())
def test_a_promise_never_makes_an_answer_due_later(received: date, country: str, days: int, extended: bool) -> None:
    law = answer_due(received, country, extended=extended)
    promised = answer_due(received, country, promised=Duration(months=0, days=days), extended=extended)
    assert promised == min(law, received + timedelta(days=days))


@settings(deadline=None)
@given(received=received_dates, country=countries)
def test_a_later_request_is_never_due_earlier(received: date, country: str) -> None:
    assert answer_due(received, country) <= answer_due(received + timedelta(days=1), country)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("year", range(2024, 2060, 4))
def test_no_answer_is_due_from_good_friday_to_easter_monday_or_on_ascension_day(year: int, country: str) -> None:
    easter_day = easter(year)
    closed = {easter_day + timedelta(days=days) for days in (-2, -1, 0, 1, 39)}
    for days in range(110):
        assert answer_due(date(year, 2, 15) + timedelta(days=days), country) not in closed


def test_holidays_are_loaded_only_when_a_deadline_is_asked_for() -> None:
    program = "import sys, holdord.policy.deadline; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
