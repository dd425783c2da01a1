"""The command line on nonsense: a readable message and the right status, never a traceback; and it starts light."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from examples.demo import prepare

from holdord import __version__
from holdord.cli.main import run
from holdord.errors import HoldordError

ROOT = Path(__file__).parents[2]
Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def call(*arguments: object) -> tuple[int, str]:
        status = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert (err or out).strip()
        return status, out + err

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "clienti"
    there.mkdir()
    for file in (ROOT / "examples" / "clienti").iterdir():
        if file.suffix in (".md", ".yaml"):
            shutil.copy(file, there)
    return there


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["plan"],
        ["plan", "a", "b"],
        ["plan", "--what", "a"],
        ["plan", "a", "--at", "tomorrow"],
        ["plan", "a", "--at", "2026-02-30"],
        ["keep"],
        ["keep", "a", "--confirm"],
        ["status", "--json"],
        ["verify"],
        ["verify", "a"],
        ["schema"],
        ["schema", "letter"],
        ["ledger"],
        ["ledger", "export", "a"],
        ["ledger", "burn"],
        ["request"],
        ["request", "new", "a"],
        ["request", "answer", "a", "first"],
        [],
    ],
)
def test_wrong_usage_is_64(say: Say, arguments: list[str]) -> None:
    status, _ = say(*arguments)
    assert status == 64


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["ledger", "--help"], ["--version"]])
def test_help_is_0(say: Say, arguments: list[str]) -> None:
    assert say(*arguments)[0] == 0


@pytest.mark.parametrize("command", ["plan", "keep", "status"])
def test_a_folder_without_a_policy_is_2(say: Say, tmp_path: Path, command: str) -> None:
    status, said = say(command, tmp_path / "nowhere")
    assert status == 2
    assert "policy.yaml" in said
    (tmp_path / "policy.yaml").mkdir()
    assert say(command, tmp_path)[0] == 2


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"a: [", b"- 1", b"a: &x 1", b"holdord: 1\n", b"\x00"])
def test_a_policy_that_is_none_is_2_and_named(say: Say, folder: Path, raw: bytes) -> None:
    (folder / "policy.yaml").write_bytes(raw)
    status, said = say("plan", folder)
    assert status == 2
    assert "policy.yaml" in said
    assert not (folder / "register.db").exists()


def test_a_notice_that_is_not_there_is_2_and_named(say: Say, folder: Path) -> None:
    (folder / "notice.da.md").unlink()
    status, said = say("status", folder)
    assert status == 2
    assert "notice.da.md" in said


def test_a_policy_without_end_and_a_pipe_in_its_place_are_2_at_once(say: Say, folder: Path) -> None:
    for make in (lambda file: file.symlink_to("/dev/zero"), os.mkfifo):
        (folder / "policy.yaml").unlink()
        make(folder / "policy.yaml")
        status, said = say("plan", folder)
        assert status == 2
        assert "policy.yaml: This is no regular file" in said


@pytest.mark.parametrize("target", ["/dev/zero", "../secret.md"])
def test_a_notice_that_leads_out_of_the_folder_is_2_with_line_and_column(say: Say, folder: Path, target: str) -> None:
    (folder.parent / "secret.md").write_text("## 1. Secret\n")
    (folder / "notice.da.md").unlink()
    (folder / "notice.da.md").symlink_to(target)
    status, said = say("status", folder)
    assert status == 2
    assert "policy.yaml:23:" in said
    assert "notices.da: notice.da.md: The file lies outside the folder" in said


def test_a_store_in_a_folder_that_is_not_there_is_2_in_words(say: Say, folder: Path) -> None:
    (folder / "holdord.toml").write_text('[store]\nurl = "sqlite:///nowhere/register.db"\n')
    status, said = say("keep", folder)
    assert status == 2
    assert "The folder" in said
    assert "nowhere is not there. Make it" in said


def test_a_notice_that_does_not_say_what_is_quoted_is_2_with_line_and_column(say: Say, folder: Path) -> None:
    (folder / "notice.da.md").write_text("## 1. Nothing\n")
    status, said = say("status", folder)
    assert status == 2
    assert "policy.yaml:" in said
    assert "does not say this" in said or "has no section" in said


def test_settings_that_are_wrong_are_2(say: Say, folder: Path) -> None:
    (folder / "holdord.toml").write_text("[sweep]\nevery_days = 0\n")
    status, said = say("plan", folder)
    assert status == 2
    assert "sweep.every_days" in said


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"{}", b'{"at": "2020-01-01"}', b"null", b"3"]
)
def test_a_plan_that_is_none_is_2(say: Say, folder: Path, tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(raw)
    assert say("keep", folder, "--plan", file)[0] == 2


def test_a_plan_that_is_not_there_is_2(say: Say, folder: Path, tmp_path: Path) -> None:
    assert say("keep", folder, "--plan", tmp_path / "nowhere.json")[0] == 2


def test_a_digest_of_nothing_is_2(say: Say, folder: Path) -> None:
    status, said = say("keep", folder, "--confirm", "abc")
    assert status == 2
    assert "not the one confirmed" in said


def test_a_plan_that_cannot_be_written_is_2(say: Say, folder: Path, tmp_path: Path) -> None:
    assert say("plan", folder, "--out", tmp_path / "nowhere" / "plan.json")[0] == 2


def test_a_database_that_is_none_is_2(say: Say, folder: Path) -> None:
    (folder / "register.db").write_bytes(b"this is no database, whatever it is called" * 50)
    for command in ("plan", "keep"):
        status, said = say(command, folder)
        assert status == 2
        assert "register.db is no database that can be read." in said


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"\xff" * 100, b"\n\n\n", b"{}"])
def test_evidence_that_is_none_does_not_hold(say: Say, folder: Path, tmp_path: Path, raw: bytes) -> None:
    assert say("keep", folder)[0] == 0
    file = tmp_path / "ledger.txt"
    file.write_bytes(raw)
    assert say("verify", file, "--key", folder / "ledger.pub")[0] == 2


def test_a_key_that_is_none_is_2(say: Say, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "ledger.txt"
    assert say("keep", folder)[0] == 0
    assert say("ledger", "export", folder, "--out", file)[0] == 0
    assert say("verify", file, "--key", tmp_path / "nowhere")[0] == 2
    assert say("verify", file, "--key", folder / "policy.yaml")[0] == 2
    assert say("verify", tmp_path / "nowhere", "--key", folder / "ledger.pub")[0] == 2
    assert say("verify", file, "--key", folder / "ledger.pub", "--checkpoint", folder / "policy.yaml")[0] == 2
    assert say("verify", file, "--key", folder / "ledger.pub")[0] == 0


def test_what_cannot_be_read_is_told_in_words_and_what_it_should_be(say: Say, folder: Path, tmp_path: Path) -> None:
    file, public = tmp_path / "ledger.txt", folder / "ledger.pub"
    assert say("keep", folder)[0] == 0
    assert say("ledger", "export", folder, "--out", file)[0] == 0
    cases: list[tuple[tuple[object, ...], str]] = [
        (("verify", file, "--key", tmp_path / "nowhere"), "no such file or directory. It is the file ledger.pub"),
        (("verify", file, "--key", tmp_path), "is a directory. It is the file ledger.pub"),
        (
            ("verify", file, "--key", folder / "ledger.key"),
            "no public key of a log (name+hash+base64, Ed25519); ledger.pub",
        ),
        (("verify", file, "--key", public, "--checkpoint", tmp_path / "nowhere"), "It is what keep printed"),
        (("keep", folder, "--plan", tmp_path / "nowhere"), "no such file or directory. A plan is what"),
        (("keep", folder, "--plan", file), "it is no JSON. A plan is what"),
    ]
    for arguments, words in cases:
        status, said = say(*arguments)
        assert status == 2
        assert words in said
        assert "Error" not in said
    (tmp_path / "bytes").write_bytes(b"\xff")
    assert "it is no text" in say("verify", file, "--key", tmp_path / "bytes")[1]


@pytest.mark.parametrize("changed", ["{}", "\n{}\n\n", "{}\r\n"])
def test_a_checkpoint_that_was_pasted_is_taken(say: Say, folder: Path, tmp_path: Path, changed: str) -> None:
    file, noted = tmp_path / "ledger.txt", tmp_path / "noted"
    status, said = say("keep", folder)
    assert status == 0
    note = said[said.index("holdord/") :].rstrip()
    noted.write_text(changed.format(note), "utf-8")
    assert say("ledger", "export", folder, "--out", file)[0] == 0
    status, said = say("verify", file, "--key", folder / "ledger.pub", "--checkpoint", noted)
    assert (status, "It continues the" in said) == (0, True)


def _named_in(page: str) -> set[tuple[str, str]]:
    """The commands that a page of the documentation names, and the options that it gives them."""
    text = (ROOT / page).read_text("utf-8")
    said = re.findall(r"(?m)^ {4}(?:\./run|holdord) ([a-z].*)|`holdord ([a-z][^`]*)`", text)
    found = set()
    for words in ((block or inline).partition("#")[0].split(" && ")[0] for block, inline in said):
        names = re.match(r"(?:ledger |request |review |task |token )?[a-z-]+", words)
        assert names is not None, words
        if names[0] not in {"demo", "bench", "torment", "score-reader"}:
            found |= {(names[0], option) for option in ["", *re.findall(r"--[a-z]+", words)]}
    return found


@pytest.mark.parametrize("page", ["README.md", "docs/production.md"])
def test_every_command_and_option_that_the_pages_name_is_there(say: Say, page: str) -> None:
    named = _named_in(page)
    assert len(named) > 10
    for command, option in sorted(named):
        status, said = say(*command.split(), "--help")
        assert (status, option in said) == (0, True), (command, option)


@pytest.mark.parametrize("name", ["HOLDORD_STORE", "HOLDORD_STATE"])
def test_the_demo_touches_no_database_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, "sqlite:////nowhere/theirs.db")
    for store in (None, f"sqlite:///{tmp_path / 'mine.db'}"):
        with pytest.raises(HoldordError, match=f"{name} is set"):
            prepare("shop", tmp_path / "shop", store)
    assert list(tmp_path.iterdir()) == []


def test_version_imports_nothing_heavy() -> None:
    program = (
        "import sys\nsys.argv = ['holdord', '--version']\nfrom holdord.cli.main import main\nmain()\n"
        "heavy = {'sqlalchemy', 'pydantic', 'alembic', 'rich', 'typer', 'ruamel', 'cryptography'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"holdord {__version__}", "[]"]


@pytest.mark.parametrize("kind", ["policy", "datamap"])
def test_published_schema_is_what_the_command_prints(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    assert run(["schema", kind]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / f"{kind}.schema.json").read_text("utf-8")


@pytest.mark.parametrize("kind", ["policy", "datamap"])
def test_published_schema_is_json_schema(kind: str) -> None:
    schema = json.loads((ROOT / "docs" / f"{kind}.schema.json").read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
