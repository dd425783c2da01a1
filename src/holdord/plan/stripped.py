"""What stripping makes of columns, said in SQL, and what the database would refuse of it."""

import re
from collections.abc import Iterable

from sqlalchemy.types import Date, DateTime

from holdord.plan.compiler import TEXT, Words
from holdord.plan.inside import Inside
from holdord.plan.predicate import DataColumn, Refused
from holdord.schema import Unique

_COLON = re.compile(r"(?<!:):(?=\w)")


def _as_is(sql: str) -> str:
    """Return SQL in which a colon binds nothing."""
    return _COLON.sub(r"\:", sql)


class Stripping:
    """Stripping one row.

    Args:
        words: The statement that is being made.
        row: The name that the row goes by, quoted.
        table: The table that it is of.
    """

    def __init__(self, words: Words, row: str, table: str) -> None:
        self.words = words
        self.row = row
        self.table = table
        self.is_sqlite = words.compiler.is_sqlite
        self.shape = words.compiler.schema[table]

    def bare(self, column: DataColumn) -> str:
        """Return SQL for "this column is stripped already"."""
        value = self._value(column.column)
        if column.in_json:
            return self.inside(column.column).bare(column)
        if column.action == "generalise" and column.generalise:
            return f"{value} IS NULL OR {value} = {self._coarse(column)}"
        if column.erased_as is None:
            return f"{value} IS NULL"
        placeholder = self._placeholder(column)
        if self._is_cast(column):  # not every type has an "="
            value, placeholder = f"CAST({value} AS text)", f"CAST({placeholder} AS text)"
        return f"{self._value(column.column)} IS NULL OR {value} = {placeholder}"

    def assignments(self, columns: Iterable[DataColumn]) -> dict[str, str]:
        """Return column → SQL for what stripping makes of it; the pieces of one column become one."""
        pieces: dict[str, list[DataColumn]] = {}
        for column in columns:
            pieces.setdefault(column.column, []).append(column)
        return {
            name: self.inside(name).stripped(found) if found[0].in_json else self._stripped(found[0])
            for name, found in pieces.items()
        }

    def inside(self, column: str) -> Inside:
        """Return the column's JSON."""
        return Inside(self.words, self._value(column), self.shape.columns[column].base)

    def refused(self, said: Refused, flags: list[str]) -> str:
        """Return SQL for "the database would not take what stripping makes of these columns".

        Args:
            said: What would be stripped, and what may refuse it.
            flags: SQL for each of the conditions under which something is stripped before.
        """
        ways = []
        if said.checks:
            broken = " OR ".join(f"NOT ({_as_is(check.sql)})" for check in said.checks)
            ways.append(f"EXISTS (SELECT 1 FROM {self._as_it_would_be(said, flags)} WHERE {broken})")
        ways += [self._stands_elsewhere(said, unique, flags) for unique in said.taken]
        return " OR ".join(ways)

    def _stands_elsewhere(self, said: Refused, unique: Unique, flags: list[str]) -> str:
        """Return SQL for "another row has already what stripping would put here"."""
        quote, table = self.words.compiler.quote, self.words.name(self.table)
        named = sorted(unique.columns | unique.folded | unique.lowered)
        made = {} if flags else self.assignments(column for column in said.columns if column.column in named)
        own = quote(self.table) if flags else self.row
        pairs = [self._alike(name, made.get(name, f"{own}.{quote(name)}"), unique) for name in named]
        same = " AND ".join(f"holdord_o.{key} = {own}.{key}" for key in map(quote, self.shape.key))
        others = f"(SELECT * FROM {table} WHERE {_as_is(unique.condition)})" if unique.condition else table
        froms = f"{others} AS holdord_o" + (f", {self._as_it_would_be(said, flags)}" if flags else "")
        return f"EXISTS (SELECT 1 FROM {froms} WHERE {' AND '.join(pairs)} AND NOT ({same}))"

    def _as_it_would_be(self, said: Refused, flags: list[str]) -> str:
        """Return the row as stripping would leave it, by its table's own name, generated columns made anew.

        Each value has its column's type, since a check may not be understood or may mean something else without. What
        is stripped before is stripped first, where the row, as it is, satisfies the condition.
        """
        quote, shapes = self.words.compiler.quote, self.shape.columns.values()
        table, kept, row = quote(self.table), [f"holdord_f{number}" for number in range(len(flags))], ""
        for number, columns in enumerate([*(columns for _, columns in said.before), said.columns]):
            on = Stripping(self.words, table, self.table) if row else self
            made = {name: self._typed(name, value) for name, value in on.assignments(columns).items()}
            values = {one.name: self.words.column(on.row, one.name) for one in shapes if not one.generated}
            rest = [f"{table}.{name}" for name in kept] if row else [f"({flag})" for flag in flags]
            if number < len(flags):
                made = {
                    name: f"CASE WHEN {rest[number]} THEN {value} ELSE {values[name]} END"
                    for name, value in made.items()
                }
            listed = [f"{value} AS {quote(name)}" for name, value in (values | made).items()]
            listed += [f"{flag} AS {name}" for flag, name in zip(rest, kept, strict=True)]
            row = f"(SELECT {', '.join(listed)}{f' FROM {row}' if row else ''}) AS {table}"
        again = ", ".join(f"({_as_is(one.generated)}) AS {quote(one.name)}" for one in shapes if one.generated)
        return f"(SELECT {table}.*, {again} FROM {row}) AS {table}" if again else row

    def _alike(self, name: str, mine: str, unique: Unique) -> str:
        """Return SQL for "another row has this value", as the index compares, so that it can be used."""
        theirs = f"holdord_o.{self.words.compiler.quote(name)}"
        if name in unique.lowered:
            return f"lower({theirs}) = lower({mine})"
        if name in unique.folded and not self.is_sqlite:
            mine = f"CAST({mine} AS {self.shape.columns[name].base})"
        return f"{theirs} = {mine}"

    def typed(self, column: DataColumn) -> tuple[str, bool]:
        """Return SQL for what stripping makes of a column, of the very type that it has, and whether rows differ."""
        shape = self.shape.columns[column.column]
        fixed = not column.in_json and column.action == "erase" and "{key}" not in str(column.erased_as)
        if fixed:
            made = "NULL" if column.erased_as is None else self._placeholder(column)
        else:
            (made,) = self.assignments([column]).values()
        return f"CAST({made} AS {shape.declared})", not fixed

    def _typed(self, name: str, value: str) -> str:
        shape = self.shape.columns[name]
        if self.is_sqlite:
            return f"CAST({value} AS TEXT)" if shape.family == "text" else value
        return f"CAST({value} AS {shape.base})" if shape.base else value

    def _value(self, column: str) -> str:
        return self.words.column(self.row, column)

    def _stripped(self, column: DataColumn) -> str:
        if column.action == "generalise":
            return self._coarse(column)
        if column.erased_as is None:
            return "NULL"
        return f"CASE WHEN {self._value(column.column)} IS NOT NULL THEN {self._placeholder(column)} END"

    def _is_cast(self, column: DataColumn) -> bool:
        """Tell whether the placeholder is a text that the database makes a value of."""
        shape = self.shape.columns[column.column]
        return not self.is_sqlite and shape.family == "other" and bool(shape.base)

    def _placeholder(self, column: DataColumn) -> str:
        said = column.erased_as
        if isinstance(said, str) and "{key}" in said:
            before, _, rest = said.partition("{key}")
            key = " || '-' || ".join(f"CAST({self._value(name)} AS TEXT)" for name in self.shape.key)
            return f"({self._words(before)} || {key} || {self._words(rest)})"
        if self._is_cast(column):
            return f"CAST({self._words(str(said))} AS {self.shape.columns[column.column].base})"
        other = self.shape.columns[column.column].family == "other" and isinstance(said, str)
        return self.words.bind(said, TEXT if other else self.words.kind(self.table, column.column))

    def _words(self, words: str) -> str:
        return f"CAST({self.words.bind(words, TEXT)} AS TEXT)"

    def _coarse(self, column: DataColumn) -> str:
        value, kind = self._value(column.column), self.words.kind(self.table, column.column)
        if column.generalise.startswith("prefix:"):
            return f"substr({value}, 1, {int(column.generalise.partition(':')[2])})"
        if not self.is_sqlite and isinstance(kind, Date | DateTime):
            return f"CAST(date_trunc('year', {value}) AS {kind.compile(self.words.compiler.dialect)})"
        ends = "-01-01 00:00:00.000000" if isinstance(kind, DateTime) else "-01-01"
        return f"(substr({value}, 1, 4) || {self._words(ends)})"
