"""The rule asked of some people: which rows are theirs, and what ends because they ask (GDPR art. 15 to 21).

A row is about the people of a class whom it leads to by the fewest references: an order about its customer, an answer
to somebody's post about who wrote the answer and not about whose post it is. Where it leads to several of them by
equally few, as a message does to sender and receiver, it is *shared*: nothing about it ends because one of them asks.
Rows without people of their own, such as an address, are reached where only the person's rows lead to them (decision
0023).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from holdord.datamap.model import Reference, Route
from holdord.errors import PlanError
from holdord.plan.bind import Bound
from holdord.plan.predicate import ALWAYS, Down, Key, KeyIn, Predicate, Up, every, negated, some
from holdord.plan.remembered import remembered


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """People who ask, and what their request ends.

    Attributes:
        record_class: The class of people that they are of.
        keys: Their primary keys.
        ended: Ids of the purposes that end for them; never a law's duty.

    Raises:
        PlanError: Nobody asks.
    """

    record_class: str
    keys: tuple[Key, ...]
    ended: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.keys:
            raise PlanError("A request is about somebody.")


class Whose:
    """Tells which rows are about the people who ask."""

    def __init__(self, bound: Bound, asked: Asked) -> None:
        self.bound = bound
        self.asked = asked
        self._people = {one.name for one in bound.datamap.of_class(asked.record_class)}
        self._them = KeyIn(asked.keys)

    @remembered
    def own(self, table: str) -> Predicate:
        """A row is about these people and no others of their class: to whom it leads by the fewest references."""
        found: list[Predicate] = []
        nobody_nearer: list[Predicate] = []
        for routes in self._by_length(table):
            theirs = some(*(_along(route, self._them) for route in routes))
            others = some(*(_along(route, negated(self._them)) for route in routes))
            found.append(every(theirs, negated(others), *nobody_nearer))
            nobody_nearer += [negated(_along(route, ALWAYS)) for route in routes]
        return some(*found)

    @remembered
    def has_people(self, table: str) -> bool:
        """Tell whether rows of ``table`` lead to people; otherwise they are nobody's, such as addresses."""
        return bool(self._by_length(table) or self.bound.datamap.routes_to_persons(table))

    @remembered
    def left_to_them(self, table: str) -> Predicate:
        """A row that is nobody's, and that only rows of theirs refer to, or nobody's that are left to them."""
        referring = self.referring(table)
        theirs = some(*(Down((one,), self.mine(one.child)) for one in referring))
        return every(theirs, *(negated(Down((one,), negated(self.mine(one.child)))) for one in referring))

    def mine(self, table: str) -> Predicate:
        """A row is their own, or nobody's and left to them."""
        return self.own(table) if self.has_people(table) else self.left_to_them(table)

    def referring(self, table: str) -> list[Reference]:
        """Return the references of the data map to ``table``."""
        return [one for child in self.bound.datamap.tables.values() for one in child.references if one.parent == table]

    def _by_length(self, table: str) -> list[Sequence[Route]]:
        routes: list[Route] = [()] if table in self._people else []
        routes += [route for ancestor, route in self.bound.datamap.routes_up(table) if ancestor in self._people]
        lengths = sorted({len(route) for route in routes})
        return [[route for route in routes if len(route) == length] for length in lengths]


def _along(route: Route, there: Predicate) -> Predicate:
    return Up(route, there) if route else there
