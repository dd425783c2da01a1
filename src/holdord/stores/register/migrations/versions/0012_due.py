"""By when a request must be answered, as it was said when it came: a notice that changes takes no promise back."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column, and take the days that the log has said last."""
    with op.batch_alter_table("holdord_request") as table:
        table.add_column(sa.Column("due", sa.String(10)))
    note(op.get_bind())


def note(connection: sa.Connection) -> None:
    """Note by when each request that was ever written down must be answered."""
    body = sa.text('SELECT body FROM holdord_entry WHERE "index" = :index')
    due = sa.text("UPDATE holdord_request SET due = :due WHERE number = :number")
    for number, entries in connection.execute(sa.text("SELECT number, entries FROM holdord_request")).all():
        for index in json.loads(entries):
            said = json.loads(connection.execute(body, {"index": index}).scalar() or "{}")
            if said.get("kind") == "request" and said.get("due"):
                connection.execute(due, {"due": said["due"], "number": number})


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
