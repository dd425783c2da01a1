"""Times in many wordings, each alone in a small notice: what is done, and from when it counts."""

import tomllib
from pathlib import Path

import pytest

from holdord.notice.facts.phrases import words_of
from holdord.notice.model import Duration
from holdord.notice.read import read
from holdord.policy.terms import Language

Wording = tuple[Language, float, str, str, str, str]
"""Language, value, unit, action, trigger or "", and the sentence."""

WORDINGS = tomllib.loads((Path(__file__).parents[2] / "cases" / "read" / "times.toml").read_text(encoding="utf-8"))
HEADS: dict[Language, str] = {
    "nb": "# Personvernerklæring\n\n## Lagring",
    "nn": "# Personvernfråsegn\n\n## Lagring",
    "da": "# Privatlivspolitik\n\n## Opbevaring",
    "sv": "# Integritetspolicy\n\n## Lagring",
    "en": "# Privacy notice\n\n## Storage",
}


@pytest.mark.parametrize("wording", WORDINGS["read"], ids=lambda wording: wording[-1])
def test_a_time_is_read_with_what_is_done_and_from_when(wording: Wording) -> None:
    assert _is_read(wording)


@pytest.mark.parametrize("wording", WORDINGS["not_yet"], ids=lambda wording: wording[-1])
def test_a_time_marked_as_read_wrongly_still_is(wording: Wording) -> None:
    assert not _is_read(wording), "read rightly now, move it up"


def _is_read(wording: Wording) -> bool:
    language, value, unit, action, trigger, sentence = wording
    found = read(f"{HEADS[language]}\n\n{sentence}", language).durations
    return any((one.value, one.unit, one.action) == (value, unit, action) and _counts(one, trigger) for one in found)


def _counts(found: Duration, trigger: str) -> bool:
    """Tell whether all the words of the trigger are there."""
    words = [word for word, _, _ in words_of(found.trigger or "")]
    return bool(words) is bool(trigger) and {word for word, _, _ in words_of(trigger)} <= set(words)
