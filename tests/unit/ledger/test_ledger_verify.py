import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from tests.unit.ledger.ledgers import NOW, ORIGIN, cut_export, facts, open_sqlite

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import checkpoints, entry, export, log, merkle, note, processes, tables
from holdord.ledger.shapes import Shapes
from holdord.ledger.verify import Verified, verify

KEY = note.new_key(ORIGIN)
ODD = [
    {"kind": "erased", "text": 'a "quoted" \\ line\nfeed \x00 and æøå \U0001f600', "deep": {"list": [1, [], {}, None]}},
    {"kind": "erased", "kinds": {"kind": "swept"}, "large": 2**53 - 1, "negative": -5},
    {"kind": "swept", "kind2": '"kind":"erased"'},
]


def sign(bodies: list[bytes], key: note.Key = KEY, size: int | None = None) -> bytes:
    """An export of these lines, whatever they are, as the key's owner could sign it."""
    frontier, _ = merkle.Frontier().extend(merkle.leaf_hashes(bodies))
    text = note.sign_checkpoint(key.name, len(bodies) if size is None else size, frontier.root, key, NOW)
    return f"{text}\n".encode() + b"".join(body + b"\n" for body in bodies)


def body(number: int, **more: entry.Value) -> bytes:
    return entry.body_of({**facts(number), **more}, time=entry.stamp(NOW))


BODIES = [body(number) for number in range(7)] + [entry.body_of(one, time=entry.stamp(NOW)) for one in ODD]
SMALL = sign(BODIES)
CUT = cut_export(BODIES, [2, 3, 7], KEY, [body(10), body(11)])
FORMS = [SMALL, CUT]
each_form = pytest.mark.parametrize("form", FORMS, ids=["whole", "pruned"])


def check(data: bytes, vkey: str = KEY.vkey, noted: str | None = None) -> Verified:
    return verify(io.BytesIO(data), vkey, noted)


def test_an_export_verifies_and_says_what_it_shows(engine: Engine, fill, exported, key: note.Key):
    fill(50)
    data = exported()
    found = check(data, key.vkey)
    with engine.connect() as connection:
        assert found == Verified(
            origin=ORIGIN,
            size=50,
            root=log.root(connection),
            signed_at=NOW,
            kinds={"anonymised": 16, "erased": 17, "swept": 17},
        )
    assert "50 entries" in str(found)
    assert data.decode().split("\n")[0] == ORIGIN


def test_an_export_holds_what_was_signed_though_the_log_went_on(engine: Engine, fill, key: note.Key):
    fill(20)
    with engine.begin() as connection:
        text = checkpoints.checkpoint(connection, key, NOW)
    fill(20)
    file = io.BytesIO()
    with engine.connect() as connection:
        assert export.export(connection, file, text).size == 20
    assert check(file.getvalue(), key.vkey).size == 20


def test_nothing_is_exported_before_it_was_signed(engine: Engine, fill):
    fill(3)
    with engine.connect() as connection, pytest.raises(LedgerError, match="sign"):
        export.export(connection, io.BytesIO())


def test_an_empty_log_verifies_and_says_that_it_is_empty(exported, key: note.Key):
    found = check(exported(), key.vkey)
    assert (found.size, found.root, found.kinds) == (0, merkle.EMPTY_ROOT, {})
    assert "empty" in str(found)


def test_an_empty_log_with_an_entry_fails(exported, key: note.Key):
    with pytest.raises(VerificationError):
        check(exported() + body(0) + b"\n", key.vkey)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\n\n", b"{}\n", b"\xff\xfe", b"\0" * 100_000, b"a" * 200_000, b"\n" * 9]
)
def test_what_is_no_export_is_refused(data: bytes):
    with pytest.raises(VerificationError):
        check(data)


@each_form
def test_every_cut_of_an_export_is_refused(form: bytes):
    for end in range(len(form)):
        with pytest.raises(VerificationError):
            check(form[:end])


@each_form
def test_every_changed_byte_of_an_export_is_refused(form: bytes):
    for at in range(len(form)):
        with pytest.raises(VerificationError):
            check(form[:at] + bytes([form[at] ^ 1]) + form[at + 1 :])


@each_form
@settings(max_examples=400, deadline=None)
@given(st.data(), st.binary(max_size=3), st.integers(0, 3))
def test_any_tampering_is_refused_or_leaves_the_meaning_as_it_was(form: bytes, data, put: bytes, gone: int):
    at = data.draw(st.integers(0, len(form) - 1))
    changed = form[:at] + put + form[at + gone :]
    try:
        found = check(changed)
    except VerificationError:
        return
    assert found == check(form)


LINES = SMALL.split(b"\n")[:-1]


@each_form
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_lines_that_are_dropped_swapped_doubled_or_added_are_refused(form: bytes, data):
    whole = form.split(b"\n")[:-1]
    lines = list(whole)
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    how = data.draw(st.sampled_from(["drop", "swap", "double", "add"]))
    if how == "drop":
        del lines[one]
    elif how == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    elif how == "double":
        lines.insert(other, lines[one])
    else:
        lines.insert(one, body(99))
    if lines != whole:
        with pytest.raises(VerificationError):
            check(b"\n".join(lines) + b"\n")


@each_form
def test_trailing_garbage_is_refused(form: bytes):
    for garbage in (b"\n", b" ", b"x", b"{}\n", b"\0", body(0) + b"\n"):
        with pytest.raises(VerificationError):
            check(form + garbage)


def test_the_wrong_key_is_refused_and_a_key_inside_the_file_ignored():
    stranger = note.new_key(ORIGIN)
    forged = sign([body(0)], stranger)
    with pytest.raises(VerificationError):
        check(forged)
    with pytest.raises(VerificationError):
        check(stranger.vkey.encode() + b"\n" + forged)
    with pytest.raises(LedgerError):
        check(forged, "")


@pytest.mark.parametrize(
    "line",
    [
        b'{"format": 1,"kind":"swept","time":"2026-11-22T09:30:00Z"}',
        b'{"kind":"swept","format":1,"time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","kind":"swept","time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","rows":1.0,"time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","rows":-0,"time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","rows":007,"time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","text":"\\u0041","time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","text":"\t","time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","text":"\xff","time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","text":"\xed\xa0\x80","time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","time":"2026-11-22T09:30:00Z"}\r',
        b'{"format":2,"kind":"swept","time":"2026-11-22T09:30:00Z"}',
        b'{"format":1,"kind":"swept","time":"yesterday"}',
        b'{"format":1,"kind":"swept"}',
        b"[]",
        b"",
        b"{}",
    ],
)
def test_a_line_that_is_not_canonical_is_refused_even_if_it_was_signed(line: bytes):
    swept = [
        b'{"format":1,"kind":"swept",%b"time":"2026-11-22T09:30:00Z"}' % more
        for more in (b"", b'"rows":1,', b'"rows":-1,', b'"text":"x",')
    ] * 10
    assert check(sign(swept)).kinds == {"swept": 40}
    with pytest.raises(VerificationError):
        check(sign([*swept, line, *swept]))


def test_absurdly_long_lines_are_refused_without_being_believed():
    long = b'{"format":1,"kind":"swept","text":"%b","time":"2026-11-22T09:30:00Z"}' % (b"x" * 70_000)
    with pytest.raises(VerificationError, match="longer than"):
        check(sign([long]))
    short = long.replace(b"x" * 70_000, b"x")
    with pytest.raises(VerificationError, match="longer than"):
        check(sign([short, long]))

    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size: int = -1) -> bytes:
            self.read_so_far += size
            assert self.read_so_far < 1 << 24
            return b"x" * size

        def readline(self, size: int | None = -1) -> bytes:
            return self.read(size or 0)

    with pytest.raises(VerificationError):
        verify(Endless(), KEY.vkey)  # type: ignore[arg-type]


def test_a_long_line_that_fits_a_known_shape_is_refused_too():
    def line(length: int) -> bytes:
        return b'{"format":1,"kind":"swept","text":"%b","time":"2026-11-22T09:30:00Z"}' % (b"x" * length)

    with pytest.raises(VerificationError, match="longer than"):
        check(sign([line(1), line(2), line(70_000), line(3)]))


def test_a_log_that_continues_a_noted_checkpoint_says_so():
    bodies = [body(number) for number in range(30)]
    for size in (0, 1, 7, 16, 29, 30):
        noted = sign(bodies[:size]).decode().rpartition("\n\n")[0] + "\n"
        found = check(sign(bodies), noted=noted)
        assert found.grown_from == size


def test_a_log_that_was_cut_or_rewritten_since_the_noted_checkpoint_is_refused():
    bodies = [body(number) for number in range(30)]
    noted = sign(bodies[:20]).decode().rpartition("\n\n")[0] + "\n"
    with pytest.raises(VerificationError, match="20 entries when it was noted"):
        check(sign(bodies[:10]), noted=noted)
    with pytest.raises(VerificationError, match="no continuation"):
        check(sign([body(99), *bodies[1:]]), noted=noted)
    with pytest.raises(VerificationError):
        check(sign(bodies), noted=noted.replace("20", "19"))
    stranger = note.new_key("holdord.example/other")
    with pytest.raises(VerificationError):
        check(sign(bodies), noted=sign(bodies[:20], stranger).decode().rpartition("\n\n")[0] + "\n")


def test_a_checkpoint_that_counts_wrongly_is_refused():
    for size in (0, 2, 4):
        with pytest.raises(VerificationError):
            check(sign([body(number) for number in range(3)], size=size))


def test_a_file_that_cannot_be_read_is_no_verdict(tmp_path: Path):
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(LedgerError) as caught:
            verify(path, KEY.vkey)
        assert not isinstance(caught.value, VerificationError)


def test_verifying_imports_no_database_and_nothing_of_holdord_but_errors():
    code = (
        "import sys, holdord.ledger.verify; "
        "print([n for n in sys.modules if n.startswith(('sqlalchemy', 'sqlite3', 'psycopg'))"
        " or n.startswith('holdord.') and not n.startswith(('holdord.ledger', 'holdord.errors'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


MANY = [body(number, text="x" * (number % 90)) for number in range(3_000)]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_BLOCK", 1 << 16)


@pytest.mark.usefixtures("small_pieces")
def test_processes_find_what_one_process_finds(tmp_path: Path):
    path = tmp_path / "export"
    path.write_bytes(sign(MANY))
    for size in (None, 0, 1, 700, 2_999, 3_000):
        noted = None if size is None else sign(MANY[:size]).decode().rpartition("\n\n")[0] + "\n"
        assert verify(path, KEY.vkey, noted, processes=3) == verify(path, KEY.vkey, noted, processes=0)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(
    "tamper",
    [
        lambda data: data[:-1],
        lambda data: data[:-500],
        lambda data: data + b"x",
        lambda data: data + MANY[0] + b"\n",
        lambda data: data.replace(b'"after":2000,', b'"after":2001,'),
        lambda data: data.replace(b'"after":2000,', b'"after": 2000,'),
        lambda data: data.replace(MANY[1500] + b"\n", b""),
        lambda data: data.replace(MANY[5], b"\xff" * len(MANY[5])),
        lambda data: data.replace(MANY[5] + b"\n" + MANY[6], MANY[6] + b"\n" + MANY[5]),
    ],
)
def test_processes_refuse_what_was_tampered_with(tmp_path: Path, tamper: Callable[[bytes], bytes]):
    path = tmp_path / "export"
    path.write_bytes(tamper(sign(MANY)))
    for number in (0, 2):
        with pytest.raises(VerificationError):
            verify(path, KEY.vkey, processes=number)


@pytest.mark.usefixtures("small_pieces")
def test_a_helper_that_cannot_start_or_dies_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "export"
    path.write_bytes(sign(MANY))
    monkeypatch.setattr(processes, "_START", "raise SystemExit(1)")
    with pytest.raises(LedgerError) as caught:
        verify(path, KEY.vkey, processes=2)
    assert not isinstance(caught.value, VerificationError)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(LedgerError, match="processes=0"):
        verify(path, KEY.vkey, processes=2)


SHAPE_LINES = LINES[7:]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SHAPE_LINES), st.integers(0, 400), st.binary(max_size=2)), max_size=4))
def test_the_quick_look_at_lines_agrees_with_parsing_each(changes):
    shapes = Shapes()
    known = SHAPE_LINES * 10
    shapes.check(b"\n".join(known) + b"\n", known, 0)
    before = shapes.kinds.copy()
    lines = []
    for line, at, put in changes:
        lines.append((line[: at % len(line)] + put + line[at % len(line) + 1 :]).replace(b"\n", b""))
    expected: list[str] | None = []
    for line in lines:
        try:
            expected.append(entry.check(entry.parse(line)))
        except VerificationError:
            expected = None
            break
    text = b"".join(line + b"\n" for line in lines)
    if expected is None:
        with pytest.raises(VerificationError):
            shapes.check(text, lines, 0)
    else:
        shapes.check(text, lines, 0)
        before.update(expected)
        assert shapes.kinds == before


def test_a_kind_deep_inside_an_entry_is_not_counted():
    def line(kind: str, inner: str) -> bytes:
        return entry.body_of({"kind": kind, "of": {"kind": inner}}, time=entry.stamp(NOW))

    bodies = [line("erased", "swept")] * 20 + [body(0), body(1)] * 20 + [line("swept", "erased")] * 20
    assert check(sign(bodies)).kinds == {"erased": 40, "swept": 40}


def test_more_shapes_than_are_learned_still_verify():
    bodies = [body(number, **{f"member{number % 150}": number}) for number in range(400)]
    assert check(sign(bodies)).size == 400


@pytest.fixture
def receipt_of(engine: Engine, fill, key: note.Key) -> Callable[[], bytes]:
    def _make() -> bytes:
        fill(20)
        with engine.begin() as connection:
            log.append(connection, [{"kind": "answered"}], now=NOW, secrets=[{"case": "K-17", "by": ["æ", 1]}])
        fill(9)
        with engine.begin() as connection:
            checkpoints.checkpoint(connection, key, NOW)
            return export.receipt(connection, 20, opened={"case": "K-17", "by": ["æ", 1]}).to_bytes()

    return _make


def test_a_receipt_verifies_and_opens_what_it_shows(receipt_of, key: note.Key):
    found = check(receipt_of(), key.vkey)
    assert (found.index, found.size, found.kinds) == (20, 30, {"answered": 1})
    assert found.entry is not None
    assert found.entry["kind"] == "answered"
    assert found.opened == {"case": "K-17", "by": ["æ", 1]}
    assert "K-17" not in repr(found)
    assert str(found).startswith("Entry 20 is in the log")


def test_every_changed_byte_of_a_receipt_is_refused(receipt_of, key: note.Key):
    data = receipt_of()
    for at in range(len(data)):
        with pytest.raises(VerificationError):
            check(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], key.vkey)
    without_openings = data.rindex(b'{"name":"case"')
    for end in range(len(data)):
        if end not in (without_openings, data.rindex(b'{"name":"by"')):
            with pytest.raises(VerificationError):
                check(data[:end], key.vkey)


def test_a_receipt_with_anything_more_is_refused(receipt_of, key: note.Key):
    data = receipt_of()
    last = data.split(b"\n")[-2]
    for more in (b"\n", b"x\n", last + b"\n", b'{"name":"who","salt":"00","value":1}\n', b"x" * (1 << 20)):
        with pytest.raises(VerificationError):
            check(data + more, key.vkey)


def test_a_receipt_opens_only_what_the_entry_sealed(engine: Engine, receipt_of):
    receipt_of()
    with engine.begin() as connection:
        with pytest.raises(VerificationError):
            export.receipt(connection, 20, opened={"case": "K-18"})
        with pytest.raises(LedgerError, match="salt"):
            export.receipt(connection, 20, opened={"who": 1})
        log.forget(connection, [20])
        with pytest.raises(LedgerError, match="salt"):
            export.receipt(connection, 20, opened={"case": "K-17"})
        with pytest.raises(LedgerError):
            export.receipt(connection, 30)
        assert export.receipt(connection, 20).opened == {}


def test_a_receipt_cannot_show_that_the_log_only_grew(engine: Engine, receipt_of, key: note.Key):
    with engine.begin() as connection:
        empty = checkpoints.checkpoint(connection, key, NOW)
    data = receipt_of()
    with engine.connect() as connection:
        now = checkpoints.last_checkpoint(connection)
    assert check(data, key.vkey, now).index == 20
    assert check(data, key.vkey, empty).index == 20
    other = open_sqlite(Path(engine.url.database or "").with_name("other.db"))
    with other.begin() as connection:
        tables.install(connection)
        log.append(connection, [facts(1)], now=NOW)
        shorter = checkpoints.checkpoint(connection, key, NOW)
        log.append(connection, [facts(1)] * 29, now=NOW)
        forked = checkpoints.checkpoint(connection, key, NOW)
    other.dispose()
    with pytest.raises(LedgerError, match="ask for an export") as caught:
        check(data, key.vkey, shorter)
    assert not isinstance(caught.value, VerificationError)
    with pytest.raises(VerificationError):
        check(data, key.vkey, forked)
