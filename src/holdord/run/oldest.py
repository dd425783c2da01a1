"""The oldest piece of data under a limit: what stands on the board beside the age promised."""

from datetime import date, timedelta

from holdord.plan.grounds import Grounds
from holdord.plan.predicate import After, Predicate, Started, every, negated
from holdord.plan.work import Timer
from holdord.stores.base import StoreSnapshot

_YEARS = 100


def oldest(snapshot: StoreSnapshot, timer: Timer, where: Predicate, table: str, at: date) -> date | None:
    """Return the earliest start that a limit counts from, over the rows of ``table`` that satisfy ``where``.

    A single clock is asked for its minimum. "The latest of" several is found by halving: the earliest day after which
    some row has no start.

    Returns:
        A date, or None where no clock has started by ``at``.
    """
    if len(timer.readings) == 1:
        reading = timer.readings[0]
        return snapshot.earliest(reading.clock, reading.route, where, table)

    def is_there(day: date) -> bool:
        """Some row's latest start lies on ``day`` or before."""
        begun = Grounds.any_reading(timer, Started)
        later = Grounds.any_reading(timer, lambda clock: After(clock, day))
        return snapshot.any(table, every(where, begun, negated(later)))

    if not is_there(at):
        return None
    low, high = at - timedelta(days=366 * _YEARS), at
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        low, high = (low, middle) if is_there(middle) else (middle, high)
    return high
