"""What the pages say of requests: in which order, how many days are left, what keeps each from being answered.

Nothing here names a person: a request is a number and what is asked for. Sentences of the program itself are in
English, and are marked as such where the page is in another language.
"""

from dataclasses import dataclass, field
from datetime import date

from holdord.errors import Refused
from holdord.run.company import Company
from holdord.run.outbox_lines import masked
from holdord.run.requests import draft
from holdord.run.requests.booked import Request
from holdord.run.requests.draft import Handled
from holdord.web.called import category, listed, purpose
from holdord.web.say import said

SOON = 7
"""Days before the last one from which a request is marked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A request as pages show it.

    Attributes:
        what: What is asked for, in words.
        days: How many days are left, in words; for a closed one how it ended.
        state: ``late``, ``soon``, ``open`` or ``closed``: how it is marked.
        stuck: What keeps it from being answered, in words; empty where nothing does or it is closed.
    """

    one: Request = field(repr=False)
    what: str
    days: str
    state: str
    stuck: str = ""


def shown(one: Request, at: date, *, stuck: str = "") -> Shown:
    """Return a request as pages show it on a day."""
    state, days = _state(one, at)
    return Shown(one=one, what=said(f"office.kind_{one.asks_for}"), days=days, state=state, stuck=stuck)


def _state(one: Request, at: date) -> tuple[str, str]:
    if one.state != "open":
        return "closed", said(f"office.closed_{one.state}", day=one.closed_on)
    left = (one.due - at).days
    if left < 0:
        return "late", said("office.days_late", count=-left)
    if left > 1:
        return "soon" if left <= SOON else "open", said("office.days_left", count=left)
    return "soon", said("office.due_tomorrow" if left else "office.due_today")


def preview(company: Company, one: Request, at: date) -> tuple[Handled | None, str]:
    """Return what an answer would say and do, and what keeps it from being given, in words.

    Returns:
        The preview, None where there can be none; and the words, empty where it can be answered.
    """
    try:
        looked = draft.look(company, one, at)
    except Refused:
        return None, said("office.stuck_refused")
    return looked, _stuck(one, looked)


def _stuck(one: Request, looked: Handled) -> str:
    if one.waits_for_mandate:
        return said("office.stuck_mandate")
    if one.asks_for == "objection":
        waits = looked.document["decision"] == "open" and looked.open_for
        return said("office.stuck_objection") if waits else ""
    return said(f"office.stuck_{one.asks_for}") if looked.open_for else ""


def wish(company: Company, one: Request) -> list[tuple[str, str]]:
    """Return what exactly is asked for, as names and words without any value of the person's."""
    found: list[tuple[str, str]] = []
    if purposes := one.wish.get("purposes"):
        found.append((said("office.wish_purposes"), listed(purpose(company, name) for name in purposes)))
    if ground := one.wish.get("ground"):
        found.append((said("office.wish_ground"), said(f"office.ground_{ground}")))
    if changes := one.wish.get("changes"):
        labels = dict.fromkeys(category(company, change["category"]) for change in changes)
        found.append((said("office.wish_changes"), listed(labels)))
    if one.wish.get("address"):
        found.append((said("office.wish_address"), said("office.wish_address_given")))
    return found


def _mandate(one: Request) -> str:
    if one.mandate_seen is None:
        return said("office.mandate_given")
    return said("office.mandate_seen", day=one.mandate_seen)


def facts(one: Request) -> list[tuple[str, str]]:
    """Return how a request came and how the person is answered."""
    return [
        (said("office.came"), said("office.came_by", day=one.received, way=said(f"office.by_{one.channel}"))),
        (said("office.answer_to"), masked(one.email) or said("office.answer_to_none")),
        *([(said("office.language"), said(f"office.in_{one.language}"))] if one.language else []),
        *([(said("office.mandate"), _mandate(one))] if one.mandate else []),
    ]
