"""People whose data must be looked at again: who they are, who was asked, and writing down what came of it.

"Accurate and, where necessary, kept up to date" (GDPR art. 5(1)(d)). A review is due when neither the person was in
touch nor anybody looked for as long as the promise says. The person is asked by a letter, staff are reminded. Whoever
looks starts the clock again, or says that somebody is not relevant any more: then the purpose's own limit lets them go.
Nobody goes because nobody answered.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from holdord.config import ADDRESS
from holdord.errors import Refused
from holdord.ledger import log
from holdord.now import today
from holdord.plan.excerpt import Excerpt
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import NEVER, After, KeyIn, Predicate, every, negated
from holdord.plan.whose import Asked, Whose
from holdord.plan.work import Timer, Work
from holdord.policy.calendar import cutoff
from holdord.policy.model import Policy, Record
from holdord.policy.part import Review
from holdord.policy.terms import Language
from holdord.run import invited, outbox
from holdord.run.company import Company
from holdord.run.letters.letter import letter
from holdord.run.requests.access import access
from holdord.run.requests.booked import named
from holdord.run.requests.evidence import Evidence
from holdord.run.requests.limited import unused, why_not
from holdord.run.requests.who import EMAIL
from holdord.run.settle import settle
from holdord.run.sweep import watching
from holdord.stores.correct import Put, lock, put
from holdord.stores.snapshot import Snapshot

GRACE = timedelta(days=30)
"""How long a review may be late before the promise is broken."""
KIND = "review"
AGAIN = timedelta(days=7)
"""When it is tried again to ask somebody to whom no letter could be sent."""
_TOGETHER = 50
"""How many are asked in one piece of work: what else waits has its turn in between."""
Found = Literal["seen", "over"]
"""What came of a review: it is right as it stands, or the person is not relevant any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """Somebody whose data must be looked at again.

    Attributes:
        late: Whether that is so for longer than ``GRACE``.
        asked: The day on which a letter asked them, or None.
        tried: Whether that was tried.
    """

    person: Record = field(repr=False)
    late: bool
    asked: date | None
    tried: bool


def named_in(policy: Policy) -> Iterator[tuple[str, str, Review]]:
    """Yield the reviews that promises name, with promise and part."""
    for promise in policy.promises.values():
        for part in promise.parts:
            if part.review is not None:
                yield promise.id, part.name, part.review


def of_purpose(policy: Policy, purpose: str) -> Review:
    """Return the review of people whom a purpose holds.

    Raises:
        Refused: No promise names one.
    """
    known = {review.purpose: review for _, _, review in named_in(policy)}
    if purpose not in known:
        names = ", ".join(known) or "none; a policy names them below 'reviews:'"
        raise Refused(f"Nobody is looked at again for {purpose}. Purposes with reviews: {names}.")
    return known[purpose]


def counted(company: Company, snapshot: Snapshot, state: Connection, review: Review, at: date) -> tuple[int, int]:
    """Return how many records wait to be looked at again, and how many of them wait for longer than ``GRACE``."""
    whole = late = 0
    without = unused(state, review.purpose)
    for work, where in _due(company, review, without, at):
        (count,) = snapshot.count(work.table, where)
        whole += count
    for work, where in _due(company, review, without, at - GRACE, at) if whole else ():
        (count,) = snapshot.count(work.table, where)
        late += count
    return whole, late


def due(company: Company, review: Review, at: date) -> list[Due]:
    """Return whose data must be looked at again on a day: the latest ones first, each person once.

    Whose data may not be used for the purpose (art. 18(2), 21) is nobody's to look at, and waits for the end of that.
    """
    with company.reading() as (snapshot, state):
        without = unused(state, review.purpose)
        late = dict.fromkeys(_people(company, snapshot, review, without, at - GRACE, at))
        people = late | dict.fromkeys(_people(company, snapshot, review, without, at, at))
        known = _tried(state, review, at)
    return [Due(person=one, late=one in late, asked=known.get(one), tried=one in known) for one in people]


def _tried(connection: Connection, review: Review, at: date) -> dict[Record, date | None]:
    """Return who was tried to be asked lately enough → the day of the letter; None where there was none."""
    last = cutoff(review.every, at) or date.min
    found = invited.tried(connection, review.purpose).items()
    return {one: day if letter else None for one, (day, letter) in found if last < day <= at}


def done(company: Company, now: Callable[[], datetime], review: Review, person: Record, found: Found, by: str) -> None:
    """Write down that somebody looked at a person's data, and what they found.

    Args:
        company: The folder.
        now: Reads the time.
        review: Of which review.
        person: Whose data.
        found: What came of it.
        by: Who looked: a name, or that it was the person.

    Raises:
        Refused: The policy is a draft, nobody is named, who is said not to be relevant does not wait any more, the
            purpose is over for them or holds nothing of theirs any more, so that a look would keep what must go, their
            data are restricted (art. 18(2)), or the clock lies elsewhere than on their record.
        StoreError: The database did not answer.
    """
    if company.policy.draft:
        raise Refused("This policy is a draft, and nothing is changed by a draft.")
    if not by.strip():
        raise Refused("Say who looked.")
    watch = watching(company)
    settle(company, now)
    at = today(company.policy.controller.zone, now())
    with company.state.snapshot() as state:
        if found == "seen" and (why := why_not(state, person, review.purpose)):
            raise Refused(why)
    table, column = _place(company, person, *(review.seen if found == "seen" else review.over))
    values: list[tuple[str, tuple[()], date | None]] = [(column, (), at)]
    if found == "seen":  # whoever said the other thing by mistake takes it back
        values += [(other, (), None) for there, other in [_place(company, person, *review.over)] if there == table]
    if review.purpose not in {one.id for one in access(company, person, at).purposes}:
        raise Refused(f"{review.purpose} holds nothing of this person today: there is nothing to look at again.")
    entry = {
        "kind": KIND,
        "does": found,
        "at": at.isoformat(),
        "purpose": review.purpose,
        "policy": company.policy.digest,
        "store": company.store.name,
        "table": table,
        "rows": 1,
    }
    evidence, compiler = Evidence(company, now, None), company.store.compiler
    watch()
    with company.store.writing() as connection:
        lock(connection, compiler, [(table, person.key)])
        if found == "over" and not _is_due(company, Snapshot(connection, compiler), review, person, at):
            raise Refused("They do not wait any more: they were in touch, or somebody looked meanwhile.")
        if put(connection, compiler, Put(table=table, key=person.key, values=tuple(values))) != 1:
            raise Refused("There is no such person any more.")
        evidence.within(connection, [entry], {"person": named(person), "by": by})
    evidence.committed()
    with company.state.writing() as state:
        invited.forget(state, review.purpose, person)


def ask(company: Company, now: datetime, language: Language) -> tuple[int, int]:
    """Look once a day who waits, and ask some of them whether what is held still fits.

    Each is asked once while they wait. To whom no letter could be sent, since no address stands on their own record, is
    tried again after ``AGAIN``; nobody is tried as long as letters could not be sent at all.

    Returns:
        How many were tried, at most ``_TOGETHER``, and how many letters were posted.
    """
    tried = posted = 0
    at = today(company.policy.controller.zone, now)
    for _, _, review in () if company.policy.draft else named_in(company.policy):
        _look_through(company, review, at)
        if tried or not (company.settings.portal and company.settings.mail):
            continue
        over = cutoff(review.every, at) or date.min
        with company.state.snapshot() as connection:
            wanted = invited.pending(connection, review.purpose, at, at - AGAIN, over, _TOGETHER)
        for person in wanted:
            tried, posted = tried + 1, posted + _asked(company, now, review, person, at, language)
    return tried, posted


def _look_through(company: Company, review: Review, at: date) -> None:
    """Note who waits, where nobody did so today."""
    with company.state.snapshot() as connection:
        if invited.looked(connection, review.purpose) == at:
            return
    people = [one.person for one in due(company, review, at)]
    with company.state.writing() as connection:
        log.lock(connection)  # of two workers the second finds what the first one noted
        if invited.looked(connection, review.purpose) != at:
            invited.found(connection, review.purpose, people, at)


def _asked(company: Company, now: datetime, review: Review, person: Record, at: date, language: Language) -> bool:
    """Ask somebody, where there is an address; tell whether a letter was posted."""
    address = _address(company, person)
    with company.state.writing() as connection:
        log.lock(connection)
        known = invited.of(connection, review.purpose, person)
        if known is None or known[0] == at:  # they wait no more, or another worker asked a moment ago
            return False
        sends = bool(address) and not why_not(connection, person, review.purpose)
        invited.note(connection, review.purpose, person, at, letter=sends)
        if sends:
            _post(connection, company, now, address, language)
    return sends


def of_person(company: Company, person: Record) -> list[Review]:
    """Return the reviews in which somebody waits to be looked at again."""
    with company.state.snapshot() as connection:
        return [
            one for _, _, one in named_in(company.policy) if invited.of(connection, one.purpose, person) is not None
        ]


def _post(connection: Connection, company: Company, now: datetime, address: str, language: Language) -> None:
    web = f"{company.settings.portal}/{language}/ask/?for=look"
    made = letter("contact_review", language, {"company": company.policy.controller.name, "web": web})
    outbox.post(connection, now, request=None, kind="contact_review", recipient=address, language=language, made=made)


def _address(company: Company, person: Record) -> str:
    """Return the e-mail address on a person's own record, or nothing."""
    with company.store.reading() as snapshot:
        for table in company.bound.datamap.of_class(person.record_class):
            for row in snapshot.rows(table.name, company.bound.shape(table.name).key, [person.key]):
                for column in company.bound.columns[table.name]:
                    said = row.get(column.column) if column.category == EMAIL else None
                    if isinstance(said, str) and ADDRESS.fullmatch(said.strip()):
                        return said.strip()
    return ""


def _due(
    company: Company, review: Review, without: Sequence[Record], day: date, at: date | None = None
) -> Iterator[tuple[Work, Predicate]]:
    """Yield the records that a purpose holds and that neither a person's word nor a look kept fresh until ``day``.

    Records of ``without`` are left out. Who was said to be not relevant any more waits for the sweep and for nobody's
    look.
    """
    grounds, last = Grounds(company.bound, at or day), cutoff(review.every, day)
    for work in company.bound.works:
        if work.purpose.id != review.purpose or last is None:
            continue
        over = [negated(grounds.begun(timer)) for timer in work.timers if _clocks(timer) == [review.over]]
        over += [negated(_about(company, review, without, work))] if without else []
        for timer in work.timers:
            if review.seen in _clocks(timer):
                later = grounds.any_reading(timer, lambda clock: After(clock, last))
                yield work, every(grounds.alive(work), grounds.begun(timer), negated(later), *over)


def _clocks(timer: Timer) -> list[tuple[str, str]]:
    return [(clock.record_class, clock.name) for clock in timer.limit.clocks]


def _about(company: Company, review: Review, people: Sequence[Record], work: Work) -> Predicate:
    """A record of a purpose is about some of these people."""
    keys = tuple(one.key for one in people if one.record_class == review.seen[0])
    return Whose(company.bound, Asked(record_class=review.seen[0], keys=keys)).own(work.table) if keys else NEVER


def _is_due(company: Company, snapshot: Snapshot, review: Review, person: Record, at: date) -> bool:
    return any(
        snapshot.any(work.table, every(where, _about(company, review, [person], work)))
        for work, where in _due(company, review, (), at)
    )


def _people(
    company: Company, snapshot: Snapshot, review: Review, without: Sequence[Record], day: date, at: date
) -> Iterator[Record]:
    bound, record_class = company.bound, review.seen[0]
    for work, where in _due(company, review, without, day, at):
        keys = snapshot.keys(work.table, where)
        rows = snapshot.rows(work.table, bound.shape(work.table).key, keys)
        around = Excerpt(bound, {work.table: rows}).reading_up(snapshot)
        for row in rows:
            for key in sorted(around.people(record_class, work.table, row)):
                yield Record(record_class=record_class, key=key)


def _place(company: Company, person: Record, record_class: str, name: str) -> tuple[str, str]:
    """Return the table and the column of a clock on a person's own record."""
    if person.record_class != record_class:
        raise Refused(f"Reviews are of records of the class {record_class}.")
    for table in company.bound.datamap.of_class(record_class):
        clock = table.clocks.get(name)
        if clock is not None and company.bound.shape(table.name).columns[clock.column].family == "date":
            with company.store.reading() as snapshot:
                if snapshot.any(table.name, KeyIn((person.key,))):
                    return table.name, clock.column
    raise Refused(f"There is no day {record_class}.{name} to write to for this person.")
