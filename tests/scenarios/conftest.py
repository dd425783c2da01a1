"""The four companies, each with an empty register, on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.scenarios.story import Story

Open = Callable[..., Story]
on_sqlite = pytest.mark.parametrize("register", ["sqlite"], indirect=True)
"""For what is said above the databases; what they do differently is looked at beside it, on both."""


@pytest.fixture
def story(register: str, tmp_path: Path) -> Iterator[Open]:
    """Opens an example: ``story("clienti")``, with changes of its policy if need be."""
    opened: list[Story] = []

    def begin(name: str, *policy: tuple[str, str]) -> Story:
        opened.append(Story(name, register, tmp_path / name, policy=policy))
        return opened[-1]

    yield begin
    for one in opened:
        one.company.close()


@pytest.fixture
def clemco(story: Open) -> Story:
    return story("clemco-norge")


@pytest.fixture
def west(story: Open) -> Story:
    return story("west-elektro")


@pytest.fixture
def se(story: Open) -> Story:
    return story("se-gruppen")


@pytest.fixture
def clienti(story: Open) -> Story:
    return story("clienti")
