"""What people did by themselves until staff are told, by which call a request came, and whose record is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("holdord_request") as table:
        table.add_column(sa.Column("news", sa.String(10)))  # holdord.run.requests.booked.News
        table.add_column(sa.Column("sent_as", sa.String(64)))  # a digest by which a repeated call is known
        table.add_column(sa.Column("gone", sa.String(10)))  # holdord.run.requests.gone
    with op.batch_alter_table("holdord_restriction") as table:
        table.add_column(sa.Column("gone", sa.String(10)))
    with op.batch_alter_table("holdord_view") as table:
        table.add_column(sa.Column("gone", sa.String(10)))
    for name in ("holdord_request", "holdord_restriction"):
        op.create_index(f"ix_{name}_record_key", name, ["record_key"])


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
