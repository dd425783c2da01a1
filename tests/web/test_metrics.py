"""The numbers for whoever watches the program: right, in Prometheus' form, for a token alone, and of nobody."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from holdord.errors import NeedsConfirmation
from holdord.now import now
from holdord.run import sweep
from holdord.web.api import tokens
from holdord.web.measured import Measured
from tests.web.conftest import Member
from tests.web.test_office import PEOPLE, ask, opened, people  # noqa: F401 (fixtures)

LINE = re.compile(r'([a-z_:]+)(\{[a-z]+="[^"\\]*"\})? (-?[0-9.]+)')


def read(folder: Path, client: Client, *scopes: str) -> dict[str, float]:
    """Return the numbers by name and label, as a program reads them."""
    _, token = tokens.new(folder, now(), f"watch-{len(tokens.listed(folder))}", scopes or ("metrics:read",), 1)
    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    text = answer.content.decode()
    assert text.endswith("\n")
    typed: dict[str, str] = {}
    found: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in typed
            typed[name] = kind
        elif not line.startswith("#"):
            parts = LINE.fullmatch(line)
            assert parts, line
            base = re.sub(r"_(bucket|sum|count)$", "", parts[1]) if parts[1] not in typed else parts[1]
            assert base in typed, line
            assert f"{parts[1]}{parts[2] or ''}" not in found
            found[f"{parts[1]}{parts[2] or ''}"] = float(parts[3])
    return found


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer holdord_0_0", "Basic a2FyaQ=="])
def test_nobody_reads_them_without_a_token(visitor: Client, shown: str) -> None:
    answer = visitor.get("/metrics", HTTP_AUTHORIZATION=shown)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="holdord"')
    assert b"holdord_requests" not in answer.content


def test_a_token_for_something_else_and_a_login_are_not_enough(member: Member, site: Path) -> None:
    rest = [one for one in tokens.SCOPES if one != "metrics:read"]
    _, token = tokens.new(site, now(), "other", rest, 1)
    client = member("general_manager")
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 403
    assert client.post("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}").status_code in (403, 405)


def test_requests_letters_and_promises_are_counted(
    visitor: Client,
    people: Path,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
) -> None:
    before = read(people, visitor)
    assert before['holdord_requests_open{kind="access"}'] == 0
    assert "holdord_last_sweep_age_seconds" not in before, "nobody has looked yet"
    ask("access")
    ask("access", ago=60)
    ask("erasure", ago=60)
    after = read(people, visitor)
    assert after['holdord_requests_open{kind="access"}'] == 2
    assert after['holdord_requests_late{kind="access"}'] == 1
    assert after['holdord_requests_late{kind="erasure"}'] == 1
    assert after['holdord_requests_open{kind="objection"}'] == 0
    with opened(people) as company:
        assert sum(value for name, value in after.items() if "promises{" in name) == len(company.policy.promises)
    assert after['holdord_tasks{state="waiting"}'] > 0
    assert after['holdord_outbox_letters{state="failed"}'] == 0


def test_ages_begin_with_a_sweep(visitor: Client, people: Path) -> None:  # noqa: F811
    with opened(people) as company:
        with pytest.raises(NeedsConfirmation) as asked:
            sweep.keep(company, now)
        sweep.keep(company, now, confirm=asked.value.digest)
    found = read(people, visitor)
    assert 0 <= found["holdord_last_sweep_age_seconds"] < 600
    assert 0 <= found["holdord_last_checkpoint_age_seconds"] < 600
    assert 0 <= found["holdord_board_age_seconds"] < 600


def test_answers_are_counted_by_status_and_by_how_long_they_took(visitor: Client, site: Path) -> None:
    first = read(site, visitor)
    visitor.get("/nb/nothing")
    second = read(site, visitor)
    assert (
        second['holdord_http_requests_total{status="404"}']
        == first.get('holdord_http_requests_total{status="404"}', 0) + 1
    )
    buckets = [value for name, value in second.items() if "_bucket{" in name]
    assert buckets == sorted(buckets)
    assert buckets[-1] == second["holdord_http_request_duration_seconds_count"]
    assert second["holdord_http_request_duration_seconds_sum"] > first["holdord_http_request_duration_seconds_sum"]


def test_a_bucket_holds_what_took_as_long_as_it_says() -> None:
    measured = Measured()
    for seconds in (0.005, 0.0051, 10, 11):
        measured.add(200, seconds)
    _, within, total = measured.read()
    assert (within[0], within[1], within[-2], within[-1]) == (1, 1, 1, 1)
    assert total == pytest.approx(21.0101)


def test_they_name_nobody(visitor: Client, people: Path, ask: Callable[..., int]) -> None:  # noqa: F811
    ask("access", email="ida@home.example")
    _, token = tokens.new(people, now() - timedelta(hours=1), "watch", ["metrics:read"], 1)
    text = visitor.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}").content.decode()
    for person in PEOPLE:
        assert str(person[1]) not in text
        assert str(person[2]) not in text
    assert "example" not in text
