"""``holdord serve`` as people start it: a process of its own that answers, stops when told, and says what is wrong."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.web.conftest import copied

PATIENCE = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied("clemco-norge", tmp_path / "clemco-norge")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(folder: Path, port: int, *more: str) -> subprocess.Popen[bytes]:
    """Start the server; what it says goes into a file, since a pipe that nobody reads would stop it."""
    command = [sys.executable, "-m", "holdord", "serve", str(folder), "--port", str(port), *more]
    with said_by(folder).open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)


def said_by(folder: Path) -> Path:
    return folder.with_suffix(".out")


def answer(port: int, path: str) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        said = connection.getresponse()
        return said.status, {name.lower(): value for name, value in said.getheaders()}, said.read().decode()
    finally:
        connection.close()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        assert process.poll() is None, "It has ended by itself."
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    pytest.fail("Nothing listens.")


def test_it_answers_and_stops_when_told(folder: Path) -> None:
    port = free_port()
    process = started(folder, port)
    try:
        wait_for(port, process)
        assert answer(port, "/healthz")[0] == 200
        assert answer(port, "/readyz")[0] == 200
        status, headers, page = answer(port, "/nb/")
        assert (status, "server" in headers) == (200, False)
        assert "<main" in page
        assert answer(port, "/static/holdord.css")[0] == 200
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    finally:
        process.kill()
    out = said_by(folder).read_text("utf-8")
    assert process.returncode == 0
    assert re.search(rf"Make yours, within a day: http://localhost:{port}/\w\w/start/", out)
    assert "Traceback" not in out
    assert (folder / "staff.db").stat().st_mode & 0o777 == 0o600


def test_a_port_that_is_taken_is_said(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = started(folder, port := int(taken.getsockname()[1]))
        process.wait(PATIENCE)
    out = said_by(folder).read_text("utf-8")
    assert process.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on: Address already in use." in " ".join(out.split())


def test_a_body_that_no_page_takes_is_refused(folder: Path) -> None:
    port = free_port()
    process = started(folder, port)
    try:
        wait_for(port, process)
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.putrequest("POST", "/nb/")
        connection.putheader("Content-Length", str(3 << 20))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()
    finally:
        process.kill()
        process.wait()


def test_the_worker_beside_the_pages_sees_that_their_doors_are_open(folder: Path) -> None:
    mail = '[mail]\nhost = "localhost"\ntls = "none"\nfrom = "privacy@clemco.example"\n'
    (folder / "holdord.toml").write_text(mail, "utf-8")
    port = free_port()
    process = started(folder, port)
    try:
        wait_for(port, process)
        ends = time.monotonic() + PATIENCE
        seen: list[tuple[str, int]] = []
        while not seen and time.monotonic() < ends:
            time.sleep(0.2)
            with closing(sqlite3.connect(folder / "register.db")) as connection:
                seen = connection.execute("SELECT door, open FROM holdord_door").fetchall()
    finally:
        process.kill()
        process.wait(PATIENCE)
    assert dict(seen) == dict.fromkeys(("access", "rectification", "erasure", "portability", "interest_profile"), 1), (
        said_by(folder).read_text("utf-8")
    )


def test_behind_a_proxy_logins_are_counted_by_who_the_proxy_says_calls(folder: Path) -> None:
    port = free_port()
    process = started(folder, port, "--address", "https://privacy.example")
    try:
        wait_for(port, process)
        tries = [logs_in(port, f"nobody{number}", "203.0.113.7") for number in range(12)]
        other = logs_in(port, "somebody", "203.0.113.8")
    finally:
        process.kill()
        process.wait(PATIENCE)
    wrong, wait = "The name or the password is not right.", "Wait a few minutes, and try again."
    assert tries == [wrong] * 10 + [wait] * 2, said_by(folder).read_text("utf-8")
    assert other == wrong, "another caller is not locked out by them"


def logs_in(port: int, name: str, caller: str) -> str:
    """Try to sign in with a wrong password, as the proxy passes it on; return what is answered."""
    head = {"Host": "privacy.example", "X-Forwarded-For": caller}
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/en/account/login/", headers=head)
        page = connection.getresponse()
        cookie = str(page.getheader("Set-Cookie")).partition(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token is not None
        said = {"csrfmiddlewaretoken": token[1], "login": name, "password": "wrong"}
        form = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "https://privacy.example/"}
        connection.request("POST", "/en/account/login/", urlencode(said), {**head, **form, "Cookie": cookie})
        found = re.findall(r'<ul class="errors.*?</ul>', connection.getresponse().read().decode(), re.S)
        return " ".join(re.sub(r"<[^>]+>|\s+", " ", " ".join(found)).split())


def test_sessions_that_are_over_are_cleared(site: Path) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from holdord.web.staff import ended

    over, open_ = SessionStore(), SessionStore()
    for one, seconds in ((over, -5), (open_, 600)):
        one["who"] = "kari"
        one.set_expiry(seconds)
        one.create()
    ended.clear()
    left = set(Session.objects.values_list("session_key", flat=True))
    assert open_.session_key in left
    assert over.session_key not in left
