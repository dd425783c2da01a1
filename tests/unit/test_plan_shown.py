"""How a plan is printed: what waits for a decision stands before what is only good to know."""

from datetime import date

import pytest

from holdord.cli.plan import show
from holdord.plan.statements import Plan
from holdord.policy.model import Finding


def test_stops_come_first_then_warnings_and_what_the_law_outlasts_last(capsys: pytest.CaptureFixture[str]) -> None:
    findings = (
        Finding(code="law_outlasts_promise", severity="warning", text="law one"),
        Finding(code="never_claimed", severity="warning", text="warning one"),
        Finding(code="misfit", severity="stop", table="a", text="stop one"),
        Finding(code="law_outlasts_promise", severity="warning", text="law two"),
        Finding(code="hold_review", severity="warning", text="warning two"),
        Finding(code="uncovered", severity="stop", table="b", text="stop two"),
    )
    made = Plan(
        company="A company",
        policy="0" * 64,
        store="register",
        at=date(2026, 1, 1),
        statements=(),
        findings=findings,
        stopped=frozenset({"a", "b"}),
    )
    show(made)
    heading, *lines = capsys.readouterr().out.splitlines()
    assert made.digest[:16] in heading
    assert lines == [
        "STOP: stop one",
        "STOP: stop two",
        "note: warning one",
        "note: warning two",
        "note: law one",
        "note: law two",
    ]
