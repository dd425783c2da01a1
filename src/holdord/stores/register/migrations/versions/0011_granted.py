"""What an answer granted, on which rows it ended a purpose, and what went because of a request."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; what was ever answered was granted, on rows that nobody wrote down."""
    with op.batch_alter_table("holdord_restriction") as table:
        table.add_column(sa.Column("granted", sa.String(32)))  # the moment
        table.add_column(sa.Column("kept", sa.Text()))  # JSON: table → keys (holdord.run.requests.granted)
    with op.batch_alter_table("holdord_request") as table:
        table.add_column(sa.Column("went", sa.Text()))  # JSON (holdord.run.requests.went)
    grant(op.get_bind())


def grant(connection: sa.Connection) -> None:
    """Grant what was answered, also what is open or refused again since, and what nobody asked for by a request."""
    connection.execute(sa.text("UPDATE holdord_restriction SET granted = since WHERE request IS NULL"))
    connection.execute(
        sa.text("UPDATE holdord_restriction SET kept = :all WHERE ground IN ('absolute', 'objection')"), {"all": '"*"'}
    )
    granted = sa.text("UPDATE holdord_restriction SET granted = since WHERE request = :number")
    body = sa.text('SELECT body FROM holdord_entry WHERE "index" = :index')
    for number, entries in connection.execute(sa.text("SELECT number, entries FROM holdord_request")).all():
        for index in json.loads(entries):
            said = json.loads(connection.execute(body, {"index": index}).scalar() or "{}")
            if (said.get("kind"), said.get("does")) == ("request", "answered"):
                connection.execute(granted, {"number": number})


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
