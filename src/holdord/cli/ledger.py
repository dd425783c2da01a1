"""``holdord ledger export``, ``holdord ledger prune``, ``holdord verify``: evidence taken away, let go, checked."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from holdord.cli.plan import Folder
from holdord.cli.say import is_output, output, say, unreadable, written
from holdord.errors import LedgerError

if TYPE_CHECKING:
    from holdord.run.prune import Proposal

_KEY = "It is the file ledger.pub of the company's folder, or a copy of it."
_NOTED = "It is what keep printed below 'Checkpoint of the ledger', from the log's name to the line of the signature."


def export(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="The file to write; - is standard output.")],
) -> int:
    """Sign the log as it is, and write it to one file that anybody can verify."""
    from holdord.ledger.checkpoints import checkpoint
    from holdord.ledger.export import export as write
    from holdord.now import now
    from holdord.run.folder import open_company

    with closing(open_company(folder)) as company:
        if company.is_new:
            raise LedgerError("There is no evidence yet: nothing was ever kept here. 'holdord keep' begins it.")
        if out.resolve() in company.own_files():
            raise LedgerError(f"{out} is a file of the company's own; the export is not written over it.")
        with company.state.writing() as connection:
            note = checkpoint(connection, company.key(), now())
        with written(out) as file, company.state.snapshot() as connection:
            signed = write(connection, file, note)
        public = company.public
    where, there = ("on standard output", "F") if is_output(out) else (f"in {out}", str(out))
    say(f"{signed.size} entries are {where}. To check: holdord verify {there} --key {public}")
    return 0


def prune(
    folder: Folder,
    before: Annotated[datetime, typer.Option("--before", formats=["%Y-%m-%d"], help="Entries older than this may go.")],
    confirm: Annotated[str | None, typer.Option("--confirm", help="The digest that the question named.")] = None,
) -> int:
    """Throw old entries away, so that what remains still verifies. Status 0: done, 1: waits for a yes."""
    from holdord.now import now
    from holdord.run import prune as pruning
    from holdord.run.folder import open_company

    day, console = before.date(), output()
    with closing(open_company(folder)) as company:
        if confirm is None:
            found = pruning.propose(company, day, now())
            if found.cut is None:
                say(f"Nothing was signed before {day} that is still there. Nothing goes.")
                return 0
            for line in _proposed(found):
                console.print(escape(line), soft_wrap=True)
            say(f"To have them kept elsewhere: holdord ledger export {folder} --out F")
            raise pruning.question(found, f"holdord ledger prune {folder} --before {day}")
        done = pruning.carry_out(company, day, now(), confirm)
    size = done.cut.signed.size
    console.print(f"{done.cut.number} entries are pruned; the log begins at entry {size}.")
    if done.owed:
        console.print(escape(done.owed), soft_wrap=True)
    console.print("Checkpoint of the ledger; note it elsewhere:")
    console.print(escape(done.note.rstrip()), soft_wrap=True)
    return 0


def _proposed(found: "Proposal") -> list[str]:
    """Return what would go, in words."""
    cut = found.cut
    assert cut is not None  # noqa: S101 (the caller looked)
    return [
        f"{cut.number} entries go ({cut.first} to {cut.signed.size - 1}), up to the checkpoint of "
        f"{cut.signed.signed_at:%Y-%m-%d %H:%M:%S} UTC; {found.size - cut.signed.size} stay.",
        *([found.stays] if found.stays else []),
        "Note this checkpoint elsewhere first; it will show that the log only grew:",
        found.note.rstrip(),
    ]


def verify(
    file: Annotated[Path, typer.Argument(metavar="F", help="An export of the ledger, or a person's receipt.")],
    key: Annotated[Path, typer.Option("--key", help="The log's public key, from a source that is not the file.")],
    noted: Annotated[Path | None, typer.Option("--checkpoint", help="A checkpoint noted earlier.")] = None,
) -> int:
    """Check evidence offline. Status 0: it holds, 2: it does not, or cannot be told."""
    from holdord.ledger.verify import verify as check

    public = _text(key, "key", _KEY).strip()
    note = f"{_text(noted, 'checkpoint', _NOTED).strip()}\n" if noted else None  # what is pasted ends anyhow
    held = check(file, public, note)
    console = output()
    console.print(f"[green]✓ Holds.[/green] {escape(str(held))}", soft_wrap=True)
    return 0


def _text(file: Path, what: str, remedy: str) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"The {what} {file} cannot be read: {unreadable(error)}. {remedy}") from error
