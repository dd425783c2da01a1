"""A forum that associations share: keys of several columns, replies to replies, and tenants that never touch."""

from typing import Any

import pytest
from sqlalchemy import event

from holdord.errors import DataMapError, PolicyError
from holdord.stores.base import Range
from holdord.stores.walk import Walk
from tests.foreign.conftest import FORUM, Empty, Open
from tests.foreign.story import Story, Values, day


def member(forum: Story, number: int, left: str = "", *, of: int = 1) -> tuple[int, int]:
    """Put a member of an association."""
    if of not in forum.keys("tenants"):
        forum.put("tenants", id=of, name=f"Forening {of}")
        forum.put("boards", tenant=of, id=1, title="Alt mulig")
    told: Values = {"name": f"Ida Prøve {number}", "email": f"ida{number}@home.example"}
    ended = day(left) if left else None
    forum.put("members", tenant=of, id=number, joined_on=day("2010-01-01"), left_on=ended, **told)
    forum.put("memberships", tenant=of, member_id=number, board_id=1, title="kasserer")
    return of, number


def post(
    forum: Story, number: int, by: int, on: str, *, to: int | None = None, of: int = 1, **values: Any
) -> tuple[int, int]:
    """Put a post, or a reply to one."""
    told = {"body": f"Hei fra {by}", "rules": False, **values}
    forum.put("posts", tenant=of, id=number, member_id=by, reply_to=to, posted_on=day(on), **told)
    return of, number


def like(forum: Story, number: int, by: int, *, of: int = 1) -> None:
    """Put a like of a post."""
    forum.put("likes", tenant=of, post_id=number, member_id=by)


def body(forum: Story, number: int, *, of: int = 1) -> str | None:
    """Return what a post says, or None where it is gone."""
    found = forum.row("posts", of, number)
    return None if found is None else str(found["body"])


def test_tenants_with_equal_numbers_never_touch_each_other(forum: Story) -> None:
    for of, left, posted in ((1, "2020-01-01", "2020-01-01"), (2, "", "2025-01-01")):
        member(forum, 1, left, of=of)
        post(forum, 1, 1, posted, of=of)
        post(forum, 2, 1, posted, to=1, of=of)
    like(forum, 1, 1, of=2)
    before = forum.whole()
    forum.keeps("2026-06-01")
    after = forum.whole()
    for table in ("members", "memberships", "posts", "likes"):
        assert after[table] == [row for row in before[table] if row[0] == 2]
    assert len(after["posts"]) == 2


def test_a_member_and_all_posts_go_around_the_day(forum: Story) -> None:
    member(forum, 1, "2026-01-30")
    post(forum, 1, 1, "2024-03-01")
    post(forum, 2, 1, "2024-02-29")
    forum.keeps("2026-02-28")
    assert (forum.keys("posts"), forum.keys("members")) == ({(1, 1), (1, 2)}, {(1, 1)})
    forum.keeps("2026-03-01")
    assert (forum.keys("posts"), forum.keys("members")) == ({(1, 1)}, {(1, 1)})
    forum.keeps("2026-03-02")
    assert forum.count() == {"tenants": 1, "boards": 1}


def test_a_name_stays_with_the_posts_and_the_rest_of_the_member_goes(forum: Story) -> None:
    member(forum, 1, "2025-01-01")
    post(forum, 1, 1, "2025-01-01")
    post(forum, 2, 1, "2025-01-01", rules=True)
    forum.keeps("2026-06-01")
    ida = forum.row("members", 1, 1)
    assert ida is not None
    assert (ida["name"], ida["email"]) == ("Ida Prøve 1", "gone-1-1@forum.example")
    assert forum.keys("memberships") == set()
    forum.keeps("2027-01-02")
    ida = forum.row("members", 1, 1)
    assert ida is not None
    assert ida["name"] == "-"
    assert (body(forum, 1), body(forum, 2)) == (None, "Hei fra 1")
    forum.keeps("2035-01-02")
    assert forum.keys("members") == set()


# Replies


def test_a_living_reply_of_another_keeps_the_bare_row_of_a_post(forum: Story) -> None:
    member(forum, 1, "2020-01-01")
    member(forum, 2)
    post(forum, 1, 1, "2020-01-01")
    post(forum, 2, 2, "2025-06-01", to=1)
    forum.keeps("2026-06-01")
    assert (body(forum, 1), body(forum, 2)) == ("-", "Hei fra 2")
    ida = forum.row("members", 1, 1)
    assert ida is not None
    assert (ida["name"], ida["email"]) == ("-", "gone-1-1@forum.example")
    assert forum.keeps("2026-06-02") == set()
    forum.keeps("2027-06-02")
    assert (forum.keys("posts"), forum.keys("members")) == (set(), {(1, 2)})


def test_a_thread_whose_posts_are_all_due_goes_whole_in_one_sweep(forum: Story) -> None:
    for number in (1, 2, 3):
        member(forum, number)
    post(forum, 1, 1, "2020-01-01")
    for number in range(2, 40):
        post(forum, number, number % 3 + 1, "2020-01-02", to=number - 1 if number % 4 else 1)
    assert forum.keeps("2026-06-01") == {"FO-2 erase posts"}
    assert forum.count() == {"tenants": 1, "boards": 1, "members": 3, "memberships": 3}


def test_a_chain_stays_bare_up_to_its_living_end_and_no_side_branch_does(forum: Story) -> None:
    member(forum, 1)
    for number, to in ((1, None), (2, 1), (3, 2), (4, 2), (5, 4)):
        post(forum, number, 1, "2025-06-01" if number == 3 else "2020-01-01", to=to)
    forum.keeps("2026-06-01")
    assert {key[1]: body(forum, key[1]) for key in forum.keys("posts")} == {1: "-", 2: "-", 3: "Hei fra 1"}


def test_posts_that_reply_to_each_other_or_to_themselves_go(forum: Story) -> None:
    member(forum, 1)
    for number in (1, 2, 3, 4):
        post(forum, number, 1, "2020-01-01")
    for number, to in ((1, 2), (2, 3), (3, 1), (4, 4)):
        forum.change("posts", {"tenant": 1, "id": number}, reply_to=to)
    forum.keeps("2026-06-01")
    assert forum.keys("posts") == set()


def test_a_ring_stays_while_one_of_it_is_held(forum: Story) -> None:
    member(forum, 1)
    post(forum, 1, 1, "2020-01-01")
    post(forum, 2, 1, "2025-06-01", to=1)
    forum.change("posts", {"tenant": 1, "id": 1}, reply_to=2)
    forum.keeps("2026-06-01")
    assert (body(forum, 1), body(forum, 2)) == ("-", "Hei fra 1")
    forum.keeps("2027-06-02")
    assert forum.keys("posts") == set()


def test_a_reply_to_the_same_number_of_another_tenant_keeps_nothing(forum: Story) -> None:
    for of, on in ((1, "2020-01-01"), (2, "2025-06-01")):
        member(forum, 1, of=of)
        post(forum, 1, 1, on, of=of)
        post(forum, 2, 1, on, to=1, of=of)
    forum.keeps("2026-06-01")
    assert forum.keys("posts") == {(2, 1), (2, 2)}


def test_members_and_posts_that_refer_to_each_other_go_together(story: Open, empty: Empty) -> None:
    """A member pins a post of their own: a circle of two tables."""
    circle = ",\n    FOREIGN KEY (tenant, pinned_post) REFERENCES posts (tenant, id)"
    if "sqlite" in empty(FORUM):
        forum = story(FORUM, schema=[("UNIQUE (tenant, email)", f"UNIQUE (tenant, email){circle}")], opened=False)
    else:
        forum = story(FORUM, opened=False)
        forum.run(f"ALTER TABLE members ADD {circle[2:]}")
    for number, left in ((1, "2020-01-01"), (2, "")):
        member(forum, number, left)
        post(forum, number, number, "2020-01-01" if left else "2026-01-01")
        forum.change("members", {"tenant": 1, "id": number}, pinned_post=number)
    forum.keeps("2026-06-01")
    assert (forum.keys("members"), forum.keys("posts")) == ({(1, 2)}, {(1, 2)})


# Join tables


def test_a_like_keeps_the_bare_row_of_who_liked_a_living_post(forum: Story) -> None:
    member(forum, 1)
    member(forum, 2, "2020-01-01")
    post(forum, 1, 1, "2025-06-01")
    like(forum, 1, 2)
    forum.keeps("2026-06-01")
    assert forum.keys("likes") == {(1, 1, 2)}
    bo = forum.row("members", 1, 2)
    assert bo is not None
    assert (bo["name"], bo["email"]) == ("-", "gone-1-2@forum.example")


def test_a_like_goes_with_its_post_and_nobody_is_asked(forum: Story) -> None:
    member(forum, 1)
    post(forum, 1, 1, "2025-06-01")
    like(forum, 1, 1)
    assert forum.keeps("2027-06-02") == {"FO-2 erase likes", "FO-2 erase posts"}
    assert (forum.keys("likes"), forum.keys("posts")) == (set(), set())


# Holds, evidence


def test_a_hold_names_a_key_of_two_columns(forum: Story) -> None:
    for of in (1, 2):
        member(forum, 9, "2020-01-01", of=of)
        post(forum, 1, 9, "2020-01-01", of=of)
    forum.keeps("2026-06-01")
    assert (forum.keys("members"), forum.keys("posts")) == ({(2, 9)}, {(2, 1)})
    ida = forum.row("members", 2, 9)
    assert ida is not None
    assert ida["email"] == "ida9@home.example"


@pytest.mark.parametrize("key", ["[2, nine]", "[two, 9]", "[2]"])
def test_a_hold_with_a_part_of_its_key_that_does_not_fit_is_refused(story: Open, key: str) -> None:
    forum = story(FORUM, policy=(("member: [2, 9]", f"member: {key}"),), opened=False)
    with pytest.raises(PolicyError, match="not its whole key"):
        assert forum.company


@pytest.mark.parametrize("how", ["apart", "together", "no receipts"])
def test_a_second_keep_changes_nothing_and_the_ledger_holds(story: Open, how: str) -> None:
    forum = story(FORUM, together=how == "together", receipts=how != "no receipts")
    member(forum, 9, of=2)
    for number in range(1, 30):
        member(forum, number, "2020-01-01" if number % 2 else "")
        post(forum, number, number, "2020-01-01" if number % 3 else "2025-06-01", to=number // 2 or None)
    first = forum.swept("2026-06-01")
    assert first.left.rows == 0
    entries, rows = forum.entries(), forum.whole()
    second = forum.swept("2026-06-01")
    assert (second.rows, second.note) == (0, first.note)
    assert (forum.entries(), forum.whole()) == (entries, rows)
    assert forum.board("2026-06-01").is_well
    assert forum.verified(second.note) == len(entries)


# What does not fit


def test_a_reference_of_one_column_to_a_key_of_two_is_refused(story: Open) -> None:
    posts = "    conditions: {rules: rules}\n    refers_to: "
    named = f"{posts}[{{columns: [tenant, member_id], table: members}}]\n"
    forum = story(FORUM, datamap=[(named, f"{posts}{{member_id: members}}\n")], opened=False)
    with pytest.raises(DataMapError, match="member_id"):
        forum.plan("2026-06-01")


def test_a_placeholder_that_would_not_be_unique_is_told(story: Open) -> None:
    forum = story(FORUM, datamap=[("gone-{key}@forum.example", "gone@forum.example")])
    for number in (1, 2):
        member(forum, number, "2025-01-01")
        post(forum, number, number, "2025-01-01")
    kept = forum.swept("2026-06-01")
    assert [finding.text for finding in kept.left.findings if finding.code == "no_placeholder"] != []


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_walk_comes_to_its_next_range_by_the_key(forum: Story) -> None:
    """Else each range reads all that lies behind it, and a large table is never done."""
    said: list[tuple[str, Any]] = []

    def listen(_: Any, __: Any, statement: str, values: Any, ___: Any, ____: Any) -> None:
        if "OFFSET" in statement:
            said.append((statement, values))

    member(forum, 1)
    for number in range(1, 10):
        post(forum, number, 1, "2025-06-01")
    store = forum.company.store
    event.listen(store.engine, "before_cursor_execute", listen)
    with store.engine.connect() as connection:
        found = Walk(store.compiler, "posts").cut(connection, Range((1, 3), (1, 9)), 2)
        ((statement, values),) = said
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert found == Range((1, 3), (1, 5))
    assert len(plan) == 1, plan
    assert plan[0].startswith("SEARCH posts")
