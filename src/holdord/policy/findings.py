"""What a policy alone already shows that someone should know: laws that outlast promises, figures that look odd.

A law's duty outlasts a promise where both speak of the same records: both purposes work on one record class, their
conditions can be met by the same record, and they need some of the same data. Then what the promise lets go stays by
law. That two purposes need the same person's name is not enough: they hold it through different records.

Conditions exclude each other where no constant of the one meets the other, as ``project: true`` and ``project: false``.
Only conditions of the record itself are compared: of several ancestors each may meet another one (decision 0002, 2).
"""

from collections.abc import Iterator
from itertools import combinations, product

from holdord.policy.duration import Duration
from holdord.policy.model import Finding, Policy
from holdord.policy.purpose import Condition, Constant, Limit, Purpose, Works


def findings(policy: Policy) -> tuple[Finding, ...]:
    """Return the findings of the policy alone: laws that outlast promises, one for each law and class; figures."""
    laws = (finding for law, duty in policy.limits() if duty.kind == "at_least" for finding in _of(policy, law, duty))
    return (*laws, *_figures(policy))


def _figures(policy: Policy) -> Iterator[Finding]:
    """Yield figures that nobody is told of, and pairs whose difference may be one person's."""
    told = {figure for promise in policy.promises.values() for part in promise.parts for figure in part.figures}
    for name in policy.figures:
        if name not in told:
            text = f"Figure {name}: no promise tells people that it stays. Name it below a promise's parts (figures)."
            yield Finding(code="figures_untold", severity="warning", text=text)
    for one, other in combinations(policy.figures.values(), 2):
        if one.counts == other.counts:
            text = (
                f"Figures {one.id} and {other.id} both count {one.counts}. The difference of two numbers can be a "
                "single person's, so the days that one has taken the other never takes: keep one of them."
            )
            yield Finding(code="figures_overlap", severity="warning", text=text)


def _of(policy: Policy, law: Purpose, duty: Limit) -> list[Finding]:
    """Return what a law's duty outlasts. It can: the two may count from clocks of their own, which only a row has."""
    found: dict[str, dict[str, list[str]]] = {}
    for purpose, bound in policy.limits():
        if bound.kind == "at_most" and _exceeds(duty, bound) and _need_the_same(law, purpose):
            for record_class in _common(law, purpose):
                for promise in policy.promises_of(purpose.id)[:1]:
                    found.setdefault(record_class, {}).setdefault(promise, []).append(str(bound))
    return [
        Finding(
            code="law_outlasts_promise",
            severity="warning",
            text=f"{record_class}: {law.law} ({law.id}: {duty}) can hold longer than "
            + "; ".join(f"{promise} ({', '.join(dict.fromkeys(said))})" for promise, said in outlasted.items())
            + ". The law's duty is kept; see that the notice says so.",
            promises=tuple(outlasted),
        )
        for record_class, outlasted in found.items()
    ]


def _exceeds(duty: Limit, bound: Limit) -> bool:
    moved = (24 if duty.year.calendar else 12) if duty.year else 0
    months = duty.duration.months + moved
    try:
        return Duration(months=months, days=duty.duration.days).longer_than(bound.duration)
    except ValueError:  # beyond what a duration can say, and so beyond the promise
        return True


def _need_the_same(one: Purpose, other: Purpose) -> bool:
    """Tell whether some data are needed by both."""
    return any(
        need.covers(second.record_class, second.category) or second.covers(need.record_class, need.category)
        for need, second in product(one.needs, other.needs)
    )


def _common(one: Purpose, other: Purpose) -> list[str]:
    """Return the classes of which both may work on the same record, some perhaps more than once."""
    pairs = product(one.works_on, other.works_on)
    return [works.record_class for works, second in pairs if _may_meet(works, second)]


def _may_meet(one: Works, other: Works) -> bool:
    """Tell whether one record may meet the conditions of both."""
    return one.record_class == other.record_class and not any(
        _exclude(condition, second) for condition, second in product(one.conditions, other.conditions)
    )


def _exclude(one: Condition, other: Condition) -> bool:
    """Tell whether no record can meet both, where a list of constants tells it."""
    if one.record_class or other.record_class or one.name != other.name:
        return False
    return any(
        first.operator in ("is", "in") and not any(_meets(value, second) for value in first.values)
        for first, second in ((one, other), (other, one))
    )


def _meets(value: Constant, condition: Condition) -> bool:
    """Tell whether a constant meets a condition; where the two cannot be compared, it may."""
    if condition.operator in ("is", "in"):
        return value in condition.values
    (bound,) = condition.values
    if condition.operator == "is_not":
        return value != bound
    if value is None:
        return False
    try:
        return value < bound if condition.operator == "below" else value > bound  # type: ignore[operator]
    except TypeError:
        return True
