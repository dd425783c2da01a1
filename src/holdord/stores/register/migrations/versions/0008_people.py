"""What answering people needs beside the book of requests: what is limited, posted, handed out and proved."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add to the requests what was asked for and by whom, and create the tables around them."""
    with op.batch_alter_table("holdord_request") as table:
        table.add_column(sa.Column("wish", sa.Text()))  # JSON, by kind: values to correct, purposes, an address
        table.add_column(sa.Column("language", sa.String(2)))
        table.add_column(sa.Column("email", sa.Text()))  # where the answer goes
        table.add_column(sa.Column("mandate", sa.Text()))  # who asks on the person's behalf, and on what paper
        table.add_column(sa.Column("mandate_seen", sa.String(10)))  # the day on which somebody looked at it
    op.create_table(  # holdord.run.requests.limits
        "holdord_restriction",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_class", sa.String(60), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("purpose", sa.String(60)),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("review", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("request", sa.BigInteger()),
        sa.Column("ended_on", sa.String(10)),
        sa.Column("ended_how", sa.String(20)),
        sa.Column("ended_for", sa.Text()),
        sa.Column("entries", sa.Text(), nullable=False),
    )
    op.create_table(  # holdord.run.outbox
        "holdord_message",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("request", sa.BigInteger()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("recipient", sa.Text()),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("plain", sa.Text()),
        sa.Column("html", sa.Text()),
        sa.Column("queued", sa.String(40), nullable=False),
        sa.Column("next_try", sa.String(40)),
        sa.Column("leased_until", sa.String(40)),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("failure", sa.Text()),
        sa.Column("done", sa.String(40)),
    )
    op.create_table(  # holdord.run.requests.handed
        "holdord_answer",
        sa.Column("request", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made", sa.String(40), nullable=False),
        sa.Column("gone", sa.String(40), nullable=False),
    )
    op.create_table(  # holdord.run.links: links that were used, so that they cannot be again
        "holdord_link",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("until", sa.String(40), nullable=False),
    )
    op.create_table(  # holdord.run.requests.notified
        "holdord_notified",
        sa.Column("request", sa.BigInteger(), nullable=False),
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("told", sa.String(10)),
        sa.Column("why_not", sa.Text()),
        sa.PrimaryKeyConstraint("request", "recipient"),
    )
    op.create_table(  # holdord.run.tasks
        "holdord_proof",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("promise", sa.String(60), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("given", sa.String(10), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.String(64)),
        sa.Column("entry", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: what a database holds is never thrown away to go back."""
    raise NotImplementedError("The register's history only goes forward.")
