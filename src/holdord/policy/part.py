"""A part of a promise, as a policy writes it, and what keeps it: a purpose, the book of requests, a page, a person.

    parts:
      storage: {keep: [newsletter]}
      disputes: {holds: all}
      statistics: {figures: [orders_by_month]}
      rights: {requests: [access, erasure]}
      assessment: {tasks: {every: 12 months, who: general manager, what: look at the assessment of each purpose again}}
      statement: {told: notice}
      page: {portal: [access, erasure, newsletter]}
      contacts: {reviews: {of: contacts, every: 12 months, seen: person.reviewed, over: person.not_relevant}}
      banner: {unwired: rejecting is as easy as accepting}

When each of them is kept stands in ``docs/decisions/0027-who-keeps-a-part.md``.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from holdord.policy.duration import Duration
from holdord.policy.texts import Name, Strict, Text

Right = Literal["access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal"]
RIGHTS: tuple[Right, ...] = get_args(Right)
"""What people can ask for: GDPR art. 15, 16, 17, 18, 20, 21 and 7(3)."""


class TaskText(Strict):
    """What a person does and proves: ``who`` may be a role, and without ``every`` it is done once."""

    every: Text | None = None
    who: Text
    what: Text


class ReviewText(Strict):
    """People whose data are looked at again every so often, while a purpose holds them (GDPR art. 5(1)(d)).

    ``of`` is the purpose. That somebody looked starts the clock ``seen`` again; who is not relevant any more gets the
    clock ``over``, and goes by the purpose's limits. Both are days on the person's own record.
    """

    of: Name
    every: Text
    seen: Text
    over: Text


class PartText(Strict):
    """A part of a promise and what keeps it.

    Exactly one of ``keep`` (purposes), ``holds``, ``figures``, ``requests`` (the book of requests), ``portal`` (pages
    on which people ask themselves for these rights, or see what is held for these purposes), ``reviews`` (people
    whose data are looked at again), ``tasks`` (a person's proof), ``told`` (the notice, which must say it) and
    ``unwired`` (nothing yet).
    """

    keep: list[Name] | Literal["all"] | None = None
    holds: Literal["all"] | None = None
    figures: Annotated[list[Name], Field(min_length=1)] | None = None
    requests: Annotated[list[Right], Field(min_length=1)] | None = None
    portal: Annotated[list[Name], Field(min_length=1)] | None = None
    reviews: ReviewText | None = None
    tasks: TaskText | None = None
    told: Literal["notice"] | None = None
    unwired: Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What a person must do and prove.

    Attributes:
        what: In words for whoever does it.
        who: A role or a name.
        every: How long a proof counts; None where once is enough.
    """

    what: str
    who: str
    every: Duration | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """People whose data are looked at again.

    Attributes:
        purpose: Its id.
        every: How long it counts that they were in touch or somebody looked.
        seen: The class and the name of the clock that starts when somebody looked.
        over: The same of the clock that starts when they are not relevant any more.
    """

    purpose: str
    every: Duration
    seen: tuple[str, str]
    over: tuple[str, str]
