"""Old entries of the log may go, with evidence: a first entry, and what stays of those before it."""

from alembic import op

from holdord.ledger.tables import install

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables of the log and their guards to what ``holdord.ledger`` has; a new log is so already."""
    install(op.get_bind())


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
