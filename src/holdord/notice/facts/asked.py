"""What the readers of art. 13's items are asked about, and how they answer."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from holdord.notice.model import Duration, Fact, Kind, Segment

NEAR = 3  # segments: an address that follows the officer's title is the officer's

Answer = int | None | bool
"""The number of the segment that gives an item; False where it is missing, None where it does not apply."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the readers are asked about."""

    segments: Sequence[Segment]
    kinds: Sequence[Set[Kind]]
    facts: Sequence[Fact]
    durations: Sequence[Duration]
    controller: str

    def of(self, *whats: str) -> Iterator[Fact]:
        """Give the facts of some sorts."""
        return (fact for fact in self.facts if fact.what in whats)

    def with_kind(self, *kinds: Kind) -> Iterator[int]:
        """Give the numbers of the segments that have one of some kinds."""
        wanted = frozenset(kinds)
        return (number for number, own in enumerate(self.kinds) if own & wanted)


def first_of(numbers: Iterator[int]) -> Answer:
    """Return the first number, or False where there is none."""
    return next(numbers, False)
