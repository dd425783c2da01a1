"""What must happen later or again: each step asks what is due, and does one piece of it.

There is no queue. That something is due is read from the policy, the book, the outbox and the log each time, so a kill
at any point costs one piece repeated, and every piece may be repeated. Where one cannot be done, the others go on, and
a finding says so without personal data; it is tried again after a while.

The worker sweeps only where ``[worker] sweep`` says so, and only what nobody must say yes to. What it enters in the log
by itself does not count as a sign that the machine's clock is right: it holds its date against the last sweep.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from threading import Event
from typing import Literal

from sqlalchemy import Connection, text

from holdord.errors import ConfigError, HoldordError, NeedsConfirmation, Refused
from holdord.ledger import log
from holdord.now import today
from holdord.policy.terms import LANGUAGES, Language
from holdord.run import links, mail, outbox
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.run.letters.letter import Fact, Kind, letter
from holdord.run.outbox_lines import posted_on
from holdord.run.requests import book, handed, limited
from holdord.run.sweep import keep

Piece = Literal["open", "expire", "remind", "review", "sweep", "send"]
Opener = Callable[[], AbstractContextManager[Company]]
Clock = Callable[[], datetime]

SOON, URGENT = timedelta(days=7), timedelta(days=2)
"""How long before its day a request is told."""
REVIEW_DAYS = 7
"""How often staff are told that something must be looked at again."""
REST = timedelta(minutes=15)
"""How long a piece rests that failed."""
_NATIVE: Mapping[str, Language] = {"NO": "nb", "DK": "da", "SE": "sv"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What could not be done.

    Attributes:
        text: Why, without personal data.
    """

    piece: Piece
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Did:
    """What a step did.

    Attributes:
        piece: Which piece; None where nothing was due.
        text: What of it, without personal data.
        findings: What was due and could not be done.
    """

    piece: Piece | None = None
    text: str = ""
    findings: tuple[Finding, ...] = ()


def step(company: Company, now: Clock, resting: frozenset[Piece] = frozenset()) -> Did:
    """Do one piece of what is due.

    Args:
        company: The folder.
        now: Reads the time.
        resting: Pieces that are passed by, since they failed a moment ago.
    """
    findings: list[Finding] = []
    for piece, do in _PIECES.items():
        if piece in resting:
            continue
        try:
            said = do(company, now)
        except HoldordError as error:
            findings.append(Finding(piece=piece, text=str(error)))
        except Exception as error:
            findings.append(Finding(piece=piece, text=f"{type(error).__name__}; this should not happen."))
        else:
            if said:
                return Did(piece=piece, text=said, findings=tuple(findings))
    return Did(findings=tuple(findings))


def run(
    opener: Opener, now: Clock, stop: Event, idle: timedelta, told: Callable[[Did], None] = lambda did: None
) -> None:
    """Do what is due until ``stop`` is set, and look again each time ``idle`` has passed.

    Args:
        opener: Opens the folder; anew each time, so that a policy that was edited is seen.
        now: Reads the time.
        stop: Ends it after the piece at hand.
        idle: How long nothing is asked where nothing was due.
        told: Told after each step that did or found something.
    """
    rests: dict[Piece, datetime] = {}
    while not stop.is_set():
        did = Did()
        try:
            with opener() as company:
                while not stop.is_set():
                    at = now()
                    rests = {piece: until for piece, until in rests.items() if at < until <= at + REST}
                    did = step(company, now, frozenset(rests))
                    rests |= {one.piece: at + REST for one in did.findings}
                    if did.piece or did.findings:
                        told(did)
                    if did.piece is None:
                        break
        except HoldordError as error:  # the folder itself; it may be mended meanwhile
            told(Did(findings=(Finding(piece="open", text=str(error)),)))
        stop.wait(idle.total_seconds())


def once(company: Company, now: Clock) -> Iterator[Did]:
    """Do all that is due now, yielding each step; a piece that fails is tried once."""
    resting: frozenset[Piece] = frozenset()
    while True:
        did = step(company, now, resting)
        resting |= {one.piece for one in did.findings}
        if did.piece or did.findings:
            yield did
        if did.piece is None:
            return


def _expire(company: Company, now: Clock) -> str:
    """Erase what is over: answers that were handed out, links, letters that were given up."""
    with company.state.writing() as connection:
        gone = handed.expire(connection, now()) + links.expire(connection, now()) + outbox.expire(connection, now())
    return f"{gone} rows erased that were over" if gone else ""


def _remind(company: Company, now: Clock) -> str:
    """Remind staff of requests whose day comes, once a day."""
    at = today(company.policy.controller.zone, now())
    with company.state.snapshot() as connection:
        waiting = book.listed(connection, company.policy)
    late = tuple(one.number for one in waiting if one.due < at)
    urgent = tuple(one.number for one in waiting if at <= one.due <= at + URGENT)
    soon = tuple(one.number for one in waiting if at + URGENT < one.due <= at + SOON)
    if not late + urgent + soon:
        return ""
    return _tell(company, now, "staff_due", 1, late=late, urgent=urgent, soon=soon)


def _review(company: Company, now: Clock) -> str:
    """Tell staff which legal holds and restrictions somebody must look at again, once a week."""
    at = today(company.policy.controller.zone, now())
    holds = tuple(one.id for one in company.policy.holds if one.review and one.review <= at and one.active(at))
    with company.state.snapshot() as connection:
        restrictions = tuple(sorted(one.number for one in limited.listed(connection) if one.review <= at))
    if not holds + restrictions:
        return ""
    return _tell(company, now, "review_due", REVIEW_DAYS, holds=holds, restrictions=restrictions)


def _sweep(company: Company, now: Clock) -> str:
    """Sweep where the settings ask for it and it is time; what needs a person's yes waits, and staff are told."""
    if not company.settings.worker_sweeps or company.policy.draft:
        return ""
    at = today(company.policy.controller.zone, now())
    with company.state.snapshot() as connection:
        swept = last_sweep(connection)
        asked = _told_lately(connection, company, "sweep_waits", at, 1)
    last = date.fromisoformat(swept.value["at"]) if swept else None
    if asked or (last is not None and timedelta(0) <= at - last < timedelta(days=company.settings.every_days)):
        return ""
    try:
        if last is None or not timedelta(0) <= at - last <= timedelta(days=company.settings.pause_days):
            why = "there was no sweep before" if last is None else f"the last one was of {last}"
            raise NeedsConfirmation(f"The worker goes on from a sweep of lately: {why}.", digest="", asks=())
        done = keep(company, now)
    except NeedsConfirmation as error:
        waits = _tell(company, now, "sweep_waits", 1, day=at, count=max(len(error.asks), 1))
        return waits and f"the sweep waits for a yes: holdord plan, then holdord keep; {waits}"
    return f"swept: {done.rows} rows, {done.left.rows} left"


def _send(company: Company, now: Clock) -> str:
    """Send one letter."""
    settings = company.settings.mail
    with company.state.snapshot() as connection:
        waits = connection.execute(text("SELECT 1 FROM holdord_message WHERE state = 'waiting' LIMIT 1")).first()
    if waits is None:
        return ""
    if settings is None:
        raise ConfigError("Letters wait, and no mail server is named: say mail.host in holdord.toml.")
    sent = outbox.send(company, now, partial(mail.deliver, settings))
    if sent is None:
        return ""
    return f"message {sent.number} ({sent.kind}): {sent.state.replace('_', ' ')}{sent.failure and f'; {sent.failure}'}"


_PIECES: Mapping[Piece, Callable[[Company, Clock], str]] = {
    "expire": _expire,
    "sweep": _sweep,
    "remind": _remind,
    "review": _review,
    "send": _send,
}
"""The sweep stands before what writes letters: a clock that looks wrong is seen before anything else is said."""


def _tell(company: Company, now: Clock, kind: Kind, every: int, **facts: Fact) -> str:
    """Post a letter to staff, once in so many days, whoever else does the same."""
    moment = now()
    at = today(company.policy.controller.zone, moment)
    with company.state.writing() as connection:
        log.lock(connection)
        if _told_lately(connection, company, kind, at, every):
            return ""
        if not company.settings.staff:
            raise Refused("Somebody must be told, and nobody is named: say requests.staff in holdord.toml.")
        language = _NATIVE.get(company.policy.controller.country, LANGUAGES[-1])
        made = letter(kind, language, {"company": company.policy.controller.name, **facts})
        number = outbox.post(
            connection,
            moment,
            request=None,
            kind=kind,
            recipient=company.settings.staff,
            language=language,
            subject=made.subject,
            plain=made.plain,
            html=made.html,
        )
    return f"message {number} ({kind}) posted to staff"


def _told_lately(connection: Connection, company: Company, kind: Kind, at: date, every: int) -> bool:
    """Tell whether such a letter was posted in the last days; one of a day to come was posted by a wrong clock."""
    days = (today(company.policy.controller.zone, one) for one in posted_on(connection, kind))
    return any(timedelta(0) <= at - day < timedelta(days=every) for day in days)
