"""Two opinions on random worlds: the interpreter's and the databases' must be one.

``WORLDS`` worlds are made for each database, enough of them that every branch of the rule is hit. The number of rows is
printed (``pytest -s``); together they are more than ``ROWS``. A longer run is :func:`tests.opinions.count.run`.
"""

from collections import Counter

import pytest

from tests.opinions import adapter
from tests.opinions.interpreter import BRANCHES
from tests.opinions.properties import check_alone, check_database
from tests.opinions.worlds import POSTGRESQL, SQLITE, make

WORLDS = 15
SIZE = 1850
BATCH = 3
ROWS = 50_000

seen: Counter[str] = Counter()
batches = pytest.mark.parametrize("batch", range(WORLDS // BATCH))


def agree(batch: int, dialect: str, url: str) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        world = make(seed, dialect, size=SIZE, disputed=bool(seed % 2), looped=seed % 3 == 0, inside=seed % 4 == 1)
        seen.update(check_alone(world))
        seen["rows"] += world.size
        if url:
            check_database(world, url)


@batches
def test_interpreter_and_sqlite_agree_repeat_and_compose(batch: int) -> None:
    agree(batch, SQLITE, "sqlite" if adapter.available() else "")


@pytest.mark.postgres
@batches
def test_interpreter_and_postgresql_agree_repeat_and_compose(batch: int, postgres_url: str) -> None:
    agree(batch, POSTGRESQL, postgres_url if adapter.available() else "")


@pytest.mark.parametrize("seed", range(20))
def test_rule_alone_repeats_and_composes_where_a_tables_shape_stops_it(seed: int) -> None:
    check_alone(make(seed, SQLITE, size=450, disputed=True))


def test_every_branch_of_the_rule_is_hit() -> None:
    if seen["rows"] < ROWS:
        pytest.skip("run together with the worlds that are counted")
    print(f"\n{seen['rows']} rows; " + ", ".join(f"{name} {seen[name]}" for name in BRANCHES))
    assert [name for name in BRANCHES if not seen[name]] == []
