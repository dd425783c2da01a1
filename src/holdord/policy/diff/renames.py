"""What got another name: the same thing below another identifier, which by itself changes nothing for anybody.

Recipients, sources and groups are the same when their descriptions are; purposes, promises and legal holds when a
comparison of all the rest finds nothing. A purpose is also the same when it says the same in words: the purpose is what
people were told (GDPR art. 13(1)(c)), not its identifier, and what else of it changed is told as a change of it. The
first policy is then given the second one's names, so that nothing looks changed that is not: a purpose that was renamed
is still the one that keeps its promises.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from holdord.policy.diff.change import Change, changed
from holdord.policy.diff.named import KINDS
from holdord.policy.diff.promises import one_promise
from holdord.policy.diff.purposes import Both, same_content
from holdord.policy.diff.words import title
from holdord.policy.model import Part, Policy, Promise
from holdord.policy.purpose import Purpose

Thing = TypeVar("Thing")
Names = dict[str, str]


def renamed(before: Policy, after: Policy) -> tuple[Both, list[Change]]:
    """Return both policies, the first with the second one's names, and what was renamed."""
    found: list[Change] = []
    for kind, article in KINDS:
        before, names = _described(before, after, kind)
        found += _told(kind, kind.removesuffix("s"), names, article)
    both = Both(before=before, after=after)
    names = _pairs(
        before.purposes,
        after.purposes,
        lambda old, new: same_content(replace(old, id=new.id), new, both),
        lambda old, new: old.label == new.label,
    )
    found += _told("purposes", "purpose", names, "GDPR art. 13(1)(c)")
    both = Both(before=_with_purposes(before, names), after=after)

    def same_promise(old: Promise, new: Promise) -> bool:
        return not any(one_promise(replace(old, id=new.id), new, both))

    names = _pairs(both.before.promises, after.promises, same_promise)
    found += _told("promises", "promise", names, "GDPR art. 5(1)(a)")
    promises = {names.get(name, name): one for name, one in both.before.promises.items()}
    promises = {name: replace(one, id=name) for name, one in promises.items()}
    was, now = ({hold.id: hold for hold in policy.holds} for policy in (before, after))
    names = _pairs(was, now, lambda old, new: replace(old, id=new.id) == new)
    found += _told("holds", "legal hold", names, "GDPR art. 17(3)(e)")
    holds = tuple(replace(hold, id=names.get(hold.id, hold.id)) for hold in before.holds)
    return Both(before=replace(both.before, promises=promises, holds=holds), after=after), found


def _pairs(before: Mapping[str, Thing], after: Mapping[str, Thing], *same: Callable[[Thing, Thing], bool]) -> Names:
    """Return old name → new name, for what is the same below a name of its own; the first question goes first."""
    free = {name: thing for name, thing in after.items() if name not in before}
    names: Names = {}
    for is_same in same:
        for name, thing in before.items():
            if name not in after and name not in names:
                twin = next((one for one, other in free.items() if is_same(thing, other)), None)
                if twin is not None:
                    names[name] = twin
                    del free[twin]
    return names


def _described(before: Policy, after: Policy, kind: str) -> tuple[Policy, Names]:
    """Rename recipients, sources or groups."""
    raw = [_written(policy, kind) for policy in (before, after)]
    names = _pairs(raw[0], raw[1], lambda one, other: _said(one) == _said(other))
    said = {names.get(name, name): text for name, text in getattr(before, kind).items()}
    purposes = {}
    for name, purpose in before.purposes.items():
        used: dict[str, Any] = {kind: tuple(names.get(one, one) for one in getattr(purpose, kind))}
        purposes[name] = replace(purpose, **used)
    fields: dict[str, Any] = {kind: said, "purposes": purposes}
    return replace(before, **fields), names


def _written(policy: Policy, kind: str) -> dict[str, Any]:
    said = policy.document.value.get(kind)
    return said if isinstance(said, dict) else {}


def _said(value: object) -> object:
    return {"says": value} if isinstance(value, str) else value


def _with_purposes(policy: Policy, names: Names) -> Policy:
    """Return the policy with some purposes renamed, in its promises too."""

    def called(purpose: Purpose) -> Purpose:
        return replace(purpose, id=names.get(purpose.id, purpose.id))

    def kept(part: Part) -> Part:
        review = part.review and replace(part.review, purpose=names.get(part.review.purpose, part.review.purpose))
        purposes, portal = (tuple(names.get(one, one) for one in said) for said in (part.purposes, part.portal))
        return replace(part, purposes=purposes, portal=portal, review=review)

    promises = {
        name: replace(promise, parts=tuple(kept(part) for part in promise.parts))
        for name, promise in policy.promises.items()
    }
    purposes = {called(purpose).id: called(purpose) for purpose in policy.purposes.values()}
    return replace(policy, purposes=purposes, promises=promises)


def _told(kind: str, what: str, names: Names, article: str) -> Iterator[Change]:
    for old, new in names.items():
        text = f"The {what} {_shown(kind, old)} is now called {_shown(kind, new)}."
        yield changed(f"{kind}.{new}", "renamed", "same", article, text)


def _shown(kind: str, name: str) -> str:
    return f"“{title(name)}”" if kind not in ("promises", "holds") else name
