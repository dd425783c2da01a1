"""What a plan says: statements, their grounds and findings, as data with a stable JSON form and a digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from holdord.plan.predicate import DataColumn, Key, Predicate
from holdord.policy.model import Finding

Action = Literal["erase", "strip", "generalise"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """A purpose that held the data until now, and the cut-off by which it holds them no longer.

    Attributes:
        promise: The promise that the purpose keeps, the narrowest if there are several.
        clock: What the limit counts from, in words.
        cutoff: The latest start for which it has run out; None where nothing can have.
        rows: How many of the statement's rows it once held.
    """

    purpose: str
    promise: str
    limit: str
    clock: str
    cutoff: date | None
    rows: int


KNOT = "knot"
"""The group of marks by which rows that hold each other are found when a plan is carried out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Knot:
    """A table of a circle of references: which of its rows hold each other, and nothing else holds them.

    Attributes:
        free: Rows that nothing outside of the circle keeps; all of them are marked first.
        tied: Rows that a row of the circle without a mark refers to; these lose theirs.
        cut: Columns that may be NULL and by which rows refer within the circle.
    """

    table: str
    free: Predicate
    tied: Predicate
    cut: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One thing to do to one table.

    Attributes:
        promise: The promise that accounts for most of the time for which these rows were held.
        columns: The columns to strip; none where whole rows are erased.
        rows: How many rows it is about, at most: more would mean that the world moved.
        where: Which rows it is about as things are.
        settled: Which rows it is about once the table's children are settled; evaluated again in each batch.
        knot: For rows erased from a circle of tables, those tables; else nothing.
        keys: The rows themselves, where they are few and known: what a person asked for. Else nothing.
    """

    number: int
    promise: str
    store: str
    table: str
    action: Action
    columns: tuple[DataColumn, ...]
    rows: int
    grounds: tuple[Ground, ...]
    where: Predicate = field(repr=False)
    settled: Predicate = field(repr=False)
    knot: tuple[Knot, ...] = field(default=(), repr=False)
    keys: tuple[Key, ...] = field(default=(), repr=False)

    @property
    def promises(self) -> tuple[str, ...]:
        """The promises that once held some of its rows, the leading one first."""
        return tuple(dict.fromkeys([self.promise, *(ground.promise for ground in self.grounds if ground.rows)]))

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        leading = next((ground for ground in self.grounds if ground.promise == self.promise), None)
        return {
            "number": self.number,
            "promise": self.promise,
            "promises": list(self.promises),
            "store": self.store,
            "table": self.table,
            "action": self.action,
            "columns": [column.name for column in self.columns],
            "rows": self.rows,
            "clock": leading.clock if leading else "",
            "cutoff": leading.cutoff.isoformat() if leading and leading.cutoff else None,
            "grounds": [
                {
                    "purpose": ground.purpose,
                    "promise": ground.promise,
                    "limit": ground.limit,
                    "clock": ground.clock,
                    "cutoff": ground.cutoff.isoformat() if ground.cutoff else None,
                    "rows": ground.rows,
                }
                for ground in self.grounds
            ],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """Rows of a statement that a purpose once held: what an approval is about.

    Attributes:
        columns: The columns to strip; none where whole rows are erased.
    """

    purpose: str
    table: str
    action: Action
    columns: tuple[str, ...]
    rows: int

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        return {
            "purpose": self.purpose,
            "table": self.table,
            "action": self.action,
            "columns": list(self.columns),
            "rows": self.rows,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Awaiting:
    """A promise whose approvers must say yes before what it lets go is touched.

    Attributes:
        needed: How many must say yes.
        given: How many have, to no more than was due then.
        since: The first day on which a sweep left it waiting, else the plan's.
        meant: What it would let go and the plan leaves.
        refused: The day of the last no, where it still stands.
    """

    promise: str
    needed: int
    given: int
    since: date
    meant: tuple[Meant, ...]
    refused: date | None = None

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        return {
            "promise": self.promise,
            "needed": self.needed,
            "given": self.given,
            "since": self.since.isoformat(),
            "refused": self.refused.isoformat() if self.refused else None,
            "statements": [one.document() for one in self.meant],
        }


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What must be done at a date, and why. Nothing has happened yet.

    Attributes:
        company: The controller's name.
        policy: The policy's digest.
        at: The controller's date that it was asked for.
        statements: Children before parents.
        stopped: Tables that are left as they are until someone decides.
        as_of: Purposes that end only by an approval → the date that it was given for, None where they wait for one.
        awaiting: The promises that wait for an approval, and what it would let go.
        is_request: Whether it is about the rows of people who ask alone.
    """

    company: str
    policy: str
    store: str
    at: date
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    stopped: frozenset[str]
    as_of: Mapping[str, date | None] = field(default_factory=dict)
    awaiting: tuple[Awaiting, ...] = ()
    is_request: bool = False

    @property
    def waiting(self) -> tuple[str, ...]:
        """What waits for a decision: code and table of every stop, of tables and columns; promises for approvals."""
        stops = {f"{finding.code} {finding.table}" for finding in self.findings if finding.severity == "stop"}
        return tuple(sorted(stops | {f"approval {one.promise}" for one in self.awaiting}))

    @property
    def rows(self) -> int:
        """How many rows it touches; a row that two statements touch counts twice."""
        return sum(statement.rows for statement in self.statements)

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form, its digest included."""
        body: dict[str, Any] = {
            "at": self.at.isoformat(),
            "company": self.company,
            "policy": self.policy,
            "statements": [statement.document() for statement in self.statements],
            "findings": [
                {
                    "code": finding.code,
                    "severity": finding.severity,
                    "table": finding.table,
                    "promises": list(finding.promises),
                    "text": finding.text,
                }
                for finding in self.findings
            ],
            "stopped": sorted(self.stopped),
            "awaiting": [one.document() for one in self.awaiting],
        }
        text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return {"at": body["at"], "digest": hashlib.sha256(text.encode()).hexdigest(), **body}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the plan's canonical JSON, hexadecimal: what a person confirms."""
        return str(self.document()["digest"])
