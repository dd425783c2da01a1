"""Which purposes a notice tells of, and where: the usual ones by their words, others as purposes of their own.

A sentence about purposes, times or grounds tells of a purpose by any word for it; one about data or people by a strong
word alone; one about rights, security or cookies tells of none. An item of a list of purposes, and a sentence that
says what something is done for, is a purpose of its own where no word fits and it names an activity (``activity``). A
sentence that tells of none ("the basis for this is consent") belongs to what was told last in its section, or to the
section's heading.
"""

import re
from dataclasses import dataclass, field

from holdord.notice.draft.activity import own_words
from holdord.notice.draft.facts import slug
from holdord.notice.draft.seen import Seen
from holdord.notice.draft.usual import MARKETING, usual
from holdord.notice.model import Kind

_FIRM: frozenset[Kind] = frozenset(("purpose", "profiling", "legal_basis", "retention"))
_LOOSE: frozenset[Kind] = frozenset(("data_subject", "source", "data_category", "consent"))
_OTHER: frozenset[Kind] = frozenset(("right", "authority", "change", "cookie"))
_NEVER: frozenset[Kind] = _OTHER | {"security"}
_NOT_OWN: frozenset[Kind] = _NEVER | {"data_category", "recipient", "processor_role"}
_BY_HEADING = frozenset(("customer_relation", "suppliers", "employment", "photographs"))
_FOR_COOKIES = frozenset(("web_statistics", "interest_profile"))
_PURPOSE = re.compile(
    r"\b(?:formål\w*|føremål\w*|ändamål\w*|syfte\w*|purpose of|purposes? is|purpose\b.{0,40}\bis)\b", re.IGNORECASE
)
_FOR = re.compile(
    r"\b(?:for å|til å|for at|för att|with a view to|in order to|so that we can|so we can)\b", re.IGNORECASE
)
_GENERAL = re.compile(
    r"\b(?:disse|desse|dessa|these|those|angitt\w*|oppgitt\w*|nevnt\w*|nævnt\w*|beskrevet|beskrevne|described|stated"
    r"|følgende|følgjande|följande|following|nedenfor|nedanfor|ovenfor|below|above|andre formål|andre føremål"
    r"|andra ändamål|other purposes?|for hvilke|for which|nødvendig\w*|naudsynt\w*|nödvändig\w*|necessary"
    r"|oppfylle formål\w*|opfylde formål\w*|uppfylla ändamål\w*|ett ändamål|et formål|eit føremål"
    r"|formålet (?:med|for|de|det)|formålene|føremåla|ändamålen|syftena|samtykke\w*|samtycke\w*|consent\w*)\b",
    re.IGNORECASE,
)
_ELSE: frozenset[Kind] = frozenset(("recipient", "processor_role", "retention", "transfer", "contact", "controller"))
_NEVER_SAID: frozenset[Kind] = _NEVER | _ELSE
_COOKIES = re.compile(r"cookie|informa[st]jonskaps|informationskaps|\bkak(?:or|er)\b", re.IGNORECASE)
_KEPT = re.compile(r"\b(?:lagr|oppbevar|opbevar|bevar|gem|spara|store|keep|kept|retain)\w*", re.IGNORECASE)
_OF_THIS = re.compile(r"\b(?:hermed|herved|med d(?:et|enne|ette|etta)|of th(?:is|ese))\b", re.IGNORECASE)
_LEAST_OWN = 2  # words of a sentence that name an activity; of an item of a list of purposes, one
_CELLS = re.compile(r"\s*\|\s*")
_LEAST_LETTERS = 8
_LONGEST_LABEL = 300
_MOST_OWN = 8

_Last = tuple[int | None, list[str]]
"""The lead-in of what was told last, or None, and the purposes."""


@dataclass(slots=True)
class Told:
    """A purpose, and the segments that tell of it.

    Attributes:
        label: In the notice's words where the purpose is its own, or empty.
        why: Why it is there although no sentence says so, or empty.
    """

    id: str
    segments: list[int] = field(default_factory=list)
    label: str = ""
    why: str = ""


class Purposes:
    """The purposes of a notice in the order in which it tells of them.

    Attributes:
        told: Name → purpose.
        belongs: Segment → the purposes that it speaks of.
        untold: Sentences about a purpose that none stands for, where there would be too many.
    """

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.told: dict[str, Told] = {}
        self.belongs: dict[int, list[str]] = {}
        self.untold: list[int] = []
        self._headed: dict[int, list[str]] = {}
        self._direct: dict[int, list[str]] = {}
        self._headings()
        for number in seen.sentences():
            self._sentence(number)
        self._own()
        self._inherit()

    def add(self, name: str, number: int | None = None, *, label: str = "", why: str = "") -> Told:
        """Note that a segment tells of a purpose."""
        one = self.told.setdefault(name, Told(name, label=label, why=why))
        if number is not None and name not in self._direct.setdefault(number, []):
            self._direct[number].append(name)
            one.segments.append(number)
        return one

    def direct(self, number: int) -> list[str]:
        """Return the purposes that a segment itself tells of."""
        return self._direct.get(number, [])

    def headed(self, number: int) -> list[str]:
        """Return the purposes that the headings above a segment tell of."""
        return self._heading_of(number)

    def is_headed(self, number: int) -> bool:
        """Tell whether a segment stands below a heading that tells of a purpose."""
        return bool(self._heading_of(number))

    def _headings(self) -> None:
        seen = self.seen
        for number, segment in enumerate(seen.reading.segments):
            if segment.role != "heading" or seen.is_for_others(number):
                continue
            tells = seen.tells[number]
            names = tells.get("tells", []) + [name for name in tells.get("faint", []) if name in _BY_HEADING]
            about = [seen.kinds(below) for below in seen.below(number)]
            if names and any(kinds & (_FIRM | _LOOSE) and not kinds & _OTHER for kinds in about):
                self._headed[number] = self._known(names)
                for name in self._headed[number]:
                    self.add(name, number)

    def _known(self, names: list[str]) -> list[str]:
        known = usual()
        return [
            name for name in dict.fromkeys(names)
            if name in known and (not known[name].only or self.seen.country in known[name].only)
        ]  # fmt: skip

    def _sentence(self, number: int) -> None:
        seen = self.seen
        if seen.defines(number) or seen.is_for_others(number):
            return
        kinds = seen.kinds(number)
        tells = seen.tells[number]
        names: list[str] = list(tells.get("tells", []))
        faint: list[str] = [name for name in tells.get("faint", []) if name != "employment"]
        if "cookie" in kinds or self._is_of_cookies(number):
            names = [name for name in names if name in _FOR_COOKIES] if not seen.denied(number) else []
            faint = []
        elif self._listed(number) or (kinds & _FIRM and not kinds & (_OTHER - {"cookie"})):
            ground = "legal_basis" in kinds and "purpose" not in kinds and bool(seen.values(number, "basis"))
            if names or (ground and not self._listed(number)):  # "the agreement with you" is a ground there
                faint = [name for name in faint if name == MARKETING]
            if "profiling" in kinds and seen.denied(number):
                names, faint = [], []
            if names and _OF_THIS.search(seen.text(number)):  # "the purpose of this is to advertise our events"
                faint = [name for name in faint if name != MARKETING]
        elif self._tells_by_strong_words(number):
            faint = []
        else:
            return
        if "interest_profile" in names:  # what was bought, and advertising, are then what the profile is for
            names = [name for name in names if name != "purchases"]
            faint = [name for name in faint if name != MARKETING]
        if MARKETING in faint:
            faint = [name for name in faint if name != MARKETING]
            names.append("newsletter" if "6(1)(a)" in self._bases(number) else "offers")
        found = self._known([*names, *faint])
        if {"newsletter", "offers"} <= set(found) and "6(1)(a)" in self._bases(number):
            found.remove("offers")  # what is offered to those who agreed is the newsletter
        for name in found:
            self.add(name, number)
        if found:
            self.belongs[number] = found

    def _tells_by_strong_words(self, number: int) -> bool:
        """Tell whether a sentence is about data or people, or says what is kept for security."""
        kinds = self.seen.kinds(number)
        loose = kinds & _LOOSE and not kinds & (_OTHER | {"recipient", "processor_role"})
        return bool(loose) or ("security" in kinds and _KEPT.search(self.seen.text(number)) is not None)

    def _is_of_cookies(self, number: int) -> bool:
        """Tell whether a sentence stands below a heading about cookies: what it is for is what they are for."""
        section = self.seen.section(number)
        return section is not None and _COOKIES.search(self.seen.text(section)) is not None

    def _bases(self, number: int) -> list[str]:
        """Return the grounds that a sentence or the next one of its section names."""
        after = number + 1
        near = [number]
        if after < len(self.seen.reading.segments) and self.seen.section(after) == self.seen.section(number):
            near.append(after)
        return [value for one in near for value in self.seen.values(one, "basis")]

    def _listed(self, number: int) -> bool:
        """Tell whether a segment is an item of a list of purposes."""
        lead = self.seen.lead(number)
        if lead is None or "data_category" in self.seen.kinds(lead):
            return False
        grounds: frozenset[Kind] = frozenset(("purpose", "legal_basis"))
        return bool(self.seen.kinds(lead) & grounds) and bool(self.seen.kinds(number) & grounds)

    def _own(self) -> None:
        """Make purposes of what says that it is one, and that no word of the table fits."""
        seen = self.seen
        for number in seen.sentences():
            if self.belongs.get(number) or not seen.kinds(number) & {"purpose", "legal_basis"}:
                continue
            if seen.reading.segments[number].role == "lead_in":
                continue
            said = "purpose" in seen.kinds(number) and self._says_one(number) and not self._is_of_cookies(number)
            if not (self._listed(number) or said) or seen.kinds(number) & (_NEVER_SAID if said else _NOT_OWN):
                continue
            label = _label(seen.text(number))
            name = slug(label)
            if "://" in label or len(label) < _LEAST_LETTERS or not own_words(label, seen.language):
                continue
            own = [one.id for one in self.told.values() if one.label]
            if len(own) >= _MOST_OWN and name not in self.told:
                self.untold.append(number)
                continue
            if name in usual():
                name = f"{name}_own"
            self.add(name, number, label=label)
            self.belongs[number] = [name]

    def _is_unknown(self, number: int) -> bool:
        """Tell whether a sentence says a purpose that none stands for: it is none of its neighbours'."""
        return "purpose" in self.seen.kinds(number) and self._says_one(number) and not self.seen.values(number, "basis")

    def _says_one(self, number: int) -> bool:
        """Tell whether a sentence says what something is done for, and names what is done."""
        text = self.seen.text(number)
        if "://" in text or own_words(text, self.seen.language) < _LEAST_OWN:
            return False
        return (_PURPOSE.search(text) or _FOR.search(text)) is not None and _GENERAL.search(text) is None

    def _inherit(self) -> None:
        """Give a sentence that tells of nothing what was told last in its section, a list whole; else its heading."""
        seen = self.seen
        items: dict[int, list[str]] = {}
        for number, names in self._direct.items():
            lead = seen.lead(number)
            if lead is not None:
                items.setdefault(lead, []).extend(names)
        last: _Last | None = None
        outer: _Last | None = None
        section: int | None = None
        for number, segment in enumerate(seen.reading.segments):
            if segment.role == "heading" or seen.section(number) != section:
                last = outer = None
                section = seen.section(number)
            if segment.role == "heading":
                continue
            lead = seen.lead(number)
            if not self.belongs.get(number) and not self._is_unknown(number):
                near = outer if last is not None and lead is not None and last[0] == lead else last
                above = self.belongs.get(lead, []) if lead is not None else []
                self.belongs[number] = above or (near[1] if near else self._heading_of(number))
            if direct := self._direct.get(number):
                if last is not None and last[0] != lead:
                    outer = last
                last = (lead, list(dict.fromkeys(items[lead])) if lead is not None else direct)

    def _heading_of(self, number: int) -> list[str]:
        headings = self.seen.reading.segments[number].headings
        return next((self._headed[above] for above in reversed(headings) if above in self._headed), [])


def _label(text: str) -> str:
    """Return an item as a label: of a table's row the first cell, without a full stop."""
    cells = [cell for cell in _CELLS.split(text) if cell]
    label = (cells[0] if "|" in text and cells else text).strip().rstrip(".;,")
    label = label if len(label) <= _LONGEST_LABEL else label[:_LONGEST_LABEL].rsplit(" ", 1)[0]
    return label[:1].upper() + label[1:]
