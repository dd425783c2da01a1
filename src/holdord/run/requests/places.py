"""Where a value lies among a person's own rows, and why it may not be put right in some of these places (GDPR art. 16).

Whose a row is, is said by ``plan.whose`` (decision 0023), and what is done in each place by decision 0025. A place with
a reason is never written to: somebody decides.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.types import Integer

from holdord.plan.ended import Ended
from holdord.plan.excerpt import Row, excerpt
from holdord.plan.grounds import Grounds
from holdord.plan.made import made
from holdord.plan.predicate import DataColumn, Key
from holdord.plan.until import Lasting, Until
from holdord.plan.whose import Asked, Whose
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests.access import theirs
from holdord.run.requests.alike import Unfit, alike, fitted, number
from holdord.run.requests.place import ALSO_OTHERS, DUTY, HELD, REFUSED, SECRET, Change, Place
from holdord.stores.correct import Path
from holdord.stores.snapshot import Snapshot

_LEAST = 3
"""Letters that a text must have to be looked for where other data belong."""


class Places:
    """Looks for values among the rows of one person, as they are in a snapshot.

    Attributes:
        found: The places of what is to be put right.
        there: The changes whose new value stands somewhere already.
    """

    def __init__(
        self, company: Company, snapshot: Snapshot, person: Record, changes: Sequence[Change], at: date
    ) -> None:
        bound = company.bound
        self.bound, self.person, self.changes, self.at = bound, person, changes, at
        self.types = company.store.compiler.tables
        rows = excerpt(bound, snapshot, person.record_class, [person.key])
        self.whose = Whose(bound, Asked(record_class=person.record_class, keys=(person.key,)))
        ended = Ended(bound, self.whose).near(rows)
        self.until = Until(Grounds(bound, at, whose=self.whose, ended=ended), rows)
        self.there: set[Change] = set()
        found: list[Place] = []
        for table, row, shared, also_others in theirs(snapshot, rows, self.whose, person):
            for place in self._of_row(table, row):
                found.append(self._judged(place, row, shared=shared, also_others=also_others))
        self.found = tuple(self._one_empty(found))

    # Where it lies

    def _of_row(self, table: str, row: Row) -> Iterator[Place]:
        """Yield the places of a row that have an old value, or nothing where something is missing."""
        columns: dict[str, list[DataColumn]] = {}
        for column in self.bound.columns[table]:
            columns.setdefault(column.column, []).append(column)
        for name, value in row.items():
            mapped = columns.get(name, [])
            opened, is_json = _opened(value, mapped)
            for path, leaf in _leaves(opened) if is_json else [((), value)]:
                yield from self._of_value(table, row, name, _piece(mapped, path), path, leaf)
            for piece in mapped:
                if piece.path and is_json and _is_missing(opened, piece.path):
                    yield from self._of_value(table, row, name, piece, piece.path, None)
            if not is_json and any(one.in_json for one in mapped) and isinstance(value, str):
                unread = [one for one in self.changes if one.old is not None and one.old.strip() in value]
                yield from (self._place(one, table, row, name, mapped[0], (), one.old, "unclear") for one in unread)

    def _of_value(
        self, table: str, row: Row, name: str, column: DataColumn | None, path: Path, leaf: Any
    ) -> Iterator[Place]:
        category = column.category if column else ""
        if category == SECRET:
            return
        self.there |= {one for one in self.changes if one.category == category and _is_new(one, leaf)}
        same = [one for one in self.changes if one.category == category]
        meant = [one for one in same if self._is_meant(one, table, row, column, leaf)]
        loose = [] if meant else [one for one in self.changes if one not in same and _stands(one, leaf)]
        for change in meant or loose:
            yield self._place(change, table, row, name, column, path, leaf, "elsewhere" if loose else "")

    def _place(
        self,
        change: Change,
        table: str,
        row: Row,
        name: str,
        column: DataColumn | None,
        path: Path,
        leaf: Any,
        reason: str,
    ) -> Place:
        key, rows = self.until.rows.key(table, row), self.until.rows
        above = [(parent, rows.up(route, row)) for parent, route in self.bound.datamap.routes_up(table)]
        return Place(
            change=change,
            table=table,
            record_class=self.bound.datamap.tables[table].record_class,
            key=key,
            column=name,
            name=column.name if column else name,
            path=path,
            category=column.category if column else change.category,
            before=leaf,
            reason=reason,
            purposes=tuple(one.purpose for one in self._lasting(table, row, column)),
            above=((table, key), *((parent, rows.key(parent, one)) for parent, one in above if one is not None)),
        )

    def _is_meant(self, change: Change, table: str, row: Row, column: DataColumn | None, leaf: Any) -> bool:
        """Tell whether a value of the right category is the one to be put right."""
        if change.old is None:
            is_blank = leaf is None or (isinstance(leaf, str) and not leaf.strip())
            return is_blank and self._is_own_record(table, row)
        if leaf is None or _is_new(change, leaf):
            return False
        return alike(change.category, change.old, leaf) or self._is_made_of(change.old, table, row, column, leaf)

    def _is_made_of(self, old: str, table: str, row: Row, column: DataColumn | None, leaf: Any) -> bool:
        """Tell whether a coarser value was made of the old one."""
        key = self.until.rows.key(table, row)
        if column is None or not _is_coarse(column, leaf, key):
            return False
        try:
            exact = fitted(self.bound.shape(table).columns[column.column], old, whole=False)
            return bool(made(column, exact, key) == leaf)
        except ValueError:
            return False

    def _is_own_record(self, table: str, row: Row) -> bool:
        own = {one.name for one in self.bound.datamap.of_class(self.person.record_class)}
        return table in own and self.until.rows.key(table, row) == self.person.key

    def _lasting(self, table: str, row: Row, column: DataColumn | None) -> list[Lasting]:
        """Return the purposes that hold a value on the day."""
        found = self.until.column(table, row, column) if column else []
        return [one for one in found if one.last is None or one.last >= self.at]

    # What is done there

    def _judged(self, place: Place, row: Row, *, shared: bool, also_others: bool) -> Place:
        """Return a place with what should stand there, or the reason why it is left as it is."""
        reason = self._reason(place, row, shared=shared, also_others=also_others)
        if reason:
            return replace(place, reason=reason)
        shape = self.bound.shape(place.table).columns[place.column]
        whole = isinstance(self.types[place.table].c[place.column].type, Integer)
        try:
            if not place.path:
                return replace(place, after=fitted(shape, place.change.new, whole=whole))
            if isinstance(place.before, bool):
                raise Unfit("values of its type cannot be put right from here")
            is_number = isinstance(place.before, int | float)
            whole = isinstance(place.before, int)
            return replace(place, after=number(place.change.new, whole=whole) if is_number else place.change.new)
        except Unfit as error:
            return replace(place, reason=REFUSED, why=str(error))

    def _reason(self, place: Place, row: Row, *, shared: bool, also_others: bool) -> str:
        shape, table = self.bound.shape(place.table), place.table
        column = shape.columns[place.column]
        references = {name for one in self.bound.datamap.tables[table].references for name in one.columns}
        keys = {*shape.key, *references, *(name for key in shape.foreign_keys for name in key.columns)}
        keys |= {name for _, key in self.bound.children[table] for name in key.target}
        mapped = next((one for one in self.bound.columns[table] if one.name == place.name), None)
        known: list[tuple[bool, str]] = [
            (any(hold.as_it_stands for hold in self.until.holds(table, row)), HELD),
            (shared or self._is_anothers(place, row), "shared"),
            (place.column in keys or column.numbered, "key"),
            (bool(place.reason), place.reason),
            (place.column in self.bound.structural(table), "clock"),
            (bool(column.generated), "generated"),
            (mapped is not None and _is_coarse(mapped, place.before, place.key), "coarse"),
            (bool(shape.triggers), "trigger"),
            (any(isinstance(one, str) and set(one) & set('"\\') for one in place.path), "unclear"),
            (place.change.old is None and not place.purposes, "unneeded"),
            (self._is_document(place), DUTY),
            (also_others and not place.change.also_others, ALSO_OTHERS),
        ]
        return next((reason for is_so, reason in known if is_so), "")

    def _is_document(self, place: Place) -> bool:
        """Tell whether a law's duty holds the value in a record that is not the person's own one.

        What stands in the person's own record is what is so of them now; elsewhere it is what was written then.
        """
        return place.record_class != self.person.record_class and any(one.is_duty for one in place.purposes)

    def _is_anothers(self, place: Place, row: Row) -> bool:
        """Tell whether the row is also about somebody of another class who has the same value."""
        rows = self.until.rows
        for name in self.bound.datamap.persons:
            about = rows.people(name, place.table, row) if name != self.person.record_class else set()
            for table in self.bound.datamap.of_class(name) if about else ():
                same = [one.column for one in self.bound.columns[table.name] if one.category == place.category]
                for one in rows.rows[table.name]:
                    is_one = rows.key(table.name, one) in about
                    if is_one and any(alike(place.category, str(place.before), one[column]) for column in same):
                        return True
        return False

    def _one_empty(self, found: Sequence[Place]) -> Iterator[Place]:
        """Yield the places; where several are empty for one value, none of them is chosen."""
        for place in found:
            empty = [one for one in found if one.change == place.change and one.change.old is None]
            several = len(empty) > 1 and not place.reason
            yield replace(place, reason="several", after=None) if several else place


def _opened(value: Any, mapped: Sequence[DataColumn]) -> tuple[Any, bool]:
    """Return what a column holds, and whether that is JSON: by its type, or since the map names pieces in it."""
    if isinstance(value, dict | list):
        return value, True
    if isinstance(value, str) and any(one.in_json for one in mapped):
        try:
            return json.loads(value, object_pairs_hook=_once), True
        except (ValueError, RecursionError):
            return value, False
    return value, False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; one with a key twice cannot be changed with certainty."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield everything in JSON that is no object and no list, with its path."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*path, key))
    elif value is not None:
        yield path, value


def _piece(mapped: Sequence[DataColumn], path: Path) -> DataColumn | None:
    """Return the mapped piece in which something lies, or the rest of the column."""
    around = [one for one in mapped if path[: len(one.path)] == one.path]
    return max(around, key=lambda one: len(one.path), default=None)


def _is_missing(value: Any, path: Sequence[str]) -> bool:
    """Tell whether nothing lies at a path, and all that leads there is there."""
    for key in path:
        if not isinstance(value, dict):
            return False
        value = value.get(key)
    return value is None


def _is_new(change: Change, leaf: Any) -> bool:
    """Tell whether the right value stands there already; a text to the letter."""
    return leaf == change.new if isinstance(leaf, str) else alike(change.category, change.new, leaf)


def _stands(change: Change, leaf: Any) -> bool:
    """Tell whether a text is the wrong value, long enough not to be so by chance."""
    old = change.old
    return (
        old is not None and isinstance(leaf, str) and len(old.strip()) >= _LEAST and alike(change.category, old, leaf)
    )


def _is_coarse(column: DataColumn, value: Any, key: Key) -> bool:
    """Tell whether a value was made coarser already, or would not change."""
    coarser = column.action == "generalise" and column.generalise and not column.in_json and value is not None
    return bool(coarser and made(column, value, key) == value)
