"""What changed in the promises: which there are, in which words, who keeps them, and by what.

A promise is what the notice told people, so one that is gone or says less is told (GDPR art. 5(1)(a): fair and open).
One in other words counts as less until somebody says otherwise. A promise is weaker as well when a person keeps it and
no longer the software, or only the notice says it; when nothing keeps one of its parts any more ("unwired"); when
fewer purposes keep a part, or fewer rights; and when a task is proved less often. Purposes that came or went with this
change are told as such, and count for nothing here.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from holdord.policy.diff.change import Change, Kind, Protects, changed, reworded
from holdord.policy.diff.purposes import Both
from holdord.policy.diff.spelling import same_words
from holdord.policy.diff.words import listed, plain, title
from holdord.policy.model import Part, Promise, Quote
from holdord.policy.part import Task

ARTICLE = "GDPR art. 5(1)(a)"
_STRENGTH = {"software": 2, "person": 1, "notice": 0}
_KEEPER = {"software": "the software", "person": "a person", "notice": "the notice, which says it"}


def promise_changes(both: Both) -> Iterator[Change]:
    """Yield what changed in the promises."""
    was, now = both.before.promises, both.after.promises
    for name, promise in was.items():
        if name not in now:
            yield changed(f"promises.{name}", "removed", "less", ARTICLE, f"Promise {name} is gone: “{promise.says}”.")
    for name, promise in now.items():
        if name in was:
            yield from one_promise(was[name], promise, both)
        else:
            yield changed(f"promises.{name}", "added", "more", ARTICLE, f"New promise {name}: “{promise.says}”.")


def one_promise(before: Promise, after: Promise, both: Both) -> Iterator[Change]:
    """Yield what changed in one promise."""
    path, lead = f"promises.{after.id}", f"Promise {after.id}"
    yield from reworded(f"{path}.says", lead, (before.says, after.says), ARTICLE)
    if before.kept_by != after.kept_by:
        protects: Protects = "less" if _STRENGTH[after.kept_by] < _STRENGTH[before.kept_by] else "more"
        text = f"{lead} is now kept by {_KEEPER[after.kept_by]}; before it was {_KEEPER[before.kept_by]}."
        yield changed(f"{path}.kept_by", "changed", protects, ARTICLE, text)
    if (who := [_yes(promise) for promise in (after, before)])[0] != who[1]:
        text = f"{lead}: what it lets go now waits for {who[0]}; before, for {who[1]}."
        yield changed(f"{path}.approval", "changed", "same", "GDPR art. 24", text)
    where = [_told(promise) for promise in (after, before)]
    if where[0] != where[1]:
        text = f"{lead} is now told {where[0]}; before it was {where[1]}."
        yield changed(f"{path}.section", "changed", "same", "GDPR art. 12(1)", text)
    was, now = ({part.name: part for part in promise.parts} for promise in (before, after))
    for name in dict.fromkeys((*now, *was)):
        here, part = f"{path}.parts.{name}", f"{lead}, part “{plain(name)}”"
        if name not in was:
            yield changed(here, "added", "more", ARTICLE, f"{part}, is new: {_keeper(now[name])}.")
        elif name not in now:
            yield changed(here, "removed", "less", ARTICLE, f"{part}, is gone; before, {_keeper(was[name])}.")
        else:
            yield from _part(here, part, was[name], now[name], both)
    yield from _quotes(path, lead, before.notice, after.notice)


def _yes(promise: Promise) -> str:
    """Return who must say yes before data go."""
    if not promise.approval:
        return "nobody's yes"
    return f"the yes of {promise.approval} of {listed(map(plain, sorted(set(promise.approvers))))}"


def _told(promise: Promise) -> str:
    """Return where a notice says a promise."""
    if promise.section:
        return f"in the section “{plain(promise.section)}”"
    return f"by the section “{plain(promise.told_by)}” itself" if promise.told_by else "by its purposes or quotes"


def _part(path: str, lead: str, old: Part, new: Part, both: Both) -> Iterator[Change]:
    if old.unwired and new.unwired:
        yield from reworded(path, f"{lead}, which nothing keeps yet,", (old.unwired, new.unwired), ARTICLE, "same")
        return
    said = f"{lead}: {_keeper(new)}; before, {_keeper(old)}."
    if _kind(old) != _kind(new):
        yield changed(path, "changed", "more" if old.unwired else "less", ARTICLE, said)
        return
    if set(old.figures) != set(new.figures):
        fewer = set(new.figures) < set(old.figures)
        yield changed(path, "narrowed" if fewer else "changed", "less", ARTICLE, said)
    if set(old.requests) != set(new.requests):
        yield changed(path, *_compared(set(old.requests), set(new.requests)), ARTICLE, said)
    if set(old.portal) != set(new.portal):
        yield changed(path, *_compared(set(old.portal), set(new.portal)), ARTICLE, said)
    if old.task is not None and new.task is not None and old.task != new.task:
        yield changed(path, "changed", _oftener(old.task, new.task), "GDPR art. 24", said)
    if old.review is not None and new.review is not None and old.review != new.review:
        oftener = not new.review.every.longer_than(old.review.every) and old.review.purpose == new.review.purpose
        yield changed(path, "changed", "more" if oftener else "less", "GDPR art. 5(1)(d)", said)
    common = both.before.purposes.keys() & both.after.purposes.keys()
    was, now = common.intersection(old.purposes), common.intersection(new.purposes)
    if was != now:
        yield changed(path, *_compared(was, now), ARTICLE, said)


def _compared(was: AbstractSet[str], now: AbstractSet[str]) -> tuple[Kind, Protects]:
    """Return what it is that others keep a part now: only where all that did still do, and more, it protects more."""
    if was < now:
        return "widened", "more"
    return "narrowed" if now < was else "changed", "less"


def _kind(part: Part) -> str:
    """Return the kind of what keeps a part."""
    kinds = {
        "unwired": part.unwired,
        "figures": part.figures,
        "holds": part.holds,
        "requests": part.requests,
        "portal": part.portal,
        "reviews": part.review,
        "tasks": part.task,
        "told": part.told,
    }
    return next((name for name, said in kinds.items() if said), "keep")


def _oftener(old: Task, new: Task) -> Protects:
    """Return whether a task is done more often; what is not certain counts as less."""
    if old.every == new.every:
        return "same"
    if new.every is None:
        return "less"
    return "more" if old.every is None or old.every.longer_than(new.every) else "less"


def _keeper(part: Part) -> str:
    """Return what keeps a part, in words."""
    if part.unwired:
        return f"nothing keeps it yet ({part.unwired})"
    if part.figures:
        return f"it is about the figures {listed(map(plain, part.figures))}"
    if part.requests:
        return f"kept by answering requests for {listed(map(plain, part.requests))} in time"
    if part.portal:
        return f"kept by pages on which people ask themselves for {listed(map(plain, part.portal))}"
    if part.review is not None:
        return f"kept by looking at {plain(part.review.purpose)} again every {part.review.every}"
    if part.task is not None:
        often = f"every {part.task.every}" if part.task.every else "once"
        return f"kept by a proof of {part.task.who}, {often}: {part.task.what.rstrip('.')}"
    if part.told:
        return "the notice keeps it by saying it"
    return "legal holds keep it" if part.holds else f"kept by {listed(map(title, part.purposes))}"


def _quotes(path: str, lead: str, before: tuple[Quote, ...], after: tuple[Quote, ...]) -> Iterator[Change]:
    """Yield sentences of the notice that moved, were respelled, read otherwise, came or went.

    What was respelled is found first; of the rest, one sentence of a language became another one of it.
    """
    here = f"{path}.notice"
    old, new = ([quote for quote in mine if quote not in theirs] for mine, theirs in ((before, after), (after, before)))
    for is_same in (_moved, _respelled, _same_language):
        for quote in list(new):
            twin = next((one for one in old if is_same(one, quote)), None)
            if twin is not None:
                old.remove(twin)
                new.remove(quote)
                if twin.text == quote.text:
                    said = f"now stands in section {quote.section}, before in {twin.section}"
                    yield changed(here, "changed", "same", ARTICLE, f"{lead}: the sentence “{quote.text}” {said}.")
                texts = (twin.text, quote.text)
                yield from reworded(here, f"{lead}: the notice ({quote.language})", texts, ARTICLE)
    for quote in new:
        text = f"{lead}: one more sentence of the notice ({quote.language}) makes it: “{quote.text}”."
        yield changed(here, "added", "more", ARTICLE, text)
    for quote in old:
        text = f"{lead}: a sentence of the notice ({quote.language}) no longer makes it: “{quote.text}”."
        yield changed(here, "removed", "less", ARTICLE, text)


def _moved(one: Quote, other: Quote) -> bool:
    return one.language == other.language and one.text == other.text


def _respelled(one: Quote, other: Quote) -> bool:
    return one.language == other.language and same_words(one.text, other.text)


def _same_language(one: Quote, other: Quote) -> bool:
    return one.language == other.language
