"""Exports of a pruned log: what still verifies, and what passes for pruned and is not."""

import base64
import io
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.ledger.ledgers import NOW, ORIGIN, cut_export, facts

from holdord.errors import VerificationError
from holdord.ledger import entry, merkle, note, past, processes
from holdord.ledger.verify import Verified, verify

KEY = note.new_key(ORIGIN)


def body(number: int, **more: entry.Value) -> bytes:
    return entry.body_of({**facts(number), **more}, time=entry.stamp(NOW))


def noted(bodies: Sequence[bytes], key: note.Key = KEY) -> str:
    tree, _ = merkle.Frontier().extend(merkle.leaf_hashes(bodies))
    return note.sign_checkpoint(key.name, tree.size, tree.root, key, NOW)


def check(data: bytes, checkpoint: str | None = None) -> Verified:
    return verify(io.BytesIO(data), KEY.vkey, checkpoint)


BODIES = [body(number) for number in range(60)]
SIZES = [8, 21, 34, 50]
CUT = cut_export(BODIES, SIZES, KEY)
HEAD, PAST, ENTRIES = CUT[: CUT.index(b"pruned")], CUT.split(b"\n\n")[2], CUT.split(b"\n\n")[3]
LAST = ENTRIES.rstrip(b"\n").split(b"\n")[-1]


def resign(bodies: Sequence[bytes], said: bytes, first: int) -> bytes:
    """What an operator may make who has the key: any entries, any hashes, any cut, signed."""
    return f"{noted(bodies)}\n".encode() + said + b"\n\n" + b"".join(one + b"\n" for one in bodies[first:])


def test_a_pruned_export_says_what_was_pruned():
    found = check(CUT)
    assert found.pruned == past.Pruned(number=50, signed_at=NOW, at=NOW)
    assert (found.size, sum(found.kinds.values()), found.kinds["prune"]) == (61, 11, 1)
    assert "the first 50 were pruned on 2026-11-22, up to the checkpoint of 2026-11-22 09:30:00 UTC" in str(found)
    assert "pruned" not in str(check(f"{noted(BODIES)}\n".encode() + b"".join(one + b"\n" for one in BODIES)))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_checkpoint_ever_signed_can_be_compared_and_no_other_passes(data):
    sizes = sorted(data.draw(st.sets(st.integers(1, len(BODIES)), min_size=1, max_size=9)))
    form = cut_export(BODIES, sizes, KEY, [body(number) for number in range(data.draw(st.integers(0, 20)))])
    cut = sizes[-1]
    for size in {*sizes, *data.draw(st.sets(st.integers(1, len(BODIES)), max_size=4))}:
        if size in sizes or size > cut:
            assert check(form, noted(BODIES[:size])).grown_from == size
        else:
            with pytest.raises(VerificationError, match="knows of no checkpoint"):
                check(form, noted(BODIES[:size]))
        forked = data.draw(st.integers(0, size - 1))
        with pytest.raises(VerificationError):
            check(form, noted([*BODIES[:forked], body(99), *BODIES[forked + 1 : size]]))


def test_a_log_that_was_cut_at_the_other_end_or_rewritten_is_refused():
    with pytest.raises(VerificationError, match="100 entries when it was noted"):
        check(CUT, noted([body(number) for number in range(100)]))
    changed = [*BODIES[:3], body(99), *BODIES[4:]]
    for size in SIZES:
        with pytest.raises(VerificationError, match="no continuation"):
            check(cut_export(changed, SIZES, KEY), noted(BODIES[:size]))


def test_entries_that_are_missing_at_the_beginning_are_no_pruned_ones():
    """The key's owner leaves the first entries away and has the hashes for them, but no entry says so."""
    said = PAST
    with pytest.raises(VerificationError, match="no entry says"):
        check(resign(BODIES, said, 50))
    with pytest.raises(VerificationError):
        check(resign(BODIES, said, 50)[: -len(BODIES[-1]) - 1])
    with pytest.raises(VerificationError):
        check(resign(BODIES[50:], said, 0))


def _said(sizes: Sequence[int]) -> bytes:
    return cut_export(BODIES, sizes, KEY).split(b"\n\n")[2]


@pytest.mark.parametrize(
    ("sizes", "cut"),
    [([8, 21, 34], 34), ([8, 21, 34, 50, 55], 55), ([8, 34, 50], 50), ([50], 50), ([8, 21, 33, 50], 50)],
)
def test_no_other_cut_and_no_other_sizes_pass_under_the_entry_that_is_there(sizes: list[int], cut: int):
    with pytest.raises(VerificationError):
        check(resign([*BODIES, LAST], _said(sizes), cut))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "pruned"},
        {"from": -1, "number": 51},
        {"from": True, "number": 49},
        {"from": 50, "number": 0},
        {"from": 10},
        {"from": None},
        {"number": "50"},
        {"number": 49},
        {"to": "50"},
        {"to": 49},
        {"root": base64.b64encode(bytes(32)).decode()},
        {"root": None},
        {"kept": "0" * 64},
        {"kept": None},
        {"signed": "yesterday"},
        {"signed": None},
        {"signed": "2026-02-30T00:00:00Z"},
    ],
)
def test_an_entry_that_says_something_else_is_no_evidence_of_pruning(change: dict[str, entry.Value]):
    value = entry.parse(LAST)
    right = {name: value[name] for name in ("kind", "from", "to", "number", "root", "signed", "kept")}
    assert check(resign([*BODIES, LAST], PAST, 50)).pruned
    wrong = entry.body_of({**right, **change}, time=entry.stamp(NOW))
    with pytest.raises(VerificationError):
        check(resign([*BODIES, wrong], PAST, 50))


def test_of_several_cuts_the_one_that_the_file_has_counts():
    """Who kept an older export can put the entries of it before those of a newer one, and has more than the company."""
    later = entry.body_of({"kind": "prune", "from": 50, "to": 55, "number": 5}, time=entry.stamp(NOW))
    assert check(resign([*BODIES, LAST, later], PAST, 50)).kinds["prune"] == 2
    assert check(resign([*BODIES, later, LAST], PAST, 50)).kinds["prune"] == 2
    whole = f"{noted([*BODIES, LAST])}\n".encode() + b"".join(one + b"\n" for one in [*BODIES, LAST])
    assert check(whole).pruned is None


@pytest.mark.parametrize(
    "said",
    [
        b"pruned 1",
        b"pruned 2\n" + PAST.partition(b"\n")[2],
        b"pruned 1 " + PAST[8:],
        PAST.replace(b"\n8 ", b"\n08 "),
        PAST.replace(b"\n8 ", b"\n8  "),
        PAST.replace(b"\n21 ", b"\n8 "),
        PAST.replace(b"\n8 ", b"\n0 \n8 "),
        PAST.replace(b"\n50 ", b"\n999999999999999999 "),
        PAST.replace(b"=\n21", b"\n21"),
        PAST.replace(b"=\n21", b"=\r\n21"),
        PAST + b"\n51 ",
        PAST + b"\n51 " + b"A" * 10_000,
        PAST + b"\n51 " + base64.b64encode(bytes(31)),
        PAST + b"\n51 " + base64.b64encode(bytes(64)),
        PAST + b"\n51 " + base64.b64encode(bytes(32)),
        PAST + b"\n\xff\xfe",
        b"pruned 1\n" + b"x" * 100_000,
    ],
)
def test_what_stays_is_written_in_one_way(said: bytes):
    with pytest.raises(VerificationError):
        check(HEAD + said + b"\n\n" + ENTRIES)


def test_the_entry_is_found_among_many_that_look_like_it():
    value = entry.parse(LAST)
    like = {name: value[name] for name in ("kind", "from", "to", "number", "root", "signed", "kept")}
    others = [entry.body_of({**like, "to": 60 + number}, time=entry.stamp(NOW)) for number in range(50)]
    found = check(resign([*BODIES, *others, LAST, *others], PAST, 50))
    assert found.kinds["prune"] == 101
    assert found.pruned is not None


def test_of_many_entries_on_one_cut_the_last_counts():
    others = [entry.body_of({"kind": "prune", "to": 50, "no": number}, time=entry.stamp(NOW)) for number in range(500)]
    assert check(resign([*BODIES, *others, LAST], PAST, 50)).kinds["prune"] == 501
    with pytest.raises(VerificationError, match="something else"):
        check(resign([*BODIES, LAST, *others], PAST, 50))


MANY = [body(number, text="x" * (number % 90)) for number in range(3_000)]


@pytest.mark.parametrize("cut", [1, 256, 700, 3_000])
def test_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int):
    monkeypatch.setattr(processes, "_BLOCK", 40_000)
    sizes = sorted({1, 255, 600, 2_500, cut} & set(range(cut + 1)))
    path = tmp_path / "export"
    path.write_bytes(cut_export(MANY, sizes, KEY, [body(7)] * 400))
    for size in (None, sizes[0], cut, *([2_999] if cut < 2_999 else [])):
        checkpoint = None if size is None else noted(MANY[:size])
        found = verify(path, KEY.vkey, checkpoint, processes=2)
        assert found == verify(path, KEY.vkey, checkpoint, processes=0)
        assert found.pruned is not None
    data = path.read_bytes()
    for wrong in (data[:-1], data + body(1) + b"\n", data.replace(b'"kind":"prune"', b'"kind":"erase"')):
        path.write_bytes(wrong)
        with pytest.raises(VerificationError):
            verify(path, KEY.vkey, processes=2)


OLD_KEY = "holdord.example/clienti+f6283df8+AdMebEsE1hgOHXPmnYQT2M6amLRWjdZoxB7s0cQvtxCh"
OLD = """\
holdord.example/clienti
2
2W4f738fo0FRJnziNj4oHPOquVa58iBJmRkTw+1i+Fc=
signed 2026-11-22T09:30:00Z

— holdord.example/clienti 9ig9+EIJqSm1Gd7OIY4qlmRjX6OYoNf7MdQWmjHlvfWWwnXtsO6e9DeGjgWgMamfqzYaXVEJNdG4XReuGQJjWzyehgI=

{"after":0,"before":0,"format":1,"kind":"erased","ok":true,"promise":"CI-0","time":"2026-11-22T09:30:00Z","who":null}
{"after":1,"before":7,"format":1,"kind":"swept","ok":true,"promise":"CI-1","time":"2026-11-22T09:30:00Z","who":null}
"""


def test_an_export_of_the_first_form_still_verifies():
    found = verify(io.BytesIO(OLD.encode()), OLD_KEY)
    assert (found.size, found.pruned, found.kinds) == (2, None, {"erased": 1, "swept": 1})
    assert sha256(OLD.encode()).hexdigest() == "00bd181cf63e5ea1e1170bf1949811d6aeabd215dfbf85c58bf10c318d5d3f31"
