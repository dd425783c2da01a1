"""The process that is killed: ``keep`` on a folder, at a given moment, telling what it has done.

It says ``ready`` when it begins, ``begun`` when the plan stands, ``batch`` for each statement's part of a batch after
its commit, ``seams`` with how many there were from the plan to the last batch, and ``end``.
"""

import os
import signal
import traceback
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from holdord.plan.statements import Plan, Statement
from holdord.run import execute
from holdord.run.folder import open_company
from tests import yes
from tests.torment.seams import seams


def start(folder: Path, moment: datetime, width: int, seam: int | None) -> tuple[int, IO[str]]:
    """Sweep in a process of its own; return its number and what it says.

    Args:
        folder: The company's.
        moment: What time it is.
        width: Keys in a batch; 0 leaves that to the product.
        seam: At which seam after ``begun`` the process kills itself; None where somebody else does.
    """
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, os.fdopen(read, encoding="utf-8")
    status = 1
    try:
        os.close(read)
        with os.fdopen(write, "w", encoding="utf-8") as out:
            try:
                _sweep(folder, moment, width, seam, out)
                status = 0
            except BaseException:
                traceback.print_exc(file=out)
    finally:
        os._exit(status)


def _sweep(folder: Path, moment: datetime, width: int, seam: int | None, out: IO[str]) -> None:
    if width:
        execute._NARROWEST = execute._FIRST = execute._WIDEST = width
    begun: list[int] = []
    reached = last = 0

    def say(line: str) -> None:
        out.write(f"{line}\n")
        out.flush()

    def strike(number: int, _: str, __: Connection) -> None:
        nonlocal reached
        reached = number
        if begun and number - begun[0] == seam:
            os.kill(os.getpid(), signal.SIGKILL)

    def stands(plan: Plan) -> None:
        begun.append(reached)
        say(f"begun {plan.rows}")

    def told(statement: Statement, rows: int) -> None:
        nonlocal last
        last = reached
        say(f"batch {statement.table} {statement.action} {rows}")

    say("ready")
    with closing(open_company(folder)) as company, seams(company, strike):
        kept = yes.keep(company, lambda: moment, begun=stands, progress=told)
        say(f"seams {last - begun[0]}")
    say(f"end {kept.rows} {kept.left.rows}")
