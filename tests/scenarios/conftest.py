"""The four companies, each with an empty register, on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.scenarios.story import Story

Open = Callable[..., Story]


@pytest.fixture
def story(database_url: str, tmp_path: Path) -> Iterator[Open]:
    """Opens an example: ``story("clienti")``, with changes of its policy if need be."""
    opened: list[Story] = []

    def begin(name: str, *policy: tuple[str, str]) -> Story:
        opened.append(Story(name, database_url, tmp_path / name, policy=policy))
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
