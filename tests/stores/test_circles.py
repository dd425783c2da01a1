"""Rows that refer to their own table, and tables that refer to each other: threads, rings, and what holds them."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine

from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.policy.load import load as load_policy
from holdord.run import execute
from holdord.run.execute import Batch, carry_out
from holdord.stores.database import connect
from holdord.stores.sql import SqlStore

AT = date(2026, 6, 1)
OLD, NEW = "2020-01-01", "2026-05-01"
TABLES = """\
CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT, last_post INTEGER {post}, left_on DATE NOT NULL);
CREATE TABLE post (id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL REFERENCES member(id),
  reply_to INTEGER REFERENCES post(id), thread INTEGER NOT NULL REFERENCES post(id), body TEXT, posted DATE NOT NULL);
CREATE INDEX a ON post (member_id);
CREATE INDEX b ON post (reply_to);
CREATE INDEX c ON post (thread);
CREATE INDEX d ON member (last_post)"""
MAP = """\
holdord_datamap: 1
store: forum
tables:
  member: {class: person, default: contact.name, columns: {name: contact.name}, clocks: {left: left_on}}
  post:
    class: post
    default: communication.message
    columns: {body: communication.message}
    clocks: {posted: posted}
    refers_to: {member_id: member}
"""
POLICY = """\
holdord: 1
controller: {name: Forum AS, country: "NO"}
notices: {nb: n.md}
purposes:
  club: {for: x, basis: contract, works_on: person, needs: [person.*], keep: {from: left, at_most: 12 months}}
  talk: {for: x, basis: contract, works_on: post, needs: [post.*], keep: {from: posted, at_most: 12 months}}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""


class Forum:
    """A forum in a database, with what is asked of it in tests."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = connect(url)
        with self.engine.begin() as connection:
            early = self.engine.dialect.name == "sqlite"  # which lets a table refer to one that comes later
            for sql in TABLES.format(post="REFERENCES post(id)" if early else "").split(";\n"):
                connection.exec_driver_sql(sql)
            if not early:
                connection.exec_driver_sql("ALTER TABLE member ADD FOREIGN KEY (last_post) REFERENCES post(id)")
        policy = load_policy(POLICY)
        self.store = SqlStore(engine=self.engine, datamap=load_map(MAP), controller=policy.controller)
        self.bound = Bound(policy, self.store.datamap, self.store.schema)

    def member(self, number: int, left: str) -> None:
        self.do(f"INSERT INTO member VALUES ({number}, 'somebody', NULL, '{left}')")

    def post(self, number: int, reply_to: int | None, *, thread: int = 0, posted: str = OLD, by: int = 1) -> None:
        to = "NULL" if reply_to is None else str(reply_to)
        self.do(f"INSERT INTO post VALUES ({number}, {by}, {to}, {thread or number}, 'words', '{posted}')")

    def do(self, sql: str) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(sql)

    def plan(self) -> Plan:
        with self.store.reading() as snapshot:
            return make(self.bound, snapshot, AT)

    def sweep(self) -> dict[tuple[str, str], int]:
        plan = self.plan()
        done = carry_out(self.store, plan)
        assert not self.plan().statements
        return {(one.table, one.action): done[one.number] for one in plan.statements}

    def posts(self) -> dict[int, str | None]:
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.exec_driver_sql("SELECT id, body FROM post")}


@pytest.fixture
def forum(database_url: str) -> Iterator[Forum]:
    opened = Forum(database_url)
    opened.member(1, NEW)
    yield opened
    opened.engine.dispose()


def test_a_thread_that_is_due_goes_whole_in_one_sweep(forum: Forum, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_FIRST", 7)
    monkeypatch.setattr(execute, "_WIDEST", 7)
    for number in range(1, 61):
        forum.post(number, number - 1 or None, thread=1)
    assert forum.sweep() == {("post", "erase"): 60}
    assert forum.posts() == {}


def test_a_reply_that_is_kept_keeps_the_rows_above_it_without_their_words(forum: Forum) -> None:
    forum.post(1, None)
    forum.post(2, 1, thread=1)
    forum.post(3, 2, thread=1, posted=NEW)
    forum.post(4, 1, thread=1)
    assert forum.sweep() == {("post", "erase"): 1, ("post", "strip"): 2}
    assert forum.posts() == {1: None, 2: None, 3: "words"}


def test_posts_that_answer_each_other_in_a_ring_go_together(forum: Forum) -> None:
    forum.post(1, None)
    forum.post(2, 1)
    forum.post(3, 2)
    forum.do("UPDATE post SET reply_to = 3 WHERE id = 1")
    forum.post(4, 3)
    forum.post(5, 1, posted=NEW)
    assert forum.sweep() == {("post", "erase"): 1, ("post", "strip"): 3}
    forum.do(f"UPDATE post SET posted = '{OLD}' WHERE id = 5")
    assert forum.sweep() == {("post", "erase"): 4}


def test_tables_that_refer_to_each_other_let_both_rows_go(forum: Forum) -> None:
    forum.member(2, OLD)
    for number in (1, 2):
        forum.post(number, None, by=2)
    forum.do("UPDATE member SET last_post = 2 WHERE id = 2")
    forum.post(3, None, posted=NEW)
    forum.do("UPDATE member SET last_post = 3 WHERE id = 1")
    assert forum.bound.circles["member"] == forum.bound.circles["post"] == ("post", "member")
    assert forum.sweep() == {("post", "erase"): 2, ("member", "erase"): 1}
    assert forum.posts() == {3: "words"}


def test_what_is_knotted_is_one_batch_with_its_evidence(forum: Forum) -> None:
    forum.post(1, None)
    forum.post(2, 1)
    forum.do("UPDATE post SET reply_to = 2 WHERE id = 1")
    told: list[Batch] = []

    class Journal:
        lasting = False

        def batch(self, _: object, batches: list[Batch]) -> None:
            told.extend(batches)

        def committed(self, _: list[Batch]) -> None:
            pass

        def undone(self) -> None:
            pass

    carry_out(forum.store, forum.plan(), journal=Journal())
    assert [(one.statement.table, one.rows) for one in told] == [("post", 2)]
    assert forum.posts() == {}
