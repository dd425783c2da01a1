"""A notice as the draft looks at it: its sentences, where they stand, what they tell of, and in which country."""

import dataclasses
import re
from collections.abc import Iterator
from functools import cached_property

from holdord.notice.check.country import country_of
from holdord.notice.check.looked import denies
from holdord.notice.draft.draft import Note
from holdord.notice.draft.places import Places
from holdord.notice.draft.usual import tellings
from holdord.notice.model import Duration, Fact, Kind, Reading
from holdord.policy.terms import COUNTRIES, Language

NAMES = {"NO": "Norway", "DK": "Denmark", "SE": "Sweden"}
_HOME = "NO"
_HOMES: dict[Language, str] = {"da": "DK", "sv": "SE"}
_FINNISH = re.compile(
    r"\bFO-nummer|\bY-tunnus|\bOyj?\b|\+358|\b[\w-]+\.(?:fi|ax)\b|\bFinland\b|\bÅland\b|\bHelsingfors\b|\bDataombudsman"
)
_SPOKEN: dict[str, Language] = {"NO": "nb", "DK": "da", "SE": "sv"}
_FORM = re.compile(r",?\s(?:ASA?|A/S|AB|HB|KB|ApS|IVS|Ltd\.?|Limited|LLC|Inc\.?|GmbH|SL|BV|Oy|ANS|DA|I/S|K/S|P/S|plc)$")
_DATA = r"(?:personopplysning\w*|personoplysning\w*|persondata|personuppgift\w*|personal data|personal information)"
_DEFINED = re.compile(rf"\W*(?:en |ei |et |a )?{_DATA}\W+(?:er|är|is|are|means|betyr|betyder|avser)\b", re.IGNORECASE)
_ASKED = re.compile(rf"\b(?:hva er|kva er|hvad er|vad är|what is|what are)\s+(?:en |ei |et |a )?{_DATA}", re.IGNORECASE)
_PROCESSOR = re.compile(
    r"\b(?:betragtes vi|regnes vi|anses vi|er vi|vi er|är vi|vi är|opptrer vi|vi opptrer|agerar vi|we are|we act)\b"
    r".{0,25}\b(?:databehandler|databehandlar|personuppgiftsbiträde|processor)\b",
    re.IGNORECASE,
)


def bare(name: str) -> str:
    """Return a company's name without its form."""
    return _FORM.sub("", name)


def _certain(reading: Reading) -> str:
    """Return the country that the form of company, the number or the addresses tell, or ""."""
    found = country_of(dataclasses.replace(reading, language="en"))
    nordic = {"nb", "da", "sv"} & {reading.language}
    other = nordic and found in COUNTRIES and _SPOKEN[found] != reading.language
    if _FINNISH.search(reading.plain) or other:
        return ""
    return found


class Seen:
    """A reading, and what the draft asks of it again and again.

    Attributes:
        country: NO, DK or SE; where the notice tells of none of them, the country whose usual answers are offered.
        certain_country: What the notice tells, or empty; never from its language alone, for Swedish is spoken in
            Finland, and anybody writes English.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.language: Language = reading.language
        self.places = Places(reading)
        self.certain_country = _certain(reading)
        home = _HOMES.get(reading.language, _HOME)
        self.country = self.certain_country if self.certain_country in COUNTRIES else home
        self.facts: dict[int, list[Fact]] = {}
        for fact in reading.facts:
            self.facts.setdefault(fact.segment, []).append(fact)
        self.durations: dict[int, list[Duration]] = {}
        for duration in reading.durations:
            self.durations.setdefault(duration.segment, []).append(duration)

    @property
    def knows_country(self) -> bool:
        """Whether the country is certain, and one whose laws are known."""
        return self.certain_country == self.country

    @cached_property
    def tells(self) -> tuple[dict[str, list[str]], ...]:
        """For each segment what its words tell of; the controller's own name tells of nothing."""
        own = [name for name in (self.reading.controller, bare(self.reading.controller)) if len(name) > 1]
        names = re.compile("|".join(map(re.escape, own)) or r"(?!)")
        return tuple(tellings(names.sub(" ", segment.text), self.language) for segment in self.reading.segments)

    def text(self, number: int) -> str:
        """Return the words of a segment."""
        return self.reading.segments[number].text

    def kinds(self, number: int) -> frozenset[Kind]:
        """Return the kinds of a segment."""
        return self.reading.kinds[number]

    def is_heading(self, number: int) -> bool:
        """Tell whether a segment is a heading."""
        return self.reading.segments[number].role == "heading"

    def lead(self, number: int) -> int | None:
        """Return the lead-in that a segment is an item of."""
        return self.reading.segments[number].lead_in

    def section(self, number: int) -> int | None:
        """Return the innermost heading that a segment stands below."""
        headings = self.reading.segments[number].headings
        return headings[-1] if headings else None

    def below(self, heading: int | None) -> Iterator[int]:
        """Return the segments whose innermost heading is this one, headings left out."""
        return iter(self._below.get(heading, ()))

    @cached_property
    def _below(self) -> dict[int | None, list[int]]:
        found: dict[int | None, list[int]] = {}
        for number in self.sentences():
            found.setdefault(self.section(number), []).append(number)
        return found

    def sentences(self) -> Iterator[int]:
        """Return the numbers of all segments that are no headings and say anything."""
        return iter(self._sentences)

    @cached_property
    def _sentences(self) -> tuple[int, ...]:
        return tuple(
            number for number, segment in enumerate(self.reading.segments)
            if segment.role != "heading" and any(sign.isalnum() for sign in segment.text)
        )  # fmt: skip

    def of_kind(self, *kinds: Kind) -> Iterator[int]:
        """Yield the numbers of the segments of any of the kinds, headings left out."""
        return (number for number in self.sentences() if self.kinds(number) & set(kinds))

    def values(self, number: int, what: str) -> list[str]:
        """Return what a segment says of one sort, each value once."""
        return list(dict.fromkeys(fact.value for fact in self.facts.get(number, ()) if fact.what == what))

    def denied(self, number: int) -> bool:
        """Tell whether a segment, or its lead-in, says that something is not."""
        lead = self.lead(number)
        return denies(self.text(number)) or (lead is not None and denies(self.text(lead)))

    def defines(self, number: int) -> bool:
        """Tell whether a segment says what personal data are, and not which are held."""
        section = self.section(number)
        asked = section is not None and _ASKED.search(self.text(section)) is not None
        return asked or _DEFINED.match(self.text(number)) is not None

    def is_for_others(self, number: int) -> bool:
        """Tell whether a segment's section is about what the company does as another's processor (GDPR art. 28)."""
        section = number if self.is_heading(number) else self.section(number)
        return section is not None and section in self._for_others

    @cached_property
    def _for_others(self) -> frozenset[int]:
        found = {self.section(number) for number in self._sentences if _PROCESSOR.search(self.text(number))}
        return frozenset(section for section in found if section is not None)

    def said(self, number: int) -> Note:
        """Return the note that quotes a segment."""
        return Note("said", self.places.sentence(number))

    def usual(self, answer: str) -> str:
        """Return how an answer is offered at the end of a question; ``holdord.notice.draft.offer`` reads it back."""
        where = f" in {NAMES[self.country]}" if self.knows_country else ""
        return f"Usual{where}: {answer}."
