"""Figures in SQL: groups of rows with the check of their size, which is made in the database (``plan.figures``).

One statement for all periods, the same on SQLite and PostgreSQL, in steps (common table expressions):

1. ``rows``: each with its period (one flat CASE over the clock's cut-offs), its group, its numbers and its people;
2. ``by_0``, ``by_1``, …, one for each route: rows and sums of each person in each group;
3. ``by_0_way``, …: each group by that route, with its people, and the largest share and all shares of rows and sums;
   ``by_0_two``, …: those few groups again in which the largest share of a sum does not tell that two are not too large:
   there the second largest is looked for;
4. ``groups``, with the fewest people that a route gives them, and whether shares of rows or of a sum are too large;
5. ``of_0``, …: the people of those that do not pass, together; ``rest``: these counted as in 3 and 4;
6. the groups and the rests that pass.

People are joined to the few groups that a flag tells (``passes``, ``asks``): of a comparison PostgreSQL expects more
groups, and sorts all people. CROSS JOIN has SQLite look up groups for people, and not index all people.

What tells groups apart is made a text that begins with "=", and NULL the empty one, so that plain equality compares it:
PostgreSQL joins by nothing else in less than the square of the groups. Whole numbers are summed as such. On SQLite,
which has no decimals, a column that says its decimals is summed in units of the last one; other fractions are exact to
15 digits there.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.types import Boolean, Date, DateTime, Float, Integer, Numeric

from holdord.datamap.model import Route
from holdord.plan.clocks import ClockSql
from holdord.plan.compile import Sql
from holdord.plan.compiler import Compiler
from holdord.plan.figures import ONE, TWO, Cell, Counted, Dimension
from holdord.policy.figure import Period

_DAY = timedelta(days=1)


def figures(connection: Connection, compiler: Compiler, asked: Counted) -> tuple[Cell, ...]:
    """Return the groups and rests that have enough people, by period, then by what tells them apart, rests last."""
    grouped = _Grouped(compiler, asked)
    return tuple(map(grouped.cell, grouped.sql.text(grouped.statement()).run(connection)))


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
        ways = range(len(self.keys))
        steps += [f"holdord_by_{way} AS ({self._people(self.keys[way], by)})" for way in ways]
        steps += self._checked("holdord_by", by, "holdord_groups")
        found = f"SELECT {self._told('0', self.groups)} FROM holdord_groups WHERE passes = 1"
        if self.groups:
            steps += [f"holdord_of_{way} AS ({self._of_small(way, self.keys[way], by)})" for way in ways]
            steps += self._checked("holdord_of", ["t"], "holdord_rest")
            rest = [f"'' AS {name}" for name in self.groups]
            found += f" UNION ALL SELECT {self._told('1', rest)} FROM holdord_rest WHERE passes = 1"
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
        """Return the joins that lead to the person, and the columns that name it there: NULL where there is none.

        A key that the database declares is no proof that the person is there: SQLite enforces none for whoever does
        not ask for it, and PostgreSQL may have one that was never looked at (NOT VALID).
        """
        sql, joins, here = self.sql, "", "r"
        names: Sequence[str] = self.compiler.schema[self.asked.table].key
        for step, reference in enumerate(route):
            parent, names = f"holdord_up_{number}_{step}", self.compiler.target(reference)
            pairs = zip(names, reference.columns, strict=True)
            same = " AND ".join(f"{sql.column(parent, a)} = {sql.column(here, b)}" for a, b in pairs)
            joins += f" LEFT JOIN {sql.name(reference.parent)} AS {parent} ON {same}"
            here = parent
        return joins, [sql.column(here, name) for name in names]

    def _people(self, keys: list[str], by: list[str]) -> str:
        each = ", ".join([*by, *keys])
        sums = "".join(f", sum({name}) AS {name}" for name in self.sums)
        return f"SELECT {each}, count(*) AS n{sums} FROM holdord_rows WHERE t IS NOT NULL GROUP BY {each}"

    def _of_small(self, number: int, keys: list[str], by: list[str]) -> str:
        same = " AND ".join(f"p.{name} = g.{name}" for name in by)
        each = ", ".join(f"p.{name}" for name in ("t", *keys))
        sums = "".join(f", sum(p.{name}) AS {name}" for name in self.sums)
        froms = f"holdord_by_{number} AS p CROSS JOIN holdord_groups AS g"
        return f"SELECT {each}, sum(p.n) AS n{sums} FROM {froms} WHERE {same} AND g.passes = 0 GROUP BY {each}"

    def _checked(self, people: str, by: list[str], name: str) -> list[str]:
        """Return the steps from people to the groups: each route has every row once."""
        steps, found = [], []
        for number, keys in enumerate(self.keys):
            of = f"{people}_{number}"
            steps.append(f"{of}_way AS ({self._way(of, keys, by)})")
            found.append(f"SELECT {', '.join([*by, *self._first()])} FROM {of}_way")
            if self.sums:
                steps.append(f"{of}_two AS ({self._two(of, keys, by)})")
                found.append(f"SELECT * FROM {of}_two")
        passes = f"CASE WHEN min(people) >= {int(self.asked.at_least)} AND max(mn) = 0 THEN 1 ELSE 0 END AS passes"
        most = [f"max({one}) AS {one}" for one in ("n", *self.sums, *(f"m{one}" for one in self.sums))]
        said = ", ".join([*by, passes, *most])
        steps.append(f"{name} AS (SELECT {said} FROM ({' UNION ALL '.join(found)}) AS w GROUP BY {', '.join(by)})")
        return steps

    def _way(self, people: str, keys: list[str], by: list[str]) -> str:
        """Return each group by one route: people, rows and sums; of each number the largest share (x), and all (a).

        Where there are enough people and two may have too much of a sum, it asks for more.
        """
        someone = " AND ".join(f"{key} IS NOT NULL" for key in keys)
        said = [*by, f"sum(CASE WHEN {someone} THEN 1 ELSE 0 END) AS people"]
        for name in ("n", *self.sums):
            share = f"CASE WHEN {someone} THEN abs({name}) ELSE 0 END"
            said += [f"sum({name}) AS {name}", f"max({share}) AS x{name}", f"sum({share}) AS a{name}"]
        way = f"SELECT {', '.join(said)} FROM {people} GROUP BY {', '.join(by)}"
        large = " OR ".join(f"{_exceeds(f'x{name} * 2', f'a{name}', TWO)} = 1" for name in self.sums)
        if not large:
            return way
        asks = f"CASE WHEN people >= {int(self.asked.at_least)} AND ({large}) THEN 1 ELSE 0 END AS asks"
        return f"SELECT w.*, {asks} FROM ({way}) AS w"

    def _first(self) -> list[str]:
        """Return what is told of a group by one route: its numbers, and whether one person's share is too large."""
        numbers = ["n", *self.sums]
        return ["people", *numbers, *(f"{_exceeds(f'x{one}', f'a{one}', ONE)} AS m{one}" for one in numbers)]

    def _two(self, people: str, keys: list[str], by: list[str]) -> str:
        """Return the same of groups of enough people by the two largest shares of a sum, where two may be too large."""
        same = [f"p.{name} = g.{name}" for name in by] + [f"p.{key} IS NOT NULL" for key in keys]
        said = [*(f"g.{name}" for name in by), "max(g.people) AS people"]
        said += [*(f"max(g.{name}) AS {name}" for name in ("n", *self.sums)), "0 AS mn"]
        for name in self.sums:
            share, most = f"abs(p.{name})", f"g.x{name}"
            twice = f"sum(CASE WHEN {share} = {most} THEN 1 ELSE 0 END) > 1 THEN max({most})"
            second = f"CASE WHEN {twice} ELSE max(CASE WHEN {share} < {most} THEN {share} ELSE 0 END) END"
            said.append(f"{_exceeds(f'(max({most}) + {second})', f'max(g.a{name})', TWO)} AS m{name}")
        each = ", ".join(f"g.{name}" for name in by)
        froms = f"{people} AS p CROSS JOIN {people}_way AS g WHERE {' AND '.join(same)} AND g.asks = 1"
        return f"SELECT {', '.join(said)} FROM {froms} GROUP BY {each}"

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


def _exceeds(part: str, whole: str, share: Fraction) -> str:
    """Return 1 where a part of the whole is larger than a share of it, else 0."""
    return f"CASE WHEN {part} * {share.denominator} > {whole} * {share.numerator} THEN 1 ELSE 0 END"


def _before(day: date) -> date | None:
    return None if day == date.min else day - _DAY
