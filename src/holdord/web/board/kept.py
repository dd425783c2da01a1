"""The board as it was computed some seconds ago, for as long as nothing happened since.

A board asks the databases, which takes a second on a large register. It is shown again for ``SECONDS`` where policy,
day and log are the same; a new entry of the log makes it anew at once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from holdord.ledger import log
from holdord.now import today
from holdord.run.board import board
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.run.shown import Board
from holdord.run.sweep import plan_of

SECONDS = 30
LATELY = 900
YEAR = timedelta(days=365)
_Made = TypeVar("_Made")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A board, and when it was made.

    Attributes:
        checked: The day on which somebody looked last; that of the board where nobody did.
    """

    board: Board
    made: datetime
    checked: date


class Lately(Generic[_Made]):
    """What was computed of each folder the last time, and is good while policy, restrictions, day and log are the same.

    Args:
        make: Computes it.
    """

    def __init__(self, make: Callable[[Company, datetime, date], _Made]) -> None:
        self._make = make
        self._lock = Lock()
        self._last: dict[object, tuple[object, float, _Made]] = {}

    def of(self, company: Company, now: datetime) -> _Made:
        """Return it, computed now or some seconds ago."""
        at = today(company.policy.controller.zone, now)
        with company.state.snapshot() as connection:
            stamp = (company.policy.digest, company.standing, at, log.size(connection))
        with self._lock:
            found = self._last.get(company.folder)
            if found and found[0] == stamp and time.monotonic() - found[1] < SECONDS:
                return found[2]
            made = self._make(company, now, at)
            self._last[company.folder] = (stamp, time.monotonic(), made)
            return made

    def lately(self, company: Company, now: datetime) -> _Made:
        """Return it as it was in the last quarter of an hour, whatever happened since; for who asks often."""
        found = self._last.get(company.folder)  # without the lock, which whoever computes a new one holds
        if found and time.monotonic() - found[1] < LATELY:
            return found[2]
        return self.of(company, now)


def _made(company: Company, now: datetime, at: date) -> Kept:
    with company.state.snapshot() as connection:
        sweep = last_sweep(connection)
    checked = min(date.fromisoformat(sweep.value["at"]), at) if sweep else at
    return Kept(board=board(company, now), made=now, checked=checked)


def _in_a_year(company: Company, _now: datetime, at: date) -> dict[str, int]:
    """Return promise → rows that would be due if nothing were done for a year."""
    rows: dict[str, int] = {}
    for statement in plan_of(company, at + YEAR).statements:
        if statement.promise:
            rows[statement.promise] = rows.get(statement.promise, 0) + statement.rows
    return rows


BOARDS = Lately(_made)
"""The boards that this process has shown."""
YEARS = Lately(_in_a_year)
"""What a year without anybody would bring; for staff alone, since it is another plan."""
