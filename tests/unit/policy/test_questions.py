"""A question mark anywhere in a policy is a question: said with its place, and before everything else."""

import pytest

from holdord.errors import PolicyError
from holdord.policy.load import load

ASKED = """\
holdord: 1
controller: {name: "?", country: "?"}
purposes:
  orders:
    for: "?"
    basis: " ? "
    works_on: ["?", {relation: {kind: "?"}}]
    needs: [order.*]
    keep:
      - {from: "?", at_most: "?"}
      - {from: {latest_of: ["?"]}, at_least: "?", within: "?"}
recipients: {carrier: {says: a carrier, country: US, safeguard: "?"}}
cookies: {sid: {for: "why?", set_by: us, lasts: "?"}}
promises:
  P-1: {says: We keep, kept_by: software, parts: {storage: {keep: [orders]}}}
"""


def test_every_question_is_said_with_line_column_and_what_to_do() -> None:
    with pytest.raises(PolicyError) as error:
        load(ASKED)
    problems = {problem.where: problem for problem in error.value.problems}
    assert set(problems) == {
        "controller.name",
        "controller.country",
        "purposes.orders.for",
        "purposes.orders.basis",
        "purposes.orders.works_on.0",
        "purposes.orders.works_on.1.relation.kind",
        "purposes.orders.keep.0.from",
        "purposes.orders.keep.0.at_most",
        "purposes.orders.keep.1.from.latest_of.0",
        "purposes.orders.keep.1.at_least",
        "purposes.orders.keep.1.within",
        "recipients.carrier.safeguard",
        "cookies.sid.lasts",
    }
    assert {problem.what for problem in problems.values()} == {"This question is not answered yet."}
    name = problems["controller.name"]
    assert ASKED.splitlines()[name.line - 1][name.column - 1 :].startswith(('name: "?"', '"?"'))
    assert "24 months" in problems["purposes.orders.keep.0.at_most"].remedy
    assert "clock" in problems["purposes.orders.keep.0.from"].remedy
    assert "its place" in name.remedy


def test_a_file_that_is_a_question_is_one() -> None:
    with pytest.raises(PolicyError, match="not answered"):
        load('"?"')


def test_words_that_ask_something_are_no_question() -> None:
    with pytest.raises(PolicyError) as error:
        load("holdord: 1\ncontroller: {name: Why?, country: XX}\n")
    assert "not answered" not in str(error.value)
