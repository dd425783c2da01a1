"""The words of each language: that none is missing, and that no line can be read in two ways."""

import re
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.notice.write.anything import durations
from tests.unit.notice.write.anything import words as any_words
from tests.unit.notice.write.written import BIKES

from holdord.notice.model import LANGUAGES, Language
from holdord.notice.write import vocabulary
from holdord.notice.write.page import write
from holdord.notice.write.parse import parse
from holdord.notice.write.parts import Limit
from holdord.notice.write.words import HARD, Words, words_of
from holdord.policy.duration import Duration
from holdord.policy.terms import BASES, CATEGORIES

FAMILIES = (
    "controller", "contact", "purpose", "period", "sensitive", "recipients", "transfers", "rights", "complaint",
    "decisions", "requirements", "changes", "extra",
)  # fmt: skip
"""Tables of patterns that are read back, each by itself."""
_SLOT = re.compile(r"\{(\w+)\}")
_CLOSED = {"country": "country", "category": "category", "after": "after", "until": "until"}
_DIGITS = ("duration", "number", "part", "date")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_words(language: Language) -> None:
    words = words_of(language)
    assert set(words.labels["data"]) == set(vocabulary.DATA) == {*vocabulary.GROUPS, *CATEGORIES}
    assert set(words.labels["country"]) == {*vocabulary.EEA, *vocabulary.ELSEWHERE}
    assert set(words.labels["category"]) == set(vocabulary.SPECIALS)
    for form in ("after", "until", "day"):
        assert set(words.labels[form]) == set(vocabulary.CLOCKS)
    assert set(words.table["title"]) == {*vocabulary.SECTIONS, "notice", "short", "objection"}
    assert set(BASES) <= set(words.table["purpose"])
    assert set(vocabulary.LETTERS) <= set(words.table["sensitive"])
    assert set(vocabulary.ROLES) <= set(words.table["recipients"])
    assert {*vocabulary.SAFEGUARDS, "no_safeguard"} - {"none"} <= set(words.table["transfers"])
    assert set(vocabulary.RIGHTS) <= set(words.table["rights"])
    assert set(vocabulary.DEMANDS) <= set(words.table["requirements"])
    assert len(set(words.table["months"])) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_patterns_with_the_same_slots(language: Language) -> None:
    def shape(table: object) -> object:
        if isinstance(table, dict):
            return {key: shape(value) for key, value in table.items()}
        if isinstance(table, list):
            return len(table)
        return sorted(_SLOT.findall(str(table)))

    assert shape(words_of(language).table) == shape(words_of("en").table)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_is_one_item_of_a_list(language: Language) -> None:
    words = words_of(language)
    for vocabulary_name in ("data", "day"):
        for label in words.labels[vocabulary_name].values():
            assert words.split(words.join([label, label])) == [label, label]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("year", [True, False])
def test_words_that_happen_to_be_ours_stay_the_controllers(language: Language, year: bool) -> None:
    ours = words_of(language).label("day", "paid")
    for count in (1, 2):
        limit = Limit(kind="at_most", duration=Duration.parse("1 day"), from_words=(ours,) * count, financial_year=year)
        facts = replace(BIKES, purposes=(replace(BIKES.purposes[0], limits=(limit,)),))
        assert parse(write(facts, language), language) == facts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_could_be_mistaken_for_ours_has_a_blank_to_harden(language: Language) -> None:
    assert all(" " in label for label in words_of(language).labels["day"].values())


def _ends(words: Words, pattern: str) -> list[tuple[str, str, bool]]:
    """Spell a pattern out: what it begins with, what it ends with, and whether something open lies between."""
    spelled = [pattern]
    for slot, vocabulary_name in _CLOSED.items():
        if f"{{{slot}}}" in pattern:
            labels = words.labels[vocabulary_name].values()
            spelled = [text.replace(f"{{{slot}}}", label) for text in spelled for label in labels]
    for slot in _DIGITS:
        spelled = [text.replace(f"{{{slot}}}", "0") for text in spelled]
    return [(re.split(r"\{", text)[0], re.split(r"\}", text)[-1], "{" in text) for text in spelled]


def _confusable(one: tuple[str, str, bool], other: tuple[str, str, bool]) -> bool:
    """Tell whether one text could be both: none of the beginnings rules that out, nor the ends."""
    (head, tail, is_open), (head2, tail2, is_open2) = one, other
    if not is_open and not is_open2:
        return head == head2
    heads = head.startswith(head2) or (is_open and head2.startswith(head))
    heads = heads if is_open2 else head2.startswith(head)
    tails = tail.endswith(tail2) or (is_open and tail2.endswith(tail))
    tails = tails if is_open2 else tail2.endswith(tail)
    return heads and tails


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", FAMILIES)
def test_no_line_can_be_read_as_two_patterns(language: Language, family: str) -> None:
    words = words_of(language)
    ends = {name: _ends(words, pattern) for name, pattern in words.table[family].items()}
    for (name, mine), (other, theirs) in combinations(ends.items(), 2):
        clash = [(one, two) for one in mine for two in theirs if _confusable(one, two)]
        assert not clash, f"{name} and {other}: {clash[:1]}"


@pytest.mark.parametrize(
    ("one", "other", "confusable"),
    [
        ("We {words}.", "We share {words}.", True),
        ("We share {words}.", "We keep {words}.", False),
        ("{words}: ours.", "{words}: theirs.", False),
        ("{words}.", "We share nothing.", True),
        ("We share nothing.", "We keep {words}.", False),
        ("We share nothing.", "We {words}.", True),
        ("We keep for {duration}.", "We keep for {duration}.", True),
        ("We keep {words}", "We keep nothing, we do not.", True),
    ],
)
def test_the_check_for_confusion_finds_it(one: str, other: str, confusable: bool) -> None:
    words = words_of("en")
    assert _confusable(*_ends(words, one), *_ends(words, other)) is confusable
    assert _confusable(*_ends(words, other), *_ends(words, one)) is confusable


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pattern_has_at_most_one_open_slot(language: Language) -> None:
    words = words_of(language)
    for family in FAMILIES:
        for name, pattern in words.table[family].items():
            opened = [slot for slot in _SLOT.findall(pattern) if slot not in (*_CLOSED, *_DIGITS)]
            assert len(opened) <= 1, f"{family}.{name}"


def test_two_terms_with_one_label_are_refused() -> None:
    table = {**words_of("en").table}
    table["countries"] = {**table["countries"], "SE": "Norway"}
    with pytest.raises(ValueError, match="en: country: two terms share the label 'Norway'"):
        Words("en", table)


@pytest.mark.parametrize("language", LANGUAGES)
@given(items=st.lists(any_words, min_size=1, max_size=4))
def test_a_list_is_cut_where_it_was_joined(language: Language, items: list[str]) -> None:
    words = words_of(language)
    assert [item.replace(HARD, " ") for item in words.split(words.join(items))] == items


def test_a_list_of_plain_items_reads_as_people_write_it() -> None:
    words = words_of("en")
    assert words.join(["a"]) == "a"
    assert words.join(["a", "b", "c"]) == "a, b and c"
    assert words.join(["a and b", "c"]) == f"a{HARD}and{HARD}b; c"
    assert words.join(["band", "sand"]) == "band and sand"


@pytest.mark.parametrize("language", LANGUAGES)
@given(duration=durations)
def test_a_duration_is_read_as_it_was_written(language: Language, duration: Duration) -> None:
    words = words_of(language)
    text = words.write_duration(duration)
    assert words.read_duration(text) == duration
    assert words.write_duration(words.read_duration(text)) == text
    assert words.regex("{duration}").fullmatch(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1 year", ["1 år", "1 år", "1 år", "1 år", "1 year"]),
        ("24 months", ["24 måneder", "24 månader", "24 måneder", "24 månader", "24 months"]),
        ("1 month", ["1 måned", "1 månad", "1 måned", "1 månad", "1 month"]),
        ("2 weeks", ["2 uker", "2 veker", "2 uger", "2 veckor", "2 weeks"]),
        (
            "1 week 1 day",
            ["1 uke og 1 dag", "1 veke og 1 dag", "1 uge og 1 dag", "1 vecka och 1 dag", "1 week and 1 day"],
        ),
        ("5 days", ["5 dager", "5 dagar", "5 dage", "5 dagar", "5 days"]),
        ("0 days", ["0 dager", "0 dagar", "0 dage", "0 dagar", "0 days"]),
        ("2 years 1 day", ["2 år og 1 dag", "2 år og 1 dag", "2 år og 1 dag", "2 år och 1 dag", "2 years and 1 day"]),
    ],
)
def test_durations_are_inflected(text: str, written: list[str]) -> None:
    assert [words_of(language).write_duration(Duration.parse(text)) for language in LANGUAGES] == written
