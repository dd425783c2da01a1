"""What someone should know before a plan is carried out, and what stops nothing: each a warning."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from holdord.plan.bind import Bound
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import KeyIn, Predicate
from holdord.policy.model import Finding, Record


class Looks(Protocol):
    """What is asked of a store's snapshot here."""

    def any(self, table: str, where: Predicate) -> bool:
        """Tell whether some row satisfies ``where``."""


def notes(bound: Bound, reader: Looks, at: date) -> Iterator[Finding]:
    """Yield what looks odd in policy, data map and store at a date."""
    yield from _open_ended(bound)
    yield from _unreachable(bound, at)
    yield from _holds(bound, reader, at)
    yield from _over(bound)
    yield from _missing_indexes(bound)
    yield from _unmapped(bound)
    yield from _role(bound)


def _warning(code: str, text: str, table: str = "", promises: tuple[str, ...] = ()) -> Finding:
    return Finding(code=code, severity="warning", table=table, text=text, promises=promises)


def _open_ended(bound: Bound) -> Iterator[Finding]:
    """Yield the purposes that may never end, and do not say why."""
    for purpose in bound.policy.purposes.values():
        open_ended = [
            timer.limit for work in bound.works if work.purpose is purpose for timer in work.timers if timer.may_be_open
        ]
        if open_ended and not purpose.open_ended:
            text = (
                f"Purpose {purpose.id} can stay open for ever: {open_ended[0]} may never start. "
                f"Say why in {open_ended[0].where} (open_ended: …), or count from a clock that every row has."
            )
            yield _warning("open_ended", text, promises=bound.policy.promises_of(purpose.id))


def _unreachable(bound: Bound, at: date) -> Iterator[Finding]:
    """Yield data that a purpose needs and no way leads to: nothing of them is held for it."""
    grounds, tables = Grounds(bound, at), bound.datamap.tables
    for purpose in bound.policy.purposes.values():
        for need in purpose.needs:
            there = [
                name
                for name, columns in bound.columns.items()
                if any(need.covers(tables[name].record_class, one.category) for one in columns)
            ]
            if there and not any(grounds.reaches(purpose, name) for name in there):
                text = (
                    f"Purpose {purpose.id} needs {need.record_class}.{need.category}, and nothing that it works on "
                    "leads there: none of it is held for it. Let the purpose work on that class as well, or map the "
                    "reference."
                )
                yield _warning("unreachable_need", text, promises=bound.policy.promises_of(purpose.id))


def _holds(bound: Bound, reader: Looks, at: date) -> Iterator[Finding]:
    """Yield the legal holds that hold nothing, and those whose review is due."""
    for hold in bound.policy.holds:
        for record in hold.records if hold.active(at) else ():
            if not _is_there(bound, reader, record):
                nothing = "it holds nothing" if len(hold.records) == 1 else "that part of it holds nothing"
                text = f"Legal hold {hold.id} names a {record.record_class} that is not there: {nothing}."
                yield _warning("hold_covers_nothing", text)
        if hold.active(at) and hold.review is not None and hold.review < at:
            yield _warning("hold_review", f"Legal hold {hold.id} was to be reviewed by {hold.review}: {hold.owner}.")


def _over(bound: Bound) -> Iterator[Finding]:
    """Yield the purposes that people ended and the policy does not have: renamed, they would begin again unseen."""
    names = Counter(one.purpose for one in bound.policy.over if one.purpose not in bound.policy.purposes)
    for name, people in sorted(names.items()):
        text = (
            f"{people} people ended the purpose {name}, which the policy does not have. If it goes on by another "
            "name, give it the old one back: what they said no to would begin again."
        )
        yield _warning("ended_purpose_gone", text)


def _is_there(bound: Bound, reader: Looks, record: Record) -> bool:
    tables = bound.datamap.of_class(record.record_class)
    return any(reader.any(table.name, KeyIn((record.key,))) for table in tables)


def _missing_indexes(bound: Bound) -> Iterator[Finding]:
    """Yield the references without an index, and the statement that makes it."""
    for table, children in bound.children.items():
        for child, key in children:
            if not key.indexed:
                columns = ", ".join(key.columns)
                name = "_".join([child.replace(".", "_"), *key.columns])
                text = (
                    f"{child}({columns}) refers to {table} without an index; every look for it reads the whole "
                    f"table. CREATE INDEX {name} ON {child} ({columns});"
                )
                yield _warning("missing_index", text, table=child)


def _unmapped(bound: Bound) -> Iterator[Finding]:
    """Yield the tables that the data map says nothing of: whether personal data lie there, nobody has said."""
    known = {*bound.datamap.tables, *bound.datamap.not_personal}
    silent = sorted(
        name for name, shape in bound.schema.items() if shape.kind in ("table", "foreign table") and name not in known
    )
    if silent:
        text = (
            f"The data map says nothing of {', '.join(silent)}. Map {'it' if len(silent) == 1 else 'them'} below "
            "'tables:', or say below 'not_personal:' why nobody can be told from what lies there."
        )
        yield _warning("unmapped", text)


def _role(bound: Bound) -> Iterator[Finding]:
    """Yield the rights that a sweep will want, and the tables whose size the database guesses."""
    shapes = [bound.shape(name) for name in bound.datamap.tables]
    for shape in shapes:
        if shape.denied:
            text = (
                f"The role of holdord may not {' or '.join(shape.denied)} in {shape.name}, so nothing can be kept "
                f"there. GRANT {', '.join(shape.denied)} ON {shape.name} to it."
            )
            yield _warning("missing_right", text, table=shape.name)
    if guessed := [shape.name for shape in shapes if not shape.counted]:
        text = (
            "The database has no statistics of these tables, and a plan may take many times as long. "
            f"ANALYZE {', '.join(guessed)};"
        )
        yield _warning("no_statistics", text)
