"""What purposes claim over references, gathered table by table instead of asked by each row.

A customer's name is held while an invoice somewhere below the customer is alive. Asked row by row this is a query for
each route from each row, and the routes multiply where tables refer to each other in several ways. A plan gathers
instead: parents before children, each record tells those parts of it that refer to others which laws it is alive for
(``owned``); children before parents, each table hands the claims on its rows one reference up (``carried``, and ``led``
where they do not come from a part); parents before children, each record hands what it is led to down to its parts
(``parts``), and for laws what its other parts carry. Every table is read once or twice for each reference, whatever the
number of routes.

Batches cannot use it: they ask each row again as it is by then (``Grounds.claims``). The plan that is asked after a
sweep, and bounds that no batch may pass, hold the two against each other.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Protocol

from holdord.datamap.model import Reference, Table
from holdord.plan.bind import Bound
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import NEVER, Flagged, Predicate, every, some
from holdord.plan.remembered import remembered
from holdord.policy.purpose import Purpose

_Groups = Mapping[str, set[str] | None]
"""Groups of flags that are handed on, and which of each; None is all."""

_LED = "_led"
"""How the flag of a part ends whose record is led to, for purposes that people have ended."""
FEW = 4
"""So many routes are asked row by row: only rows that nothing of their own holds are asked, along an index."""


class Gatherer(Protocol):
    """A snapshot of a store that can flag rows, in itself only."""

    def gather(
        self, table: str, group: str, flags: list[str], ways: list[tuple[Reference, Mapping[str, Predicate]]]
    ) -> None:
        """Flag rows of ``table`` by what is so of rows at the other end of references."""


class Gathered:
    """Who claims which rows, alive or lapsed, in one snapshot at one date.

    Attributes:
        grounds: The rule.
        name: Part of the names of the groups of flags.
    """

    def __init__(self, grounds: Grounds, reader: Gatherer, name: str) -> None:
        self.grounds = grounds
        self.bound: Bound = grounds.bound
        self.reader = reader
        self.name = name
        self.say = grounds.lapsed if grounds.past else grounds.alive
        self.there: dict[str, dict[str, list[str]]] = {"owned": {}, "carried": {}, "led": {}, "parts": {}}
        for table in reversed(self.bound.order):
            if table in self._handing_across:
                self._gather(table, "owned", self._from_records(table, {"owned": None}, self._duties))
        for table in self.bound.order:
            ways = self._from_children(table)
            self._gather(table, "carried", ways)
            if table in self._having_parts:
                self._gather(table, "led", [way for way in ways if way[0].kind == "refers_to"])
        for table in reversed(self.bound.order):
            handed = {"led": None, "carried": self._duties, "parts": None}
            self._gather(table, "parts", self._from_records(table, handed))

    def claims(self, purpose: Purpose, table: str) -> Predicate:
        """``purpose`` reaches a row of ``table``: as its record, as a part of one, or carrying one."""
        own = [self.say(work) for work in self.bound.works_on(table) if work.purpose is purpose]
        going_on = self.grounds.goes_on(purpose, table)
        part = every(some(*self._flags("parts", table, self._flag(purpose.id))), *going_on)
        led = self._flags("parts", table, self._flag(purpose.id) + _LED)
        return some(*own, *self._flags("carried", table, self._flag(purpose.id)), part, *led)

    def _flags(self, group: str, table: str, flag: str) -> Iterator[Predicate]:
        if flag in self.there[group].get(table, ()):
            yield Flagged(table, f"{group}_{self.name}", (flag,))

    def _gather(self, table: str, group: str, ways: list[tuple[Reference, Mapping[str, Predicate]]]) -> None:
        saying = [(reference, says) for reference, says in ways if says]
        if saying:
            flags = sorted({flag for _, says in saying for flag in says})
            self.reader.gather(table, f"{group}_{self.name}", flags, saying)
            self.there[group][table] = flags

    def _from_children(self, table: str) -> list[tuple[Reference, Mapping[str, Predicate]]]:
        wanted = self._wanted_above[table]
        return [
            (reference, self._says(child.name, {"carried": None} | owned, wanted))
            for child in self.bound.datamap.tables.values()
            for reference in child.references
            if reference.parent == table
            for owned in [{"owned": None} if _leads_off(child, reference) else {}]
        ]

    def _from_records(
        self, table: str, groups: _Groups, wanted: set[str] | None = None
    ) -> list[tuple[Reference, Mapping[str, Predicate]]]:
        return [
            (reference, self._says(reference.parent, groups, wanted))
            for reference in self.bound.datamap.tables[table].references
            if reference.kind == "part_of"
        ]

    def _says(self, table: str, groups: _Groups, wanted: set[str] | None) -> dict[str, Predicate]:
        """Return for each flag what a row of ``table`` must satisfy to hand it on: its own, or one of ``groups``."""
        says: dict[str, Predicate] = {}
        for work in self.bound.works_on(table):
            flag = self._flag(work.purpose.id)
            says[flag] = some(says.get(flag, NEVER), self.say(work))
        for group, among in groups.items():
            for flag in self.there[group].get(table, ()):
                if among is None or flag in among:
                    handed = flag + _LED if group == "led" and flag in self._ending else flag
                    says[handed] = some(says.get(handed, NEVER), Flagged(table, f"{group}_{self.name}", (flag,)))
        return {flag: said for flag, said in says.items() if said != NEVER and (wanted is None or flag in wanted)}

    @cached_property
    def _having_parts(self) -> set[str]:
        tables = self.bound.datamap.tables.values()
        return {one.parent for table in tables for one in table.references if one.kind == "part_of"}

    @cached_property
    def _duties(self) -> set[str]:
        """The flags of purposes that a law says how long to keep data for."""
        return {self._flag(purpose.id) for purpose in self.bound.policy.purposes.values() if purpose.is_duty}

    @cached_property
    def _ending(self) -> set[str]:
        """The flags of purposes that somebody ended: of their parts of others' records, and not of what is led to."""
        purposes = self.bound.policy.purposes.values()
        return {self._flag(purpose.id) for purpose in purposes if self.grounds.ended.ends(purpose)}

    @cached_property
    def _handing_across(self) -> set[str]:
        """Parts that refer to others than their record, and the parts that such ones are part of."""
        found: set[str] = set()
        for table in self.bound.order:
            references = self.bound.datamap.tables[table].references
            if table in found or any(_leads_off(self.bound.datamap.tables[table], one) for one in references):
                found.update(reference.parent for reference in references if reference.kind == "part_of")
                found.add(table)
        return found

    @cached_property
    def _wanted_above(self) -> dict[str, set[str]]:
        """Table → flags that matter for its rows, for its parts, or for rows further up."""
        found: dict[str, set[str]] = {}
        for table in self.bound.order:
            mine = {work.purpose.id for work in self.bound.works_on(table)}
            for column in self.bound.columns[table]:
                mine |= {purpose.id for purpose in self.bound.needing(table, column.category)}
            found.setdefault(table, set()).update(map(self._flag, mine))
            for reference in self.bound.datamap.tables[table].references:
                if reference.kind == "part_of":
                    found.setdefault(reference.parent, set()).update(found[table])
        for table in reversed(self.bound.order):
            for reference in self.bound.datamap.tables[table].references:
                found[table] |= found[reference.parent]
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {purpose: number for number, purpose in enumerate(self.bound.policy.purposes)}

    def _flag(self, purpose: str) -> str:
        return f"p{self._numbers[purpose]}"


def _leads_off(child: Table, reference: Reference) -> bool:
    """Tell whether rows of ``child`` are part of a record that leads to others by ``reference``."""
    return reference.kind == "refers_to" and any(one.kind == "part_of" for one in child.references)


class GatheredGrounds(Grounds):
    """The rule as a plan asks it: claims that come by many routes, or by one without an index, are gathered before."""

    def __init__(self, exact: Grounds, reader: Gatherer, name: str = "") -> None:
        super().__init__(
            exact.bound, exact.at, exact.measure, exact.prefix, exact.as_of, past=exact.past, ended=exact.ended
        )
        self.exact, self.reader = exact, reader
        self.name = f"{exact.label}{name}"

    @cached_property
    def gathered(self) -> Gathered:
        """The claims on every row, flagged when somebody first asks."""
        return Gathered(self.exact, self.reader, self.name)

    @remembered
    def claims(self, purpose: Purpose, table: str) -> Predicate:
        """``purpose`` reaches a row of ``table`` by one of the three ways, alive there (or run out)."""
        routes = self.exact.routes(purpose, table)
        if self.past and self.ended.ends(purpose):
            return self.exact.claims(purpose, table)  # of few rows, and of parts it is told apart who ended it
        if len(routes) <= FEW and all(self._is_indexed(step) for way in routes for step in (*way.up, *way.down)):
            return self.exact.claims(purpose, table)
        return self.gathered.claims(purpose, table)

    def _is_indexed(self, reference: Reference) -> bool:
        return self.bound.shape(reference.child).is_indexed(reference.columns)
