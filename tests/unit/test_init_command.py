"""``holdord init``: a first policy beside its notice, questions with their lines, and nothing that is there is lost."""

import re
from pathlib import Path

import pytest
from tests.unit.notice.draft.invented import DA, EN, NB, SILENT, UNOFFERED, drafted
from tests.unit.notice.write.written import EXAMPLES

from holdord.cli.main import FAILED, USAGE, run
from holdord.notice.write.page import write
from holdord.policy.load import load
from holdord.policy.quotes import read_notices
from holdord.policy.terms import Language

QUESTIONS = drafted(NB).draft.questions


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    place = tmp_path / "from us.md"
    place.write_text(NB, "utf-8")
    return place


def init(folder: Path, *notices: Path) -> int:
    return run(["init", str(folder), *(part for one in notices for part in ("--notice", str(one)))])


def test_a_draft_with_questions_is_status_1_and_lists_them(
    tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "company"
    assert init(folder, notice) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "9 purposes" in shown.err
    lines = (folder / "policy.yaml").read_text("utf-8").splitlines()
    listed = re.findall(r"^ +line (\d+) +(\S+)", shown.err, re.MULTILINE)
    assert len(listed) == QUESTIONS
    for line, _ in listed:
        assert '"?"' in lines[int(line) - 1]
    asked = re.findall(r"^\d+\. (.+)$", shown.err, re.MULTILINE)
    assert len(asked) == len(set(asked))
    assert f"{len(asked)} questions in {QUESTIONS} places" in shown.err
    assert f"holdord check {folder}" in shown.err.replace("\n", "")


def test_a_draft_says_on_its_second_line_that_it_is_one(tmp_path: Path, notice: Path) -> None:
    written = tmp_path / "written.md"
    written.write_text(write(*EXAMPLES["bikes"]), "utf-8")
    for number, place in enumerate((notice, written)):
        init(tmp_path / str(number), place)
        text = (tmp_path / str(number) / "policy.yaml").read_text("utf-8")
        said = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert said[:2] == ["holdord: 1", "draft: true"]
        assert "# keep refuses while this line stands; remove it when you have read every line.\ndraft: true\n" in text


def test_the_policy_loads_from_its_folder_once_the_questions_are_answered(
    tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "company"
    init(folder, notice)
    lines = (folder / "policy.yaml").read_text("utf-8").splitlines()
    shown = re.findall(r"^ +line (\d+) +(\S+).*?(?:(?:usual|offered): (.+))?$", capsys.readouterr().err, re.MULTILINE)
    for line, where, answer in shown:
        lines[int(line) - 1] = lines[int(line) - 1].replace(
            '"?"', answer or UNOFFERED.get(where, UNOFFERED["interest"])
        )
    (folder / "policy.yaml").write_text("\n".join(lines), "utf-8")
    policy = load("\n".join(lines))
    assert read_notices(policy, lambda name: (folder / name).read_bytes()) == {"nb": NB}
    assert run(["check", str(folder)]) == 1  # findings, for nothing is wired yet; it can tell
    assert run(["check", str(notice)]) == 1


def test_questions_left_are_said_by_every_command_that_opens_the_policy(
    tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(tmp_path / "company", notice)
    capsys.readouterr()
    assert run(["check", str(tmp_path / "company")]) == FAILED
    assert capsys.readouterr().err.replace("\n", " ").count("This question is not answered yet.") == QUESTIONS


def test_the_same_question_is_listed_once_with_the_table_of_its_places(
    tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(tmp_path / "company", notice)
    lines = capsys.readouterr().err.splitlines()
    (at,) = [number for number, line in enumerate(lines) if "The notice gives no time." in line]
    table = lines[at + 1 : lines.index("", at)]
    assert [line.split()[2] for line in table][:3] == ["newly_registered", "delivery", "recruitment"]
    assert len({line.index("usual: ") for line in table}) == 1
    assert table[1].split("  from ")[1].split("  ")[0] == "the delivery"


@pytest.mark.parametrize("language", list(SILENT))
def test_usual_answers_what_the_notice_is_silent_on_and_the_policy_loads(
    tmp_path: Path, language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / f"notice.{language}.md"
    place.write_text(SILENT[language], "utf-8")
    folder = tmp_path / "company"
    assert run(["init", str(folder), "--notice", str(place), "--lang", language]) == 1
    assert run(["init", str(tmp_path / "usual"), "--notice", str(place), "--lang", language, "--usual"]) == 0
    assert "No question is left." in capsys.readouterr().err
    text = (tmp_path / "usual" / "policy.yaml").read_text("utf-8")
    assert '"?"' not in text
    assert "\ndraft: true\n" in text
    assert text.count("chosen by --usual") == (folder / "policy.yaml").read_text("utf-8").count("QUESTION:")
    assert "Usual in " in text
    assert run(["check", str(tmp_path / "usual")]) == 1  # it loads; nothing is wired yet


def test_usual_leaves_what_the_notice_does_not_settle(
    tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / "company"), "--notice", str(notice), "--usual"]) == 1
    shown = capsys.readouterr().err
    assert "line" in shown
    assert "usual:" not in shown
    assert "With --usual" not in shown
    assert "cookies" in shown


def test_a_policy_that_is_there_is_never_written_over(
    tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.yaml").write_text("mine", "utf-8")
    assert init(tmp_path, notice) == FAILED
    assert "is there already" in capsys.readouterr().err.replace("\n", " ")
    assert (tmp_path / "policy.yaml").read_text("utf-8") == "mine"
    assert not (tmp_path / "notice.nb.md").exists()


def test_a_notice_in_the_folder_is_named_and_left_alone(tmp_path: Path, notice: Path) -> None:
    assert init(tmp_path, notice) == 1
    assert "notices: {nb: from us.md}" in (tmp_path / "policy.yaml").read_text("utf-8")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["from us.md", "policy.yaml"]


def test_a_notice_without_marked_headings_is_written_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "notice.txt"
    place.write_text(DA, "utf-8")
    assert init(tmp_path, place) == 1
    assert "headings marked" in capsys.readouterr().err.replace("\n", " ")
    assert "# Når du er kunde" in (tmp_path / "notice.da.md").read_text("utf-8").splitlines()
    assert place.read_text("utf-8") == DA


def test_another_notice_of_that_name_is_not_written_over(tmp_path: Path) -> None:
    place = tmp_path / "notice.da.md"
    place.write_text(DA, "utf-8")
    assert init(tmp_path, place) == 1
    assert place.read_text("utf-8") == DA
    assert "notices: {da: notice.da.marked.md}" in (tmp_path / "policy.yaml").read_text("utf-8")


def test_all_names_taken_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "company"
    folder.mkdir()
    for name in ("notice.da.md", "notice.da.marked.md"):
        (folder / name).write_text("another", "utf-8")
    place = tmp_path / "notice.txt"
    place.write_text(DA, "utf-8")
    assert init(folder, place) == FAILED
    assert "Move them away" in capsys.readouterr().err.replace("\n", " ")
    assert not (folder / "policy.yaml").exists()


def test_two_languages_make_one_policy(tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english = tmp_path / "from us in English.md"
    english.write_text(EN, "utf-8")
    folder = tmp_path / "company"
    assert init(folder, notice, english) == 1
    assert "sure counterpart" in capsys.readouterr().err.replace("\n", " ")
    assert "notices: {nb: notice.nb.md, en: notice.en.md}" in (folder / "policy.yaml").read_text("utf-8")
    assert (folder / "notice.en.md").read_text("utf-8") == EN


def test_two_notices_in_one_language_are_refused(
    tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path / "company", notice, notice) == FAILED
    assert "one notice in each language" in capsys.readouterr().err.replace("\n", " ")
    assert not (tmp_path / "company").exists()


def test_what_is_no_notice_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "diary.txt"
    place.write_text("Det regnet i går, og katten lå på trappa hele dagen mens vi malte båten ved brygga.", "utf-8")
    assert init(tmp_path / "company", place) == FAILED
    assert "Is it a privacy notice?" in capsys.readouterr().err.replace("\n", " ")
    assert not (tmp_path / "company").exists()


def test_standard_input_and_no_notice_at_all_are_refused(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path), "--notice", "-"]) == FAILED
    assert run(["init", str(tmp_path)]) == USAGE


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(notice / "company", notice) == FAILED
    assert "cannot" in capsys.readouterr().err


def test_a_notice_that_holdord_wrote_gives_a_policy_that_says_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = tmp_path / "written.md"
    notice.write_text(write(*EXAMPLES["bikes"]), "utf-8")
    folder = tmp_path / "new"
    assert run(["init", str(folder), "--notice", str(notice)]) in (0, 1)
    assert "it says the same" in capsys.readouterr().err
    assert {path.name for path in folder.iterdir()} == {"policy.yaml", "notice.nb.md"}
    assert run(["write", str(folder), "--lang", "nb"]) == 0
    assert capsys.readouterr().out == notice.read_text("utf-8")
