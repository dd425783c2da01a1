"""``holdord ledger export`` and ``holdord verify``: the evidence, to take away and to check."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from holdord.cli.plan import Folder
from holdord.cli.say import is_output, output, say, written
from holdord.errors import LedgerError


def export(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="The file to write; - is standard output.")],
) -> int:
    """Sign the log as it is, and write it to one file that anybody can verify."""
    from holdord.ledger.checkpoints import checkpoint
    from holdord.ledger.export import export as write
    from holdord.now import now
    from holdord.run.company import open_company

    with closing(open_company(folder)) as company:
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


def verify(
    file: Annotated[Path, typer.Argument(metavar="F", help="An export of the ledger, or a person's receipt.")],
    key: Annotated[Path, typer.Option("--key", help="The log's public key, from a source that is not the file.")],
    noted: Annotated[Path | None, typer.Option("--checkpoint", help="A checkpoint noted earlier.")] = None,
) -> int:
    """Check evidence offline. Status 0: it holds, 2: it does not, or cannot be told."""
    from holdord.ledger.verify import verify as check

    held = check(file, _text(key, "key").strip(), _text(noted, "checkpoint") if noted else None)
    console = output()
    console.print(f"[green]✓ Holds.[/green] {escape(str(held))}", soft_wrap=True)
    return 0


def _text(file: Path, what: str) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"The {what} {file} cannot be read: {type(error).__name__}.") from error
