"""``holdord compare``: its statuses, its document, and what it prints."""

import json
import shutil
from pathlib import Path

import pytest

from holdord.cli.main import run

CASES = Path(__file__).parents[1] / "cases" / "compare"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CASES / "shop", tmp_path / "shop"))


def test_versions_that_say_the_same_have_status_0(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(shop / "nb.txt"), str(shop / "en.txt")]) == 0
    assert "No differences in substance." in capsys.readouterr().out


def test_a_difference_is_told_with_both_sides_and_why(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english = shop / "en.txt"
    english.write_text(english.read_text("utf-8").replace("through Mailchimp", "through HubSpot"), "utf-8")
    assert run(["compare", str(shop / "nb.txt"), str(english), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (found,) = document["differences"]
    assert (document["a"]["language"], document["b"]["language"]) == ("nb", "en")
    assert (found["kind"], found["a"]["text"], found["b"]["text"]) == ("recipient", "Mailchimp", "HubSpot")
    assert run(["compare", str(shop / "nb.txt"), str(english)]) == 1
    printed = capsys.readouterr().out
    assert "Mailchimp" in printed
    assert "HubSpot" in printed
    assert "1 difference in substance." in printed


def test_notices_of_two_companies_cannot_be_compared(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(shop / "nb.txt"), str(CASES / "firm" / "en.txt")]) == 2
    assert "do not look like versions of one notice" in capsys.readouterr().err


def test_a_file_that_is_not_there_cannot_be_compared(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(shop / "nb.txt"), str(shop / "none.txt")]) == 2
    assert "none.txt" in capsys.readouterr().err
