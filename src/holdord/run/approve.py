"""Saying yes or no to what a promise lets go, and letting go of a yes that was carried out."""

from datetime import date, datetime
from typing import Any

from holdord.errors import Refused
from holdord.plan.plan import make
from holdord.policy.terms import same_name
from holdord.run.approvals import Says, enter, use
from holdord.run.company import Company
from holdord.run.due import Due, as_of_each, due, meant_by


def decide(
    company: Company, now: datetime, at: date, *, promise: str, by: str, says: Says, reason: str = "", plan: str = ""
) -> tuple[int, Due]:
    """Write down what somebody says about what is due for a promise now.

    Args:
        company: The folder.
        now: When it is said.
        at: The controller's date.
        promise: The promise's id.
        by: Who says so: one of its approvers.
        says: ``yes`` or ``no``.
        reason: Why, for the state database alone.
        plan: The digest of the plan that was looked at; empty for the one of now.

    Returns:
        The number of the log's entry, and what is due from then on.

    Raises:
        Refused: Nothing of the promise waits, nobody of that name may say so, or the plan of now is another one.
    """
    said = company.policy.promises.get(promise)
    if said is None or not said.approval:
        known = ", ".join(one.id for one in company.policy.promises.values() if one.approval) or "none"
        raise Refused(f"No promise {promise} waits for an approval. Those that do: {known}.")
    if same_name(by) not in map(same_name, said.approvers):
        raise Refused(f"That is none of the approvers of {promise}: the policy says who may (approvers).")
    with company.reading() as (snapshot, state):
        found = due(company, snapshot, state, at)
    if plan and plan != found.plan.digest:
        raise Refused(f"The plan of now is {found.plan.digest}, not the one looked at. See it again: holdord plan.")
    meant = meant_by(found.whole, said)
    if not meant:
        raise Refused(f"Nothing of {promise} is due at {at}: there is nothing to say yes or no to.")
    entry: dict[str, Any] = {
        "kind": "approval",
        "at": at.isoformat(),
        "plan": found.plan.digest,
        "policy": company.policy.digest,
        "promise": promise,
        "says": says,
        "of": said.approval,
        "statements": [one.document() for one in meant],
    }
    with company.state.writing() as connection:
        index = enter(connection, entry, by=by, reason=reason, now=now)
    with company.reading() as (snapshot, state):
        return index, due(company, snapshot, state, at)


def use_up(company: Company, carried: Due) -> dict[str, list[int]]:
    """Let go of the approvals that were carried out; return promise → the entries of these.

    Those stay of which something is left, since it waits for another promise's approvers too.
    """
    if not carried.granted:
        return {}
    at = carried.plan.at
    promises = [company.policy.promises[name] for name in carried.granted]
    with company.store.reading() as snapshot:
        rest = make(company.bound, snapshot, at, as_of=as_of_each(promises, carried.granted))
    used = {
        promise.id: [one.entry for one in carried.granted[promise.id]]
        for promise in promises
        if not meant_by(rest, promise)
    }
    with company.state.writing() as connection:
        for name, entries in used.items():
            use(connection, name, max(entries), at)
    return used
