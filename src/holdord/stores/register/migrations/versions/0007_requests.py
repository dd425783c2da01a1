"""What people ask for, and until when it must be answered (``holdord.run.requests.book``)."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table of requests."""
    op.create_table(
        "holdord_request",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("asks_for", sa.String(20), nullable=False),
        sa.Column("record_class", sa.String(60), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("received", sa.String(10), nullable=False),
        sa.Column("extended_on", sa.String(10)),
        sa.Column("extended_for", sa.Text()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("closed_on", sa.String(10)),
        sa.Column("reason", sa.Text()),
        sa.Column("entries", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
