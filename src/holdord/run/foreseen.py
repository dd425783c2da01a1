"""What a rehearsal foresees: by date, promise and statement, as data with a stable JSON form.

Rows are counted as a plan counts them: one that is stripped in May and erased in June counts in both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from holdord.plan.statements import Action, Statement
from holdord.policy.model import Finding

Span = Literal["day", "week", "month"]

PAST: dict[Action, str] = {"erase": "erased", "strip": "stripped", "generalise": "generalised"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What a statement did to the copy.

    Attributes:
        promise: The promise that it counts under; empty where no purpose ever covered the rows.
        promises: That one and all others that once held some of the rows.
    """

    promise: str
    promises: tuple[str, ...]
    store: str
    table: str
    action: Action
    columns: tuple[str, ...]
    rows: int

    @classmethod
    def of(cls, statement: Statement, rows: int) -> "Done":
        """Return what a statement did to so many rows."""
        return cls(
            promise=statement.promise,
            promises=statement.promises,
            store=statement.store,
            table=statement.table,
            action=statement.action,
            columns=tuple(column.name for column in statement.columns),
            rows=rows,
        )

    def __str__(self) -> str:
        return f"{self.action} {', '.join(self.columns)} of {self.table}" if self.columns else f"erase {self.table}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A day in the life of a legal hold: the first, the first without it, or the one by which someone must look."""

    hold: str
    what: Literal["begins", "review", "ended"]
    on: date
    reason: str
    owner: str

    def __str__(self) -> str:
        said = {
            "begins": "begins on {}",
            "review": "is to be reviewed by {} ({})",
            "ended": "stands no more from {} on",
        }
        return f"Legal hold {self.hold} ({self.reason}) {said[self.what].format(self.on, self.owner)}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """What happens at a date, and since the one before it.

    Attributes:
        findings: What stops something from here on, or has ``keep`` ask first.
    """

    at: date
    done: tuple[Done, ...]
    findings: tuple[Finding, ...]
    turns: tuple[Turn, ...]

    @property
    def rows(self) -> int:
        """How many rows are erased, stripped or generalised."""
        return sum(one.rows for one in self.done)


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """What a promise comes to: rows, and the first and last date on which some go.

    Attributes:
        approval: How many people must say yes first; a rehearsal takes it that they do.
    """

    promise: str
    says: str
    approval: int
    rows: int
    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """What would happen until a date, if the data stayed as they are.

    Attributes:
        draft: Whether the policy is a draft, so that ``keep`` would erase nothing.
        says: Promise → its words, for all of the policy's.
        approvals: Promise → how many people must say yes before ``keep`` lets go what it lets go; taken as given.
        dates: Those on which something happens; the first may be today: what is due already.
    """

    company: str
    policy: str
    draft: bool
    today: date
    until: date
    by: Span
    says: dict[str, str]
    approvals: dict[str, int]
    dates: tuple[Foreseen, ...]

    @property
    def rows(self) -> int:
        """How many rows are erased, stripped or generalised, in all."""
        return sum(one.rows for one in self.dates)

    @property
    def actions(self) -> dict[str, int]:
        """``erased``, ``stripped``, ``generalised`` → rows."""
        return {word: sum(done.rows for _, done in self.each() if done.action == key) for key, word in PAST.items()}

    @property
    def totals(self) -> tuple[Total, ...]:
        """What each promise comes to, in the policy's order; what none speaks of stands last."""
        found = []
        for promise in (*self.says, ""):
            days = [(at, done.rows) for at, done in self.each() if done.promise == promise]
            if days:
                words = self.says.get(promise, "Rows that no purpose ever covered")
                found.append(
                    Total(
                        promise=promise,
                        says=words,
                        approval=self.approvals.get(promise, 0),
                        rows=sum(count for _, count in days),
                        first=days[0][0],
                        last=days[-1][0],
                    )
                )
        return tuple(found)

    def each(self) -> Iterator[tuple[date, Done]]:
        """Yield everything that is done, with its date."""
        for one in self.dates:
            for done in one.done:
                yield one.at, done

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        return {
            "company": self.company,
            "policy": self.policy,
            "draft": self.draft,
            "from": self.today.isoformat(),
            "until": self.until.isoformat(),
            "by": self.by,
            "rows": self.rows,
            **self.actions,
            "promises": [
                {
                    "promise": total.promise,
                    "says": total.says,
                    "approval": total.approval,
                    "rows": total.rows,
                    "first": total.first.isoformat(),
                    "last": total.last.isoformat(),
                }
                for total in self.totals
            ],
            "dates": [_of_date(one) for one in self.dates],
        }


def _of_date(one: Foreseen) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "rows": one.rows,
        "statements": [
            {
                "promise": done.promise,
                "promises": list(done.promises),
                "store": done.store,
                "table": done.table,
                "action": done.action,
                "columns": list(done.columns),
                "rows": done.rows,
            }
            for done in one.done
        ],
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "table": finding.table,
                "promises": list(finding.promises),
                "text": finding.text,
            }
            for finding in one.findings
        ],
        "holds": [
            {
                "hold": turn.hold,
                "what": turn.what,
                "on": turn.on.isoformat(),
                "reason": turn.reason,
                "owner": turn.owner,
            }
            for turn in one.turns
        ],
    }
