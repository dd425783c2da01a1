"""What people are told beside the purposes: in the controller's own words, in one language or in several (pure).

A policy has a language of its own; a text that is given without a language is in that one. ``any`` is for what reads
the same everywhere, such as a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from holdord.policy.duration import Duration
from holdord.policy.terms import Demand, Language, Letter, Role, Safeguard, Special


class Said(str):
    """Words of the controller's: a text in the policy's language that knows itself in others.

    Where the policy's own language is missing, the text is the first one given.

    Args:
        own: The text.
        by: Language, or ``any`` → text.
    """

    __slots__ = ("by",)
    by: Mapping[str, str]

    def __new__(cls, own: str, by: Mapping[str, str]) -> "Said":
        """Make a text out of its words in the policy's language and in others."""
        said = super().__new__(cls, own)
        said.by = by
        return said

    def within(self, language: Language) -> str | None:
        """Return the words in a language, or None where they are not given in it."""
        return self.by.get(language, self.by.get("any"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Officer:
    """The data protection officer (GDPR art. 37); an e-mail address, a telephone number, or both."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Who gets data (GDPR art. 4(9)).

    Attributes:
        role: None where the policy does not say it.
        country: Outside the European Economic Area, by ISO 3166 code; empty inside.
        safeguard: What the transfer to that country rests on.
    """

    says: Said
    role: Role | None = None
    country: str = ""
    safeguard: Safeguard | None = None

    def __str__(self) -> str:
        return self.says


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where data come from (GDPR art. 14(2)(f)); the one named ``person`` is the person.

    Attributes:
        public: Whether it is publicly accessible.
    """

    says: Said
    public: bool = False

    def __str__(self) -> str:
        return self.says


@dataclass(frozen=True, kw_only=True, slots=True)
class Cookie:
    """A cookie or the like; ``lasts`` None: until the browser is closed."""

    purpose: Said
    set_by: Said
    lasts: Duration | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """Data that must be given, and what happens otherwise (GDPR art. 13(2)(e)).

    Attributes:
        needs: Categories, or groups of them.
    """

    demand: Demand
    needs: tuple[str, ...]
    otherwise: Said


@dataclass(frozen=True, kw_only=True, slots=True)
class Requests:
    """Where people turn to use their rights, and how soon they are answered.

    Attributes:
        within: What is promised; None where nothing is but the law's month (GDPR art. 12(3)).
    """

    to: Said
    within: Duration | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a notice says beside the purposes (GDPR art. 13).

    Attributes:
        language: The policy's own.
        version: When the notice was last changed, or None where the policy does not say.
        officer: None where there is no data protection officer.
        requests: None where the policy does not say where requests go.
        sensitive: Special category → the letter of art. 9(2) that allows it.
        decisions: Automated decisions, their logic and consequences (art. 13(2)(f)), or None where there are none.
        changes: How people are told of changes, or None.
        unsaid: Keys of the policy that a notice must speak of and that are absent: "none" would be an answer.
    """

    language: Language
    contact: Mapping[str, str]
    version: date | None = None
    officer: Officer | None = None
    requests: Requests | None = None
    security: tuple[Said, ...] = ()
    cookies: Mapping[str, Cookie]
    sensitive: Mapping[Special, Letter]
    decisions: Said | None = None
    requirements: tuple[Requirement, ...] = ()
    changes: Said | None = None
    unsaid: frozenset[str] = frozenset()
