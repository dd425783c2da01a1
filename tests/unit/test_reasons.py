"""Why something stands as it does, in five languages: each line is there, with the same facts."""

import ast
import re
from datetime import date

import pytest
from tests.conftest import ROOT

from holdord.policy.terms import LANGUAGES, Language
from holdord.run.reasons.reason import Reason, found, in_english, reason, told, words

_SLOT = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_there_with_the_same_facts(language: Language) -> None:
    here, english = words(language), words("en")
    assert set(here) == set(english)
    for code, line in here.items():
        assert set(_SLOT.findall(line)) == set(_SLOT.findall(english[code])), code
        assert line == line.strip()
    if language != "en":
        assert sum(here[code] != english[code] for code in here) > len(here) - 5


def test_every_code_that_the_program_uses_has_a_line_and_every_line_is_used() -> None:
    used: set[str] = set()
    for file in (ROOT / "src" / "holdord" / "run").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "reason":
                used |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)}
    ends = {one for one in used if one.startswith("_")}  # of codes that are put together
    lines = {code.removesuffix("_one") if code.removesuffix("_one") in used else code for code in words("en")}
    assert used - ends <= lines
    for code in lines - used - {"found"}:
        assert any(code.endswith(end) for end in ends) or code.startswith("waits_"), code


def test_one_row_is_said_as_one_and_days_as_the_language_writes_them() -> None:
    assert told(reason("unheld", count=1), "nb") == "1 rad har ingen grunn til å være der lenger."
    assert told(reason("unheld", count=2), "nb") == "2 rader har ingen grunn til å være der lenger."
    clean = reason("looked_clean", entry=7, day=date(2026, 11, 23))
    assert told(clean, "en") == "Entry 7 looked on 2026-11-23 and left nothing."
    assert "23/11" in told(clean, "nb", lambda day: f"{day:%d/%m}")


def test_what_the_planner_says_is_english_and_never_a_pattern() -> None:
    one = found("orders.{total}: 3 values {lie} ahead")
    assert one.is_english
    assert told(one, "sv") == "orders.{total}: 3 values {lie} ahead"
    assert in_english([one, reason("no_sweep")]).endswith("No sweep has looked yet: holdord keep.")
    assert not Reason("no_sweep").is_english
