"""The tables of the built-in register.

    persons ◀─ identities (accounts to sign in with)
      ◀─ relations (to organisations) ◀─ agreements, orders ◀─ order_lines, invoices ◀─ invoice_lines
      ◀─ correspondence, notes (either may belong to a relation)
      ◀─ subscriptions, participations (in events), applications, uploads, web_log (person may be unknown)
      ◀─ employees ◀─ payslips
      ◀─ interest_profiles ◀─ web_events, mail_events (part of)

Every table has one integer key, every reference an index, and no reference an ``ON DELETE`` action: the plan alone
decides what goes. A column may be NULL wherever its record can live without it, so that it can be stripped; the clock
with which every record begins may not. What each column means for a person stands in ``datamap.yaml`` beside this, and
which kinds, channels and topics there are.

Days are dates. Moments are kept in UTC: PostgreSQL has a type for that, SQLite gets text, ``2026-03-01 22:59:59``.
Amounts are whole øre.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
)

from holdord.stores.register.moment import Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A surrogate: SQLite's own row number, eight bytes elsewhere."""


def _table(name: str, *columns: Column[Any], **options: Any) -> Table:
    return Table(name, metadata, Column("id", KEY, primary_key=True), *columns, **options)


def _to(table: str, name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, KEY, ForeignKey(f"{table}.id"), nullable=optional, index=True)


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


def _days(*names: str) -> list[Column[Any]]:
    return [Column(name, Date) for name in names]


def _day(name: str) -> Column[Any]:
    return Column(name, Date, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _kind(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


persons = _table(
    "persons",
    *_texts("name"),
    Column("email", Text, index=True),  # not unique: people share addresses
    *_texts("phone", "address", "postcode", "city", "country", "language"),
    Column("birth_date", Date),
    *_texts("gender", "national_number", "bank_account", "card", "employer", "title", "interests", "social_profile"),
    *_texts("source", "source_proof", "remark"),
    _day("collected_on"),
    *_days("reviewed_on", "not_relevant_on"),
    sqlite_autoincrement=True,  # a key that is gone is never given to somebody else
)
identities = _table(
    "identities",
    _to("persons", "person_id"),
    *_texts("kind", "login", "secret"),
    _day("opened_on"),
    *_days("last_login_on"),
)
organisations = _table("organisations", *_texts("register_number", "name"))
relations = _table(
    "relations",
    _to("persons", "person_id"),
    _kind("kind"),
    _to("organisations", "organisation_id", optional=True),
    *_texts("title", "preferences"),
    _day("started_on"),
    *_days("ended_on"),
)
agreements = _table(
    "agreements",
    _to("relations", "relation_id"),
    *_texts("title", "body"),
    _flag("primary_record"),  # an invoice refers to it
    _flag("project"),  # accounts of a building or installation project
    _day("signed_on"),
    *_days("ended_on"),  # the day that it last concerned; NULL while it runs
)
orders = _table(
    "orders",
    _to("relations", "relation_id"),
    *_texts("consignee_name", "consignee_address", "consignee_phone", "consignee_email", "details"),
    _flag("project"),
    _day("ordered_on"),
    *_days("delivered_on"),
)
order_lines = _table(
    "order_lines",
    _to("orders", "order_id"),
    *_texts("article"),
    Column("quantity", Integer),
    Column("price", BigInteger),
)
invoices = _table(
    "invoices",
    _to("relations", "relation_id"),
    *_texts("number", "billing_name", "billing_address", "reference"),
    Column("amount", BigInteger),
    _flag("project"),
    _day("issued_on"),
    *_days("paid_on"),
)
invoice_lines = _table(
    "invoice_lines",
    _to("invoices", "invoice_id"),
    *_texts("description"),
    Column("quantity", Integer),
    Column("price", BigInteger),
)
correspondence = _table(
    "correspondence",
    _to("persons", "person_id"),
    _to("relations", "relation_id", optional=True),
    _kind("channel"),
    *_texts("direction", "subject", "body", "terms_shown"),
    _flag("accounting"),  # the Bookkeeping Act covers it
    _flag("agreement"),  # it belongs to an agreement
    _flag("project"),
    _day("sent_on"),
    *_days("concerns_on"),  # the day that accounting material last concerned
)
notes = _table(
    "notes",
    _to("persons", "person_id"),
    _to("relations", "relation_id", optional=True),
    _kind("channel"),
    *_texts("purpose", "body", "feedback"),
    _day("taken_on"),
)
subscriptions = _table(
    "subscriptions",
    _to("persons", "person_id"),
    _kind("channel"),
    _kind("topic"),
    *_texts("source", "remark"),
    _day("subscribed_on"),
    *_days("withdrawn_on"),
)
events = _table("events", *_texts("title", "place"), *_days("held_on"))
participations = _table(
    "participations",
    _to("persons", "person_id"),
    _to("events", "event_id", optional=True),
    *_texts("workplace", "title"),
    Column("photo_objection", Boolean),
    _day("registered_on"),
    _day("event_held_on"),
)
applications = _table(
    "applications",
    _to("persons", "person_id"),
    *_texts("position", "letter", "cv", "assessment"),
    _day("received_on"),
    *_days("decided_on", "withdrawn_on"),
)
employees = _table(
    "employees",
    _to("persons", "person_id"),
    *_texts("position", "terms", "bank_account", "next_of_kin"),
    _day("started_on"),
    *_days("ended_on"),
)
payslips = _table(
    "payslips",
    _to("employees", "employee_id"),
    *[Column(name, BigInteger) for name in ("gross", "tax", "net")],
    _day("paid_on"),
)
uploads = _table(
    "uploads",
    _to("persons", "person_id"),
    _kind("kind"),
    *_texts("file_name"),
    Column("content", LargeBinary),
    Column("picture", LargeBinary),
    _day("uploaded_on"),
    *_days("objected_on"),
)
web_log = _table(
    "web_log",
    _to("persons", "person_id", optional=True),
    *_texts("ip", "method", "path", "agent", "referrer"),
    _flag("blocked"),
    Column("requested_at", Moment, nullable=False),
    Column("block_lifted_at", Moment),
)
interest_profiles = _table(
    "interest_profiles",
    _to("persons", "person_id"),
    *_texts("topics"),
    _day("created_on"),
    *_days("computed_on", "withdrawn_on"),
)
web_events = _table(
    "web_events",
    _to("interest_profiles", "profile_id"),
    *_texts("page", "action", "referrer", "agent"),
    Column("occurred_at", Moment, nullable=False),
)
mail_events = _table(
    "mail_events",
    _to("interest_profiles", "profile_id"),
    *_texts("message", "action", "device"),
    Column("occurred_at", Moment, nullable=False),
)
