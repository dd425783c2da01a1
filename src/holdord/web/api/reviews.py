"""What programs see and say of people whose data must be looked at again (GDPR art. 5(1)(d))."""

from datetime import date
from typing import Literal

from pydantic import Field

from holdord.errors import Refused
from holdord.policy.part import Review
from holdord.run import reviews
from holdord.run.requests.who import said
from holdord.web.api import models
from holdord.web.api.call import Call, Route
from holdord.web.api.problem import Wrong


class Of(models.Sent):
    """Of which purpose."""

    purpose: models.Line = Field(description="The purpose that holds them.")


class NewReview(Of):
    """That somebody looked at a person's data."""

    person: models.Person
    found: Literal["seen", "over"] = Field(
        description="Right as it stands; or not relevant any more, which erases and needs `requests:write` as well."
    )
    by: models.Line = Field(description="Who looked.")


class Waiting(models.Given):
    """Somebody who waits."""

    person: str
    late: bool = Field(description="Whether that is so for more than a month.")
    asked: date | None


class Reviews(models.Given):
    """People who wait to be looked at again, the latest first."""

    reviews: list[Waiting]


class Reviewed(models.Given):
    """What was written down."""

    person: str
    found: str


def listed(call: Call) -> Reviews:
    """Return who waits."""
    found = reviews.due(call.company, _review(call), call.at)
    return Reviews(reviews=[Waiting(person=said(one.person), late=one.late, asked=one.asked) for one in found])


def done(call: Call) -> Reviewed:
    """Write down that somebody looked.

    Raises:
        Wrong: The next sweep would erase somebody by it, and the token is not good for that.
    """
    person, found = call.person(), call.sent.found
    if found == "over" and "requests:write" not in call.token.scopes:
        raise Wrong(403, "Who is not relevant any more is erased: this needs a token for requests:write as well.")
    reviews.done(call.company, call.clock, _review(call), person, found, call.sent.by)
    return Reviewed(person=said(person), found=found)


def _review(call: Call) -> Review:
    try:
        return reviews.of_purpose(call.company.policy, call.sent.purpose)
    except Refused as error:
        raise Wrong(404, str(error)) from error


ROUTES = (
    Route(
        method="GET",
        path="reviews",
        name="listReviews",
        says="Whose data must be looked at again",
        scope="data:read",
        takes=Of,
        gives=Reviews,
        does=listed,
    ),
    Route(
        method="POST",
        path="reviews",
        name="review",
        says="Write down that somebody looked at a person's data",
        scope="tasks:write",
        takes=NewReview,
        gives=Reviewed,
        status=201,
        does=done,
    ),
)
