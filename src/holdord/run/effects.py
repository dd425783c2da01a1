"""What a change of policy would do to the data at hand: plans of one moment under both policies, and their difference.

What goes under the new policy and not under the old goes *sooner*; the other way round it stays *longer*. What the new
promises would let go and the old ones would not, and what a law's duty or a legal hold keeps all the same, is *kept by
law*: the change does less there than its author may think. Nothing is changed by asking.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from holdord.plan.bind import Bound
from holdord.plan.plan import make
from holdord.plan.predicate import NEVER, Down, Predicate, every, negated, some
from holdord.plan.statements import Plan, Statement
from holdord.policy.model import Policy
from holdord.run.company import Company
from holdord.run.requests.limited import beside
from holdord.stores.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """Rows of one table for which the change makes a difference.

    Attributes:
        action: ``erase``, ``strip`` or ``generalise``.
        columns: Those stripped; none where whole rows are erased.
        promises: The promises of the policy by which they go, the leading one first.
    """

    table: str
    action: str
    columns: tuple[str, ...]
    rows: int
    promises: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Effects:
    """What a change of policy does to the data of one moment.

    Attributes:
        at: The controller's date.
        sooner: What goes under the new policy alone.
        longer: What goes under the old policy alone.
        kept_by_law: What only a law's duty or a legal hold keeps from going under the new policy.
        people: How many persons have data among ``sooner``; None where the data map names no class of persons.
        stopped: Why tables are left alone under the new policy and were not under the old.
    """

    at: date
    sooner: tuple[Effect, ...]
    longer: tuple[Effect, ...]
    kept_by_law: tuple[Effect, ...]
    people: int | None
    stopped: tuple[str, ...]


def effects(company: Company, after: Policy, at: date) -> Effects:
    """Return what ``after`` would do to the company's data at ``at`` that its policy of now does not, and the reverse.

    Raises:
        PolicyError: The new policy does not fit the store.
    """
    was = company.bound
    with company.state.snapshot() as state:
        will = Bound(beside(state, after), was.datamap, was.schema)
    with company.store.reading() as snapshot:
        old, old_freely = _plans(was, snapshot, at, "old_")
        new, new_freely = _plans(will, snapshot, at, "new_")
        sooner = list(_beyond(new, (old,), snapshot))
        return Effects(
            at=at,
            sooner=tuple(effect for effect, _ in sooner),
            longer=tuple(effect for effect, _ in _beyond(old, (new,), snapshot)),
            kept_by_law=tuple(effect for effect, _ in _beyond(new_freely, (new, old_freely), snapshot)),
            people=_people(was, snapshot, sooner),
            stopped=_stopped(old, new),
        )


def _plans(bound: Bound, snapshot: Snapshot, at: date, label: str) -> tuple[Plan, Plan]:
    """Return what is due, and what would be if neither a law nor a hold kept anything."""
    return (
        make(bound, snapshot, at, label=label),
        make(bound, snapshot, at, measure="promise", label=label),
    )


def _beyond(plan: Plan, without: Sequence[Plan], snapshot: Snapshot) -> Iterator[tuple[Effect, Predicate]]:
    """Yield what ``plan`` does and none of ``without`` does, each with the rows that it is about."""
    for statement in plan.statements:
        for columns, others in _by_others(statement, without):
            rows_meant = every(statement.where, *(negated(other) for other in others))
            (rows,) = snapshot.count(statement.table, rows_meant)
            if rows:
                yield (
                    Effect(
                        table=statement.table,
                        action=statement.action,
                        columns=columns,
                        rows=rows,
                        promises=tuple(promise for promise in statement.promises if promise),
                    ),
                    rows_meant,
                )


def _by_others(
    statement: Statement, without: Sequence[Plan]
) -> Iterator[tuple[tuple[str, ...], tuple[Predicate, ...]]]:
    """Yield the statement's columns, those together for which the other plans mean the same rows."""
    if not statement.columns:
        yield (), tuple(_goes(plan, statement.table, None) for plan in without)
        return
    found: dict[tuple[Predicate, ...], tuple[str, ...]] = {}
    for column in statement.columns:
        others = tuple(_goes(plan, statement.table, column.name) for plan in without)
        found[others] = (*found.get(others, ()), column.name)
    for others, columns in found.items():
        yield columns, others


def _goes(plan: Plan, table: str, column: str | None) -> Predicate:
    """Return the rows that a plan erases, or of which it erases or strips a column."""
    return some(
        NEVER,
        *(
            statement.where
            for statement in plan.statements
            if statement.table == table and (not statement.columns or column in {one.name for one in statement.columns})
        ),
    )


def _people(bound: Bound, snapshot: Snapshot, found: Sequence[tuple[Effect, Predicate]]) -> int | None:
    """Return how many persons have data among what was found."""
    persons = [table for name in bound.datamap.persons for table in bound.datamap.of_class(name)]
    if not persons:
        return None
    touched: dict[str, Predicate] = {}
    for effect, rows in found:
        touched[effect.table] = some(touched.get(effect.table, NEVER), rows)
    count = 0
    for table in persons:
        below = [Down(route, touched[name]) for name, route in bound.datamap.routes_down(table.name) if name in touched]
        reached = some(touched.get(table.name, NEVER), *below)
        count += snapshot.count(table.name, reached)[0]
    return count


def _stopped(old: Plan, new: Plan) -> tuple[str, ...]:
    before = {(finding.code, finding.table) for finding in old.findings}
    return tuple(
        finding.text
        for finding in new.findings
        if finding.severity == "stop" and (finding.code, finding.table) not in before
    )
