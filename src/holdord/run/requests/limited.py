"""What stands of restrictions, objections and withdrawals: for plans, beside the policy, and for whoever uses data."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, text

from holdord.errors import Refused
from holdord.policy.model import Hold, Over, Policy, Record

Kind = Literal["accuracy", "unlawful", "claims", "objection", "absolute", "withdrawn", "erasure"]
How = Literal["", "told", "lifted", "upheld", "overruled"]
Rows = Mapping[str, Mapping[tuple[str | int, ...], str]]
"""Table → keys, each with what tells the consent of then from a new one (``Until.mark``)."""
_TOGETHER = 500
"""People who are asked for at once."""
_OVER = ("absolute", "withdrawn", "erasure")
"""What ends a purpose at once, and holds nothing back."""
ALL = '"*"'
"""As what is kept in mind where a purpose is over on whatever is theirs."""
_NAMED = ", ".join(f"'{name}'" for name in _OVER)
_GRANTED = (
    "holdord_restriction WHERE granted IS NOT NULL AND kept IS NOT NULL AND gone IS NULL "
    f"AND ((ground IN ({_NAMED}) AND ended_on IS NULL) OR ended_how = 'upheld')"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A restriction, an objection, a consent that was withdrawn, or what a request for erasure ends.

    Attributes:
        ground: Why: a letter of art. 18(1), ``absolute`` for an objection that nobody weighs, ``withdrawn``, or
            ``erasure``.
        purpose: What somebody objected to, or consents to no more; empty for a restriction.
        review: When somebody must look at it, has to have weighed it, or may lift it.
        how: What became of it: the person was ``told`` that it will be lifted, ``lifted``, ``upheld``, ``overruled``.
            What is overruled holds until it is lifted, since the person is told before (art. 18(3)).
        reason: Why it was placed.
        outcome: Why it ended, or will.
        granted: Whether the request was answered: no refusal takes it back, and sweeps go by it.
        kept: The rows on which it ended then; None where it is over on whatever is theirs.
    """

    number: int
    person: Record = field(repr=False)
    ground: Kind
    purpose: str
    since: date
    review: date
    request: int | None
    reason: str = field(repr=False)
    ended_on: date | None
    how: How
    outcome: str = field(repr=False)
    granted: bool = False
    kept: Rows | None = field(default_factory=dict, repr=False)

    @property
    def holds(self) -> bool:
        """Whether nothing of the person's may be erased by it."""
        return self.ended_on is None and self.ground not in _OVER

    @property
    def waits(self) -> bool:
        """Whether somebody must weigh it."""
        return self.ground == "objection" and not self.how

    @property
    def ends_purpose(self) -> bool:
        """Whether the purpose is over for the person."""
        return self.how == "upheld" or (self.ground in _OVER and self.ended_on is None)


def why_not(connection: Connection, person: Record, purpose: str) -> str:
    """Return why data of a person may not be used for a purpose, or nothing where they may be."""
    for one in of(connection, person):
        if one.ends_purpose and one.purpose == purpose:
            if one.ground == "withdrawn":
                return f"The person withdrew their consent on {one.since} (GDPR art. 7(3))."
            if one.ground == "erasure":
                return f"The person asked on {one.since} that their data be erased (GDPR art. 17(1))."
            return f"The person objected on {one.since}, and the purpose is over for them (GDPR art. 21)."
        if one.holds:
            return f"The data are restricted since {one.since}: they are stored and not used (GDPR art. 18(2))."
    return ""


def unused(connection: Connection, purpose: str) -> list[Record]:
    """Return the people whose data may not be used for a purpose."""
    found = [one for one in listed(connection, over=True) if one.person.key]
    return [one.person for one in found if one.holds or (one.ends_purpose and one.purpose == purpose)]


def ended(connection: Connection, person: Record) -> frozenset[str]:
    """Return the purposes that are over for a person, since they objected or withdrew their consent."""
    return frozenset(one.purpose for one in of(connection, person) if one.ends_purpose)


def listed(connection: Connection, *, over: bool = False) -> list[Limit]:
    """Return the restrictions and objections that stand or wait, or all; what must be looked at first comes first.

    Of who is gone there is nothing left to hold or to look at.
    """
    query = text("SELECT * FROM holdord_restriction WHERE gone IS NULL ORDER BY review, number")
    return [one for one in map(_read, connection.execute(query)) if over or one.holds]


def of(connection: Connection, person: Record) -> list[Limit]:
    """Return all of one person's, the oldest first."""
    query = text(
        "SELECT * FROM holdord_restriction WHERE record_class = :record_class AND record_key = :record_key "
        "AND gone IS NULL ORDER BY number"
    )
    return [_read(row) for row in connection.execute(query, who(person))]


def of_all(connection: Connection, people: Iterable[Record]) -> list[Limit]:
    """Return all of some people's."""
    query = text(
        "SELECT * FROM holdord_restriction WHERE record_class = :record_class AND record_key IN :keys AND gone IS NULL"
    ).bindparams(bindparam("keys", expanding=True))
    found: list[Limit] = []
    keys: dict[str, list[str]] = {}
    for named in map(who, dict.fromkeys(people)):
        keys.setdefault(named["record_class"], []).append(named["record_key"])
    for record_class, theirs in keys.items():
        for start in range(0, len(theirs), _TOGETHER):
            some = {"record_class": record_class, "keys": theirs[start : start + _TOGETHER]}
            found += map(_read, connection.execute(query, some))
    return found


def binding(connection: Connection) -> list[Limit]:
    """Return all that binds: what holds data, and what is over for somebody by an objection or a withdrawal."""
    return [one for one in listed(connection, over=True) if one.holds or one.ends_purpose]


def find(connection: Connection, number: int) -> Limit:
    """Return one by its number.

    Raises:
        Refused: There is none.
    """
    query = text("SELECT * FROM holdord_restriction WHERE number = :number")
    row = connection.execute(query, {"number": number}).first()
    if row is None:
        raise Refused(f"There is no restriction or objection {number}.")
    return _read(row)


def beside(connection: Connection, policy: Policy) -> Policy:
    """Return a policy with what people asked for beside what its file says.

    Restrictions that stand are legal holds, whose ids say who nobody is; purposes are over.
    """
    restrictions = tuple(
        Hold(
            id=f"restriction-{one.number}",
            reason=f"GDPR art. 18(1), {one.ground}",
            owner="whoever answers requests",
            records=(one.person,),
            since=one.since,
            until=None,
            review=one.review,
            as_it_stands=one.ground == "claims",  # of data that are not accurate the correction is what one waits for
        )
        for one in listed(connection)
    )
    return replace(policy, holds=(*policy.holds, *restrictions), over=over(connection))


def over(connection: Connection) -> tuple[Over, ...]:
    """Return what people ended, for plans."""
    query = text(f"SELECT * FROM {_GRANTED} ORDER BY number")  # noqa: S608 - names are ours
    return tuple(
        Over(
            purpose=one.purpose,
            person=one.person,
            rows=None if one.kept is None else {table: tuple(keys) for table, keys in one.kept.items()},
        )
        for one in map(_read, connection.execute(query))
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood of people's requests when a folder was opened, by numbers, none of which is ever given twice.

    Attributes:
        restrictions: Those that hold data.
        ended: What ends purposes in plans.
        stamp: What changes whenever something of all that does (``stamp``).
    """

    restrictions: tuple[int, ...] = ()
    ended: frozenset[int] = frozenset()
    stamp: tuple[Any, ...] = ()


def standing(connection: Connection) -> Standing:
    """Return what stands now."""
    return Standing(
        restrictions=_restrictions(connection),
        ended=frozenset(connection.execute(text(f"SELECT number FROM {_GRANTED}")).scalars()),  # noqa: S608 - ours
        stamp=stamp(connection),
    )


def stamp(connection: Connection) -> tuple[Any, ...]:
    """Return what changes whenever people's requests bind something else: asked before each page is made."""
    over = text(f"SELECT count(*), sum(number), max(granted), sum(length(kept)) FROM {_GRANTED}")  # noqa: S608 - ours
    return (*_restrictions(connection), *connection.execute(over).one())


def _restrictions(connection: Connection) -> tuple[int, ...]:
    query = text(
        f"SELECT number FROM holdord_restriction WHERE ended_on IS NULL AND gone IS NULL AND ground NOT IN ({_NAMED}) "  # noqa: S608
        "ORDER BY number"
    )
    return tuple(connection.execute(query).scalars())


def check_same(connection: Connection, before: Standing) -> None:
    """Let nothing be done by what people asked for before; what they ended since waits for the next plan.

    Raises:
        Refused: A restriction was placed or lifted since it was this, or a consent given anew.
    """
    renewed = text("SELECT number FROM holdord_restriction WHERE granted IS NOT NULL AND ended_how = 'lifted'")
    is_renewed = bool(before.ended) and not before.ended.isdisjoint(connection.execute(renewed).scalars())
    if is_renewed or _restrictions(connection) != before.restrictions:
        raise Refused(
            "A restriction was placed or lifted meanwhile, or a consent given anew. What was done until here is done "
            "and has its evidence; the rest waits for the next sweep: holdord plan."
        )


def whose(row: Row[Any]) -> Record:
    """Return whom a row of a request or a restriction is about; where they are gone a key that no record has."""
    key: list[Any] = json.loads(row.record_key)
    nobodys: list[Any] = [None] * len(key)  # NULL equals nothing
    return Record(record_class=row.record_class, key=tuple(nobodys if row.gone else key))


def who(person: Record) -> dict[str, str]:
    """Return a person as the table names one."""
    return {"record_class": person.record_class, "record_key": json.dumps(person.key)}


def _read(row: Row[Any]) -> Limit:
    return Limit(
        number=row.number,
        person=whose(row),
        ground=row.ground,
        purpose=row.purpose or "",
        since=date.fromisoformat(row.since),
        review=date.fromisoformat(row.review),
        request=row.request,
        reason=row.reason or "",
        ended_on=date.fromisoformat(row.ended_on) if row.ended_on else None,
        how=row.ended_how or "",
        outcome=row.ended_for or "",
        granted=row.granted is not None,
        kept=None if row.kept == ALL else read_kept(row.kept),
    )


def read_kept(said: str | None) -> Rows:
    """Return the rows that are kept in mind."""
    return {table: {tuple(key): mark for key, mark in keys} for table, keys in json.loads(said or "{}").items()}


def write_kept(kept: Rows) -> str | None:
    """Return how rows are kept in mind; nothing where there are none."""
    said = {table: [[list(key), mark] for key, mark in keys.items()] for table, keys in kept.items() if keys}
    return json.dumps(said) if said else None
