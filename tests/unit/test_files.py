"""Files that people wrote are opened so that nothing blocks, nothing is read without end, and notices stay at home.

What holdord writes is there whole, or not at all.
"""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdord.errors import InputError, Problem
from holdord.files import read_file, read_inside, whole_file, write_file

LIMIT = 1000


@pytest.fixture(autouse=True)
def _nothing_hangs() -> Iterator[None]:
    """A test that waits for ever fails instead."""

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "company"
    there.mkdir()
    (there / "notice.md").write_bytes(b"We keep it.")
    return there


def refused(folder: Path, name: str) -> Problem:
    with pytest.raises(InputError) as caught:
        read_inside(folder, name, limit=LIMIT)
    (problem,) = caught.value.problems
    assert problem.file == name
    assert problem.remedy
    return problem


def refused_file(file: Path) -> Problem:
    with pytest.raises(InputError) as caught:
        read_file(file, limit=LIMIT)
    (problem,) = caught.value.problems
    assert problem.file == str(file)
    assert problem.remedy
    return problem


def test_a_regular_file_is_read_whole(folder: Path) -> None:
    (folder / "texts").mkdir()
    (folder / "texts" / "notice.md").write_bytes(b"x" * LIMIT)
    assert read_inside(folder, "notice.md", limit=LIMIT) == b"We keep it."
    assert read_inside(folder, "texts/notice.md", limit=LIMIT) == b"x" * LIMIT
    assert read_file(folder / "notice.md", limit=LIMIT) == b"We keep it."


def test_a_folder_may_be_reached_by_a_link(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    assert read_inside(folder.parent / "link", "notice.md", limit=LIMIT) == b"We keep it."
    assert read_file(folder.parent / "link" / "notice.md", limit=LIMIT) == b"We keep it."


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    (folder / "link.md").symlink_to("notice.md")
    assert read_inside(folder, "link.md", limit=LIMIT) == b"We keep it."


def test_the_policy_itself_may_be_a_link(folder: Path) -> None:
    (folder / "policy.yaml").symlink_to("notice.md")
    assert read_file(folder / "policy.yaml", limit=LIMIT) == b"We keep it."


@pytest.mark.parametrize("name", ["out.md", "out/secret.md", "../secret.md", "texts/../../secret.md", "far.md"])
def test_what_lies_outside_the_folder_is_refused(folder: Path, name: str) -> None:
    secret = folder.parent / "secret.md"
    secret.write_bytes(b"secret")
    (folder / "texts").mkdir()
    (folder / "out.md").symlink_to("../secret.md")
    (folder / "out").symlink_to(folder.parent)
    (folder / "far.md").symlink_to("out.md")
    assert "outside the folder" in refused(folder, name).what
    assert "outside the folder" in refused(folder, str(secret)).what


def test_a_folder_whose_name_begins_like_the_policys_is_another(folder: Path) -> None:
    beside = folder.parent / "company-two"
    beside.mkdir()
    (beside / "notice.md").write_bytes(b"theirs")
    assert "outside the folder" in refused(folder, "../company-two/notice.md").what


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "dangling.md").symlink_to("nowhere.md")
    assert refused(folder, "nowhere.md").what == "The file is not there."
    assert refused(folder, "dangling.md").what == "The file is not there."
    assert refused(folder / "nowhere", "notice.md").what == "The file is not there."
    assert refused_file(folder / "nowhere.yaml").what == "The file is not there."


def test_links_in_a_circle_and_names_that_are_none_are_refused(folder: Path) -> None:
    (folder / "a.md").symlink_to("b.md")
    (folder / "b.md").symlink_to("a.md")
    assert "cannot be read" in refused(folder, "a.md").what
    assert "cannot be read" in refused(folder, "notice.md/b").what
    assert "cannot be read" in refused(folder, "n" * 5000).what
    assert refused(folder, "a\0b").what == "This is no name of a file."


def test_a_pipe_a_socket_and_a_folder_are_refused_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.md")
    monkeypatch.chdir(folder)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door.md")
        for name, what in (("pipe.md", "a pipe"), ("door.md", "a pipe"), (".", "folder")):
            assert what in refused(folder, name).what
            assert what in refused_file(folder / name).what


def test_a_pipe_with_a_writer_is_refused_and_nothing_is_taken_from_it(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    keep = os.open(folder / "pipe.md", os.O_RDWR)
    try:
        os.write(keep, b"for someone else")
        refused(folder, "pipe.md")
        assert os.read(keep, 100) == b"for someone else"
    finally:
        os.close(keep)


def test_a_device_without_end_is_refused(folder: Path) -> None:
    (folder / "notice.zero.md").symlink_to("/dev/zero")
    assert "outside the folder" in refused(folder, "notice.zero.md").what
    (folder / "policy.yaml").symlink_to("/dev/zero")
    assert "a device" in refused_file(folder / "policy.yaml").what
    assert "a device" in refused_file(Path("/dev/zero")).what


def test_a_file_larger_than_the_limit_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "large.md").open("wb") as file:
        file.truncate(10**10)  # takes no room on the disk
    monkeypatch.setattr(os, "read", None)
    assert refused(folder, "large.md").what == f"The file is larger than {LIMIT} bytes."
    assert refused_file(folder / "large.md").what == f"The file is larger than {LIMIT} bytes."


def test_no_more_than_the_limit_and_one_byte_is_read_of_a_file_that_grows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, taken = os.read, []

    def grows(opened: int, count: int) -> bytes:
        with (folder / "notice.md").open("ab") as more:
            more.write(b"x" * LIMIT)
        taken.append(len(piece := read(opened, min(count, 300))))
        return piece

    monkeypatch.setattr(os, "read", grows)
    assert refused(folder, "notice.md").what == f"The file is larger than {LIMIT} bytes."
    assert sum(taken) == LIMIT + 1


def test_a_file_that_has_become_a_pipe_or_a_link_by_the_time_it_is_opened_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.parent / "secret.md").write_bytes(b"secret")
    opened = os.open

    def swapped(make: object) -> None:
        def late(file: Path, flags: int) -> int:
            (folder / "notice.md").unlink()
            make(folder / "notice.md")  # type: ignore[operator]
            return opened(file, flags)

        monkeypatch.setattr(os, "open", late)

    swapped(os.mkfifo)
    assert "a pipe" in refused(folder, "notice.md").what
    (folder / "notice.md").unlink()
    (folder / "notice.md").write_bytes(b"We keep it.")
    swapped(lambda file: file.symlink_to("../secret.md"))
    assert "cannot be read" in refused(folder, "notice.md").what


def lowest_free() -> int:
    """Return the number that the next opened file will have."""
    probe = os.dup(0)
    os.close(probe)
    return probe


def test_nothing_stays_open(folder: Path) -> None:
    (folder / "large.md").write_bytes(b"x" * (LIMIT + 1))
    os.mkfifo(folder / "pipe.md")
    before = lowest_free()
    read_inside(folder, "notice.md", limit=LIMIT)
    refused(folder, "large.md")
    refused(folder, "pipe.md")
    assert lowest_free() == before


def test_what_fails_half_way_leaves_the_file_that_was_there_and_nothing_beside_it(folder: Path) -> None:
    def write(name: str, wrong: Exception) -> None:
        with whole_file(folder / name) as file:
            file.write(b"We")
            raise wrong

    with pytest.raises(ValueError, match="half way"):
        write("notice.md", ValueError("half way"))
    with pytest.raises(InputError, match="No space left"):
        write("new.md", OSError(28, "No space left on device"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"notice.md": b"We keep it."}


def test_a_link_stays_one_and_what_it_leads_to_is_replaced_with_its_mode(folder: Path) -> None:
    (folder / "notice.md").chmod(0o640)
    (folder / "link.md").symlink_to("notice.md")
    write_file(folder / "link.md", b"We keep it longer.")
    assert (folder / "link.md").is_symlink()
    assert (folder / "notice.md").read_bytes() == b"We keep it longer."
    assert (folder / "notice.md").stat().st_mode & 0o777 == 0o640


def test_only_a_regular_file_is_written_over(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    reader, writer = os.pipe()
    try:
        for name, said in ((folder / "pipe.md", "a pipe"), (Path(f"/dev/fd/{writer}"), "a pipe"), (folder, "a folder")):
            with pytest.raises(InputError, match=f"cannot be written: this is .*{said}.* Name a file"):
                write_file(name, b"We keep it.")
    finally:
        os.close(reader)
        os.close(writer)
