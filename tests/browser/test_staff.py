"""The first account: from the printed address by the keyboard to a second factor, recovery codes and the board."""

import base64
import hmac
import time
from typing import Any

import pytest

from holdord.policy.terms import LANGUAGES
from tests.browser.conftest import Served
from tests.browser.looks import SMALL, barriers, sideways

PASSWORD = "en lang setning"
OPEN = ("account/2fa/", "account/2fa/totp/activate/", "account/2fa/webauthn/add/", "account/password/change/")
WITH_CODES = ("account/2fa/", "account/2fa/recovery-codes/", "account/2fa/webauthn/", "accounts/", "account/logout/")


def press(page: Any, name: str) -> None:
    """Press what is called so, by the keyboard."""
    page.locator("main").get_by_text(name, exact=True).and_(page.locator("a, button")).first.focus()
    page.keyboard.press("Enter")


def begin(page: Any, served: Served) -> None:
    """Open the first address and make the account."""
    page.goto(served.first)
    page.locator("input[name=name]").focus()
    page.keyboard.type("leder")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/2fa/")


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238)."""
    counter = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def with_app(page: Any) -> str:
    """Connect an app; return its secret."""
    press(page, "Connect an app")
    page.wait_for_url("**/totp/activate/")
    secret: str = page.locator("#secret").input_value()
    assert page.evaluate("document.querySelector('.qr img').naturalWidth") > 0, "the picture is shown"
    page.locator("input[name=code]").focus()
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    return secret


def with_key(context: Any, page: Any) -> None:
    """Plug a key into the browser that knows who holds it."""
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_out(page: Any) -> None:
    """Leave, as the button at the top does."""
    page.locator("form.leave button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/login/")


def test_the_first_address_leads_to_the_board_by_keyboard_app_and_passkey(browser: Any, served: Served) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
    with_key(context, page)
    begin(page, served)
    with_app(page)
    assert page.locator(".codes li").count() == 10
    press(page, "Go on to the board")
    page.wait_for_url("**/board/")
    page.goto(f"{served.address}/en/account/2fa/webauthn/add/")
    page.locator("input[name=passwordless]").check()
    press(page, "Add a passkey")
    page.wait_for_url("**/account/2fa/")
    assert "You have one passkey." in page.locator("main").inner_text()
    sign_out(page)
    press(page, "Sign in with a passkey")
    page.wait_for_url("**/office/")
    assert wrong == [], "nothing breaks the Content-Security-Policy"
    context.close()


def test_a_passkey_alone_is_a_second_factor_and_asked_for_after_the_password(browser: Any, served: Served) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    with_key(context, page)
    begin(page, served)
    press(page, "Add a passkey")
    page.wait_for_url("**/webauthn/add/")
    press(page, "Add a passkey")
    page.wait_for_url("**/recovery-codes/")
    sign_out(page)
    page.locator("input[name=login]").fill("leder")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/2fa/authenticate/")
    press(page, "Use a passkey")
    page.wait_for_url("**/office/")
    context.close()


def test_a_passkey_that_fails_is_told_in_words(browser: Any, served: Served) -> None:
    page = browser.new_page()
    page.goto(f"{served.address}/nn/account/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.locator("#passkey_login").click()
    page.get_by_role("alert").wait_for()
    assert "Det gjekk ikkje med passnøkkelen" in page.get_by_role("alert").inner_text()
    page.close()


@pytest.mark.parametrize(
    ("scheme", "languages"), [("light", LANGUAGES), ("dark", LANGUAGES[:1])], ids=["light", "dark"]
)
def test_the_pages_of_an_account_are_free_of_barriers_in_every_language(
    browser: Any, served: Served, scheme: str, languages: tuple[str, ...]
) -> None:
    context = browser.new_context(bypass_csp=True, viewport=SMALL, color_scheme=scheme, locale="en")
    page = context.new_page()
    begin(page, served)
    wrong = look(page, served, languages, OPEN)
    page.goto(f"{served.address}/en/account/2fa/")
    with_app(page)
    wrong += look(page, served, languages, WITH_CODES)
    sign_out(page)
    wrong += look(page, served, languages, ("account/login/",))
    context.close()
    assert wrong == []


def look(page: Any, served: Served, languages: tuple[str, ...], paths: tuple[str, ...]) -> list[str]:
    """Return what is wrong with pages in any of the languages."""
    wrong = []
    for at in (f"/{language}/{path}" for path in paths for language in languages):
        answer = page.goto(f"{served.address}{at}")
        wrong += [f"{at} {one}" for one in barriers(page)]
        wrong += [f"{at} answers {answer.status}"] if answer.status != 200 else []
        wrong += [f"{at} is {over} px too wide"] if (over := sideways(page)) > 0 else []
    return wrong
