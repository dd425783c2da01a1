"""``holdord diff`` on folders: what people must be told of first, a document for programs, and the exit statuses."""

import json
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from holdord.cli.diff import NOTHING_TO_TELL, TELL
from holdord.policy.diff import Change
from tests.conftest import Run

EXAMPLES = Path(__file__).parents[2] / "examples"
LONGER = (
    "at_most: 24 months\n      open_ended: {da: så længe du",
    "at_most: 36 months\n      open_ended: {da: så længe du",
)
SHORTER = ("participation.event_held, at_most: 3 months", "participation.event_held, at_most: 1 month")
HOLD = ("review: 2027-02-01", "review: 2026-09-01")
ADDRESS = ("email: clienti@clienti.dk", "email: persondata@clienti.dk")
REASON = ("en: as long as we work together}", "en: as long as the partnership runs}")

Edited = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Copies a company's folder, with changes to its policy."""

    def copy(name: str, *changes: tuple[str, str], company: str = "clienti") -> Path:
        there = tmp_path / name
        shutil.copytree(EXAMPLES / company, there)
        policy = there / "policy.yaml"
        text = policy.read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        policy.write_text(text, "utf-8")
        return there

    return copy


def test_the_same_policy_has_no_differences(holdord: Run, edited: Edited) -> None:
    was, now = edited("was"), edited("now")
    assert holdord("diff", was, now) == (0, "No differences. The files are the same.\n", "")


def test_a_policy_that_is_only_written_otherwise_has_no_differences(holdord: Run, edited: Edited) -> None:
    was, now = edited("was"), edited("now", ("at_most: 5 days}", "at_most: 5 days}  # as soon as can be"))
    assert holdord("diff", was, now) == (0, "No differences. Only how the files are written differs.\n", "")
    status, out, _ = holdord("diff", was, now, "--json")
    document = json.loads(out)
    assert (status, document["changes"]) == (0, [])
    assert document["before"] != document["after"]


def test_what_people_must_be_told_of_comes_first_and_the_rest_in_groups(holdord: Run, edited: Edited) -> None:
    was, now = edited("was", HOLD), edited("now", SHORTER, REASON, ADDRESS, LONGER)
    status, out, err = holdord("diff", was, now)
    assert (status, err) == (1, "")
    assert out.splitlines() == [
        "People must be told of this before it takes effect (2)",
        "  ▼ less  Customer relation: data are now kept 36 months after the relation ended; before it was 24 months. "
        "GDPR art. 13(2)(a)",
        "  • same  The controller's e-mail address is now persondata@clienti.dk; before it was clienti@clienti.dk. "
        "GDPR art. 13(1)(a)",
        "Protects people less (1)",
        "  ▼ less  The legal hold (H-2026-1) on one record of the class person is now to be looked at again by "
        "2027-02-01; before it was 2026-09-01. GDPR art. 17(3)(e)",
        "Protects people more (1)",
        "  ▲ more  Events: data are now kept 1 month after the event was held; before it was 3 months. "
        "GDPR art. 13(2)(a)",
        "Other changes (1)",
        "  • same  Partner relation: the reason why data may be kept without an end date now reads “as long as the "
        "partnership runs”; before it was “as long as we work together”. GDPR art. 13(2)(a)",
        "5 changes: 2 to tell; 2 protect people less, 1 protect them more, 2 neither.",
        TELL,
    ]


def test_a_change_for_the_better_has_nothing_to_tell_beforehand(holdord: Run, edited: Edited) -> None:
    status, out, _ = holdord("diff", edited("was"), edited("now", SHORTER))
    assert status == 1
    assert "must be told" not in out
    assert out.splitlines()[-2:] == [
        "1 change: 0 to tell; 0 protect people less, 1 protect them more, 0 neither.",
        NOTHING_TO_TELL,
    ]


def test_the_document_for_programs_has_digests_and_every_change(holdord: Run, edited: Edited) -> None:
    was, now = edited("was"), edited("now", LONGER, SHORTER)
    status, out, err = holdord("diff", was, now, "--json")
    document = json.loads(out)
    assert (status, err) == (1, "")
    assert list(document) == ["before", "after", "changes"]
    assert all(len(document[key]) == 64 for key in ("before", "after"))
    assert [tuple(one) for one in document["changes"]] == [tuple(field.name for field in fields(Change))] * 2
    assert document["changes"][0] == {
        "path": "purposes.customer_relation.keep.at_most",
        "kind": "longer",
        "material": True,
        "protects": "less",
        "article": "GDPR art. 13(2)(a)",
        "text": "Customer relation: data are now kept 36 months after the relation ended; before it was 24 months.",
    }
    assert (document["changes"][1]["kind"], document["changes"][1]["material"]) == ("shorter", False)
    back = json.loads(holdord("diff", now, was, "--json")[1])
    assert (back["before"], back["after"]) == (document["after"], document["before"])


def test_two_companies_differ_in_everything(holdord: Run, edited: Edited) -> None:
    was, now = edited("was"), edited("now", company="west-elektro")
    status, out, _ = holdord("diff", was, now)
    assert status == 1
    assert "The controller's name now reads “West Elektro AS”; before it was “Clienti A/S”." in out
    assert "The controller is now in Norway" in out


def test_markup_in_a_policy_is_printed_as_it_stands(holdord: Run, edited: Edited) -> None:
    now = edited("now", ("en: our auditor for the annual accounts", 'en: "[bold]our[/bold] auditor [1]"'))
    _, out, _ = holdord("diff", edited("was"), now)
    assert "“[bold]our[/bold] auditor [1]”" in out


@pytest.mark.parametrize("broken", ["first", "second"])
@pytest.mark.parametrize("fault", ["missing", "wrong", "quote"])
def test_a_policy_that_does_not_load_is_status_2_and_named(
    holdord: Run, edited: Edited, tmp_path: Path, broken: str, fault: str
) -> None:
    whole, bad = edited("whole"), tmp_path / "bad"
    if fault == "wrong":
        edited("bad", ("at_most: 5 days}", "at_most: soon}"))
    elif fault == "quote":
        edited("bad", ("Med jævne mellemrum ser vi igennem hvad vi har registreret.", "Alt sletter vi."))
    status, out, err = holdord("diff", *((bad, whole) if broken == "first" else (whole, bad)), "--json")
    assert (status, out) == (2, "")
    assert str(bad / "policy.yaml") in err


def test_one_folder_alone_is_wrong_usage(holdord: Run, edited: Edited) -> None:
    assert holdord("diff", edited("was"))[0] == 64
