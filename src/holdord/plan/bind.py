"""Fits a policy, a data map and a store's schema together, and says where they do not fit.

Names become tables, columns, routes and clocks with a settled encoding. What does not fit is refused (``PolicyError``,
``DataMapError``) before anything is planned: an unknown record class, a clock that is nowhere or reached in two ways, a
mapped column that the store does not have, a "latest of" whose own clock may be null, a figure about nobody.
"""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from holdord.datamap.model import ClockColumn, DataMap, Reference, Table
from holdord.errors import DataMapError, PolicyError, Problem
from holdord.plan.figures import FigureBinder
from holdord.plan.fitting import problems
from holdord.plan.moments import Moments
from holdord.plan.predicate import Clock, DataColumn
from holdord.plan.remembered import remembered
from holdord.plan.ways import Ways
from holdord.plan.work import Binder, Work, settled
from holdord.policy.model import Over, Policy, Record
from holdord.policy.purpose import Purpose
from holdord.policy.terms import Afterwards
from holdord.schema import ForeignKey, Schema, TableShape


class Bound:
    """A policy bound to one store.

    Attributes:
        works: Every purpose on every table of its record classes.
        figures: Every figure on the table of its records.
        columns: Table → columns with a category.
        children: Table → (child table, key) for every reference to it, the database's and the data map's.
        order: The mapped tables, children before parents; tables of a circle stand together.
        circles: Table → the tables of the circle of references that it is part of, itself included. A table whose rows
            refer to rows of its own is a circle of one.
        looked: What requests asked of a whole table, and on which day → what was found (``holdord.plan.theirs``).
        lately: The rule as it was on the day before the last request's, and that day (``holdord.plan.tally``).
    """

    def __init__(self, policy: Policy, datamap: DataMap, schema: Schema) -> None:
        self.policy = policy
        self.datamap = datamap
        self.schema = schema
        self.looked: dict[tuple[str, date], Any] = {}
        self.lately: tuple[tuple[object, ...], Any] | None = None
        self._check_map()
        self.columns = {name: self._columns(table) for name, table in datamap.tables.items()}
        self.children = {name: self._children(name) for name in datamap.tables}
        self.order, self.circles = self._ordered()
        wrong: list[Problem] = []
        self.works = list(Binder(policy, datamap, schema, wrong).works())
        self.figures = list(FigureBinder(policy, datamap, schema, self.columns, wrong).figures())
        self._check_classes(wrong)
        if wrong:
            raise PolicyError(wrong)

    # What the store has

    def shape(self, table: str) -> TableShape:
        """Return the table as the store declares it."""
        return self.schema[table]

    def works_on(self, table: str) -> list[Work]:
        """Return the works whose records are rows of ``table``."""
        return self._works_by_table.get(table, [])

    @cached_property
    def _works_by_table(self) -> dict[str, list[Work]]:
        found: dict[str, list[Work]] = {}
        for work in self.works:
            found.setdefault(work.table, []).append(work)
        return found

    @remembered
    def needing(self, table: str, category: str) -> tuple[Purpose, ...]:
        """Return the purposes that need ``category`` of the table's class, in the policy's order."""
        record_class = self.datamap.tables[table].record_class
        return tuple(
            purpose for purpose in self.policy.purposes.values() if purpose.needs_category(record_class, category)
        )

    @remembered
    def deciding(self, table: str) -> tuple[Purpose, ...]:
        """Return the purposes that decide about ``table``: they work on its class, need its data or read its clocks."""
        record_class = self.datamap.tables[table].record_class
        categories = {column.category for column in self.columns[table]}
        reading = {work.purpose.id for work in self.works for clock in work.clocks() if clock.table == table}
        return tuple(
            purpose
            for purpose in self.policy.purposes.values()
            if purpose.id in reading
            or any(works.record_class == record_class for works in purpose.works_on)
            or any(purpose.needs_category(record_class, category) for category in categories)
        )

    def is_shut(self, table: str) -> bool:
        """Tell whether no purpose works on the table's class or needs anything of it."""
        record_class = self.datamap.tables[table].record_class
        return not any(
            need.record_class == record_class for purpose in self.policy.purposes.values() for need in purpose.needs
        ) and not any(
            works.record_class == record_class
            for purpose in self.policy.purposes.values()
            for works in purpose.works_on
        )

    @cached_property
    def over(self) -> tuple[Over, ...]:
        """What people ended, as far as it fits the data map of now."""
        return tuple(
            one
            for one in self.policy.over
            for tables in [self.datamap.of_class(one.person.record_class)]
            if tables and all(self.is_key(table.name, one.person.key) for table in tables)
            if all(self._are_keys(table, keys) for table, keys in (one.rows or {}).items())
        )

    @cached_property
    def over_for(self) -> dict[Record, list[Over]]:
        """Whoever ended something → what."""
        found: dict[Record, list[Over]] = {}
        for one in self.over:
            found.setdefault(one.person, []).append(one)
        return found

    @cached_property
    def truths(self) -> dict[str, tuple[str, ...]]:
        """Table → columns that conditions read and that are declared true or false."""
        read = {place for work in self.works for place in work.reads()}
        found: dict[str, tuple[str, ...]] = {}
        for table, column in sorted(read):
            if self.schema[table].columns[column].family == "truth":
                found[table] = (*found.get(table, ()), column)
        return found

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The tables in order: each by itself, or with all of its circle."""
        return tuple(dict.fromkeys(self.circles.get(table, (table,)) for table in self.order))

    @cached_property
    def ways(self) -> Ways:
        """The ways from each table's rows to records."""
        return Ways(self.datamap)

    @remembered
    def clock(self, column: ClockColumn) -> Clock:
        """Return the clock with its encoding settled by the column's declared type."""
        return settled(column, self.datamap, self.schema)

    @remembered
    def moments(self, clock: Clock) -> Moments:
        """Return what reads the values of a clock, which is one of a work or of ``clock``."""
        return Moments(clock, self.policy.controller.zone)

    @remembered
    def target(self, reference: Reference) -> tuple[str, ...]:
        """Return the parent's columns that a reference of the data map points at."""
        key = self.schema[reference.child].foreign_key(reference.columns, reference.parent)
        return self.schema[reference.parent].key if key is None else key.target

    def _check_map(self) -> None:
        found = list(problems(self.datamap, self.schema))
        if found:
            raise DataMapError(found)

    def structural(self, name: str) -> frozenset[str]:
        """Return the columns of a table that stay until their row goes: keys, references, clocks and conditions."""
        table, shape = self.datamap.tables[name], self.schema[name]
        found = {clock.column for clock in table.clocks.values()} | set(table.conditions.values())
        found |= set(shape.key) | {column for reference in table.references for column in reference.columns}
        found |= {column for key in shape.foreign_keys if key.table in self.datamap.tables for column in key.columns}
        return frozenset(found)

    def _columns(self, table: Table) -> tuple[DataColumn, ...]:
        structural, made = self.structural(table.name), []
        for name, shape in self.schema[table.name].columns.items():
            said = table.columns.get(name)
            if said is None and (name in structural or shape.generated or shape.numbered):
                continue
            pieces = said.inside if said else {}
            category = said.category if said else table.default
            erased_as = said.erased_as if said else None
            made.append(
                DataColumn(
                    column=name,
                    category=category,
                    action=self._afterwards(category),
                    erased_as=str(erased_as) if erased_as is not None and shape.family == "text" else erased_as,
                    generalise=said.generalise if said else "",
                    inside=tuple(pieces),
                )
            )
            made += [
                DataColumn(column=name, category=inner, action=self._afterwards(inner), path=path)
                for path, inner in pieces.items()
            ]
        return tuple(made)

    def _afterwards(self, category: str) -> Afterwards:
        known = self.policy.categories.get(category)
        return known.afterwards if known else "erase"

    def _children(self, table: str) -> tuple[tuple[str, ForeignKey], ...]:
        found = [(name, key) for name, shape in self.schema.items() for key in shape.foreign_keys if key.table == table]
        declared = {(name, frozenset(key.columns)) for name, key in found}
        for name, child in self.datamap.tables.items():
            found += [
                (
                    name,
                    ForeignKey(
                        columns=reference.columns,
                        table=table,
                        target=self.schema[table].key,
                        indexed=self.schema[name].is_indexed(reference.columns),
                    ),
                )
                for reference in child.references
                if reference.parent == table and (name, frozenset(reference.columns)) not in declared
            ]
        return tuple(found)

    def _ordered(self) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
        """Return the tables, children first, and the circles (R. Tarjan, SIAM J. Comput. 1(2), 1972)."""
        order: list[str] = []
        circles: dict[str, tuple[str, ...]] = {}
        numbers: dict[str, int] = {}
        lowest: dict[str, int] = {}
        open_: list[str] = []

        def visit(table: str) -> None:
            numbers[table] = lowest[table] = len(numbers)
            open_.append(table)
            below = [child for child, _ in self.children[table] if child in self.datamap.tables]
            for child in below:
                if child not in numbers:
                    visit(child)
                    lowest[table] = min(lowest[table], lowest[child])
                elif child in open_:
                    lowest[table] = min(lowest[table], numbers[child])
            if lowest[table] == numbers[table]:
                together = set(open_[open_.index(table) :])
                del open_[open_.index(table) :]
                order.extend(by_map := self._by_map(together))
                if len(together) > 1 or table in below:
                    circles.update(dict.fromkeys(together, tuple(by_map)))

        for name in self.datamap.tables:
            if name not in numbers:
                visit(name)
        return tuple(order), circles

    def _by_map(self, together: set[str]) -> list[str]:
        """Return tables, children before parents by the data map alone, in which nothing is a circle."""
        done: list[str] = []

        def visit(table: str) -> None:
            if table not in done:
                for name in self.datamap.tables:
                    above = {reference.parent for reference in self.datamap.tables[name].references}
                    if name in together and table in above:
                        visit(name)
                done.append(table)

        for name in self.datamap.tables:
            if name in together:
                visit(name)
        return done

    # Where the policy does not fit it

    def _check_classes(self, problems: list[Problem]) -> None:
        known = self.datamap.classes
        for purpose in self.policy.purposes.values():
            for index, need in enumerate(purpose.needs):
                if need.record_class not in known:
                    path = ("purposes", purpose.id, "needs", index)
                    what = f"No table holds records of class {need.record_class!r}."
                    problems.append(self._wrong(path, what, ", ".join(sorted(known))))
        for hold in self.policy.holds:
            for record in hold.records:
                tables = self.datamap.of_class(record.record_class)
                if not tables or any(not self.is_key(table.name, record.key) for table in tables):
                    what = f"The scope names no record of class {record.record_class!r}, or not its whole key."
                    problems.append(self._wrong(("holds", hold.id, "scope"), what, ", ".join(sorted(known))))

    def is_key(self, table: str, key: tuple[str | int, ...]) -> bool:
        """Tell whether ``key`` has the parts of the table's primary key, each of its type."""
        shape = self.schema[table]
        families = [shape.columns[name].family for name in shape.key]
        return len(key) == len(families) and all(
            isinstance(part, int) == (family == "number") for part, family in zip(key, families, strict=True)
        )

    def _are_keys(self, table: str, keys: Iterable[tuple[str | int, ...]]) -> bool:
        return table in self.datamap.tables and all(self.is_key(table, key) for key in keys)

    def _wrong(self, path: tuple[str | int, ...], what: str, known: str) -> Problem:
        return self.policy.problem(path, what, f"Classes: {known}." if known else "")
