"""The rule asked of some people, read aloud once more (decision 0023): whose a row is, and what of it goes.

Nothing here is the product's. Where the text leaves a choice, the one that is taken is marked "Reading:".
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from holdord.policy.model import Over, Record
from tests.opinions.interpreter import Case, Id, Judgement, Key, Row, judgement
from tests.opinions.worlds import World

Whose = Literal["own", "shared", "others", "unnamed", "nobodys_own", "nobodys"]
"""Theirs alone, theirs and others', others'; of a table that leads to people, but to none of the class; of a table that
leads to nobody, and rows of their own alone lead there, or not.
"""


@dataclass(frozen=True, kw_only=True)
class Request:
    """People who ask, and what ends for them.

    Attributes:
        record_class: The class of people that they are of.
        keys: Their primary keys, in each table of the class.
        ended: Ids of purposes.
    """

    record_class: str
    keys: tuple[Key, ...]
    ended: frozenset[str] = frozenset()


class Asking(Case):
    """A case in which some people ask."""

    def __init__(self, world: World, at: date, request: Request) -> None:
        super().__init__(world.policy, world.datamap, world.schema, world.rows, at)
        self.request = request

    # --- whose a row is

    @cached_property
    def whose(self) -> dict[Id, Whose]:
        """Row of a mapped table → whose it is."""
        return {one: self._whose(one) for one in self.mapped}

    def _whose(self, id_: Id) -> Whose:
        near = self.about(id_, self.request.record_class)
        if near:
            theirs = {one for one in near if one[1] in self.request.keys}
            return "own" if theirs == near else "shared" if theirs else "others"
        if self.leads_to_people(id_):
            return "unnamed"
        return "nobodys_own" if self.only_theirs_lead_to(id_) else "nobodys"

    def leads_to_people(self, id_: Id) -> bool:
        """Tell whether rows like this one lead to anybody, of whatever class.

        Reading: a row that might name somebody and does not, an order without its customer, is not taken for nobody's:
        nobody knows whose it is.
        """
        classes = {*self.datamap.persons, self.request.record_class}
        tables = {id_[0], *self._tables_above(id_[0])}
        return any(
            self.datamap.tables[name].is_record and self.datamap.tables[name].record_class in classes for name in tables
        )

    def only_theirs_lead_to(self, id_: Id) -> bool:
        """ "Rows that lead to nobody, such as addresses, are the person's where only the person's rows lead to them."

        Reading: the person's rows are their own ones, and nobody's that only theirs lead to: the city of an address.
        """
        leading = self.children[id_]
        return bool(leading) and all(self._whose(one) in ("own", "nobodys_own") for one in leading)

    # --- what of it goes

    def stops_by_data(self) -> dict[str, set[str]]:
        """ "Only the person's rows are looked at": others' data that no purpose needs stop nothing.

        Reading: clocks must fit wherever they are read, for others' rows hold a person's rows as well.
        """
        everything, unfit = self.ids, self._misfits()
        self.ids = {table: [one for one in ids if self.touched(one)] for table, ids in everything.items()}
        self._misfits = lambda: unfit  # type: ignore[method-assign]
        try:
            return super().stops_by_data()
        finally:
            self.ids = everything

    def touched(self, id_: Id) -> bool:
        """Tell whether the request may erase or strip a row."""
        return self.whose.get(id_) in ("own", "nobodys_own")

    def ended(self) -> tuple[Over, ...]:
        """ "A purpose that ends does so on records of the person's own, and on what is theirs of another one's." """
        people = [Record(record_class=self.request.record_class, key=key) for key in self.request.keys]
        now = [Over(purpose=name, person=one) for name in sorted(self.request.ended) for one in people]
        return (*super().ended(), *now)

    def remaining(self, stopped: dict[str, set[str]], branches: Counter[str]) -> set[Id]:
        """Return every row that remains: those that are not theirs are left as they are, and keep what they keep."""
        found = super().remaining(stopped, branches)
        fresh = [one for one in self.mapped if not self.touched(one) and one not in found]
        upwards: dict[Id, list[Id]] = defaultdict(list)
        for parent, referrers in self.referrers.items():
            for child in referrers:
                upwards[child].append(parent)
        while fresh:
            one = fresh.pop()
            if one not in found:
                found.add(one)
                fresh += upwards[one]
        return found

    def _strip(self, id_: Id, column: str, values: Row, branches: Counter[str]) -> bool:
        return self.touched(id_) and super()._strip(id_, column, values, branches)

    def kept_by_others(self) -> Iterator[Id]:
        """Yield own rows that nothing holds, and that rows which are not theirs refer to."""
        for one, whose in self.whose.items():
            not_theirs = (child for child in self.referrers[one] if self.whose.get(child) in ("others", "shared"))
            if whose == "own" and not self.stands(one) and any(not_theirs):
                yield one


def asked(world: World, at: date, request: Request) -> tuple[Asking, Judgement]:
    """Return what a request leaves of a world, and the case that tells whose each row is."""
    case = Asking(world, at, request)
    return case, judgement(case)
