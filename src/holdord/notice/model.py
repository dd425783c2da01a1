"""What a notice is made of, as the reader sees it: segments with their place, kinds, durations, facts.

Offsets count characters of the notice's plain text, ``start`` included and ``end`` not. The kinds of a segment are the
21 of the reading guide: what the sentence tells people, several at a time where it tells several things.
"""

from dataclasses import dataclass
from typing import Any, Literal

from holdord.policy.terms import Language

Kind = Literal[
    "controller", "contact", "data_category", "data_subject", "source", "purpose", "legal_basis", "retention",
    "recipient", "transfer", "right", "deadline", "consent", "cookie", "security", "profiling", "authority", "change",
    "processor_role", "sensitive", "definition_or_filler",
]  # fmt: skip
"""``definition_or_filler`` stands alone: headings, introductions, definitions, links to other parties' notices."""

Role = Literal["heading", "lead_in", "item", "sentence"]
"""A lead-in ends in a colon, or is a table's header, and introduces the items below it; an item is a list item, a table
row, or a line (of an address, a link) right below a lead-in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A sentence, list item or heading.

    Attributes:
        text: Its words, white space collapsed to single blanks; ``plain[start:end]`` with its line breaks.
        headings: Numbers of the headings that it stands below, outermost first.
        lead_in: Number of the lead-in that it is an item of, or None.
        block: Number of the paragraph, item or heading that it is part of.
    """

    start: int
    end: int
    text: str
    role: Role
    block: int
    headings: tuple[int, ...] = ()
    lead_in: int | None = None


Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
Action = Literal[
    "keep", "keep_min", "keep_max", "delete", "anonymise", "respond", "review", "review_or_delete", "cookie_expiry",
    "notify", "other_limit",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Duration:
    """A stated time: how long something is kept, or how soon something is done.

    Attributes:
        value: The number; "3 years and 6 months" is 3.5 years.
        trigger: The words that say from when it counts, or None where the notice does not say.
        data: The words that say what it is about, or "".
        law: The act that asks for it, as named, or "".
        segment: Number of the segment that says it.
    """

    value: float
    unit: Unit
    trigger: str | None
    action: Action
    data: str
    law: str
    start: int
    end: int
    segment: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that a segment says in words that a program can use.

    Attributes:
        what: ``basis``, ``law``, ``category``, ``group``, ``recipient``, ``source``, ``right``, ``cookie``,
            ``measure``, ``authority``, ``email``, ``phone``, ``web``, ``address``, ``register_number``,
            ``version_date``, ``vague``, …
        value: The settled form: ``6(1)(f)``, ``contact.email``, ``erasure``, ``2024-02-01``; the words where there is
            none.
    """

    what: str
    value: str
    start: int
    end: int
    segment: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What is missing, contradicts itself, is unknown to the law, or cannot be kept as it stands.

    Attributes:
        code: A short stable name.
        article: The rule that it offends, such as ``GDPR art. 13(2)(a)``.
        text: What is wrong and why.
        proposal: A sentence, in the notice's language, that would mend it, or "".
        start: Where the words stand, or None where something is missing.
    """

    code: str
    severity: Literal["error", "warning", "hint"]
    article: str
    text: str
    proposal: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A notice as read.

    Attributes:
        plain: The text that offsets speak of.
        segments: In the order of the text.
        kinds: For each segment, its kinds.
        art13: Item → given (True), missing (False), or not applicable (None).
    """

    plain: str
    language: Language
    controller: str
    version_date: str
    segments: tuple[Segment, ...]
    kinds: tuple[frozenset[Kind], ...]
    durations: tuple[Duration, ...] = ()
    facts: tuple[Fact, ...] = ()
    art13: dict[str, bool | None] | None = None
    findings: tuple[Finding, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        return {
            "language": self.language,
            "controller": self.controller or None,
            "version_date": self.version_date or None,
            "sentences": [
                {
                    "start": segment.start,
                    "end": segment.end,
                    "sentence": segment.text,
                    "kinds": sorted(kinds),
                    "role": segment.role,
                    "facts": [
                        {"what": fact.what, "value": fact.value, "start": fact.start, "end": fact.end}
                        for fact in self.facts
                        if fact.segment == number
                    ],
                }
                for number, (segment, kinds) in enumerate(zip(self.segments, self.kinds, strict=True))
            ],
            "durations": [
                {
                    "value": duration.value,
                    "unit": duration.unit,
                    "trigger": duration.trigger,
                    "action": duration.action,
                    "data": duration.data,
                    "law": duration.law or None,
                    "start": duration.start,
                    "end": duration.end,
                }
                for duration in self.durations
            ],
            "art13": self.art13 or {},
            "findings": [
                {
                    "code": finding.code,
                    "severity": finding.severity,
                    "article": finding.article,
                    "text": finding.text,
                    "proposal": finding.proposal or None,
                    "start": finding.start,
                    "end": finding.end,
                }
                for finding in self.findings
            ],
        }
