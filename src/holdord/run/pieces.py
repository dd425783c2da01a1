"""The pieces of work that are due later or again: each looks for itself what is due, and does one piece of it.

What each returns says what it did, without personal data, or is empty where nothing was due.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from sqlalchemy import Connection, text

from holdord.errors import ConfigError, NeedsConfirmation, Refused
from holdord.ledger import log
from holdord.now import today
from holdord.policy.terms import LANGUAGES, Language
from holdord.run import doors, invited, links, mail, outbox, reviews
from holdord.run.company import Company
from holdord.run.evidence import last_sweep
from holdord.run.letters.letter import Fact, Kind, letter
from holdord.run.outbox_lines import listed, posted_on
from holdord.run.requests import book, booked, gone, handed, limited, notified
from holdord.run.sweep import keep

Piece = Literal["open", "expire", "sweep", "news", "remind", "review", "ask", "doors", "send"]
"""What is worked on; ``open`` is the folder itself."""
Clock = Callable[[], datetime]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOON, URGENT = timedelta(days=7), timedelta(days=2)
"""How long before its day a request is told."""
REVIEW = timedelta(days=7)
"""How often staff are told that something must be looked at again."""
TOLD_WITHIN = timedelta(days=2)
"""How long recipients may wait to be told before staff are reminded."""
_NATIVE: Mapping[str, Language] = {"NO": "nb", "DK": "da", "SE": "sv"}


def _expire(company: Company, now: Clock) -> str:
    """Erase what is over: answers that were handed out, links, letters that were given up."""
    with company.state.writing() as connection:
        erased = handed.expire(connection, now()) + links.expire(connection, now()) + outbox.expire(connection, now())
        named = {review.purpose for _, _, review in reviews.named_in(company.policy)}
        erased += invited.expire(connection, named | {gone.EACH_DAY})
    gone.look_daily(company, today(company.policy.controller.zone, now()))
    return f"{erased} rows erased that were over" if erased else ""


def _news(company: Company, now: Clock) -> str:
    """Tell staff of who asked on the portal, and who answered back there; once an hour at the most."""
    with company.state.snapshot() as connection:
        found = booked.news(connection)
        due = [one.due for one in booked.listed(connection, company.policy) if one.number in found] if found else []
    if not found or not company.settings.portal:
        return ""
    new, back = (tuple(number for number, news in found.items() if news == which) for which in ("asked", "back"))
    web = f"{company.settings.portal}/{_language(company)}/office/"
    return _tell(
        company, now, "staff_new", HOUR, lambda connection: book.told(connection, found),
        new=new, back=back, due=min(due), web=web,
    )  # fmt: skip


def _remind(company: Company, now: Clock) -> str:
    """Remind staff of requests whose day comes, once a day."""
    at = today(company.policy.controller.zone, now())
    with company.state.snapshot() as connection:
        waiting = booked.listed(connection, company.policy)
    late = tuple(one.number for one in waiting if one.due < at)
    urgent = tuple(one.number for one in waiting if at <= one.due <= at + URGENT)
    soon = tuple(one.number for one in waiting if at + URGENT < one.due <= at + SOON)
    if not late + urgent + soon:
        return ""
    return _tell(company, now, "staff_due", DAY, late=late, urgent=urgent, soon=soon)


def _review(company: Company, now: Clock) -> str:
    """Tell staff what somebody must look at again, whom no letter reached, and who waits to be told, once a week.

    An answer that never came is none (art. 12(3)), and recipients are told (art. 19).
    """
    at = today(company.policy.controller.zone, now())
    holds = tuple(one.id for one in company.policy.holds if one.review and one.review <= at and one.active(at))
    with company.state.snapshot() as connection:
        restrictions = tuple(sorted(one.number for one in limited.listed(connection) if one.review <= at))
        waiting = {one.request for one in notified.waiting(connection) if one.since + TOLD_WITHIN <= at}
        people = invited.waiting(connection)
        letters = tuple(sorted({one.request for one in listed(connection) if one.state == "given_up" and one.request}))
    if not (holds or restrictions or waiting or people or letters):
        return ""
    told = tuple(sorted(waiting))
    return _tell(
        company, now, "review_due", REVIEW,
        holds=holds, restrictions=restrictions, recipients=told, people=people, letters=letters,
    )  # fmt: skip


def _sweep(company: Company, now: Clock) -> str:
    """Sweep where the settings ask for it and it is time; what needs a person's yes waits, and staff are told."""
    if not company.settings.worker_sweeps or company.policy.draft:
        return ""
    at = today(company.policy.controller.zone, now())
    with company.state.snapshot() as connection:
        swept = last_sweep(connection)
        asked = _told_lately(connection, company, "sweep_waits", now(), DAY)
    last = date.fromisoformat(swept.value["at"]) if swept else None
    if asked or (last is not None and timedelta(0) <= at - last < timedelta(days=company.settings.every_days)):
        return ""
    try:
        if last is None or not timedelta(0) <= at - last <= timedelta(days=company.settings.pause_days):
            why = "there was no sweep before" if last is None else f"the last one was of {last}"
            raise NeedsConfirmation(f"The worker goes on from a sweep of lately: {why}.", digest="", asks=())
        done = keep(company, now)
    except NeedsConfirmation as error:
        waits = _tell(company, now, "sweep_waits", DAY, day=at, count=max(len(error.asks), 1))
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


def _ask(company: Company, now: Clock) -> str:
    """Ask people whose data must be looked at again whether these still fit."""
    tried, posted = reviews.ask(company, now(), _language(company))
    return f"{posted} people asked whether what is held still fits" if tried else ""


def _doors(company: Company, now: Clock) -> str:
    """Look once a day whether the portal is open to who comes."""
    return doors.look(company, now())


PIECES: Mapping[Piece, Callable[[Company, Clock], str]] = {
    "expire": _expire,
    "sweep": _sweep,
    "news": _news,
    "remind": _remind,
    "review": _review,
    "doors": _doors,
    "send": _send,
    "ask": _ask,
}
"""The sweep stands before what writes letters: a clock that looks wrong is seen before anything else is said. Who is to
be asked comes last, some at a time: links that people wait for are sent in between."""


def _tell(
    company: Company,
    now: Clock,
    kind: Kind,
    every: timedelta,
    also: Callable[[Connection], object] = lambda connection: None,
    **facts: Fact,
) -> str:
    """Post a letter to staff, once in such a time, whoever else does the same; ``also`` is done in its transaction."""
    moment = now()
    with company.state.writing() as connection:
        log.lock(connection)
        if _told_lately(connection, company, kind, moment, every):
            return ""
        if not company.settings.staff:
            raise Refused("Somebody must be told, and nobody is named: say requests.staff in holdord.toml.")
        language = _language(company)
        made = letter(kind, language, {"company": company.policy.controller.name, **facts})
        number = outbox.post(
            connection, moment, request=None, kind=kind, recipient=company.settings.staff, language=language, made=made
        )
        also(connection)
    return f"message {number} ({kind}) posted to staff"


def _told_lately(connection: Connection, company: Company, kind: Kind, moment: datetime, every: timedelta) -> bool:
    """Tell whether such a letter was posted lately, counted in days of the controller's where it is days.

    One of a time to come was posted by a wrong clock.
    """
    posted = posted_on(connection, kind)
    if every < DAY:
        return any(timedelta(0) <= moment - one < every for one in posted)
    at, zone = today(company.policy.controller.zone, moment), company.policy.controller.zone
    return any(timedelta(0) <= at - today(zone, one) < every for one in posted)


def _language(company: Company) -> Language:
    """Return the language in which staff are told."""
    return _NATIVE.get(company.policy.controller.country, LANGUAGES[-1])
