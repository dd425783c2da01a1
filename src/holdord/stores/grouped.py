"""Figures in SQL: groups of rows with the check of their size, which is made in the database (``plan.figures``).

One statement for all periods, the same on SQLite and PostgreSQL, in steps (common table expressions):

1. ``rows``: each with its period (one flat CASE over the clock's cut-offs), its group, its numbers and its people;
2. ``by_0``, ``by_1``, …, one for each route: rows and sums of each person in each group;
3. ``groups``, with the fewest people that a route gives them, and whether one person's share of a sum is too large;
4. ``small``: those with too few people; ``of_0``, …: their people together; ``rest``: these counted as in 3;
5. the groups and the rests that pass.

What tells groups apart is made a text that begins with "=", and NULL the empty one, so that plain equality compares it:
PostgreSQL joins by nothing else in less than the square of the groups. Whole numbers are summed as such. On SQLite,
which has no decimals, a column that says its decimals is summed in units of the last one; other fractions are exact to
15 digits there.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.types import Boolean, Date, DateTime, Float, Integer, Numeric

from holdord.datamap.model import Route
from holdord.plan.clocks import ClockSql
from holdord.plan.compile import Sql
from holdord.plan.compiler import Compiler
from holdord.plan.figures import Cell, Counted, Dimension
from holdord.policy.figure import Period

_DAY = timedelta(days=1)


def figures(connection: Connection, compiler: Compiler, asked: Counted) -> tuple[Cell, ...]:
    """Return the groups and rests that have enough people, by period, then by what tells them apart, rests last."""
    grouped = _Grouped(compiler, asked)
    return tuple(map(grouped.cell, connection.execute(grouped.sql.text(grouped.statement()))))


class _Grouped:
    """One question in the making; ``r`` is the row that is counted."""

    def __init__(self, compiler: Compiler, asked: Counted) -> None:
        self.asked = asked
        self.compiler = compiler
        self.sql = Sql(compiler)
        self.groups = [f"d{number}" for number in range(len(asked.dimensions))]
        self.sums = [f"v{number}" for number in range(len(asked.sums))]
        self.scales = [self._scale(name) for name in asked.sums]
        self.keys: list[list[str]] = []

    def statement(self) -> str:
        steps = [f"holdord_rows AS ({self._rows()})"]
        by = ["t", *self.groups]
        steps += [f"holdord_by_{number} AS ({self._people(keys, by)})" for number, keys in enumerate(self.keys)]
        steps.append(f"holdord_groups AS ({self._checked('holdord_by_', by)})")
        enough = f"people >= {int(self.asked.at_least)}"
        found = f"SELECT {self._told('0', self.groups)} FROM holdord_groups WHERE {enough}"
        if self.groups:
            steps.append(f"holdord_small AS (SELECT {', '.join(by)} FROM holdord_groups WHERE NOT ({enough}))")
            steps += [
                f"holdord_of_{number} AS ({self._of_small(number, keys, by)})" for number, keys in enumerate(self.keys)
            ]
            steps.append(f"holdord_rest AS ({self._checked('holdord_of_', ['t'])})")
            rest = [f"'' AS {name}" for name in self.groups]
            found += f" UNION ALL SELECT {self._told('1', rest)} FROM holdord_rest WHERE {enough}"
        order = ", ".join(str(number) for number in range(1, len(by) + 2))
        return f"WITH {', '.join(steps)} {found} ORDER BY {order}"

    def cell(self, row: Sequence[Any]) -> Cell:
        period, rest, *values = row
        groups, (rows, *sums) = values[: len(self.groups)], values[len(self.groups) :]
        return Cell(
            period=self.asked.periods[period].label,
            group=None if rest else tuple(one[1:] if one else None for one in groups),
            rows=int(rows),
            sums=tuple(
                None if one is None else self._number(one, scale) for one, scale in zip(sums, self.scales, strict=True)
            ),
        )

    # The steps

    def _rows(self) -> str:
        sql, asked = self.sql, self.asked
        clock, periods = sql.clock(asked.clock, "r"), asked.periods
        said = [f"{_period(clock, periods)} AS t"]
        said += [f"{self._group(one)} AS {name}" for name, one in zip(self.groups, asked.dimensions, strict=True)]
        said += [f"{self._value(one)} AS {name}" for name, one in zip(self.sums, asked.sums, strict=True)]
        froms = f"{sql.name(asked.table)} AS r"
        for number, route in enumerate(asked.routes):
            joins, people = self._along(number, route)
            self.keys.append([f"k{number}_{place}" for place in range(len(people))])
            said += [f"{one} AS {name}" for one, name in zip(people, self.keys[-1], strict=True)]
            froms += joins
        started = clock.after(_before(periods[0].first))
        return f"SELECT {', '.join(said)} FROM {froms} WHERE {started} AND {clock.before(periods[-1].last)}"

    def _along(self, number: int, route: Route) -> tuple[str, list[str]]:
        """Return the joins that lead to the last row that refers to a person, and the columns that name them there."""
        sql, joins, here = self.sql, "", "r"
        for step, reference in enumerate(route[:-1]):
            parent = f"holdord_up_{number}_{step}"
            pairs = zip(self.compiler.target(reference), reference.columns, strict=True)
            same = " AND ".join(f"{sql.column(parent, a)} = {sql.column(here, b)}" for a, b in pairs)
            joins += f" LEFT JOIN {sql.name(reference.parent)} AS {parent} ON {same}"
            here = parent
        names = route[-1].columns if route else self.compiler.schema[self.asked.table].key
        return joins, [sql.column(here, name) for name in names]

    def _people(self, keys: list[str], by: list[str]) -> str:
        each = ", ".join([*by, *keys])
        sums = "".join(f", sum({name}) AS {name}" for name in self.sums)
        return f"SELECT {each}, count(*) AS n{sums} FROM holdord_rows WHERE t IS NOT NULL GROUP BY {each}"

    def _of_small(self, number: int, keys: list[str], by: list[str]) -> str:
        same = " AND ".join(f"p.{name} = s.{name}" for name in by)
        each = ", ".join(f"p.{name}" for name in ("t", *keys))
        sums = "".join(f", sum({name}) AS {name}" for name in self.sums)
        froms = f"holdord_by_{number} AS p JOIN holdord_small AS s ON {same}"
        return f"SELECT {each}, sum(n) AS n{sums} FROM {froms} GROUP BY {each}"

    def _checked(self, people: str, by: list[str]) -> str:
        """Return groups with their fewest people by a route and their largest shares; each route has every row once."""
        each, ways = ", ".join(by), []
        for number, keys in enumerate(self.keys):
            someone = " AND ".join(f"{key} IS NOT NULL" for key in keys)
            said = [each, "sum(n) AS n", f"sum(CASE WHEN {someone} THEN 1 ELSE 0 END) AS people"]
            for name in self.sums:
                share = f"CASE WHEN {someone} THEN abs({name}) ELSE 0 END"
                said += [f"sum({name}) AS {name}"]
                said += [f"CASE WHEN max({share}) * 2 > sum({share}) THEN 1 ELSE 0 END AS m{name}"]
            ways.append(f"SELECT {', '.join(said)} FROM {people}{number} GROUP BY {each}")
        said = [each, "max(n) AS n", "min(people) AS people"]
        said += [f"max({name}) AS {name}, max(m{name}) AS m{name}" for name in self.sums]
        return f"SELECT {', '.join(said)} FROM ({' UNION ALL '.join(ways)}) AS w GROUP BY {each}"

    def _told(self, rest: str, groups: list[str]) -> str:
        sums = [f"CASE WHEN m{name} = 0 THEN {name} END" for name in self.sums]
        return ", ".join(["t", f"{rest} AS rest", *groups, "n", *sums])

    # The columns

    def _group(self, dimension: Dimension) -> str:
        """Return what tells a group apart as a text that is never NULL."""
        text = self._text(dimension)
        return f"coalesce('=' || {text}, '')" + ("" if self.compiler.is_sqlite else ' COLLATE "C"')

    def _text(self, dimension: Dimension) -> str:
        value = self.sql.column("r", dimension.column)
        kind = self.sql.kind(self.asked.table, dimension.column)
        how, _, length = dimension.generalise.partition(":")
        moment = isinstance(kind, Date | DateTime) and not self.compiler.is_sqlite
        if how == "prefix":
            return f"substr(CAST({value} AS text), 1, {int(length)})"
        if how == "year":
            return f"to_char({value}, 'YYYY')" if moment else f"substr(CAST({value} AS text), 1, 4)"
        if isinstance(kind, Boolean):
            return f"CASE WHEN {value} THEN 'true' WHEN NOT {value} THEN 'false' END"
        if isinstance(kind, DateTime):
            return f"to_char({value}, 'YYYY-MM-DD HH24:MI:SS')" if moment else f"substr({value}, 1, 19)"
        return f"to_char({value}, 'YYYY-MM-DD')" if moment else f"CAST({value} AS text)"

    def _value(self, column: str) -> str:
        value, scale = self.sql.column("r", column), self._scale(column)
        if self.compiler.is_sqlite and scale:
            value = f"CAST(round({value} * {10**scale}) AS INTEGER)"
        elif isinstance(self.sql.kind(self.asked.table, column), Float) and not self.compiler.is_sqlite:
            value = f"CAST({value} AS numeric)"
        return f"coalesce({value}, 0)"

    def _scale(self, column: str) -> int | None:
        """Return how many decimals a column says that it has; None where it does not."""
        kind = self.sql.kind(self.asked.table, column)
        if isinstance(kind, Integer):
            return 0
        return kind.scale if isinstance(kind, Numeric) and not isinstance(kind, Float) else None

    def _number(self, value: Any, scale: int | None) -> Decimal:
        if self.compiler.is_sqlite and scale:
            return Decimal(int(value)).scaleb(-scale)
        number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
        return number if scale is None else number.quantize(Decimal(1).scaleb(-scale))


def _period(clock: ClockSql, periods: Sequence[Period]) -> str:
    """Return the number of the period that the clock lies in, of one that has started within all of them."""
    cases, until = [], None
    for number, period in enumerate(periods):
        if until is not None and period.first != until + _DAY:
            cases.append(f"WHEN {clock.before(period.first - _DAY)} THEN NULL")
        cases.append(f"WHEN {clock.before(period.last)} THEN {number}")
        until = period.last
    return f"CASE {' '.join(cases)} END"


def _before(day: date) -> date | None:
    return None if day == date.min else day - _DAY
