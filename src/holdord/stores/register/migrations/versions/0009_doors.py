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
    op.create_table(  # holdord.run.invited
        "holdord_review",
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("record_class", sa.String(60), nullable=False),
        sa.Column("record_key", sa.String(500), nullable=False),
        sa.Column("asked", sa.String(10), nullable=False),
        sa.Column("letter", sa.Integer(), nullable=False),  # 0 where none could be sent
        sa.PrimaryKeyConstraint("purpose", "record_class", "record_key"),
    )


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
