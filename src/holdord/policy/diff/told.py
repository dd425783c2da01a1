"""What changed in what people are told beside the purposes: requests, officer, security, cookies, sensitive data.

Where people turn to with their rights is always told (WP260 rev.01, 29). A cookie, a special category, an automated
decision or a duty to give data that is new protects people less; a measure of security that is gone does as well.
"""

from collections.abc import Iterator, Mapping, Sequence

from holdord.policy.diff.change import Change, Kind, changed, named, reworded
from holdord.policy.diff.controller import signs
from holdord.policy.diff.purposes import Both
from holdord.policy.diff.words import plain
from holdord.policy.duration import Duration
from holdord.policy.terms import Letter, Special
from holdord.policy.told import Cookie, Said, Told

_COOKIES = "ePrivacy Directive art. 5(3)"
_OFFICER = {"name": "name", "email": "e-mail address", "phone": "telephone number"}


def told_changes(both: Both) -> Iterator[Change]:
    """Yield what changed in the rest of what a notice says."""
    old, new = both.before.told, both.after.told
    yield from _requests(old, new)
    yield from _sensitive(old.sensitive, new.sensitive)
    yield from _decisions(old.decisions, new.decisions)
    yield from _cookies(old.cookies, new.cookies)
    yield from _requirements(old, new)
    yield from _listed("security", "a measure of security", old.security, new.security, "more", "GDPR art. 32")
    yield from _officer(old, new)
    texts = (old.changes or Said("", {}), new.changes or Said("", {}))
    yield from named("changes", "How people are told of changes", texts, "GDPR art. 12(1)", "same")
    yield from _clocks(both)
    if old.version != new.version:
        days = [str(version) if version else "not given" for version in (new.version, old.version)]
        text = f"The day of the notice's version is now {days[0]}; before it was {days[1]}."
        yield changed("version", "changed", "same", "GDPR art. 12(1)", text)


def _requests(old: Told, new: Told) -> Iterator[Change]:
    article = "GDPR art. 12(2)"
    if old.requests is None or new.requests is None:
        if new.requests is not None:
            yield changed("requests", "added", "more", article, f"Requests are now said to go to “{new.requests.to}”.")
        elif old.requests is not None:
            yield changed("requests", "removed", "less", article, "Where requests go is no longer said.")
        return
    texts = (old.requests.to, new.requests.to)
    yield from reworded("requests.to", "Where requests go", texts, article, "same", material=True)
    was, now = old.requests.within, new.requests.within
    if was != now:
        yield _answer(was, now)


def _answer(was: Duration | None, now: Duration | None) -> Change:
    """Return another time to answer in; without one it is the law's month, which no promise exceeds."""
    month = Duration(months=1, days=0)
    before, after = was or month, now or month
    longer = after.longer_than(before) or (now is None and not before.longer_than(after))
    text = f"Requests are now answered within {after}; before it was {before}."
    kind: Kind = "longer" if longer else "shorter"
    return changed("requests.within", kind, "less" if longer else "more", "GDPR art. 12(3)", text)


def _sensitive(old: Mapping[Special, Letter], new: Mapping[Special, Letter]) -> Iterator[Change]:
    article = "GDPR art. 9(2)"
    for name in dict.fromkeys((*new, *old)):
        path, what = f"sensitive.{name}", f"sensitive data on {plain(name)}"
        if name not in old:
            text = f"Now also {what} are used, on art. 9(2)({new[name]})."
            yield changed(path, "added", "less", article, text)
        elif name not in new:
            yield changed(path, "removed", "more", article, f"No longer used: {what}.")
        elif old[name] != new[name]:
            text = f"What allows {what} is now art. 9(2)({new[name]}); before it was ({old[name]})."
            yield changed(path, "changed", "less", article, text)


def _decisions(old: Said | None, new: Said | None) -> Iterator[Change]:
    path, article, lead = "decisions", "GDPR art. 13(2)(f), 22", "What is decided automatically"
    if old and new:
        yield from reworded(path, lead, (old, new), article)
    elif new:
        yield changed(path, "added", "less", article, f"Now decided automatically: “{new}”.")
    elif old:
        yield changed(path, "removed", "more", article, f"No longer decided automatically: “{old}”.")


def _cookies(old: Mapping[str, Cookie], new: Mapping[str, Cookie]) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        path, lead = f"cookies.{name}", f"The cookie “{name}”"
        if name not in old:
            text = f"{lead} is new: {new[name].purpose}; set by {new[name].set_by}."
            yield changed(path, "added", "less", _COOKIES, text)
        elif name not in new:
            yield changed(path, "removed", "more", _COOKIES, f"{lead} is gone.")
        else:
            was, now = old[name], new[name]
            yield from reworded(f"{path}.for", f"{lead}: its purpose", (was.purpose, now.purpose), _COOKIES)
            yield from reworded(f"{path}.set_by", f"{lead}: who sets it", (was.set_by, now.set_by), _COOKIES)
            if was.lasts != now.lasts:
                shorter = now.lasts is None or (was.lasts is not None and was.lasts.longer_than(now.lasts))
                text = f"{lead} now lasts {_lasting(now)}; before it was {_lasting(was)}."
                kind: Kind = "shorter" if shorter else "longer"
                yield changed(f"{path}.lasts", kind, "more" if shorter else "less", _COOKIES, text)


def _lasting(cookie: Cookie) -> str:
    return "until the browser is closed" if cookie.lasts is None else str(cookie.lasts)


def _requirements(old: Told, new: Told) -> Iterator[Change]:
    was, now = (
        tuple(
            Said(f"{plain(one.demand)} ({', '.join(sorted(one.needs))}): {one.otherwise}", one.otherwise.by)
            for one in told.requirements
        )
        for told in (old, new)
    )
    yield from _listed("requirements", "data that must be given", was, now, "less", "GDPR art. 13(2)(e)")


def _listed(
    path: str, what: str, old: Sequence[Said], new: Sequence[Said], more: str, article: str
) -> Iterator[Change]:
    """Yield entries that came or went; ``more`` says how a new one protects people."""
    was, now = ([(one, tuple(sorted(one.by.items()))) for one in said] for said in (old, new))
    for one in now:
        if one not in was:
            text = f"New, {what}: “{one[0]}”."
            yield changed(path, "added", "more" if more == "more" else "less", article, text)
    for one in was:
        if one not in now:
            text = f"Gone, {what}: “{one[0]}”."
            yield changed(path, "removed", "less" if more == "more" else "more", article, text)


def _officer(old: Told, new: Told) -> Iterator[Change]:
    for way, words in _OFFICER.items():
        texts = (getattr(old.officer, way, ""), getattr(new.officer, way, ""))
        lead = f"The data protection officer's {words}"
        yield from signs(f"controller.officer.{way}", lead, texts, "GDPR art. 13(1)(b)")


def _clocks(both: Both) -> Iterator[Change]:
    """Yield other words for the moments that durations count from; which moments these are, the limits tell."""
    was, now = both.before.clocks, both.after.clocks
    for name in dict.fromkeys((*now, *was)):
        texts = (was.get(name, Said("", {})), now.get(name, Said("", {})))
        lead = f"What people are told of the moment “{plain(name)}”"
        yield from named(f"clocks.{name}", lead, texts, "GDPR art. 13(2)(a)", "same")
