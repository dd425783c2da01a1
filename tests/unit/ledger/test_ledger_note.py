import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ledger.ledgers import NOW, ORIGIN

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import note

ROOT = bytes(range(32))
KEY = note.new_key(ORIGIN)
TEXT = note.sign_checkpoint(ORIGIN, 5, ROOT, KEY, NOW)

# Published with the documentation of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_encoding_of_keys_is_that_of_the_go_package(tmp_path: Path):
    path = tmp_path / "key"
    path.write_text(GO_KEY + "\n")
    assert note.read_key(path).vkey == GO_VKEY


def test_a_checkpoint_has_the_lines_of_the_specification():
    lines = TEXT.split("\n")
    assert lines[:5] == [ORIGIN, "5", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "signed 2026-11-22T09:30:00Z", ""]
    assert lines[5].startswith(f"\u2014 {ORIGIN} ")
    assert lines[6:] == [""]


def test_an_opened_checkpoint_says_what_was_signed():
    opened = note.open_checkpoint(TEXT, KEY.vkey)
    assert opened == note.Checkpoint(origin=ORIGIN, size=5, root=ROOT, signed_at=NOW)


def test_signatures_of_unknown_keys_are_passed_over():
    other = note.new_key("witness.example/w1")
    line = note.sign_checkpoint(other.name, 5, ROOT, other, NOW).rpartition("\n\n")[2]
    assert note.open_checkpoint(TEXT + line, KEY.vkey).size == 5
    head, _, ours = TEXT.rpartition("\n\n")
    assert note.open_checkpoint(f"{head}\n\n{line}{ours}", KEY.vkey).size == 5


def test_a_note_signed_twice_by_the_same_key_is_refused():
    with pytest.raises(VerificationError):
        note.open_checkpoint(TEXT + TEXT.rpartition("\n\n")[2], KEY.vkey)


def test_a_note_signed_by_another_key_of_the_same_name_is_refused():
    stranger = note.new_key(ORIGIN)
    with pytest.raises(VerificationError):
        note.open_checkpoint(note.sign_checkpoint(ORIGIN, 5, ROOT, stranger, NOW), KEY.vkey)


def test_a_checkpoint_of_another_origin_is_refused_though_the_key_signed_it():
    text = TEXT.partition("\n\n")[0].replace(ORIGIN, "holdord.example/other") + "\n"
    hint = bytes.fromhex(KEY.vkey.split("+")[1])
    line = f"\u2014 {ORIGIN} {note._encode(hint + KEY.private.sign(text.encode()))}\n"
    with pytest.raises(VerificationError, match="another log"):
        note.open_checkpoint(f"{text}\n{line}", KEY.vkey)
    with pytest.raises(LedgerError):
        note.sign_checkpoint("holdord.example/other", 5, ROOT, KEY, NOW)


@pytest.mark.parametrize(
    "body",
    [
        f"{ORIGIN}\n05\n{{root}}\nsigned 2026-11-22T09:30:00Z\n",
        f"{ORIGIN}\n-5\n{{root}}\nsigned 2026-11-22T09:30:00Z\n",
        f"{ORIGIN}\n5\n{{root}}\n",
        f"{ORIGIN}\n5\n{{root}}\nsigned yesterday\n",
        f"{ORIGIN}\n5\n{{root}}\nsigned 2026-02-30T09:30:00Z\n",
        f"{ORIGIN}\n5\n{{root}}\nmoved 2026-11-22T09:30:00Z\n",
        f"{ORIGIN}\n5\n{{root}}\nsigned 2026-11-22T09:30:00Z\nmore\n",
        f"{ORIGIN}\n5\nAAAA\nsigned 2026-11-22T09:30:00Z\n",
        f"{ORIGIN}\n\n5\n{{root}}\nsigned 2026-11-22T09:30:00Z\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(body: str):
    text = body.format(root=note._encode(ROOT))
    hint = bytes.fromhex(KEY.vkey.split("+")[1])
    signed = f"{text}\n\u2014 {ORIGIN} {note._encode(hint + KEY.private.sign(text.encode()))}\n"
    with pytest.raises(VerificationError):
        note.open_checkpoint(signed, KEY.vkey)


@given(st.integers(0, len(TEXT) - 1), st.characters(exclude_categories=["Cs"]))
def test_a_changed_note_is_refused(at: int, character: str):
    changed = TEXT[:at] + character + TEXT[at + 1 :]
    if changed != TEXT:
        with pytest.raises(VerificationError):
            note.open_checkpoint(changed, KEY.vkey)


@pytest.mark.parametrize(
    "text", ["", "\n", "\n\n", TEXT[:-1], TEXT + "\n", TEXT + TEXT, TEXT.replace("\n", "\r\n"), "\ud800\n"]
)
def test_what_is_no_note_is_refused(text: str):
    with pytest.raises(VerificationError):
        note.open_checkpoint(text, KEY.vkey)


@pytest.mark.parametrize(
    "vkey",
    ["", "a+b", KEY.vkey[:-1], KEY.vkey.replace("holdord", "holdor"), KEY.vkey + "A", "\ud800+a+b"],
    ids=["empty", "no key", "cut short", "another name", "a letter more", "no text"],
)
def test_a_mistyped_key_is_refused(vkey: str):
    with pytest.raises(LedgerError) as caught:
        note.open_checkpoint(TEXT, vkey)
    assert not isinstance(caught.value, VerificationError)


def test_a_key_file_is_the_owners_alone_and_comes_back_whole(tmp_path: Path):
    path = tmp_path / "ledger.key"
    note.write_key(path, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert note.read_key(path).vkey == KEY.vkey
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.key"]


def test_a_key_file_is_never_overwritten(tmp_path: Path):
    path = tmp_path / "ledger.key"
    note.write_key(path, KEY)
    with pytest.raises(LedgerError, match="never overwritten"):
        note.write_key(path, note.new_key(ORIGIN))
    assert note.read_key(path).vkey == KEY.vkey
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.key"]


def test_a_key_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LedgerError, match="No space"):
        note.write_key(tmp_path / "ledger.key", KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "x", GO_KEY[:-4], GO_KEY.replace("PeterNeumann", "Peter"), GO_VKEY])
def test_a_file_that_holds_no_key_is_refused_and_not_shown(tmp_path: Path, text: str):
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(LedgerError) as caught:
        note.read_key(path)
    assert "AYEK" not in str(caught.value)


def test_the_private_key_is_in_no_repr():
    assert repr(KEY) == f"Key(name='{ORIGIN}')"
    with pytest.raises(LedgerError):
        replace(KEY, name="with space")
