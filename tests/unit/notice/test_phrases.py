"""The finder of phrases, by itself and with every table that comes with the package."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.notice.compare.terms import words_of as compare_words
from holdord.notice.facts.found import phrases
from holdord.notice.facts.phrases import Hit, Phrases, table, words_of
from holdord.notice.sense.concepts import mentions
from holdord.policy.terms import LANGUAGES

TABLES = [f"facts.{name}.toml" for name in (*LANGUAGES, "names")]
FILLED = st.lists(st.sampled_from(["og", "vi", "data", "3", "Ærlig", "-", "…", "x_y", "İ", "\n"]), max_size=6).map(
    " ".join
)


def find(phrase: str, text: str) -> list[str]:
    finder = Phrases([{"what": {"value": [phrase]}}])
    return [text[hit.start : hit.end] for hit in finder.find(words_of(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("slett*", "Vi sletter, og det er SLETTET.", ["sletter", "SLETTET"]),
        ("slett*", "utslett", []),
        ("*leverandør", "En underleverandør og leverandøren.", ["underleverandør"]),
        ("*cookie*", "Tredjepartscookies", ["Tredjepartscookies"]),
        ("lagre/lagres", "Lagre, lagres, lagret", ["Lagre", "lagres"]),
        ("# dager", "30 dager, tretti dager", ["30 dager"]),
        ("tar vare på", "Vi tar vare, og tar vare på alt", ["tar vare på"]),
        ("samle .. inn", "samle a b c inn", ["samle a b c inn"]),
        ("samle .. inn", "samle a b c d inn", []),
        ("rett* ~ *opplysning*", "rettet a b c d e personopplysninger", ["rettet a b c d e personopplysninger"]),
        ("rett* ~ *opplysning*", "rettet a b c d e f personopplysninger", []),
        ("a .. b c", "a b x b c", ["a b x b c"]),
        ("a .. b", "a b b", ["a b"]),
        ("a/b* c/d", "b d, bb c", ["b d", "bb c"]),
    ],
)
def test_a_phrase_is_found_where_it_stands(phrase: str, text: str, found: list[str]) -> None:
    assert find(phrase, text) == found


@pytest.mark.parametrize("phrase", ["", "~ vare", ".. vare", "tar ..", "tar ~", "*", "a/ b", "a **"])
def test_a_phrase_that_could_match_anything_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="phrase"):
        Phrases([{"what": {"value": [phrase]}}])


def test_what_stands_in_two_tables_is_found_once() -> None:
    one = {"right": {"access": ["innsyn"]}}
    assert Phrases([one, one]).find(words_of("innsyn")) == [Hit("right", "access", 0, 6)]


def spelt(draw: st.DrawFn, word: str) -> str:
    """Return a word as a text may have it, for one of a phrase."""
    if word in ("..", "~"):
        return " ".join(["mellom"] * draw(st.integers(0, 3)))
    one = draw(st.sampled_from(word.split("/")))
    if one == "#":
        return "42"
    start = draw(st.sampled_from(["", "for"])) if one.startswith("*") else ""
    end = draw(st.sampled_from(["", "ene"])) if one.endswith("*") else ""
    return draw(st.sampled_from([str.lower, str.upper, str.capitalize]))(start + one.strip("*") + end)


def all_phrases() -> Iterator[tuple[str, str, str, str]]:
    """Give table, what, value and phrase of all facts."""
    for name in TABLES:
        for what, values in table(name).items():
            for value, several in values.items():
                for phrase in several:
                    yield name, what, value, phrase


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str, str, str, int, int]:
    """Return a table, a label, a text that holds one of its phrases, and where."""
    name, what, value, phrase = draw(st.sampled_from(list(all_phrases())))
    said = " ".join(part for word in phrase.split() if (part := spelt(draw, word)))
    before, after = draw(FILLED), draw(FILLED)
    start = len(before) + 1
    return name, what, value, f"{before} {said} {after}", start, start + len(said)


@given(planted())
def test_every_phrase_of_the_tables_is_found_in_any_text(case: tuple[str, str, str, str, int, int]) -> None:
    name, what, value, text, start, end = case
    language: Any = "nb" if "names" in name else name.split(".")[1]
    hits = phrases(language).find(words_of(text))
    assert any((hit.what, hit.value, hit.start) == (what, value, start) and hit.end <= end for hit in hits)


@given(st.text(max_size=120) | FILLED, st.sampled_from(LANGUAGES))
def test_places_are_those_of_whole_words(text: str, language: Any) -> None:
    words = words_of(text)
    starts, ends = {start for _, start, _ in words}, {end for _, _, end in words}
    for hit in phrases(language).find(words):
        assert hit.start < hit.end
        assert hit.start in starts
        assert hit.end in ends
    for word, start, end in (*words, *compare_words(text)):
        assert len(word) == end - start


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_what_was_found_before_changes_nothing(text: str, language: Any) -> None:
    assert mentions(text, language) == mentions(text, language)
    fresh = Phrases([table(f"facts.{language}.toml")])
    assert fresh.find(words_of(text)) == fresh.find(words_of(text))
