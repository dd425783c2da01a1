"""Compares two versions of one notice: two languages, or before and after a change.

GDPR art. 12(1) asks for information "in a concise, transparent, intelligible and easily accessible form", and who
reads the other language is promised the same. Only differences of substance are told; style and order are none. The
versions are cut into units, units that say the same are laid beside each other, and what one side says and the other
does not is judged.
"""

from collections.abc import Iterator, Sequence

from holdord.notice.compare.align import align
from holdord.notice.compare.check import check
from holdord.notice.compare.forms import doubled, modality, negation, shortened, truncated
from holdord.notice.compare.leftover import Beside, beside
from holdord.notice.compare.model import Comparison, Difference, Group
from holdord.notice.compare.named import fold
from holdord.notice.compare.units import Unit, place_of, units_of
from holdord.notice.compare.words import versions
from holdord.notice.facts.names import companies
from holdord.notice.facts.phrases import table
from holdord.notice.model import Kind, Reading

_WEAKEST = 0.4
"""Below this two notices are hardly versions of one."""
_FILLER: frozenset[Kind] = frozenset(("definition_or_filler",))
_ADDRESSES = frozenset(("email", "web", "phone", "register_number"))


def compare(a: Reading, b: Reading) -> Comparison:
    """Return where two versions differ in substance; swapping them gives the mirror image."""
    turned = (b.language, b.plain) < (a.language, a.plain)
    laid, strength = _laid(b, a) if turned else _laid(a, b)
    if turned:
        laid = [one.mirrored() for one in laid]
    groups = tuple(one.group for one in laid)
    if strength < _WEAKEST:
        return Comparison(differences=(), groups=groups, strength=strength, same_notice=False)
    called = versions(a.language, b.language)
    ratio = _length(b) / _length(a)
    found = [*_legal_names(laid, called)]
    for one in laid:
        if one.a and one.b:
            here = _once([*truncated(one, called, ratio), *check(one, called, ratio), *_forms(one, called)])
            found += here or shortened(one, called, ratio)
    found += _alone(laid, called)
    found.sort(key=lambda one: tuple(place.start if place else -1 for place in (one.a, one.b)))
    return Comparison(differences=tuple(found), groups=groups, strength=strength, same_notice=True)


def _length(reading: Reading) -> int:
    return sum(len(segment.text) for segment in reading.segments) + 1


def _laid(a: Reading, b: Reading) -> tuple[list[Beside], float]:
    """Lay two versions beside each other, and say how far they belong together."""
    left, right = units_of(a), units_of(b)
    groups = align([unit.side() for unit in left], [unit.side() for unit in right])
    return beside(groups, left, right), _strength(groups, left, right)


def _strength(groups: tuple[Group, ...], a: Sequence[Unit], b: Sequence[Unit]) -> float:
    """Return the share of what both say in terms, facts and names that has its counterpart in its group."""
    shared = whole = 0
    for group in groups:
        said = [_said(side) for side in ([a[number] for number in group.a], [b[number] for number in group.b])]
        shared += 2 * len(said[0] & said[1])
        whole += len(said[0]) + len(said[1])
    return shared / whole if whole else 1.0


def _said(units: Sequence[Unit]) -> set[str]:
    found = {f"{item.of}:{min(item.means)}" for unit in units for item in unit.items if not item.weak}
    return found | {name.value for unit in units for name in unit.names}


def _forms(one: Beside, called: tuple[str, str]) -> Iterator[Difference]:
    yield from negation(one, called)
    yield from modality(one, called)
    yield from doubled(one, called)


def _once(found: list[Difference]) -> list[Difference]:
    """Leave out what points at words that an earlier difference of the group points at."""
    kept: list[Difference] = []
    for one in found:
        if not any(_same_words(one, other) for other in kept):
            kept.append(one)
    return kept


def _same_words(one: Difference, other: Difference) -> bool:
    pairs = ((one.a, other.a), (one.b, other.b))
    if any(place is not None and place.text == place.sentence for pair in pairs for place in pair):
        return False
    return all(first and second and first.start < second.end and second.start < first.end for first, second in pairs)


def _alone(laid: Sequence[Beside], called: tuple[str, str]) -> Iterator[Difference]:
    """Yield what only one version says; neighbours of one paragraph or list are one difference."""
    run: list[Unit] = []
    first = True
    for one in laid:
        units, mine = (one.a, True) if not one.b else (one.b, False)
        lone = bool(one.a) != bool(one.b) and _matters(one)
        if run and (not lone or mine != first or not _together(run[-1], units[0])):
            yield _missing(run, first, called)
            run = []
        if lone:
            run, first = [*run, *units], mine
    if run:
        yield _missing(run, first, called)


def _together(one: Unit, other: Unit) -> bool:
    """Tell whether two lone units stand in one paragraph or list."""
    return one.segment.block == other.segment.block or other.segment.lead_in in (one.number, one.segment.lead_in or -1)


def _matters(one: Beside) -> bool:
    """Tell whether a lone unit is a statement, and not said in the units around its place."""
    unit, left = (one.a[0], one.left_a) if one.a else (one.b[0], one.left_b)
    if unit.segment.text.rstrip(" :.").lower() in table("compare.words.toml")["example"]["words"]:
        return True
    said = any(not item.weak for item in unit.items) or bool(unit.names)
    if said and not left:
        return False
    if any(one.item.of in _ADDRESSES for one in left):
        return True
    if unit.segment.role == "heading":
        return False
    denies = any(term.of == "negation" and "hard" in term.means and not term.weak for term in unit.steers)
    return unit.kinds != _FILLER or (denies and any(item.of == "deed" for item in unit.items))


def _missing(run: Sequence[Unit], first: bool, called: tuple[str, str]) -> Difference:
    place = place_of(tuple(run))
    kinds = sorted({kind for unit in run for kind in unit.kinds} - _FILLER)
    has, lacks = called if first else called[::-1]
    about = f" on {' and '.join(kinds).replace('_', ' ')}" if kinds else ""
    if not kinds and run[0].segment.role in ("lead_in", "heading"):
        about = ", which makes what follows an example"
    why = f"Only the {has} has this{about}; the {lacks} has nothing like it."
    return Difference(
        kind="missing" if first else "added", a=place if first else None, b=None if first else place,
        what=", ".join(kinds) or "address", why=why,
    )  # fmt: skip


def _legal_names(laid: Sequence[Beside], called: tuple[str, str]) -> Iterator[Difference]:
    """Find a company whose name was translated: the same form and first word, and another word between."""
    seen: tuple[dict[str, tuple[Unit, int, int]], ...] = ({}, {})
    for one in laid:
        for units, names in zip((one.a, one.b), seen, strict=True):
            for unit in units:
                for name, start, end in companies(unit.segment.text):
                    names.setdefault(fold(name), (unit, start, end))
    lone = [(name, other) for name in seen[0] for other in seen[1] if (name in seen[1]) + (other in seen[0]) < 2]
    for name, other in lone:
        (unit, start, end), (there, first, last) = seen[0][name], seen[1][other]
        mine, theirs = unit.segment.text[start:end].split(), there.segment.text[first:last].split()
        if name != other and mine[0] == theirs[0] and mine[-1] == theirs[-1] and len(mine) == len(theirs) > 2:
            a, b = place_of((unit,), (unit.number, start, end)), place_of((there,), (there.number, first, last))
            said = f"The {called[0]} names “{' '.join(mine)}”, the {called[1]} “{' '.join(theirs)}”"
            yield Difference(kind="name", a=a, b=b, what="name", why=f"{said}; a legal name is not translated.")
