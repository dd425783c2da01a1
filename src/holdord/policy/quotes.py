"""Are the quoted sentences really in the notice, under the section that the policy names?

A section is a Markdown heading that begins with its number (``## 6. Storage``); it reaches to the next heading of the
same or a higher level. White space counts as one blank.
"""

import re
from collections.abc import Mapping

from holdord.document import Document
from holdord.errors import Problem
from holdord.policy.model import Policy

_HEADING = re.compile(r"^(#{1,6})\s+(?:(\d+(?:\.\d+)*)\.?\s+)?(.*)$")


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
            elif " ".join(quote.text.split()) not in section:
                problems.append(
                    document.problem(
                        (*path, "quote"),
                        f"Section {quote.section} of the notice ({quote.language}) does not say this.",
                        "Quote it word by word.",
                    )
                )
    return problems
