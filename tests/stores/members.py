"""A club's database in a few words, for tests of what a foreign schema refuses."""

from datetime import date
from typing import Any

from sqlalchemy import Engine

from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.policy.load import load as load_policy
from holdord.run.execute import carry_out
from holdord.stores.database import connect
from holdord.stores.sql import SqlStore

AT = date(2026, 6, 1)
OLD, NEW = "2020-01-01", "2026-05-01"

POLICY = """\
holdord: 1
controller: {name: Club AS, country: "NO"}
notices: {nb: n.md}
categories: {demographic.birth_date: {after: generalise}}
purposes:
  club:
    for: x
    basis: contract
    works_on: member
    needs: [member.*]
    keep: {from: joined, at_most: 12 months}
  books:
    for: x
    basis: legal_obligation
    law: the Act
    works_on: member
    needs: [member.contact.name]
    keep: {from: joined, at_least: 20 years}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""
"""A member's name is held by the books, and all else goes a year after joining."""


class Club:
    """One table ``member`` in a database: key ``id``, clock ``joined``, name held longer than all else.

    Args:
        url: An empty database.
        tables: SQL that makes the tables, separated by lines that end in ";".
        columns: What the data map says of the columns, in YAML's flow style.
        table: The table's name.
        more: Further lines of the data map.
        policy: Another policy.
    """

    def __init__(
        self,
        url: str,
        tables: str,
        columns: str = "{name: contact.name}",
        *,
        table: str = "member",
        clock: str = "joined",
        more: str = "",
        policy: str = POLICY,
    ) -> None:
        self.engine: Engine = connect(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        try:
            self.do(*tables.split(";\n"))
        except BaseException:
            self.close()
            raise
        said = load_policy(policy)
        datamap = (
            f"holdord_datamap: 1\nstore: club\ntables:\n  {table}: {{class: member, default: contact.other, "
            f"columns: {columns}, clocks: {{joined: {clock}}}}}\n{more}"
        )
        self.store = SqlStore(engine=self.engine, datamap=load_map(datamap), controller=said.controller)
        self.policy = said

    @property
    def bound(self) -> Bound:
        return Bound(self.policy, self.store.datamap, self.store.schema)

    def do(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            cursor = connection.connection.cursor()  # to which no sign means anything
            for sql in filter(None, statements):
                cursor.execute(sql)
            cursor.close()

    def plan(self) -> Plan:
        with self.store.reading() as snapshot:
            return make(self.bound, snapshot, AT)

    def sweep(self) -> dict[tuple[str, str], int]:
        """Sweep; return table and action → rows. Nothing is left to do then."""
        plan = self.plan()
        done = carry_out(self.store, plan)
        assert not self.plan().statements
        found: dict[tuple[str, str], int] = {}
        for one in plan.statements:
            assert done[one.number] == one.rows or "unique" in [finding.code for finding in plan.findings]
            found[one.table, one.action] = found.get((one.table, one.action), 0) + done[one.number]
        return found

    def stops(self) -> list[tuple[str, str]]:
        """Return code and words of every stop."""
        return [(one.code, one.text) for one in self.plan().findings if one.severity == "stop"]

    def codes(self) -> list[str]:
        return [code for code, _ in self.stops()]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def close(self) -> None:
        self.engine.dispose()
