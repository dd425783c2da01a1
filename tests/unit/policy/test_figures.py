"""Figures that stay: what the policy may say of them, their periods, and what changed between two policies."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.errors import PolicyError
from holdord.policy.diff import Change, changes
from holdord.policy.figure import Each, Figure, period_of
from holdord.policy.load import load
from holdord.policy.told import Said

POLICY = """\
holdord: 1
controller: {name: Shop AS, country: "NO"}
notices: {nb: n.md}
purposes:
  sales: {for: x, basis: contract, works_on: order, needs: [order.*], keep: {from: ordered, at_most: 2 years}}
figures:
  by_month:
    says: How many orders a month
    counts: order
    each: month
    from: ordered
    by: [state, contact.address]
    sums: [financial.invoice]
    at_least: 12
    wait: 1 month
  by_year: {says: {en: How many, nb: Hvor mange}, counts: order, each: year, from: paid}
promises:
  P-1:
    says: x
    kept_by: software
    section: storage
    parts: {storage: {keep: all}, figures: {figures: [by_month, by_year]}}
"""


def problems(old: str, new: str) -> list[str]:
    assert POLICY.count(old) == 1
    with pytest.raises(PolicyError) as caught:
        load(POLICY.replace(old, new), file="policy.yaml")
    assert all(problem.line and problem.column for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_a_figure_says_what_is_counted_and_has_ten_people_in_a_group_by_itself() -> None:
    policy = load(POLICY)
    month, year = policy.figures.values()
    assert (month.counts, month.each, month.clock, month.at_least) == ("order", "month", "ordered", 12)
    assert (month.by, month.sums, str(month.wait)) == (("state", "contact.address"), ("financial.invoice",), "1 month")
    assert (year.at_least, year.by, year.sums, year.wait) == (10, (), (), None)
    assert year.says.by == {"en": "How many", "nb": "Hvor mange"}
    assert policy.promises["P-1"].parts[1].figures == ("by_month", "by_year")
    assert [finding.code for finding in policy.findings] == ["figures_overlap"]  # months of one, years of the other


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("    at_least: 12\n", "    at_least: 2\n", "3"),
        ("    at_least: 12\n", "    at_least: ten\n", "integer"),
        ("    each: month\n", "    each: week\n", "'month', 'quarter' or 'year'"),
        ("    each: month\n", "", "'each' is missing"),
        ("    from: ordered\n", "    from: invoice.issued\n", "pattern"),
        ("contact.address]", "contact.adress]", "'contact.adress' is unknown"),
        ("contact.address]", "state]", "'state' is said twice"),
        ("[financial.invoice]", "[invoice]", "pattern"),
        ("[financial.invoice]", "[financial.zebra]", "'financial.zebra' is unknown"),
        ("wait: 1 month", "wait: soon", "no duration"),
        ("[by_month, by_year]", "[by_month, by_week]", "'by_week' is no figure. Figures: by_month, by_year."),
        ("{figures: [by_month, by_year]}", "{figures: [by_month, by_year], holds: all}", "exactly one keeper"),
        ("[by_month, by_year]", "[]", "at least 1"),
    ],
)
def test_what_is_wrong_with_a_figure_is_said_with_its_place(old: str, new: str, what: str) -> None:
    assert any(what in said for said in problems(old, new)), problems(old, new)


def test_a_promise_about_figures_alone_is_told_by_its_section() -> None:
    promise = "    section: storage\n    parts: {storage: {keep: all}, "
    alone = "    parts: {storage: {keep: all}}\n    section: storage\n  P-2:\n    says: x\n    kept_by: software\n"
    assert "Nobody is told" in problems(promise, f"{alone}    parts: {{")[0]


def test_figures_that_nobody_is_told_of_and_those_whose_difference_is_a_person_are_found() -> None:
    policy = load(POLICY.replace("[by_month, by_year]", "[by_year]").replace("from: paid", "from: ordered"))
    assert [finding.code for finding in policy.findings] == ["figures_untold", "figures_overlap"]
    assert {finding.severity for finding in policy.findings} == {"warning"}
    assert "by_month" in policy.findings[0].text


@given(each=st.sampled_from(["month", "quarter", "year"]), day=st.dates(date(1, 1, 1), date(9000, 12, 31)))
def test_each_day_lies_in_one_period_and_the_next_begins_the_day_after(each: Each, day: date) -> None:
    period = period_of(each, day)
    assert period.first <= day <= period.last
    assert period_of(each, period.first) == period_of(each, period.last) == period
    following = period_of(each, period.last + timedelta(days=1))
    assert following.first == period.last + timedelta(days=1)
    assert following.label > period.label


def test_the_periods_that_are_over_end_before_the_day() -> None:
    figure = Figure(id="f", says=Said("x", {}), counts="order", each="quarter", clock="ordered")
    since = date(2025, 11, 30)
    assert [one.label for one in figure.over(since, date(2026, 6, 30))] == ["2025-Q4", "2026-Q1"]
    assert [one.label for one in figure.over(since, date(2026, 7, 1))] == ["2025-Q4", "2026-Q1", "2026-Q2"]
    assert list(figure.over(date(2027, 1, 1), date(2026, 7, 1))) == []
    quarter = period_of("quarter", since)
    assert figure.taken_on(quarter) == date(2026, 1, 1)
    month = load(POLICY).figures["by_month"]
    assert month.taken_on(period_of("month", date(2026, 1, 5))) == date(2026, 3, 1)


def told(*edits: tuple[str, str]) -> dict[str, Change]:
    after = POLICY
    for old, new in edits:
        assert after.count(old) == 1
        after = after.replace(old, new)
    return {change.path: change for change in changes(load(POLICY), load(after))}


@pytest.mark.parametrize(
    ("edit", "path", "kind", "protects"),
    [
        (("[state, contact.address]", "[state]"), "figures.by_month.by", "narrowed", "more"),
        (("[state, contact.address]", "[state, contact.address, kind]"), "figures.by_month.by", "widened", "less"),
        (("    sums: [financial.invoice]\n", ""), "figures.by_month.sums", "narrowed", "more"),
        (("at_least: 12", "at_least: 11"), "figures.by_month.at_least", "changed", "less"),
        (("at_least: 12", "at_least: 13"), "figures.by_month.at_least", "changed", "more"),
        (("each: month", "each: quarter"), "figures.by_month.each", "changed", "less"),
        (("each: year", "each: quarter"), "figures.by_year.each", "changed", "less"),
        (("from: paid", "from: sent"), "figures.by_year.counts", "changed", "less"),
        (("wait: 1 month", "wait: 2 months"), "figures.by_month.wait", "changed", "same"),
        (("How many orders a month", "What you buy"), "figures.by_month.says", "changed", "less"),
    ],
)
def test_a_changed_figure_is_told_by_what_it_means_for_people(
    edit: tuple[str, str], path: str, kind: str, protects: str
) -> None:
    (change,) = told(edit).values()
    assert (change.path, change.kind, change.protects) == (path, kind, protects)
    assert change.material == (protects == "less")


def test_people_are_told_of_a_new_figure_first() -> None:
    new = "  by_quarter: {says: Sales, counts: order, each: quarter, from: sent}\n"
    found = told(("promises:\n", f"{new}promises:\n"))
    added = found["figures.by_quarter"]
    assert (added.kind, added.material, added.article) == ("added", True, "GDPR art. 5(1)(b), 89(1)")
    assert added.text == (
        "A new figure stays when the data are gone: “Sales” (order for each quarter, in groups of at least 10 people)."
    )
    gone = changes(load(POLICY.replace("promises:\n", f"{new}promises:\n")), load(POLICY))
    assert [(one.path, one.kind, one.material) for one in gone] == [("figures.by_quarter", "removed", False)]


def test_a_part_that_figures_keep_no_longer_or_fewer_of_them_is_weaker() -> None:
    parts = "figures: {figures: [by_month, by_year]}"
    for new, kind in (("figures: {figures: [by_year]}", "narrowed"), ("figures: {keep: all}", "changed")):
        change = told((parts, new))["promises.P-1.parts.figures"]
        assert (change.kind, change.protects) == (kind, "less")
