"""Two versions of a notice: nothing is told of a faithful translation, and every change of substance is."""

import tomllib
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.notice.compare.compare import compare
from holdord.notice.compare.model import Comparison, Difference
from holdord.notice.compare.terms import terms, words_of
from holdord.notice.facts.phrases import table
from holdord.notice.model import Reading
from holdord.notice.read import read
from holdord.policy.terms import LANGUAGES, Language

CASES = Path(__file__).parents[2] / "cases" / "compare"
NOTICES = ("shop", "club", "firm")
EDITS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "compare_edits.toml").read_text("utf-8"))["edit"]
OTHERS = {"missing": "added", "added": "missing"}


def text(notice: str, language: Language) -> str:
    return (CASES / notice / f"{language}.txt").read_text("utf-8")


@cache
def version(notice: str, language: Language) -> Reading:
    return read(text(notice, language), language)


def told(found: Comparison) -> list[str]:
    return [f"{one.kind}: {one.what}: {one.why}" for one in found.differences]


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize(("one", "other"), list(combinations(LANGUAGES, 2)))
def test_a_faithful_translation_differs_nowhere(notice: str, one: Language, other: Language) -> None:
    found = compare(version(notice, one), version(notice, other))
    assert found.same_notice
    assert told(found) == []


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit['notice']}-{edit['language']}-{edit['before'][:30]}")
def test_an_edit_is_found_and_nothing_else(edit: dict[str, Any]) -> None:
    notice, language = edit["notice"], edit["language"]
    whole = text(notice, language)
    assert whole.count(edit["before"]) == 1
    at = whole.index(edit["before"])
    edited = read(whole.replace(edit["before"], edit["after"]), language)
    near = [one.text for one in edited.segments if one.start <= at + len(edit["after"]) + 1 and at - 1 <= one.end]
    following = LANGUAGES[(LANGUAGES.index(language) + 1 + EDITS.index(edit)) % len(LANGUAGES)]
    for other in dict.fromkeys((language, following)):
        found = compare(edited, version(notice, other))
        assert {one.kind for one in found.differences} & set(edit["kinds"]), (other, told(found))
        elsewhere = [one for one in found.differences if one.a and not any(words in one.a.sentence for words in near)]
        assert elsewhere == [], other


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_does_not_differ_from_itself(notice: str, language: Language) -> None:
    found = compare(version(notice, language), version(notice, language))
    assert found.strength == 1.0
    assert told(found) == []


def turned(one: Difference) -> tuple[Any, ...]:
    return OTHERS.get(one.kind, one.kind), one.b, one.a, one.what


@pytest.mark.parametrize("edit", EDITS[::6], ids=lambda edit: f"{edit['notice']}-{edit['language']}")
def test_swapping_the_versions_gives_the_mirror_image(edit: dict[str, Any]) -> None:
    whole = text(edit["notice"], edit["language"])
    edited = read(whole.replace(edit["before"], edit["after"]), edit["language"])
    for language in LANGUAGES:
        there, back = (
            compare(edited, version(edit["notice"], language)),
            compare(version(edit["notice"], language), edited),
        )
        assert there.differences
        assert {turned(one) for one in there.differences} == {
            (one.kind, one.a, one.b, one.what) for one in back.differences
        }
        assert {group.mirrored() for group in there.groups} == set(back.groups)


def test_two_notices_of_different_companies_are_not_compared() -> None:
    for one, other in combinations(NOTICES, 2):
        for language in LANGUAGES:
            found = compare(version(one, "nb"), version(other, language))
            assert not found.same_notice
            assert found.differences == ()


def test_a_section_that_stands_elsewhere_is_no_difference() -> None:
    whole = text("firm", "nb")
    security, rights = whole.index("5. Sikkerhet"), whole.index("6. Rettighetene")
    moved = whole[:security] + whole[rights:].rstrip() + "\n\n" + whole[security:rights]
    assert told(compare(read(moved, "nb"), version("firm", "nb"))) == []


def test_offsets_point_at_the_words() -> None:
    edited = read(text("shop", "nb").replace("i fem år etter", "i tre år etter"), "nb")
    (found,) = compare(edited, version("shop", "en")).differences
    assert found.a is not None
    assert found.b is not None
    assert edited.plain[found.a.start : found.a.end] == found.a.text == "tre år"
    assert version("shop", "en").plain[found.b.start : found.b.end] == found.b.text == "five years"
    assert found.why == "The Norwegian version says 3 years, the English version 5 years."


def test_a_legal_name_is_not_translated() -> None:
    a = read("Nordvik Norge AS er behandlingsansvarlig for opplysningene om kunder.\nSkriv til post@nordvik.no.", "nb")
    b = read("Nordvik Norway AS is the controller of the data about customers.\nWrite to post@nordvik.no.", "en")
    assert [one.kind for one in compare(a, b).differences] == ["name"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*text("club", "da").splitlines(), "", "§ 3.", "• a)", "“…”"]), max_size=12))
def test_whatever_the_texts_there_is_an_answer(lines: list[str]) -> None:
    one = read("\n".join(lines), "da")
    for other in (version("club", "da"), version("firm", "en"), read("", "en")):
        found = compare(one, other)
        covered = sorted(number for group in found.groups for number in group.a)
        assert covered == list(range(len(one.segments)))
        for difference in found.differences:
            for place, reading in ((difference.a, one), (difference.b, other)):
                if place is not None:
                    assert 0 <= place.start < place.end <= len(reading.plain)


@pytest.mark.parametrize(("one", "other"), [(0, 300), (1, 300), (3, 700), (300, 1), (700, 3)])
def test_versions_of_very_different_length_are_laid_out_whole(one: int, other: int) -> None:
    a, b = (read("\n".join(f"- number {line}" for line in range(lines)), "en") for lines in (one, other))
    groups = compare(a, b).groups
    assert sorted(number for group in groups for number in group.a) == list(range(len(a.segments)))
    assert sorted(number for group in groups for number in group.b) == list(range(len(b.segments)))


def test_patterns_are_words_and_short_phrases() -> None:
    for name in ("compare.toml", "compare.names.toml"):
        for concepts in table(name).values():
            for columns in concepts.values():
                for patterns in columns.values() if isinstance(columns, dict) else [columns]:
                    assert all(0 < len(pattern.replace("..", "").split()) <= 4 for pattern in patterns.split(","))


@pytest.mark.parametrize(
    ("language", "said", "of", "means"),
    [
        ("nb", "mulige kunder", "group", {"prospect"}),
        ("en", "potential customers", "group", {"prospect"}),
        ("sv", "e-postadress", "category", {"e-mail"}),
        ("da", "leveringsadresse", "category", {"address"}),
        ("en", "the Accounting Act", "act", {"Accounting Act", "Bookkeeping Act"}),
        ("nn", "bokføringslova", "act", {"Bookkeeping Act"}),
    ],
)
def test_words_mean_concepts(language: Language, said: str, of: str, means: set[str]) -> None:
    found = [term for term in terms(language).find(words_of(said)) if term.of == of]
    assert [set(term.means) for term in found] == [means]
