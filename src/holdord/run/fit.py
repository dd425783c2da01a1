"""A policy against the register's data map, with no data at hand: what does not fit, nobody needs, or never ends.

The same that a plan would stop at, said before there is anything to plan: a clock or a kind of record that is nowhere,
a limit whose clock may never start, and data of an open record class that no purpose needs, at which its table stops.
And what a sweep would ask about first: records that the conditions of every purpose leave out (decision 0002, 11).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from holdord.datamap.model import DataMap
from holdord.errors import DataMapError, PolicyError, Problem
from holdord.plan.bind import Bound
from holdord.plan.left_out import left_out
from holdord.policy.model import Policy
from holdord.schema import Schema
from holdord.stores.reflect import reflect
from holdord.stores.register.map import data_map
from holdord.stores.register.schema import metadata


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """Where a policy and the built-in register do not go together.

    Attributes:
        problems: What must be mended, each with its place in the policy.
        hints: What to know, a sentence for each record class: data that can be filled in and that no purpose needs,
            and records that no purpose works on while one works on others of the class.
    """

    problems: tuple[Problem, ...]
    hints: tuple[str, ...] = ()


def fit(policy: Policy, datamap: DataMap | None = None, schema: Schema | None = None) -> Fit:
    """Lay a policy beside the built-in register, or beside a database of the company's own.

    Args:
        policy: The policy.
        datamap: Where personal data lie in that database; None for the register.
        schema: Its tables.
    """
    try:
        bound = Bound(policy, datamap or data_map(), schema or _schema())
    except (PolicyError, DataMapError) as error:
        return Fit(problems=tuple(error.problems))
    return Fit(problems=tuple(_without_end(bound)), hints=(*_unneeded(bound), *_left_out(bound)))


def _schema() -> Schema:
    """Return the register's tables as SQLite declares them, from an empty one in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        metadata.create_all(engine)
        with engine.connect() as connection:
            return reflect(connection)[1]
    finally:
        engine.dispose()


def _without_end(bound: Bound) -> Iterator[Problem]:
    """Yield limits that count from a clock which may never start, where the purpose does not say why (art. 5(1)(e))."""
    told: set[str] = set()
    for work in bound.works:
        for timer in work.timers:
            if timer.may_be_open and not work.purpose.open_ended and timer.limit.where not in told:
                told.add(timer.limit.where)
                path = tuple(int(part) if part.isdigit() else part for part in timer.limit.where.split("."))
                what = f"{work.purpose.id}: data can stay for ever: {timer.limit} may never start."
                remedy = "Say why with 'open_ended:', or count from a clock that every record has."
                yield bound.policy.problem(path, what, remedy)


def _unneeded(bound: Bound) -> Iterator[str]:
    """Yield the data that a record class of the policy can hold and that no purpose needs (art. 5(1)(c))."""
    found: dict[str, dict[str, None]] = {}
    for table in bound.order:
        record_class = bound.datamap.tables[table].record_class
        for column in () if bound.is_shut(table) else bound.columns[table]:
            if not bound.needing(table, column.category):
                found.setdefault(record_class, {})[bound.policy.categories[column.category].label] = None
    for record_class, labels in found.items():
        yield (
            f"{record_class}: no purpose needs {', '.join(labels)}. If that is ever filled in, the table is left alone "
            "until someone decides."
        )


def _left_out(bound: Bound) -> Iterator[str]:
    """Yield the record classes of which the purposes work on some records only, with those that they leave out."""
    for record_class, said in left_out(bound):
        yield (
            f"{record_class}: no purpose works on one where {'; or where '.join(said)}. If there ever is one, it goes "
            "unless another record holds it, and 'holdord keep' asks first."
        )
