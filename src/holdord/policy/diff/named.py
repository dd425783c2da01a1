"""What changed in the things that a policy names and describes: groups, recipients, sources, categories, legal holds.

Whether a purpose uses a name is told at the purpose (``holdord.policy.diff.purposes``). Here stands what the name
means: a recipient in other words may be another recipient, and counts as less until somebody says otherwise. A name
that no purpose uses is listed and means nothing yet.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from holdord.policy.diff.change import Change, Kind, Protects, changed, named, reworded
from holdord.policy.diff.purposes import Both
from holdord.policy.diff.transfers import recipient_changes
from holdord.policy.diff.words import listed, plain
from holdord.policy.model import Hold, Policy
from holdord.policy.terms import Category
from holdord.policy.told import Recipient, Said, Source

KINDS = (("recipients", "GDPR art. 13(1)(e)"), ("sources", "GDPR art. 14(2)(f)"), ("groups", "GDPR art. 30(1)(c)"))
"""What is described by a name, in the order that matters to people, with the article that has it told."""

_HOLD = "GDPR art. 17(3)(e)"


def described_changes(both: Both) -> Iterator[Change]:
    """Yield what changed in the descriptions of recipients, sources and groups."""
    for kind, article in KINDS:
        was, now = getattr(both.before, kind), getattr(both.after, kind)
        for name in dict.fromkeys((*now, *was)):
            path, lead = f"{kind}.{name}", f"The {kind.removesuffix('s')} “{plain(name)}”"
            if name in was and name in now:
                yield from reworded(path, lead, (_words(was[name]), _words(now[name])), article)
                if isinstance(was[name], Recipient):
                    yield from recipient_changes(path, lead, was[name], now[name])
                elif isinstance(was[name], Source) and was[name].public != now[name].public:
                    said = "is now" if now[name].public else "is no longer"
                    yield changed(f"{path}.public", "changed", "same", article, f"{lead} {said} open to everyone.")
                webs = (_web(both.before, kind, name), _web(both.after, kind, name))
                if None not in webs:
                    yield from named(f"{path}.web", f"{lead}: its address on the web", _texts(webs), article, "same")
            elif name in now and not _used(both.after, kind, name):
                text = f"{lead} is described and not used by any purpose: {now[name]}."
                yield changed(path, "added", "same", article, text)
            elif name in was and not _used(both.before, kind, name):
                text = f"{lead}, which no purpose used, is not described any more: {was[name]}."
                yield changed(path, "removed", "same", article, text)


def _words(described: Said | Recipient | Source) -> Said:
    return described if isinstance(described, Said) else described.says


def _used(policy: Policy, kind: str, name: str) -> bool:
    return any(name in getattr(purpose, kind) for purpose in policy.purposes.values())


def _web(policy: Policy, kind: str, name: str) -> str | None:
    """Return a described name's web address, empty without one; None where the file has another name for it."""
    described = policy.document.value[kind]
    said = described.get(name) if isinstance(described, dict) else None
    if said is None:
        return None
    return str(said.get("web") or "").strip() if isinstance(said, dict) else ""


def _texts(texts: tuple[str | None, str | None]) -> tuple[str, str]:
    return texts[0] or "", texts[1] or ""


def category_changes(both: Both) -> Iterator[Change]:
    """Yield what changed in the vocabulary of data: new kinds (art. 14(1)(d)), and what is done to them in the end."""
    was, now = both.before.categories, both.after.categories
    for name in dict.fromkeys((*now, *was)):
        path, article = f"categories.{name}", "GDPR art. 14(1)(d)"
        if name not in was:
            needed = _needed(both.after, name)
            text = f"A new kind of data: {now[name].label}{'' if needed else ', which no purpose needs yet'}."
            yield changed(path, "added", "less" if needed else "same", article, text)
        elif name not in now:
            needed = _needed(both.before, name)
            text = f"A kind of data is gone: {was[name].label}{'' if needed else ', which no purpose needed'}."
            yield changed(path, "removed", "more" if needed else "same", article, text)
        else:
            yield from _category(path, was[name], now[name])


def _needed(policy: Policy, category: str) -> bool:
    needs = [need for purpose in policy.purposes.values() for need in purpose.needs]
    return any(need.covers(need.record_class, category) for need in needs)


def _category(path: str, old: Category, new: Category) -> Iterator[Change]:
    lead = f"The data “{plain(new.name)}”"
    yield from reworded(f"{path}.label", lead, (old.label, new.label), "GDPR art. 14(1)(d)")
    if old.afterwards != new.afterwards:
        kept = new.afterwards == "generalise"
        now, then = ("made coarser", "erased") if kept else ("erased", "made coarser")
        text = f"{new.label.capitalize()}: what nothing holds any more is now {now}; before it was {then}."
        yield changed(f"{path}.after", "changed", "less" if kept else "more", "GDPR art. 5(1)(e)", text)
    texts = (old.iri, new.iri)
    yield from named(f"{path}.iri", f"{lead}: its identifier", texts, "GDPR art. 14(1)(d)", "same")


def hold_changes(both: Both) -> Iterator[Change]:
    """Yield legal holds that were set, lifted, or changed; the record itself is never named."""
    was, now = ({hold.id: hold for hold in policy.holds} for policy in (both.before, both.after))
    for name in dict.fromkeys((*now, *was)):
        if name not in was:
            text = f"A legal hold ({name}) is set on {_what(now[name])}, from {now[name].since}{_end(now[name])}."
            yield changed(f"holds.{name}", "added", "less", _HOLD, text, material=False)
        elif name not in now:
            text = f"The legal hold ({name}) on {_what(was[name])} is lifted."
            yield changed(f"holds.{name}", "removed", "more", _HOLD, text, material=False)
        else:
            yield from _hold(was[name], now[name])


def _hold(old: Hold, new: Hold) -> Iterator[Change]:
    path, lead = f"holds.{new.id}", f"The legal hold ({new.id}) on {_records(new)}"
    before, after = set(old.records), set(new.records)
    if before != after:
        kind: Kind = "widened" if before < after else "narrowed" if after < before else "changed"
        on = {"widened": "more records", "narrowed": "fewer records"}.get(kind, "another record")
        protects: Protects = "more" if kind == "narrowed" else "less"
        yield changed(f"{path}.scope", kind, protects, _HOLD, f"{lead} is now on {on} than before.", material=False)
    yield from reworded(f"{path}.reason", f"{lead}: the reason", (old.reason, new.reason), _HOLD, "same")
    yield from reworded(f"{path}.owner", f"{lead}: the owner", (old.owner, new.owner), _HOLD, "same")
    if old.since != new.since:
        text = f"{lead} now begins on {new.since}; before it was {old.since}."
        yield _moved(f"{path}.since", new.since < old.since, text)
    for key, now, never, then, today in (
        ("until", "now ends on", "has no end any more", old.until, new.until),
        ("review", "is now to be looked at again by", "has no day any more to be looked at", old.review, new.review),
    ):
        if then != today:
            text = f"{lead} {f'{now} {today}' if today else never}; before it {f'was {then}' if then else 'had none'}."
            yield _moved(f"{path}.{key}", _later(then, today), text)


def _moved(path: str, longer: bool, text: str) -> Change:
    kind: Kind = "longer" if longer else "shorter"
    protects: Protects = "less" if longer else "more"
    return changed(path, kind, protects, _HOLD, text, material=False)


def _later(before: date | None, after: date | None) -> bool:
    """Tell whether a day moved away; without one it is never."""
    return before is not None and (after is None or after > before)


def _what(hold: Hold) -> str:
    return f"{_records(hold)} ({hold.reason}; owner: {hold.owner})"


def _records(hold: Hold) -> str:
    """Return how many records of which classes a hold is over."""
    classes = Counter(plain(record.record_class) for record in hold.records)
    said = [
        f"{'one record' if count == 1 else f'{count} records'} of the class {name}" for name, count in classes.items()
    ]
    return listed(said)


def _end(hold: Hold) -> str:
    until = f" until {hold.until}" if hold.until else ""
    return until + (f", to be looked at again by {hold.review}" if hold.review else "")
