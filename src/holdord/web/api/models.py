"""What programs send, and what they get: every member with its type and its bounds, and no other member.

What is sent is taken as it is written and never turned into another type. What is sent back goes through these forms as
well, so that no answer says more than the document of the API does.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from holdord.run.requests.booked import Channel, State
from holdord.run.requests.limited import How, Kind
from holdord.run.requests.wish import AsksFor, Ground
from holdord.run.shown import State as PartState
from holdord.run.tasks import State as TaskState

MOST_NUMBER = 999_999_999
Number = Annotated[int, Field(ge=1, le=MOST_NUMBER)]
_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=_PLAIN)]
Value = Annotated[str, Field(min_length=1, max_length=1000, pattern=_PLAIN)]


def _written_out(day: object) -> object:
    """Refuse what is no day as people write it; numbers would be taken for seconds since 1970."""
    if not isinstance(day, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        raise ValueError("a day is written as 2026-11-23")
    return day


Day = Annotated[
    date,
    Field(
        ge=date(1970, 1, 1), le=date(2199, 12, 31), strict=False, description="From 1970-01-01 to 2199-12-31, or null."
    ),
    BeforeValidator(_written_out),
]
Person = Annotated[
    str,
    Field(
        min_length=3,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f:]+:[^\x00-\x1f\x7f]+$",
        description="Record class and key; parts of a key of several columns stand between commas.",
        examples=["customer:17"],
    ),
]


class Sent(BaseModel):
    """What programs send."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Given(BaseModel):
    """What programs get."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True, serialize_by_alias=True)


# Sent


class Change(Sent):
    """A value to be put right (GDPR art. 16); old is null where something is missing."""

    category: Line = Field(examples=["contact.phone"])
    old: Value | None
    new: Value
    also_others: bool = False


class Wish(Sent):
    """What exactly is asked for: one member, as the kind of request needs it."""

    changes: list[Change] | None = Field(default=None, min_length=1, max_length=50)
    purposes: list[Line] | None = Field(default=None, min_length=1, max_length=100)
    ground: Ground | None = None
    address: str | None = Field(default=None, min_length=9, max_length=2000, pattern=r"^https://[!-~]+$")


class NewRequest(Sent):
    """A request that came; somebody has made sure of who asks (art. 12(6))."""

    asks_for: AsksFor = Field(alias="for")
    person: Person
    channel: Channel
    received: Day | None = Field(default=None, description="The day on which it came; today where it is null.")
    wish: Wish = Wish()
    language: str = Field(default="", pattern=r"^(nb|nn|da|sv|en)?$", description="The person's.")
    email: str = Field(default="", max_length=254, pattern=_PLAIN, description="Where they are told.")
    mandate: str = Field(default="", max_length=200, pattern=_PLAIN, description="Who asks for somebody: by what.")


class Answer(Sent):
    """What somebody decided before a request is answered."""

    objected: list[Line] = Field(default=[], max_length=100, description="Purposes objected to, and rightly.")
    accepted: bool = Field(default=False, description="What a correction leaves may stay.")
    confirmed: bool = Field(default=False, description="The machine's clock is right.")


class Reason(Sent):
    """Why; the person is told."""

    reason: Words


class NewLimit(Sent):
    """A restriction (art. 18(1)) that somebody places without a request of its own."""

    person: Person
    ground: Ground
    reason: Words


class Weighed(Sent):
    """A decision on an objection (art. 21(1))."""

    upheld: bool
    reason: Words


class Nothing(Sent):
    """An empty object."""


class NewProof(Sent):
    """That a task was done."""

    promise: Line
    part: Line
    by: Line = Field(description="Who did it, a role or a name.")
    says: Words
    given: Day | None = Field(default=None, description="The day it was done; today where it is null.")


class Which(Sent):
    """Which ones."""

    closed: bool = Field(default=False, description="Those that are closed, too.")


class All(Sent):
    """Which ones."""

    all: bool = Field(default=False, description="Those that are done, too.")


class On(Sent):
    """For which day."""

    at: Day | None = Field(default=None, description="The day to ask for; today where nothing is said.")


class From(Sent):
    """From where on."""

    start: int = Field(default=0, ge=0, le=MOST_NUMBER, alias="from", description="The first entry.")
    most: int = Field(default=100, ge=1, le=500, description="How many at most.")


# Given


class Request(Given):
    """What somebody asked for, without who they are."""

    number: Number
    asks_for: AsksFor = Field(serialization_alias="for")
    channel: Channel
    received: date
    due: date
    extended: bool
    state: State
    closed: date | None
    late: bool


class Requests(Given):
    """Requests, what is due soonest first."""

    requests: list[Request]


class Document(Given):
    """What an answer says, with personal data. Its form is that of the kind of request."""

    number: Number
    document: dict[str, Any]
    complete: bool
    open_for: list[str] = Field(description="What is missing until it is complete.")


class Answered(Given):
    """What became of a request that was to be answered: it is closed where the answer is complete."""

    request: Request
    complete: bool
    open_for: list[str] = Field(description="What is missing until it is complete.")


class Limit(Given):
    """A restriction or an objection, without who it is about."""

    number: Number
    ground: Kind
    purpose: str
    request: Number | None
    since: date
    review: date
    waits: bool = Field(description="Whether somebody must weigh it.")
    how: How
    ended: date | None = Field(validation_alias="ended_on")


class Limits(Given):
    """Restrictions and objections, what must be looked at first comes first."""

    limits: list[Limit]


class Part(Given):
    """A part of a promise on the board."""

    part: str
    state: PartState
    why: str
    due: int
    oldest: str | None
    allowed: str | None
    open_ended: int
    next: date | None
    since: date | None
    evidence: list[int]


class Promise(Given):
    """A promise on the board; its state is that of its worst part."""

    id: str
    says: str
    kept_by: str
    state: PartState
    since: date | None
    next: date | None
    why: str
    parts: list[Part]


class Board(Given):
    """The board."""

    at: date
    company: str
    reviews: list[str]
    promises: list[Promise]


class Plan(Given):
    """What is due; its form is that of ``holdord plan --json``."""

    at: date
    digest: str
    company: str
    policy: str
    statements: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    stopped: list[str]
    awaiting: list[dict[str, Any]]


class Task(Given):
    """A task, and how it stands."""

    promise: str
    part: str
    what: str
    who: str
    every: str | None
    state: TaskState
    due: date | None
    given: date | None
    by: str | None
    says: str | None
    entry: int | None


class Tasks(Given):
    """Tasks, the worst first."""

    tasks: list[Task]


class Letter(Given):
    """A letter in the outbox; its address is masked."""

    number: Number
    request: Number | None
    kind: str
    to: str = Field(validation_alias="recipient")
    language: str
    state: str
    tries: int
    failure: str
    queued: datetime
    next_try: datetime | None
    done: datetime | None


class Letters(Given):
    """Letters, in the order in which they were posted."""

    letters: list[Letter]


class Checkpoint(Given):
    """The checkpoint that was signed last."""

    note: str = Field(description="The signed note (c2sp.org/tlog-checkpoint).")
    size: int = Field(description="How many entries it counts.")
    signed_at: datetime


class Entry(Given):
    """An entry of the log."""

    index: int
    body: str = Field(description="Its canonical JSON, to the byte: what its leaf is the hash of.")


class Entries(Given):
    """Entries of the log, in order."""

    entries: list[Entry]
    first: int = Field(description="The first entry that is there; those before were pruned.")
    size: int = Field(description="How many entries the log counts.")
    next: int | None = Field(description="Where to go on, or null where nothing is left.")


class Health(Given):
    """The policy loads, and both databases answer."""

    version: str
    policy: str = Field(description="Its digest.")
    log: str = Field(description="The log's name.")
    size: int = Field(description="How many entries the log counts.")


class Problem(Given):
    """What went wrong (RFC 9457); never a value."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[str] = Field(default=[], description="Which members are wrong, and how.")
