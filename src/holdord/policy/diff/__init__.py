"""What changed between two policies, in words for people, and what of it they must be told of beforehand.

The first policy is how it was, the second how it is to be. Order, comments and ways of writing the same thing are no
change: needs are compared by what they cover, conditions by which records they let in (``cover``),
durations by the calendar (``longer``). What is material stands in ``change``. The texts
of the notices are not compared here, only the sentences that the policies quote.

What comes first is what people must be told of; in that, and in the rest, what protects them less, then what protects
them more; then purposes before names, names before the controller's particulars, and those before figures, holds,
promises and files.
"""

from holdord.policy.diff.change import Change, Kind, Protects
from holdord.policy.diff.controller import controller_changes, notice_changes
from holdord.policy.diff.figures import figure_changes
from holdord.policy.diff.named import category_changes, described_changes, hold_changes
from holdord.policy.diff.promises import promise_changes
from holdord.policy.diff.purposes import purpose_changes
from holdord.policy.diff.renames import renamed
from holdord.policy.diff.told import told_changes
from holdord.policy.model import Policy

__all__ = ["Change", "Kind", "Protects", "changes"]

_RANK: dict[Protects, int] = {"less": 0, "more": 1, "same": 2}


def changes(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Return what the second policy says otherwise than the first, what matters most first; empty where nothing.

    Args:
        before: The policy as it was.
        after: The policy as it is to be.
    """
    both, names = renamed(before, after)
    found = [
        *purpose_changes(both),
        *described_changes(both),
        *controller_changes(both),
        *told_changes(both),
        *category_changes(both),
        *figure_changes(both),
        *hold_changes(both),
        *promise_changes(both),
        *notice_changes(both),
        *names,
    ]
    return tuple(sorted(found, key=lambda change: (not change.material, _RANK[change.protects])))
