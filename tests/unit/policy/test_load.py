"""policy.yaml loads whole or not at all; every mistake is named by file, line, column and remedy."""

import copy
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.document import read
from holdord.errors import InputError, PolicyError, Problem
from holdord.policy.duration import Duration
from holdord.policy.load import load
from holdord.policy.model import Policy, Record
from holdord.policy.part import RIGHTS, Task
from holdord.policy.quotes import read_notices, sections
from holdord.run.requests.wish import ASKS_FOR

EXAMPLES = Path(__file__).parents[3] / "examples"

SMALL = """\
holdord: 1
controller: {name: Shop AS, country: "NO", register_number: "1"}
notices: {nb: notice.nb.md}
categories:
  game.score: {label: points}
groups: {customers: people who buy}
recipients: {carrier: who delivers}
sources: {person: the person}
purposes:
  sales:
    for: Selling
    basis: legitimate_interest
    groups: [customers]
    works_on: {order: {state: [open, done]}}
    needs: [order.*, person.contact.name]
    keep: {from: ordered, at_most: 24 months, open_ended: until it is ordered}
    recipients: [carrier]
    sources: [person]
  books:
    for: Bookkeeping
    basis: legal_obligation
    law: the Act
    works_on: invoice
    needs: [invoice.*]
    keep: {from: voucher_date, at_least: 5 years, counted_from: financial_year_end, within: 5 years 30 days}
holds:
  H-1: {reason: a claim, owner: manager, scope: {person: 2}, since: 2026-01-01, review: 2027-01-01}
promises:
  P-1:
    says: We keep it for 24 months
    kept_by: software
    parts: {storage: {keep: [sales]}, law: {keep: [books]}, disputes: {holds: all}}
    notice: [{lang: nb, section: "1", quote: We keep it.}]
"""
NOTICE = "# Notice\n\n## 1. Storage\n\nWe\nkeep it. And more.\n\n### 1.1 Law\n\nThe Act.\n\n## 2. Rights\n\nNone.\n"


def problems(text: str, **more: Any) -> list[Problem]:
    with pytest.raises(PolicyError) as caught:
        load(text, file="policy.yaml", **more)
    assert caught.value.problems
    return caught.value.problems


def test_the_small_policy_loads() -> None:
    policy = load(SMALL, notices={"nb": NOTICE})
    assert list(policy.purposes) == ["sales", "books"]
    assert policy.promises_of("books") == ("P-1",)
    assert policy.findings == ()
    assert [promise.approval for promise in policy.promises.values()] == [0]


def test_who_must_say_yes_is_named_by_the_promise_or_else_by_the_controller() -> None:
    promise = "    kept_by: software\n    approval: 2\n"
    asked = SMALL.replace("    kept_by: software\n", promise)
    both = asked.replace('country: "NO"', 'country: "NO", approvers: [the manager, Ida Holm]')
    (said,) = load(both).promises.values()
    assert (said.approval, said.approvers) == (2, ("the manager", "Ida Holm"))
    (own,) = load(both.replace(promise, f"{promise}    approvers: [Bo, Eva]\n")).promises.values()
    assert own.approvers == ("Bo", "Eva")


def test_a_hold_is_over_one_record_or_over_several() -> None:
    (one,) = load(SMALL).holds
    assert one.records == (Record(record_class="person", key=(2,)),)
    (several,) = load(SMALL.replace("{person: 2}", "[{person: 2}, {order: [7, a]}]")).holds
    assert several.records == (*one.records, Record(record_class="order", key=(7, "a")))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("holdord: 1", "holdord: 2", "1"),
        ("holdord: 1\n", "holdord: 1\ncolour: red\n", "'colour' is unknown"),
        ('country: "NO"', "country: XX", "'NO', 'DK' or 'SE'"),
        ('country: "NO"', 'country: "NO", time_zone: Mars/Base', "no time zone"),
        ('country: "NO"', 'country: "NO", financial_year_ends: 13-01', "13"),
        ('register_number: "1"', "register_number: 1", "string"),
        ("name: Shop AS, ", "", "'name' is missing"),
        ("groups: [customers]", "groups: [customer]", "'customer' is not described"),
        ("recipients: [carrier]", "recipients: [post]", "'post' is not described"),
        ("sources: [person]", "sources: [web]", "'web' is not described"),
        ("at_most: 24 months, ", "", "Every kind of data has a number"),
        ("at_most: 24 months", "at_most: 24 months, at_least: 1 year", "exactly one of at_most and at_least"),
        ("at_most: 24 months", "at_most: 24", "string"),
        ("at_most: 24 months", "at_most: '24'", "The unit is missing"),
        ("at_most: 24 months", "at_most: -1 days", "negative"),
        ("at_most: 24 months", "at_most: for ever", "no duration"),
        ("at_most: 24 months", "at_most: 201 years", "surely a mistake"),
        ("at_most: 24 months", "at_most: 24 months, within: 23 months", "ends before the duration"),
        ("purposes:\n", "purpose:\n", "Did you mean 'purposes'?"),
        ("kept_by: software", "keptby: software", "Did you mean 'kept_by'?"),
        ("at_most: 24 months", "at_mots: 24 months", "Did you mean 'at_most'?"),
        ("from: ordered, ", "", "'from' is missing"),
        ("from: ordered", "from: {latest_of: []}", "at least 1"),
        ("from: ordered", "from: Ordered!", "pattern"),
        ("basis: legitimate_interest", "basis: curiosity", "consent"),
        ("    law: the Act\n", "", "needs the law"),
        ("basis: legal_obligation\n    law: the Act\n", "basis: contract\n", "needs the law that it rests on"),
        ("needs: [order.*, person.contact.name]", "needs: []", "at least 1"),
        ("person.contact.name", "person.contact.nmae", "'contact.nmae' is unknown"),
        ("person.contact.name", "person.contacts", "'contacts' is unknown"),
        ("{order: {state: [open, done]}}", "{}", "No record class stands here"),
        ("[open, done]", "[]", "An empty list is met by nothing"),
        ("state: [open, done]", "state: {is_not: a, below: 3}", "exactly one of is_not, below, above"),
        ("state: [open, done]", "state: {}", "exactly one of is_not, below, above"),
        ("state: [open, done]", "state: {below: null}", "Nothing is below or above null"),
        ("review: 2027-01-01}", "}", "A hold needs an end or a review date"),
        ("review: 2027-01-01", "until: 2025-01-01", "ends before it begins"),
        ("review: 2027-01-01", "review: 2027-02-30", "date"),
        ("scope: {person: 2}", "scope: {person: 2, order: 3}", "at most 1"),
        ("scope: {person: 2}", "scope: {}", "at least 1"),
        ("scope: {person: 2}", "scope: []", "at least 1"),
        ("scope: {person: 2}", "scope: [{person: 2}, {person: 3, order: 3}]", "at most 1"),
        ("    kept_by: software\n", "    kept_by: software\n    approval: 3\n", "1 or 2"),
        (
            "    kept_by: software\n",
            "    kept_by: software\n    approval: 1\n",
            "No approvers are named, and 1 must say yes",
        ),
        (
            "    kept_by: software\n",
            "    kept_by: software\n    approval: 2\n    approvers: [Ida Holm, IDA  HOLM]\n",
            "1 approver is named, and 2 must say yes",
        ),
        ("    kept_by: software\n", "    kept_by: software\n    approvers: [Ida]\n", "Nothing waits for these"),
        (
            "    parts: {storage: {keep: [sales]}, law: {keep: [books]}, disputes: {holds: all}}\n",
            "    parts: {storage: {keep: [sales, books]}}\n    section: storage\n"
            "  P-2: {says: x, kept_by: notice, told_by: rights, approval: 1, approvers: [a],\n"
            "        parts: {a: {unwired: b}}}\n"
            "  P-3:\n    says: x\n    kept_by: software\n    parts: {a: {keep: all}}\n",
            "no purpose keeps this one",
        ),
        ("keep: [sales]", "keep: [sale]", "'sale' is no purpose"),
        ("keep: [sales]", "keep: []", "No purpose stands here"),
        ("{keep: [sales]}", "{keep: [sales], unwired: later}", "exactly one keeper"),
        ("{keep: [sales]}", "{}", "exactly one keeper"),
        ("{keep: [sales]}", "{keep: [sales], told: notice}", "exactly one keeper"),
        ("{holds: all}", "{requests: [access]}", "Nobody is told where to ask"),
        ("{holds: all}", "{requests: [answers]}", "'access', 'rectification'"),
        ("{holds: all}", "{requests: []}", "at least 1 item"),
        ("{holds: all}", "{told: everywhere}", "'notice'"),
        ("{holds: all}", "{tasks: {who: manager}}", "what"),
        ("{holds: all}", "{tasks: {every: often, who: manager, what: look}}", "'often' is no duration"),
        ("{holds: all}", "{tasks: {every: 0 days, who: manager, what: look}}", "counts for no time"),
        (", law: {keep: [books]}", "", "No promise is kept by this purpose"),
        ("kept_by: software", "kept_by: nobody", "'software', 'person' or 'notice'"),
        ("lang: nb", "lang: en", "no notice in 'en'"),
        ("quote: We keep it.", "quote: We keep it all.", "does not say this"),
        ('section: "1"', 'section: "9"', "has no section 9"),
        ("game.score:", "score:", "pattern"),
        ("  books:\n", "  sales:\n", "stands here twice"),
    ],
)
def test_each_mistake_is_refused_with_its_place(old: str, new: str, what: str) -> None:
    assert SMALL.count(old) == 1
    text = SMALL.replace(old, new)
    found = problems(text, notices={"nb": NOTICE})
    (problem,) = [one for one in found if what in str(one)][:1] or [None]
    assert problem is not None, [str(one) for one in found]
    assert problem.file == "policy.yaml"
    assert problem.line > 0
    assert problem.column > 0
    assert str(problem).startswith(f"policy.yaml:{problem.line}:{problem.column}: ")
    lines = text.splitlines()
    assert problem.line <= len(lines)
    assert problem.column <= len(lines[problem.line - 1]) + 1


def test_places_are_those_of_the_mistakes() -> None:
    text = SMALL.replace("at_most: 24 months", "at_most: for ever").replace("[carrier]", "[post]")
    places = {(one.line, one.column, one.where) for one in problems(text)}
    line = next(number for number, said in enumerate(SMALL.splitlines(), 1) if "at_most" in said)
    column = SMALL.splitlines()[line - 1].index("at_most") + 1
    assert (line, column, "purposes.sales.keep.at_most") in places
    assert (line + 1, 18, "purposes.sales.recipients.0") in places


def test_mistakes_are_collected_not_told_one_by_one() -> None:
    text = (
        SMALL.replace("24 months", "for ever")
        .replace("[carrier]", "[post]")
        .replace("{person: 2}, since", "{person: 2}, since")
    )
    text = text.replace("review: 2027-01-01", "until: 2025-01-01")
    assert len(problems(text)) == 3


def test_a_duty_and_a_promise_that_contradict_each_other_in_one_purpose_are_refused() -> None:
    text = SMALL.replace(
        "{from: voucher_date, at_least: 5 years, counted_from: financial_year_end, within: 5 years 30 days}",
        "[{from: voucher_date, at_least: 5 years}, {from: voucher_date, at_most: 3 years}]",
    )
    assert "contradict each other: at least 5 years, at most 3 years" in str(problems(text)[0])


def test_quotes_are_not_checked_without_notices() -> None:
    assert load(SMALL.replace("We keep it.", "Something else."))


def test_white_space_of_a_quote_is_one_blank() -> None:
    assert load(SMALL.replace("We keep it.", "'We  keep   it.'"), notices={"nb": NOTICE})


@pytest.mark.parametrize(
    "change",
    [("We keep it.", "we keep it."), ("We keep it.", "We keep it!"), ('"1"', '"2"')],
)
def test_a_quote_must_be_word_by_word_and_in_its_section(change: tuple[str, str]) -> None:
    text = SMALL.replace(f"quote: {change[0]}", f"quote: {change[1]}").replace(
        f"section: {change[0]}", f"section: {change[1]}"
    )
    assert "does not say this" in str(problems(text, notices={"nb": NOTICE})[0])


def test_a_section_holds_its_subsections_and_ends_at_the_next_of_its_level() -> None:
    found = sections(NOTICE)
    assert found["1"].endswith("The Act.")
    assert found["1.1"] == "### 1.1 Law The Act."
    assert "None" not in found["1"]
    assert sections("") == {}


def test_digest_is_that_of_the_bytes() -> None:
    assert load(SMALL).digest == load(SMALL.encode()).digest != load(SMALL + "\n").digest


def outlasted(*changes: tuple[str, str]) -> list[str]:
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return [finding.text for finding in load(text).findings]


NAMES = ("needs: [invoice.*]", "needs: [invoice.*, person.contact.name]")


def test_law_outlasting_a_promise_for_the_same_records_is_found_not_refused() -> None:
    text = SMALL.replace(*NAMES).replace("works_on: invoice", "works_on: order")
    (finding,) = load(text).findings
    assert (finding.code, finding.severity, finding.promises) == ("law_outlasts_promise", "warning", ("P-1",))
    assert finding.text == (
        "order: the Act (books: at least 5 years from the end of the financial year of voucher_date) can hold longer "
        "than P-1 (at most 24 months from ordered). The law's duty is kept; see that the notice says so."
    )


def test_a_name_held_through_other_records_is_no_promise_that_the_law_outlasts() -> None:
    assert outlasted(NAMES) == []


def test_the_same_records_without_common_data_are_no_promise_that_the_law_outlasts() -> None:
    assert outlasted(("works_on: invoice", "works_on: order")) == []


def test_a_promise_as_long_as_the_law_is_not_outlasted() -> None:
    same = (NAMES, ("works_on: invoice", "works_on: order"))
    assert outlasted(*same, ("at_most: 24 months", "at_most: 6 years")) == []
    assert len(outlasted(*same, ("at_most: 24 months", "at_most: 5 years"))) == 1


@pytest.mark.parametrize(
    ("promise", "law", "meet"),
    [
        ("state: open", "state: done", False),
        ("state: open", "state: open", True),
        ("state: open", "paid: true", True),
        ("paid: false", "paid: true", False),
        ("state: open", "state: [done, void]", False),
        ("state: open", "state: [done, open]", True),
        ("state: [open, new]", "state: [done, void]", False),
        ("state: open", "state: {is_not: open}", False),
        ("state: open", "state: {is_not: done}", True),
        ("state: {is_not: open}", "state: {is_not: done}", True),
        ("state: null", "state: open", False),
        ("state: null", "state: {is_not: null}", False),
        ("state: null", "state: {is_not: open}", True),
        ("amount: 5", "amount: {below: 5}", False),
        ("amount: 4", "amount: {below: 5}", True),
        ("amount: 5", "amount: {above: 5}", False),
        ("amount: null", "amount: {above: 5}", False),
        ("amount: many", "amount: {above: 5}", True),
        ("person.kind: a", "person.kind: b", True),
        ("state: open, paid: true", "state: open, paid: false", False),
    ],
)
def test_law_outlasts_a_promise_only_where_one_record_can_meet_the_conditions_of_both(
    promise: str, law: str, meet: bool
) -> None:
    for one, other in ((promise, law), (law, promise)):
        works = ("{order: {state: [open, done]}}", f"{{order: {{{one}}}}}")
        found = outlasted(NAMES, works, ("works_on: invoice", f"works_on: {{order: {{{other}}}}}"))
        assert len(found) == meet, (one, other)


def test_each_class_that_the_law_keeps_is_named_once_with_all_its_promises() -> None:
    found = outlasted(
        NAMES,
        ("{order: {state: [open, done]}}", "[order, invoice]"),
        ("works_on: invoice", "works_on: [{order: {state: open}}, {order: {state: done}}, invoice]"),
    )
    assert [text.partition(":")[0] for text in found] == ["order", "invoice"]


def test_a_controller_needs_no_register_number() -> None:
    assert load(SMALL).controller.register_number == "1"
    assert load(SMALL.replace(', register_number: "1"', "")).controller.register_number == ""


# Where notices lie


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../notice.md",
        "texts/../../notice.md",
        "..",
        "a/..",
        "C:notice.md",
        "\\\\host\\notice.md",
        "a\\..\\b",
    ],
)
def test_a_notice_outside_the_folder_is_refused_with_its_place(name: str) -> None:
    (problem,) = problems(SMALL.replace("nb: notice.nb.md", f"nb: '{name}'"))
    assert str(problem).startswith("policy.yaml:3:11: notices.nb: A notice lies in the policy's folder")
    assert "Copy the file there" in problem.remedy


def test_a_notice_named_with_control_characters_is_refused_with_its_place() -> None:
    (problem,) = problems(SMALL.replace("nb: notice.nb.md", 'nb: "a\\0b"'))
    assert (problem.line, problem.column, problem.what) == (3, 11, "This is no name of a file.")


@pytest.mark.parametrize("name", ["notice.md", "texts/notice.md", "a..b.md", "...", "./notice.md", "norsk bokmål.md"])
def test_a_notice_in_the_folder_or_below_is_accepted(name: str) -> None:
    assert load(SMALL.replace("notice.nb.md", f"'{name}'")).notices == {"nb": name}


def test_notices_are_read_by_their_names() -> None:
    asked: list[str] = []

    def reader(name: str) -> bytes:
        asked.append(name)
        return b"\xef\xbb\xbf" + NOTICE.encode()

    assert read_notices(load(SMALL), reader) == {"nb": NOTICE}
    assert asked == ["notice.nb.md"]


def test_every_notice_that_cannot_be_read_is_named_with_its_place_in_the_policy() -> None:
    def reader(name: str) -> bytes:
        if name == "notice.da.md":
            return b"Sm\xf8rrebr\xf8d"
        raise InputError([Problem(what="The file is not there.", remedy="Put it there.", file=name)])

    policy = load(SMALL.replace("{nb: notice.nb.md}", "{nb: notice.nb.md, da: notice.da.md}"))
    with pytest.raises(PolicyError) as caught:
        read_notices(policy, reader)
    assert [str(problem) for problem in caught.value.problems] == [
        "policy.yaml:3:11: notices.nb: notice.nb.md: The file is not there. Put it there.",
        "policy.yaml:3:29: notices.da: notice.da.md: The file is not UTF-8 (byte 2). Save it as UTF-8.",
    ]


def test_an_identity_number_in_a_hold_key_is_not_repeated_in_messages() -> None:
    text = SMALL.replace("scope: {person: 2}", "scope: {person: [29028012345, x]}").replace(", review: 2027-01-01", "")
    assert "29028012345" not in "\n".join(str(one) for one in problems(text))


# Whatever is written: a policy, or PolicyError


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**17),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda value: round(value, 3)),
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.sampled_from(
        ["", "x", "*", "a.b", "person", "sales", "all", "24 months", "0 days", "1 year", "consent", "{key}"]
    ),
    st.sampled_from([[], {}, [[]], [None], {"x": None}, {"is_not": None}, {"latest_of": ["x"]}, ["sales", "books"]]),
)


def paths(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        found += paths(value, (*path, key))
    return found


def flow(tree: Any) -> str:
    """Return YAML in flow style; dates stay dates."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(flow(value) for value in tree) + "]"
    if isinstance(tree, str):
        return "'" + tree.replace("'", "''") + "'"
    if tree is None or isinstance(tree, bool):
        return {None: "null", True: "true", False: "false"}[tree]
    return f"{tree:%Y-%m-%d}".zfill(10) if isinstance(tree, date) else str(tree)


def outcome(text: str, notices: dict[str, str] | None) -> Policy | PolicyError:
    try:
        return load(text, file="policy.yaml", notices=notices)
    except PolicyError as error:
        return error


def loads_or_is_refused(text: str, notices: dict[str, str] | None) -> None:
    found = outcome(text, notices)
    if isinstance(found, PolicyError):
        assert found.problems
        assert all(re.match(r"policy\.yaml(:\d+:\d+)?: .", str(problem)) for problem in found.problems)
    else:
        assert found.purposes


TREE = read(SMALL, "policy.yaml").value
PLACES = paths(TREE)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.one_of(_VALUES, st.just("remove"))), min_size=1, max_size=3))
def test_any_value_in_any_place_makes_a_policy_or_a_refusal(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    tree = copy.deepcopy(TREE)
    for path, value in changes:
        node = tree
        try:
            for key in path[:-1]:
                node = node[key]
            if value == "remove":
                del node[path[-1]]
            else:
                node[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    loads_or_is_refused(flow(tree), {"nb": NOTICE})


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_slip_of_the_keyboard_makes_a_policy_or_a_refusal(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SMALL) - 1))
    stop = data.draw(st.integers(start, min(start + 12, len(SMALL))))
    slip = data.draw(st.text(alphabet="ab1:-[]{}&*!|>'\"#%, \n\t.", max_size=4))
    loads_or_is_refused(SMALL[:start] + slip + SMALL[stop:], {"nb": NOTICE})


@pytest.mark.parametrize("name", ["clemco-norge", "clienti", "se-gruppen", "west-elektro"])
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_line_lost_or_moved_in_an_example_makes_a_policy_or_a_refusal(name: str, data: st.DataObject) -> None:
    lines = (EXAMPLES / name / "policy.yaml").read_text("utf-8").splitlines(keepends=True)
    lost = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
    if data.draw(st.booleans()):
        lines.insert(data.draw(st.integers(0, len(lines))), lost)
    loads_or_is_refused("".join(lines), None)


def test_safety_is_claimed_only_where_the_commission_has_decided_it() -> None:
    carrier = "{carrier: {says: who delivers, role: controller, country: %s, safeguard: adequacy}}"
    load(SMALL.replace("{carrier: who delivers}", carrier % "BR"))
    with pytest.raises(PolicyError, match="No adequacy decision for CN is known"):
        load(SMALL.replace("{carrier: who delivers}", carrier % "CN"))


def test_a_part_can_be_kept_by_answers_a_person_or_the_notice() -> None:
    parts = (
        "{storage: {keep: [sales]}, law: {keep: [books]}, disputes: {holds: all}, "
        "rights: {requests: [access, erasure]}, look: {tasks: {every: 1 year, who: manager, what: look again}}, "
        "once: {tasks: {who: all, what: sign}}, says: {told: notice}}"
    )
    text = SMALL.replace("{storage: {keep: [sales]}, law: {keep: [books]}, disputes: {holds: all}}", parts)
    text = text.replace("purposes:\n", "requests: {to: a@shop.example}\npurposes:\n", 1)
    found = {part.name: part for part in load(text.encode(), notices={"nb": NOTICE}).promises["P-1"].parts}
    assert found["rights"].requests == ("access", "erasure")
    assert found["look"].task == Task(what="look again", who="manager", every=Duration(months=12, days=0))
    assert found["once"].task == Task(what="sign", who="all", every=None)
    assert [name for name, part in found.items() if part.told] == ["says"]


def test_every_right_that_a_policy_can_name_can_be_asked_for() -> None:
    assert set(RIGHTS) == set(ASKS_FOR)
