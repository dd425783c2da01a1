"""Who was asked whether what is held about them still fits, while they wait to be looked at again.

It names people by their keys and nothing else, and goes once somebody has looked or nobody need look any more.
"""

import json
from collections.abc import Set as AbstractSet
from datetime import date

from sqlalchemy import Connection, text

from holdord.policy.model import Record

ALL = Record(record_class="", key=())
"""In the place of a person: the day on which all of them were looked through."""


def waiting(connection: Connection) -> int:
    """Return how many people waited to be looked at again when that was asked last."""
    query = text("SELECT count(*) FROM holdord_review WHERE record_class <> ''")
    count: int = connection.execute(query).scalar_one()
    return count


def expire(connection: Connection, asks: AbstractSet[str]) -> int:
    """Forget who was asked for which no promise names a review any more; return how many."""
    gone = 0
    for purpose in set(connection.execute(text("SELECT DISTINCT purpose FROM holdord_review")).scalars()) - asks:
        query = text("DELETE FROM holdord_review WHERE purpose = :purpose")
        gone += connection.execute(query, {"purpose": purpose}).rowcount
    return gone


def tried(connection: Connection, purpose: str) -> dict[Record, tuple[date, bool]]:
    """Return who was tried to be asked → the day, and whether there was a letter."""
    query = text(
        "SELECT record_class, record_key, asked, letter FROM holdord_review "
        "WHERE purpose = :purpose AND record_class <> ''"
    )
    return {
        Record(record_class=row.record_class, key=tuple(json.loads(row.record_key))): (
            date.fromisoformat(row.asked),
            bool(row.letter),
        )
        for row in connection.execute(query, {"purpose": purpose})
    }


def looked(connection: Connection, purpose: str) -> date | None:
    """Return the day on which all of them were looked through for the last time."""
    query = text("SELECT asked FROM holdord_review WHERE purpose = :purpose AND record_class = ''")
    said = connection.execute(query, {"purpose": purpose}).scalar()
    return date.fromisoformat(said) if said else None


def note(connection: Connection, purpose: str, person: Record, at: date, *, letter: bool) -> None:
    """Note that a person was to be asked on a day, and whether a letter could be sent."""
    forget(connection, purpose, person)
    connection.execute(
        text(
            "INSERT INTO holdord_review (purpose, record_class, record_key, asked, letter) "
            "VALUES (:purpose, :record_class, :record_key, :asked, :letter)"
        ),
        {"purpose": purpose, **_key(person), "asked": at.isoformat(), "letter": int(letter)},
    )


def forget(connection: Connection, purpose: str, person: Record) -> None:
    """Forget that a person was asked."""
    query = "DELETE FROM holdord_review WHERE purpose = :purpose AND record_class = :record_class"
    connection.execute(text(f"{query} AND record_key = :record_key"), {"purpose": purpose, **_key(person)})


def _key(person: Record) -> dict[str, str]:
    return {"record_class": person.record_class, "record_key": json.dumps(person.key)}
