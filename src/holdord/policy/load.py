"""Loads policy.yaml: whole, or not at all with every mistake named by file, line, column and remedy.

Refused: unknown keys and terms, missing or impossible durations, contradictory limits, a purpose on nothing, parts
without a keeper, dangling names, notices outside the policy's folder or without the quoted sentence. Found, not refused
(``Policy.findings``): a purpose that can stay open for ever without saying why, and a law's duty that outlasts the
notice's promise for the same records (the law holds them; the notice should say so).
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holdord.document import Document, Path, read, validate
from holdord.errors import InputError, PolicyError, Problem
from holdord.policy.calendar import FinancialYear
from holdord.policy.duration import Duration
from holdord.policy.findings import findings
from holdord.policy.grammar import ComparisonText, LatestText, LimitText, PolicyText, PurposeText
from holdord.policy.model import (
    Clock,
    Condition,
    Controller,
    Hold,
    Limit,
    Need,
    Operator,
    Part,
    Policy,
    Promise,
    Purpose,
    Quote,
    Works,
)
from holdord.policy.quotes import missing_quotes, wrong_name
from holdord.policy.terms import CATEGORIES, COUNTRIES, Category

Value = TypeVar("Value")


def load(text: str | bytes, *, file: str = "policy.yaml", notices: Mapping[str, str] | None = None) -> Policy:
    """Return the policy written in ``text``.

    Args:
        text: The YAML file's content.
        file: Its name, for messages.
        notices: Language → text of the notice, to check the quotes against; None leaves them unchecked.

    Raises:
        PolicyError: When anything in it is wrong; nothing was loaded.
    """
    try:
        document = read(text, file)
        written = validate(document, PolicyText)
    except InputError as error:
        raise PolicyError(error.problems) from error
    loader = _Loader(document, written)
    raw = text.encode() if isinstance(text, str) else text
    policy = loader.policy(hashlib.sha256(raw).hexdigest())
    if loader.problems:
        raise PolicyError(loader.problems)
    if notices is not None:
        check_quotes(policy, notices)
    return policy


def check_quotes(policy: Policy, notices: Mapping[str, str]) -> None:
    """Check that the notices say what the policy quotes.

    Args:
        policy: A loaded policy.
        notices: Language → text.

    Raises:
        PolicyError: Where a section or a sentence is not there.
    """
    problems = missing_quotes(policy, policy.document, notices)
    if problems:
        raise PolicyError(problems)


class _Loader:
    """Resolves names and durations, and collects what is wrong."""

    def __init__(self, document: Document, written: PolicyText) -> None:
        self.document = document
        self.written = written
        self.problems: list[Problem] = []

    def wrong(self, path: Path, what: str, remedy: str = "") -> None:
        self.problems.append(self.document.problem(path, what, remedy))

    def attempt(self, path: Path, make: Callable[[], Value], fallback: Value) -> Value:
        """Return ``make()``, or note its ValueError at ``path`` and return ``fallback``."""
        try:
            return make()
        except ValueError as error:
            self.wrong(path, str(error))
            return fallback

    def policy(self, digest: str) -> Policy:
        controller = self.controller()
        for language, name in self.written.notices.items():
            if wrong := wrong_name(name):
                self.wrong(("notices", language), *wrong)
        categories = self.categories()
        purposes = {name: self.purpose(name, text, controller) for name, text in self.written.purposes.items()}
        self.check_needs(purposes, categories)
        policy = Policy(
            file=self.document.file,
            document=self.document,
            digest=digest,
            controller=controller,
            notices=dict(self.written.notices),
            categories=categories,
            groups={name: said.says for name, said in self.written.groups.items()},
            recipients={name: said.says for name, said in self.written.recipients.items()},
            sources={name: said.says for name, said in self.written.sources.items()},
            purposes=purposes,
            holds=self.holds(),
            promises=self.promises(purposes),
        )
        for name in purposes:
            if not self.problems and not policy.promises_of(name):
                self.wrong(
                    ("purposes", name), "No promise is kept by this purpose.", "Name it below a promise's parts."
                )
        return Policy(**{**policy.__dict__, "findings": findings(policy)}) if not self.problems else policy

    def controller(self) -> Controller:
        text = self.written.controller
        zone, authority = COUNTRIES[text.country]
        chosen = text.time_zone or zone
        try:
            place = ZoneInfo(chosen)
        except (ZoneInfoNotFoundError, ValueError):
            self.wrong(("controller", "time_zone"), f"{chosen!r} is no time zone.", f"Such as {zone!r}.")
            place = ZoneInfo(zone)
        year = self.attempt(
            ("controller", "financial_year_ends"),
            lambda: FinancialYear.parse(text.financial_year_ends),
            FinancialYear(month=12, day=31),
        )
        return Controller(
            name=text.name,
            country=text.country,
            register_number=text.register_number or "",
            zone=place,
            year=year,
            authority=authority,
        )

    def categories(self) -> dict[str, Category]:
        known = dict(CATEGORIES)
        for name, text in self.written.categories.items():
            base = known.get(name)
            known[name] = Category(
                name=name,
                iri=text.iri or (base.iri if base else ""),
                label=text.label or (base.label if base else name.replace("_", " ").replace(".", ": ")),
                afterwards=text.after,
            )
        return known

    def purpose(self, name: str, text: PurposeText, controller: Controller) -> Purpose:
        path: Path = ("purposes", name)
        for kind, names, known in (
            ("groups", text.groups, self.written.groups),
            ("recipients", text.recipients, self.written.recipients),
            ("sources", text.sources, self.written.sources),
        ):
            for index, entry in enumerate(names):
                if entry not in known:
                    self.wrong((*path, kind, index), f"{entry!r} is not described.", f"Describe it below '{kind}:'.")
        limits = tuple(self.limit(index, limit, path, controller) for index, limit in enumerate(text.keep))
        self.check_limits(path, limits, text)
        return Purpose(
            id=name,
            label=text.label,
            basis=text.basis,
            law=text.law or "",
            works_on=tuple(
                work for index, entry in enumerate(text.works_on) for work in self.works(path, index, entry)
            ),
            needs=tuple(_need(entry) for entry in text.needs),
            limits=limits,
            open_ended="; ".join(limit.open_ended for limit in text.keep if limit.open_ended),
            ends_on_request=text.ends_on == "request",
            groups=tuple(text.groups),
            recipients=tuple(text.recipients),
            sources=tuple(text.sources),
        )

    def works(self, path: Path, index: int, entry: Any) -> list[Works]:
        if isinstance(entry, str):
            return [Works(record_class=entry)]
        works = []
        for record_class, conditions in entry.items():
            where = (*path, "works_on", index, record_class)
            made = [self.condition((*where, name), name, value) for name, value in conditions.items()]
            works.append(Works(record_class=record_class, conditions=tuple(made)))
        if not works:
            self.wrong((*path, "works_on", index), "No record class stands here.", "Name one, such as 'invoice'.")
        return works

    def condition(self, path: Path, name: str, value: Any) -> Condition:
        record_class, _, field = name.rpartition(".")
        operator: Operator = "is"
        values: tuple[Any, ...] = (value,)
        if isinstance(value, ComparisonText):
            given = list(value.model_fields_set)
            if len(given) != 1:
                self.wrong(path, "A comparison has exactly one of is_not, below, above.")
                given = ["is_not"]
            operator = {"is_not": "is_not", "below": "below", "above": "above"}[given[0]]  # type: ignore[assignment]
            values = (getattr(value, given[0]),)
            if operator != "is_not" and values[0] is None:
                self.wrong(path, "Nothing is below or above null.", "Give a number or a date.")
        elif isinstance(value, list):
            operator, values = "in", tuple(value)
            if not values:
                self.wrong(path, "An empty list is met by nothing.", "Name the values, or remove the condition.")
        return Condition(record_class=record_class, name=field, operator=operator, values=values)

    def limit(self, index: int, text: LimitText, path: Path, controller: Controller) -> Limit:
        where: Path = (*path, "keep") if (*path, "keep", 0) not in self.document.places else (*path, "keep", index)
        nothing = Duration(months=0, days=0)
        if (text.at_most is None) == (text.at_least is None):
            self.wrong(
                where,
                "Every kind of data has a number: exactly one of at_most and at_least must stand here.",
                "Add 'at_most: 24 months' (a promise) or 'at_least: 5 years' (a law's duty).",
            )
        kind, said = ("at_most", text.at_most) if text.at_most is not None else ("at_least", text.at_least)
        duration = self.attempt((*where, kind), lambda: Duration.parse(said or "0 days"), nothing)
        grace = _and_a_day(duration)
        within = grace
        if text.within is not None:
            within = self.attempt((*where, "within"), lambda: Duration.parse(text.within or ""), grace)
            if duration.longer_than(within):
                self.wrong((*where, "within"), f"'within' ({within}) ends before the duration ({duration}) does.")
        latest = isinstance(text.start, LatestText)
        names = text.start.latest_of if isinstance(text.start, LatestText) else [text.start]
        return Limit(
            clocks=tuple(Clock(record_class=name.rpartition(".")[0], name=name.rpartition(".")[2]) for name in names),
            latest=latest,
            duration=duration,
            kind=kind,  # type: ignore[arg-type]
            year=controller.year if text.counted_from else None,
            within=within,
            where=".".join(str(part) for part in where),
        )

    def check_limits(self, path: Path, limits: tuple[Limit, ...], text: PurposeText) -> None:
        for duty in limits:
            for bound in limits:
                opposed = (duty.kind, bound.kind) == ("at_least", "at_most") and duty.clocks == bound.clocks
                if opposed and duty.duration.longer_than(bound.duration):
                    self.wrong(
                        (*path, "keep"),
                        f"These limits contradict each other: at least {duty.duration}, at most {bound.duration}.",
                        "A duty of the law and a promise of the notice are two purposes.",
                    )
        if any(limit.kind == "at_least" for limit in limits) and text.law is None:
            self.wrong(path, "A duty (at_least) needs the law that it rests on.", "Add 'law:'.")
        if text.basis == "legal_obligation" and text.law is None:
            self.wrong(path, "The basis legal_obligation needs its law (GDPR art. 6(3)).", "Add 'law:'.")

    def check_needs(self, purposes: Mapping[str, Purpose], categories: Mapping[str, Category]) -> None:
        groups = {name.partition(".")[0] for name in categories}
        for name, purpose in purposes.items():
            for index, need in enumerate(purpose.needs):
                known = need.category == "*" or need.category in categories or need.category in groups
                if not known:
                    self.wrong(
                        ("purposes", name, "needs", index),
                        f"The category {need.category!r} is unknown.",
                        f"Add it below 'categories:', or use one of these groups: {', '.join(sorted(groups))}.",
                    )

    def holds(self) -> tuple[Hold, ...]:
        made = []
        for name, text in self.written.holds.items():
            path: Path = ("holds", name)
            if text.until is None and text.review is None:
                self.wrong(path, "A hold needs an end or a review date.", "Add 'until:' or 'review:'.")
            if text.until is not None and text.until < text.since:
                self.wrong((*path, "until"), "The hold ends before it begins.")
            ((record_class, key),) = text.scope.items()
            made.append(
                Hold(
                    id=name,
                    reason=text.reason,
                    owner=text.owner,
                    record_class=record_class,
                    key=tuple(key) if isinstance(key, list) else (key,),
                    since=text.since,
                    until=text.until,
                    review=text.review,
                )
            )
        return tuple(made)

    def promises(self, purposes: Mapping[str, Purpose]) -> dict[str, Promise]:
        made = {}
        for name, text in self.written.promises.items():
            parts = []
            for part, keeper in text.parts.items():
                path: Path = ("promises", name, "parts", part)
                if len(keeper.model_fields_set) != 1:
                    self.wrong(path, "A part has exactly one keeper: keep, holds or unwired.")
                kept = tuple(purposes) if keeper.keep == "all" else tuple(keeper.keep or ())
                if keeper.keep is not None and not kept:
                    self.wrong((*path, "keep"), "No purpose stands here.", "Name at least one, or 'all'.")
                for purpose in kept:
                    if purpose not in purposes:
                        self.wrong((*path, "keep"), f"{purpose!r} is no purpose.", f"Purposes: {', '.join(purposes)}.")
                parts.append(
                    Part(name=part, purposes=kept, holds=keeper.holds is not None, unwired=keeper.unwired or "")
                )
            quotes = tuple(Quote(language=quote.lang, section=quote.section, text=quote.quote) for quote in text.notice)
            for index, quote in enumerate(quotes):
                if quote.language not in self.written.notices:
                    self.wrong(
                        ("promises", name, "notice", index, "lang"),
                        f"There is no notice in {quote.language!r}.",
                        "Name its file below 'notices:'.",
                    )
            made[name] = Promise(id=name, says=text.says, kept_by=text.kept_by, parts=tuple(parts), notice=quotes)
        return made


def _and_a_day(duration: Duration) -> Duration:
    try:
        return Duration(months=duration.months, days=duration.days + 1, shown_in=duration.shown_in | {"day"})
    except ValueError:
        return duration


def _need(text: str) -> Need:
    parts = text.split(".")
    return Need(record_class=parts[0], category=".".join(part for part in parts[1:] if part != "*") or "*")
