"""Several worker processes on one PostgreSQL: what is due is done once, whoever comes first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from holdord.now import now
from holdord.run import outbox
from holdord.run.company import Company
from holdord.run.letters.letter import Letter
from holdord.run.outbox_lines import listed
from tests.mailserver import MailServer, mail_server
from tests.scenarios.story import Story

LETTERS, CONTACTS, WORKERS = 12, 8, 3


@pytest.fixture
def register(postgres_register: str) -> str:
    return postgres_register


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def post(company: Company, number: int) -> None:
    """Put a letter into the outbox."""
    with company.state.writing() as connection:
        outbox.post(
            connection,
            now(),
            request=None,
            kind="received",
            recipient=f"person{number}@home.example",
            language="da",
            made=Letter(subject="A letter", plain="Text", html="<p>Text</p>"),
        )


@pytest.mark.postgres
def test_what_is_due_is_done_once_whoever_comes_first(clienti: Story, server: MailServer) -> None:
    met = (now() - timedelta(days=400)).date().isoformat()
    for number in range(CONTACTS):
        person = clienti.person(met, name=f"Per {number}", email=f"per{number}@firm.example")
        person.has("relations", kind="prospect", started_on=met)
    for number in range(LETTERS):
        post(clienti.company, number)
    settings = clienti.folder / "holdord.toml"
    mail = (
        f'[mail]\nhost = "localhost"\nport = {server.settings().port}\ntls = "none"\nfrom = "privacy@clienti.example"\n'
    )
    more = f'[portal]\naddress = "http://localhost:9"\n[requests]\nstaff = "staff@clienti.example"\n{mail}'
    settings.write_text(settings.read_text("utf-8") + more, "utf-8")
    command = [sys.executable, "-m", "holdord", "work", str(clienti.folder), "--once"]
    workers = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
        for _ in range(WORKERS)
    ]
    assert [one.wait(120) for one in workers] == [0] * WORKERS
    got = sorted(str(letter["To"]) for letter in server.taken)
    people = [f"person{number}@home.example" for number in range(LETTERS)]
    contacts = [f"per{number}@firm.example" for number in range(CONTACTS)]
    assert got == sorted([*people, *contacts, "staff@clienti.example"])
    assert len({letter["Message-ID"] for letter in server.taken}) == len(got)
    with clienti.company.state.snapshot() as connection:
        assert {one.state for one in listed(connection, everything=True)} == {"sent"}
    assert len(clienti.entries("door")) == 1, "and one has looked at the doors"
