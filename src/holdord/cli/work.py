"""``holdord work``: does what is due, again and again."""

from datetime import timedelta
from typing import Annotated

import typer

from holdord.cli.plan import Folder
from holdord.cli.say import say
from holdord.now import now


def work(
    folder: Folder,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.")] = False,
    idle: Annotated[
        int, typer.Option("--idle", min=1, max=86_400, metavar="SECONDS", help="How long to wait between looks.")
    ] = 30,
) -> int:
    """Send letters, remind staff, erase what is over, sweep where settings say so. Status 0: all done, 1: not all."""
    from contextlib import closing
    from threading import Event

    from holdord.run import worker
    from holdord.run.folder import open_company

    def told(did: worker.Did) -> None:
        if did.piece:
            say(f"{did.piece}: {did.text}.")
        for one in did.findings:
            say(f"{one.piece} could not be done: {one.text}")

    with closing(open_company(folder, install=True)) as company:  # what is wrong is said here, once, in words
        if once:
            failed = False
            for did in worker.once(company, now):
                told(did)
                failed = failed or bool(did.findings)
            return 1 if failed else 0
    say("Working. Stop with Ctrl-C.")
    worker.run(lambda: closing(open_company(folder, install=True)), now, Event(), timedelta(seconds=idle), told)
    return 0
