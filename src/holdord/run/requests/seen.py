"""Looking at what is held about a person: allowed or not, written down first, and told to the person who asks.

Data are processed for specified purposes (GDPR art. 5(1)(b)), and who looks processes them. So a full view has a
purpose, which the log has in the clear; who looked at whom are commitments. A person has a right to know when their
data were looked at and what for, though not by whom (art. 15(1); Court of Justice, 22 June 2023, C-579/21, paragraphs
64 and 83), and the controller must be able to find out by whom (art. 5(2), 32). So whom a view was of, and who looked,
stands in a table as well, and goes after as many days as closed requests do.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, text

from holdord.errors import Refused
from holdord.ledger import log
from holdord.now import today
from holdord.policy.model import Policy, Record
from holdord.run.company import Company
from holdord.run.requests.book import enter
from holdord.run.requests.booked import find, named
from holdord.run.requests.limited import who as key_of
from holdord.run.requests.limited import why_not
from holdord.run.requests.texts import said

_KIND = "view"
Does = Literal["person", "masked", "answer"]
"""A full view for one purpose, a masked one, or the answer to a request."""
_OF_PERSON = "record_class = :record_class AND record_key = :record_key AND gone IS NULL"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """That somebody looked.

    Attributes:
        purpose: Of a full view; else empty.
        who: The name of who looked.
    """

    day: date
    does: Does
    purpose: str
    who: str = field(repr=False)


def seen(company: Company, now: datetime, person: Record, purpose: str, who: str) -> None:
    """Write down that somebody looks at a person's data for a purpose, before anything is shown.

    Args:
        company: The folder.
        now: When.
        person: Whose data.
        purpose: What for; one of the policy's.
        who: The name of who looks.

    Raises:
        Refused: The policy has no such purpose, nobody is named, or the data may not be used for it (art. 18(2), 21).
    """
    if purpose not in company.policy.purposes:
        raise Refused(f"There is no purpose {purpose}.")
    _check(who)
    with company.state.writing() as connection:
        log.lock(connection)  # whoever restricts the data enters it there: before this, or behind it
        if why := why_not(connection, person, purpose):
            raise Refused(why)
        _enter(connection, company, now, person, "person", who, purpose)


def glanced(company: Company, now: datetime, person: Record, who: str) -> None:
    """Write down that somebody opens a person's page, masked: once a day, however often they do.

    Raises:
        Refused: Nobody is named.
    """
    _check(who)
    day = today(company.policy.controller.zone, now).isoformat()
    query = text(f"SELECT 1 FROM holdord_view WHERE {_OF_PERSON} AND day = :day AND does = 'masked' AND who = :who")  # noqa: S608
    with company.state.writing() as connection:
        log.lock(connection)  # of two clicks at once the second finds the first one's entry
        if not connection.execute(query, {**key_of(person), "day": day, "who": who}).first():
            _enter(connection, company, now, person, "masked", who)


def viewed(company: Company, now: datetime, number: int, who: str) -> None:
    """Write down that somebody opens the answer to a request, before it is shown.

    Args:
        company: The folder.
        now: When.
        number: The request's.
        who: The name of who looks.

    Raises:
        Refused: There is no such request, or nobody is named.
    """
    _check(who)
    with company.state.writing() as connection:
        one = find(connection, company.policy, number)
        enter(connection, number, _enter(connection, company, now, one.person, "answer", who, number=number))


def views(connection: Connection, person: Record) -> list[View]:
    """Return who looked at a person's data and when, the latest first."""
    query = text(f"SELECT * FROM holdord_view WHERE {_OF_PERSON} ORDER BY day DESC, entry DESC")  # noqa: S608
    return [
        View(day=date.fromisoformat(row.day), does=row.does, purpose=row.purpose or "", who=row.who)
        for row in connection.execute(query, key_of(person))
    ]


def document(connection: Connection, policy: Policy, person: Record, at: date, days: int) -> dict[str, Any]:
    """Return when a person's data were looked at and what for, as the person is told: by whom is not said.

    Args:
        connection: To the state.
        policy: Whose purposes have words.
        person: Who asks.
        at: The controller's date.
        days: How long views are kept.

    Returns:
        ``since``, from when on views are told, which is not before the log was begun; and ``days``, the newest first,
        each with its ``day``, what was done (``does``), and the purpose of a full view, in words below ``for``.
    """
    found = dict.fromkeys((one.day, one.does, one.purpose) for one in views(connection, person))
    since, begun = at - timedelta(days=days), log.begun(connection)
    if begun is not None:
        since = max(since, today(policy.controller.zone, begun))
    return {
        "since": since.isoformat(),
        "days": [
            {"day": day.isoformat(), "does": does, "purpose": purpose or None, **_label(policy, purpose)}
            for day, does, purpose in found
        ],
    }


def forget(connection: Connection, at: date, days: int) -> None:
    """Erase what is known of views more than ``days`` days before ``at``; those of an answer go with its request."""
    last = {"last": (at - timedelta(days=days)).isoformat()}
    query = text("SELECT entry FROM holdord_view WHERE day < :last AND does <> 'answer'")
    log.forget(connection, list(connection.execute(query, last).scalars()))
    connection.execute(text("DELETE FROM holdord_view WHERE day < :last"), last)


def _enter(
    connection: Connection,
    company: Company,
    now: datetime,
    person: Record,
    does: Does,
    who: str,
    purpose: str = "",
    number: int | None = None,
) -> int:
    """Write a view down in the log and in the table; return the log's entry."""
    entry = {"kind": _KIND, "does": does} | ({"purpose": purpose} if purpose else {})
    of = {"person": named(person)} if number is None else {"number": str(number)}
    (index,) = log.append(connection, [entry], now=now, secrets=[of | {"who": who}])
    connection.execute(
        text(
            "INSERT INTO holdord_view (entry, record_class, record_key, day, does, purpose, who) "
            "VALUES (:entry, :record_class, :record_key, :day, :does, :purpose, :who)"
        ),
        {
            "entry": index,
            **key_of(person),
            "day": today(company.policy.controller.zone, now).isoformat(),
            "does": does,
            "purpose": purpose or None,
            "who": who,
        },
    )
    return index


def _check(who: str) -> None:
    if not who.strip():
        raise Refused("Data of a person are looked at by somebody with a name.")


def _label(policy: Policy, purpose: str) -> dict[str, Any]:
    known = policy.purposes.get(purpose)
    return said(policy, "for", known.label if known else purpose or None)
