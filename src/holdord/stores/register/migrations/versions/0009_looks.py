"""What was looked at: doors of the portal, contacts who were asked whether their data fit, and views of people."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables."""
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
    op.create_table(  # holdord.run.requests.seen
        "holdord_view",
        sa.Column("entry", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_class", sa.String(60), nullable=False),
        sa.Column("record_key", sa.String(500), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("does", sa.String(20), nullable=False),
        sa.Column("purpose", sa.String(60)),
        sa.Column("who", sa.Text(), nullable=False),
    )
    op.create_index("ix_holdord_view_record_key", "holdord_view", ["record_key"])
    op.create_index("ix_holdord_view_day", "holdord_view", ["day"])


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
