"""The little language: conjunctions and disjunctions flatten, and an empty one never turns into the other."""

from holdord.plan.predicate import (
    ALWAYS,
    NEVER,
    All,
    KeyIn,
    Not,
    Some,
    every,
    negated,
    some,
)
from holdord.plan.reach import looks_elsewhere

A, B, C = KeyIn(((1,),)), KeyIn(((2,),)), KeyIn(((3,),))


def test_nothing_to_satisfy_is_always_so_and_no_way_to_satisfy_is_never_so() -> None:
    assert every() == ALWAYS == All(())
    assert some() == NEVER == Some(())
    assert negated(ALWAYS) == NEVER
    assert negated(NEVER) == ALWAYS


def test_one_part_stands_for_itself() -> None:
    assert every(A) == some(A) == A


def test_what_is_always_so_is_left_out_and_what_is_never_so_decides() -> None:
    assert every(A, ALWAYS) == A
    assert every(A, NEVER) == NEVER
    assert some(A, NEVER) == A
    assert some(A, ALWAYS) == ALWAYS


def test_parts_of_the_same_kind_flatten_and_stand_once() -> None:
    assert every(A, every(B, C), A) == All((A, B, C))
    assert some(A, some(B, A)) == Some((A, B))
    assert every(A, some(B, C)) == All((A, Some((B, C))))


def test_twice_the_opposite_is_the_same() -> None:
    assert negated(A) == Not(A)
    assert negated(negated(A)) == A


def test_a_predicate_about_the_row_alone_looks_nowhere_else() -> None:
    assert not looks_elsewhere(every(A, negated(some(B, C))))
