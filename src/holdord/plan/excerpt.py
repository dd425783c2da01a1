"""The rows around some people, in memory: all that lead to them, and all that these refer to.

Whatever decides about a person's rows is among them, but for other people's rows that share what is nobody's, such as
an address (``Whose``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from holdord.datamap.model import Reference, Route
from holdord.plan.bind import Bound
from holdord.plan.predicate import Key
from holdord.plan.ways import Way

Row = Mapping[str, Any]


class RowReader(Protocol):
    """A store's snapshot that shows rows."""

    def rows(self, table: str, columns: tuple[str, ...], wanted: Sequence[Key]) -> list[Row]:
        """Return the rows whose ``columns`` have one of these values, each once."""


class Excerpt:
    """Rows of a store in memory.

    Attributes:
        bound: Policy, data map and schema.
        rows: Table → rows, for each mapped table.
    """

    def __init__(self, bound: Bound, rows: Mapping[str, Sequence[Row]]) -> None:
        self.bound = bound
        self.rows: dict[str, list[Row]] = {table: list(rows.get(table, ())) for table in bound.datamap.tables}
        self._found: dict[tuple[str, tuple[str, ...]], dict[Key, list[Row]]] = {}

    def reading_up(self, reader: RowReader) -> "Excerpt":
        """Return these rows with all that they refer to."""
        found = Excerpt(self.bound, self.rows)
        for name in self.bound.order:
            for reference in self.bound.datamap.tables[name].references:
                target = found.target(reference)
                there = set(_all(found.rows[reference.parent], target))
                if wanted := [one for one in _all(found.rows[name], reference.columns) if one not in there]:
                    _add(found, reference.parent, reader.rows(reference.parent, target, wanted))
        return Excerpt(self.bound, found.rows)

    def key(self, table: str, row: Row) -> Key:
        """Return the primary key of a row."""
        return tuple([row[name] for name in self.bound.shape(table).key])

    def target(self, reference: Reference) -> tuple[str, ...]:
        """Return the parent's columns that a reference points at."""
        return self.bound.target(reference)

    def up(self, route: Route, row: Row) -> Row | None:
        """Return the ancestor of a row at the end of a route, or None where there is none."""
        for step in route:
            found = self._having(step.parent, self.target(step), _values(row, step.columns))
            if not found:
                return None
            row = found[0]
        return row

    def down(self, route: Route, row: Row) -> list[Row]:
        """Return the descendants from which a route leads up to a row."""
        found = [row]
        for step in reversed(route):
            target = self.target(step)
            found = [child for one in found for child in self._having(step.child, step.columns, _values(one, target))]
        return found

    def along(self, way: Way, row: Row) -> list[Row]:
        """Return the rows at the end of a way."""
        above = self.up(way.up, row)
        below = [] if above is None else self.down(way.down, above)
        across = [self.up(way.across, one) for one in below]
        return [one for one in across if one is not None]

    def people(self, record_class: str, table: str, row: Row) -> set[Key]:
        """Return the people of a class whom a row is about: to whom it leads by the fewest references (``Whose``)."""
        places = {one.name for one in self.bound.datamap.of_class(record_class)}
        if table in places:
            return {self.key(table, row)}
        routes = [(above, route) for above, route in self.bound.datamap.routes_up(table) if above in places]
        for length in sorted({len(route) for _, route in routes}):
            ends = [(above, self.up(route, row)) for above, route in routes if len(route) == length]
            if found := {self.key(above, end) for above, end in ends if end is not None}:
                return found
        return set()

    def _having(self, table: str, columns: tuple[str, ...], wanted: Key | None) -> list[Row]:
        if wanted is None:
            return []
        if (table, columns) not in self._found:
            index: dict[Key, list[Row]] = {}
            for row in self.rows[table]:
                if (values := _values(row, columns)) is not None:
                    index.setdefault(values, []).append(row)
            self._found[table, columns] = index
        return self._found[table, columns].get(wanted, [])


def excerpt(bound: Bound, reader: RowReader, record_class: str, keys: Sequence[Key]) -> Excerpt:
    """Return the rows around the people of a class with these keys.

    What leads to a record holds all its parts, so it is read downwards from the records that rows are part of as well.
    """
    found = Excerpt(bound, {})
    fresh: dict[str, list[Row]] = {}
    for table in bound.datamap.of_class(record_class):
        fresh[table.name] = _add(found, table.name, reader.rows(table.name, bound.shape(table.name).key, keys))
    while any(fresh.values()):
        for name in reversed(bound.order):
            for reference in bound.datamap.tables[name].references:
                if wanted := _all(fresh.get(reference.parent, ()), found.target(reference)):
                    below = _add(found, name, reader.rows(name, reference.columns, wanted))
                    fresh[name] = [*fresh.get(name, ()), *below]
        records: dict[str, list[Row]] = {}
        for name in bound.order:
            for reference in bound.datamap.tables[name].references:
                if reference.kind == "part_of" and (wanted := _all(fresh.get(name, ()), reference.columns)):
                    above = _add(
                        found, reference.parent, reader.rows(reference.parent, found.target(reference), wanted)
                    )
                    records[reference.parent] = [*records.get(reference.parent, ()), *above]
        fresh = records
    found = found.reading_up(reader)
    _read_clocks(found, reader)
    return found.reading_up(reader)


def _read_clocks(found: Excerpt, reader: RowReader) -> None:
    """Add the rows whose clocks decide about records that are there: the latest of a clock on any descendant."""
    for work in found.bound.works:
        for timer in work.timers:
            for reading in timer.readings:
                above = list(found.rows[work.table])
                for step in reversed(reading.route) if reading.direction == "down" else ():
                    wanted = _all(above, found.target(step))
                    above = reader.rows(step.child, step.columns, wanted) if wanted else []
                    _add(found, step.child, above)


def _add(found: Excerpt, table: str, rows: Iterable[Row]) -> list[Row]:
    """Add rows that are not there yet; return these."""
    if not found.rows[table]:
        fresh = list(rows)
    else:
        there = {found.key(table, row) for row in found.rows[table]}
        fresh = [row for row in rows if found.key(table, row) not in there]
    found.rows[table] += fresh
    return fresh


def _all(rows: Iterable[Row], columns: tuple[str, ...]) -> list[Key]:
    if len(columns) == 1:
        name = columns[0]
        return [(value,) for value in dict.fromkeys([row[name] for row in rows]) if value is not None]
    return list(dict.fromkeys(values for row in rows if (values := _values(row, columns)) is not None))


def _values(row: Row, columns: tuple[str, ...]) -> Key | None:
    """Return a row's values of ``columns``; None where one of them is NULL, which refers to nothing."""
    if len(columns) == 1:
        value = row[columns[0]]
        return None if value is None else (value,)
    found = tuple([row[name] for name in columns])
    return None if None in found else found
