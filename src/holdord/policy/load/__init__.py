"""Loads policy.yaml: whole, or not at all with every mistake named by file, line, column and remedy.

Refused: unknown keys and terms, missing or impossible durations, contradictory limits, a purpose on nothing, parts
without a keeper, dangling names, notices outside the policy's folder or without the quoted sentence. Found, not refused
(``Policy.findings``): a law's duty that outlasts the notice's promise for the same records (the law holds them; the
notice should say so). What a written notice needs beyond that, ``holdord.notice.write.policy`` asks for.
"""

import hashlib
from collections.abc import Mapping

from holdord.document import read, validate
from holdord.errors import InputError, PolicyError
from holdord.policy.findings import findings
from holdord.policy.grammar import PolicyText
from holdord.policy.load.figures import figures
from holdord.policy.load.promises import holds, promises
from holdord.policy.load.purposes import purposes
from holdord.policy.load.questions import check_answered
from holdord.policy.load.told import categories, clocks, controller, recipients, sources, told
from holdord.policy.load.wrong import Wrong
from holdord.policy.model import Policy
from holdord.policy.purpose import Purpose
from holdord.policy.quotes import missing_quotes, wrong_name
from holdord.policy.terms import Category

__all__ = ["check_quotes", "load"]


def load(text: str | bytes, *, file: str = "policy.yaml", notices: Mapping[str, str] | None = None) -> Policy:
    """Return the policy written in ``text``.

    Args:
        text: The YAML file's content.
        file: Its name, for messages.
        notices: Language → text of the notice, to check the quotes against; None leaves them unchecked.

    Raises:
        PolicyError: When anything in it is wrong; nothing was loaded.
    """
    try:
        document = read(text, file)
        check_answered(document)
        written = validate(document, PolicyText)
    except InputError as error:
        raise PolicyError(error.problems) from error
    raw = text.encode() if isinstance(text, str) else text
    policy = _policy(written, Wrong(document, written.language), hashlib.sha256(raw).hexdigest())
    if notices is not None:
        check_quotes(policy, notices)
    return policy


def check_quotes(policy: Policy, notices: Mapping[str, str]) -> None:
    """Check that the notices say what the policy quotes.

    Args:
        policy: A loaded policy.
        notices: Language → text.

    Raises:
        PolicyError: Where a section or a sentence is not there.
    """
    problems = missing_quotes(policy, policy.document, notices)
    if problems:
        raise PolicyError(problems)


def _policy(written: PolicyText, wrong: Wrong, digest: str) -> Policy:
    """Resolve names and durations, and collect what is wrong.

    Raises:
        PolicyError: Where anything is.
    """
    who = controller(written.controller, wrong)
    for language, name in written.notices.items():
        if why := wrong_name(name):
            wrong.at(("notices", language), *why)
    known = categories(written, wrong)
    why_held = purposes(written, who, wrong)
    _check_needs(why_held, known, wrong)
    policy = Policy(
        file=wrong.document.file,
        document=wrong.document,
        digest=digest,
        draft=written.draft,
        controller=who,
        notices=dict(written.notices),
        categories=known,
        groups={name: wrong.said(text.says) for name, text in written.groups.items()},
        recipients=recipients(written, wrong),
        sources=sources(written, wrong),
        clocks=clocks(written, wrong),
        told=told(written, wrong),
        purposes=why_held,
        holds=holds(written, wrong),
        promises=promises(written, why_held, wrong),
        figures=figures(written, known, wrong),
    )
    for name in why_held:
        if not wrong.problems and not policy.promises_of(name):
            wrong.at(("purposes", name), "No promise is kept by this purpose.", "Name it below a promise's parts.")
    if wrong.problems:
        raise PolicyError(wrong.problems)
    return Policy(**{**policy.__dict__, "findings": findings(policy)})


def _check_needs(purposes: Mapping[str, Purpose], categories: Mapping[str, Category], wrong: Wrong) -> None:
    groups = {name.partition(".")[0] for name in categories}
    for name, purpose in purposes.items():
        for index, need in enumerate(purpose.needs):
            known = need.category == "*" or need.category in categories or need.category in groups
            if not known:
                wrong.at(
                    ("purposes", name, "needs", index),
                    f"The category {need.category!r} is unknown.",
                    f"Add it below 'categories:', or use one of these groups: {', '.join(sorted(groups))}.",
                )
