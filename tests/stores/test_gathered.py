"""What a plan gathers over references is what each row would say if it were asked by itself."""

from datetime import date

import pytest

from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.plan.gathered import Gathered
from holdord.plan.grounds import Grounds
from holdord.plan.predicate import every, negated
from holdord.policy.load import load as load_policy
from holdord.stores.database import connect
from holdord.stores.sql import SqlStore

AT = date(2026, 6, 1)
TABLES = """\
CREATE TABLE person (tenant INTEGER NOT NULL, id INTEGER NOT NULL, code INTEGER NOT NULL UNIQUE, name TEXT,
  joined DATE NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE parcel (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES person(code),
  receiver INTEGER REFERENCES person(code), payer_tenant INTEGER, payer INTEGER, label TEXT, sent DATE,
  FOREIGN KEY (payer_tenant, payer) REFERENCES person(tenant, id));
CREATE TABLE item (id INTEGER PRIMARY KEY, parcel_id INTEGER NOT NULL REFERENCES parcel(id), what TEXT);
CREATE TABLE photo (id INTEGER PRIMARY KEY, item_id INTEGER REFERENCES item(id), scene TEXT);
CREATE INDEX a ON parcel (sender);
CREATE INDEX b ON parcel (receiver);
CREATE INDEX c ON parcel (payer_tenant, payer);
CREATE INDEX d ON item (parcel_id);
CREATE INDEX e ON photo (item_id)"""
MAP = """\
holdord_datamap: 1
store: post
tables:
  person: {class: person, default: record.remark, columns: {name: contact.name}, clocks: {joined: joined}}
  parcel:
    class: parcel
    default: commercial.order
    columns: {label: contact.address}
    clocks: {sent: sent}
    refers_to:
      - {columns: [sender], table: person}
      - {columns: [receiver], table: person}
      - {columns: [payer_tenant, payer], table: person}
  item: {default: commercial.order, columns: {what: commercial.order}, part_of: {parcel_id: parcel}}
  photo: {default: commercial.order, columns: {scene: commercial.order}, part_of: {item_id: item}}
"""
POLICY = """\
holdord: 1
controller: {name: Post AS, country: "NO"}
notices: {nb: n.md}
purposes:
  club: {for: x, basis: contract, works_on: person, needs: [person.*], keep: {from: joined, at_most: 12 months}}
  post:
    for: x
    basis: contract
    works_on: parcel
    needs: [parcel.*, person.contact.name]
    keep: {from: sent, at_most: 12 months, open_ended: until it is sent}
  tax:
    for: x
    basis: legal_obligation
    law: the Act
    works_on: parcel
    needs: [parcel.commercial.order, person.record.remark]
    keep: {from: sent, at_least: 24 months, open_ended: until it is sent}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""


@pytest.mark.parametrize("lapsed", [False, True])
def test_gathered_claims_are_those_of_each_row(database_url: str, lapsed: bool) -> None:
    engine = connect(database_url)
    with engine.begin() as connection:
        for sql in TABLES.split(";\n"):
            connection.exec_driver_sql(sql)
        for number in range(60):
            joined = date(2020 + number % 7, 1 + number % 12, 1)
            connection.exec_driver_sql(
                f"INSERT INTO person VALUES ({number % 3}, {number}, {1000 + number}, 'x', '{joined}')"
            )
        for number in range(150):
            sent = f"'{date(2023 + number % 4, 1 + number % 12, 1)}'" if number % 5 else "NULL"
            sender = 1000 + number % 60 if number % 4 else "NULL"
            payer = f"{number % 7 % 3}, {number % 7}" if number % 2 else "NULL, 3"
            connection.exec_driver_sql(
                f"INSERT INTO parcel VALUES ({number}, {sender}, {1000 + number * 7 % 60}, {payer}, 'x', {sent})"
            )
        for number in range(150):
            connection.exec_driver_sql(f"INSERT INTO item VALUES ({number}, {number * 3 % 150}, 'x')")
        for number in range(150):
            connection.exec_driver_sql(
                f"INSERT INTO photo VALUES ({number}, {number * 11 % 150 if number % 3 else 'NULL'}, 'x')"
            )
    policy = load_policy(POLICY)
    store = SqlStore(engine=engine, datamap=load_map(MAP), controller=policy.controller)
    bound = Bound(policy, store.datamap, store.schema)
    grounds = Grounds(bound, AT, past=lapsed)
    found = {}
    with store.reading() as snapshot:
        gathered = Gathered(grounds, snapshot, "g")
        for table in bound.order:
            for purpose in policy.purposes.values():
                one, other = gathered.claims(purpose, table), grounds.claims(purpose, table)
                assert snapshot.count(table, every(one, negated(other))) == (0,)
                assert snapshot.count(table, every(other, negated(one))) == (0,)
                (found[table, purpose.id],) = snapshot.count(table, one)
    engine.dispose()
    assert all(found[place] for place in [("person", "post"), ("person", "tax"), ("item", "post"), ("photo", "tax")])
    assert found["person", "post"] < 60
