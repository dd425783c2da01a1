"""A role on PostgreSQL: what it may not do is said before anything is done, what it may not see stops all."""

import re
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from holdord.errors import Refused, StoreError
from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.run.sweep import plan_of
from tests.foreign.conftest import ROOT, SHOP, Empty
from tests.foreign.shopping import customer
from tests.foreign.story import Story, day
from tests.yes import keep

pytestmark = pytest.mark.postgres

TODAY = "2026-06-01"


@pytest.fixture
def shop(postgres_empty: Empty, tmp_path: Path) -> Iterator[Story]:
    """A shop with a customer who is due."""
    with closing(Story(SHOP, postgres_empty(SHOP), tmp_path / "at", opened=False)) as one:
        customer(one, 1, "2020-01-01", deleted=1, deleted_at="2020-01-02T12:00:00")
        yield one


@pytest.fixture
def role(shop: Story) -> Iterator[str]:
    """A role with the rights of the guide, word by word; the folder logs in as it."""
    name = f"holdord_{uuid.uuid4().hex[:12]}"
    guide = (ROOT / "docs" / "production.md").read_text("utf-8")
    (script,) = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    database = make_url(shop.url).database
    script = re.sub(r"--.*", "", script).replace("DATABASE shop", f'DATABASE "{database}"')
    shop.run(*re.sub(r"\bholdord\b", name, script).strip().rstrip(";").split(";"))
    file = shop.folder / "holdord.toml"
    own = make_url(shop.url).set(username=name).render_as_string(hide_password=False)
    file.write_text(file.read_text("utf-8").replace(shop.url, own), "utf-8")
    yield name
    shop.run(f'DROP OWNED BY "{name}"', f'DROP ROLE "{name}"')


@contextmanager
def opened(shop: Story) -> Iterator[Company]:
    """The folder, opened anew as the role."""
    with closing(open_company(shop.folder, install=True)) as company:
        yield company


def said(company: Company, code: str) -> list[str]:
    return [one.text for one in plan_of(company, day(TODAY)).findings if one.code == code]


def test_the_rights_of_the_guide_are_enough_and_none_is_missing(shop: Story, role: str) -> None:
    with opened(shop) as company:
        assert said(company, "missing_right") == []
        assert keep(company, lambda: shop.noon(TODAY)).rows > 0
    assert shop.row("customers", 1) is None


def test_a_right_that_is_missing_is_said_and_nothing_is_begun(shop: Story, role: str) -> None:
    shop.run(f'REVOKE UPDATE, DELETE ON customers FROM "{role}"')
    with opened(shop) as company:
        (told,) = said(company, "missing_right")
        assert "UPDATE or DELETE in customers" in told
        with pytest.raises(Refused, match="GRANT UPDATE, DELETE ON customers"):
            keep(company, lambda: shop.noon(TODAY))
    assert shop.row("customers", 1) is not None
    assert shop.entries() == []


def test_a_right_that_nothing_due_needs_hinders_nothing(shop: Story, role: str) -> None:
    shop.run(f'REVOKE DELETE ON staff FROM "{role}"')
    with opened(shop) as company:
        (told,) = said(company, "missing_right")
        assert "may not DELETE in staff" in told
        assert keep(company, lambda: shop.noon(TODAY)).rows > 0


@pytest.mark.parametrize("table", ["customers", "warehouse_picks"])
def test_rows_that_the_role_is_not_shown_stop_everything(shop: Story, role: str, table: str) -> None:
    shop.run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    with pytest.raises(StoreError, match=rf"security shows .* only of {table}"), opened(shop):
        pass


def test_rows_that_are_hidden_from_others_only_hinder_nothing(shop: Story, role: str) -> None:
    shop.run("ALTER TABLE customers ENABLE ROW LEVEL SECURITY", f'ALTER ROLE "{role}" BYPASSRLS')
    with opened(shop) as company:
        assert keep(company, lambda: shop.noon(TODAY)).rows > 0


def test_a_large_table_without_statistics_is_told(shop: Story, role: str) -> None:
    shop.run(
        "INSERT INTO customers (id, name, email, password_hash, created_at) "
        "SELECT n, 'Ida', n || '@home.example', 'no-hash', now() FROM generate_series(2, 20000) AS n"
    )
    with opened(shop) as company:
        (told,) = said(company, "no_statistics")
    assert re.findall(r"ANALYZE .*;", told) == ["ANALYZE customers;"]
    shop.run("ANALYZE customers")
    with opened(shop) as company:
        assert said(company, "no_statistics") == []
