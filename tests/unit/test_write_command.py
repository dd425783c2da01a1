"""``holdord write``: the notice that a policy makes, in a file or printed, or what the policy lacks for it."""

import os
from pathlib import Path

import pytest
from tests.unit.notice.write.test_write_policy import POLICY

from holdord.cli.main import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    return tmp_path


@pytest.mark.parametrize("out", [[], ["--out", "-"]])
def test_the_notice_is_printed(folder: Path, capsys: pytest.CaptureFixture[str], out: list[str]) -> None:
    assert run(["write", str(folder), "--lang", "nb", *out]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# Personvernerklæring for Bakeriet AS\n")
    assert "Bake det du bestiller" in shown
    assert {path.name for path in folder.iterdir()} == {"policy.yaml"}


@pytest.mark.parametrize(("name", "begins"), [("n.md", b"# Privacy"), ("n.html", b"<!DOCTYPE"), ("n.PDF", b"%PDF-1")])
def test_the_notice_is_written_into_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, begins: bytes
) -> None:
    assert run(["write", str(folder), "--lang", "en", "--out", str(folder / name)]) == 0
    captured = capsys.readouterr()
    assert (folder / name).read_bytes().startswith(begins)
    assert not captured.out
    assert name in captured.err


def test_what_is_there_is_replaced_as_a_whole(folder: Path) -> None:
    out = folder / "notice.md"
    out.write_text("x" * 100_000)
    assert run(["write", str(folder), "--lang", "en", "--out", str(out)]) == 0
    assert "xx" not in out.read_text("utf-8")
    assert {path.name for path in folder.iterdir()} == {"policy.yaml", "notice.md"}


def test_what_the_policy_lacks_is_status_2_with_its_places(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["write", str(folder), "--lang", "da"]) == 2
    said = capsys.readouterr().err
    assert "purposes.orders.for: There are no words in Danish here." in " ".join(said.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lang", "fi"], "none of holdord's languages"),
        (["--lang", "en", "--out", "notice.docx"], "End its name in .md, .html or .pdf"),
        (["--lang", "en", "--out", "{folder}/nowhere/notice.md"], "cannot be written"),
        (["--lang", "en", "--out", "{folder}/link.md"], "a file of the company's own"),
    ],
)
def test_nonsense_is_said_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    (folder / "link.md").symlink_to(folder / "policy.yaml")
    assert run(["write", str(folder), *[one.format(folder=folder) for one in arguments]]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert (folder / "policy.yaml").read_text("utf-8") == POLICY


def test_a_notice_that_somebody_else_wrote_is_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = folder / "notice.md"
    notice.write_text("# 1. Ours\n\nWe throw old orders away.\n", "utf-8")
    quoted = POLICY.replace("    section: storage\n", "    notice: [{lang: en, section: '1', quote: We throw}]\n")
    (folder / "policy.yaml").write_text(f"{quoted}notices: {{en: notice.md}}\n", "utf-8")
    assert run(["write", str(folder), "--lang", "en", "--out", str(notice)]) == 2
    assert "somebody else wrote it" in " ".join(capsys.readouterr().err.split())
    assert notice.read_text("utf-8").startswith("# 1. Ours")


def test_nothing_is_written_into_a_pipe(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(folder / "pipe.md")
    assert run(["write", str(folder), "--lang", "en", "--out", str(folder / "pipe.md")]) == 2
    assert "no regular file" in capsys.readouterr().err
