"""What must hold of every world, for the interpreter alone and for interpreter and database together."""

from collections import Counter
from datetime import date
from functools import lru_cache
from typing import Any

from tests.opinions.adapter import Planned, Swept, sweep, sweeps
from tests.opinions.interpreter import Judgement, Row, judge
from tests.opinions.worlds import World

Rows = dict[str, list[Row]]


class Disagreement(AssertionError):
    """A property does not hold in a world."""


def judged(world: World, at: date, rows: Rows) -> Judgement:
    """Return the interpreter's judgement of other rows in the world."""
    return judge(world.policy, world.datamap, world.schema, rows, at)


@lru_cache(maxsize=4)
def opinion(world: World, at: date) -> Judgement:
    """Return the interpreter's judgement of the world as it was made."""
    return judged(world, at, world.rows)


def check_alone(world: World) -> Counter[str]:
    """Check the rule itself: repeats change nothing, sweeps compose, what is due stays due. Return the branches.

    Raises:
        Disagreement: Naming the world and the first differences.
    """
    first, second = world.dates
    early, late = opinion(world, first), opinion(world, second)
    again = judged(world, first, early.rows)
    if again.erased or again.stripped:
        raise Disagreement(f"{world!r}: a second sweep at {first} finds more: {_short(again)}")
    both = judged(world, second, early.rows)
    _compare(world, f"sweeps at {first} and {second} against one at {second}", late.rows, both.rows)
    for table, keys in early.erased.items():
        if not keys <= late.erased.get(table, set()):
            raise Disagreement(f"{world!r}: rows of {table} are due at {first} and not at {second}")
    for (table, column), keys in early.stripped.items():
        if not keys <= late.stripped.get((table, column), set()) | late.erased.get(table, set()):
            raise Disagreement(f"{world!r}: {table}.{column} is due at {first} and not at {second}")
    return early.branches + late.branches + again.branches + both.branches


def check_database(world: World, url: str) -> Counter[str]:
    """Check that database and interpreter agree, and that the database's sweeps repeat and compose.

    Returns:
        The branches of the interpreter's two judgements.

    Raises:
        Disagreement: Naming the world and the first differences.
    """
    first, second = world.dates
    early, late = opinion(world, first), opinion(world, second)
    swept, again, both = sweeps(world, url, [first, first, second])
    alone = sweep(world, url, second)
    for at, judgement, found in ((first, early, swept), (second, late, alone)):
        _compare(world, f"interpreter against database at {at}", judgement.rows, found.rows)
        _compare_stops(world, at, judgement, found)
        for difference in _miscounted(judgement, found.plan):
            raise Disagreement(f"{world!r} at {at}: {difference}")
    if any(planned.rows for planned in again.plan):
        raise Disagreement(f"{world!r}: a second sweep at {first} plans {again.plan}")
    _compare(world, f"a second sweep at {first}", swept.rows, again.rows)
    _compare(world, f"sweeps at {first} and {second} against one at {second}", alone.rows, both.rows)
    return early.branches + late.branches


def _compare_stops(world: World, at: date, judgement: Judgement, found: Swept) -> None:
    """Compare which tables are stopped; a table may be stopped for several reasons, of which one is enough."""
    if judgement.stopped.keys() != found.stopped.keys():
        raise Disagreement(
            f"{world!r} at {at}: the interpreter stops {_sorted(judgement.stopped)}, "
            f"the planner {_sorted(found.stopped)}"
        )


def _miscounted(judgement: Judgement, plan: list[Planned]) -> list[str]:
    """Return where the plan's rows are not those that the interpreter erases or strips."""
    wrong = []
    erased: Counter[str] = Counter()
    stripped: dict[str, set[str]] = {}
    for planned in plan:
        if not planned.columns:
            erased[planned.table] += planned.rows
            continue
        stripped.setdefault(planned.table, set()).update(planned.columns)
        keys = set().union(*(judgement.stripped.get((planned.table, column), set()) for column in planned.columns))
        if planned.rows != len(keys):
            wrong.append(f"{planned}, and the interpreter strips {len(keys)} rows")
    for table in {*erased, *judgement.erased}:
        count = len(judgement.erased.get(table, set()))
        if erased[table] != count:
            wrong.append(
                f"{erased[table]} rows of {table} are planned to be erased, and the interpreter erases {count}"
            )
    for table, column in judgement.stripped:
        if column not in stripped.get(table, set()):
            wrong.append(f"the interpreter strips {table}.{column}, and the plan does not")
    return wrong


def _compare(world: World, what: str, expected: Rows, found: Rows) -> None:
    wrong = differences(expected, found, {name: shape.key for name, shape in world.schema.items()})
    if wrong:
        raise Disagreement(f"{world!r}: {what}: {len(wrong)} differences, such as {'; '.join(wrong[:5])}")


def differences(expected: Rows, found: Rows, keys: dict[str, tuple[str, ...]]) -> list[str]:
    """Return where two states of a store differ, by table, key and column."""
    wrong = []
    for table in sorted({*expected, *found}):
        key = keys[table]
        left = {tuple(row[part] for part in key): row for row in expected.get(table, [])}
        right = {tuple(row[part] for part in key): row for row in found.get(table, [])}
        for id_ in sorted({*left, *right}):
            one, other = left.get(id_), right.get(id_)
            if one is None or other is None:
                wrong.append(f"{table} {id_} is {'gone' if one is None else 'there'}, and not so in the other")
                continue
            for column, value in one.items():
                if value != other[column]:
                    wrong.append(f"{table}.{column} {id_}: {value!r}, {other[column]!r}")
    return wrong


def _sorted(stopped: dict[str, set[str]]) -> dict[str, list[str]]:
    return {table: sorted(codes) for table, codes in sorted(stopped.items())}


def _short(judgement: Judgement) -> dict[str, Any]:
    erased = {table: sorted(keys)[:3] for table, keys in judgement.erased.items()}
    stripped = {f"{table}.{column}": sorted(keys)[:3] for (table, column), keys in judgement.stripped.items()}
    return erased | stripped
