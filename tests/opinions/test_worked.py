"""Cases worked out by hand, from the rule alone: the software must come to the same, and so must the second opinion.

Each day is swept on the rows as the file has them, and, on one kind of database, on what the day before it left. A case
that the software does not agree with stays in its file as ``disputed``, and is expected to fail.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdord.errors import InputError, NeedsConfirmation
from tests.foreign.story import Story
from tests.opinions.interpreter import Judgement, Refusal, judge
from tests.opinions.worked import Day, Rows, Worked, differences, put, there, worlds

WORLDS = worlds()
SILENT = {"28-a-document-that-is-none", "41-a-check-of-the-database", "42-somebody-has-the-placeholder"}
"""What the second opinion says nothing of: values that are no JSON, checks, and what somebody has already (0013)."""


def on_postgres(kind: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.postgres] if kind == "postgresql" else []


def of_each(*, refused: bool = False, once: bool = False) -> pytest.MarkDecorator:
    """Give ``world`` and the URL of an empty database, for each world and the kinds of database (or one) it is for."""
    found = [
        pytest.param(world, kind, id=f"{world.name}-{kind}", marks=on_postgres(kind))
        for world in WORLDS
        if bool(world.refused) == refused
        for kind in world.stores[: 1 if once else None]
    ]
    return pytest.mark.parametrize(("world", "database_url"), found, indirect=["database_url"])


def of_each_dispute() -> pytest.MarkDecorator:
    """Give ``world``, ``day`` and the URL of an empty database, for each disputed day."""
    found = [
        pytest.param(
            world,
            day,
            kind,
            id=f"{world.name}-{day.on}-{kind}",
            marks=[pytest.mark.xfail(strict=True, reason=day.disputed), *on_postgres(kind)],
        )
        for world in WORLDS
        for day in world.days
        for kind in world.stores
        if day.disputed
    ]
    return pytest.mark.parametrize(("world", "day", "database_url"), found, indirect=["database_url"])


@pytest.fixture
def story(world: Worked, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """The world's company, with its rows in its own database."""
    monkeypatch.delenv("HOLDORD_STORE", raising=False)
    monkeypatch.delenv("HOLDORD_STATE", raising=False)
    opened = world.opened(database_url, tmp_path)
    put(opened, world)
    yield opened
    opened.close()


def swept(story: Story, day: Day, expected: Rows) -> None:
    """Sweep on a day; what is left is what was expected, and a second sweep has nothing to do."""
    try:
        kept = story.swept(day.on)
    except NeedsConfirmation:  # rows that no purpose ever claimed: somebody looked at them
        kept = story.swept(day.on, confirm=story.plan(day.on).digest)
    assert differences(expected, there(story)) == [], f"on {day.on}"
    assert kept.left.rows == 0, f"on {day.on}"
    assert kept.left.stopped == set(day.stops), f"on {day.on}"
    told = {finding.table for finding in kept.left.findings if finding.severity == "stop"}
    assert told == {*day.stops, *day.cannot}, f"on {day.on}"


@of_each()
def test_a_sweep_leaves_what_the_rule_leaves(world: Worked, story: Story) -> None:
    untouched = there(story)
    goes_on = story.engine.dialect.name == world.stores[0]
    for number, day in enumerate(world.agreed):
        expected = day.left(untouched)
        if number and goes_on:
            swept(story, day, expected)  # what the day before it left
        put(story, world)
        assert there(story) == untouched
        swept(story, day, expected)


@of_each_dispute()
def test_what_is_disputed(world: Worked, day: Day, story: Story) -> None:
    swept(story, day, day.left(there(story)))


@of_each(refused=True)
def test_what_may_not_be_carried_out_is_refused(world: Worked, story: Story) -> None:
    untouched = there(story)
    for day in world.days:
        with pytest.raises(InputError):
            story.swept(day.on)
        assert differences(day.left(untouched), there(story)) == []


def judged(story: Story, untouched: Rows, day: Day) -> Judgement:
    """Ask the second opinion about the rows as they stand in the file."""
    bound = story.company.bound
    rows = {table: [dict(row) for row in some.values()] for table, some in untouched.items()}
    for table in bound.datamap.tables.values():
        for column in table.columns.values():
            for row in rows[table.name] if column.inside else ():
                row[column.name] = json.loads(row[column.name] or "null")
    return judge(bound.policy, bound.datamap, bound.schema, rows, day.on)


@of_each(once=True)
def test_the_interpreter_comes_to_the_same(world: Worked, story: Story) -> None:
    if world.name in SILENT:
        pytest.skip("the second opinion says nothing of it")
    untouched = there(story)
    for day in world.agreed:
        try:
            judgement = judged(story, untouched, day)
        except Refusal as refusal:
            pytest.fail(f"on {day.on}: {refusal}")
        keys = {name: [part.name for part in table.primary_key] for name, table in story.tables.tables.items()}
        left = {
            table: {tuple(row[part] for part in keys[table]): row for row in rows}
            for table, rows in judgement.rows.items()
        }
        assert differences(day.left(untouched), left) == [], f"on {day.on}"
        assert set(judgement.stopped) == {*day.stops, *day.cannot}, f"on {day.on}"


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_a_case_gives_its_reasons(world: Worked) -> None:
    """Days stand in order, and each table that a day speaks of has a line that says why."""
    assert [day.on for day in world.days] == sorted(day.on for day in world.days)
    for day in world.days:
        reasons = " ".join(day.why) + " "
        assert {table for table in day.tables if not re.search(rf"\b{table}[ ,]", reasons)} == set()
