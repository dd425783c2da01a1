"""Somebody signs in at a provider, a program of its own on this machine, and sees what is held about them."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Served
from tests.browser.looks import SMALL

IDA = {"sub": "ida", "email": "ida@home.example", "email_verified": True}


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[str]:
    """A server that speaks OpenID Connect, and knows Ida."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    command += ["--require-nonce", "true", "--user-claims", json.dumps(IDA)]
    with (tmp_path / "provider.txt").open("wb") as out:
        program = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    issuer = f"http://localhost:{port}"
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert program.poll() is None, (tmp_path / "provider.txt").read_text("utf-8")
            try:
                with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        yield issuer
    finally:
        program.terminate()
        program.wait(20)


def settings(served: Served, issuer: str) -> None:
    """Name the provider in the settings of a folder that is served."""
    text = f'[identity]\nissuer = "{issuer}"\nclient = "holdord"\nname = "BankID"\nsecret_file = "identity.secret"\n'
    (served.folder / "identity.secret").write_text("geheim\n", "utf-8")
    (served.folder / "holdord.toml").write_text(text, "utf-8")


@pytest.mark.parametrize("scripts", [True, False])
def test_who_signs_in_there_sees_here_what_is_held(browser: Any, served: Served, provider: str, scripts: bool) -> None:
    settings(served, provider)
    page = browser.new_context(java_script_enabled=scripts, viewport=SMALL).new_page()
    page.goto(f"{served.address}/nb/ask/?for=look")
    page.get_by_role("link", name="Logg inn med BankID").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{provider}/**")
    page.get_by_role("button", name="ida", exact=True).click()
    page.wait_for_url(f"{served.address}/nb/sure/")  # an address is as good as a link: a second fact is asked for
    page.locator("input[name=fact][value=phone]").check()
    page.locator("input[name=said]").fill("4455")
    page.locator("main form button").last.click()
    page.wait_for_url(f"{served.address}/nb/mine/")
    page.goto(f"{served.address}/nb/mine/new/access/")
    page.locator("main form button").last.click()
    page.wait_for_url("**/mine/1/")
    assert "ida@home.example" not in page.url
    page.context.close()


def test_who_denies_it_there_is_told_how_else_to_come_in(browser: Any, served: Served, provider: str) -> None:
    settings(served, provider)
    page = browser.new_context().new_page()
    page.goto(f"{served.address}/en/ask/")
    page.get_by_role("link", name="Sign in with BankID").click()
    page.wait_for_url(f"{provider}/**")
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url("**/en/ask/")
    assert "You were not signed in with BankID." in page.locator("main").inner_text()
    assert page.locator("input[name=email]").count() == 1
    page.context.close()
