"""The parts of promises that are kept outside the data, as the board shows them: by answers, pages, proofs, notices.

What the decisions are stands in ``docs/decisions/0027-who-keeps-a-part.md``. Everything is read once for a board, and
not before a part asks for it.
"""

from datetime import date, timedelta
from functools import cached_property

from sqlalchemy import Connection

from holdord.now import today
from holdord.policy.model import Part, Promise
from holdord.policy.part import Review, Task
from holdord.run import doors, reviews, tasks
from holdord.run.asked import Asked, asked
from holdord.run.company import Company
from holdord.run.reasons.reason import Reason, reason
from holdord.run.shown import PartShown, State
from holdord.run.told import stale
from holdord.stores.snapshot import Snapshot

_SHOWN = 5
"""Entries of the log that a part names, the latest."""


class Keepers:
    """Shows such parts on a day."""

    def __init__(self, company: Company, snapshot: Snapshot, state: Connection, at: date) -> None:
        self.company = company
        self.snapshot = snapshot
        self.state = state
        self.at = at

    def part(self, promise: Promise, part: Part) -> PartShown | None:
        """Return a part as the board shows it, or None where it is kept in the data."""
        if part.unwired:
            return PartShown(
                name=part.name, state="not_wired", reasons=(reason("unwired", what=part.unwired.rstrip(".")),)
            )
        if part.requests:
            return self._requests(part)
        if part.portal:
            return self._portal(part)
        if part.review is not None:
            return self._review(part, part.review)
        if part.task is not None:
            return self._task(promise, part, part.task)
        return self._told(promise, part) if part.told else None

    @cached_property
    def _asked(self) -> Asked:
        return asked(self.company.policy, self.state, self.at)

    @cached_property
    def _proofs(self) -> tasks.Proofs:
        return tasks.proofs(self.state)

    @cached_property
    def _stale(self) -> dict[str, tuple[Reason, ...]]:
        return stale(self.company)

    def _requests(self, part: Part) -> PartShown:
        """Show what answering requests keeps."""
        found = self._asked.among(part.requests)
        late = [one for one in found.answered if one.on > one.due]
        evidence = tuple(one.entry for one in late or found.answered)[-_SHOWN:]
        next_ = found.open[0].due if found.open else None
        if overdue := [one for one in found.open if one.late(self.at)]:
            why = reason("requests_overdue", count=len(overdue), day=overdue[0].due)
            return PartShown(name=part.name, state="broken", reasons=(why,), next=self.at, evidence=evidence)
        if late:
            why = reason("answered_late", count=len(late), day=late[-1].on, due=late[-1].due)
            return PartShown(name=part.name, state="broken", reasons=(why,), next=next_, evidence=evidence)
        weighed = [one for one in found.open if one.number in found.weighed]
        waits = [reason("requests_weighed", count=len(weighed))] if weighed else []
        if next_ is not None:
            decided_first = len(weighed) == len(found.open)
            open_ = reason("requests_open", count=len(found.open), day=next_)
            state: State = "waiting" if decided_first else "due"
            return PartShown(name=part.name, state=state, reasons=(open_, *waits), next=next_, evidence=evidence)
        if not found.answered:
            nobody = reason("nobody_asked_lately" if found.ever else "nobody_asked")
            return PartShown(name=part.name, state="kept", reasons=(nobody,))
        since = found.answered[0].on
        why = reason("answered", count=len(found.answered), day=since)
        return PartShown(name=part.name, state="kept", reasons=(why,), since=since, evidence=evidence)

    def _portal(self, part: Part) -> PartShown:
        """Show what the pages keep on which people ask themselves."""
        known = doors.known(self.state)
        seen = [known[name] for name in part.portal if name in known]
        evidence = tuple(sorted({door.entry for door in seen}))
        if len(seen) < len(part.portal):
            return PartShown(name=part.name, state="due", reasons=(reason("portal_unseen"),), evidence=evidence)
        if shut := [door for door in seen if not door.is_open]:
            return PartShown(
                name=part.name, state="broken", reasons=(self._shut(shut),), next=self.at, evidence=evidence
            )
        zone = self.company.policy.controller.zone
        looked = min(today(zone, door.looked) for door in seen)
        if not timedelta(0) <= self.at - looked <= doors.FRESH:
            return PartShown(
                name=part.name, state="due", reasons=(reason("portal_old", day=looked),), evidence=evidence
            )
        since = max(door.since for door in seen)
        why = reason("portal_open", day=since, looked=looked)
        return PartShown(name=part.name, state="kept", reasons=(why,), since=since, evidence=evidence)

    def _shut(self, shut: list[doors.Door]) -> Reason:
        """Return why doors let nobody in."""
        if not doors.lets_in(self.company):
            return reason("portal_locked")
        if self.company.settings.identity is None and doors.unsent(
            self.state, self.at, self.company.policy.controller.zone
        ):
            return reason("portal_unsent")
        return reason("portal_shut", count=len(shut), day=min(door.since for door in shut))

    def _review(self, part: Part, review: Review) -> PartShown:
        """Show what is kept by looking at people's data again."""
        count, late = reviews.counted(self.company, self.snapshot, self.state, review, self.at)
        if not count:
            return PartShown(name=part.name, state="kept", reasons=(reason("reviews_none"),))
        why = reason("reviews_late", count=late) if late else reason("reviews_due", count=count)
        return PartShown(name=part.name, state="broken" if late else "waiting", reasons=(why,), next=self.at)

    def _task(self, promise: Promise, part: Part, task: Task) -> PartShown:
        """Show what a person keeps."""
        found = tasks.standing(promise.id, part.name, task, self._proofs, self.at)
        return PartShown(
            name=part.name,
            state=found.state,
            reasons=(found.reason,),
            next=found.due,
            since=found.proof.given if found.proof and found.state == "kept" else None,
            evidence=(found.proof.entry,) if found.proof else (),
        )

    def _told(self, promise: Promise, part: Part) -> PartShown:
        """Show what the notice keeps by saying it."""
        names = ", ".join(self.company.policy.notices.values())
        if promise.notice:
            return PartShown(name=part.name, state="kept", reasons=(reason("notice_quoted", names=names),))
        if self._stale:
            whole = tuple(one for why in self._stale.values() for one in why)
            return PartShown(name=part.name, state="due", reasons=whole)
        return PartShown(name=part.name, state="kept", reasons=(reason("notice_written", names=names),))
