"""What ``keep`` asks a person before it goes on: each guard looks at a plan and says why, in one sentence with numbers.

All of them look before anybody is asked, so that one yes answers for the whole plan. A yes is for a plan's digest; it
stands in the log beside the guards that asked. Where a sweep was killed that had its yes, the next one on that date
goes on with it, as long as no more rows are due than were said.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Literal

from sqlalchemy import Connection

from holdord import BUILT
from holdord.plan.bind import Bound
from holdord.plan.concerns import Reader
from holdord.plan.predicate import ALWAYS, After, By, Clock, every, some
from holdord.plan.statements import Plan, Statement
from holdord.run.company import Company
from holdord.run.evidence import Past, past

Guard = Literal["clock", "first_clock", "never_claimed", "first_sweep", "new_policy", "share", "times"]

_TOLERANCE = timedelta(minutes=1)
_YEAR = timedelta(days=366)
_GENERATIONS = 100
_LEAST = 3
"""Sweeps that must be there before they are a measure."""
_MANY = 12
"""Lines of a question that is shown whole."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A reason to ask first.

    Attributes:
        text: One sentence.
        table: The table that it is about; empty for the plan as a whole.
    """

    guard: Guard
    text: str
    table: str = ""

    def document(self) -> dict[str, str]:
        """Return the stable JSON form."""
        return {"guard": self.guard, "table": self.table, "text": self.text}


def asks(company: Company, reader: Reader, state: Connection, plan: Plan, now: datetime) -> tuple[Ask, ...]:
    """Return every reason to ask before ``plan`` is carried out, those about the machine's clock first.

    Args:
        company: The folder.
        reader: The snapshot that the plan was made of.
        state: The database of the evidence.
        plan: What would be done.
        now: What the machine's clock says.
    """
    before = past(state)
    found = list(clock(company, reader, plan, before.entry, now))
    if plan.statements:
        found += [*first(plan, before), *never_claimed(plan), *shares(company, reader, plan)]
        found += times(company, plan, before)
    return tuple(found)


def unanswered(found: tuple[Ask, ...], plan: Plan, state: Connection) -> tuple[Ask, ...]:
    """Return the reasons that nobody has said yes to: a sweep that was killed had its answers."""
    before = past(state, 1)
    begun = before.begun
    if begun is None or not begun.get("confirmed"):
        return found
    same = (begun["at"], begun["policy"]) == (plan.at.isoformat(), plan.policy)
    if not same or plan.rows + before.carried > begun["rows"]:
        return found
    return tuple(ask for ask in found if ask.guard not in begun["guards"])


def question(found: tuple[Ask, ...], how: str) -> str:
    """Return all reasons as one question.

    Args:
        found: The reasons.
        how: What says yes.
    """
    if len(found) == 1:
        return f"{found[0].text} If that is right: {how}"
    lines = [f"  - {ask.text}" for ask in found[:_MANY]]
    if len(found) > _MANY:
        lines.append(f"  - and {len(found) - _MANY} more: holdord plan")
    return "\n".join([f"{len(found)} reasons to look first.", *lines, f"If all of this is right: {how}"])


def clock(company: Company, reader: Reader, plan: Plan, newest: dict[str, Any] | None, now: datetime) -> Iterator[Ask]:
    """The machine's clock may be wrong, as the log's newest entry shows: one set forward would erase the future."""
    if newest is None:
        yield from first_clock(company.bound, reader, plan)
        return
    then = datetime.fromisoformat(newest["time"])
    if now + _TOLERANCE < then:
        yield Ask(
            guard="clock",
            text=f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the last entry was made at "
            f"{then:%Y-%m-%d %H:%M}.",
        )
    if now - then > timedelta(days=company.settings.pause_days):
        yield Ask(
            guard="clock",
            text=f"The last entry was made {(now - then).days} days ago ({then:%Y-%m-%d}), and a clock set forward "
            "looks just like this.",
        )


def first_clock(bound: Bound, reader: Reader, plan: Plan) -> Iterator[Ask]:
    """No entry tells what time it was: the policy, this release and the data themselves must do."""
    version = bound.policy.told.version
    if version is not None and plan.at < version:
        text = f"The date is said to be {plan.at}, which is before the policy's own ({version})."
        yield Ask(guard="first_clock", text=text)
    if plan.at < BUILT:
        text = f"The date is said to be {plan.at}, which is before this release of holdord was made ({BUILT})."
        yield Ask(guard="first_clock", text=text)
    newest = _newest(_beginnings(bound, plan), reader, plan.at)
    if newest is not None and plan.at - newest > _YEAR:
        text = (
            f"The date is said to be {plan.at}, which is {(plan.at - newest).days} days after the newest record "
            f"({newest}), and a clock set forward looks just like this."
        )
        yield Ask(guard="first_clock", text=text)


def _beginnings(bound: Bound, plan: Plan) -> list[Clock]:
    """Return the clocks that every row has, for these start when it is put in; where there are none, all."""
    tables = [table for name, table in bound.datamap.tables.items() if name not in plan.stopped]
    clocks = [bound.clock(clock) for table in tables for clock in table.clocks.values()]
    always = [one for one in clocks if not one.not_started and not bound.shape(one.table).columns[one.column].nullable]
    return always or clocks


def _newest(clocks: list[Clock], reader: Reader, at: date) -> date | None:
    """Return the day of the newest start that is not in the future, by halving; None without any.

    Where one lies within the last year, ``at`` is returned: nobody needs to know which day it is.
    """

    def later(among: list[Clock], day: date) -> list[Clock]:
        return [one for one in among if reader.any(one.table, every(After(one, day), By(one, at)))]

    low, high = at - _YEAR * _GENERATIONS, at - _YEAR
    if later(clocks, high):
        return at
    if not (found := later(clocks, low)):
        return None
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        if after := later(found, middle):
            low, found = middle, after
        else:
            high = middle
    return high


def never_claimed(plan: Plan) -> Iterator[Ask]:
    """Rows go that no purpose ever covered: a policy that forgets a case is the likelier cause."""
    for finding in plan.findings:
        if finding.code == "never_claimed":
            yield Ask(guard="never_claimed", text=finding.text, table=finding.table)


def first(plan: Plan, before: Past) -> Iterator[Ask]:
    """Nothing was erased by this policy yet, at all or since it changed."""
    tables = len({one.table for one in plan.statements})
    what = f"it touches {_rows(plan.rows)} of {tables} {'table' if tables == 1 else 'tables'}"
    if before.sweep is None:
        yield Ask(guard="first_sweep", text=f"This is the first sweep: {what}.")
    elif before.sweep["policy"] != plan.policy:
        was, now = before.sweep["policy"][:12], plan.policy[:12]
        text = f"This is the first sweep since the policy changed (from {was} to {now}): {what}."
        yield Ask(guard="new_policy", text=text)


def shares(company: Company, reader: Reader, plan: Plan) -> Iterator[Ask]:
    """More than a stated share of a table goes or is stripped."""
    breaker = company.settings.breaker
    for table in dict.fromkeys(one.table for one in plan.statements):
        (rows,) = reader.count(table, ALWAYS)
        if rows < breaker.rows:
            continue
        touched = _touched(reader, [one for one in plan.statements if one.table == table], breaker.share * rows)
        if touched > breaker.share * rows:
            text = (
                f"{table}: {_rows(touched)} of {rows} would be touched, which is {touched / rows:.0%} and more than "
                f"{breaker.share:.0%}."
            )
            yield Ask(guard="share", text=text, table=table)


def _touched(reader: Reader, statements: list[Statement], bound: float) -> int:
    """Return how many rows statements touch, a row that two of them strip once; it is counted beyond ``bound`` only."""
    rows = sum(one.rows for one in statements)
    if rows <= bound or sum(one.action != "erase" for one in statements) < 2:
        return rows
    return reader.count(statements[0].table, some(*(one.where for one in statements)))[0]


def times(company: Company, plan: Plan, before: Past) -> Iterator[Ask]:
    """Many times what the last sweeps did."""
    if len(before.sweeps) < _LEAST:
        return
    breaker = company.settings.breaker
    rows: Counter[tuple[str, str]] = Counter()
    for one in plan.statements:
        rows[one.table, one.action] += one.rows
    for (table, action), count in rows.items():
        usual = median(sweep[table, action] for sweep in before.sweeps)
        if count >= breaker.rows and count > breaker.times * usual:
            text = (
                f"{table}: {action} {_rows(count)}, which is more than {breaker.times} times what the last "
                f"{len(before.sweeps)} sweeps did (median {usual:g}, at most "
                f"{max(sweep[table, action] for sweep in before.sweeps)})."
            )
            yield Ask(guard="times", text=text, table=table)


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
