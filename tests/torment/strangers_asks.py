"""One of the people who are left asks to be erased, everything that can end ended: no stranger's row is touched.

Told with a pencil: what is about the person alone goes, but for what something else still points at, which is emptied;
what is about others, or about others as well, is as it was.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from holdord.plan.plan import make
from holdord.plan.whose import Asked
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.execute import carry_out
from holdord.run.requests.access import access
from tests.torment.strangers_judge import Bookkeeper, Kept, Key
from tests.torment.strangers_world import KEYS, NOW, Row, World

AT = NOW.date()


def asked(one: Company, who: Key) -> None:
    """Erase all that one person may have erased, where everything ends for them."""
    said = Asked(record_class="member", keys=(who,), ended=frozenset(one.policy.purposes))
    with one.store.reading() as snapshot:
        plan = make(one.bound, snapshot, AT, asked=said)
    assert not [finding for finding in plan.findings if finding.code == "never_claimed"]
    rows = carry_out(one.store, plan)
    assert sum(rows.values()) == plan.rows
    with one.store.reading() as snapshot:
        assert not make(one.bound, snapshot, AT, asked=said).statements


def told(one: Company, who: Key, before: Kept) -> Iterator[str]:
    """Yield whose rows a person is told of that are not theirs, and those of theirs that they are not told of."""
    book = _book(before)
    items = access(one, Record(record_class="member", key=who), AT).items
    found = {(item.table, item.key) for item in items}
    shown = {(item.table, item.key) for item in items if not item.shared}
    for table, rows in before.items():
        for key, row in rows.items():
            parties = _parties(book, table, row)
            if who not in parties and (table, key) in found:
                yield f"A row of {table} is told that is about strangers alone."
            if parties == {who} and (table, key) not in found and _says_something(row):
                yield f"A row of {table} is not told."
            if who in parties and len(parties) > 1 and table == "parcel" and (table, key) in shown:
                yield f"A row of {table} is shown that is about others as well."


def judged(before: Kept, after: Kept, who: Key, counts: Counter[str]) -> Iterator[str]:
    """Yield what was done to strangers, and what of the person's own was left."""
    book = _book(before)
    for table, rows in before.items():
        for key, row in rows.items():
            parties, now = _parties(book, table, row), after[table].get(key)
            if who not in parties or len(parties) > 1:
                counts[f"asked: {table} of others, or of others as well"] += 1
                if now != row:
                    yield f"A row of {table} was touched when somebody asked whose alone it is not."
            elif now is None:
                counts[f"asked: {table} gone"] += 1
                if _is_pointed_at(after, table, key):
                    yield f"A row of {table} is gone that something points at."
            else:
                counts[f"asked: {table} emptied"] += 1
                if not _is_pointed_at(after, table, key):
                    yield f"A row of {table} is left that nothing points at."
                if table == "post" and now["body"] is not None:
                    yield "A post is left as it was."
                if table == "person" and (now["phone"], now["remark"]) != (None, None):
                    yield "A person is left as they were."


def _book(before: Kept) -> Bookkeeper:
    return Bookkeeper(World({table: list(before[table].values()) for table in KEYS}, frozenset()))


def _parties(book: Bookkeeper, table: str, row: Row) -> set[Key]:
    """Return whom a row is about: a like is about who likes, wherever it stands."""
    return {(row["tenant"], row["liker"])} if table == "liking" else book.parties(table, row)


def _says_something(row: dict[str, Any]) -> bool:
    return any(isinstance(value, str) and value != "-" and not value.startswith("gone-") for value in row.values())


_POINTING = {
    "address": (("person", "address_id"), ("household", "address_id")),
    "household": (("person", "household_id"),),
    "employer": (("person", "employer_id"),),
    "person": (("parcel", "sender"), ("parcel", "receiver"), ("ticket", "asker"), ("post", "author"),
               ("liking", "liker")),
    "staff": (("ticket", "staff_id"),),
    "post": (("post", "reply_to"), ("liking", "post_id")),
}  # fmt: skip


def _is_pointed_at(after: Kept, table: str, key: Key) -> bool:
    return any(
        (row["tenant"], row[column]) == key
        for other, column in _POINTING.get(table, ())
        for row in after[other].values()
    )
