"""Everything that a privacy notice says, free of language but for the words that the controller itself supplies.

The facts are those of GDPR art. 13(1) and (2), and of art. 14(1)(d) and 14(2)(f) for data from others than the
person. What follows from them (the rights, the authority to complain to) is computed and never stated, so that it
cannot contradict them. Facts are valid once built.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from holdord.notice.write.parts import (
    Authority,
    Controller,
    Cookie,
    Extra,
    Officer,
    Purpose,
    Recipient,
    Requirement,
    Sensitive,
    demand,
    say,
)
from holdord.notice.write.vocabulary import Right
from holdord.policy.terms import COUNTRIES, SECTIONS, Basis

LONGEST_ANSWER = 31
"""Days that a month can have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeFacts:
    """What a notice says.

    Attributes:
        officer: None where there is no data protection officer.
        cookies, sensitive, requirements: Empty says that there are none; the notice says so.
        security: Measures; empty says nothing.
        requests_to: Where requests go: "privacy@example.org".
        answer_days: How soon requests are answered; 0 says within the law's month (art. 12(3)).
        authority: For complaints; None where ``COUNTRIES`` knows the country's.
        decisions: Automated decisions, their logic and consequences (art. 13(2)(f)); empty where there are none.
        changes: How people are told of changes: "by e-mail"; empty says nothing.
        extras: In the order of the sections; put into it where they are not.
    """

    controller: Controller
    officer: Officer | None = None
    version: date
    purposes: tuple[Purpose, ...]
    recipients: tuple[Recipient, ...] = ()
    sensitive: tuple[Sensitive, ...] = ()
    security: tuple[str, ...] = ()
    cookies: tuple[Cookie, ...] = ()
    requests_to: str
    answer_days: int = 0
    authority: Authority | None = None
    decisions: str = ""
    requirements: tuple[Requirement, ...] = ()
    changes: str = ""
    extras: tuple[Extra, ...] = ()

    def __post_init__(self) -> None:
        say("notice", self.requests_to, *self.security)
        say("notice", self.decisions, self.changes, empty=True)
        demand(bool(self.purposes), "notice: there is no purpose (GDPR art. 13(1)(c)).")
        names = [recipient.name for recipient in self.recipients]
        demand(len(names) == len(set(names)), "notice: two recipients have one name.")
        for purpose in self.purposes:
            unknown = ", ".join(name for name in purpose.recipients if name not in names)
            demand(not unknown, f"purpose {purpose.words!r}: {unknown} is not among the recipients.")
        demand(0 <= self.answer_days <= LONGEST_ANSWER, "notice: requests are answered within a month (art. 12(3)).")
        known = self.controller.country in COUNTRIES
        demand(known == (self.authority is None), "notice: an authority is given where the country's is not known.")
        ordered = tuple(sorted(self.extras, key=lambda extra: SECTIONS.index(extra.section)))
        object.__setattr__(self, "extras", ordered)

    @property
    def complaint(self) -> Authority:
        """Whom people can complain to (GDPR art. 13(2)(d))."""
        if self.authority is not None:
            return self.authority
        known = COUNTRIES[self.controller.country]
        return Authority(name=known.authority, web=known.web)

    @property
    def rights(self) -> tuple[Right, ...]:
        """The rights that people have, as the legal bases imply (GDPR arts. 15 to 21)."""
        return tuple(rights_of({purpose.basis for purpose in self.purposes}))


def rights_of(bases: set[Basis]) -> Iterator[Right]:
    """Yield the rights that people have where data are processed on these bases, in the law's order."""
    yield from ("access", "rectification", "erasure", "restriction")
    if bases & {"consent", "contract"}:
        # Art. 20(1)(a): "the processing is based on consent … or on a contract".
        yield "portability"
    if "consent" in bases:
        # Art. 7(3): "The data subject shall have the right to withdraw his or her consent at any time."
        yield "withdrawal"
    if bases & {"public_task", "legitimate_interest"}:
        # Art. 21(1): "processing … which is based on point (e) or (f) of Article 6(1)".
        yield "objection"
