"""``holdord init``: a first policy from a company's own notice, with a question wherever only a person can answer."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdord.cli.read import Lang
from holdord.cli.say import say
from holdord.errors import InputError

if TYPE_CHECKING:
    from holdord.notice.draft.folder import Given
    from holdord.notice.draft.questions import Question
    from holdord.notice.draft.reading import Drafted
    from holdord.policy.terms import Language

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Where policy.yaml is to be; made if it is not there.")]
Notices = Annotated[
    list[Path],
    typer.Option(
        "--notice",
        metavar="NOTICE",
        help="Text, Markdown, HTML, PDF or DOCX. Again for other languages; the first settles the policy's language.",
    ),
]


UsualAnswers = Annotated[
    bool,
    typer.Option("--usual", help="Answer what the notice leaves open with what is usual in its country, as guesses."),
]


def init(folder: Folder, notice: Notices, lang: Lang = "", usual: UsualAnswers = False) -> int:
    """A first policy, drafted from a notice. Status 0: drafted, 1: questions are left in it, 2: cannot tell."""
    from holdord.files import write_file
    from holdord.notice.draft.folder import names_of, written
    from holdord.notice.draft.questions import questions
    from holdord.notice.draft.reading import draft
    from holdord.now import now
    from holdord.run.company import POLICY
    from holdord.stores.register.map import data_map

    file = folder / POLICY
    if file.exists() or file.is_symlink():
        raise InputError(f"{file} is there already, and is not written over. Move it away, or name another folder.")
    given = [_given(folder, one, lang if number == 0 else "") for number, one in enumerate(notice)]
    _check_languages(given)
    if len(given) == 1 and (status := _written(file, given[0])) is not None:
        return status
    drafted = draft([one.reading for one in given], data_map(), now().date())
    used = [one for one in given if one.reading.language in drafted.places]
    names = dict(zip(drafted.places, names_of(used, drafted.places, _taken(folder, used)), strict=True))
    drafted = drafted.named(names)
    asked = drafted.draft.questions
    if usual:
        drafted = drafted.settled()
    text = written(drafted)
    _make(folder)
    for one in used:
        name = names[one.reading.language]
        if name != one.inside:
            write_file(folder / name, drafted.places[one.reading.language].markdown.encode())
    write_file(file, text.encode())
    _tell(file, drafted, names, given)
    if usual:
        many = _many(asked - drafted.draft.questions, "place")
        say(f"{many} got the usual answer, each marked as a guess to look at.")
    return _ask(file, questions(drafted.draft, text), drafted.draft.could_be_usual)


def _ask(file: Path, open_: "list[Question]", could_be_usual: int) -> int:
    """List the questions that are left, and return the status."""
    from holdord.notice.draft.questions import listed, together

    if not open_:
        say(f"\nNo question is left. Read {file} line by line, then: holdord check {file.parent}")
        return 0
    many = f"{_many(len(together(open_)), 'question')} in {_many(len(open_), 'place')}"
    say(f"\n{many} to answer, each in place of a question mark in {file}, with advice above it:")
    for line in listed(open_):
        say(line)
    if could_be_usual:
        say(f"\nWith --usual, {_many(could_be_usual, 'place')} would have the usual answer, for you to look at.")
    say(f"\nThen: holdord check {file.parent}")
    return 1


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _written(file: Path, given: "Given") -> int | None:
    """Draft the policy of a notice that ``holdord write`` made: it says the same, so nothing has to be guessed of it.

    Only where the data lie is not said. Returns the status; None where somebody else wrote the notice.
    """
    from holdord.errors import NoticeError
    from holdord.files import write_file
    from holdord.notice.draft.facts import draft
    from holdord.notice.draft.yaml import yaml
    from holdord.notice.write.parse import parse
    from holdord.policy.load import load
    from holdord.run.fit import fit
    from holdord.stores.register.map import data_map

    language, plain = given.reading.language, given.reading.plain
    try:
        facts = parse(plain, language)
    except NoticeError:
        return None
    name = given.inside or f"notice.{language}.md"
    _make(file.parent)
    if not given.inside:
        write_file(file.parent / name, plain.encode())
    text = yaml(draft(facts, language, data_map(), name))
    write_file(file, text.encode())
    say(f"Drafted: {file}, with {len(facts.purposes)} purposes, from a notice that holdord wrote: it says the same.")
    say("In which records the data lie is guessed, for no notice says it.")
    open_ = fit(load(text, file=str(file))).problems
    if open_:
        say(f"In {len(open_)} places that does not fit the register yet.")
    say(f"Read {file} line by line, then: holdord check {file.parent}")
    return 1 if open_ else 0


def _given(folder: Path, notice: Path, lang: str) -> "Given":
    """Return a notice as read, and its name in the folder where it lies there as text.

    Raises:
        InputError: When it cannot be read.
    """
    from holdord.cli.read import reading
    from holdord.files import read_file
    from holdord.notice.draft.folder import Given
    from holdord.notice.text import LARGEST

    if str(notice) == "-":
        raise InputError("A notice to draft from is a file, for the policy will quote it. Save it, and name the file.")
    found = reading(notice, lang)
    inside = ""
    if notice.resolve().is_relative_to(folder.resolve()):
        try:
            if read_file(notice, limit=LARGEST).decode("utf-8-sig") == found.plain:
                inside = notice.resolve().relative_to(folder.resolve()).as_posix()
        except UnicodeDecodeError:
            inside = ""
    return Given(reading=found, inside=inside)


def _check_languages(given: "list[Given]") -> None:
    """Refuse two notices in one language: which of them would be quoted?"""
    twice = [language for language, times in Counter(one.reading.language for one in given).items() if times > 1]
    if twice:
        raise InputError(f"Two notices are in the same language ({twice[0]}). Give one notice in each language.")


def _taken(folder: Path, given: "list[Given]") -> dict[str, bytes]:
    """Return the files that have a name which a notice might be written under."""
    from holdord.files import read_file
    from holdord.notice.draft.folder import possible
    from holdord.notice.text import LARGEST

    names = [name for one in given for name in possible(one.reading.language)]
    return {name: read_file(folder / name, limit=LARGEST) for name in names if (folder / name).exists()}


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made: {error.strerror}.") from error


def _tell(file: Path, drafted: "Drafted", names: "dict[Language, str]", given: "list[Given]") -> None:
    """Say what was drafted, and which notices lie beside it."""
    policy = drafted.draft.policy
    kinds = Counter(note.kind for notes in drafted.draft.notes.values() for note in notes)
    say(f"Drafted: {file}, with {len(policy['purposes'])} purposes and {len(policy['promises'])} promises.")
    say(f"{kinds['said']} places quote the notice, {kinds['guess']} are guesses to look at.")
    for one in given:
        language = one.reading.language
        if language in drafted.unpaired:
            say(f"The notice in {language} says too little that is surely the same, so it is not used.")
            continue
        name = names[language]
        if name != one.inside:
            how = (
                "as it is"
                if drafted.places[language].as_it_is
                else "as Markdown, its headings marked so that quotes are found"
            )
            say(f"The notice is beside it as {name}, {how}.")
        if language in drafted.sentences:
            say(f"{drafted.sentences[language]} of its sentences have a sure counterpart in the first notice.")
