"""What policy.yaml may say: the grammar as models, from which the published JSON Schema is made.

    holdord: 1
    controller: {name: Clienti A/S, country: DK, register_number: "33782799", financial_year_ends: 12-31}
    notices: {da: notice.da.md}
    purposes:
      bookkeeping:
        for: Keeping accounting material as the law demands
        basis: legal_obligation
        law: DK bogføringsloven § 12
        works_on: [invoice, {correspondence: {accounting: true}}]
        needs: [invoice.*, correspondence.*, person.contact.name]
        keep: {from: voucher_date, at_least: 5 years, counted_from: financial_year_end, open_ended: until it is dated}
    holds:
      H-1: {reason: disputed invoice, owner: general manager, scope: {person: 2}, since: 2026-01-01, review: 2027-01-01}
    promises:
      CI-20:
        says: {da: Aftaler og korrespondance gemmer vi i fem år., en: We keep agreements and letters for five years.}
        section: storage
        kept_by: software
        parts: {storage: {keep: [bookkeeping]}, archive: {unwired: seen by accounts only}}

What may stay as numbers when the data go stands below ``figures`` (``holdord.policy.figure``):

    figures:
      orders_by_month:
        says: {en: How many orders a month, by what became of them}
        counts: order
        each: month
        from: ordered
        by: [status, contact.address]
        sums: [financial.invoice]
        at_least: 10
        wait: 1 month

The rules behind the words stand in ``docs/decisions/0001-the-grammar-of-a-policy.md``. ``holdord.policy.load`` turns
this into the model. JSON Schema: ``docs/policy.schema.json``, also printed by ``holdord schema policy``.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from holdord.policy.figure import LEAST, USUAL, Each
from holdord.policy.part import PartText
from holdord.policy.terms import Afterwards, Basis, Demand, Keeper, Language, Letter, Role, Safeguard, Section, Special
from holdord.policy.texts import ClockText, Dotted, Key, Name, NeedText, Nothing, Strict, Text, Words, listed, said


class OfficerText(Strict):
    """The data protection officer (GDPR art. 37) and how to reach them (art. 13(1)(b))."""

    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class ControllerText(Strict):
    """Who decides why and how data are processed (GDPR art. 4(7)).

    ``approvers`` are the roles or people who may say yes to what a promise with ``approval`` lets go.
    """

    name: Text
    country: Literal["NO", "DK", "SE"]
    register_number: Text | None = None
    financial_year_ends: Text = "12-31"
    time_zone: Text | None = None
    contact: dict[Literal["address", "email", "phone", "web"], Text] = Field(default_factory=dict)
    officer: OfficerText | Nothing | None = None
    approvers: list[Text] = Field(default_factory=list)


class CategoryText(Strict):
    """A category of the policy's own, or what is done to a built-in one afterwards."""

    label: Words | None = None
    iri: Text | None = None
    after: Afterwards = "erase"


class ComparisonText(Strict):
    """A comparison other than equality: ``{is_not: void}``, ``{below: 100}``, ``{above: 18}``."""

    is_not: str | int | bool | date | None = Field(default=None)
    below: int | date | None = None
    above: int | date | None = None


Constant = str | int | bool | date | None
ConditionText = ComparisonText | list[str | int | date] | Constant
WorksText = str | dict[Name, dict[ClockText, ConditionText]]


class LatestText(Strict):
    """Several clocks of which the latest counts; one of the row's own is never null."""

    latest_of: Annotated[list[ClockText], Field(min_length=1)]


class ClockSaidText(Strict):
    """A name for the latest of several clocks (``last_contact``), and what people are told instead of a clock's name.

    ``says`` is worded as a day: "the day of our last contact".
    """

    latest_of: list[ClockText] = Field(default_factory=list)
    says: Words | None = None


class LimitText(Strict):
    """A clock and a duration: ``at_most`` is a promise, ``at_least`` a law's duty."""

    start: ClockText | LatestText = Field(alias="from")
    at_most: Text | None = None
    at_least: Text | None = None
    counted_from: Literal["financial_year_end", "calendar_year_of_financial_year_end"] | None = None
    within: Text | None = None
    open_ended: Words | None = None


class PurposeText(Strict):
    """Why data are processed, which data, and how long they are held for it."""

    label: Words = Field(alias="for")
    basis: Basis
    law: Words | None = None
    interest: Words | None = None
    groups: list[Name] = Field(default_factory=list)
    works_on: Annotated[list[WorksText], BeforeValidator(listed), Field(min_length=1)]
    needs: Annotated[list[NeedText], Field(min_length=1)]
    keep: Annotated[list[LimitText], BeforeValidator(listed), Field(min_length=1)]
    ends_on: Literal["request"] | None = None
    recipients: list[Name] = Field(default_factory=list)
    sources: list[Name] = Field(default_factory=list)


ScopeText = Annotated[dict[Name, int | str | list[int | str]], Field(min_length=1, max_length=1)]


class HoldText(Strict):
    """A legal hold over persons or records (GDPR art. 17(3)(e)).

    ``scope`` names one, ``{person: 2}``, or several, of one class or more: ``[{person: 2}, {invoice: 71}]``. A list in
    the place of a key is one key of several columns.
    """

    reason: Text
    owner: Text
    scope: Annotated[
        list[ScopeText],
        BeforeValidator(listed, json_schema_input_type=ScopeText | list[ScopeText]),
        Field(min_length=1),
    ]
    since: date
    until: date | None = None
    review: date | None = None


class FigureText(Strict):
    """Figures that stay when the data go: counts and sums of groups of people, for periods that are over.

    ``counts`` is a record class, ``from`` a clock of its own records. ``by`` tells groups apart by conditions of the
    class and by categories of data, as coarse as the data map's ``generalise`` makes them; ``sums`` are categories of
    numbers. A group has at least ``at_least`` people; ``wait`` is for entries that come late.
    """

    says: Words
    counts: Name
    each: Each
    start: Name = Field(alias="from")
    by: list[ClockText] = Field(default_factory=list)
    sums: list[Dotted] = Field(default_factory=list)
    at_least: Annotated[int, Field(ge=LEAST, le=1_000_000)] = USUAL
    wait: Text | None = None


class QuoteText(Strict):
    """A sentence of a notice, by language, section and exact words."""

    lang: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    section: Text
    quote: Text


class PromiseText(Strict):
    """One statement of the policy, tied to the sentences of the notice that make it.

    ``section`` is where a written notice says it word for word; ``notice`` quotes a notice that somebody else wrote.
    ``told_by`` names the section that says it in the writer's own words, such as the rights. With none of these, the
    notice says it by what it tells of the purposes that keep it. With ``approval`` what its purposes let go waits until
    one or two of the ``approvers`` (the promise's own, or else the controller's) have said yes.
    """

    says: Words
    kept_by: Keeper
    parts: Annotated[dict[Name, PartText], Field(min_length=1)]
    section: Section | None = None
    told_by: Section | None = None
    notice: list[QuoteText] = Field(default_factory=list)
    approval: Literal[1, 2] | None = None
    approvers: list[Text] = Field(default_factory=list)


class SaidText(Strict):
    """A described group of data subjects."""

    says: Words
    web: Text | None = None


class SourceText(SaidText):
    """Where data come from; the source named ``person`` is the person."""

    public: bool = False


class RecipientText(SaidText):
    """Who gets data; a country is one outside the EEA, and the safeguard what the transfer rests on."""

    role: Role | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    safeguard: Safeguard | None = None


class RequestsText(Strict):
    """Where people turn to use their rights, and how soon they are answered; without a time, within the law's month.

    An address without a language is the same in all.
    """

    to: Words
    within: Text | None = None


class CookieText(Strict):
    """A cookie: what for, who sets it, and how long it lasts (``session``: until the browser is closed).

    A name in ``set_by`` without a language is the same in all.
    """

    label: Words = Field(alias="for")
    set_by: Words
    lasts: Text


class RequirementText(Strict):
    """Data that a law or a contract demands, and what happens when they are not given (GDPR art. 13(2)(e)).

    ``needs`` names categories of the built-in vocabulary, or groups of them: ``[contact.name, financial]``.
    """

    demand: Demand
    needs: Annotated[list[Text], Field(min_length=1)]
    otherwise: Words


_described = BeforeValidator(said)


class PolicyText(Strict):
    """A policy of holdord.

    ``draft: true`` marks one that nobody has read line by line yet: everything works but ``keep``. ``recipients``,
    ``cookies``, ``sensitive``, ``decisions``, ``requirements`` and ``controller.officer`` can be the word ``none``.
    """

    holdord: Literal[1]
    draft: bool = False
    language: Language = "en"
    version: date | None = None
    controller: ControllerText
    notices: dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")], Text] = Field(default_factory=dict)
    categories: dict[Dotted, CategoryText] = Field(default_factory=dict)
    groups: dict[Name, Annotated[SaidText, _described]] = Field(default_factory=dict)
    recipients: dict[Name, Annotated[RecipientText, _described]] | Nothing = Field(default_factory=dict)
    sources: dict[Name, Annotated[SourceText, _described]] = Field(default_factory=dict)
    clocks: dict[ClockText, ClockSaidText] = Field(default_factory=dict)
    purposes: Annotated[dict[Name, PurposeText], Field(min_length=1)]
    requests: RequestsText | None = None
    security: list[Words] = Field(default_factory=list)
    cookies: dict[Text, CookieText] | Nothing = Field(default_factory=dict)
    sensitive: dict[Special, Letter] | Nothing = Field(default_factory=dict)
    decisions: Words | Nothing | None = None
    requirements: list[RequirementText] | Nothing = Field(default_factory=list)
    changes: Words | None = None
    holds: dict[Key, HoldText] = Field(default_factory=dict)
    figures: dict[Name, FigureText] = Field(default_factory=dict)
    promises: Annotated[dict[Key, PromiseText], Field(min_length=1)]
