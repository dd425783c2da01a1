"""Figures bound to a store: which rows are counted, of which period, told apart by what, and whom they are about.

A store is asked one question (``Counted``) and answers with groups (``Cell``) that have passed the check of their size.
Nothing of a smaller group leaves it, not even how large it is: a group of few people is the data of these people
(singling out: Article 29 Working Party, Opinion 05/2014, WP216; GDPR recital 26).

- The people of a row stand at the end of every route that leads from it to a person. Routes are counted each by
  itself, since parcels of one sender to a thousand receivers are about one sender: a group passes where by *each* route
  it has at least so many people. A row whose route ends nowhere, or at a person who is not there, adds nobody.
- Nor does a group pass that is mostly one person's: where by some route one has more than half of its rows (``ONE``),
  of those that are anybody's.
- Groups that do not pass are put together, the rest of their period. It passes by the same two tests, of different
  people over all of them, or is withheld as well.
- A sum is withheld where by some route one person makes up more than half of it, or two more than three quarters
  (``TWO``): whoever knows the others' share would know that person's, and the second largest knows their own. Shares
  are compared without their signs.

These are the dominance rules (1, 50) and (2, 75) of official statistics (Hundepool and others, Handbook on Statistical
Disclosure Control, ESSnet SDC, 2010, chapter 4). Both together leave at least half of the largest share with people
other than the largest two: so the second largest, who takes their own share away, comes no nearer to the largest one
than half as much again, which is the handbook's p% rule with p = 50.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from holdord.datamap.model import DataMap, Route, Table
from holdord.document import Path
from holdord.errors import Problem
from holdord.plan.predicate import Clock, DataColumn
from holdord.plan.work import settled
from holdord.policy.figure import Figure, Period
from holdord.policy.model import Policy
from holdord.schema import Schema

MOST_PERIODS = 120
"""Periods that one question is about."""
ONE, TWO = Fraction(1, 2), Fraction(3, 4)
"""The most that one person may have of a group's rows or of a sum, and that two may have of a sum together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dimension:
    """A column that groups are told apart by.

    Attributes:
        generalise: ``year`` or ``prefix:N``: how coarse the data map makes it; empty where it is taken as it is.
    """

    column: str
    generalise: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What a store is asked: the groups of some periods that pass the check.

    Attributes:
        table: Whose rows are counted.
        clock: Of these rows; it says in which period one lies. A row that has not started is counted nowhere.
        periods: In their order, none within another, ``MOST_PERIODS`` at the most; there may be gaps between them.
        sums: Columns of numbers; NULL adds nothing.
        routes: How a row leads to its people; the empty route where the row is a person.
        at_least: People by each route, who are there.
    """

    table: str
    clock: Clock
    periods: tuple[Period, ...]
    dimensions: tuple[Dimension, ...]
    sums: tuple[str, ...]
    routes: tuple[Route, ...]
    at_least: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A group that passed.

    Attributes:
        period: The label of its period.
        group: What tells it apart, as text, None for NULL; None as a whole for the rest: all smaller groups together.
        rows: How many rows it has.
        sums: Exactly, where the store's numbers are exact; None where the share of one or two people is too large.
    """

    period: str
    group: tuple[str | None, ...] | None
    rows: int
    sums: tuple[Decimal | None, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form; sums are texts, since a fraction has no one way to be written as a number."""
        return {
            "period": self.period,
            "group": None if self.group is None else list(self.group),
            "rows": self.rows,
            "sums": [None if one is None else format(one, "f") for one in self.sums],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundFigure:
    """A figure of the policy bound to the one table that holds its records."""

    figure: Figure
    table: str
    clock: Clock
    dimensions: tuple[Dimension, ...]
    sums: tuple[str, ...]
    routes: tuple[Route, ...]

    @property
    def reads(self) -> frozenset[str]:
        """The columns that it reads; once one is stripped it cannot be taken as it should be."""
        return frozenset((*(one.column for one in self.dimensions), *self.sums, self.clock.column))

    @property
    def source(self) -> str:
        """What it counts: the rows of a day are told once, whatever figure tells them."""
        return self.table

    @property
    def digest(self) -> str:
        """SHA-256 over what it counts and how, hexadecimal: what the policy says and what that means in the store."""
        figure, clock = self.figure, self.clock
        said = {
            "counts": [figure.counts, self.table],
            "each": figure.each,
            "from": [
                figure.clock,
                clock.column,
                clock.encoding,
                str(clock.zone),
                [str(one) for one in clock.not_started],
            ],
            "by": [[name, one.column, one.generalise] for name, one in zip(figure.by, self.dimensions, strict=True)],
            "sums": [list(one) for one in zip(figure.sums, self.sums, strict=True)],
            "people": [[[one.child, *one.columns, one.parent] for one in route] for route in self.routes],
            "at_least": figure.at_least,
        }
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def asked(self, periods: Sequence[Period]) -> Iterator[Counted]:
        """Yield the questions about these periods, so many to each as a store takes."""
        for start in range(0, len(periods), MOST_PERIODS):
            yield Counted(
                table=self.table,
                clock=self.clock,
                periods=tuple(periods[start : start + MOST_PERIODS]),
                dimensions=self.dimensions,
                sums=self.sums,
                routes=self.routes,
                at_least=self.figure.at_least,
            )


class FigureBinder:
    """Binds every figure to the table of its records; what does not fit is added to ``problems``.

    Args:
        policy: Whose figures.
        datamap: Where their records lie.
        schema: The store's tables.
        columns: Table → columns with a category.
        problems: What is wrong, for all that is bound.
    """

    def __init__(
        self,
        policy: Policy,
        datamap: DataMap,
        schema: Schema,
        columns: dict[str, tuple[DataColumn, ...]],
        problems: list[Problem],
    ) -> None:
        self.policy = policy
        self.datamap = datamap
        self.schema = schema
        self.columns = columns
        self.problems = problems

    def figures(self) -> Iterator[BoundFigure]:
        """Yield the figures that fit, in the policy's order."""
        for figure in self.policy.figures.values():
            before = len(self.problems)
            tables = self.datamap.of_class(figure.counts)
            if len(tables) != 1:
                how = f"{len(tables)} tables hold" if tables else "No table holds"
                what = f"{how} records of class {figure.counts!r}; a figure counts those of one table."
                self._wrong(figure, ("counts",), what, f"Classes: {', '.join(sorted(self.datamap.classes))}.")
                continue
            (table,) = tables
            if figure.clock not in table.clocks:
                what = f"The table {table.name!r} has no clock {figure.clock!r} of its own."
                self._wrong(figure, ("from",), what, f"Clocks: {', '.join(sorted(table.clocks)) or 'none'}.")
                continue
            routes = self.datamap.routes_to_persons(table.name)
            if not routes:
                what = (
                    f"No route leads from {table.name!r} to a person, so nobody could say how many people it is about."
                )
                remedy = "Say below 'persons:' of the data map which classes are people, or map the references there."
                self._wrong(figure, ("counts",), what, remedy)
            bound = BoundFigure(
                figure=figure,
                table=table.name,
                clock=settled(table.clocks[figure.clock], self.datamap, self.schema),
                dimensions=tuple(self._dimension(figure, table, index) for index in range(len(figure.by))),
                sums=tuple(self._number(figure, table, index) for index in range(len(figure.sums))),
                routes=routes,
            )
            if len(self.problems) == before:
                yield bound

    def _dimension(self, figure: Figure, table: Table, index: int) -> Dimension:
        name = figure.by[index]
        if "." in name:
            column = self._column(figure, table, ("by", index), name)
            return Dimension(column=column.column, generalise=column.generalise) if column else Dimension(column="")
        if name not in table.conditions:
            what = f"The table {table.name!r} has no condition {name!r}."
            known = f"Conditions: {', '.join(sorted(table.conditions)) or 'none'}; a category has a dot."
            self._wrong(figure, ("by", index), what, known)
        return Dimension(column=table.conditions.get(name, ""))

    def _number(self, figure: Figure, table: Table, index: int) -> str:
        column = self._column(figure, table, ("sums", index), figure.sums[index])
        if column and self.schema[table.name].columns[column.column].family != "number":
            what = f"{table.name}.{column.column} ({column.category}) is no column of numbers."
            self._wrong(figure, ("sums", index), what, "Give the number a category of its own in the data map.")
        return column.column if column else ""

    def _column(self, figure: Figure, table: Table, path: Path, category: str) -> DataColumn | None:
        """Return the one column of a category; a piece inside of JSON is none."""
        found = [column for column in self.columns[table.name] if column.category == category]
        whole = [column for column in found if not column.in_json]
        if len(found) == 1 and whole:
            return whole[0]
        how = f"{len(found)} columns" if len(found) > 1 else "only a piece inside of JSON" if found else "no column"
        what = f"The table {table.name!r} has {how} of the category {category!r}; a figure reads exactly one column."
        self._wrong(figure, path, what, "Give that column a category of its own in the data map.")
        return None

    def _wrong(self, figure: Figure, path: Path, what: str, remedy: str) -> None:
        self.problems.append(self.policy.problem(("figures", figure.id, *path), what, remedy))
