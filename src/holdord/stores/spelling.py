"""Texts compared however they were written: addresses in any letters, numbers with anything between their digits.

What a database compares and what is compared in memory is said here side by side. Letters beyond A to Z are folded by
PostgreSQL and not by SQLite, so whoever asks names the ways in which they may stand there.
"""

from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, func

from holdord.plan.compiler import Compiler
from holdord.stores.reading import everything

Spelling = Literal["exact", "letters", "digits"]
BETWEEN = " \u00a0-./()+"
"""What stands between digits and says nothing."""


def plain(text: str, spelling: Spelling) -> str:
    """Return a text as it is compared."""
    if spelling == "letters":
        return text.strip(" ").lower()
    return text.translate(_NOTHING) if spelling == "digits" else text


def query(compiler: Compiler, table: str, column: str, spelling: Spelling) -> Select[Any]:
    """Return what finds the rows of which a column, as it is compared, is one of the texts of ``wanted``.

    Digits have a parameter more, ``ends``: a pattern of the end that all of these have.
    """
    said: ColumnElement[Any] = compiler.tables[table].c[column]
    asked = everything(compiler, table)
    if spelling == "letters":
        said = func.lower(func.trim(said))
    if spelling == "digits":
        asked = asked.where(func.rtrim(said, BETWEEN).like(bindparam("ends")))  # cheap, and so of most rows all
        for one in BETWEEN:
            said = func.replace(said, one, "")
    return asked.where(said.in_(bindparam("wanted", expanding=True)))


_NOTHING = str.maketrans("", "", BETWEEN)
