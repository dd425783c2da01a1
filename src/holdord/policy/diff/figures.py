"""What changed in the figures that stay when the data go.

Statistics are a further use of the data (GDPR art. 5(1)(b), 89(1)), so a figure that is new is told to people before it
is first taken; so is one that counts something else, tells smaller groups apart, sums more, or asks for fewer people in
a group. What was taken already is not touched by a change.
"""

from collections.abc import Iterator

from holdord.policy.diff.change import Change, Kind, Protects, changed, reworded
from holdord.policy.diff.purposes import Both
from holdord.policy.diff.words import listed, plain
from holdord.policy.figure import Figure

ARTICLE = "GDPR art. 5(1)(b), 89(1)"


def figure_changes(both: Both) -> Iterator[Change]:
    """Yield figures that came, went or changed."""
    was, now = both.before.figures, both.after.figures
    for name in dict.fromkeys((*now, *was)):
        path, lead = f"figures.{name}", f"The figure “{plain(name)}”"
        if name not in was:
            text = f"A new figure stays when the data are gone: “{now[name].says}” ({_what(now[name])})."
            yield changed(path, "added", "less", ARTICLE, text)
        elif name not in now:
            text = f"{lead} is not taken any more: “{was[name].says}”. What was taken stays."
            yield changed(path, "removed", "more", ARTICLE, text)
        else:
            yield from reworded(f"{path}.says", lead, (was[name].says, now[name].says), ARTICLE)
            yield from _figure(path, lead, was[name], now[name])


def _figure(path: str, lead: str, old: Figure, new: Figure) -> Iterator[Change]:
    if (old.counts, old.clock) != (new.counts, new.clock):
        said = [f"{plain(one.counts)} from “{plain(one.clock)}”" for one in (new, old)]
        text = f"{lead} now counts {said[0]}; before it was {said[1]}."
        yield changed(f"{path}.counts", "changed", "less", ARTICLE, text)
    if old.each != new.each:
        text = f"{lead} is now taken for each {new.each}; before it was for each {old.each}."
        yield changed(f"{path}.each", "changed", "less", ARTICLE, text)
    for key, what, was, now in (
        ("by", "its groups are told apart by", old.by, new.by),
        ("sums", "it sums", old.sums, new.sums),
    ):
        if set(was) != set(now):
            fewer = set(now) < set(was)
            kind: Kind = "narrowed" if fewer else "widened" if set(was) < set(now) else "changed"
            text = f"{lead}: {what} {_names(now)}; before, {_names(was)}."
            yield changed(f"{path}.{key}", kind, "more" if fewer else "less", ARTICLE, text)
    if old.at_least != new.at_least:
        protects: Protects = "more" if new.at_least > old.at_least else "less"
        text = f"{lead}: a group now has at least {new.at_least} people; before it was {old.at_least}."
        yield changed(f"{path}.at_least", "changed", protects, ARTICLE, text)
    if old.wait != new.wait:
        said = [str(one.wait) if one.wait else "at once" for one in (new, old)]
        text = f"{lead}: how long after a period's end it is taken is now {said[0]}; before it was {said[1]}."
        yield changed(f"{path}.wait", "changed", "same", ARTICLE, text)


def _what(figure: Figure) -> str:
    by = f", by {_names(figure.by)}" if figure.by else ""
    sums = f", with sums of {_names(figure.sums)}" if figure.sums else ""
    return f"{plain(figure.counts)} for each {figure.each}{by}{sums}, in groups of at least {figure.at_least} people"


def _names(names: tuple[str, ...]) -> str:
    return listed(map(plain, sorted(names))) if names else "nothing"
