"""The main job, from an empty folder to verified proof, for any of the example companies.

    ./run demo COMPANY [--people N] [--dir D] [--store URL] [--seed S]

Makes a folder with the company's policy and notices, fills its register with made-up people, shows the board and the
plan, keeps the promises, shows the board again and verifies the ledger. The folder stays, for ``./run plan D`` and the
other commands. A folder that is there already is made anew only if it was made here. ``shop`` has no register:
its people lie in tables of its own.
"""

import argparse
import json
import os
import shutil
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from examples.population import COMPANIES, populate  # noqa: E402
from examples.shop import people as shop  # noqa: E402
from rich.markup import escape  # noqa: E402
from sqlalchemy import inspect  # noqa: E402

from holdord.cli.plan import show as show_plan  # noqa: E402
from holdord.cli.say import errors, output, progress, say  # noqa: E402
from holdord.cli.status import show as show_board  # noqa: E402
from holdord.config import FILE  # noqa: E402
from holdord.config import read as read_settings  # noqa: E402
from holdord.errors import HoldordError  # noqa: E402
from holdord.ledger.export import export  # noqa: E402
from holdord.ledger.verify import verify  # noqa: E402
from holdord.now import now, today  # noqa: E402
from holdord.policy.model import Part  # noqa: E402
from holdord.run.board import board  # noqa: E402
from holdord.run.company import Company  # noqa: E402
from holdord.run.folder import open_company  # noqa: E402
from holdord.run.sweep import keep, look  # noqa: E402
from holdord.stores.database import connect, wrapped  # noqa: E402

MARK = ".holdord-demo"
SHOP = "shop"


def prepare(company: str, folder: Path, store: str | None) -> None:
    """Make the company's folder, with nothing in its register, or in the tables of its own.

    Raises:
        HoldordError: When the folder or the database holds something that was not made here.
    """
    for name in ("HOLDORD_STORE", "HOLDORD_STATE"):  # it would take the place of --store, and be filled and swept
        if os.environ.get(name):
            raise HoldordError(
                f"{name} is set; the demo does not touch that database. Unset it, and name an empty one "
                "with --store if you like."
            )
    if store is not None:
        engine = connect(store)
        with wrapped("demo"), closing(engine.connect()) as connection:
            tables = inspect(connection).get_table_names()
        engine.dispose()
        if tables:
            raise HoldordError("The demo's register goes into an empty database, and this one holds tables.")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise HoldordError(f"{folder} is no folder of the demo's. Choose another with --dir.")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise HoldordError(f"{folder} is there already and was not made by the demo. Choose another with --dir.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("made by ./run demo, which makes it anew\n", "utf-8")
    for file in sorted((ROOT / "examples" / company).iterdir()):
        if file.suffix in (".yaml", ".md"):
            shutil.copy(file, folder)
    if store is None and company == SHOP:
        store = "sqlite:///shop.db"
    if store is not None:
        settings = folder / FILE
        settings.touch(mode=0o600)
        settings.write_text(f"[store]\nurl = {json.dumps(store)}\n", "utf-8")
    if company == SHOP:
        shop.make_tables(read_settings(folder, {}).store_url).dispose()


def fill(company: Company, name: str, people: int, seed: int) -> None:
    """Fill the register with made-up people."""
    from rich.progress import Progress

    console = errors()
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("making people up", total=people)
        engine, as_of = company.store.engine, today(company.policy.controller.zone, now())

        def told(number: int) -> None:
            bar.update(task, completed=number)

        if name == SHOP:
            rows = shop.fill(engine, people, as_of=as_of, seed=seed, progress=told)
        else:
            rows = populate(engine, name, people, as_of=as_of, seed=seed, policy=company.policy, progress=told)
        bar.update(task, completed=people)
    words = ", ".join(f"{count} {table}" for table, count in rows.items() if count)
    say(f"Made up {people} people with ten years of history: {words}.")


def job(company: Company, folder: Path) -> bool:
    """Show the board and the plan, keep the promises, show the board, verify; return whether all is well."""
    console = output()
    console.rule("[bold]The board before: what is due, and why[/bold]")
    show_board(board(company, now()))
    console.rule("[bold]The plan[/bold]")
    found = look(company, today(company.policy.controller.zone, now()), now())
    plan = found.due.plan
    show_plan(plan, found.open)
    console.rule("[bold]Keeping the promises[/bold]")
    console.print(f"Confirmed, since these people are made up: {plan.digest}", soft_wrap=True)
    with progress(plan) as told:
        kept = keep(company, now, confirm=plan.digest, progress=told)
    console.print(f"{kept.rows} rows erased or stripped; {kept.left.rows} left, looked again at {kept.plan.at}.")
    if kept.owed:
        console.print(escape(kept.owed), soft_wrap=True)
    console.rule("[bold]The board after[/bold]")
    after = board(company, now())
    show_board(after)
    console.rule("[bold]The proof[/bold]")
    out = folder / "ledger.txt"
    with out.open("wb") as file, company.state.snapshot() as connection:
        export(connection, file, kept.note)
    public = company.public
    held = verify(out, public.read_text("utf-8").strip(), kept.note)
    console.print(f"[green]✓ Holds.[/green] {escape(str(held))}", soft_wrap=True)
    # what people must prove or look at, and pages that nobody serves, wait in a demo as well
    data = {(one.promise.id, part.name) for one in after.promises for part in one.promise.parts if _in_data(part)}
    wrong = after.unclaimed or any(
        part.state in ("due", "broken") and (one.promise.id, part.name) in data
        for one in after.promises
        for part in one.parts
    )
    return not wrong and not after.reviews and not kept.left.statements


def _in_data(part: Part) -> bool:
    """Tell whether a sweep keeps a part."""
    return bool(part.purposes or part.holds or part.figures)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with the status for wrong usage."""

    def error(self, message: str) -> NoReturn:
        say(f"{message} Try: ./run demo --help")
        sys.exit(64)


def main() -> int:
    """Run the demo and return its exit status: 0 when everything due was kept and the proof holds."""
    parser = _Parser(prog="./run demo", description="The main job for one of the example companies.")
    parser.add_argument("company", choices=(*COMPANIES, SHOP))
    parser.add_argument("--people", type=int, default=5_000, metavar="N")
    parser.add_argument("--dir", type=Path, metavar="D", help="the live folder (default: var/COMPANY)")
    parser.add_argument("--store", metavar="URL", help="an empty database (default: SQLite in the folder)")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    said = parser.parse_args()
    if said.people < 1:
        parser.error("--people takes a number of 1 or more.")
    folder = said.dir or Path("var") / said.company
    began = time.monotonic()
    try:
        prepare(said.company, folder, said.store)
        with closing(open_company(folder, install=True)) as company:
            fill(company, said.company, said.people, said.seed)
            well = job(company, folder)
    except (HoldordError, OSError) as error:
        say(str(error))
        return 2
    say(f"\nDone in {time.monotonic() - began:.0f} s. What to try next:")
    say(f"  ./run plan {folder} --at {now().year + 2}-01-01      what the coming years will ask for")
    say(
        f"  ./run status {folder} --json            the board for programs; ./run keep {folder} keeps it true every day"
    )
    if said.company == SHOP:
        say(f"  ./run figures {folder}                  what stayed as numbers when the orders went")
    say(f"  ./run verify {folder}/ledger.txt --key {folder}/ledger.pub    change one byte of the file first, and see")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
