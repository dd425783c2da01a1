"""What a policy alone already shows that someone should know."""

from holdord.policy.duration import Duration
from holdord.policy.model import Finding, Limit, Policy, Purpose


def findings(policy: Policy) -> tuple[Finding, ...]:
    """Return the findings of the policy alone: laws that outlast promises."""
    return tuple(_outlasted(policy))


def _outlasted(policy: Policy) -> list[Finding]:
    """A law's duty longer than the notice's promise for the same data: the law wins, the notice should say so."""
    found = []
    for law, duty in policy.limits():
        if duty.kind != "at_least":
            continue
        outlasted: dict[str, list[str]] = {}
        for purpose, bound in policy.limits():
            shared = _shared(law, purpose) if bound.kind == "at_most" and _exceeds(duty, bound) else []
            for promise in policy.promises_of(purpose.id)[:1] if shared else ():
                outlasted.setdefault(promise, []).extend(one for one in shared if one not in outlasted.get(promise, []))
        if outlasted:
            words = "; ".join(f"{promise} ({', '.join(shared)})" for promise, shared in outlasted.items())
            found.append(
                Finding(
                    code="law_outlasts_promise",
                    severity="warning",
                    text=f"{law.law} ({law.id}: {duty}) holds data longer than these promises say: {words}. "
                    "The law's duty is kept; the notice should say so.",
                    promises=tuple(outlasted),
                )
            )
    return found


def _exceeds(duty: Limit, bound: Limit) -> bool:
    months = duty.duration.months + (12 if duty.year else 0)
    try:
        return Duration(months=months, days=duty.duration.days).longer_than(bound.duration)
    except ValueError:  # beyond what a duration can say, and so beyond the promise
        return True


def _shared(one: Purpose, other: Purpose) -> list[str]:
    """Return the needs that both have, in the narrower of the two forms."""
    shared = []
    for need in one.needs:
        for second in other.needs:
            if need.record_class == second.record_class:
                if second.covers(need.record_class, need.category) or second.category == "*":
                    shared.append(f"{need.record_class}.{need.category}")
                elif need.covers(second.record_class, second.category):
                    shared.append(f"{second.record_class}.{second.category}")
    return sorted(set(shared))
