"""What people ended, in sweeps, in requests and in the days that are told: one rule, read twice (decision 0024)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from holdord.policy.model import Over, Record
from holdord.run.execute import carry_out
from tests.opinions import test_until
from tests.opinions.adapter import MEMORY, opened, planned
from tests.opinions.asking import Request, asked
from tests.opinions.interpreter import judge
from tests.opinions.test_asking import check, classes_of_people, some_keys, theirs
from tests.opinions.worlds import POSTGRESQL, SQLITE, World, make

SIZE = 150
PARTS = (9014, 9603)
"""Worlds in which somebody has ended a purpose on what is part of another one's record, by many ways."""
seen: Counter[str] = Counter()


def overs(world: World, random: Random) -> Iterator[Over]:
    """Yield what some people ended: some purposes altogether, others on some rows, whoever's these are."""
    for _ in range(2):
        record_class = random.choice(classes_of_people(world))
        for key in some_keys(world, record_class, random):
            person = Record(record_class=record_class, key=tuple(key))
            for name in world.policy.purposes:
                if random.random() < 0.5:
                    yield Over(
                        purpose=name, person=person, rows=_rows(world, random) if random.random() < 0.6 else None
                    )


def _rows(world: World, random: Random) -> dict[str, tuple[Any, ...]]:
    keys = {
        name: tuple(tuple(row[part] for part in world.schema[name].key) for row in world.rows[name])
        for name in world.datamap.tables
    }
    return {name: tuple(one for one in each if random.random() < 0.7) for name, each in keys.items()}


def ended(seed: int, dialect: str) -> World:
    """Return a world in which people have ended something."""
    world = make(seed, dialect, size=SIZE, disputed=bool(seed % 2), looped=seed % 3 == 0, inside=False)
    if not classes_of_people(world):
        return world
    return replace(world, over=tuple(overs(world, Random(f"ended/{seed}"))))


def agree(seed: int, dialect: str, url: str) -> None:
    world = ended(seed, dialect)
    for at in world.dates[:2]:
        alone = judge(world.policy, world.datamap, world.schema, world.rows, at)
        before = replace(world, over=())
        with opened(world, url) as (store, rows):
            carry_out(store, planned(world, store, at))
            check(world, f"{world!r} at {at}: {world.over}", alone.rows, rows())
            assert not planned(world, store, at).rows, "the second sweep changes nothing"
        seen["sweeps"] += 1
        seen["changed"] += judge(before.policy, world.datamap, world.schema, world.rows, at).rows != alone.rows
    ask(world, seed, url)


def ask(world: World, seed: int, url: str) -> None:
    """Somebody asks while others have ended something, and those who ask as well."""
    random = Random(f"ended and asked/{seed}")
    for record_class in classes_of_people(world)[:2]:
        ended_some = sorted({one.person.key for one in world.over if one.person.record_class == record_class}, key=str)
        keys = tuple(ended_some) or some_keys(world, record_class, random)
        names = frozenset(name for name in world.policy.purposes if random.random() < 0.3)
        request = Request(record_class=record_class, keys=keys, ended=names)
        at = random.choice(world.dates)
        _, judgement = asked(world, at, request)
        with opened(world, url) as (store, rows):
            carry_out(store, theirs(world, store, at, request))
            check(world, f"{world!r} at {at}: {request}, {world.over}", judgement.rows, rows())
        _, without = asked(replace(world, over=()), at, request)
        seen["asked"] += 1
        seen["asked_changed"] += without.rows != judgement.rows


@pytest.mark.parametrize("seed", [*range(7000, 7014), *PARTS])
def test_interpreter_and_memory_agree_on_what_people_ended(seed: int) -> None:
    agree(seed, (SQLITE, POSTGRESQL)[seed // 2 % 2], MEMORY)


@pytest.mark.parametrize("seed", range(7100, 7104))
def test_interpreter_and_sqlite_agree_on_what_people_ended(seed: int) -> None:
    agree(seed, SQLITE, "sqlite")


@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(7200, 7202))
def test_interpreter_and_postgresql_agree_on_what_people_ended(seed: int, postgres_url: str) -> None:
    agree(seed, POSTGRESQL, postgres_url)


@pytest.mark.parametrize("seed", range(7300, 7304))
def test_days_that_are_told_are_those_of_the_rule_where_something_was_ended(seed: int) -> None:
    seen["days"] += test_until.agree(ended(seed, SQLITE), seed)


def test_what_people_ended_was_asked_about() -> None:
    if seen["sweeps"] < 30:
        pytest.skip("run together with the worlds that are counted")
    print(f"\n{dict(seen)}")
    assert min(seen["changed"], seen["asked_changed"], seen["days"]) > 3
