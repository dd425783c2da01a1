"""What exactly somebody asks for, by kind of request, checked when it is written down."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from holdord.errors import Refused
from holdord.policy.model import Policy
from holdord.policy.terms import OBJECTED
from holdord.run.requests.delivery import checked as checked_address
from holdord.run.requests.place import changes_of

AsksFor = Literal["access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal"]
ASKS_FOR: tuple[AsksFor, ...] = get_args(AsksFor)
"""GDPR art. 15, 16, 17, 18, 20, 21, 7(3)."""

Ground = Literal["accuracy", "unlawful", "claims"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)
"""Why somebody may ask for restriction (art. 18(1)(a) to (c)); (d) is an objection that is being weighed."""

_NEEDED = {"rectification": "changes", "restriction": "ground", "objection": "purposes", "withdrawal": "purposes"}


def checked(policy: Policy, asks_for: AsksFor, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Return a wish as it is kept.

    Args:
        policy: The company's.
        asks_for: What is asked for.
        wish: ``{"changes": […]}`` for rectification, ``{"ground": …}`` for restriction, ``{"purposes": […]}`` for an
            objection or a withdrawal, ``{"address": "https://…"}`` or nothing for portability, else nothing.

    Raises:
        Refused: Something in it is missing, unknown, or cannot be asked for.
    """
    needed = _NEEDED.get(asks_for)
    allowed = {needed} if needed else {"address"} if asks_for == "portability" else set()
    if unknown := sorted(set(wish) - allowed):
        raise Refused(f"A request for {asks_for} does not say {', '.join(unknown)}.")
    if needed and needed not in wish:
        raise Refused(f"A request for {asks_for} says {needed}.")
    if asks_for == "rectification":
        changes_of(dict(wish))
    if asks_for == "restriction" and wish["ground"] not in GROUNDS:
        raise Refused(f"Restriction is asked for because of {', '.join(GROUNDS)} (GDPR art. 18(1)).")
    if needed == "purposes":
        _check_purposes(policy, asks_for, wish["purposes"])
    if wish.get("address"):
        checked_address(str(wish["address"]))
    return dict(wish)


def _check_purposes(policy: Policy, asks_for: AsksFor, named: Any) -> None:
    if not isinstance(named, list) or not named:
        raise Refused(f"A request for {asks_for} names at least one purpose.")
    for name in named:
        purpose = policy.purposes.get(name) if isinstance(name, str) else None
        if purpose is None:
            raise Refused(f"There is no purpose {name}. Purposes: {', '.join(policy.purposes)}.")
        if asks_for == "withdrawal" and purpose.basis != "consent":
            raise Refused(f"No consent can be withdrawn from {name}: it rests on {purpose.basis} (GDPR art. 7(3)).")
        if asks_for == "objection" and purpose.basis not in OBJECTED and not purpose.ends_on_request:
            raise Refused(f"Nobody can object to {name}: it rests on {purpose.basis} (GDPR art. 21(1)).")
