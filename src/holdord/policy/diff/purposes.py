"""What changed in the purposes: what for, on what basis, which data and records, about whom, to whom, from where.

Each aspect is a function of one purpose before and after; ``ASPECTS`` has them in the order that matters to people.
A purpose in other words counts as another purpose until somebody says otherwise (WP260 rev.01, 29: another purpose is
always told). Another legal basis is always told as well, whichever way it goes: for data that were collected already it
changes the rights that people were told of, and art. 13(1)(c) had them told. Which way it goes is read from those
rights: who consented can withdraw (art. 7(3)) and take the data along (art. 20(1)); where an agreement carries it, take
the data along; where an interest or a public task does, object (art. 21(1)), for which a withdrawal does as well; where
the law commands it, or life depends on it, none of these. A basis that takes a right away is less.

New sources are told, although the guidelines do not list them: art. 14(2)(f) has people told where data come from, and
data that arrive from elsewhere are what they expect least (WP260, 29). So are new groups of people.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from holdord.policy.diff.change import Change, Kind, Protects, changed, named, reworded
from holdord.policy.diff.cover import let_in, reached, width
from holdord.policy.diff.limits import limit_changes, reason_changes
from holdord.policy.diff.spelling import same_words
from holdord.policy.diff.words import basis, bounded, data, listed, plain, records, title
from holdord.policy.model import Policy
from holdord.policy.purpose import Purpose, Works
from holdord.policy.terms import Basis, Category
from holdord.policy.told import Said


@dataclass(frozen=True, kw_only=True)
class Both:
    """The two policies; what was only renamed has the name of the second in both."""

    before: Policy
    after: Policy

    @property
    def vocabulary(self) -> Mapping[str, Category]:
        """The categories of both."""
        return {**self.before.categories, **self.after.categories}


RIGHTS: dict[Basis, frozenset[str]] = {
    "consent": frozenset({"withdraw", "take", "object"}),
    "contract": frozenset({"take"}),
    "legal_obligation": frozenset(),
    "vital_interests": frozenset(),
    "public_task": frozenset({"object"}),
    "legitimate_interest": frozenset({"object"}),
}
"""Legal basis → what people can do that end or move the processing; ``withdraw`` does what ``object`` does."""

_RIGHT = {
    "withdraw": "withdraw a consent (art. 7(3))",
    "take": "take their data along (art. 20(1))",
    "object": "object (art. 21(1))",
}


def purposes_added_and_removed(both: Both) -> Iterator[Change]:
    """Yield new purposes (art. 13(3), 14(4): told before the processing begins) and those that are gone."""
    for name, purpose in both.after.purposes.items():
        if name not in both.before.purposes:
            limits = listed(map(bounded, purpose.limits))
            text = (
                f"New purpose {title(name)}: “{purpose.label}”; basis: {basis(purpose.basis)}; data are kept {limits}."
            )
            yield changed(f"purposes.{name}", "added", "less", "GDPR art. 13(3), 14(4)", text)
    for name, purpose in both.before.purposes.items():
        if name not in both.after.purposes:
            text = f"The purpose {title(name)} is gone: “{purpose.label}”."
            yield changed(f"purposes.{name}", "removed", "more", "GDPR art. 5(1)(b)", text)


def _label(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    texts = (before.label, after.label)
    yield from reworded(f"purposes.{after.id}.for", f"{title(after.id)}: the purpose", texts, "GDPR art. 13(1)(c)")


def _basis(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    if before.basis == after.basis:
        return
    had, has = RIGHTS[before.basis], RIGHTS[after.basis]
    lost = [right for right in _RIGHT if right in had - has and not (right == "object" and "withdraw" in had)]
    protects: Protects = "same" if had == has else "more" if had < has else "less"
    text = f"{title(after.id)}: the legal basis is now {basis(after.basis)}; before it was {basis(before.basis)}"
    text += f", so that people can no longer {listed((_RIGHT[right] for right in lost), 'or')}." if lost else "."
    path = f"purposes.{after.id}.basis"
    yield changed(path, "changed", protects, "GDPR art. 6(1), 13(1)(c)", text, material=True)


def _interest(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    texts = (before.interest or Said("", {}), after.interest or Said("", {}))
    lead = f"{title(after.id)}: the legitimate interest"
    yield from named(f"purposes.{after.id}.interest", lead, texts, "GDPR art. 13(1)(d)", "less")


def _law(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    """Yield another law; where it is the basis itself (art. 6(3)) another law is another basis."""
    if before.law == after.law:
        lead = f"{title(after.id)}: the law named"
        yield from reworded(f"purposes.{after.id}.law", lead, (before.law, after.law), "GDPR art. 13(1)(c)", "same")
        return
    is_basis = "legal_obligation" in (before.basis, after.basis)
    only = bool(before.law and after.law) and same_words(before.law, after.law)
    kind: Kind = "wording" if only else "changed" if before.law and after.law else "added" if after.law else "removed"
    lead = (
        f"{title(after.id)}: the law named is now “{after.law}”" if after.law else f"{title(after.id)}: no law is named"
    )
    then = f"before it was “{before.law}”" if before.law else "before none was named"
    article = "GDPR art. 6(3)" if is_basis else "GDPR art. 13(1)(c)"
    text = f"{lead}; {then}{' (wording only)' if only else ''}."
    yield changed(f"purposes.{after.id}.law", kind, "same", article, text, material=is_basis and not only)


def _needs(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    """Yield data that are needed anew or no longer, class by class (art. 5(1)(c), 14(1)(d))."""
    had, has = reached(before, both.vocabulary), reached(after, both.vocabulary)
    for name in dict.fromkeys((*has, *had)):
        path, article = f"purposes.{after.id}.needs.{name}", "GDPR art. 5(1)(c), 14(1)(d)"
        was, now = had.get(name, frozenset()), has.get(name, frozenset())
        whole = was and now and both.vocabulary.keys() in (was, now)
        said = f"{data(now, both.vocabulary)}; before it was {data(was, both.vocabulary)}" if whole else ""
        if now - was:
            more = f"now needs {said}" if said else f"now also needs {data(now - was, both.vocabulary)}"
            text = f"{title(after.id)}: of the {plain(name)}, {more}."
            yield changed(path, "widened", "less", article, text)
        if was - now:
            less = f"now needs only {said}" if said else f"no longer needs {data(was - now, both.vocabulary)}"
            text = f"{title(after.id)}: of the {plain(name)}, {less}."
            yield changed(path, "narrowed", "more", article, text)


def _records(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    """Yield records that are worked on anew or no longer, class by class (art. 5(1)(b))."""
    was, now = let_in(before), let_in(after)
    for name in dict.fromkeys((*now, *was)):
        old, new = was.get(name, ()), now.get(name, ())
        how = "widened" if not old else "narrowed" if not new else width(old, new)
        if how != "same":
            text = f"{title(after.id)}: {_said(plain(name), old, new)}."
            protects: Protects = "more" if how == "narrowed" else "less"
            yield changed(f"purposes.{after.id}.works_on.{name}", how, protects, "GDPR art. 5(1)(b)", text)


def _said(name: str, old: tuple[Works, ...], new: tuple[Works, ...]) -> str:
    if not old:
        return f"now also works on the class {name} ({records(new)})"
    if not new:
        return f"no longer works on the class {name}; before it was {records(old)}"
    return f"of the class {name}, now works on {records(new)}; before it was {records(old)}"


def _limits(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    yield from limit_changes(before, after)


def _reasons(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    yield from reason_changes(before, after)


def _names(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    """Yield groups of people, recipients and sources that a purpose names anew or no longer."""
    for kind, article, verb in (
        ("groups", "GDPR art. 30(1)(c)", "it {} concerns"),
        ("recipients", "GDPR art. 13(1)(e)", "data {} go to"),
        ("sources", "GDPR art. 14(2)(f)", "data {} come from"),
    ):
        was, now = getattr(before, kind), getattr(after, kind)
        path, lead = f"purposes.{after.id}.{kind}", f"{title(after.id)}: {verb}"
        for name in dict.fromkeys(now):
            if name not in was:
                text = f"{lead.format('now also')} {getattr(both.after, kind)[name]}."
                yield changed(f"{path}.{name}", "added", "less", article, text)
        for name in dict.fromkeys(was):
            if name not in now:
                text = f"{lead.format('no longer')} {getattr(both.before, kind)[name]}."
                yield changed(f"{path}.{name}", "removed", "more", article, text)


def _end(before: Purpose, after: Purpose, both: Both) -> Iterator[Change]:
    """Yield whether a person's request ends the purpose: a right (art. 13(2)(b))."""
    if before.ends_on_request != after.ends_on_request:
        kind: Kind = "added" if after.ends_on_request else "removed"
        ends = (
            "now ends when a person asks for it"
            if after.ends_on_request
            else "no longer ends when a person asks for it"
        )
        protects: Protects = "more" if after.ends_on_request else "less"
        path = f"purposes.{after.id}.ends_on"
        yield changed(path, kind, protects, "GDPR art. 13(2)(b)", f"{title(after.id)}: {ends}.")


ASPECTS: tuple[Callable[[Purpose, Purpose, Both], Iterator[Change]], ...] = (
    _label,
    _basis,
    _interest,
    _law,
    _needs,
    _records,
    _limits,
    _reasons,
    _names,
    _end,
)
"""In the order that matters to people."""


def purpose_changes(both: Both) -> Iterator[Change]:
    """Yield what changed in the purposes, aspect by aspect."""
    yield from purposes_added_and_removed(both)
    for aspect in ASPECTS:
        for name, purpose in both.after.purposes.items():
            if name in both.before.purposes:
                yield from aspect(both.before.purposes[name], purpose, both)


def same_content(before: Purpose, after: Purpose, both: Both) -> bool:
    """Tell whether two purposes differ in nothing but their names."""
    return not any(change for aspect in ASPECTS for change in aspect(before, after, both))
