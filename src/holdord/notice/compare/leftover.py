"""What one side of a group says and the other does not: items and names without a counterpart.

What is left over in one group and on the other side in a group close by has only moved: it cancels out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from holdord.notice.compare.items import Item
from holdord.notice.compare.model import Group
from holdord.notice.compare.named import Name, stands_in
from holdord.notice.compare.units import Unit
from holdord.notice.facts.phrases import table

_NEAR = 2
_FIRST_DIGITS = re.compile(r"\d+")
_DIGITED = frozenset(("number", "phone", "register_number"))


@dataclass(frozen=True, slots=True)
class Left:
    """An item or name that the other side lacks, and the unit that has it."""

    unit: Unit
    item: Item
    sure: bool = True

    @property
    def words(self) -> tuple[int, int, int]:
        """Its unit's number, start and end."""
        return self.unit.number, self.item.start, self.item.end

    @property
    def text(self) -> str:
        """Its words."""
        return self.unit.segment.text[self.item.start : self.item.end]


@dataclass(slots=True)
class Beside:
    """A group with its units and what is left over on either side."""

    group: Group
    a: tuple[Unit, ...]
    b: tuple[Unit, ...]
    left_a: list[Left] = field(default_factory=list)
    left_b: list[Left] = field(default_factory=list)

    def mirrored(self) -> "Beside":
        """Return the same seen from the other side."""
        return Beside(self.group.mirrored(), self.b, self.a, self.left_b, self.left_a)


def beside(groups: Sequence[Group], a: Sequence[Unit], b: Sequence[Unit]) -> list[Beside]:
    """Lay the groups out, with what is left over on either side."""
    found = []
    for group in groups:
        one = Beside(group, tuple(a[number] for number in group.a), tuple(b[number] for number in group.b))
        one.left_a = _left(one.a, one.b)
        one.left_b = _left(one.b, one.a)
        found.append(one)
    _cancel(found)
    return found


def _left(units: Sequence[Unit], others: Sequence[Unit]) -> list[Left]:
    """Return what ``units`` have and ``others`` lack; of things said twice the first."""
    found: list[Left] = []
    theirs = [item for unit in others for item in unit.items]
    numbers = {value for unit in others for value in _numbers(unit)}
    text = "".join(unit.folded for unit in others)
    for unit in units:
        for item in unit.items:
            if item.weak or any(item.agrees(other) for other in theirs):
                continue
            if item.of in _DIGITED and _digits(item) in numbers:
                continue
            if item.of == "duration" and any(_counts(item, other) for other in theirs):
                continue
            if not any(item.agrees(left.item) for left in found):
                found.append(Left(unit, item))
        for name in unit.names:
            if not stands_in(name, text) and not any(left.item.means == {name.value} for left in found):
                found.append(Left(unit, _as_item(name), name.sure))
    return found


def _as_item(name: Name) -> Item:
    return Item("name", frozenset({name.value}), name.start, name.end)


def _numbers(unit: Unit) -> set[str]:
    """Return the numbers that a unit has in any way: as words, as part of a time, of a telephone or a register."""
    found = {next(iter(item.means)).split(" ")[0] for item in unit.items if item.of == "duration"}
    found |= {_digits(item) for item in unit.items if item.of in _DIGITED}
    found |= {match[0] for word in unit.words if (match := _FIRST_DIGITS.match(word))}
    known = _number_words()
    return found | {known[word] for word in unit.words if word in known}


def _counts(item: Item, other: Item) -> bool:
    """Tell whether a plain number is that of a time: "under 15" for "under 15 years"."""
    return other.of == "number" and next(iter(item.means)).split(" ")[0] in other.means


def _digits(item: Item) -> str:
    """Return the digits of a number, whatever it numbers."""
    return next(iter(item.means)).removeprefix("+")


@cache
def _number_words() -> dict[str, str]:
    """Return the words for small numbers, of all languages."""
    return {word: digits for digits, words in table("compare.words.toml")["numbers"].items() for word in words.split()}


def _cancel(found: list[Beside]) -> None:
    """Take away what has only moved to a group close by."""
    for number, one in enumerate(found):
        for other in found[max(0, number - _NEAR) : number + _NEAR + 1]:
            if other is one:
                continue
            for left in list(one.left_a):
                match = next((right for right in other.left_b if _same(left, right)), None)
                if match is not None:
                    one.left_a.remove(left)
                    other.left_b.remove(match)


def _same(left: Left, right: Left) -> bool:
    if left.item.of == "name" == right.item.of:
        first, second = next(iter(left.item.means)), next(iter(right.item.means))
        return first[:4] == second[:4]
    return left.item.agrees(right.item)


def separators() -> frozenset[str]:
    """Return the words that join the elements of a list."""
    words: str = table("compare.words.toml")["joining"]["words"]
    return frozenset(words.split())
