"""The board as a page: the notice line by line, each with what keeps it; and what the public sees."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from holdord.ledger.verify import verify
from holdord.now import now
from holdord.policy.terms import LANGUAGES
from holdord.run.folder import open_company, read_policy
from holdord.run.sentences import blocks, untold
from tests.conftest import ROOT
from tests.web.conftest import Member
from tests.yes import keep


@pytest.fixture
def kept(site: Path) -> Path:
    """A folder that was swept once."""
    company = open_company(site, install=True)
    keep(company, now)
    company.close()
    return site


@pytest.mark.parametrize(
    ("example", "language"),
    [("clemco-norge", "nb"), ("clemco-norge", "en"), ("clienti", "da"), ("west-elektro", "nb"), ("shop", "nb")],
)
def test_every_promise_is_tied_to_a_sentence_of_the_notice(example: str, language: str) -> None:
    folder = ROOT / "examples" / example
    policy = read_policy(folder, quotes=False)
    found = blocks(policy, language, (folder / policy.notices[language]).read_text("utf-8"))
    assert untold(policy, found) == ()
    said = [one for block in found for one in block.sentences]
    assert sum(not one.promises for one in said) > len(said) / 2, "most sentences promise nothing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_says_each_state_in_words(member: Member, kept: Path, language: str) -> None:
    from holdord.web.say import said

    page = member("auditor").get(f"/{language}/board/").content.decode()
    for state in ("kept", "not_wired", "waiting"):
        assert f"<span>{said('board.' + state, language)}</span>" in page


def test_a_sentence_opens_to_its_evidence_and_the_entry_can_be_checked(
    member: Member, kept: Path, tmp_path: Path
) -> None:
    auditor = member("auditor")
    page = auditor.get("/en/board/").content.decode()
    number = int(page.partition("/en/board/entry/")[2].partition("/")[0])
    shown = auditor.get(f"/en/board/entry/{number}/").content.decode()
    assert "<dd>sweep</dd>" in shown or "<dd>batch</dd>" in shown or "<dd>plan</dd>" in shown
    receipt = auditor.get(f"/en/board/entry/{number}/receipt/")
    file = tmp_path / "receipt.txt"
    file.write_bytes(receipt.content)
    assert verify(file, (kept / "ledger.pub").read_text("utf-8").strip())
    assert auditor.get("/en/board/entry/999999/").status_code == 404


def test_a_filter_leaves_the_text_and_shows_one_state(member: Member, kept: Path) -> None:
    page = member("auditor").get("/nb/board/?state=kept").content.decode()
    assert 'class="s kept"' in page
    assert 'class="s waiting"' not in page
    assert "Kort fortalt" in page


def test_a_promise_is_told_in_the_language_of_the_notice(member: Member, kept: Path) -> None:
    auditor = member("auditor")
    for language, spoken, words in (("nn", "nb", "Personvernerklæring for"), ("en", "en", "Privacy notice for")):
        page = auditor.get(f"/{language}/board/").content.decode()
        assert f'<article class="notice" lang="{spoken}">' in page
        assert words in page
    assert "Daglig leder hos oss svarer for" in auditor.get("/nn/board/").content.decode().partition("panel")[2]


def test_words_of_a_policy_are_never_markup(member: Member, kept: Path) -> None:
    policy = kept / "policy.yaml"
    text = policy.read_text("utf-8").replace("name: Clemco Norge AS", 'name: "<b>Clemco</b> <script>x</script>"')
    policy.write_text(text, "utf-8")
    page = member("auditor").get("/nb/board/").content.decode()
    assert "<script>x" not in page
    assert "&lt;b&gt;Clemco" in page


def test_the_public_page_is_closed_until_the_company_opens_it(visitor: Client, kept: Path) -> None:
    assert visitor.get("/nb/notice/").status_code == 404
    assert visitor.get("/notice.json").status_code == 404


def test_the_public_page_shows_what_is_kept_and_nothing_from_inside(visitor: Client, kept: Path) -> None:
    (kept / "holdord.toml").write_text("[web]\npublic = true\n", "utf-8")
    page = visitor.get("/nb/notice/").content.decode()
    assert "holdt, sist sett etter" in page
    assert "ikke kontrollert av et program" in page
    for inside in ("CN-20", "rows", "Entry", "persons", "storage", "legal hold"):
        assert inside not in page
    said = json.loads(visitor.get("/notice.json").content)
    assert set(said) == {"checked", "promises", "checkpoint"}
    assert said["checkpoint"].startswith("holdord/clemco-norge-as\n")
    assert {frozenset(one) for one in said["promises"]} == {frozenset(("id", "says", "state"))}


def test_the_public_page_says_when_somebody_looked_and_not_when_it_is_read(
    visitor: Client, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept / "holdord.toml").write_text("[web]\npublic = true\n", "utf-8")
    checked = json.loads(visitor.get("/notice.json").content)["checked"]
    later = now() + timedelta(days=1)
    monkeypatch.setattr("holdord.web.board.pages.now", lambda: later)
    assert json.loads(visitor.get("/notice.json").content)["checked"] == checked
    far = now() + timedelta(days=60)
    monkeypatch.setattr("holdord.web.board.pages.now", lambda: far)
    said = json.loads(visitor.get("/notice.json").content)
    assert "due" in {one["state"] for one in said["promises"]}
    assert "på tide" in visitor.get("/nb/notice/").content.decode()


def test_the_board_is_made_anew_when_something_happened(member: Member, site: Path) -> None:
    auditor = member("auditor")
    before = auditor.get("/en/board/").content.decode()
    assert "No sweep has looked yet" in before
    company = open_company(site)
    keep(company, now)
    company.close()
    assert "No sweep has looked yet" not in auditor.get("/en/board/").content.decode()
