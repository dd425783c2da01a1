"""What the planner will not touch, and says so: cascades, triggers, keys, columns that cannot be stripped, misfits."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from holdord.datamap.load import load as load_map
from holdord.errors import DataMapError, InputError, PolicyError
from holdord.plan.bind import Bound
from holdord.plan.explain import explain, heading
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.policy.load import load as load_policy
from holdord.run.execute import carry_out
from holdord.stores.database import connect
from holdord.stores.sql import SqlStore

AT = date(2026, 6, 1)
STUCK = {"key", "no_placeholder", "no_generaliser"}
"""Findings about one column, which is left as it is while the rest of its table goes on."""

TABLES = """\
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, born DATE, joined DATE NOT NULL);
CREATE TABLE bill (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id), text TEXT,
  issued DATE NOT NULL);
CREATE INDEX bill_customer ON bill (customer_id);
INSERT INTO customer VALUES (1, 'Zebedee', 'z@firm.example', '1980-05-05', '2020-01-01');
INSERT INTO customer VALUES (2, 'Yolanda', 'y@firm.example', '1990-05-05', '2026-05-01');
INSERT INTO customer VALUES (3, 'Xerxes', 'x@firm.example', '1970-05-05', '2020-01-01');
INSERT INTO bill VALUES (1, 1, 'one', '2026-01-01');
INSERT INTO bill VALUES (2, 3, 'two', '2020-01-01');
"""
MAP = """\
holdord_datamap: 1
store: shop
tables:
  customer:
    class: person
    default: record.remark
    columns: {name: contact.name, email: contact.email, born: demographic.birth_date}
    clocks: {joined: joined}
  bill:
    class: bill
    default: financial.invoice
    columns: {text: financial.invoice}
    clocks: {issued: issued}
    refers_to: {customer_id: customer}
"""
POLICY = """\
holdord: 1
controller: {name: Shop AS, country: "NO", register_number: "1"}
notices: {nb: n.md}
purposes:
  club:
    for: The club
    basis: contract
    works_on: person
    needs: [person.*]
    keep: {from: joined, at_most: 12 months}
  books:
    for: Books
    basis: legal_obligation
    law: the Act
    works_on: bill
    needs: [bill.*, person.contact.name]
    keep: {from: issued, at_least: 12 months}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""

Change = tuple[str, str]
Open = Callable[..., tuple[Bound, SqlStore]]


def changed(text: str, *changes: Change) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Open]:
    """Opens the shop, with changes of its tables, data map or policy."""
    stores = []

    def open_shop(
        *,
        tables: tuple[Change, ...] = (),
        more: str = "",
        datamap: tuple[Change, ...] = (),
        policy: tuple[Change, ...] = (),
    ) -> tuple[Bound, SqlStore]:
        said = load_policy(changed(POLICY, *policy))
        engine = connect(f"sqlite:///{tmp_path / 'shop.db'}")
        with engine.connect() as connection:
            for sql in [*changed(TABLES, *tables).split(";\n"), *more.split(";\n")]:
                connection.exec_driver_sql(sql)
            connection.commit()
        store = SqlStore(engine=engine, datamap=load_map(changed(MAP, *datamap)), controller=said.controller)
        stores.append(store)
        return Bound(said, store.datamap, store.schema), store

    yield open_shop
    for store in stores:
        store.engine.dispose()


def plan(opened: tuple[Bound, SqlStore], at: date = AT) -> Plan:
    bound, store = opened
    with store.reading() as snapshot:
        return make(bound, snapshot, at)


def stops(made: Plan) -> list[tuple[str, str]]:
    found = [(one.code, one.table) for one in made.findings if one.severity == "stop"]
    assert made.stopped == {table for code, table in found if code not in STUCK}
    assert not {one.table for one in made.statements} & made.stopped
    assert not any(mark in one.text for one in made.findings for mark in ("Zebedee", "firm.example"))
    return found


def does(made: Plan) -> set[tuple[str, str, int]]:
    return {(one.action, one.table, one.rows) for one in made.statements}


def test_a_plain_shop_is_planned(shop: Open) -> None:
    made = plan(shop())
    assert stops(made) == []
    assert does(made) == {("erase", "bill", 1), ("erase", "customer", 1), ("strip", "customer", 1)}


INLINE = "customer_id INTEGER NOT NULL REFERENCES customer(id), text TEXT,\n  issued DATE NOT NULL"
APART = (
    "customer_id INTEGER NOT NULL, text TEXT, issued DATE NOT NULL, FOREIGN KEY (customer_id) REFERENCES customer(id)"
)


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "SET DEFAULT"])
@pytest.mark.parametrize("form", [APART, INLINE], ids=["apart", "inline"])
def test_a_reference_that_acts_on_its_own_stops_the_table_it_refers_to(shop: Open, form: str, action: str) -> None:
    made = plan(shop(tables=((INLINE, form.replace("customer(id)", f"customer(id) ON DELETE {action}")),)))
    assert stops(made) == [("cascade", "customer")]
    assert does(made) == {("erase", "bill", 1)}
    assert any(action in one.text and "bill" in one.text for one in made.findings)


@pytest.mark.parametrize("action", ["RESTRICT", "NO ACTION"])
def test_a_reference_that_refuses_is_no_reason_to_stop(shop: Open, action: str) -> None:
    made = plan(shop(tables=(("REFERENCES customer(id)", f"REFERENCES customer(id) ON DELETE {action}"),)))
    assert stops(made) == []


def test_a_trigger_stops_its_table(shop: Open) -> None:
    trigger = "CREATE TRIGGER copy AFTER DELETE ON bill BEGIN UPDATE customer SET email = 'x'; END"
    made = plan(shop(more=trigger))
    assert ("trigger", "bill") in stops(made)
    assert any("copy" in one.text for one in made.findings)


def test_a_trigger_on_a_table_with_nothing_due_is_no_reason_to_stop(shop: Open) -> None:
    trigger = "CREATE TRIGGER copy AFTER DELETE ON bill BEGIN UPDATE customer SET email = 'x'; END"
    assert stops(plan(shop(more=trigger), date(2020, 1, 2))) == []


def test_an_unmapped_child_with_a_cascade_stops_its_parent(shop: Open) -> None:
    reference = "FOREIGN KEY (bill_id) REFERENCES bill(id) ON DELETE CASCADE"
    more = f"CREATE TABLE log (id INTEGER PRIMARY KEY, bill_id INTEGER, {reference})"
    assert ("cascade", "bill") in stops(plan(shop(more=more)))


def test_an_unmapped_child_holds_its_parent_back_stripped(shop: Open) -> None:
    more = (
        "CREATE TABLE log (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id));\n"
        "CREATE INDEX log_customer ON log (customer_id);\nINSERT INTO log VALUES (1, 3)"
    )
    made = plan(shop(more=more))
    assert stops(made) == []
    assert ("erase", "customer", 1) not in does(made)
    assert {(one.table, one.rows) for one in made.statements if one.action == "strip"} == {
        ("customer", 1),
        ("customer", 2),
    }


def test_personal_data_in_a_key_is_left_and_waits_for_a_surrogate(shop: Open) -> None:
    opened = shop(
        tables=(("id INTEGER PRIMARY KEY, name TEXT, email TEXT", "id INTEGER, name TEXT, email TEXT PRIMARY KEY"),
                ("REFERENCES customer(id)", "REFERENCES customer(email)"),
                ("VALUES (1, 1, 'one'", "VALUES (1, 'z@firm.example', 'one'"),
                ("VALUES (2, 3, 'two'", "VALUES (2, 'x@firm.example', 'two'")),
    )  # fmt: skip
    made = plan(opened)
    assert ("key", "customer") in stops(made)
    assert any("surrogate" in one.text for one in made.findings)


@pytest.mark.parametrize("column", ["email TEXT", "born DATE"])
def test_a_column_that_refuses_null_needs_a_placeholder(shop: Open, column: str) -> None:
    made = plan(shop(tables=((f"{column},", f"{column} NOT NULL,"),)))
    assert stops(made) == [("no_placeholder", "customer")]
    assert does(made) == {("erase", "bill", 1), ("erase", "customer", 1), ("strip", "customer", 1)}
    (stripped,) = [one.columns for one in made.statements if one.action == "strip"]
    assert {one.name for one in stripped} == {"email", "born"} - {column.split()[0]}


def test_a_placeholder_is_put_in_the_place_of_null(shop: Open) -> None:
    opened = shop(
        tables=(("email TEXT,", "email TEXT NOT NULL UNIQUE,"),),
        datamap=(("email: contact.email", "email: {category: contact.email, erased_as: 'gone-{key}'}"),),
    )
    made = plan(opened)
    assert stops(made) == []
    carry_out(opened[1], made)
    with opened[1].engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, name, email, born FROM customer ORDER BY id").all()
    assert found == [(1, "Zebedee", "gone-1", None), (2, "Yolanda", "y@firm.example", "1990-05-05")]
    assert not plan(opened).statements


def test_a_placeholder_for_a_unique_column_must_be_unique(shop: Open) -> None:
    made = plan(
        shop(
            tables=(("email TEXT,", "email TEXT NOT NULL UNIQUE,"),),
            datamap=(("email: contact.email", "email: {category: contact.email, erased_as: gone}"),),
        )
    )
    assert stops(made) == [("no_placeholder", "customer")]


GENERALISED = (
    ("notices: {nb: n.md}", "notices: {nb: n.md}\ncategories: {demographic.birth_date: {after: generalise}}"),
)


def test_what_is_to_be_generalised_needs_a_way(shop: Open) -> None:
    assert stops(plan(shop(policy=GENERALISED))) == [("no_generaliser", "customer")]


def test_a_birth_date_is_generalised_to_its_year_once(shop: Open) -> None:
    opened = shop(
        policy=GENERALISED,
        datamap=(("born: demographic.birth_date", "born: {category: demographic.birth_date, generalise: year}"),),
    )
    made = plan(opened)
    assert ("generalise", "customer", 1) in does(made)
    carry_out(opened[1], made)
    with opened[1].engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT born FROM customer WHERE id = 1").scalar() == "1980-01-01"
    assert not plan(opened).statements


def test_data_that_no_purpose_needs_stops_its_table_and_is_left(shop: Open) -> None:
    made = plan(shop(policy=(("needs: [person.*]", "needs: [person.contact]"),)))
    assert stops(made) == [("uncovered", "customer")]
    (finding,) = [one for one in made.findings if one.code == "uncovered"]
    assert "born (demographic.birth_date: 3 rows)" in finding.text
    assert "1980" not in finding.text


def test_data_that_no_purpose_needs_and_nobody_has_is_no_reason_to_stop(shop: Open) -> None:
    opened = shop(policy=(("needs: [person.*]", "needs: [person.contact]"),))
    with opened[1].engine.connect() as connection:
        connection.exec_driver_sql("UPDATE customer SET born = NULL")
        connection.commit()
    assert stops(plan(opened)) == []


SHUT = (
    (("bill:\n    class: bill", "extra:\n    class: extra\n    default: record.remark\n  bill:\n    class: bill"),),
    "CREATE TABLE extra (id INTEGER PRIMARY KEY, words TEXT)",
)


def test_a_shut_table_with_a_row_stops_and_an_empty_one_is_nobodys_business(shop: Open) -> None:
    opened = shop(datamap=SHUT[0], more=SHUT[1])
    assert stops(plan(opened)) == []
    with opened[1].engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO extra VALUES (1, 'Zebedee')")
        connection.commit()
    assert stops(plan(opened)) == [("shut", "extra")]


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "20200101",
        "'2020-1-1'",
        "'2020-02-30'",
        "'soon'",
        "''",
        "'2020-01-01 00:00'",
        "2458849.5",
    ],
)
def test_a_clock_that_is_no_date_stops_its_table_and_what_it_decides_about(shop: Open, value: str) -> None:
    opened = shop()
    with opened[1].engine.connect() as connection:
        connection.exec_driver_sql(f"UPDATE bill SET issued = {value} WHERE id = 2")
        connection.commit()
    made = plan(opened)
    assert stops(made) == [("misfit", "bill"), ("misfit_elsewhere", "customer")]
    assert made.statements == ()


def test_a_row_without_a_key_stops_its_table(shop: Open) -> None:
    opened = shop(
        tables=(
            ("CREATE TABLE bill (id INTEGER PRIMARY KEY", "CREATE TABLE bill (id TEXT PRIMARY KEY"),
            (
                "INSERT INTO bill VALUES (2, 3, 'two', '2020-01-01')",
                "INSERT INTO bill VALUES (NULL, 3, 'two', '2020-01-01')",
            ),
        )
    )
    made = plan(opened)
    assert stops(made) == [("keyless", "bill")]
    assert {one.table for one in made.statements} == {"customer"}


def test_a_reference_that_is_no_key_leads_nowhere(shop: Open) -> None:
    opened = shop(
        tables=(
            ("customer_id INTEGER NOT NULL REFERENCES customer(id)", "customer_id NOT NULL"),
            (
                "INSERT INTO bill VALUES (2, 3, 'two', '2020-01-01')",
                "INSERT INTO bill VALUES (2, '', 'two', '2026-01-01')",
            ),
        )
    )
    made = plan(opened)
    assert stops(made) == []
    assert does(made) == {("strip", "customer", 1), ("erase", "customer", 1)}


def test_a_clock_in_another_generation_is_told(shop: Open) -> None:
    opened = shop()
    with opened[1].engine.connect() as connection:
        connection.exec_driver_sql("UPDATE bill SET issued = '9999-12-31' WHERE id = 2")
        connection.commit()
    (told,) = [one for one in plan(opened).findings if one.code == "far_ahead"]
    assert (told.severity, told.table) == ("warning", "bill")
    assert "bill.issued: 1 values" in told.text
    assert "not_started" in told.text


def test_a_value_that_means_not_started_is_no_misfit_and_holds(shop: Open) -> None:
    opened = shop(datamap=(("{issued: issued}", "{issued: {column: issued, not_started: ['9999-12-31', '']}}"),))
    with opened[1].engine.connect() as connection:
        connection.exec_driver_sql("UPDATE bill SET issued = '' WHERE id = 2")
        connection.exec_driver_sql("UPDATE bill SET issued = '9999-12-31' WHERE id = 1")
        connection.commit()
    made = plan(opened)
    assert stops(made) == []
    assert does(made) == {("strip", "customer", 2)}
    assert [one.code for one in made.findings] == ["open_ended"]


def test_a_missing_index_is_said(shop: Open) -> None:
    opened = shop(tables=(("CREATE INDEX bill_customer ON bill (customer_id);\n", ""),))
    made = plan(opened)
    (finding,) = [one for one in made.findings if one.code == "missing_index"]
    assert (finding.table, finding.severity) == ("bill", "warning")
    assert "bill(customer_id)" in finding.text


# What cannot be bound


def held(scope: str) -> str:
    return f"holds: {{H: {{reason: x, owner: x, scope: {{{scope}}}, since: 2020-01-01, until: 2030-01-01}}}}\npromises:"


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("datamap", ("  bill:\n", "  bills:\n"), "tables.bills: The store has no such table"),
        ("datamap", ("{issued: issued}", "{issued: issued_on}"), "no column 'issued_on'"),
        ("datamap", ("{text: financial.invoice}", "{words: financial.invoice}"), "no column 'words'"),
        ("datamap", ("{customer_id: customer}", "{payer: customer}"), "no column 'payer'"),
        ("datamap", ("{joined: joined}", "{joined: id}"), "needs an encoding"),
        ("policy", ("works_on: bill", "works_on: bills"), "No table holds records of class 'bills'"),
        ("policy", ("works_on: bill", "works_on: {bill: {state: x}}"), "no condition 'state'"),
        ("policy", ("works_on: bill", "works_on: {bill: {person.state: x}}"), "has a condition 'state'"),
        ("policy", ("from: issued", "from: paid"), "The clock 'paid' is not there"),
        ("policy", ("from: joined", "from: {latest_of: [bill.issued]}"), "a clock of the row's own that is never null"),
        (
            "policy",
            ("bill.*, person.contact.name", "bill.*, human.contact.name"),
            "No table holds records of class 'human'",
        ),
        (
            "policy",
            (
                "promises:",
                held("persons: 1"),
            ),
            "names no record of class 'persons'",
        ),
        (
            "policy",
            (
                "promises:",
                held("person: [1, 2]"),
            ),
            "not its whole key",
        ),
    ],
)
def test_what_does_not_fit_the_store_is_refused(shop: Open, kind: str, change: Change, said: str) -> None:
    with pytest.raises(InputError) as caught:
        shop(**{kind: (change,)})
    assert isinstance(caught.value, DataMapError if kind == "datamap" else PolicyError)
    assert said in str(caught.value)
    if kind == "policy":
        assert all(problem.line for problem in caught.value.problems)


def test_a_table_without_a_primary_key_is_refused(shop: Open) -> None:
    with pytest.raises(DataMapError, match="no primary key"):
        shop(tables=(("CREATE TABLE bill (id INTEGER PRIMARY KEY,", "CREATE TABLE bill (id INTEGER,"),))


def test_a_clock_reached_in_two_ways_is_refused(shop: Open) -> None:
    with pytest.raises(PolicyError, match="reached in 2 ways"):
        shop(
            tables=(("text TEXT,", "text TEXT, payer INTEGER REFERENCES customer(id),"),
                    ("VALUES (1, 1, 'one', ", "VALUES (1, 1, 'one', 1, "),
                    ("VALUES (2, 3, 'two', ", "VALUES (2, 3, 'two', 1, ")),
            datamap=(("{customer_id: customer}", "{customer_id: customer, payer: customer}"),),
            policy=(("from: issued", "from: person.joined"),),
        )  # fmt: skip


# Digest and words


def test_digest_is_the_same_for_the_same_question_and_another_for_another(shop: Open) -> None:
    opened = shop()
    made = plan(opened)
    assert made.digest == plan(opened).digest == made.document()["digest"]
    assert made.digest != plan(opened, date(2026, 6, 2)).digest
    assert made.digest != replace(made, policy="0" * 64).digest
    with opened[1].engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO bill VALUES (3, 3, 'three', '2019-01-01')")
        connection.commit()
    assert made.digest != plan(opened).digest


def test_planning_changes_nothing(shop: Open, tmp_path: Path) -> None:
    opened = shop()
    before = (tmp_path / "shop.db").read_bytes(), (tmp_path / "shop.db-wal").read_bytes()
    plan(opened)
    assert ((tmp_path / "shop.db").read_bytes(), (tmp_path / "shop.db-wal").read_bytes()) == before


def test_words_name_the_promise_the_clock_and_the_number(shop: Open) -> None:
    made = plan(shop())
    assert heading(made).startswith("Shop AS, 2026-06-01: 3 rows are due. Plan ")
    words = "\n".join(explain(made))
    assert "Erase 1 row of bill (P-1)" in words
    assert "Strip email, born in 1 row of customer (P-1)" in words
    assert "from issued; started by 2025-05-31" in words
    assert not any(mark in words + repr(made) for mark in ("Zebedee", "firm.example"))


@pytest.mark.parametrize(
    ("condition", "leads_nowhere"),
    [
        ("customer: null", True),
        ("customer: 1", False),
        ("customer: {is_not: null}", False),
        ("state: null", False),
        ("person.sponsor: null", False),  # a column of the same name, on the row above
    ],
)
def test_data_that_no_record_of_a_purpose_leads_to_are_told(shop: Open, condition: str, leads_nowhere: bool) -> None:
    opened = shop(
        tables=(("joined DATE NOT NULL);", "joined DATE NOT NULL, customer_id INTEGER);"),
                ("issued DATE NOT NULL);", "issued DATE NOT NULL, state TEXT);"),
                ("'1980-05-05', '2020-01-01')", "'1980-05-05', '2020-01-01', NULL)"),
                ("'1990-05-05', '2026-05-01')", "'1990-05-05', '2026-05-01', NULL)"),
                ("'1970-05-05', '2020-01-01')", "'1970-05-05', '2020-01-01', NULL)"),
                ("'one', '2026-01-01')", "'one', '2026-01-01', NULL)"),
                ("'two', '2020-01-01')", "'two', '2020-01-01', NULL)")),
        datamap=(("{issued: issued}", "{issued: issued}\n    conditions: {customer: customer_id, state: state}"),
                 ("{joined: joined}", "{joined: joined}\n    conditions: {sponsor: customer_id}")),
        policy=(("works_on: bill", f"works_on: {{bill: {{{condition}}}}}"),),
    )  # fmt: skip
    told = [one for one in plan(opened).findings if one.code == "unreachable_need"]
    assert [(one.severity, one.promises) for one in told] == [("warning", ("P-1",))] * leads_nowhere
    assert all("books needs person.contact.name" in one.text for one in told)


@pytest.mark.parametrize(
    ("hold", "told"),
    [
        ("scope: {person: 1}, review: 2026-06-02", []),
        ("scope: {person: 1}, review: 2026-06-01", []),
        ("scope: {person: 1}, review: 2026-05-31", ["hold_review: was to be reviewed by 2026-05-31: Ida"]),
        ("scope: {person: 1}, until: 2030-01-01", []),
        (
            "scope: {person: 9}, until: 2030-01-01",
            ["hold_covers_nothing: a person that is not there: it holds nothing"],
        ),
        (
            "scope: [{person: 1}, {bill: 9}], until: 2030-01-01",
            ["hold_covers_nothing: a bill that is not there: that part of it holds nothing"],
        ),
        ("scope: {person: 9}, until: 2026-05-31, review: 2026-01-01", []),  # it is over
    ],
)
def test_a_hold_that_holds_nothing_or_waits_for_a_review_is_told_as_long_as_it_is_one(
    shop: Open, hold: str, told: list[str]
) -> None:
    said = f"holds: {{H: {{reason: x, owner: Ida, since: 2020-01-01, {hold}}}}}\npromises:"
    made = plan(shop(policy=(("promises:", said),)))
    found = [one for one in made.findings if one.code.startswith("hold_")]
    assert [one.severity for one in found] == ["warning"] * len(told)
    for one, (code, words) in zip(found, (line.split(": ", 1) for line in told), strict=True):
        assert one.code == code
        assert words in one.text


def test_a_ground_counts_the_rows_that_meet_its_conditions(shop: Open) -> None:
    opened = shop(
        tables=(("issued DATE NOT NULL);", "issued DATE NOT NULL, state TEXT);"),
                ("'one', '2026-01-01')", "'one', '2026-01-01', 'open')"),
                ("'two', '2020-01-01')", "'two', '2020-01-01', 'open')")),
        more="INSERT INTO bill VALUES (3, 3, 'three', '2020-01-01', 'void')",
        datamap=(("{issued: issued}", "{issued: issued}\n    conditions: {state: state}"),),
        policy=(("works_on: bill", "works_on: {bill: {state: open}}"),),
    )  # fmt: skip
    (erased,) = (one for one in plan(opened).statements if one.table == "bill")
    assert (erased.rows, [(one.purpose, one.rows) for one in erased.grounds]) == (2, [("books", 1)])


@pytest.mark.parametrize(
    ("column", "nobodys"),
    [("INTEGER REFERENCES bill(id)", "NULL"), ("INTEGER NOT NULL", "99")],
    ids=["may be NULL", "may lead nowhere"],
)
def test_a_ground_counts_the_parts_whose_record_is_there(shop: Open, column: str, nobodys: str) -> None:
    more = (
        f"CREATE TABLE line (id INTEGER PRIMARY KEY, bill_id {column}, goods TEXT);\n"
        "CREATE INDEX line_bill ON line (bill_id);\n"
        f"INSERT INTO line VALUES (1, 2, 'tea'), (2, {nobodys}, 'milk')"
    )
    line = (
        "  line: {default: financial.invoice, columns: {goods: financial.invoice}, part_of: {bill_id: bill}}\n  bill:\n"
    )
    (erased,) = (one for one in plan(shop(more=more, datamap=(("  bill:\n", line),))).statements if one.table == "line")
    assert (erased.action, erased.rows) == ("erase", 2)
    assert [(one.purpose, one.rows) for one in erased.grounds] == [("books", 1)]


@pytest.mark.parametrize(
    ("joined", "keep", "told"),
    [
        ("joined DATE NOT NULL", "{from: joined, at_most: 12 months}", []),
        ("joined DATE", "{from: joined, at_most: 12 months}", ["joined"]),
        ("joined DATE", "{from: joined, at_most: 12 months, open_ended: until somebody joins}", []),
    ],
)
def test_a_purpose_that_may_never_end_is_told_unless_it_says_why(
    shop: Open, joined: str, keep: str, told: list[str]
) -> None:
    opened = shop(
        tables=(("joined DATE NOT NULL", joined),),
        policy=(("{from: joined, at_most: 12 months}", keep),),
    )
    found = [one for one in plan(opened).findings if one.code == "open_ended"]
    assert [one.promises for one in found] == [("P-1",)] * len(told)
    assert all("Purpose club can stay open" in one.text and "purposes.club.keep" in one.text for one in found)


@pytest.mark.parametrize(
    ("columns", "references", "action"),
    [
        ("goods TEXT", "part_of: {bill_id: bill}", ["erase"]),
        ("goods TEXT", "part_of: {bill_id: bill}, refers_to: {of: customer}", ["strip"]),
        ("", "part_of: {bill_id: bill}", []),
    ],
    ids=["a part", "a part that refers to others", "a part without data"],
)
def test_a_part_that_ties_rows_together_stands_as_long_as_a_law_keeps_its_record(
    shop: Open, columns: str, references: str, action: list[str]
) -> None:
    data = "columns: {goods: communication.note}, " if columns else ""
    sales = (
        "  sales: {for: x, basis: contract, works_on: bill, needs: [bill.communication.note], "
        "keep: {from: issued, at_most: 1 month}}\npromises:"
    )
    opened = shop(
        more=(
            "CREATE TABLE line (id INTEGER PRIMARY KEY, bill_id INTEGER NOT NULL REFERENCES bill(id), "
            f"of INTEGER REFERENCES customer(id){', ' if columns else ''}{columns});\n"
            "CREATE INDEX line_bill ON line (bill_id);\nCREATE INDEX line_of ON line (of);\n"
            f"INSERT INTO line VALUES (1, 1, 1{', 7' if columns else ''})"
        ),
        datamap=(("  bill:\n", f"  line: {{default: communication.note, {data}{references}}}\n  bill:\n"),),
        policy=(("needs: [bill.*, ", "needs: [bill.financial.invoice, "), ("promises:", sales)),
    )
    made = plan(opened)
    assert stops(made) == []
    assert [one.action for one in made.statements if one.table == "line"] == action


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("person.sponsor: null", [1, 3]),
        ("person.sponsor: {is_not: 5}", [1, 3]),
        ("person.sponsor: {is_not: null}", [2]),
        ("person.sponsor: 5", [2]),
    ],
)
def test_a_row_without_the_ancestor_that_a_condition_is_about_is_as_one_with_nothing_there(
    shop: Open, condition: str, held: list[int]
) -> None:
    opened = shop(
        tables=(("joined DATE NOT NULL);", "joined DATE NOT NULL, sponsor INTEGER);"),
                ("'1980-05-05', '2020-01-01')", "'1980-05-05', '2020-01-01', NULL)"),
                ("'1990-05-05', '2026-05-01')", "'1990-05-05', '2026-05-01', 5)"),
                ("'1970-05-05', '2020-01-01')", "'1970-05-05', '2020-01-01', NULL)"),
                ("customer_id INTEGER NOT NULL", "payer_id INTEGER REFERENCES customer(id), customer_id INTEGER"),
                ("VALUES (1, 1, 'one'", "VALUES (1, NULL, 1, 'one'"),
                ("VALUES (2, 3, 'two', '2020-01-01'", "VALUES (2, NULL, 2, 'two', '2026-01-01'")),
        more="INSERT INTO bill VALUES (3, NULL, NULL, 'three', '2026-01-01')",
        datamap=(("{joined: joined}", "{joined: joined}\n    conditions: {sponsor: sponsor}"),
                 ("{customer_id: customer}", "{customer_id: customer, payer_id: customer}")),
        policy=(("works_on: bill", f"works_on: {{bill: {{{condition}}}}}"),),
    )  # fmt: skip
    made = plan(opened)
    assert stops(made) == []
    store = opened[1]
    carry_out(store, made)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id FROM bill ORDER BY id").scalars().all() == held
