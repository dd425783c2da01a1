"""A value to be put right, the places where it stands, and why some of them are left as they are (GDPR art. 16)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdord.errors import Refused
from holdord.plan.predicate import Key
from holdord.policy.purpose import Purpose
from holdord.stores.correct import Path

_CATEGORY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
_MOST, _LONGEST = 50, 10_000
SECRET = "identity.secret"  # noqa: S105 - the name of a category
"""Nobody puts a password right, and none is shown."""
HELD, REFUSED, DUTY, ALSO_OTHERS = "legal_hold", "refused", "duty", "also_others"
REASONS = {
    HELD: "It is under a legal hold: it is evidence as it stands.",
    "shared": "The record, or the value, is somebody else's as well: look at it by hand.",
    ALSO_OTHERS: "Other people's records lead here too, so it would change for them. Ask again with also_others: true.",
    "key": "Other records are tied to it, or it tells records apart: change it where it was made.",
    "clock": "It decides how long the record is held, or by which rule: change it where it was made.",
    "generated": "The database makes it of other columns.",
    "coarse": "It was made coarser on purpose, and what it was made of is gone.",
    "trigger": "The table has triggers, and what they do to others cannot be told.",
    "elsewhere": "The same words stand where other data belong. If they mean this, ask for that category as well.",
    "unclear": "It lies inside of something that cannot be read with certainty.",
    "several": "Several such places are empty, and it is not said which is meant.",
    "unneeded": "No purpose holds such data here any more, so they may not be filled in.",
    DUTY: "A law says that this is kept as it was written. A supplementary statement can stand beside it.",
    REFUSED: "The database does not take it.",
    "again": "It came or changed meanwhile: do it once more.",
}
"""Why a place is left as it is: a stable word for programs → what to tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A value to be put right.

    Attributes:
        old: What is wrong, as the person writes it; None where something is missing.
        also_others: Whether somebody decided that it changes for others whose records lead there as well.
    """

    category: str
    old: str | None = field(repr=False)
    new: str = field(repr=False)
    also_others: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One place of a value.

    Attributes:
        column: In the database.
        name: The same in words, that of a mapped piece of JSON with its path.
        path: Where it lies in the column's JSON.
        before: What stands there.
        after: What should, as the column takes it.
        reason: Why it is left as it is, one of ``REASONS``; empty where it is put right.
        why: What the database has against it, or empty.
        purposes: Which hold it.
        above: The rows by which it is told whose it is.
    """

    change: Change
    table: str
    record_class: str
    key: Key = field(repr=False)
    column: str
    name: str
    path: Path = ()
    category: str
    before: Any = field(repr=False)
    after: Any = field(default=None, repr=False)
    reason: str = ""
    why: str = ""
    purposes: tuple[Purpose, ...]
    above: tuple[tuple[str, Key], ...] = field(default=(), repr=False)

    @property
    def where(self) -> tuple[str, Key]:
        """Its row."""
        return self.table, self.key

    @property
    def same(self) -> tuple[Any, ...]:
        """What tells it apart from all other places."""
        return self.table, self.key, self.column, self.path, self.change


def changes_of(wish: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what a person wants to be put right.

    Args:
        wish: ``{"changes": [{"category": "contact.phone", "old": "…" or null, "new": "…"}]}``; ``"also_others": true``
            says that somebody decided about rows to which others lead as well.

    Raises:
        Refused: It says something else, or nothing.
    """
    said = wish.get("changes")
    if set(wish) != {"changes"} or not isinstance(said, list) or not 0 < len(said) <= _MOST:
        raise Refused(f"A wish to put something right has 1 to {_MOST} changes, and nothing else.")
    changes = tuple(_change(number, one) for number, one in enumerate(said, 1))
    for one in changes:
        same = [other for other in changes if other.category == one.category]
        if sum(other.old == one.old for other in same) > 1 or any(other.old == one.new for other in same):
            raise Refused(f"Two changes of {one.category} are about the same value. Ask for one, then for the other.")
    return changes


def _change(number: int, said: Any) -> Change:
    known = {"category", "old", "new"}
    if not isinstance(said, dict) or not known <= set(said) <= known | {"also_others"}:
        raise Refused(f"Change {number} must say category, old and new.")
    category, old, new, others = said["category"], said["old"], said["new"], said.get("also_others", False)
    if not isinstance(category, str) or not _CATEGORY.fullmatch(category) or category == SECRET:
        raise Refused(f"Change {number} names no category of data that can be put right, such as contact.phone.")
    for value in (new,) if old is None else (old, new):
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or "\0" in value:
            raise Refused(f"Change {number}: values are texts of 1 to {_LONGEST} characters; old may be null.")
    if not isinstance(others, bool):
        raise Refused(f"Change {number}: also_others is true or false.")
    if old == new:
        raise Refused(f"Change {number} changes nothing.")
    return Change(category=category, old=old, new=new.strip(), also_others=others)
