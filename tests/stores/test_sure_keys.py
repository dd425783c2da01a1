"""Which primary keys take no NULL, so that nobody has to look for rows without one."""

import pytest
from sqlalchemy import create_engine

from holdord.stores.database import connect
from holdord.stores.reflect import reflect


def sure(url: str, *tables: str) -> dict[str, bool]:
    engine = connect(url)
    try:
        with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
            for table in tables:
                connection.exec_driver_sql(f"CREATE TABLE {table}")
            return {name: shape.sure_key for name, shape in reflect(connection)[1].items()}
    finally:
        engine.dispose()


def test_sqlite_lets_null_into_keys_that_are_not_its_own_number_of_the_row() -> None:
    found = sure(
        "sqlite://",
        "number (id INTEGER PRIMARY KEY)",
        "apart (id INTEGER, PRIMARY KEY (id))",
        "falling (id INTEGER PRIMARY KEY DESC)",
        "int (id INT PRIMARY KEY)",
        "text (id TEXT PRIMARY KEY)",
        "filled (id TEXT NOT NULL PRIMARY KEY)",
        "pair (a INTEGER NOT NULL, b INTEGER, PRIMARY KEY (a, b))",
        "pairs (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b))",
    )
    assert {name for name, is_sure in found.items() if is_sure} == {"number", "apart", "filled", "pairs"}
    engine = create_engine("sqlite://")
    with engine.begin() as connection:  # and so it is
        for kind in ("INTEGER PRIMARY KEY DESC", "INT PRIMARY KEY", "TEXT PRIMARY KEY"):
            connection.exec_driver_sql(f"CREATE TABLE one (id {kind})")
            connection.exec_driver_sql("INSERT INTO one VALUES (NULL)")
            assert connection.exec_driver_sql("SELECT id FROM one").scalar_one() is None
            connection.exec_driver_sql("DROP TABLE one")
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_lets_null_into_no_primary_key(postgres_url: str) -> None:
    assert sure(postgres_url, "text (id TEXT PRIMARY KEY)", "keyless (id TEXT)") == {"text": True, "keyless": False}
