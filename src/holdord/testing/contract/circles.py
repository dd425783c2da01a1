"""The part of the contract about circles: rows that refer to their own table, tables that refer to each other.

What remains is the least that the rule asks for: rows that only hold each other go, together.
"""

from datetime import date

import pytest

from holdord.run.execute import carry_out
from holdord.testing.contract.trial import NEW, OLDER, Case, Make, Noting, Struck, Tried, noted
from holdord.testing.tables import declared

FORUM = declared(
    {
        "member": {
            "id": "number key",
            "name": "text",
            "last_post": "number",
            "left_on": "date required",
            ("last_post",): "post",
        },
        "post": {
            "id": "number key",
            "member_id": "number required",
            "reply_to": "number",
            "thread": "number required",
            "body": "text",
            "posted": "date required",
            ("member_id",): "member",
            ("reply_to",): "post",
            ("thread",): "post",
        },
        "evidence": {"id": "number key", "words": "text"},
    }
)
FORUM_MAP = """\
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
FORUM_POLICY = """\
holdord: 1
controller: {name: Forum AS, country: "NO"}
notices: {nb: n.md}
purposes:
  club: {for: x, basis: contract, works_on: person, needs: [person.*], keep: {from: left, at_most: 12 months}}
  talk: {for: x, basis: contract, works_on: post, needs: [post.*], keep: {from: posted, at_most: 12 months}}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""


class Forum(Case):
    """Members and their posts."""

    def __init__(self, make: Make) -> None:
        super().__init__(make, FORUM, FORUM_MAP, FORUM_POLICY)

    def member(self, number: int, left: date) -> None:
        self.put("member", {"id": number, "name": "somebody", "left_on": left})

    def post(self, number: int, reply_to: int | None, *, thread: int = 0, posted: date = OLDER, by: int = 1) -> None:
        said = {"member_id": by, "reply_to": reply_to, "thread": thread or number, "body": "words", "posted": posted}
        self.put("post", {"id": number} | said)

    def posts(self) -> dict[int, str | None]:
        return {row["id"]: row["body"] for row in self.rows("post")}


class Circles(Tried):
    """What holds where rows refer in a circle."""

    @pytest.fixture
    def forum(self, make: Make) -> Forum:
        forum = Forum(make)
        forum.member(1, NEW)
        return forum

    def test_a_thread_that_is_due_goes_whole_in_one_sweep(self, forum: Forum, narrow: int) -> None:
        for number in range(1, 41):
            forum.post(number, number - 1 or None, thread=1)
        assert forum.sweep() == {("post", "erase"): 40}
        assert forum.posts() == {}

    def test_a_reply_that_is_kept_keeps_the_rows_above_it_without_their_words(self, forum: Forum) -> None:
        forum.post(1, None)
        forum.post(2, 1, thread=1)
        forum.post(3, 2, thread=1, posted=NEW)
        forum.post(4, 1, thread=1)
        assert forum.sweep() == {("post", "erase"): 1, ("post", "strip"): 2}
        assert forum.posts() == {1: None, 2: None, 3: "words"}

    def ring(self, forum: Forum) -> None:
        for number in (1, 2, 3):
            forum.post(number, number - 1 or None)
        forum.change("post", (1,), reply_to=3)
        forum.post(4, 3)

    def test_rows_that_only_hold_each_other_go_together(self, forum: Forum) -> None:
        self.ring(forum)
        forum.post(5, 1, posted=NEW)
        assert forum.sweep() == {("post", "erase"): 1, ("post", "strip"): 3}
        forum.change("post", (5,), posted=OLDER)
        assert forum.sweep() == {("post", "erase"): 4}

    def test_a_ring_is_one_batch_with_its_evidence_or_nothing_of_it(self, forum: Forum) -> None:
        self.ring(forum)
        plan = forum.plan()
        with pytest.raises(Struck):
            carry_out(forum.store, plan, journal=Noting(forum, before=1))
        assert forum.posts() == dict.fromkeys((1, 2, 3, 4), "words")
        assert forum.rows("post")[0]["reply_to"] == 3
        assert noted(forum, "erase", "post") == 0
        carry_out(forum.store, plan, journal=(journal := Noting(forum)))
        assert len(journal.batches) == 1
        assert forum.posts() == {}
        assert noted(forum, "erase", "post") == 4

    def test_a_ring_that_comes_to_be_held_stays_as_it_was(self, forum: Forum) -> None:
        self.ring(forum)
        plan = forum.plan()
        forum.post(9, 2, posted=NEW)
        before = forum.rows("post")
        carry_out(forum.store, plan)
        assert forum.rows("post") == [row for row in before if row["id"] != 4]

    def test_tables_that_refer_to_each_other_let_both_rows_go(self, forum: Forum) -> None:
        forum.member(2, OLDER)
        for number in (1, 2):
            forum.post(number, None, by=2)
        forum.change("member", (2,), last_post=2)
        forum.post(3, None, posted=NEW)
        forum.change("member", (1,), last_post=3)
        assert forum.sweep() == {("post", "erase"): 2, ("member", "erase"): 1}
        assert forum.posts() == {3: "words"}
