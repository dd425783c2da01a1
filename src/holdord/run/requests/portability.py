"""What a person gave, in a form that programs can read, for them or for another controller (GDPR art. 20).

It is what the person is a source of (``sources: [person]`` of a purpose) and what is held for a purpose that rests on
consent or on a contract. Records that are about others as well are withheld, and that is said (art. 20(4)). The form is
``docs/portable.schema.json``.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.ledger import log
from holdord.ledger.entry import commitment
from holdord.notice.write.policy import PERSON
from holdord.now import today
from holdord.policy.model import Policy, Record
from holdord.policy.purpose import Purpose
from holdord.policy.terms import BASES
from holdord.run.company import Company
from holdord.run.evidence import of_kind
from holdord.run.requests import book, booked
from holdord.run.requests.access import access
from holdord.run.requests.answer import Answer, Item, item_documents
from holdord.run.requests.delivery import Answered, Line, checked, post

SCHEMA = "urn:holdord:portable:1"
_LINE = Line()
_KIND = "portability"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What became of handing data over.

    Attributes:
        ok: Whether the other server says that it has them.
        why: What went wrong, or empty.
        host: The server.
        size: Bytes of the document.
        before: Whether they were handed over by an earlier try already, so that nothing was sent now.
    """

    ok: bool
    why: str = ""
    host: str = field(repr=False)
    size: int = 0
    before: bool = False


def portable(company: Company, person: Record, at: date) -> dict[str, Any]:
    """Return what a person may take along, by ``docs/portable.schema.json``. Changes nothing.

    Args:
        company: The folder.
        person: Who asks.
        at: The controller's date.
    """
    answer = access(company, person, at)
    theirs = [item for item in answer.items if _is_portable(item)]
    documents = item_documents(theirs)
    records: dict[int, dict[str, Any]] = {}
    for item, found in zip(theirs, documents, strict=True):
        purposes = [one.purpose.id for one in item.lasting if _carries(one.purpose)]
        data = [_value(company.policy, one, purposes) for one in found["data"] if not one["withheld"]]
        if data:
            record = {"record": found["record"], "class": found["class"], "also_others": found["also_others"]}
            records.setdefault(found["record"], record | {"data": []})["data"] += data
    return {
        "$schema": SCHEMA,
        "holdord_portable": 1,
        "at": at.isoformat(),
        "controller": {"name": company.policy.controller.name, "country": company.policy.controller.country},
        "person": {"class": person.record_class, "key": list(person.key)},
        "purposes": [_purpose(one) for one in _purposes(answer, theirs)],
        "records": list(records.values()),
        "withheld": _withheld(theirs),
        "unsaid": [one.id for one in answer.purposes if _rests(one) and not one.sources],
    }


def send(
    company: Company,
    now: Callable[[], datetime],
    person: Record,
    address: str,
    *,
    request: int,
    line: Line = _LINE,
) -> Sent:
    """Hand what a person may take along to another controller's server (art. 20(2)).

    The log says before that it is tried, and after what became of it. A repeat carries the same ``Idempotency-Key``;
    where the log says that the server has it, nothing is sent.

    Args:
        company: The folder.
        now: Reads the time.
        person: Who asked.
        address: ``https://…``, as the person named it.
        request: The request that it answers.
        line: How the server is reached.

    Raises:
        Refused: The policy is a draft, there is no such request, or the address is none that data are sent to.
            Nothing was sent.
        StoreError: The database did not answer.
    """
    if company.policy.draft:
        raise Refused("This policy is a draft, and nothing is sent by a draft.")
    parts = checked(address)
    host = str(parts.hostname)
    with company.state.snapshot() as state:
        booked.find(state, company.policy, request)
        if _has_it(state, request, address):
            return Sent(ok=True, host=host, before=True)
    at = today(company.policy.controller.zone, now())
    body = json.dumps(portable(company, person, at), ensure_ascii=False, sort_keys=True).encode()
    sealed = {
        "person": booked.named(person),
        "number": str(request),
        "address": address,
        "document": hashlib.sha256(body).hexdigest(),
    }
    _note(company, now(), request, {"does": "tried", "host": host}, sealed)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": _repeat(company, request, address),
        "User-Agent": "holdord",
    }
    try:
        told = post(parts, body, headers, line)
    except Refused:
        _note(company, now(), request, {"does": "refused", "host": host}, sealed)
        raise
    _note(company, now(), request, _became(told, host), sealed)
    return Sent(ok=told.ok, why=told.why, host=host, size=len(body))


def _rests(purpose: Purpose) -> bool:
    """Tell whether a purpose rests on what art. 20(1)(a) names."""
    return purpose.basis in ("consent", "contract")


def _carries(purpose: Purpose) -> bool:
    """Tell whether data that a purpose holds may be taken along: the person is said to be a source of them."""
    return _rests(purpose) and PERSON in purpose.sources


def _is_portable(item: Item) -> bool:
    return any(_carries(one.purpose) for one in item.lasting) and not item.bare


def _purposes(answer: Answer, items: list[Item]) -> list[Purpose]:
    there = {one.purpose.id for item in items for one in item.lasting if _carries(one.purpose)}
    return [one for one in answer.purposes if one.id in there]


def _purpose(one: Purpose) -> dict[str, Any]:
    article = BASES[one.basis][0]
    return {"id": one.id, "for": str(one.label), "basis": one.basis, "article": article, "sources": list(one.sources)}


def _value(policy: Policy, said: dict[str, Any], purposes: list[str]) -> dict[str, Any]:
    known = policy.categories.get(said["category"])
    return {
        "name": said["name"],
        "category": said["category"],
        "iri": known.iri if known else "",
        "value": said["value"],
        "day": said["day"],
        "purposes": purposes,
    }


def _withheld(items: list[Item]) -> list[dict[str, Any]]:
    """Return how many records of each class are about others as well (art. 20(4))."""
    shared = {(item.record_class, item.table, item.key) for item in items if item.shared}
    classes = sorted(record_class for record_class, _, _ in shared)
    return [{"class": one, "records": classes.count(one), "reason": "about_others"} for one in dict.fromkeys(classes)]


def _repeat(company: Company, request: int, address: str) -> str:
    """Return what tells a repeat from another delivery; it says nothing to who reads it."""
    return hashlib.sha256(f"{company.origin}\n{request}\n{address}".encode()).hexdigest()


def _became(told: Answered, host: str) -> dict[str, Any]:
    return {"does": "sent" if told.ok else "failed", "host": host, "status": told.status}


def _note(company: Company, now: datetime, request: int, facts: dict[str, Any], sealed: dict[str, str]) -> None:
    """Say in the log what was done; whom it is about, where it went and what it was are commitments."""
    entry = {"kind": _KIND, "policy": company.policy.digest, **facts}
    with company.state.writing() as connection:
        (index,) = log.append(connection, [entry], now=now, secrets=[sealed])
        book.enter(connection, request, index)


def _has_it(state: Connection, request: int, address: str) -> bool:
    """Tell whether the log says that the server at an address has what a request asked for."""
    wanted = {"number": str(request), "address": address}
    for one in of_kind(state, _KIND):
        salts = {name: log.salt(state, one.index, name) for name in wanted}
        if one.value["does"] == "sent" and all(
            salt is not None and commitment(salt, wanted[name]) == one.value["sealed"][name]
            for name, salt in salts.items()
        ):
            return True
    return False
