"""``holdord write``: the notice that a policy makes, as Markdown, a web page or a PDF."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdord.cli.say import is_output, say, written
from holdord.errors import InputError

if TYPE_CHECKING:
    from holdord.policy.model import Policy

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a policy.yaml.")]
Lang = Annotated[str, typer.Option("--lang", help="The notice's language: nb, nn, da, sv or en.")]
Out = Annotated[Path, typer.Option("--out", help="A file: .md, .html or .pdf; - is standard output, as Markdown.")]


def write(folder: Folder, lang: Lang, out: Out = Path("-")) -> int:
    """The privacy notice that the policy makes. Status 0: written, 2: the policy cannot say it all."""
    from holdord.cli.read import language_of
    from holdord.config import read as read_settings
    from holdord.notice.write.page import write as markdown
    from holdord.notice.write.policy import facts_of
    from holdord.run.company import own_files
    from holdord.run.folder import map_of, read_policy

    language = language_of(lang)
    kind = ".md" if is_output(out) else out.suffix.lower()
    if kind not in (".md", ".html", ".pdf"):
        raise InputError(f"{out} is no kind of file that can be written. End its name in .md, .html or .pdf.")
    policy = read_policy(folder, quotes=False)
    if not is_output(out) and out.resolve() in own_files(folder, read_settings(folder)):
        raise InputError(f"{out} is a file of the company's own. Write to another one.")
    facts = facts_of(policy, map_of(folder), language)
    if _quoted(policy, folder, out):
        raise InputError(
            f"{out} is a notice that the policy quotes, and somebody else wrote it. Write to another file."
        )
    if kind == ".md":
        content = markdown(facts, language).encode()
    elif kind == ".html":
        from holdord.notice.write.html import html

        content = html(facts, language).encode()
    else:
        from holdord.notice.write.pdf import pdf

        content = pdf(facts, language)
    with written(out) as file:
        file.write(content)
    if not is_output(out):
        say(f"Written: {out}. It is a draft until a person has read it.")
    return 0


def _quoted(policy: "Policy", folder: Path, out: Path) -> bool:
    """Tell whether a file is a notice that somebody else wrote: the policy quotes sentences of it."""
    languages = {code for code, name in policy.notices.items() if (folder / name).resolve() == out.resolve()}
    return out.exists() and any(
        quote.language in languages for promise in policy.promises.values() for quote in promise.notice
    )
