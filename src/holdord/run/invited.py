"""Who was asked whether what is held about them still fits, while they wait to be looked at again.

It names people by their keys and nothing else, and goes once somebody has looked or nobody need look any more.
"""

import json
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from holdord.policy.model import Record

ALL = Record(record_class="", key=())
"""In the place of a person: the day on which all of them were looked through."""
_WAITING = "purpose = :purpose AND record_class <> ''"
_OF = "purpose = :purpose AND record_class = :record_class AND record_key = :record_key"


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
        f"SELECT record_class, record_key, asked, letter FROM holdord_review WHERE {_WAITING} AND asked <> ''"  # noqa: S608
    )
    return {_who(row): (date.fromisoformat(row.asked), bool(row.letter)) for row in _all(connection, query, purpose)}


def of(connection: Connection, purpose: str, person: Record) -> tuple[date | None, bool] | None:
    """Return when somebody who waits was tried to be asked, and whether there was a letter; None where none waits."""
    query = text(f"SELECT asked, letter FROM holdord_review WHERE {_OF}")  # noqa: S608 - no value in it
    row = connection.execute(query, {"purpose": purpose, **_key(person)}).first()
    return None if row is None else (date.fromisoformat(row.asked) if row.asked else None, bool(row.letter))


def pending(connection: Connection, purpose: str, at: date, again: date, over: date, most: int) -> list[Record]:
    """Return who is to be asked now, ``most`` at the most.

    Args:
        connection: To the state.
        purpose: Of which review.
        at: The day; what was noted of a later one was noted by a wrong clock.
        again: Whom no letter could be sent to on this day or before is tried again.
        over: A letter of this day or before counts no more.
        most: How many.
    """
    query = text(
        f"SELECT record_class, record_key FROM holdord_review WHERE {_WAITING} AND (asked = '' OR asked > :at "  # noqa: S608
        "OR (letter = 0 AND asked <= :again) OR (letter = 1 AND asked <= :over)) ORDER BY asked, record_key LIMIT :most"
    )
    days = {"at": at.isoformat(), "again": again.isoformat(), "over": over.isoformat()}
    return [_who(row) for row in _all(connection, query, purpose, **days, most=most)]


def found(connection: Connection, purpose: str, people: Collection[Record], at: date) -> None:
    """Note who waits on a day: whoever does not any more is forgotten, who is new is to be asked."""
    query = text(f"SELECT record_class, record_key FROM holdord_review WHERE {_WAITING}")  # noqa: S608
    known = {_who(row) for row in _all(connection, query, purpose)}
    for person in known.difference(people):
        forget(connection, purpose, person)
    fresh = [{"purpose": purpose, **_key(person)} for person in dict.fromkeys(people) if person not in known]
    if fresh:
        connection.execute(
            text(
                "INSERT INTO holdord_review (purpose, record_class, record_key, asked, letter) "
                "VALUES (:purpose, :record_class, :record_key, '', 0)"
            ),
            fresh,
        )
    note(connection, purpose, ALL, at, letter=False)


def looked(connection: Connection, purpose: str) -> date | None:
    """Return the day on which all of them were looked through for the last time."""
    found = of(connection, purpose, ALL)
    return None if found is None else found[0]


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
    connection.execute(text(f"DELETE FROM holdord_review WHERE {_OF}"), {"purpose": purpose, **_key(person)})  # noqa: S608


def _all(connection: Connection, query: TextClause, purpose: str, **said: object) -> Sequence[Row[Any]]:
    return connection.execute(query, {"purpose": purpose, **said}).all()


def _who(row: Row[Any]) -> Record:
    return Record(record_class=row.record_class, key=tuple(json.loads(row.record_key)))


def _key(person: Record) -> dict[str, str]:
    return {"record_class": person.record_class, "record_key": json.dumps(person.key)}
