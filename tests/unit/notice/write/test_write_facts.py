"""Facts are valid once built: what a notice must not leave out, and what could not be written and read back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.notice.write.written import BIKES, CHOIR, LENDER

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.parts import (
    Authority,
    Controller,
    Cookie,
    Extra,
    Limit,
    Officer,
    Recipient,
    Requirement,
    one_line,
)
from holdord.policy.duration import Duration

REPAIR = BIKES.purposes[0]
DAY = Duration.parse("1 day")


def test_one_line_leaves_what_is_one_line_already() -> None:
    assert one_line("Æ, ø og å (2026); *alt*.") == "Æ, ø og å (2026); *alt*."


@pytest.mark.parametrize(
    "text", [" a b", "a\u00a0b", "a\n\nb ", "a \u2003b", "a\t b", "a\u200b b", "a b,", "a b ; ", "\u202ea b"]
)
def test_one_line_mends_blanks_and_what_cannot_be_seen(text: str) -> None:
    assert one_line(text) == "a b"


@given(st.text())
def test_one_line_gives_words_that_the_facts_take(text: str) -> None:
    if words := one_line(text):
        assert replace(BIKES, requests_to=words).requests_to == words


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Controller(name="", country="NO", email="a@b.no"), "words are missing"),
        (lambda: Controller(name="A", country="XX", email="a@b.no"), "country 'XX'"),
        (lambda: Controller(name="A", country="NO"), r"art\. 13\(1\)\(a\)"),
        (lambda: Controller(name="A\nB", country="NO", email="a@b.no"), "one line"),
        (lambda: Officer(name="A"), r"art\. 13\(1\)\(b\)"),
        (lambda: replace(REPAIR, words="x "), "one line"),
        (lambda: replace(REPAIR, basis="legitimate_interest"), r"art\. 13\(1\)\(d\)"),
        (lambda: replace(REPAIR, interest="to know"), r"art\. 13\(1\)\(d\)"),
        (lambda: replace(REPAIR, basis="because"), "no legal basis"),
        (lambda: replace(REPAIR, data=("contact.fax",)), "not all known data"),
        (lambda: replace(REPAIR, data=()), r"art\. 14\(1\)\(d\)"),
        (lambda: replace(REPAIR, from_person=False), r"art\. 14\(2\)\(f\)"),
        (lambda: replace(REPAIR, limits=()), r"art\. 13\(2\)\(a\)"),
        (lambda: Limit(kind="at_most", duration=DAY), "moment"),
        (lambda: Limit(kind="at_most", duration=DAY, clocks=("sunset",)), "known clocks"),  # type: ignore[arg-type]
        (
            lambda: Limit(kind="at_most", duration=DAY, clocks=("paid",), within=Duration(months=0, days=0)),
            "before the duration",
        ),
        (lambda: Recipient(name="A", role="processor", country="US"), r"art\. 13\(1\)\(f\)"),
        (lambda: Recipient(name="A", role="processor", safeguard="adequacy"), r"art\. 13\(1\)\(f\)"),
        (lambda: Recipient(name="A", role="processor", country="SE", safeguard="adequacy"), "in the EEA"),
        (lambda: Cookie(name="a", purpose="", provider="b", lifetime=None), "cookie: words are missing"),
        (lambda: Requirement(demand="statutory", data=("contact.name",), consequences=""), "words are missing"),
        (lambda: Extra(section="elsewhere", text="a"), "no section"),  # type: ignore[arg-type]
        (lambda: replace(BIKES, purposes=()), r"art\. 13\(1\)\(c\)"),
        (lambda: replace(BIKES, recipients=BIKES.recipients[:2]), "Brevdue Inc is not among"),
        (lambda: replace(BIKES, recipients=(*BIKES.recipients, BIKES.recipients[0])), "one name"),
        (lambda: Requirement(demand="statutory", data=(), consequences="a"), "no known data"),
        (lambda: replace(BIKES, answer_days=32), "within a month"),
        (lambda: replace(BIKES, answer_days=-1), "within a month"),
        (lambda: replace(BIKES, requests_to=""), "words are missing"),
        (lambda: replace(BIKES, authority=Authority(name="A", web="B")), "an authority is given where"),
        (lambda: replace(LENDER, authority=None), "an authority is given where"),
    ],
)
def test_facts_that_do_not_hold_are_refused(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()


def test_gone_by_the_last_day_of_the_duration_is_taken() -> None:
    assert Limit(kind="at_most", duration=DAY, clocks=("paid",), within=DAY).within == DAY


def test_authority_follows_from_the_country() -> None:
    assert BIKES.complaint == Authority(name="Datatilsynet", web="https://www.datatilsynet.no")
    assert LENDER.complaint.name == "the Data Protection Commission"


def test_extra_sentences_stand_in_the_order_of_the_sections() -> None:
    late, early, later = (
        Extra(section="changes", text="c"),
        Extra(section="controller", text="a"),
        Extra(section="changes", text="b"),
    )
    facts: NoticeFacts = replace(CHOIR, extras=(late, early, later))
    assert facts.extras == (early, late, later)
