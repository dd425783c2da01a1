"""What changed in who decides: the controller, how it is reached, where it is, and the files of its notices.

Another controller, and another way to reach it, are always told: WP260 rev.01, 29, names the controller's identity and
the way to use one's rights; GDPR art. 13(1)(a). With the country goes the authority that takes complaints (13(2)(d)). A
further way to reach it takes nothing from anybody and is only listed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from holdord.policy.diff.change import Change, Kind, changed, reworded
from holdord.policy.diff.purposes import Both
from holdord.policy.diff.spelling import same_signs
from holdord.policy.diff.words import listed, title
from holdord.policy.model import Controller, Policy
from holdord.policy.terms import COUNTRIES

WHO = "GDPR art. 13(1)(a)"
_WAYS = {"address": "postal address", "email": "e-mail address", "phone": "telephone number", "web": "web address"}


def controller_changes(both: Both) -> Iterator[Change]:
    """Yield what changed in the controller, and in the files of the notices."""
    old, new = both.before.controller, both.after.controller
    yield from reworded("controller.name", "The controller's name", (old.name, new.name), WHO, "same", material=True)
    for way, words in _WAYS.items():
        texts = (both.before.told.contact.get(way, ""), both.after.told.contact.get(way, ""))
        yield from signs(f"controller.contact.{way}", f"The controller's {words}", texts)
    if old.country != new.country:
        is_in, was_in = COUNTRIES[new.country], COUNTRIES[old.country]
        text = (
            f"The controller is now in {is_in.label}, where {is_in.authority} takes complaints; before it was "
            f"{was_in.label}, with {was_in.authority}."
        )
        yield changed("controller.country", "changed", "same", "GDPR art. 13(2)(d)", text, material=True)
    number = (old.register_number, new.register_number)
    yield from signs("controller.register_number", "The controller's register number", number)
    yield from _year(both)
    yield from _zone(both)


def signs(path: str, lead: str, texts: tuple[str, str], article: str = WHO) -> Iterator[Change]:
    """Yield a name, number or address that was added, removed or changed; in these every sign counts."""
    before, after = texts
    if before == after:
        return
    if not before:
        yield changed(path, "added", "more", article, f"{lead} is now given: {after}.")
    elif not after:
        yield changed(path, "removed", "less", article, f"{lead} is no longer given; before it was {before}.")
    else:
        only = same_signs(before, after)
        kind: Kind = "wording" if only else "changed"
        text = f"{lead} is now {after}; before it was {before}{' (wording only)' if only else ''}."
        yield changed(path, kind, "same", article, text, material=not only)


def _year(both: Both) -> Iterator[Change]:
    """Yield another financial year: what counts from its end goes later from some starts, which is the worst case."""
    old, new = both.before.controller.year, both.after.controller.year
    if old == new:
        return
    counted = [name for policy in (both.before, both.after) for name, limits in _counted(policy) if limits]
    text = f"The financial year now ends on {_day(new.month, new.day)}; before it was {_day(old.month, old.day)}"
    if counted:
        names = listed(map(title, dict.fromkeys(counted)))
        text += f", so that what counts from its end goes earlier or later: {names}"
    path, article = "controller.financial_year_ends", "GDPR art. 13(2)(a)"
    yield changed(path, "changed", "less" if counted else "same", article, f"{text}.")


def _counted(policy: Policy) -> Iterator[tuple[str, bool]]:
    for name, purpose in policy.purposes.items():
        yield name, any(limit.year for limit in purpose.limits)


def _day(month: int, day: int) -> str:
    return f"{day} {date(2000, month, 1):%B}"


def _zone(both: Both) -> Iterator[Change]:
    """Yield another time zone, where a policy names one; days begin some hours earlier or later, which is not told."""
    old, new = both.before.controller, both.after.controller
    written = [policy.document.value["controller"].get("time_zone") for policy in (both.before, both.after)]
    if old.zone.key == new.zone.key or not any(written):
        return
    path, article = "controller.time_zone", "GDPR art. 13(2)(a)"
    text = f"Days are now those of {new.zone.key}; before it was {old.zone.key}"
    if _same_time(old, new):
        yield changed(path, "wording", "same", article, f"{text} (the same time).")
    else:
        yield changed(path, "changed", "same", article, f"{text}, so that data go some hours earlier or later.")


def _same_time(one: Controller, other: Controller) -> bool:
    """Tell whether two zones showed the same time on all days of four years."""
    noons = (datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(4 * 365 + 1))
    return all(noon.astimezone(one.zone).utcoffset() == noon.astimezone(other.zone).utcoffset() for noon in noons)


def notice_changes(both: Both) -> Iterator[Change]:
    """Yield notices that came or went, and files of another name; what they say is compared elsewhere."""
    was, now = both.before.notices, both.after.notices
    for language in dict.fromkeys((*now, *was)):
        path, article, lead = f"notices.{language}", "GDPR art. 12(1)", f"The notice in the language {language}"
        if language not in was:
            yield changed(path, "added", "more", article, f"{lead} is new: {now[language]}.")
        elif language not in now:
            yield changed(path, "removed", "less", article, f"{lead} is gone: {was[language]}.")
        elif was[language] != now[language]:
            text = f"{lead} is now the file {now[language]}; before it was {was[language]}."
            yield changed(path, "changed", "same", article, text)
