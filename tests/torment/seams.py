"""Places at which a sweep can be struck: before each statement and each commit, in each of its databases."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from holdord.run.company import Company

Strike = Callable[[int, str, Connection], None]
"""Told the seam's number, its name, and the connection on which something is about to be done."""


DEAD = 9
"""The exit status of a process that ended at a seam."""


class Killed(BaseException):
    """Stands for a kill: nothing of the program catches it."""


@contextmanager
def seams(company: Company, strike: Strike) -> Iterator[list[str]]:
    """Have ``strike`` called at each seam; yield their names as they come.

    A name says the database, and what is about to be done there, such as ``state: INSERT holdord_intent`` and
    ``store: COMMIT``.
    """
    names: list[str] = []

    def reached(what: str, connection: Connection) -> None:
        names.append(what)
        strike(len(names) - 1, what, connection)

    def listen(place: str) -> tuple[Callable[..., None], Callable[..., None]]:
        def execute(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
            reached(f"{place}: {_named(statement)}", connection)

        def commit(connection: Connection) -> None:
            reached(f"{place}: COMMIT", connection)

        return execute, commit

    engines = (
        {"store": company.store.engine, "state": company.state.engine}
        if company.apart
        else {"store": company.store.engine}
    )
    heard = [(engine, *listen(place)) for place, engine in engines.items()]
    for engine, execute, commit in heard:
        event.listen(engine, "before_cursor_execute", execute)
        event.listen(engine, "commit", commit)
    try:
        yield names
    finally:
        for engine, execute, commit in heard:
            event.remove(engine, "before_cursor_execute", execute)
            event.remove(engine, "commit", commit)


def strike_at(number: int, act: Callable[[Connection], None]) -> Strike:
    """Strike once, at the seam of that number."""

    def strike(reached: int, _: str, connection: Connection) -> None:
        if reached == number:
            act(connection)

    return strike


def kill(_: Connection) -> None:
    """Kill the sweep."""
    raise Killed


def _named(statement: str) -> str:
    """Return the verb of a statement, and the table that it is about."""
    verb = statement.split(None, 1)[0].upper() if statement.strip() else ""
    table = re.search(
        r'(?:INTO|FROM|UPDATE|TABLE(?: IF (?:NOT )?EXISTS)?)\s+"?([A-Za-z_]\w*)', statement, re.IGNORECASE
    )
    return f"{verb} {table[1]}" if table else verb


def die(_: Connection) -> None:
    """End this process at once, as kill -9 does."""
    os._exit(DEAD)


def in_a_child(company: Company, work: Callable[[], object]) -> int:
    """Do something in a process of its own; return its exit status, 1 where it failed."""
    company.store.engine.dispose()  # SQLite's connections must not be carried over
    company.state.engine.dispose()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)
