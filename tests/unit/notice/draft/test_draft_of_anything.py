"""Whatever a notice says: the draft is made or refused in words, is YAML, lacks nothing but answers, and then loads."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import SHARED
from tests.unit.notice.draft.invented import DA, EN, NB, TODAY, UNOFFERED, bound, drafted, loaded, questions, unwrapped

from holdord.document import read as read_yaml
from holdord.errors import NoticeError, PolicyError
from holdord.notice.draft.questions import offer, together
from holdord.notice.draft.questions import questions as listed
from holdord.notice.draft.reading import Drafted, draft
from holdord.notice.draft.usual import usual
from holdord.notice.draft.yaml import yaml
from holdord.notice.read import read
from holdord.notice.text import plain_of
from holdord.policy.load import load
from holdord.policy.terms import LANGUAGES
from holdord.stores.register.map import data_map

SENTENCES = [line for text in (NB, DA, EN) for line in text.splitlines() if line.strip()] + [
    "Vi lagrer loggen i 99999999999 år.",
    "We keep the data for 2.7 months after your last contact with us.",
    "We keep invoices for 0 days. We keep invoices for 400 years.",
    "Vi sletter opplysningene etter 30 dager eller 2 år.",
    "| Cookie | Lasts |",
    "| _ga | 2 years |",
    "Vi bruker Google Analytics og PHPSESSID som informasjonskapsler.",
    "Vi behandlar uppgifter om hälsa och facklig tillhörighet med stöd av artikel 9.2 a.",
    "Vårt dataskyddsombud når du på ombud@example.se.",
    "# ?",
    "?",
    "- ?",
    "###### 1.2.3 *Formål* `x`: y # z",
    "Formål: {a: b}, [c], \"d\", 'e', \\f, &g, *h, !i, %j, @k",
    "Formålet er å " + "måle " * 120 + ".",
    "Formålet er å lage per\u00adsonlige\u200b kart\x7f\x01 med\u2028 tegn.",
    "Opplysningene sendes til 株式会社 i Japan og til USA.",
]
SIGNS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.one_of(st.sampled_from(SENTENCES), SIGNS), min_size=1, max_size=25))
    return draw(st.sampled_from(("\n", "\n\n", "\n\n## 1. Formål\n", " "))).join(lines)


def checked(one: Drafted) -> None:
    """Check that a draft is read back, lacks nothing but answers, and loads and binds with the usual ones."""
    text = yaml(one.draft)
    assert read_yaml(text, "policy.yaml").value["purposes"].keys() == one.draft.policy["purposes"].keys()
    if questions(one.draft):
        with pytest.raises(PolicyError) as error:
            load(text)
        assert {problem.what for problem in error.value.problems} == {"This question is not answered yet."}
        assert len(error.value.problems) == len(questions(one.draft))
        assert all(problem.line and problem.column for problem in error.value.problems)
    bound(loaded(one))


@settings(max_examples=60, deadline=None)
@given(texts(), st.sampled_from(LANGUAGES))
def test_any_text_is_drafted_or_refused(text: str, language: str) -> None:
    try:
        reading = read(text, language)  # type: ignore[arg-type]
        one = draft([reading], data_map(), TODAY)
    except NoticeError:
        return
    checked(one)


@settings(max_examples=15, deadline=None)
@given(texts(), texts())
def test_any_second_notice_is_used_or_left_out(text: str, other: str) -> None:
    try:
        one = draft([read(text, "nb"), read(other, "en")], data_map(), TODAY)
    except NoticeError:
        return
    assert ("en" in one.places) != ("en" in one.unpaired)
    checked(one)


def test_a_question_can_be_answered_from_the_file_alone() -> None:
    for notice in (NB, DA, EN):
        one = drafted(notice).draft
        blocks = " ".join(unwrapped(yaml(one)))
        for question in questions(one).values():
            assert f"QUESTION: {question}" in blocks


def test_questions_are_listed_with_the_line_of_their_question_mark() -> None:
    one = drafted(NB).draft
    text = yaml(one)
    lines = text.splitlines()
    found = listed(one, text)
    assert len(found) == one.questions
    assert all('"?"' in lines[question.line - 1] for question in found)
    assert [question.line for question in found] == sorted(question.line for question in found)


def seeds() -> list[Path]:
    return sorted((SHARED / "seeds").glob("*.txt"))


@pytest.mark.skipif(not seeds(), reason="the shared notices are not beside this checkout")
@pytest.mark.parametrize("number", range(5))
def test_a_real_notice_is_drafted_with_few_questions_and_loads_once_they_are_answered(number: int) -> None:
    file = seeds()[number]
    one = draft([read(plain_of(file.read_bytes(), file.name))], data_map(), TODAY)
    checked(one)
    assert one.draft.questions <= 27  # what each recipient by name is, too
    assert len(one.draft.policy["purposes"]) >= 10
    unoffered = {str(path[-1]) for path, question in questions(one.draft).items() if not offer(question)}
    assert unoffered <= UNOFFERED.keys()


@pytest.mark.skipif(not seeds(), reason="the shared notices are not beside this checkout")
@pytest.mark.parametrize("number", range(5))
def test_a_real_notice_asks_few_different_questions_and_usual_leaves_what_is_its_own(number: int) -> None:
    file = seeds()[number]
    one = draft([read(plain_of(file.read_bytes(), file.name))], data_map(), TODAY)
    assert len(together(listed(one.draft, yaml(one.draft)))) <= 12
    assert not [name for name in one.draft.policy["purposes"] if name not in usual()]
    done = one.settled()
    checked(done)
    left = set(questions(done.draft))
    assert len(left) <= 5
    for path in left:
        assert path in (("controller", "name"), ("version",), ("cookies",), ("sensitive",)) or path[0] == "purposes"
    for path in left:
        assert path[0] != "purposes" or "The notice" in questions(done.draft)[path]


@pytest.mark.skipif(not seeds(), reason="the shared notices are not beside this checkout")
def test_a_real_notice_and_its_translation_are_drafted_as_one() -> None:
    readings = [read(plain_of(file.read_bytes(), file.name)) for file in seeds()[:2]]
    one = draft(readings, data_map(), TODAY)
    checked(one)
    assert set(one.places) == {"nb", "en"}
