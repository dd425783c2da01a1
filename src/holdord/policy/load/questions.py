"""Finds what ``holdord init`` left for a person to answer: a lone "?" anywhere in the file.

Questions are looked for before anything else. What else is wrong with a policy is said when they are answered, for
until then half of it would be no more than their consequence.
"""

from typing import Any

from holdord.document import Document, Path
from holdord.errors import InputError

UNANSWERED = "?"
"""What stands where only a person can answer."""

_TIMES = frozenset(("at_most", "at_least", "within"))


def check_answered(document: Document) -> None:
    """Check that no question is left.

    Raises:
        InputError: With line and column of each question.
    """
    open_ = [path for path in document.places if _at(document.value, path) == UNANSWERED]
    problems = [document.problem(path, "This question is not answered yet.", _remedy(path)) for path in open_]
    if problems:
        raise InputError(problems)


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value.strip() if isinstance(value, str) else value


def _remedy(path: Path) -> str:
    last = path[-1] if path else ""
    if last in _TIMES:
        return "Write a time, such as '24 months'."
    if last == "from":
        return "Write the clock that it counts from."
    return "Write the answer in its place."
