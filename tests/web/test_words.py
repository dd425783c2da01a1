"""The words of the pages: complete and alike in all five languages, and every key that a page says is there."""

import re
from pathlib import Path

import pytest

from holdord.policy.terms import LANGUAGES
from tests.conftest import ROOT

WEB = ROOT / "src" / "holdord" / "web"
PARTS = sorted({file.name.split(".")[0] for file in (WEB / "words").glob("*.toml")})
_SLOT = re.compile(r"\{(\w+)\}")
_SAID = re.compile(r"""(?:\{% say |said\()["']([a-z_]+\.[a-z_0-9]+)["']""")


@pytest.mark.parametrize("part", PARTS)
def test_every_language_says_the_same_keys_with_the_same_slots(part: str) -> None:
    from holdord.web.say import words

    tables = {language: words(part, language) for language in LANGUAGES}
    for language, table in tables.items():
        assert set(table) == set(tables["en"]), language
        assert all(table.values())
        for key, text in table.items():
            assert set(_SLOT.findall(text)) == set(_SLOT.findall(tables["en"][key])), (language, key)


@pytest.mark.parametrize("part", PARTS)
def test_no_language_was_left_in_english(part: str) -> None:
    from holdord.web.say import words

    english = {key: text for key, text in words(part, "en").items() if len(text.split()) > 3}
    for language in ("nb", "nn", "da", "sv"):
        assert [key for key, text in english.items() if words(part, language)[key] == text] == []


def test_every_key_that_a_page_says_is_there() -> None:
    from holdord.web.say import words

    files: list[Path] = [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
    said = {key for file in files for key in _SAID.findall(file.read_text("utf-8"))} - {"office.due_in"}
    missing = [key for key in sorted(said) if key.split(".")[1] not in words(key.split(".")[0], "en")]
    assert missing == []
