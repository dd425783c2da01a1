"""Days and rows are one rule: what is said to be held until a day is held on that day, and on the next one no more."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from holdord.plan.bind import Bound
from holdord.plan.excerpt import Excerpt, excerpt
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import Key
from holdord.plan.until import Lasting, Until
from tests.opinions.adapter import MEMORY, opened
from tests.opinions.worlds import POSTGRESQL, SQLITE, World, make

DAYS = 6
"""Days that a world is asked about, of those on which something in it ends."""
MOST = date(8000, 1, 1)


def ends(until: Until, table: str) -> Iterator[tuple[Key, str, list[Lasting]]]:
    for row in until.rows.rows[table]:
        for column in until.bound.columns[table]:
            yield until.rows.key(table, row), column.name, until.column(table, row, column)


def is_held(lasting: list[Lasting], at: date) -> bool:
    return any(one.last is None or one.last >= at for one in lasting)


def agree(world: World, seed: int) -> int:
    """Compare with the predicates on days around those on which something ends; return how many answers."""
    asked = 0
    with opened(world, MEMORY) as (store, rows), store.reading() as snapshot:
        bound = Bound(policy=world.policy, datamap=world.datamap, schema=store.schema)
        until = Until(Grounds(bound, world.dates[0]), Excerpt(bound, rows()))
        said = {table: list(ends(until, table)) for table in bound.datamap.tables}
        lasts = {one.last for found in said.values() for _, _, each in found for one in each if one.last}
        days = sorted(day for day in lasts if day < MOST)
        chosen = random.Random(seed).sample(days, min(DAYS, len(days)))
        for at in {*world.dates, *chosen, *(day + timedelta(days=1) for day in chosen)}:
            grounds = Grounds(bound, at)
            held_rows = {table: set(snapshot.keys(table, grounds.legal_hold(table))) for table in said}
            for table, found in said.items():
                for column in bound.columns[table]:
                    needing = grounds.needing(table, column)
                    held = set(snapshot.keys(table, grounds.held(table, needing)))
                    mine = {
                        key
                        for key, name, lasting in found
                        if name == column.name and (is_held(lasting, at) or key in held_rows[table])
                    }
                    assert mine == held, f"{world!r} at {at}: {table}.{column.name}"
                    asked += len(found)
    return asked


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL])
@pytest.mark.parametrize("seed", range(3000, 3012))
def test_what_is_held_until_a_day_is_held_on_it_and_not_on_the_next(seed: int, dialect: str) -> None:
    world = make(seed, dialect, size=250, disputed=False, looped=seed % 3 == 0, inside=False)
    assert agree(world, seed)


@pytest.mark.parametrize("seed", range(3100, 3106))
def test_legal_holds_are_those_of_the_rule(seed: int) -> None:
    world = make(seed, SQLITE, size=250, disputed=False, looped=seed % 3 == 0, inside=False)
    with opened(world, MEMORY) as (store, rows), store.reading() as snapshot:
        bound = Bound(policy=world.policy, datamap=world.datamap, schema=store.schema)
        for at in world.dates:
            grounds = Grounds(bound, at)
            until = Until(grounds, Excerpt(bound, rows()))
            for table, found in until.rows.rows.items():
                mine = {until.rows.key(table, row) for row in found if until.holds(table, row)}
                assert mine == set(snapshot.keys(table, grounds.legal_hold(table))), f"{world!r} at {at}: {table}"


@pytest.mark.parametrize("seed", range(3200, 3216))
def test_what_is_read_around_a_person_says_what_all_rows_say(seed: int) -> None:
    """Of rows that are one person's alone; what is shared may be held by rows that lead to others alone."""
    world = make(seed, SQLITE, size=250, disputed=False, looped=seed % 3 == 0, inside=False)
    asked = 0
    with opened(world, MEMORY) as (store, rows), store.reading() as snapshot:
        bound = Bound(policy=world.policy, datamap=world.datamap, schema=store.schema)
        everything = Excerpt(bound, rows())
        whole = Until(Grounds(bound, world.dates[0]), everything)
        places = [one for one in bound.datamap.tables.values() if one.is_record and everything.rows[one.name]]
        for place in places:
            person = everything.key(place.name, random.Random(seed).choice(everything.rows[place.name]))
            around = excerpt(bound, snapshot, place.record_class, [person])
            until = Until(Grounds(bound, world.dates[0]), around)
            for table, found in around.rows.items():
                for row in found:
                    if around.people(place.record_class, table, row) != {person}:
                        continue
                    for column in bound.columns[table]:
                        mine = until.column(table, row, column)
                        assert _days(mine) == _days(whole.column(table, row, column)), f"{world!r}: {table} of {person}"
                        asked += 1
    assert asked


def _days(lasting: list[Lasting]) -> set[tuple[str, date | None]]:
    return {(one.purpose.id, one.last) for one in lasting}
