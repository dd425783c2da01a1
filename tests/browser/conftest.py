"""The pages in a real Chromium, served as people get them. Skipped, and said so, where there is no browser."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

pytest.importorskip("django", reason="the extra 'web' is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_COLUMNS = "id, name, email, phone, address, postcode, city, collected_on"
_STARTS_WITHIN = 180
_PATIENCE = 120_000  # milliseconds; a machine that does much else at once is slow, not wrong


@dataclass(frozen=True)
class Served:
    """A folder whose pages are served.

    Attributes:
        folder: Where its policy lies.
        address: Where its pages are.
        first: The address that makes the first account.
    """

    folder: Path
    address: str
    first: str

    def link(self) -> str:
        """Return the link in the newest letter, as who reads the mailbox sees it."""
        with sqlite3.connect(self.folder / "register.db") as connection:
            query = "SELECT plain FROM holdord_message WHERE kind = 'link' ORDER BY number DESC LIMIT 1"
            (text,) = connection.execute(query).fetchone()
        connection.close()
        found = re.search(r"https?://\S+", text)
        assert found, "the letter has a link"
        return found[0]


class Patient:
    """A browser whose pages wait as long as a slow machine needs."""

    def __init__(self, opened: Any) -> None:
        self._opened = opened

    def new_context(self, **said: Any) -> Any:
        """Open a context, as the browser does."""
        context = self._opened.new_context(**said)
        context.set_default_timeout(_PATIENCE)
        context.set_default_navigation_timeout(_PATIENCE)
        return context

    def new_page(self) -> Any:
        """Open a page in a context of its own."""
        return self.new_context().new_page()


@pytest.fixture(scope="module")
def browser() -> Iterator[Patient]:
    """One Chromium for the tests of a file. While it runs its loop stands in the way of Django in the same process."""
    if PROGRAM is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield Patient(opened)
        opened.close()


@pytest.fixture
def served(browser: Any, tmp_path: Path) -> Iterator[Served]:
    """The pages of a folder with two people in its register, who share an address."""
    with serving("clemco-norge", tmp_path) as made:
        yield made


@contextmanager
def serving(example: str, tmp_path: Path) -> Iterator[Served]:
    """Serve an example's pages, with the same two people in its register."""
    folder = tmp_path / example
    kinds = shutil.ignore_patterns("*.db*", "*.key", "*.pub", "__pycache__")
    shutil.copytree(ROOT / "examples" / example, folder, ignore=kinds)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    told = tmp_path / "serve.txt"
    with told.open("wb") as out:
        program = subprocess.Popen(
            [sys.executable, "-m", "holdord", "serve", str(folder), "--port", str(port)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    try:
        _wait(program, f"{address}/readyz", told)
        with sqlite3.connect(folder / "register.db") as connection:
            connection.executemany(
                f"INSERT INTO persons ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, date('now'))",
                [
                    (1, "Ida Nord", "ida@home.example", "22334455", "Storgata 1", "0617", "Oslo"),
                    (2, "Ola Nord", "ola@home.example", "99887766", "Storgata 1", "0617", "Oslo"),
                ],
            )
        connection.close()
        first = re.search(r"http://localhost\S+/start/\S+", told.read_text("utf-8"))
        yield Served(folder, address, first[0] if first else "")
    finally:
        os.killpg(program.pid, signal.SIGTERM)
        program.wait(timeout=20)


def _wait(program: "subprocess.Popen[bytes]", address: str, told: Path) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end:
        assert program.poll() is None, told.read_text("utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"The pages did not start in {_STARTS_WITHIN} s: {told.read_text('utf-8')}")
