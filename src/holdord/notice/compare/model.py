"""What a comparison says: the differences, where they stand, and how far the two sides belong together."""

from dataclasses import dataclass, replace
from typing import Any, Literal

DifferenceKind = Literal[
    "number", "duration", "law", "article", "legal_basis", "right", "recipient", "contact", "link", "negation",
    "modality", "data_category", "purpose", "source", "group", "authority", "date", "missing", "added", "truncated",
    "role", "name", "transfer", "security", "meaning",
]  # fmt: skip
"""``missing`` is in the first only, ``added`` in the second only; ``meaning`` is a word that says something else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Words of one version.

    Attributes:
        start: Where they begin in the version's plain text.
        end: Where they end, not included.
        text: The words.
        sentence: The sentence or sentences that they stand in.
    """

    start: int
    end: int
    text: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that the two versions do not say alike.

    Attributes:
        a: The place in the first version, or None where nothing there corresponds.
        b: The place in the second version, or None.
        what: What differs, in a name that both versions share: ``basis:consent``, ``email``.
        why: In one sentence, for a person.
    """

    kind: DifferenceKind
    a: Place | None
    b: Place | None
    what: str
    why: str

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""

        def place(one: Place | None) -> dict[str, Any] | None:
            if one is None:
                return None
            return {"start": one.start, "end": one.end, "text": one.text, "sentence": one.sentence}

        return {"kind": self.kind, "a": place(self.a), "b": place(self.b), "what": self.what, "why": self.why}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Segments of the first version and those of the second that say the same; one side may be empty.

    Attributes:
        moved: They stand in another order than the rest.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    moved: bool = False

    def mirrored(self) -> "Group":
        """Return the same seen from the other side."""
        return replace(self, a=self.b, b=self.a)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two versions laid beside each other.

    Attributes:
        strength: From 0 to 1, how much of what they say has a counterpart.
        same_notice: Whether they can be versions of one notice; if not, ``differences`` is empty.
    """

    differences: tuple[Difference, ...]
    groups: tuple[Group, ...]
    strength: float
    same_notice: bool
