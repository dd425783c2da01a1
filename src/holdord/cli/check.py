"""``holdord check``: what a notice lacks, where it contradicts itself or the law, and what of it nothing keeps."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from holdord.cli.read import AsJson, Lang, reading
from holdord.cli.say import output, put

if TYPE_CHECKING:
    from holdord.datamap.model import DataMap
    from holdord.notice.model import Finding, Reading
    from holdord.policy.model import Policy
    from holdord.policy.terms import Language
    from holdord.run.fit import Fit

SEVERITIES = {
    "error": ("bold red", "✗", "The law asks for this, or it is wrong"),
    "warning": ("yellow", "!", "This pulls apart or misleads"),
    "hint": ("cyan", "•", "Worth a look"),
}
"""Severity → colour, sign and heading; never colour alone."""

_ONCE = frozenset(("promise_unwired", "law_outlasts_promise"))
"""What is about the policy, and is shown with the first of its notices only."""
_WIDEST = 100

Places = Annotated[
    list[Path],
    typer.Argument(metavar="DIR|NOTICE…", help="A folder with a policy.yaml, or notices; - is standard input."),
]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A notice and its findings; or, without a reading, a policy and where it does not fit the register."""

    name: str
    reading: "Reading | None"
    findings: tuple["Finding", ...]
    policy: "Fit | None" = None

    def line(self, finding: "Finding") -> int | None:
        """Return the line of a finding, counted from 1, or None where something is missing."""
        if self.reading is None or finding.start is None:
            return None
        return self.reading.plain.count("\n", 0, finding.start) + 1

    def words(self, finding: "Finding") -> str:
        """Return the words of a finding, blanks collapsed."""
        if self.reading is None or finding.start is None:
            return ""
        return " ".join(self.reading.plain[finding.start : finding.end].split())

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        if self.reading is None:
            return {"policy": self.name, **(asdict(self.policy) if self.policy else {})}
        return {
            "notice": self.name,
            "language": self.reading.language,
            "controller": self.reading.controller or None,
            "findings": [
                {**asdict(found), "line": self.line(found), "words": self.words(found) or None}
                for found in self.findings
            ],
        }


def check(places: Places, lang: Lang = "", as_json: AsJson = False) -> int:
    """What a notice lacks or contradicts, and what nothing keeps. Status 0: no finding, 1: findings, 2: cannot tell."""
    checked = [one for place in places for one in (_folder(place) if place.is_dir() else _notice(place, lang))]
    if as_json:
        notices, policies = (
            [one.document() for one in checked if bool(one.reading) is of_notice] for of_notice in (True, False)
        )
        put({"notices": notices, "policies": policies})
    else:
        for one in checked:
            show(one)
    return 1 if any(one.findings or (one.policy and one.policy.problems) for one in checked) else 0


def _notice(place: Path, lang: str) -> list[Checked]:
    from holdord.notice.check.notice import check as check_notice

    found = reading(place, lang)
    return [Checked(name=str(place), reading=found, findings=check_notice(found))]


def _folder(folder: Path) -> list[Checked]:
    """Check the notices that a folder's policy names, each by itself and against the policy.

    Raises:
        PolicyError: When the policy is wrong, or a notice does not say what it quotes.
        InputError: When a notice cannot be read, or the policy names none.
    """
    from holdord.errors import InputError
    from holdord.files import read_inside
    from holdord.notice.check.notice import check as check_notice
    from holdord.notice.check.policy import against
    from holdord.notice.read import read as read_notice
    from holdord.notice.text import LARGEST, plain_of
    from holdord.policy.terms import LANGUAGES
    from holdord.run.fit import fit
    from holdord.run.folder import map_of, read_policy, schema_of

    policy, datamap = read_policy(folder), map_of(folder)
    if not policy.notices:
        raise InputError(f"{policy.file} names no notice, so there is nothing to check. Add it below 'notices'.")
    result: list[Checked] = []
    for code, name in policy.notices.items():
        language = next((known for known in LANGUAGES if known == code), None)
        found = read_notice(plain_of(read_inside(folder, name, limit=LARGEST), name), language)
        beside = against(found, policy, _written(policy, datamap, found.language))
        beside = tuple(one for one in beside if not (result and one.code in _ONCE))
        result.append(Checked(name=str(folder / name), reading=found, findings=(*check_notice(found), *beside)))
    return [
        *result,
        Checked(name=policy.file, reading=None, findings=(), policy=fit(policy, datamap, schema_of(folder))),
    ]


def _written(policy: "Policy", datamap: "DataMap", language: "Language") -> str | None:
    """Return the notice that a policy makes in a language, or None where it cannot make one."""
    from holdord.errors import PolicyError
    from holdord.notice.write.page import write
    from holdord.notice.write.policy import facts_of

    try:
        return write(facts_of(policy, datamap, language), language)
    except PolicyError:
        return None


def show(checked: Checked) -> None:
    """Print the findings of a notice in groups, with line, words, rule and proposal; or a policy's problems."""
    console = output()
    console.rule(f"[bold]{escape(checked.name)}[/bold]")
    for severity, (colour, sign, heading) in SEVERITIES.items():
        group = [found for found in checked.findings if found.severity == severity]
        if group:
            console.print(f"\n[bold]{heading} ({len(group)})[/bold]")
        for found in group:
            line = checked.line(found)
            where = f"line {line}" if line is not None else "missing" if found.code.startswith("missing") else "policy"
            console.print(
                f"  [{colour}]{sign} {where}[/{colour}]  {escape(found.text)} [dim]{escape(found.article)}[/dim]",
                soft_wrap=True,
            )
            words = checked.words(found)
            if words and words[:_WIDEST] not in found.text:
                console.print(f"      [dim]{escape(_cut(words))}[/dim]", soft_wrap=True)
            if found.proposal:
                console.print(f"      → {escape(found.proposal)}", soft_wrap=True)
    if checked.policy:
        for problem in checked.policy.problems:
            console.print(f"  [yellow]![/yellow] {escape(str(problem))}", soft_wrap=True)
        for hint in checked.policy.hints:
            console.print(f"  [cyan]•[/cyan] {escape(hint)}", soft_wrap=True)
        if not checked.policy.problems:
            console.print("\n[bold]The policy fits its data map.[/bold]")
    else:
        console.print(f"\n[bold]{counts(checked.findings)}[/bold]")


def counts(findings: "Iterable[Finding]") -> str:
    """Return how many findings there are of each severity, in words."""
    every = list(findings)
    if not every:
        return "Nothing found. That is no proof that nothing is wrong: have a lawyer read what matters."
    parts = [
        f"{number} {severity}{'' if number == 1 else 's'}"
        for severity in SEVERITIES
        if (number := sum(found.severity == severity for found in every))
    ]
    return ", ".join(parts) + "."


def _cut(words: str) -> str:
    return words if len(words) <= _WIDEST else words[:_WIDEST].rsplit(" ", 1)[0] + " …"
