"""Loads the purposes: what each works on and needs, and how long it holds."""

from dataclasses import replace
from typing import Any

from holdord.document import Path
from holdord.policy.calendar import FinancialYear
from holdord.policy.duration import Duration
from holdord.policy.grammar import ComparisonText, LatestText, LimitText, PolicyText, PurposeText
from holdord.policy.load.wrong import Wrong
from holdord.policy.model import Controller
from holdord.policy.purpose import Clock, Condition, Limit, Need, Operator, Purpose, Works

CALENDAR = "calendar_year_of_financial_year_end"


def purposes(written: PolicyText, controller: Controller, wrong: Wrong) -> dict[str, Purpose]:
    """Return the purposes, every name in them resolved."""
    loader = _Purposes(written, controller, wrong)
    return {name: loader.purpose(name, text) for name, text in written.purposes.items()}


class _Purposes:
    def __init__(self, written: PolicyText, controller: Controller, wrong: Wrong) -> None:
        self.written = written
        self.controller = controller
        self.wrong = wrong

    def purpose(self, name: str, text: PurposeText) -> Purpose:
        path: Path = ("purposes", name)
        for kind, names, known in (
            ("groups", text.groups, self.written.groups),
            ("recipients", text.recipients, () if self.written.recipients == "none" else self.written.recipients),
            ("sources", text.sources, self.written.sources),
        ):
            for index, entry in enumerate(names):
                if entry not in known:
                    self.wrong.at((*path, kind, index), f"{entry!r} is not described.", f"Describe it below '{kind}:'.")
        limits = tuple(self.limit(index, limit, path) for index, limit in enumerate(text.keep))
        self.check_limits(path, limits, text)
        if text.interest and text.basis != "legitimate_interest":
            remedy = "Remove it, or write 'basis: legitimate_interest'."
            self.wrong.at((*path, "interest"), "An interest goes with the basis legitimate_interest alone.", remedy)
        return Purpose(
            id=name,
            label=self.wrong.said(text.label),
            basis=text.basis,
            law=self.wrong.said(text.law) if text.law else "",
            interest=self.wrong.said(text.interest) if text.interest else None,
            works_on=tuple(
                work for index, entry in enumerate(text.works_on) for work in self.works(path, index, entry)
            ),
            needs=tuple(_need(entry) for entry in text.needs),
            limits=limits,
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
            self.wrong.at((*path, "works_on", index), "No record class stands here.", "Name one, such as 'invoice'.")
        return works

    def condition(self, path: Path, name: str, value: Any) -> Condition:
        record_class, _, field = name.rpartition(".")
        operator: Operator = "is"
        values: tuple[Any, ...] = (value,)
        if isinstance(value, ComparisonText):
            given = list(value.model_fields_set)
            if len(given) != 1:
                self.wrong.at(path, "A comparison has exactly one of is_not, below, above.")
                given = ["is_not"]
            operator = {"is_not": "is_not", "below": "below", "above": "above"}[given[0]]  # type: ignore[assignment]
            values = (getattr(value, given[0]),)
            if operator != "is_not" and values[0] is None:
                self.wrong.at(path, "Nothing is below or above null.", "Give a number or a date.")
        elif isinstance(value, list):
            operator, values = "in", tuple(value)
            if not values:
                self.wrong.at(path, "An empty list is met by nothing.", "Name the values, or remove the condition.")
        return Condition(record_class=record_class, name=field, operator=operator, values=values)

    def limit(self, index: int, text: LimitText, path: Path) -> Limit:
        alone = (*path, "keep", 0) not in self.wrong.document.places
        where: Path = (*path, "keep") if alone else (*path, "keep", index)
        if (text.at_most is None) == (text.at_least is None):
            self.wrong.at(
                where,
                "Every kind of data has a number: exactly one of at_most and at_least must stand here.",
                "Add 'at_most: 24 months' (a promise) or 'at_least: 5 years' (a law's duty).",
            )
        kind, said = ("at_most", text.at_most) if text.at_most is not None else ("at_least", text.at_least)
        duration = self.duration((*where, kind), said or "0 days", Duration(months=0, days=0))
        grace = _and_a_day(duration)
        within = grace
        if text.within is not None:
            within = self.duration((*where, "within"), text.within, grace)
            if duration.longer_than(within):
                self.wrong.at((*where, "within"), f"'within' ({within}) ends before the duration ({duration}) does.")
        named, names, latest = self.clocks(text, where)
        return Limit(
            clocks=tuple(Clock(record_class=name.rpartition(".")[0], name=name.rpartition(".")[2]) for name in names),
            latest=latest,
            duration=duration,
            kind=kind,  # type: ignore[arg-type]
            year=self.year(text),
            within=within,
            where=".".join(str(part) for part in where),
            named=named,
            open_ended=self.wrong.said(text.open_ended) if text.open_ended else None,
        )

    def year(self, text: LimitText) -> FinancialYear | None:
        """Return the year from whose end a limit counts."""
        if text.counted_from is None:
            return None
        return replace(self.controller.year, calendar=text.counted_from == CALENDAR)

    def duration(self, path: Path, text: str, fallback: Duration) -> Duration:
        return self.wrong.attempt(path, lambda: Duration.parse(text), fallback)

    def clocks(self, text: LimitText, where: Path) -> tuple[tuple[str, ...], list[str], bool]:
        """Return the clocks as written, what they come to, and whether the latest of them counts."""
        latest = isinstance(text.start, LatestText)
        named = tuple(text.start.latest_of) if isinstance(text.start, LatestText) else (text.start,)
        clocks: list[str] = []
        for name in named:
            entry = self.written.clocks.get(name)
            latest = latest or bool(entry and entry.latest_of)
            clocks += entry.latest_of if entry and entry.latest_of else [name]
        return named, clocks, latest

    def check_limits(self, path: Path, limits: tuple[Limit, ...], text: PurposeText) -> None:
        for duty in limits:
            for bound in limits:
                opposed = (duty.kind, bound.kind) == ("at_least", "at_most") and duty.clocks == bound.clocks
                if opposed and duty.duration.longer_than(bound.duration):
                    self.wrong.at(
                        (*path, "keep"),
                        f"These limits contradict each other: at least {duty.duration}, at most {bound.duration}.",
                        "A duty of the law and a promise of the notice are two purposes.",
                    )
        if any(limit.kind == "at_least" for limit in limits) and text.law is None:
            self.wrong.at(path, "A duty (at_least) needs the law that it rests on.", "Add 'law:'.")
        if text.basis == "legal_obligation" and text.law is None:
            self.wrong.at(path, "The basis legal_obligation needs its law (GDPR art. 6(3)).", "Add 'law:'.")


def _and_a_day(duration: Duration) -> Duration:
    try:
        return Duration(months=duration.months, days=duration.days + 1, shown_in=duration.shown_in | {"day"})
    except ValueError:
        return duration


def _need(text: str) -> Need:
    parts = text.split(".")
    return Need(record_class=parts[0], category=".".join(part for part in parts[1:] if part != "*") or "*")
