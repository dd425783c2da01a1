"""What is left over becomes differences, by rules for each class of things.

- *Strict*: what one side has and the other lacks is a difference: articles, acts, times, numbers, dates, addresses.
- *Listed*: it is one where the other side has another of its class instead, or where it lacks an element or is clearly
  shorter; a word that no table knows may otherwise stand for it. Only in sentences of the kinds that such a list is in.
- *Swapped*: it is one only where both sides have something of the class left over.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from holdord.notice.compare.forms import shrunk
from holdord.notice.compare.items import unknown
from holdord.notice.compare.leftover import Beside, Left
from holdord.notice.compare.model import Difference, DifferenceKind, Place
from holdord.notice.compare.units import Unit, place_of
from holdord.notice.compare.words import differs, named
from holdord.notice.model import Kind


class Rule(NamedTuple):
    """How what is left over of a class is judged, and in sentences of which kinds; of none: in all."""

    kind: DifferenceKind
    by: Literal["strict", "listed", "swapped", "exchanged"]
    kinds: frozenset[Kind] = frozenset()


def _kinds(*kinds: Kind) -> frozenset[Kind]:
    return frozenset(kinds)


_STEM = 7
_SHARING = _kinds("recipient", "processor_role", "transfer")
_NAMING = _kinds("controller", "contact", "cookie")
RULES: dict[str, Rule] = {
    "email": Rule("contact", "strict"),
    "web": Rule("link", "strict"),
    "phone": Rule("contact", "strict"),
    "register_number": Rule("contact", "strict"),
    "instrument": Rule("legal_basis", "strict"),
    "article": Rule("article", "strict"),
    "act": Rule("law", "strict"),
    "authority": Rule("authority", "strict"),
    "duration": Rule("duration", "strict"),
    "interval": Rule("duration", "swapped"),
    "date": Rule("date", "strict"),
    "number": Rule("number", "strict"),
    "name": Rule("recipient", "listed"),
    "body": Rule("recipient", "listed"),
    "party": Rule("recipient", "listed", _SHARING),
    "place": Rule("transfer", "listed", _SHARING),
    "right": Rule("right", "listed", _kinds("right")),
    "basis": Rule("legal_basis", "listed", _kinds("legal_basis", "consent")),
    "category": Rule("data_category", "listed", _kinds("data_category", "sensitive")),
    "measure": Rule("security", "listed", _kinds("security")),
    "group": Rule("group", "listed"),
    "purpose": Rule("purpose", "listed", _kinds("purpose", "consent", "legal_basis", "profiling")),
    "quality": Rule("meaning", "strict"),
    "role": Rule("role", "swapped"),
    "whose": Rule("source", "swapped"),
    "offer": Rule("purpose", "swapped"),
    "store": Rule("meaning", "swapped"),
    "profile": Rule("meaning", "swapped"),
    "movement": Rule("meaning", "swapped"),
    "event": Rule("duration", "swapped", _kinds("retention")),
    "deed": Rule("meaning", "exchanged"),
}


def check(one: Beside, versions: tuple[str, str], ratio: float) -> Iterator[Difference]:
    """Yield the differences of a group that has two sides."""
    kinds = frozenset(kind for unit in (*one.a, *one.b) for kind in unit.kinds)
    for of, rule in RULES.items():
        if rule.kinds and not rule.kinds & kinds:
            continue
        left_a = [left for left in one.left_a if left.item.of == of]
        left_b = [left for left in one.left_b if left.item.of == of]
        if of == "act":
            left_a, left_b = _acts(left_a, left_b, one.a[0].reading.language == one.b[0].reading.language)
        elif of == "authority":
            left_a, left_b = _authorities(left_a, one.b), _authorities(left_b, one.a)
        if not (left_a or left_b):
            continue
        if _stands(of, rule, one, left_a, left_b, ratio):
            yield _difference(rule.kind, of, one, left_a, left_b, versions)


def _stands(of: str, rule: Rule, one: Beside, left_a: list[Left], left_b: list[Left], ratio: float) -> bool:
    """Tell whether what is left over is a difference by its rule."""
    both = bool(left_a and left_b)
    if rule.by == "strict":
        return True
    if rule.by == "swapped":
        return both
    if rule.by == "exchanged":
        return len(left_a) == len(left_b) == 1 and _count(one.a, of) == _count(one.b, of)
    if of == "name":
        kinds = frozenset(kind for unit in (*one.a, *one.b) for kind in unit.kinds)
        if any(left.sure for left in (*left_a, *left_b)):
            return True
        if both:
            return bool(kinds & (_SHARING | _NAMING))
        return bool(kinds & _SHARING) and _lacks(one, left_a, left_b, ratio)
    return both or _lacks(one, left_a, left_b, ratio)


def _lacks(one: Beside, left_a: Sequence[Left], left_b: Sequence[Left], ratio: float) -> bool:
    """Tell whether the side that lacks something has also fewer elements, or is clearly shorter."""
    if left_a:
        return shrunk(one.b, one.a, ratio)
    return bool(left_b) and shrunk(one.a, one.b, 1 / ratio)


def _count(units: Sequence[Unit], of: str) -> int:
    return len({(unit.number, item.start) for unit in units for item in unit.items if item.of == of and not item.weak})


def _acts(left_a: list[Left], left_b: list[Left], same_language: bool) -> tuple[list[Left], list[Left]]:
    """Leave out the Regulation where only one side names it, and acts that a table may only lack in one language."""
    if same_language:
        return left_a, left_b
    left_a, left_b = _unlike(left_a, left_b), _unlike(left_b, left_a)
    if any(unknown(left.item) for left in (*left_a, *left_b)):
        return [], []
    if not (left_a and left_b):
        left_a, left_b = ([left for left in side if "GDPR" not in left.item.means] for side in (left_a, left_b))
    return left_a, left_b


def _unlike(left: list[Left], others: list[Left]) -> list[Left]:
    """Leave out an act whose name begins like one on the other side: a table may lack either."""
    stems = {word[:_STEM] for other in others for word in other.text.lower().split() if len(word) >= _STEM}
    return [one for one in left if not any(word[:_STEM] in stems for word in one.text.lower().split())]


def _authorities(left: list[Left], others: Sequence[Unit]) -> list[Left]:
    """Leave out an authority where the other side says only "the supervisory authority", and the other way round."""
    general = "a supervisory authority"
    if any(general in item.means for unit in others for item in unit.items if item.of == "authority"):
        return []
    return [one for one in left if general not in one.item.means]


def _difference(
    kind: DifferenceKind, of: str, one: Beside, left_a: list[Left], left_b: list[Left], versions: tuple[str, str]
) -> Difference:
    said_a, said_b = (named([left.item for left in side], [left.text for left in side]) for side in (left_a, left_b))
    values = sorted({min(left.item.means) for left in (*left_a, *left_b)})
    return Difference(
        kind=kind, a=_place(one.a, left_a), b=_place(one.b, left_b), what=f"{of}: {', '.join(values)}",
        why=differs(of, versions, said_a, said_b),
    )  # fmt: skip


def _place(units: tuple[Unit, ...], left: list[Left]) -> Place | None:
    return place_of(units, left[0].words if left else None)
