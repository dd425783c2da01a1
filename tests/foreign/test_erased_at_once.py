"""What a person asked to be erased where the evidence lies beside the data: effects, second look and evidence are one.

Struck at whatever seam, nothing of it is there, in the tables or in the log; not struck, all of it is, and signed.
"""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from holdord.errors import Refused
from holdord.ledger import log
from holdord.ledger.checkpoints import last_checkpoint
from holdord.ledger.note import read_checkpoint
from holdord.run import execute
from holdord.run.requests import book, erasure
from holdord.run.requests.answer import Item
from holdord.run.requests.erasure import ends
from holdord.run.requests.together import erase_all
from tests.foreign.conftest import SHOP, Open
from tests.foreign.shopping import subscription
from tests.foreign.story import Story, day
from tests.foreign.test_shop_requests import TODAY, WEB, erased, household, who
from tests.torment.seams import Killed, kill, seams, strike_at


@pytest.fixture
def shop(story: Open) -> Story:
    made = story(SHOP, together=True)
    household(made)
    return made


def everything(shop: Story) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of the database, the log's own among them."""
    shop.tables.reflect(shop.engine)
    with shop.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in shop.tables.sorted_tables
        }


def signed(shop: Story) -> int:
    """Return the size of the log that was signed last."""
    with shop.company.state.snapshot() as connection:
        note = last_checkpoint(connection)
        return read_checkpoint(note).size if note else 0


def test_effects_second_look_and_evidence_are_one_transaction(shop: Story) -> None:
    book.register(
        shop.company, shop.noon(TODAY), asks_for="erasure", person=who(1), channel="letter", received=day(TODAY)
    )
    with seams(shop.company, lambda *_: None) as names:
        found = erase_all(
            shop.company, lambda: shop.noon(TODAY), [(who(1), 1)], ends(shop.company.policy, WEB), confirmed=True
        )
    assert names.count("store: COMMIT") == 1
    assert found.is_done
    (done,) = shop.entries("erasure")
    assert (done["does"], done["rows"], done["left"]) == ("done", found.rows, 0)
    assert sum(one["rows"] for one in shop.entries("batch")) == found.rows > 0
    with shop.company.state.snapshot() as connection:
        assert signed(shop) == log.size(connection)
        assert log.salt(connection, signed(shop) - 1, "person")


def test_struck_at_whatever_seam_nothing_of_it_or_all_is_there(shop: Story) -> None:
    erased(shop, 3, objected=WEB)
    before, number, names, is_struck = everything(shop), 0, [""], True
    while is_struck and "store: COMMIT" not in names[:-1]:
        assert everything(shop) == before, names[-1]
        with suppress(Killed), seams(shop.company, strike_at(number, kill)) as names:
            erased(shop, objected=WEB)
            is_struck = False
        number += 1
    assert number > 30
    assert everything(shop) != before
    assert [one["does"] for one in shop.entries("erasure")] == ["done", "done"]
    with shop.company.state.snapshot() as connection:
        assert signed(shop) == log.size(connection)


def test_the_second_look_sees_what_another_writer_added_amid(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    if shop.engine.dialect.name == "sqlite":
        return  # it has one writer
    held = erasure.held

    def adds(*asked: Any) -> tuple[Item, ...]:
        subscription(shop, "amid@home.example", by=1)
        return held(*asked)

    with monkeypatch.context() as amid:
        amid.setattr(erasure, "held", adds)
        found = erased(shop, objected=WEB)
    assert "amid@home.example" in shop.keys("newsletter")
    assert not found.is_done
    (done,) = shop.entries("erasure")
    assert done["left"] == len(found.left) > 0
    assert erased(shop, objected=WEB).is_done


def test_what_does_not_go_at_once_is_begun_first(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_ONCE", 0)
    erased(shop, objected=WEB)
    assert [one["does"] for one in shop.entries("erasure")] == ["begun", "done"]
    with shop.company.state.snapshot() as connection:
        assert signed(shop) == log.size(connection)


def test_a_restriction_that_is_placed_amid_undoes_all_of_it(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(shop)
    monkeypatch.setattr("holdord.run.requests.limited._restrictions", lambda _: (7,))
    with pytest.raises(Refused, match="A restriction was placed or lifted meanwhile"):
        erased(shop, objected=WEB)
    assert everything(shop) == before
