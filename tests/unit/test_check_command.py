"""``holdord check``: findings in groups with their places, and the status that scripts go by."""

import json
import shutil
from pathlib import Path

import pytest
from tests.unit.notice.test_check import with_changes

from holdord.cli.main import run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "clemco"
    there.mkdir()
    for file in (ROOT / "examples" / "clemco-norge").iterdir():
        if file.suffix in (".md", ".yaml"):
            shutil.copy(file, there)
    return there


def written(place: Path, **changes: str | None) -> Path:
    place.write_text(with_changes("nb", changes), "utf-8")
    return place


def test_a_notice_that_says_all_is_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(written(tmp_path / "notice.md"))]) == 0
    assert "Nothing found" in capsys.readouterr().out


def test_a_finding_is_shown_with_line_words_rule_and_proposal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = written(tmp_path / "notice.md", complaint=None, extra="Overføringen skjer etter Privacy Shield.")
    assert run(["check", str(notice)]) == 1
    shown = capsys.readouterr().out
    assert "line 23" in shown
    assert "GDPR art. 13(2)(d)" in shown
    assert "→ Du kan klage til Datatilsynet (datatilsynet.no)." in shown
    assert "2 errors." in shown


def test_the_document_has_line_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notice = written(tmp_path / "notice.md", extra="Overføringen skjer etter Privacy Shield.")
    assert run(["check", str(notice), "--json", "--lang", "nb"]) == 1
    (checked,) = json.loads(capsys.readouterr().out)["notices"]
    (finding,) = checked["findings"]
    assert (checked["language"], finding["code"], finding["words"]) == ("nb", "transfer_invalid", "Privacy Shield")
    assert notice.read_text("utf-8").splitlines()[finding["line"] - 1].endswith("Privacy Shield.")


def test_a_folder_is_checked_with_its_policy_and_each_of_its_notices(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(folder), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    first, second = document["notices"]
    assert (first["language"], second["language"]) == ("nb", "en")
    codes = [{finding["code"] for finding in one["findings"]} for one in (first, second)]
    assert "promise_unwired" in codes[0] - codes[1]
    assert not {"notice_differs", "time_untold", "purpose_untold"} & (codes[0] | codes[1])
    (policy,) = document["policies"]
    assert policy["problems"] == []
    assert any("bank account" in hint for hint in policy["hints"])


def test_a_written_notice_that_was_changed_by_hand_is_told_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = folder / "notice.en.md"
    text = notice.read_text("utf-8")
    assert "at most 24 months" in text
    notice.write_text(text.replace("at most 24 months", "at most 2 months", 1), "utf-8")
    assert run(["check", str(folder), "--json"]) == 1
    second = json.loads(capsys.readouterr().out)["notices"][1]
    (finding,) = [one for one in second["findings"] if one["code"] == "notice_differs"]
    assert notice.read_text("utf-8").splitlines()[finding["line"] - 1] == finding["words"]
    assert "at most 2 months" in finding["words"]
    assert "at most 24 months" in finding["text"]


def test_a_policy_that_does_not_fit_the_register_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8")
    assert "    works_on: account\n" in text
    policy.write_text(text.replace("    works_on: account\n", "    works_on: acount\n"), "utf-8")
    assert run(["check", str(folder)]) == 1
    assert "'acount'" in capsys.readouterr().out


def test_records_that_every_purpose_leaves_out_are_told_and_change_no_status(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8")
    said = "relation: no purpose works on one where kind is supplier."

    def hints() -> tuple[int, list[str]]:
        status = run(["check", str(folder), "--json"])
        return status, json.loads(capsys.readouterr().out)["policies"][0]["hints"]

    before, every = hints()
    assert not any("no purpose works on" in hint for hint in every)
    assert "[customer, partner, supplier]" in text
    policy.write_text(text.replace("[customer, partner, supplier]", "[customer, partner]"), "utf-8")
    after, every = hints()
    assert [hint for hint in every if hint.startswith(said)]
    assert after == before


def test_a_notice_that_does_not_say_what_the_policy_promises_is_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "notice.nb.md").write_text("# Personvernerklæring\n\nIngenting.\n", "utf-8")
    assert run(["check", str(folder)]) == 2
    assert "does not say this promise" in capsys.readouterr().err


def test_a_policy_without_a_notice_cannot_be_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "policy.yaml").read_text("utf-8")
    kept = text.split("\npromises:\n")[0].replace("notices: {nb: notice.nb.md, en: notice.en.md}", "")
    (folder / "policy.yaml").write_text(kept, "utf-8")
    assert run(["check", str(folder)]) == 2
    assert "notice" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", "Dies ist eine Datenschutzerklärung für unsere Kunden.".encode()]
)
def test_what_cannot_be_read_is_2(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_bytes(content)
    assert run(["check", str(notice)]) == 2
    assert capsys.readouterr().err
