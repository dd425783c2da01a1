"""The board: every promise of the policy, and whether it is kept.

*Kept* only by evidence: a sweep that ran lately under this very policy and looked again. *Due*: data that nothing
holds is still there, or nobody has looked. *Broken*: it is there past the day by which it should have been gone,
whoever was to say yes first. A part about figures is *due* while a period of theirs that is over was not taken.
*Waiting*: a person must decide first. *Not wired*: nothing keeps this part yet. A promise is as good as its worst part.
What is kept outside the data, by answering people, by a person or by the notice, stands in ``holdord.run.keepers``.
"""

from datetime import date, datetime

from sqlalchemy import Connection

from holdord.ledger.log import Entry
from holdord.now import today
from holdord.plan.plan import make
from holdord.plan.statements import Awaiting, Plan
from holdord.policy.figure import period_of
from holdord.policy.model import Hold, Part, Promise
from holdord.run.ages import Ages
from holdord.run.company import Company
from holdord.run.due import due
from holdord.run.evidence import last_sweep
from holdord.run.figures import open_periods
from holdord.run.keepers import Keepers
from holdord.run.reasons.reason import Reason, found, reason
from holdord.run.shown import Board, PartShown, PromiseShown, State
from holdord.run.taken import last_entry_of, missed
from holdord.stores.snapshot import Snapshot


def board(company: Company, now: datetime) -> Board:
    """Return the board at ``now``, from one snapshot of the register and the ledger."""
    at = today(company.policy.controller.zone, now)
    with company.reading() as (snapshot, state):
        return _Board(company, snapshot, state, at).shown()


class _Board:
    def __init__(self, company: Company, snapshot: Snapshot, state: Connection, at: date) -> None:
        self.company = company
        self.snapshot = snapshot
        self.state = state
        self.at = at
        self.due = due(company, snapshot, state, at).plan
        nothing, as_of = not self.due.statements, self.due.as_of
        self.overdue = self.due if nothing else make(company.bound, snapshot, at, measure="within", as_of=as_of)
        self.awaited = make(company.bound, snapshot, at, measure="within") if self.due.awaiting else self.overdue
        self.sweep: Entry | None = last_sweep(state)
        self.ages = Ages(company, snapshot, self.due, at)
        self.keepers = Keepers(company, snapshot, state, at)

    def shown(self) -> Board:
        promises = [
            PromiseShown(promise=promise, parts=tuple(self.part(promise, part) for part in promise.parts))
            for promise in self.company.policy.promises.values()
        ]
        sweep = self.sweep
        seen = [] if sweep is None else [reason("looked_left", **_sweep(sweep), left=sweep.value["left"])]
        return Board(
            at=self.at,
            company=self.company.policy.controller.name,
            seen=(*seen, *self.looked()),
            late=() if self.has_holds() else tuple(map(_late, self.late())),
            unclaimed=sum(one.rows for one in self.due.statements if not any(ground.rows for ground in one.grounds)),
            promises=tuple(promises),
        )

    def part(self, promise: Promise, part: Part) -> PartShown:
        if (shown := self.keepers.part(promise, part)) is not None:
            return shown
        if part.holds:
            return self.holds(promise, part)
        if part.figures:
            return self.figures(part)
        left = _rows(self.due, part)
        awaited = [one for one in self.due.awaiting if any(meant.purpose in part.purposes for meant in one.meant)]
        overdue = _rows(self.awaited if awaited else self.overdue, part)
        ages = [self.ages.of(purpose) for purpose in part.purposes]
        worst = min((age for age, _ in ages if age), key=lambda age: age.left, default=None)
        stops = [
            finding for finding in self.due.findings if finding.severity == "stop" and promise.id in finding.promises
        ]
        waits = [_waiting(one, promise) for one in awaited]
        stopped = waits or [found(finding.text) for finding in stops[:1]]
        state, reasons, since = self.judged(promise, left, overdue, stopped)
        if state in ("broken", "due"):
            reasons = [*reasons, *waits]
        far = [found(one.text) for one in self.due.findings if one.code == "far_ahead" and promise.id in one.promises]
        return PartShown(
            name=part.name,
            state=state,
            reasons=(*reasons, *far),
            due=left,
            oldest=worst.text if worst else "",
            allowed=worst.allowed if worst else "",
            open_ended=sum(count for _, count in ages),
            next=self.at if left else min((age.next for age, _ in ages if age and age.next), default=None),
            since=since,
            evidence=self.evidence(promise),
        )

    def judged(
        self, promise: Promise, due: int, overdue: int, stops: list[Reason]
    ) -> tuple[State, list[Reason], date | None]:
        if overdue:
            return "broken", [reason("overdue", count=overdue)], None
        if due:
            return "due", [reason("unheld", count=due)], None
        if stops:
            return "waiting", stops, None
        if looked := self.looked():
            return "due", looked, None
        assert self.sweep is not None  # noqa: S101 (looked says so)
        said = self.sweep.value["promises"].get(promise.id, {})
        if not said.get("clean"):
            return "due", [reason("something_left", entry=self.sweep.index)], None
        since = date.fromisoformat(said["since"]) if said.get("since") else None
        return "kept", [reason("looked_clean", **_sweep(self.sweep))], since

    def looked(self) -> list[Reason]:
        """Return why nobody has looked, or nothing where somebody has."""
        if self.sweep is None:
            return [reason("no_sweep")]
        on = date.fromisoformat(self.sweep.value["at"])
        days = (self.at - on).days
        if days < 0:
            return [reason("sweep_ahead", day=on)]
        if days > 2 * self.company.settings.every_days:
            return [reason("not_looked", count=days)]
        if self.sweep.value["policy"] != self.company.policy.digest:
            return [reason("policy_changed")]
        return []

    def holds(self, promise: Promise, part: Part) -> PartShown:
        active = [hold for hold in self.company.policy.holds if hold.active(self.at)]
        late = self.late()
        astray = [found(one.text) for one in self.due.findings if one.code == "hold_covers_nothing"]
        reviews = [hold.review for hold in active if hold.review is not None and hold.review >= self.at]
        if astray:
            return PartShown(name=part.name, state="waiting", reasons=tuple(astray), evidence=self.evidence(promise))
        state: State
        if late:
            state, reasons, since = "waiting", [_late(hold) for hold in late], late[0].review
        else:
            state, reasons, since = self.judged(promise, 0, 0, [])
        return PartShown(
            name=part.name,
            state=state,
            reasons=(reason("holds", count=len(active)), *reasons),
            next=min(reviews, default=None),
            since=since,
            evidence=self.evidence(promise),
        )

    def figures(self, part: Part) -> PartShown:
        """Return a part that figures keep: whether each period that is over, and has waited, was taken."""
        bound = [one for one in self.company.bound.figures if one.figure.id in part.figures]
        entries = [entry for one in bound if (entry := last_entry_of(self.state, one.figure.id)) is not None]
        evidence = tuple(sorted(entries)[-1:]) + ((self.sweep.index,) if self.sweep else ())
        if stopped := [one for one in bound if one.table in self.due.stopped]:
            names = ", ".join(one.figure.id for one in stopped)
            why = reason("figures_stopped", names=names, table=stopped[0].table)
            return PartShown(name=part.name, state="waiting", reasons=(why,), evidence=evidence)
        late = {
            one.figure.id: [period.label for period in open_ if one.figure.taken_on(period) <= self.at]
            for one in bound
            if (open_ := open_periods(one, self.snapshot, self.state, self.at))
        }
        missing = "; ".join(f"{name}: {', '.join(labels[:3])}" for name, labels in late.items() if labels)
        next_ = min((one.figure.taken_on(period_of(one.figure.each, self.at)) for one in bound), default=None)
        looked = self.looked()
        early = tuple(
            reason("figures_lost_of", rows=rows, period=period)
            for (name, period), rows in missed(self.state).items()
            if name in part.figures
        )
        lost = [reason("figures_lost", lost=early)] if early else []
        if missing or looked:
            reasons = [reason("figures_missing", missing=missing)] if missing else looked
            return PartShown(name=part.name, state="due", reasons=(*reasons, *lost), next=self.at, evidence=evidence)
        assert self.sweep is not None  # noqa: S101 (looked says so)
        taken = reason("figures_taken", **_sweep(self.sweep))
        return PartShown(name=part.name, state="kept", reasons=(taken, *lost), next=next_, evidence=evidence)

    def late(self) -> list[Hold]:
        """Return the legal holds that somebody was to look at by now, those that wait longest first."""
        late = [hold for hold in self.company.policy.holds if hold.active(self.at) and hold.review is not None]
        return sorted(
            (hold for hold in late if hold.review is not None and hold.review < self.at),
            key=lambda hold: (hold.review or self.at, hold.id),
        )

    def has_holds(self) -> bool:
        """Tell whether some promise is kept by legal holds, which shows their reviews."""
        return any(part.holds for promise in self.company.policy.promises.values() for part in promise.parts)

    def evidence(self, promise: Promise) -> tuple[int, ...]:
        if self.sweep is None:
            return ()
        entry = self.sweep.value["promises"].get(promise.id, {}).get("entry")
        return tuple(index for index in (entry, self.sweep.index) if index is not None)


def _waiting(one: Awaiting, promise: Promise) -> Reason:
    whose = "" if one.promise == promise.id else f" ({one.promise})"
    if one.given >= one.needed:
        return reason("waits_rest", whose=whose, since=one.since)
    code = "waits_one" if one.needed == 1 else "waits_second" if one.given else "waits_two"
    if one.refused is None:
        return reason(code, whose=whose, since=one.since)
    return reason(f"{code}_refused", whose=whose, since=one.since, refused=one.refused)


def _late(hold: Hold) -> Reason:
    return reason("review_late", owner=hold.owner, hold=hold.id, day=hold.review or date.max)


def _sweep(entry: Entry) -> dict[str, int | date]:
    return {"entry": entry.index, "day": date.fromisoformat(entry.value["at"])}


def _rows(plan: Plan, part: Part) -> int:
    """Return how many rows of the plan the part's purposes once held."""
    rows = 0
    for statement in plan.statements:
        counts = [ground.rows for ground in statement.grounds if ground.purpose in part.purposes]
        rows += max(counts, default=0)
    return rows
