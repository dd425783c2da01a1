"""The API as schemathesis sees it: calls made of the document alone, against the server as people start it."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from subprocess import Popen
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from holdord.run.folder import open_company
from holdord.web.api import tokens
from holdord.web.api.call import Route
from holdord.web.api.openapi import ROUTES, document
from holdord.web.api.scopes import SCOPES
from tests.web.conftest import copied
from tests.web.test_portal import COLUMNS, PEOPLE
from tests.web.test_serve import free_port, started, wait_for

TOKENS = 20
"""So many that no token is used more often than a minute lets it."""
IDS = [f"{route.method} {route.path}" for route in ROUTES]
SCHEMA = schemathesis.openapi.from_dict(document())
Ask = Any


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Calls the server and holds its answer against the document."""
    folder = copied("clemco-norge", tmp_path_factory.mktemp("api") / "clemco-norge")
    open_company(folder, install=True).close()
    with sqlite3.connect(folder / "register.db") as connection:
        connection.executemany(f"INSERT INTO persons ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", PEOPLE)
    connection.close()
    shown = cycle([tokens.new(folder, datetime.now(UTC), f"crm-{n}", SCOPES, 1)[1] for n in range(TOKENS)])
    port = free_port()
    process: Popen[bytes] = started(folder, port)
    try:
        wait_for(port, process)

        def call(case: Case[Any]) -> None:
            head = {"Host": f"localhost:{port}"}
            if not _is_without_token(case):
                head["Authorization"] = f"Bearer {next(shown)}"
            # What has the right form may still name a class or a purpose that this company does not know: 422.
            left_out: list[Any] = [positive_data_acceptance]
            case.call_and_validate(base_url=f"http://127.0.0.1:{port}", headers=head, excluded_checks=left_out)

        yield call
        assert process.poll() is None, "The server has ended."
    finally:
        process.kill()
        process.wait()


def _is_without_token(case: Case[Any]) -> bool:
    header = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    return header is not None and header.mode is GenerationMode.NEGATIVE


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_what_is_made_of_the_document_is_answered_as_it_says(ask: Ask, route: Route, mode: GenerationMode) -> None:
    operation = SCHEMA[f"/api/v1/{route.path}"][route.method]

    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Case[Any]) -> None:
        ask(case)

    check()
