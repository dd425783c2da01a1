"""Pages on which people ask themselves: kept while somebody has seen them open, and never for being written down."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from holdord.config import Mail
from holdord.errors import MailError, PolicyError
from holdord.ledger import log
from holdord.policy.load import load
from holdord.run import doors, links, outbox, prune, worker
from holdord.run.board import board
from holdord.run.company import Company
from holdord.run.evidence import last_entry, of_kind
from holdord.run.shown import PartShown
from tests.scenarios.story import EXAMPLES, Story

SIX = ("rectification", "erasure", "restriction", "portability", "objection", "withdrawal")


@pytest.fixture
def register(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test asks for both databases."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_register"))


both = pytest.mark.parametrize(
    "register", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


class House:
    """A server on loopback that offers what it is told."""

    def __init__(self) -> None:
        self.offers: tuple[str, ...] = SIX
        self.status = 200
        self.asked: list[str] = []
        house = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                house.asked.append(self.path)
                page = "".join(f'<label><input type=radio name=wanted value="{one}"> …</label>' for one in house.offers)
                self.send_response(house.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *said: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    beside = threading.Thread(target=made.server.serve_forever, daemon=True)
    beside.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    beside.join()


@pytest.fixture
def company(clienti: Story, house: House) -> Company:
    mail = Mail(host="localhost", port=25, tls="none", sender="privacy@clienti.example", reply_to="")
    return replace(clienti.company, settings=replace(clienti.company.settings, portal=house.address, mail=mail))


def page(company: Company, at: datetime) -> PartShown:
    """Return how the board shows the part that the pages keep."""
    (promise,) = (one for one in board(company, at).promises if one.promise.id == "CI-26")
    (part,) = (one for one in promise.parts if one.name == "page")
    return part


def test_what_nobody_has_looked_at_is_due_and_says_what_to_do(clienti: Story, company: Company) -> None:
    at = clienti.noon("2026-06-01")
    shown = page(company, at)
    assert (shown.state, "holdord serve DIR" in shown.why) == ("due", True)
    nowhere = replace(company, settings=replace(company.settings, portal=""))
    assert doors.look(nowhere, at) == ""


def test_a_door_to_which_nobody_gets_a_link_is_shut(clienti: Story, company: Company) -> None:
    at = clienti.noon("2026-06-01")
    locked = replace(company, settings=replace(company.settings, mail=None))
    assert "shut" in doors.look(locked, at)
    assert (page(locked, at).state, "mail.host" in page(locked, at).why) == ("broken", True)
    assert (page(company, at).state, "mail.host" in page(company, at).why) == ("broken", False)


@pytest.mark.parametrize(
    ("failure", "is_open"),
    [(MailError("Nobody there."), False), (None, True), (MailError("No such recipient.", final=True), True)],
)
def test_doors_are_shut_while_links_are_not_sent(
    clienti: Story, company: Company, failure: Exception | None, is_open: bool
) -> None:
    at = clienti.noon("2026-06-01")

    def deliver(posted: object) -> None:
        if failure is not None:
            raise failure

    links.ask(company, at, "ida@home.example")
    outbox.send(company, lambda: at, deliver)
    doors.look(company, at)
    shown = page(company, at)
    assert (shown.state == "kept") == is_open
    assert ("holdord outbox" in shown.why) == (not is_open)
    later = at + timedelta(days=3)
    doors.look(company, later)
    assert page(company, later).state == "kept", "of days ago nothing is known"


def test_open_doors_are_kept_by_an_entry_and_looked_at_once_a_day(
    clienti: Story, company: Company, house: House
) -> None:
    at = clienti.noon("2026-06-01")
    assert doors.look(company, at) == "doors looked at: 6 open"
    assert house.asked == ["/da/ask/"]
    shown = page(company, at)
    assert (shown.state, shown.since) == ("kept", date(2026, 6, 1))
    with company.state.snapshot() as connection:
        (entry,) = of_kind(connection, "door")
        assert (entry.value["open"], entry.value["shut"]) == (list(SIX), [])
    assert shown.evidence == (entry.index,)
    assert doors.look(company, at + timedelta(hours=5)) == ""
    assert doors.look(company, at + timedelta(days=1)) == "doors looked at: 6 open"
    assert page(company, at + timedelta(days=1)).since == date(2026, 6, 1)


@pytest.mark.parametrize(
    "wrong", [{"status": 500}, {"status": 302}, {"offers": ()}, {"offers": SIX[1:]}], ids=["500", "302", "none", "five"]
)
def test_a_door_that_is_shut_is_broken_at_once_and_tried_again_soon(
    clienti: Story, company: Company, house: House, wrong: dict[str, Any]
) -> None:
    at = clienti.noon("2026-06-01")
    doors.look(company, at)
    vars(house).update(wrong)
    later = at + timedelta(days=3)
    assert "shut: rectification" in doors.look(company, later)
    shown = page(company, later)
    assert (shown.state, "since 2026-06-04" in shown.why) == ("broken", True)
    assert doors.look(company, later + timedelta(minutes=14)) == ""
    house.status, house.offers = 200, SIX
    assert doors.look(company, later + timedelta(minutes=15)) == "doors looked at: 6 open"
    assert page(company, later).state == "kept"


def test_a_server_that_is_gone_is_a_shut_door(clienti: Story, company: Company, house: House) -> None:
    house.server.server_close()
    assert "shut" in doors.look(company, clienti.noon("2026-06-01"))


def test_an_old_look_counts_no_more_nor_one_of_a_day_to_come(clienti: Story, company: Company) -> None:
    at = clienti.noon("2026-06-10")
    doors.look(company, at)
    assert page(company, at + timedelta(days=2)).state == "kept"
    assert page(company, at + timedelta(days=3)).state == "due"
    assert page(company, at - timedelta(days=1)).state == "due"
    assert doors.look(company, at - timedelta(days=1)), "a clock that ran ahead is no reason to wait"


def test_the_same_day_says_the_same_once(clienti: Story, company: Company, house: House) -> None:
    at = clienti.noon("2026-06-01")
    house.offers = SIX[1:]
    doors.look(company, at)
    doors.look(company, at + timedelta(minutes=20))
    house.offers = SIX
    doors.look(company, at + timedelta(minutes=40))
    with company.state.snapshot() as connection:
        assert [len(entry.value["shut"]) for entry in of_kind(connection, "door")] == [1, 0]


def test_what_the_worker_sees_is_no_sign_that_the_clock_is_right_and_is_not_pruned(
    clienti: Story, company: Company
) -> None:
    at = clienti.noon("2026-06-01")
    with company.state.snapshot() as connection:
        before = last_entry(connection)
    found = list(worker.once(company, lambda: at))
    assert [one.text for one in found if one.piece == "doors"] == ["doors looked at: 6 open"]
    with company.state.snapshot() as connection:
        assert last_entry(connection) == before
        (entry,) = of_kind(connection, "door")
        said = dict(doors.rests_on(company.policy, connection))
        size = log.size(connection)
    assert said == {entry.index: "it says whether the portal's page for withdrawal is open"}
    kept = prune.propose(company, date(2026, 6, 2), at + timedelta(days=1))
    assert kept.cut is None or kept.cut.signed.size <= entry.index < size


@both
def test_doors_are_known_on_both_databases(clienti: Story, company: Company) -> None:
    at = clienti.noon("2026-06-01")
    doors.look(company, at)
    doors.look(company, at + timedelta(days=1))
    with company.state.snapshot() as connection:
        assert {one.is_open for one in doors.known(connection).values()} == {True}


def test_a_door_is_a_right_or_a_purpose() -> None:
    text = (EXAMPLES / "clienti" / "policy.yaml").read_text("utf-8").replace("portal: [rect", "portal: [wrect")
    with pytest.raises(PolicyError, match="neither a right nor a purpose"):
        load(text.encode(), file="policy.yaml", notices={})
