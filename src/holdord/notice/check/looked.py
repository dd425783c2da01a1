"""A notice as the checks look at it: the reading, and where the words of ``lang/check.<language>.toml`` stand in it.

The words are looked up once, for all checks. Nynorsk has its own and bokmål's, for its notices mix them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from holdord.notice.check.codes import CODES, Severity
from holdord.notice.facts.phrases import Hit, Phrases, table, words_of
from holdord.notice.facts.places import in_plain, places
from holdord.notice.model import Fact, Finding, Kind, Reading, Segment
from holdord.policy.terms import Language

_TABLES: dict[Language, tuple[str, ...]] = {
    "nb": ("nb", "nn"), "nn": ("nn", "nb"), "da": ("da",), "sv": ("sv",), "en": ("en",),
}  # fmt: skip
_NOT = re.compile(
    r"\b(?:ikke|ikkje|inte|ingen|inga|inget|intet|aldri|aldrig|ej|uten|utan|uden|not|no|never|none|without|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_OWN_DATA: frozenset[Kind] = frozenset(("data_category", "sensitive", "purpose", "source"))
_LONGEST_QUOTE = 90


@cache
def words(language: Language) -> Phrases:
    """Return the words that are looked for in a language, each below its label."""
    return Phrases([{"": table(f"check.{name}.toml")["words"]} for name in _TABLES[language]])


def spoken(language: Language, label: str) -> list[str]:
    """Return the words below a label, for patterns that need more than a phrase."""
    found: list[str] = []
    for name in _TABLES[language]:
        found += table(f"check.{name}.toml")["words"][label]
    return list(dict.fromkeys(found))


def proposal(language: Language, code: str) -> str:
    """Return the sentence that would mend a finding."""
    said: str = table(f"check.{language}.toml")["proposal"][code]
    return said


def denies(text: str) -> bool:
    """Tell whether a text says of something that it is not."""
    return bool(_NOT.search(text))


@dataclass(frozen=True, slots=True)
class Looked:
    """A reading, and for each of its segments the labels whose words it has."""

    reading: Reading
    hits: tuple[Mapping[str, Sequence[Hit]], ...]

    @classmethod
    def at(cls, reading: Reading) -> "Looked":
        """Look at a reading."""
        finder = words(reading.language)
        found: list[dict[str, list[Hit]]] = []
        for segment in reading.segments:
            labels: dict[str, list[Hit]] = {}
            for hit in finder.find(words_of(segment.text)):
                labels.setdefault(hit.value, []).append(hit)
            found.append(labels)
        return cls(reading, tuple(found))

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments."""
        return self.reading.segments

    def text(self, number: int) -> str:
        """Return the words of a segment."""
        return self.reading.segments[number].text

    def kinds(self, number: int) -> frozenset[Kind]:
        """Return the kinds of a segment."""
        return self.reading.kinds[number]

    def has(self, number: int, *labels: str) -> bool:
        """Tell whether a segment has words of any of the labels."""
        return any(label in self.hits[number] for label in labels)

    def first(self, number: int, label: str) -> Hit:
        """Return the first words of a label in a segment that has some."""
        return self.hits[number][label][0]

    def told(self, *labels: str) -> Iterator[int]:
        """Yield the numbers of the segments, headings left out, that have words of every label."""
        for number, found in enumerate(self.hits):
            if self.segments[number].role != "heading" and all(label in found for label in labels):
                yield number

    def of_kind(self, *kinds: Kind) -> Iterator[int]:
        """Yield the numbers of the segments of any of the kinds, headings left out."""
        wanted = frozenset(kinds)
        for number, own in enumerate(self.reading.kinds):
            if own & wanted and self.segments[number].role != "heading":
                yield number

    def facts(self, *whats: str) -> Iterator[Fact]:
        """Yield the facts of these sorts."""
        return (fact for fact in self.reading.facts if fact.what in whats)

    def denied(self, number: int) -> bool:
        """Tell whether a segment, or the lead-in that it is an item of, says that something is not."""
        lead = self.segments[number].lead_in
        return denies(self.text(number)) or (lead is not None and denies(self.text(lead)))

    def processed(self, label: str) -> Iterator[int]:
        """Yield the numbers of the segments that have words of a label for data which the controller processes."""
        return (number for number in self.told(label) if self.is_processed(number))

    def is_processed(self, number: int) -> bool:
        """Tell whether a segment names data that are processed: not explained, denied, or asked not to be sent."""
        kinds = self.kinds(number)
        own = kinds & _OWN_DATA and "definition_or_filler" not in kinds
        return bool(own) and not self.denied(number) and not self.has(number, "send_us")

    def finding(
        self,
        code: str,
        text: str,
        number: int | None = None,
        span: tuple[int, int] | Hit | Fact | None = None,
        *,
        severity: Severity | None = None,
        article: str = "",
    ) -> Finding:
        """Make a finding.

        Args:
            code: One of :data:`holdord.notice.check.codes.CODES`, which gives severity and article.
            text: What is wrong and why.
            number: The segment where the words stand; None where something is missing.
            span: The words in the segment's text, or a fact; None for the segment as a whole.
            severity: Where it is less grave than usual.
            article: Where a national act says more than the usual rule.
        """
        start = end = None
        if isinstance(span, Fact):
            start, end = span.start, span.end
        elif number is not None:
            segment = self.segments[number]
            first, last = (span.start, span.end) if isinstance(span, Hit) else span or (0, len(segment.text))
            start, end = in_plain(segment, places(segment, self.reading.plain), first, last)
        known = CODES[code]
        return Finding(
            code=code,
            severity=severity or known.severity,
            article=article or known.article,
            text=text,
            proposal=proposal(self.reading.language, code),
            start=start,
            end=end,
        )

    def quoted(self, number: int, span: tuple[int, int] | Hit | None = None) -> str:
        """Return words of a segment in quotation marks, cut where they are many."""
        first, last = (span.start, span.end) if isinstance(span, Hit) else span or (0, len(self.text(number)))
        return quoted(self.text(number)[first:last])


def quoted(text: str) -> str:
    """Return words in quotation marks, cut where they are many."""
    short = " ".join(text.split())
    if len(short) > _LONGEST_QUOTE:
        short = short[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    return f"“{short}”"
