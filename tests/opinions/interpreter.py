"""The rule, read aloud: what is left of some rows on a date, and why.

Each sentence of the rule is one small function over single rows; there is no SQL, no cut-off and no set-based step.
The calendar is done here once more, forwards: a start leads to the last day of its period. Only the loaded policy
and data map are shared with the product, never its planner.

Where the text leaves a choice, the one that is taken here is marked "Reading:".
"""

import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from holdord.datamap.model import ClockColumn, DataMap, Table
from holdord.policy.calendar import FinancialYear
from holdord.policy.duration import Duration
from holdord.policy.model import Over, Policy
from holdord.policy.purpose import Clock, Condition, Limit, Purpose
from holdord.schema import Schema

Row = dict[str, Any]
Key = tuple[Any, ...]
Path = tuple[str, ...]
Paths = tuple[Path, ...]
Id = tuple[str, Key]
"""A row: its table and its primary key."""

BRANCHES = (
    # why a column of a row is held
    "held_own",
    "held_part",
    "held_carries",
    "held_with_record",
    "held_by_hold_own",
    "held_by_hold_descendant",
    "held_by_hold_ancestor",
    "not_held",
    "hold_not_active",
    # clocks
    "clock_own",
    "clock_ancestor",
    "clock_ancestor_absent",
    "clock_null",
    "clock_sentinel",
    "clock_future",
    "moment_falls_on_another_date",
    "encoding_date",
    "encoding_timestamp",
    "encoding_timestamp_tz",
    "encoding_epoch_seconds",
    "encoding_epoch_milliseconds",
    "encoding_iso_date",
    "encoding_iso_timestamp",
    "latest_is_own",
    "latest_is_ancestor",
    "latest_is_descendant",
    "latest_ignores_null",
    "latest_of_nothing",
    # limits
    "limit_not_started",
    "limit_unexpired",
    "limit_last_day",
    "limit_first_due_day",
    "limit_expired",
    "all_of_several_unexpired",
    "one_of_several_expired",
    "financial_year_rounded",
    "calendar_year_rounded",
    "month_end_clipped",
    # conditions
    "condition_is",
    "condition_is_not",
    "condition_in",
    "condition_below",
    "condition_above",
    "condition_met",
    "condition_unmet",
    "condition_on_ancestor",
    "condition_on_absent_ancestor",
    "condition_null_met",
    "condition_null_unmet",
    "never_claimed",
    # standing and remaining
    "stands_by_hold",
    "stands_by_own_purpose",
    "stands_by_column",
    "stands_without_column",
    "stands_as_carrying_clock",
    "stands_as_bare_part",
    "remains_by_mapped_child",
    "remains_by_unmapped_child",
    "remains_by_stopped_table",
    # what happens
    "kept_whole",
    "stripped_to_null",
    "stripped_to_placeholder",
    "stripped_to_unique_placeholder",
    "generalised_year",
    "generalised_prefix",
    "stripped_piece",
    "stripped_rest",
    "already_stripped",
    "stripped_standing",
    "stripped_remaining",
    "erased",
    # stops
    "uncovered_with_data",
    "uncovered_without_data",
    "shut_with_rows",
    "shut_without_rows",
    "misfit",
    "misfit_elsewhere",
)
"""Every branch that ordinary worlds reach; stops count the rows that they concern.

Stops by the shape of a table are counted as ``stop_…`` beside these.
"""


class Refusal(Exception):
    """The policy cannot be applied to this store: a clock does not resolve, or a latest-of lacks its anchor."""


class Misfit(Exception):
    """A clock's value does not fit its encoding."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the rule says of some rows.

    Attributes:
        rows: What is left, by table, in key order.
        stopped: Table → codes of the findings that stop it.
        erased: Table → keys of the rows that are gone.
        stripped: (table, column) → keys of the rows whose value there changes.
        branches: How often each branch of the rule was taken.
    """

    rows: dict[str, list[Row]]
    stopped: dict[str, set[str]]
    erased: dict[str, set[Key]]
    stripped: dict[tuple[str, str], set[Key]]
    branches: Counter[str]


def judge(policy: Policy, datamap: DataMap, schema: Schema, rows: dict[str, list[Row]], at: date) -> Judgement:
    """Return what is left of ``rows`` after a sweep at ``at``.

    Args:
        policy: The promises.
        datamap: Where personal data lie.
        schema: All tables of the store, those that the data map does not name included.
        rows: Table → rows as read from a database.
        at: The controller's date.

    Raises:
        Refusal: Where the policy does not fit the store.
    """
    return judgement(Case(policy, datamap, schema, rows, at))


def judgement(case: "Case") -> Judgement:
    """Return what is left of a case's rows.

    Raises:
        Refusal: Where the policy does not fit the store.
    """
    case.check_latest()
    stopped = case.stops_by_data()
    erased, changes = case.settle(stopped, Counter())
    for table, codes in case.stops_by_shape(stopped, erased, changes).items():
        stopped[table] |= codes
    branches = case.branches
    case.stuck.clear()
    erased, changes = case.settle(stopped, branches)
    for table, codes in case.stuck.items():
        stopped[table] |= codes
    left: dict[str, list[Row]] = {}
    for table in case.ids:
        kept = [id_ for id_ in case.ids[table] if id_ not in erased]
        left[table] = [{**case.row[id_], **changes.get(id_, {})} for id_ in kept]
    gone: dict[str, set[Key]] = defaultdict(set)
    for table, key in erased:
        gone[table].add(key)
    stripped: dict[tuple[str, str], set[Key]] = defaultdict(set)
    for (table, key), values in changes.items():
        for column in values:
            if (table, column) not in case.insides:
                stripped[table, column].add(key)
    for (table, column), keys in case.taken_out.items():
        stripped[table, column] |= keys
    return Judgement(
        rows=left,
        stopped={table: codes for table, codes in stopped.items() if codes},
        erased=dict(gone),
        stripped=dict(stripped),
        branches=branches,
    )


# --- the calendar, forwards ---------------------------------------------------------------------------------------


def last_day(start: date, duration: Duration, year: FinancialYear | None, branches: Counter[str]) -> date:
    """Return the last day that still belongs to the period; ``date.max`` where it never ends.

    "with financial-year rounding applied to ``start`` first (to the last day of its financial year)"
    "Month ends are clipped (31 January + 1 month = 28 or 29 February)"
    """
    if year is not None:
        rounded = end_of_year(start, year)
        if rounded is None:
            return date.max
        if rounded != start:
            branches["financial_year_rounded"] += 1
        start = rounded
        if year.calendar:
            # "the end of the calendar year in which the financial year ended"
            branches["calendar_year_rounded"] += start != date(start.year, 12, 31)
            start = date(start.year, 12, 31)
    months = start.month - 1 + duration.months
    in_year, in_month = start.year + months // 12, months % 12 + 1
    if in_year > date.max.year:
        return date.max
    day = min(start.day, monthrange(in_year, in_month)[1])
    if day != start.day:
        branches["month_end_clipped"] += 1
    try:
        return date(in_year, in_month, day) + timedelta(days=duration.days)
    except OverflowError:
        return date.max


def end_of_year(day: date, year: FinancialYear) -> date | None:
    """Return the last day of the financial year that ``day`` lies in; None where it is beyond the calendar.

    A year that ends on 28 February ends on the 29th where there is one.
    """
    for candidate in (day.year, day.year + 1):
        if candidate > date.max.year:
            return None
        ends_on = monthrange(candidate, 2)[1] if (year.month, year.day) == (2, 28) else year.day
        end = date(candidate, year.month, ends_on)
        if day <= end:
            return end
    raise AssertionError("a day lies in this financial year or in the next")


# --- one case: a policy, a data map, rows and a date ---------------------------------------------------------------


class Case:
    """Everything that one judgement looks at; what was asked once is remembered."""

    def __init__(self, policy: Policy, datamap: DataMap, schema: Schema, rows: dict[str, list[Row]], at: date) -> None:
        self.policy = policy
        self.datamap = datamap
        self.schema = schema
        self.at = at
        self.zone = policy.controller.zone
        self.branches: Counter[str] = Counter()
        self.row: dict[Id, Row] = {}
        self.ids: dict[str, list[Id]] = {}
        for table, listed in rows.items():
            key = schema[table].key
            found = {(table, tuple(row[part] for part in key) if key else (n,)): row for n, row in enumerate(listed)}
            self.row |= found
            self.ids[table] = sorted(found)
        self.parents: dict[Id, list[tuple[str, Id]]] = defaultdict(list)
        self.children: dict[Id, list[Id]] = defaultdict(list)
        self.referrers: dict[Id, set[Id]] = defaultdict(set)
        self._link()
        self._ancestors: dict[tuple[Id, bool], frozenset[Id]] = {}
        self._descendants: dict[Id, frozenset[Id]] = {}
        self._alive: dict[Id, frozenset[str]] = {}
        self._reached: dict[Id, dict[Id, int]] = {}
        self._carried: dict[Id, frozenset[str]] = {}
        self._led: dict[Id, set[str]] = defaultdict(set)
        self._duties: dict[Id, set[str]] = defaultdict(set)
        self._readings: dict[tuple[str, Limit], list[tuple[str, ClockColumn]]] = {}
        self._starts: dict[tuple[Id, str], date | None] = {}
        self.stuck: dict[str, set[str]] = defaultdict(set)
        self.insides: dict[tuple[str, str], tuple[str, Path, Paths]] = {}
        self.taken_out: dict[tuple[str, str], set[Key]] = defaultdict(set)
        self._held: dict[Id, frozenset[str]] = {}
        self._stands: dict[Id, bool] = {}
        self._categories = {name: self._categories_of(table) for name, table in datamap.tables.items()}
        self._needing = {
            (name, column): frozenset(
                purpose.id
                for purpose in policy.purposes.values()
                if purpose.needs_category(datamap.tables[name].record_class, category)
            )
            for name, categories in self._categories.items()
            for column, category in categories.items()
        }
        self.holds = self._holds()

    # --- how rows hang together

    def _link(self) -> None:
        """Follow the data map's references (towards the person), and every foreign key (what must remain)."""
        for name, table in self.datamap.tables.items():
            for reference in table.references:
                target = self._target(name, reference.columns, reference.parent)
                for child, parent in self._pairs(name, reference.columns, reference.parent, target):
                    self.parents[child].append((reference.kind, parent))
                    self.children[parent].append(child)
                    self.referrers[parent].add(child)  # Reading: a reference of the map counts as a foreign key
        for name, shape in self.schema.items():
            for foreign in shape.foreign_keys:
                for child, parent in self._pairs(name, foreign.columns, foreign.table, foreign.target):
                    self.referrers[parent].add(child)

    def _target(self, child: str, columns: tuple[str, ...], parent: str) -> tuple[str, ...]:
        for foreign in self.schema[child].foreign_keys:
            if foreign.columns == columns and foreign.table == parent:
                return foreign.target
        return self.schema[parent].key

    def _pairs(
        self, child: str, columns: tuple[str, ...], parent: str, target: tuple[str, ...]
    ) -> Iterator[tuple[Id, Id]]:
        there = {tuple(self.row[id_][part] for part in target): id_ for id_ in self.ids.get(parent, ())}
        for id_ in self.ids.get(child, ()):
            values = tuple(self.row[id_][part] for part in columns)
            if None not in values and values in there:
                yield id_, there[values]

    def ancestors(self, id_: Id, parts_only: bool = False) -> frozenset[Id]:
        """ "Row *a* is an ancestor of *r* when paths lead from *r* to *a*" """
        if (id_, parts_only) not in self._ancestors:
            found: set[Id] = set()
            for kind, parent in self.parents[id_]:
                if kind == "part_of" or not parts_only:
                    found |= {parent} | self.ancestors(parent, parts_only)
            self._ancestors[id_, parts_only] = frozenset(found)
        return self._ancestors[id_, parts_only]

    def descendants(self, id_: Id) -> frozenset[Id]:
        """ "*r* is then a descendant" """
        if id_ not in self._descendants:
            found: set[Id] = set()
            for child in self.children[id_]:
                found |= {child} | self.descendants(child)
            self._descendants[id_] = frozenset(found)
        return self._descendants[id_]

    def _tables_above(self, table: str) -> Counter[str]:
        """Return table → number of routes that lead up to it."""
        ways: Counter[str] = Counter()
        for reference in self.datamap.tables[table].references:
            ways[reference.parent] += 1
            ways.update(self._tables_above(reference.parent))
        return ways

    # --- categories

    def _categories_of(self, table: Table) -> dict[str, str]:
        """Return column → category, for the columns that have one.

        "Primary keys, reference columns, and columns that a clock or a condition reads carry no category of their own"
        "A column that is listed nowhere has the table's default category."

        Reading: a primary key that the map lists has a category all the same (and stops the table, see below);
        a reference column is one of the map's references, or of a foreign key to a mapped table.
        """
        shape = self.schema[table.name]
        references = {column for reference in table.references for column in reference.columns}
        references |= {
            column
            for foreign in shape.foreign_keys
            if foreign.table in self.datamap.tables
            for column in foreign.columns
        }
        read = {clock.column for clock in table.clocks.values()} | set(table.conditions.values())
        found = {}
        for column in shape.columns:
            if column in table.columns and column not in references:
                found[column] = table.columns[column].category
                inside = table.columns[column].inside
                if inside:
                    self.insides[table.name, column] = column, (), tuple(inside)
                for path, category in inside.items():  # "Each path is a piece of data with a category of its own."
                    piece = ".".join((column, *path))
                    found[piece] = category
                    self.insides[table.name, piece] = column, path, tuple(inside)
            elif column not in shape.key and column not in references and column not in read:
                found[column] = table.default
        return found

    def placeholder(self, id_: Id, column: str) -> Any:
        """Return what stands where ``column`` was erased; None is NULL."""
        said = self.datamap.tables[id_[0]].columns.get(column)
        if said is None or said.erased_as is None:
            return None
        if isinstance(said.erased_as, str):
            return said.erased_as.replace("{key}", "-".join(str(part) for part in id_[1]))
        return said.erased_as

    # --- clocks

    def encoding(self, clock: ClockColumn) -> str:
        if clock.encoding is not None:
            return clock.encoding
        family = self.schema[clock.table].columns[clock.column].family
        if family not in ("date", "timestamp", "timestamp_tz"):
            raise Refusal(f"{clock.table}.{clock.column}: the type does not tell the clock's encoding")
        return family

    def started(self, id_: Id, clock: ClockColumn) -> date | None:
        """Return the controller's date on which the clock started; None where it has not.

        Raises:
            Misfit: The value does not fit.
        """
        if (id_, clock.name) not in self._starts:
            self._starts[id_, clock.name] = self._decoded(clock, self.row[id_][clock.column])
        return self._starts[id_, clock.name]

    def _decoded(self, clock: ClockColumn, value: Any) -> date | None:
        if value is None:
            self.branches["clock_null"] += 1
            return None
        if any(type(value) is type(sentinel) and value == sentinel for sentinel in clock.not_started):
            self.branches["clock_sentinel"] += 1
            return None
        encoding = self.encoding(clock)
        if encoding in ("date", "iso_date"):
            found = written = _as_date(encoding, value)
        else:
            moment = _as_moment(encoding, value, clock)
            written, found = _date_in(moment, clock.zone), _date_in(moment, self.zone)
            if found != _date_in(moment, UTC):
                self.branches["moment_falls_on_another_date"] += 1
        # Reading: a date among the sentinels means that date as it is written in the clock's own zone.
        if written in clock.not_started or written.isoformat() in clock.not_started:
            self.branches["clock_sentinel"] += 1
            return None
        self.branches[f"encoding_{encoding}"] += 1
        if found > self.at:
            self.branches["clock_future"] += 1
        return found

    def readings(self, table: str, limit: Limit) -> list[tuple[str, ClockColumn]]:
        """Return (own | ancestor | descendant, clock column) for each that the limit reads of a row of ``table``."""
        if (table, limit) not in self._readings:
            found = [entry for clock in limit.clocks for entry in self._resolved(table, clock, limit.latest)]
            self._readings[table, limit] = found
        return self._readings[table, limit]

    def _resolved(self, table: str, clock: Clock, latest: bool) -> list[tuple[str, ClockColumn]]:
        tables = self.datamap.tables
        above = self._tables_above(table)
        if not clock.record_class:
            # "A bare name is the row's own clock, or else that of the nearest ancestor that has one"
            if clock.name in tables[table].clocks:
                return [("own", tables[table].clocks[clock.name])]
            level = {reference.parent for reference in tables[table].references}
            while level:
                having = [name for name in level if clock.name in tables[name].clocks]
                if having:
                    return self._single(table, clock, having, above)
                level = {reference.parent for name in level for reference in tables[name].references}
            raise Refusal(f"{table}: no clock {clock}")
        # "``class.name`` names the class; only inside ``latest_of`` may that be a descendant's."

        def named(name: str) -> bool:
            return tables[name].record_class == clock.record_class and clock.name in tables[name].clocks

        found = [("own", tables[table].clocks[clock.name])] if named(table) else []
        if not latest and found:
            return found
        ancestors = [name for name in above if named(name)]
        if not latest:
            return self._single(table, clock, ancestors, above)
        below = [name for name in tables if named(name) and table in self._tables_above(name)]
        found += [("ancestor", tables[name].clocks[clock.name]) for name in ancestors]
        found += [("descendant", tables[name].clocks[clock.name]) for name in below]
        if not found:
            raise Refusal(f"{table}: no clock {clock}")
        return found

    def _single(
        self, table: str, clock: Clock, having: list[str], above: Counter[str]
    ) -> list[tuple[str, ClockColumn]]:
        """ "which must be reached in exactly one way" """
        if sum(above[name] for name in having) != 1:
            raise Refusal(f"{table}: the clock {clock} is not reached in exactly one way")
        return [("ancestor", self.datamap.tables[having[0]].clocks[clock.name])]

    def check_latest(self) -> None:
        """ "If a descendant is among them, one of the row's own must be never null (NOT NULL in the store, no
        sentinels), else the policy is refused for this store."
        """
        for purpose, limit in self.policy.limits():
            for table in self._works_on(purpose):
                read = self.readings(table, limit)
                if any(kind == "descendant" for kind, _ in read) and not any(
                    kind == "own"
                    and not clock.not_started
                    and not self.schema[clock.table].columns[clock.column].nullable
                    for kind, clock in read
                ):
                    raise Refusal(f"{purpose.id}: a latest_of on {table} lacks a clock of its own that is never null")

    def _works_on(self, purpose: Purpose) -> list[str]:
        """Return the tables whose rows may be records of the purpose: those with a class of their own."""
        classes = {work.record_class for work in purpose.works_on}
        return [
            name for name, table in self.datamap.tables.items() if table.is_record and table.record_class in classes
        ]

    def start(self, id_: Id, limit: Limit) -> date | None:
        """ "The clock may be on the row, on an ancestor, or the latest of several, descendants' included; nulls are
        ignored, all null is not started."
        """
        if not limit.latest:
            ((kind, clock),) = self.readings(id_[0], limit)
            if kind == "own":
                self.branches["clock_own"] += 1
                return self.started(id_, clock)
            there = [above for above in self.ancestors(id_) if above[0] == clock.table]
            if not there:
                # "A clock on an ancestor that is not there (the reference is NULL) has not started."
                self.branches["clock_ancestor_absent"] += 1
                return None
            self.branches["clock_ancestor"] += 1
            return self.started(there[0], clock)
        best: tuple[date, str] | None = None
        nulls = False
        for kind, clock in self.readings(id_[0], limit):
            if kind == "own":
                around: frozenset[Id] = frozenset({id_})
            else:
                around = self.ancestors(id_) if kind == "ancestor" else self.descendants(id_)
            for other in around:
                if other[0] == clock.table:
                    start = self.started(other, clock)
                    nulls |= start is None
                    if start is not None and (best is None or start > best[0]):
                        best = (start, kind)
        if best is None:
            self.branches["latest_of_nothing"] += 1
            return None
        self.branches["latest_ignores_null"] += nulls
        self.branches[f"latest_is_{best[1]}"] += 1
        return best[0]

    # --- purposes

    def unexpired(self, id_: Id, limit: Limit) -> bool:
        """ "A limit is unexpired at *t* when its clock has not started or ``start + duration ≥ t``" """
        start = self.start(id_, limit)
        if start is None:
            self.branches["limit_not_started"] += 1
            return True
        last = last_day(start, limit.duration, limit.year, self.branches)
        if last == self.at:
            self.branches["limit_last_day"] += 1
        if last != date.max and last + timedelta(days=1) == self.at:
            self.branches["limit_first_due_day"] += 1
        self.branches["limit_unexpired" if last >= self.at else "limit_expired"] += 1
        return last >= self.at

    def condition_met(self, id_: Id, condition: Condition) -> bool:
        table = self.datamap.tables[id_[0]]
        if not condition.record_class:
            values = [self.row[id_][table.conditions[condition.name]]]
        else:
            self.branches["condition_on_ancestor"] += 1
            tables = [
                above
                for name in self._tables_above(id_[0])
                if (above := self.datamap.tables[name]).record_class == condition.record_class
                and condition.name in above.conditions
            ]
            if not tables:
                raise Refusal(f"{id_[0]}: no condition {condition.record_class}.{condition.name}")
            values = [
                self.row[above][self.datamap.tables[above[0]].conditions[condition.name]]
                for above in self.ancestors(id_)
                if self.datamap.tables[above[0]] in tables
            ]
            if not values:
                # "An ancestor that is not there reads as NULL; of several ancestors that are there one suffices."
                self.branches["condition_on_absent_ancestor"] += 1
                values = [None]
        met = any(_compares(value, condition) for value in values)
        if None in values:
            self.branches["condition_null_met" if met else "condition_null_unmet"] += 1
        self.branches[f"condition_{condition.operator}"] += 1
        self.branches["condition_met" if met else "condition_unmet"] += 1
        return met

    def claims(self, id_: Id, purpose: Purpose) -> bool:
        """Tell whether the row is a record that the purpose works on: class and all conditions."""
        table = self.datamap.tables[id_[0]]
        return table.is_record and any(
            work.record_class == table.record_class
            and all(self.condition_met(id_, condition) for condition in work.conditions)
            for work in purpose.works_on
        )

    def alive(self, id_: Id) -> frozenset[str]:
        """Return the purposes that the row is a record of, and every limit of which is unexpired on it."""
        if id_ not in self._alive:
            found = set()
            claimed = False
            for purpose in self.policy.purposes.values():
                if not self.claims(id_, purpose):
                    continue
                claimed = True
                try:
                    unexpired = [self.unexpired(id_, limit) for limit in purpose.limits]
                except Misfit:
                    # Everything that this purpose decides about is stopped, so its word does not matter.
                    unexpired = [True]
                if len(unexpired) > 1:
                    self.branches["all_of_several_unexpired" if all(unexpired) else "one_of_several_expired"] += 1
                if all(unexpired):
                    found.add(purpose.id)
            if self.datamap.tables[id_[0]].is_record and not claimed:
                self.branches["never_claimed"] += 1
            self._alive[id_] = frozenset(found - self.over(id_))
        return self._alive[id_]

    def record(self, id_: Id) -> frozenset[Id]:
        """Return the row and the rows that it is part of: "a record is all its rows" (decision 0021)."""
        return frozenset({id_}) | self.ancestors(id_, parts_only=True)

    def as_part(self, id_: Id) -> set[str]:
        """ "*r* is a part: along part_of paths only, some ancestor *a* of *r* is of a class of *p*, and alive" """
        found = {purpose for above in self.ancestors(id_, parts_only=True) for purpose in self.alive(above)}
        return found - self.over(id_)

    # --- what people ended

    def over(self, id_: Id) -> set[str]:
        """Return the purposes that are over on a row: all whom it is about have ended them, there or altogether.

        "An objection that stands ends its purpose on all that is about the person alone; a consent ends on the rows
        that were there when the person was answered. A law's duty nobody can end."
        """
        found: set[str] = set()
        for purpose in {one.purpose for one in self.ended()}:
            said = [one for one in self.ended() if one.purpose == purpose]
            for record_class in {one.person.record_class for one in said}:
                mine = [one for one in said if one.person.record_class == record_class]
                there = [one for one in mine if one.rows is not None]
                is_there = any(id_[1] in one.rows.get(id_[0], ()) for one in there if one.rows is not None)
                about = {key for _, key in self.about(id_, record_class)}
                if about and (
                    about <= {one.person.key for one in mine if one.rows is None}
                    or (is_there and about <= {one.person.key for one in there})
                ):
                    found.add(purpose)
        return {one for one in found if not self.is_duty(one)}

    def ended(self) -> tuple[Over, ...]:
        """Return what was ended, and by whom."""
        return self.policy.over

    def about(self, id_: Id, record_class: str) -> set[Id]:
        """ "A row is about the people of a class to whom it leads by the fewest references." """
        reached = {one: steps for one, steps in self.reached(id_).items() if self._is_of(one, record_class)}
        return {one for one, steps in reached.items() if steps == min(reached.values())}

    def reached(self, id_: Id) -> dict[Id, int]:
        """Return each row that this one leads to → the fewest references that lead there; itself by none."""
        if id_ not in self._reached:
            found = {id_: 0}
            for _, parent in self.parents[id_]:
                for one, steps in self.reached(parent).items():
                    found[one] = min(steps + 1, found.get(one, steps + 1))
            self._reached[id_] = found
        return self._reached[id_]

    def _is_of(self, id_: Id, record_class: str) -> bool:
        table = self.datamap.tables[id_[0]]
        return table.is_record and table.record_class == record_class

    def led_to(self, id_: Id) -> set[Id]:
        """Return the rows that a record leads to by what its parts refer to."""
        found: set[Id] = set()
        for part in self.parts[id_]:
            for kind, parent in self.parents[part]:
                if kind == "refers_to":
                    found |= {parent} | self.ancestors(parent)
        return found

    @cached_property
    def parts(self) -> dict[Id, list[Id]]:
        """Row → the rows that are part of it."""
        found: dict[Id, list[Id]] = defaultdict(list)
        for one in self.mapped:
            for above in self.ancestors(one, parts_only=True):
                found[above].append(one)
        return found

    @cached_property
    def mapped(self) -> list[Id]:
        """The rows of the tables that the data map names."""
        return [one for one in self.row if one[0] in self.datamap.tables]

    def carried(self, id_: Id) -> frozenset[str]:
        """ "*r*'s record carries: some record of *p* that leads to a row of it, along any paths, is alive; sideways,
        through other parts of a record, for a law's duty alone"
        """
        if not self._carried:
            for one in self.mapped:
                below = {purpose for row in self.descendants(one) for purpose in self.alive(row)}
                self._carried[one] = frozenset(below)
            for one in self.mapped:
                for kind, parent in self.parents[one]:
                    if kind == "refers_to":
                        self._led[parent] |= self.alive(one) | self._carried[one]
                duties = {purpose for purpose in self.alive(one) if self.is_duty(purpose)}
                for above in self.ancestors(one) | self.led_to(one):
                    self._duties[above] |= duties
        above = self.ancestors(id_, parts_only=True)
        led = {purpose for row in above for purpose in self._led[row]}
        return self._carried[id_] | led | {purpose for row in (id_, *above) for purpose in self._duties[row]}

    def is_duty(self, purpose: str) -> bool:
        """Tell whether a law says how long the purpose's data must be kept."""
        return any(limit.kind == "at_least" for limit in self.policy.purposes[purpose].limits)

    def _holds(self) -> dict[Id, set[str]]:
        """Return row → how a legal hold covers it.

        "Legal holds over a record cover its rows, all their descendants and all the records that they lead to, every
        column of them; no further row."
        """
        covered: dict[Id, set[str]] = defaultdict(set)
        for hold in self.policy.holds:
            if hold.until is not None and hold.until < self.at:
                self.branches["hold_not_active"] += 1
                continue
            for record in hold.records:
                for name, table in self.datamap.tables.items():
                    id_ = (name, tuple(record.key))
                    if table.is_record and table.record_class == record.record_class and id_ in self.row:
                        covered[id_].add("own")
                        for below in self.descendants(id_):
                            covered[below].add("descendant")
                        above = self.ancestors(id_) | self.led_to(id_)
                        for one in self.mapped:
                            if above & self.record(one):
                                covered[one].add("ancestor")
        return covered

    # --- a row's fate

    def held(self, id_: Id) -> frozenset[str]:
        """Return the category columns of the row that are held: by a legal hold, or by one of the three ways."""
        if id_ not in self._held:
            carried = {purpose for below in self.descendants(id_) for purpose in self.alive(below)}
            ways = {
                "held_own": self.alive(id_),
                "held_part": self.as_part(id_),
                "held_carries": carried,
                "held_with_record": self.carried(id_) - carried,
            }
            found = set()
            for column in self._categories[id_[0]]:
                needing = self._needing[id_[0], column]
                why = [way for way, purposes in ways.items() if purposes & needing]
                why += [f"held_by_hold_{way}" for way in self.holds.get(id_, ())]
                self.branches.update(why or ["not_held"])
                if why:
                    found.add(column)
            self._held[id_] = frozenset(found)
        return self._held[id_]

    def stands(self, id_: Id) -> bool:
        """ "A row stands while a legal hold covers it, a purpose of its own class is alive on it (whether or not a
        column of it is needed), a clock of a purpose alive on its ancestor reads it, or any of its columns is held."
        """
        if id_ not in self._stands:
            why = []
            if id_ in self.holds:
                why.append("stands_by_hold")
            if self.alive(id_):
                why.append("stands_by_own_purpose")
            if self.held(id_):
                why.append("stands_by_column")
            if why == ["stands_by_own_purpose"]:
                why.append("stands_without_column")
            refers = any(one.kind == "refers_to" for one in self.datamap.tables[id_[0]].references)
            ties = {one for one in self.as_part(id_) if not self._categories[id_[0]] or (refers and self.is_duty(one))}
            if not why and ties:
                why.append("stands_as_bare_part")  # decisions 0002.14 and 0021
            if not why and self.carries_clock(id_):
                why.append("stands_as_carrying_clock")
            self.branches.update(why)
            self._stands[id_] = bool(why)
        return self._stands[id_]

    def carries_clock(self, id_: Id) -> bool:
        """ "A descendant row stands while a purpose with a ``latest_of`` that names its clock is alive on the ancestor
        that the route leads to."
        """
        return any(
            limit.latest and any(kind == "descendant" and clock.table == id_[0] for kind, clock in read)
            for above in self.ancestors(id_)
            for purpose in self.alive(above)
            for limit in self.policy.purposes[purpose].limits
            for read in [self.readings(above[0], limit)]
        )

    def remaining(self, stopped: dict[str, set[str]], branches: Counter[str]) -> set[Id]:
        """Return every row that remains.

        "A row remains while it stands, or while a row that remains refers to it, over every foreign key, unmapped
        tables included." "A table with a finding of severity stop is left as it is, and all its rows remain for what
        they refer to."

        Reading: rows that refer to each other in a circle do not keep each other.
        """
        found: set[Id] = set()
        fresh: list[Id] = []
        for table, ids in self.ids.items():
            mapped = table in self.datamap.tables
            fresh += [id_ for id_ in ids if not mapped or stopped.get(table) or self.stands(id_)]
        upwards: dict[Id, list[Id]] = defaultdict(list)
        for parent, referrers in self.referrers.items():
            for child in referrers:
                upwards[child].append(parent)
        while fresh:
            id_ = fresh.pop()
            if id_ not in found:
                found.add(id_)
                fresh += upwards[id_]
        for id_ in found:
            if id_[0] not in self.datamap.tables or stopped.get(id_[0]) or self.stands(id_):
                continue
            tables = {child[0] for child in self.referrers[id_] if child in found}
            why = {
                "remains_by_unmapped_child"
                if name not in self.datamap.tables
                else "remains_by_stopped_table"
                if stopped.get(name)
                else "remains_by_mapped_child"
                for name in tables
            }
            branches.update(why)
        return found

    def settle(self, stopped: dict[str, set[str]], branches: Counter[str]) -> tuple[set[Id], dict[Id, Row]]:
        """Return the rows that are erased, and row → the values that change."""
        remaining = self.remaining(stopped, branches)
        self.taken_out.clear()
        erased: set[Id] = set()
        changes: dict[Id, Row] = {}
        for table in self.datamap.tables:
            if stopped.get(table):
                continue
            for id_ in self.ids.get(table, ()):
                # "it does not remain: it is erased"
                if id_ not in remaining:
                    erased.add(id_)
                    branches["erased"] += 1
                    continue
                # "it stands: category columns that are not held are stripped"
                # "it remains without standing: all category columns are stripped"
                stands = self.stands(id_)
                kept = self.held(id_) if stands else frozenset()
                values: Row = {}
                for column in self._categories[table]:
                    if column not in kept and self._strip(id_, column, values, branches):
                        branches["stripped_standing" if stands else "stripped_remaining"] += 1
                if values:
                    changes[id_] = values
                branches["kept_whole"] += len(kept) == len(self._categories[table])
        return erased, changes

    def _strip(self, id_: Id, column: str, values: Row, branches: Counter[str]) -> bool:
        """Put the stripped value into ``values``, unless it is stripped already.

        "(erase: NULL, or a fixed placeholder where NULL is refused, or a unique one where uniqueness demands;
        generalise: a coarser value)"; "Stripping what is stripped is no change and no evidence."

        Reading: a placeholder that the map gives is used whether or not NULL is refused, and NULL is never replaced.
        """
        if (id_[0], column) in self.insides:
            return self._strip_inside(id_, column, values, branches)
        old = self.row[id_][column]
        said = self.datamap.tables[id_[0]].columns.get(column)
        how = self._generaliser(id_[0], column)
        if how:
            new = _generalised(old, how)
            branch = f"generalised_{how.partition(':')[0]}"
        else:
            new = self.placeholder(id_, column)
            branch = "stripped_to_null" if new is None else "stripped_to_placeholder"
            if said is not None and isinstance(said.erased_as, str) and "{key}" in said.erased_as:
                branch = "stripped_to_unique_placeholder"
        if old is None or old == new:
            branches["already_stripped"] += 1
            return False
        stuck = self._stuck(id_[0], column)
        if stuck:
            self.stuck[id_[0]].add(stuck)
            branches[f"stop_{stuck}"] += 1
            return False
        branches[branch] += 1
        values[column] = new
        return True

    def _strip_inside(self, id_: Id, column: str, values: Row, branches: Counter[str]) -> bool:
        """Take a piece out, or leave nothing but pieces, unless that has been done."""
        name, path, paths = self.insides[id_[0], column]
        value = values.get(name, self.row[id_][name])
        if _is_bare_inside(value, path, paths):
            branches["already_stripped"] += 1
            return False
        if self._afterwards(id_[0], column) == "generalise":
            self.stuck[id_[0]].add("no_generaliser")
            branches["stop_no_generaliser"] += 1
            return False
        values[name] = _without(value, path) if path else _pieces_of(value, paths)
        self.taken_out[id_[0], column].add(id_[1])
        branches["stripped_piece" if path else "stripped_rest"] += 1
        return True

    def _is_bare(self, id_: Id, column: str) -> bool:
        if (id_[0], column) in self.insides:
            name, path, paths = self.insides[id_[0], column]
            return _is_bare_inside(self.row[id_][name], path, paths)
        return self.row[id_][column] in (None, self.placeholder(id_, column))

    def _is_coarse(self, id_: Id, column: str) -> bool:
        if (id_[0], column) in self.insides:
            return False
        how, value = self._generaliser(id_[0], column), self.row[id_][column]
        return bool(how) and value == _generalised(value, how)

    def _stuck(self, table: str, column: str) -> str:
        """Return why a column cannot be stripped, or nothing.

        "Columns that cannot be stripped (part of the primary key, referred to by others, NOT NULL without a
        placeholder, unique without one that is, to be generalised with no way said) are left as they are, with a
        finding of severity *stop* once they would have to be stripped; the rest of the table goes on."
        """
        shape, said = self.schema[table], self.datamap.tables[table].columns.get(column)
        pointed = {
            name
            for other in self.schema.values()
            for foreign in other.foreign_keys
            if foreign.table == table
            for name in foreign.target
        }
        if column in pointed | set(shape.key):
            return "key"
        if self._afterwards(table, column) == "generalise":
            return "" if said is not None and said.generalise else "no_generaliser"
        if said is None or said.erased_as is None:
            return "" if shape.columns[column].nullable else "no_placeholder"
        return "no_placeholder" if shape.columns[column].unique and "{key}" not in str(said.erased_as) else ""

    def _generaliser(self, table: str, column: str) -> str:
        """Return how a value is made coarser; empty where it is erased, or where the way does not fit the type."""
        said = self.datamap.tables[table].columns.get(column)
        if said is None or self._afterwards(table, column) != "generalise":
            return ""
        family = self.schema[table].columns[column].family
        fits = family == "text" if said.generalise.startswith("prefix:") else family == "date"
        return said.generalise if fits else ""

    def _afterwards(self, table: str, column: str) -> str:
        category = self.policy.categories.get(self._categories[table][column])
        return category.afterwards if category else "erase"

    # --- stops

    def stops_by_data(self) -> dict[str, set[str]]:
        """Return table → codes of what stops it before anything is asked of its rows."""
        stopped: dict[str, set[str]] = defaultdict(set)
        purposes = self.policy.purposes.values()
        for name, table in self.datamap.tables.items():
            ids = self.ids.get(name, [])
            # "A category that no purpose needs stops its table when the table holds data of it: a value that is
            # neither NULL nor the placeholder."
            # Reading: nor what is as coarse already as it would be made.
            for column in self._categories[name]:
                if not self._needing[name, column]:
                    data = not all(self._is_bare(id_, column) or self._is_coarse(id_, column) for id_ in ids)
                    self.branches["uncovered_with_data" if data else "uncovered_without_data"] += len(ids)
                    if data:
                        stopped[name].add("uncovered")
            # "A table whose class no purpose works on or needs is *shut*: any row in it stops it."
            if not any(
                table.record_class in {work.record_class for work in purpose.works_on}
                or table.record_class in {need.record_class for need in purpose.needs}
                for purpose in purposes
            ):
                self.branches["shut_with_rows" if ids else "shut_without_rows"] += max(1, len(ids))
                if ids:
                    stopped[name].add("shut")
        for clock in self._misfits():
            self.branches["misfit"] += len(self.ids[clock.table])
            stopped[clock.table].add("misfit")
            # "A clock that does not fit its encoding also stops every table that a purpose reading this clock decides
            # about"
            for purpose in purposes:
                if clock in self._clocks_of(purpose):
                    for name in self._decided_by(purpose) - {clock.table}:
                        self.branches["misfit_elsewhere"] += len(self.ids.get(name, ()))
                        stopped[name].add("misfit_elsewhere")
        return stopped

    def _misfits(self) -> list[ClockColumn]:
        found = []
        for name, table in self.datamap.tables.items():
            for clock in table.clocks.values():
                try:
                    for id_ in self.ids.get(name, ()):
                        self.started(id_, clock)
                except Misfit:
                    found.append(clock)
        return found

    def _clocks_of(self, purpose: Purpose) -> list[ClockColumn]:
        return [
            clock
            for limit in purpose.limits
            for table in self._works_on(purpose)
            for _, clock in self.readings(table, limit)
        ]

    def _decided_by(self, purpose: Purpose) -> set[str]:
        """ "a purpose decides about a table when it works on its class, needs a category of it, or reads a clock of
        it"
        """
        works = {work.record_class for work in purpose.works_on}
        found = {clock.table for clock in self._clocks_of(purpose)}
        for name, table in self.datamap.tables.items():
            categories = self._categories[name].values()
            if table.record_class in works or any(
                purpose.needs_category(table.record_class, category) for category in categories
            ):
                found.add(name)
        return found

    def stops_by_shape(
        self, stopped: dict[str, set[str]], erased: set[Id], changes: dict[Id, Row]
    ) -> dict[str, set[str]]:
        """Return what stops a table that would otherwise be touched.

        "A trigger on a table, or a reference to it with ON DELETE CASCADE, SET NULL or SET DEFAULT, stops the table
        when the plan would erase from it or strip it."
        """
        found: dict[str, set[str]] = defaultdict(set)
        for name in {id_[0] for id_ in (*erased, *changes)} - {name for name, codes in stopped.items() if codes}:
            shape = self.schema[name]
            onto = [
                foreign for other in self.schema.values() for foreign in other.foreign_keys if foreign.table == name
            ]
            if any(foreign.on_delete for foreign in onto):
                found[name].add("cascade")
            if shape.triggers:
                found[name].add("trigger")
            for code in found.get(name, ()):
                self.branches[f"stop_{code}"] += len(self.ids[name])
        return found


# --- values --------------------------------------------------------------------------------------------------------

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z?")


def _as_date(encoding: str, value: Any) -> date:
    if encoding == "date":
        if type(value) is not date:
            raise Misfit
        return value
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise Misfit
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Misfit from None


def _as_moment(encoding: str, value: Any, clock: ClockColumn) -> datetime:
    """Return the moment that a value means; without a zone of its own it is meant in the clock's."""
    if encoding in ("epoch_seconds", "epoch_milliseconds"):
        if type(value) is not int:
            raise Misfit
        if encoding == "epoch_milliseconds" and 10**8 <= value <= 10**10:
            raise Misfit  # seconds of our days, taken for milliseconds
        unit = timedelta(seconds=1) if encoding == "epoch_seconds" else timedelta(milliseconds=1)
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + value * unit
        except OverflowError:
            raise Misfit from None
    if encoding == "iso_timestamp":
        if not isinstance(value, str) or not _ISO_TIMESTAMP.fullmatch(value):
            raise Misfit
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise Misfit from None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=clock.zone)
    if not isinstance(value, datetime) or (value.tzinfo is not None) != (encoding == "timestamp_tz"):
        raise Misfit
    return value if value.tzinfo is not None else value.replace(tzinfo=clock.zone)


def _date_in(moment: datetime, zone: Any) -> date:
    """ "a moment belongs to the controller's calendar date in which it falls" """
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return date.max if moment.year > 5000 else date.min


def _compares(value: Any, condition: Condition) -> bool:
    """ "NULL satisfies ``is: null`` and ``is_not`` of any constant but null; it satisfies no other comparison." """
    constants = condition.values
    if condition.operator == "is":
        return value is None if constants[0] is None else value is not None and value == constants[0]
    if condition.operator == "is_not":
        return value is not None if constants[0] is None else value is None or value != constants[0]
    if value is None:
        return False
    if condition.operator == "in":
        return value in constants
    return bool(value < constants[0] if condition.operator == "below" else value > constants[0])


def _generalised(value: Any, how: str) -> Any:
    if value is None:
        return None
    if how == "year":
        return value.replace(month=1, day=1)
    return value[: int(how.removeprefix("prefix:"))]


def _at(value: Any, path: Path) -> Any:
    """Return what lies at a path of keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _is_bare_inside(value: Any, path: Path, paths: Paths) -> bool:
    """Tell whether a piece, or the rest of a column, is stripped: "one that is missing or null is stripped already"."""
    if path:
        return _at(value, path) is None
    return value in (None, []) or value == _pieces_of(value, paths)


def _without(value: Any, path: Path) -> Any:
    if len(path) == 1:
        return {key: inner for key, inner in value.items() if key != path[0]}
    return value | {path[0]: _without(value[path[0]], path[1:])}


def _pieces_of(value: Any, paths: Paths) -> Any:
    """Return an object with the pieces alone, in the objects that lead to them."""
    kept: dict[str, Any] = {}
    for key, inner in value.items() if isinstance(value, dict) else ():
        below = tuple(path[1:] for path in paths if path[0] == key)
        if () in below:
            kept[key] = inner
        elif below and isinstance(inner, dict):
            kept[key] = _pieces_of(inner, below)
    return kept
