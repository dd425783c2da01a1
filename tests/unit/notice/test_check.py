"""What a notice lacks, contradicts or leaves open is found; what is right is left alone."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from holdord.notice.check.codes import CODES
from holdord.notice.check.looked import words
from holdord.notice.check.notice import check
from holdord.notice.model import Finding
from holdord.notice.read import read
from holdord.policy.terms import LANGUAGES, Language

HERE = Path(__file__).parent
NOTICES: dict[Language, dict[str, str]] = YAML(typ="safe").load(HERE / "check_notices.yaml")
CASES: list[dict[str, Any]] = YAML(typ="safe").load(HERE / "check_cases.yaml")
BESIDE_A_POLICY = {
    "notice_differs",
    "promise_unwired",
    "purpose_untold",
    "recipient_untold",
    "time_untold",
    "time_unkept",
} | {"law_outlasts_promise"}


def with_changes(language: Language, changes: dict[str, str | None]) -> str:
    """Return the whole notice of a language with some paragraphs put in, changed or taken out."""
    first = {key: changes[key] for key in ("first",) if key in changes}
    paragraphs: dict[str, str | None] = {"title": NOTICES[language]["title"], **first, **NOTICES[language], **changes}
    return "\n\n".join(text for text in paragraphs.values() if text) + "\n"


def codes(language: Language, changes: dict[str, str | None]) -> set[str]:
    return {found.code for found in check(read(with_changes(language, changes), language))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_found_in_a_notice_that_says_all(language: Language) -> None:
    assert check(read(with_changes(language, {}), language)) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['code']}-{case['lang']}")
def test_each_mistake_is_found_and_its_near_miss_is_not(case: dict[str, Any]) -> None:
    assert case["code"] in codes(case["lang"], case["bad"])
    assert case["code"] not in codes(case["lang"], case["near"])


def test_every_code_is_tried_in_two_languages() -> None:
    tried = {code: {case["lang"] for case in CASES if case["code"] == code} for code in CODES}
    assert {code for code, languages in tried.items() if len(languages) < 2} == BESIDE_A_POLICY


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_proposal_in_every_language(language: Language) -> None:
    table = tomllib.loads((files("holdord.notice") / "lang" / f"check.{language}.toml").read_text("utf-8"))
    assert set(table["proposal"]) == set(CODES)
    assert all(sentence.strip() == sentence and len(sentence) > 10 for sentence in table["proposal"].values())


def test_every_language_looks_for_the_same_things() -> None:
    tables = [
        tomllib.loads((files("holdord.notice") / "lang" / f"check.{one}.toml").read_text("utf-8")) for one in LANGUAGES
    ]
    assert len({frozenset(table["words"]) for table in tables}) == 1
    for language in LANGUAGES:
        words(language)


@given(st.text(max_size=400), st.sampled_from(LANGUAGES))
def test_any_text_is_checked_and_findings_lie_inside_it(text: str, language: Language) -> None:
    inside(check(read(text, language)), text)


@given(st.lists(st.sampled_from(CASES), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_torn_notices_are_checked_and_findings_lie_inside_them(cases: list[dict[str, Any]], chance: Any) -> None:
    text = "".join(with_changes(case["lang"], case["bad"]) for case in cases)
    start, end = sorted((chance.randrange(len(text)), chance.randrange(len(text))))
    torn = text[:start] + text[end:]
    inside(check(read(torn, cases[0]["lang"])), torn)


def inside(findings: tuple[Finding, ...], text: str) -> None:
    assert len(set(findings)) == len(findings)
    for found in findings:
        if found.start is not None:
            assert found.end is not None
            assert 0 <= found.start < found.end <= len(text)
    places = [-1 if found.start is None else found.start for found in findings]
    assert places == sorted(places)


def test_of_one_mistake_in_many_places_three_are_shown_and_the_rest_counted() -> None:
    many = "\n\n".join(f"Skriv til [sett inn adresse] eller ring {number}." for number in range(5))
    found = [one for one in check(read(with_changes("nb", {"extra": many}), "nb")) if one.code == "placeholder"]
    assert len(found) == 3
    assert "2 more places" in found[-1].text


def test_a_finding_points_at_the_words_in_question() -> None:
    text = with_changes("sv", {"extra": "Genom att använda webbplatsen\ngodkänner du att vi behandlar dina uppgifter."})
    (found,) = (one for one in check(read(text, "sv")) if one.code == "consent_by_use")
    assert text[found.start : found.end] == "Genom att använda webbplatsen\ngodkänner du"
