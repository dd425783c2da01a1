"""Figures of random rows: what each store tells is what counting by hand tells, and never of too few people."""

import random
from collections import Counter, defaultdict
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


def filled(make: Make, seed: int) -> tuple[Museum, dict[str, list[dict[str, Any]]]]:
    """Return a museum with visits around the turns of months, parcels between few people, and letters of some more."""
    chance, museum = random.Random(seed), Museum(make)
    begin = datetime(2025, 12, 28, tzinfo=UTC)
    visits = [
        {
            "id": number,
            "person": chance.choice([None, 1, *range(1, chance.choice((2, 5, 12)))]),
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
    letters = [
        {"id": number, "writer": chance.choice([None, 30, *range(28, 34)]), "made": date(2024 + number % 6, 5, 17)}
        for number in range(chance.randrange(40))
    ]
    found = {"visit": visits, "parcel": parcels, "letter": letters}
    for table, rows in found.items():
        if rows and isinstance(museum.trial, InMemory):
            museum.put(table, *rows)
        elif rows:
            with museum.trial.other.begin() as connection:
                connection.execute(sa.insert(museum.trial.tables.tables[table]), rows)
    return museum, found


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


def whole(groups: dict[Any, list[tuple[tuple[Any, ...], int]]]) -> dict[Any, tuple[int, int | None]]:
    """Return the same where nothing is told apart: there is no rest beside the one group."""
    return {(period, ()): cell for (period, _), cell in by_hand(groups).items()}


def enough(members: list[tuple[tuple[Any, ...], int]]) -> bool:
    for route in zip(*(people for people, _ in members), strict=True):
        each = Counter(person for person in route if person is not None)
        if len(each) < 3 or max(each.values()) > each.total() - max(each.values()):
            return False
    return True


def total(members: list[tuple[tuple[Any, ...], int]]) -> int | None:
    for route in range(len(members[0][0])):
        each: dict[Any, int] = defaultdict(int)
        for people, value in members:
            if people[route] is not None:
                each[people[route]] += value
        *others, second, first = sorted(abs(share) for share in each.values())
        if first > second + sum(others) or first + second > 3 * sum(others):
            return None
    return sum(value for _, value in members)


def told(museum: Museum, name: str, days: list[date]) -> dict[Any, tuple[int, int | None]]:
    (bound,) = (one for one in museum.bound.figures if one.figure.id == name)
    cells = museum.cells(name, [period_of(bound.figure.each, day) for day in days])
    found = {
        (cell.period, "rest" if cell.group is None else cell.group): (
            cell.rows,
            0 if not cell.sums else None if cell.sums[0] is None else int(cell.sums[0]),
        )
        for cell in cells
    }
    assert len(found) == len(cells)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_store_tells_what_counting_by_hand_tells(make: Make, seed: int) -> None:
    museum, rows = filled(make, seed)
    months = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 3, 1)]
    groups: dict[Any, list[tuple[tuple[Any, ...], int]]] = defaultdict(list)
    for row in rows["visit"]:
        on = datetime.fromisoformat(row["at"]).astimezone(OSLO).date() if row["at"] else None
        if on and on.replace(day=1) in months:
            groups[f"{on:%Y-%m}", (row["place"],)].append(((row["person"],), row["spent"] or 0))
    assert told(museum, "visits", months) == by_hand(groups)
    groups = defaultdict(list)
    for row in rows["parcel"]:
        groups[f"{row['sent'].year}", ()].append(((row["sender"], row["receiver"]), row["weight"]))
    assert told(museum, "parcels", [date(2025, 1, 1), date(2026, 1, 1)]) == whole(groups)
    groups = defaultdict(list)
    for row in rows["letter"]:
        is_there = row["writer"] is not None and row["writer"] <= 30
        groups[f"{row['made'].year}", ()].append(((row["writer"] if is_there else None,), 0))
    assert told(museum, "letters", [date(year, 1, 1) for year in range(2024, 2030)]) == whole(groups)
