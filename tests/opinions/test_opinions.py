"""Two opinions on random worlds: the interpreter's and the databases' must be one.

``WORLDS`` worlds are made for each database. The number of rows is printed (``pytest -s``); together they are more
than 100,000. A longer run is :func:`tests.opinions.count.run`.
"""

from collections import Counter

import pytest

from tests.opinions import adapter
from tests.opinions.interpreter import BRANCHES
from tests.opinions.properties import check_alone, check_database
from tests.opinions.worlds import POSTGRESQL, SQLITE, make

WORLDS = 120
SIZE = 450
BATCH = 10

seen: Counter[str] = Counter()
needs_planner = pytest.mark.skipif(not adapter.available(), reason="there is no planner to ask yet")
batches = pytest.mark.parametrize("batch", range(WORLDS // BATCH))


def seeds(batch: int) -> range:
    return range(batch * BATCH, (batch + 1) * BATCH)


@batches
@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL])
def test_rule_alone_repeats_composes_and_never_takes_back_what_is_due(batch: int, dialect: str) -> None:
    for seed in seeds(batch):
        world = make(seed, dialect, size=SIZE)
        seen.update(check_alone(world))
        seen["rows"] += world.size


@needs_planner
@batches
def test_interpreter_and_sqlite_agree(batch: int) -> None:
    for seed in seeds(batch):
        check_database(make(seed, SQLITE, size=SIZE), "sqlite")


@needs_planner
@pytest.mark.postgres
@batches
def test_interpreter_and_postgresql_agree(batch: int, postgres_url: str) -> None:
    for seed in seeds(batch):
        check_database(make(seed, POSTGRESQL, size=SIZE), postgres_url)


@batches
def test_disputed_worlds_follow_the_rule_alone(batch: int) -> None:
    for seed in seeds(batch)[:3]:
        check_alone(make(seed, SQLITE, size=SIZE, disputed=True))


def test_every_branch_of_the_rule_is_hit() -> None:
    if not seen["rows"]:
        pytest.skip("run together with the worlds that are counted")
    print(f"\n{seen['rows']} rows; " + ", ".join(f"{name} {seen[name]}" for name in BRANCHES))
    assert [name for name in BRANCHES if not seen[name]] == []
    assert seen["rows"] >= 100_000
