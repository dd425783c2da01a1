"""A person who says yes to what every first sweep asks; not to a clock that looks wrong, nor to rows nobody covered.

The yes is said before the question, so that no plan is made twice: what would be asked is asked of this person.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from holdord.plan.statements import Plan
from holdord.run import guards, sweep
from holdord.run.company import Company
from holdord.run.guards import Ask
from holdord.run.sweep import Kept

DOUBTFUL = frozenset(("clock", "never_claimed"))

_KEEP = sweep.keep  # a test may put ``keep`` of this module in its place, for the command line
_THERE = ContextVar("_THERE", default=False)


def keep(company: Company, now: Callable[[], datetime], **said: Any) -> Kept:
    """Do what ``holdord.run.sweep.keep`` does, with this person there."""
    before = _THERE.set(True)
    try:
        return _KEEP(company, now, **said)
    finally:
        _THERE.reset(before)


def _unanswered(found: tuple[Ask, ...], plan: Plan, state: Connection) -> tuple[Ask, ...]:
    left = guards.unanswered(found, plan, state)
    return tuple(ask for ask in left if ask.guard in DOUBTFUL) if _THERE.get() else left


sweep.unanswered = _unanswered
