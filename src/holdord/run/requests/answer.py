"""What one person is told about the data that are held: the parts of an answer, and its JSON form (GDPR art. 15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from holdord.notice.write.facts import rights_of
from holdord.plan.predicate import Key
from holdord.plan.remembered import remembered
from holdord.plan.until import Lasting
from holdord.policy.model import Policy, Record
from holdord.policy.purpose import Purpose
from holdord.policy.terms import BASES, COUNTRIES, Afterwards
from holdord.run.requests.texts import (
    by,
    categories_document,
    clocks_document,
    limit_document,
    promises_document,
    requests_document,
    said,
)

_DAY = timedelta(days=1)
_NEVER_SHOWN = "identity.secret"
"""A password, even scrambled, is no use to the person and some to whoever reads the answer instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value that is held.

    Attributes:
        name: The column, that of a piece of JSON with its path.
        category: Of personal data.
        afterwards: What is done when nothing holds it any more: it is erased, or made coarser and kept with its row.
        clock: The clock that it is, or empty.
        day: The controller's date that a clock stands for; None where it has not started, and for everything else.
    """

    name: str
    category: str
    value: Any = field(repr=False)
    afterwards: Afterwards = "erase"
    clock: str = ""
    day: date | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Values of one row that the same purposes need; none for a row that has nothing but its keys.

    Attributes:
        lasting: The purposes that hold them, the one that holds them longest first.
        held: Whether a legal hold covers them.
        shared: Whether the row is about other people as well; its values are withheld until somebody has looked at
            them (art. 15(4)).
        also_others: Whether it is nobody's, such as an address, and other people's rows lead to it too.
        bare: Whether all of the row's data were stripped: its dates go with the last row that refers to it.
    """

    table: str
    record_class: str
    key: Key = field(repr=False)
    values: tuple[Value, ...]
    lasting: tuple[Lasting, ...]
    held: bool
    shared: bool
    also_others: bool
    bare: bool = False

    @property
    def goes(self) -> date | None:
        """The first day on which nothing holds them by then; None where a day cannot be told yet.

        A purpose whose clock has not started has no day, a legal hold none before somebody lifts it.
        """
        if self.held or not self.lasting or self.lasting[0].last is None:
            return None
        return self.lasting[0].last + _DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one person is told.

    Attributes:
        person: Who asked.
        at: The controller's date.
        missing: What the policy does not say and art. 15 asks for: article → words.
        missing_of: Article → the purposes or recipients of which it is not said; none where it is about all.
    """

    policy: Policy
    person: Record = field(repr=False)
    at: date
    items: tuple[Item, ...]
    missing: Mapping[str, str] = field(default_factory=dict)
    missing_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """The purposes that hold something, in the policy's order."""
        return _purposes(self.policy, self.items)


def _purposes(policy: Policy, items: Sequence[Item]) -> tuple[Purpose, ...]:
    there = {one.purpose.id for item in items for one in item.lasting}
    return tuple(purpose for purpose in policy.purposes.values() if purpose.id in there)


def document(answer: Answer) -> dict[str, Any]:
    """Return the stable JSON form, complete by art. 15(1)(a) to (h) and 15(2)."""
    policy, told = answer.policy, answer.policy.told
    return {
        "holdord_access": 1,
        "at": answer.at.isoformat(),
        "person": {"class": answer.person.record_class, "key": [_plain(part) for part in answer.person.key]},
        "items": item_documents(answer.items),
        **grounds_document(policy, answer.items),
        "rights": list(rights_of({one.basis for one in answer.purposes})),
        **said(policy, "decisions", told.decisions),
        "missing": [
            {"article": article, "text": text, "of": list(answer.missing_of.get(article, ()))}
            for article, text in answer.missing.items()
        ],
    }


def grounds_document(policy: Policy, items: Sequence[Item]) -> dict[str, Any]:
    """Return why data are held, by whom, from and for whom, and where to complain (art. 12(4), 15(1))."""
    told, country = policy.told, COUNTRIES[policy.controller.country]
    purposes = _purposes(policy, items)
    recipients = {name: policy.recipients[name] for one in purposes for name in one.recipients}
    sources = {name: policy.sources[name] for one in purposes for name in one.sources}
    officer = told.officer and {"name": told.officer.name, "email": told.officer.email, "phone": told.officer.phone}
    return {
        "language": told.language,
        "controller": {
            "name": policy.controller.name,
            "country": policy.controller.country,
            "register_number": policy.controller.register_number,
            **told.contact,
        },
        "officer": officer,
        "requests": requests_document(policy),
        "purposes": [{**_purpose_document(policy, one)} for one in purposes],
        "recipients": [
            {
                "id": name,
                **said(policy, "name", one.says),
                "role": one.role,
                "country": one.country,
                "safeguard": one.safeguard,
            }
            for name, one in recipients.items()
        ],
        "sources": [
            {"id": name, **said(policy, "name", one.says), "public": one.public} for name, one in sources.items()
        ],
        "authority": {"name": country.authority, "web": country.web},
        "categories": categories_document(policy, (value.category for item in items for value in item.values)),
        "clocks": clocks_document(policy),
    }


@remembered
def _purpose_document(policy: Policy, one: Purpose) -> dict[str, Any]:
    """Return what a policy says of a purpose: the same in every answer."""
    return {
        "id": one.id,
        **said(policy, "for", one.label),
        "basis": one.basis,
        "article": BASES[one.basis][0],
        "law": str(one.law),
        "law_by": by(policy, one.law) if one.law else None,
        **said(policy, "interest", one.interest),
        "recipients": list(one.recipients),
        "sources": list(one.sources),
        "limits": [str(limit) for limit in one.limits],
        "keeps": [limit_document(policy, limit) for limit in one.limits],
        "ends_on_request": one.ends_on_request,
        "promises": promises_document(policy, one),
    }


def item_documents(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return the stable JSON form of items. Records are numbered: a key may be somebody else's address."""
    numbers: dict[tuple[str, Key], int] = {}
    return [_document(item, numbers.setdefault((item.table, item.key), len(numbers) + 1)) for item in items]


def _document(item: Item, record: int) -> dict[str, Any]:
    return {
        "class": item.record_class,
        "table": item.table,
        "record": record,
        "data": [
            {
                "name": one.name,
                "category": one.category,
                "value": None if item.shared or one.category == _NEVER_SHOWN else _plain(one.value),
                "withheld": item.shared or one.category == _NEVER_SHOWN,
                "afterwards": one.afterwards,
                "clock": one.clock,
                "day": None if item.shared or one.day is None else one.day.isoformat(),
            }
            for one in item.values
        ],
        "purposes": [
            {
                "id": one.purpose.id,
                "until": one.last.isoformat() if one.last else None,
                "waits_for": str(one.waits) if one.waits else None,
                "limit": one.purpose.limits.index(one.waits) if one.waits else None,
            }
            for one in item.lasting
        ],
        "legal_hold": item.held,
        "shared": item.shared,
        "also_others": item.also_others,
        "bare": item.bare,
        "goes": item.goes.isoformat() if item.goes else None,
        "due": not item.lasting and not item.held and not item.bare,
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, str | int | float | bool | dict | list) or value is None:
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
