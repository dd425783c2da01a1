"""The doors of the portal, as they were seen last, and who was asked whether what is held still fits."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(  # holdord.run.doors
        "holdord_door",
        sa.Column("door", sa.String(60), primary_key=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("looked", sa.String(40), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
    )
    op.create_table(  # holdord.run.reviews
        "holdord_review",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("promise", sa.String(60), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("record_class", sa.String(60), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(10)),
        sa.Column("entries", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
