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
        for purpose, bound in policy.limits():
            if duty.kind != "at_least" or bound.kind != "at_most" or not _exceeds(duty, bound):
                continue
            shared = _shared(law, purpose)
            if shared:
                found.append(
                    Finding(
                        code="law_outlasts_promise",
                        severity="warning",
                        text=f"{law.law} holds {', '.join(shared)} longer ({law.id}: {duty}) than "
                        f"{', '.join(policy.promises_of(purpose.id)) or purpose.id} says ({purpose.id}: {bound}). "
                        "The law's duty is kept; the notice should say so.",
                        promises=policy.promises_of(purpose.id),
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
