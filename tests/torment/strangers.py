"""People who share nearly everything: when one of them is due, nobody else is touched, and nothing of theirs is left.

World after world is put into a company's own tables, on SQLite and on PostgreSQL, and swept. The associations number
their people alike; addresses, households and employers are shared, parcels have a sender and a receiver, tickets are
answered by staff who come and go, and people reply to what others wrote. What must be left is told by a bookkeeper who
knows nothing of plans (``strangers_judge``), and by the interpreter of the rule, who must agree. Then one of the people
who are left asks what is held, and to be erased (``strangers_asks``).
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.stores.database import connect
from tests.opinions import interpreter
from tests.torment import strangers_asks
from tests.torment import strangers_world as worlds
from tests.torment.kill import KINDS, Kind, proved
from tests.torment.servers import Server, postgres, scratch
from tests.torment.strangers_judge import Bookkeeper, Kept, by_key
from tests.torment.strangers_world import KEYS, Row, World
from tests.yes import keep

BOTH = KINDS[:2]
"""SQLite and PostgreSQL."""


@dataclass
class Report:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def run(count: int = 200, seed: int = 1, *, kinds: Sequence[Kind] = BOTH, url: str | None = None) -> Report:
    """Sweep ``count`` worlds on each kind of store.

    Args:
        count: How many worlds.
        seed: Of the worlds.
        kinds: Of stores.
        url: A PostgreSQL server; otherwise the one of the environment, or one from a wheel.
    """
    report, chance = Report(), random.Random(seed)
    with postgres(url) as server, scratch() as folder, ExitStack() as opened:
        companies = [opened.enter_context(closing(company(Path(folder), kind, server))) for kind in kinds]
        for number in range(count):
            world = worlds.world(chance)
            book = Bookkeeper(world)
            report.counts += book.tally() + Counter({"worlds": 1, "people who left": len(world.leavers)})
            for kind, one in zip(kinds, companies, strict=True):
                found = swept(one, world, report.counts)
                wrong = [*book.judged(found), *_against_the_rule(one, world, found)]
                who = random.Random(number).choice(sorted(found["person"]))
                wrong += strangers_asks.told(one, who, found)
                strangers_asks.asked(one, who)
                wrong += strangers_asks.judged(found, read(one.store.engine), who, report.counts)
                report.wrong += [f"world {number}, {kind.said}: {what}" for what in dict.fromkeys(wrong)]
        for one in companies:
            proved(one, None)
            report.counts["exports verified"] += 1
    return report


def company(folder: Path, kind: Kind, server: Server) -> Company:
    """Make the folder and the tables of the associations, and open it."""
    url = server.make(f"strangers_{kind.key}") if kind.server else f"sqlite:///{folder / kind.key}.db"
    there = folder / kind.key
    there.mkdir()
    for name, said in (("policy.yaml", worlds.POLICY), ("datamap.yaml", worlds.MAP), ("n.md", worlds.NOTICE)):
        (there / name).write_text(said, "utf-8")
    (there / "holdord.toml").write_text(f'[store]\nurl = "{url}"\n[state]\nurl = "{url}"\n', "utf-8")
    engine = connect(url)
    with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
        for sql in worlds.TABLES:
            connection.exec_driver_sql(sql)
    engine.dispose()
    return open_company(there, install=True)


def swept(one: Company, world: World, counts: Counter[str]) -> Kept:
    """Put a world in the place of the last one, sweep it twice, and return what is left."""
    fill(one.store.engine, world)
    kept = keep(one, lambda: worlds.NOW)
    counts["rows touched by sweeps"] += kept.rows
    counts["sweeps"] += 1
    found = read(one.store.engine)
    assert not kept.left.statements
    assert not keep(one, lambda: worlds.NOW).rows
    return found


def fill(engine: Engine, world: World) -> None:
    """Put a world in the place of whatever is there."""
    with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE post SET reply_to = NULL")
        for table in reversed(KEYS):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        for table, rows in world.rows.items():
            if rows:
                names = list(rows[0])
                values = ", ".join(f":{name}" for name in names)
                said = text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})")
                connection.execute(said, [{name: _written(value) for name, value in row.items()} for row in rows])


def read(engine: Engine) -> Kept:
    """Return every row, its dates as dates."""
    found: Kept = {}
    with engine.connect() as connection:
        for table in KEYS:
            there = connection.execute(text(f"SELECT * FROM {table}")).mappings()
            found[table] = by_key(table, [_dated(dict(row)) for row in there])
    return found


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _dated(row: Row) -> Row:
    dates = {name: row[name] for name in ("left_on", "sent", "closed", "posted") if isinstance(row.get(name), str)}
    return row | {name: date.fromisoformat(value) for name, value in dates.items()}


def _against_the_rule(one: Company, world: World, found: Kept) -> Iterator[str]:
    """Yield where the interpreter of the rule says something else than what is left."""
    rule = interpreter.judge(one.policy, one.store.datamap, one.store.schema, world.rows, worlds.NOW.date())
    for table in KEYS:
        if by_key(table, rule.rows[table]) != found[table]:
            yield f"The rule leaves something else in {table}."
    if rule.stopped:
        yield f"The rule stops {', '.join(sorted(rule.stopped))}."
