"""``holdord serve`` as people start it: a process of its own that answers, stops when told, and says what is wrong."""

import re
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

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


def started(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server; what it says goes into a file, since a pipe that nobody reads would stop it."""
    command = [sys.executable, "-m", "holdord", "serve", str(folder), "--port", str(port)]
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
