"""What a written notice says, in which order, and how easy it is to read."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.notice.write.anything import any_facts
from tests.unit.notice.write.reading_ease import lix
from tests.unit.notice.write.written import BIKES, CASES, CHOIR, EXAMPLES

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.page import blocks, write
from holdord.notice.write.parts import Extra, Purpose
from holdord.notice.write.vocabulary import Right
from holdord.notice.write.words import words_of
from holdord.policy.terms import BASES, LANGUAGES, SECTIONS, Basis, Language


def _sections(text: str) -> dict[str, str]:
    """Cut a notice at its numbered headings: title → text."""
    cut = re.split(r"^## (?:[0-9]+\. )?(.+)$", text, flags=re.MULTILINE)
    return dict(zip(cut[1::2], cut[2::2], strict=True))


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_written_as_it_stands_in_the_case(name: str) -> None:
    facts, language = EXAMPLES[name]
    assert write(facts, language) == (CASES / f"{name}.{language}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_easy_to_read(name: str) -> None:
    facts, language = EXAMPLES[name]
    assert lix(write(facts, language)) <= 40


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_item_of_article_13_is_there(name: str) -> None:
    facts, language = EXAMPLES[name]
    words = words_of(language)
    sections = {key: _sections(write(facts, language)).get(words.line("title", key), "") for key in SECTIONS}
    assert facts.controller.name in sections["controller"]  # 13(1)(a)
    assert facts.controller.email in sections["controller"]
    officer = facts.officer.email if facts.officer else words.line("controller", "no_officer")
    assert officer in sections["controller"]  # 13(1)(b)
    for purpose in facts.purposes:
        assert purpose.words[1:] in sections["purposes"]  # 13(1)(c)
        assert words.line("purpose", purpose.basis) in sections["purposes"]
        assert purpose.interest in sections["purposes"]  # 13(1)(d)
        for term in purpose.data:
            assert words.label("data", term) in sections["purposes"]  # 14(1)(d)
        for source in (*purpose.sources, *purpose.public_sources):
            assert source in sections["purposes"]  # 14(2)(f)
        for limit in purpose.limits:
            assert words.write_duration(limit.duration) in sections["purposes"] or not limit.duration.months  # 13(2)(a)
    for recipient in facts.recipients:
        assert recipient.name in sections["recipients"]  # 13(1)(e)
        assert (recipient.name in sections["transfers"]) == bool(recipient.country)  # 13(1)(f)
    assert sections["transfers"].strip()
    for right in facts.rights:
        assert words.line("rights", right) in sections["rights"]  # 13(2)(b), (c)
    assert facts.requests_to in sections["rights"]
    assert facts.complaint.name in sections["complaint"]  # 13(2)(d)
    for requirement in facts.requirements:
        assert requirement.consequences in sections["requirements"]  # 13(2)(e)
    assert sections["requirements"].strip()
    assert (facts.decisions or words.line("decisions", "none")) in sections["decisions"]  # 13(2)(f)
    assert words.write_date(facts.version) in sections["changes"]


_COMMON: tuple[Right, ...] = ("access", "rectification", "erasure", "restriction")
_MORE: dict[Basis, tuple[Right, ...]] = {
    "consent": ("portability", "withdrawal"),
    "contract": ("portability",),
    "legal_obligation": (),
    "vital_interests": (),
    "public_task": ("objection",),
    "legitimate_interest": ("objection",),
}


@pytest.mark.parametrize("basis", BASES)
def test_rights_follow_from_the_legal_bases(basis: Basis) -> None:
    interest = "knowing" if basis == "legitimate_interest" else ""
    purpose = replace(BIKES.purposes[0], basis=basis, interest=interest)
    assert replace(BIKES, purposes=(purpose,)).rights == _COMMON + _MORE[basis]


@pytest.mark.parametrize("language", LANGUAGES)
def test_right_to_object_stands_apart_where_there_is_one(language: Language) -> None:
    words = words_of(language)
    heading = f"### 9.1 {words.line('title', 'objection')}\n"
    assert heading in write(replace(BIKES, purposes=(*BIKES.purposes, CHOIR.purposes[1])), language)
    assert words.line("title", "objection") not in write(BIKES, language)


def _many(number: int) -> tuple[Purpose, ...]:
    return tuple(replace(BIKES.purposes[0], words=f"purpose number {place} with some words") for place in range(number))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("number", "listed"), [(1, 1), (3, 3), (5, 5), (6, 6), (7, 5), (40, 5)])
def test_short_layer_lists_the_first_purposes_and_says_how_many_more_there_are(
    language: Language, number: int, listed: int
) -> None:
    text = write(replace(BIKES, purposes=_many(number)), language)
    short = _sections(text)[words_of(language).line("title", "short")]
    shown = [line for line in short.split("\n") if line.startswith("- ")]
    assert shown == [f"- purpose number {place} with some words" for place in range(listed)]
    assert (f" {number - listed} " in short.split("\n- ")[0]) is (number > listed)


def test_the_first_of_several_promises_decides_but_not_over_a_duty() -> None:
    assert write(CHOIR, "en").count("Whichever limit ends first decides.") == 1
    purpose = CHOIR.purposes[1]
    mixed = replace(purpose, limits=(replace(purpose.limits[0], kind="at_least"), purpose.limits[1]))
    assert "Whichever limit" not in write(replace(CHOIR, purposes=(mixed,)), "en")


def test_short_layer_names_the_longest_limit_and_the_officer() -> None:
    facts, language = EXAMPLES["lender"]
    short = _sections(write(facts, language))["In short"]
    assert "The longest is 5 years after the customer or business relationship ended." in short
    assert "privacy@harbour.example" in short


def test_short_layer_names_no_longest_limit_where_all_end_with_an_event() -> None:
    text = write(replace(BIKES, purposes=(BIKES.purposes[2],)), "en")
    assert "The longest" not in text
    assert "Each purpose has its own time limit." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_security_is_left_out_where_there_is_nothing_to_tell(language: Language) -> None:
    title = words_of(language).line("title", "security")
    silent = replace(BIKES, security=())
    assert f"## 7. {title}\n" in write(BIKES, language)
    assert title not in write(silent, language)
    spoken = replace(silent, extras=(Extra(section="security", text="Spør oss gjerne."),))
    assert f"## 7. {title}\n" in write(spoken, language)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(facts=any_facts(), data=st.data())
def test_every_language_says_as_much_in_the_same_places(facts: NoticeFacts, data: st.DataObject) -> None:
    one, other = data.draw(st.permutations(LANGUAGES))[:2]
    shapes = [
        [(type(block).__name__, len(getattr(block, "lines", ()))) for block in _details(facts, language)]
        for language in (one, other)
    ]
    assert shapes[0] == shapes[1]


def _details(facts: NoticeFacts, language: Language) -> list[object]:
    """Return the blocks from the first numbered section on; the short layer depends on how many words are needed."""
    found = list(blocks(facts, language))
    first = f"1. {words_of(language).line('title', 'controller')}"
    return found[next(place for place, block in enumerate(found) if getattr(block, "text", "") == first) :]
