"""Rows that went before a figure could count them, by period."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table of rows that a figure missed: how many an entry of the log says of a period."""
    op.create_table(
        "holdord_figure_missed",
        sa.Column("figure", sa.String(60), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("entry", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("rows_missed", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
