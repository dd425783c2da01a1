"""Why data are processed and how long they are held for it: a purpose, its records, its needs, its limits.

Every name is resolved and every duration a calendar duration. A policy (``holdord.policy.model``) is made of these.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from holdord.policy.calendar import FinancialYear
from holdord.policy.duration import Duration
from holdord.policy.terms import Basis
from holdord.policy.told import Said

Operator = Literal["is", "is_not", "in", "below", "above"]
Constant = str | int | float | bool | date | None


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

    def is_met_by(self, value: Any) -> bool:
        """Tell whether a value satisfies it.

        Raises:
            TypeError: When the two cannot be compared.
        """
        first = self.values[0]
        match self.operator:
            case "is":
                return value is None if first is None else value is not None and bool(value == first)
            case "is_not":
                return value is not None if first is None else value is None or bool(value != first)
            case "in":
                return value is not None and value in self.values
            case "below":
                return value is not None and bool(value < first)
            case "above":
                return value is not None and bool(value > first)


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

    @property
    def is_duty(self) -> bool:
        """Whether a law says how long its data must be kept."""
        return any(limit.kind == "at_least" for limit in self.limits)

    def needs_category(self, record_class: str, category: str) -> bool:
        """Tell whether the purpose needs ``category`` of ``record_class``."""
        return any(need.covers(record_class, category) for need in self.needs)
