"""The store in memory is one more opinion: it reads predicates without SQL, and must give what the others give."""

from typing import Any

import pytest

from holdord.plan.statements import Plan
from tests.opinions.adapter import MEMORY, opened, planned
from tests.opinions.properties import check_database
from tests.opinions.worlds import POSTGRESQL, SQLITE, make

WORLDS = 12
SIZE = 700
BATCH = 4


@pytest.mark.parametrize("batch", range(WORLDS // BATCH))
@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL])
def test_interpreter_and_memory_agree_repeat_and_compose(dialect: str, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        world = make(1000 + seed, dialect, size=SIZE, disputed=bool(seed % 2), looped=seed % 3 == 0)
        check_database(world, MEMORY)


@pytest.mark.parametrize("seed", range(2000, 2012))
def test_a_plan_of_memory_is_a_plan_of_sqlite_number_by_number(seed: int) -> None:
    world = make(seed, SQLITE, size=SIZE, disputed=bool(seed % 2), looped=seed % 3 == 0)
    for at in world.dates:
        made = []
        for url in (MEMORY, "sqlite"):
            with opened(world, url) as (store, _):
                made.append(planned(world, store, at))
        memory, sqlite = made
        assert _statements(memory) == _statements(sqlite)
        assert _findings(memory) == _findings(sqlite)
        assert memory.stopped == sqlite.stopped


def _statements(plan: Plan) -> list[dict[str, Any]]:
    """Return what is to be done with every count; tables that have nothing to do with each other come in any order."""
    said = [one.document() | {"number": 0} for one in plan.statements]
    return sorted(said, key=lambda one: (one["table"], one["action"], one["columns"]))


def _findings(plan: Plan) -> list[tuple[str, str]]:
    """Return the findings; a world's tables have no indexes, which only a database can tell."""
    return sorted((one.code, one.text) for one in plan.findings if one.code != "missing_index")
