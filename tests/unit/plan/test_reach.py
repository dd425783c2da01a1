"""What a predicate asks of other rows, however deep it says so: locks and indexes are chosen by it."""

import pytest

from holdord.datamap.model import Kind, Reference
from holdord.plan.predicate import Bare, DataColumn, Down, KeyIn, Predicate, Referred, Refused, Up, every, negated, some
from holdord.plan.reach import followed, looks_elsewhere, referring
from holdord.schema import ForeignKey, Unique

HERE = KeyIn(((1,),))
BARE = Bare((DataColumn(column="name", category="contact.name", action="erase"),))


def step(child: str, parent: str, kind: Kind = "refers_to") -> Reference:
    return Reference(kind=kind, child=child, columns=(f"{parent}_id",), parent=parent)


LINE, ORDER = step("line", "orders", "part_of"), step("orders", "customer")
KEY = ForeignKey(columns=("copied_from",), table="orders", target=("id",))
UNIQUE = Unique(name="once", columns=frozenset({"name"}))

REFERRED = Referred("copy", KEY, HERE)
ALIKE = Refused(BARE.columns, taken=(UNIQUE,))
CHECKED = Refused(BARE.columns)
AFTER = Refused(BARE.columns, before=((HERE, ()), (Up((ORDER,), HERE), ())))


@pytest.mark.parametrize("asked", [Up((ORDER,), HERE), Down((LINE,), HERE), REFERRED, ALIKE, AFTER])
def test_what_reads_other_rows_is_seen_wherever_it_stands(asked: Predicate) -> None:
    for said in (asked, negated(asked), every(HERE, asked), some(HERE, every(BARE, negated(asked)))):
        assert looks_elsewhere(said)


@pytest.mark.parametrize("asked", [HERE, BARE, CHECKED, Refused(BARE.columns, before=((HERE, ()),))])
def test_what_the_row_itself_answers_looks_nowhere_else_and_follows_nothing(asked: Predicate) -> None:
    for said in (asked, negated(asked), some(every(HERE, asked), BARE)):
        assert not looks_elsewhere(said)
        assert list(referring(said)) == []
        assert list(followed(said)) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Down((LINE, ORDER), HERE), ((), "orders", ("customer_id",))),  # the last step is the one that ends at the row
        (REFERRED, ((), "copy", ("copied_from",))),
        (ALIKE, ((), "", ())),
        (Up((LINE,), REFERRED), ((LINE,), "copy", ("copied_from",))),
        (Up((LINE,), Up((ORDER,), Down((ORDER,), HERE))), ((LINE, ORDER), "orders", ("customer_id",))),
        (Up((LINE,), ALIKE), ((LINE,), "", ())),
    ],
)
def test_who_refers_is_told_with_the_way_up_to_what_is_referred_to(
    asked: Predicate, found: tuple[object, object, object]
) -> None:
    for said in (asked, negated(asked), every(HERE, asked), some(HERE, every(BARE, negated(asked)))):
        assert list(referring(said)) == [found]


def test_each_of_several_that_refer_is_told() -> None:
    both = every(REFERRED, negated(Down((ORDER,), HERE)), Up((ORDER,), HERE))
    assert sorted(table for _, table, _ in referring(both)) == ["copy", "orders"]


def test_every_reference_on_the_way_is_followed_up_and_down() -> None:
    up = Up((LINE, ORDER), Down((ORDER,), REFERRED))
    expected = [("line", ("orders_id",)), ("orders", ("customer_id",))]
    expected += [("orders", ("customer_id",)), ("copy", ("copied_from",))]
    for said in (up, negated(up), every(HERE, up), some(HERE, every(BARE, negated(up)))):
        assert list(followed(said)) == expected
    assert list(followed(Referred("copy", KEY, Up((ORDER,), HERE)))) == [
        ("copy", ("copied_from",)),
        ("orders", ("customer_id",)),
    ]
