"""Reads files of complex formats in a process of their own, with limits on memory, time and what it may write.

A file that a stranger made may crash its parser, make it loop, or unpack without end; then this process ends, not
ours. The limits are the operating system's (``setrlimit``); where it has none, the wall clock still holds.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

from holdord.errors import NoticeError

MOST_MEMORY = 1_000_000_000
MOST_CPU_SECONDS = 20
MOST_SECONDS = 30

_START = "import sys; sys.path.insert(0, sys.argv[1]); from holdord.notice.formats.apart import main; main(sys.argv[2])"
_PASSED_ON = ("PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_NAMES = {"pdf": "PDF file", "docx": "Word document"}


def apart(kind: Literal["pdf", "docx"], data: bytes, *, seconds: float = MOST_SECONDS) -> str:
    """Return the plain text of a PDF or DOCX file.

    Args:
        kind: Which of the two it is.
        data: The file's content.
        seconds: How long it may take by the wall clock.

    Raises:
        NoticeError: When the file cannot be read, or reading it took more than it may.
    """
    root = str(Path(__file__).resolve().parents[3])
    command = [sys.executable, "-P", "-c", _START, root, kind]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    too_much = (
        f"The {_NAMES[kind]} could not be read within {MOST_CPU_SECONDS} seconds and "
        f"{MOST_MEMORY // 1_000_000_000} GB of memory, or crashed its reader. Save the notice anew, or its text alone."
    )
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, env=environment, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise NoticeError(too_much) from error
    except OSError as error:
        raise NoticeError(f"No process could be started to read the {_NAMES[kind]} in ({error.strerror}).") from error
    try:
        said = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        said = {}
    if isinstance(said, dict) and isinstance(said.get("problem"), str):
        raise NoticeError(said["problem"])
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise NoticeError(too_much)
    return str(said["text"])


def main(kind: str) -> None:
    """Read the file on standard input and write its text, or what is wrong with it, as JSON; this runs apart."""
    _limit()
    data = sys.stdin.buffer.read()
    try:
        if kind == "pdf":
            from holdord.notice.formats.pdf import pdf_text

            said = {"text": pdf_text(data)}
        else:
            from holdord.notice.formats.docx import docx_text

            said = {"text": docx_text(data)}
    except NoticeError as error:
        said = {"problem": str(error)}
    sys.stdout.write(json.dumps(said))


def _limit() -> None:
    try:
        import resource
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (least, least))
        except (ValueError, OSError):  # macOS knows no limit on address space
            continue
