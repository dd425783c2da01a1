"""What the board shows: promises, their parts and their states, as data with a stable JSON form."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from holdord.policy.model import Promise
from holdord.run.reasons.reason import Reason, in_english

State = Literal["kept", "not_wired", "waiting", "due", "broken"]
WORST: tuple[State, ...] = ("broken", "due", "waiting", "not_wired", "kept")


@dataclass(frozen=True, kw_only=True, slots=True)
class PartShown:
    """A part of a promise as the board shows it.

    Attributes:
        reasons: Why it stands so.
        due: Rows that are due, overdue ones included.
        oldest: Age of the oldest piece of data, in the words of ``allowed``; empty where no clock runs.
        open_ended: Records whose clock has not started.
        next: The next date on which something will be due, or None.
        evidence: Numbers of the ledger's entries.
    """

    name: str
    state: State
    reasons: tuple[Reason, ...]
    due: int = 0
    oldest: str = ""
    allowed: str = ""
    open_ended: int = 0
    next: date | None = None
    since: date | None = None
    evidence: tuple[int, ...] = ()

    @property
    def why(self) -> str:
        """Why it stands so, in English."""
        return in_english(self.reasons)


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseShown:
    """A promise as the board shows it; its state is that of its worst part."""

    promise: Promise
    parts: tuple[PartShown, ...]

    @property
    def worst(self) -> PartShown:
        """The part that gives the promise its state."""
        return min(self.parts, key=lambda part: WORST.index(part.state))

    @property
    def state(self) -> State:
        """The state of the worst part."""
        return self.worst.state

    @property
    def next(self) -> date | None:
        """The next date on which something of it will be due."""
        return min((part.next for part in self.parts if part.next is not None), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """The whole board at a moment.

    Attributes:
        seen: Who looked last, or that nobody did.
        unclaimed: Rows that are due and that no purpose ever covered, so that no promise speaks of them.
        late: Legal holds whose review is overdue, where no promise is kept by holds to show them.
    """

    at: date
    company: str
    seen: tuple[Reason, ...]
    unclaimed: int
    promises: tuple[PromiseShown, ...]
    late: tuple[Reason, ...] = ()

    @property
    def looked(self) -> str:
        """Who looked last, or that nobody did, in English."""
        return in_english(self.seen)

    @property
    def reviews(self) -> tuple[str, ...]:
        """The legal holds whose review is overdue, in English sentences."""
        return tuple(in_english([one]) for one in self.late)

    @property
    def is_well(self) -> bool:
        """Whether nothing is due, broken or waiting; what is not wired is no reason."""
        return not (self.unclaimed or self.reviews) and all(
            shown.state in ("kept", "not_wired") for shown in self.promises
        )

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        return {
            "at": self.at.isoformat(),
            "company": self.company,
            "reviews": list(self.reviews),
            "promises": [
                {
                    "id": shown.promise.id,
                    "says": shown.promise.says,
                    "kept_by": shown.promise.kept_by,
                    "state": shown.state,
                    "since": _iso(shown.worst.since),
                    "next": _iso(shown.next),
                    "why": shown.worst.why,
                    "parts": [
                        {
                            "part": part.name,
                            "state": part.state,
                            "why": part.why,
                            "due": part.due,
                            "oldest": part.oldest or None,
                            "allowed": part.allowed or None,
                            "open_ended": part.open_ended,
                            "next": _iso(part.next),
                            "since": _iso(part.since),
                            "evidence": list(part.evidence),
                        }
                        for part in shown.parts
                    ],
                }
                for shown in self.promises
            ],
        }


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
