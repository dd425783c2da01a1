"""Somebody asks for access, reads it, corrects a telephone number, erases, sees what stays, answers back."""

from typing import Any

import pytest

from holdord.policy.terms import LANGUAGES
from tests.browser.conftest import Served
from tests.browser.looks import SMALL, barriers, sideways

OPEN = ("", "ask/", "ask/sent/", "account/login/", "nothing-here/")


def enter(
    page: Any, served: Served, language: str = "en", email: str = "ida@home.example", phone: str = "4455"
) -> None:
    """Come in by a link and a second fact, as people do: nothing but the keyboard."""
    page.goto(f"{served.address}/{language}/ask/?for=look")
    page.locator("input[name=email]").focus()
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/sent/")
    page.goto(served.link())
    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sure/")
    page.locator("input[name=fact][value=phone]").check()
    page.locator("input[name=said]").focus()
    page.keyboard.type(phone)
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/")


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_asks_for_erasure_with_the_keyboard_alone(browser: Any, served: Served, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    asked = []
    page.on("request", lambda one: asked.append(one.url))
    enter(page, served)
    page.goto(f"{served.address}/en/mine/new/erasure/")
    page.locator("main form button").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/1/")
    assert "Answer by" in page.locator("main").inner_text()
    assert "Ida" not in page.title()
    assert all(url.startswith((served.address, "data:")) for url in asked), "nothing from elsewhere"
    assert "home.example" not in " ".join(asked), "no address in an address bar"
    context.close()


def test_every_open_page_is_free_of_barriers_in_every_language(browser: Any, served: Served) -> None:
    context = browser.new_context(bypass_csp=True, viewport=SMALL)
    page = context.new_page()
    wrong = []
    for language in LANGUAGES:
        for path in OPEN:
            page.goto(f"{served.address}/{language}/{path}")
            wrong += [f"/{language}/{path} {one}" for one in barriers(page)]
            if (over := sideways(page)) > 0:
                wrong.append(f"/{language}/{path} is {over} px too wide")
    context.close()
    assert wrong == []


def test_the_visitors_pages_are_free_of_barriers_in_both_schemes(browser: Any, served: Served) -> None:
    wrong = []
    for scheme in ("light", "dark"):
        context = browser.new_context(bypass_csp=True, viewport=SMALL, color_scheme=scheme)
        page = context.new_page()
        enter(page, served, "nn")
        for path in ("mine/", "mine/new/access/", "mine/new/rectification/", "mine/new/restriction/", "mine/preview/"):
            page.goto(f"{served.address}/nn/{path}")
            wrong += [f"{scheme} {path} {one}" for one in barriers(page)]
            if (over := sideways(page)) > 0:
                wrong.append(f"{path} is {over} px too wide")
        context.close()
    assert wrong == []
