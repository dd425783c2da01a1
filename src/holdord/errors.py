"""Every error that holdord raises on purpose.

A broken promise is a finding, never an exception; these are the cases where holdord cannot or will not go on.

    HoldordError
    ├── InputError              something that a person wrote is wrong: file, line, column, remedy
    │   ├── ConfigError         holdord.toml or the environment
    │   ├── PolicyError         policy.yaml
    │   ├── DataMapError        datamap.yaml, or it does not fit the store
    │   └── NoticeError         a privacy notice that cannot be read
    ├── PlanError               no plan can be made, or it must not be carried out
    │   ├── Refused             the world moved past the plan, or a guard says no
    │   └── NeedsConfirmation   a person must say yes first
    ├── StoreError              a database is away, or answered what it should not
    │   └── Collided            it undid a transaction beside another writer's; the same once more may do
    ├── MailError               a letter could not be given to the mail server
    └── LedgerError             the evidence cannot be read or written
        └── VerificationError   the evidence does not hold

Errors become exit codes and HTTP answers only in ``cli`` and ``web``. No message carries personal data.
"""

from collections.abc import Mapping
from dataclasses import dataclass


class HoldordError(Exception):
    """The root of all errors that holdord raises on purpose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong in a file: what, where, and what to do about it.

    Attributes:
        what: What is wrong, in one sentence.
        remedy: What to do, in one sentence; empty where ``what`` says it.
        file: The file's name as the caller gave it.
        line: Line, counted from 1; 0 where it is the file as a whole.
        column: Column, counted from 1; 0 where it is the file as a whole.
        where: The path of keys inside the document, such as ``purposes.newsletter.keep``.
    """

    what: str
    remedy: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    where: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        lead = ": ".join(part for part in (place, self.where) if part)
        text = f"{lead}: {self.what}" if lead else self.what
        return f"{text} {self.remedy}".rstrip()


class InputError(HoldordError):
    """Something that a person wrote is wrong; carries every problem found, not just the first."""

    def __init__(self, problems: list[Problem] | str) -> None:
        self.problems = [Problem(what=problems)] if isinstance(problems, str) else problems
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigError(InputError):
    """holdord.toml or the environment is wrong."""


class PolicyError(InputError):
    """policy.yaml is wrong; nothing of it was loaded."""


class DataMapError(InputError):
    """The data map is wrong, or does not fit the store that it describes."""


class NoticeError(InputError):
    """A privacy notice cannot be read: its file is damaged, too large or no text, or its language is not known."""


class PlanError(HoldordError):
    """No plan can be made, or a plan must not be carried out."""


class Refused(PlanError):
    """The world moved past what the plan bound, or a guard says no."""


class NeedsConfirmation(PlanError):
    """A person must confirm first; the message says what and why.

    Attributes:
        digest: The digest of the plan that a yes is asked for.
        asks: The reasons, each with the ``guard`` that asks, the ``table`` that it is about, and a ``text``.
    """

    def __init__(self, message: str, *, digest: str, asks: tuple[Mapping[str, str], ...]) -> None:
        super().__init__(message)
        self.digest = digest
        self.asks = asks

    @property
    def guards(self) -> frozenset[str]:
        """The guards that ask, by their names."""
        return frozenset(ask["guard"] for ask in self.asks)


class StoreError(HoldordError):
    """A database is away, or answered what it should not."""


class Collided(StoreError):
    """A store undid a transaction as a whole because of another writer's; the same once more may do.

    Only for what is undone for certain: never for an answer that was lost.
    """


class MailError(HoldordError):
    """A letter could not be given to the mail server; says no address and nothing that the server said in words.

    Attributes:
        final: Whether the server refused this letter for good, so that trying again is of no use.
    """

    def __init__(self, message: str, *, final: bool = False) -> None:
        self.final = final
        super().__init__(message)


class IdentityError(HoldordError):
    """Nobody could be identified by the provider that the settings name; says nothing of who tried."""


class LedgerError(HoldordError):
    """The evidence cannot be read or written."""


class VerificationError(LedgerError):
    """The evidence does not hold: something in it was changed, lost, swapped or signed by another key."""
