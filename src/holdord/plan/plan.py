"""Makes the plan: asks the rule of every table, children first, and counts what it comes to.

A table that must not be touched is *stopped* and says why: data that no purpose covers, clocks that do not fit their
encoding, cascades and triggers that would reach further than the plan, columns that cannot be stripped. Its rows remain
for what they refer to; the other tables go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from holdord.errors import PlanError
from holdord.plan.bind import Bound
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import ALWAYS, Bare, Clock, DataColumn, KeyIn, Marked, Predicate, every, negated, some
from holdord.plan.statements import Action, Ground, Plan, Statement
from holdord.policy.model import Finding, Hold, Purpose

_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)


class Reader(Protocol):
    """A store as the planner sees it: one snapshot that is asked and changes nothing outside itself."""

    def count(self, table: str, where: Predicate, tallies: Sequence[Predicate] = ()) -> tuple[int, ...]:
        """Return how many rows satisfy ``where``, and how many of these satisfy each of ``tallies``."""

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""

    def mark(self, table: str, where: Predicate, plan: str) -> int:
        """Mark the rows of ``table`` that satisfy ``where`` for ``plan``, in this snapshot only; return how many."""

    def misfit_truths(self, table: str, columns: Sequence[str]) -> tuple[int, ...]:
        """Return for each of these columns, declared true or false, how many values are neither."""

    def misfits(self, clocks: Sequence[Clock]) -> tuple[int, ...]:
        """Return for each of one table's clocks how many values do not fit its encoding."""


def make(bound: Bound, reader: Reader, at: date, *, measure: Literal["duration", "within"] = "duration") -> Plan:
    """Return what must be done at ``at``, and why. Changes nothing.

    Args:
        bound: Policy, data map and schema of one store.
        reader: The store, one snapshot of it.
        at: The controller's date.
        measure: ``within`` asks what is overdue instead of what is due.

    Raises:
        PlanError: For a date beyond what calendars are asked for.
    """
    if not _FIRST <= at <= _LAST:
        raise PlanError(f"There is no plan for {at}: dates lie between {_FIRST} and {_LAST}.")
    return _Planner(bound, reader, at, measure).plan()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may have to be done to a table, before it is known to how many rows."""

    action: Action
    columns: tuple[DataColumn, ...]
    purposes: tuple[Purpose, ...]
    where: Predicate
    settled: Predicate


class _Planner:
    def __init__(self, bound: Bound, reader: Reader, at: date, measure: Literal["duration", "within"]) -> None:
        self.bound = bound
        self.reader = reader
        self.at = at
        self.grounds = Grounds(bound, at, measure)
        self.before = Grounds(bound, at - timedelta(days=1), measure)
        self.findings: list[Finding] = list(bound.policy.findings)
        self.stopped: set[str] = set()
        self.going: set[str] = set()
        self.statements: list[Statement] = []

    def plan(self) -> Plan:
        self.note_warnings()
        self.stop_misfits()
        for table in self.bound.order:
            if not self.is_uncovered(table) and table not in self.stopped:
                self.statements += self.settle(table)
        numbered = [
            Statement(
                **{name: getattr(statement, name) for name in Statement.__dataclass_fields__} | {"number": number}
            )
            for number, statement in enumerate(self.statements, 1)
        ]
        return Plan(
            company=self.bound.policy.controller.name,
            policy=self.bound.policy.digest,
            store=self.bound.datamap.store,
            at=self.at,
            statements=tuple(numbered),
            findings=tuple(self.findings),
            stopped=frozenset(self.stopped),
        )

    # What someone should know

    def stop(self, code: str, table: str, text: str) -> None:
        promises = [
            promise for purpose in self.bound.deciding(table) for promise in self.bound.policy.promises_of(purpose.id)
        ]
        self.stopped.add(table)
        self.findings.append(
            Finding(code=code, severity="stop", table=table, text=text, promises=tuple(dict.fromkeys(promises)))
        )

    def warn(self, code: str, text: str, table: str = "", promises: tuple[str, ...] = ()) -> None:
        self.findings.append(Finding(code=code, severity="warning", table=table, text=text, promises=promises))

    def note_warnings(self) -> None:
        policy = self.bound.policy
        for purpose in policy.purposes.values():
            open_ended = [
                timer.limit
                for work in self.bound.works
                if work.purpose is purpose
                for timer in work.timers
                if timer.may_be_open
            ]
            if open_ended and not purpose.open_ended:
                self.warn(
                    "open_ended",
                    f"Purpose {purpose.id} can stay open for ever: {open_ended[0]} may never start. "
                    f"Say why in {open_ended[0].where} (open_ended: …), or count from a clock that every row has.",
                    promises=policy.promises_of(purpose.id),
                )
        for hold in policy.holds:
            if hold.active(self.at) and not self.is_there(hold):
                text = f"Legal hold {hold.id} names a {hold.record_class} that is not there: it holds nothing."
                self.warn("hold_covers_nothing", text)
            if hold.active(self.at) and hold.review is not None and hold.review < self.at:
                self.warn("hold_review", f"Legal hold {hold.id} was to be reviewed by {hold.review}: {hold.owner}.")
        for table, children in self.bound.children.items():
            for child, key in children:
                if not key.indexed:
                    columns = ", ".join(key.columns)
                    self.warn(
                        "missing_index",
                        f"{child}({columns}) refers to {table} without an index; every look for it reads the whole "
                        f"table. CREATE INDEX ON {child} ({columns});",
                        table=child,
                    )

    def is_there(self, hold: Hold) -> bool:
        """Tell whether the record that a hold names is there."""
        tables = self.bound.datamap.of_class(hold.record_class)
        return any(self.reader.any(table.name, KeyIn((hold.key,))) for table in tables)

    def stop_misfits(self) -> None:
        """Stop the tables with values that fit no clock, and those that a purpose reading this clock decides about."""
        wrong: set[tuple[str, str]] = set()
        for name, table in self.bound.datamap.tables.items():
            clocks = [self.bound.clock(clock) for clock in table.clocks.values()]
            for clock, count in zip(clocks, self.reader.misfits(clocks) if clocks else (), strict=True):
                if count:
                    wrong.add((name, clock.column))
                    self.stop(
                        "misfit",
                        name,
                        f"{name}.{clock.column}: {count} values are no {clock.encoding}. Mend them, or change the "
                        "clock's encoding or not_started in the data map.",
                    )
        for name, columns in self.bound.truths.items():
            for column, count in zip(columns, self.reader.misfit_truths(name, columns), strict=True):
                if count:
                    wrong.add((name, column))
                    text = f"{name}.{column}: {count} values are neither true nor false, and conditions read them."
                    self.stop("misfit", name, text)
        readers = {work.purpose.id for work in self.bound.works if wrong.intersection(work.reads())}
        for name in self.bound.datamap.tables:
            blind = [purpose.id for purpose in self.bound.deciding(name) if purpose.id in readers]
            if blind and name not in self.stopped:
                text = f"{name}: what is due here depends on clocks that do not fit ({', '.join(blind)})."
                self.stop("misfit_elsewhere", name, text)

    def is_uncovered(self, table: str) -> bool:
        if self.bound.is_shut(table):
            (rows,) = self.reader.count(table, ALWAYS)
            if rows:
                text = (
                    f"{table}: {rows} rows, and no purpose of the policy speaks of them. Give them one, or move them."
                )
                self.stop("shut", table, text)
            return True
        nobodys = [column for column in self.bound.columns[table] if not self.grounds.needing(table, column)]
        if not nobodys:
            return False
        filled = [negated(Bare((column,))) for column in nobodys]
        rows, *each = self.reader.count(table, some(*filled), filled)
        if rows:
            names = ", ".join(
                f"{column.name} ({column.category}: {count} rows)"
                for column, count in zip(nobodys, each, strict=True)
                if count
            )
            text = f"{table}: no purpose needs {names}. Name them below a purpose's needs, or empty them."
            self.stop("uncovered", table, text)
        return bool(rows)

    # What must be done

    def settle(self, table: str) -> list[Statement]:
        """Return the statements for one table; its children have been asked before, and what goes of them is marked."""
        grounds = self.grounds
        goes = grounds.goes(table, self.going)
        gone = self.reader.mark(table, goes, self.grounds.measure)
        stays = negated(Marked(table, self.grounds.measure)) if gone else ALWAYS
        wanted: list[_Candidate] = []
        if gone:
            self.going.add(table)
            settled = negated(some(grounds.stands(table), grounds.is_referred(table)))
            wanted.append(_Candidate("erase", (), self.purposes(table), Marked(table, self.grounds.measure), settled))
        for (ids, action), columns in grounds.groups(table).items():
            needing = tuple(self.bound.policy.purposes[name] for name in ids)
            if negated(grounds.held(table, needing)) == goes:
                continue  # where these columns are not held the row goes
            stuck = tuple(column for column in columns if self.obstacle(table, column)[0])
            for some_columns in [(column,) for column in stuck] + [
                tuple(column for column in columns if column not in stuck)
            ]:
                if some_columns:
                    loose = grounds.strippable(table, some_columns, needing)
                    word: Action = "strip" if action == "erase" else "generalise"
                    wanted.append(_Candidate(word, some_columns, needing, every(loose, stays), loose))
        made = [statement for one in wanted if (statement := self.counted(table, one)) is not None]
        self.check_reach(table, made)
        if table in self.stopped:
            self.going.discard(table)
            return []
        return made

    def counted(self, table: str, one: "_Candidate") -> Statement | None:
        """Return the candidate as a statement, or None where it means no row, or a column that cannot be stripped."""
        if not self.reader.any(table, one.where):
            return None
        code, text = self.obstacle(table, one.columns[0]) if one.columns else ("", "")
        if code:
            promises = [promise for purpose in one.purposes for promise in self.bound.policy.promises_of(purpose.id)]
            names = tuple(dict.fromkeys(promises))
            self.findings.append(Finding(code=code, severity="stop", table=table, text=text, promises=names))
            return None
        lapsed = [self.grounds.claims(purpose, table, lapsed=True) for purpose in one.purposes]
        lately = [self.before.claims(purpose, table) for purpose in one.purposes]
        rows, *each = self.reader.count(table, one.where, [*lapsed, *lately])
        held = each[: len(lapsed)], each[len(lapsed) :]
        if one.action == "erase":
            (never,) = self.reader.count(table, every(one.where, *map(negated, lapsed)))
            if never:
                self.warn("never_claimed", f"{table}: {never} rows that go were never covered by a purpose.", table)
        return self.statement(table, one, rows, *held)

    def purposes(self, table: str) -> tuple[Purpose, ...]:
        """Return the purposes that can hold rows of ``table`` or columns in them."""
        needing = {
            purpose.id for column in self.bound.columns[table] for purpose in self.grounds.needing(table, column)
        }
        working = {work.purpose.id for work in self.bound.works_on(table)}
        return tuple(
            purpose for name, purpose in self.bound.policy.purposes.items() if name in needing or name in working
        )

    def statement(self, table: str, one: "_Candidate", rows: int, once: list[int], lately: list[int]) -> Statement:
        """Return the statement of a candidate.

        Args:
            table: The table.
            one: What is to be done.
            rows: How many rows that means.
            once: For each of its purposes, how many of them it once held.
            lately: For each of its purposes, how many of them it still held yesterday.
        """
        found = [
            Ground(
                purpose=purpose.id,
                promise=next(iter(self.bound.policy.promises_of(purpose.id)), ""),
                limit=str(purpose.limits[0]),
                clock=" or ".join(str(clock) for clock in purpose.limits[0].clocks),
                cutoff=self.grounds.cutoff(purpose.limits[0]),
                rows=held,
            )
            for purpose, held in zip(one.purposes, once, strict=True)
        ]
        leading = max((ground for ground in found if ground.rows), key=self.weight, default=None)
        if found and max(lately) * 2 > rows:
            leading = found[lately.index(max(lately))]
        return Statement(
            number=0,
            promise=leading.promise if leading else "",
            store=self.bound.datamap.store,
            table=table,
            action=one.action,
            columns=one.columns,
            rows=rows,
            grounds=tuple(found),
            where=one.where,
            settled=one.settled,
        )

    def weight(self, ground: Ground) -> int:
        """Return the days that a ground held the rows of a statement, at the least.

        The greatest one leads the statement, unless most of its rows were held by one ground until yesterday.
        """
        return ground.rows * ((self.at - ground.cutoff).days if ground.cutoff else 0)

    def check_reach(self, table: str, made: list[Statement]) -> None:
        """Stop the table where the database would do more than the statements say."""
        if not made:
            return
        triggers = self.bound.shape(table).triggers
        if triggers:
            self.stop("trigger", table, f"{table} has triggers: {', '.join(triggers)}. What they do is not planned.")
        cascades = [(child, key) for child, key in self.bound.children[table] if key.on_delete]
        if cascades:
            words = ", ".join(f"{child} (ON DELETE {key.on_delete})" for child, key in cascades)
            text = f"{table}: erasing would reach {words}. Declare the reference without an action."
            self.stop("cascade", table, text)

    def obstacle(self, table: str, column: DataColumn) -> tuple[str, str]:
        """Return the code and the words of what keeps a column from being stripped, or nothing."""
        shape, name = self.bound.shape(table), f"{table}.{column.name}"
        pointed = {target for _, key in self.bound.children[table] for target in key.target} | set(shape.key)
        if column.name in pointed:
            return "key", f"{name} is a key and personal data: stripping it needs a surrogate key."
        if column.action == "generalise":
            words = f"{name}: {column.category} is to be generalised. Say how in the data map (generalise)."
            return ("", "") if column.generalise else ("no_generaliser", words)
        if column.erased_as is None:
            words = f"{name} refuses NULL. Give it a placeholder (erased_as) in the data map."
            return ("", "") if shape.columns[column.name].nullable else ("no_placeholder", words)
        if shape.columns[column.name].unique and "{key}" not in str(column.erased_as):
            return "no_placeholder", f"{name} is unique. Its placeholder (erased_as) needs '{{key}}'."
        return "", ""
