"""People in two associations who share addresses, households and employers, send each other parcels, and reply.

Every key begins with the association's number, and equal numbers of the two have nothing to do with each other. A few
people have left; nobody else has, and what is old always has one of those few in it.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

NOW = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)
YOUNG, OLD = date(2026, 4, 8), date(2020, 1, 5)
"""A day from which everything is still held, and one from which nothing is."""

TABLES = (
    """CREATE TABLE address (tenant INTEGER NOT NULL, id INTEGER NOT NULL, street TEXT, city TEXT,
    PRIMARY KEY (tenant, id))""",
    """CREATE TABLE household (tenant INTEGER NOT NULL, id INTEGER NOT NULL, label TEXT, phone TEXT,
    address_id INTEGER NOT NULL, PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, address_id) REFERENCES address (tenant, id))""",
    """CREATE TABLE employer (tenant INTEGER NOT NULL, id INTEGER NOT NULL, title TEXT,
    PRIMARY KEY (tenant, id))""",
    """CREATE TABLE person (tenant INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
    phone TEXT, remark TEXT, address_id INTEGER, household_id INTEGER, employer_id INTEGER, left_on DATE,
    PRIMARY KEY (tenant, id), UNIQUE (tenant, email),
    FOREIGN KEY (tenant, address_id) REFERENCES address (tenant, id),
    FOREIGN KEY (tenant, household_id) REFERENCES household (tenant, id),
    FOREIGN KEY (tenant, employer_id) REFERENCES employer (tenant, id))""",
    """CREATE TABLE staff (tenant INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, phone TEXT, left_on DATE,
    PRIMARY KEY (tenant, id))""",
    """CREATE TABLE parcel (tenant INTEGER NOT NULL, id INTEGER NOT NULL, sender INTEGER NOT NULL,
    receiver INTEGER NOT NULL, label TEXT, sent DATE NOT NULL, PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, sender) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, receiver) REFERENCES person (tenant, id))""",
    """CREATE TABLE ticket (tenant INTEGER NOT NULL, id INTEGER NOT NULL, asker INTEGER NOT NULL, staff_id INTEGER,
    question TEXT, answer TEXT, closed DATE, PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, asker) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id))""",
    """CREATE TABLE post (tenant INTEGER NOT NULL, id INTEGER NOT NULL, author INTEGER NOT NULL, reply_to INTEGER,
    body TEXT, posted DATE NOT NULL, PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, author) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, reply_to) REFERENCES post (tenant, id))""",
    """CREATE TABLE liking (tenant INTEGER NOT NULL, post_id INTEGER NOT NULL, liker INTEGER NOT NULL,
    PRIMARY KEY (tenant, post_id, liker),
    FOREIGN KEY (tenant, post_id) REFERENCES post (tenant, id),
    FOREIGN KEY (tenant, liker) REFERENCES person (tenant, id))""",
)
_PLAIN = ("address", "household", "employer", "person", "staff", "parcel", "ticket", "post")
KEYS = dict.fromkeys(_PLAIN, ("tenant", "id")) | {"liking": ("tenant", "post_id", "liker")}
"""Table → its key, parents first."""
MAP = """\
holdord_datamap: 1
store: associations
tables:
  address: {class: address, default: contact.address, columns: {street: contact.address, city: contact.address}}
  household:
    class: household
    default: record.remark
    columns: {label: record.remark, phone: contact.phone}
    refers_to: [{columns: [tenant, address_id], table: address}]
  employer: {class: employer, default: job.employment, columns: {title: job.employment}}
  person:
    class: member
    default: record.remark
    columns:
      name: {category: contact.name, erased_as: "-"}
      email: {category: contact.email, erased_as: "gone-{key}@home.example"}
      phone: contact.phone
      remark: record.remark
    clocks: {membership_ended: left_on}
    refers_to:
      - {columns: [tenant, address_id], table: address}
      - {columns: [tenant, household_id], table: household}
      - {columns: [tenant, employer_id], table: employer}
  staff:
    class: employee
    default: job.employment
    columns: {name: contact.name, phone: contact.phone}
    clocks: {employment_ended: left_on}
  parcel:
    class: parcel
    default: commercial.order
    columns: {label: commercial.order}
    clocks: {sent: sent}
    refers_to: [{columns: [tenant, sender], table: person}, {columns: [tenant, receiver], table: person}]
  ticket:
    class: ticket
    default: communication.message
    columns: {question: communication.message, answer: communication.message}
    clocks: {closed: closed}
    refers_to: [{columns: [tenant, asker], table: person}, {columns: [tenant, staff_id], table: staff}]
  post:
    class: post
    default: communication.message
    columns: {body: communication.message}
    clocks: {posted: posted}
    refers_to: [{columns: [tenant, author], table: person}]
  liking:
    default: communication.feedback
    part_of: [{columns: [tenant, post_id], table: post}]
    refers_to: [{columns: [tenant, liker], table: person}]
persons: [member, employee]
"""
POLICY = """\
holdord: 1
controller: {name: Foreninger, country: "NO"}
notices: {nb: n.md}
purposes:
  membership:
    for: x
    basis: contract
    works_on: member
    needs: [member.*, address.*, household.*, employer.*]
    keep: {from: membership_ended, at_most: 90 days, open_ended: as long as you are a member}
  parcels:
    for: x
    basis: contract
    works_on: parcel
    needs: [parcel.*, member.contact.name, address.contact.address]
    keep: {from: sent, at_most: 12 months}
  support:
    for: x
    basis: contract
    works_on: ticket
    needs: [ticket.*, member.contact.name, member.contact.email, employee.contact.name]
    keep: {from: closed, at_most: 6 months, open_ended: until it is closed}
  forum:
    for: x
    basis: contract
    works_on: post
    needs: [post.*, member.contact.name]
    keep: {from: posted, at_most: 24 months}
  staffing:
    for: x
    basis: contract
    works_on: employee
    needs: [employee.*]
    keep: {from: employment_ended, at_most: 12 months, open_ended: as long as you work here}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: We keep it.}]}
"""
NOTICE = "# Notice\n\n## 1. Storage\n\nWe keep it.\n"

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class World:
    """Rows of all tables, and who has left: (tenant, number)."""

    rows: Rows
    leavers: frozenset[tuple[int, int]]


def world(chance: random.Random) -> World:
    """Return a world of two associations, at least one of which somebody has left."""
    rows: Rows = {table: [] for table in KEYS}
    leavers: set[tuple[int, int]] = set()
    for tenant in (1, 2):
        people = range(1, chance.randint(4, 11))
        fewest = 1 if tenant == 1 else 0
        gone = set(chance.sample(people, chance.randint(fewest, 2)))
        leavers |= {(tenant, number) for number in gone}
        _places(rows, tenant, chance)
        for number in people:
            rows["person"].append(_person(tenant, number, number in gone, chance))
        _between(rows, tenant, people, gone, chance)
        _forum(rows, tenant, people, gone, chance)
    for table, referring in (("household", ["person"]), ("employer", ["person"]), ("address", ["person", "household"])):
        lived = {(row["tenant"], row[f"{table}_id"]) for other in referring for row in rows[other]}
        rows[table] = [row for row in rows[table] if (row["tenant"], row["id"]) in lived]
    return World(rows, frozenset(leavers))


def _places(rows: Rows, tenant: int, chance: random.Random) -> None:
    for number in range(1, 5):
        rows["address"].append({"tenant": tenant, "id": number, "street": f"Street {number}", "city": f"Town {tenant}"})
        left = OLD if chance.random() < 0.4 else None
        told = {"name": f"Bo {number}", "phone": f"99 {tenant} {number}", "left_on": left}
        rows["staff"].append({"tenant": tenant, "id": number, **told})
    for number in range(1, 4):
        told = {"label": f"The {number}s", "phone": f"22 {tenant} {number}", "address_id": chance.randint(1, 4)}
        rows["household"].append({"tenant": tenant, "id": number, **told})
        rows["employer"].append({"tenant": tenant, "id": number, "title": f"Works {number}"})


def _person(tenant: int, number: int, gone: bool, chance: random.Random) -> Row:
    def some(last: int) -> int | None:
        return chance.choice([None, *range(1, last + 1)])

    left = OLD if gone else chance.choice([None, None, YOUNG])
    told = {"name": f"Ida {number}", "email": f"ida{number}@home.example", "phone": f"11 {number}", "remark": "sings"}
    places = {"address_id": some(4), "household_id": some(3), "employer_id": some(3)}
    return {"tenant": tenant, "id": number, **told, **places, "left_on": left}


def _day(who: set[int], gone: set[int], chance: random.Random) -> date:
    """Return a day: an old one only where somebody has a part in it who left."""
    return OLD if who & gone and chance.random() < 0.75 else YOUNG


def _between(rows: Rows, tenant: int, people: range, gone: set[int], chance: random.Random) -> None:
    for number in range(1, chance.randint(2, 9)):
        sender, receiver = chance.choice(people), chance.choice(people)
        told = {"sender": sender, "receiver": receiver, "label": f"parcel {number}"}
        rows["parcel"].append({"tenant": tenant, "id": number, **told, "sent": _day({sender, receiver}, gone, chance)})
    for number in range(1, chance.randint(2, 7)):
        asker = chance.choice(people)
        told = {"asker": asker, "staff_id": chance.choice([None, 1, 2, 3, 4]), "question": "Where?", "answer": "There."}
        closed = chance.choice([None, _day({asker}, gone, chance)])
        rows["ticket"].append({"tenant": tenant, "id": number, **told, "closed": closed})


def _forum(rows: Rows, tenant: int, people: range, gone: set[int], chance: random.Random) -> None:
    count = chance.randint(2, 10)
    for number in range(1, count):
        author = chance.choice(people)
        told = {"author": author, "reply_to": chance.choice([None, *range(1, number)]), "body": f"Hello {number}"}
        rows["post"].append({"tenant": tenant, "id": number, **told, "posted": _day({author}, gone, chance)})
        for liker in chance.sample(people, chance.randint(0, 2)):
            rows["liking"].append({"tenant": tenant, "post_id": number, "liker": liker})
