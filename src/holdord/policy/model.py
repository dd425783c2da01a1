"""The policy as holdord works with it: immutable, every name resolved, every duration a calendar duration.

Built by ``holdord.policy.load`` alone; what the YAML file may say stands in ``holdord.policy.grammar``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from holdord.document import Document, Path
from holdord.errors import Problem
from holdord.policy.calendar import FinancialYear
from holdord.policy.duration import Duration
from holdord.policy.terms import Basis, Category, Keeper, Section
from holdord.policy.told import Recipient, Said, Source, Told

Operator = Literal["is", "is_not", "in", "below", "above"]
Constant = str | int | float | bool | date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Controller:
    """Who decides why and how data are processed (GDPR art. 4(7)).

    Attributes:
        register_number: In the country's register of businesses; empty where the policy names none.
        zone: Dates of storage durations are dates in this time zone.
        year: The financial year, for duties that count from its end.
    """

    name: str
    country: str
    register_number: str = ""
    zone: ZoneInfo
    year: FinancialYear
    authority: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A comparison of a column with a constant; it has two outcomes, never "unknown".

    NULL is nothing but itself: it satisfies ``is`` None and ``is_not`` of any other constant, and no other comparison.

    Attributes:
        record_class: The class whose row is compared; empty for the row itself, else one of its ancestors.
        name: The condition's name in the data map.
        operator: ``is``, ``is_not``, ``in``, ``below`` (<), ``above`` (>).
        values: One constant, or several for ``in``.
    """

    record_class: str
    name: str
    operator: Operator
    values: tuple[Constant, ...]

    @property
    def is_met_by_null(self) -> bool:
        """Whether NULL satisfies it, and so an ancestor that is not there."""
        return self.operator in ("is", "is_not") and (self.values == (None,)) == (self.operator == "is")


@dataclass(frozen=True, kw_only=True, slots=True)
class Works:
    """A record class that a purpose works on, narrowed by conditions, all of which must be met."""

    record_class: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Data that a purpose needs: a record class and a category, a group of categories, or ``*``."""

    record_class: str
    category: str

    def covers(self, record_class: str, category: str) -> bool:
        """Tell whether ``category`` (``group.item``) of ``record_class`` is needed."""
        if record_class != self.record_class:
            return False
        return self.category in ("*", category, category.partition(".")[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A name of a clock in the data map, on the row, an ancestor, or (in ``latest_of``) a descendant.

    Attributes:
        record_class: The class that carries it; empty for the row itself or else its nearest ancestor.
    """

    record_class: str
    name: str

    def __str__(self) -> str:
        return f"{self.record_class}.{self.name}" if self.record_class else self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How long a purpose may or must hold a record.

    Attributes:
        clocks: One clock, or several of which the latest counts.
        latest: Whether ``clocks`` is a "latest of".
        duration: From the clock's start; the last day still belongs to the period.
        kind: ``at_most`` is a promise; ``at_least`` is a law's duty, which nothing shortens.
        year: The financial year whose end the start is first moved to, or None.
        within: How soon after the clock's start the data must be gone; never less than ``duration``.
        where: The place in the policy, for messages.
        named: The clocks as the policy writes them: names below its ``clocks:``, or clocks of the data map.
        open_ended: Why they may never start, or None.
    """

    clocks: tuple[Clock, ...]
    latest: bool
    duration: Duration
    kind: Literal["at_most", "at_least"]
    year: FinancialYear | None
    within: Duration
    where: str
    named: tuple[str, ...] = ()
    open_ended: Said | None = None

    def __str__(self) -> str:
        start = " or ".join(str(clock) for clock in self.clocks)
        start = f"the latest of {start}" if self.latest and len(self.clocks) > 1 else start
        rounded = " from"
        if self.year:
            rounded = " from the end of the financial year of"
            rounded = (
                " from the end of the calendar year that closes the financial year of"
                if self.year.calendar
                else rounded
            )
        return f"{self.kind.replace('_', ' ')} {self.duration}{rounded} {start}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Purpose:
    """Why data are processed (GDPR art. 5(1)(b)), and how long they are held for it (5(1)(e)).

    Attributes:
        law: The act and section, where one is named; a ``Said``, or empty.
        interest: The legitimate interest that it serves (art. 13(1)(d)), or None where the policy does not say.
        ends_on_request: Whether the person's request ends it.
    """

    id: str
    label: Said
    basis: Basis
    law: str
    interest: Said | None
    works_on: tuple[Works, ...]
    needs: tuple[Need, ...]
    limits: tuple[Limit, ...]
    ends_on_request: bool
    groups: tuple[str, ...]
    recipients: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def open_ended(self) -> str:
        """Why it may stay open for ever, or empty."""
        return "; ".join(limit.open_ended for limit in self.limits if limit.open_ended)

    def needs_category(self, record_class: str, category: str) -> bool:
        """Tell whether the purpose needs ``category`` of ``record_class``."""
        return any(need.covers(record_class, category) for need in self.needs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A legal hold: data that a claim, a dispute or a debt needs (GDPR art. 17(3)(e)).

    Attributes:
        record_class: ``person`` or another class of the data map.
        key: The row's primary key, in the data map's order; never a name or an address.
        since: First day.
        until: Last day, or None.
        review: When someone must look at it again, or None; a date or an end is always there.
    """

    id: str
    reason: str
    owner: str
    record_class: str
    key: tuple[str | int, ...]
    since: date
    until: date | None
    review: date | None

    def active(self, at: date) -> bool:
        """Tell whether the hold stands on ``at``."""
        return self.since <= at and (self.until is None or at <= self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A sentence of a notice that makes a promise."""

    language: str
    section: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a promise.

    Attributes:
        name: Such as ``storage``.
        purposes: The purposes whose limits keep it; empty where something else does.
        holds: Whether legal holds keep it.
        unwired: What will keep it once it is built; empty where something does.
    """

    name: str
    purposes: tuple[str, ...] = ()
    holds: bool = False
    unwired: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A statement of the policy, tied to the sentences of the notice that make it.

    Attributes:
        section: Where a written notice says it word for word.
        told_by: The section that says it in the writer's own words. Where both are None, the quotes say it, or the
            purposes that keep it.
    """

    id: str
    says: Said
    kept_by: Keeper
    parts: tuple[Part, ...]
    notice: tuple[Quote, ...]
    section: Section | None = None
    told_by: Section | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that a person should decide or know; a broken promise is one, an exception is not.

    Attributes:
        code: A stable word for programs.
        severity: ``stop`` (nothing of ``table`` is touched until someone decides) or ``warning``.
        table: The table it is about; empty for the policy as a whole.
        text: What it is and what to do.
    """

    code: str
    severity: Literal["stop", "warning"]
    text: str
    table: str = ""
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class Policy:
    """What the company promises. Immutable; loads whole or not at all.

    Attributes:
        digest: SHA-256 of the file's bytes, hexadecimal.
        draft: Whether nobody has read it line by line yet: nothing is erased by it.
        document: Where everything stands in the file.
        notices: Language → file name.
        categories: All that are known; the label of one that the policy has words for is a ``Said``.
        clocks: Clock as limits name it → what people are told instead of its name.
        findings: What the policy alone already shows.
    """

    file: str
    digest: str
    draft: bool
    controller: Controller
    notices: dict[str, str]
    categories: dict[str, Category]
    groups: dict[str, Said]
    recipients: dict[str, Recipient]
    sources: dict[str, Source]
    clocks: dict[str, Said]
    told: Told
    purposes: dict[str, Purpose]
    holds: tuple[Hold, ...]
    promises: dict[str, Promise]
    document: Document = field(compare=False)
    findings: tuple[Finding, ...] = field(default=())

    def __repr__(self) -> str:
        return f"Policy({self.file!r}, digest {self.digest[:12]})"

    def problem(self, path: Path, what: str, remedy: str = "") -> Problem:
        """Return a problem at ``path``, with the file's line and column."""
        return self.document.problem(path, what, remedy)

    def promises_of(self, purpose: str) -> tuple[str, ...]:
        """Return the promises that ``purpose`` keeps, those that name the fewest purposes first."""

        def breadth(promise: Promise) -> int:
            return min(len(part.purposes) for part in promise.parts if purpose in part.purposes)

        kept = [
            promise for promise in self.promises.values() if any(purpose in part.purposes for part in promise.parts)
        ]
        return tuple(promise.id for promise in sorted(kept, key=breadth))

    def limits(self) -> Iterator[tuple[Purpose, Limit]]:
        """Yield every limit with its purpose, in the file's order."""
        for purpose in self.purposes.values():
            for limit in purpose.limits:
                yield purpose, limit
