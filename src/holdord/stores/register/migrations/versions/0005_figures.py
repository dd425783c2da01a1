"""Figures that stay when the data go, and for which periods they were taken (``holdord.run.taken``)."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables of periods that were taken and of the groups in them."""
    op.create_table(
        "holdord_figure_taken",
        sa.Column("figure", sa.String(60), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("definition", sa.String(64), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(10), nullable=False),
    )
    op.create_table(
        "holdord_figure",
        sa.Column("figure", sa.String(60), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("rows_counted", sa.BigInteger(), nullable=False),
        sa.Column("sums", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
