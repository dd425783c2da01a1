"""What the grammar of a policy is made of: names, words, keys, and how a model of it reads them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from holdord.policy.terms import LANGUAGES

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Words = Text | Annotated[dict[Literal["nb", "nn", "da", "sv", "en", "any"], Text], Field(min_length=1)]
"""A text in the policy's language, or in several: ``{da: …, en: …}``; ``any`` is for what reads the same in all."""
Dotted = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=120)]
NeedText = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}(\.\*)?$", max_length=180)
]
ClockText = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$", max_length=120)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=40)]


def listed(value: Any) -> Any:
    """Take one for a list of one."""
    return value if isinstance(value, list) or value is None else [value]


def said(value: Any) -> Any:
    """Take words alone for a description; languages are not among its keys."""
    words = isinstance(value, str) or (isinstance(value, dict) and value and set(value) <= {*LANGUAGES, "any"})
    return {"says": value} if words else value


Nothing = Literal["none"]
"""Said where there is none: a key that is absent says nothing at all, and a notice must say it."""


class Strict(BaseModel):
    """What every model of the grammar is: no key that is unknown, no value that must be guessed at."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
