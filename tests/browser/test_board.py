"""The board in a real browser: no barrier in any language, on any screen and on paper, and a mark by keyboard."""

from typing import Any

import pytest

from holdord.policy.terms import LANGUAGES
from tests.browser.conftest import Served
from tests.browser.looks import SMALL, barriers, sideways
from tests.browser.test_staff import begin, with_app

WIDE = {"width": 1280, "height": 900}


def auditor(browser: Any, served: Served, **said: Any) -> Any:
    """Return a page of somebody who has signed in."""
    page = browser.new_context(locale="en", **said).new_page()
    begin(page, served)
    with_app(page)
    return page


def looked(page: Any, what: str) -> list[str]:
    wrong = [f"{what}: {one}" for one in barriers(page)]
    if (over := sideways(page)) > 0:
        wrong.append(f"{what} is {over} px too wide")
    return wrong


@pytest.mark.parametrize(("screen", "languages"), [(SMALL, LANGUAGES), (WIDE, LANGUAGES[:1])], ids=["small", "wide"])
def test_no_page_of_the_board_has_a_barrier_in_any_language(
    browser: Any, served: Served, screen: dict[str, int], languages: tuple[str, ...]
) -> None:
    (served.folder / "holdord.toml").write_text("[web]\npublic = true\n", "utf-8")
    page = auditor(browser, served, bypass_csp=True, viewport=screen)
    wrong: list[str] = []
    for language in languages:
        page.goto(f"{served.address}/{language}/board/")
        assert page.locator(".s").count() > 50, "sentences are marked"
        page.locator(".mark summary").first.click()
        wrong += looked(page, f"{language} board")
        page.goto(f"{served.address}/{language}/board/?state=waiting")
        wrong += looked(page, f"{language} waiting")
        page.goto(f"{served.address}/{language}/board/entry/0/")
        wrong += looked(page, f"{language} entry")
        page.goto(f"{served.address}/{language}/notice/")
        wrong += looked(page, f"{language} notice")
    page.context.close()
    assert wrong == []


def test_a_sentence_leads_to_what_keeps_it_by_keyboard(browser: Any, served: Served) -> None:
    page = auditor(browser, served, viewport=WIDE, java_script_enabled=True)
    page.goto(f"{served.address}/en/board/")
    mark = page.locator(".s .at").first
    mark.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "#" in url)
    anchor = page.url.partition("#")[2]
    opened = page.locator(f"details[id='{anchor}']")
    assert not opened.locator(".panel").is_visible()
    opened.locator("summary").focus()
    page.keyboard.press("Enter")
    opened.locator(".panel").wait_for()
    page.context.close()


def test_on_paper_stands_what_is_closed_on_the_screen(browser: Any, served: Served) -> None:
    page = auditor(browser, served, viewport=WIDE)
    page.goto(f"{served.address}/en/board/")
    panel = page.locator(".mark .panel").first
    assert not panel.is_visible()
    page.emulate_media(media="print")
    assert panel.is_visible()
    page.context.close()
