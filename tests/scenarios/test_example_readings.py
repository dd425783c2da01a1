"""The examples' notices are read as a person reads them, and so are the writer's own patterns in all five languages."""

from pathlib import Path

import pytest

from holdord.notice.model import Reading
from holdord.notice.read import read
from tests.scenarios.readings import NOTICES, ROOT, f1, facts_of, of_pattern, placed, promises, stored, times_of

KINDS_AT_LEAST = {
    "clemco-norge.nb": 0.96,
    "clemco-norge.en": 0.96,
    "clienti.da": 0.94,
    "clienti.en": 0.94,
    "se-gruppen.nb": 0.96,
    "shop.nb": 0.97,
    "west-elektro.nb": 0.97,
}
"""Micro-F1 of the kinds; what is missed is in the companies' own words."""
FACTS_AT_LEAST = 0.9
WRITTEN = sorted((ROOT / "tests" / "cases" / "write").glob("*.md")) + list(NOTICES.values())


@pytest.fixture(params=list(NOTICES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reading(name: str) -> Reading:
    return read(NOTICES[name].read_text(encoding="utf-8"))


def test_a_person_has_read_every_sentence(name: str, reading: Reading) -> None:
    sentences, _ = stored(name)
    assert [(one["line"], one["says"]) for one in sentences] == [
        (one.line, one.segment.text) for one in placed(reading)
    ], "the notice was written anew: python -m tests.scenarios.readings"
    assert [one["says"] for one in sentences if "unread" in one] == []


def test_who_when_and_what_the_law_asks_for(name: str, reading: Reading) -> None:
    _, whole = stored(name)
    assert (reading.language, reading.controller, reading.version_date, reading.art13) == (
        whole["language"],
        whole["controller"],
        whole["version_date"],
        whole["art13"],
    )


def test_every_time_with_what_is_done_and_what_it_counts_from(name: str, reading: Reading) -> None:
    _, whole = stored(name)
    assert [without_data(one) for one in times_of(reading)] == [without_data(one) for one in whole["durations"]]


def without_data(time: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in time.items() if key != "data"}


def test_kinds(name: str, reading: Reading) -> None:
    sentences, _ = stored(name)
    said = [promises(one.kinds) for one in placed(reading)]
    assert f1(said, [promises(one["kinds"]) for one in sentences]) >= KINDS_AT_LEAST[name]


def test_facts(name: str, reading: Reading) -> None:
    sentences, _ = stored(name)
    said = [frozenset(f"{what}={value}" for what, value in facts_of(reading, one.number)) for one in placed(reading)]
    true = [frozenset(f"{what}={value}" for what, value in one["facts"]) for one in sentences]
    assert f1(said, true) >= FACTS_AT_LEAST


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_pattern_is_misread(path: Path) -> None:
    """Where a pattern holds words of the controller's, these may say more; what the pattern says is always read."""
    misread = []
    for one in placed(read(path.read_text(encoding="utf-8"))):
        kinds = of_pattern(one)
        if kinds is None or (one.fixed and promises(one.kinds) == promises(kinds)):
            continue
        if one.fixed or not promises(kinds) <= one.kinds:
            misread.append((one.line, one.pattern, sorted(kinds), sorted(one.kinds), one.segment.text))
    assert misread == []
