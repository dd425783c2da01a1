"""The board as it was computed some seconds ago, for as long as nothing happened since.

A board asks the databases, which takes a second on a large register. It is shown again for ``SECONDS`` where policy,
day and log are the same; a new entry of the log makes it anew at once.
"""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from holdord.ledger import log
from holdord.now import today
from holdord.run.board import board
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.run.shown import Board
from holdord.run.sweep import plan_of

SECONDS = 30
YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A board, and when it was made.

    Attributes:
        in_a_year: Promise → rows that would be due if nothing were done for a year.
        checked: The day on which somebody looked last; that of the board where nobody did.
    """

    board: Board
    made: datetime
    in_a_year: dict[str, int]
    checked: date


class Boards:
    """The last board of each folder."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: dict[object, tuple[object, float, Kept]] = {}

    def of(self, company: Company, now: datetime) -> Kept:
        """Return the board, computed now or some seconds ago."""
        at = today(company.policy.controller.zone, now)
        with company.state.snapshot() as connection:
            stamp = (company.policy.digest, company.restricted, at, log.size(connection))
        with self._lock:
            found = self._last.get(company.folder)
            if found and found[0] == stamp and time.monotonic() - found[1] < SECONDS:
                return found[2]
            kept = _made(company, now, at)
            self._last[company.folder] = (stamp, time.monotonic(), kept)
            return kept


def _made(company: Company, now: datetime, at: date) -> Kept:
    with company.state.snapshot() as connection:
        sweep = last_sweep(connection)
    checked = min(date.fromisoformat(sweep.value["at"]), at) if sweep else at
    return Kept(board=board(company, now), made=now, in_a_year=_in_a_year(company, at), checked=checked)


def _in_a_year(company: Company, at: date) -> dict[str, int]:
    rows: dict[str, int] = {}
    for statement in plan_of(company, at + YEAR).statements:
        if statement.promise:
            rows[statement.promise] = rows.get(statement.promise, 0) + statement.rows
    return rows
