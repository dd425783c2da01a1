"""People take along what they gave: as a document, or to another controller's server (GDPR art. 20)."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdord.errors import Refused
from holdord.run.requests import book
from holdord.run.requests.delivery import Line
from holdord.run.requests.portability import Sent, portable, send
from tests.foreign.conftest import FORUM, ROOT, SHOP, Open
from tests.foreign.shopping import customer
from tests.foreign.story import Story, day
from tests.foreign.test_forum import like, member, post
from tests.foreign.test_shop_requests import household, who

TODAY = "2026-06-01"
SCHEMA = json.loads((ROOT / "docs" / "portable.schema.json").read_text("utf-8"))
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None),
}  # fmt: skip
_KNOWN = {
    "$schema", "$id", "title", "description", "type", "additionalProperties", "required", "properties", "items",
    "const", "enum", "pattern",
}  # fmt: skip


def check(value: Any, schema: dict[str, Any], at: str = "$") -> None:
    """Assert that a value is what a schema says; a schema that says more than is understood here fails."""
    assert set(schema) <= _KNOWN, at
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    assert not kinds or any(isinstance(value, _TYPES[one]) for one in kinds), at
    assert "boolean" in kinds or not kinds or not isinstance(value, bool), at
    assert "const" not in schema or value == schema["const"], at
    assert "enum" not in schema or value in schema["enum"], at
    assert "pattern" not in schema or re.search(schema["pattern"], value), at
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        assert set(schema.get("required", [])) <= set(value), at
        assert schema.get("additionalProperties", True) or set(value) <= set(properties), at
        for name, inner in value.items():
            check(inner, properties.get(name, {}), f"{at}.{name}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            check(inner, schema.get("items", {}), f"{at}[{number}]")


def taken(story: Story, number: int = 1) -> dict[str, Any]:
    found = portable(story.company, who(number), day(TODAY))
    found = json.loads(json.dumps(found))
    check(found, SCHEMA)
    return found


def names(found: dict[str, Any]) -> set[str]:
    return {f"{record['class']}.{one['name']}" for record in found["records"] for one in record["data"]}


# What is taken along


def test_what_they_gave_for_a_contract_or_by_consent_is_there_and_nothing_else(shop: Story) -> None:
    household(shop)
    found = taken(shop)
    assert {one["id"] for one in found["purposes"]} == {"accounts", "orders", "payments", "newsletter"}
    assert {"customer.name", "customer.email", "order.greeting", "subscription.email", "address.street"} <= names(found)
    said = json.dumps(found, ensure_ascii=False)
    assert "Ida Prøve 1" in said
    for word in ("Hos naboen.", "Hvor er den?", "no-hash", "Ida Prøve 3", "ida3@home.example", "Bo Prøve"):
        assert word not in said  # support rests on an interest; a password is no data to take along
    assert not any(one["class"] in ("ticket", "change") for one in found["records"])


def test_each_value_has_its_category_and_its_purposes(shop: Story) -> None:
    household(shop)
    data = {one["name"]: one for record in taken(shop)["records"] for one in record["data"]}
    assert (data["phone"]["category"], data["phone"]["purposes"]) == ("contact.phone", ["accounts", "orders"])
    assert data["phone"]["iri"]
    assert data["ordered_on"]["day"] == "2026-05-20"


def test_what_others_are_the_source_of_stays(story: Open) -> None:
    shop = story(
        SHOP,
        policy=[
            (
                "    recipients: [payment_service]\n    sources: [person, payment_service]",
                "    recipients: [payment_service]\n    sources: [payment_service]",
            )
        ],
    )
    household(shop)
    found = taken(shop)
    assert "payment.account" not in names(found)
    assert "payments" not in {one["id"] for one in found["purposes"]}


def test_where_the_policy_does_not_say_the_source_nothing_is_taken_and_that_is_told(story: Open) -> None:
    forum = story(FORUM)
    member(forum, 1)
    found = portable(forum.company, book.Record(record_class="member", key=(1, 1)), day(TODAY))
    check(found, SCHEMA)
    assert (found["records"], found["unsaid"]) == ([], ["membership"])


def test_records_about_others_are_withheld_and_counted(story: Open) -> None:
    forum = story(
        FORUM,
        policy=[
            ("holdord: 1\n", "holdord: 1\nsources: {person: you}\n"),
            (
                "    needs: [post.*, member.contact.name]\n",
                "    needs: [post.*, member.contact.name]\n    sources: [person]\n",
            ),
        ],
        datamap=[
            (
                '      body: {category: communication.message, erased_as: "-"}\n    clocks: {posted: posted_on}\n'
                "    conditions: {rules: rules}\n    refers_to: [{columns: [tenant, member_id], table: members}]",
                '      body: {category: communication.message, erased_as: "-"}\n    clocks: {posted: posted_on}\n'
                "    conditions: {rules: rules}\n    refers_to: [{columns: [tenant, member_id], table: members},"
                " {columns: [tenant, reader_id], table: members}]",
            )
        ],
        schema=[("CREATE TABLE posts (\n", "CREATE TABLE posts (\n    reader_id INTEGER,\n")],
    )
    for number in (1, 3):
        member(forum, number)
    post(forum, 1, 1, "2026-01-01")
    post(forum, 2, 1, "2026-01-02")
    like(forum, 1, 1)
    forum.run("UPDATE posts SET reader_id = 3 WHERE id = 2")
    found = portable(forum.company, book.Record(record_class="member", key=(1, 1)), day(TODAY))
    check(found, SCHEMA)
    said = json.dumps(found)
    assert found["withheld"] == [{"class": "post", "records": 1, "reason": "about_others"}]
    assert (said.count('"body"'), "reader" in said) == (1, False)


def test_the_check_of_the_schema_can_fail(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    found = taken(shop)
    for broken in (
        {**found, "more": 1},
        {name: value for name, value in found.items() if name != "at"},
        {**found, "holdord_portable": 2},
        {**found, "at": "today"},
        {**found, "records": [{"record": "1"}]},
    ):
        with pytest.raises(AssertionError):
            check(broken, SCHEMA)


# Another controller's server


@dataclass
class Server:
    """A server on this machine, with a certificate of its own."""

    port: int
    trust: ssl.SSLContext
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def at(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    @property
    def line(self) -> Line:
        return Line(inside=True, trust=self.trust, patience=0.3, whole=0.6)


def certificate(folder: Path, name: str = "localhost") -> Path:
    """Make a key and a certificate for a name, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    file = certificate(tmp_path)
    over = threading.Event()
    got: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, dict(self.headers), body))
            if self.path == "/hangs":
                over.wait(10)
                return
            if self.path == "/drips":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.1):
                    self.wfile.write(b"X: y\r\n")
                return
            if self.path == "/breaks":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response({"/works": 201, "/fails": 500, "/moves": 307}[self.path])
            self.send_header("Location", "/works")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    running = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    running.socket = context.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Server(port=running.server_address[1], trust=ssl.create_default_context(cafile=str(file)), got=got)
    over.set()
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def asked(shop: Story) -> Story:
    """The shop, with a request of its first customer."""
    customer(shop, 1, "2026-01-01")
    book.register(
        shop.company, shop.noon(TODAY), asks_for="access", person=who(1), channel="email", received=day(TODAY)
    )
    return shop


def sent(shop: Story, address: str, line: Line | None = None) -> Sent:
    return send(shop.company, lambda: shop.noon(TODAY), who(1), address, request=1, line=line or Line())


def told(shop: Story) -> list[str]:
    return [one["does"] for one in shop.entries("portability")]


def test_it_arrives_and_the_log_says_so_and_names_nobody(asked: Story, server: Server) -> None:
    found = sent(asked, server.at("/works"), server.line)
    assert (found.ok, found.why, found.host) == (True, "", "localhost")
    ((path, headers, body),) = server.got
    assert (path, headers["Content-Type"]) == ("/works", "application/json; charset=utf-8")
    check(json.loads(body), SCHEMA)
    assert "Ida Prøve 1" in body.decode()
    assert told(asked) == ["tried", "sent"]
    said = json.dumps(asked.entries())
    for word in ("Ida", "/works", str(server.port), "[1]"):
        assert word not in said


def test_a_repeat_is_no_second_delivery(asked: Story, server: Server) -> None:
    sent(asked, server.at("/fails"), server.line)
    sent(asked, server.at("/fails"), server.line)
    sent(asked, server.at("/works"), server.line)
    keys = [headers["Idempotency-Key"] for _, headers, _ in server.got]
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)
    again = sent(asked, server.at("/works"), server.line)
    assert (again.ok, again.before, len(server.got)) == (True, True, 3)


@pytest.mark.parametrize(
    ("path", "why", "status"),
    [
        ("/fails", "answered 500", 500),
        ("/moves", "wants the document elsewhere", 307),
        ("/hangs", "did not answer in time", None),
        ("/drips", "did not answer in time", None),
        ("/breaks", "connection broke", None),
    ],
)
def test_what_does_not_arrive_is_told_and_can_be_done_again(
    asked: Story, server: Server, path: str, why: str, status: int | None
) -> None:
    found = sent(asked, server.at(path), server.line)
    assert (found.ok, why in found.why) == (False, True), found
    assert [one[0] for one in server.got] == [path]  # a redirect is not followed
    assert asked.entries("portability")[-1]["status"] == status
    assert told(asked) == ["tried", "failed"]
    assert sent(asked, server.at("/works"), server.line).ok


def test_a_server_that_is_away_is_told(asked: Story, server: Server) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = sent(asked, f"https://localhost:{closed.getsockname()[1]}/", server.line)
    assert (found.ok, "connection broke" in found.why) == (False, True)


@pytest.mark.parametrize("wrong", ["name", "trust"])
def test_a_certificate_that_is_not_good_ends_it(asked: Story, server: Server, wrong: str) -> None:
    address = server.at("/works", "127.0.0.1" if wrong == "name" else "localhost")
    line = server.line if wrong == "name" else Line(inside=True, patience=0.3)
    found = sent(asked, address, line)
    assert (found.ok, "certificate" in found.why, server.got) == (False, True, [])


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/",
        "ftp://other.example/",
        "https:///path",
        "https://me:secret@other.example/",
        "https://other.example/#part",
        "https://other.example:99999/",
        "https://other.example/a b",
        "https://other.example/a\r\nX: y",
        "https://øther.example/",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(asked: Story, address: str) -> None:
    with pytest.raises(Refused, match="address must be"):
        sent(asked, address)
    assert told(asked) == []


@pytest.mark.parametrize(
    "where",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1%2", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_a_machine_of_ones_own_network_gets_nothing(asked: Story, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def resolved(*_: object, **__: object) -> list[Any]:
        public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
        return [public, (socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, 443))]

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a connection was begun")

    monkeypatch.setattr("holdord.run.requests.delivery.socket.getaddrinfo", resolved)
    monkeypatch.setattr("holdord.run.requests.delivery.socket.create_connection", never)
    with pytest.raises(Refused, match="not on the public network"):
        sent(asked, "https://other.example/")
    assert told(asked) == ["tried", "refused"]


def test_the_connection_goes_to_the_address_that_was_looked_at(
    asked: Story, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    real = socket.getaddrinfo

    def counted(host: Any, *more: Any, **said: Any) -> Any:
        looked.append(host)
        return real("127.0.0.1" if host == "localhost" else host, *more, **said)

    monkeypatch.setattr(socket, "getaddrinfo", counted)
    assert sent(asked, server.at("/works"), server.line).ok
    assert looked.count("localhost") == 1


def test_what_is_too_large_is_not_begun(asked: Story, server: Server) -> None:
    with pytest.raises(Refused, match="are sent at most"):
        sent(asked, server.at("/works"), Line(inside=True, trust=server.trust, most=10))
    assert server.got == []


def test_a_draft_sends_nothing(story: Open, server: Server) -> None:
    shop = story(SHOP, policy=[("holdord: 1\n", "holdord: 1\ndraft: true\n")])
    customer(shop, 1, "2026-01-01")
    with pytest.raises(Refused, match="draft"):
        sent(shop, server.at("/works"), server.line)
