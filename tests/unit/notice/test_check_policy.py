"""A notice against its policy: promises that nothing keeps, keepers that nobody is told of, numbers that differ."""

from pathlib import Path

import pytest

from holdord.notice.check.policy import against
from holdord.notice.model import Finding, Reading
from holdord.notice.read import read
from holdord.notice.write.page import write
from holdord.notice.write.policy import facts_of
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.policy.terms import LANGUAGES
from holdord.run.folder import map_of, read_policy

EXAMPLES = Path(__file__).parents[3] / "examples"
NOTICE = """# Privatlivspolitik for Havnens Cykler ApS

## 1. Opbevaring

Vi sletter dine oplysninger 24 måneder efter
den sidste ordre.

## 2. Modtagere

Vi videregiver navn og adresse til Budcyklen A/S.
"""
POLICY = """\
holdord: 1
controller: {name: Havnens Cykler ApS, country: DK, register_number: "1"}
notices: {da: notice.da.md, en: notice.en.md}
groups: {customers: people who buy}
recipients: {carrier: "Budcyklen A/S, which delivers"}
sources: {person: the person}
purposes:
  sales:
    for: Selling
    basis: contract
    groups: [customers]
    works_on: order
    needs: [order.*, person.contact.name]
    keep: {from: ordered, at_most: 24 months, open_ended: until it is ordered}
    recipients: [carrier]
    sources: [person]
promises:
  P-1:
    says: Data go after 24 months
    kept_by: software
    parts: {storage: {keep: [sales]}}
    notice: [{lang: da, section: "1", quote: Vi sletter dine oplysninger 24 måneder efter den sidste ordre.}]
"""
SURVEYS = """\
  surveys:
    for: Asking what people think
    basis: consent
    groups: [customers]
    works_on: note
    needs: [note.*]
    keep: {from: note.taken, at_most: 6 months, open_ended: until it is taken}
    sources: [person]
promises:
  P-2:
    says: We ask what people think
    kept_by: software
    parts: {storage: {keep: [surveys]}}
    notice: [{lang: en, section: "1", quote: We ask what you think.}]
"""


@pytest.fixture(scope="module")
def notice() -> Reading:
    return read(NOTICE, "da")


def policy(text: str) -> Policy:
    return load(text, notices={"da": NOTICE, "en": "## 1. Surveys\n\nWe ask what you think.\n"})


def found(notice: Reading, text: str) -> dict[str, Finding]:
    return {one.code: one for one in against(notice, policy(text))}


def test_nothing_is_found_where_notice_and_policy_say_the_same(notice: Reading) -> None:
    assert against(notice, policy(POLICY)) == ()


def test_a_part_that_nothing_keeps_is_told_with_its_promise_and_its_sentence(notice: Reading) -> None:
    text = POLICY.replace(
        "{storage: {keep: [sales]}}", "{storage: {keep: [sales]}, door: {unwired: a door for requests}}"
    )
    finding = found(notice, text)["promise_unwired"]
    assert finding.severity == "warning"
    assert "P-1" in finding.text
    assert "a door for requests" in finding.text
    assert NOTICE[finding.start : finding.end].split() == [
        "Vi",
        "sletter",
        "dine",
        "oplysninger",
        "24",
        "måneder",
        "efter",
        "den",
        "sidste",
        "ordre.",
    ]


def test_a_purpose_and_a_time_that_nobody_is_told_of_are_missing(notice: Reading) -> None:
    codes = found(notice, POLICY.replace("promises:\n", SURVEYS))
    assert set(codes) == {"purpose_untold", "time_untold"}
    assert "surveys" in codes["purpose_untold"].text
    assert "6 months" in codes["time_untold"].text


def test_a_recipient_by_name_must_be_in_the_notice(notice: Reading) -> None:
    codes = found(notice, POLICY.replace("Budcyklen A/S, which delivers", "Molens Fragt A/S, which delivers"))
    assert set(codes) == {"recipient_untold"}
    assert found(notice, POLICY.replace("Budcyklen A/S, which delivers", "whoever delivers")) == {}


def test_any_recipient_is_untold_where_the_notice_has_none() -> None:
    bare = read(NOTICE.split("## 2.")[0], "da")
    assert "recipient_untold" in {one.code for one in against(bare, policy(POLICY))}


def test_a_time_of_the_notice_that_no_limit_has_is_kept_by_nothing(notice: Reading) -> None:
    codes = found(notice, POLICY.replace("24 months", "30 months"))
    assert set(codes) == {"time_unkept", "time_untold"}
    kept = codes["time_unkept"]
    assert NOTICE[kept.start : kept.end] == "24 måneder"
    assert found(notice, POLICY.replace("24 months", "2 years")) == {}


def test_a_deadline_counts_as_the_time_that_people_are_told(notice: Reading) -> None:
    assert found(notice, POLICY.replace("at_most: 24 months", "at_most: 0 days, within: 24 months")) == {}


def test_a_duty_that_outlasts_a_promise_is_told(notice: Reading) -> None:
    duty = SURVEYS.replace("surveys", "books").replace("basis: consent", "basis: legal_obligation\n    law: the Act")
    duty = duty.replace("works_on: note", "works_on: order").replace("needs: [note.*]", "needs: [order.*]")
    duty = duty.replace("{from: note.taken, at_most: 6 months", "{from: ordered, at_least: 5 years")
    assert "law_outlasts_promise" in found(notice, POLICY.replace("promises:\n", duty))


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in EXAMPLES.glob("*/policy.yaml")))
def test_every_example_has_the_notices_that_its_policy_makes(folder: str) -> None:
    example = read_policy(EXAMPLES / folder)
    for language, name in example.notices.items():
        code = next(known for known in LANGUAGES if known == language)
        written = write(facts_of(example, map_of(EXAMPLES / folder), code), code)
        findings = against(read((EXAMPLES / folder / name).read_text("utf-8")), example, written)
        assert {one.code for one in findings} <= {"promise_unwired"}
