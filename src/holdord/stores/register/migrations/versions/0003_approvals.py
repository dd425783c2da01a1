"""Who said yes to what a promise lets go (``holdord.run.approvals``), and which legal holds stood at the last sweep."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of approvals and of holds."""
    op.create_table(
        "holdord_approval",
        sa.Column("entry", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("promise", sa.String(40), nullable=False),
        sa.Column("says", sa.String(3), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(10), nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("meant", sa.Text(), nullable=False),
        sa.Column("used", sa.String(10)),
    )
    op.create_table("holdord_hold", sa.Column("id", sa.String(40), primary_key=True))


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
