"""What is wrong with a policy, collected with its places while the policy is loaded."""

from collections.abc import Callable
from typing import TypeVar

from holdord.document import Document, Path
from holdord.errors import Problem
from holdord.policy.terms import Language
from holdord.policy.texts import Words
from holdord.policy.told import Said

Value = TypeVar("Value")


class Wrong:
    """Collects problems, so that all of them are said at once.

    Args:
        document: The policy's file.
        language: The policy's own.

    Attributes:
        problems: What was found so far.
    """

    def __init__(self, document: Document, language: Language) -> None:
        self.document = document
        self.language = language
        self.problems: list[Problem] = []

    def at(self, path: Path, what: str, remedy: str = "") -> None:
        """Note a problem at ``path``."""
        self.problems.append(self.document.problem(path, what, remedy))

    def attempt(self, path: Path, make: Callable[[], Value], fallback: Value) -> Value:
        """Return ``make()``, or note its ValueError at ``path`` and return ``fallback``."""
        try:
            return make()
        except ValueError as error:
            self.at(path, str(error))
            return fallback

    def name(self, words: Words) -> Said:
        """Return a name or an address, which reads the same in every language where none is named."""
        return self.said({"any": words} if isinstance(words, str) else words)

    def said(self, words: Words) -> Said:
        """Return words as written, in one language or in several."""
        by: dict[str, str] = (
            {self.language: words} if isinstance(words, str) else {str(name): text for name, text in words.items()}
        )
        return Said(by.get(self.language) or next(iter(by.values())), by)
