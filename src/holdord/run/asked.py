"""Whether what people ask for is answered in time: what the book of requests and the log show, for the board.

"The controller shall provide information on action taken … without undue delay and in any event within one month of
receipt of the request" (GDPR art. 12(3)). An answer that came late stays late, so it is told for a year, from the
log, which has it also when the request itself is forgotten.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from holdord.now import today
from holdord.policy.calendar import last_day
from holdord.policy.duration import Duration
from holdord.policy.model import Policy
from holdord.policy.part import Right
from holdord.run.evidence import of_kind
from holdord.run.requests import booked
from holdord.run.requests.limited import listed

TOLD_FOR = Duration(months=12, days=0)
"""How long an answer is counted, and a late one told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A request that was answered or refused, as the log has it.

    Attributes:
        entry: The log's.
    """

    asks_for: str
    on: date
    due: date
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What people asked for.

    Attributes:
        open: Requests that wait for an answer, what is due soonest first.
        weighed: The numbers of those for which somebody must decide first, and the data are restricted meanwhile
            (art. 18(1)(a), (d)).
        answered: What was answered within ``TOLD_FOR``, in order.
        ever: What was ever asked for, as far as the log goes back.
    """

    open: tuple[booked.Request, ...]
    weighed: frozenset[int]
    answered: tuple[Answered, ...]
    ever: frozenset[str]

    def among(self, rights: Collection[Right]) -> "Asked":
        """Return what was asked for of some rights."""
        return Asked(
            open=tuple(one for one in self.open if one.asks_for in rights),
            weighed=self.weighed,
            answered=tuple(one for one in self.answered if one.asks_for in rights),
            ever=self.ever.intersection(rights),
        )


def asked(policy: Policy, state: Connection, at: date) -> Asked:
    """Return what people asked for, as seen on a day."""
    entries = [(entry.index, entry.value) for entry in of_kind(state, "request")]
    answered = [
        Answered(
            asks_for=value["asks_for"],
            on=today(policy.controller.zone, datetime.fromisoformat(value["time"])),
            due=date.fromisoformat(value["due"]),
            entry=index,
        )
        for index, value in entries
        if value["does"] in ("answered", "refused")
    ]
    weighed = [one.request for one in listed(state) if one.request is not None]
    return Asked(
        open=tuple(booked.listed(state, policy)),
        weighed=frozenset(weighed),
        answered=tuple(one for one in answered if at <= last_day(one.on, TOLD_FOR)),
        ever=frozenset(value["asks_for"] for _, value in entries),
    )


def rests_on(policy: Policy, state: Connection, at: date) -> Iterator[tuple[int, str]]:
    """Yield the entries of the log that promises rest on which answers keep, with what they are."""
    rights = {right for promise in policy.promises.values() for part in promise.parts for right in part.requests}
    if rights:
        for one in asked(policy, state, at).among(rights).answered:
            yield one.entry, f"it is of a request that was answered on {one.on}"
