"""Where the register cannot be opened or upgraded, the message says what happened and what to do, without secrets."""

import os
import shutil
import socket
import sqlite3
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from holdord.errors import StoreError
from holdord.stores.database import connect
from holdord.stores.register import migrate

SECRET = "correct-horse-battery"
NOBODY = 65534


def told(engine: sa.Engine, ask: Callable[[sa.Engine], object] = migrate.upgrade) -> str:
    """Return the message, which is the same for all: what, what to do, that nothing was changed, the driver's word."""
    try:
        with pytest.raises(StoreError) as caught:
            ask(engine)
    finally:
        engine.dispose()
    said = str(caught.value)
    assert said.startswith("The register ")
    assert "Nothing was changed." in said
    assert SECRET not in said
    return said


def at(file: Path) -> sa.Engine:
    return connect(f"sqlite:///{file}")


@contextmanager
def nobody() -> Iterator[None]:
    """Be an account that may do little; root may do all."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="holdord-away-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


# SQLite


@pytest.mark.parametrize("ask", [migrate.upgrade, migrate.installed])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, ask: Callable[[sa.Engine], object]) -> None:
    file = tmp_path / "register.db"
    file.write_bytes(b"this is no database, whatever it is called" * 50)
    said = told(at(file), ask)
    assert f"The file {file} is no database" in said
    assert "HOLDORD_STORE" in said
    assert file.read_bytes().startswith(b"this is no database")


def test_the_file_of_the_evidence_is_called_so(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    file.write_bytes(b"this is no database, whatever it is called" * 50)
    with pytest.raises(StoreError) as caught:
        migrate.upgrade(at(file), register=False)
    assert str(caught.value).startswith(f"The evidence cannot be used. The file {file} is no database")
    assert "HOLDORD_STATE" in str(caught.value)
    assert "register" not in str(caught.value)


def test_braces_in_a_file_name_are_said_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "{what}{0}.db"
    file.mkdir()
    assert f"{file} is a folder" in told(at(file))


def test_a_damaged_file_asks_for_its_backup(tmp_path: Path) -> None:
    file = tmp_path / "register.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE a (b)")
    raw = bytearray(file.read_bytes())
    raw[100:4096] = b"\xff" * 3996
    file.write_bytes(raw)
    said = told(at(file))
    assert "is damaged" in said
    assert "backup" in said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert f"The folder {tmp_path / 'nowhere'} is not there." in told(at(tmp_path / "nowhere" / "register.db"))


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path} is a folder, no file." in told(at(tmp_path))


def test_a_folder_in_which_nothing_may_be_written_is_named(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    engine = at(open_folder / "register.db")
    with nobody():
        said = told(engine)
    assert "The account that runs holdord may not read and write" in said
    assert str(open_folder) in said
    assert "is not there" not in said


def test_a_file_that_may_not_be_written_is_named(open_folder: Path) -> None:
    file = open_folder / "register.db"
    file.touch()
    file.chmod(0o444)
    engine = at(file)
    with nobody():
        said = told(engine)
    assert f"may not write the file {file}" in said


def test_a_file_in_a_folder_that_may_not_be_written_is_named(open_folder: Path) -> None:
    file = open_folder / "register.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE a (b)")
    file.chmod(0o666)
    open_folder.chmod(0o555)
    engine = at(file)
    with nobody():
        said = told(engine)
    assert f"may not write the file {file}, or not in its folder" in said


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    engine = at(tmp_path / "register.db")
    sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 4").close())
    assert "The disk is full. Make room" in told(engine)
    whole = at(tmp_path / "register.db")
    assert sa.inspect(whole).get_table_names() == []
    whole.dispose()


def test_another_program_at_work_in_the_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "register.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL").close()
        other.execute("BEGIN IMMEDIATE").close()
        engine = at(file)
        sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 50").close())
        assert "Another program is at work in it" in told(engine)


def test_a_database_with_tables_of_the_same_name_is_said(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE persons (name)")
    assert "Give the register a database of its own." in told(at(file))


def test_what_is_not_known_is_said_with_the_drivers_word_and_no_more(tmp_path: Path) -> None:
    engine = at(tmp_path / "register.db")

    def strange(*_: object) -> None:
        raise sqlite3.InterfaceError(SECRET)

    sa.event.listen(engine, "connect", strange)
    assert told(engine).endswith("(InterfaceError)")


@pytest.mark.parametrize("found", ["9999", "x" * 500])
def test_a_newer_register_asks_for_the_newer_holdord(tmp_path: Path, found: str) -> None:
    engine = at(tmp_path / "register.db")
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE holdord_version SET version_num = :found"), {"found": found})
    said = told(engine)
    assert "made by a newer holdord" in said
    assert f"up to {migrate.HEAD}. Use that holdord." in said
    assert len(said) < 200


def test_installed_tells_the_revision_or_none(tmp_path: Path) -> None:
    engine = at(tmp_path / "register.db")
    assert migrate.installed(engine) is None
    migrate.upgrade(engine)
    assert migrate.installed(engine) == migrate.HEAD
    engine.dispose()


# PostgreSQL


def test_a_server_that_refuses_connections_is_said() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nothing else answers there
        said = told(connect(f"postgresql://holdord:{SECRET}@127.0.0.1:{taken.getsockname()[1]}/register"))
    assert "The database server does not answer." in said


def test_a_host_that_is_none_and_a_socket_that_is_not_there_are_said() -> None:
    assert "does not answer" in told(connect(f"postgresql://holdord:{SECRET}@nowhere.invalid/register"))
    assert "does not answer" in told(connect(f"postgresql://holdord:{SECRET}@/register?host=/nowhere"))


@contextmanager
def turning_away(state: str, words: str, *, asks: bool = False) -> Iterator[str]:
    """A server that ends every connection with an error, after it has asked for a password; yields its URL.

    The server of the tests trusts everyone, so a wrong password cannot be had from it (PostgreSQL's protocol 3.0).
    """
    fields = (("S", "FATAL"), ("V", "FATAL"), ("C", state), ("M", words))
    body = b"".join(f"{kind}{value}\0".encode() for kind, value in fields) + b"\0"

    def message(kind: bytes, content: bytes) -> bytes:
        return kind + struct.pack("!I", 4 + len(content)) + content

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            with caller:
                opening = caller.recv(1000)
                if opening[4:8] == struct.pack("!I", 80877103):  # may we speak TLS?
                    caller.sendall(b"N")
                    caller.recv(1000)
                if asks:
                    caller.sendall(message(b"R", struct.pack("!I", 3)))
                    caller.recv(1000)
                caller.sendall(message(b"E", body))

    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, args=(listening,), daemon=True)
    thread.start()
    try:
        yield f"postgresql://holdord:{SECRET}@127.0.0.1:{listening.getsockname()[1]}/register?gssencmode=disable"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("state", "words", "said"),
    [
        ("28P01", 'password authentication failed for user "holdord"', "does not let holdord in"),
        ("28P01", 'Passwort-Authentifizierung für Benutzer "holdord" fehlgeschlagen', "does not let holdord in"),
        ("28000", 'no pg_hba.conf entry for host "10.0.0.1", user "holdord"', "does not let holdord in"),
        ("28P01", "lösenordet stämmer inte", "does not let holdord in"),
        ("53300", "sorry, too many clients already", "takes no more connections"),
        ("57P03", "the database system is starting up", "stopping or starting"),
    ],
)
def test_a_server_that_turns_holdord_away_says_why(state: str, words: str, said: str) -> None:
    with turning_away(state, words, asks=state == "28P01") as url:
        message = told(connect(url))
    assert said in message
    assert words not in message


@pytest.mark.postgres
def test_roles_that_may_not_log_in_or_do_not_exist_are_said(postgres_url: str) -> None:
    with role(postgres_url, "NOLOGIN") as url:
        said = told(connect(url))
    assert "does not let holdord in" in said
    gone = told(connect(url))
    assert "does not let holdord in" in gone
    assert str(sa.make_url(url).username) not in said + gone


@pytest.mark.postgres
def test_a_database_that_is_not_on_the_server_is_said(postgres_url: str) -> None:
    url = sa.make_url(postgres_url).set(database="holdord_nowhere").render_as_string(hide_password=False)
    assert "The server has no database of that name." in told(connect(url))


@pytest.mark.postgres
def test_a_role_that_may_not_make_tables_is_said(postgres_url: str) -> None:
    with role(postgres_url, "LOGIN") as url:
        assert "The database role may not read or make" in told(connect(url))


@pytest.mark.postgres
def test_a_database_that_may_only_be_read_is_said(postgres_url: str) -> None:
    assert "may only be read" in told(connect(with_option(postgres_url, "default_transaction_read_only=on")))


@pytest.mark.postgres
def test_a_lock_that_another_program_holds_is_said(postgres_url: str) -> None:
    other = connect(postgres_url)
    with other.begin() as connection:
        migrate._queue(connection)
        assert "Another program is at work in it" in told(connect(with_option(postgres_url, "lock_timeout=50")))
    other.dispose()


@pytest.mark.postgres
def test_tables_of_the_same_name_on_postgresql_are_said(postgres_url: str) -> None:
    engine = connect(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE persons (name text)")
    assert "Give the register a database of its own." in told(engine)


@pytest.mark.postgres
def test_a_newer_register_on_postgresql_asks_for_the_newer_holdord(postgres_url: str) -> None:
    engine = connect(postgres_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE holdord_version SET version_num = '9999'")
    assert "made by a newer holdord" in told(engine)


@pytest.mark.postgres
def test_a_connection_that_is_cut_is_said(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(connection: sa.Connection, _: bool) -> None:
        number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        other = connect(postgres_url)
        with other.connect() as killer:
            killer.execute(sa.text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
        other.dispose()
        connection.exec_driver_sql("SELECT 1")

    monkeypatch.setattr(migrate, "_run", cut)
    said = told(connect(postgres_url))
    assert "The connection to the database server was lost." in said or "stopping or starting" in said


def with_option(url: str, option: str) -> str:
    return sa.make_url(url).update_query_dict({"options": f"-c {option}"}).render_as_string(hide_password=False)


@contextmanager
def role(url: str, may: str) -> Iterator[str]:
    """A role of its own on the server; yields the URL with it."""
    name = f"{sa.make_url(url).database}_role"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")  # as from PostgreSQL 15 on
        connection.exec_driver_sql(f"CREATE ROLE \"{name}\" {may} PASSWORD '{SECRET}'")
    try:
        yield sa.make_url(url).set(username=name, password=SECRET).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP ROLE "{name}"')
        admin.dispose()
