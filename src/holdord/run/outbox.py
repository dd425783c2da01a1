"""Letters that wait to be sent, and what became of them.

A letter is posted in the transaction of what it tells of: both are there, or neither. Sending takes a lease on one
letter, gives it to the server, and writes down that it is sent, with an entry in the log; then its text and its address
go. A kill in between costs one repeat, of the same message to whoever gets it (``holdord.run.mail``). What fails is
tried again, ever later, and given up visibly after some two days, or at once where the server refuses it for good.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from holdord.config import ADDRESS
from holdord.errors import MailError, Refused
from holdord.ledger import log
from holdord.ledger.entry import moment_of, stamp
from holdord.run.company import Company
from holdord.run.letters.letter import Letter
from holdord.run.mail import Posted
from holdord.run.outbox_lines import Line, line_of
from holdord.run.requests.book import enter

WAITS = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 240, 480, 720, 1440))
"""How long after each try that failed the next one is; after one more the letter is given up."""
LEASE = timedelta(minutes=10)
"""Longer than a talk with the server takes."""
SHORT_LIVED = {"link": timedelta(minutes=15)}
"""Kinds of letters that are of no use any more after some time."""
KEPT_DAYS = 30
"""How long the text of a letter that was given up stays, and the line of one that belongs to no request."""
_BACK = timedelta(hours=1)
"""A lease that ends later than this was taken before the machine's clock was set back."""
_GONE = "recipient = NULL, subject = NULL, plain = NULL, html = NULL"

_DUE = (
    "SELECT * FROM holdord_message WHERE state = 'waiting' AND (next_try <= :now OR next_try > :far) "
    "AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :back) "
    "ORDER BY CASE WHEN kind = 'link' THEN 0 ELSE 1 END, next_try, number LIMIT 1"
)
_STILL = (
    "SELECT m.tries, (SELECT r.number FROM holdord_request r WHERE r.number = m.request) AS request "
    "FROM holdord_message m WHERE m.number = :number AND m.state = 'waiting'"
)

Deliver = Callable[[Posted], None]


def post(
    connection: Connection,
    now: datetime,
    *,
    request: int | None,
    kind: str,
    recipient: str,
    language: str,
    made: Letter,
) -> int:
    """Put a letter into the outbox; return its number.

    Args:
        connection: Its transaction is the caller's.
        now: When, aware.
        request: The request that it is about, or None.
        kind: What it tells, one of the kinds of ``holdord.run.letters.letter``.
        recipient: One e-mail address.
        language: Of the texts.
        made: The letter.

    Raises:
        Refused: The recipient is no single address.
    """
    if not ADDRESS.fullmatch(recipient):
        raise Refused("A letter goes to one e-mail address, and this is none.")
    log.lock(connection)  # so that no number is given twice
    number: int = connection.execute(text("SELECT coalesce(max(number), 0) + 1 FROM holdord_message")).scalar_one()
    connection.execute(
        text(
            "INSERT INTO holdord_message (number, request, kind, recipient, language, subject, plain, html, queued, "
            "next_try, tries, state) VALUES (:number, :request, :kind, :recipient, :language, :subject, :plain, "
            ":html, :now, :now, 0, 'waiting')"
        ),
        {
            "number": number,
            "request": request,
            "kind": kind,
            "recipient": recipient,
            "language": language,
            "subject": made.subject,
            "plain": made.plain,
            "html": made.html,
            "now": stamp(now),
        },
    )
    return number


def send(company: Company, now: Callable[[], datetime], deliver: Deliver) -> Line | None:
    """Send the letter whose turn it is; return what became of it, None where none is due.

    Args:
        company: The folder.
        now: Reads the time.
        deliver: Gives a letter to the server, or raises MailError.
    """
    with company.state.writing() as connection:
        row = _leased(connection, now())
    if row is None:
        return None
    queued = moment_of(row.queued)
    failure: MailError | None = None
    if now() - queued > SHORT_LIVED.get(row.kind, timedelta.max):
        failure = MailError("It could not be sent while it was of use.", final=True)
    else:
        posted = Posted(
            number=row.number,
            origin=company.origin,
            recipient=row.recipient,
            language=row.language,
            queued=queued,
            subject=row.subject,
            plain=row.plain,
            html=row.html,
        )
        try:
            deliver(posted)
        except MailError as error:
            failure = error
    with company.state.writing() as connection:
        _settle(connection, now(), row, failure)
        found = connection.execute(text("SELECT * FROM holdord_message WHERE number = :number"), {"number": row.number})
        left = found.first()
    return line_of(left) if left else None


def _leased(connection: Connection, now: datetime) -> Row[Any] | None:
    """Take the letter that waits longest; what another worker holds is passed by. A lease counts as a try."""
    query = _DUE if connection.dialect.name == "sqlite" else f"{_DUE} FOR UPDATE SKIP LOCKED"
    moments = {"now": stamp(now), "far": stamp(now + WAITS[-1]), "back": stamp(now + _BACK)}
    row = connection.execute(text(query), moments).first()
    if row is None:
        return None
    _change(connection, row.number, "leased_until = :until, tries = tries + 1", until=stamp(now + LEASE))
    return row


def _settle(connection: Connection, now: datetime, row: Row[Any], failure: MailError | None) -> None:
    """Write down what became of a letter. That it was sent counts, whoever holds it by now; that it failed does not."""
    tries = row.tries + 1
    log.lock(connection)
    still = connection.execute(text(_STILL), {"number": row.number}).first()
    if still is not None and failure is not None and still.tries != tries:
        return  # somebody else has it by now
    if still is None:
        return
    if failure is not None and not failure.final and tries <= len(WAITS):
        _change(
            connection,
            row.number,
            "leased_until = NULL, failure = :failure, next_try = :next",
            failure=str(failure),
            next=stamp(now + WAITS[tries - 1]),
        )
        return
    state = "given_up" if failure else "sent"
    gone = f", {_GONE}" if failure is None or row.kind in SHORT_LIVED else ""
    _change(
        connection,
        row.number,
        f"state = :state, failure = :failure, done = :done, next_try = NULL, leased_until = NULL{gone}",
        state=state,
        failure=str(failure) if failure else None,
        done=stamp(now),
    )
    entry = {"kind": "message", "about": row.kind, "does": state, "tries": tries}
    sealed = {"message": str(row.number)} | ({} if still.request is None else {"request": str(still.request)})
    (index,) = log.append(connection, [entry], now=now, secrets=[sealed])
    if still.request is not None:
        enter(connection, still.request, index)


def retry(connection: Connection, now: datetime, number: int) -> None:
    """Let a letter be tried now, with all its tries before it.

    Raises:
        Refused: It is not there, was sent, or its text is gone.
    """
    query = text("SELECT * FROM holdord_message WHERE number = :number")
    row = connection.execute(query, {"number": number}).first()
    if row is None:
        raise Refused(f"There is no message {number}.")
    if row.state == "sent":
        raise Refused(f"Message {number} was sent on {row.done[:10]}.")
    if row.recipient is None:
        raise Refused(f"The text of message {number} is gone; what it told must be told anew.")
    if row.leased_until is not None and moment_of(row.leased_until) > now:
        raise Refused(f"Message {number} is being sent right now.")
    _change(
        connection,
        number,
        "state = 'waiting', tries = 0, done = NULL, leased_until = NULL, next_try = :now",
        now=stamp(now),
    )


def expire(connection: Connection, now: datetime) -> int:
    """Erase what stayed of letters that were given up, and lines that belong to no request, after thirty days."""
    last = {"last": stamp(now - timedelta(days=KEPT_DAYS))}
    old = "state <> 'waiting' AND done <= :last"
    cleared = connection.execute(
        text(f"UPDATE holdord_message SET {_GONE} WHERE {old} AND recipient IS NOT NULL"),  # noqa: S608 - ours
        last,
    )
    dropped = connection.execute(
        text(
            f"DELETE FROM holdord_message WHERE {old} AND request IS NULL "  # noqa: S608 - ours
            "AND number < (SELECT max(number) FROM holdord_message)"
        ),
        last,
    )
    return cleared.rowcount + dropped.rowcount


def forget(connection: Connection, request: int) -> None:
    """Erase the letters about one request, those that wait too; of the newest letter of all its number stays."""
    connection.execute(
        text(
            f"UPDATE holdord_message SET {_GONE}, request = NULL, failure = NULL, next_try = NULL, "  # noqa: S608 - ours
            "done = coalesce(done, queued), state = CASE state WHEN 'waiting' THEN 'given_up' ELSE state END "
            "WHERE request = :request"
        ),
        {"request": request},
    )


def _change(connection: Connection, number: int, sets: str, **values: str | None) -> None:
    query = f"UPDATE holdord_message SET {sets} WHERE number = :number"  # noqa: S608 - names are ours
    connection.execute(text(query), {"number": number, **values})
