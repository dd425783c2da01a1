"""The register's tables as they began, and the tables of the evidence.

Written out in full and never changed again: what is installed somewhere was made by this text.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from holdord.ledger.tables import install

revision = "0001"
down_revision = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _table(name: str, *columns: sa.Column[Any], **references: str) -> None:
    """Create a table with its key and indexed references: column → table, with a "?" where it may be NULL."""
    keys = [
        sa.Column(
            column,
            _INTEGER,
            sa.ForeignKey(f"{target.removesuffix('?')}.id", name=f"fk_{name}_{column}"),
            nullable=target.endswith("?"),
        )
        for column, target in references.items()
    ]
    key = sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    op.create_table(name, sa.Column("id", _INTEGER), *keys, *columns, key, sqlite_autoincrement=name == "persons")
    for column in references:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _columns(kind: sa.types.TypeEngine[Any], names: str) -> list[sa.Column[Any]]:
    """Return columns by their names; a "!" after a name means NOT NULL."""
    return [sa.Column(name.removesuffix("!"), kind, nullable=not name.endswith("!")) for name in names.split()]


def _text(names: str) -> list[sa.Column[Any]]:
    return _columns(sa.Text(), names)


def _days(names: str) -> list[sa.Column[Any]]:
    return _columns(sa.Date(), names)


def _moments(names: str) -> list[sa.Column[Any]]:
    return _columns(sa.DateTime(timezone=True), names)


def _whole(names: str) -> list[sa.Column[Any]]:
    return _columns(sa.BigInteger(), names)


def _flags(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()) for name in names.split()]


def upgrade() -> None:
    """Create the tables of the register, where it lies here, and of the evidence."""
    if context.config.attributes["register"]:
        _persons()
        _trade()
        _contact()
        _work()
        _site()
    install(op.get_bind())


def _persons() -> None:
    _table(
        "persons",
        *_text("name email phone address postcode city country language"),
        *_days("birth_date"),
        *_text("gender national_number bank_account card employer title interests social_profile"),
        *_text("source source_proof remark"),
        *_days("collected_on! reviewed_on not_relevant_on"),
    )
    op.create_index("ix_persons_email", "persons", ["email"])
    _table("identities", *_text("kind login secret"), *_days("opened_on! last_login_on"), person_id="persons")
    _table("organisations", *_text("register_number name"))
    _table(
        "relations",
        *_text("kind! title preferences"),
        *_days("started_on! ended_on"),
        person_id="persons",
        organisation_id="organisations?",
    )


def _trade() -> None:
    _table(
        "agreements",
        *_text("title body"),
        *_flags("primary_record project"),
        *_days("signed_on! ended_on"),
        relation_id="relations",
    )
    _table(
        "orders",
        *_text("consignee_name consignee_address consignee_phone consignee_email details"),
        *_flags("project"),
        *_days("ordered_on! delivered_on"),
        relation_id="relations",
    )
    _table(
        "order_lines",
        *_text("article"),
        *_columns(sa.Integer(), "quantity"),
        *_whole("price"),
        order_id="orders",
    )
    _table(
        "invoices",
        *_text("number billing_name billing_address reference"),
        *_whole("amount"),
        *_flags("project"),
        *_days("issued_on! paid_on"),
        relation_id="relations",
    )
    _table(
        "invoice_lines",
        *_text("description"),
        *_columns(sa.Integer(), "quantity"),
        *_whole("price"),
        invoice_id="invoices",
    )


def _contact() -> None:
    _table(
        "correspondence",
        *_text("channel! direction subject body terms_shown"),
        *_flags("accounting agreement project"),
        *_days("sent_on! concerns_on"),
        person_id="persons",
        relation_id="relations?",
    )
    _table(
        "notes",
        *_text("channel! purpose body feedback"),
        *_days("taken_on!"),
        person_id="persons",
        relation_id="relations?",
    )
    _table(
        "subscriptions",
        *_text("channel! topic! source remark"),
        *_days("subscribed_on! withdrawn_on"),
        person_id="persons",
    )
    _table("events", *_text("title place"), *_days("held_on"))
    _table(
        "participations",
        *_text("workplace title"),
        *_columns(sa.Boolean(), "photo_objection"),
        *_days("registered_on! event_held_on!"),
        person_id="persons",
        event_id="events?",
    )


def _work() -> None:
    _table(
        "applications",
        *_text("position letter cv assessment"),
        *_days("received_on! decided_on withdrawn_on"),
        person_id="persons",
    )
    _table(
        "employees",
        *_text("position terms bank_account next_of_kin"),
        *_days("started_on! ended_on"),
        person_id="persons",
    )
    _table("payslips", *_whole("gross tax net"), *_days("paid_on!"), employee_id="employees")


def _site() -> None:
    _table(
        "uploads",
        *_text("kind! file_name"),
        *_columns(sa.LargeBinary(), "content picture"),
        *_days("uploaded_on! objected_on"),
        person_id="persons",
    )
    _table(
        "web_log",
        *_text("ip method path agent referrer"),
        *_flags("blocked"),
        *_moments("requested_at! block_lifted_at"),
        person_id="persons?",
    )
    _table(
        "interest_profiles",
        *_text("topics"),
        *_days("created_on! computed_on withdrawn_on"),
        person_id="persons",
    )
    _table(
        "web_events", *_text("page action referrer agent"), *_moments("occurred_at!"), profile_id="interest_profiles"
    )
    _table("mail_events", *_text("message action device"), *_moments("occurred_at!"), profile_id="interest_profiles")


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
