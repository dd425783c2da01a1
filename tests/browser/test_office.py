"""The back office in a real browser: no barrier in any language on a small screen, and a person's page by keyboard."""

import sqlite3
from typing import Any

import pytest

from holdord.policy.terms import LANGUAGES
from tests.browser.conftest import Served
from tests.browser.looks import SMALL, barriers, sideways
from tests.browser.test_staff import begin, with_app

PAGES = ("", "?show=all", "new/", "new/erasure/", "new/rectification/", "1/", "2/", "limits/", "tasks/", "plan/")
ITS_OWN = ("1/", "2/", "limits/")
"""The pages of requests, which say something else in a test of other requests."""
MORE = ("outbox/", "outbox/?show=all", "people/", "2/erase/", "tasks/CN-05/assessment/")


def signed_in(browser: Any, served: Served, **said: Any) -> Any:
    """Return a page of somebody who has signed in."""
    context = browser.new_context(locale="en", **said)
    page = context.new_page()
    begin(page, served)
    with_app(page)
    return page


def hold(served: Served) -> None:
    """Let Ida be a customer's contact, so that something is held for a purpose."""
    with sqlite3.connect(served.folder / "register.db") as connection:
        connection.execute(
            "INSERT INTO relations (id, person_id, kind, started_on, preferences) "
            "VALUES (1, 1, 'customer', date('now'), 'blue')"
        )
    connection.close()


def press(page: Any) -> None:
    """Press what has the focus, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Any, selector: str) -> None:
    """Go on with the tabulator until something has the focus, as who has no mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{selector} shows that it has the focus"
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")


def registered(page: Any, served: Served, wanted: str) -> None:
    """Write a request of Ida's down, by keyboard alone."""
    page.goto(f"{served.address}/en/office/new/{wanted}/")
    if wanted == "restriction":
        tab_to(page, "[name=ground]")
        page.keyboard.press("Space" if page.locator("input[name=ground]").count() else "ArrowDown")
    tab_to(page, "input[name=channel]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=key]")
    page.keyboard.type("person:1")
    tab_to(page, "input[name=sure]")
    page.keyboard.press("Space")
    tab_to(page, "main form button")
    press(page)
    assert "/office/new/" not in page.url, page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("scheme", "languages"), [("light", LANGUAGES), ("dark", LANGUAGES[:1])], ids=["light", "dark"]
)
def test_no_page_of_the_office_has_a_barrier_in_any_language(
    browser: Any, served: Served, scheme: str, languages: tuple[str, ...]
) -> None:
    hold(served)
    page = signed_in(browser, served, bypass_csp=True, viewport=SMALL, color_scheme=scheme)
    registered(page, served, "access")
    registered(page, served, "restriction" if scheme == "dark" else "erasure")
    wrong: list[str] = []
    for language in LANGUAGES:
        for at in (*PAGES, *MORE) if language in languages else ITS_OWN:
            answer = page.goto(f"{served.address}/{language}/office/{at}")
            wrong += looked(page, f"{language} {at}", answer.status)
        page.goto(f"{served.address}/{language}/office/people/")
        page.locator("input[name=by][value='contact.email']").check()
        page.locator("input[name=value]").fill("nobody@home.example")
        page.locator("main form button").click()
        wrong += looked(page, f"{language} nobody")
        page.locator("input[name=value]").fill("ida@home.example")
        page.locator("main form button").click()
        page.wait_for_url("**/people/*/")
        wrong += looked(page, f"{language} person")
        if scheme == "dark":
            assert page.locator(".maynot").is_visible()
            continue
        page.locator("input[name=purpose]").first.check()
        page.locator(".see button").click()
        page.wait_for_url("**/full/")
        wrong += looked(page, f"{language} full")
    page.context.close()
    assert wrong == []


def looked(page: Any, at: str, status: int = 200) -> list[str]:
    """Return what is wrong with the page that is open."""
    wrong = [f"{at} {one}" for one in barriers(page)]
    wrong += [f"{at} answers {status}"] if status != 200 else []
    wrong += [f"{at} is {over} px too wide"] if (over := sideways(page)) > 0 else []
    return wrong


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_is_found_and_seen_for_a_purpose_by_keyboard_alone(
    browser: Any, served: Served, scripts: bool
) -> None:
    hold(served)
    page = signed_in(browser, served)
    if not scripts:
        context = browser.new_context(
            locale="en", java_script_enabled=False, storage_state=page.context.storage_state()
        )
        plain = context.new_page()
        plain.goto(f"{served.address}/en/office/people/")
        plain.locator("input[name=value]").fill("ida@home.example")
        plain.locator("main form button").click()
        plain.wait_for_url("**/people/*/")
        plain.locator("input[name=purpose]").first.check()
        plain.locator(".see button").click()
        plain.wait_for_url("**/full/")
        assert "ida@home.example" in plain.locator("main").inner_text()
        context.close()
        page.context.close()
        return
    page.goto(f"{served.address}/en/office/people/")
    tab_to(page, "input[name=value]")
    page.keyboard.type("ida@home.example")
    press(page)
    masked = page.locator("main").inner_text()
    assert "i…@h….example" in masked
    assert "Ida Nord" not in masked
    tab_to(page, "input[name=purpose]")
    page.keyboard.press("Space")
    tab_to(page, ".see button")
    press(page)
    assert "Ida Nord" in page.locator("main").inner_text()
    page.go_back()
    page.wait_for_url("**/people/*/")
    assert "Ida Nord" not in page.locator("main").inner_text()
    page.context.close()


def test_a_request_is_refused_by_keyboard_alone(browser: Any, served: Served) -> None:
    page = signed_in(browser, served)
    page.goto(f"{served.address}/en/office/")
    page.get_by_role("link", name="Write a request down").click(timeout=20_000)
    page.wait_for_url("**/office/new/")
    registered(page, served, "erasure")
    tab_to(page, "details:has(form[action$='/refuse/']) > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#refuse_reason")
    page.keyboard.type("We asked who they are.")
    tab_to(page, "form[action$='/refuse/'] button")
    press(page)
    assert "The request is refused and closed." in page.locator("main").inner_text()
    page.context.close()


def test_what_is_printed_has_no_buttons_and_says_what_may_not_be_used(browser: Any, served: Served) -> None:
    hold(served)
    page = signed_in(browser, served)
    registered(page, served, "restriction")
    page.goto(f"{served.address}/en/office/people/")
    page.locator("input[name=value]").fill("ida@home.example")
    page.locator("main form button").click()
    page.wait_for_url("**/people/*/")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="May not be used").is_visible()
    assert not page.locator(".see").is_visible()
    assert not page.locator("nav.office").is_visible()
    assert page.locator("input[name=purpose]").count() == 0
    page.context.close()
