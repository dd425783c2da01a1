"""One call of a program: who calls, for what company, with what."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from holdord.errors import Refused
from holdord.now import today
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests import booked, limited
from holdord.run.requests.booked import Request
from holdord.run.requests.who import person_of
from holdord.web.api.models import Given, Sent
from holdord.web.api.problem import Wrong
from holdord.web.api.scopes import Scope
from holdord.web.api.tokens import Token


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call whose token, address and content are as they should be.

    Attributes:
        number: The number in the address; 0 where there is none.
        sent: The body or the query, as the route's model has it.
        key: What the header ``Idempotency-Key`` says, or empty.
        clock: Reads the time.
    """

    company: Company
    token: Token
    number: int
    sent: Any = field(repr=False)
    key: str = field(default="", repr=False)
    clock: Callable[[], datetime]

    @property
    def who(self) -> str:
        """Who looks, for the log's commitments."""
        return f"token {self.token.name}"

    @property
    def sent_as(self) -> str:
        """By what a repeat of this call is known: the same key of the same token; empty where it has no key."""
        return hashlib.sha256(f"{self.token.id} {self.key}".encode()).hexdigest() if self.key else ""

    @property
    def at(self) -> date:
        """The controller's date."""
        return today(self.company.policy.controller.zone, self.clock())

    def request(self) -> Request:
        """Return the request that the address names.

        Raises:
            Wrong: There is none.
        """
        with self.company.state.snapshot() as connection:
            try:
                return booked.find(connection, self.company.policy, self.number)
            except Refused as error:
                raise Wrong(404, "There is no request of this number.") from error

    def limit(self) -> limited.Limit:
        """Return the restriction or objection that the address names.

        Raises:
            Wrong: There is none.
        """
        with self.company.state.snapshot() as connection:
            try:
                return limited.find(connection, self.number)
            except Refused as error:
                raise Wrong(404, "There is no restriction or objection of this number.") from error

    def person(self) -> Record:
        """Return the person whom the body names.

        Raises:
            Wrong: The data map has no such class of people, or its keys look otherwise.
        """
        try:
            return person_of(self.company, self.sent.person)
        except Refused as error:
            raise _nobody() from error


@dataclass(frozen=True, kw_only=True)
class Route:
    """What can be asked at one address.

    Attributes:
        path: Below ``/api/v1/``; ``{number}`` stands for a number.
        scope: What a token must be good for.
        takes: The form of the body, of the query where the method is GET; None where nothing is taken.
        gives: The form of the answer.
        status: Of an answer that is no problem.
        once: Whether a repeat of it, with the same ``Idempotency-Key``, changes nothing more.
        does: Answers.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    says: str
    scope: Scope
    takes: type[Sent] | None = None
    gives: type[Given]
    status: int = 200
    once: bool = False
    does: Callable[[Call], Given]


def _nobody() -> Wrong:
    return Wrong(422, "Mend what errors names.", errors=("person names no class of people with its key.",))
