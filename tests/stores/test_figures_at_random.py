"""Figures of random rows: what each store tells is what counting by hand tells, and never of too few people."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.stores.test_contract import InMemory, making, schema_in, server

from holdord.policy.figure import period_of
from holdord.testing.contract import Make
from holdord.testing.contract.figures import Museum

__all__ = ["server"]

OSLO, UTC = ZoneInfo("Europe/Oslo"), ZoneInfo("UTC")
SEEDS = range(12)
PLACES = [None, "", "garden", "cellar", "attic"]


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    if request.param == "memory":
        yield InMemory
    elif request.param == "sqlite":
        yield from making(lambda: f"sqlite:///{tmp_path / 'random.db'}")
    else:
        there: str = request.getfixturevalue("server")
        yield from making(lambda: schema_in(there, "figures"))


def filled(make: Make, seed: int) -> tuple[Museum, list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a museum with visits around the turns of months, and parcels between few people."""
    chance, museum = random.Random(seed), Museum(make)
    begin = datetime(2025, 12, 28, tzinfo=UTC)
    visits = [
        {
            "id": number,
            "person": chance.choice([None, *range(1, chance.choice((5, 12)))]),
            "at": chance.choice([None, "", *[f"{begin + timedelta(minutes=chance.randrange(150_000)):%FT%TZ}"] * 30]),
            "place": chance.choice(PLACES[: chance.randint(2, 5)]),
            "spent": chance.choice([None, 0, -7, 1, 2, 3, chance.randrange(60)]),
        }
        for number in range(chance.randrange(150))
    ]
    parcels = [
        {
            "id": number,
            "sender": chance.choice([None, *range(1, chance.randint(3, 8))]),
            "receiver": chance.choice([None, *range(1, chance.randint(3, 30))]),
            "sent": date(2025 + chance.randrange(2), chance.randint(1, 12), 1),
            "weight": chance.randrange(9),
        }
        for number in range(chance.randrange(60))
    ]
    for table, rows in (("visit", visits), ("parcel", parcels)):
        if rows and isinstance(museum.trial, InMemory):
            museum.put(table, *rows)
        elif rows:
            with museum.trial.other.begin() as connection:
                connection.execute(sa.insert(museum.trial.tables.tables[table]), rows)
    return museum, visits, parcels


def by_hand(groups: dict[Any, list[tuple[tuple[Any, ...], int]]]) -> dict[Any, tuple[int, int | None]]:
    """Return (period, group) → rows and sum of what passes; the rest by (period, "rest")."""
    passed, rests = {}, defaultdict(list)
    for (period, group), members in groups.items():
        if enough(members):
            passed[period, group] = (len(members), total(members))
        else:
            rests[period] += members
    passed |= {(period, "rest"): (len(rest), total(rest)) for period, rest in rests.items() if enough(rest)}
    return passed


def enough(members: list[tuple[tuple[Any, ...], int]]) -> bool:
    routes = zip(*(people for people, _ in members), strict=True)
    return all(len({person for person in route if person is not None}) >= 3 for route in routes)


def total(members: list[tuple[tuple[Any, ...], int]]) -> int | None:
    for route in range(len(members[0][0])):
        each: dict[Any, int] = defaultdict(int)
        for people, value in members:
            if people[route] is not None:
                each[people[route]] += value
        shares = [abs(share) for share in each.values()]
        if 2 * max(shares) > sum(shares):
            return None
    return sum(value for _, value in members)


def told(museum: Museum, name: str, days: list[date]) -> dict[Any, tuple[int, int | None]]:
    (bound,) = (one for one in museum.bound.figures if one.figure.id == name)
    cells = museum.cells(name, [period_of(bound.figure.each, day) for day in days])
    found = {
        (cell.period, "rest" if cell.group is None else cell.group): (
            cell.rows,
            None if cell.sums[0] is None else int(cell.sums[0]),
        )
        for cell in cells
    }
    assert len(found) == len(cells)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_store_tells_what_counting_by_hand_tells(make: Make, seed: int) -> None:
    museum, visits, parcels = filled(make, seed)
    months = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 3, 1)]
    groups: dict[Any, list[tuple[tuple[Any, ...], int]]] = defaultdict(list)
    for row in visits:
        on = datetime.fromisoformat(row["at"]).astimezone(OSLO).date() if row["at"] else None
        if on and on.replace(day=1) in months:
            groups[f"{on:%Y-%m}", (row["place"],)].append(((row["person"],), row["spent"] or 0))
    assert told(museum, "visits", months) == by_hand(groups)
    groups = defaultdict(list)
    for row in parcels:
        groups[f"{row['sent'].year}", ()].append(((row["sender"], row["receiver"]), row["weight"]))
    assert told(museum, "parcels", [date(2025, 1, 1), date(2026, 1, 1)]) == {
        (period, () if group == "rest" else group): cell for (period, group), cell in by_hand(groups).items()
    }
