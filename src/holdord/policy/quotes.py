"""Does the notice say the policy's promises: the quoted sentences, and those that a written notice says word for word?

A notice is a text file in the policy's folder or below it; its name is relative and never leads upwards. A section is a
Markdown heading that begins with its number (``## 6. Storage``); it reaches to the next heading of the same or a higher
level. White space counts as one blank. A promise that a written notice says may stand anywhere in it, in the words that
the policy has in the notice's language.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from holdord.document import Document
from holdord.errors import InputError, PolicyError, Problem
from holdord.policy.model import Policy

_AWAY = re.compile(r"[/\\]|[A-Za-z]:")  # how an absolute path begins, here or on Windows
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f]")

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HEADING = re.compile(r"^(#{1,6})\s+(?:(\d+(?:\.\d+)*)\.?\s+)?(.*)$")


def wrong_name(name: str) -> tuple[str, str] | None:
    """Return what is wrong with a notice's name and what to do, or None; where links lead is not looked at here."""
    if _UNPRINTED.search(name):
        return "This is no name of a file.", "Remove the control characters."
    if _AWAY.match(name) or ".." in re.split(r"[/\\]", name):
        remedy = "Copy the file there and give its name alone, such as notice.md."
        return "A notice lies in the policy's folder or below it, and this name leads elsewhere.", remedy
    return None


def read_notices(policy: Policy, read: Callable[[str], bytes]) -> dict[str, str]:
    """Return language → text of each notice that the policy names.

    Args:
        policy: A loaded policy.
        read: Returns the content of the file with that name, or raises InputError.

    Raises:
        PolicyError: With the place in the policy for every notice that cannot be read, or is not UTF-8.
    """
    texts, problems = {}, []
    for language, name in policy.notices.items():
        path = ("notices", language)
        try:
            texts[language] = read(name).decode("utf-8-sig")
        except InputError as error:
            problems += [policy.problem(path, f"{name}: {one.what}", one.remedy) for one in error.problems]
        except UnicodeDecodeError as error:
            what = f"{name}: The file is not UTF-8 (byte {error.start})."
            problems.append(policy.problem(path, what, "Save it as UTF-8."))
    if problems:
        raise PolicyError(problems)
    return texts


def sections(notice: str) -> dict[str, str]:
    """Return section number → text of that section, sub-sections included, white space folded."""
    open_sections: list[tuple[int, str]] = []
    lines: dict[str, list[str]] = {}
    for line in notice.splitlines():
        heading = _HEADING.match(line)
        if heading:
            level = len(heading[1])
            open_sections = [entry for entry in open_sections if entry[0] < level]
            open_sections.append((level, heading[2] or heading[3].strip()))
        for _, name in open_sections:
            lines.setdefault(name, []).append(line)
    return {name: " ".join(" ".join(found).split()) for name, found in lines.items()}


def unescaped(text: str) -> str:
    """Return Markdown with its backslash escapes undone (CommonMark 2.4)."""
    return _ESCAPED.sub(r"\1", text)


def missing_quotes(policy: Policy, document: Document, notices: Mapping[str, str]) -> list[Problem]:
    """Return a problem for each quote that its notice does not hold."""
    known = {language: sections(text) for language, text in notices.items()}
    problems = []
    for promise in policy.promises.values():
        for index, quote in enumerate(promise.notice):
            path = ("promises", promise.id, "notice", index)
            section = known.get(quote.language, {}).get(quote.section)
            if section is None:
                problems.append(
                    document.problem(path, f"The notice ({quote.language}) has no section {quote.section}.")
                )
            elif _folded(quote.text) not in section:
                problems.append(
                    document.problem(
                        (*path, "quote"),
                        f"Section {quote.section} of the notice ({quote.language}) does not say this.",
                        "Quote it word by word.",
                    )
                )
    return [*problems, *_unsaid(policy, document, notices)]


def _unsaid(policy: Policy, document: Document, notices: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each promise that a written notice does not say."""
    plain = {language: _folded(unescaped(text)) for language, text in notices.items()}
    for promise in policy.promises.values():
        for language, text in plain.items():
            words = promise.says.by.get(language)
            if promise.section is not None and words is not None and _folded(words) not in text:
                remedy = f"Write it anew: holdord write DIR --lang {language} --out {policy.notices[language]}."
                what = f"The notice ({language}) does not say this promise."
                yield document.problem(("promises", promise.id, "says"), what, remedy)


def _folded(text: str) -> str:
    return " ".join(text.split())
