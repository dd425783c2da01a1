"""What is about to be done in a database other than this one (``holdord.run.journal``)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of intents."""
    op.create_table(
        "holdord_intent",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.String(10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
