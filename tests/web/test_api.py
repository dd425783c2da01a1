"""The API: who gets in, what is done, and that nothing that is sent makes it fail or say too much."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdord.cli.main import run
from holdord.errors import Refused, StoreError
from holdord.files import read_file
from holdord.ledger import log
from holdord.ledger.verify import verify
from holdord.run.folder import open_company
from holdord.run.sweep import keep
from holdord.web.api import tokens, views
from holdord.web.api.call import Route
from holdord.web.api.openapi import ROUTES, document
from holdord.web.api.rate import Rate
from holdord.web.api.scopes import MEANS, SCOPES
from tests.conftest import ROOT
from tests.web.conftest import Member, copied
from tests.web.described import NASTY, anything, misfits, near, texts
from tests.web.test_portal import COLUMNS, PEOPLE

NOW = datetime.now(UTC)
BASE = "/api/v1"
WHOLE = document()
IDS = [f"{route.method} {route.path}" for route in ROUTES]
Answer = tuple[int, Any]


class Program:
    """A program with a token."""

    def __init__(self, token: str) -> None:
        self.client = Client(HTTP_HOST="localhost", raise_request_exception=True)
        self.head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Return the answer, once it is held against the document where the route is known."""
        data = {} if method == "GET" else {"data": body if isinstance(body, str | bytes) else json.dumps(body)}
        sent = {"content_type": "application/json"} | data | self.head | more
        answer = self.client.generic(method, f"{BASE}/{path}", **sent)
        assert "Set-Cookie" not in answer
        assert answer["Cache-Control"] == "no-store"
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert not misfits(answer.json(), {"$ref": "#/components/schemas/Problem"}, WHOLE)
            assert answer.json()["status"] == answer.status_code
        return answer

    def does(self, method: str, path: str, body: Any = None) -> Any:
        """Return what a call that must go well gives, which fits the document."""
        answer = self.call(method, path, body)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()


@pytest.fixture
def folder(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three people in the register, and as many calls as anybody likes."""
    open_company(site, install=True).close()
    with sqlite3.connect(site / "register.db") as connection:
        connection.executemany(f"INSERT INTO persons ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", PEOPLE)
    connection.close()
    monkeypatch.setattr(views, "_rate", Rate(10**9))
    return site


def token(folder: Path, *scopes: str, name: str = "crm", days: int = 30, at: datetime = NOW) -> str:
    return tokens.new(folder, at, name, scopes or SCOPES, days)[1]


@pytest.fixture
def program(folder: Path) -> Program:
    """A program that may do everything."""
    return Program(token(folder))


def address(route: Route) -> str:
    return route.path.replace("{number}", "1")


def operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = WHOLE["paths"][f"{BASE}/{route.path}"][route.method.lower()]
    return found


def asked(program: Program, wanted: str = "access", person: str = "person:1", **more: Any) -> int:
    made = program.does("POST", "requests", {"for": wanted, "person": person, "channel": "email", **more})
    return int(made["number"])


def entries(folder: Path, kind: str) -> list[dict[str, Any]]:
    company = open_company(folder)
    try:
        with company.state.snapshot() as connection:
            return [one.value for one in log.read(connection) if one.value["kind"] == kind]
    finally:
        company.close()


# Sent twice


def test_a_call_with_a_key_that_is_repeated_writes_one_request_down(program: Program, folder: Path) -> None:
    body = {"for": "erasure", "person": "person:1", "channel": "letter", "email": "ida@home.example"}
    first = program.call("POST", "requests", body, HTTP_IDEMPOTENCY_KEY="a 1").json()
    assert program.call("POST", "requests", body, HTTP_IDEMPOTENCY_KEY="a 1").json() == first
    assert program.call("POST", "requests", body, HTTP_IDEMPOTENCY_KEY="a 2").json()["number"] == first["number"] + 1
    assert program.call("POST", "requests", body).json()["number"] == first["number"] + 2
    assert len(entries(folder, "request")) == 3
    program.does("POST", f"requests/{first['number']}/refuse", {"reason": "No."})
    assert program.call("POST", "requests", body, HTTP_IDEMPOTENCY_KEY="a 1").json()["state"] == "refused"


def test_a_key_is_of_one_request_and_one_token(program: Program, folder: Path) -> None:
    body = {"for": "access", "person": "person:1", "channel": "letter"}
    made = program.call("POST", "requests", body, HTTP_IDEMPOTENCY_KEY="k").json()
    for other in ({"for": "erasure"}, {"person": "person:2"}, {"channel": "email"}):
        assert program.call("POST", "requests", {**body, **other}, HTTP_IDEMPOTENCY_KEY="k").status_code == 409
    another = Program(token(folder, name="shop"))
    assert another.call("POST", "requests", body, HTTP_IDEMPOTENCY_KEY="k").json()["number"] == made["number"] + 1
    for wrong in ("x" * 256, "æ"):
        assert program.call("POST", "requests", body, HTTP_IDEMPOTENCY_KEY=wrong).status_code == 422


# The document


def test_the_document_that_is_checked_in_is_the_one_that_is_served(visitor: Client) -> None:
    served = visitor.get(f"{BASE}/openapi.json")
    assert served.json() == document()
    assert json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8")) == document()


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_every_route_has_a_scope_a_form_and_a_description(route: Route) -> None:
    assert route.scope in SCOPES
    assert operation(route)["security"] == [{"token": [route.scope]}]
    assert (route.method == "GET") or route.takes is not None
    assert set(operation(route)["responses"]) == {str(route.status), "default"}


def test_every_scope_is_good_for_something_and_is_explained() -> None:
    assert {route.scope for route in ROUTES} | {"metrics:read"} == set(SCOPES) == set(MEANS)


def test_every_address_below_the_api_is_a_route_with_a_scope() -> None:
    from holdord.web.api.urls import urlpatterns

    paths = {route.path for route in ROUTES}
    served = [one for one in urlpatterns if one.callback is views.serve]
    assert {one.default_args["path"] for one in served} == paths
    assert {one.callback for one in urlpatterns} == {views.serve, views.described, views.unknown}


# Who gets in


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_without_a_token_that_is_good_for_it_no_route_opens(folder: Path, route: Route) -> None:
    other = copied("clemco-norge", folder.parent / "other")
    right = token(folder, route.scope, name="right")
    wrong = {
        "none": "",
        "nonsense": "x",
        "foreign": token(other, route.scope),
        "expired": token(folder, route.scope, name="old", days=1, at=NOW - timedelta(days=1)),
        "ahead": token(folder, route.scope, name="ahead", at=NOW + timedelta(days=2)),
        "revoked": token(folder, route.scope, name="gone"),
        "half": right[:-1],
        "swapped": right[:-1] + ("A" if right[-1] != "A" else "B"),
    }
    tokens.revoke(folder, "gone")
    for why, shown in wrong.items():
        answer = Program(shown).call(route.method, address(route), {})
        assert (answer.status_code, "Bearer" in answer["WWW-Authenticate"]) == (401, True), why
    rest = [scope for scope in SCOPES if scope != route.scope]
    assert Program(token(folder, *rest, name="rest")).call(route.method, address(route), {}).status_code == 403
    assert Program(right).call(route.method, address(route), {}).status_code not in (401, 403)


def test_a_login_of_the_pages_opens_nothing_here(member: Member, folder: Path) -> None:
    assert member("general_manager").get(f"{BASE}/board").status_code == 401


def test_other_sites_may_not_read_what_is_answered(program: Program) -> None:
    answer = program.call("GET", "board", HTTP_ORIGIN="https://elsewhere.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_token_is_used_so_often_in_a_minute(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_rate", Rate(2))
    assert [program.call("GET", "letters").status_code for _ in range(2)] == [200, 200]
    answer = program.call("GET", "letters")
    assert (answer.status_code, 1 <= int(answer["Retry-After"]) <= 60) == (429, True)


def test_the_next_minute_begins_anew_and_each_token_has_its_own() -> None:
    rate = Rate(1)
    assert (rate.wait("a", 30), rate.wait("a", 50), rate.wait("b", 50), rate.wait("a", 60)) == (0, 10, 0, 0)


# Tokens


def test_a_token_is_shown_once_and_only_its_hash_is_kept(folder: Path) -> None:
    shown = token(folder)
    secret = shown.rpartition("_")[2] if "_" not in shown[21:] else shown[21:]
    kept = b"".join(file.read_bytes() for file in folder.glob("staff.db*"))
    assert secret.encode() not in kept
    assert (folder / "staff.db").stat().st_mode & 0o077 == 0
    assert tokens.known(folder, NOW, shown) == tokens.listed(folder)[0]


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("Kari Nord", ["board:read"], 1),
        ("", ["board:read"], 1),
        ("a", [], 1),
        ("a", ["all"], 1),
        ("a", ["board:read"], 0),
        ("a", ["board:read"], 366),
    ],
)
def test_a_token_without_a_name_a_scope_or_an_end_is_refused(
    tmp_path: Path, name: str, scopes: list[str], days: int
) -> None:
    with pytest.raises(Refused):
        tokens.new(tmp_path, NOW, name, scopes, days)


def test_a_name_is_given_once_and_again_when_it_was_revoked(tmp_path: Path) -> None:
    token(tmp_path)
    with pytest.raises(Refused, match="this name already"):
        token(tmp_path)
    tokens.revoke(tmp_path, "crm")
    token(tmp_path)
    with pytest.raises(Refused, match="no token"):
        tokens.revoke(tmp_path, "erp")


def test_a_file_that_is_no_database_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "staff.db").write_bytes(b"nonsense" * 200)
    with pytest.raises(StoreError, match=r"staff\.db"):
        tokens.listed(tmp_path)


def test_the_command_makes_lists_and_revokes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(folder)
    assert run(["token", "new", path, "--name", "crm", "--scope", "board:read", "--days", "2"]) == 0
    shown = capsys.readouterr().out.strip()
    assert Program(shown).call("GET", "board").status_code == 200
    assert run(["token", "list", path, "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["tokens"]
    assert (listed["name"], listed["scopes"], set(listed)) == (
        "crm",
        ["board:read"],
        {"name", "scopes", "made", "ends"},
    )
    assert run(["token", "revoke", path, "crm"]) == 0
    assert Program(shown).call("GET", "board").status_code == 401
    assert run(["token", "new", str(folder / "nowhere"), "--name", "x", "--scope", "board:read"]) == 2


# What is done


def test_a_request_goes_from_its_day_to_its_answer(program: Program, folder: Path) -> None:
    number = asked(program, "erasure", email="ida@home.example", language="nn")
    listed = program.does("GET", "requests")["requests"]
    assert [(one["number"], one["for"], one["state"]) for one in listed] == [(number, "erasure", "open")]
    before = program.does("GET", f"requests/{number}/preview")
    assert (before["document"]["preview"], before["complete"]) == (True, True)
    done = program.does("POST", f"requests/{number}/answer", {"confirmed": True})
    assert (done["complete"], done["request"]["state"]) == (True, "answered"), done
    assert program.does("GET", f"requests/{number}/answer")["document"]["holdord_erasure"]
    assert program.does("GET", "requests")["requests"] == []
    assert len(program.does("GET", "requests?closed=true")["requests"]) == 1
    assert {one["kind"] for one in program.does("GET", "letters")["letters"]} == {"received", "answered"}


def test_whoever_is_handed_personal_data_stands_in_the_log_as_a_commitment(program: Program, folder: Path) -> None:
    number = asked(program)
    assert entries(folder, "view") == []
    assert "Ida Nord" in json.dumps(program.does("GET", f"requests/{number}/preview"))
    (seen,) = entries(folder, "view")
    assert set(seen["sealed"]) == {"number", "who"}
    assert "crm" not in json.dumps(seen)


def test_a_request_is_extended_refused_and_opened_again(program: Program) -> None:
    number = asked(program)
    for verb, then in (("refuse", "refused"), ("reopen", "open")):
        assert program.does("POST", f"requests/{number}/{verb}", {"reason": "Because."})["state"] == then
    answer = program.call("POST", f"requests/{number}/reopen", {"reason": "Again."})
    assert (answer.status_code, answer.json()["detail"]) == (409, f"Request {number} is open.")
    assert program.call("POST", f"requests/{number}/extend", {"reason": "Much."}).status_code in (200, 409)


def test_a_restriction_holds_the_data_at_the_very_next_call(
    program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = program.does("POST", "limits", {"person": "person:1", "ground": "claims", "reason": "A case."})
    assert [one["number"] for one in program.does("GET", "limits")["limits"]] == [placed["number"]]
    number = asked(program, "erasure")
    program.does("POST", f"requests/{number}/answer", {"confirmed": True})
    with sqlite3.connect(folder / "register.db") as connection:
        assert connection.execute("SELECT name FROM persons WHERE id = 1").fetchall() == [("Ida Nord",)]
    connection.close()
    one = f"limits/{placed['number']}"
    assert program.call("POST", f"{one}/lift", {}).status_code == 409
    assert program.does("POST", f"{one}/announce", {"reason": "It is over."})["how"] == "told"
    monkeypatch.setattr(views, "now", lambda: NOW + timedelta(days=9))
    assert program.does("POST", f"{one}/lift", {})["how"] == "lifted"


def test_an_objection_is_weighed(program: Program) -> None:
    number = asked(program, "objection", wish={"purposes": ["improvement"]})
    waits = program.does("POST", f"requests/{number}/answer", {"confirmed": True})
    assert (waits["complete"], len(waits["open_for"])) == (False, 1)
    (limit,) = program.does("GET", "limits")["limits"]
    weighed = program.does("POST", f"limits/{limit['number']}/weigh", {"upheld": True, "reason": "They are right."})
    assert weighed["how"] == "upheld"
    assert program.does("POST", f"requests/{number}/answer", {"confirmed": True})["complete"]


def test_who_consents_again_is_noted(program: Program) -> None:
    asked(program, "erasure")
    (limit, *_) = program.does("GET", "limits")["limits"]
    assert (limit["ground"], limit["how"]) == ("erasure", "")
    one = f"limits/{limit['number']}/renew"
    assert program.does("POST", one, {"reason": "By telephone."})["how"] == "lifted"
    assert program.call("POST", one, {"reason": "By telephone."}).status_code == 409


def test_board_plan_and_tasks_are_those_of_the_command_line(
    program: Program, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, path in (("status", "board"), ("plan", "plan")):
        run([command, str(folder), "--json"])
        said = json.loads(capsys.readouterr().out)
        said.pop("asks", None)
        assert program.does("GET", path) == said
    assert program.does("GET", "plan?at=2030-01-01")["at"] == "2030-01-01"


def test_a_task_is_proved(program: Program) -> None:
    waits = program.does("GET", "tasks")["tasks"]
    first = {"promise": waits[0]["promise"], "part": waits[0]["part"]}
    done = program.does("POST", "proofs", {**first, "by": "Dagleg leiar", "says": "Gjort."})
    assert (done["state"], done["says"]) == ("kept", "Gjort.")
    assert len(program.does("GET", "tasks")["tasks"]) == len(waits) - 1
    assert len(program.does("GET", "tasks?all=true")["tasks"]) == len(waits)


def test_the_evidence_can_be_taken_away_piece_by_piece_and_verified(program: Program, folder: Path) -> None:
    assert program.call("GET", "ledger/checkpoint").status_code == 404
    for _ in range(3):
        asked(program)
    company = open_company(folder)
    keep(company, lambda: datetime.now(UTC), confirm=_digest(program))
    company.close()
    note, bodies, at = program.does("GET", "ledger/checkpoint"), [], 0
    while at is not None:
        page = program.does("GET", f"ledger/entries?from={at}&most=2")
        bodies += [one["body"] for one in page["entries"]]
        at = page["next"]
    taken = folder / "taken"
    taken.write_text("\n".join([note["note"], *bodies[: note["size"]], ""]), "utf-8")
    verify(taken, read_file(folder / "ledger.pub", limit=1000).decode().strip(), None)
    assert program.does("GET", "ledger/entries?from=999999")["entries"] == []


def _digest(program: Program) -> str:
    return str(program.does("GET", "plan")["digest"])


def test_a_policy_that_does_not_load_is_told_without_saying_why(program: Program, folder: Path) -> None:
    assert program.does("GET", "health")["log"].startswith("holdord/")
    (folder / "policy.yaml").write_text("secret: [", "utf-8")
    answer = program.call("GET", "health")
    assert answer.status_code == 503
    assert "secret" not in answer.content.decode()


# What is sent wrongly


def test_what_is_not_there_or_not_done_here_is_said_as_a_problem(program: Program) -> None:
    for path in ("", "nothing", "requests/0", "requests/-1", "requests/1234567890", "requests/1/", "requests/%00"):
        assert program.call("GET", path).status_code == 404, path
    for path in ("requests/7", "requests/7/preview", "requests/7/answer"):
        assert program.call("GET", path).status_code == 404, path
    assert program.call("POST", "limits/7/lift", {}).status_code == 404
    answer = program.call("PUT", "requests", {})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert program.client.post(f"{BASE}/openapi.json")["Allow"] == "GET"
    for method in ("HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "NONSENSE"):
        assert program.client.generic(method, f"{BASE}/board", **program.head).status_code == 405, method


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        ("{", {}, 400),
        (b"\xff\xfe{}", {}, 400),
        ("[" * 100_000, {}, 400),
        ('{"reason":' * 5_000 + "1" + "}" * 5_000, {}, 400),
        ("[]", {}, 422),
        ('{"reason": 1}', {}, 422),
        ('{"reason": "x", "more": 1}', {}, 422),
        ('{"reason": ""}', {}, 422),
        ('{"reason": "\\ud800"}', {}, 400),
        ('{"reason": "\\u0000"}', {}, 422),
        (b'{"reason": "' + b"x" * (1 << 20) + b'"}', {}, 413),
        ("{}", {"CONTENT_LENGTH": "9" * 30}, 413),
        ("{}", {"CONTENT_LENGTH": "9" * 5000}, 413),
        ("{}", {"CONTENT_LENGTH": "many"}, 411),
        ("{}", {"CONTENT_LENGTH": ""}, 411),
        ("reason=x", {"content_type": "application/x-www-form-urlencoded"}, 415),
        ("{}", {"content_type": "text/plain"}, 415),
        ("{}", {"content_type": ""}, 415),
        ("{}", {"QUERY_STRING": "reason=x"}, 422),
    ],
)
def test_a_body_that_is_none_is_refused(program: Program, body: Any, more: dict[str, str], status: int) -> None:
    number = asked(program)
    answer = program.call("POST", f"requests/{number}/refuse", body, **more)
    assert answer.status_code == status
    assert program.does("GET", f"requests/{number}")["state"] == "open"


def test_a_query_that_is_none_is_refused(program: Program) -> None:
    wrong = ("closed=maybe", "closed=true&closed=true", "open=true", "closed=%FF")
    assert [program.call("GET", f"requests?{one}").status_code for one in wrong] == [422] * 4
    for day in ("9999-12-31", "0", "1700000000", "2026-11-23T00:00:00", "26-11-23", "２026-11-23"):
        assert program.call("GET", f"plan?at={quote(day)}").status_code == 422, day
    assert program.call("GET", "board?x=1").status_code == 422
    assert program.call("GET", f"requests?{'&'.join(f'a{n}=1' for n in range(300))}").status_code == 422


def test_a_problem_names_members_and_never_what_was_sent(program: Program) -> None:
    sent = {"for": "Ida Nord", "person": "Ida Nord:7", "channel": 7, "Ida Nord": 1, "wish": {"Ida Nord": 1}}
    answer = program.call("POST", "requests", sent)
    assert answer.status_code == 422
    assert "Ida" not in answer.content.decode()
    assert "channel is none of those that there are." in answer.json()["errors"]


def test_words_about_what_was_sent_are_said_without_it(program: Program) -> None:
    sent = {"for": "objection", "person": "person:1", "channel": "email", "wish": {"purposes": ["ida@home.example"]}}
    answer = program.call("POST", "requests", sent)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("There is no purpose ….")


FREELY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def busy(program: Program) -> Program:
    """A program of a company where something of everything is there."""
    for wanted, wish in (
        ("access", {}),
        ("rectification", {"changes": [{"category": "contact.phone", "old": None, "new": "1"}]}),
        ("objection", {"purposes": ["improvement"]}),
        ("restriction", {"ground": "claims"}),
    ):
        asked(program, wanted, wish=wish)
    program.does("POST", "requests/3/answer", {"confirmed": True})
    return program


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_nothing_that_is_sent_makes_a_route_fail_or_answer_otherwise_than_described(
    busy: Program, route: Route
) -> None:
    said = operation(route)
    paths = st.sampled_from(["1", "2", "3", "4", "5", "999999999"])
    if route.method == "POST":
        schema = said["requestBody"]["content"]["application/json"]["schema"]
        bodies: st.SearchStrategy[Any] = near(schema, WHOLE) | anything()
    else:
        names = [one["name"] for one in said.get("parameters", ()) if one.get("in") == "query"]
        known = {name: texts() | st.sampled_from(["true", "1", "2026-11-23"]) for name in names}
        bodies = st.fixed_dictionaries({}, optional=known) | st.dictionaries(texts(), texts(), max_size=2)

    @FREELY
    @given(number=paths, body=bodies)
    def holds(number: str, body: Any) -> None:
        path = route.path.replace("{number}", number)
        if route.method == "GET":
            more = {"QUERY_STRING": urlencode(body, errors="surrogatepass")}
            answer = busy.call("GET", path, **more)
        else:
            answer = busy.call("POST", path, json.dumps(body))
        assert answer.status_code == route.status or 400 <= answer.status_code < 500, answer.content
        if answer.status_code == route.status:
            schema = said["responses"][str(route.status)]["content"]["application/json"]["schema"]
            assert misfits(answer.json(), schema, WHOLE) == []
        elif route.method == "POST":
            assert not [one for one in NASTY if len(one) > 3 and one in answer.content.decode()]

    holds()


@FREELY
@given(path=texts() | st.sampled_from([route.path for route in ROUTES]).flatmap(lambda one: texts().map(one.__add__)))
def test_no_address_makes_it_fail(busy: Program, path: str) -> None:
    answer = busy.call("GET", quote(path, errors="surrogatepass"))
    assert answer.status_code in (200, 404, 405, 422)


def test_the_reader_of_schemas_finds_what_does_not_fit() -> None:
    schema = WHOLE["components"]["schemas"]["Request"]
    right = {
        "number": 1,
        "for": "access",
        "channel": "email",
        "received": "2026-11-01",
        "due": "2026-12-01",
        "extended": False,
        "state": "open",
        "closed": None,
        "late": False,
    }
    assert misfits(right, schema, WHOLE) == []
    for wrong in ({"number": 0}, {"for": "all"}, {"due": "soon"}, {"late": 1}, {"more": 1}, {"closed": 1}):
        assert misfits({**right, **wrong}, schema, WHOLE), wrong
    assert misfits({}, schema, WHOLE)
