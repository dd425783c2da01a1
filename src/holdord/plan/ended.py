"""Which purposes are over on which rows, since somebody ended them: before, or by the request that is asked about.

An objection that stands ends its purpose on all that is about the person alone, whenever it came there. A consent that
was withdrawn, or ended by a request for erasure, ends on the rows that were there when the person was answered: who
consents anew has new rows. A law's duty nobody can end (decision 0024).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from holdord.plan.bind import Bound
from holdord.plan.excerpt import Excerpt, Row
from holdord.plan.predicate import Key, KeyIn, Predicate, every
from holdord.plan.remembered import remembered
from holdord.plan.whose import Asked, Whose
from holdord.policy.model import Over, Record
from holdord.policy.purpose import Purpose


@dataclass(slots=True)
class _Of:
    """For whom of one class a purpose is over.

    Attributes:
        people: For whom on all that is theirs.
        some: For whom on some rows, and on which: table → keys.
    """

    people: set[Key] = field(default_factory=set)
    some: set[Key] = field(default_factory=set)
    rows: dict[str, set[Key]] = field(default_factory=dict)


class Ended:
    """What people ended.

    Args:
        bound: Policy, data map and schema.
        whose: Who asks now, and what ends by that.
        over: What was ended before; all that was where nothing is said.
    """

    def __init__(self, bound: Bound, whose: Whose | None = None, over: Iterable[Over] | None = None) -> None:
        self.bound = bound
        self.whose = whose
        self._over = bound.over if over is None else tuple(over)

    def near(self, there: Excerpt) -> "Ended":
        """Return the same as far as it is about people in an excerpt."""
        known = self.bound.over_for
        people = [
            Record(record_class=name, key=there.key(place.name, row))
            for name in {one.record_class for one in known}
            for place in self.bound.datamap.of_class(name)
            for row in there.rows[place.name]
        ]
        return Ended(self.bound, self.whose, [one for person in people for one in known.get(person, ())])

    def ends(self, purpose: Purpose) -> bool:
        """Tell whether a purpose is over for anybody."""
        return bool(self._of(purpose))

    @remembered
    def rows(self, purpose: Purpose, table: str) -> tuple[Predicate, ...]:
        """Return what is so of the rows of a table on which a purpose is over: one of these.

        What somebody wrote below another one's post is part of that, and it is theirs nevertheless. What another one's
        record needs of theirs it goes on needing.
        """
        found: list[Predicate] = []
        for name, of in self._of(purpose).items():
            if of.people:
                found.append(self._own(name, of.people, table))
            if keys := of.rows.get(table):
                found.append(every(KeyIn(tuple(sorted(keys, key=str))), self._own(name, of.some, table)))
        return tuple(found)

    def is_over(self, purpose: Purpose, table: str, row: Row, there: Excerpt) -> bool:
        """Tell whether a purpose is over on a row of an excerpt."""
        for name, of in self._of(purpose).items():
            about = there.people(name, table, row)
            if about and (about <= of.people or (about <= of.some and there.key(table, row) in of.rows.get(table, ()))):
                return True
        return False

    def _own(self, record_class: str, people: Collection[Key], table: str) -> Predicate:
        """Return what is so of rows that are about some people alone."""
        asked = self.whose and self.whose.asked
        if self.whose and asked and asked.record_class == record_class and people == set(asked.keys):
            return self.whose.own(table)
        keys = tuple(sorted(people, key=str))
        return Whose(self.bound, Asked(record_class=record_class, keys=keys)).own(table)

    @remembered
    def _of(self, purpose: Purpose) -> dict[str, _Of]:
        """Return class of people → for whom of them a purpose is over."""
        found: dict[str, _Of] = {}
        if purpose.is_duty:
            return found
        for one in self._over:
            if one.purpose != purpose.id:
                continue
            of = found.setdefault(one.person.record_class, _Of())
            if one.rows is None:
                of.people.add(one.person.key)
                continue
            of.some.add(one.person.key)
            for table, keys in one.rows.items():
                of.rows.setdefault(table, set()).update(keys)
        if self.whose is not None and purpose.id in self.whose.asked.ended:
            found.setdefault(self.whose.asked.record_class, _Of()).people.update(self.whose.asked.keys)
        return found
