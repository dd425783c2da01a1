"""What a policy alone already shows that someone should know."""

from holdord.policy.duration import Duration
from holdord.policy.model import Finding, Limit, Policy, Purpose


def findings(policy: Policy) -> tuple[Finding, ...]:
    """Return the findings of the policy alone: open-ended purposes, and laws that outlast promises."""
    return (*_open_ended(policy), *_outlasted(policy))


def _open_ended(policy: Policy) -> list[Finding]:
    return [
        Finding(
            code="open_ended",
            severity="warning",
            text=f"Purpose {purpose.id} can stay open for ever: {limit} may never start. "
            f"Say why in {limit.where} (open_ended: …), or count from a clock that every row has.",
            promises=policy.promises_of(purpose.id),
        )
        for purpose, limit in policy.limits()
        if not purpose.open_ended and not limit.latest
    ]


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
    year = Duration(months=12, days=0) if duty.year else Duration(months=0, days=0)
    longest = Duration(months=duty.duration.months + year.months, days=duty.duration.days)
    return longest.longer_than(bound.duration)


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
