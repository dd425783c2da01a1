"""What an answer granted, on which rows it ended a purpose, and what went because of a request."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; what was answered before was granted, on rows that nobody wrote down."""
    with op.batch_alter_table("holdord_restriction") as table:
        table.add_column(sa.Column("granted", sa.String(32)))  # the moment
        table.add_column(sa.Column("kept", sa.Text()))  # JSON: table → keys (holdord.run.requests.granted)
    with op.batch_alter_table("holdord_request") as table:
        table.add_column(sa.Column("went", sa.Text()))  # JSON (holdord.run.requests.went)
    op.execute(
        "UPDATE holdord_restriction SET granted = since "
        "WHERE request IS NULL OR request IN (SELECT number FROM holdord_request WHERE state = 'answered')"
    )
    op.execute("UPDATE holdord_restriction SET kept = '\"*\"' WHERE ground IN ('absolute', 'objection')")


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
