"""What an answer would do, in numbers: which records go, which stay and why; no value and no name is among them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.html import format_html

from holdord.run.company import Company
from holdord.run.requests import erasure
from holdord.run.requests.booked import Request
from holdord.run.requests.draft import Handled
from holdord.run.requests.erasure import Erasure
from holdord.run.requests.history import Event
from holdord.run.requests.page.blocks import plain
from holdord.run.requests.page.says import says_in
from holdord.web.called import category, english, listed, purpose
from holdord.web.office.ending import ended
from holdord.web.say import language, said, words


@dataclass(frozen=True, kw_only=True, slots=True)
class Goes:
    """Records to which the same is done: what they are, what is done, and to how many."""

    what: str
    how: str
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Stays:
    """Records that stay for the same reason.

    Attributes:
        until: The last day on which something of them goes; None where that is not known yet.
    """

    why: str
    records: int
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Does:
    """What an answer would do.

    Attributes:
        lead: In one sentence.
        left: What is still there afterwards although it should not be, or is not put right, in sentences.
        plan: The digest of what goes; empty where nothing is erased.
    """

    lead: str
    goes: tuple[Goes, ...] = ()
    stays: tuple[Stays, ...] = ()
    left: tuple[str, ...] = ()
    plan: str = ""

    @property
    def word(self) -> str:
        """``erase`` or ``keep``: what the words of the page that asks for a yes begin with."""
        return "erase" if self.goes else "keep"


def of(company: Company, one: Request, looked: Handled, at: date) -> Does:
    """Return what an answer would do on a day."""
    match one.asks_for:
        case "erasure" | "withdrawal":
            assert looked.erasure is not None  # noqa: S101 (an erasure's preview has one)
            return _erases(company, looked.erasure)
        case "rectification":
            return _corrects(company, looked.document)
        case "access":
            records = {(item["table"], item["record"]) for item in looked.document["items"]}
            return Does(lead=said("office.does_access", count=len(records)))
        case "portability":
            return Does(lead=said("office.does_portability", count=len(looked.document["portable"]["records"])))
        case "restriction":
            return Does(lead=said("office.does_restriction"))
        case _:
            return _objected(company, one, looked, at)


def told(company: Company, events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return what the log says of a request, in words; what happened several times in one minute is said once."""
    found: list[dict[str, Any]] = []
    zone = company.policy.controller.zone
    for (minute, says), several in groupby(events, lambda one: (one.when.replace(second=0, microsecond=0), _says(one))):
        entries = [one.entry for one in several]
        first, last = entries[0], entries[-1]
        key = "office.entry" if first == last else "office.entries"
        where = said(key, entry=first, first=first, last=last)
        times = len(entries) if len(entries) > 1 else None
        found.append({"when": minute.astimezone(zone), "says": says, "times": times, "where": where})
    return found


def _says(one: Event) -> str:
    known = words("office", language())
    keys = (f"event_{one.kind}_{one.does}_{one.about}", f"event_{one.kind}_{one.does}", f"event_{one.kind}")
    key = next((key for key in keys if key in known), "event_other")
    return said(f"office.{key}", about=known.get(f"letter_{one.about}", one.about), kind=one.kind)


def _objected(company: Company, one: Request, looked: Handled, at: date) -> Does:
    """Return what answering an objection does: with a purpose that is over goes what it alone held."""
    over = ended(company, one)
    decision = "marketing" if over and looked.document["decision"] == "open" else looked.document["decision"]
    lead = said(f"office.does_objection_{decision}")
    if not over:
        return Does(lead=lead)
    return replace(_erases(company, erasure.preview(company, one.person, at, only=over)), lead=lead)


def _erases(company: Company, found: Erasure) -> Does:
    document, says = erasure.document(found), says_in(language())
    goes = tuple(
        Goes(what=plain(says.record(one["table"], one["class"])), how=_how(company, one), rows=one["rows"])
        for one in document["goes"]
    )
    left: list[str] = [english(one["text"]) for one in document["stops"]]
    left += [said("office.left_shared", count=count) for count in [_records(document["left"])] if count]
    left += [said("office.left_awaiting", promise=one["promise"]) for one in document["awaiting"]]
    return Does(
        lead=said("office.does_erasure", count=sum(one.rows for one in goes)) if goes else said("office.does_nothing"),
        goes=goes,
        stays=tuple(_stays(company, document["stays"])),
        left=tuple(left),
        plan=found.plan.digest,
    )


def _how(company: Company, one: Mapping[str, Any]) -> str:
    return action(one["action"], listed(category(company, name) for name in one["categories"]))


def action(name: str, columns: str) -> str:
    """Return what is done to which columns; what is marked in them stays so."""
    return format_html(said(f"office.action_{name}", columns="{}"), columns)


def _stays(company: Company, items: Iterable[Mapping[str, Any]]) -> Iterable[Stays]:
    """Yield the records that stay, by what holds each longest."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        found.setdefault(_why(company, item), []).append(item)
    for why, held in found.items():
        days = [date.fromisoformat(item["goes"]) if item["goes"] else None for item in held]
        known = [day for day in days if day is not None]
        yield Stays(why=why, records=_records(held), until=max(known) if len(known) == len(days) else None)


def _why(company: Company, item: Mapping[str, Any]) -> str:
    if item["legal_hold"]:
        return said("office.stays_hold")
    if item["purposes"]:
        return purpose(company, item["purposes"][0]["id"])
    return said("office.stays_others")


def _records(items: Iterable[Mapping[str, Any]]) -> int:
    return len({(item["table"], item["record"]) for item in items})


def _corrects(company: Company, document: Mapping[str, Any]) -> Does:
    says = says_in(language())
    goes = tuple(
        Goes(
            what=plain(says.record(one["table"], one["class"])),
            how=action("correct", category(company, one["category"])),
            rows=1,
        )
        for one in document["places"]
    )
    left = tuple(english(f"{one['table']}: {one['text']}") for one in document["left"])
    lead = said("office.does_rectification", count=len(goes)) if goes else said("office.does_no_place")
    return Does(lead=lead, goes=goes, left=left)
