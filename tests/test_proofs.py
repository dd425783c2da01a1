"""The documents say what is there: every guarantee names tests that exist, every link leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "PROOFS.md", *sorted((ROOT / "docs").rglob("*.md"))]


def defined() -> set[str]:
    files = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "src" / "holdord" / "testing" / "contract").glob("*.py")]
    texts = (path.read_text("utf-8") for path in files)
    return {name for text in texts for name in re.findall(r"^(?:    )?def (test_\w+)", text, re.MULTILINE)}


def test_every_guarantee_names_tests_that_exist() -> None:
    rows = [line for line in (ROOT / "PROOFS.md").read_text("utf-8").splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 15
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, row
        assert set(named) <= defined(), set(named) - defined()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
        assert "://" in target or (document.parent / target).exists(), target


def test_every_command_is_in_the_readme_or_the_architecture() -> None:
    from holdord.cli.app import app

    text = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for command in app.registered_commands:
        assert command.name in text


def test_every_module_says_what_it_is() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        if "migrations" not in path.parts:
            assert path.read_text("utf-8").startswith('"""'), path
