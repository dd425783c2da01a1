"""A masked value: who knows it knows it again, and nobody learns it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.policy.terms import CATEGORIES
from holdord.web.masked import DOTS, masked

_YEAR = re.compile(r"[0-9]{4}-…")


@pytest.mark.parametrize(
    ("category", "value", "shown"),
    [
        ("contact.name", "Ida Nord", "I… N…"),
        ("contact.name", "Ole Per von Hansen", "O… H…"),
        ("contact.name", "Ø", "…"),
        ("contact.email", "ida@home.example", "i…@h….example"),
        ("contact.email", "i@h.no", "…"),
        ("contact.email", "no address", "…"),
        ("contact.phone", "+47 22 33 44 55", "…55"),
        ("contact.phone", "1881", "…"),
        ("contact.address", "Storgata 1", "S…"),
        ("contact.address", "0617", "…"),
        ("contact.address", "NO", "…"),
        ("demographic.birth_date", "1980-02-29", "1980-…"),
        ("record.source", "2026-11-01T10:00:00+01:00", "2026-…"),
        ("identity.national_number", "01018012345", "…"),
        ("identity.secret", "hunter2", "…"),
        ("financial.account", "1234 56 78901", "…"),
        ("sensitive.health", "broken arm", "…"),
        ("communication.message", "Dear Sirs", "…"),
        ("commercial.order", 12, "…"),
        ("commercial.order", True, "…"),
        ("commercial.order", {"a": "b"}, "…"),
        ("record.remark", "ask ida@home.example", "…"),
    ],
)
def test_what_is_shown_of_a_value(category: str, value: object, shown: str) -> None:
    assert masked(category, value) == shown


_VALUES = st.one_of(
    st.text(max_size=60),
    st.dates().map(str),
    st.from_regex(r"\+?[0-9 ]{3,14}", fullmatch=True),
    st.tuples(st.text("abcxyz.", min_size=1, max_size=12), st.text("abcxyz", min_size=1, max_size=12)).map(
        lambda two: f"{two[0]}@{two[1]}.no"
    ),
    st.lists(st.text("abcøÅ", min_size=1, max_size=9), min_size=1, max_size=5).map(" ".join),
)


@given(st.sampled_from(sorted(CATEGORIES)), _VALUES)
def test_two_letters_two_digits_or_a_year_are_the_most(category: str, value: str) -> None:
    shown = masked(category, value)
    assert DOTS in shown
    assert shown != value
    if _YEAR.fullmatch(shown):
        return
    bare = shown.removesuffix(".no")
    assert sum(one.isalpha() for one in bare) <= 2
    assert sum(one.isdigit() for one in bare) <= 2
