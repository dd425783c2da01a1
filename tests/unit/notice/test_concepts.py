import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.notice.sense.concepts import concepts, mentions
from holdord.policy.terms import LANGUAGES


def told(text: str, language) -> set[str]:
    return {mention.what for mention in mentions(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("Kundelisten slettes hver vår.", "nb", "erase"),
        ("Medlemslista vert sletta kvar vår.", "nn", "erase"),
        ("Kundelisten slettes hvert forår.", "da", "erase"),
        ("Kundlistan raderas varje vår.", "sv", "erase"),
        ("The customer list is erased every spring.", "en", "erase"),
        ("Brevet går til en underdatabehandler.", "nb", "processor"),
        ("Brevet går til ein databehandlar.", "nn", "processor"),
        ("Brevet går til en underdatabehandler.", "da", "processor"),
        ("Brevet går till ett personuppgiftsbiträde.", "sv", "processor"),
        ("The letter goes to a sub-processor.", "en", "processor"),
        ("Dette bygger på en interesseavveining.", "nb", "legit_interest"),
        ("Dette byggjer på ei interesseavveging.", "nn", "legit_interest"),
        ("Dette bygger på en interesseafvejning.", "da", "legit_interest"),
        ("Detta bygger på en intresseavvägning.", "sv", "legit_interest"),
        ("This rests on a balancing test.", "en", "legit_interest"),
        ("Vi bruker Google Analytics.", "nb", "cookie_tool"),
        ("Ring Integritetsskyddsmyndigheten.", "sv", "authority"),
        ("Ask the Information Commissioner’s Office.", "en", "authority"),
    ],
)
def test_a_concept_is_found_in_each_language(text, language, concept):
    assert concept in told(text, language)


def test_a_concept_says_which_words_it_is():
    found = next(mention for mention in mentions("Vi tar vare på brevene.", "nb") if mention.what == "keep")
    assert (found.first, found.last) == (1, 3)


def test_a_gap_holds_at_most_three_words():
    assert "withdraw" in told("Du kan trekke ditt eget samtykke tilbake.", "nb")
    assert "withdraw" not in told("Du kan trekke en lang rød vogn og så gå tilbake.", "nb")


def test_an_address_is_one_word():
    assert "erase" not in told("Skriv til nei+slett@eksempel.no eller se https://eksempel.no/vi/slett", "nb")
    assert "erase" in told("Skriv til post@eksempel.no for å slette alt.", "nb")


def test_bokmaal_words_hold_in_nynorsk_notices():
    assert "personal_data" in told("personopplysninger og personopplysningar", "nn")


def test_a_stem_does_not_match_inside_a_word():
    assert "erase" not in told("utsletting", "nb")


def test_every_language_knows_the_same_concepts():
    def names(name):
        content = tomllib.loads((files("holdord.notice") / "lang" / f"kinds.{name}.toml").read_text(encoding="utf-8"))
        return set(content["concepts"])

    assert names("nb") == names("da") == names("sv") == names("en")
    assert names("nn") <= names("nb")


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_are_words_and_short_phrases_only(language):
    for name in ("common", language):
        content = tomllib.loads((files("holdord.notice") / "lang" / f"kinds.{name}.toml").read_text(encoding="utf-8"))
        for patterns in content["concepts"].values():
            assert all(len(pattern.replace("..", "").split()) <= 4 for pattern in patterns)


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_can_be_searched(text, language):
    for mention in mentions(text, language):
        assert 0 <= mention.first <= mention.last


def test_a_language_is_read_once():
    assert concepts("da") is concepts("da")
