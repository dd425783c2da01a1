"""Dates that a rehearsal passes by: it finds what asking at every date would find, with fewer plans."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.policy.model import Finding, Hold
from holdord.run import rehearse as module
from holdord.run.foreseen import Span

FIRST = date(2026, 6, 1)
DAYS = 200


@dataclass
class World:
    """Rows that are due from a day on, some held by a legal hold, some stopped once they are due."""

    rows: dict[int, tuple[int, bool, bool]]
    holds: tuple[Hold, ...]
    asked: list[date] = field(default_factory=list)

    def due(self, at: date, held: bool) -> list[int]:
        return [
            number
            for number, (due, is_held, stops) in self.rows.items()
            if FIRST + timedelta(due) <= at and not (held and is_held) and not stops
        ]

    def make(self, bound: Any, reader: Any, at: date) -> Any:
        self.asked.append(at)
        gone = self.due(at, any(hold.active(at) for hold in self.holds))
        stopped = [n for n, (due, _, stops) in self.rows.items() if stops and FIRST + timedelta(due) <= at]
        return SimpleNamespace(
            at=at,
            statements=[Statement(number=number) for number in gone],
            findings=[Finding(code="trigger", severity="stop", text=str(number)) for number in stopped],
        )

    def carry_out(self, copy: Any, plan: Any) -> dict[int, int]:
        return {one.number: int(self.rows.pop(one.number) is not None) for one in plan.statements}


@dataclass(frozen=True)
class Statement:
    number: int
    promise: str = ""
    promises: tuple[str, ...] = ()
    store: str = ""
    table: str = ""
    action: str = "erase"
    columns: tuple[Any, ...] = ()


@contextmanager
def no_copy(*_: Any) -> Any:
    yield SimpleNamespace(reading=lambda: no_copy())


def rehearsed(world: World, by: Span, monkeypatch: pytest.MonkeyPatch) -> list[tuple[date, int, tuple[str, ...]]]:
    policy = SimpleNamespace(
        holds=world.holds, controller=SimpleNamespace(name=""), digest="", draft=False, promises={}
    )
    company: Any = SimpleNamespace(
        policy=policy, bound=SimpleNamespace(children={}, datamap=SimpleNamespace(tables={})), store=None
    )
    for name, value in (("make", world.make), ("carry_out", world.carry_out), ("copy_of", no_copy)):
        monkeypatch.setattr(module, name, value)
    found = module.rehearse(company, FIRST, FIRST + timedelta(DAYS), by)
    return [(one.at, one.rows, tuple(f.text for f in one.findings)) for one in found.dates if one.done or one.findings]


def naive(world: World, by: Span) -> list[tuple[date, int, tuple[str, ...]]]:
    """The same, asked at every date."""
    rows, told, stopped = dict(world.rows), [], set[str]()
    for at in module.dates(FIRST, FIRST + timedelta(DAYS), by, world.holds):
        plan = World(rows, world.holds).make(None, None, at)
        for one in plan.statements:
            del rows[one.number]
        new = tuple(finding.text for finding in plan.findings if finding.text not in stopped)
        stopped.update(new)
        if plan.statements or new:
            told.append((at, len(plan.statements), new))
    return told


def hold(first: int, days: int | None) -> Hold:
    since = FIRST + timedelta(first)
    until = None if days is None else since + timedelta(days)
    return Hold(id="H", reason="", owner="", records=(), since=since, until=until, review=FIRST)


Row = st.tuples(st.integers(-20, DAYS + 20), st.booleans(), st.integers(0, 5).map(lambda one: one == 0))
Holds = st.lists(st.builds(hold, st.integers(-20, DAYS + 20), st.none() | st.integers(0, 90)), max_size=3).map(tuple)
SPANS: list[Span] = ["day", "week", "month"]


@given(st.dictionaries(st.integers(0, 30), Row, max_size=12), Holds, st.sampled_from(SPANS))
@settings(max_examples=300, deadline=None)
def test_what_is_passed_by_is_nothing(
    rows: dict[int, tuple[int, bool, bool]], holds: tuple[Hold, ...], by: Span
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert rehearsed(World(dict(rows), holds), by, patch) == naive(World(dict(rows), holds), by)


@given(st.dictionaries(st.integers(0, 30), Row, max_size=12), Holds)
@settings(max_examples=100, deadline=None)
def test_dates_on_the_way_leave_what_every_day_would_leave(
    rows: dict[int, tuple[int, bool, bool]], holds: tuple[Hold, ...]
) -> None:
    left = []
    for by in SPANS:
        world = World(dict(rows), holds)
        with pytest.MonkeyPatch.context() as patch:
            rehearsed(world, by, patch)
        left.append(world.rows)
    assert left[0] == left[1] == left[2]


def test_a_quiet_year_takes_few_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World({1: (70, False, False)}, ())
    assert rehearsed(world, "day", monkeypatch) == [(FIRST + timedelta(70), 1, ())]
    assert len(world.asked) < 26
    busy = World({number: (number, False, False) for number in range(DAYS)}, ())
    assert len(rehearsed(busy, "day", monkeypatch)) == DAYS
    assert len(busy.asked) == DAYS + 1
