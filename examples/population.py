"""Made-up people for the register: a company's ten years of contacts, as many as are asked for.

    populate(engine, "clienti", 5_000, as_of=date(2026, 11, 23))

The people are fictitious and look it (``examples.fictions``). The first of them are the cast (``examples.cast``): the
worked example of the rule, a legal hold, and for every limit of the company's policy somebody on each side of it. The
rest have histories (``examples.histories``) in the proportions of ``people.py`` beside the policy. They are told one
after the other and written in chunks, so a million take no more memory than a thousand.
"""

import random
import runpy
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path

from examples.book import Book, needed
from examples.cast import Cast
from examples.chance import Chance
from examples.fictions import fictions
from examples.histories import Histories
from examples.trade import Mix
from sqlalchemy import Connection, Engine, func, select

from holdord.datamap.model import DataMap
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.stores.register.map import data_map
from holdord.stores.register.schema import persons

COMPANIES = ("clemco-norge", "west-elektro", "se-gruppen", "clienti")

_CHUNK = 1_000  # people
_TRANSACTION = 20  # chunks
_HERE = Path(__file__).parent


def populate(
    target: Engine | Connection,
    company: str,
    people: int,
    *,
    as_of: date,
    seed: int = 1,
    policy: Policy | None = None,
    datamap: DataMap | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Fill an empty register with a company's made-up people.

    The same company, seed, date and policy give the same rows, and more people begin with the same ones.

    Args:
        target: An engine, which is written to in several transactions, or a connection in one of the caller's.
        company: One of :data:`COMPANIES`.
        people: How many; the cast is there in full even where this is less.
        as_of: The day on which limits are at their edge; histories end here and begin ten years earlier.
        seed: Of all chance.
        policy: The company's; by default the one in its folder. It opens tables and columns, and casts the edges.
        datamap: Where the policy's classes lie; by default the register's own map.
        progress: Called with the number of people so far, now and then.

    Returns:
        The rows written, by table.

    Raises:
        ValueError: There is no such company, or the register holds people already.
        PolicyError: The folder's policy is wrong.
    """
    mix = _mix(company)
    pools = fictions(mix["locale"], mix["country"], seed)
    policy = policy or _policy(company)
    datamap = datamap or data_map()
    book = Book(target.dialect, needed(policy, datamap))
    stream = random.Random(f"{company} {seed} {as_of}")
    cast = Cast(book, mix, pools, datamap, as_of=as_of, zone=policy.controller.zone)
    with _transaction(target) as connection:
        if connection.execute(select(func.count()).select_from(persons)).scalar_one():
            raise ValueError("The register holds people already; the made-up ones go into an empty one.")
        told = cast.enter(policy)
        book.write(connection)
    histories = Histories(book, mix, pools, Chance(book, mix["phrases"], as_of=as_of, stream=stream))
    while told < people:
        with _transaction(target) as connection:
            for _ in range(_TRANSACTION):
                for _ in range(min(_CHUNK, people - told)):
                    told = histories.person()
                book.write(connection)
        if progress is not None:
            progress(told)
    with _transaction(target) as connection:
        book.write(connection)
        return book.close(connection)


def _transaction(target: Engine | Connection) -> AbstractContextManager[Connection]:
    return target.begin() if isinstance(target, Engine) else nullcontext(target)


def _mix(company: str) -> Mix:
    if company not in COMPANIES:
        raise ValueError(f"There is no example {company!r}. There are {', '.join(COMPANIES)}.")
    mix: Mix = runpy.run_path(str(_HERE / company / "people.py"))["MIX"]
    return mix


def _policy(company: str) -> Policy:
    file = _HERE / company / "policy.yaml"
    return load(file.read_bytes(), file=str(file))
