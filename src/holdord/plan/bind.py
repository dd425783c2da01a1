"""Fits a policy, a data map and a store's schema together, and says where they do not fit.

Names become tables, columns, routes and clocks with a settled encoding. What does not fit is refused (``PolicyError``,
``DataMapError``) before anything is planned: an unknown record class, a clock that is nowhere or reached in two ways, a
mapped column that the store does not have, a "latest of" whose own clock may be null.
"""

from functools import cached_property

from holdord.datamap.model import ClockColumn, DataMap, Reference, Table
from holdord.errors import DataMapError, PolicyError, Problem
from holdord.plan.predicate import Clock, DataColumn
from holdord.plan.work import Binder, Work, settled
from holdord.policy.model import Policy
from holdord.policy.purpose import Purpose
from holdord.schema import ForeignKey, Schema, TableShape


class Bound:
    """A policy bound to one store.

    Attributes:
        works: Every purpose on every table of its record classes.
        columns: Table → columns with a category.
        children: Table → (child table, key) for every reference to it, the database's and the data map's.
        order: The mapped tables, children before parents; tables of a circle stand together.
        circles: Table → the tables of the circle of references that it is part of, itself included. A table whose rows
            refer to rows of its own is a circle of one.
    """

    def __init__(self, policy: Policy, datamap: DataMap, schema: Schema) -> None:
        self.policy = policy
        self.datamap = datamap
        self.schema = schema
        self._check_map()
        self.columns = {name: self._columns(table) for name, table in datamap.tables.items()}
        self.children = {name: self._children(name) for name in datamap.tables}
        self.order, self.circles = self._ordered()
        problems: list[Problem] = []
        self.works = list(Binder(policy, datamap, schema, problems).works())
        self._check_classes(problems)
        if problems:
            raise PolicyError(problems)

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

    def needing(self, table: str, category: str) -> tuple[Purpose, ...]:
        """Return the purposes that need ``category`` of the table's class, in the policy's order."""
        record_class = self.datamap.tables[table].record_class
        return tuple(
            purpose for purpose in self.policy.purposes.values() if purpose.needs_category(record_class, category)
        )

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

    def clock(self, column: ClockColumn) -> Clock:
        """Return the clock with its encoding settled by the column's declared type."""
        return settled(column, self.datamap, self.schema)

    def _check_map(self) -> None:
        problems = []
        for table in self.datamap.tables.values():
            shape = self.schema.get(table.name)
            where = f"tables.{table.name}"
            if shape is None:
                problems.append(Problem(what="The store has no such table.", file=self.datamap.file, where=where))
                continue
            if not shape.key:
                what = "The table has no primary key, so its rows cannot be walked in order."
                problems.append(Problem(what=what, remedy="Add one.", file=self.datamap.file, where=where))
            problems += [
                Problem(what=f"The table has no column {name!r}.", file=self.datamap.file, where=where)
                for name in sorted(_named(table) - set(shape.columns))
            ]
        if problems:
            raise DataMapError(problems)

    def _columns(self, table: Table) -> tuple[DataColumn, ...]:
        shape = self.schema[table.name]
        structural = {clock.column for clock in table.clocks.values()} | set(table.conditions.values())
        structural |= set(shape.key) | {name for reference in table.references for name in reference.columns}
        structural |= {name for key in shape.foreign_keys if key.table in self.datamap.tables for name in key.columns}
        made = []
        for name in shape.columns:
            said = table.columns.get(name)
            if said is None and name in structural:
                continue
            category = said.category if said else table.default
            action = self.policy.categories[category].afterwards if category in self.policy.categories else "erase"
            made.append(
                DataColumn(
                    name=name,
                    category=category,
                    action=action,
                    erased_as=said.erased_as if said else None,
                    generalise=said.generalise if said else "",
                )
            )
        return tuple(made)

    def _children(self, table: str) -> tuple[tuple[str, ForeignKey], ...]:
        found = [(name, key) for name, shape in self.schema.items() for key in shape.foreign_keys if key.table == table]
        declared = {(name, key.columns) for name, key in found}
        for name, child in self.datamap.tables.items():
            found += [
                (
                    name,
                    ForeignKey(columns=reference.columns, table=table, target=self.schema[table].key, indexed=True),
                )
                for reference in child.references
                if reference.parent == table and (name, reference.columns) not in declared
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
            tables = self.datamap.of_class(hold.record_class)
            if not tables or any(not self._is_key(table.name, hold.key) for table in tables):
                what = f"The scope names no record of class {hold.record_class!r}, or not its whole key."
                problems.append(self._wrong(("holds", hold.id, "scope"), what, ", ".join(sorted(known))))

    def _is_key(self, table: str, key: tuple[str | int, ...]) -> bool:
        """Tell whether ``key`` has the parts of the table's primary key, each of its type."""
        shape = self.schema[table]
        families = [shape.columns[name].family for name in shape.key]
        return len(key) == len(families) and all(
            isinstance(part, int) == (family == "number") for part, family in zip(key, families, strict=True)
        )

    def _wrong(self, path: tuple[str | int, ...], what: str, known: str) -> Problem:
        return self.policy.problem(path, what, f"Classes: {known}." if known else "")


def _named(table: Table) -> set[str]:
    """Return the columns that the data map names."""
    references: tuple[Reference, ...] = table.references
    return (
        set(table.columns)
        | {clock.column for clock in table.clocks.values()}
        | set(table.conditions.values())
        | {name for reference in references for name in reference.columns}
    )
