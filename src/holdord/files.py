"""Opens the files that people wrote: regular files only, never more than a limit, and notices only inside their folder.

A policy may come from anywhere, and names further files. So nothing is opened that could block or never end (a pipe, a
device), no byte is kept beyond the limit, and a name that a policy gives leads nowhere but into the policy's own
folder, symbolic links followed. The policy itself may be a link: who calls holdord on a folder trusts its place.

What holdord writes for people is written here too, whole or not at all.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from holdord.errors import InputError, Problem

# Opening must not wait for a writer (a pipe), no terminal becomes ours, and a path that was followed once is not
# followed again to where it leads by now. Not every system has all of these.
_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOCTTY", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _flag, 0)


def read_file(file: Path, *, limit: int) -> bytes:
    """Return a regular file's content.

    Args:
        file: Symbolic links are followed.
        limit: How many bytes it may have.

    Raises:
        InputError: When it is not there, no regular file, larger than ``limit``, or cannot be read.
    """
    with _named(str(file)):
        return _read(Path(os.path.realpath(file, strict=True)), str(file), limit)


def read_inside(folder: Path, name: str, *, limit: int) -> bytes:
    """Return the content of a regular file that lies in ``folder`` or below it once symbolic links are followed.

    Args:
        folder: Such as the policy's.
        name: Relative to it.
        limit: How many bytes the file may have.

    Raises:
        InputError: As ``read_file``, and when the file lies elsewhere. The problem's file is ``name``.
    """
    with _named(name):
        root = Path(os.path.realpath(folder, strict=True))
        file = Path(os.path.realpath(root / name, strict=True))
        if not file.is_relative_to(root):
            raise _wrong(name, f"The file lies outside the folder {folder}.", "Copy it into the folder.")
        return _read(file, name, limit)


def write_file(file: Path, content: bytes) -> None:
    """Write a whole file, or nothing, as ``whole_file`` does.

    Raises:
        InputError: When it cannot be written.
    """
    with whole_file(file) as half:
        half.write(content)


@contextmanager
def whole_file(file: Path, *, remedy: str = "Name a file.", private: bool = False) -> Iterator[BinaryIO]:
    """Give a stream whose content becomes a file once the block ends without an error, and nothing before.

    What was there stays until then. It is a draft beside the file that takes its place, on the disk before it does: so
    only a regular file, or none, can be replaced.

    Args:
        file: Symbolic links are followed.
        remedy: What to do where it is none.
        private: Whether nobody but its owner may read it.

    Raises:
        InputError: When it cannot be written.
    """
    try:
        target = Path(os.path.realpath(file))
        if file.exists() and not file.is_file():  # asked of the name: what /dev/stdout leads to may have none
            kind = "a folder" if file.is_dir() else "no regular file but a pipe, a device or the like"
            raise InputError(f"{file} cannot be written: this is {kind}. {remedy}")
        handle, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as half:
                yield half
                half.flush()
                os.fsync(half.fileno())
            if not private:  # the draft is so already
                os.chmod(draft, stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
            os.replace(draft, target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _read(file: Path, name: str, limit: int) -> bytes:
    # Asked before opening, since opening a device may already do something, and after, since it may be another one.
    _check(os.stat(file), name, limit)
    opened = os.open(file, _FLAGS)
    try:
        _check(os.fstat(opened), name, limit)
        content = b""
        while len(content) <= limit and (piece := os.read(opened, limit + 1 - len(content))):
            content += piece
    finally:
        os.close(opened)
    if len(content) > limit:  # it grew, or is one of those that say they are empty (/proc)
        raise _too_large(name, limit)
    return content


def _check(found: os.stat_result, name: str, limit: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise _wrong(name, "This is a folder, no file.", "Name a text file.")
    if not stat.S_ISREG(found.st_mode):
        raise _wrong(name, "This is no regular file but a pipe, a device or the like.", "Name a text file.")
    if found.st_size > limit:
        raise _too_large(name, limit)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Turn what the system says into an InputError about ``name``."""
    try:
        yield
    except FileNotFoundError as error:
        raise _wrong(name, "The file is not there.", "Put it there, or mend its name.") from error
    except OSError as error:
        raise _wrong(name, f"The file cannot be read: {error.strerror}.", "Mend that, or name another file.") from error
    except ValueError as error:  # a zero byte
        raise _wrong(name, "This is no name of a file.", "Mend the name.") from error


def _wrong(name: str, what: str, remedy: str) -> InputError:
    return InputError([Problem(what=what, remedy=remedy, file=name)])


def _too_large(name: str, limit: int) -> InputError:
    return _wrong(name, f"The file is larger than {limit} bytes.", "Shorten it.")
