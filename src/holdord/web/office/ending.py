"""Whether answering a request erases something: then whoever answers sees the numbers first, and shows who they are."""

from holdord.run.company import Company
from holdord.run.requests.booked import Request
from holdord.run.requests.limited import of


def erases(company: Company, one: Request) -> bool:
    """Tell whether an answer erases: an erasure, a withdrawal, or an objection of which nothing waits any more."""
    return one.asks_for in ("erasure", "withdrawal") or bool(ended(company, one))


def ended(company: Company, one: Request) -> frozenset[str]:
    """Return the purposes that are over for the person once an objection is answered; none while one must be weighed.

    As ``holdord.run.requests.handle`` has it: what ends on request is over at once, the rest once it was upheld.
    """
    if one.asks_for != "objection":
        return frozenset()
    with company.state.snapshot() as connection:
        limits = [limit for limit in of(connection, one.person) if limit.purpose]
    placed = {
        limit.purpose: limit
        for limit in limits
        if limit.request == one.number or (limit.ground == "objection" and (limit.waits or limit.ends_purpose))
    }
    over: set[str] = set()
    for name in one.wish["purposes"]:
        known = company.policy.purposes.get(name)
        limit = placed.get(name)
        if known is None or (limit.waits if limit else not known.ends_on_request):
            return frozenset()
        if limit is None or limit.ends_purpose:
            over.add(name)
    return frozenset(over)
