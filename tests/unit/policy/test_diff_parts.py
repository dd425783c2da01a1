"""What a comparison of policies rests on: which period is longer, which records are let in, which words differ."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.policy.calendar import FinancialYear, last_day
from holdord.policy.diff.cover import width
from holdord.policy.diff.longer import Order, compared
from holdord.policy.diff.spelling import same_signs, same_words
from holdord.policy.duration import Duration
from holdord.policy.purpose import Condition, Works

DECEMBER, JUNE = FinancialYear(month=12, day=31), FinancialYear(month=6, day=30)
AUGUST = FinancialYear(month=8, day=14)
TURNED: dict[Order, Order] = {"longer": "shorter", "shorter": "longer", "same": "same", "mixed": "mixed"}


@pytest.mark.parametrize(
    ("before", "after", "order"),
    [
        ("24 months", "2 years", "same"),
        ("12 months", "24 months", "longer"),
        ("1 month", "30 days", "mixed"),
        ("1 month", "31 days", "longer"),
        ("1 month", "28 days", "shorter"),
        ("12 months", "365 days", "shorter"),
        ("12 months", "366 days", "longer"),
        ("4 years", "1461 days", "longer"),
        ("4 years", "1460 days", "shorter"),
        ("8 years", "2921 days", "shorter"),
        ("9 years", "3287 days", "mixed"),
        ("1 month 1 day", "31 days", "mixed"),
        ("2 months", "59 days", "shorter"),
        ("0 days", "1 day", "longer"),
    ],
)
def test_periods_are_compared_for_every_start(before: str, after: str, order: Order) -> None:
    one, other = Duration.parse(before), Duration.parse(after)
    assert compared(one, other) == order
    assert compared(other, one) == TURNED[order]


@pytest.mark.parametrize(
    ("before", "year_before", "after", "year_after", "order"),
    [
        ("5 years", None, "5 years", DECEMBER, "longer"),
        ("6 years", None, "5 years", DECEMBER, "shorter"),
        ("5 years 6 months", None, "5 years", DECEMBER, "mixed"),
        ("1 month", DECEMBER, "31 days", DECEMBER, "same"),
        ("1 month", JUNE, "30 days", JUNE, "same"),
        ("1 month", JUNE, "31 days", JUNE, "longer"),
        ("5 years", DECEMBER, "5 years", JUNE, "mixed"),
        ("0 days", None, "0 days", JUNE, "longer"),
        ("1 year", JUNE, "2 years", None, "longer"),
        ("364 days", None, "0 days", AUGUST, "mixed"),
    ],
)
def test_periods_from_the_end_of_a_financial_year_are_compared_with_others(
    before: str, year_before: FinancialYear | None, after: str, year_after: FinancialYear | None, order: Order
) -> None:
    one, other = Duration.parse(before), Duration.parse(after)
    assert compared(one, other, year_before, year_after) == order
    assert compared(other, one, year_after, year_before) == TURNED[order]


DURATIONS = st.builds(Duration, months=st.integers(0, 60), days=st.integers(0, 70))
YEARS = st.sampled_from([None, DECEMBER, JUNE, FinancialYear(month=2, day=28), AUGUST, replace(AUGUST, calendar=True)])
NEAR = [Duration(months=months, days=days) for months, days in product(range(3), (0, 1, 28, 30, 31))]


@settings(max_examples=60, deadline=None)
@given(
    before=DURATIONS, after=DURATIONS, years=st.tuples(YEARS, YEARS), start=st.dates(date(1990, 1, 1), date(2390, 1, 1))
)
def test_no_start_speaks_against_the_order(
    before: Duration, after: Duration, years: tuple[FinancialYear | None, FinancialYear | None], start: date
) -> None:
    order = compared(before, after, *years)
    for day in (start + timedelta(days=number) for number in range(800)):
        one, other = last_day(day, before, years[0]), last_day(day, after, years[1])
        assert not (order == "longer" and other < one)
        assert not (order == "shorter" and other > one)
        assert not (order == "same" and other != one)


@pytest.mark.parametrize("year", [None, JUNE])
def test_what_is_mixed_or_longer_has_starts_that_show_it(year: FinancialYear | None) -> None:
    days = [date(2023, 7, 1) + timedelta(days=number) for number in range(2 * 366)]
    for before, after in product(NEAR, NEAR[:3] if year else NEAR):
        ends = [(last_day(day, before, year), last_day(day, after)) for day in days]
        later, earlier = any(one < other for one, other in ends), any(one > other for one, other in ends)
        seen = "mixed" if later and earlier else "longer" if later else "shorter" if earlier else "same"
        assert compared(before, after, year, None) == seen, (before, after)


# --- Records ---------------------------------------------------------------------------------------------------------


def works(**conditions: Any) -> Works:
    """Return what is written as ``{order: {name: value}}``; a tuple is an operator and its constant."""
    made = []
    for name, value in conditions.items():
        operator, values = ("in", tuple(value)) if isinstance(value, list) else ("is", (value,))
        if isinstance(value, tuple):
            operator, values = value[0], (value[1],)
        made.append(Condition(record_class="", name=name, operator=operator, values=values))  # type: ignore[arg-type]
    return Works(record_class="order", conditions=tuple(made))


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        ([works(kind="a")], [works(kind=["a", "b"])], "widened"),
        ([works(kind=["a", "b"])], [works(kind="a"), works(kind="b")], "same"),
        ([works(kind="a")], [works(kind="b")], "changed"),
        ([works(kind="a")], [works()], "widened"),
        ([works(paid=True), works(paid=False)], [works()], "widened"),
        ([works(kind=("is_not", "a"))], [works()], "widened"),
        ([works(kind=("is_not", "a")), works(kind="a")], [works()], "same"),
        ([works(kind=None), works(kind=("is_not", None))], [works()], "same"),
        ([works(kind=("is_not", "a"))], [works(kind="b")], "narrowed"),
        ([works(sum=("above", 10))], [works(sum=("above", 9))], "widened"),
        ([works(sum=("above", 10))], [works(sum=("above", 10)), works(sum=10)], "widened"),
        ([works(sum=("above", 10)), works(sum=10), works(sum=("below", 10))], [works(sum=("is_not", None))], "widened"),
        ([works(sum=("below", 10))], [works(sum=("above", 10))], "changed"),
        ([works(sum=10**17)], [works(sum=10**17 + 1)], "changed"),
        ([works(since=("above", date(2020, 1, 1)))], [works(since=("above", date(2021, 1, 1)))], "narrowed"),
        ([works(paid=True)], [works(paid=1)], "changed"),
        ([works(kind="a", sum=1)], [works(kind="a")], "widened"),
        ([works(kind="a", sum=1)], [works(kind="a"), works(sum=2)], "widened"),
        ([works(kind="a", sum=1)], [works(kind="b", sum=1), works(kind="a", sum=2)], "changed"),
        ([works(kind="a"), works(kind="a", sum=1)], [works(kind="a")], "same"),
        ([works(sum=("above", 1), kind="a")], [works(kind="a", sum=("above", 1))], "same"),
    ],
)
def test_conditions_are_compared_by_the_records_they_let_in(before: list[Works], after: list[Works], how: str) -> None:
    turned = {"widened": "narrowed", "narrowed": "widened"}
    assert width(tuple(before), tuple(after)) == how
    assert width(tuple(after), tuple(before)) == turned.get(how, how)


def test_too_many_combinations_to_try_count_as_other_records() -> None:
    many = {f"c{number}": list("abcdef") for number in range(8)}
    one, other = works(**many), works(**{**many, "c0": "a"})
    assert width((one,), (other,)) == "changed"
    assert width((one,), (works(**dict(reversed(many.items()))),)) == "same"


CONSTANTS = st.sampled_from(["a", "b", 1, 2, 3, True, None])
VALUES = st.one_of(
    CONSTANTS,
    st.lists(st.sampled_from(["a", "b", 1, 2]), min_size=1, max_size=2),
    st.tuples(st.just("is_not"), CONSTANTS),
    st.tuples(st.sampled_from(["below", "above"]), st.integers(1, 3)),
)
ALTERNATIVES = st.lists(
    st.dictionaries(st.sampled_from(["x", "y"]), VALUES, max_size=2).map(lambda made: works(**made)),
    min_size=1,
    max_size=3,
)


def is_met(value: Any, condition: Condition) -> bool:
    """Read a condition as decision 0002, 2, has it; true and 1 are two."""
    bound = condition.values[0]
    same = [type(value) is type(one) and value == one for one in condition.values]
    if condition.operator in ("is", "in"):
        return any(same)
    if condition.operator == "is_not":
        return not same[0]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and (value < bound if condition.operator == "below" else value > bound)  # type: ignore[operator]


@settings(max_examples=300, deadline=None)
@given(before=ALTERNATIVES, after=ALTERNATIVES)
def test_width_says_what_a_look_at_records_says(before: list[Works], after: list[Works]) -> None:
    def let_in(alternatives: list[Works], record: dict[str, Any]) -> bool:
        return any(all(is_met(record[one.name], one) for one in works.conditions) for works in alternatives)

    values = ["a", "b", "else", 0, 1, 1.5, 2, 2.5, 3, 4, True, False, None]
    records = [{"x": x, "y": y} for x, y in product(values, values)]
    more = any(let_in(after, record) and not let_in(before, record) for record in records)
    fewer = any(let_in(before, record) and not let_in(after, record) for record in records)
    seen = "changed" if more and fewer else "widened" if more else "narrowed" if fewer else "same"
    assert width(tuple(before), tuple(after)) == seen


# --- Words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Answering who writes.", "answering who writes", True),
        ("Answering who writes", "Answering  who\nwrites", True),
        ("your e-mail address", "your email adress", True),
        ("We recieve “letters”", "We receive 'letters'", True),
        ("organisation", "organization", True),
        ("committed", "commited", True),
        ("contact persons", "contract persons", False),
        ("24 months", "42 months", False),
        ("3.5 years", "35 years", False),
        ("within 5 days", "within 5 or more days", False),
        ("we sell data", "we do not sell data", False),
        ("customers", "customer", False),
        ("form", "from", False),
        ("later", "latter", False),
        ("data", "dato", False),
        ("bokføringsloven § 13", "bokføringsloven 13", False),
        ("10 %", "10", False),
        ("processor", "processro", True),
        ("processor", "porcessro", False),
        ("person", "nersop", False),
        ("people we know", "people we", False),
    ],
)
def test_words_are_the_same_where_spelling_alone_differs(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same
    assert same_words(other, one) is same


def test_in_numbers_and_addresses_every_sign_counts() -> None:
    assert same_signs("+47 70 00", "+477000")
    assert same_signs("Privacy@Shop.example", "privacy@shop.example")
    assert not same_signs("a.b@shop.example", "ab@shop.example")
    assert not same_signs("912345678", "912345687")
