"""A policy that is not finished: what ``policy.yaml`` will say, and beside each place where it comes from.

A *said* note quotes the sentence of the notice. A *guess* says what was concluded and is to be looked at. A *question*
stands where only a person can answer, at a value of "?"; a policy with one of those does not load.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from holdord.document import Path

QUESTION = "?"
"""Where an answer is missing; the loader refuses it."""

DRAFTED = "keep refuses while this line stands; remove it when you have read every line."
"""What stands above ``draft: true``."""


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in a comment beside a place of the policy.

    Attributes:
        ask: Of a question that is asked of several places, what they share; empty where the text but its offer is that.
        about: What is particular at this place: the moment that a time counts from.
        usual: The answer that custom gives where the notice says nothing, or empty.
    """

    kind: Literal["said", "guess", "question"]
    text: str
    ask: str = ""
    about: str = ""
    usual: str = ""


Notes = dict[Path, tuple[Note, ...]]
"""Path of keys in a policy → what stands above it, while a draft is made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A policy as written values, with notes.

    Attributes:
        policy: Keys and values in the order of the file, as the grammar has them; dates are dates.
        notes: Path of keys in ``policy`` → what stands above it; a path of () speaks of the whole.
    """

    policy: Mapping[str, Any]
    notes: Mapping[Path, tuple[Note, ...]]

    @property
    def questions(self) -> int:
        """How many answers are missing."""
        return sum(note.kind == "question" for notes in self.notes.values() for note in notes)

    @property
    def could_be_usual(self) -> int:
        """How many of them custom answers."""
        return sum(bool(note.usual) for notes in self.notes.values() for note in notes)
