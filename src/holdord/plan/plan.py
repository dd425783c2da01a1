"""Makes the plan: asks the rule of every table, children first, and counts what it comes to.

A table that must not be touched is *stopped* (``holdord.plan.concerns``): its rows remain for what they refer to, and
the other tables go on.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from holdord.errors import PlanError
from holdord.plan.bind import Bound
from holdord.plan.concerns import Concerns, Reader
from holdord.plan.ended import Ended
from holdord.plan.gathered import GatheredGrounds
from holdord.plan.grounds import Grounds, Measure
from holdord.plan.predicate import ALWAYS, NEVER, DataColumn, KeyIn, Marked, Predicate, every, negated, some
from holdord.plan.reach import looks_elsewhere
from holdord.plan.refusals import Candidate
from holdord.plan.statements import Action, Plan, Statement
from holdord.plan.tally import Tally
from holdord.plan.theirs import KeyReader, Theirs
from holdord.plan.whose import Asked, Whose
from holdord.policy.model import Finding
from holdord.policy.purpose import Purpose

_FEW, _FEW_PAIRS = 10_000, 100
"""Rows that a statement may name by their keys, of one column and of several."""
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)


def make(
    bound: Bound,
    reader: KeyReader,
    at: date,
    *,
    measure: Measure = "duration",
    label: str = "",
    as_of: Mapping[str, date | None] | None = None,
    asked: Asked | None = None,
) -> Plan:
    """Return what must be done at ``at``, and why. Changes nothing.

    Args:
        bound: Policy, data map and schema of one store.
        reader: The store, one snapshot of it.
        at: The controller's date.
        measure: ``within`` asks what is overdue instead of what is due.
        label: Tells this plan from another one made in the same snapshot, where both are to be asked afterwards.
        as_of: Purposes that end only by an approval → the date that it was given for, None where they wait for one.
        asked: People whose rows alone the plan is about, and what their request ends.

    Raises:
        PlanError: For a date beyond what calendars are asked for.
    """
    if not _FIRST <= at <= _LAST:
        raise PlanError(f"There is no plan for {at}: dates lie between {_FIRST} and {_LAST}.")
    if asked is None:
        return _Planner(Grounds(bound, at, measure, label, as_of), reader).plan()
    whose = Whose(bound, asked)
    theirs = Theirs(reader, whose, at)
    ended = Ended(bound, whose)
    exact = Grounds(
        bound, at, measure, label, as_of, whose=whose, ended=ended.near(theirs.around) if bound.over else ended
    )
    return _Planner(exact, theirs).plan()


class _Planner:
    def __init__(self, exact: Grounds, reader: Reader) -> None:
        self.exact = exact
        self.bound = exact.bound
        self.at = exact.at
        self.reader = reader
        self.concerns = Concerns(self.bound, reader, self.at)
        self.tally = Tally(exact, reader, self.concerns)
        self.going: dict[str, Predicate] = {}
        self.statements: list[Statement] = []

    @cached_property
    def grounds(self) -> Grounds:
        """The rule as the plan asks it: gathered for all rows, where it is about all; batches ask ``exact``."""
        return self.exact if self.exact.whose else GatheredGrounds(self.exact, self.reader)

    def goes(self, table: str) -> Predicate:
        """A row of ``table`` does not remain, and is one of those that the plan is about."""
        return every(self.about(table), self.grounds.goes(table, self.going))

    def about(self, table: str) -> Predicate:
        """A row of ``table`` is one of those that the plan is about."""
        return self.reader.about(table) if isinstance(self.reader, Theirs) else ALWAYS

    def plan(self) -> Plan:
        concerns = self.concerns
        concerns.before()
        for tables in self.bound.groups:
            free = [table for table in tables if not concerns.is_uncovered(table) and table not in concerns.stopped]
            self.statements += (
                self.settle_circle(tables, free) if tables[0] in self.bound.circles else self.settle(free)
            )
        numbered = [
            replace(self.named(statement), number=number) for number, statement in enumerate(self.statements, 1)
        ]
        return Plan(
            company=self.bound.policy.controller.name,
            policy=self.bound.policy.digest,
            store=self.bound.datamap.store,
            at=self.at,
            statements=tuple(numbered),
            findings=tuple(concerns.findings),
            stopped=frozenset(concerns.stopped),
            as_of=dict(self.exact.as_of),
            is_request=self.exact.whose is not None,
        )

    def named(self, statement: Statement) -> Statement:
        """Return a statement about few rows of people who ask with the keys of these, by which a batch finds them."""
        most = _FEW if len(self.bound.shape(statement.table).key) == 1 else _FEW_PAIRS
        if not isinstance(self.reader, Theirs) or statement.rows > most or statement.knot:
            return statement
        where = statement.where
        keys = where.keys if isinstance(where, KeyIn) else self.reader.keys(statement.table, where)
        return replace(statement, keys=keys, settled=every(KeyIn(keys), statement.settled))

    def settle(self, free: list[str]) -> list[Statement]:
        """Return the statements for a table by itself; what goes of its children is known."""
        for table in free:
            goes = self.goes(table)
            which = self.found(table, goes)
            if which != NEVER:
                self.going[table] = which
            made = self.statements_for(table, which, goes)
            if table not in self.concerns.stopped:
                return made
            self.going.pop(table, None)
        return []

    def found(self, table: str, goes: Predicate) -> Predicate:
        """Return how the rows that go are named from now on; what looks elsewhere is asked once, however often used."""
        few = self.reader.few(table, goes) if isinstance(self.reader, Theirs) else None
        if few is not None:
            return few if few.keys else NEVER
        if not looks_elsewhere(goes):
            return goes if self.reader.any(table, goes) else NEVER
        return Marked(table, self.exact.marks) if self.reader.mark(table, goes, self.exact.marks) else NEVER

    def settle_circle(self, tables: tuple[str, ...], free: list[str]) -> list[Statement]:
        """Return the statements for tables whose rows refer to each other in a circle.

        What remains is the least that the rule asks for (decision 0012): all that does not stand is marked, then marks
        are taken from rows that a row without one refers to, until nothing changes. Where one of the tables turns out
        to be stopped, all its rows remain, and the others are asked again.
        """
        findings = list(self.concerns.findings)
        self.going.update({table: Marked(table, self.exact.marks) for table in tables})
        while True:
            gone = {
                table: self.reader.mark(table, self.goes(table) if table in free else NEVER, self.exact.marks)
                for table in tables
            }
            while any(freed := [self.unmark_tied(table) for table in free]):
                for table, rows in zip(free, freed, strict=True):
                    gone[table] -= rows
            made = {
                table: self.statements_for(table, self.going[table] if gone[table] else NEVER, None) for table in free
            }
            stopped = [table for table in free if table in self.concerns.stopped]
            if not stopped:
                erased = [one for table in free for one in made[table] if one.action == "erase"]
                return erased + [one for table in free for one in made[table] if one.action != "erase"]
            free = [table for table in free if table not in stopped]
            findings += [one for one in self.concerns.findings[len(findings) :] if one.table in stopped]
            self.concerns.findings[:] = findings

    def unmark_tied(self, table: str) -> int:
        """Take the mark from rows that rows of the circle without one refer to; return how many these were."""
        return self.reader.unmark(table, self.grounds.tied(table, self.exact.marks), self.exact.marks)

    def statements_for(self, table: str, which: Predicate, goes: Predicate | None) -> list[Statement]:
        """Return the statements for a table.

        Args:
            table: The table.
            which: Its rows that go.
            goes: The same, as the rule says it, where that is known.
        """
        grounds, exact, about = self.grounds, self.exact, self.about(table)
        stays = negated(which)
        wanted: list[Candidate] = []

        def candidate(action: Action, columns: tuple[DataColumn, ...], purposes: tuple[Purpose, ...]) -> Candidate:
            settled = every(about, exact.strippable(table, columns, purposes))
            loose = settled if grounds is exact else every(about, grounds.strippable(table, columns, purposes))
            loose = every(loose, stays)
            return Candidate(action, columns, purposes, loose, settled)

        if which != NEVER:
            settled = every(about, negated(some(exact.stands(table), exact.is_referred(table))))
            wanted.append(Candidate("erase", (), self.purposes(table), which, settled))
        for (ids, action), columns in grounds.groups(table).items():
            needing = tuple(self.bound.policy.purposes[name] for name in ids)
            if every(about, negated(grounds.held(table, needing))) == goes:
                continue  # where these columns are not held the row goes
            word: Action = "strip" if action == "erase" else "generalise"
            free = []
            for column in columns:
                code, text = self.concerns.obstacle(table, column)
                if not code:
                    free.append(column)
                elif self.reader.any(table, (stuck := candidate(word, (column,), needing)).where):
                    self.leave(code, table, text, stuck)
            if free:
                wanted.append(candidate(word, tuple(free), needing))
        if isinstance(self.reader, Theirs):
            self.reader.foresee(
                table, (part for one in wanted for part in (one.where, *self.tally.asked(table, one.purposes)[1]))
            )
        fitting = self.concerns.refusals.in_order(
            table,
            wanted,
            lambda one, columns: candidate(one.action, columns, one.purposes),
            lambda code, text, one: self.leave(code, table, text, one),
            self.exact.marks,
        )
        made = [statement for one in fitting if (statement := self.tally.statement(table, one)) is not None]
        if made:
            self.concerns.check_reach(table)
        return made

    def leave(self, code: str, table: str, text: str, one: Candidate) -> None:
        """Say why columns are left as they are."""
        promises = [promise for purpose in one.purposes for promise in self.bound.policy.promises_of(purpose.id)]
        names = tuple(dict.fromkeys(promises))
        self.concerns.findings.append(Finding(code=code, severity="stop", table=table, text=text, promises=names))

    def purposes(self, table: str) -> tuple[Purpose, ...]:
        """Return the purposes that can hold rows of ``table`` or columns in them."""
        needing = {
            purpose.id for column in self.bound.columns[table] for purpose in self.grounds.needing(table, column)
        }
        working = {work.purpose.id for work in self.bound.works_on(table)}
        if not self.bound.columns[table]:  # a part that only ties rows together is its record's
            working |= {
                purpose.id for purpose in self.bound.policy.purposes.values() if self.exact.routes(purpose, table)
            }
        return tuple(
            purpose for name, purpose in self.bound.policy.purposes.items() if name in needing or name in working
        )
