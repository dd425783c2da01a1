"""Loads the promises with what keeps each part and who must say yes first, and the legal holds."""

from collections.abc import Mapping

from holdord.document import Path
from holdord.policy.duration import Duration
from holdord.policy.grammar import PolicyText, PromiseText
from holdord.policy.load.wrong import Wrong
from holdord.policy.model import Hold, Part, Promise, Quote, Record
from holdord.policy.part import RIGHTS, PartText, Review, ReviewText, Task, TaskText
from holdord.policy.purpose import Purpose
from holdord.policy.terms import same_name


def promises(written: PolicyText, purposes: Mapping[str, Purpose], wrong: Wrong) -> dict[str, Promise]:
    """Return the promises, the purposes that keep them resolved."""
    made = {}
    for name, text in written.promises.items():
        parts = _parts(name, text, purposes, written, wrong)
        quotes = tuple(Quote(language=quote.lang, section=quote.section, text=quote.quote) for quote in text.notice)
        for index, quote in enumerate(quotes):
            if quote.language not in written.notices:
                wrong.at(
                    ("promises", name, "notice", index, "lang"),
                    f"There is no notice in {quote.language!r}.",
                    "Name its file below 'notices:'.",
                )
        if text.section and text.told_by:
            wrong.at(("promises", name, "told_by"), "The notice says this promise in one way: 'section' or 'told_by'.")
        if not quotes and not (text.section or text.told_by) and not any(part.purposes for part in parts):
            wrong.at(
                ("promises", name),
                "Nobody is told of this promise.",
                "Add 'section:' (a written notice says it there), 'told_by:', or quote the notice below 'notice:'.",
            )
        approvers = _approvers(name, text, written, any(part.purposes for part in parts), wrong)
        made[name] = Promise(
            id=name,
            says=wrong.said(text.says),
            kept_by=text.kept_by,
            parts=parts,
            notice=quotes,
            section=text.section,
            told_by=text.told_by,
            approval=text.approval or 0,
            approvers=approvers if text.approval else (),
        )
    _one_review_each(made, wrong)
    return made


def _one_review_each(promises: Mapping[str, Promise], wrong: Wrong) -> None:
    """Say where two parts have people of one purpose looked at again: who was asked is noted once for a purpose."""
    known: set[str] = set()
    for name, promise in promises.items():
        for part in promise.parts:
            if part.review is not None and part.review.purpose in known:
                what = f"People whom {part.review.purpose} holds are looked at again by another part already."
                wrong.at(("promises", name, "parts", part.name, "reviews"), what, "Leave one of them out.")
            known |= {part.review.purpose} if part.review is not None else set()


def _approvers(name: str, text: PromiseText, written: PolicyText, keeps: bool, wrong: Wrong) -> tuple[str, ...]:
    """Return who may say yes to what a promise lets go, each once."""
    said = text.approvers or written.controller.approvers
    approvers = tuple({same_name(one): one for one in reversed(said)}.values())[::-1]
    path: Path = ("promises", name)
    if text.approval is None:
        if text.approvers:
            wrong.at((*path, "approvers"), "Nothing waits for these.", "Add 'approval: 1' or 'approval: 2'.")
    elif not keeps:
        what = "An approval is for what the purposes of a promise let go, and no purpose keeps this one."
        wrong.at((*path, "approval"), what, "Remove it.")
    elif len(approvers) < text.approval:
        what = f"{len(approvers) or 'No'} {'approver is' if len(approvers) == 1 else 'approvers are'} named, and "
        what += f"{text.approval} must say yes."
        remedy = "Name roles or people below 'approvers:', here or below 'controller:'."
        wrong.at((*path, "approval"), what, remedy)
    return approvers


def _parts(
    name: str, text: PromiseText, purposes: Mapping[str, Purpose], written: PolicyText, wrong: Wrong
) -> tuple[Part, ...]:
    parts = []
    for part, keeper in text.parts.items():
        path: Path = ("promises", name, "parts", part)
        if len(keeper.model_fields_set) != 1:
            known = ", ".join(tuple(PartText.model_fields)[:-1])
            wrong.at(path, f"A part has exactly one keeper: {known} or unwired.")
        kept = tuple(purposes) if keeper.keep == "all" else tuple(keeper.keep or ())
        if keeper.keep is not None and not kept:
            wrong.at((*path, "keep"), "No purpose stands here.", "Name at least one, or 'all'.")
        for purpose in kept:
            if purpose not in purposes:
                wrong.at((*path, "keep"), f"{purpose!r} is no purpose.", f"Purposes: {', '.join(purposes)}.")
        for figure in keeper.figures or ():
            if figure not in written.figures:
                known = f"Figures: {', '.join(written.figures)}." if written.figures else "Add it below 'figures:'."
                wrong.at((*path, "figures"), f"{figure!r} is no figure.", known)
        for way in ("requests", "portal"):
            if getattr(keeper, way) is not None and written.requests is None:
                wrong.at((*path, way), "Nobody is told where to ask.", "Add 'requests: {to: …}' to the policy.")
        for door in keeper.portal or ():
            if door not in RIGHTS and door not in purposes:
                known = f"Rights: {', '.join(RIGHTS)}. Purposes: {', '.join(purposes)}."
                wrong.at((*path, "portal"), f"{door!r} is neither a right nor a purpose.", known)
        if keeper.told is not None and not written.notices:
            wrong.at((*path, "told"), "There is no notice that could say it.", "Name its file below 'notices:'.")
        made = Part(
            name=part,
            purposes=kept,
            holds=keeper.holds is not None,
            figures=tuple(dict.fromkeys(keeper.figures or ())),
            requests=tuple(dict.fromkeys(keeper.requests or ())),
            portal=tuple(dict.fromkeys(keeper.portal or ())),
            review=_review((*path, "reviews"), keeper.reviews, purposes, wrong) if keeper.reviews is not None else None,
            task=_task((*path, "tasks"), keeper.tasks, wrong) if keeper.tasks is not None else None,
            told=keeper.told is not None,
            unwired=keeper.unwired or "",
        )
        parts.append(made)
    return tuple(parts)


def _task(path: Path, text: TaskText, wrong: Wrong) -> Task:
    """Return what a person must do, with how often."""
    every = text.every
    duration = wrong.attempt((*path, "every"), lambda: Duration.parse(every), None) if every else None
    if duration is not None and not (duration.months or duration.days):
        wrong.at((*path, "every"), "A proof that counts for no time is none.", "Write 12 months, or leave it out.")
    return Task(what=text.what, who=text.who, every=duration)


def _review(path: Path, text: ReviewText, purposes: Mapping[str, Purpose], wrong: Wrong) -> Review | None:
    """Return whose data are looked at again: what a review starts must be a clock that the purpose counts from."""
    every = wrong.attempt((*path, "every"), lambda: Duration.parse(text.every), None)
    if text.of not in purposes:
        wrong.at((*path, "of"), f"{text.of!r} is no purpose.", f"Purposes: {', '.join(purposes)}.")
        return None
    known = {str(clock) for limit in purposes[text.of].limits for clock in limit.clocks if clock.record_class}
    for name in ("seen", "over"):
        if getattr(text, name) not in known:
            what = f"No limit of {text.of} counts from {getattr(text, name)!r}."
            wrong.at((*path, name), what, f"Its clocks on records of a class: {', '.join(sorted(known)) or 'none'}.")
    if text.seen == text.over:
        wrong.at((*path, "over"), "The clock of who is not relevant any more would renew them.", "Name another clock.")
    if every is None:
        return None
    return Review(purpose=text.of, every=every, seen=_clock(text.seen), over=_clock(text.over))


def _clock(name: str) -> tuple[str, str]:
    record_class, _, clock = name.partition(".")
    return record_class, clock


def holds(written: PolicyText, wrong: Wrong) -> tuple[Hold, ...]:
    """Return the legal holds, each with an end or a day on which someone looks at it again."""
    made = []
    for name, text in written.holds.items():
        path: Path = ("holds", name)
        if text.until is None and text.review is None:
            wrong.at(path, "A hold needs an end or a review date.", "Add 'until:' or 'review:'.")
        if text.until is not None and text.until < text.since:
            wrong.at((*path, "until"), "The hold ends before it begins.")
        made.append(
            Hold(
                id=name,
                reason=text.reason,
                owner=text.owner,
                records=tuple(
                    Record(record_class=record_class, key=tuple(key) if isinstance(key, list) else (key,))
                    for scope in text.scope
                    for record_class, key in scope.items()
                ),
                since=text.since,
                until=text.until,
                review=text.review,
            )
        )
    return tuple(made)
