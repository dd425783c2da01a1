"""The policy as holdord works with it: immutable, every name resolved, every duration a calendar duration.

Built by ``holdord.policy.load`` alone; what the YAML file may say stands in ``holdord.policy.grammar``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from holdord.document import Document, Path
from holdord.errors import Problem
from holdord.policy.calendar import FinancialYear
from holdord.policy.figure import Figure
from holdord.policy.part import Review, Right, Task
from holdord.policy.purpose import Limit, Purpose
from holdord.policy.terms import Category, Keeper, Section
from holdord.policy.told import Recipient, Said, Source, Told


@dataclass(frozen=True, kw_only=True, slots=True)
class Controller:
    """Who decides why and how data are processed (GDPR art. 4(7)).

    Attributes:
        register_number: In the country's register of businesses; empty where the policy names none.
        zone: Dates of storage durations are dates in this time zone.
        year: The financial year, for duties that count from its end.
    """

    name: str
    country: str
    register_number: str = ""
    zone: ZoneInfo
    year: FinancialYear


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record, by its key.

    Attributes:
        record_class: ``person`` or another class of the data map.
        key: The row's primary key, in the data map's order; never a name or an address.
    """

    record_class: str
    key: tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A legal hold: data that a claim, a dispute or a debt needs (GDPR art. 17(3)(e)).

    Attributes:
        records: What it is over.
        since: The day from which somebody needs the data, for people to read; the hold stands as soon as it is written.
        until: Last day, or None.
        review: When someone must look at it again, or None; a date or an end is always there.
        as_it_stands: Whether the data may not be corrected either, since they are evidence.
    """

    id: str
    reason: str
    owner: str
    records: tuple[Record, ...]
    since: date
    until: date | None
    review: date | None
    as_it_stands: bool = True

    def active(self, at: date) -> bool:
        """Tell whether the hold stands on ``at``, its last day included.

        A day of beginning that lies ahead is no leave to erase until then: it would be gone when it is needed.
        """
        return self.until is None or at <= self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """A purpose that is over for somebody: they objected (GDPR art. 21), withdrew (7(3)) or asked for erasure (17).

    Attributes:
        purpose: Its id.
        person: Whose own record.
        rows: Table → keys of the rows on which it is over, where a consent that was given ended and a new one may
            come; None where it is over on whatever is theirs, until they take their objection back.
    """

    purpose: str
    person: Record = field(repr=False)
    rows: Mapping[str, tuple[tuple[str | int, ...], ...]] | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A sentence of a notice that makes a promise."""

    language: str
    section: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a promise.

    Attributes:
        name: Such as ``storage``.
        purposes: The purposes whose limits keep it; empty where something else does.
        holds: Whether legal holds keep it.
        figures: The figures by which it is kept.
        requests: What people ask for, where answering it in time keeps the part.
        portal: Rights that people ask for by themselves, and purposes of which they see what is held.
        review: Whose data are looked at again and how often, or None.
        task: What a person must do and prove, or None.
        told: Whether the notice keeps it by saying it.
        unwired: What will keep it once it is built; empty where something does.
    """

    name: str
    purposes: tuple[str, ...] = ()
    holds: bool = False
    figures: tuple[str, ...] = ()
    requests: tuple[Right, ...] = ()
    portal: tuple[str, ...] = ()
    review: Review | None = None
    task: Task | None = None
    told: bool = False
    unwired: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A statement of the policy, tied to the sentences of the notice that make it.

    Attributes:
        section: Where a written notice says it word for word.
        told_by: The section that says it in the writer's own words. Where both are None, the quotes say it, or the
            purposes that keep it.
        approval: How many of the approvers must say yes before what its purposes let go is touched.
        approvers: Who may, as the policy writes them; the controller's where the promise names none.
    """

    id: str
    says: Said
    kept_by: Keeper
    parts: tuple[Part, ...]
    notice: tuple[Quote, ...]
    section: Section | None = None
    told_by: Section | None = None
    approval: int = 0
    approvers: tuple[str, ...] = ()

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes that keep it, whatever the part."""
        return tuple(dict.fromkeys(purpose for part in self.parts for purpose in part.purposes))


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that a person should decide or know; a broken promise is one, an exception is not.

    Attributes:
        code: A stable word for programs.
        severity: ``stop`` (nothing of ``table`` is touched until someone decides) or ``warning``.
        table: The table it is about; empty for the policy as a whole.
        text: What it is and what to do.
    """

    code: str
    severity: Literal["stop", "warning"]
    text: str
    table: str = ""
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class Policy:
    """What the company promises. Immutable; loads whole or not at all.

    Attributes:
        digest: SHA-256 of the file's bytes, hexadecimal.
        draft: Whether nobody has read it line by line yet: nothing is erased by it.
        document: Where everything stands in the file.
        notices: Language → file name.
        categories: All that are known; the label of one that the policy has words for is a ``Said``.
        clocks: Clock as limits name it → what people are told instead of its name.
        figures: What may stay as numbers when the data go.
        over: What people ended, which is no part of the file (``holdord.run.requests.limited``).
        findings: What the policy alone already shows.
    """

    file: str
    digest: str
    draft: bool
    controller: Controller
    notices: dict[str, str]
    categories: dict[str, Category]
    groups: dict[str, Said]
    recipients: dict[str, Recipient]
    sources: dict[str, Source]
    clocks: dict[str, Said]
    told: Told
    purposes: dict[str, Purpose]
    holds: tuple[Hold, ...]
    promises: dict[str, Promise]
    document: Document = field(compare=False)
    findings: tuple[Finding, ...] = field(default=())
    figures: dict[str, Figure] = field(default_factory=dict)
    over: tuple[Over, ...] = ()

    def __repr__(self) -> str:
        return f"Policy({self.file!r}, digest {self.digest[:12]})"

    def problem(self, path: Path, what: str, remedy: str = "") -> Problem:
        """Return a problem at ``path``, with the file's line and column."""
        return self.document.problem(path, what, remedy)

    def promises_of(self, purpose: str) -> tuple[str, ...]:
        """Return the promises that ``purpose`` keeps, those that name the fewest purposes first."""

        def breadth(promise: Promise) -> int:
            return min(len(part.purposes) for part in promise.parts if purpose in part.purposes)

        kept = [
            promise for promise in self.promises.values() if any(purpose in part.purposes for part in promise.parts)
        ]
        return tuple(promise.id for promise in sorted(kept, key=breadth))

    def limits(self) -> Iterator[tuple[Purpose, Limit]]:
        """Yield every limit with its purpose, in the file's order."""
        for purpose in self.purposes.values():
            for limit in purpose.limits:
                yield purpose, limit
