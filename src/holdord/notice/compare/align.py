"""Which segments of two versions say the same: monotone dynamic programming over groups of up to three segments.

What two languages share is looked at: terms, the reader's concepts, facts, names, stems of words that are alike,
kinds. Each is worth the more, the fewer segments have it. A group earns what both its sides share, pays for all that
it holds, for lengths that do not fit (Gale and Church, "A Program for Aligning Sentences in Bilingual Corpora", 1993)
and for being more than one to one; a segment left alone pays a little less, so that it stays alone only where it
shares almost nothing. What is alone on both sides is then tried as a block that was moved.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from holdord.notice.compare.model import Group

_SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
_JOINED = {(1, 1): 0.0, (1, 2): 3.0, (2, 1): 3.0, (2, 2): 14.0, (1, 3): 7.0, (3, 1): 7.0}
_PAYS = 0.34
_ALONE = 0.22
_ALONE_AT_LEAST = 2.5
_LENGTH = 5.0
_ROLE = 3.0
_MOVED = 0.5
_BAND = 45
_CELLS = 200_000  # so that a file of ten thousand lines is done in a minute, not a day
_MOVES = 250_000
_NOT_AS_LONG = 0.8
_FILLER = "k:definition_or_filler"


@dataclass(frozen=True, slots=True)
class Side:
    """A segment for alignment: what it has, how long it is, and whether it is a heading."""

    has: frozenset[str]
    length: int
    heading: bool


class _Pairs:
    """What groups of two versions are worth."""

    def __init__(self, a: Sequence[Side], b: Sequence[Side]) -> None:
        self.a, self.b = a, b
        counts_a, counts_b = (Counter(feature for side in sides for feature in side.has) for sides in (a, b))
        total = len(a) + len(b)
        self.weight = {
            feature: math.log(1 + total / (counts_a[feature] + counts_b[feature])) * (2.0 if feature[0] == "!" else 1.0)
            for feature in counts_a.keys() & counts_b.keys()
        }
        shared = self.weight.keys()
        self.has_a = [side.has & shared for side in a]
        self.has_b = [side.has & shared for side in b]
        self.ratio = (sum(side.length for side in b) + 1) / (sum(side.length for side in a) + 1)

    def worth(self, features: frozenset[str]) -> float:
        return sum(self.weight[feature] for feature in features)

    def union(self, sides: Sequence[frozenset[str]], start: int, size: int) -> frozenset[str]:
        return sides[start] if size == 1 else frozenset().union(*sides[start : start + size])

    def length_pays(self, i: int, m: int, j: int, n: int) -> float:
        """Return what lengths that do not fit cost."""
        first = sum(side.length for side in self.a[i : i + m]) * math.sqrt(self.ratio)
        second = sum(side.length for side in self.b[j : j + n]) / math.sqrt(self.ratio)
        apart = math.log((first + 12) / (second + 12))
        return _LENGTH * min(apart * apart, 4.0)

    def alike(self, i: int, j: int) -> float:
        """Return from 0 to 1 how much two segments share."""
        both = self.worth(self.has_a[i] | self.has_b[j])
        return self.worth(self.has_a[i] & self.has_b[j]) / both if both else 0.0


def align(a: Sequence[Side], b: Sequence[Side]) -> tuple[Group, ...]:
    """Return groups that cover every segment of both versions once, in the order of the first."""
    pairs = _Pairs(a, b)
    return _with_moved(_side_by_side(_path(pairs), pairs), pairs)


def _path(pairs: _Pairs) -> list[Group]:
    """Find the best chain of groups, near the diagonal where the versions are long."""
    rows, columns = len(pairs.a), len(pairs.b)
    wanted = max(abs(rows - columns) + _BAND, (rows + columns) // 10)
    band = max(_BAND, columns // max(rows, 1) + 3, min(wanted, _CELLS // (rows + columns + 1)))
    alone_a = [max(_ALONE_AT_LEAST, _ALONE * pairs.worth(has)) for has in pairs.has_a]
    alone_b = [max(_ALONE_AT_LEAST, _ALONE * pairs.worth(has)) for has in pairs.has_b]
    unions_a = {(i, m): pairs.union(pairs.has_a, i, m) for m in (1, 2, 3) for i in range(rows - m + 1)}
    unions_b = {(j, n): pairs.union(pairs.has_b, j, n) for n in (1, 2, 3) for j in range(columns - n + 1)}
    worth_a = {key: pairs.worth(has) for key, has in unions_a.items()}
    worth_b = {key: pairs.worth(has) for key, has in unions_b.items()}
    weight = pairs.weight
    best: list[dict[int, tuple[float, int, int]]] = [{} for _ in range(rows + 1)]
    best[0][0] = (0.0, 0, 0)
    for i in range(rows + 1):
        middle = i * columns // max(rows, 1)
        for j in range(max(0, middle - band), min(columns, middle + band) + 1):
            found = best[i].get(j)
            if i and (before := best[i - 1].get(j)) is not None:
                found = _better(found, before[0] - alone_a[i - 1], 1, 0)
            if j and (before := best[i].get(j - 1)) is not None:
                found = _better(found, before[0] - alone_b[j - 1], 0, 1)
            for m, n in _SHAPES:
                if i < m or j < n or (before := best[i - m].get(j - n)) is None:
                    continue
                left, right = unions_a[i - m, m], unions_b[j - n, n]
                shared = sum(weight[feature] for feature in left & right)
                earned = 2 * shared - _PAYS * (worth_a[i - m, m] + worth_b[j - n, n]) - _JOINED[m, n]
                if found is not None and before[0] + earned <= found[0]:
                    continue
                earned -= pairs.length_pays(i - m, m, j - n, n)
                headings = [side.heading for side in (*pairs.a[i - m : i], *pairs.b[j - n : j])]
                if any(headings) and not all(headings):
                    earned -= _ROLE
                found = _better(found, before[0] + earned, m, n)
            if found is not None:
                best[i][j] = found
    groups: list[Group] = []
    i, j = rows, columns
    while i or j:
        _, m, n = best[i][j]
        groups.append(Group(a=tuple(range(i - m, i)), b=tuple(range(j - n, j))))
        i, j = i - m, j - n
    return groups[::-1]


def _better(found: tuple[float, int, int] | None, score: float, m: int, n: int) -> tuple[float, int, int]:
    return (score, m, n) if found is None or score > found[0] else found


def _side_by_side(groups: list[Group], pairs: _Pairs) -> list[Group]:
    """Join a segment that is alone with one of the other side right there, of a kind with it and about as long."""
    result: list[Group] = []
    for group in groups:
        before = result[-1] if result else None
        if (
            before
            and len(before.a) + len(before.b) == len(group.a) + len(group.b) == 1
            and bool(before.a) != bool(group.a)
        ):
            i, j = (*before.a, *group.a)[0], (*before.b, *group.b)[0]
            alike = {name for name in pairs.a[i].has & pairs.b[j].has if name.startswith("k:") and name != _FILLER}
            if alike and pairs.a[i].heading == pairs.b[j].heading and pairs.length_pays(i, 1, j, 1) < _NOT_AS_LONG:
                result[-1] = Group(a=(i,), b=(j,))
                continue
        result.append(group)
    return result


def _with_moved(groups: list[Group], pairs: _Pairs) -> tuple[Group, ...]:
    """Join segments that are alone on both sides and say the same: their block was moved."""
    lone_a = [group.a[0] for group in groups if not group.b]
    lone_b = [group.b[0] for group in groups if not group.a]
    if len(lone_a) * len(lone_b) > _MOVES:
        return tuple(groups)
    found = sorted(((pairs.alike(i, j), i, j) for i in lone_a for j in lone_b), reverse=True)
    taken_a: dict[int, int] = {}
    taken_b: set[int] = set()
    for likeness, i, j in found:
        if likeness >= _MOVED and i not in taken_a and j not in taken_b:
            taken_a[i] = j
            taken_b.add(j)
    result = []
    for group in groups:
        if not group.a and group.b[0] in taken_b:
            continue
        if not group.b and group.a[0] in taken_a:
            result.append(Group(a=group.a, b=(taken_a[group.a[0]],), moved=True))
        else:
            result.append(group)
    return tuple(result)
